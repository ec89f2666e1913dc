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
