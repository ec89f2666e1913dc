import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

async function rows(text: string, parameters: Record<string, unknown> = {}): Promise<unknown[][]> {
  return (await db.query(text, parameters)).rows
}

describe('procedures of every database', () => {
  beforeEach(() => db.query('CREATE (:A {x: 1})-[:T {w: 1}]->(:B)'))

  test('db.labels, db.relationshipTypes and db.propertyKeys give the names there are', async () => {
    const labels = await db.query('CALL db.labels()')
    expect([labels.columns, labels.rows]).toEqual([['label'], [['A'], ['B']]])
    expect(await rows('CALL db.relationshipTypes()')).toEqual([['T']])
    expect(await rows('CALL db.propertyKeys')).toEqual([['w'], ['x']])
  })

  test('a label that no node has is not among them', async () => {
    await db.query('MATCH (n:B) REMOVE n:B')
    expect(await rows('CALL db.labels()')).toEqual([['A']])
  })

  test('dbms.procedures lists them with their signatures', async () => {
    const text = "CALL dbms.procedures() YIELD name, signature, mode WHERE name = 'db.labels' RETURN signature, mode"
    expect(await rows(text)).toEqual([['db.labels() :: (label :: STRING)', 'READ']])
  })
})

describe('CALL', () => {
  beforeEach(() => {
    db.procedure(
      'my.count(to :: INTEGER, from = 1 :: INTEGER) :: (i :: INTEGER, text :: STRING?)',
      function* (to, from) {
        for (let i = from; i <= to; i++) yield { i, text: i % 2 === 0 ? `${i}` : undefined }
      },
    )
  })

  test('alone answers with all columns, or with those it yields', async () => {
    expect((await db.query('CALL my.count(2)')).records()).toEqual([
      { i: 1, text: null },
      { i: 2, text: '2' },
    ])
    expect((await db.query('CALL my.count(2) YIELD i AS number WHERE number > 1')).records()).toEqual([{ number: 2 }])
    expect(await rows('CALL my.count', { to: 1, from: 1 })).toEqual([[1, null]])
  })

  test('gives its rows for each row before it', async () => {
    const text = 'UNWIND [1, 2] AS n CALL my.count(n, 1) YIELD i RETURN n, i ORDER BY n, i'
    expect(await rows(text)).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ])
  })

  test('stops when enough rows are there', async () => {
    let given = 0
    db.procedure('my.endless() :: (i :: INTEGER)', function* () {
      while (true) yield { i: ++given }
    })
    expect(await rows('CALL my.endless() YIELD i RETURN i LIMIT 2')).toEqual([[1], [2]])
    expect(given).toBe(2)
  })

  test('works in prepare, as it gives its rows at once', () => {
    expect(db.prepare('CALL my.count($n)').all({ n: 1 }).rows).toEqual([[1, null]])
  })

  test('is shown by EXPLAIN', async () => {
    const { summary } = await db.query('EXPLAIN CALL my.count(2) YIELD i AS n RETURN n')
    expect(JSON.stringify(summary.plan)).toContain('my.count($#0) YIELD i AS n')
  })

  test.each([
    ['CALL my.cuont(1)', 'PROCEDURE_UNKNOWN', 'did you mean my.count?'],
    ['CALL my.count()', 'ARGUMENT_COUNT', 'my.count takes 1 to 2 arguments, and here are 0'],
    ["CALL my.count('a')", 'TYPE_MISMATCH', 'my.count, for to, takes INTEGER, and this is STRING'],
    ['CALL my.count(1) YIELD j RETURN j', 'VARIABLE_UNDEFINED', 'my.count does not yield j'],
    ['CALL my.count(1) RETURN 1', 'CLAUSE_ORDER', 'YIELD i, text'],
    ['MATCH (i) CALL my.count(1) YIELD i RETURN i', 'VARIABLE_REDEFINED', 'i is defined already'],
  ])('%s is %s', async (text, code, message) => {
    await expect(db.query(text)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('checks the values it gets and gives by their declared types', async () => {
    await expect(db.query('CALL my.count($n)', { n: null })).rejects.toThrow(
      'to of my.count is INTEGER, and this is null',
    )
    db.procedure('my.wrong() :: (i :: INTEGER)', () => [{ i: 'one' }])
    await expect(db.query('CALL my.wrong()')).rejects.toThrow("i of my.wrong is INTEGER, and this is the STRING 'one'")
  })
})

describe('an asynchronous procedure', () => {
  const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  beforeEach(() => {
    db.procedure('my.slow(list :: LIST<ANY?>) :: (item :: ANY?)', async function* (list) {
      for (const item of list) {
        await later(1)
        yield { item }
      }
    })
  })

  test('is awaited, row by row, while the event loop runs', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    expect(await rows('UNWIND [[1, 2], [], [3]] AS list CALL my.slow(list) YIELD item RETURN item')).toEqual([
      [1],
      [2],
      [3],
    ])
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
  })

  test('can stand before writes', async () => {
    await db.query("CALL my.slow(['a', 'b', 'a']) YIELD item MERGE (:N {name: item})")
    expect(await rows('MATCH (n:N) RETURN n.name ORDER BY n.name')).toEqual([['a'], ['b']])
  })

  test('reads one version, whatever is written meanwhile', async () => {
    await db.query('CREATE (:N {i: 1})')
    const read = rows('CALL my.slow([1, 2, 3]) YIELD item MATCH (n:N) RETURN item, n.i')
    await db.query('CREATE (:N {i: 2})')
    expect(await read).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ])
  })

  test('is told when no more rows are wanted, and may fail', async () => {
    let ended = false
    db.procedure('my.open() :: (i :: INTEGER)', async function* () {
      try {
        while (true) yield { i: 1 }
      } finally {
        ended = true
      }
    })
    await rows('CALL my.open() YIELD i RETURN i LIMIT 1')
    await later(1)
    expect(ended).toBe(true)
    db.procedure('my.fails() :: (i :: INTEGER)', async () => {
      throw new Error('no answer')
    })
    await expect(db.query('CALL my.fails()')).rejects.toThrow('no answer')
  })

  test('cannot be called by what answers at once', () => {
    expect(() => db.prepare('CALL my.slow([1])').all()).toThrow('my.slow is asynchronous')
  })
})

describe('a procedure that writes', () => {
  test('runs for every row before the query goes on, once each', async () => {
    const seen: unknown[] = []
    db.procedure('my.note(x :: ANY?) :: VOID', async (x) => void seen.push(x), { mode: 'write' })
    await db.query('UNWIND [1, 2] AS x CALL my.note(x) WITH x LIMIT 1 CREATE (:Done {x: x})')
    expect(seen).toEqual([1, 2])
    expect(await rows('MATCH (n:Done) RETURN count(*)')).toEqual([[1]])
  })
})

describe('functions', () => {
  test('stand in expressions, and their types are checked', async () => {
    db.function('my.double(x :: INTEGER?) :: INTEGER?', (x) => (x === null ? null : x * 2))
    expect(await rows('RETURN my.double(4) + 1, My.Double(null)')).toEqual([[9, null]])
    await expect(db.query("RETURN my.double('a')")).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    await expect(db.query('RETURN my.double($x)', { x: 'a' })).rejects.toThrow('x of my.double is INTEGER?')
    await expect(db.query('RETURN my.duoble(1)')).rejects.toThrow('did you mean my.double?')
  })

  test('take nodes as plain objects, and are listed', async () => {
    db.function('my.title(node :: ANY?) :: STRING', (node) => node.properties.name.toUpperCase(), {
      description: 'Loud.',
    })
    await db.query("CREATE (:N {name: 'ann'})")
    expect(await rows('MATCH (n:N) RETURN my.title(n)')).toEqual([['ANN']])
    expect(await rows('CALL dbms.functions()')).toEqual([['my.title', 'my.title(node :: ANY?) :: STRING', 'Loud.']])
  })

  test('that are async are refused', () => {
    expect(() => db.function('my.late() :: ANY?', async () => 1)).toThrow('make it a procedure')
  })

  test('may be replaced', async () => {
    db.function('my.one() :: INTEGER', () => 1)
    expect(await rows('RETURN my.one() AS one')).toEqual([[1]])
    db.function('my.one() :: INTEGER', () => 11)
    expect(await rows('RETURN my.one() AS one')).toEqual([[11]])
  })
})

describe('procedures and functions of nodes, relationships and paths', () => {
  beforeEach(() => db.query("CREATE (:N {name: 'ann'})-[:R {w: 1}]->(:N {name: 'bob'})-[:R {w: 2}]->(:N {name: 'cy'})"))

  test('yield nodes that patterns go on from', async () => {
    db.procedure('my.among(nodes :: LIST<NODE>, i :: INTEGER) :: (node :: NODE?)', (nodes, i) => [{ node: nodes[i] }])
    const text = 'MATCH (n:N) WITH n ORDER BY n.name WITH collect(n) AS all CALL my.among(all, $i) YIELD node'
    expect((await db.query(`${text} MATCH (node)-->(m) RETURN node.name, m.name`, { i: 1 })).rows).toEqual([
      ['bob', 'cy'],
    ])
    expect((await db.query(`${text} RETURN node`, { i: 7 })).rows).toEqual([[null]])
  })

  test('give relationships back, and lists of them', async () => {
    db.function('my.heaviest(all :: LIST<RELATIONSHIP>) :: RELATIONSHIP?', (all) => all.at(-1))
    db.function('my.turned(all :: LIST<RELATIONSHIP>) :: LIST<RELATIONSHIP>', (all) => all.toReversed())
    const text = 'MATCH ()-[r:R]->() WITH r ORDER BY r.w WITH collect(r) AS all'
    expect(await rows(`${text} RETURN my.heaviest(all).w, [r IN my.turned(all) | type(r) + r.w]`)).toEqual([
      [2, ['R2', 'R1']],
    ])
    expect(await rows(`${text} WITH my.heaviest(all) AS r MATCH (a)-[r]->(b) RETURN a.name, b.name`)).toEqual([
      ['bob', 'cy'],
    ])
  })

  test('take paths, and yield parts of them', async () => {
    db.procedure('my.parts(p :: PATH) :: (part :: PATH)', (p) => [
      { part: p },
      { part: { nodes: p.nodes.slice(1), relationships: p.relationships.slice(1) } },
    ])
    const text =
      "MATCH p = ({name: 'ann'})-->()-->() CALL my.parts(p) YIELD part RETURN length(part), last(nodes(part)).name"
    expect(await rows(text)).toEqual([
      [2, 'cy'],
      [1, 'cy'],
    ])
  })

  test('are checked: an entity that is gone, or another thing, is none', async () => {
    const kept: unknown[] = []
    db.procedure('my.keep(n :: NODE) :: VOID', (n) => void kept.push(n))
    db.function('my.kept() :: NODE', () => kept[0])
    await db.query("MATCH (n:N {name: 'cy'}) CALL my.keep(n) RETURN 1")
    expect(await rows('RETURN my.kept().name')).toEqual([['cy']])
    await db.query("MATCH (n:N {name: 'cy'}) DETACH DELETE n")
    await expect(db.query('RETURN my.kept()')).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    db.function('my.wrong() :: NODE', () => ({ name: 'no node' }))
    await expect(db.query('RETURN my.wrong()')).rejects.toThrow('the result of my.wrong is a NODE')
    await expect(db.query('MATCH (n) CALL my.keep(1) RETURN n')).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    db.function('my.broken(p :: PATH) :: PATH', (p) => ({ ...p, nodes: p.nodes.map(() => p.nodes[0]) }))
    await expect(db.query('MATCH p = (:N)-->() RETURN my.broken(p)')).rejects.toThrow('does not join')
  })
})

test.each([
  'my.p',
  'my.p(x) :: (y :: STRING)',
  'my.p(x :: TEXT) :: VOID',
  'my.p(x = 1 :: INTEGER, y :: INTEGER) :: VOID',
  'my.p(x :: LIST<STRING) :: VOID',
  'my.p() :: (x :: ANY) more',
])('the signature %s is refused', (signature) => {
  expect(() => db.procedure(signature, () => [])).toThrow(expect.objectContaining({ code: 'SIGNATURE_INVALID' }))
})

describe('SHOW', () => {
  beforeEach(async () => {
    await db.query('CREATE INDEX byAge FOR (p:Person) ON (p.age, p.name)')
    await db.query('CREATE CONSTRAINT uniqueId FOR (p:Person) REQUIRE p.id IS UNIQUE')
    await db.query('CREATE INDEX since FOR ()-[r:KNOWS]-() ON (r.since)')
  })

  test('INDEXES lists the indexes, those of constraints too', async () => {
    expect((await db.query('SHOW INDEXES')).records()).toEqual([
      index(1, 'byAge', { labelsOrTypes: ['Person'], properties: ['age', 'name'] }),
      index(2, 'since', { entityType: 'RELATIONSHIP', labelsOrTypes: ['KNOWS'], properties: ['since'] }),
      index(3, 'uniqueId', { labelsOrTypes: ['Person'], properties: ['id'], owningConstraint: 'uniqueId' }),
    ])
  })

  test('CONSTRAINTS lists the constraints', async () => {
    expect((await db.query('SHOW CONSTRAINTS')).records()).toEqual([
      {
        id: 1,
        name: 'uniqueId',
        type: 'UNIQUENESS',
        entityType: 'NODE',
        labelsOrTypes: ['Person'],
        properties: ['id'],
        ownedIndex: 'uniqueId',
        propertyType: null,
      },
    ])
  })

  function index(id: number, name: string, more: object): object {
    const constant = {
      state: 'ONLINE',
      populationPercent: 100,
      type: 'RANGE',
      entityType: 'NODE',
      owningConstraint: null,
    }
    return { id, name, ...constant, ...more }
  }
})
