/**
 * Why Kùzu's recorded answer to a statement is not ours to give. Each reason is a rule about the recording or about
 * Kùzu's dialect, which is Cypher over tables with typed columns, never about single statements. A statement whose rows are
 * the same is not asked: a rule excuses, it does not hide what agrees.
 */
import { DatabaseError, type ErrorCode } from '../../../src/core/errors.js'
import type { Graph } from './graph.js'
import { isSame, type Replayed, type Rows, writes } from './replay.js'
import { entity, readerOf } from './values.js'

/** What a rule may know. */
interface Case extends Replayed {
  readonly graph: Graph
  /** Statements of the case that came before. */
  readonly before: readonly Replayed[]
}

/** The first reason that applies is the one that counts; undefined where none does: then Skein answers wrong. */
export function reasonLeftOut(statement: Case): string | undefined {
  return reasons.find(([, applies]) => applies(statement))?.[0]
}

/** Of data sets whose CSV files the folder lacks. */
export const noDataSet = { leftOut: 'data sets that are not there' }

const reasons: readonly (readonly [string, (statement: Case) => boolean])[] = [
  ['what Kùzu refuses: columns, types and uniqueness of tables, its binder', (it) => it.recorded.error !== undefined],
  ['depends on DDL, COPY, transactions or a second connection, which the recording lacks', dependsOnUnrecorded],
  ['names that DDL made or renamed, which the recording lacks', namesUnknown],
  ['columns of types that Skein has not: 128 bits, unsigned 64, UUID, BLOB, STRUCT, MAP, UNION', readsUnreadable],
  ['functions of its own, or its arguments', refusedAs('FUNCTION_UNKNOWN', 'ARGUMENT_COUNT')],
  ['functions of the same name that mean something else', (it) => ownMeaning.test(it.recorded.query)],
  ['syntax of its own', (it) => ownSyntax.test(it.recorded.query)],
  ['strings as lists, dates as numbers, labels and length of relationships', refusedAs('TYPE_MISMATCH')],
  ['numbers of 128 bits, counting from the end with a negative number', refusedAs('NUMBER_OUT_OF_RANGE')],
  [
    'variables that a pattern in WHERE makes',
    (it) => refusedAs('VARIABLE_UNDEFINED')(it) && /WHERE.*\)\s*-\[/.test(it.recorded.query),
  ],
  ['dates of one digit', refusedAs('TEMPORAL_INVALID')],
  ['lists and strings counted from 1', (it) => /\w\[-?\d+\]/.test(it.recorded.query)],
  ['null in a list compared as a value', (it) => /\[[^\]]*null|null\s+in\b/i.test(it.recorded.query)],
  ['one type of number for a column, a list, or floor of an INTEGER', isSameOnceCast],
  ['`:a:b` as one of them', (it) => /\(\w*:\w+:\w+/.test(it.recorded.query)],
  ['a value that the recording lacks', (it) => JSON.stringify(it.recorded.expected).includes('${')],
  ['nodes, relationships and ids as Kùzu prints them', printsEntities],
  ['walks: a relationship may come twice in a match', (it) => canRepeat(it.recorded.query)],
  [
    'SET on nodes of several tables, where a column that one has not stays null',
    (it) => setsAcrossTables.test(it.recorded.query),
  ],
  ['follows a write of its case that Kùzu or Skein refused, or that means something else', followsDifferentWrite],
  ['the recording lacks a write: the same statement was answered in two ways', isAnsweredTwice],
]

/** `*`, `a.*`, SHORTEST and the like within a relationship, hints, slices by `:`, bits, `!`, items left out of a list. */
const ownSyntax =
  /\w\.\*|\*\s*(ALL\s+)?(SHORTEST|TRAIL|ACYCLIC)|\(\s*r\s*,\s*n\s*\||\bHINT\b|\[-?\d*:-?\d*\]|<<|>>| [&|] |!$|\[,|,\s*,|:=|\{"|\bcontains\s*\(|SET\s+\w+(\.\w+,|\s*=\s*\{\w+,)|MERGE[^)]*\),/i

/** To base 10; one label; every column of the tables; characters as they are seen; a type by its name. */
const ownMeaning = /\b(log|labels|keys|left|right|reverse|typeof|properties|rels|length)\s*\(/i

function refusedAs(...codes: readonly ErrorCode[]): (statement: Case) => boolean {
  return ({ answer }) => answer instanceof DatabaseError && codes.includes(answer.code)
}

function dependsOnUnrecorded({ recorded }: Case): boolean {
  return /test_files\/(ddl|transaction|copy|exceptions)\//.test(recorded.source)
}

function namesUnknown({ recorded, graph, before }: Case): boolean {
  const known = new Set(graph.tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]))
  for (const earlier of before)
    if (writes(earlier.recorded)) for (const name of namesOf(earlier.recorded.query)) known.add(name)
  return namesOf(recorded.query).some((name) => !known.has(name))
}

function readsUnreadable({ recorded, graph }: Case): boolean {
  const columns = graph.tables.flatMap((table) => table.columns)
  const unreadable = new Set(columns.filter(({ type }) => readerOf(type) === undefined).map(({ name }) => name))
  return namesOf(recorded.query).some((name) => unreadable.has(name))
}

/** Labels, types and properties, which follow a colon, a bar or a dot. */
function namesOf(query: string): readonly string[] {
  const withoutStrings = query.replace(/'[^']*'|"[^"]*"/g, '')
  return Array.from(withoutStrings.matchAll(/[:|.]\s*([a-z_]\w*)/gi), ([, name]) => name!)
}

function printsEntities({ recorded, answer }: Case): boolean {
  return /\bid\s*\(/i.test(recorded.query) || JSON.stringify(answer).includes(entity)
}

/**
 * Whether two relationships of one MATCH could be the same one: always, but for two that follow each other in one
 * direction, as no relationship of the data sets begins where it ends.
 */
function canRepeat(query: string): boolean {
  return query.split(/\bMATCH\b/i).some((match) => {
    const count = (match.match(/-\[|--/g) ?? []).length
    return /\[[^\]]*\*/.test(match) || count > 2 || (count === 2 && !follows.test(match))
  })
}

const follows = /->\s*\([^)]*\)\s*-[^<>]*->|<-[^<>]*-\s*\([^)]*\)\s*<-/

/** A column has one type, and so have the items of a list: 2 and 2.0 are told apart by it, not by themselves. */
function isSameOnceCast({ recorded: { expected, ordered }, answer }: Case): boolean {
  if (!Array.isArray(expected) || !Array.isArray(answer)) return false
  const cast = (rows: Rows) =>
    rows.map((row) => row.map((cell) => cell.replace(/\d+\.\d+/g, (number) => String(Math.trunc(Number(number))))))
  return isSame({ recorded: { expected: cast(expected), ordered }, answer: cast(answer) })
}

function followsDifferentWrite({ graph, before }: Case): boolean {
  return before.some((write) => {
    if (!writes(write.recorded)) return false
    const refusedByOne = write.answer instanceof DatabaseError !== (write.recorded.error !== undefined)
    return refusedByOne || ownSet.test(write.recorded.query) || namesInOtherCase(write, graph)
  })
}

/** `MATCH (a) SET a.x = 1`, `-[e:knows|studyAt]->() SET e.x = 1` */
const setsAcrossTables = /[([](\w+)(\)|:\w+[|:]+\w+).*\bSET\s+\1\b/i

/** That, and `SET n = {...}`, which keeps the columns that it does not name. */
const ownSet = new RegExp(`${setsAcrossTables.source}|\\bSET\\s+\\w+\\s*=\\s*\\{`, 'i')

/** Names of tables and columns are the same in capitals. */
function namesInOtherCase({ recorded }: Replayed, { tables }: Graph): boolean {
  const known = tables.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)])
  return namesOf(recorded.query).some(
    (name) => !known.includes(name) && known.some((other) => other.toLowerCase() === name.toLowerCase()),
  )
}

function isAnsweredTwice({ recorded, before }: Case): boolean {
  const same = before.findLast((earlier) => earlier.recorded.query === recorded.query)
  return same !== undefined && JSON.stringify(same.recorded.expected) !== JSON.stringify(recorded.expected)
}
