import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TopRows } from '../../../query/execute/runtime/top.js'
import { compare } from '../../../query/functions/values.js'
import type { Value } from '../../../src/core/value.js'
import { Engine } from '../../support/engine.js'

const engine = Engine.overModel()
const rowsOf = (text: string, parameters: Readonly<Record<string, Value>> = {}) => engine.run(text, parameters)

const key: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom('a', 'b'),
  fc.boolean(),
)

describe('ORDER BY', () => {
  test('sorts by each key in turn, ascending or descending, nulls last', () => {
    expect(
      rowsOf('UNWIND [[1, 2], [null, 1], [1, 1], [0, 5]] AS p RETURN p[0] AS a, p[1] AS b ORDER BY a, b DESC'),
    ).toEqual([
      [0, 5],
      [1, 2],
      [1, 1],
      [null, 1],
    ])
  })

  test('reads what is not returned', () => {
    expect(rowsOf('UNWIND [3, 1, 2] AS x RETURN x * 10 AS y ORDER BY -x')).toEqual([[30], [20], [10]])
  })

  test('with LIMIT gives the rows that a sort of all begins with, equal keys in the order in which they came', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, key), { maxLength: 20 }),
        fc.nat({ max: 8 }),
        fc.nat({ max: 8 }),
        (keys, skip, limit) => {
          const rows = keys.map(([one, other], i) => [one, other, i])
          const sorted = [...rows].sort((left, right) => compare(left[0]!, right[0]!) || compare(right[1]!, left[1]!))
          const text = `UNWIND $rows AS r RETURN r[2] AS i ORDER BY r[0], r[1] DESC SKIP ${skip} LIMIT ${limit}`
          expect(rowsOf(text, { rows })).toEqual(sorted.slice(skip, skip + limit).map((row) => [row[2]]))
        },
      ),
    )
  })

  test('the heap of the first rows agrees with sorting all, whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }),
        fc.nat({ max: 20 }),
        (numbers, count) => {
          const top = new TopRows((left, right) => (left[0] as number) - (right[0] as number), count)
          const kept: number[] = []
          for (const number of numbers) {
            const place = top.place([number])
            if (place >= 0) kept[place] = number
          }
          expect([...top.places(0)].map((place) => kept[place])).toEqual(
            [...numbers].sort((a, b) => a - b).slice(0, count),
          )
        },
      ),
    )
  })
})

describe('SKIP and LIMIT', () => {
  test('cut rows without an order too', () => {
    expect(rowsOf('UNWIND range(1, 10) AS x RETURN x SKIP 3 LIMIT 2')).toEqual([[4], [5]])
    expect(rowsOf('UNWIND range(1, 3) AS x RETURN x LIMIT 0')).toEqual([])
    expect(rowsOf('UNWIND range(1, 3) AS x RETURN x SKIP 5')).toEqual([])
  })

  test('take a parameter, which must be an INTEGER that is not negative', () => {
    expect(rowsOf('UNWIND range(1, 9) AS x RETURN x LIMIT $n', { n: 2 })).toEqual([[1], [2]])
    expect(() => rowsOf('UNWIND range(1, 9) AS x RETURN x LIMIT $n', { n: -1 })).toThrow('LIMIT')
    expect(() => rowsOf('UNWIND range(1, 9) AS x RETURN x SKIP $n', { n: 'two' })).toThrow('SKIP')
  })

  test('LIMIT stops the work below it', () => {
    // The division by zero comes after the rows that are wanted.
    expect(rowsOf('UNWIND [2, 1, 0] AS x RETURN 10 / x LIMIT 2')).toEqual([[5], [10]])
    expect(() => rowsOf('UNWIND [2, 1, 0] AS x RETURN 10 / x')).toThrow('zero')
  })

  test('LIMIT in the middle limits what follows, once for the whole query', () => {
    expect(rowsOf('UNWIND [1, 2, 3] AS x WITH x LIMIT 2 UNWIND [1, 2] AS y RETURN x, y')).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ])
  })
})
