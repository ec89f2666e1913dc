/**
 * ORDER BY score DESC LIMIT k over patterns: each way to find the first rows, forced, gives those that plain code takes from
 * all rows of the pattern and the scores of `search.query`.
 */
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parseLucene } from '../../../indexes/fulltext/query/parse-lucene.js'
import { TopRows } from '../../../query/execute/runtime/top.js'
import { renderPlan } from '../../../query/plan/explain.js'
import { allRules, type Rules } from '../../../query/plan/rules.js'
import { Float, type Value } from '../../../src/core/value.js'
import { TextView } from '../../../src/transaction/text-view.js'
import { Engine } from '../../support/engine.js'

const runs = Number(process.env.SKEIN_RUNS ?? 50)

const node = fc.record({
  label: fc.constantFrom('', ':A', ':B', ':A:B'),
  x: fc.nat(3),
  words: fc.array(fc.constantFrom('graph', 'log', 'tree', 'node'), { maxLength: 3 }).map((words) => words.join(' ')),
})
const graph = fc.array(node, { minLength: 1, maxLength: 60 }).chain((nodes) =>
  fc.record({
    nodes: fc.constant(nodes),
    relationships: fc.array(fc.tuple(fc.nat(nodes.length - 1), fc.nat(nodes.length - 1)), { maxLength: 80 }),
  }),
)
type Graph = typeof graph extends fc.Arbitrary<infer Made> ? Made : never

/** Patterns with `d` in them, what stands behind them, and what else a row has. */
const patterns = [
  { match: 'MATCH (d)', also: 'd.x' },
  { match: 'MATCH (d:A)', also: 'd.x' },
  { match: 'MATCH (a:A)-[:R]->(d)', also: 'a.x' },
  { match: 'MATCH (d:B)<-[:R]-(a)-[:R]->(c)', also: 'c.x' },
  { match: 'MATCH (d)-[:R]-(a {x: 1})', also: 'a.i' },
  { match: 'MATCH (d), (b:B {x: 0})', also: 'b.i' },
  { match: 'MATCH (d)', behind: 'OPTIONAL MATCH (d)-[:R]->(c:A)', also: 'c.x' },
  { match: 'MATCH (d:A)', behind: 'UNWIND range(1, d.x) AS u', also: 'u' },
  { match: 'MATCH (d)-[:R]->(a)', behind: 'WITH d, a, s WHERE a.x > 0', also: 'a.x' },
  { match: 'MATCH (d)', behind: 'WITH d, s WHERE EXISTS { (d)-->(:B) }', also: 'd.x' },
  { match: 'MATCH (d)-[:R*1..2]->(c)', also: 'c.x' },
]

const asked = fc.record({
  graph,
  pattern: fc.constantFrom(...patterns),
  words: fc.constantFrom('graph', 'graph log', '+graph -log', 'gra*', 'none', 'graph~1 tree'),
  scoreMin: fc.constantFrom(null, 0, 0.4),
  further: fc.constantFrom('', ', other', ', other DESC', ', d', ', d DESC'),
  skip: fc.constantFrom(0, 0, 1, 3),
  limit: fc.constantFrom(0, 1, 2, 5, 30),
})
type Asked = typeof asked extends fc.Arbitrary<infer Made> ? Made : never

const ways: Readonly<Record<string, Partial<Rules>>> = {
  'where cheaper': {},
  'of all, text leads': { tops: 'of all', searches: 'lead' },
  'of all, each node is asked about': { tops: 'of all', searches: 'ask' },
  'of all, searched among the nodes': { tops: 'of all', searches: 'gather' },
  'by score': { tops: 'by score' },
  'of gathered': { tops: 'of gathered' },
  'of gathered, the pattern leads': { tops: 'of gathered', searches: 'ask' },
}

function engineFor({ nodes, relationships }: Graph, way: Partial<Rules>): Engine {
  const engine = Engine.overStore({ ...allRules, ...way })
  engine.run('CREATE FULLTEXT INDEX docs FOR (d:Text) ON EACH [d.words]')
  const documents = nodes.map(({ label, x, words }, i) => new Map(Object.entries({ _key: `${i}`, label, i, x, words })))
  for (const label of ['', ':A', ':B', ':A:B'])
    engine.run(
      `UNWIND $documents AS n WITH n WHERE n.label = '${label}'
        CREATE (:Text${label} {_key: n._key, i: n.i, x: n.x, words: n.words})`,
      { documents },
    )
  const pairs = relationships.map((ends) => ends.map(String))
  engine.run('UNWIND $pairs AS r MATCH (a {_key: r[0]}), (b {_key: r[1]}) CREATE (a)-[:R]->(b)', { pairs })
  return engine
}

function textOf({ pattern, further, scoreMin, skip, limit }: Asked): string {
  const { match, behind = '', also } = pattern
  const where = scoreMin === null ? '' : `WHERE s >= ${scoreMin}`
  return `${match} SEARCH d IN (FULLTEXT INDEX docs FOR $words) SCORE AS s ${where} ${behind}
    RETURN id(d), s, ${also} AS other ORDER BY s DESC${further} SKIP ${skip} LIMIT ${limit}`
}

/** Every row of the pattern with its score, in the order that is asked for. */
function allRows(engine: Engine, { pattern, words, further, scoreMin }: Asked): Value[][] {
  const hits = engine.run("CALL search.query('docs', $words) YIELD node, score RETURN id(node), score", { words })
  const scores = new Map(hits.map(([id, score]) => [id as number, (score as Float).value]))
  const { match, behind = '', also } = pattern
  const rows = engine.run(`${match} WITH *, 0 AS s ${behind} RETURN id(d), ${also}`)
  const scored = rows.flatMap(([id, other]) => {
    const score = scores.get(id as number)
    return score === undefined || (scoreMin !== null && score < scoreMin) ? [] : [[id!, score, other!]]
  })
  // null comes last, and first where the order is descending.
  const rank = (other: Value) => (other === null ? 99 : (other as number))
  const byOther = !further.includes('other') ? 0 : further.endsWith('DESC') ? -1 : 1
  const byId = further === ', d DESC' ? -1 : 1
  return scored.sort(
    ([id, s, other], [otherId, t, another]) =>
      (t as number) - (s as number) ||
      byOther * (rank(other!) - rank(another!)) ||
      byId * ((id as number) - (otherId as number)) ||
      rank(other!) - rank(another!),
  )
}

/** Rows of one node that are equal in all keys may stand in any order, and any of them may be the last. */
function expectFirst(found: readonly Value[][], all: readonly Value[][], { skip, limit, further }: Asked): void {
  const expected = all.slice(skip, skip + limit)
  const keys = ([id, s, other]: readonly Value[]) => (further.includes('other') ? [id, s, other] : [id, s])
  expect(found.map(keys)).toEqual(expected.map(keys))
  const left = all.map((row) => JSON.stringify(row))
  for (const row of found) {
    const place = left.indexOf(JSON.stringify(row))
    expect(place).toBeGreaterThanOrEqual(0)
    left.splice(place, 1)
  }
}

function plain(rows: readonly (readonly Value[])[]): Value[][] {
  return rows.map((row) => row.map((value) => (value instanceof Float ? value.value : value) as Value))
}

function givesFirst(way: Partial<Rules>) {
  return fc.property(asked, (question) => {
    const engine = engineFor(question.graph, way)
    const all = allRows(engine, question)
    const parameters = { words: question.words }
    expectFirst(plain(engine.run(textOf(question), parameters)), all, question)
    expectFirst(plain(engine.runSliced(textOf(question), parameters).rows), all, question)
  })
}

describe('the first rows by score', () => {
  test.each(Object.entries(ways))('are those of all rows: %s', (_, way) => {
    fc.assert(givesFirst(way), { numRuns: runs })
  })
})

describe('faults put in on purpose', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const isFound = (way: Partial<Rules>) => fc.check(givesFirst(way), { numRuns: 1000, endOnFailure: true }).failed
  const { excludes } = TopRows.prototype
  const { bestAmong } = TextView.prototype

  test('are found: hits end as soon as one row less has come', () => {
    vi.spyOn(TopRows.prototype, 'excludes').mockImplementation(function (this: TopRows, score, equalsCount) {
      const { heap, count } = this as unknown as { heap: unknown[]; count: number }
      return excludes.call(this, score, equalsCount) || (heap.length > 0 && heap.length === count - 1)
    })
    expect(isFound(ways['by score']!)).toBe(true)
  })

  test('are found: hits end before those that score the same', () => {
    vi.spyOn(TopRows.prototype, 'excludes').mockImplementation(function (this: TopRows, score) {
      return excludes.call(this, score, false)
    })
    expect(isFound(ways['by score']!)).toBe(true)
  })

  test('are found: the best of gathered nodes are one less', () => {
    vi.spyOn(TextView.prototype, 'bestAmong').mockImplementation(function (this: TextView, query, ids, count) {
      return bestAmong.call(this, query, ids, Math.max(0, count - 1))
    })
    expect(isFound(ways['of gathered']!)).toBe(true)
  })

  test('are found: the nodes are those of rows gathered before', () => {
    const before = new Map<unknown, Iterable<number>>()
    vi.spyOn(TextView.prototype, 'bestAmong').mockImplementation(function (this: TextView, query, ids, count) {
      const known = [...before.values()][0] ?? ids
      before.set(query, [...ids])
      return bestAmong.call(this, query, known, count)
    })
    expect(isFound(ways['of gathered']!)).toBe(true)
  })
})

test('batches are all hits, each batch with what scores more than those to come', () => {
  fc.assert(
    fc.property(graph, fc.integer({ min: 1, max: 20 }), (made, count) => {
      const view = engineFor({ ...made, relationships: [] }, {}).transaction.textIndex('docs')
      const query = parseLucene('graph log^2 tree')
      const batches = view.bestFirst(query, count)
      const found: [number, number][] = []
      let least = Number.POSITIVE_INFINITY
      while (batches.next() > 0) {
        for (const score of batches.scores) expect(score <= least && score >= batches.least).toBe(true)
        least = batches.least
        for (const [i, id] of batches.ids.entries()) found.push([id, batches.scores[i]!])
      }
      const { ids, scores } = view.search(query)
      const inOrder = found.sort(([id, score], [otherId, other]) => other - score || id - otherId)
      expect(inOrder).toEqual(Array.from(ids, (id, i) => [id, scores[i]]))
    }),
    { numRuns: runs },
  )
})

test('each way is what it is called', () => {
  const shown = (tops: Rules['tops']) => {
    const engine = Engine.overStore({ ...allRules, ...(tops === undefined ? {} : { tops }) })
    engine.run('CREATE FULLTEXT INDEX docs FOR (d:Text) ON EACH [d.words]')
    return renderPlan(
      engine.explain(
        "MATCH (d:Text) SEARCH d IN (FULLTEXT INDEX docs FOR 'x') SCORE AS s RETURN d ORDER BY s DESC LIMIT 3",
      ),
    )
  }
  expect(shown('by score')).toContain("TextScanByScore d 'docs', 'x' FIRST 3")
  expect(shown('of gathered')).toContain("KeepHits d 'docs', 'x' FIRST 3")
  expect(shown('of all')).not.toMatch(/KeepHits|ByScore/)
})

describe.each(Object.entries(ways))('beside writes: %s', (_, way) => {
  test('what a clause before has written is found, and what one behind writes is not', () => {
    const nodes = ['graph', 'graph graph', 'log'].map((words) => ({ label: ':A' as const, x: 1, words }))
    const engine = engineFor({ nodes, relationships: [] }, way)
    const rows = engine.run(
      `CREATE (:Text {i: 3, words: 'graph'}) WITH count(*) AS made MATCH (d:A {i: 0}) SET d.words = 'none'
       WITH count(*) AS changed MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'graph') SCORE AS s
       WITH d, s ORDER BY s DESC LIMIT 2 SET d.words = 'gone' WITH collect(d.i) AS first
       MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR 'graph OR gone') SCORE AS s WITH first, d, s ORDER BY s DESC, d.i LIMIT 2
       RETURN first, d.i, d.words`,
    )
    expect(rows).toEqual([
      [[1, 3], 1, 'gone'],
      [[1, 3], 3, 'gone'],
    ])
  })
})

test('who asks for equal scores by falling ids gets the last of them', () => {
  const nodes = Array.from({ length: 40 }, () => ({ label: ':A' as const, x: 1, words: 'graph' }))
  for (const way of Object.values(ways)) {
    const engine = engineFor({ nodes, relationships: [] }, way)
    const text =
      "MATCH (d:A) SEARCH d IN (FULLTEXT INDEX docs FOR 'graph') SCORE AS s RETURN d.i ORDER BY s DESC, d DESC LIMIT 3"
    expect(engine.run(text)).toEqual([[39], [38], [37]])
  }
})

test('hits among the best so many of the index stay so many', () => {
  const nodes = Array.from({ length: 40 }, () => ({ label: ':A' as const, x: 1, words: 'graph' }))
  for (const way of Object.values(ways)) {
    const engine = engineFor({ nodes, relationships: [] }, way)
    const search = "(d, 'docs', 'graph', $options)"
    const text = `MATCH (d) WHERE search.matches${search} RETURN d.i ORDER BY search.score${search} DESC LIMIT 5`
    const options = new Map([['limit', 3]])
    expect(engine.run(text, { options })).toEqual([[0], [1], [2]])
    expect(engine.run(text.replaceAll('$options', '{limit: 3}'))).toEqual([[0], [1], [2]])
  }
})

test('PROFILE says of the operator that gathers what its search read', () => {
  const nodes = Array.from({ length: 20 }, () => ({ label: ':A' as const, x: 1, words: 'graph' }))
  const engine = engineFor({ nodes, relationships: [] }, ways['of gathered']!)
  const text = "MATCH (d:A) SEARCH d IN (FULLTEXT INDEX docs FOR 'graph') SCORE AS s RETURN d ORDER BY s DESC LIMIT 3"
  expect(renderPlan(engine.explain(`PROFILE ${text}`))).toMatch(/KeepHits .*20 postings/)
})
