import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Database, Float, open } from '../../src/index.js'
import { indexed } from '../indexes/values.js'
import { code, one } from './support.js'

const operatorsOf = async (db: Pick<Database, 'query'>, text: string, parameters = {}) =>
  JSON.stringify((await db.query(`EXPLAIN ${text}`, parameters)).summary.plan)

async function withNumbers(count: number, label = 'L'): Promise<Database> {
  const db = await open()
  await db.query(`UNWIND range(0, $last) AS i CREATE (:${label} {p: i})`, { last: count - 1 })
  return db
}

describe('an index', () => {
  test('finds the same nodes as a scan does, whatever the values and the comparison', async () => {
    const comparisons = ['n.p = $a', 'n.p < $a', 'n.p <= $a', 'n.p > $a', 'n.p >= $a', 'n.p > $a AND n.p <= $b']
    const pairs = ['n.p = $a AND n.q = $b', 'n.p > $a', 'n.p > $a AND n.q < $b', 'n.p = $a']
    const values = fc.array(indexed, { minLength: 1, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(values, values, async (stored, asked) => {
        const db = await open()
        // Two labels, of which one is indexed: the same data, with an index and without.
        await db.query('CREATE INDEX one FOR (n:Indexed) ON (n.p)')
        await db.query('CREATE INDEX two FOR (n:Pair) ON (n.p, n.q)')
        for (const [i, p] of stored.entries()) {
          const q = i % 3 === 0 ? null : stored[(i * 7) % stored.length]
          await db.query('CREATE (:Indexed:Pair:Plain {i: $i, p: $p, q: $q})', { i, p, q })
        }
        const found = async (label: string, where: string, parameters: object) =>
          (await db.query(`MATCH (n:${label}) WHERE ${where} RETURN n.i ORDER BY n.i`, { ...parameters })).rows
        for (const [i, a] of [...asked, ...stored].entries()) {
          const b = stored[(i * 5) % stored.length]
          for (const where of comparisons)
            expect(await found('Indexed', where, { a, b }), where).toEqual(await found('Plain', where, { a, b }))
          for (const where of pairs)
            expect(await found('Pair', where, { a, b }), where).toEqual(await found('Plain', where, { a, b }))
        }
        await db.close()
      }),
      { numRuns: 25 },
    )
  })

  test('is used where it saves looking at nodes', async () => {
    const db = await withNumbers(100)
    await db.query('CREATE INDEX numbers FOR (n:L) ON (n.p)')
    expect(await operatorsOf(db, 'MATCH (n:L {p: 7}) RETURN n')).toContain('IndexSeek')
    expect(await operatorsOf(db, 'MATCH (n:L) WHERE n.p > 90 RETURN n')).toContain('IndexRange')
  })

  test('of several properties is not used for a range that those without one of them belong to', async () => {
    const db = await withNumbers(100)
    await db.query('CREATE INDEX pairs FOR (n:L) ON (n.p, n.q)')
    expect(await one(db, 'MATCH (n:L) WHERE n.p > 90 RETURN count(*)')).toBe(9)
    await db.query('MATCH (n:L {p: 95}) SET n.q = 1')
    expect(await one(db, 'MATCH (n:L) WHERE n.p > 90 AND n.q > 0 RETURN count(*)')).toBe(1)
  })

  test('is made over what is there, in a transaction like any: taken back with it, seen in it', async () => {
    const db = await withNumbers(100)
    const tx = db.begin()
    await tx.query('CREATE INDEX numbers FOR (n:L) ON (n.p)')
    expect(await operatorsOf(tx, 'MATCH (n:L {p: 7}) RETURN n')).toContain('IndexSeek')
    expect(await one(tx, 'MATCH (n:L {p: 7}) RETURN n.p')).toBe(7)
    expect(await operatorsOf(db, 'MATCH (n:L {p: 7}) RETURN n')).not.toContain('IndexSeek')
    tx.rollback()
    expect(db.info().indexes).toEqual([])
    expect(await one(db, 'MATCH (n:L {p: 7}) RETURN n.p')).toBe(7)
  })

  test('finds what the same transaction wrote, and nothing of what it took back', async () => {
    const db = await withNumbers(100)
    await db.query('CREATE INDEX numbers FOR (n:L) ON (n.p)')
    const count = 'MATCH (n:L {p: 7}) RETURN count(*)'
    const tx = db.begin()
    await tx.query('MATCH (n:L {p: 8}) SET n.p = 7')
    expect(await one(tx, count)).toBe(2)
    expect(await one(db, count)).toBe(1)
    await expect(tx.query('MATCH (n:L {p: 9}) SET n.p = 7 WITH n RETURN toInteger([1])')).rejects.toThrow()
    expect(await one(tx, count)).toBe(2)
    await tx.commit()
    expect(await one(db, count)).toBe(2)
  })
})

describe('a unique constraint', () => {
  test('refuses a second entity with the values, in any way they can come about, and names them', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.name IS UNIQUE')
    await db.query("CREATE (:Person {name: 'Ann'}), (:Other {name: 'Ann'}), (:Person {name: 'Bob'})")
    const refused = (text: string) =>
      expect(db.query(text)).rejects.toThrow(
        /the node :Person with the elementId \S+ has name = 'Ann' already, and the constraint 'one' forbids a second one/,
      )
    await refused("CREATE (:Person {name: 'Ann'})")
    await refused("MATCH (b:Person {name: 'Bob'}) SET b.name = 'Ann'")
    await refused('MATCH (o:Other) SET o:Person')
    expect(await one(db, 'MATCH (p:Person) RETURN count(*)')).toBe(2)
  })

  test('lets the values go with their entity, within a transaction too', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.name IS UNIQUE')
    await db.query("CREATE (:Person {name: 'Ann'})")
    await db.transaction(async (tx) => {
      await tx.query("MATCH (p:Person {name: 'Ann'}) DELETE p")
      await tx.query("CREATE (:Person {name: 'Ann'})")
      await expect(tx.query("CREATE (:Person {name: 'Ann'})")).rejects.toThrow(code('CONSTRAINT_VIOLATION') as Error)
    })
    expect(await one(db, 'MATCH (p:Person) RETURN count(*)')).toBe(1)
  })

  test('takes 1 and 1.0 for the same, and leaves alone what lacks a value or is NaN', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT one FOR (p:P) REQUIRE (p.a, p.b) IS UNIQUE')
    const create = (a: unknown, b: unknown) => db.query('CREATE (:P {a: $a, b: $b})', { a, b })
    await create(1, 'x')
    await expect(create(new Float(1), 'x')).rejects.toThrow(code('CONSTRAINT_VIOLATION') as Error)
    await create(1, null)
    await create(1, null)
    await create(Number.NaN, 'x')
    await create(Number.NaN, 'x')
    expect(db.info().indexes).toMatchObject([{ name: 'one', on: 'P(a, b)', unique: true, entries: 3 }])
  })

  test('is not made where the data break it, but where only NaN occurs twice', async () => {
    const db = await open()
    await db.query('CREATE (:P {a: 1}), (:P {a: $a}), (:P {a: $nan}), (:P {a: $nan})', {
      a: new Float(1),
      nan: Number.NaN,
    })
    const make = () => db.query('CREATE CONSTRAINT one FOR (p:P) REQUIRE p.a IS UNIQUE')
    await expect(make()).rejects.toThrow(code('CONSTRAINT_VIOLATION') as Error)
    expect(db.info().indexes).toEqual([])
    await db.query('MATCH (p:P) WHERE p.a = 1 SET p.a = elementId(p)')
    await make()
    expect(db.info().indexes).toMatchObject([{ entries: 4 }])
  })
})
