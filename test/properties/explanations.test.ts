/**
 * A score can be worked out again from its explanation alone, by the formulas of docs/search.md, to the last bit: of text,
 * vectors and both fused, over random documents and every form of query; and every door gives the same tree.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, open } from '../../src/index.js'

const runs = Number(process.env.SKEIN_RUNS ?? 40)

let db: Database

beforeAll(async () => {
  db = await open()
  await db.query(`CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title, d.body, d.tags]
    OPTIONS {indexConfig: {k1: 1.4, b: 0.6, fields: {title: {weight: 2.5}, body: {weight: 0.3, analyzer: {analyzer: 'english', synonyms: [['log', 'wal', 'commit log']]}}}}}`)
  for (const similarity of similarities)
    await db.query(
      `CREATE VECTOR INDEX ${similarity} FOR (d:Doc) ON (d.at) OPTIONS {indexConfig: {dimensions: 3, similarity: '${similarity}'}}`,
    )
})

afterAll(() => db.close())

const similarities = ['cosine', 'euclidean', 'dot']

// ---- the formulas ---------------------------------------------------------------------------------------------------

type Tree = Readonly<Record<string, unknown>> & { readonly kind: string; readonly value: number }

/** What the tree says the score is, without a look at any `value`. */
function recomputed(tree: Tree): number {
  const { kind } = tree
  const number = (name: string) => tree[name] as number
  const parts = () => tree.parts as Tree[]
  switch (kind) {
    case 'sum':
      return parts().reduce((sum, part) => sum + recomputed(part), 0)
    case 'term':
      return ranked(number, idf(number('documents'), number('holders')))
    case 'phrase': {
      const terms = tree.terms as { holders: number }[]
      return ranked(
        number,
        terms.reduce((sum, { holders }) => sum + idf(number('documents'), holders), 0),
      )
    }
    case 'constant':
      return number('boost') * number('weight')
    case 'cosine':
      return (1 + Math.max(-1, Math.min(1, number('product') / number('norms')))) / 2
    case 'euclidean':
      return 1 / (1 + number('squaredDistance'))
    case 'dot':
      return (1 + number('product')) / 2
    case 'rrf':
    case 'linear':
      return parts().reduce((sum, leg) => sum + shareOf(leg, tree), 0)
  }
  throw new Error(`docs/search.md has no ${kind}`)
}

function ranked(number: (name: string) => number, idfOf: number): number {
  const [k1, b, frequency] = [number('k1'), number('b'), number('frequency')]
  const length = k1 * (1 - b) + ((k1 * b) / number('averageLength')) * number('length')
  return (number('boost') * number('weight') * idfOf * (k1 + 1) * frequency) / (frequency + length)
}

function idf(documents: number, holders: number): number {
  return Math.log(1 + (documents - holders + 0.5) / (holders + 0.5))
}

function shareOf(leg: Tree, { kind, constant }: Tree): number {
  const { weight, rank, least, most } = leg as unknown as Record<string, number>
  if (rank === null) return 0
  const score = recomputed(leg.explain as Tree)
  if (kind === 'rrf') return weight! / ((constant as number) + rank!)
  return least === most ? weight! : weight! * ((score - least!) / (most! - least!))
}

// ---- documents and queries ------------------------------------------------------------------------------------------

const word = fc.constantFrom('graph', 'graphs', 'grape', 'log', 'logs', 'tree', 'commit', 'wal', 'the')
const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '))
const coordinate = fc.constantFrom(-1, 0, 0.5, 1, 3)
const vector = fc.tuple(coordinate, coordinate, coordinate).filter((numbers) => numbers.some((each) => each !== 0))
const document = fc.record({
  title: fc.option(text),
  body: fc.option(text),
  tags: fc.option(fc.array(word, { maxLength: 3 })),
  year: fc.option(fc.integer({ min: 2000, max: 2010 })),
  at: fc.option(vector),
})

const leaf = fc.oneof(
  word,
  word.map((each) => `${each.slice(0, 2)}*`),
  word.map((each) => `${each[0]}?${each.slice(2)}`),
  fc.tuple(word, fc.constantFrom('~', '~1', '~2')).map((parts) => parts.join('')),
  fc.tuple(word, word, fc.constantFrom('', '~1', '~3')).map(([one, other, slop]) => `"${one} ${other}"${slop}`),
  fc.constantFrom(
    '/gra.*/',
    '[a TO m]',
    '{graph TO *]',
    'year:[2003 TO 2007}',
    'year:>=2005',
    '*:*',
    'body:*',
    'year:*',
  ),
  fc.tuple(fc.constantFrom('title', 'body', 'tags'), word).map((parts) => parts.join(':')),
)
const query = fc.letrec<{ part: string; whole: string }>((tie) => ({
  part: fc
    .tuple(
      fc.oneof(
        { maxDepth: 3 },
        { weight: 3, arbitrary: leaf },
        tie('whole').map((inner) => `(${inner})`),
      ),
      fc.constantFrom('', '^2', '^0.3'),
    )
    .map((pieces) => pieces.join('')),
  whole: fc
    .array(
      fc.tuple(fc.constantFrom('', '', '+', '-'), tie('part')).map((pieces) => pieces.join('')),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => parts.join(' ')),
})).whole

const search = fc.record({
  query,
  vector,
  similarity: fc.constantFrom(...similarities),
  fuse: fc.constantFrom('rrf', 'linear'),
  window: fc.constantFrom(2, 5, 200),
  weights: fc.record({ text: fc.constantFrom(1, 0.2), vector: fc.constantFrom(1, 3) }),
})
type Search = typeof search extends fc.Arbitrary<infer One> ? One : never

type Hit = readonly [id: number, score: number, explain: Tree]

const rows = async (statement: string, parameters: object) =>
  (await db.query(statement, parameters as Record<string, unknown>)).rows as unknown as Hit[]

/** The doors of each kind of search, of which all give the same hits with the same trees. */
const doors: Record<string, readonly ((asked: Search) => Promise<Hit[]>)[]> = {
  text: [
    (asked) =>
      rows(
        "CALL search.query('docs', $query) YIELD node, score, explain RETURN id(node) AS id, score, explain ORDER BY id",
        asked,
      ),
    (asked) =>
      rows(
        'MATCH (d) SEARCH d IN (FULLTEXT INDEX docs FOR $query) SCORE AS s EXPLAIN AS e RETURN id(d) AS id, s, e ORDER BY id',
        asked,
      ),
    (asked) =>
      rows(
        "MATCH (d:Doc) WHERE search.score(d, 'docs', $query) IS NOT NULL RETURN id(d) AS id, search.score(d, 'docs', $query), search.explain(d, 'docs', $query) ORDER BY id",
        asked,
      ),
  ],
  'the best of text': [
    (asked) =>
      rows(
        "CALL search.query('docs', $query, {limit: 2}) YIELD node, score, explain RETURN id(node) AS id, score, explain",
        asked,
      ),
    (asked) =>
      rows(
        "CALL search.query('docs', $query) YIELD node, score, explain RETURN id(node) AS id, score, explain ORDER BY score DESC, id LIMIT 2",
        asked,
      ),
    (asked) =>
      rows(
        'MATCH (d:Doc) SEARCH d IN (FULLTEXT INDEX docs FOR $query) SCORE AS s EXPLAIN AS e RETURN id(d) AS id, s, e ORDER BY s DESC, id LIMIT 2',
        asked,
      ),
  ],
  vectors: [
    ({ similarity, ...asked }) =>
      rows(
        `MATCH (d) SEARCH d IN (VECTOR INDEX ${similarity} FOR $vector LIMIT 5) SCORE AS s EXPLAIN AS e RETURN id(d) AS id, s, e ORDER BY id`,
        asked,
      ),
    ({ similarity, ...asked }) =>
      rows(
        `CALL db.index.vector.queryNodes('${similarity}', 5, $vector) YIELD node, score
         RETURN id(node) AS id, score, search.explain(node, '${similarity}', $vector) ORDER BY id`,
        asked,
      ),
  ],
  hybrid: [
    (asked) =>
      rows(
        `CALL search.hybrid({text: {index: 'docs', query: $query}, vector: {index: $similarity, vector: $vector}, fuse: $fuse, window: $window,
           weights: $weights, limit: 100}) YIELD node, score, explain RETURN id(node), score, explain`,
        asked,
      ),
  ],
}

/** A case in which a tree does not give its score, or two doors do not agree; `alter` makes the faults. */
async function mismatch(kind: string, alter: (tree: Tree) => Tree = (tree) => tree): Promise<unknown> {
  let hits = 0
  const property = fc.asyncProperty(
    fc.array(document, { minLength: 1, maxLength: 9 }),
    fc.array(search, { minLength: 1, maxLength: 5 }),
    async (documents, searches) => {
      await db.query('MATCH (d:Doc) DELETE d')
      await db.query('UNWIND $documents AS each CREATE (d:Doc) SET d = each', { documents })
      for (const asked of searches) {
        const [found, ...others] = await Promise.all(doors[kind]!.map((door) => door(asked)))
        for (const other of others) expect(other).toEqual(found)
        for (const [id, score, explain] of found!) {
          hits++
          expect([id, explain.value, recomputed(altered(explain, alter))]).toEqual([id, score, score])
        }
      }
    },
  )
  const { counterexample, errorInstance } = await fc.check(property, { numRuns: runs })
  if (errorInstance instanceof Error && errorInstance.name !== 'AssertionError') throw errorInstance
  expect(hits).toBeGreaterThan(0)
  return counterexample
}

function altered(tree: Tree, alter: (tree: Tree) => Tree): Tree {
  const inner = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inner)
    return value !== null && typeof value === 'object' && 'kind' in value ? altered(value as Tree, alter) : value
  }
  return alter(Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, inner(value)])) as Tree)
}

test.each(Object.keys(doors))('%s: every tree gives its score, and every door the same tree', async (kind) => {
  expect(await mismatch(kind)).toBeNull()
})

const faults: [string, string, (tree: Tree) => Tree][] = [
  ['text', 'a boost that is left out', (tree) => ('boost' in tree ? { ...tree, boost: 1 } : tree)],
  ['text', 'the weight of a field that is left out', (tree) => ('weight' in tree ? { ...tree, weight: 1 } : tree)],
  [
    'text',
    'holders that are off by one',
    (tree) => (tree.kind === 'term' ? { ...tree, holders: (tree.holders as number) + 1 } : tree),
  ],
  [
    'text',
    'a phrase of fewer words',
    (tree) => (tree.kind === 'phrase' ? { ...tree, terms: (tree.terms as []).slice(1) } : tree),
  ],
  [
    'text',
    'a part that is left out',
    (tree) => (tree.kind === 'sum' ? { ...tree, parts: (tree.parts as []).slice(1) } : tree),
  ],
  [
    'vectors',
    'another product',
    (tree) => ('product' in tree ? { ...tree, product: (tree.product as number) + 1e-9 } : tree),
  ],
  [
    'hybrid',
    'a rank that is off by one',
    (tree) => (typeof tree.rank === 'number' ? { ...tree, rank: tree.rank + 1 } : tree),
  ],
  [
    'hybrid',
    'a leg that is left out',
    (tree) => (tree.kind === 'rrf' || tree.kind === 'linear' ? { ...tree, parts: (tree.parts as []).slice(1) } : tree),
  ],
  [
    'hybrid',
    'the score of another hit',
    (tree) => ('least' in tree ? { ...tree, explain: { kind: 'constant', value: 0, boost: 0.1, weight: 1 } } : tree),
  ],
]

test.each(faults)('%s: a fault is found: %s', async (kind, _fault, alter) => {
  expect(await mismatch(kind, alter)).not.toBeNull()
})
