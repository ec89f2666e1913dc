/** Everything that a text search can say, in each form that it can be said in. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'
import { code } from '../../database/support.js'

let db: Database

beforeAll(async () => {
  db = await open()
  await db.query(`CREATE (:Doc {id: 1, title: 'graph databases', body: 'a graph keeps nodes', year: 2001, day: date('2020-01-05')}),
    (:Doc {id: 2, title: 'the commit log', body: 'every change of the graph', year: 2010}),
    (:Doc {id: 3, title: 'log rotation', body: 'commit early and read the log', year: 2010, day: date('2021-06-01')}),
    (:Doc {id: 4, title: 'C++ (1+1):2', body: 'wi-fi grape'}), (:Doc {id: 5, title: 'zebra'})`)
  await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title, d.body]')
})

afterAll(() => db.close())

async function hits(query: unknown, options: object = {}): Promise<[id: number, score: number][]> {
  const text = "CALL search.query('docs', $query, $options) YIELD node, score RETURN node.id AS id, score ORDER BY id"
  return (await db.query(text, { query, options })).rows as [number, number][]
}

interface Form {
  readonly lucene: string
  /** The same as a map, of what JSON can hold. */
  readonly map?: object | string
  readonly ids: readonly number[]
}

const forms: Record<string, Form> = {
  'a word': { lucene: 'graphs', map: 'graphs', ids: [1, 2] },
  'a word in a field': { lucene: 'body:graph', map: { term: 'graph', field: 'body' }, ids: [1, 2] },
  'a phrase': { lucene: '"commit log"', map: { phrase: 'commit log' }, ids: [2] },
  'words near each other': { lucene: '"log commit"~6', map: { phrase: 'log commit', slop: 6 }, ids: [2, 3] },
  'a prefix': { lucene: 'gra*', map: { prefix: 'gra' }, ids: [1, 2, 4] },
  'a wildcard': { lucene: 'gra?h', map: { wildcard: 'gra?h' }, ids: [1, 2] },
  'a fuzzy word, one edit': { lucene: 'gaph~1', map: { fuzzy: 'gaph', distance: 1 }, ids: [1, 2] },
  'a fuzzy word, two edits': { lucene: 'gaph~2', map: { fuzzy: 'gaph', distance: 2 }, ids: [1, 2, 4] },
  'a range of terms': { lucene: '[y TO z}', map: { range: { gte: 'y', lt: 'z' } }, ids: [] },
  'a range of terms, its end in': { lucene: '[y TO zebra]', map: { range: { gte: 'y', lte: 'zebra' } }, ids: [5] },
  'a range of numbers': {
    lucene: 'year:[2001 TO 2010}',
    map: { range: { gte: 2001, lt: 2010 }, field: 'year' },
    ids: [1],
  },
  'an open range of dates': {
    lucene: 'day:>2020-01-05',
    ids: [3],
  },
  'a regular expression': { lucene: '/(gra|ze).*[ha]/', map: { regexp: '(gra|ze).*[ha]' }, ids: [1, 2, 5] },
  'either of two words': { lucene: 'zebra OR rotation', map: ['zebra', 'rotation'], ids: [3, 5] },
  'both of two words': { lucene: 'graph AND commit', map: { must: ['graph', 'commit'] }, ids: [2] },
  'one and not the other': { lucene: '+log -rotation', map: { must: ['log'], not: ['rotation'] }, ids: [2] },
  'the same with words': { lucene: 'log NOT rotation', map: { should: ['log'], not: 'rotation' }, ids: [2] },
  'a group': {
    lucene: '(zebra graph) AND (keeps OR none)',
    map: {
      must: [
        ['zebra', 'graph'],
        ['keeps', 'none'],
      ],
    },
    ids: [1],
  },
  everything: { lucene: '*:*', map: { all: true }, ids: [1, 2, 3, 4, 5] },
  'signs that are meant as text': {
    lucene: 'title:\\(1\\+1\\)\\:2',
    map: { term: '(1+1):2', field: 'title' },
    ids: [4],
  },
  'signs within a word': { lucene: 'wi-fi', map: 'wi-fi', ids: [4] },
}

const mapped = Object.entries(forms).filter(([, { map }]) => map !== undefined)

describe.each(Object.entries(forms))('%s', (_name, { lucene, ids }) => {
  test('finds what it says', async () => {
    expect((await hits(lucene)).map(([id]) => id)).toEqual(ids)
  })

  test('counts so many times as its boost says', async () => {
    const [plain, boosted] = [await hits(`(${lucene})`), await hits(`(${lucene})^3`)]
    expect(boosted.map(([id]) => id)).toEqual(ids)
    boosted.forEach(([, score], i) => {
      expect(score).toBeCloseTo(plain[i]![1] * 3, 12)
    })
  })
})

test.each(mapped)('%s is the same as a map, with a boost too', async (_name, { lucene, map }) => {
  expect(await hits(map)).toEqual(await hits(lucene))
  expect(await hits({ must: [map], boost: 3 })).toEqual(await hits(`(${lucene})^3`))
})

test('a range of dates is the same as a map', async () => {
  const { rows } = await db.query(
    "CALL search.query('docs', {range: {gt: date('2020-01-05')}, field: 'day'}) YIELD node RETURN node.id",
  )
  expect(rows.flat()).toEqual([3])
})

test("the words of a query go through another analyzer where Neo4j's option says so", async () => {
  const found = async (words: string, analyzer: string) => {
    const text = `CALL db.index.fulltext.queryNodes('docs', $words, {analyzer: $analyzer}) YIELD node RETURN node.id ORDER BY node.id`
    return (await db.query(text, { words, analyzer })).rows.flat()
  }
  expect(await found('databases', 'english')).toEqual([1])
  expect(await found('databases', 'whitespace')).toEqual([])
  expect(await found('databas', 'whitespace')).toEqual([1])
  expect(await found('title:"the log"', 'keyword')).toEqual([])
  await expect(found('graph', 'klingon')).rejects.toThrow(code('OPTION_INVALID') as Error)
})

describe('a wildcard at the beginning', () => {
  test.each(['*raph', '?raph', 'log +*raph', 'title:*raph'])(
    '%s is refused where it is not allowed',
    async (lucene) => {
      await expect(hits(lucene)).rejects.toThrow(code('SEARCH_QUERY_INVALID') as Error)
      expect((await hits(lucene, { allowLeadingWildcard: true })).length).toBeGreaterThan(0)
    },
  )

  test('is refused in a map, and allowed by every door', async () => {
    await expect(hits({ wildcard: '*raph' })).rejects.toThrow(code('SEARCH_QUERY_INVALID') as Error)
    const text = `MATCH (d:Doc {id: 1}) WITH d, {allowLeadingWildcard: true} AS o
      CALL search.facets('docs', '*raph', ['year'], o) YIELD value
      RETURN search.matches(d, 'docs', '*raph', o), search.score(d, 'docs', '*raph', o) > 0, search.count('docs', '*raph', o),
        search.highlight(d, 'docs', '*raph', {allowLeadingWildcard: true, property: 'title'}), collect(value)`
    expect((await db.query(text)).rows).toEqual([[true, true, 2, ['<em>graph</em> databases'], [2001, 2010]]])
  })
})

test('a search box takes whatever is typed', async () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc
      .array(
        fc.constantFrom(
          'graph',
          'log',
          '"',
          '+',
          '-',
          '*',
          '(',
          ')',
          '[',
          'TO',
          ':',
          '^',
          '~',
          '\\',
          '/',
          ' ',
          'AND',
          '>=',
        ),
        { maxLength: 12 },
      )
      .map((pieces) => pieces.join('')),
  )
  await fc.assert(
    fc.asyncProperty(typed, async (text) => {
      await hits(text, { parser: 'simple' })
    }),
    { numRuns: 300 },
  )
  expect((await hits('graph +log "commit', { parser: 'simple' })).map(([id]) => id)).toEqual([2, 3])
})

test('what scores less than the least is no hit, by every door that gives or counts hits', async () => {
  const all = await hits('graph log')
  const minScore = all.map(([, score]) => score).toSorted((a, b) => a - b)[1]!
  const best = all.filter(([, score]) => score >= minScore)
  expect(best.length).toBe(all.length - 1)
  expect(await hits('graph log', { minScore })).toEqual(best)
  const text = `CALL search.facets('docs', 'graph log', ['id'], {minScore: $minScore}) YIELD value
    RETURN collect(value), search.count('docs', 'graph log', {minScore: $minScore})`
  const [[ids, count]] = (await db.query(text, { minScore })).rows as [[number[], number]]
  expect(ids.toSorted()).toEqual(best.map(([id]) => id))
  expect(count).toBe(best.length)
  const { hits: found, facets, total } = await db.search('docs', 'graph log', { minScore, facets: ['id'], total: true })
  expect([found.length, facets!.length, total]).toEqual([best.length, best.length, best.length])
  expect(await db.search.count('docs', 'graph log', { minScore })).toBe(best.length)
})
