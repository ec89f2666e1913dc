import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JoinTable, joinKey, joinKeyOf } from '../../../query/execute/runtime/join-table.js'
import { equals, groupKey } from '../../../query/functions/values.js'
import { renderPlan } from '../../../query/plan/explain.js'
import { allRules } from '../../../query/plan/rules.js'
import { Float, type Value } from '../../../src/core/value.js'
import { Engine } from '../../support/engine.js'
import { value } from '../../support/values.js'

const alike: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(1, new Float(1), 0, new Float(-0), new Float(Number.NaN), null, '1', true, '\u0000', [1], []),
  fc.constantFrom<Value>([new Float(1)], [null], [new Float(Number.NaN)], new Map([['a', 1]]), new Map([['a', null]])),
  fc.constantFrom<Value>(2 ** 53 - 1, 2n ** 53n, 2n ** 53n + 1n, new Float(2 ** 53), new Float(2 ** 60), 2n ** 60n),
  value,
)

/** Whether the key says what `=` says, or what the fault makes of it. */
function keysSayEquals(keyOf: (value: Value) => unknown) {
  return fc.property(alike, alike, (left, right) => {
    const key = keyOf(left)
    expect(key !== undefined && key === keyOf(right)).toBe(equals(left, right) === true)
  })
}

describe('keys of a join', () => {
  test('are the same where = is true, and nowhere else', () => {
    fc.assert(keysSayEquals(joinKey), { numRuns: 3000 })
  })

  test('of several values are the same where each equals the other', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(alike, alike), { minLength: 1, maxLength: 3 }), (pairs) => {
        const [left, right] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
        const same = joinKeyOf(left) !== undefined && joinKeyOf(left) === joinKeyOf(right)
        expect(same).toBe(pairs.every(([one, other]) => equals(one, other) === true))
      }),
      { numRuns: 3000 },
    )
  })

  test('a fault is found: keys of grouping, under which null is null and NaN is NaN', () => {
    expect(fc.check(keysSayEquals(groupKey), { numRuns: 3000 }).failed).toBe(true)
  })
})

test('a table gives all rows of a key, and those only', () => {
  const keys = fc.array(fc.oneof(fc.nat({ max: 9 }), fc.constantFrom('a', 'b', true)), { maxLength: 60 })
  fc.assert(
    fc.property(keys, (added) => {
      const table = new JoinTable()
      for (const key of added) table.add(key)
      for (const key of [...added, 'none', undefined]) {
        const rows: number[] = []
        for (let row = table.first(key); row >= 0; row = table.next(row)) rows.push(row)
        expect(rows.sort((a, b) => a - b)).toEqual(added.flatMap((each, i) => (each === key ? [i] : [])))
      }
    }),
  )
})

/** The operators of a plan, one a line, with the rows that they gave under PROFILE. */
function planOf(engine: Engine, text: string): string {
  return renderPlan(engine.explain(text))
}

function joinedEverywhere(): Engine {
  return Engine.overStore({ ...allRules, joins: 'wherever possible' })
}

describe('joins', () => {
  test('by value: 1 is 1.0, null and NaN are nothing', () => {
    const engine = joinedEverywhere()
    engine.run("UNWIND [1, 2.0, 'x', null, 0.0/0.0, [1, 2]] AS v CREATE (:A {v: v})")
    engine.run("UNWIND [1.0, 1, 2, 'x', 'X', null, 0.0/0.0, [1.0, 2]] AS v CREATE (:B {v: v})")
    const text = 'MATCH (a:A), (b:B) WHERE a.v = b.v RETURN a.v, b.v'
    expect(planOf(engine, text)).toContain('HashJoin')
    const rows = engine.run(text).map((row) => row.map((each) => JSON.stringify(each)).join(' '))
    expect(rows).toHaveLength(5)
  })

  test('read what an earlier clause of the same query has written', () => {
    const engine = joinedEverywhere()
    const text =
      'UNWIND [1, 2, 2] AS v CREATE (:A {v: v}), (:B {v: v}) WITH count(*) AS n MATCH (a:A), (b:B) WHERE a.v = b.v RETURN n, a.v, b.v'
    expect(planOf(engine, text)).toContain('HashJoin')
    expect(engine.run(text)).toHaveLength(5)
  })

  test('are not used for each row of a query that writes between the rows', () => {
    const engine = joinedEverywhere()
    const text = 'UNWIND [1, 1] AS v MERGE (a:A {v: v})-[:R]->(b:B {v: v}) RETURN count(*)'
    expect(planOf(engine, text)).not.toContain('HashJoin')
    engine.run(text)
    expect(engine.run('MATCH (a:A) RETURN count(*)')).toEqual([[1]])
  })

  test('the gathered side of an OPTIONAL MATCH is found once for all rows', () => {
    const engine = Engine.overStore()
    engine.run('UNWIND range(1, 300) AS v CREATE (:A {v: v}), (:B {v: v + 100})')
    const text = 'MATCH (a:A) OPTIONAL MATCH (b:B) WHERE b.v = a.v RETURN count(*), count(b)'
    expect(planOf(engine, text)).toContain('HashJoin')
    expect(engine.run(text)).toEqual([[300, 200]])
    expect(planOf(engine, `PROFILE ${text}`)).toMatch(/LabelScan b:B {2}\(300 rows/)
  })
})
