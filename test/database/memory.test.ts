/** When the memory for pages is full: who has to give way, and what stays as it was. */
import { describe, expect, test } from 'vitest'
import { Database as DatabaseOver } from '../../src/database/database.js'
import { Storage } from '../../src/database/storage.js'
import { type Database, type DatabaseInfo, open } from '../../src/index.js'
import { pageBytes } from '../../src/pages/heap.js'
import { verify } from '../../src/transaction/verify.js'
import { memoryEnvironment } from '../support/memory-environment.js'
import { code, countNodes, isPending, one, settle } from './support.js'

function storageOf(db: Database): Storage {
  return (db as unknown as { storage: Storage }).storage
}

const fill = 'UNWIND range(1, $count) AS i CREATE (:N {i: i, text: $text + toString(i)})'
const text = 'x'.repeat(100)

/** A database with so many nodes, and memory for some pages more. */
async function filledTo(count: number, { roomPages }: { roomPages: number }): Promise<Database> {
  const measured = await open()
  await measured.query(fill, { count, text })
  const db = await open(':memory:', { memoryMaxBytes: measured.info().memoryBytes + roomPages * pageBytes })
  await db.query(fill, { count, text })
  return db
}

describe('memory that is full', () => {
  test('refuses the write that needs more, which leaves nothing; smaller ones and reads go on', async () => {
    const db = await open(':memory:', { memoryMaxBytes: 2 ** 20 })
    await db.query(fill, { count: 1000, text })
    const refused = db.query(fill, { count: 20_000, text })
    await expect(refused).rejects.toThrow(code('LIMIT_EXCEEDED') as Error)
    await expect(refused).rejects.toThrow(
      /needs more than its 1048576 bytes of memory; delete data, or raise memoryMaxBytes/,
    )
    expect(await countNodes(db)).toBe(1000)
    expect(verify(storageOf(db).stores)).toEqual([])
    await db.query(fill, { count: 10, text })
    await db.query('MATCH (n:N) DETACH DELETE n')
    await db.query(fill, { count: 1000, text })
    expect(await countNodes(db)).toBe(1000)
  })

  test('ends the reader who has read longest with SNAPSHOT_TOO_OLD, and the write succeeds', async () => {
    const db = await filledTo(5000, { roomPages: 100 })
    const readers = [db.begin()]
    // Each write keeps the pages for the reader before it: soon there is no room for all.
    for (let round = 1; round <= 20; round++) {
      await db.query('MATCH (n:N) SET n.i = $round', { round })
      readers.push(db.begin())
    }
    const [oldest, latest] = [readers[0]!, readers.at(-1)!]
    await expect(oldest.query('MATCH (n) RETURN count(*)')).rejects.toThrow(code('SNAPSHOT_TOO_OLD') as Error)
    expect(await one(latest, 'MATCH (n:N) RETURN max(n.i)')).toBe(20)
    expect(await one(db, 'MATCH (n:N) RETURN max(n.i)')).toBe(20)
    for (const reader of readers) reader.rollback()
    expect(verify(storageOf(db).stores)).toEqual([])
  })

  test('ends a long read between its slices', async () => {
    const db = await filledTo(4000, { roomPages: 220 })
    const reading = db.query('MATCH (a:N), (b:N) WHERE a.i + b.i < 0 RETURN count(*)')
    await settle(1)
    expect(await isPending(reading)).toBe(true)
    await db.query('MATCH (n:N) SET n.text = "short"')
    await db.query(fill, { count: 6000, text })
    await expect(reading).rejects.toThrow(code('SNAPSHOT_TOO_OLD') as Error)
    expect(await countNodes(db)).toBe(10_000)
  })

  test('does not end what others read while a transaction writes: that transaction is refused', async () => {
    const db = await open(':memory:', { memoryMaxBytes: 2 * 2 ** 20 })
    await db.query(fill, { count: 4000, text })
    const tx = db.begin()
    await tx.query('MATCH (n:N) SET n.i = 0')
    await expect(tx.query(fill, { count: 20_000, text })).rejects.toThrow(code('LIMIT_EXCEEDED') as Error)
    expect(await one(db, 'MATCH (n:N) RETURN max(n.i)')).toBe(4000)
    expect(await one(tx, 'MATCH (n:N) RETURN max(n.i)')).toBe(0)
    await tx.commit()
    expect(await one(db, 'MATCH (n:N) RETURN max(n.i)')).toBe(0)
    expect(verify(storageOf(db).stores)).toEqual([])
  })

  test('at the last page that a commit needs, or any before, leaves a database that is whole, also after a restart', async () => {
    const make = async (pagesMax: number) => {
      const environment = memoryEnvironment()
      const storage = Storage.open(environment, 'data', { heap: { pagesMax, slabShift: 8 } })
      const db = new DatabaseOver(storage, environment)
      await db.query('CREATE INDEX numbers FOR (n:N) ON (n.i)')
      // More than an extent of ids, so that deletion has some to give back, which the commit does last.
      await db.query('UNWIND range(1, 1300) AS i CREATE (:N {i: i})-[:OF]->(:M)')
      return { environment, db }
    }
    const stateOf = ({ nodeCount, relationshipCount, labels }: DatabaseInfo) => ({
      nodeCount,
      relationshipCount,
      labels,
    })
    const pagesFull = (await make(100_000)).db.info().memoryBytes / pageBytes

    /** Whether a deletion fits into so many pages more than there were. */
    const fitsInto = async (room: number): Promise<boolean> => {
      const { db, environment } = await make(pagesFull + room)
      const before = stateOf(db.info())
      // For this reader the deletion copies pages.
      const reader = db.begin()
      const deletion = db.transaction((tx) => tx.query('MATCH (n:N) WHERE n.i > 50 DETACH DELETE n'))
      const error = await deletion.then(
        () => undefined,
        (error: unknown) => error,
      )
      if (error !== undefined) {
        expect(error).toEqual(code('LIMIT_EXCEEDED'))
        expect(stateOf(db.info())).toEqual(before)
      }
      reader.rollback()
      await db.query('MATCH (m:M) WITH m LIMIT 1 DETACH DELETE m')
      expect(verify(storageOf(db).stores)).toEqual([])
      const again = await open('data', { environment: memoryEnvironment(environment.files.crash(room + 1)) })
      expect(stateOf(again.info())).toEqual(stateOf(db.info()))
      expect(verify(storageOf(again).stores)).toEqual([])
      return error === undefined
    }

    let [tooSmall, enough] = [0, 200]
    while (enough - tooSmall > 1) {
      const middle = (tooSmall + enough) >>> 1
      if (await fitsInto(middle)) enough = middle
      else tooSmall = middle
    }
    for (const room of [tooSmall - 1, tooSmall - 2, tooSmall - 3]) expect(await fitsInto(room)).toBe(false)
  })

  test('halfway through a change fails the whole, also where the error is caught', async () => {
    const db = await open(':memory:', { memoryMaxBytes: 2 ** 20 })
    const written = db.write((tx) => {
      const label = tx.labelId('N')
      const property = tx.propertyId('text')
      try {
        for (let i = 0; i < 100_000; i++)
          tx.createNode({ labels: [label], key: `key ${i}`, properties: [[property, text + i]] })
      } catch {
        // As an import does that leaves bad rows out.
      }
    })
    await expect(written).rejects.toThrow(code('LIMIT_EXCEEDED') as Error)
    expect(db.info().labels).toEqual({})
    expect(verify(storageOf(db).stores)).toEqual([])
  })
})
