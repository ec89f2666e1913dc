import { describe, expect, test } from 'vitest'
import { Heap } from '../../../src/pages/heap.js'
import { Stores } from '../../../src/stores/stores.js'
import { StoreTransaction } from '../../../src/transaction/store-transaction.js'
import { Engine, environment } from '../../support/engine.js'

/** Forty nodes in a ring, each joined to the next three. */
const ring = 'UNWIND range(0, 39) AS i CREATE (:N {i: i})'
const edges = 'MATCH (a:N), (b:N) WHERE b.i IN [(a.i + 1) % 40, (a.i + 2) % 40, (a.i + 3) % 40] CREATE (a)-[:R]->(b)'

function engineWithRing(): Engine {
  const engine = Engine.overStore()
  engine.run(ring)
  engine.run(edges)
  return engine
}

describe('slices', () => {
  test.each([
    'MATCH (a:N)-[:R]->(b)-[:R]->(c) RETURN a.i, b.i, c.i',
    'MATCH (a:N {i: 0})-[:R*1..4]->(b) RETURN b.i',
    'MATCH (a:N)-[:R]->(b) RETURN b.i AS i, count(*) ORDER BY i',
    'MATCH (a:N), (b:N) WHERE a.i = b.i + 1 RETURN a.i, b.i',
    'UNWIND range(1, 200) AS x UNWIND [1, 2] AS y RETURN x, y',
  ])('give the event loop back many times, and the same rows: %s', (text) => {
    const engine = engineWithRing()
    const { rows, slices } = engine.runSliced(text)
    expect(slices).toBeGreaterThan(20)
    expect(rows).toEqual(engine.run(text))
  })

  test('a query of one row needs one slice', () => {
    expect(engineWithRing().runSliced('MATCH (n:N {i: 3}) RETURN count(*)').slices).toBeGreaterThan(0)
    expect(engineWithRing().runSliced('RETURN 1').slices).toBe(1)
  })

  test('a run that pauses goes on reading the state in which it began', () => {
    const stores = Stores.create(new Heap({ slabShift: 8 }))
    const writer = new Engine(new StoreTransaction(stores, { record: () => {} }))
    writer.run(ring)
    writer.run(edges)
    stores.heap.release(stores.commit())
    const reader = new Engine(new StoreTransaction(stores, { pin: () => stores.snapshot() }))
    const text = 'MATCH (a:N)-[:R]->(b)-[:R]->(c) RETURN a.i, b.i, c.i'
    const before = reader.run(text)
    let writes = 0
    const { rows, slices } = reader.runSliced(text, {}, () => {
      if (writes++ > 0) return
      writer.run('MATCH (n:N) WHERE n.i % 3 = 0 DETACH DELETE n')
      writer.run('MATCH (n:N) SET n.i = -1')
      stores.heap.release(stores.commit())
    })
    expect(slices).toBeGreaterThan(2)
    expect(rows).toEqual(before)
    expect(writer.run('MATCH (n:N) WHERE n.i >= 0 RETURN count(*)')).toEqual([[0]])
  })

  test('several runs of one query do not disturb each other', () => {
    const engine = engineWithRing()
    const text = 'MATCH (a:N)-[:R]->(b)-[:R]->(c) RETURN DISTINCT c.i'
    const whole = engine.run(text)
    const nested: unknown[] = []
    const { rows } = engine.runSliced(text, {}, () => nested.push(engine.run(text).length))
    expect(rows).toEqual(whole)
    expect(new Set(nested)).toEqual(new Set([whole.length]))
  })
})

describe('PROFILE', () => {
  test('counts the rows of each operator and gives the rows of the answer', () => {
    const engine = engineWithRing()
    const query = engine.compile(
      'PROFILE MATCH (a:N)-[:R]->(b) WHERE b.i < 10 RETURN a.i, count(*) AS c ORDER BY c LIMIT 3',
    )
    const { rows, plan } = query.run(engine.transaction, [], environment)
    expect(rows).toHaveLength(3)
    const counted: [string, number | undefined][] = []
    for (let each = plan; each !== null; each = each.children[0] ?? null) counted.push([each.operator, each.rows])
    expect(counted).toEqual([
      ['Produce', 3],
      ['Project', 3],
      ['Top', 3],
      ['Aggregate', 12],
      ['Expand', 30],
      ['Filter', 10],
      ['AllNodesScan', 40],
    ])
  })

  test('EXPLAIN runs nothing', () => {
    const engine = engineWithRing()
    const { rows, plan } = engine.compile('EXPLAIN MATCH (n) DETACH DELETE n').run(engine.transaction, [], {} as never)
    expect(rows).toEqual([])
    expect(plan?.operator).toBe('Produce')
    expect(engine.run('MATCH (n) RETURN count(*)')).toEqual([[40]])
  })
})
