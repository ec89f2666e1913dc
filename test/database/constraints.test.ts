/** Constraints besides uniqueness (`indexes.test.ts`): existence, keys, types of properties. */
import { describe, expect, test } from 'vitest'
import { type Database, open } from '../../src/index.js'
import { memoryEnvironment } from '../support/memory-environment.js'
import { code, countNodes, one, openOnDisk, settle } from './support.js'

const violation = code('CONSTRAINT_VIOLATION') as Error

async function constraints(db: Database): Promise<unknown[]> {
  const shown = (await db.query('SHOW CONSTRAINTS')).records()
  return shown.map(({ name, type, properties, propertyType }) => [name, type, properties, propertyType])
}

describe('IS NOT NULL', () => {
  test('is asked at the end of the statement: a CREATE with a SET behind it is fine', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT named FOR (p:Person) REQUIRE p.name IS NOT NULL')
    await db.query("CREATE (p:Person) SET p.name = 'Ann'")
    await expect(db.query('CREATE (:Person {age: 3})')).rejects.toThrow(
      /the node :Person with the elementId \S+ lacks the property 'name', which the constraint 'named' requires/,
    )
    await expect(db.query('MATCH (p:Person) REMOVE p.name')).rejects.toThrow(violation)
    await expect(db.query('MATCH (p:Person) SET p = {age: 3}')).rejects.toThrow(violation)
    await expect(db.query('CREATE (n:Other) SET n:Person')).rejects.toThrow(violation)
    expect(await one(db, 'MATCH (p:Person) RETURN p.name')).toBe('Ann')
    expect(await countNodes(db)).toBe(1)
  })

  test('is asked at the end of a transaction, which is then rolled back', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT named FOR (p:Person) REQUIRE p.name IS NOT NULL')
    await db.transaction(async (tx) => {
      await tx.query('CREATE (:Person {number: 1})')
      await tx.query("MATCH (p:Person {number: 1}) SET p.name = 'Ann'")
    })
    await db.transaction(async (tx) => {
      await tx.query('CREATE (:Person {number: 2})')
      await tx.query('MATCH (p:Person {number: 2}) DELETE p')
    })
    const tx = db.begin()
    await tx.query('CREATE (:Person {number: 3})')
    await expect(tx.commit()).rejects.toThrow(violation)
    await expect(tx.query('RETURN 1')).rejects.toThrow(code('TRANSACTION_CLOSED') as Error)
    expect(await countNodes(db)).toBe(1)
    await db.query("CREATE (:Person {name: 'Bob'})")
  })

  test('of a statement that failed within a transaction does not count', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT named FOR (p:Person) REQUIRE p.name IS NOT NULL')
    await db.transaction(async (tx) => {
      await expect(tx.query('CREATE (p:Person) WITH p RETURN toInteger([1])')).rejects.toThrow()
      await tx.query("CREATE (:Person {name: 'Ann'})")
    })
    expect(await countNodes(db)).toBe(1)
  })

  test('holds for relationships', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT since FOR ()-[k:KNOWS]-() REQUIRE k.since IS NOT NULL')
    await db.query('CREATE ()-[:KNOWS {since: 2024}]->()')
    await expect(db.query('CREATE ()-[:KNOWS]->()')).rejects.toThrow(
      /the relationship :KNOWS with the elementId \S+ lacks/,
    )
    await expect(db.query('MATCH ()-[k:KNOWS]->() SET k.since = null')).rejects.toThrow(violation)
    await db.query('MATCH ()-[k:KNOWS]->() DELETE k')
  })

  test('is refused over data that break it, by a load in bulk too', async () => {
    const db = await open()
    await db.query('CREATE (:Person)')
    const make = () => db.query('CREATE CONSTRAINT named FOR (p:Person) REQUIRE p.name IS NOT NULL')
    await expect(make()).rejects.toThrow(violation)
    expect(await constraints(db)).toEqual([])
    await db.query('MATCH (p:Person) DELETE p')
    await make()
    const loader = db.bulkLoader()
    const person = loader.labelId('Person')
    expect(() => loader.addNode({ labels: [person], key: null, properties: [] })).toThrow(violation)
    loader.addNode({ labels: [person], key: null, properties: [[loader.propertyId('name'), 'Ann']] })
    await loader.finish()
    expect(await countNodes(db)).toBe(1)
  })
})

describe('IS KEY', () => {
  test('refuses what lacks a value, and values that another has', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT id FOR (p:Person) REQUIRE (p.first, p.last) IS NODE KEY')
    await db.query("CREATE (:Person {first: 'Ann', last: 'Lee'})")
    await expect(db.query("CREATE (:Person {first: 'Ann'})")).rejects.toThrow(/lacks the property 'last'/)
    await expect(db.query("CREATE (:Person {first: 'Ann', last: 'Lee'})")).rejects.toThrow(/has first = 'Ann'/)
    expect(await constraints(db)).toEqual([['id', 'NODE_KEY', ['first', 'last'], null]])
    await db.query('DROP CONSTRAINT id')
    await db.query("CREATE (:Person {first: 'Ann'})")
  })

  test('over data is made while others write, who may break and mend it meanwhile', async () => {
    const db = await open()
    await db.query('UNWIND range(1, 20000) AS i CREATE (:Person {number: i})')
    const make = () => db.query('CREATE CONSTRAINT id FOR (p:Person) REQUIRE p.number IS KEY')
    const making = make()
    const refused = expect(making).rejects.toThrow(/lacks the property 'number'/)
    await db.query('CREATE (:Person {late: true})')
    await refused
    expect(await constraints(db)).toEqual([])
    const again = make()
    await db.query('MATCH (p:Person {late: true}) SET p.number = 0')
    await again
    await expect(db.query('CREATE (:Person)')).rejects.toThrow(violation)
  })
})

describe('IS :: a type', () => {
  test.each([
    ['INTEGER', '1', "'a'"],
    ['INTEGER', '9007199254740993', '1.0'],
    ['FLOAT', '1.0', '1'],
    ['STRING', "'a'", 'true'],
    ['bool', 'false', '0'],
    ['INTEGER | FLOAT', '2.5', "'2.5'"],
    ['date', "date('2024-02-29')", "'2024-02-29'"],
    ['ZONED DATETIME', "datetime('2024-02-29T12:00Z')", "localdatetime('2024-02-29T12:00')"],
    ['TIME WITHOUT TIME ZONE | DURATION', "duration('P1D')", "date('2024-02-29')"],
    ['LIST<LOCAL TIME NOT NULL>', "[localtime('12:00')]", "[time('12:00Z')]"],
    ['LIST<STRING NOT NULL>', "['a']", "['a', 1]"],
    ['LIST < INTEGER not null >', '[]', '1'],
  ])('%s takes %s, and not %s', async (type, good, bad) => {
    const db = await open()
    await db.query(`CREATE CONSTRAINT typed FOR (p:P) REQUIRE p.x IS :: ${type}`)
    await db.query(`CREATE (:P {x: ${good}}), (:P), (:Other {x: ${bad}})`)
    await expect(db.query(`CREATE (:P {x: ${bad}})`)).rejects.toThrow(violation)
    await expect(db.query(`MATCH (p:P) SET p.x = ${bad}`)).rejects.toThrow(violation)
    await expect(db.query('MATCH (o:Other) SET o:P')).rejects.toThrow(/by the constraint 'typed'/)
    await db.query('MATCH (p:P) REMOVE p.x')
  })

  test('names the value and what is allowed', async () => {
    const db = await open()
    await db.query('CREATE CONSTRAINT typed FOR (p:P) REQUIRE p.x IS TYPED INTEGER | FLOAT')
    await expect(db.query("CREATE (:P {x: ['a']})")).rejects.toThrow(
      ":P.x is INTEGER or FLOAT by the constraint 'typed', and ['a'] is a LIST; convert it",
    )
    expect(await constraints(db)).toEqual([['typed', 'NODE_PROPERTY_TYPE', ['x'], 'INTEGER | FLOAT']])
  })

  test('that there is not is refused at its place', async () => {
    const db = await open()
    await expect(db.query('CREATE CONSTRAINT FOR (p:P) REQUIRE p.x IS :: NUMBER')).rejects.toThrow(
      /cannot be constrained to NUMBER; there are BOOLEAN, .*line 1, column 47/,
    )
  })
})

describe('a constraint', () => {
  test('has a name of its own among indexes and constraints, and is not dropped as an index', async () => {
    const db = await open()
    const make = 'CREATE CONSTRAINT named FOR (p:Person) REQUIRE p.name IS NOT NULL'
    await db.query(make)
    await expect(db.query(make)).rejects.toThrow(code('INDEX_EXISTS') as Error)
    await expect(db.query('CREATE INDEX named FOR (p:Person) ON (p.x)')).rejects.toThrow(code('INDEX_EXISTS') as Error)
    await db.query(make.replace('FOR', 'IF NOT EXISTS FOR'))
    await db.query('CREATE CONSTRAINT other IF NOT EXISTS FOR (p:Person) REQUIRE p.name IS NOT NULL')
    expect(await constraints(db)).toEqual([['named', 'NODE_PROPERTY_EXISTENCE', ['name'], null]])
    await expect(db.query('DROP INDEX named')).rejects.toThrow(/DROP CONSTRAINT drops it/)
    const { summary } = await db.query('DROP CONSTRAINT named')
    expect(summary.counters.constraintsRemoved).toBe(1)
    await db.query('DROP CONSTRAINT named IF EXISTS')
    await db.query('CREATE (:Person)')
  })

  test('is there after a restart, from a checkpoint and from the log', async () => {
    const { db, environment } = await openOnDisk()
    await db.query('CREATE CONSTRAINT named FOR (p:Person) REQUIRE p.name IS NOT NULL')
    await db.query('CREATE CONSTRAINT typed FOR (p:Person) REQUIRE p.name IS :: STRING')
    await db.checkpoint()
    await db.query('CREATE CONSTRAINT id FOR (p:Person) REQUIRE p.id IS KEY')
    await db.query('DROP CONSTRAINT typed')
    await db.query("CREATE (:Person {name: 'Ann', id: 1})")
    await settle()
    const again = await open('data', { environment: memoryEnvironment(environment.files.crash(1)) })
    expect(await constraints(again)).toEqual([
      ['id', 'NODE_KEY', ['id'], null],
      ['named', 'NODE_PROPERTY_EXISTENCE', ['name'], null],
    ])
    await expect(again.query('CREATE (:Person {id: 2})')).rejects.toThrow(violation)
    await expect(again.query("CREATE (:Person {id: 1, name: 'Bob'})")).rejects.toThrow(violation)
    await again.query('CREATE (:Person {id: 2, name: 7})')
  })
})
