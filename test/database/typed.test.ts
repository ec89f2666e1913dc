/** `{ typed: true }`: every INTEGER is a bigint and every FLOAT a number, whichever way a statement goes. */
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { Float } from '../../src/core/value.js'
import {
  type Database,
  type Node,
  open,
  type Parameters,
  type Path,
  type Relationship,
  type TypedMap,
  type TypedResult,
  type TypedValue,
} from '../../src/index.js'
import { connect } from '../../src/sdk/client.js'
import { served } from '../http/support/served.js'
import { value } from '../support/values.js'

const typed = { typed: true } as const

type Ask = (text: string, parameters?: Parameters) => Promise<TypedValue[][]>

async function rowsOf(stream: AsyncIterable<TypedValue[]>): Promise<TypedValue[][]> {
  const rows: TypedValue[][] = []
  for await (const row of stream) rows.push(row)
  return rows
}

/** Each way in which a statement reaches a database. */
const ways: Readonly<Record<string, (db: Database, url: string) => Promise<Ask>>> = {
  'db.query': async (db) => async (text, parameters) => (await db.query(text, parameters, typed)).rows,
  'db.stream': async (db) => (text, parameters) => rowsOf(db.stream(text, parameters, typed)),
  'a prepared statement': async (db) => async (text, parameters) => db.prepare(text).all(parameters, typed).rows,
  'a transaction that reads': async (db) => async (text, parameters) =>
    db.transaction(async (tx) => (await tx.query(text, parameters, typed)).rows),
  'a transaction that streams': async (db) => async (text, parameters) =>
    db.transaction(async (tx) => rowsOf(tx.stream(text, parameters, typed))),
  'a transaction that writes': async (db) => async (text, parameters) =>
    db.transaction(async (tx) => (await tx.query(text, parameters, typed)).rows, { access: 'write' }),
  'a client': async (_, url) => {
    const client = await connect(url)
    return async (text, parameters) => (await client.query(text, parameters, typed)).rows
  },
  'a client that streams': async (_, url) => {
    const client = await connect(url)
    return (text, parameters) => rowsOf(client.stream(text, parameters, typed))
  },
  "a client's transaction": async (_, url) => {
    const client = await connect(url)
    return async (text, parameters) => client.transaction(async (tx) => (await tx.query(text, parameters, typed)).rows)
  },
}

describe.each(Object.entries(ways))('by %s', (_, way) => {
  async function asking(): Promise<Ask> {
    const { database, server } = await served()
    return way(database, server.url)
  }

  test('1 is a bigint and 1.0 a number, in lists and maps too', async () => {
    const ask = await asking()
    expect(await ask('RETURN 1, 1.0, 0.5, [1, [1.0]], {i: 1, f: 1.0}, null, true, "1"')).toEqual([
      [1n, 1, 0.5, [1n, [1]], { i: 1n, f: 1 }, null, true, '1'],
    ])
  })

  test('the largest and smallest INTEGER, the last safe ones, and what aggregates give', async () => {
    const ask = await asking()
    const parameters = { max: 2n ** 63n - 1n, min: -(2n ** 63n), safe: 2 ** 53 - 1 }
    expect(await ask('UNWIND [$max, $min, $safe] AS i RETURN i, count(*), avg(1) ORDER BY i', parameters)).toEqual([
      [-(2n ** 63n), 1n, 1],
      [2n ** 53n - 1n, 1n, 1],
      [2n ** 63n - 1n, 1n, 1],
    ])
  })

  test('properties of nodes, of relationships and along paths, of a statement that writes', async () => {
    const ask = await asking()
    const [[a, r, p]] = (await ask('CREATE p = (a:A {i: 1, f: 1.0, l: [2, 2.0]})-[r:R {i: 3}]->() RETURN a, r, p')) as [
      [Node<TypedMap>, Relationship<TypedMap>, Path<TypedMap>],
    ]
    expect(a.properties).toEqual({ i: 1n, f: 1, l: [2n, 2] })
    expect(r.properties).toEqual({ i: 3n })
    expect(p).toMatchObject({ nodes: [a, { properties: {} }], relationships: [r] })
    expect(await ask('MATCH (a:A) RETURN a.i, a.f')).toEqual([[1n, 1]])
  })
})

test('any value comes back with its INTEGERs as bigints and its FLOATs as numbers', async () => {
  const db = await open()
  await fc.assert(
    fc.asyncProperty(value, async (each) => {
      const { rows } = await db.query('RETURN $each', { each }, typed)
      expect(rows).toEqual([[expectedOf(each)]])
    }),
  )
})

function expectedOf(each: unknown): unknown {
  if (typeof each === 'number' || typeof each === 'bigint') return BigInt(each)
  if (each instanceof Float) return each.value
  if (Array.isArray(each)) return each.map(expectedOf)
  if (each instanceof Map) return Object.fromEntries([...each].map(([name, item]) => [name, expectedOf(item)]))
  return each
}

test('without it, or with false, numbers are numbers', async () => {
  const db = await open()
  for (const options of [{}, { typed: false }])
    expect((await db.query('RETURN 1, 1.0, 9007199254740993', {}, options)).rows).toEqual([[1, 1, 9007199254740993n]])
})

test('the types of an answer follow', async () => {
  const db = await open()
  const statement = db.prepare('RETURN 1 AS one')
  expectTypeOf(db.query('RETURN 1', {}, typed)).toEqualTypeOf<Promise<TypedResult>>()
  expectTypeOf(await db.query('RETURN 1'))
    .toHaveProperty('rows')
    .toEqualTypeOf<unknown[][]>()
  expectTypeOf(statement.all({}, typed).records()).toEqualTypeOf<Record<string, TypedValue>[]>()
  expectTypeOf(statement.all().rows).toEqualTypeOf<unknown[][]>()
  for await (const row of db.stream('RETURN 1', {}, typed)) expectTypeOf(row).toEqualTypeOf<TypedValue[]>()
})
