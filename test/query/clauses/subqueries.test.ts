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

/** The values of the only column. */
function column(text: string, parameters: Parameters<Engine['run']>[1] = {}) {
  return rows(text, parameters).map(([value]) => value)
}

describe('a query within an expression', () => {
  test('aggregates the rows of its own row', () => {
    expect(
      column('MATCH (n) WHERE EXISTS { MATCH (n)-->(m) WITH n, count(*) AS c WHERE c = 3 RETURN true } RETURN n.p'),
    ).toEqual([0])
    expect(column('MATCH (n) RETURN COLLECT { MATCH (n)-->(m) RETURN sum(m.p) } AS s ORDER BY n.p')).toEqual([
      [6],
      [4],
      [0],
      [0],
      [0],
    ])
  })

  test('sees the row after an aggregation too', () => {
    expect(column('MATCH (n:B) RETURN COLLECT { MATCH (n)-->(m) RETURN sum(m.p) + n.p }')).toEqual([[5]])
    expect(
      column(
        'MATCH (n:A) RETURN COUNT { MATCH (n)-->(m) WITH m.p % 2 AS odd, count(*) AS c WHERE c > n.p + 1 RETURN odd }',
      ),
    ).toEqual([1])
  })

  test('orders, skips and limits', () => {
    const text = (end: string) => `MATCH (n:A) RETURN COLLECT { MATCH (n)-->(m) RETURN m.p ORDER BY m.p DESC ${end} }`
    expect(column(text(''))).toEqual([[3, 2, 1]])
    expect(column(text('SKIP 1'))).toEqual([[2, 1]])
    expect(column(text('SKIP 1 LIMIT 1'))).toEqual([[2]])
    expect(column('MATCH (n:A) RETURN COUNT { MATCH (n)-->(m) RETURN m LIMIT $n }', { n: 2 })).toEqual([2])
  })

  test('joins by UNION, and keeps equal rows with UNION ALL', () => {
    const text = (union: string) => `RETURN COLLECT { UNWIND [1, 2, 2] AS x RETURN x ${union} RETURN 2 AS x }`
    expect(column(text('UNION'))).toEqual([[1, 2]])
    expect(column(text('UNION ALL'))).toEqual([[1, 2, 2, 2]])
  })

  test('calls procedures that read', () => {
    expect(column('RETURN COLLECT { CALL db.labels() YIELD label RETURN label ORDER BY label LIMIT 2 }')).toEqual([
      ['A', 'B'],
    ])
    expect(column('RETURN EXISTS { CALL db.labels() }')).toEqual([true])
  })

  test('may leave out RETURN, or return *', () => {
    expect(column('MATCH (n) WHERE EXISTS { MATCH (n)-->(m) WHERE m.p > 2 } RETURN n.p')).toEqual([0, 1])
    expect(column('MATCH (n) WHERE EXISTS { MATCH (n)-->(m) RETURN * } RETURN n.p')).toEqual([0, 1])
  })

  test('stands beside an aggregate, where it reads the keys', () => {
    expect(
      rows('MATCH (n)-->() RETURN n.p AS p, n, count(*) + COUNT { (n)-->() } AS c ORDER BY p').map((row) => row[2]),
    ).toEqual([6, 2])
  })

  test('within another begins anew for each row of that', () => {
    const inner = 'COUNT { MATCH (m)<--(x) WITH DISTINCT x RETURN x LIMIT 1 }'
    expect(column(`MATCH (n:A) RETURN COLLECT { MATCH (n)-->(m) RETURN ${inner} }`)).toEqual([[1, 1, 1]])
  })

  test.each([
    ['n.p = 0 OR EXISTS { UNWIND [n.p] AS x WITH 1 / x AS y WHERE y >= 0 RETURN y }', [0, 1, 2, 3, 4]],
    ['n.p <> 0 AND EXISTS { UNWIND [n.p] AS x WITH 1 / x AS y WHERE y > 0 RETURN y }', [1]],
    ['CASE n.p WHEN 0 THEN false ELSE COUNT { WITH 1 / n.p AS y WHERE y > 0 RETURN y } = 1 END', [1]],
  ])('is not asked where %s does not come to it', (predicate, expected) => {
    expect(column(`MATCH (n) WHERE ${predicate} RETURN n.p`)).toEqual(expected)
    expect(column(`MATCH (n) WITH n, ${predicate} AS holds WHERE holds RETURN n.p`)).toEqual(expected)
  })

  test.each([
    ['RETURN EXISTS { MATCH (n) SET n.x = 1 }', 'CLAUSE_ORDER', 27],
    ['RETURN COUNT { CREATE (n) RETURN n }', 'CLAUSE_ORDER', 16],
    ['RETURN COLLECT { MATCH (n) }', 'CLAUSE_ORDER', 8],
    ['RETURN COLLECT { RETURN 1, 2 }', 'COLUMNS_DIFFER', 8],
    ['RETURN EXISTS { RETURN 1 AS x UNION RETURN 2 AS y }', 'COLUMNS_DIFFER', 31],
    ['RETURN EXISTS { MATCH (n) WITH n }', 'CLAUSE_ORDER', 27],
    ['MATCH (n) RETURN n LIMIT COUNT { (:A) }', 'CONSTANT_EXPECTED', 26],
  ])('%s is %s', (text, code, column) => {
    expect(() => engine.run(text)).toThrow(
      expect.objectContaining({ code, position: expect.objectContaining({ column }) }),
    )
  })
})

test('a query that CASE may not ask is asked once for the items of a list that read it', () => {
  const asked = 'CASE WHEN n.p < 3 THEN COUNT { MATCH (n)-->(m) RETURN DISTINCT m } ELSE 9 END'
  const text = `MATCH (n) WITH n, ${asked} AS c WHERE any(x IN [0, 1] WHERE x = c) RETURN n.p ORDER BY n.p`
  expect(column(text)).toEqual([1, 2])
})

describe('a query for each item of a list', () => {
  test('in a comprehension reads the item, in its condition and its result', () => {
    const text =
      'MATCH (n:A) WITH collect { MATCH (n)-->(m) RETURN m } AS list RETURN [m IN list WHERE EXISTS { (m)-->() } | m.p]'
    expect(column(text)).toEqual([[1]])
    expect(column('RETURN [x IN [0, 1, 2] | COUNT { MATCH (n) WHERE n.p > x }]')).toEqual([[4, 3, 2]])
    expect(column('RETURN [x IN [0, 1, 4] WHERE EXISTS { MATCH ({p: x})-->() }]')).toEqual([[0, 1]])
    expect(column('UNWIND [null, []] AS list RETURN [x IN list WHERE EXISTS { (:A) }]')).toEqual([null, []])
  })

  test('in a quantifier leaves an unknown answer unknown', () => {
    const text = (quantifier: string) =>
      `RETURN ${quantifier}(x IN $list WHERE EXISTS { MATCH ({p: x})-->() } OR x = 9)`
    expect(column(text('any'), { list: [4, 1] })).toEqual([true])
    expect(column(text('any'), { list: [4, null] })).toEqual([null])
    expect(column(text('all'), { list: [1, 1] })).toEqual([true])
    expect(column(text('none'), { list: [4, 3] })).toEqual([true])
    expect(column(text('single'), { list: [4, 1] })).toEqual([true])
    expect(column(text('all'), { list: null })).toEqual([null])
  })

  test('in reduce reads what has been made so far', () => {
    expect(column('RETURN reduce(s = 0, x IN [1, 2] | COUNT { MATCH (n) WHERE n.p > s })')).toEqual([0])
    expect(column('RETURN reduce(s = 0, x IN [1, 2, 3] | x * s + COUNT { MATCH (n) WHERE n.p > s })')).toEqual([24])
    expect(column('RETURN reduce(s = 7, x IN [] | s + COUNT { (:A) })')).toEqual([7])
    expect(column('RETURN reduce(s = 7, x IN $list | s + COUNT { (:A) })', { list: null })).toEqual([null])
    expect(column('RETURN reduce(s = COUNT { (:A) }, x IN [COUNT { (:B) }] | s + x + COUNT { (:C) })')).toEqual([3])
  })

  test('takes lists alone', () => {
    expect(() => engine.run('RETURN [x IN $list | COUNT { (:A) }]', { list: 1 })).toThrow(
      expect.objectContaining({ code: 'TYPE_MISMATCH' }),
    )
  })

  test('may be nested', () => {
    const text = 'RETURN [x IN [0, 1] | [y IN [0, x] WHERE EXISTS { MATCH ({p: x})-->({p: y + 1}) } | y + x]]'
    expect(column(text)).toEqual([[[0, 0], []]])
  })
})

describe('a shortest path in an expression', () => {
  test('is the path between two nodes, or null', () => {
    const text = (to: string) => `MATCH (a:A), (b:${to}) RETURN [n IN nodes(shortestPath((a)-[*]->(b))) | n.p]`
    expect(column(text('E'))).toEqual([[0, 1, 4]])
    expect(column('MATCH (a:E), (b:A) RETURN shortestPath((a)-[*]->(b))')).toEqual([null])
    expect(column('MATCH (a:A), (b:E) RETURN length(shortestPath((a)-[*..1]-(b))) IS NULL')).toEqual([true])
  })

  test('gives a list of all where all are asked', () => {
    engine.run('MATCH (c:C), (e:E) CREATE (c)-[:R]->(e)')
    expect(column('MATCH (a:A), (b:E) RETURN [p IN allShortestPaths((a)-[*]->(b)) | length(p)]')).toEqual([[2, 2]])
  })

  test('needs nodes that are known', () => {
    expect(() => engine.run('MATCH (a) RETURN shortestPath((a)-[*]->(b))')).toThrow(
      expect.objectContaining({ code: 'VARIABLE_UNDEFINED' }),
    )
  })
})

describe('a query among what is written', () => {
  test('gives properties that are created, and sees nothing of what its clause creates', () => {
    engine.run('MATCH (n) CREATE (:Copy {p: n.p, out: COUNT { (n)-->() }, copies: COUNT { (:Copy) }})')
    expect(rows('MATCH (c:Copy) RETURN c.out, c.copies ORDER BY c.p')).toEqual([
      [3, 0],
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ])
  })

  test('gives properties of relationships, and keys', () => {
    engine.run("MATCH (a:A), (b:E) CREATE (a)-[:S {n: COUNT { (a)-->() }}]->(b), ({_key: 'k' + COUNT { (:A) }})")
    expect(column('MATCH ()-[s:S]->() RETURN s.n')).toEqual([3])
    expect(column("MATCH (n {_key: 'k1'}) RETURN count(*)")).toEqual([1])
  })

  test('gives what MERGE looks for', () => {
    engine.run('MATCH (n) MERGE (:Degree {out: COUNT { (n)-->() }})')
    expect(column('MATCH (d:Degree) RETURN d.out ORDER BY d.out')).toEqual([0, 1, 3])
  })

  test('gives values that are set, nodes that are deleted, arguments', () => {
    engine.run('MATCH (n) SET n.out = COUNT { (n)-->() }, n += {any: EXISTS { (n)--() }}')
    expect(column('MATCH (n) RETURN n.out ORDER BY n.p')).toEqual([3, 1, 0, 0, 0])
    engine.run('MATCH (n:B) DETACH DELETE COLLECT { MATCH (n)-->(m) RETURN m }[0]')
    expect(column('MATCH (n:E) RETURN n')).toEqual([])
  })

  test('cannot read what the same clause creates', () => {
    expect(() => engine.run('CREATE (a:X), (b {n: COUNT { (a)--() }}) RETURN b')).toThrow(
      expect.objectContaining({ code: 'VARIABLE_UNDEFINED', position: expect.objectContaining({ column: 22 }) }),
    )
  })
})

describe('a query that reads nothing of the row', () => {
  /** Rows of the operators that look for nodes. */
  const scanned = (text: string) => {
    const found: (number | undefined)[] = []
    const waiting = [engine.explain(`PROFILE ${text}`)]
    for (let plan = waiting.pop(); plan !== undefined; plan = waiting.pop()) {
      if (plan.operator === 'AllNodesScan') found.push(plan.rows)
      waiting.push(...plan.children)
    }
    return found.sort()
  }

  test('is asked once for all rows', () => {
    const text = 'MATCH (n) RETURN n.p, COUNT { MATCH (m) WHERE m.p > 2 } AS c'
    expect(scanned(text)).toEqual([5, 5])
    expect(rows(text).map(([, count]) => count)).toEqual([2, 2, 2, 2, 2])
    expect(scanned('MATCH (n) RETURN COUNT { MATCH (m) WHERE m.p > n.p }')).toEqual([25, 5])
  })

  test('is asked anew where its answer may be another', () => {
    expect(scanned('MATCH (n) RETURN COUNT { MATCH (m) WHERE rand() < 2 }')).toEqual([25, 5])
    const text = 'UNWIND [1, 2, 3] AS i CALL { CREATE (:X) RETURN COUNT { MATCH (:X) } AS c } RETURN c'
    expect(engine.run(text)).toEqual([[1], [2], [3]])
    engine.run('FOREACH (i IN [1, 2, 3] | CREATE (:Y {n: COUNT { MATCH (:Y) }}))')
    expect(column('MATCH (y:Y) RETURN y.n ORDER BY y.n')).toEqual([0, 1, 2])
  })

  test('fails only where somebody reads its answer', () => {
    const failing = 'COLLECT { MATCH (m) WHERE 1 / 0 > 0 RETURN m }'
    expect(column(`MATCH (n:None) RETURN ${failing}`)).toEqual([])
    expect(column(`MATCH (n) RETURN CASE WHEN n.p < 9 THEN 1 ELSE ${failing} END LIMIT 1`)).toEqual([1])
    expect(() => engine.run(`MATCH (n) WHERE n IN ${failing} RETURN n`)).toThrow(
      expect.objectContaining({ code: 'ARITHMETIC' }),
    )
  })
})

describe('a node IN a list', () => {
  test('is found by the list, whatever else is in it', () => {
    const found = (list: string) => column(`MATCH (m:B) WITH ${list} AS list MATCH (n) WHERE n IN list RETURN n.p`)
    expect(found('[m, m]')).toEqual([1])
    expect(found("[null, 1, 'a', [m], m]")).toEqual([1])
    expect(found('[]')).toEqual([])
    expect(found('null')).toEqual([])
    expect(column('MATCH (n) WHERE n IN COLLECT { MATCH (:A)-->(m) RETURN m } RETURN n.p ORDER BY n.p')).toEqual([
      1, 2, 3,
    ])
    expect(
      column('MATCH ()-[r]->(n) WHERE r IN COLLECT { MATCH (:A)-[s]->() RETURN s } RETURN n.p ORDER BY n.p'),
    ).toEqual([1, 2, 3])
    expect(() => engine.run('MATCH (n) WHERE n IN $list RETURN n', { list: 1 })).toThrow(
      expect.objectContaining({ code: 'TYPE_MISMATCH' }),
    )
  })

  test('is not found when it is deleted', () => {
    const text =
      'MATCH (n:E) WITH collect(n) AS gone UNWIND gone AS n DETACH DELETE n WITH gone MATCH (n) WHERE n IN gone'
    expect(engine.run(`${text} RETURN count(n)`)).toEqual([[0]])
  })

  test('is null where the list has a null in place of it', () => {
    expect(column('MATCH (m:B) WITH [m, null] AS list MATCH (n) RETURN n IN list ORDER BY n.p')).toEqual([
      null,
      true,
      null,
      null,
      null,
    ])
    expect(column('MATCH (m:B) WITH [m, null] AS list MATCH (n) WHERE NOT n IN list RETURN n.p')).toEqual([])
  })
})
