/** Nodes found by several sets at once are those that a scan and filters find. */
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { renderPlan } from '../../../query/plan/explain.js'
import { allRules, type Rules } from '../../../query/plan/rules.js'
import type { Value } from '../../../src/core/value.js'
import { StoreTransaction } from '../../../src/transaction/store-transaction.js'
import { Engine, environment } from '../../support/engine.js'

const runs = Number(process.env.SKEIN_RUNS ?? 50)

const node = fc.record({
  label: fc.constantFrom('', ':A', ':B', ':A:B', ':A:B:C'),
  x: fc.nat(4),
  tags: fc.subarray(['a', 'b', 'c']),
  words: fc.subarray(['graph', 'log', 'tree']).map((words) => words.join(' ')),
})
const conditions = [
  'd.x > 1',
  'd.x < 4',
  'd.x = 2',
  'd.meta.x >= 1',
  "'a' IN d.tags",
  "'b' IN d.tags",
  "search.matches(d, 'docs', 'graph')",
  "search.matches(d, 'docs', 'log tree')",
  "search.matches(d, 'docs', 'none')",
  "search.matches(d, 'docs', $nothing)",
]
const asked = fc.record({
  nodes: fc.array(node, { maxLength: 40 }),
  labels: fc.constantFrom('', ':A', ':A:B', ':A:C', ':A:Nobody', ':B:C'),
  where: fc.subarray(conditions, { maxLength: 4 }),
  behind: fc.constantFrom('', '-[:NEXT]->(e)', ', (e:C)'),
})
type Asked = typeof asked extends fc.Arbitrary<infer Made> ? Made : never

const setting = [
  'CREATE INDEX FOR (d:A) ON (d.x)',
  'CREATE INDEX FOR (d:A) ON (d.meta.x)',
  'CREATE INDEX FOR (d:A) ON (d.tags[*])',
  'CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.words]',
]

function engineFor(nodes: Asked['nodes'], intersections: NonNullable<Rules['intersections']>): Engine {
  const engine = Engine.overStore({ ...allRules, intersections })
  for (const statement of setting) engine.run(statement)
  const documents = nodes.map((each, i) => new Map<string, Value>(Object.entries({ ...each, i })))
  for (const label of ['', ':A', ':B', ':A:B', ':A:B:C'])
    engine.run(
      `UNWIND $documents AS n WITH n WHERE n.label = '${label}'
        CREATE (:Doc${label} {i: n.i, x: n.x, meta: {x: n.x}, tags: n.tags, words: n.words})`,
      { documents },
    )
  engine.run('MATCH (d:Doc), (e:Doc) WHERE e.i = d.i + 1 CREATE (d)-[:NEXT]->(e)')
  return engine
}

function textOf({ labels, where, behind }: Asked): string {
  const conditions = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`
  const end = behind === '' ? 'd.i' : 'e.i'
  return `MATCH (d${labels})${behind} ${conditions} RETURN d.i AS i, ${end} AS j ORDER BY i, j`
}

const findsAll = fc.property(asked, (question) => {
  const parameters = { nothing: null }
  const [plain, forced] = (['never', 'wherever possible'] as const).map((choice) =>
    engineFor(question.nodes, choice).run(textOf(question), parameters),
  )
  expect(forced, textOf(question)).toEqual(plain)
})

test('what is in all sets is what passes all tests', () => {
  fc.assert(findsAll, { numRuns: runs })
})

describe('faults put in on purpose', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('are found: a set is left out', () => {
    const { scanCommon } = StoreTransaction.prototype
    vi.spyOn(StoreTransaction.prototype, 'scanCommon').mockImplementation(function (this: StoreTransaction, sets) {
      return scanCommon.call(this, sets.slice(0, -1))
    })
    expect(fc.check(findsAll, { numRuns: 1000, endOnFailure: true }).failed).toBe(true)
  })
})

describe('sets are intersected', () => {
  const shown = (text: string) => {
    const engine = engineFor([], 'where cheaper')
    engine.run(
      'UNWIND range(1, 2000) AS i CREATE (:Doc:A {i: i, words: "graph", tags: ["a" + (i % 20), "b" + (i % 30)]})',
    )
    engine.run('UNWIND range(1, 2000) AS i CREATE (:Doc:B {words: "graph"})')
    engine.run('UNWIND range(1, 300) AS i CREATE (:Doc:A:B {words: "log"})')
    return renderPlan(engine.compile(`EXPLAIN ${text}`).run(engine.transaction, [], environment).plan!)
  }

  test('of two labels, of labels and words', () => {
    expect(shown('MATCH (d:A:B) RETURN d')).toContain('Intersection d:A AND d:B')
    expect(shown("MATCH (d:A:B) WHERE search.matches(d, 'docs', 'graph') RETURN d")).toContain('Intersection')
  })

  test('of two seeks of elements of lists, but not of ranges of plain properties', () => {
    expect(shown("MATCH (d:A) WHERE 'a1' IN d.tags AND 'b1' IN d.tags RETURN d")).toMatch(
      /Intersection \S+: .* AND \S+: /,
    )
    expect(shown('MATCH (d:A) WHERE d.x > 1 AND d.meta.x < 2 RETURN d')).not.toContain('Intersection')
  })
})
