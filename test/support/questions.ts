/** What queries over generated patterns ask for, with the answer as plain code finds it among the matcher's rows. */
import { type MatchedRow, type MatchPattern, relationshipsOf, variablesOf } from './matcher.js'

export interface Question {
  readonly returns: (clauses: readonly MatchPattern[]) => string
  readonly answer: (rows: readonly MatchedRow[], clauses: readonly MatchPattern[]) => unknown[][]
}

/** Every variable: nodes by number, relationships by their id, trails by the list of theirs. */
export const everything: Question = {
  returns: (clauses) => {
    const nodes = variablesOf(clauses).map((name) => `${name}.i`)
    const relationships = relationshipsOf(clauses).map(({ variable, length }) =>
      length === null ? `${variable}.id` : `[r IN ${variable} | r.id]`,
    )
    return [...nodes, ...relationships].map((item, i) => `${item} AS c${i}`).join(', ')
  },
  answer: (rows, clauses) => {
    const names = [...variablesOf(clauses), ...relationshipsOf(clauses).map(({ variable }) => variable)]
    return rows.map((row) => names.map((name) => row[name]))
  },
}

export const questions: Readonly<Record<string, Question>> = {
  'every variable': everything,
  'count(*)': { returns: () => 'count(*)', answer: (rows) => [[rows.length]] },
  'count of a node': { returns: (clauses) => `count(${lastOf(clauses)})`, answer: (rows) => [[rows.length]] },
  'count(*) for each first node': {
    returns: (clauses) => `${firstOf(clauses)}.i AS i, count(*)`,
    answer: (rows, clauses) => counted(rows.map((row) => row[firstOf(clauses)])),
  },
  'count(*) for each last node': {
    returns: (clauses) => `${lastOf(clauses)} AS n, count(*) AS c ORDER BY n.i`,
    answer: (rows, clauses) =>
      counted(rows.map((row) => row[lastOf(clauses)])).map(([i, count]) => [`node ${i}`, count]),
  },
  'distinct last nodes': {
    returns: (clauses) => `DISTINCT ${lastOf(clauses)}.i AS i`,
    answer: (rows, clauses) => counted(rows.map((row) => row[lastOf(clauses)])).map(([i]) => [i]),
  },
  'count of distinct last nodes': {
    returns: (clauses) => `count(DISTINCT ${lastOf(clauses)})`,
    answer: (rows, clauses) => [[new Set(rows.map((row) => row[lastOf(clauses)])).size]],
  },
  'distinct pairs of nodes': {
    returns: (clauses) => `DISTINCT ${firstOf(clauses)}.i AS i, ${lastOf(clauses)}.i AS j`,
    answer: (rows, clauses) =>
      counted(rows.map((row) => `${row[firstOf(clauses)]} ${row[lastOf(clauses)]}`)).map(([pair]) =>
        (pair as string).split(' ').map(Number),
      ),
  },
  'distinct values of each first node': {
    returns: (clauses) => `${firstOf(clauses)}.i AS i, count(DISTINCT ${lastOf(clauses)})`,
    answer: (rows, clauses) => {
      const pairs = new Set(rows.map((row) => `${row[firstOf(clauses)]} ${row[lastOf(clauses)]}`))
      return counted([...pairs].map((pair) => Number(pair.split(' ')[0])))
    },
  },
}

function firstOf(clauses: readonly MatchPattern[]): string {
  return variablesOf(clauses)[0]!
}

function lastOf(clauses: readonly MatchPattern[]): string {
  return variablesOf(clauses).at(-1)!
}

function counted(values: readonly unknown[]): [value: unknown, count: number][] {
  const counts = new Map<unknown, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
}

/** Rows as texts in an order of their own; the engine's nodes are told by their property `i`, which ids follow. */
export function bag(rows: readonly (readonly unknown[])[], numbers: ReadonlyMap<number, number> = new Map()): string[] {
  const plain = (value: unknown) =>
    typeof value === 'object' && value !== null && 'id' in value ? `node ${numbers.get(value.id as number)}` : value
  return rows.map((row) => JSON.stringify(row.map(plain))).sort()
}
