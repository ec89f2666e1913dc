import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Temporal } from '../../src/core/temporal/temporal.js'
import { Float } from '../../src/core/value.js'
import { connect, count, float, node, rel } from '../../src/sdk/client.js'
import { exactNumbers, fromTyped, toTyped } from '../../src/sdk/typed-json.js'
import { endless, served } from '../http/support/served.js'
import { value } from '../support/values.js'

async function connected() {
  const { server, database } = await served()
  return { db: await connect(server.url), database, server }
}

describe('a client', () => {
  test('asks as a database in the process is asked', async () => {
    const { db } = await connected()
    const created = await db.query('CREATE (:Person {_key: $key, name: $name})', { key: 'ann', name: 'Ann' })
    expect(created.summary.counters).toMatchObject({ nodesCreated: 1, propertiesSet: 1, labelsAdded: 1 })
    const { columns, rows, summary } = await db.query('MATCH (p:Person) RETURN p.name AS name')
    expect({ columns, rows }).toEqual({ columns: ['name'], rows: [['Ann']] })
    expect(summary.timeMs).toBeGreaterThan(0)
  })

  test('gives the values that a database in the process gives', async () => {
    const { db, database } = await connected()
    await db.query(
      "CREATE (:Person {_key: 'ann', list: [1, 2.5, 'x', null], big: 9223372036854775807, whole: 1.0})-[:KNOWS {since: 2001}]->(:City)",
    )
    const text =
      'MATCH t = (p)-[k]->(c) RETURN p, k, t, {a: [p.big, {b: p.whole}]} AS map, $bytes AS bytes, null AS none'
    const parameters = { bytes: new Uint8Array([1, 2, 255]) }
    const [there, here] = [await db.query(text, parameters), await database.query(text, parameters)]
    expect(there.rows).toEqual(here.rows)
    expect(there.columns).toEqual(here.columns)
  })

  test('keeps parameters as they are: 64 bits, FLOATs that are whole, NaN, nested maps', async () => {
    const { db } = await connected()
    const parameters = { i: 2n ** 63n - 1n, f: float(3), nan: Number.NaN, map: { a: [1, { b: null }] } }
    const { rows } = await db.query('RETURN $i - 1, $f / 2, $nan, $map', parameters)
    expect(rows).toEqual([[2n ** 63n - 2n, 1.5, Number.NaN, { a: [1, { b: null }] }]])
    await expect(db.query('RETURN $x', { x: () => 1 })).rejects.toMatchObject({ code: 'PROPERTY_INVALID' })
  })

  test('runs built statements, and streams them', async () => {
    const { db } = await connected()
    await db
      .unwind('i', [1, 2, 3])
      .create(({ i }) => [node('n', 'N', { i })])
      .run()
    const all = db
      .match(node('n', 'N'))
      .return(({ n }) => ({ i: n.i, n: count() }))
      .orderBy(({ i }) => i)
    expect((await all.run()).records()).toEqual([1, 2, 3].map((i) => ({ i, n: 1 })))
    const streamed: unknown[] = []
    for await (const row of all.stream()) streamed.push(row)
    expect(streamed).toEqual([1, 2, 3].map((i) => ({ i, n: 1 })))
  })

  test('shows plans', async () => {
    const { db, database } = await connected()
    for (const mode of ['EXPLAIN', 'PROFILE']) {
      const text = `${mode} MATCH (n:A) RETURN n.x`
      const there = (await db.query(text)).summary.plan!
      const here = (await database.query(text)).summary.plan!
      expect(there).toMatchObject({ operator: here.operator, details: here.details, estimatedRows: here.estimatedRows })
      expect(there.children.map(({ operator }) => operator)).toEqual(here.children.map(({ operator }) => operator))
      expect(there.rows).toEqual(here.rows)
    }
  })
})

describe('errors', () => {
  test('are those of the database, with code, place, hint and caret', async () => {
    const { db, database } = await connected()
    for (const text of ['RETURN\n  x', 'MATCH (n) RETURN n WHERE', 'RETURN 1 == 2', 'RETURN $nothing']) {
      const here = await database.query(text).catch((error) => error)
      const there = await db.query(text).catch((error) => error)
      expect(there).toMatchObject({ name: 'DatabaseError', code: here.code, message: here.message, hint: here.hint })
      expect(there.position).toEqual(here.position)
    }
  })

  test('say that nothing answers, or that what does is no Skein', async () => {
    await expect(connect('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
    const other = createServer((_, response) => response.end('hello')).listen(0)
    try {
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
      await expect(connect(url)).rejects.toMatchObject({
        code: 'ANSWER_INVALID',
        message: expect.stringContaining('hello'),
      })
    } finally {
      other.close()
    }
    const { server } = await connected()
    const elsewhere = await connect(server.url, { database: 'other' })
    await expect(elsewhere.query('RETURN 1')).rejects.toMatchObject({ code: 'DATABASE_MISSING' })
  })

  test('a signal cancels a statement, and its time-out ends it', async () => {
    const { db } = await connected()
    const signal = AbortSignal.timeout(50)
    await expect(db.query(endless, {}, { signal })).rejects.toMatchObject({ code: 'QUERY_CANCELLED' })
    await expect(db.query(endless, {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' })
  })
})

describe('a stream', () => {
  test('gives rows before the last one is found, and ends the statement when its reader stops', async () => {
    const { db } = await connected()
    const rows = db.stream('UNWIND range(1, 1000000) AS a UNWIND range(1, 1000) AS b RETURN a + 0.0, [a]')
    expect((await rows.next()).value).toEqual([1, [1]])
    await rows.return(undefined as never)
  })

  test('gives the summary at its end, and throws what goes wrong on the way', async () => {
    const { db } = await connected()
    const rows = db.stream('UNWIND [1, 2] AS x RETURN x, 2.0')
    expect([await rows.next(), await rows.next()].map(({ value }) => value)).toEqual([
      [1, 2],
      [2, 2],
    ])
    expect(await rows.next()).toMatchObject({ done: true, value: { counters: { nodesCreated: 0 }, plan: null } })
    const failing = async (text: string) => {
      for await (const _ of db.stream(text));
    }
    await expect(failing('RETURN x')).rejects.toMatchObject({ code: 'VARIABLE_UNDEFINED' })
    await expect(failing('UNWIND range(1, 100000) AS x RETURN 1 / (99999 - x)')).rejects.toMatchObject({
      code: 'ARITHMETIC',
    })
  })
})

describe('a transaction', () => {
  test('is committed when its action resolves, and taken back when it throws', async () => {
    const { db, database } = await connected()
    const total = await db.transaction(async (tx) => {
      await tx.query('CREATE (:A)')
      await tx.create(node('a', 'A'), rel(null, 'T').to(node('b', 'B'))).run()
      return (await tx.query('MATCH (n) RETURN count(*)')).rows[0]![0]
    })
    expect(total).toBe(3)
    const failed = db.transaction(async (tx) => {
      await tx.query('CREATE (:A)')
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect((await database.query('MATCH (n) RETURN count(*)')).rows).toEqual([[3]])
  })

  test('is run again after a conflict', async () => {
    const { db, database } = await connected()
    await database.query('CREATE (:Counter {n: 0})')
    let runs = 0
    await db.transaction(async (tx) => {
      const [[n]] = (await tx.query('MATCH (c:Counter) RETURN c.n')).rows as [[number]]
      if (runs++ === 0) await database.query('MATCH (c:Counter) SET c.n = 10')
      await tx.query('MATCH (c:Counter) SET c.n = $n', { n: n + 1 })
    })
    expect(runs).toBe(2)
    expect((await database.query('MATCH (c:Counter) RETURN c.n')).rows).toEqual([[11]])
  })

  test('that its caller ends: a rollback after the end does nothing, a statement after it is refused', async () => {
    const { db } = await connected()
    const tx = await db.begin({ access: 'write' })
    await tx.query('CREATE (:A)')
    const streamed: unknown[] = []
    for await (const row of tx.stream('MATCH (a:A) RETURN count(*)')) streamed.push(row)
    expect(streamed).toEqual([[1]])
    await tx.commit()
    await tx.rollback()
    await expect(tx.query('RETURN 1')).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
  })

  test('that the server has ended can still be rolled back', async () => {
    const { db } = await connected()
    const tx = await db.begin()
    await expect(tx.query('RETURN x')).rejects.toMatchObject({ code: 'VARIABLE_UNDEFINED' })
    await tx.rollback()
  })
})

test('the token goes with each request', async () => {
  const seen: (string | undefined)[] = []
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end(JSON.stringify({ database: 'x', data: { fields: [], values: [] }, counters: {} }))
  }).listen(0)
  try {
    const db = await connect(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`, { token: 'abc' })
    await db.query('RETURN 1')
    expect(seen).toEqual(['Bearer abc', 'Bearer abc'])
  } finally {
    other.close()
  }
})

test('typed JSON brings every value back as it was', () => {
  fc.assert(
    fc.property(value, (each) => {
      expect(toTyped(fromTypedValue(JSON.parse(JSON.stringify(toTyped(each)))))).toEqual(toTyped(each))
      function fromTypedValue(json: ReturnType<typeof toTyped>) {
        const plain = fromTyped(json, exactNumbers)
        return asValue(plain)
      }
    }),
  )
})

/** Objects as maps again. */
function asValue(plain: unknown): never {
  if (Array.isArray(plain)) return plain.map(asValue) as never
  if (typeof plain !== 'object' || plain === null || plain instanceof Float || plain instanceof Uint8Array)
    return plain as never
  if (plain instanceof Temporal) return plain as never
  return new Map(Object.entries(plain).map(([name, item]) => [name, asValue(item)])) as never
}

test('the client brings no part of the engine along', () => {
  const root = new URL('../../', import.meta.url)
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    const code = readFileSync(new URL(file, root), 'utf8')
    for (const [, specifier] of code.matchAll(/^(?:import|export)\s(?!type\s)[^;'"]*?from '(\.[^']+)'/gms))
      visit(posix.join(posix.dirname(file), specifier!).replace(/\.js$/, '.ts'))
  }
  visit('src/sdk/client.ts')
  const others = [...seen].filter((file) => !/^src\/(sdk|core)\//.test(file))
  expect(others).toEqual(['query/syntax/print.ts'])
})
