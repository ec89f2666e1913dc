import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Engine } from '../../support/engine.js'
import {
  clausesText,
  graphs,
  loadGraph,
  type MatchedRow,
  type MatchPattern,
  matchAll,
  matches,
  relationshipsOf,
  type TestGraph,
  variablesOf,
} from '../../support/matcher.js'

const engines = [
  ['the stores', () => Engine.overStore()],
  ['a model of Maps', () => Engine.overModel()],
] as const

const runs = Number(process.env.SKEIN_PATTERN_RUNS ?? 300)

interface Question {
  readonly returns: (clauses: readonly MatchPattern[]) => string
  readonly answer: (rows: readonly MatchedRow[], clauses: readonly MatchPattern[]) => unknown[][]
}

/** Every variable: nodes by number, relationships by their id, trails by the list of theirs. */
const everything: Question = {
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

const questions: Readonly<Record<string, Question>> = {
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
function bag(rows: readonly (readonly unknown[])[], numbers: ReadonlyMap<number, number> = new Map()): string[] {
  const plain = (value: unknown) =>
    typeof value === 'object' && value !== null && 'id' in value ? `node ${numbers.get(value.id as number)}` : value
  return rows.map((row) => JSON.stringify(row.map(plain))).sort()
}

function engineWith(graph: TestGraph, makeEngine: () => Engine): { engine: Engine; numbers: Map<number, number> } {
  const engine = makeEngine()
  const ids = loadGraph(graph, engine.transaction)
  return { engine, numbers: new Map(ids.map((id, i) => [id, i])) }
}

describe.each(engines)('patterns over %s', (_, makeEngine) => {
  test.each(Object.entries(questions))('give the rows that brute force finds: %s', (_name, { returns, answer }) => {
    fc.assert(
      fc.property(graphs, matches, (graph, clauses) => {
        const rows = matchAll(graph, clauses)
        fc.pre(rows !== undefined)
        const { engine, numbers } = engineWith(graph, makeEngine)
        const text = `${clausesText(clauses)} RETURN ${returns(clauses)}`
        expect(bag(engine.run(text), numbers), text).toEqual(bag(answer(rows, clauses)))
      }),
      { numRuns: runs },
    )
  })

  test('give the same rows in the smallest slices', () => {
    fc.assert(
      fc.property(graphs, matches, (graph, clauses) => {
        fc.pre(matchAll(graph, clauses) !== undefined)
        const { engine } = engineWith(graph, makeEngine)
        const text = `${clausesText(clauses)} RETURN ${everything.returns(clauses)}`
        expect(bag(engine.runSliced(text).rows)).toEqual(bag(engine.run(text)))
      }),
      { numRuns: runs },
    )
  })

  test('give the same rows whatever indexes there are', () => {
    fc.assert(
      fc.property(graphs, matches, (graph, clauses) => {
        fc.pre(matchAll(graph, clauses) !== undefined)
        const { engine } = engineWith(graph, makeEngine)
        const text = `${clausesText(clauses)} RETURN ${everything.returns(clauses)}`
        const before = bag(engine.run(text))
        engine.run('CREATE INDEX ax FOR (n:A) ON (n.x)')
        engine.run('CREATE INDEX bxi FOR (n:B) ON (n.x, n.i)')
        expect(bag(engine.run(text))).toEqual(before)
      }),
      { numRuns: runs },
    )
  })
})
