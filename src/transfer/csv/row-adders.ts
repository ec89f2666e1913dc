/**
 * What becomes of one row: a node, or a relationship between two nodes of the import. A row that cannot be taken
 * throws IMPORT_ROW before anything of it was added.
 */
import type { PropertyEntry } from '../../core/change.js'
import { DatabaseError } from '../../core/errors.js'
import type { LabelId, NodeId, PropertyId, TypeId } from '../../core/ids.js'
import type { ImportWriter } from '../import-target.js'
import type { IdColumn, NodeHeader, PropertyColumn, RelationshipHeader } from './header.js'
import { NodeIds } from './node-ids.js'
import type { CsvRows } from './rows.js'
import { readText } from './values.js'

/** Adds the current row. */
export type AddRow = (rows: CsvRows) => void

/** Names become ids once a batch. */
export type RowAdder = (writer: ImportWriter) => AddRow

export interface AdderOptions {
  readonly arrayDelimiter: string
  /** Whether ids become keys, as `Group:value`. */
  readonly keys: boolean
}

const noProperties: PropertyEntry[] = []

/** The nodes of all files by group and id; '' is the group of ids that name none. */
export class IdGroups {
  readonly #groups = new Map<string, NodeIds>()

  group({ group }: IdColumn): NodeIds {
    let ids = this.#groups.get(group)
    if (ids === undefined) this.#groups.set(group, (ids = new NodeIds()))
    return ids
  }
}

export function nodeAdder(
  header: NodeHeader,
  labelNames: readonly string[],
  groups: IdGroups,
  options: AdderOptions,
): RowAdder {
  const { id } = header
  const ids = id === null ? null : groups.group(id)
  return (writer) => {
    const properties = bindProperties(header.properties, writer)
    const labels = labelNames.map((name) => writer.labelId(name))
    return (rows) => {
      checkForm(rows, header.columnCount)
      if (id !== null) checkNewId(rows, id, ids!)
      const node = writer.addNode({
        labels: header.labels.length === 0 ? labels : labelsOf(rows, header.labels, labels, writer, options),
        key: id === null || !options.keys ? null : keyOf(id, idText(rows, id)),
        properties: readProperties(rows, properties),
      })
      if (id !== null) ids!.add(rows.bytes, rows.starts[id.index]!, rows.ends[id.index]!, node)
    }
  }
}

export function relationshipAdder(
  header: RelationshipHeader,
  typeName: string | null,
  groups: IdGroups,
  options: AdderOptions,
): RowAdder {
  const starts = groups.group(header.start)
  const ends = groups.group(header.end)
  return (writer) => {
    const properties = bindProperties(header.properties, writer)
    const type = typeName === null ? null : writer.typeId(typeName)
    return (rows) => {
      checkForm(rows, header.columnCount)
      const relationship = {
        start: mustFindNode(rows, header.start, starts, writer, options),
        end: mustFindNode(rows, header.end, ends, writer, options),
        properties: readProperties(rows, properties),
        type: typeOf(rows, header, type, writer),
      }
      writer.addRelationship(relationship)
    }
  }
}

/** A node of this import or, by its key, one that was in the database before. */
function mustFindNode(
  rows: CsvRows,
  column: IdColumn,
  ids: NodeIds,
  writer: ImportWriter,
  options: AdderOptions,
): NodeId {
  const start = rows.starts[column.index]!
  const end = rows.ends[column.index]!
  const node = ids.find(rows.bytes, start, end)
  if (node !== 0) return node
  const text = idText(rows, column)
  const existing = options.keys ? writer.nodeByKey(keyOf(column, text)) : 0
  if (existing !== 0) {
    ids.add(rows.bytes, start, end, existing)
    return existing
  }
  const group = column.group === '' ? '' : ` in group ${column.group}`
  throw rowError(`no node has the id '${text}'${group}; its file must be among --nodes`)
}

function checkForm(rows: CsvRows, columnCount: number): void {
  if (rows.problem !== null) throw rowError(rows.problem)
  if (rows.fieldCount !== columnCount)
    throw rowError(`the row has ${rows.fieldCount} fields where the header has ${columnCount}`)
}

function checkNewId(rows: CsvRows, column: IdColumn, ids: NodeIds): void {
  if (ids.find(rows.bytes, rows.starts[column.index]!, rows.ends[column.index]!) !== 0)
    throw rowError(`the id '${idText(rows, column)}' was given to a node before; ids of a group are unique`)
}

function idText(rows: CsvRows, column: IdColumn): string {
  const text = fieldText(rows, column.index)
  if (text === '') throw rowError('the id is empty')
  return text
}

function keyOf({ group }: IdColumn, id: string): string {
  return group === '' ? id : `${group}:${id}`
}

function labelsOf(
  rows: CsvRows,
  columns: readonly number[],
  labels: LabelId[],
  writer: ImportWriter,
  { arrayDelimiter }: AdderOptions,
): LabelId[] {
  const all = new Set(labels)
  for (const column of columns)
    for (const name of fieldText(rows, column).split(arrayDelimiter)) if (name !== '') all.add(writer.labelId(name))
  return [...all]
}

function typeOf(rows: CsvRows, header: RelationshipHeader, type: TypeId | null, writer: ImportWriter): TypeId {
  const text = header.type === null ? '' : fieldText(rows, header.type)
  if (text !== '') return writer.typeId(text)
  if (type === null) throw rowError('the relationship has no type; fill :TYPE, or give --relationships TYPE=file')
  return type
}

interface BoundProperty extends PropertyColumn {
  readonly property: PropertyId
}

function bindProperties(columns: readonly PropertyColumn[], writer: ImportWriter): BoundProperty[] {
  return columns.map((column) => ({ ...column, property: writer.propertyId(column.name) }))
}

/** Absent where the field is empty and not quoted. */
function readProperties(rows: CsvRows, columns: readonly BoundProperty[]): PropertyEntry[] {
  if (columns.length === 0) return noProperties
  const entries: PropertyEntry[] = []
  for (const { index, property, type, name } of columns) {
    const start = rows.starts[index]!
    const end = rows.ends[index]!
    if (start === end && rows.quoted[index] === 0) continue
    const value = type.read(rows.bytes, start, end)
    if (value === undefined) throw rowError(`${name} is '${shownField(rows, index)}', not ${type.takes}`)
    entries.push([property, value])
  }
  return entries
}

export function fieldText(rows: CsvRows, index: number): string {
  const text = readText(rows.bytes, rows.starts[index]!, rows.ends[index]!)
  if (text === undefined) throw rowError(`field ${index + 1} is not text in UTF-8: '${shownField(rows, index)}'`)
  return text
}

const shownLengthMax = 80

/** A field for a message: cut when it is long, on one line, whatever its bytes are. */
function shownField(rows: CsvRows, index: number): string {
  const text = rows.bytes.toString('utf8', rows.starts[index]!, rows.ends[index]!)
  const shown = text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text
  return shown.replace(/\r\n|\r|\n/g, '\\n')
}

function rowError(message: string): DatabaseError {
  return new DatabaseError('IMPORT_ROW', message)
}
