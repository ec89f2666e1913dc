import { beforeEach, describe, expect, test } from 'vitest'
import { Engine } from '../../support/engine.js'

let engine: Engine

/** A: 0 points to B: 1, C: 2 and D: 3; B points to E: 4. */
beforeEach(() => {
  engine = Engine.overStore()
  engine.run(
    'CREATE (a:A {p: 0})-[:R]->(b:B {p: 1}), (a)-[:R]->(:C {p: 2}), (a)-[:R]->(:D {p: 3}), (b)-[:R]->(:E {p: 4})',
  )
})

/** The rows, which must be the same in the smallest slices. */
function rows(text: string, parameters: Parameters<Engine['run']>[1] = {}) {
  const found = engine.run(text, parameters)
  expect(engine.runSliced(text, parameters).rows).toEqual(found)
  return found
}

describe('CALL { } that reads', () => {
  test('gives its rows for each row', () => {
    const text = 'MATCH (n) CALL (n) { MATCH (n)-->(m) RETURN m.p AS q } RETURN n.p, q ORDER BY q'
    expect(rows(text)).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 4],
    ])
    expect(rows(text.replace('CALL (n) { ', 'CALL { WITH n '))).toEqual(rows(text))
    expect(rows(text.replace('CALL (n)', 'CALL (*)'))).toEqual(rows(text))
  })

  test('gathers for each row anew', () => {
    expect(rows('MATCH (n) CALL (n) { MATCH (n)-->(m) RETURN sum(m.p) AS s } RETURN s ORDER BY n.p')).toEqual([
      [6],
      [4],
      [0],
      [0],
      [0],
    ])
    const text =
      'MATCH (n) CALL (n) { MATCH (n)-->(m) RETURN m ORDER BY m.p DESC LIMIT 2 } RETURN n.p, m.p ORDER BY n.p'
    expect(rows(text)).toEqual([
      [0, 3],
      [0, 2],
      [1, 4],
    ])
  })

  test('gives nodes that later patterns walk from', () => {
    const text = 'MATCH (n:A) CALL (n) { MATCH (n)-->(m) RETURN m ORDER BY m.p LIMIT 1 } MATCH (m)-->(l) RETURN l.p'
    expect(rows(text)).toEqual([[4]])
    const union = 'CALL { MATCH (n:A) RETURN n UNION MATCH (n:B) RETURN n } MATCH (n)-->(m) RETURN m.p ORDER BY m.p'
    expect(rows(union)).toEqual([[1], [2], [3], [4]])
  })

  test('sees nothing of the row that it does not import', () => {
    expect(rows('UNWIND [1, 2] AS x CALL { MATCH (n:A) RETURN count(n) AS c } RETURN x, c')).toEqual([
      [1, 1],
      [2, 1],
    ])
    expect(rows('WITH 1 AS x CALL { WITH 2 AS x RETURN x + 1 AS y } RETURN x, y')).toEqual([[1, 3]])
  })

  test('joins by UNION, each part of which imports for itself', () => {
    const text = (union: string) =>
      `UNWIND [1, 2] AS x CALL { WITH x RETURN x AS y ${union} WITH x RETURN 2 AS y } RETURN x, y`
    expect(rows(text('UNION'))).toEqual([
      [1, 1],
      [1, 2],
      [2, 2],
    ])
    expect(rows(text('UNION ALL'))).toHaveLength(4)
  })

  test('keeps the relationships of its patterns apart from those around it', () => {
    const text = 'MATCH (a:A)-[r]->(b:B) CALL (a) { MATCH (a)-[s]->(c) RETURN c } RETURN c.p ORDER BY c.p'
    expect(rows(text)).toEqual([[1], [2], [3]])
  })

  test('may be optional', () => {
    const text = 'MATCH (n) OPTIONAL CALL (n) { MATCH (n)-->(m) RETURN m LIMIT 1 } RETURN n.p, m IS NULL ORDER BY n.p'
    expect(rows(text).map(([, isNull]) => isNull)).toEqual([false, false, true, true, true])
    expect(rows('UNWIND [1, 2] AS x OPTIONAL CALL (x) { WITH * WHERE x > 1 RETURN 1 AS y } RETURN x, y')).toEqual([
      [1, null],
      [2, 1],
    ])
    expect(rows("OPTIONAL CALL db.labels() YIELD label WHERE label = 'None' RETURN label")).toEqual([[null]])
  })

  test('stands within another, and within an expression', () => {
    const inner = 'CALL (m) { MATCH (m)-->(l) RETURN count(l) AS c }'
    const text = `MATCH (n:A) CALL (n) { MATCH (n)-->(m) ${inner} RETURN sum(c) AS s } RETURN s`
    expect(rows(text)).toEqual([[1]])
    expect(rows(`MATCH (n:A) RETURN COLLECT { MATCH (n)-->(m) ${inner} RETURN c ORDER BY c }`)).toEqual([[[0, 0, 1]]])
  })
})

describe('CALL { } that writes', () => {
  test('runs for each row, which goes on once', () => {
    expect(
      engine.run('UNWIND [1, 2] AS x CALL (x) { UNWIND [1, 2, 3] AS y CREATE (:T {x: x, y: y}) } RETURN x'),
    ).toEqual([[1], [2]])
    expect(rows('MATCH (t:T) RETURN count(*)')).toEqual([[6]])
  })

  test('sees what it has written for the rows before', () => {
    const text = 'UNWIND [1, 2, 3] AS x CALL (x) { MATCH (t) WITH count(t) AS n CREATE (:T {n: n}) RETURN n } RETURN n'
    expect(engine.run(text)).toEqual([[5], [6], [7]])
  })

  test('finds labels and types that an earlier part of itself has made', () => {
    const text =
      'UNWIND [1, 2] AS x CALL { CREATE (:New)-[:Fresh]->() WITH 1 AS one MATCH (n:New)-[:Fresh]->() RETURN count(n) AS c } RETURN c'
    expect(engine.run(text)).toEqual([[1], [2]])
  })

  test('runs for every row, whatever LIMIT stands behind it', () => {
    engine.run('UNWIND [1, 2, 3] AS x CALL (x) { CREATE (:T) } RETURN x LIMIT 1')
    expect(rows('MATCH (t:T) RETURN count(*)')).toEqual([[3]])
  })

  test('deletes, and may be the last clause', () => {
    engine.run('MATCH (n) CALL (n) { DETACH DELETE n }')
    expect(rows('MATCH (n) RETURN count(*)')).toEqual([[0]])
  })

  test('writes in each part of a UNION', () => {
    engine.run('UNWIND [1, 2] AS x CALL (x) { CREATE (:T) RETURN 1 AS y UNION CREATE (:T) RETURN 1 AS y } RETURN y')
    expect(rows('MATCH (t:T) RETURN count(*)')).toEqual([[4]])
  })

  test('is the same in slices', () => {
    const text =
      'UNWIND range(1, 9) AS x CALL (x) { MATCH (n) WITH count(n) AS c CREATE (:T {c: c}) RETURN c } RETURN x, c'
    const other = Engine.overStore()
    const whole = engine.run(text)
    other.run('UNWIND range(0, 4) AS p CREATE ({p: p})')
    expect(other.runSliced(text).rows).toEqual(whole)
  })
})

test.each([
  'MATCH (n) CALL (n) { CREATE (:T {x: n.p}) }',
  'MATCH (n) FOREACH (x IN range(0, n.p) | CREATE (:T {x: x}))',
  'MATCH (n) FOREACH (x IN [n.p] | MERGE (t:T {x: x % 2}) SET t.n = coalesce(t.n, 0) + 1)',
  'MATCH (n) CALL (n) { MATCH (n)-->(m) WITH DISTINCT m CREATE (:T {x: m.p}) } CREATE (:T {x: 9})',
])('%s writes the same in slices', (text) => {
  const [other, all] = [Engine.overStore(), 'MATCH (t:T) RETURN t.x, t.n ORDER BY t.x']
  other.run(
    'CREATE (a:A {p: 0})-[:R]->(b:B {p: 1}), (a)-[:R]->(:C {p: 2}), (a)-[:R]->(:D {p: 3}), (b)-[:R]->(:E {p: 4})',
  )
  engine.run(text)
  other.runSliced(text)
  expect(engine.run(all).length).toBeGreaterThan(1)
  expect(other.run(all)).toEqual(engine.run(all))
})

describe('FOREACH', () => {
  test('writes for each item of each row, which goes on once', () => {
    expect(engine.run('UNWIND [1, 2] AS x FOREACH (y IN range(1, x) | CREATE (:T {x: x, y: y})) RETURN x')).toEqual([
      [1],
      [2],
    ])
    expect(rows('MATCH (t:T) RETURN t.x, t.y ORDER BY t.x, t.y')).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ])
  })

  test('sets what a path goes through', () => {
    engine.run('MATCH p = (:A)-->(:B)-->(:E) FOREACH (n IN nodes(p) | SET n.marked = true)')
    expect(rows('MATCH (n {marked: true}) RETURN n.p ORDER BY n.p')).toEqual([[0], [1], [4]])
  })

  test('may be nested, and does its clauses item by item', () => {
    engine.run(
      'FOREACH (x IN [1, 1, 2] | MERGE (t:T {x: x}) SET t.n = coalesce(t.n, 0) + 1 FOREACH (y IN [x] | CREATE (t)-[:Y]->(:U {y: y})))',
    )
    expect(rows('MATCH (t:T)-->(u:U) RETURN t.x, t.n, u.y ORDER BY t.x')).toEqual([
      [1, 2, 1],
      [1, 2, 1],
      [2, 1, 2],
    ])
  })

  test('does nothing for null and an empty list, and takes nothing but lists', () => {
    engine.run('FOREACH (x IN null | CREATE (:T)) FOREACH (x IN [] | CREATE (:T))')
    expect(rows('MATCH (t:T) RETURN count(*)')).toEqual([[0]])
    expect(() => engine.run('FOREACH (x IN $x | CREATE (:T))', { x: 1 })).toThrow(
      expect.objectContaining({ code: 'TYPE_MISMATCH' }),
    )
  })
})
