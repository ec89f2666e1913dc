/** Indexes over places within properties: what they hold, and that a query answers the same with and without them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PropertyId } from '../../../src/core/ids.js'
import type { PropertyValue, Value } from '../../../src/core/value.js'
import { Heap } from '../../../src/pages/heap.js'
import { Stores } from '../../../src/stores/stores.js'
import { StoreTransaction } from '../../../src/transaction/store-transaction.js'
import { verify } from '../../../src/transaction/verify.js'
import { Engine } from '../../support/engine.js'

function makeEngine(): { engine: Engine; stores: Stores } {
  const stores = Stores.create(new Heap({ slabShift: 8 }))
  return { engine: new Engine(new StoreTransaction(stores, { record: () => {} })), stores }
}

const indexes = [
  'CREATE INDEX size FOR (n:L) ON (n.m.size)',
  'CREATE INDEX tags FOR (n:L) ON (n.m.tags[*])',
  'CREATE INDEX skus FOR (n:L) ON (n.items[*].sku, n.x)',
  'CREATE INDEX deep FOR (n:L) ON (n.x, n.items[*].tags[*])',
  'CREATE INDEX list FOR (n:L) ON (n.list[*])',
  'CREATE INDEX related FOR ()-[r:R]-() ON (r.m.size)',
]

/** What each asks, and the index that finds it. */
const questions: readonly (readonly [query: string, index: string])[] = [
  ['MATCH (n:L) WHERE n.m.size = $v RETURN n.id', 'size'],
  ["MATCH (n:L) WHERE n['m'].size IN [$v, 2, $v] RETURN n.id", 'size'],
  ['MATCH (n:L) WHERE 1 < n.m.size <= 3 RETURN n.id', 'size'],
  ['MATCH (n:L) WHERE $v IN n.m.tags RETURN n.id', 'tags'],
  ['MATCH (n:L) WHERE $v IN n.m.tags AND 2 IN n.m.tags RETURN n.id', 'tags'],
  ['MATCH (n:L) WHERE ANY(t IN n.m.tags WHERE t = $v) RETURN n.id', 'tags'],
  ['MATCH (n:L) WHERE ANY(t IN n.m.tags WHERE t = $v AND t > 1) RETURN n.id', 'tags'],
  ['MATCH (n:L) WHERE ANY(t IN n.m.tags WHERE 1 < t AND t < 3) RETURN n.id', 'tags'],
  ['MATCH (n:L) WHERE ANY(t IN n.m.tags WHERE t > 2) AND ANY(t IN n.m.tags WHERE t < 2) RETURN n.id', 'tags'],
  ['MATCH (n:L) WHERE ANY(i IN n.items WHERE i.sku = $v) AND n.x = 1 RETURN n.id', 'skus'],
  ['MATCH (n:L) WHERE $v IN [i IN n.items | i.sku] AND n.x = 1 RETURN n.id', 'skus'],
  ['MATCH (n:L) WHERE n.x >= 1 AND ANY(i IN n.items WHERE ANY(t IN i.tags WHERE t = $v)) RETURN n.id', 'deep'],
  ['MATCH (n:L) WHERE n.x = 1 AND ANY(i IN n.items WHERE $v IN i.tags) RETURN n.id', 'deep'],
  ["MATCH (n:L) WHERE ANY(t IN n.list WHERE t >= 'a') RETURN n.id", 'list'],
  ['MATCH ()-[r:R]->(n) WHERE r.m.size = $v RETURN n.id', 'related'],
]

describe('a query', () => {
  test.each(questions)('%s is led by an index', (query, index) => {
    const { engine } = makeEngine()
    for (const each of indexes) engine.run(each)
    engine.run(
      'UNWIND range(1, 100) AS i CREATE (n:L {id: i, x: i, m: {size: i, tags: [i, i + 1]}, list: [toString(i)]})',
    )
    engine.run('MATCH (n:L) SET n.items = [{sku: n.id, tags: [n.id]}] CREATE (n)-[:R {m: {size: n.id}}]->(n)')
    expect(JSON.stringify(engine.explain(`EXPLAIN ${query}`))).toContain(`${index}: `)
  })

  test.each([
    'MATCH (n:L) WHERE NONE(t IN n.m.tags WHERE t = 1) RETURN n',
    'MATCH (n:L) WHERE ALL(t IN n.m.tags WHERE t = 1) RETURN n',
    'MATCH (n:L) WHERE 1 IN [t IN n.m.tags WHERE t > 0] RETURN n',
    'MATCH (n:L) WHERE n.m.tags = [1] RETURN n',
    'MATCH (n:L) WHERE ANY(t IN n.m.tags WHERE t = n.x) RETURN n',
    'MATCH (n:L) WHERE NOT 1 IN n.m.tags RETURN n',
    'MATCH (n:L) WHERE ANY(t IN n.m.tags WHERE t = 1 OR t = 2) RETURN n',
  ])('%s is not', (query) => {
    const { engine } = makeEngine()
    for (const each of indexes) engine.run(each)
    expect(JSON.stringify(engine.explain(`EXPLAIN ${query}`))).not.toContain('tags: ')
  })
})

const scalar = fc.constantFrom<Value>(1, 2, 3, 'a', 'b', null)
const list = fc.array(scalar, { maxLength: 4 })
const mapOf = (members: Record<string, fc.Arbitrary<Value>>): fc.Arbitrary<Value> =>
  fc.record(members, { requiredKeys: [] }).map((object) => new Map(Object.entries(object) as [string, Value][]))
const m = mapOf({ size: scalar, tags: fc.option(list), other: scalar })
const items = fc.array(mapOf({ sku: scalar, tags: list }), { maxLength: 3 })
const document = mapOf({ m, items, list, x: fc.constantFrom<Value>(1, 2) })

/** Statements that change the data in every way, each with the parameters that it takes. */
const statement = fc.oneof(
  fc.record({ text: fc.constant('CREATE (n:L {id: $id}) SET n += $document'), document }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) SET n = $document, n.id = $id'), document }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) SET n.m.tags += $list'), list }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) SET n.m.size = $value, n.list += [$value]'), value: scalar }),
  fc.record({
    text: fc.constant('MATCH (n {id: $id}) WHERE size(n.items) > 0 SET n.items[-1].sku = $value'),
    value: scalar,
  }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) REMOVE n.m.tags[0], n.items[0].tags[0]') }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) REMOVE n.items[0], n.m.size') }),
  fc.record({ text: fc.constantFrom('MATCH (n {id: $id}) REMOVE n:L', 'MATCH (n {id: $id}) SET n:L') }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) DETACH DELETE n') }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) CREATE (n)-[:R {m: $document}]->(n)'), document: m }),
  fc.record({ text: fc.constant('MATCH (n {id: $id})-[r]->() SET r.m.size = $value'), value: scalar }),
)
const script = fc.array(fc.tuple(statement, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 12 })

test('indexes hold what the data holds after any statements, and find what a scan finds', () => {
  fc.assert(
    fc.property(script, fc.constantFrom<Value>(1, 2, 'a'), (statements, v) => {
      const { engine, stores } = makeEngine()
      const plain = makeEngine().engine
      for (const index of indexes) engine.run(index)
      for (const [{ text, ...parameters }, id] of statements)
        for (const each of [engine, plain]) each.run(text, { ...parameters, id } as Record<string, Value>)
      expect(verify(stores)).toEqual([])
      for (const [query] of questions) {
        const sorted = (each: Engine) => each.run(query, { v }).map(String).sort()
        expect([query, sorted(engine)]).toEqual([query, sorted(plain)])
      }
    }),
    { numRuns: 50 },
  )
})

test('comparisons of two elements are not the two ends of one range', () => {
  const { engine } = makeEngine()
  engine.run('CREATE INDEX tags FOR (n:L) ON (n.m.tags[*])')
  engine.run('UNWIND range(1, 20) AS i CREATE (:L {id: i, m: {tags: [1, i]}})')
  const within = (where: string) => engine.run(`MATCH (n:L) WHERE ${where} RETURN n.id ORDER BY n.id`)
  expect(within('ANY(t IN n.m.tags WHERE t > 18) AND ANY(t IN n.m.tags WHERE t < 2)')).toEqual([[19], [20]])
  expect(within('ANY(t IN n.m.tags WHERE 18 < t AND t < 20)')).toEqual([[19]])
})

test('a range that is looked through for each row gives each entity once a row', () => {
  const { engine } = makeEngine()
  engine.run('CREATE INDEX tags FOR (n:L) ON (n.m.tags[*])')
  engine.run('UNWIND range(1, 3) AS i CREATE (:L {m: {tags: range(i, 10)}})')
  const query = 'UNWIND [5, 6, 20] AS v MATCH (n:L) WHERE ANY(t IN n.m.tags WHERE t > v) RETURN v, count(*)'
  expect(JSON.stringify(engine.explain(`EXPLAIN ${query}`))).toContain('IndexRange')
  expect(engine.run(query)).toEqual([
    [5, 3],
    [6, 3],
  ])
})

test('an index that is made over data holds what one that was there before holds', () => {
  fc.assert(
    fc.property(script, (statements) => {
      const { engine, stores } = makeEngine()
      for (const [{ text, ...parameters }, id] of statements)
        engine.run(text, { ...parameters, id } as Record<string, Value>)
      for (const index of indexes) engine.run(index)
      expect(verify(stores)).toEqual([])
    }),
    { numRuns: 20 },
  )
})

test('a stale entry is found by verify', () => {
  const { engine, stores } = makeEngine()
  engine.run('CREATE INDEX tags FOR (n:L) ON (n.m.tags[*])')
  engine.run('CREATE (:L {m: {tags: [1, 2, 1]}})')
  expect(verify(stores)).toEqual([])
  // The fault: a write of the property that leaves the index as it was.
  const property = stores.catalog.find('property', 'm') as PropertyId
  const changed: PropertyValue = new Map([['tags', [1]]])
  stores.column('node', property).set(1, changed)
  expect(verify(stores)).toContainEqual(expect.stringContaining("index 'tags' holds 2 entries, the data 1"))
})

describe('unique places', () => {
  test('no two nodes share the value, whether set as a whole or in place', () => {
    const { engine, stores } = makeEngine()
    engine.run('CREATE CONSTRAINT one FOR (n:L) REQUIRE n.m.id IS UNIQUE')
    engine.run('CREATE (:L {m: {id: 1}}), (:L {m: {id: 2}}), (:L {m: {}}), (:L), (:M {m: {id: 1}})')
    for (const write of [
      'CREATE (:L {m: {id: 1}})',
      'MATCH (n:L) WHERE n.m.id = 2 SET n.m.id = 1',
      'MATCH (n:M) SET n:L',
    ])
      expect(() => engine.run(write)).toThrow(/m\.id = 1 already, and the constraint 'one' forbids a second one/)
    engine.run('MATCH (n:L) WHERE n.m.id = 2 SET n.m.id = 3')
    expect(verify(stores)).toEqual([])
  })

  test('data that has a value twice is refused', () => {
    const { engine } = makeEngine()
    engine.run('CREATE (:L {m: {id: 1}}), (:L {m: {id: 1}})')
    expect(() => engine.run('CREATE CONSTRAINT one FOR (n:L) REQUIRE n.m.id IS UNIQUE')).toThrow(/m\.id = 1 already/)
  })
})

test('components of temporal values are places, as they are for a query', () => {
  const { engine, stores } = makeEngine()
  engine.run('CREATE INDEX years FOR (n:L) ON (n.day.year)')
  engine.run("CREATE (:L {day: date('2024-02-03')}), (:L {day: duration('P1Y')}), (:L {day: 2024})")
  expect(engine.run('MATCH (n:L) WHERE n.day.year = 2024 RETURN count(*)')).toEqual([[1]])
  expect(verify(stores)).toEqual([])
})

test('SHOW INDEXES names places as Cypher does', () => {
  const { engine } = makeEngine()
  engine.run('CREATE INDEX FOR (n:L) ON (n.items[*].`a b`, n.x)')
  engine.run('CREATE INDEX IF NOT EXISTS FOR (n:L) ON (n.items[*].`a b`, n.x)')
  expect(engine.run('SHOW INDEXES YIELD name, properties')).toEqual([
    ['index_L_items_all_a b_x', ['items[*].`a b`', 'x']],
  ])
  expect(() => engine.run('CREATE INDEX other FOR (n:L) ON (n.items[*].`a b`, n.x)')).toThrow(
    /over the same properties/,
  )
  engine.run('CREATE INDEX FOR (n:L) ON (n.items, n.x)')
})
