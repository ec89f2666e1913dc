/** `db.search`, of a database in the process, of a transaction and of a client. */
import { describe, expect, test } from 'vitest'
import { fulltext, matches, node, rel, vector } from '../../src/index.js'
import { connect } from '../../src/sdk/client.js'
import type { Queryable } from '../../src/sdk/queryable.js'
import { type Search, searchOf } from '../../src/sdk/search.js'
import { served } from '../http/support/served.js'
import { Recorder } from './support.js'

type Served = Awaited<ReturnType<typeof served>>

const ways: Readonly<Record<string, (of: Served) => Promise<Queryable>>> = {
  'a database in the process': async ({ database }) => database,
  'a transaction': async ({ database }) => database.begin(),
  'a client': async ({ server }) => connect(server.url),
}

async function filled(): Promise<Served> {
  const made = await served()
  await made.database.query(
    `CREATE (:Note {_key: 'a', title: 'Graph databases', year: 2019})-[:SEE {why: 'more graphs'}]->
            (:Note {_key: 'b', title: 'Relational databases', year: 2021}),
            (:Note {title: 'The log of the graph, a graph of logs', year: 2021})`,
  )
  await made.database.query('CREATE FULLTEXT INDEX notes FOR (n:Note) ON EACH [n.title]')
  await made.database.query('CREATE FULLTEXT INDEX seen FOR ()-[r:SEE]-() ON EACH [r.why]')
  return made
}

describe.each(Object.keys(ways))('search of %s', (way) => {
  const opened = async () => ways[way]!(await filled())

  test('gives the best hits, and what else is asked for', async () => {
    const db = await opened()
    const { hits, ...rest } = await db.search('notes', 'graph')
    expect(hits.map(({ node, relationship, score }) => [node!.properties.year, relationship, score > 0])).toEqual([
      [2021, null, true],
      [2019, null, true],
    ])
    expect(rest).toEqual({
      search: [expect.objectContaining({ index: 'notes', complete: true, operator: null, hits: 2 })],
    })
    expect(Object.keys(hits[0]!)).toEqual(['node', 'relationship', 'score'])
    const asked = { limit: 1, explain: true, highlight: { pre: '[', post: ']' }, facets: ['year'], total: true }
    const { hits: best, facets, total } = await db.search('notes', 'databases graph', asked)
    expect(best).toMatchObject([
      { node: { _key: 'a' }, highlight: ['[Graph] [databases]'], explain: { kind: 'sum', value: best[0]!.score } },
    ])
    expect(facets).toEqual([
      { property: 'year', value: 2021, count: 2 },
      { property: 'year', value: 2019, count: 1 },
    ])
    expect(total).toBe(3)
  })

  test('takes queries in each form, and pages of hits', async () => {
    const db = await opened()
    const keys = async (...asked: Parameters<Search>) =>
      (await db.search(...asked)).hits.map(({ node }) => node!._key ?? 'c')
    expect(await keys('notes', { must: ['graph'], not: [{ prefix: 'rel' }, { phrase: 'graph databases' }] })).toEqual([
      'c',
    ])
    expect(await keys('notes', 'data:base( -graph relational', { parser: 'simple' })).toEqual(['b'])
    expect(await keys('notes', 'databases', { skip: 1, limit: 1 })).toEqual(['b'])
    expect(await keys('notes', 'databases', { minScore: 100 })).toEqual([])
    expect(await keys('notes', 'databases', { fields: ['title'], allowLeadingWildcard: true })).toEqual(['a', 'b'])
    expect((await db.search('seen', 'graph')).hits).toMatchObject([{ node: null, relationship: { type: 'SEE' } }])
  })

  test('suggests, corrects, counts, and finds what is similar', async () => {
    const { search } = await opened()
    expect(await search.suggest('notes', 'graph d', { limit: 1 })).toEqual([
      { suggestion: 'graph databases', documents: 1 },
    ])
    expect(await search.spell('notes', 'relationl grahp')).toEqual({
      corrected: 'Relational graph',
      corrections: [
        { word: 'relationl', suggestion: 'Relational', distance: 1, documents: 1 },
        { word: 'grahp', suggestion: 'graph', distance: 1, documents: 2 },
      ],
    })
    expect(await search.spell('notes', 'graph')).toEqual({ corrected: 'graph', corrections: [] })
    expect(await search.count('notes', 'graph')).toBe(2)
    expect(await search.facets('notes', 'graph', ['year'])).toEqual([
      { property: 'year', value: 2019, count: 1 },
      { property: 'year', value: 2021, count: 1 },
    ])
    const [first] = await search.similar('notes', 'b')
    expect(first).toMatchObject({ node: { _key: 'a' } })
    const [explained] = await search.similar('notes', 'b', { explain: true })
    expect(explained!.explain!.value).toBe(first!.score)
    expect(first).not.toHaveProperty('explain')
    expect(await search.similar('notes', first!.node!, { limit: 1 })).toMatchObject([
      { node: { properties: { year: 2021 } } },
    ])
    const [seen] = (await search('seen', 'graph')).hits
    expect(await search.similar('seen', seen!.relationship!)).toEqual([])
  })

  test('ranks what words and a vector find as one', async () => {
    const made = await filled()
    await made.database.query('MATCH (n:Note) SET n.v = [1.0, n.year - 2020]')
    await made.database.query('CREATE VECTOR INDEX emb FOR (n:Note) ON (n.v) OPTIONS {indexConfig: {dimensions: 2}}')
    const { hybrid } = (await ways[way]!(made)).search
    const asked = { text: { index: 'notes', query: 'databases' }, vector: { index: 'emb', vector: [1, -1] } }
    const { hits, search } = await hybrid(asked)
    const [first, ...others] = hits
    expect(first).toEqual({ node: expect.objectContaining({ _key: 'a' }), relationship: null, score: 2 / 61 })
    expect(others).toHaveLength(2)
    expect(search.map(({ index, kind, complete }) => [index, kind, complete])).toEqual([
      ['notes', 'fulltext', true],
      ['emb', 'vector', true],
    ])
    const [scored] = (await hybrid({ ...asked, weights: { text: 0 }, fuse: 'linear', limit: 1, explain: true })).hits
    expect(scored!.explain!.value).toBe(scored!.score)
    await expect(hybrid({})).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test('what is wrong is told without a place in a statement that nobody wrote', async () => {
    const { search } = await opened()
    await expect(search('other', 'graph')).rejects.toMatchObject({ code: 'INDEX_MISSING', position: undefined })
    await expect(search('notes', '(')).rejects.toMatchObject({ code: 'SEARCH_QUERY_INVALID' })
    await expect(search('notes', 'a', { limit: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test('is a part of statements from parts', async () => {
    const db = await opened()
    const { rows } = await db
      .match(node('p', 'Note'), rel(null, 'SEE').to(node('q')))
      .search('q', fulltext('notes', 'databases', { limit: 5, score: 's', explain: 'e' }), ({ q }) => q._key.ne('x'))
      .where(({ p, s }) => matches(p, 'notes', { term: 'graph' }).and(s.gt(0)))
      .return(({ p, s, e }) => ({ key: p._key, s, e }))
      .run()
    expect(rows).toEqual([['a', expect.any(Number), expect.objectContaining({ kind: 'term' })]])
  })
})

test('a vector index is a part of statements from parts', async () => {
  const { database } = await filled()
  await database.query('MATCH (n:Note) SET n.v = [1.0, n.year - 2020]')
  await database.query('CREATE VECTOR INDEX emb FOR (n:Note) ON (n.v) OPTIONS {indexConfig: {dimensions: 2}}')
  const { rows } = await database
    .match(node('p', 'Note'))
    .search('p', vector('emb', [1, -1], { limit: 1, score: 's' }))
    .return(({ p, s }) => ({ key: p._key, s }))
    .run()
  expect(rows).toEqual([['a', expect.closeTo(1)]])
})

test('a plan of statements from parts begins with the index', async () => {
  const { database } = await filled()
  for (const statement of [
    database.match(node('p')).where(({ p }) => matches(p, 'notes', 'log')),
    database.match(node('p')).search('p', fulltext('notes', 'log')),
  ]) {
    const { text, params } = statement.return(({ p }) => ({ p })).compile()
    const { plan } = (await database.query(`EXPLAIN ${text}`, params)).summary
    expect(JSON.stringify(plan)).toContain('TextScan')
  }
})

test('every member is a function or a procedure of search.', async () => {
  const { database } = await filled()
  const { rows } = await database.query("SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'search.'")
  const { rows: functions } = await database.query("SHOW FUNCTIONS YIELD name WHERE name STARTS WITH 'search.'")
  const verbs = [...rows, ...functions].map(([name]) => String(name).slice('search.'.length))
  const members = Object.keys(searchOf(new Recorder()))
  expect(members.length).toBeGreaterThan(4)
  expect(verbs).toEqual(expect.arrayContaining(members))
})
