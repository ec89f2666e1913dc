import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare, groupKey } from '../../../query/functions/values.js'
import { Float, type Value } from '../../../src/core/value.js'
import { Engine } from '../../support/engine.js'

const engine = Engine.overModel()
const run = (text: string, parameters: Readonly<Record<string, Value>> = {}) => engine.run(text, parameters)

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: -5, max: 5 }).map((value) => new Float(value / 2)),
)
const scalar: fc.Arbitrary<Value> = fc.oneof(fc.constant(null), fc.boolean(), fc.constantFrom('', 'a', 'b'), number)

describe('aggregates', () => {
  test('of no rows there is one row without grouping, and none with it', () => {
    expect(run('MATCH (n:None) RETURN count(*), sum(n.x), avg(n.x), min(n.x), max(n.x), collect(n.x)')).toEqual([
      [0, 0, null, null, null, []],
    ])
    expect(run('MATCH (n:None) RETURN n.x, count(*)')).toEqual([])
  })

  test('nulls are left out, but not by count(*)', () => {
    expect(
      run('UNWIND [1, null, 3] AS x RETURN count(*), count(x), sum(x), avg(x), min(x), max(x), collect(x)'),
    ).toEqual([[3, 2, 4, new Float(2), 1, 3, [1, 3]]])
  })

  test('a null is a group of its own, and 1 and 1.0 are one group', () => {
    expect(run('UNWIND [null, 1, 1.0, null] AS x RETURN x, count(*)')).toEqual([
      [null, 2],
      [1, 2],
    ])
  })

  test('several grouping keys group by all of them', () => {
    expect(run('UNWIND [[1, 2], [1, 3], [1, 2]] AS p RETURN p[0] AS a, p[1] AS b, count(*) AS c')).toEqual([
      [1, 2, 2],
      [1, 3, 1],
    ])
  })

  test('a sum of INTEGERs is exact beyond 2^53 and refused beyond 64 bits', () => {
    expect(run('UNWIND [9007199254740991, 2, -1] AS x RETURN sum(x)')).toEqual([[9007199254740992n]])
    expect(run('UNWIND [9223372036854775807, 9223372036854775807, -9223372036854775807] AS x RETURN sum(x)')).toEqual([
      [9223372036854775807n],
    ])
    expect(() => run('UNWIND [9223372036854775807, 1] AS x RETURN sum(x)')).toThrow('64 bits')
  })

  test('a sum with a FLOAT in it is a FLOAT', () => {
    expect(run('UNWIND [1, 0.5] AS x RETURN sum(x)')).toEqual([[new Float(1.5)]])
  })

  test('a sum of strings is refused', () => {
    expect(() => run("UNWIND [1, 'a'] AS x RETURN sum(x)")).toThrow('STRING')
  })

  test('agree with plain code on any values, grouped and not, distinct and not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('g', 'h'), scalar), { maxLength: 12 }), (rows) => {
        const answered = run(
          `UNWIND $rows AS row RETURN row[0] AS g, count(row[1]), count(DISTINCT row[1]), collect(row[1]),
             collect(DISTINCT row[1]), min(row[1]), max(row[1])`,
          { rows },
        )
        const groups = new Map<string, Value[]>()
        for (const [group, value] of rows) groups.set(group, [...(groups.get(group) ?? []), value])
        expect(answered).toEqual([...groups].map(([group, values]) => [group, ...summary(values)]))
      }),
    )
  })

  test('sums and means agree with plain code', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 12 }), (values) => {
        const total = values.reduce<number>((sum, value) => sum + (value instanceof Float ? value.value : value), 0)
        const isFloat = values.some((value) => value instanceof Float)
        const [[sum, mean]] = run('UNWIND $values AS x RETURN sum(x), avg(x)', { values }) as [[Value, Value]]
        expect(sum).toEqual(isFloat ? new Float(total) : total)
        expect((mean as Float).value).toBeCloseTo(total / values.length, 10)
      }),
    )
  })
})

function summary(values: readonly Value[]): Value[] {
  const present = values.filter((value) => value !== null)
  const keys = present.map(groupKey)
  const distinct = present.filter((_, i) => keys.indexOf(keys[i]!) === i)
  const sorted = [...present].sort(compare)
  return [present.length, distinct.length, present, distinct, firstOf(sorted), lastOf(present)]
}

function firstOf(sorted: readonly Value[]): Value {
  return sorted[0] ?? null
}

/** Of equivalent values the one that came first. */
function lastOf(present: readonly Value[]): Value {
  return present.reduce<Value>((last, value) => (last === null || compare(value, last) > 0 ? value : last), null)
}
