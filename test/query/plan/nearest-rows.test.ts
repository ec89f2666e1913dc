/**
 * ORDER BY vector.similarity.cosine(n.e, $v) DESC LIMIT k: with an index that has these vectors, and gathered rows, the rows
 * are those that the comparison of all of them gives, in its order; so is the error.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderPlan } from '../../../query/plan/explain.js'
import { allRules } from '../../../query/plan/rules.js'
import { DatabaseError } from '../../../src/core/errors.js'
import { Float, type Value } from '../../../src/core/value.js'
import { VectorView } from '../../../src/transaction/vector-view.js'
import { Engine } from '../../support/engine.js'

const runs = Number(process.env.SKEIN_RUNS ?? 60)

const vector = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 2, maxLength: 2 })
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 20, arbitrary: vector },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom<Value>([0, 0], [1, 2, 3], 'far', [new Float(1e300), 1]) },
)
const node = fc.record({ label: fc.constantFrom('A', 'B'), x: fc.nat(3), e: value })

const asked = fc.record({
  nodes: fc.array(node, { minLength: 1, maxLength: 40 }),
  similarity: fc.constantFrom('cosine', 'euclidean', 'dot'),
  match: fc.constantFrom(
    'MATCH (d:A)',
    'MATCH (d:A) WHERE d.x > 1',
    'MATCH (d:A) WHERE d.e IS NOT NULL',
    'MATCH (d:A)-[:R]->(c)',
    'MATCH (d:A) OPTIONAL MATCH (d)-[:R]->(c:B)',
    'MATCH (d:A), (c:B {x: 0})',
  ),
  vector: fc.oneof({ weight: 8, arbitrary: vector }, fc.constantFrom<Value>(null, [1], [0, 0])),
  further: fc.constantFrom('', ', d.x', ', d.x DESC'),
  skip: fc.constantFrom(0, 0, 1, 3),
  limit: fc.constantFrom(0, 1, 2, 5, 30),
})
type Asked = typeof asked extends fc.Arbitrary<infer Made> ? Made : never

function engineFor({ nodes, similarity }: Asked, tops: 'of all' | 'of gathered'): Engine {
  const engine = Engine.overStore({ ...allRules, tops })
  engine.run(
    `CREATE VECTOR INDEX emb FOR (d:A) ON (d.e) OPTIONS {indexConfig: {dimensions: 2, similarity: '${similarity}'}}`,
  )
  for (const [i, { label, x, e }] of nodes.entries())
    engine.run(`CREATE (:${label} {i: $i, x: $x, e: $e})`, { i, x, e })
  engine.run('MATCH (a), (b) WHERE b.i = a.i + 1 OR b.i = 2 * a.i CREATE (a)-[:R]->(b)')
  return engine
}

function textOf({ similarity, match, further, skip, limit }: Asked): string {
  return `${match} RETURN d.i, vector.similarity.${similarity}(d.e, $v) AS s ORDER BY s DESC${further} SKIP ${skip} LIMIT ${limit}`
}

/** Rows, or the code of the error. */
function answerOf(asked: Asked, tops: 'of all' | 'of gathered'): unknown {
  try {
    return engineFor(asked, tops).run(textOf(asked), { v: asked.vector })
  } catch (error) {
    if (error instanceof DatabaseError) return error.code
    throw error
  }
}

const campaign = (numRuns: number, seed?: number) =>
  fc.assert(
    fc.property(asked, (each) => {
      expect(answerOf(each, 'of gathered')).toEqual(answerOf(each, 'of all'))
    }),
    { numRuns, ...(seed === undefined ? {} : { seed, endOnFailure: true }) },
  )

test(`gathered rows are those of the plain plan (${runs} runs)`, () => campaign(runs), 120_000)

test('the index is asked where it has the vectors, and only there', () => {
  const planOf = (text: string) => {
    const engine = engineFor({ nodes: [], similarity: 'cosine' } as unknown as Asked, 'of gathered')
    return renderPlan(engine.explain(text))
  }
  const order = (value: string) => `RETURN d.i ORDER BY ${value} DESC LIMIT 2`
  expect(planOf(`MATCH (d:A) ${order('vector.similarity.cosine(d.e, $v)')}`)).toContain('KeepHits')
  expect(planOf(`MATCH (d:A) ${order('vector.similarity.cosine($v, d.e)')}`)).toContain('KeepHits')
  expect(planOf(`MATCH (d:B) ${order('vector.similarity.cosine(d.e, $v)')}`)).not.toContain('KeepHits')
  expect(planOf(`MATCH (d:A) ${order('vector.similarity.dot(d.e, $v)')}`)).not.toContain('KeepHits')
  expect(planOf(`MATCH (d:A) ${order('vector.similarity.cosine(d.f, $v)')}`)).not.toContain('KeepHits')
  expect(planOf(`MATCH (d:A) ${order('vector.similarity.cosine(d.e, d.e)')}`)).not.toContain('KeepHits')
  expect(planOf('MATCH (d:A) RETURN d.i ORDER BY vector.similarity.cosine(d.e, $v) LIMIT 2')).not.toContain('KeepHits')
})

/** Faults put in on purpose: the comparison must find each. */
const faults: Record<string, () => () => void> = {
  'nodes without a vector are left out': () => {
    const { has } = VectorView.prototype
    VectorView.prototype.has = () => true
    return () => {
      VectorView.prototype.has = has
    }
  },
  'of equal ones only as many as are wanted stay': () => {
    const { bestAmong, search } = VectorView.prototype
    VectorView.prototype.bestAmong = function (this: VectorView, numbers, ids, count) {
      const all = [...bestAmong.call(this, numbers, ids, count)]
      const order = [...search.call(this, numbers, { limit: Number.POSITIVE_INFINITY, exact: true }).ids]
      return new Set(order.filter((id) => all.includes(id)).slice(0, count))
    }
    return () => {
      VectorView.prototype.bestAmong = bestAmong
    }
  },
}

test.each(Object.keys(faults))('the comparison finds a fault: %s', (name) => {
  const mend = faults[name]!()
  try {
    expect(() => campaign(200, 1)).toThrow()
  } finally {
    mend()
  }
})
