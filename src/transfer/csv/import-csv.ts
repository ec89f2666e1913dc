/**
 * Import of CSV files with Neo4j's admin-import headers: all nodes first, then the relationships between them.
 *
 *   Source -> chunk -> CsvRows -> row -> RowAdder of its header -> ImportWriter      one chunk is one batch
 *                                           IdGroups: id in the files -> node
 *
 * Memory: a chunk, a row, and the ids: 6 bytes each where they are dense numbers (`node-ids.ts`).
 */
import { DatabaseError, type ErrorCode } from '../../core/errors.js'
import type { ImportTarget } from '../import-target.js'
import { Source } from '../source.js'
import { type HeaderOptions, readNodeHeader, readRelationshipHeader } from './header.js'
import { type AddRow, fieldText, IdGroups, nodeAdder, type RowAdder, relationshipAdder } from './row-adders.js'
import { CsvRows, type Dialect } from './rows.js'

export interface CsvImport {
  readonly nodes: readonly NodeFiles[]
  readonly relationships: readonly RelationshipFiles[]
  /** One ASCII character each (or TAB): ',', ';' and '"' unless told otherwise. */
  readonly delimiter?: string | undefined
  readonly arrayDelimiter?: string | undefined
  readonly quote?: string | undefined
  /** Whether ids become keys, as `Group:value`. True unless told otherwise. */
  readonly keys?: boolean | undefined
  /** What a named id column is as a property; 'string' unless told otherwise. */
  readonly idType?: 'string' | 'integer' | undefined
  /** Called for each bad row, which is then left out. Without it the first bad row ends the import. */
  readonly onBadRow?: ((message: string) => void) | undefined
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
}

export interface NodeFiles {
  readonly labels: readonly string[]
  /** The first one begins with the header; its other rows and those of the other files are data. */
  readonly files: readonly string[]
}

export interface RelationshipFiles {
  /** The type of the rows that name none. */
  readonly type: string | null
  readonly files: readonly string[]
}

export interface ImportProgress {
  readonly file: string
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly counts: ImportCounts
}

export interface ImportCounts {
  nodes: number
  relationships: number
  /** Plain values; there are some in lines of JSON only. */
  values?: number
  badRows: number
}

/** Files that share one header, and what becomes of their rows. */
interface Part {
  readonly adds: 'nodes' | 'relationships'
  readonly sources: readonly Source[]
  readonly adderOf: (header: readonly string[], options: HeaderOptions) => RowAdder
}

/** Errors of one row, after which the import may go on. Any other ends it. */
const rowErrors: readonly ErrorCode[] = [
  'IMPORT_ROW',
  'KEY_TAKEN',
  'KEY_INVALID',
  'KEY_KIND',
  'PROPERTY_INVALID',
  'CONSTRAINT_VIOLATION',
]

/**
 * Imports the files into `target` and finishes it. Throws IMPORT_ROW at the first bad row (with file, line, value and
 * the way out) unless `onBadRow` is there, IMPORT_HEADER, FILE_NOT_FOUND and FILE_INVALID. After a throw an empty
 * database is still empty, and one that held data holds the batches before the one that failed.
 */
export async function importCsv(target: ImportTarget, options: CsvImport): Promise<ImportCounts> {
  const counts = await new CsvImporter(target, options).run()
  await target.finish()
  return counts
}

class CsvImporter {
  readonly #counts: ImportCounts = { nodes: 0, relationships: 0, badRows: 0 }
  readonly #target: ImportTarget
  readonly #options: CsvImport
  readonly #dialect: Dialect
  readonly #arrayDelimiter: number
  readonly #parts: readonly Part[]

  constructor(target: ImportTarget, options: CsvImport) {
    this.#target = target
    this.#options = options
    this.#dialect = {
      delimiter: oneByte('delimiter', options.delimiter ?? ','),
      quote: oneByte('quote', options.quote ?? '"'),
    }
    this.#arrayDelimiter = oneByte('array-delimiter', options.arrayDelimiter ?? ';')
    // All files are looked for before the first is read, so that a wrong name in the last argument is told at once.
    this.#parts = this.#makeParts()
  }

  async run(): Promise<ImportCounts> {
    for (const part of this.#parts) await this.#readPart(part)
    return this.#counts
  }

  #makeParts(): Part[] {
    const groups = new IdGroups()
    const options = {
      arrayDelimiter: String.fromCharCode(this.#arrayDelimiter),
      keys: this.#options.keys ?? true,
    }
    const nodes = this.#options.nodes.map(
      ({ labels, files }): Part => ({
        adds: 'nodes',
        sources: files.map((file) => new Source(file)),
        adderOf: (header, how) => nodeAdder(readNodeHeader(header, how), labels, groups, options),
      }),
    )
    const relationships = this.#options.relationships.map(
      ({ type, files }): Part => ({
        adds: 'relationships',
        sources: files.map((file) => new Source(file)),
        adderOf: (header, how) => relationshipAdder(readRelationshipHeader(header, how), type, groups, options),
      }),
    )
    return [...nodes, ...relationships]
  }

  async #readPart(part: Part): Promise<void> {
    let adder: RowAdder | undefined
    for (const source of part.sources) {
      const rows = new CsvRows(this.#dialect)
      const addRows = async () => {
        if (adder === undefined && rows.next())
          adder = part.adderOf(headerTexts(rows, source), this.#headerOptions(source))
        if (adder !== undefined) await this.#addRows(rows, { part, source, adder })
      }
      for await (const { bytes, isLast } of source.chunks()) {
        rows.push(bytes)
        if (isLast) rows.end()
        await addRows()
      }
    }
    if (adder === undefined)
      throw new DatabaseError('IMPORT_HEADER', `${part.sources[0]!.name} is empty; its first row must be a header`)
  }

  /** Adds the rows that are there, as one batch. */
  async #addRows(rows: CsvRows, { part, source, adder }: { part: Part; source: Source; adder: RowAdder }) {
    await this.#target.batch((writer) => {
      const addRow = adder(writer)
      while (rows.next()) if (this.#tryAdd(rows, source, addRow)) this.#counts[part.adds]++
    })
    this.#options.onProgress?.(this.#progress(source))
  }

  /** False when the row is bad and was left out. */
  #tryAdd(rows: CsvRows, source: Source, addRow: AddRow): boolean {
    try {
      addRow(rows)
      return true
    } catch (error) {
      if (!(error instanceof DatabaseError) || !rowErrors.includes(error.code)) throw error
      this.#reportBadRow(`${source.name}:${rows.line}: ${error.message}`, error)
      return false
    }
  }

  #reportBadRow(message: string, cause: DatabaseError): void {
    if (this.#options.onBadRow === undefined)
      throw new DatabaseError('IMPORT_ROW', message, {
        cause,
        hint: 'Mend the row, or leave out all such rows with --skip-bad.',
      })
    this.#counts.badRows++
    this.#options.onBadRow(message)
  }

  #headerOptions({ name }: Source): HeaderOptions {
    return { file: name, arrayDelimiter: this.#arrayDelimiter, idType: this.#options.idType ?? 'string' }
  }

  #progress({ name }: Source): ImportProgress {
    const sources = this.#parts.flatMap((part) => part.sources)
    return {
      file: name,
      bytesDone: sources.reduce((sum, source) => sum + source.bytesRead, 0),
      bytesTotal: sources.reduce((sum, source) => sum + source.byteCount, 0),
      counts: this.#counts,
    }
  }
}

function headerTexts(rows: CsvRows, { name }: Source): string[] {
  if (rows.problem !== null) throw new DatabaseError('IMPORT_HEADER', `${name}:${rows.line}: ${rows.problem}`)
  return Array.from({ length: rows.fieldCount }, (_, index) => fieldText(rows, index))
}

function oneByte(option: string, text: string): number {
  const character = text === 'TAB' || text === '\\t' ? '\t' : text
  if (character.length !== 1 || character > '\x7f')
    throw new DatabaseError('OPTION_INVALID', `--${option} is '${text}', not one ASCII character (or TAB)`)
  return character.charCodeAt(0)
}
