import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/ids.js'
import type { Storage } from '../../src/database/storage.js'
import { type Database, open } from '../../src/index.js'
import { pageBytes } from '../../src/pages/heap.js'
import type { BulkLoader } from '../../src/transaction/bulk-loader.js'
import { verify } from '../../src/transaction/verify.js'
import { memoryEnvironment, seededRandom } from '../support/memory-environment.js'
import { code, countNodes, holdFlushes, isPending, one, openOnDisk, settle } from './support.js'

function problemsOf(db: Database): string[] {
  return verify((db as unknown as { storage: Storage }).storage.stores)
}

/** People who know each other in a ring, and some hubs whom many like. */
function load(loader: BulkLoader, count: number): void {
  const person = loader.labelId('Person')
  const hub = loader.labelId('Hub')
  const [knows, likes] = [loader.typeId('KNOWS'), loader.typeId('LIKES')]
  const [number, since] = [loader.propertyId('number'), loader.propertyId('since')]
  const random = seededRandom(1)
  const ids = Array.from({ length: count }, (_, i) =>
    loader.addNode({ labels: i % 100 === 0 ? [person, hub] : [person], key: `p${i}`, properties: [[number, i]] }),
  )
  for (const [i, start] of ids.entries()) {
    const end = ids[(i + 1) % count]!
    loader.addRelationship({ type: knows, start, end, properties: i % 3 === 0 ? [[since, 2000 + (i % 20)]] : [] })
    const liked = ids[Math.floor(random.next() ** 3 * count)]!
    loader.addRelationship({ type: likes, start, end: liked, properties: [] })
  }
}

/** The same by statements, as a plain model of the load. */
async function write(db: Database, count: number): Promise<void> {
  const random = seededRandom(1)
  const people = Array.from({ length: count }, (_, i) => ({ key: `p${i}`, number: i, hub: i % 100 === 0 }))
  await db.query(
    'UNWIND $people AS p CREATE (n:Person {_key: p.key, number: p.number}) WITH n, p WHERE p.hub SET n:Hub',
    { people },
  )
  const knows = people.map((_, i) => ({
    from: `p${i}`,
    to: `p${(i + 1) % count}`,
    since: i % 3 === 0 ? 2000 + (i % 20) : null,
  }))
  const likes = people.map((_, i) => ({ from: `p${i}`, to: `p${Math.floor(random.next() ** 3 * count)}` }))
  await db.query(
    'UNWIND $knows AS r MATCH (a {_key: r.from}), (b {_key: r.to}) CREATE (a)-[:KNOWS {since: r.since}]->(b)',
    { knows },
  )
  await db.query('UNWIND $likes AS r MATCH (a {_key: r.from}), (b {_key: r.to}) CREATE (a)-[:LIKES]->(b)', { likes })
}

async function contentOf(db: Database): Promise<unknown> {
  const nodes = await db.query('MATCH (n) RETURN n._key, labels(n), properties(n) ORDER BY n._key')
  const links = await db.query(
    'MATCH (a)-[r]->(b) RETURN a._key, type(r), properties(r), b._key ORDER BY a._key, type(r), b._key',
  )
  return [nodes.rows, links.rows]
}

describe('a bulk load', () => {
  test('gives the same database as statements do, and one that is opened again', async () => {
    const [loaded, written] = [await openOnDisk(), await open()]
    for (const each of [loaded.db, written]) await each.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    const loader = loaded.db.bulkLoader()
    load(loader, 2500)
    await loader.finish()
    await write(written, 2500)
    const content = await contentOf(written)
    expect(await contentOf(loaded.db)).toEqual(content)
    expect(problemsOf(loaded.db)).toEqual([])
    const again = await open('data', { environment: memoryEnvironment(loaded.files.crash(1)) })
    expect(await contentOf(again)).toEqual(content)
    expect(problemsOf(again)).toEqual([])
    expect(await one(again, 'MATCH (p:Person {number: 77}) RETURN p._key')).toBe('p77')
  })

  test('is seen by nobody before it is finished; writes wait or are refused', async () => {
    const { db, files } = await openOnDisk({ lockTimeoutMs: 20 })
    await db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    const early = db.begin()
    const loader = db.bulkLoader()
    load(loader, 500)
    const looks = async () => {
      expect(await countNodes(db)).toBe(0)
      expect(await countNodes(early)).toBe(0)
      expect(db.info()).toMatchObject({
        nodeCount: 0,
        relationshipCount: 0,
        labels: { Person: 0 },
        relationshipTypes: {},
      })
      expect(await one(db, 'MATCH (p:Person {number: 7}) RETURN count(*)')).toBe(0)
    }
    await looks()
    await expect(db.query('CREATE (n)')).rejects.toThrow(code('WRITER_BUSY') as Error)
    expect(() => db.bulkLoader()).toThrow(code('WRITER_BUSY') as Error)
    await expect(db.checkpoint()).rejects.toThrow(code('WRITER_BUSY') as Error)
    const gate = holdFlushes(files)
    const finished = loader.finish()
    expect(await isPending(finished)).toBe(true)
    await looks()
    gate.open()
    await finished
    expect(await countNodes(db)).toBe(500)
    expect(await countNodes(early)).toBe(0)
    await db.query('CREATE (n)')
  })

  test('that is aborted leaves the database as it was, with the index that was there, ready for another', async () => {
    const { db, environment } = await openOnDisk()
    await db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    const before = db.info()
    const loader = db.bulkLoader()
    load(loader, 500)
    loader.abort()
    loader.abort()
    expect(db.info()).toEqual(before)
    expect(problemsOf(db)).toEqual([])
    const second = db.bulkLoader()
    load(second, 300)
    await second.finish()
    expect(problemsOf(db)).toEqual([])
    const again = await open('data', { environment: memoryEnvironment(environment.files.crash(1)) })
    expect(await countNodes(again)).toBe(300)
  })

  test('fills the full-text indexes that are there', async () => {
    const db = await open()
    await db.query('CREATE FULLTEXT INDEX names FOR (p:Person) ON EACH [p.name]')
    const loader = db.bulkLoader()
    const [person, name] = [loader.labelId('Person'), loader.propertyId('name')]
    for (let i = 0; i < 600; i++)
      loader.addNode({ labels: i % 3 === 0 ? [] : [person], key: null, properties: [[name, `Ann ${i % 7}`]] })
    await loader.finish()
    expect(await one(db, "RETURN search.count('names', 'ann') AS n")).toBe(400)
    expect(await one(db, "RETURN search.count('names', '+ann +5') AS n")).toBe(
      Array.from({ length: 600 }, (_, i) => i).filter((i) => i % 3 !== 0 && i % 7 === 5).length,
    )
    expect(problemsOf(db)).toEqual([])
  })

  test('takes nothing any more after its end', async () => {
    const db = await open()
    for (const end of ['finish', 'abort'] as const) {
      const loader = db.bulkLoader()
      const label = loader.labelId('L')
      await loader[end]()
      expect(() => loader.addNode({ labels: [label], key: null, properties: [] })).toThrow(
        code('TRANSACTION_CLOSED') as Error,
      )
      await expect(loader.finish()).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    }
    expect(await countNodes(db)).toBe(0)
    await db.query('CREATE (n)')
  })

  test('goes into an empty database only', async () => {
    const db = await open()
    await db.query('CREATE (n)')
    expect(() => db.bulkLoader()).toThrow(code('DATABASE_NOT_EMPTY') as Error)
    await db.query('MATCH (n) DELETE n')
    const loader = db.bulkLoader()
    loader.abort()
    expect(await countNodes(db)).toBe(0)
  })

  test('goes into a database that was emptied, whose ids nobody is to meet again', async () => {
    const { db } = await openOnDisk()
    await db.query('UNWIND range(1, 1500) AS i CREATE (:Person {i: i})-[:KNOWS]->(:Person)')
    const old = (await db.query('MATCH (p)-[r:KNOWS]->() RETURN elementId(p), elementId(r)')).rows
    await db.query('MATCH (p) DETACH DELETE p')
    const loader = db.bulkLoader()
    load(loader, 1200)
    await loader.finish()
    expect(problemsOf(db)).toEqual([])
    const nodes = (await db.query('MATCH (p) RETURN elementId(p)')).rows.map(([id]) => id)
    const links = (await db.query('MATCH ()-[r]->() RETURN elementId(r)')).rows.map(([id]) => id)
    const seen = new Set([...nodes, ...links])
    expect(seen.size).toBe(1200 + 2400)
    expect(old.flat().filter((id) => seen.has(id))).toEqual([])
    await db.query('MATCH (a:Person)-[r]->() WHERE a.number % 2 = 0 DELETE r')
    await db.query('MATCH (a:Person {number: 1}), (b:Person {number: 2}) CREATE (a)-[:KNOWS]->(b)')
    expect(problemsOf(db)).toEqual([])
  })

  test('checks each node and relationship, and goes on without those it refuses', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT one FOR (p:P) REQUIRE p.a IS UNIQUE')
    const loader = db.bulkLoader()
    const label = loader.labelId('P')
    const property = loader.propertyId('a')
    const add = (key: string | null, value: string | number) =>
      loader.addNode({ labels: [label], key, properties: [[property, value]] })
    const start = add('first', 1)
    expect(() => add('first', 2)).toThrow(code('KEY_TAKEN') as Error)
    expect(() => add('second', 1)).toThrow(code('CONSTRAINT_VIOLATION') as Error)
    expect(() => add('second', 'x'.repeat(5000))).toThrow(code('LIMIT_EXCEEDED') as Error)
    expect(() => add('', 2)).toThrow(code('KEY_INVALID') as Error)
    expect(() => add('second', '\ud800')).toThrow(code('PROPERTY_INVALID') as Error)
    const end = add('second', 2)
    expect(loader.nodeByKey('second')).toBe(end)
    loader.addRelationship({ type: loader.typeId('TO'), start, end, properties: [] })
    await loader.finish()
    expect((await db.query('MATCH (p:P)-[:TO]->(q) RETURN p.a, q.a')).rows).toEqual([[1, 2]])
    expect(problemsOf(db)).toEqual([])
  })

  test('takes labels, types and properties in any turn, many of them and few entities of each', async () => {
    const db = await open()
    const loader = db.bulkLoader()
    const labels = Array.from({ length: 70 }, (_, i) => loader.labelId(`L${i}`))
    const types = [0, 1, 2].map((i) => loader.typeId(`T${i}`))
    const values = [1, 'a', true, 2 ** 40, null]
    const properties = values.map((_, i) => loader.propertyId(`p${i}`))
    const ids: NodeId[] = []
    // More than may wait to be written, with no extent full.
    for (let i = 0; i < 67_000; i++) {
      const [property, value] = [properties[i % 5]!, i % 7 === 0 ? 'other' : values[i % 5]!]
      ids.push(loader.addNode({ labels: [labels[i % 70]!], key: null, properties: [[property, value]] }))
      const [start, end] = [ids[i >>> 1]!, ids[i]!]
      loader.addRelationship({ type: types[i % 3]!, start, end, properties: [[property, i]] })
    }
    await loader.finish()
    expect(problemsOf(db)).toEqual([])
    expect(db.info()).toMatchObject({ nodeCount: 67_000, relationshipCount: 67_000, labels: { L3: 958 } })
    const sums = 'MATCH (n) WITH count(n.p0) AS a, count(n.p4) AS b MATCH ()-[r]->() RETURN a, b, sum(r.p1)'
    const expected = Array.from({ length: 67_000 }, (_, i) => i).filter((i) => i % 5 === 1)
    expect((await db.query(sums)).rows).toEqual([[13_400, 1914, expected.reduce((sum, i) => sum + i, 0)]])
  })

  test('keeps the last value of a property that is named twice, and indexes that one', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT one FOR (p:P) REQUIRE p.a IS UNIQUE')
    const loader = db.bulkLoader()
    const [labels, a] = [[loader.labelId('P')], loader.propertyId('a')]
    const add = (...values: number[]) =>
      loader.addNode({ labels, key: null, properties: values.map((value) => [a, value]) })
    add(1, 2)
    expect(() => add(3, 2)).toThrow(code('CONSTRAINT_VIOLATION') as Error)
    add(2, 1)
    await loader.finish()
    expect((await db.query('MATCH (p:P) RETURN p.a ORDER BY p.a')).rows).toEqual([[1], [2]])
    expect(problemsOf(db)).toEqual([])
  })

  test('for which there is no memory ends, and leaves an empty database that works', async () => {
    const db = await open(':memory:', { memoryMaxBytes: 100 * pageBytes })
    const loader = db.bulkLoader()
    expect(() => load(loader, 100_000)).toThrow(code('LIMIT_EXCEEDED') as Error)
    expect(() => loader.labelId('L')).toThrow(code('TRANSACTION_CLOSED') as Error)
    await expect(loader.finish()).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    expect(await countNodes(db)).toBe(0)
    expect(problemsOf(db)).toEqual([])
    await db.query('CREATE (n)')
  })

  test('whose database is closed meanwhile leaves nothing on disk', async () => {
    const { db, environment } = await openOnDisk()
    await db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    load(db.bulkLoader(), 300)
    await db.close()
    const again = await open('data', { environment })
    expect(await countNodes(again)).toBe(0)
    expect(again.info().indexes).toMatchObject([{ name: 'numbers', entries: 0 }])
  })

  test('that is being finished when its database is closed is finished first', async () => {
    const { db, environment } = await openOnDisk()
    const loader = db.bulkLoader()
    load(loader, 300)
    const gate = holdFlushes(environment.files)
    const finished = loader.finish()
    await settle()
    const closed = db.close()
    gate.open()
    await Promise.all([finished, closed])
    const again = await open('data', { environment })
    expect(await countNodes(again)).toBe(300)
    expect(problemsOf(again)).toEqual([])
  })

  test('begins when what was written before is safe, and not when that cannot be, as it would be taken back with it', async () => {
    const { db, files } = await openOnDisk()
    files.failure = ({ operation }) => (operation === 'write' ? 'EIO' : undefined)
    const lost = db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    expect(() => db.bulkLoader()).toThrow(code('STORAGE_FAILED') as Error)
    await expect(lost).rejects.toThrow(code('STORAGE_FAILED') as Error)
    expect(() => db.bulkLoader()).toThrow(code('STORAGE_FAILED') as Error)
    files.failure = undefined
    const kept = db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    const loader = db.bulkLoader()
    load(loader, 300)
    await Promise.all([kept, loader.finish()])
    const again = await open('data', { environment: memoryEnvironment(files.crash(1)) })
    expect(await countNodes(again)).toBe(300)
    expect(again.info().indexes).toMatchObject([{ name: 'numbers', entries: 300 }])
  })
})
