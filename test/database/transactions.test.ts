import { afterEach, describe, expect, test, vi } from 'vitest'
import { type DatabaseError, open } from '../../src/index.js'
import { code, countNodes, isPending, one, openOnDisk, settle } from './support.js'

afterEach(() => {
  vi.useRealTimers()
})

/** Time passes as `vi.advanceTimersByTimeAsync` says; the event loop turns as ever. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
}

describe('a transaction', () => {
  test('sees what it wrote; others see it after the commit', async () => {
    const db = await open()
    await db.transaction(async (tx) => {
      await tx.query('CREATE (:Person)')
      expect(await countNodes(tx)).toBe(1)
      expect(await countNodes(db)).toBe(0)
      expect(db.info().nodeCount).toBe(0)
    })
    expect(await countNodes(db)).toBe(1)
  })

  test('gives what its callback gives, and takes everything back when that throws', async () => {
    const db = await open()
    expect(await db.transaction(async (tx) => one(tx, 'CREATE (n) RETURN 7'))).toBe(7)
    const failing = db.transaction(async (tx) => {
      await tx.query('CREATE (:Person)')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await countNodes(db)).toBe(1)
    expect(db.info().labels).toEqual({})
  })

  test('reads the state of its start for as long as it goes on', async () => {
    const db = await open()
    await db.query('CREATE (:Person {name: "Ann"})')
    const tx = db.begin()
    expect(await one(tx, 'MATCH (p:Person) RETURN p.name')).toBe('Ann')
    await db.query('MATCH (p:Person) SET p.name = "Bob", p:Robot')
    await db.query('CREATE (:Person {name: "Cay"})')
    expect(await one(tx, 'MATCH (p:Person) RETURN p.name')).toBe('Ann')
    expect(await one(tx, 'MATCH (r:Robot) RETURN count(*)')).toBe(0)
    expect(await countNodes(tx)).toBe(1)
    tx.rollback()
    expect(await countNodes(db)).toBe(2)
  })

  test('that fails in a statement takes back that statement, and goes on', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.name IS UNIQUE')
    await db.transaction(async (tx) => {
      await tx.query('CREATE (:Person {name: "Ann"})')
      const statement = tx.query('CREATE (:Dog) CREATE (:Person {name: "Bob"}) CREATE (:Person {name: "Ann"})')
      await expect(statement).rejects.toThrow(code('CONSTRAINT_VIOLATION') as Error)
      expect(await countNodes(tx)).toBe(1)
      await tx.query('CREATE (:Person {name: "Bob"})')
    })
    expect(await countNodes(db)).toBe(2)
    expect(db.info().labels).toEqual({ Person: 2 })
  })

  test('that fails in a statement survives a restart without that statement', async () => {
    const { db, environment } = await openOnDisk()
    await db.transaction(async (tx) => {
      await tx.query('CREATE (:Kept)')
      const statement = tx.query('CREATE (:Lost) WITH 1 AS x RETURN 1 / 0')
      await expect(statement).rejects.toThrow(code('ARITHMETIC') as Error)
      await tx.query('CREATE (:Kept)')
    })
    const files = environment.files.crash(1)
    const again = await open('data', { environment: { ...environment, files } })
    expect(again.info().labels).toEqual({ Kept: 2 })
  })

  test('runs one statement at a time', async () => {
    const db = await open()
    const tx = db.begin()
    const holder = db.begin()
    await holder.startWriting()
    const first = tx.query('CREATE (n)')
    await expect(tx.query('RETURN 1')).rejects.toThrow(/runs one statement at a time; await it/)
    holder.rollback()
    await first
    await tx.commit()
    expect(await countNodes(db)).toBe(1)
  })

  test('answers TRANSACTION_CLOSED after its end, and tells which end it was', async () => {
    const db = await open()
    const committed = db.begin()
    await committed.commit()
    await expect(committed.query('RETURN 1')).rejects.toThrow(/has ended: it was committed/)
    await expect(committed.commit()).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    committed.rollback()
    const rolledBack = db.begin()
    rolledBack.rollback()
    await expect(rolledBack.query('RETURN 1')).rejects.toThrow(/has ended: it was rolled back/)
    expect([committed.isOpen, rolledBack.isOpen]).toEqual([false, false])
  })

  test('may end while it reads: the rows are still those of its snapshot', async () => {
    const db = await open()
    await db.query('UNWIND range(1, 120) AS i CREATE (:N {i: i})')
    const tx = db.begin()
    const reading = tx.query('MATCH (a:N), (b:N), (c:N) WHERE a.i + b.i + c.i < 12 RETURN sum(a.i), count(*)')
    tx.rollback()
    for (let round = 0; round < 3; round++) {
      await settle(1)
      await db.query('MATCH (n:N) SET n.i = 0, n.text = "over and over"')
    }
    // Triples of positive numbers with a sum of at most 11, by the stars and bars: C(11, 3).
    expect((await reading).rows[0]![1]).toBe(165)
  })

  test('with nothing written is no commit', async () => {
    const { db } = await openOnDisk()
    await db.query('CREATE (n)')
    const { sequence } = db.info()
    await db.transaction((tx) => tx.query('MATCH (n) RETURN n'))
    await db.transaction(async () => undefined, { access: 'write' })
    expect(db.info().sequence).toBe(sequence)
  })
})

describe('two transactions', () => {
  test('in conflict: who has read fails at its first write when others have committed since', async () => {
    const db = await open()
    await db.query('CREATE (:Counter {value: 1})')
    const tx = db.begin()
    expect(await one(tx, 'MATCH (c:Counter) RETURN c.value')).toBe(1)
    await db.query('MATCH (c:Counter) SET c.value = 2')
    const write = tx.query('MATCH (c:Counter) SET c.value = 100')
    await expect(write).rejects.toThrow(code('TRANSACTION_CONFLICT') as Error)
    await expect(write).rejects.toSatisfy((error: DatabaseError) => error.retryable)
    tx.rollback()
    expect(await one(db, 'MATCH (c:Counter) RETURN c.value')).toBe(2)
  })

  test('do not conflict when the second has read nothing: its snapshot moves up', async () => {
    const db = await open()
    const tx = db.begin()
    await db.query('CREATE (n)')
    await tx.query('CREATE (n)')
    expect(await countNodes(tx)).toBe(2)
    await tx.commit()
    expect(await countNodes(db)).toBe(2)
  })

  test('that both add one to a counter add two: db.transaction runs again after a conflict', async () => {
    const db = await open()
    await db.query('CREATE (:Counter {value: 0})')
    let runs = 0
    const addOne = () =>
      db.transaction(async (tx) => {
        runs++
        const value = (await one(tx, 'MATCH (c:Counter) RETURN c.value')) as number
        await settle(1)
        await tx.query('MATCH (c:Counter) SET c.value = $value', { value: value + 1 })
      })
    await Promise.all([addOne(), addOne(), addOne(), addOne()])
    expect(await one(db, 'MATCH (c:Counter) RETURN c.value')).toBe(4)
    expect(runs).toBeGreaterThan(4)
  })

  test("need no second run with access: 'write', which takes turns from the start", async () => {
    const db = await open()
    await db.query('CREATE (:Counter {value: 0})')
    let runs = 0
    const addOne = () =>
      db.transaction(
        async (tx) => {
          runs++
          const value = (await one(tx, 'MATCH (c:Counter) RETURN c.value')) as number
          await settle(1)
          await tx.query('MATCH (c:Counter) SET c.value = $value', { value: value + 1 })
        },
        { access: 'write' },
      )
    await Promise.all([addOne(), addOne(), addOne(), addOne()])
    expect([await one(db, 'MATCH (c:Counter) RETURN c.value'), runs]).toEqual([4, 4])
  })

  test('that conflict for ever give up after ten runs, with the reason', async () => {
    const db = await open()
    let runs = 0
    const unlucky = db.transaction(async (tx) => {
      runs++
      await tx.query('MATCH (n) RETURN count(*)')
      const other = db.begin()
      await other.query('CREATE (n)')
      await other.commit()
      await tx.query('CREATE (n)')
    })
    await expect(unlucky).rejects.toThrow(code('TRANSACTION_CONFLICT') as Error)
    expect(runs).toBe(10)
    expect(await countNodes(db)).toBe(10)
  })

  test('write one after the other, in the order in which they came', async () => {
    const db = await open()
    const first = db.begin()
    await first.query('CREATE (:First)')
    const others = [1, 2, 3].map((i) =>
      db.query('CREATE (n {i: $i, seen: 0}) WITH n MATCH (all) WITH n, count(*) AS seen SET n.seen = seen', { i }),
    )
    expect(await isPending(Promise.race(others))).toBe(true)
    await first.commit()
    await Promise.all(others)
    expect((await db.query('MATCH (n) WHERE n.i > 0 RETURN n.i, n.seen ORDER BY n.i')).rows).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ])
  })
})

describe('the place of the writer', () => {
  test('is waited for as long as lockTimeoutMs says, then WRITER_BUSY; the holder goes on', async () => {
    const db = await open(':memory:', { lockTimeoutMs: 30 })
    const holder = db.begin()
    await holder.query('CREATE (n)')
    await expect(db.query('CREATE (n)')).rejects.toThrow(/another transaction has been writing for 30 ms/)
    await expect(db.begin().query('CREATE (n)')).rejects.toThrow(code('WRITER_BUSY') as Error)
    await expect(db.write((tx) => tx.labelId('L'))).rejects.toThrow(code('WRITER_BUSY') as Error)
    await holder.commit()
    await db.query('CREATE (n)')
    expect(await countNodes(db)).toBe(2)
  })

  test('is waited for 5 seconds when nothing else is said', async () => {
    const db = await open()
    const holder = db.begin()
    await holder.startWriting()
    stopTime()
    const waiting = db.query('CREATE (n)')
    waiting.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(await isPending(waiting)).toBe(true)
    await vi.advanceTimersByTimeAsync(1)
    await expect(waiting).rejects.toThrow(code('WRITER_BUSY') as Error)
    holder.rollback()
  })

  test('is given free by whoever fails, gives up or is refused', async () => {
    const db = await open(':memory:', { lockTimeoutMs: 30 })
    await db.query('CREATE CONSTRAINT one FOR (p:P) REQUIRE p.a IS UNIQUE')
    await db.query('CREATE (:P {a: 1})')
    await expect(db.query('CREATE (:P {a: 1})')).rejects.toThrow()
    await expect(db.query('CREATE (n {a: $missing})')).rejects.toThrow(code('PARAMETER_MISSING') as Error)
    expect(() => db.prepare('CREATE (:P {a: 1})').run()).toThrow()
    await expect(
      db.write(() => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    const conflicting = db.begin()
    await conflicting.query('MATCH (n) RETURN n')
    await db.query('CREATE (n)')
    await expect(conflicting.query('CREATE (n)')).rejects.toThrow(code('TRANSACTION_CONFLICT') as Error)
    const aborted = new AbortController()
    aborted.abort()
    await expect(db.query('CREATE (n)', {}, { signal: aborted.signal })).rejects.toThrow(
      code('QUERY_CANCELLED') as Error,
    )
    await db.query('CREATE (n)')
    expect(await countNodes(db)).toBe(3)
  })

  test('is not kept by who came to the end of its waiting when it was already gone', async () => {
    const db = await open(':memory:', { lockTimeoutMs: 20 })
    const holder = db.begin()
    await holder.startWriting()
    const ended = db.begin()
    const write = ended.query('CREATE (n)')
    ended.rollback()
    holder.rollback()
    await expect(write).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    await db.query('CREATE (n)')
    expect(await countNodes(db)).toBe(1)
  })
})

describe('a transaction that does nothing', () => {
  test('is rolled back 5 seconds after its last write, and others may write', async () => {
    const db = await open()
    stopTime()
    const tx = db.begin()
    await tx.query('CREATE (n)')
    await vi.advanceTimersByTimeAsync(4_000)
    await tx.query('CREATE (n)')
    await vi.advanceTimersByTimeAsync(4_999)
    expect(tx.isOpen).toBe(true)
    await vi.advanceTimersByTimeAsync(1)
    await expect(tx.query('CREATE (n)')).rejects.toThrow(/has ended: it was idle for 5 s/)
    await db.query('CREATE (n)')
    expect(await countNodes(db)).toBe(1)
  })

  test('is ended 30 seconds after its last read, and its snapshot let go', async () => {
    const db = await open()
    await db.query('UNWIND range(1, 2000) AS i CREATE (:N {i: i})')
    const { memoryBytes } = db.info()
    stopTime()
    const tx = db.begin()
    await tx.query('MATCH (n) RETURN count(*)')
    await db.query('MATCH (n) SET n.i = -n.i')
    expect(db.info().memoryBytes).toBeGreaterThan(memoryBytes)
    await vi.advanceTimersByTimeAsync(29_999)
    expect(tx.isOpen).toBe(true)
    await vi.advanceTimersByTimeAsync(1)
    await expect(tx.query('RETURN 1')).rejects.toThrow(/has ended: it was idle for 30 s/)
    expect(db.info().memoryBytes).toBe(memoryBytes)
  })

  test('is not idle while a statement of it runs or waits', async () => {
    const db = await open(':memory:', { lockTimeoutMs: 60_000 })
    stopTime()
    const holder = db.begin()
    await holder.startWriting()
    const tx = db.begin()
    const write = tx.query('CREATE (n)')
    for (let second = 0; second < 50; second += 4) {
      await vi.advanceTimersByTimeAsync(4_000)
      await holder.query('CREATE (n)')
    }
    holder.rollback()
    await write
    await tx.commit()
    expect(await countNodes(db)).toBe(1)
  })
})

describe('inside the callback of db.transaction', () => {
  const nested = code('TRANSACTION_NESTED') as Error

  test('a write through the database is refused rather than hung', async () => {
    const db = await open()
    await db.transaction(async (tx) => {
      await tx.query('CREATE (n)')
      await expect(db.query('CREATE (n)')).rejects.toThrow(/write through the transaction that the callback gets/)
      await expect(db.transaction(async () => undefined)).rejects.toThrow(nested)
      expect(() => db.prepare('CREATE (n)').run()).toThrow(nested)
      expect(() => db.write(() => undefined)).toThrow(nested)
      expect(() => db.bulkLoader()).toThrow(nested)
      await settle(1)
      await expect(db.query('CREATE (n)')).rejects.toThrow(nested)
    })
    expect(await countNodes(db)).toBe(1)
  })

  test('a read through the database sees the last commit', async () => {
    const db = await open()
    await db.transaction(async (tx) => {
      await tx.query('CREATE (n)')
      expect(await countNodes(db)).toBe(0)
    })
  })

  test('another database may be written', async () => {
    const [db, other] = [await open(), await open()]
    await db.transaction(async (tx) => {
      await tx.query('CREATE (n)')
      await other.query('CREATE (n)')
    })
    expect([await countNodes(db), await countNodes(other)]).toEqual([1, 1])
  })

  test('what it has set going may write through the database once the transaction has ended', async () => {
    const db = await open()
    let later: Promise<unknown> | undefined
    await db.transaction(async (tx) => {
      await tx.query('CREATE (n)')
      later = settle(10).then(() => db.query('CREATE (n)'))
    })
    await later
    expect(await countNodes(db)).toBe(2)
  })
})

describe('a long statement of a transaction that writes', () => {
  const long = 'UNWIND range(1, 3000) AS x UNWIND range(1, 3000) AS y WITH x, y WHERE x + y < 0'

  async function started(text: string, options: { signal?: AbortSignal; timeoutMs?: number } = {}) {
    const db = await open()
    const tx = db.begin()
    await tx.query('CREATE (:Before)')
    return { db, tx, running: tx.query(text, {}, options) }
  }

  test.each([
    ['write', `${long} CREATE (:Late)`],
    ['read', `${long} RETURN count(*)`],
  ])('gives others their turn, and can be cancelled: a %s', async (_, text) => {
    const stop = new AbortController()
    const { db, tx, running } = await started(text, { signal: stop.signal })
    expect(await countNodes(db)).toBe(0)
    expect(await isPending(running)).toBe(true)
    stop.abort()
    await expect(running).rejects.toEqual(code('QUERY_CANCELLED'))
    await tx.commit()
    expect(db.info().labels).toEqual({ Before: 1 })
  })

  test('ends when its time is over, and the transaction goes on', async () => {
    const { db, tx, running } = await started(`CREATE (:Late) WITH 1 AS one ${long} CREATE (:Later)`, { timeoutMs: 20 })
    await expect(running).rejects.toEqual(code('QUERY_TIMEOUT'))
    await tx.query('CREATE (:After)')
    await tx.commit()
    expect(db.info().labels).toEqual({ Before: 1, After: 1 })
  })

  test('does nothing any more when the transaction is rolled back meanwhile, whoever writes then', async () => {
    const { db, tx, running } = await started(`CREATE (:Late) WITH 1 AS one ${long} CREATE (:Later)`)
    expect(await isPending(running)).toBe(true)
    tx.rollback()
    await db.query('CREATE (:Other)')
    await expect(running).rejects.toEqual(code('TRANSACTION_CLOSED'))
    expect(db.info().labels).toEqual({ Other: 1 })
    await db.query('CREATE (:Other)')
    expect(db.info().labels).toEqual({ Other: 2 })
  })

  test('keeps the transaction from being committed before it ends', async () => {
    const stop = new AbortController()
    const { tx, running } = await started(`${long} CREATE (:Late)`, { signal: stop.signal })
    await expect(tx.commit()).rejects.toEqual(code('TRANSACTION_NESTED'))
    stop.abort()
    await running.catch(() => {})
    await tx.commit()
  })
})
