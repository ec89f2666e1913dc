import { afterEach, describe, expect, test, vi } from 'vitest'
import { CompiledQuery } from '../../query/engine.js'
import { type Database, open } from '../../src/index.js'
import { code, one, openOnDisk } from './support.js'

/** How often each way from text to plan was taken; not shown by `info`, as no user needs it. */
function ways(db: Database): { exactHits: number; normalizedHits: number; misses: number } {
  const { runner } = db as unknown as { runner: { plans: { statistics: ReturnType<typeof ways> } } }
  return { ...runner.plans.statistics }
}

/** What a call adds to the ways. */
async function wayOf(db: Database, call: () => unknown): Promise<string> {
  const before = ways(db)
  await call()
  const after = ways(db)
  const taken = Object.entries(after).filter(([way, count]) => count > before[way as keyof typeof before])
  return taken.map(([way]) => way).join()
}

async function withPeople(count = 100): Promise<Database> {
  const db = await open()
  const create = db.prepare('CREATE (:Person {number: $number})')
  for (let number = 0; number < count; number++) create.run({ number })
  return db
}

const operatorsOf = async (db: Pick<Database, 'query'>, text: string) =>
  JSON.stringify((await db.query(`EXPLAIN ${text}`)).summary.plan)

describe('a prepared statement', () => {
  test('answers at once, with rows from `all` and with what it did from `run`', async () => {
    const db = await open()
    const create = db.prepare('CREATE (p:Person {name: $name}) RETURN p.name')
    expect(create.all({ name: 'Ann' }).rows).toEqual([['Ann']])
    expect(create.run({ name: 'Bob' }).counters).toMatchObject({ nodesCreated: 1, propertiesSet: 1, labelsAdded: 1 })
    expect(db.prepare('MATCH (p:Person) RETURN p.name ORDER BY p.name').all().records()).toEqual([
      { 'p.name': 'Ann' },
      { 'p.name': 'Bob' },
    ])
  })

  test('throws what is wrong with its text when it is prepared, not when it runs', async () => {
    const db = await open()
    expect(() => db.prepare('MATCH (p RETURN p')).toThrow(code('SYNTAX_ERROR') as Error)
    expect(() => db.prepare('RETURN x')).toThrow(code('VARIABLE_UNDEFINED') as Error)
  })

  test('names a parameter that it misses, and those it was given', async () => {
    const db = await open()
    const statement = db.prepare('RETURN $name')
    expect(() => statement.all({ nom: 1 })).toThrow(/needs a value for \$name\nGiven: \$nom\./)
    expect(() => statement.all(Object.create({ name: 1 }))).toThrow(code('PARAMETER_MISSING') as Error)
  })

  test('is safe on disk when it returns', async () => {
    const { db, files, environment } = await openOnDisk()
    db.prepare('CREATE (:Person)').run()
    const again = await open('data', { environment: { ...environment, files: files.crash(1) } })
    expect(await one(again, 'MATCH (p:Person) RETURN count(*)')).toBe(1)
  })

  test('does not wait for a transaction that writes: it throws WRITER_BUSY, and reads the state before it', async () => {
    const db = await open()
    const create = db.prepare('CREATE (:Person)')
    const count = db.prepare('MATCH (p:Person) RETURN count(*)')
    const tx = db.begin()
    await tx.query('CREATE (:Person)')
    expect(() => create.run()).toThrow(code('WRITER_BUSY') as Error)
    expect(count.all().rows).toEqual([[0]])
    await tx.commit()
    expect(count.all().rows).toEqual([[1]])
    expect(create.run().counters.nodesCreated).toBe(1)
  })

  test('takes back what it did when it fails halfway', async () => {
    const db = await open()
    db.prepare('CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.name IS UNIQUE').run()
    const statement = db.prepare('UNWIND $names AS name CREATE (:Person {name: name})')
    expect(() => statement.run({ names: ['a', 'b', 'a'] })).toThrow(code('CONSTRAINT_VIOLATION') as Error)
    expect(await one(db, 'MATCH (p:Person) RETURN count(*)')).toBe(0)
    expect(statement.run({ names: ['a', 'b'] }).counters.nodesCreated).toBe(2)
  })

  test('is described without being run', async () => {
    const db = await open()
    expect(db.describe('CREATE (p) RETURN p AS person, 1 AS number')).toEqual({
      columns: ['person', 'number'],
      writes: true,
    })
    expect(db.describe('EXPLAIN CREATE (p)').writes).toBe(false)
    expect(db.info().nodeCount).toBe(0)
  })
})

describe('the plan of a text', () => {
  test('is found again by the exact text, and by the text with other literals', async () => {
    const db = await withPeople()
    const query = (text: string) => wayOf(db, () => db.query(text))
    expect(await query('MATCH (p:Person) WHERE p.number = 7 RETURN p.number')).toBe('misses')
    expect(await query('MATCH (p:Person) WHERE p.number = 7 RETURN p.number')).toBe('exactHits')
    expect(await query('MATCH (p:Person) WHERE p.number = 8 RETURN p.number')).toBe('normalizedHits')
    expect(await one(db, 'MATCH (p:Person) WHERE p.number = 8 RETURN p.number')).toBe(8)
    expect(await one(db, 'MATCH (p:Person) WHERE p.number = 7 RETURN p.number')).toBe(7)
  })

  test('is another where a literal is of another kind, or part of what the query says', async () => {
    const db = await withPeople()
    const query = (text: string) => wayOf(db, () => db.query(text))
    await query('MATCH (p:Person) WHERE p.number = 7 RETURN 1 AS one')
    expect(await query("MATCH (p:Person) WHERE p.number = '7' RETURN 1 AS one")).toBe('misses')
    expect(await query('MATCH (p:Person) WHERE p.number = 7.0 RETURN 1 AS one')).toBe('misses')
    await query('RETURN 1 + 1')
    expect((await db.query('RETURN 1 + 2')).columns).toEqual(['1 + 2'])
    expect((await db.query('MATCH (p:Person) RETURN p.number LIMIT 3')).rows.length).toBe(3)
    expect((await db.query('MATCH (p:Person) RETURN p.number LIMIT 4')).rows.length).toBe(4)
  })

  test('is made again when an index comes, and when it goes', async () => {
    const db = await withPeople()
    const text = 'MATCH (p:Person {number: 7}) RETURN p.number'
    expect(await one(db, text)).toBe(7)
    await db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    expect(await wayOf(db, async () => expect(await one(db, text)).toBe(7))).toBe('misses')
    expect(await operatorsOf(db, text)).toContain('IndexSeek')
    await db.query('DROP INDEX numbers')
    expect(await wayOf(db, async () => expect(await one(db, text)).toBe(7))).toBe('misses')
    expect(await operatorsOf(db, text)).toContain('LabelScan')
  })

  test('is made again when counts have grown by far', async () => {
    const db = await withPeople(3)
    const text = 'MATCH (p:Person) RETURN count(*)'
    await db.query(text)
    for (let i = 0; i < 20; i++) db.prepare('CREATE (:Person)').run()
    expect(await wayOf(db, () => db.query(text))).toBe('misses')
    expect(await wayOf(db, () => db.query(text))).toBe('exactHits')
  })

  test('is not taken from a time when the index was there, not even by transactions that read', async () => {
    const db = await withPeople()
    const text = 'MATCH (p:Person {number: 7}) RETURN p.number'
    const inTransaction = () => db.transaction((tx) => one(tx, text))
    await db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    expect(await inTransaction()).toBe(7)
    await db.query('DROP INDEX numbers')
    expect(await inTransaction()).toBe(7)
  })

  test('is shared by transactions and single statements over the same schema', async () => {
    const db = await withPeople()
    const text = 'MATCH (p:Person {number: 7}) RETURN p.number'
    await db.query(text)
    expect(await wayOf(db, () => db.transaction((tx) => tx.query(text)))).toBe('exactHits')
    expect(await wayOf(db, () => db.query(text))).toBe('exactHits')
  })

  test('of a write that had to wait is made again when its index was dropped meanwhile', async () => {
    const db = await withPeople()
    await db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    const tx = db.begin()
    await tx.query('DROP INDEX numbers')
    const waiting = db.query('MATCH (p:Person {number: 7}) SET p.seen = true')
    await tx.commit()
    await waiting
    expect(await one(db, 'MATCH (p:Person {seen: true}) RETURN p.number')).toBe(7)
  })

  test('of the first write of a transaction is made for what others have committed since it began', async () => {
    const db = await withPeople()
    await db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)')
    const tx = db.begin()
    await db.query('DROP INDEX numbers')
    await tx.query('MATCH (p:Person {number: 7}) SET p.seen = true')
    await tx.commit()
    expect(await one(db, 'MATCH (p:Person {seen: true}) RETURN p.number')).toBe(7)
  })

  test('is remembered for the last thousand texts', async () => {
    const db = await open()
    await db.query('RETURN 1 AS first')
    for (let i = 0; i < 1000; i++) await db.query(`RETURN 1 AS column${i}`)
    expect(await wayOf(db, () => db.query('RETURN 1 AS column999'))).toBe('exactHits')
    expect(await wayOf(db, () => db.query('RETURN 1 AS first'))).toBe('misses')
  })
})

describe('what a plan takes for granted of the data', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const text = 'MATCH (p:Person {number: 0})<-[:KNOWS]-(a:Person) RETURN count(*)'

  /** All who know somebody are persons, so the plan need not look at the label; then a robot knows somebody too. */
  async function breakAssumption(): Promise<{ known: unknown; db: Database }> {
    const db = await withPeople(20)
    await db.query('CREATE (:Robot)')
    await db.query('MATCH (a:Person {number: 1}), (b:Person {number: 0}) CREATE (a)-[:KNOWS]->(b), (b)-[:KNOWS]->(a)')
    expect(await operatorsOf(db, text)).not.toContain('FilterLabels')
    expect(await one(db, text)).toBe(1)
    await db.query('MATCH (r:Robot), (p:Person {number: 0}) CREATE (r)-[:KNOWS]->(p)')
    return { known: await one(db, text), db }
  }

  test('is looked at before each run: when it no longer holds the plan is made again', async () => {
    const { known, db } = await breakAssumption()
    expect(known).toBe(1)
    expect(await operatorsOf(db, text)).toContain('FilterLabels')
    await db.query('MATCH (r:Robot) SET r:Person')
    expect(await one(db, text)).toBe(2)
  })

  test('would otherwise give wrong rows: the fault is seen', async () => {
    vi.spyOn(CompiledQuery.prototype, 'holds').mockReturnValue(true)
    expect((await breakAssumption()).known).toBe(2)
  })

  test('holds for a transaction by what the transaction sees', async () => {
    const { db } = await breakAssumption()
    const tx = db.begin()
    expect(await one(tx, text)).toBe(1)
    await db.query('MATCH (r:Robot) DETACH DELETE r')
    expect(await one(db, text)).toBe(1)
    expect(await one(tx, text)).toBe(1)
    tx.rollback()
  })
})
