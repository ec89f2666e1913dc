import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'
import { Engine } from '../../support/engine.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

async function rows(text: string, parameters: Record<string, unknown> = {}): Promise<unknown[][]> {
  return (await db.query(text, parameters)).rows
}

async function count(text: string): Promise<unknown> {
  return (await rows(`${text} RETURN count(*)`))[0]![0]
}

describe('MERGE of a node', () => {
  test('creates what it does not find, and finds it the next time', async () => {
    const first = await db.query("MERGE (p:Person {name: 'Ann'}) RETURN p.name")
    expect(first.rows).toEqual([['Ann']])
    expect(first.summary.counters).toMatchObject({ nodesCreated: 1, labelsAdded: 1, propertiesSet: 1 })
    const second = await db.query("MERGE (p:Person {name: 'Ann'}) RETURN p.name")
    expect(second.rows).toEqual([['Ann']])
    expect(second.summary.counters).toMatchObject({ nodesCreated: 0, labelsAdded: 0, propertiesSet: 0 })
  })

  test('a later row finds what an earlier one created', async () => {
    await db.query('UNWIND [1, 2, 1, 3, 2, 1] AS x MERGE (:N {x: x})')
    expect(await rows('MATCH (n:N) RETURN n.x ORDER BY n.x')).toEqual([[1], [2], [3]])
  })

  test('a later row finds what an earlier one created, also through labels and names that are new', async () => {
    await db.query('CREATE (:A:C {x: 1}), (:B {x: 1})')
    await db.query('UNWIND [1, 1, 1] AS x MERGE (:A:B {x: x})')
    expect(await count('MATCH (n:A:B)')).toBe(1)
    await db.query('UNWIND [1, 1] AS x MERGE (:New {new: x})')
    expect(await count('MATCH (n:New)')).toBe(1)
  })

  test('gives a row for each node that is found', async () => {
    await db.query('CREATE (:N {x: 1, i: 1}), (:N {x: 1, i: 2})')
    expect(await rows('MERGE (n:N {x: 1}) RETURN n.i ORDER BY n.i')).toEqual([[1], [2]])
  })

  test('ON CREATE and ON MATCH run for what was created and what was found', async () => {
    const text = `UNWIND ['a', 'b', 'a'] AS name MERGE (n:N {name: name})
      ON CREATE SET n.created = 1, n:Fresh ON MATCH SET n.found = coalesce(n.found, 0) + 1`
    await db.query(text)
    expect(await rows('MATCH (n:N:Fresh) RETURN n.name, n.created, n.found ORDER BY n.name')).toEqual([
      ['a', 1, 1],
      ['b', 1, null],
    ])
  })

  test('ON MATCH may change what the search looked for', async () => {
    await db.query('CREATE INDEX FOR (n:N) ON (n.x)')
    await db.query('CREATE (:N {x: 1}), (:N {x: 1})')
    await db.query('MERGE (n:N {x: 1}) ON MATCH SET n.x = 2')
    expect(await count('MATCH (n:N {x: 2})')).toBe(2)
  })

  test('finds by key, and creates with it', async () => {
    await db.query("UNWIND [1, 2] AS i MERGE (n:N {_key: 'n'}) ON CREATE SET n.i = i")
    expect(await rows("MATCH (n {_key: 'n'}) RETURN n.i")).toEqual([[1]])
  })

  test('a key of another node is taken', async () => {
    await db.query("CREATE (:Other {_key: 'n'})")
    await expect(db.query("MERGE (n:N {_key: 'n'})")).rejects.toMatchObject({ code: 'KEY_TAKEN' })
  })

  test('keeps to unique constraints, and leaves nothing behind when one is broken', async () => {
    await db.query('CREATE CONSTRAINT FOR (n:N) REQUIRE n.id IS UNIQUE')
    await db.query('UNWIND [1, 1] AS id MERGE (:N {id: id})')
    expect(await count('MATCH (n:N)')).toBe(1)
    await expect(db.query('UNWIND [2, 1] AS id MERGE (:N {id: id, other: true})')).rejects.toMatchObject({
      code: 'CONSTRAINT_VIOLATION',
    })
    expect(await count('MATCH (n:N)')).toBe(1)
  })

  test('with a property that is null is refused', async () => {
    await expect(db.query('MERGE (n:N {x: null})')).rejects.toMatchObject({ code: 'PROPERTY_INVALID' })
    expect(await count('MATCH (n:N)')).toBe(0)
  })

  test('evaluates each property once', async () => {
    expect(await rows('MERGE (n:N {x: rand()}) RETURN n.x = n.x')).toEqual([[true]])
    expect(await count('MATCH (n:N)')).toBe(1)
  })

  test('of a variable that is defined, or with all properties in one parameter, is refused', async () => {
    await expect(db.query('MATCH (n) MERGE (n)')).rejects.toMatchObject({ code: 'VARIABLE_REDEFINED' })
    await expect(db.query('MERGE (n:N $map)', { map: {} })).rejects.toMatchObject({ code: 'SYNTAX_ERROR' })
  })
})

describe('MERGE of a path', () => {
  beforeEach(() => db.query("CREATE (:P {name: 'a'}), (:P {name: 'b'})"))
  const ends = "MATCH (a:P {name: 'a'}), (b:P {name: 'b'})"

  test('between bound ends creates the relationship once', async () => {
    const text = `${ends} UNWIND [1, 2, 3] AS i MERGE (a)-[r:T]->(b) ON CREATE SET r.i = i RETURN r.i`
    expect(await rows(text)).toEqual([[1], [1], [1]])
    expect(await count('MATCH ()-[:T]->()')).toBe(1)
  })

  test('looks at the direction, the type and the properties', async () => {
    await db.query(`${ends} CREATE (b)-[:T]->(a), (a)-[:U]->(b), (a)-[:T {x: 1}]->(b)`)
    await db.query(`${ends} MERGE (a)-[:T {x: 2}]->(b)`)
    expect(await count('MATCH ()-[:T]->()')).toBe(3)
    await db.query(`${ends} MERGE (a)-[:T {x: 1}]->(b) MERGE (a)<-[:T]-(b)`)
    expect(await count('MATCH ()-[:T]->()')).toBe(3)
  })

  test('without a direction is found either way, and created from left to right', async () => {
    await db.query(`${ends} MERGE (a)-[:T]-(b)`)
    await db.query(`${ends} MERGE (b)-[:T]-(a)`)
    expect(await rows('MATCH (x)-[:T]->(y) RETURN x.name, y.name')).toEqual([['a', 'b']])
  })

  test('creates the whole path unless the whole is found', async () => {
    await db.query("MATCH (a {name: 'a'}) CREATE (a)-[:T]->(:Q {i: 1})")
    await db.query("MATCH (a {name: 'a'}) MERGE (a)-[:T]->(:Q {i: 1})-[:T]->(:R)")
    expect(await count('MATCH (n:Q)')).toBe(2)
    await db.query("MATCH (a {name: 'a'}) MERGE (a)-[:T]->(:Q {i: 1})-[:T]->(:R)")
    expect(await count('MATCH (n:Q)')).toBe(2)
  })

  test('may come back to a node of its own', async () => {
    await db.query('UNWIND [1, 2] AS i MERGE (n:Loop)-[:T]->(n)')
    expect(await count('MATCH (n:Loop)-[:T]->(n)')).toBe(1)
    expect(await count('MATCH (n:Loop)')).toBe(1)
  })

  test('gives the path its name', async () => {
    const text = `${ends} MERGE p = (a)-[:T]->(b) RETURN [n IN nodes(p) | n.name], length(p)`
    expect(await rows(text)).toEqual([[['a', 'b'], 1]])
    expect(await rows(text)).toEqual([[['a', 'b'], 1]])
  })

  test('at an end that is null is refused', async () => {
    await expect(db.query('WITH null AS a MERGE (a)-[:T]->(:X)')).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
  })

  test('a MERGE after another sees what that one did, row by row', async () => {
    await db.query(`UNWIND [['x', 'y'], ['y', 'z'], ['x', 'y']] AS pair
      MERGE (a:W {name: pair[0]}) MERGE (b:W {name: pair[1]}) MERGE (a)-[:NEXT]->(b)`)
    expect(await rows('MATCH (a:W)-[:NEXT]->(b) RETURN a.name, b.name ORDER BY a.name')).toEqual([
      ['x', 'y'],
      ['y', 'z'],
    ])
  })
})

test('many rows are merged in slices like a few', async () => {
  await db.query('CREATE INDEX FOR (n:N) ON (n.x)')
  await db.query('UNWIND range(1, 30000) AS i MERGE (:N {x: i % 7000})')
  expect(await count('MATCH (n:N)')).toBe(7000)
})

test('EXPLAIN shows what is looked for', async () => {
  const { summary } = await db.query('EXPLAIN MERGE (n:N {x: 1}) ON CREATE SET n.y = 2')
  expect(JSON.stringify(summary.plan)).toContain('LabelScan')
  expect(summary.plan).toMatchObject({ children: [{ operator: 'Merge', details: '(n:N) ON CREATE n.y = $#1' }] })
})

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { maxLength: 12 })

describe.each([
  ['the stores', () => Engine.overStore()],
  ['a model of Maps', () => Engine.overModel()],
])('MERGE over %s', (_name, makeEngine) => {
  test.each([false, true])('gives what sets of nodes and pairs give (index: %s)', (hasIndex) => {
    fc.assert(
      fc.property(pairs, pairs, (first, second) => {
        const engine = makeEngine()
        if (hasIndex) engine.run('CREATE INDEX n FOR (n:N) ON (n.x)')
        const text = 'UNWIND $pairs AS p MERGE (a:N {x: p[0]}) MERGE (b:N {x: p[1]}) MERGE (a)-[r:T]->(b)'
        for (const each of [first, second]) {
          engine.run(`${text} ON CREATE SET r.made = 1 ON MATCH SET r.seen = true`, { pairs: each })
        }
        const found = engine.runSliced('MATCH (a:N)-[r:T]->(b) RETURN a.x, b.x, r.made, r.seen').rows
        expect(found.map((row) => JSON.stringify(row)).sort()).toEqual(mergedPairs([...first, ...second]))
        const nodes = new Set([...first, ...second].flat())
        expect(engine.run('MATCH (n:N) RETURN count(*)')).toEqual([[nodes.size]])
      }),
      { numRuns: 60 },
    )
  })
})

function mergedPairs(all: readonly (readonly [number, number])[]): string[] {
  const counts = new Map<string, number>()
  for (const pair of all) counts.set(String(pair), (counts.get(String(pair)) ?? 0) + 1)
  return [...counts].map(([pair, seen]) => `[${pair},1,${seen > 1 ? true : null}]`).sort()
}
