import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { functionDescriptions } from '../../../query/functions/descriptions.js'
import { functionNames, mustFindFunction } from '../../../query/functions/registry.js'
import { type Database, open } from '../../../src/index.js'

let db: Database

beforeEach(async () => {
  db = await open()
  await db.query('CREATE INDEX people FOR (p:Person) ON (p.name)')
  await db.query('CREATE CONSTRAINT cities FOR (c:City) REQUIRE c.name IS UNIQUE')
  db.function('my.double(x :: INTEGER) :: INTEGER', (x: number) => 2 * x, { description: 'Twice x.' })
})

afterEach(() => db.close())

describe('SHOW', () => {
  test('gives the columns that YIELD names, under other names where they have some', async () => {
    const { columns, rows } = await db.query('SHOW INDEXES YIELD name, properties AS over')
    expect(columns).toEqual(['name', 'over'])
    expect(rows).toEqual([
      ['cities', ['name']],
      ['people', ['name']],
    ])
  })

  test('keeps the rows that WHERE keeps, with YIELD and without', async () => {
    expect((await db.query("SHOW INDEXES WHERE name STARTS WITH 'p'")).rows).toHaveLength(1)
    const text = 'SHOW INDEXES YIELD name, owningConstraint WHERE owningConstraint = $c RETURN name'
    expect((await db.query(text, { c: 'cities' })).rows).toEqual([['cities']])
  })

  test('orders, skips and limits what is yielded', async () => {
    const text = 'SHOW INDEXES YIELD name ORDER BY name DESC SKIP 1 LIMIT 1'
    expect((await db.query(text)).rows).toEqual([['cities']])
  })

  test('returns what RETURN makes of the rows, aggregates too', async () => {
    const { columns, rows } = await db.query('SHOW INDEXES YIELD * RETURN count(*) AS n, collect(name) AS names')
    expect(columns).toEqual(['n', 'names'])
    expect(rows).toEqual([[2, ['cities', 'people']]])
  })

  test('the signature of a procedure tells what stands for an argument that is left out', async () => {
    db.procedure("my.find(text = 'it' :: STRING, most = 10 :: INTEGER?, share = 1.0 :: FLOAT) :: VOID", () => [])
    const text = "SHOW PROCEDURES YIELD name, signature WHERE name = 'my.find' RETURN signature"
    expect((await db.query(text)).rows).toEqual([
      ["my.find(text = 'it' :: STRING, most = 10 :: INTEGER?, share = 1.0 :: FLOAT) :: VOID"],
    ])
  })
  test('PROCEDURES gives name, description and mode, and with YIELD the signature', async () => {
    expect((await db.query('SHOW PROCEDURES')).columns).toEqual(['name', 'description', 'mode', 'worksOnSystem'])
    const text = "SHOW PROCEDURES YIELD name, signature WHERE name = 'db.labels' RETURN signature"
    expect((await db.query(text)).rows).toEqual([['db.labels() :: (label :: STRING)']])
    const described = "SHOW PROCEDURE YIELD name, returnDescription AS r WHERE name = 'db.labels' RETURN r[0].type"
    expect((await db.query(described)).rows).toEqual([['STRING']])
  })

  test('FUNCTIONS gives those of the language and those of the database', async () => {
    const { columns, rows } = await db.query("SHOW FUNCTIONS WHERE name IN ['my.double', 'count', 'toUpper']")
    expect(columns).toEqual(['name', 'category', 'description'])
    expect(rows.map(([name, category]) => [name, category])).toEqual([
      ['count', 'Aggregating'],
      ['my.double', ''],
      ['toUpper', 'String'],
    ])
    const own = 'SHOW FUNCTIONS YIELD name, isBuiltIn, signature WHERE NOT isBuiltIn RETURN name, signature'
    expect((await db.query(own)).rows).toEqual([['my.double', 'my.double(x :: INTEGER) :: INTEGER']])
  })

  test('FUNCTIONS says of each what it takes and gives', async () => {
    const { rows } = await db.query('SHOW FUNCTIONS YIELD name, description, signature, isBuiltIn WHERE isBuiltIn')
    for (const [, description] of rows) expect(description).toMatch(/^.+\.$/)
    for (const [name, , signature] of rows) expect(signature).toMatch(new RegExp(`^${name}\\([^\\[]*\\)`))
    expect(rows.map(([, , signature]) => signature)).toEqual(
      expect.arrayContaining([
        'substring(text :: STRING, start :: INTEGER, length? :: INTEGER) :: STRING',
        'coalesce(values ... :: ANY) :: ANY',
        'percentileCont(value, fraction)',
      ]),
    )
    // One for each function and no others, each with as many names as there are arguments.
    expect(Object.keys(functionDescriptions).sort()).toEqual(rows.map(([name]) => name).sort())
    for (const name of functionNames())
      expect(functionDescriptions[name]!.parameters.length, name).toBe(mustFindFunction(name).parameters.length)
  })

  test.each([
    ['SHOW INDEXES YIELD nothing', 'VARIABLE_UNDEFINED'],
    ['SHOW INDEXES WHERE nothing', 'VARIABLE_UNDEFINED'],
    ['SHOW INDEXES RETURN name', 'SYNTAX_ERROR'],
  ])('%s is %s', async (text, code) => {
    await expect(db.query(text)).rejects.toMatchObject({ code })
  })
})
