/**
 * Headers of Neo4j's admin import: the first row of the first file of each --nodes and --relationships.
 *
 *   id:ID(Person),name,age:int,tags:string[],:LABEL         a column is name:type, of type string when it has none
 *   :START_ID(Person),:END_ID(Person),since:int,:TYPE,:IGNORE
 *
 * Types are read whatever their case. Source: Neo4j operations manual, "Import", chapter "CSV header format".
 */
import { DatabaseError } from '../../core/errors.js'
import { arrayOf, type ColumnType, columnTypes } from './values.js'

export interface PropertyColumn {
  readonly index: number
  readonly name: string
  readonly type: ColumnType
}

export interface IdColumn {
  readonly index: number
  /** '' is the group of ids that name none. */
  readonly group: string
}

export interface NodeHeader {
  readonly columnCount: number
  /** null: no relationship can point at these nodes. */
  readonly id: IdColumn | null
  readonly labels: readonly number[]
  readonly properties: readonly PropertyColumn[]
}

export interface RelationshipHeader {
  readonly columnCount: number
  readonly start: IdColumn
  readonly end: IdColumn
  readonly type: number | null
  readonly properties: readonly PropertyColumn[]
}

export interface HeaderOptions {
  /** For messages. */
  readonly file: string
  readonly arrayDelimiter: number
  /** What a named id column is as a property. */
  readonly idType: 'string' | 'integer'
}

interface Column {
  readonly index: number
  readonly name: string
  /** Upper case for Neo4j's roles, lower case for types of values. */
  readonly type: string
  readonly group: string
  readonly array: boolean
}

const roles = ['ID', 'LABEL', 'START_ID', 'END_ID', 'TYPE', 'IGNORE']

export function readNodeHeader(texts: readonly string[], options: HeaderOptions): NodeHeader {
  const columns = texts.map((text, index) => readColumn(text, index, options.file))
  refuseRoles(columns, ['START_ID', 'END_ID', 'TYPE'], `${options.file}:1: a node file has no`)
  const id = findOnly(columns, 'ID', options.file)
  return {
    columnCount: columns.length,
    id: id ?? null,
    labels: columns.filter((column) => column.type === 'LABEL').map((column) => column.index),
    properties: readProperties(columns, options),
  }
}

export function readRelationshipHeader(texts: readonly string[], options: HeaderOptions): RelationshipHeader {
  const columns = texts.map((text, index) => readColumn(text, index, options.file))
  refuseRoles(columns, ['ID', 'LABEL'], `${options.file}:1: a relationship file has no`)
  const start = findOnly(columns, 'START_ID', options.file)
  const end = findOnly(columns, 'END_ID', options.file)
  if (start === undefined || end === undefined)
    throw headerError(`${options.file}:1: a relationship file needs the columns :START_ID and :END_ID`)
  const type = findOnly(columns, 'TYPE', options.file)
  return {
    columnCount: columns.length,
    start,
    end,
    type: type?.index ?? null,
    properties: readProperties(columns, options),
  }
}

/** Reads `name:type(group)[]`; a name may hold colons, so the type begins at the last one. */
function readColumn(text: string, index: number, file: string): Column {
  const colon = text.lastIndexOf(':')
  const name = colon === -1 ? text : text.slice(0, colon)
  const match = /^\s*([A-Za-z_]+)(?:\((.*)\))?(\[\])?\s*$/.exec(colon === -1 ? 'string' : text.slice(colon + 1))
  if (match === null) throw headerError(`${file}:1: column ${index + 1}, '${text}', is not of the form name:type`)
  const [, typeText = '', group = '', brackets] = match
  const role = roles.includes(typeText.toUpperCase())
  return {
    index,
    name: name.trim(),
    type: role ? typeText.toUpperCase() : typeText.toLowerCase(),
    group,
    array: brackets !== undefined,
  }
}

function readProperties(columns: readonly Column[], options: HeaderOptions): PropertyColumn[] {
  const properties: PropertyColumn[] = []
  for (const column of columns) {
    if (column.type === 'ID' ? column.name === '' : roles.includes(column.type)) continue
    if (column.name === '')
      throw headerError(`${options.file}:1: column ${column.index + 1} has no name; :IGNORE leaves it out`)
    if (properties.some((property) => property.name === column.name))
      throw headerError(`${options.file}:1: two columns are named '${column.name}'`)
    properties.push({ index: column.index, name: column.name, type: valueType(column, options) })
  }
  return properties
}

function valueType(column: Column, { file, arrayDelimiter, idType }: HeaderOptions): ColumnType {
  const name = column.type !== 'ID' ? column.type : idType === 'integer' ? 'long' : 'string'
  const type = columnTypes.get(name)
  if (type === undefined) {
    const known = [...columnTypes.keys()].join(', ')
    throw headerError(`${file}:1: column '${column.name}' has type '${column.type}'; known types are ${known}`)
  }
  return column.array ? arrayOf(type, arrayDelimiter) : type
}

function findOnly(columns: readonly Column[], type: string, file: string): Column | undefined {
  const found = columns.filter((column) => column.type === type)
  if (found.length > 1) throw headerError(`${file}:1: the header has ${found.length} columns :${type}, not one`)
  return found[0]
}

function refuseRoles(columns: readonly Column[], refused: readonly string[], message: string): void {
  const column = columns.find(({ type }) => refused.includes(type))
  if (column !== undefined) throw headerError(`${message} column :${column.type}`)
}

function headerError(message: string): DatabaseError {
  return new DatabaseError('IMPORT_HEADER', message)
}
