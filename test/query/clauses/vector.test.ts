/** Vector indexes, as queries use them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'
import { code } from '../../database/support.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

async function rows(text: string, parameters: Record<string, unknown> = {}): Promise<unknown[][]> {
  return (await db.query(text, parameters)).rows
}

const fails = (text: string, name: string, message?: RegExp) =>
  Promise.all([
    expect(db.query(text)).rejects.toThrow(code(name) as Error),
    ...(message === undefined ? [] : [expect(db.query(text)).rejects.toThrow(message)]),
  ])

const make = 'CREATE VECTOR INDEX emb FOR (n:A) ON (n.e) OPTIONS {indexConfig: {dimensions: 2}}'

describe('CREATE VECTOR INDEX', () => {
  test('takes its own names and those of Neo4j, and shows every setting', async () => {
    await db.query(`CREATE VECTOR INDEX one FOR (n:A) ON (n.e)
      OPTIONS {indexConfig: {dimensions: 3, similarity: 'dot', m: 8, efConstruction: 40}}`)
    await db.query(`CREATE VECTOR INDEX two IF NOT EXISTS FOR ()-[r:T]-() ON r.meta.e OPTIONS {indexConfig: {
      \`vector.dimensions\`: 1536, \`vector.similarity_function\`: 'EUCLIDEAN', \`vector.quantization.enabled\`: false}}`)
    const shown = await rows('SHOW INDEXES YIELD name, type, state, entityType, labelsOrTypes, properties, options')
    const config = (dimensions: number, similarity: string, m: number, efConstruction: number) => ({
      indexConfig: {
        'vector.dimensions': dimensions,
        'vector.similarity_function': similarity,
        'vector.hnsw.m': m,
        'vector.hnsw.ef_construction': efConstruction,
        'vector.quantization.enabled': false,
      },
    })
    expect(shown).toEqual([
      ['one', 'VECTOR', 'ONLINE', 'NODE', ['A'], ['e'], config(3, 'dot', 8, 40)],
      ['two', 'VECTOR', 'ONLINE', 'RELATIONSHIP', ['T'], ['meta.e'], config(1536, 'euclidean', 16, 100)],
    ])
    await db.query('DROP INDEX one')
    await db.query('DROP INDEX two')
    expect(await rows('SHOW INDEXES')).toEqual([])
  })

  test('what the options shown say makes the same index again', async () => {
    await db.query(make)
    const [[options]] = (await rows('SHOW INDEXES YIELD options')) as [[{ indexConfig: Record<string, unknown> }]]
    const config = Object.entries(options.indexConfig).map(([name, value]) => `\`${name}\`: ${JSON.stringify(value)}`)
    await db.query(`CREATE VECTOR INDEX again FOR (n:A) ON (n.e) OPTIONS {indexConfig: {${config.join()}}}`)
    const [[again], [first]] = (await rows('SHOW INDEXES YIELD name, options RETURN options')) as unknown[][]
    expect(again).toEqual(first)
  })

  test('refuses settings that it cannot keep, each with what may stand there', async () => {
    const config = (settings: string) => `CREATE VECTOR INDEX FOR (n:A) ON (n.e) OPTIONS {indexConfig: {${settings}}}`
    await fails('CREATE VECTOR INDEX FOR (n:A) ON (n.e)', 'OPTION_INVALID', /lacks dimensions.*1 to 4096/)
    await fails(
      config('dimensions: 0'),
      'OPTION_INVALID',
      /dimensions is the INTEGER 0; give an INTEGER from 1 to 4096/,
    )
    await fails(config('dimensions: 3.0'), 'OPTION_INVALID', /is the FLOAT 3/)
    await fails(config('dimensions: 3, `vector.dimensions`: 3'), 'OPTION_INVALID', /say the same/)
    await fails(config('dimensions: 3, similarity: "near"'), 'OPTION_INVALID', /'cosine', 'euclidean', 'dot'/)
    await fails(config('dimensions: 3, m: 513'), 'OPTION_INVALID', /1 to 512, or leave it out, which means 16/)
    await fails(config('dimensions: 3, efConstruction: 4000'), 'OPTION_INVALID', /1 to 3200, .* means 100/)
    await fails(config('dimensions: 3, `vector.quantization.enabled`: true'), 'OPTION_INVALID', /32-bit FLOATs/)
    await fails(config('dimensions: 3, analyzer: "english"'), 'OPTION_INVALID', /no entry 'analyzer'/)
  })

  test('is about one place, which goes through no list', async () => {
    const on = (columns: string) => `CREATE VECTOR INDEX FOR (n:A) ON ${columns} OPTIONS {indexConfig: {dimensions: 2}}`
    await fails(on('(n.e, n.f)'), 'SYNTAX_ERROR', /one property/)
    await fails(on('(n.parts[*].e)'), 'UNSUPPORTED', /goes through no list/)
    await fails(on('(m.e)'), 'VARIABLE_UNDEFINED')
    await db.query(make)
    await fails(make, 'INDEX_EXISTS')
    expect((await db.query(make.replace('emb', 'emb IF NOT EXISTS'))).summary.counters.indexesAdded).toBe(0)
  })
})

describe('vectors', () => {
  const count = async () => (await rows('SHOW INDEXES YIELD documents'))[0]![0]

  test('lists of so many numbers are held, INTEGERs and FLOATs; other values are stored and not held', async () => {
    await db.query(make)
    await db.query('CREATE (:A {e: [1, 0]}), (:A {e: [0.5, 2]}), (:B {e: [1, 0]}), (:A)')
    await db.query(`CREATE (:A {e: [1]}), (:A {e: [1, 2, 3]}), (:A {e: 'near'}), (:A {e: [1, 'a']}), (:A {e: [0, 0]}),
      (:A {e: [1e300, 1]}), (:A {e: [0.0 / 0.0, 1]}), (:A {e: []})`)
    expect(await count()).toBe(2)
  })

  test('an index over what is there holds the same', async () => {
    await db.query('CREATE (:A {e: [1, 0]}), (:A {e: [1]}), (:A:B {e: [0.5, 2]})')
    await db.query(make)
    expect(await count()).toBe(2)
    await db.query('MATCH (n:A {e: [1]}) SET n.e = [1, 1]')
    expect(await count()).toBe(3)
    await db.query('MATCH (n:B) REMOVE n:A')
    expect(await count()).toBe(2)
    await db.query('MATCH (n:A) REMOVE n.e')
    expect(await count()).toBe(0)
    await db.query('MATCH (n:B) SET n:A')
    expect(await count()).toBe(1)
    await db.query('MATCH (n) DELETE n')
    expect(await count()).toBe(0)
  })

  test('DROP INDEX gives the pages back', async () => {
    const before = db.info().memoryBytes
    await db.query('CREATE VECTOR INDEX big FOR (n:A) ON (n.e) OPTIONS {indexConfig: {dimensions: 1000}}')
    await db.query('UNWIND range(1, 100) AS i CREATE (:A {e: [x IN range(1, 1000) | x + i]})')
    const [[bytes]] = (await rows('SHOW INDEXES YIELD bytes')) as [[number]]
    expect(bytes).toBeGreaterThanOrEqual(400_000)
    const held = db.info().memoryBytes
    await db.query('DROP INDEX big')
    expect(held - db.info().memoryBytes).toBeGreaterThan(400_000)
    expect(before).toBeLessThan(held)
  })
})

describe('searching', () => {
  const nearest = "CALL db.index.vector.queryNodes('emb', $k, $v, $options) YIELD node, score RETURN node.id, score"
  const asked = (k: number, v: unknown, options: object = {}) => rows(nearest, { k, v, options })

  beforeEach(async () => {
    await db.query(make)
    await db.query(
      'CREATE (:A {id: 1, e: [1, 0]}), (:A {id: 2, e: [1, 1]}), (:A:B {id: 3, e: [0, 1]}), (:A {id: 4, e: [-1, 0]})',
    )
  })

  test('the nearest come first, with the scores of Neo4j; equal ones by id', async () => {
    expect(await asked(3, [2, 0])).toEqual([
      [1, 1],
      [2, expect.closeTo((1 + Math.SQRT1_2) / 2, 12)],
      [3, 0.5],
    ])
    expect(await asked(0, [2, 0])).toEqual([])
    await db.query(
      'CREATE VECTOR INDEX far FOR (n:A) ON (n.e) OPTIONS {indexConfig: {dimensions: 2, similarity: "euclidean"}}',
    )
    expect(
      await rows("CALL db.index.vector.queryNodes('far', 4, [1, 1]) YIELD node, score RETURN node.id, score"),
    ).toEqual([
      [2, 1],
      [1, 0.5],
      [3, 0.5],
      [4, 1 / 6],
    ])
  })

  test('of relationships, too', async () => {
    await db.query(
      'CREATE VECTOR INDEX tone FOR ()-[r:T]-() ON (r.e) OPTIONS {indexConfig: {dimensions: 2, similarity: "dot"}}',
    )
    await db.query(
      'MATCH (a {id: 1}), (b {id: 2}) CREATE (a)-[:T {e: [2, 0], id: 7}]->(b), (b)-[:T {e: [1, 0], id: 8}]->(a)',
    )
    const text =
      "CALL db.index.vector.queryRelationships('tone', 2, [1, 0]) YIELD relationship, score RETURN relationship.id, score"
    expect(await rows(text)).toEqual([
      [7, 1.5],
      [8, 1],
    ])
    expect(
      await rows(
        'MATCH (a)-[r]->(b) SEARCH r IN (VECTOR INDEX tone FOR [1, 0] LIMIT 1) SCORE AS s RETURN a.id, r.id, s',
      ),
    ).toEqual([[1, 7, 1.5]])
    await fails("CALL db.index.vector.queryNodes('tone', 2, [1, 0])", 'TYPE_MISMATCH', /about relationships/)
  })

  test('SEARCH keeps the rows whose variable is among the nearest of the index, whatever the pattern', async () => {
    await db.query('MATCH (a {id: 4}), (b) WHERE b.id < 4 CREATE (a)-[:KNOWS]->(b)')
    const search = (limit: number) =>
      rows(
        `MATCH (x)-[:KNOWS]->(n:A) SEARCH n IN (VECTOR INDEX emb FOR $v LIMIT ${limit}) SCORE AS s EXPLAIN AS e
         WHERE s > 0.4 RETURN x.id, n.id, s, e.kind, (1 + e.product / e.norms) / 2 = s ORDER BY s DESC`,
        { v: [0, 3] },
      )
    const second = [4, 2, expect.closeTo((1 + Math.SQRT1_2) / 2, 12), 'cosine', true]
    expect(await search(1)).toEqual([[4, 3, 1, 'cosine', true]])
    expect(await search(2)).toEqual([[4, 3, 1, 'cosine', true], second])
    expect(await rows('MATCH (n:B) SEARCH n IN (VECTOR INDEX emb FOR [1, 0] LIMIT 2) RETURN n.id')).toEqual([])
  })

  test('WHERE with LIMIT takes the nearest for which it holds, whatever the pattern', async () => {
    await db.query('UNWIND range(10, 60) AS i CREATE (:A {id: i, e: [i, 1], even: i % 2 = 0})')
    await db.query('MATCH (a:A {id: 12}), (b:A) WHERE b.id > 20 CREATE (a)-[:KNOWS]->(b)')
    const nearest = (limit: number) =>
      `SEARCH n IN (VECTOR INDEX emb FOR [1, 0] WHERE n.even LIMIT ${limit}) SCORE AS s`
    expect(await rows(`MATCH (n:A) ${nearest(3)} RETURN n.id ORDER BY s DESC`)).toEqual([[60], [58], [56]])
    expect(await rows(`MATCH (x)-[:KNOWS]->(n) ${nearest(3)} WHERE n.id < 60 RETURN x.id, n.id ORDER BY n.id`)).toEqual(
      [
        [12, 56],
        [12, 58],
      ],
    )
    expect(await rows(`MATCH (n:B) ${nearest(3)} RETURN n.id`)).toEqual([])
  })

  test('ORDER BY the score takes the nearest of the pattern', async () => {
    await db.query('UNWIND range(10, 60) AS i CREATE (:A {id: i, e: [i, i % 3], third: i % 3})')
    const first = (where: string) =>
      rows(`MATCH (n:A) WHERE search.nearest(n, 'emb', [1, 0]) AND ${where}
        RETURN n.id ORDER BY search.score(n, 'emb', [1, 0]) DESC, n.id DESC LIMIT 3`)
    expect(await first('n.third = 1')).toEqual([[58], [55], [52]])
    expect(await first('n.id > 20')).toEqual([[60], [57], [54]])
  })

  test('search.nearest says the same of one entity, and search.score how near it is', async () => {
    const text = `MATCH (n:A) RETURN n.id, search.nearest(n, 'emb', [1, 0], {limit: 2}), search.score(n, 'emb', [1, 0]),
      search.explain(n, 'emb', [1, 0]) ORDER BY n.id`
    const product = (value: number) => ({
      kind: 'cosine',
      value: expect.any(Number),
      product: value,
      norms: expect.any(Number),
    })
    expect(await rows(text)).toEqual([
      [1, true, 1, product(1)],
      [2, true, expect.closeTo(0.85355, 4), product(1)],
      [3, false, 0.5, product(0)],
      [4, false, 0, product(-1)],
    ])
    expect(await rows("CREATE (n:C {e: [1, 0]}) RETURN search.score(n, 'emb', [1, 0])")).toEqual([[null]])
    expect(await rows("MATCH (n {id: 1}) RETURN search.nearest(n, 'emb', null, {limit: 1})")).toEqual([[null]])
  })

  test('each row can ask for neighbors of its own', async () => {
    const text = `MATCH (a:A) MATCH (b) SEARCH b IN (VECTOR INDEX emb FOR a.e LIMIT 2) WHERE a <> b RETURN a.id, b.id ORDER BY a.id`
    expect(await rows(text)).toEqual([
      [1, 2],
      [2, 1],
      [3, 2],
      [4, 3],
    ])
  })

  test('the index leads where few are asked for, and a key where there is one', async () => {
    const plan = async (text: string) => JSON.stringify((await db.query(`EXPLAIN ${text}`)).summary.plan)
    await db.query('UNWIND range(10, 500) AS i CREATE (:A {id: i, e: [i, 1]})')
    const leads = await plan('MATCH (n:A) SEARCH n IN (VECTOR INDEX emb FOR [1, 0] LIMIT 2) RETURN n')
    expect(leads).toContain('"operator":"VectorScan"')
    const follows = await plan("MATCH (n:A {_key: 'k'}) SEARCH n IN (VECTOR INDEX emb FOR [1, 0] LIMIT 2) RETURN n")
    expect(follows).not.toContain('VectorScan')
  })

  test('a transaction finds what it has written, others when it is committed, nobody what was rolled back', async () => {
    const ids = async (of: Pick<Database, 'query'>) =>
      (await of.query("CALL db.index.vector.queryNodes('emb', 2, [0, -1]) YIELD node RETURN node.id")).rows.flat()
    const tx = db.begin()
    await tx.query('CREATE (:A {id: 9, e: [0, -2]})')
    expect(await ids(tx)).toEqual([9, 1])
    expect(await ids(db)).toEqual([1, 4])
    tx.rollback()
    expect(await ids(db)).toEqual([1, 4])
    await db.query('MATCH (n {id: 4}) SET n.e = [0, -1]')
    expect(await ids(db)).toEqual([4, 1])
    await db.query('MATCH (n {id: 4}) SET n.e = "gone"')
    expect(await ids(db)).toEqual([1, 2])
  })

  test('what cannot be asked is refused with what can', async () => {
    await fails("CALL db.index.vector.queryNodes('emb', 2, [1, 0, 0])", 'VECTOR_INVALID', /has 3 numbers, the index 2/)
    await fails("CALL db.index.vector.queryNodes('emb', 2, [0, 0])", 'VECTOR_INVALID', /too short for a cosine/)
    await fails("CALL db.index.vector.queryNodes('emb', 2, 'near')", 'TYPE_MISMATCH', /LIST of numbers/)
    await fails("CALL db.index.vector.queryNodes('emb', 2, [1, 'x'])", 'TYPE_MISMATCH', /LIST of numbers/)
    await fails("CALL db.index.vector.queryNodes('emb', -1, [1, 0])", 'OPTION_INVALID', /from 0/)
    await fails("CALL db.index.vector.queryNodes('emb', 1, [1, 0], {exakt: true})", 'OPTION_INVALID', /exact, ef/)
    await fails("CALL db.index.vector.queryNodes('amb', 1, [1, 0])", 'INDEX_MISSING', /no vector index 'amb'/)
    await fails('MATCH (n) SEARCH n IN (VECTOR INDEX emb FOR [1, 0]) RETURN n', 'SYNTAX_ERROR', /needs LIMIT/)
    await fails(
      'MATCH (n) SEARCH n IN (FULLTEXT INDEX emb FOR "x") RETURN n',
      'INDEX_MISSING',
      /no full-text index 'emb'/,
    )
    await db.query('CREATE FULLTEXT INDEX docs FOR (n:A) ON EACH [n.id]')
    await fails(
      'MATCH (n) SEARCH n IN (VECTOR INDEX docs FOR [1, 0] LIMIT 1) RETURN n',
      'INDEX_MISSING',
      /no vector index/,
    )
  })
})

describe('vector.similarity', () => {
  test('is what an index has, to the last bit, also where a vector goes on in the next page', async () => {
    const config = 'OPTIONS {indexConfig: {dimensions: 300}}'
    await db.query(`CREATE VECTOR INDEX long FOR (n:Long) ON (n.e) ${config}`)
    await db.query('UNWIND range(1, 20) AS i CREATE (:Long {e: [x IN range(1, 300) | sin(x * i)]})')
    const text = `WITH [x IN range(1, 300) | cos(x)] AS v MATCH (n:Long)
      RETURN count(*), all(same IN collect(search.score(n, 'long', v) = vector.similarity.cosine(n.e, v)) WHERE same)`
    expect(await rows(text)).toEqual([[20, true]])
  })

  test('gives the scores of an index', async () => {
    const text =
      'RETURN vector.similarity.cosine($a, $b), vector.similarity.euclidean($a, $b), vector.similarity.dot($a, $b)'
    expect(await rows(text, { a: [1, 0], b: [3, 4] })).toEqual([[0.8, 1 / 21, 2]])
    expect(await rows(text, { a: null, b: [1] })).toEqual([[null, null, null]])
    await fails('RETURN vector.similarity.cosine([1], [1, 2])', 'VECTOR_INVALID', /have 1 and 2/)
    await fails('RETURN vector.similarity.cosine([], [])', 'VECTOR_INVALID')
    await fails('RETURN vector.similarity.dot(["a"], [1])', 'TYPE_MISMATCH')
  })
})
