/** Keys that expire: when they go, from where, and what keeps them. The clock is simulated, the time of writers too. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Storage } from '../../src/database/storage.js'
import { type Database, open } from '../../src/index.js'
import { verify } from '../../src/transaction/verify.js'
import { type MemoryEnvironment, memoryEnvironment } from '../support/memory-environment.js'
import { settle } from './support.js'

let environment: MemoryEnvironment
let db: Database

beforeEach(async () => {
  environment = memoryEnvironment()
  db = await open('data', { environment })
})

afterEach(() => db.close())

/** Lets time pass, and what is due then go. */
async function pass(ms: number): Promise<void> {
  environment.advance(ms)
  await settle()
}

async function reopen(): Promise<void> {
  await db.close()
  db = await open('data', { environment })
}

const count = async (text: string) => (await db.query(text)).rows[0]![0]

describe('a key that expires', () => {
  test('is there until its time, and at most 100 ms later it is gone', async () => {
    await db.keys.set('k', 1, { ttlMs: 1_000 })
    await pass(999)
    expect(await db.keys.get('k')).toBe(1)
    await pass(101)
    expect(await db.keys.get('k')).toBeNull()
    expect(await db.keys.list()).toEqual([])
  })

  test('goes with its node, from every index and with its relationships, at one moment', async () => {
    await db.query('CREATE INDEX FOR (p:Person) ON (p.name)')
    await db.query("CREATE (:Person {_key: 'ann', name: 'Ann'})-[:KNOWS]->(:Person {_key: 'bob', name: 'Bob'})")
    await db.keys.expire('ann', { ttlMs: 500 })
    const snapshot = db.begin()
    await pass(600)
    expect(await count("MATCH (p:Person {name: 'Ann'}) RETURN count(*)")).toBe(0)
    expect(await count('MATCH ()-[r]->() RETURN count(r)')).toBe(0)
    expect((await snapshot.query('MATCH (p:Person)-[r]->() RETURN p.name')).rows).toEqual([['Ann']])
    snapshot.rollback()
  })

  test('stays where another is due first, and goes in its turn', async () => {
    await db.keys.set('late', 1, { ttlMs: 3_600_000 })
    await db.keys.set('soon', 1, { ttlMs: 10 })
    await pass(100)
    expect((await db.keys.list()).map(({ key }) => key)).toEqual(['late'])
    await pass(3_600_000)
    expect(await db.keys.list()).toEqual([])
  })

  test('is gone when the database is opened after its time, and goes on living before it', async () => {
    await db.keys.set('short', 1, { ttlMs: 1_000 })
    await db.keys.set('long', 1, { ttlMs: 100_000 })
    await db.close()
    environment.clock.time += 50_000
    db = await open('data', { environment })
    expect((await db.keys.list()).map(({ key }) => key)).toEqual(['long'])
    expect(db.info().expiry).toEqual({ keys: 1, lateMs: 0, lateMsMax: 0 })
    await db.checkpoint()
    await reopen()
    await pass(50_100)
    expect(await db.keys.list()).toEqual([])
  })

  test('waits for whoever writes, and tells how late it is', async () => {
    await db.keys.set('k', 1, { ttlMs: 100 })
    const transaction = db.begin({ idleMsMax: Number.POSITIVE_INFINITY })
    await transaction.query('CREATE (:Writing)')
    await pass(400)
    expect(await db.keys.get('k')).toBe(1)
    expect(db.info().expiry).toEqual({ keys: 1, lateMs: 300, lateMsMax: 0 })
    await transaction.commit()
    await settle()
    expect(await db.keys.get('k')).toBeNull()
    expect(db.info().expiry).toEqual({ keys: 0, lateMs: 0, lateMsMax: 300 })
  })

  test('goes later by what its transaction says, if that is committed', async () => {
    await db.keys.set('k', 1, { ttlMs: 1_000 })
    const transaction = db.begin()
    await transaction.keys.persist('k')
    transaction.rollback()
    await db.transaction(async (tx) => {
      await tx.keys.set('other', 1, { ttlMs: 5_000 })
    })
    await pass(1_100)
    expect((await db.keys.list()).map(({ key }) => key)).toEqual(['other'])
  })

  test('is tried again while the disk refuses', async () => {
    await db.keys.set('k', 1, { ttlMs: 100 })
    environment.files.failure = ({ operation }) => (operation === 'write' ? 'EIO' : undefined)
    await pass(200)
    expect(await db.keys.get('k')).toBe(1)
    environment.files.failure = undefined
    await pass(1_100)
    expect(await db.keys.get('k')).toBeNull()
  })

  test('comes as soon as another clock says so', async () => {
    await db.keys.set('k', 1, { expiresAt: new Date(environment.clock.time + 3_600_000) })
    environment.clock.time += 3_600_000
    await pass(10_000)
    expect(await db.keys.get('k')).toBeNull()
  })

  test('in thousands goes within batches, each whole', async () => {
    await db.write(({ keys }) => {
      for (let i = 0; i < 20_000; i++) keys.set(`k${i}`, `value ${i}`, environment.clock.time + 100 + (i % 7))
    })
    environment.advance(200)
    await expect.poll(() => db.info().plainValueCount, { timeout: 30_000 }).toBe(0)
    await db.close()
    const storage = Storage.open(environment, 'data')
    expect(verify(storage.stores)).toEqual([])
    await storage.close()
  }, 60_000)
})
