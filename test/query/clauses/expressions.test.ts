import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

/** The only value of the only row. */
async function value(text: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
  const { rows } = await db.query(text, parameters)
  expect(rows).toHaveLength(1)
  return rows[0]![0]
}

describe('reduce', () => {
  test('goes through a list with what it has made so far', async () => {
    expect(await value("RETURN reduce(text = '', x IN ['a', 'b', 'c'] | text + x)")).toBe('abc')
  })

  test('of an empty list is where it begins, of null is null', async () => {
    expect(await value('RETURN reduce(sum = 7, x IN [] | sum + x)')).toBe(7)
    expect(await value('RETURN reduce(sum = 7, x IN null | sum + x)')).toBe(null)
  })

  test('sees the row around it, and another reduce within it', async () => {
    const text = 'UNWIND [10] AS n RETURN reduce(s = 0, x IN [1, 2] | s + reduce(t = x, y IN [n, n] | t + y))'
    expect(await value(text)).toBe(43)
  })
})

describe('a map projection', () => {
  test('picks properties, adds entries and variables, and takes all with .*', async () => {
    await db.query("CREATE (:P {name: 'Ann', age: 30})")
    expect(await value('WITH 1 AS one MATCH (n:P) RETURN n { .name, .missing, one, double: n.age * 2 }')).toEqual({
      name: 'Ann',
      missing: null,
      one: 1,
      double: 60,
    })
    expect(await value('MATCH (n:P) RETURN n { .*, age: 31 }')).toEqual({ name: 'Ann', age: 31 })
  })

  test('of a map takes its members, of null is null', async () => {
    expect(await value('WITH {a: 1, b: 2} AS m RETURN m { .a }')).toEqual({ a: 1 })
    expect(await value('WITH null AS m RETURN m { .a, b: 1 }')).toBe(null)
  })

  test('may hold an aggregate beside what its group shares', async () => {
    await db.query('CREATE (a:P {i: 1}), (a)-[:T]->({i: 2}), (a)-[:T]->({i: 3})')
    const text = 'MATCH (a:P)-[:T]->(b) WITH a, b ORDER BY b.i WITH a, collect(b.i) AS bs RETURN a { .i, bs }'
    expect(await value(text)).toEqual({ i: 1, bs: [2, 3] })
  })

  test('of a number is refused', async () => {
    await expect(db.query('WITH 1 AS n RETURN n { .a }')).rejects.toThrow(
      'a map projection takes NODE or RELATIONSHIP or MAP',
    )
  })
})

describe('aggregates of spread', () => {
  const numbers = 'UNWIND [2, 4, 4, 4, 5, 5, 7, 9] AS x'

  test('stDevP divides by the count, stDev by one less', async () => {
    expect(await value(`${numbers} RETURN stDevP(x)`)).toBe(2)
    expect(await value(`${numbers} RETURN stDev(x)`)).toBeCloseTo(2.13809, 5)
    expect(await value('UNWIND [1] AS x RETURN stDev(x)')).toBe(0)
  })

  test('deviations of large numbers keep their digits', async () => {
    expect(await value('UNWIND [1e9, 1e9 + 1, 1e9 + 2] AS x RETURN stDev(x)')).toBe(1)
  })

  test('percentileCont lies between two numbers, percentileDisc is one of them', async () => {
    expect(await value('UNWIND [10, 20, 30, 40] AS x RETURN percentileCont(x, 0.5)')).toBe(25)
    expect(await value('UNWIND [10, 20, 30, 40] AS x RETURN percentileDisc(x, 0.5)')).toBe(20)
    expect(await value('UNWIND [10, 20, 30, 40] AS x RETURN percentileDisc(x, 0)')).toBe(10)
    expect(await value('UNWIND [10, null, 20] AS x RETURN percentileCont(x, 1)')).toBe(20)
    expect(await value('UNWIND [] AS x RETURN percentileCont(x, 0.5)')).toBe(null)
  })

  test('percentiles are found for each group', async () => {
    const text = `UNWIND [['a', 1], ['a', 3], ['b', 10]] AS p
      WITH p[0] AS k, percentileCont(p[1], $f) AS m RETURN k, m ORDER BY k`
    expect((await db.query(text, { f: 0.5 })).rows).toEqual([
      ['a', 2],
      ['b', 10],
    ])
  })

  test('a fraction beyond 0 to 1, or none, is refused', async () => {
    await expect(db.query('UNWIND [1] AS x RETURN percentileCont(x, 1.5)')).rejects.toMatchObject({
      code: 'NUMBER_OUT_OF_RANGE',
    })
    await expect(db.query('UNWIND [1] AS x RETURN percentileCont(x)')).rejects.toMatchObject({ code: 'ARGUMENT_COUNT' })
  })
})

test('lists are converted item by item', async () => {
  expect(await value("RETURN toIntegerList(['1', 2.9, true, null])")).toEqual([1, 2, null, null])
  expect(await value("RETURN toFloatList(['1.5', [], 2])")).toEqual([1.5, null, 2])
  expect(await value("RETURN toBooleanList(['true', 1, false])")).toEqual([true, null, false])
  expect(await value('RETURN toStringList([1, 1.0, true, []])')).toEqual(['1', '1.0', 'true', null])
})
