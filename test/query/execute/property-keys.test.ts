/** Counting the properties of documents by columns gives what counting their decoded values gives. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupKey } from '../../../query/functions/values.js'
import { allRules } from '../../../query/plan/rules.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import { Float, jsonNull, type MemberValue } from '../../../src/core/value.js'
import { Engine } from '../../support/engine.js'

const plainly = { ...allRules, physical: allRules.physical.filter(({ name }) => name !== 'keysByColumn') }

const questions = [
  'MATCH (n:L) UNWIND keys(n) AS k RETURN k, count(*), count(DISTINCT n[k])',
  'MATCH (n:L) UNWIND keys(n) AS k RETURN n.t, k, count(*), count(DISTINCT n[k]), count(DISTINCT n.i)',
  'MATCH (n:L) UNWIND keys(n) AS k RETURN k, n.t, n.i, min(toString(n[k] = 1))',
  'MATCH (n:L) UNWIND keys(n) AS k RETURN count(DISTINCT n[k]), count(DISTINCT n.m), count(DISTINCT k)',
  'MATCH (n:L) UNWIND keys(n) AS k WITH n, k WHERE n[k] = 1 RETURN k, n[k], id(n)',
  'MATCH (n:L) UNWIND keys(n) AS k UNWIND keys(n) AS l RETURN k, l, count(*), count(DISTINCT n[l])',
  'MATCH (n:L)-[r]->(m) UNWIND keys(r) AS k RETURN k, count(DISTINCT r[k]), count(DISTINCT n[k]), count(m[k])',
  'MATCH (n:L)-[r]->(m) UNWIND keys(m) AS k RETURN n.t, k, count(*), collect(DISTINCT m[k])',
  'MATCH (n:L) WITH n ORDER BY id(n) UNWIND keys(n) AS k RETURN collect(k)',
  'MATCH (n:L) OPTIONAL MATCH (n)-->(m {t: $none}) UNWIND keys(m) AS k RETURN count(*)',
]

const value = fc.constantFrom<MemberValue>(
  ...[1, 2, 'a', 'b', true, false, new Float(1), new Float(2.5), new Float(Number.NaN), 2n ** 60n, jsonNull],
  ...[[1, 'a'], [1], new Map([['a', 1]]), new LocalDate(19000), 'x'.repeat(300)],
)
const properties = fc.dictionary(fc.constantFrom('t', 'i', 'm', 'o'), value)
const graph = fc.record({
  nodes: fc.array(properties, { minLength: 1, maxLength: 6 }),
  /** Some others of one kind, so that columns are kept in words. */
  plain: fc.array(fc.record({ t: fc.constantFrom('a', 'b'), i: fc.integer({ min: 1, max: 3 }) }), { maxLength: 4 }),
  relationships: fc.array(fc.tuple(fc.nat(), fc.nat(), properties), { maxLength: 4 }),
})

type Graph = typeof graph extends fc.Arbitrary<infer G> ? G : never

function load({ nodes, plain, relationships }: Graph, { transaction: tx }: Engine): void {
  const entries = (object: Record<string, MemberValue>) =>
    Object.entries(object).map(([name, each]) => [tx.propertyId(name), each] as const)
  const labels = [tx.labelId('L')]
  const ids = [...plain, ...nodes].map((each) => tx.createNode({ labels, properties: entries(each) }))
  for (const [start, end, own] of relationships)
    tx.createRelationship({
      type: tx.typeId('R'),
      start: ids[start % ids.length]!,
      end: ids[end % ids.length]!,
      properties: entries(own),
    })
}

test.each(questions)('%s', (question) => {
  fc.assert(
    fc.property(graph, (each) => {
      const [byColumn, plain] = [allRules, plainly].map((rules) => {
        const engine = Engine.overStore(rules)
        load(each, engine)
        return engine
          .run(question, { none: 'none' })
          .map((row) => JSON.stringify(row, shown))
          .sort()
      })
      expect(byColumn).toEqual(plain)
    }),
    { numRuns: 40 },
  )
})

test('distinct values of a column are those that differ by equivalence', () => {
  fc.assert(
    fc.property(graph, (each) => {
      const engine = Engine.overStore()
      load(each, engine)
      const values = engine.run('MATCH (n:L) RETURN n.m').flatMap(([m]) => (m === null ? [] : [groupKey(m!)]))
      expect(engine.run('MATCH (n:L) RETURN count(DISTINCT n.m)')).toEqual([[new Set(values).size]])
    }),
  )
})

function shown(_: string, each: unknown): unknown {
  if (typeof each === 'bigint') return String(each)
  return each instanceof Map ? [...each] : each instanceof Float ? `float ${each.value}` : each
}

describe('keysByColumn', () => {
  const operators = (query: string) => JSON.stringify(Engine.overStore().explain(`EXPLAIN ${query}`))

  test('finds names by columns where the entity is certain', () => {
    expect(operators('MATCH (n) UNWIND keys(n) AS k RETURN k, count(*)')).toContain('PropertyKeys')
    expect(operators('MATCH ()-[r]->() UNWIND keys(r) AS k RETURN k')).toContain('PropertyKeys')
  })

  test.each([
    ['what may be null', 'OPTIONAL MATCH (n) UNWIND keys(n) AS k RETURN k'],
    ['a map', 'WITH {a: 1} AS n UNWIND keys(n) AS k RETURN k'],
    ['an item of a list', 'MATCH (m) WITH collect(m) AS list UNWIND list AS n UNWIND keys(n) AS k RETURN k'],
    ['other functions of it', 'MATCH (n) UNWIND labels(n) AS k RETURN k'],
  ])('not of %s', (_, query) => {
    expect(operators(query)).not.toContain('PropertyKeys')
  })

  test('sees what the clause before has written, and refuses what it has deleted', () => {
    const engine = Engine.overStore()
    engine.run('CREATE (:L {a: 1})')
    expect(engine.run('MATCH (n:L) SET n.b = 2 WITH n UNWIND keys(n) AS k RETURN k, n[k]')).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    expect(() => engine.run('MATCH (n:L) DELETE n WITH n UNWIND keys(n) AS k RETURN k')).toThrow(/has been deleted/)
  })
})
