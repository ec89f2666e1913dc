import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PhysicalRule } from '../../../query/plan/rule.js'
import { physicalRules } from '../../../query/plan/rules.js'
import { Engine } from '../../support/engine.js'
import { clausesText, graphs, loadGraph, type MatchedRow, type MatchPattern, matchAll } from '../../support/matcher.js'

const runs = Number(process.env.SKEIN_PATTERN_RUNS ?? 60)

type Bounds = readonly [min: number, max: number | null]

const bounds: readonly Bounds[] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [0, null],
  [1, 1],
  [1, 2],
  [1, 3],
  [1, null],
  [2, 2],
  [2, 3],
  [2, null],
  [3, null],
]

interface Question {
  text(match: string): string
  answer(rows: readonly MatchedRow[], nodeCount: number): unknown[][]
}

const questions: readonly Question[] = [
  {
    text: (match) => `${match} RETURN count(DISTINCT b)`,
    answer: (rows) => [[new Set(rows.map((row) => row.b)).size]],
  },
  {
    text: (match) => `${match} RETURN DISTINCT b.i`,
    answer: (rows) => [...new Set(rows.map((row) => row.b))].map((b) => [b]),
  },
  {
    text: (match) => `${match} RETURN DISTINCT a.i, b.i`,
    answer: (rows) => [...new Set(rows.map((row) => `${row.a} ${row.b}`))].map((pair) => pair.split(' ').map(Number)),
  },
  {
    text: (match) => `MATCH (a) WHERE EXISTS { ${match} } RETURN a.i`,
    answer: (rows) => [...new Set(rows.map((row) => row.a))].map((a) => [a]),
  },
  {
    text: (match) => `MATCH (a), (b) WHERE NOT EXISTS { ${match} } RETURN a.i, b.i`,
    answer: (rows, nodeCount) => {
      const joined = new Set(rows.map((row) => `${row.a} ${row.b}`))
      const all = Array.from({ length: nodeCount ** 2 }, (_, i) => [Math.floor(i / nodeCount), i % nodeCount])
      return all.filter(([a, b]) => !joined.has(`${a} ${b}`))
    },
  },
]

function bag(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

/** Rows over small graphs with loops and parallel relationships, against those of all trails. */
function agreement(min: number, max: number | null) {
  const step = fc.record({
    direction: fc.constantFrom('outgoing', 'incoming', 'both'),
    types: fc.constantFrom<string[][]>([], ['R']),
    w: fc.constantFrom(null, null, 0),
  })
  const label = fc.constantFrom(null, 'A')
  return fc.property(graphs, step, label, label, (graph, { direction, types, w }, first, last) => {
    const clause: MatchPattern = {
      paths: [
        {
          nodes: [
            { variable: 'a', label: first, x: null },
            { variable: 'b', label: last, x: null },
          ],
          steps: [{ variable: 'r', direction, types, w, length: { min, max } }],
        },
      ],
      predicates: [],
    }
    const rows = matchAll(graph, [clause])
    fc.pre(rows !== undefined)
    const engine = Engine.overStore()
    loadGraph(graph, engine.transaction)
    for (const { text, answer } of questions) {
      const query = text(clausesText([clause]))
      expect(bag(engine.run(query)), query).toEqual(bag(answer(rows, graph.nodes.length)))
    }
  })
}

test.each(bounds)('the ends of trails of %s to %s relationships are those that enumeration finds', (min, max) => {
  fc.assert(agreement(min, max), { numRuns: runs })
})

test('trails of 0 or 1 and more relationships are not enumerated where only their ends are asked for', () => {
  const engine = Engine.overStore()
  for (const { text } of questions) {
    expect(engine.compile(text('MATCH (a)-[*1..]->(b)')).rules).toContain('walkBreadthFirst')
    expect(engine.compile(text('MATCH (a)-[*2..]->(b)')).rules).not.toContain('walkBreadthFirst')
  }
})

test.each(['MATCH (a)-[r*]->(b) RETURN DISTINCT b, size(r)', 'MATCH (a)-[*]->(b) RETURN count(b)'])(
  'trails are enumerated where %s reads or counts them',
  (text) => {
    expect(Engine.overStore().compile(text).rules).not.toContain('walkBreadthFirst')
  },
)

/** Rules that are wrong on purpose, with the bounds at which it shows. */
const faults: readonly (PhysicalRule & { readonly at: Bounds })[] = [
  {
    name: 'a lower bound of 2 is taken for one of 1',
    at: [2, null],
    rewrite(plan) {
      if (plan.kind !== 'expandTrails' || plan.min !== 2) return undefined
      const { kind: _, reversed: _turned, ...trails } = plan
      return { ...trails, kind: 'expandReach', min: 1, shared: false }
    },
  },
  {
    name: 'starts share what they reach although it has an end',
    at: [1, 2],
    rewrite: (plan) => (plan.kind === 'expandReach' && !plan.shared ? { ...plan, shared: true } : undefined),
  },
  {
    name: 'a start without directions is reached by going there and back',
    at: [1, null],
    rewrite: (plan) =>
      plan.kind === 'expandReach' && plan.direction === 'both' && plan.min === 1 ? { ...plan, min: 0 } : undefined,
  },
]

test.each(faults)('brute force finds it when $name', ({ at, ...rule }) => {
  const rules = physicalRules as PhysicalRule[]
  rules.push(rule)
  try {
    expect(fc.check(agreement(...at), { numRuns: 1000 }).failed).toBe(true)
  } finally {
    rules.pop()
  }
})
