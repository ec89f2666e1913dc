/**
 * A SEARCH with WHERE and LIMIT finds the best entries of the index that satisfy its condition: whatever the pattern, whatever
 * it is asked for with, and wherever the plan begins. Compared with all hits of `search.query`, cut by plain code.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogicalPlan } from '../../../query/plan/logical.js'
import type { LogicalRule, PhysicalRule } from '../../../query/plan/rule.js'
import { allRules, logicalRules, physicalRules, type Rules } from '../../../query/plan/rules.js'
import { Engine } from '../../support/engine.js'

const runs = Number(process.env.SKEIN_RUNS ?? 24)

interface Doc {
  readonly title: string
  readonly year: number
  readonly isNew: boolean
  /** By number; each author has written since some year. */
  readonly authors: readonly number[]
}

const since = [0, 2, 4]

const docs = fc.array(
  fc.record({
    title: fc.constantFrom('graph', 'graph graph tree', 'graph tree', 'tree', 'log of a graph'),
    year: fc.nat({ max: 5 }),
    isNew: fc.boolean(),
    authors: fc.uniqueArray(fc.nat({ max: since.length - 1 }), { maxLength: 2 }),
  }),
  { minLength: 4, maxLength: 14 },
)

const questions = fc.record({
  words: fc.constantFrom('graph', 'graph tree', '+tree -log', '*:*', 'none'),
  year: fc.nat({ max: 4 }),
  limit: fc.nat({ max: 4 }),
})
type Question = typeof questions extends fc.Arbitrary<infer One> ? One : never

const search = (entity: string, condition: string, index = 'docs') =>
  `SEARCH ${entity} IN (FULLTEXT INDEX ${index} FOR $words WHERE ${condition} LIMIT $limit)`

/** What is asked, and for which pairs of an author and a document a row is given where `best` tells the hits of a year. */
const shapes: Readonly<Record<string, { text: string; rows: (world: World, best: Best, year: number) => Pair[] }>> = {
  'a node': {
    text: `MATCH (d:Doc) ${search('d', 'd.year > $year')} RETURN null, d.id`,
    rows: (_, best, year) => best(year).map((id) => [null, id]),
  },
  'a pattern that asks for more than the search': {
    text: `MATCH (d:New)<-[:WROTE]-(a) ${search('d', 'd.year > $year')} WHERE a.id > 0 RETURN a.id, d.id`,
    rows: ({ written, docs }, best, year) =>
      written(best(year)).filter(([author, id]) => author! > 0 && docs[id]!.isNew),
  },
  'a bound node': {
    text: `MATCH (d:New) WITH d ORDER BY d.id MATCH (a)-[:WROTE]->(d) ${search('d', 'd.year > $year')} RETURN a.id, d.id`,
    rows: ({ written, docs }, best, year) => written(best(year)).filter(([, id]) => docs[id]!.isNew),
  },
  'a condition that reads the rows before': {
    text: `UNWIND range(0, 2) AS i MATCH (a:Author {id: i}) WITH a, a.since AS since
      MATCH (a)-[:WROTE]->(d) ${search('d', 'd.year > since')} RETURN a.id, d.id`,
    rows: ({ written }, best) => since.flatMap((year, author) => written(best(year)).filter(([by]) => by === author)),
  },
  'a condition that reads the pattern': {
    text: `MATCH (a:Author)-[:WROTE]->(d) ${search('d', 'd.year > a.since')} RETURN a.id, d.id`,
    rows: ({ written }, best) => since.flatMap((year, author) => written(best(year)).filter(([by]) => by === author)),
  },
  'a condition that asks a query': {
    text: `MATCH (d) ${search('d', 'EXISTS { (d) WHERE d.year > $year }')} RETURN null, d.id`,
    rows: (_, best, year) => best(year).map((id) => [null, id]),
  },
  'an optional pattern': {
    text: `MATCH (a:Author) OPTIONAL MATCH (a)-[:WROTE]->(d) ${search('d', 'd.year > $year')} RETURN a.id, d.id`,
    rows: ({ written }, best, year) =>
      since.flatMap((_, author): Pair[] => {
        const own = written(best(year)).filter(([by]) => by === author)
        return own.length === 0 ? [[author, null]] : own
      }),
  },
  'two searches': {
    text: `MATCH (d) ${search('d', 'd.year > $year')} ${search('d', 'd.year > 2')} RETURN null, d.id`,
    rows: (_, best, year) =>
      best(year)
        .filter((id) => best(2).includes(id))
        .map((id) => [null, id]),
  },
  'two searches for two nodes': {
    text: `MATCH (d), (o:New) ${search('d', 'd.year > $year')} ${search('o', 'o.year > 2')} RETURN o.id, d.id`,
    rows: ({ docs }, best, year) =>
      best(2)
        .filter((id) => docs[id]!.isNew)
        .flatMap((o) => best(year).map((id): Pair => [o, id])),
  },
  'a write between two searches': {
    text: `MATCH (d) ${search('d', 'd.year > $year')} SET d.year = 0 WITH count(*) AS c
      MATCH (d) ${search('d', 'd.year > $year')} RETURN null, d.id`,
    rows: (_, best, year) => {
      const gone = best(year)
      return best(year, (id) => !gone.includes(id)).map((id) => [null, id])
    },
  },
  'a relationship': {
    text: `MATCH (a)-[r]->(d:New) ${search('r', 'r.year > $year', 'said')} RETURN r.by, r.about`,
    rows: ({ docs }, _, year) => said(docs, year),
  },
}

type Pair = [number | null, number | null]
/** Numbers of the documents that are hits. */
type Best = (year: number, among?: (id: number) => boolean) => number[]
interface World {
  readonly docs: readonly Doc[]
  readonly written: (ids: readonly number[]) => [number, number][]
}

let said: (docs: readonly Doc[], year: number) => Pair[] = () => []

function answersAsScan(rules: Rules, names = Object.keys(shapes)) {
  return fc.property(docs, questions, fc.constantFrom(...names), (docs, question, name) => {
    const engine = loaded(docs, rules)
    const { text, rows } = shapes[name]!
    const ids = hitsOf(engine, question, "CALL search.query('docs', $words) YIELD node RETURN node.id")
    const best: Best = (year, among = () => true) =>
      (ids as number[]).filter((id) => docs[id]!.year > year && among(id)).slice(0, question.limit)
    said = (docs, year) => {
      const all = hitsOf(
        engine,
        question,
        "CALL search.query('said', $words) YIELD relationship AS r RETURN [r.by, r.about]",
      )
      const kept = (all as [number, number][]).filter(([, about]) => docs[about]!.year > year).slice(0, question.limit)
      return kept.filter(([, about]) => docs[about]!.isNew)
    }
    const written = (ids: readonly number[]) =>
      ids.flatMap((id) => docs[id]!.authors.map((author): [number, number] => [author, id]))
    const expected = sorted(rows({ docs, written }, best, question.year))
    expect([name, sorted(engine.run(text, question) as unknown as Pair[])]).toEqual([name, expected])
  })
}

function hitsOf(engine: Engine, { words }: Question, text: string): unknown[] {
  return engine.run(text, { words }).map(([hit]) => hit)
}

function sorted(pairs: readonly Pair[]): string[] {
  return pairs.map((pair) => JSON.stringify(pair)).sort()
}

function loaded(docs: readonly Doc[], rules: Rules): Engine {
  const engine = Engine.overStore(rules)
  for (const [id, year] of since.entries()) engine.run('CREATE (:Author {id: $id, since: $year})', { id, year })
  for (const [id, { title, year, isNew, authors }] of docs.entries()) {
    engine.run(`CREATE (:Doc${isNew ? ':New' : ''} {id: $id, title: $title, year: $year})`, { id, title, year })
    for (const by of authors)
      engine.run(
        `MATCH (a:Author {id: $by}), (d:Doc {id: $id})
         CREATE (a)-[:WROTE {title: $title, year: $year, by: $by, about: $id}]->(d)`,
        { by, id, title, year },
      )
  }
  engine.run('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title]')
  engine.run('CREATE FULLTEXT INDEX said FOR ()-[r:WROTE]-() ON EACH [r.title]')
  return engine
}

describe('WHERE and LIMIT in one SEARCH', () => {
  test.each(Object.keys(shapes))('the best that satisfy it are found: %s', (name) => {
    fc.assert(answersAsScan(allRules, [name]), { numRuns: runs / 3 })
  })

  test('no rule changes what is found', () => {
    fc.assert(answersAsScan({ logical: [], physical: [] }), { numRuns: runs })
    fc.assert(answersAsScan({ ...allRules, joins: 'wherever possible' }), { numRuns: runs })
    const others = logicalRules.filter(({ name }) => name !== 'listBeforeMatch')
    fc.assert(answersAsScan({ ...allRules, logical: others }), { numRuns: runs })
  })
})

/** The labels that the pattern asks for. */
function labelled(inner: LogicalPlan, labels: readonly string[]): LogicalPlan {
  if (inner.kind === 'unit') return inner
  if (inner.kind !== 'match') return { ...inner, input: labelled(inner.input, labels) }
  const nodes = inner.pattern.nodes.map((node) => ({ ...node, labels }))
  return { ...inner, pattern: { ...inner.pattern, nodes } }
}

const leaks: LogicalRule = {
  name: 'fault',
  rewrite: (plan) => {
    if (plan.kind !== 'match' || plan.input.kind !== 'apply') return undefined
    const labels = plan.pattern.nodes.find((node) => node.labels.includes('New'))?.labels
    if (labels === undefined || JSON.stringify(plan.input.inner).includes('"New"')) return undefined
    return { ...plan, input: { ...plan.input, inner: labelled(plan.input.inner, labels) } }
  },
}

const limitsFirst: PhysicalRule = {
  name: 'fault',
  rewrite: (plan) => {
    if (plan.kind !== 'top' || plan.input.kind !== 'filter') return undefined
    return { ...plan.input, input: { ...plan, input: plan.input.input } }
  },
}

const isIn = (kinds: readonly LogicalPlan['kind'][], { kind }: LogicalPlan) => kinds.includes(kind)

/** What the list reads of its row is forgotten from the first row on. */
const asksOnce: LogicalRule = {
  name: 'fault',
  rewrite: (plan) => {
    if (plan.kind !== 'match' || plan.input.kind !== 'apply' || isIn(['unit', 'limit'], plan.input.input))
      return undefined
    return { ...plan, input: { ...plan.input, input: { kind: 'limit', input: plan.input.input, count: one } } }
  },
}
const position = { offset: 0, line: 1, column: 1 }
const one = { kind: 'literal', value: 1, type: 'integer', position } as const

test.each(
  Object.entries({
    'the limit counts before the condition': { ...allRules, physical: [...physicalRules, limitsFirst] },
    'what the pattern asks for gets into the search': { ...allRules, logical: [...logicalRules, leaks] },
    'what is found for the first row is taken for all': { ...allRules, logical: [...logicalRules, asksOnce] },
  }),
)('a fault put in on purpose is found: %s', (_, rules) => {
  expect(fc.check(answersAsScan(rules), { numRuns: 2000, endOnFailure: true }).failed).toBe(true)
})
