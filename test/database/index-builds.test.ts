/** CREATE INDEX over data, while others read and write. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Storage } from '../../src/database/storage.js'
import { type Database, open } from '../../src/index.js'
import { verify } from '../../src/transaction/verify.js'
import { memoryEnvironment } from '../support/memory-environment.js'
import { code, one, openOnDisk, settle } from './support.js'

/** More than a slice or two take. */
const count = 20_000

const storageOf = (db: Database) => (db as unknown as { storage: Storage }).storage
const problemsOf = (db: Database) => verify(storageOf(db).stores)
const unfinished = (db: Database) => {
  const { stores } = storageOf(db)
  return stores.indexes().filter((open) => !stores.isWhole(open)).length
}

async function withPeople(db: Database): Promise<Database> {
  await db.query('UNWIND range(1, $count) AS i CREATE (:Person {number: i, name: toString(i)})', { count })
  return db
}

async function states(db: Database): Promise<unknown[]> {
  const { rows } = await db.query('SHOW INDEXES')
  return rows.map(([, name, state]) => [name, state])
}

const makeIndex = 'CREATE INDEX people FOR (p:Person) ON (p.number)'
const makeUnique = 'CREATE CONSTRAINT people FOR (p:Person) REQUIRE p.number IS UNIQUE'
const planOf = async (db: Database, text: string) => JSON.stringify((await db.query(`EXPLAIN ${text}`)).summary.plan)

afterEach(() => vi.restoreAllMocks())

describe('an index over existing data', () => {
  test('is there when CREATE INDEX answers, and holds what was written meanwhile', async () => {
    const db = await withPeople(await open())
    let made = false
    const making = db.query(makeIndex).then(() => {
      made = true
    })
    let writes = 0
    for (; !made; writes++) {
      // Of what is filled already and of what is not yet: the ids come in the order of the numbers.
      await db.query('MATCH (p:Person {name: $name}) SET p.number = -1 - $writes', { name: String(writes + 1), writes })
      await db.query("CREATE (:Person {number: 0, name: 'new'})")
      await db.query('MATCH (p:Person {name: $name}) DELETE p', { name: String(count - writes) })
      await db.query('MATCH (p:Person {name: $name}) REMOVE p:Person', { name: String(count / 2 + writes) })
      await settle(1)
    }
    await making
    expect(writes).toBeGreaterThan(1)
    expect(problemsOf(db)).toEqual([])
    expect(await one(db, 'MATCH (p:Person {number: 0}) RETURN count(*)')).toBe(writes)
    expect(await planOf(db, 'MATCH (p:Person {number: 0}) RETURN p')).toContain('IndexSeek')
  })

  test('of vectors is made the same way', async () => {
    const db = await open()
    await db.query('UNWIND range(1, $count) AS i CREATE (:Person {number: i, e: [i, 1]})', { count })
    let made = false
    const making = db
      .query('CREATE VECTOR INDEX people FOR (p:Person) ON (p.e) OPTIONS {indexConfig: {dimensions: 2, m: 2}}')
      .then(() => {
        made = true
      })
    let writes = 0
    for (; !made; writes++) {
      await db.query('MATCH (p:Person {number: $at}) SET p.e = [1, p.number]', { at: writes + 1 })
      await db.query('MATCH (p:Person {number: $at}) DELETE p', { at: count - writes })
      await db.query('MATCH (p:Person {number: $at}) REMOVE p:Person', { at: count / 2 + writes })
      await settle(1)
    }
    await making
    expect(writes).toBeGreaterThan(1)
    expect(problemsOf(db)).toEqual([])
    expect(await one(db, 'SHOW INDEXES YIELD documents')).toBe(count - 2 * writes)
    await db.close()
  })

  test('is used by no plan before it is whole, and shown as POPULATING', async () => {
    const db = await withPeople(await open())
    const making = db.query(makeIndex)
    const [shown] = (await db.query('SHOW INDEXES')).records()
    expect(shown).toMatchObject({ name: 'people', state: 'POPULATING' })
    expect(shown!.populationPercent).toBeGreaterThan(0)
    expect(shown!.populationPercent).toBeLessThan(100)
    const lookup = `MATCH (p:Person {number: ${count}}) RETURN count(*)`
    expect(await planOf(db, lookup)).not.toContain('IndexSeek')
    expect(await one(db, lookup)).toBe(1)
    expect(db.info().indexes).toEqual([])
    await making
    expect(await states(db)).toEqual([['people', 'ONLINE']])
    expect(await planOf(db, lookup)).toContain('IndexSeek')
  })

  test('lets a transaction that is longer than its slices go first, and keeps what it wrote', async () => {
    const db = await withPeople(await open())
    const making = db.query(makeIndex)
    await db.transaction(async (tx) => {
      await tx.query('MATCH (p:Person {number: 1}) SET p.number = 0')
      await settle(20)
      await tx.query('MATCH (p:Person {number: 2}) SET p.number = 0')
    })
    const rolledBack = db.begin()
    await rolledBack.query('MATCH (p:Person) WHERE p.number < 100 SET p.number = 0')
    await settle()
    rolledBack.rollback()
    await making
    expect(problemsOf(db)).toEqual([])
    expect(await one(db, 'MATCH (p:Person {number: 0}) RETURN count(*)')).toBe(2)
  })

  test('of relationships is filled in the same way', async () => {
    const db = await withPeople(await open())
    await db.query('MATCH (p:Person) CREATE (p)-[:KNOWS {since: p.number}]->(p)')
    const making = db.query('CREATE INDEX knows FOR ()-[k:KNOWS]-() ON (k.since)')
    await db.query('MATCH ()-[k:KNOWS {since: 7}]->() SET k.since = 8')
    await making
    expect(problemsOf(db)).toEqual([])
    expect(await one(db, 'MATCH ()-[k:KNOWS {since: 8}]->() RETURN count(*)')).toBe(2)
  })

  test('that is cancelled, or takes too long, leaves nothing', async () => {
    const db = await withPeople(await open())
    const cancel = new AbortController()
    const making = db.query(makeIndex, {}, { signal: cancel.signal })
    await settle(2)
    cancel.abort()
    await expect(making).rejects.toThrow(code('QUERY_CANCELLED') as Error)
    expect(await states(db)).toEqual([])
    await expect(db.query(makeIndex, {}, { timeoutMs: 1 })).rejects.toThrow(code('QUERY_TIMEOUT') as Error)
    expect(await states(db)).toEqual([])
    expect(problemsOf(db)).toEqual([])
    await db.query(makeIndex)
    expect(await states(db)).toEqual([['people', 'ONLINE']])
  })

  test('that is dropped by somebody on the way says so to who makes it', async () => {
    const db = await withPeople(await open())
    const making = db.query(makeIndex)
    const refused = expect(making).rejects.toThrow(code('INDEX_MISSING') as Error)
    await db.query('DROP INDEX people')
    const again = db.query('CREATE INDEX people FOR (p:Person) ON (p.name)')
    await refused
    await again
    expect(db.info().indexes).toMatchObject([{ on: 'Person(name)', entries: count }])
  })

  test('is refused when a value is too long, naming the limit, and leaves nothing', async () => {
    const db = await withPeople(await open())
    await db.query("CREATE (:Person {number: $long, name: 'long'})", { long: 'x'.repeat(5000) })
    await expect(db.query(makeIndex)).rejects.toThrow(/an index entry takes at most/)
    expect(await states(db)).toEqual([])
  })

  test('that was begun is taken for there by IF NOT EXISTS', async () => {
    const db = await withPeople(await open())
    const making = db.query(makeIndex)
    await db.query('CREATE INDEX people IF NOT EXISTS FOR (p:Person) ON (p.number)')
    await expect(db.query(makeIndex)).rejects.toThrow(code('INDEX_EXISTS') as Error)
    expect(await states(db)).toEqual([['people', 'POPULATING']])
    await making
  })
})

describe('db.awaitIndexes', () => {
  test('answers when all indexes are online', async () => {
    const db = await withPeople(await open())
    void db.query(makeIndex)
    void db.query('CREATE INDEX names FOR (p:Person) ON (p.name)')
    await db.query('CALL db.awaitIndexes()')
    expect(await states(db)).toEqual([
      ['names', 'ONLINE'],
      ['people', 'ONLINE'],
    ])
    await db.query('CALL db.awaitIndexes(1)')
  })

  test('gives up after the time it was given, and the index goes on being filled', async () => {
    const db = await withPeople(await open())
    const making = db.query(makeIndex)
    await expect(db.query("CALL db.awaitIndex('people', 0)")).rejects.toThrow(code('QUERY_TIMEOUT') as Error)
    await db.query("CALL db.awaitIndex('people')")
    expect(await states(db)).toEqual([['people', 'ONLINE']])
    await making
  })

  test('says that there is no index of a name', async () => {
    const db = await open()
    await expect(db.query("CALL db.awaitIndex('people', 10)")).rejects.toThrow(code('INDEX_MISSING') as Error)
  })
})

describe('a unique constraint over existing data', () => {
  test('is refused when the values repeat, names them, and leaves nothing', async () => {
    const db = await withPeople(await open())
    await db.query("MATCH (p:Person {name: '17'}) SET p.number = 18000")
    await expect(db.query(makeUnique)).rejects.toThrow(
      /the node :Person with the elementId \S+ has number = 18000 already/,
    )
    expect(await states(db)).toEqual([])
    expect((await db.query('SHOW CONSTRAINTS')).rows).toEqual([])
    expect(problemsOf(db)).toEqual([])
  })

  test('refuses no write before it is there: what then breaks it makes it fail', async () => {
    const db = await withPeople(await open())
    const making = db.query(makeUnique)
    const refused = expect(making).rejects.toThrow(/has number = 1 already/)
    await db.query('CREATE (:Person {number: 1})')
    expect(unfinished(db)).toBe(1)
    await refused
    expect(await states(db)).toEqual([])
  })

  test('comes to be when what broke it is mended meanwhile, and NaN may repeat', async () => {
    const db = await withPeople(await open())
    await db.query("MATCH (p:Person) WHERE p.name ENDS WITH '99' SET p.number = $nan", { nan: Number.NaN })
    const making = db.query(makeUnique)
    await db.query("CREATE (:Person {number: 1, name: 'second'})")
    await db.query("MATCH (p:Person {name: 'second'}) DELETE p")
    expect(unfinished(db)).toBe(1)
    await making
    await expect(db.query('CREATE (:Person {number: 1})')).rejects.toThrow(code('CONSTRAINT_VIOLATION') as Error)
    expect(problemsOf(db)).toEqual([])
  })
})

describe('an index on disk', () => {
  test('that was not whole when the database was closed is gone when it is opened', async () => {
    const { db, environment } = await openOnDisk()
    await withPeople(db)
    const making = db.query(makeIndex)
    const refused = expect(making).rejects.toThrow(code('DATABASE_CLOSED') as Error)
    await settle(3)
    await db.close()
    await refused
    const again = await open('data', { environment })
    expect(await states(again)).toEqual([])
    await again.query(makeIndex)
    await again.close()
    const last = await open('data', { environment })
    expect(await states(last)).toEqual([['people', 'ONLINE']])
    expect(problemsOf(last)).toEqual([])
  })

  test('goes when the disk refuses, at the latest when the disk works again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const { db, files } = await openOnDisk()
    await withPeople(db)
    const making = db.query(makeIndex)
    const refused = expect(making).rejects.toThrow(code('STORAGE_FULL') as Error)
    await settle(3)
    files.failure = ({ operation }) => (operation === 'write' ? 'ENOSPC' : undefined)
    await refused
    files.failure = undefined
    await vi.advanceTimersByTimeAsync(2_000)
    vi.useRealTimers()
    await settle()
    expect(await states(db)).toEqual([])
    expect(problemsOf(db)).toEqual([])
  })

  test.each([1, 2, 3])('is whole or gone after a crash at any moment (seed %i)', async (seed) => {
    let calls = Number.POSITIVE_INFINITY
    for (let powerFailsAt = 1; powerFailsAt <= calls; powerFailsAt++) {
      const { files, acknowledged } = await crashWhileMaking(seed, powerFailsAt)
      calls = Math.min(calls, files.callCount)
      const db = await open('data', { environment: memoryEnvironment(files.crash(seed * 1000 + powerFailsAt)) })
      const found = await states(db)
      if (acknowledged) expect(found).toEqual([['people', 'ONLINE']])
      else expect([[], [['people', 'ONLINE']]]).toContainEqual(found)
      expect(problemsOf(db)).toEqual([])
      await db.close()
    }
    expect(calls).toBeGreaterThan(10)
  })
})

/** Makes an index beside a writer until the power fails within the given call that changes the disk. */
async function crashWhileMaking(seed: number, powerFailsAt: number) {
  const environment = memoryEnvironment(undefined, seed)
  const { files } = environment
  const db = await open('data', { environment, checkpointLogBytes: 16 * 1024 })
  await db.query('UNWIND range(1, 3000) AS i CREATE (:Person {number: i})')
  files.powerFailsAt = files.callCount + powerFailsAt
  let acknowledged = false
  const making = db.query(makeIndex).then(
    () => {
      acknowledged = !files.powerLost
    },
    () => {},
  )
  const writing = db.query('CREATE (:Person {number: 0})').catch(() => {})
  await Promise.all([making, writing])
  return { files, acknowledged }
}
