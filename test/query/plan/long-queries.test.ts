import { expect, test } from 'vitest'
import type { PhysicalPlan } from '../../../query/plan/physical.js'
import { allRules, type Rules } from '../../../query/plan/rules.js'
import { DatabaseError } from '../../../src/core/errors.js'
import { Engine } from '../../support/engine.js'

const repeat = (count: number, part: (i: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, i) => part(i)).join(between)

/** Statements that are long and flat, of `count` parts each. */
const forms: Record<string, (count: number) => string> = {
  MATCH: (count) => `${repeat(count, (i) => `MATCH (a${i})`)} RETURN 1`,
  'MATCH of a hop': (count) => `${repeat(count, (i) => `MATCH (a${i})-[:T]->(a${i + 1})`)} RETURN 1`,
  'OPTIONAL MATCH': (count) => `${repeat(count, (i) => `OPTIONAL MATCH (a${i})-[:T]->(a${i + 1})`)} RETURN 1`,
  'hops of a path': (count) => `MATCH (a)${repeat(count, () => '-->()', '')} RETURN 1`,
  'hops with labels and properties': (count) =>
    `MATCH (a:N)${repeat(count, (i) => `-[:T {w: ${i}}]->(:N {i: ${i}})`, '')} RETURN 1`,
  'hops between two nodes': (count) => `MATCH (a)-[:T]-(b)${repeat(count, () => '-[:T]-(b)', '')} RETURN a, b`,
  'parts of a pattern': (count) => `MATCH ${repeat(count, (i) => `(a)-[:T]->(b${i})`, ', ')} RETURN 1`,
  'nodes of a pattern': (count) => `MATCH ${repeat(count, (i) => `(a${i})`, ', ')} RETURN 1`,
  MERGE: (count) => repeat(count, (i) => `MERGE (a${i}:L {id: ${i}})`),
  CREATE: (count) => repeat(count, (i) => `CREATE (a${i}:L)`),
  SET: (count) => `MATCH (n) ${repeat(count, (i) => `SET n.a${i} = 1`)}`,
  WITH: (count) => `WITH 0 AS x ${repeat(count, () => 'WITH x + 1 AS x')} RETURN x`,
  'WITH of an aggregate': (count) => `WITH 0 AS x ${repeat(count, () => 'WITH count(x) AS x')} RETURN x`,
  UNWIND: (count) => `${repeat(count, (i) => `UNWIND [1] AS x${i}`)} RETURN 1`,
  UNION: (count) => repeat(count, (i) => `RETURN ${i} AS x`, ' UNION '),
  'CALL { }': (count) => `${repeat(count, (i) => `CALL { RETURN 1 AS x${i} }`)} RETURN 1`,
  'CASE WHEN': (count) => `MATCH (n) RETURN CASE ${repeat(count, (i) => `WHEN n.a = ${i} THEN ${i}`)} END`,
  AND: (count) => `MATCH (n) WHERE ${repeat(count, (i) => `n.a${i} = ${i}`, ' AND ')} RETURN n`,
  OR: (count) => `MATCH (n) WHERE ${repeat(count, (i) => `n.a = ${i}`, ' OR ')} RETURN n`,
  '+': (count) => `MATCH (n) RETURN ${repeat(count, () => 'n.a', ' + ')}`,
  columns: (count) => `MATCH (n) RETURN ${repeat(count, (i) => `n.a${i}`, ', ')}`,
  EXISTS: (count) => `MATCH (n) WHERE ${repeat(count, () => 'EXISTS { (n)-->() }', ' AND ')} RETURN n`,
}

function planned(text: string): string {
  try {
    Engine.overStore().compile(text)
    return 'planned'
  } catch (error) {
    // Whatever else there is, a stack that overflows above all, is a mistake of ours.
    if (!(error instanceof DatabaseError)) throw error
    return error.code
  }
}

/** For a machine that others use too; a plan of quadratic cost takes minutes. */
const msMax = 10_000

test.each(Object.entries(forms))('200 times %s are planned, 5,000 are planned or refused', (_, form) => {
  const began = performance.now()
  expect(planned(form(200))).toBe('planned')
  expect(planned(form(1000))).toMatch(/planned|QUERY_TOO_LONG|QUERY_TOO_DEEP/)
  expect(planned(form(5000))).toMatch(/planned|QUERY_TOO_LONG|QUERY_TOO_DEEP/)
  expect(performance.now() - began).toBeLessThan(msMax)
})

test('a query with too many steps is refused with their number and the way out', () => {
  expect(() => Engine.overStore().compile(forms.MERGE!(601))).toThrow(
    /has 60\d steps one after the other, and 600 is the most; send several statements, or UNWIND a list/,
  )
  expect(() => Engine.overStore().compile(forms.UNWIND!(301))).toThrow(/loops inside each other, and 300/)
  expect(() => Engine.overStore().compile(forms['hops between two nodes']!(250))).toThrow(/1101 loops and tests inside/)
  expect(() => Engine.overStore().compile(forms['hops of a path']!(300))).toThrow(/301 nodes or relationships in one/)
})

/** A ring of as many nodes: n0 -> n1 -> ... -> n0, with a second way from n0 to n1. */
function ring(nodeCount: number, rules: Rules = allRules): Engine {
  const engine = new Engine(Engine.overStore().transaction, rules)
  engine.run(`UNWIND range(0, ${nodeCount - 1}) AS i CREATE (:N {i: i})`)
  engine.run(`MATCH (a:N), (b:N) WHERE b.i = (a.i + 1) % ${nodeCount} CREATE (a)-[:T]->(b)`)
  engine.run('MATCH (a:N {i: 0}), (b:N {i: 1}) CREATE (a)-[:T]->(b)')
  return engine
}

/** Of paths too long for the planner to search as a whole. */
const around = (hopCount: number) => `MATCH (a:N {i: 0})${repeat(hopCount, () => '-[:T]->()', '')} RETURN count(*)`

test('a path of forty hops walks each relationship once', () => {
  expect(ring(40).run(around(40))).toEqual([[2]])
  // The second way to n1, after the first way around, or the other way about.
  expect(ring(40).run(around(41))).toEqual([[2]])
  expect(ring(40).run(around(42))).toEqual([[0]])
})

test('the test above sees a path that walks a relationship twice', () => {
  const forgetful: Rules = { logical: allRules.logical, physical: [{ name: 'forget', rewrite }] }
  function rewrite(plan: PhysicalPlan): PhysicalPlan | undefined {
    return plan.kind === 'expand' && plan.differentFrom.length > 0 ? { ...plan, differentFrom: [] } : undefined
  }
  expect(ring(40, forgetful).run(around(42))).toEqual([[4]])
})

test('a pattern of many parts begins where an index finds one node, wherever it is written', () => {
  const parts = repeat(20, (i) => `(a${i})-[:T]->(a${i + 1})`, ', ')
  const plan = JSON.stringify(ring(40).explain(`EXPLAIN MATCH ${parts} WHERE a20._key = 'x' RETURN count(*)`))
  expect(plan).toContain("a20._key = 'x'")
  expect(plan).toContain('KeySeek')
  expect(plan).not.toContain('Scan')
})

test('forty matches of one hop give the rows of a path of forty hops, which may walk a relationship again', () => {
  const hops = repeat(41, (i) => `MATCH (a${i})-[:T]->(a${i + 1})`)
  expect(ring(40).run(`${hops} WHERE a0.i = 0 RETURN count(*)`)).toEqual([[4]])
})
