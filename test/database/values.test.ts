import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Database, Float, float, type Node, open, type Path, type Relationship } from '../../src/index.js'
import { code, one } from './support.js'

const returned = (db: Database, value: unknown) => one(db, 'RETURN $value', { value })

/** Stores a value and reads it back, as a property of a node and of a relationship. */
async function stored(db: Database, value: unknown): Promise<unknown> {
  await db.query('CREATE (:V {value: $value})-[:R {value: $value}]->()', { value })
  const { rows } = await db.query(
    'MATCH (v:V)-[r:R]->(n) WITH v, r, n, v.value AS a, r.value AS b DETACH DELETE v, n RETURN a, b',
  )
  expect(rows[0]![1]).toEqual(rows[0]![0])
  return rows[0]![0]
}

describe('a value', () => {
  test.each<[string, unknown, unknown]>([
    ['a whole number is an INTEGER', 7, 7],
    ['a number with a fraction is a FLOAT', 0.5, 0.5],
    ['a whole number beyond 2^53 is a FLOAT', 2 ** 60, 2 ** 60],
    ['a bigint is an INTEGER, and comes back as a number where that is exact', 7n, 7],
    ['a bigint beyond 2^53 comes back as one', 2n ** 60n + 1n, 2n ** 60n + 1n],
    ['the largest INTEGER', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['the smallest INTEGER', -(2n ** 63n), -(2n ** 63n)],
    ['the last safe integers', [2 ** 53 - 1, -(2 ** 53) + 1], [2 ** 53 - 1, -(2 ** 53) + 1]],
    ['float(1) is a FLOAT, and comes back as a number', float(1), 1],
    ['-0 is the INTEGER 0', -0, 0],
    ['float(-0) keeps its sign', float(-0), -0],
    ['NaN', Number.NaN, Number.NaN],
    [
      'infinity',
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ],
    ['a string of any characters', 'a\0é漢😀\u007f\uffff', 'a\0é漢😀\u007f\uffff'],
    ['an empty string', '', ''],
    ['booleans', [true, false], [true, false]],
    ['bytes', Uint8Array.of(0, 1, 255), Uint8Array.of(0, 1, 255)],
    ['no bytes', new Uint8Array(0), new Uint8Array(0)],
    ['an empty list', [], []],
    ['a list of anything', [1, 'a', null, [true, [0.5]], { b: [] }], [1, 'a', null, [true, [0.5]], { b: [] }]],
    ['undefined inside of a list is null', [undefined, 1], [null, 1]],
    ['a hole in an array is null', Object.assign([], { 1: 1 }), [null, 1]],
    ['a map', { a: 1, b: { c: null, d: [{}] } }, { a: 1, b: { c: null, d: [{}] } }],
    [
      'a Map is a map',
      new Map<string, unknown>([
        ['a', 1],
        ['b', new Map()],
      ]),
      { a: 1, b: {} },
    ],
    ['an object without prototype is a map', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])('%s', async (_, value, expected) => {
    const db = await open()
    expect(await returned(db, value)).toEqual(expected)
    expect(await stored(db, value)).toEqual(expected)
  })

  test('keeps the difference of INTEGER and FLOAT from the door in to the store and back', async () => {
    const db = await open()
    const integer = 'n.value / 2'
    await db.query('CREATE ({i: 0, value: $a}), ({i: 1, value: $b}), ({i: 2, value: $c})', { a: 7, b: float(7), c: 7n })
    expect((await db.query(`MATCH (n) RETURN ${integer} ORDER BY n.i`)).rows).toEqual([[3], [3.5], [3]])
  })

  test('named like what every object has is data like any other', async () => {
    const db = await open()
    const value = JSON.parse(
      '{"__proto__": {"polluted": true}, "constructor": 1, "toString": "x", "hasOwnProperty": null}',
    )
    for (const back of [await returned(db, value), await stored(db, value)]) {
      expect(Object.entries(back as object)).toEqual(Object.entries(value))
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    await db.query('CREATE (:P {`__proto__`: 1})')
    const { rows } = await db.query('MATCH (p:P) RETURN p, properties(p) AS properties')
    expect(Object.entries((rows[0]![0] as Node).properties)).toEqual([['__proto__', 1]])
    const record = (await db.query('RETURN 1 AS `__proto__`')).records()[0]!
    expect(Object.entries(record)).toEqual([['__proto__', 1]])
  })

  test('is not shared with the caller: who changes theirs later changes nothing', async () => {
    const db = await open()
    const list = [1, [2]]
    const bytes = Uint8Array.of(1, 2)
    await db.query('CREATE (:V {list: $list, bytes: $bytes})', { list, bytes })
    list.push(3)
    ;(list[1] as number[]).push(4)
    bytes[0] = 9
    const [first] = (await db.query('MATCH (v:V) RETURN v.list, v.bytes')).rows
    ;(first![0] as unknown[]).push('mine')
    ;(first![1] as Uint8Array)[1] = 8
    expect((await db.query('MATCH (v:V) RETURN v.list, v.bytes')).rows).toEqual([[[1, [2]], Uint8Array.of(1, 2)]])
  })

  test.each<[string, unknown, RegExp]>([
    ['a function', () => 1, /\$value is a function/],
    ['a symbol', Symbol('s'), /\$value is a symbol/],
    ['a Date that is none', { when: [new Date(Number.NaN)] }, /\$value\.when\[0\] is an object of class Date/],
    ['an object of a class', new (class Point {})(), /an object of class Point/],
    ['a typed array that is no bytes', new Float32Array(1), /an object of class Float32Array/],
  ])('that Cypher has no type for is refused with its place: %s', async (_, value, message) => {
    const db = await open()
    await expect(returned(db, value)).rejects.toThrow(code('PROPERTY_INVALID') as Error)
    await expect(returned(db, value)).rejects.toThrow(message)
  })

  test('beyond 64 bits is refused', async () => {
    const db = await open()
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n]) {
      await expect(returned(db, value)).rejects.toThrow(code('NUMBER_OUT_OF_RANGE') as Error)
      await expect(returned(db, [{ a: value }])).rejects.toThrow(/\$value\[0\]\.a is/)
    }
  })

  test('of any kind comes back as it was given, from the query and from the store', async () => {
    const scalar = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 20 }),
    )
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small', maxDepth: 3 },
        scalar,
        fc.array(tie('any')),
        fc.dictionary(fc.string(), tie('any')),
      ),
    })).any
    const db = await open()
    await fc.assert(
      fc.asyncProperty(value, async (value) => {
        const expected = await returned(db, value)
        expect(expected).toEqual(plain(value))
        // A property that is null is one that is not there.
        expect(await stored(db, value)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})

/** A parameter as an answer gives it back. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : value
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Float) return value
  const object = {}
  for (const [name, member] of Object.entries(value))
    Object.defineProperty(object, name, { value: plain(member), enumerable: true, configurable: true, writable: true })
  return object
}

describe('an entity', () => {
  test('comes as a plain object with its labels, properties and key', async () => {
    const db = await open()
    const node = (await one(db, 'CREATE (n:A:B {_key: "k", name: "Ann", age: 1}) RETURN n')) as Node
    expect(node).toEqual({
      elementId: expect.any(String),
      _key: 'k',
      labels: ['A', 'B'],
      properties: { name: 'Ann', age: 1 },
    })
    const bare = (await one(db, 'CREATE (n) RETURN n')) as Node
    expect(bare).toEqual({ elementId: expect.any(String), labels: [], properties: {} })
    expect('_key' in bare).toBe(false)
  })

  test('of a path comes in order, its ends named in its relationships', async () => {
    const db = await open()
    const { nodes, relationships } = (await one(
      db,
      'CREATE p = (:A {i: 1})-[:R {i: 2}]->(:B)<-[:S]-(:C) RETURN p',
    )) as Path
    expect(nodes.map(({ labels }) => labels)).toEqual([['A'], ['B'], ['C']])
    expect(relationships.map(({ type }) => type)).toEqual(['R', 'S'])
    const [a, b, c] = nodes.map(({ elementId }) => elementId)
    expect(relationships[0]).toEqual({
      elementId: expect.any(String),
      type: 'R',
      startNodeElementId: a,
      endNodeElementId: b,
      properties: { i: 2 },
    } satisfies Relationship)
    expect([relationships[1]!.startNodeElementId, relationships[1]!.endNodeElementId]).toEqual([c, b])
  })

  test('inside of lists and maps comes as plain as outside', async () => {
    const db = await open()
    const value = (await one(db, 'CREATE (n:A) RETURN {list: [n, [n]], f: 1.0, i: 1}')) as {
      list: [Node, [Node]]
      f: number
    }
    expect(value.list[0]).toEqual(value.list[1][0])
    expect(value.list[0].labels).toEqual(['A'])
  })

  test('that the statement deleted has its id, and nothing else any more', async () => {
    const db = await open()
    await db.query('CREATE (:A {i: 1})-[:R]->(:B)')
    const { rows } = await db.query('MATCH (a:A)-[r:R]->() DETACH DELETE a RETURN a, r')
    expect(rows[0]![0]).toEqual({ elementId: expect.any(String), labels: [], properties: {} })
    expect(rows[0]![1]).toMatchObject({ elementId: expect.any(String), properties: {} })
  })

  test('has an elementId that is its own for ever, though ids are used again', async () => {
    const db = await open()
    const seen = new Set<unknown>()
    for (let round = 0; round < 4; round++) {
      const { rows } = await db.query(
        'UNWIND range(1, 1200) AS i CREATE (n:N)-[r:R]->(n) RETURN elementId(n), elementId(r)',
      )
      for (const id of rows.flat()) {
        expect(seen.has(id)).toBe(false)
        seen.add(id)
      }
      const [node] = (await db.query('MATCH (n:N) RETURN n LIMIT 1')).rows[0] as [Node]
      expect(seen.has(node.elementId)).toBe(true)
      await db.query('MATCH (n:N) DETACH DELETE n')
    }
    // Ids are, though: what is deleted leaves room.
    const ids = [...seen].map((id) => Number(String(id).split(':')[1]))
    expect(Math.max(...ids)).toBeLessThan(4 * 1200)
  })
})

test('a parameter is named without its dollar sign, and need not be used', async () => {
  const db = await open()
  expect(await one(db, 'RETURN $a', { a: 1, b: 2 })).toBe(1)
  await expect(db.query('RETURN $a, $b', { b: 1 })).rejects.toThrow(/needs a value for \$a/)
})
