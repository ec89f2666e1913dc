/**
 * Import of lines of JSON as APOC's `apoc.export.json` writes them, each a node or a relationship between nodes that
 * stand before it:
 *
 *   {"type":"node","id":"0","labels":["Person"],"properties":{"name":"Ann"}}
 *   {"type":"relationship","id":"0","label":"KNOWS","start":{"id":"0"},"end":{"id":"1"},"properties":{"since":2001}}
 *   {"type":"value","key":"visits","value":7,"expiresAt":"2030-01-01T00:00Z"}
 *
 * Plain values, a node's `"key"` and the time at which it expires are Skein's own. One chunk of the file is one batch; in memory lie a chunk and the ids of the nodes.
 */

import { mustBeExpiry } from '../../../query/procedures/keys.js'
import type { PropertyEntry, StoredValue } from '../../core/change.js'
import { DatabaseError, type ErrorCode } from '../../core/errors.js'
import type { NodeId } from '../../core/ids.js'
import { readJson } from '../../core/json.js'
import { ZonedDateTime } from '../../core/temporal/datetime.js'
import { jsonNull, type PropertyValue } from '../../core/value.js'
import type { ImportCounts, ImportProgress } from '../csv/import-csv.js'
import { NodeIds } from '../csv/node-ids.js'
import type { ImportTarget, ImportWriter } from '../import-target.js'
import { Source } from '../source.js'
import { Lines } from './lines.js'
import { fromJson, membersFromJson } from './values.js'

export interface JsonlImport {
  /** Read one after the other; a relationship may lead to nodes of any file before its own. */
  readonly files: readonly string[]
  /** Called for each bad line, which is then left out. Without it the first bad line ends the import. */
  readonly onBadRow?: ((message: string) => void) | undefined
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
}

/** Errors of one line, after which the import may go on. Any other ends it. */
const lineErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'IMPORT_ROW',
  'JSON_INVALID',
  'NUMBER_OUT_OF_RANGE',
  'TEMPORAL_INVALID',
  'KEY_TAKEN',
  'KEY_INVALID',
  'KEY_KIND',
  'PROPERTY_INVALID',
  'LIMIT_EXCEEDED',
  'CONSTRAINT_VIOLATION',
])

/**
 * Imports the files into `target` and finishes it. Throws IMPORT_ROW at the first bad line (with file, line and what is
 * wrong) unless `onBadRow` is there, FILE_NOT_FOUND and FILE_INVALID. After a throw an empty database is still empty,
 * and one that held data holds the batches before the one that failed.
 */
export async function importJsonl(target: ImportTarget, options: JsonlImport): Promise<ImportCounts> {
  const counts = await new JsonlImporter(target, options).run()
  await target.finish()
  return counts
}

interface Place {
  readonly file: string
  readonly line: number
}

class JsonlImporter {
  readonly #counts: ImportCounts = { nodes: 0, relationships: 0, badRows: 0 }
  readonly #ids = new FileIds()
  readonly #target: ImportTarget
  readonly #options: JsonlImport
  readonly #sources: readonly Source[]

  constructor(target: ImportTarget, options: JsonlImport) {
    this.#target = target
    this.#options = options
    // All files are looked for before the first is read.
    this.#sources = options.files.map((file) => new Source(file))
  }

  async run(): Promise<ImportCounts> {
    for (const source of this.#sources) await this.#readSource(source)
    return this.#counts
  }

  async #readSource(source: Source): Promise<void> {
    const lines = new Lines(source.name)
    for await (const chunk of source.chunks()) {
      lines.push(chunk)
      await this.#addLines(lines, source)
    }
  }

  async #addLines(lines: Lines, source: Source): Promise<void> {
    await this.#target.batch((writer) => {
      for (let line = lines.next(); line !== undefined; line = lines.next())
        this.#tryLine(line, writer, { file: source.name, line: lines.number })
    })
    this.#options.onProgress?.(this.#progress(source))
  }

  #tryLine(line: string, writer: ImportWriter, place: Place): void {
    try {
      const kind = addEntity(readEntity(line), writer, this.#ids)
      this.#counts[kind] = (this.#counts[kind] ?? 0) + 1
    } catch (error) {
      if (!(error instanceof DatabaseError) || !lineErrors.has(error.code)) throw error
      this.#reportBadLine(`${place.file}:${place.line}: ${messageOf(error, place)}`, error)
    }
  }

  #reportBadLine(message: string, cause: DatabaseError): void {
    if (this.#options.onBadRow === undefined)
      throw new DatabaseError('IMPORT_ROW', message, {
        cause,
        hint: 'Mend the line, or leave out all such lines with --skip-bad.',
      })
    this.#counts.badRows++
    this.#options.onBadRow(message)
  }

  #progress({ name }: Source): ImportProgress {
    return {
      file: name,
      bytesDone: this.#sources.reduce((sum, source) => sum + source.bytesRead, 0),
      bytesTotal: this.#sources.reduce((sum, source) => sum + source.byteCount, 0),
      counts: this.#counts,
    }
  }
}

// ---- entities -------------------------------------------------------------------------------------------------------

type Entity = NodeLine | RelationshipLine | ValueLine
type Properties = ReadonlyMap<string, PropertyValue>

interface NodeLine {
  readonly type: 'node'
  readonly id: string
  readonly key: string | null
  readonly labels: readonly string[]
  readonly properties: Properties
  /** When it expires. */
  readonly atMs: number | null
}

interface ValueLine {
  readonly type: 'value'
  readonly key: string
  readonly value: StoredValue
  readonly atMs: number | null
}

interface RelationshipLine {
  readonly type: 'relationship'
  readonly label: string
  readonly start: string
  readonly end: string
  readonly properties: Properties
}

function addEntity(entity: Entity, writer: ImportWriter, ids: FileIds): 'nodes' | 'relationships' | 'values' {
  if (entity.type === 'node') addNode(entity, writer, ids)
  else if (entity.type === 'relationship') addRelationship(entity, writer, ids)
  else writer.addValue(entity.key, entity.value, entity.atMs)
  return `${entity.type}s`
}

function addNode({ id, key, labels, properties, atMs }: NodeLine, writer: ImportWriter, ids: FileIds): void {
  if (ids.find(id) !== 0) throw bad(`a node before it has the id '${id}' already`)
  const labelIds = labels.map((label) => writer.labelId(label))
  ids.add(id, writer.addNode({ labels: labelIds, key, properties: entriesOf(properties, writer), atMs }))
}

function addRelationship(line: RelationshipLine, writer: ImportWriter, ids: FileIds): void {
  const [start, end] = [ids.mustFind(line.start), ids.mustFind(line.end)]
  const type = writer.typeId(line.label)
  writer.addRelationship({ type, start, end, properties: entriesOf(line.properties, writer) })
}

/** A null is that of a document, which is kept. */
function entriesOf(properties: Properties, writer: ImportWriter): PropertyEntry[] {
  return Array.from(properties, ([name, value]) => [writer.propertyId(name), value ?? jsonNull] as const)
}

/** The nodes by their ids in the files. */
class FileIds {
  readonly #ids = new NodeIds()

  find(id: string): NodeId | 0 {
    const bytes = Buffer.from(id)
    return this.#ids.find(bytes, 0, bytes.length)
  }

  mustFind(id: string): NodeId {
    const node = this.find(id)
    if (node === 0) throw bad(`no node before it has the id '${id}'`)
    return node
  }

  add(id: string, node: NodeId): void {
    const bytes = Buffer.from(id)
    this.#ids.add(bytes, 0, bytes.length, node)
  }
}

// ---- lines ----------------------------------------------------------------------------------------------------------

type Members = ReadonlyMap<string, PropertyValue>

/** Throws IMPORT_ROW, JSON_INVALID, NUMBER_OUT_OF_RANGE and TEMPORAL_INVALID. */
function readEntity(line: string): Entity {
  const json = readJson(line)
  const members: Members = json instanceof Map ? json : new Map()
  switch (members.get('type')) {
    case 'node':
      return {
        type: 'node',
        id: idOf(members.get('id'), 'id'),
        key: keyOf(members),
        labels: labelsOf(members),
        properties: propertiesOf(members),
        atMs: expiryOf(members),
      }
    case 'relationship':
      return {
        type: 'relationship',
        label: textOf(members, 'label'),
        start: endOf(members, 'start'),
        end: endOf(members, 'end'),
        properties: propertiesOf(members),
      }
    case 'value':
      return { type: 'value', key: textOf(members, 'key'), value: storedOf(members), atMs: expiryOf(members) }
    default:
      throw bad('a line is an object with "type": "node", "relationship" or "value"')
  }
}

function endOf(members: Members, name: string): string {
  const end = members.get(name)
  return idOf(end instanceof Map ? end.get('id') : undefined, `${name}.id`)
}

function idOf(value: PropertyValue | undefined, name: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw bad(`"${name}" is a string or a whole number`)
}

/** A place within the line is one of the file. */
function messageOf(error: DatabaseError, { line }: Place): string {
  const { query, position } = error.details
  return query === undefined || position === undefined
    ? error.message
    : error.placedIn(query, { ...position, line }).message
}

function textOf(members: Members, name: string): string {
  const value = members.get(name)
  if (typeof value === 'string') return value
  throw bad(`"${name}" is a string`)
}

function keyOf(members: Members): string | null {
  return (members.get('key') ?? null) === null ? null : textOf(members, 'key')
}

function storedOf(members: Members): StoredValue {
  const value = fromJson(members.get('value') ?? null)
  if (value === null) throw bad('"value" is anything but null')
  return value
}

function expiryOf(members: Members): number | null {
  if ((members.get('expiresAt') ?? null) === null) return null
  if (keyOf(members) === null) throw bad('what expires has a "key"')
  return mustBeExpiry(Number(ZonedDateTime.parse(textOf(members, 'expiresAt')).epochMillis))
}

function labelsOf(members: Members): readonly string[] {
  const labels = members.get('labels') ?? []
  if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) return labels
  throw bad('"labels" is a list of strings')
}

function propertiesOf(members: Members): Properties {
  const properties = members.get('properties') ?? new Map()
  if (properties instanceof Map) return membersFromJson(properties)
  throw bad('"properties" is an object')
}

function bad(message: string): DatabaseError {
  return new DatabaseError('IMPORT_ROW', message)
}
