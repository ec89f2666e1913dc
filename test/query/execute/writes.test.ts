import { describe, expect, test } from 'vitest'
import type { DatabaseError } from '../../../src/core/errors.js'
import { Engine } from '../../support/engine.js'

const engines = [
  ['the stores', () => Engine.overStore()],
  ['a model of Maps', () => Engine.overModel()],
] as const

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    return (error as DatabaseError).code
  }
}

describe.each(engines)('writes over %s', (_, makeEngine) => {
  test('CREATE makes nodes and relationships, each part once, and binds their variables', () => {
    const engine = makeEngine()
    engine.run("CREATE (a:A:B {_key: 'k', x: 1}), (a)-[:R {w: 2}]->(b {x: 3}), (b)<-[:S]-(a)")
    expect(
      engine.run('MATCH (a:A)-[r]->(b) RETURN labels(a), a._key, a.x, type(r), r.w, b.x ORDER BY type(r)'),
    ).toEqual([
      [['A', 'B'], 'k', 1, 'R', 2, 3],
      [['A', 'B'], 'k', 1, 'S', null, 3],
    ])
  })

  test('a CREATE of many parts makes what the same parts in few clauses make', () => {
    const nodes = Array.from(
      { length: 100 },
      (_, i) => `(n${i}:N {_key: 'n${i}', x: ${i}, y: -${i}, z: $z, none: null})`,
    )
    const paths = nodes.map((_, i) => `p${i} = (n${i})<-[:R {w: -1.5}]-(m)-[:S]->(:M {x: ${i}})-[:T]->(n${i})`)
    const text = `MATCH (m:Middle) CREATE ${[...nodes, ...paths].join(', ')} RETURN length(p7), nodes(p7) = [n7, m, nodes(p7)[2], n7]`
    const graph =
      'MATCH (a)-[r]->(b) RETURN a._key, properties(a), labels(a), type(r), r.w, b._key, properties(b), labels(b)'
    // A part with a value to compute keeps all parts from being data.
    const [asData, asSource] = [text, text.replace('x: 0,', 'x: 0 + 0,')].map((each) => {
      const engine = makeEngine()
      engine.run("CREATE (:Middle {_key: 'm'}), (:Middle {_key: 'k'}) WITH * MATCH (k {_key: 'k'}) DELETE k")
      expect(engine.run(each, { z: 'given' })).toEqual([[3, true]])
      return engine.run(graph)
    })
    expect(asData).toHaveLength(300)
    expect(asData).toEqual(asSource)
    expect(asData![0]).toContainEqual(
      new Map<string, unknown>([
        ['x', 0],
        ['y', 0],
        ['z', 'given'],
      ]),
    )
  })

  test('CREATE runs once for each row, and a property that is null is not set', () => {
    const engine = makeEngine()
    engine.run('UNWIND [1, null, 3] AS x CREATE (:N {x: x})')
    expect(engine.run('MATCH (n:N) RETURN n.x, keys(n)')).toEqual([
      [1, ['x']],
      [null, []],
      [3, ['x']],
    ])
  })

  test('CREATE of a named path gives the path', () => {
    const engine = makeEngine()
    const [row] = engine.run(
      'CREATE p = (a {i: 1})-[:R]->({i: 2})<-[:R]-({i: 3}) RETURN [n IN nodes(p) | n.i], length(p)',
    )
    expect(row).toEqual([[1, 2, 3], 2])
  })

  test('CREATE after CREATE is one clause, unless a value asks what the first has created', () => {
    const engine = makeEngine()
    engine.run('UNWIND [1, 2] AS i CREATE (a:A {x: i}) CREATE (:B {x: a.x})')
    expect(engine.run('MATCH (b:B) RETURN b.x ORDER BY b.x')).toEqual([[1], [2]])
    engine.run(
      'CREATE (:C) CREATE (:D {_key: toString(COUNT { MATCH (c:C) })}) CREATE (:E {seen: COUNT { MATCH (c:C) }})',
    )
    expect(engine.run('MATCH (d:D), (e:E) RETURN d._key, e.seen')).toEqual([['1', 1]])
  })

  test('a query never reads what it is itself creating', () => {
    const engine = makeEngine()
    engine.run('CREATE (:N), (:N)')
    engine.run('MATCH (n:N) CREATE (:N)')
    expect(engine.run('MATCH (n:N) RETURN count(*)')).toEqual([[4]])
  })

  test('the next clause reads what the clause before has written', () => {
    const engine = makeEngine()
    engine.run('CREATE (:N {x: 1}), (:N {x: 2})')
    expect(engine.run('MATCH (n:N) SET n.x = n.x * 10 WITH n MATCH (m:N {x: 20}) RETURN n.x ORDER BY n.x')).toEqual([
      [10],
      [20],
    ])
    expect(engine.run('CREATE (a:New {y: 5}) WITH a MATCH (b:New) RETURN b.y')).toEqual([[5]])
  })

  test('a LIMIT above a write does not keep it from happening', () => {
    const engine = makeEngine()
    expect(engine.run('UNWIND range(1, 10) AS i CREATE (n:N {i: i}) RETURN n.i LIMIT 2')).toEqual([[1], [2]])
    expect(engine.run('MATCH (n:N) SET n.seen = true RETURN n.i LIMIT 0')).toEqual([])
    expect(engine.run('MATCH (n:N) WHERE n.seen RETURN count(*)')).toEqual([[10]])
  })

  test('a LIMIT below a write limits it', () => {
    const engine = makeEngine()
    engine.run('UNWIND range(1, 10) AS i WITH i LIMIT 3 CREATE (:N {i: i})')
    expect(engine.run('MATCH (n:N) RETURN count(*)')).toEqual([[3]])
  })

  test('SET of one item sees what the items before it have set', () => {
    const engine = makeEngine()
    engine.run('CREATE (:N {x: 1})')
    expect(engine.run('MATCH (n:N) SET n.x = n.x + 1, n.y = n.x * 10, n:Old RETURN n.x, n.y, labels(n)')).toEqual([
      [2, 20, ['N', 'Old']],
    ])
  })

  test('SET to a map replaces the properties, and += adds to them; null removes', () => {
    const engine = makeEngine()
    engine.run('CREATE (:N {x: 1, y: 2})')
    expect(engine.run('MATCH (n:N) SET n += {y: 3, z: 4} RETURN properties(n)')).toEqual([
      [
        new Map([
          ['x', 1],
          ['y', 3],
          ['z', 4],
        ]),
      ],
    ])
    expect(engine.run('MATCH (n:N) SET n = {z: 5, y: null} RETURN properties(n)')).toEqual([[new Map([['z', 5]])]])
  })

  test('SET takes the properties of another entity', () => {
    const engine = makeEngine()
    engine.run('CREATE (:A {x: 1})-[:R {w: 2}]->(:B {y: 3})')
    engine.run('MATCH (a:A)-[r:R]->(b:B) SET b = a, a += r')
    expect(engine.run('MATCH (a:A)-->(b:B) RETURN properties(a), properties(b)')).toEqual([
      [
        new Map([
          ['x', 1],
          ['w', 2],
        ]),
        new Map([['x', 1]]),
      ],
    ])
  })

  test('DELETE of a node with relationships is refused, unless they go with it', () => {
    const engine = makeEngine()
    engine.run('CREATE (:A)-[:R]->(:B)')
    expect(codeOf(() => engine.run('MATCH (a:A) DELETE a'))).toBe('NODE_HAS_RELATIONSHIPS')
    engine.run('MATCH (a:A)-[r]->(b) DELETE a, r, b')
    expect(engine.run('MATCH (n) RETURN count(*)')).toEqual([[0]])
  })

  test('DETACH DELETE takes the relationships along, and null is nothing to delete', () => {
    const engine = makeEngine()
    engine.run('CREATE (a:A)-[:R]->(:B), (a)-[:R]->(a)')
    engine.run('MATCH (a:A) DETACH DELETE a, null')
    expect(engine.run('MATCH (n) RETURN labels(n)')).toEqual([[['B']]])
    expect(engine.run('MATCH ()-[r]->() RETURN count(r)')).toEqual([[0]])
  })

  test('what is deleted twice is deleted once', () => {
    const engine = makeEngine()
    engine.run('CREATE (a:A)-[:R]->(:B), (a)-[:R]->(:B)')
    engine.run('MATCH (a:A)-[r]->(b) DETACH DELETE a DELETE b')
    expect(engine.run('MATCH (n) RETURN count(*)')).toEqual([[0]])
  })

  test('a property or label of something deleted is an error; the type of a relationship is still known', () => {
    const engine = makeEngine()
    engine.run('CREATE (:A {x: 1})-[:R {w: 1}]->(:B)')
    expect(codeOf(() => engine.run('MATCH (a:A) DETACH DELETE a RETURN a.x'))).toBe('ENTITY_DELETED')
    const again = makeEngine()
    again.run('CREATE (:A {x: 1})-[:R {w: 1}]->(:B)')
    expect(codeOf(() => again.run('MATCH (a:A) DETACH DELETE a RETURN labels(a)'))).toBe('ENTITY_DELETED')
    const last = makeEngine()
    last.run('CREATE (:A {x: 1})-[:R {w: 1}]->(:B)')
    expect(last.run('MATCH ()-[r:R]->() DELETE r RETURN type(r)')).toEqual([['R']])
  })

  test('a property cannot hold an entity, a key is a string, and a path ends in nodes', () => {
    const engine = makeEngine()
    engine.run('CREATE (:N)')
    expect(codeOf(() => engine.run('MATCH (n:N) SET n.x = [n]'))).toBe('PROPERTY_INVALID')
    expect(codeOf(() => engine.run('UNWIND [1] AS k CREATE ({_key: k})'))).toBe('KEY_INVALID')
    expect(codeOf(() => engine.run('UNWIND [1] AS x CREATE (x)-[:R]->()'))).toBe('TYPE_MISMATCH')
  })

  test('the same rows are written in the smallest slices', () => {
    const engine = makeEngine()
    engine.runSliced('UNWIND range(1, 20) AS i CREATE (:N {i: i})')
    engine.runSliced('MATCH (a:N), (b:N) WHERE b.i = a.i + 1 CREATE (a)-[:R]->(b) SET a.next = b.i')
    expect(engine.run('MATCH (a:N)-[:R]->(b) WHERE a.next = b.i RETURN count(*)')).toEqual([[19]])
  })
})
