/** Statements that take longer than a slice, and what happens between their slices. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Database, open } from '../../src/index.js'
import { Heap } from '../../src/pages/heap.js'
import { code, countNodes, isPending, one, settle } from './support.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Nodes `:N {i: 1 ... count}`, and their links in a ring. */
async function ring(count: number): Promise<Database> {
  const db = await open()
  await db.query('UNWIND range(1, $count) AS i CREATE (:N {i: i, text: "start"})', { count })
  await db.query('CREATE INDEX numbers FOR (n:N) ON (n.i)')
  await db.query('MATCH (a:N), (b:N) WHERE b.i = a.i % $count + 1 CREATE (a)-[:NEXT {i: a.i}]->(b)', { count })
  return db
}

/** Goes over every pair, of nodes, texts and relationships: a hundred slices or so. */
const longRead = `
  MATCH (a:N)-[r:NEXT]->(b:N), (c:N) WHERE c.text = "start" AND c.i <= a.i
  RETURN count(*) AS pairs, sum(a.i) AS sum, min(r.i) AS first, max(b.i) AS last`
const expectedFor = (count: number) => [
  (count * (count + 1)) / 2,
  (count * (count + 1) * (2 * count + 1)) / 6,
  1,
  count,
]

/** Runs the long read and changes everything that it reads meanwhile. Gives its answer and how often it was overtaken. */
async function readWhileWriting(db: Database): Promise<{ row: unknown[]; writes: number }> {
  let writes = 0
  let reading = true
  const answer = db.query(longRead).finally(() => {
    reading = false
  })
  while (reading) {
    await settle(1)
    if (!reading) break
    if (writes % 4 === 0)
      await db.query('MATCH (n:N) WHERE n.i % 7 = $k SET n.i = n.i + 100000, n.text = "other"', { k: writes % 7 })
    if (writes % 4 === 1) await db.query('MATCH (n:N)-[r:NEXT]->() WHERE n.i % 5 = $k DELETE r', { k: writes % 5 })
    if (writes % 4 === 2) await db.query('MATCH (n:N) WHERE n.i % 11 = $k DETACH DELETE n', { k: writes % 11 })
    if (writes % 4 === 3)
      await db.query('UNWIND range(1, 50) AS i CREATE (:N {i: i, text: "start"})-[:NEXT {i: 0}]->(:N {i: 0})')
    writes++
  }
  return { row: (await answer).rows[0]!, writes }
}

describe('a long read', () => {
  test('sees one state from its first row to its last, whatever is written meanwhile', async () => {
    const db = await ring(800)
    const { row, writes } = await readWhileWriting(db)
    expect(row).toEqual(expectedFor(800))
    expect(writes).toBeGreaterThan(3)
  })

  test('would see what is written if pages were not kept for it: the fault is seen', async () => {
    const db = await ring(800)
    vi.spyOn(Heap.prototype, 'writable').mockReturnValue(true)
    const row = await readWhileWriting(db).then(
      ({ row }) => row,
      (error: unknown) => [error],
    )
    expect(row).not.toEqual(expectedFor(800))
  })

  test('holds its state only until its end: memory freed is used again', async () => {
    const db = await ring(800)
    const used: number[] = []
    for (let round = 0; round < 6; round++) {
      const reading = db.query(longRead)
      await settle(1)
      await db.query('MATCH (n:N) SET n.text = $text', { text: `round ${round}` })
      await db.query('MATCH (n:N) SET n.text = "start"')
      await reading
      used.push(db.info().memoryBytes)
    }
    expect(used[5]).toBe(used[1])
  })

  test('lets others have their turn: a short read does not wait for its end', async () => {
    const db = await ring(800)
    const reading = db.query(longRead)
    expect(await one(db, 'MATCH (n:N {i: 7}) RETURN n.i')).toBe(7)
    expect(await isPending(reading)).toBe(true)
    await reading
  })

  test('ends when its caller gives up, or its time is over', async () => {
    const db = await ring(800)
    const controller = new AbortController()
    const cancelled = db.query(longRead, {}, { signal: controller.signal })
    await settle(2)
    controller.abort(new Error('the page was closed'))
    await expect(cancelled).rejects.toMatchObject({ code: 'QUERY_CANCELLED', cause: new Error('the page was closed') })
    await expect(db.query(longRead, {}, { timeoutMs: 10 })).rejects.toThrow(/took longer than its 10 ms/)
    expect((await db.query(longRead)).rows).toEqual([expectedFor(800)])
  })
})

describe('a long write', () => {
  const longWrite = 'UNWIND range(1, $count) AS i CREATE (n:M {i: i})-[:OF {i: i}]->(:O)'

  test('is seen by nobody before its end; others read the state before it', async () => {
    const db = await ring(10)
    const writing = db.query(longWrite, { count: 60_000 })
    let reads = 0
    while (await isPending(writing)) {
      expect(await countNodes(db)).toBe(10)
      expect(await one(db, 'MATCH (m:M) RETURN count(*)')).toBe(0)
      expect(db.info()).toMatchObject({ nodeCount: 10, labels: { N: 10 }, relationshipTypes: { NEXT: 10 } })
      expect(db.prepare('MATCH ()-[r]->() RETURN count(*)').all().rows).toEqual([[10]])
      reads++
    }
    expect(reads).toBeGreaterThan(2)
    const { counters } = (await writing).summary
    expect(counters).toMatchObject({ nodesCreated: 120_000, relationshipsCreated: 60_000, propertiesSet: 120_000 })
    expect(await countNodes(db)).toBe(120_010)
    expect(await one(db, 'MATCH (m:M) RETURN sum(m.i)')).toBe((60_000 * 60_001) / 2)
  })

  test('keeps other writers waiting, who go on from what it wrote', async () => {
    const db = await open()
    const writing = db.query(longWrite, { count: 60_000 })
    const next = db.query('MATCH (m:M) WITH count(*) AS count CREATE (:After {count: count})')
    expect(await isPending(next)).toBe(true)
    await Promise.all([writing, next])
    expect(await one(db, 'MATCH (a:After) RETURN a.count')).toBe(60_000)
  })

  test('that fails far on leaves nothing, and does not disturb who reads', async () => {
    const db = await ring(800)
    const before = db.info()
    const failing = db.query(`${longWrite} WITH i RETURN 1 / (i - 59000)`, { count: 60_000 })
    const reading = db.query(longRead)
    await expect(failing).rejects.toThrow(code('ARITHMETIC') as Error)
    expect((await reading).rows).toEqual([expectedFor(800)])
    expect({ ...db.info(), memoryBytes: 0 }).toEqual({ ...before, memoryBytes: 0, sequence: db.info().sequence })
    expect(await one(db, 'MATCH ()-[r]->() RETURN count(r)')).toBe(800)
  })

  test('leaves nothing when its caller gives up, or its time is over, and others may write', async () => {
    const db = await open()
    const controller = new AbortController()
    const cancelled = db.query(longWrite, { count: 60_000 }, { signal: controller.signal })
    await settle(3)
    controller.abort()
    await expect(cancelled).rejects.toThrow(/cancelled; nothing of it took effect/)
    await expect(db.query(longWrite, { count: 60_000 }, { timeoutMs: 20 })).rejects.toThrow(
      code('QUERY_TIMEOUT') as Error,
    )
    expect(await countNodes(db)).toBe(0)
    await db.query('CREATE (n)')
    expect(db.info().labels).toEqual({})
  })

  test('does not find what it writes itself where it reads first', async () => {
    const db = await ring(3000)
    await db.query('MATCH (n:N) CREATE (:N {i: n.i})')
    expect(await one(db, 'MATCH (n:N) RETURN count(*)')).toBe(6000)
  })
})

describe('a stream', () => {
  test('gives the rows of one state, however long its caller takes between them', async () => {
    const db = await ring(5000)
    const seen: unknown[] = []
    for await (const [i] of db.stream('MATCH (n:N) RETURN n.i')) {
      if (seen.length % 500 === 0)
        await db.query('MATCH (n:N) WHERE n.i % 10 = $k SET n.i = -1', { k: (seen.length / 500) % 10 })
      seen.push(i)
    }
    expect(seen.length).toBe(5000)
    expect(seen.some((i) => i === -1)).toBe(false)
  })

  test('that is left early lets go of its state', async () => {
    const db = await ring(5000)
    await db.query('MATCH (n:N) SET n.text = "before"')
    const { memoryBytes } = db.info()
    for await (const row of db.stream('MATCH (n:N) RETURN n.i')) {
      expect(row).toEqual([1])
      await db.query('MATCH (n:N) SET n.text = "after"')
      break
    }
    expect(db.info().memoryBytes).toBe(memoryBytes)
  })

  test('ends with the summary, and fails where the rows would fail', async () => {
    const db = await ring(10)
    const stream = db.stream('UNWIND [1, 2] AS x CREATE (:M {x: x}) RETURN x')
    expect(await stream.next()).toEqual({ value: [1], done: false })
    expect(await stream.next()).toEqual({ value: [2], done: false })
    expect(await stream.next()).toMatchObject({ value: { counters: { nodesCreated: 2 } }, done: true })
    await expect(db.stream('MATCH (n:N) RETURN 1 / (n.i - 5)').next()).rejects.toThrow(code('ARITHMETIC') as Error)
  })
})
