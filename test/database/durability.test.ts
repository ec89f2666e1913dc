/** What is safe when, and what happens when it cannot be made safe: over a disk whose writes a test holds up or refuses. */
import { describe, expect, test } from 'vitest'
import { Database as DatabaseOver } from '../../src/database/database.js'
import { Storage, type StorageFaults } from '../../src/database/storage.js'
import { type Database, open } from '../../src/index.js'
import { verify } from '../../src/transaction/verify.js'
import { type MemoryFileSystem, memoryEnvironment } from '../support/memory-environment.js'
import { code, countNodes, holdFlushes, isPending, one, openOnDisk, settle } from './support.js'

/** What a power failure at this moment leaves: the database as the next start finds it. */
async function afterCrash(files: MemoryFileSystem, seed = 1): Promise<Database> {
  return open('data', { environment: memoryEnvironment(files.crash(seed)) })
}

/** Refuses writes to the log from now on; gives what ends that. */
function breakDisk(files: MemoryFileSystem, errorCode = 'EIO'): () => void {
  files.failure = ({ operation }) => (operation === 'write' || operation === 'flush' ? errorCode : undefined)
  return () => {
    files.failure = undefined
  }
}

/** Nothing may be kept twice and differ. */
function expectSound(db: Database): void {
  const { storage } = db as unknown as { storage: Storage }
  expect(verify(storage.stores)).toEqual([])
}

describe('a commit', () => {
  test('is answered only when it is on disk; others see it at once, and are answered then too', async () => {
    const { db, files } = await openOnDisk()
    const gate = holdFlushes(files)
    const write = db.query('CREATE (:Person)')
    expect(await isPending(write)).toBe(true)
    expect(db.info().nodeCount).toBe(1)
    const read = countNodes(db)
    expect(await isPending(read)).toBe(true)
    gate.open()
    await write
    expect(await read).toBe(1)
    expect(await countNodes(await afterCrash(files))).toBe(1)
  })

  test('that was answered survives a power failure; with answers that do not wait it does not: the fault is seen', async () => {
    const survivorsWith = async (faults: StorageFaults) => {
      const environment = memoryEnvironment()
      const db = new DatabaseOver(Storage.open(environment, 'data', { faults }), environment)
      // Held up for ever: a flush that is answered without having come.
      if (faults.answerUnflushed === true) holdFlushes(environment.files)
      await db.query('CREATE (:Person)')
      return countNodes(await afterCrash(environment.files))
    }
    expect(await survivorsWith({})).toBe(1)
    expect(await survivorsWith({ answerUnflushed: true })).toBe(0)
  })

  test('shares its flush with the others of its turn', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:Warm)')
    const before = files.callCount
    await Promise.all(Array.from({ length: 64 }, (_, i) => db.query('CREATE (:Person {i: $i})', { i })))
    expect(files.callCount - before).toBeLessThanOrEqual(3)
    expect(await one(await afterCrash(files), 'MATCH (p:Person) RETURN count(*)')).toBe(64)
  })

  test('is answered in turn, also where more come while a flush is under way', async () => {
    const { db, files } = await openOnDisk()
    const gate = holdFlushes(files)
    const answered: number[] = []
    const writes = [1, 2, 3].map((i) => db.query('CREATE (n {i: $i})', { i }).then(() => answered.push(i)))
    await settle()
    writes.push(db.query('CREATE (n {i: 4})').then(() => answered.push(4)))
    expect(await isPending(Promise.race(writes))).toBe(true)
    gate.open()
    await Promise.all(writes)
    expect(answered).toEqual([1, 2, 3, 4])
  })

  test('of an explicit transaction is answered when it is on disk', async () => {
    const { db, files } = await openOnDisk()
    const gate = holdFlushes(files)
    const transaction = db.transaction((tx) => tx.query('CREATE (n)'))
    expect(await isPending(transaction)).toBe(true)
    gate.open()
    await transaction
    expect(await countNodes(await afterCrash(files))).toBe(1)
  })
})

describe('a read', () => {
  test('of a state that is on disk does not wait for a flush of anything newer', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:Person)')
    const tx = db.begin()
    const gate = holdFlushes(files)
    const write = db.query('CREATE (:Person)')
    await settle()
    expect(await countNodes(tx)).toBe(1)
    gate.open()
    await write
    tx.rollback()
  })

  test('row by row gives nothing that is not safe yet, and nothing newer than what it waited for', async () => {
    const { db, files } = await openOnDisk()
    const first = holdFlushes(files)
    const writes = [db.query('CREATE (n)')]
    await settle()
    const row = db.stream('MATCH (n) RETURN count(*)').next()
    expect(await isPending(row)).toBe(true)
    const second = holdFlushes(files)
    writes.push(db.query('CREATE (n)'))
    first.open()
    expect(await row).toMatchObject({ value: [1] })
    second.open()
    await Promise.all(writes)
    expect(await countNodes(db)).toBe(2)
  })

  test('that saw what could not be made safe fails as the write does', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:Person {name: "safe"})')
    const gate = holdFlushes(files)
    const write = db.query('CREATE (:Person {name: "lost"})')
    const read = db.query('MATCH (p:Person) RETURN p.name')
    await settle()
    const mend = breakDisk(files)
    // The write under way was accepted already; the next one is refused.
    const second = db.query('CREATE (:Person {name: "lost too"})')
    const secondRead = countNodes(db)
    gate.open()
    await Promise.all([write, read])
    await expect(second).rejects.toThrow(code('STORAGE_FAILED') as Error)
    await expect(secondRead).rejects.toThrow(code('STORAGE_FAILED') as Error)
    mend()
    expect(await countNodes(db)).toBe(2)
  })
})

describe('a flush that fails', () => {
  test.each([
    ['EIO', 'STORAGE_FAILED'],
    ['ENOSPC', 'STORAGE_FULL'],
  ])(
    'with %s takes back every commit that is not safe, newest first, and answers %s to each',
    async (errno, expected) => {
      const { db, files } = await openOnDisk()
      await db.query('CREATE INDEX numbers FOR (n:N) ON (n.i)')
      await db.query('CREATE (:N {i: 0, value: "safe"})')
      const mend = breakDisk(files, errno)
      const writes = [
        db.query('MATCH (n:N) SET n.value = "first"'),
        db.query('MATCH (n:N) SET n.value = "second" CREATE (:M)-[:OF]->(n)'),
        db.query('MATCH (n:N) DETACH DELETE n'),
        db.transaction((tx) => tx.query('CREATE (:N {i: 1})')),
      ]
      const outcomes = await Promise.allSettled(writes)
      expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
        Array(4).fill(expected),
      )
      expect((await db.query('MATCH (n) RETURN labels(n), n.value')).rows).toEqual([[['N'], 'safe']])
      expect(await one(db, 'MATCH (n:N {i: 0}) RETURN n.value')).toBe('safe')
      expect(db.info()).toMatchObject({ nodeCount: 1, relationshipCount: 0, labels: { N: 1 } })
      expectSound(db)

      await expect(db.query('CREATE (:N)')).rejects.toThrow(code(expected) as Error)
      mend()
      await db.query('CREATE (:N {i: 2, value: "later"})')
      const again = await afterCrash(files)
      expect((await again.query('MATCH (n) RETURN n.value ORDER BY n.i')).rows).toEqual([['safe'], ['later']])
      expectSound(again)
    },
  )

  test('is thrown by synchronous calls, which leave nothing either', async () => {
    const { db, files } = await openOnDisk()
    const create = db.prepare('CREATE (n)')
    create.run()
    const mend = breakDisk(files, 'ENOSPC')
    expect(() => create.run()).toThrow(code('STORAGE_FULL') as Error)
    expect(() => create.run()).toThrow(code('STORAGE_FULL') as Error)
    expect(await countNodes(db)).toBe(1)
    mend()
    create.run()
    expect(await countNodes(await afterCrash(files))).toBe(2)
  })

  test('while a transaction is writing takes that back too; others read what is safe at once', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:Safe)')
    const gate = holdFlushes(files)
    const first = db.query('CREATE (:Accepted)')
    await settle()
    // For this reader the next commit is written to copies of pages, which are gone when it is taken back.
    const early = db.begin()
    const lost = db.query('CREATE (:Lost {text: "not safe yet"})')
    const tx = db.begin()
    await tx.query('CREATE (:Own) CREATE (:Own)')
    const mend = breakDisk(files)
    gate.open()
    await first
    await expect(lost).rejects.toThrow(code('STORAGE_FAILED') as Error)
    mend()
    // The transaction has not ended yet, and those who read meanwhile were given the state before it.
    expect(await countNodes(db)).toBe(2)
    expect(await one(db, 'MATCH (l:Lost) RETURN count(*)')).toBe(0)
    expect(db.info()).toMatchObject({ nodeCount: 2, labels: { Safe: 1, Accepted: 1 } })
    const late = db.begin()
    expect(await countNodes(late)).toBe(2)
    late.rollback()
    await expect(tx.query('MATCH (n) RETURN n')).rejects.toThrow(
      /has been rolled back, since its changes could not be kept/,
    )
    await expect(tx.query('CREATE (n)')).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    await expect(tx.commit()).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    tx.rollback()
    early.rollback()
    await db.query('CREATE (:Later)')
    expect(db.info().labels).toEqual({ Safe: 1, Accepted: 1, Later: 1 })
    expectSound(db)
    expect((await afterCrash(files)).info().labels).toEqual({ Safe: 1, Accepted: 1, Later: 1 })
  })

  test('ends snapshots that saw what was taken back, and no others', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:Safe)')
    const early = db.begin()
    const mend = breakDisk(files)
    const lost = db.query('CREATE (:Lost)')
    lost.catch(() => undefined)
    const late = db.begin()
    await expect(lost).rejects.toThrow()
    mend()
    await expect(late.query('MATCH (n) RETURN n')).rejects.toThrow(code('SNAPSHOT_TOO_OLD') as Error)
    expect(await countNodes(early)).toBe(1)
    await db.query('CREATE (:Later)')
    expect(await countNodes(early)).toBe(1)
    expect(await countNodes(db)).toBe(2)
    late.rollback()
    early.rollback()
  })

  test('refuses the first write of a transaction, which may read on', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:Safe)')
    const mend = breakDisk(files)
    await expect(db.query('CREATE (n)')).rejects.toThrow(code('STORAGE_FAILED') as Error)
    const tx = db.begin()
    await expect(tx.query('CREATE (n)')).rejects.toThrow(code('STORAGE_FAILED') as Error)
    expect(await countNodes(tx)).toBe(1)
    mend()
    await tx.query('CREATE (n)')
    await tx.commit()
    expect(await countNodes(db)).toBe(2)
  })

  test('in the middle of a long write takes all of it back', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:Safe)')
    const mend = breakDisk(files, 'ENOSPC')
    // More than a mebibyte of changes, which go to the disk while the statement runs.
    const text = 'x'.repeat(1000)
    await expect(db.query('UNWIND range(1, 5000) AS i CREATE (:N {text: $text})', { text })).rejects.toThrow(
      code('STORAGE_FULL') as Error,
    )
    expect(db.info()).toMatchObject({ nodeCount: 1, labels: { Safe: 1 } })
    mend()
    await db.query('UNWIND range(1, 5000) AS i CREATE (:N {text: $text})', { text })
    expect((await afterCrash(files)).info().labels).toEqual({ Safe: 1, N: 5000 })
  })

  test('of a large statement in a transaction ends the transaction, and says so', async () => {
    const { db, files } = await openOnDisk()
    const tx = db.begin()
    await tx.query('CREATE (:Before)')
    const mend = breakDisk(files, 'ENOSPC')
    const large = tx.query('UNWIND range(1, 5000) AS i CREATE (:N {text: $text})', { text: 'x'.repeat(1000) })
    await expect(large).rejects.toThrow(code('STORAGE_FULL') as Error)
    mend()
    await expect(tx.commit()).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    tx.rollback()
    await db.query('CREATE (:After)')
    expect((await afterCrash(files)).info().labels).toEqual({ After: 1 })
  })

  test('of a large statement that fails for another reason ends the transaction, as its part in the log cannot be taken back', async () => {
    const { db, files } = await openOnDisk()
    const tx = db.begin()
    await tx.query('CREATE (:Before)')
    const large = tx.query('UNWIND range(1, 5000) AS i CREATE (:N {text: $text}) WITH i RETURN 1 / (i - 4900)', {
      text: 'x'.repeat(1000),
    })
    await expect(large).rejects.toThrow(code('ARITHMETIC') as Error)
    await expect(tx.query('MATCH (n) RETURN n')).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    tx.rollback()
    await db.query('CREATE (:After)')
    expect((await afterCrash(files)).info().labels).toEqual({ After: 1 })
  })

  test('gives no id and no sequence of what it took back to be mistaken for safe', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (n)')
    const mend = breakDisk(files)
    const lost = db.query('CREATE (n)')
    const { sequence } = db.info()
    await expect(lost).rejects.toThrow()
    mend()
    await db.query('CREATE (n)')
    expect(db.info().sequence).toBeGreaterThan(sequence)
  })
})

describe('a checkpoint', () => {
  test('makes the log short, and a database is opened from it', async () => {
    const { db, files } = await openOnDisk()
    await db.query('UNWIND range(1, 3000) AS i CREATE (:N {i: i})')
    await db.checkpoint()
    await db.query('CREATE (:After)')
    const again = await afterCrash(files)
    expect(again.info().labels).toEqual({ N: 3000, After: 1 })
    expectSound(again)
  })

  test('starts by itself when the log has grown', async () => {
    const { db, files } = await openOnDisk({ checkpointLogBytes: 200_000 })
    for (let i = 0; i < 40; i++)
      await db.query('UNWIND range(1, 100) AS i CREATE (:N {text: $text})', { text: 'x'.repeat(200) })
    await settle(50)
    expect(files.paths().some((path) => path.includes('checkpoint-'))).toBe(true)
    expect((await afterCrash(files)).info().labels).toEqual({ N: 4000 })
  })

  test.each(['ENOSPC', 'EIO'])('that meets %s leaves the older one, and the log', async (errno) => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (:First)')
    await db.checkpoint()
    await db.query('CREATE (:Second)')
    for (const operation of ['create', 'write', 'flush', 'rename', 'flushDirectory']) {
      files.failure = (call) =>
        call.operation === operation && /checkpoint|manifest|data$/.test(call.path) ? errno : undefined
      await expect(db.checkpoint()).rejects.toThrow(code(errno === 'EIO' ? 'STORAGE_FAILED' : 'STORAGE_FULL') as Error)
      files.failure = undefined
      await db.query('CREATE (:More)')
      expect(await one(db, 'MATCH (n) WHERE n:First OR n:Second RETURN count(*)')).toBe(2)
    }
    const again = await afterCrash(files)
    expect(again.info().labels).toEqual({ First: 1, Second: 1, More: 5 })
    await again.checkpoint()
    expectSound(again)
  })

  test('in the background that fails does not fail writes, and is tried again later', async () => {
    const { db, files } = await openOnDisk({ checkpointLogBytes: 100_000 })
    files.failure = ({ path }) => (path.includes('checkpoint-') ? 'ENOSPC' : undefined)
    const write = () => db.query('UNWIND range(1, 100) AS i CREATE (:N {text: $text})', { text: 'x'.repeat(500) })
    for (let i = 0; i < 10; i++) await write()
    await settle(20)
    expect(files.paths().some((path) => path.includes('manifest'))).toBe(false)
    files.failure = undefined
    for (let i = 0; i < 40; i++) await write()
    await settle(50)
    expect(files.paths().some((path) => path.includes('manifest'))).toBe(true)
    expect((await afterCrash(files)).info().labels).toEqual({ N: 5000 })
  })

  test('is of one state, though others write while it is being written', async () => {
    const { db, files } = await openOnDisk()
    await db.query('UNWIND range(1, 3000) AS i CREATE (:N {i: i})')
    const gate = holdFlushes(files)
    const checkpoint = db.checkpoint()
    await settle()
    const writes = [db.query('MATCH (n:N) SET n.i = -n.i'), db.query('MATCH (n:N) WHERE n.i < -1500 DELETE n')]
    gate.open()
    await Promise.all([checkpoint, ...writes])
    const again = await afterCrash(files)
    expect(await one(again, 'MATCH (n:N) RETURN sum(n.i)')).toBe(-(1500 * 1501) / 2)
    expectSound(again)
  })

  test('waits for no transaction that is writing: it says WRITER_BUSY', async () => {
    const { db } = await openOnDisk()
    const tx = db.begin()
    await tx.query('CREATE (n)')
    await expect(db.checkpoint()).rejects.toThrow(code('WRITER_BUSY') as Error)
    await tx.commit()
    await db.checkpoint()
  })
})
