/**
 * A data set of Kùzu's tests, read from its folder: `schema.cypher` declares the tables, `copy.cypher` says which CSV
 * file fills which. A node table becomes a label, a relationship table a type, a primary key a unique constraint.
 *
 *   create node table person (ID INT64, fName STRING, state STRUCT(...), PRIMARY KEY (ID));
 *   create rel table knows (FROM person TO person, date DATE, MANY_MANY);
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Database } from '../../../src/index.js'
import { readerOf, splitOutside } from './values.js'

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** The name of the column that is the primary key. */
  readonly key: string
  /** The tables of the ends, where this is a table of relationships. */
  readonly ends: { readonly from: string; readonly to: string } | undefined
}

export interface Column {
  readonly name: string
  /** In upper case, as `INT64[]`. */
  readonly type: string
}

export interface Graph {
  readonly tables: readonly Table[]
  /** In the order of `copy.cypher`. */
  readonly files: readonly { readonly table: Table; readonly path: string }[]
}

export function readGraph(folder: string): Graph {
  const tables = statementsOf(join(folder, 'schema.cypher')).map(readTable)
  const files = statementsOf(join(folder, 'copy.cypher')).map((statement) => {
    const [, name, path] = /COPY\s+(\w+)\s+FROM\s+"(.*?)"/i.exec(statement)!
    return { table: tables.find((table) => table.name === name)!, path: join(folder, basename(path!)) }
  })
  return { tables, files }
}

/** Fills an empty database; columns of types that Skein has not stay away. */
export async function load(db: Database, { tables, files }: Graph): Promise<void> {
  for (const { name, key, ends } of tables)
    if (ends === undefined) await db.query(`CREATE CONSTRAINT FOR (n:${name}) REQUIRE n.${key} IS UNIQUE`)
  for (const { table, path } of files) await db.query(fill(table, tables), { rows: readRows(table, tables, path) })
}

function fill({ name, ends }: Table, tables: readonly Table[]): string {
  if (ends === undefined) return `UNWIND $rows AS row CREATE (n:${name}) SET n = row.values`
  const end = (variable: string, label: string, column: string) =>
    `(${variable}:${label} {${keyColumn(tables, label).name}: row.${column}})`
  return (
    `UNWIND $rows AS row MATCH ${end('a', ends.from, 'from')}, ${end('b', ends.to, 'to')} ` +
    `CREATE (a)-[r:${name}]->(b) SET r = row.values`
  )
}

function keyColumn(tables: readonly Table[], name: string): Column {
  const { columns, key } = tables.find((table) => table.name === name)!
  return columns.find((column) => column.name === key)!
}

function readRows({ columns, ends }: Table, tables: readonly Table[], path: string): object[] {
  const endColumns = ends === undefined ? [] : [keyColumn(tables, ends.from), keyColumn(tables, ends.to)]
  const read = [...endColumns, ...columns]
  const readers = read.map(({ type }) => readerOf(type))
  return readCsv(readFileSync(path, 'utf8'))
    .filter((fields, i) => i > 0 || !isHeader(fields[0]!, read[0]!))
    .map((fields) => {
      const values = fields.map((field, i) => (field === '' ? undefined : readers[i]?.(field)))
      const named = columns.map(({ name }, i) => [name, values[i + endColumns.length]] as const)
      return { from: values[0], to: values[1], values: Object.fromEntries(named.filter(([, value]) => value != null)) }
    })
}

/** As Kùzu guesses: the first field of the first row has not the type of its column. */
function isHeader(field: string, { type }: Column): boolean {
  return type.startsWith('INT') && Number.isNaN(Number(field))
}

/** Fields may be quoted; a quote within is doubled or has a backslash before it. */
function readCsv(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"\\]|\\.|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
        quoted === undefined ? plain! : quoted.replace(/\\(.)|""/g, (_, escaped) => escaped ?? '"'),
      ),
    )
}

function statementsOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split(/;|\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}

function readTable(statement: string): Table {
  const [, kind, name, inner] = /CREATE\s+(NODE|REL)\s+TABLE\s+(\w+)\s*\((.*)\)$/is.exec(statement)!
  const parts = splitOutside(inner!)
  const ends = /^FROM\s+(\w+)\s+TO\s+(\w+)$/i.exec(parts[0]!)
  const key = parts.map((part) => /^PRIMARY\s+KEY\s*\((\w+)\)$/i.exec(part)?.[1]).find((found) => found !== undefined)
  const columns = parts
    .filter((part) => / /.test(part) && !/^(FROM|PRIMARY)\s/i.test(part))
    .map((part) => /^(\w+)\s+(.*)$/s.exec(part)!)
    .map(([, column, type]) => ({ name: column!, type: type!.toUpperCase() }))
  const fromTo = kind!.toUpperCase() === 'REL' ? { from: ends![1]!, to: ends![2]! } : undefined
  return { name: name!, columns, key: key ?? '', ends: fromTo }
}
