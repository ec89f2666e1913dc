/** What every result says of the searches that it comes from. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeRandom } from '../../bench/social-graph.js'
import { VectorIndex } from '../../indexes/vector/vector-index.js'
import { renderPlan } from '../../query/plan/explain.js'
import { GraphGrowth } from '../../src/database/graph-growth.js'
import { type Database, open, type SearchRecord, type Summary } from '../../src/index.js'
import { connect } from '../../src/sdk/client.js'
import { IndexRecord } from '../../src/transaction/search-records.js'
import { served } from '../http/support/served.js'

const dimensions = 8
const vector = Array.from({ length: dimensions }, (_, i) => i - 3)
const { lagMin } = GraphGrowth

async function fill(db: Database): Promise<void> {
  const random = makeRandom(1)
  const vectors = Array.from({ length: 300 }, () => Array.from({ length: dimensions }, () => random() - 0.5))
  await db.query(
    `UNWIND range(1, size($vectors)) AS i
     CREATE (:Doc {id: i, e: $vectors[i - 1], title: CASE i % 10 WHEN 0 THEN 'rare graph' ELSE 'graph' END})`,
    { vectors },
  )
  await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title]')
  await db.query(`CREATE VECTOR INDEX emb FOR (d:Doc) ON (d.e) OPTIONS {indexConfig: {dimensions: ${dimensions}}}`)
  await (db as unknown as { runner: { graphs: GraphGrowth } }).runner.graphs.settled()
}

let db: Database

beforeEach(async () => {
  GraphGrowth.lagMin = 100
  db = await open()
  await fill(db)
})

afterEach(async () => {
  GraphGrowth.lagMin = lagMin
  await db.close()
})

const rare = { index: 'docs', kind: 'fulltext', complete: true, operator: null, candidates: 30, hits: 30 } as const
const searched = async (text: string) => (await db.query(text, { vector })).summary.search

describe('summary.search', () => {
  test.each([
    'MATCH (d:Doc) RETURN count(d)',
    "EXPLAIN MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'rare') RETURN d",
    "CALL search.analyze('english', 'rare')",
    "CREATE (:Doc {title: 'rare'})",
    'CREATE INDEX years FOR (d:Doc) ON (d.year)',
  ])('is empty where nothing was searched: %s', async (text) => {
    expect(await searched(text)).toEqual([])
  })

  test.each([
    "MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'rare') RETURN d.id",
    "MATCH (d:Doc) WHERE search.matches(d, 'docs', 'rare') RETURN search.score(d, 'docs', 'rare')",
    "CALL search.query('docs', 'rare') YIELD node RETURN node.id",
    "CALL search.facets('docs', 'rare', ['id']) YIELD count RETURN count(*)",
    "MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'rare') SET d.found = true",
  ])('tells what a search read and found: %s', async (text) => {
    const [record, ...others] = await searched(text)
    expect(record).toMatchObject(rare)
    expect(record!.postingsRead).toBeGreaterThanOrEqual(30)
    expect(others).toEqual([])
  })

  test('tells of all searches of an index together, and of each index', async () => {
    const text = `MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'rare') WITH count(*) AS c
      MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'graph') SEARCH d IN (VECTOR INDEX emb FOR $vector LIMIT 5) RETURN count(*)`
    const [docs, emb] = [...(await searched(text))].sort((a, b) => (a.index < b.index ? -1 : 1))
    expect(docs).toMatchObject({ index: 'docs', complete: true })
    expect(docs!.candidates).toBeGreaterThanOrEqual(30)
    expect(emb).toMatchObject({ index: 'emb', kind: 'vector', hits: 5, postingsRead: 0 })
  })

  test('tells of scores that are worked out row by row', async () => {
    const text = 'MATCH (d) SEARCH d IN (VECTOR INDEX emb FOR $vector WHERE d.id < 4 LIMIT 2) RETURN d.id'
    const [record] = await searched(text)
    expect(record).toMatchObject({ index: 'emb', complete: true, operator: null })
    expect(record!.candidates).toBeGreaterThanOrEqual(3)
  })

  test('is of the statement alone, in a transaction too, and of a stream at its end', async () => {
    await db.transaction(async (tx) => {
      await tx.query("CREATE (:Doc {title: 'rare'})")
      for (const expected of [31, 31]) {
        const { summary } = await tx.query("CALL search.query('docs', 'rare') YIELD node RETURN node.id")
        expect(summary.search).toMatchObject([{ hits: expected }])
      }
      expect((await tx.query('RETURN 1')).summary.search).toEqual([])
    })
    const rows = db.stream("CALL search.query('docs', 'rare', {limit: 3}) YIELD node RETURN node.id")
    let row: IteratorResult<unknown, Summary>
    while (!(row = (await rows.next()) as typeof row).done);
    expect(row.value.search).toMatchObject([{ index: 'docs', hits: 3 }])
    expect(db.prepare("RETURN search.count('docs', 'rare OR graph')").all().summary.search).toMatchObject([
      { hits: 301 },
    ])
  })

  test('a client is told what the database tells, over HTTP', async () => {
    const { server, database, query } = await served()
    await fill(database)
    const client = await connect(server.url)
    for (const text of [
      "CALL search.query('docs', 'rare') YIELD node RETURN node.id",
      "CALL search.hybrid({text: {index: 'docs', query: 'rare'}, vector: {index: 'emb', vector: $vector, exact: false}}) YIELD node RETURN node.id",
      'RETURN 1',
    ]) {
      const here = (await database.query(text, { vector })).summary.search
      expect((await client.query(text, { vector })).summary.search).toEqual(here)
    }
    const { body } = await query({ statement: "CALL search.query('docs', 'rare') YIELD node RETURN count(node)" })
    expect(body.search).toMatchObject([rare])
    expect(Object.keys((await query({ statement: 'RETURN 1' })).body)).not.toContain('search')
  })
})

test('PROFILE tells of each operator what it looked at in indexes', async () => {
  const profile = async (text: string) => renderPlan((await db.query(`PROFILE ${text}`, { vector })).summary.plan!)
  const words = await profile("MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'rare') WHERE d.id > 5 RETURN d.id")
  expect(words).toMatch(/TextScan d .*\(30 rows, .* ms, \d+ postings, 30 candidates\)/)
  expect(words).toMatch(/Filter d.id > .*\(30 rows, [\d.]+ ms\)/)
  const near = await profile('MATCH (d) SEARCH d IN (VECTOR INDEX emb FOR $vector LIMIT 5) RETURN d.id')
  expect(near).toMatch(/(VectorScan|Filter search.nearest).*\(5 rows, .* ms, \d+ candidates\)/)
})

/** Statements whose hits may come from the graph. */
const maybeApproximate = [
  "CALL db.index.vector.queryNodes('emb', 3, $vector, {exact: false}) YIELD node RETURN node.id",
  "MATCH (d:Doc) WHERE search.nearest(d, 'emb', $vector, {limit: 3, exact: false}) RETURN d.id",
  "MATCH (d:Doc) WHERE coalesce(search.nearest(d, 'emb', $vector, {limit: 3, exact: false}), false) RETURN d.id",
  "CALL search.hybrid({text: {index: 'docs', query: 'rare'}, vector: {index: 'emb', vector: $vector, exact: false}}) YIELD node RETURN node.id",
  "CALL search.hybrid({vector: {index: 'emb', vector: $vector, exact: false}}) YIELD node RETURN node.id",
]

/** Whether a leg by the graph is told to be one, and one that looked at everything is told to be complete. */
async function isHonest(): Promise<boolean> {
  const legs = (records: readonly SearchRecord[]) => records.filter(({ index }) => index === 'emb')
  const { search } = VectorIndex.prototype
  let missed = false
  VectorIndex.prototype.search = function (this: VectorIndex, ...asked) {
    const found = search.apply(this, asked)
    missed ||= found.approximate
    return found
  }
  try {
    for (const text of maybeApproximate) {
      for (const exact of [false, true]) {
        missed = false
        const [leg] = legs(await searched(text.replaceAll('exact: false', `exact: ${exact}`)))
        if (missed === exact) throw new Error(`${text} was to be answered ${exact ? 'exactly' : 'by the graph'}`)
        if (leg?.complete === missed || leg?.operator !== (missed ? 'hnsw' : null)) return false
      }
    }
    return true
  } finally {
    VectorIndex.prototype.search = search
  }
}

test('a search that may have missed something says so, and which operator', async () => {
  expect(await isHonest()).toBe(true)
})

test('a fault put in on purpose is found: an approximate leg that is not told', async () => {
  const { note } = IndexRecord.prototype
  IndexRecord.prototype.note = function (this: IndexRecord, { approximatedBy: _, ...done }) {
    note.call(this, done)
  }
  try {
    expect(await isHonest()).toBe(false)
  } finally {
    IndexRecord.prototype.note = note
  }
})
