/** search.hybrid: words and a vector fused, as the formulas of docs/search.md say. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Fusing, fuse, type Leg } from '../../../query/execute/runtime/fusion.js'
import { type Database, open } from '../../../src/index.js'
import { code } from '../../database/support.js'

let db: Database

beforeEach(async () => {
  db = await open()
  const docs = [
    { id: 1, title: 'graph databases', at: [1, 0] },
    { id: 2, title: 'a graph of graphs', at: [0, 1] },
    { id: 3, title: 'trees', at: [0.9, 0.1] },
    { id: 4, title: 'graph trees', at: [-1, 0] },
    { id: 5, title: 'the long story of one graph in many words', at: null },
    { id: 6, title: null, at: [0.8, 0.3] },
    { id: 7, title: null, at: [0.8, 0.3] },
  ]
  await db.query('UNWIND $docs AS d CREATE (n:Doc {id: d.id, title: d.title}) SET n.at = d.at', { docs })
  await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title]')
  await db.query('CREATE VECTOR INDEX near FOR (d:Doc) ON (d.at) OPTIONS {indexConfig: {dimensions: 2}}')
})

afterEach(() => db.close())

interface Share {
  kind: string
  index: string
  value: number
  weight: number
  rank: number | null
  score: number | null
  least?: number
  most?: number
  explain: { value: number } | null
}
interface Explained {
  kind: string
  value: number
  constant?: number
  window: number
  parts: Share[]
}
type Row = [id: number, score: number, explain: Explained]

const both = { text: { index: 'docs', query: 'graph' }, vector: { index: 'near', vector: [1, 0] } }

async function hybrid(search: object, from: Pick<Database, 'query'> = db): Promise<Row[]> {
  const text = 'CALL search.hybrid($search) YIELD node, score, explain RETURN node.id, score, explain'
  return (await from.query(text, { search })).rows as Row[]
}
const ids = (found: readonly Row[]) => found.map(([id]) => id)

/** Worked out of the explanation alone. */
function recomputed({ kind, constant, parts }: Explained): number {
  return parts.reduce((sum, { weight, rank, score, least, most }) => {
    if (rank === null) return sum
    if (kind === 'rrf') return sum + weight / (constant! + rank)
    return sum + weight * (most === least ? 1 : (score! - least!) / (most! - least!))
  }, 0)
}

describe('a hit', () => {
  test('by rrf has the places in both legs', async () => {
    const found = await hybrid(both)
    // Text: 2, 1 and 4 (equal), 5. Vector: 1, 3, 6 and 7 (equal), 2, 4.
    expect(ids(found)).toEqual([1, 2, 4, 3, 6, 5, 7])
    expect(found[0]![2].parts.map(({ kind, index, rank }) => [kind, index, rank])).toEqual([
      ['text', 'docs', 2],
      ['vector', 'near', 1],
    ])
    expect(found[0]![1]).toBe(1 / 62 + 1 / 61)
    expect(found.find(([id]) => id === 5)![2].parts[1]).toMatchObject({ rank: null, score: null, value: 0 })
  })

  test('of equal scores comes by id', async () => {
    const found = ids(await hybrid({ vector: both.vector }))
    expect(found.indexOf(7)).toBe(found.indexOf(6) + 1)
    expect(ids(await hybrid({ ...both, weights: { text: 0, vector: 0 } }))).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test.each(['rrf', 'linear'])('has the scores of the indexes, and its own from them: %s', async (fuse) => {
    const found = await hybrid({ ...both, fuse, weights: { text: 0.7, vector: 2 }, window: 5 })
    const byWords = new Map(
      (await db.query("CALL search.query('docs', 'graph') YIELD node, score RETURN node.id, score")).rows as [
        number,
        number,
      ][],
    )
    for (const [id, score, explain] of found) {
      expect(explain.value).toBe(score)
      expect(recomputed(explain)).toBe(score)
      const [text] = explain.parts
      expect(text!.score).toBe(byWords.get(id) ?? null)
      expect(explain.parts.map((part) => part.explain?.value ?? null)).toEqual(explain.parts.map((part) => part.score))
    }
    expect(new Set(found.map(([, , { window }]) => window))).toEqual(new Set([5]))
  })
})

describe('the answer', () => {
  test.each([{ fuse: 'rrf', constant: 1 }, { fuse: 'linear' }])(
    'is the same under any limit, and not under any window: $fuse',
    async (how) => {
      const all = await hybrid({ ...both, ...how, limit: 100 })
      expect(all.length).toBe(7)
      for (const limit of [0, 1, 2, 3, 6]) expect(await hybrid({ ...both, ...how, limit })).toEqual(all.slice(0, limit))
      const narrow = await hybrid({ ...both, ...how, window: 2, limit: 100 })
      expect(ids(narrow).toSorted()).toEqual([1, 2, 3])
    },
  )

  test('has ten hits unless another limit is given', async () => {
    await db.query("UNWIND range(10, 30) AS i CREATE (:Doc {id: i, title: 'graph'})")
    expect((await hybrid(both)).length).toBe(10)
  })

  test('may come of one leg, and leaves out what scores less than the leg says', async () => {
    expect(ids(await hybrid({ text: both.text }))).toEqual(
      (await db.query("CALL search.query('docs', 'graph') YIELD node RETURN node.id")).rows.flat(),
    )
    expect(ids(await hybrid({ vector: { ...both.vector, minScore: 0.98 } }))).toEqual([1, 3])
    const words = { ...both.text, query: { must: ['graph'], not: ['trees'] }, minScore: 0.01 }
    expect(ids(await hybrid({ text: words, vector: null }))).toEqual([2, 1, 5])
    expect(ids(await hybrid({ text: { ...both.text, query: 'graph ("', parser: 'simple' } }))).toHaveLength(4)
  })

  test('is that of the transaction, what it deleted left out', async () => {
    await db.transaction(
      async (tx) => {
        await tx.query('MATCH (d:Doc {id: 1}) DETACH DELETE d')
        await tx.query("MATCH (d:Doc {id: 3}) SET d.title = 'graph', d.at = [1.0, 0.0]")
        expect(ids(await hybrid(both, tx))[0]).toBe(3)
        expect(ids(await hybrid(both, tx))).not.toContain(1)
        expect(ids(await hybrid(both))[0]).toBe(1)
      },
      { access: 'write' },
    )
    expect(ids(await hybrid(both))[0]).toBe(3)
  })

  test('may be relationships', async () => {
    await db.query(
      "CREATE (:A)-[:SAID {id: 1, text: 'hello', at: [0.0, 1.0]}]->(:B)<-[:SAID {id: 2, text: 'bye', at: [1.0, 0.0]}]-(:A)",
    )
    await db.query('CREATE FULLTEXT INDEX said FOR ()-[r:SAID]-() ON EACH [r.text]')
    await db.query('CREATE VECTOR INDEX tone FOR ()-[r:SAID]-() ON (r.at) OPTIONS {indexConfig: {dimensions: 2}}')
    const search = { text: { index: 'said', query: 'hello' }, vector: { index: 'tone', vector: [0, 1] } }
    const { rows } = await db.query(
      'CALL search.hybrid($search) YIELD node, relationship, score RETURN node, relationship.id, score',
      { search },
    )
    expect(rows).toEqual([
      [null, 1, 2 / 61],
      [null, 2, 1 / 62],
    ])
    await expect(hybrid({ ...both, text: search.text })).rejects.toThrow(code('TYPE_MISMATCH') as Error)
  })
})

// ---- against the legs asked alone -----------------------------------------------------------------------------------

const word = fc.constantFrom('graph', 'log', 'tree', 'commit')
const coordinate = fc.constantFrom(-1, 0.5, 1, 2)
const document = fc.record({
  title: fc.option(fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '))),
  at: fc.option(fc.tuple(coordinate, coordinate)),
})
const asked = fc.record({
  query: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  vector: fc.tuple(coordinate, coordinate),
  window: fc.constantFrom<number>(1, 3, 200),
  weights: fc.record({ text: fc.constantFrom<number>(0, 1, 2), vector: fc.constantFrom<number>(1, 0.3) }),
  fusing: fc.constantFrom<Fusing>({ fuse: 'rrf', constant: 60 }, { fuse: 'rrf', constant: 0 }, { fuse: 'linear' }),
})
type Asked = typeof asked extends fc.Arbitrary<infer One> ? One : never

/** Hits of hybrid, and of the two procedures fused. Within one transaction, whose writes both see. */
async function bothWays({ query, vector, window, weights, fusing }: Asked, tx: Pick<Database, 'query'>) {
  const search = {
    text: { index: 'docs', query },
    vector: { index: 'near', vector },
    window,
    weights,
    ...fusing,
    limit: 5,
  }
  const leg = async (name: 'text' | 'vector', text: string): Promise<Leg> => {
    const { rows } = await tx.query(text, { query, vector, window })
    const [ids, scores] = [rows.map(([id]) => id as number), rows.map(([, score]) => score as number)]
    return { name, weight: weights[name], ids, scores }
  }
  const legs = [
    await leg('text', "CALL search.query('docs', $query, {limit: $window}) YIELD node, score RETURN id(node), score"),
    await leg(
      'vector',
      "CALL db.index.vector.queryNodes('near', $window, $vector) YIELD node, score RETURN id(node), score",
    ),
  ]
  const { rows } = await tx.query('CALL search.hybrid($search) YIELD node, score RETURN id(node), score', { search })
  return { rows, expected: fuse(legs, fusing, 5).map(({ id, score }) => [id, score]) }
}

/** A case in which hybrid is not what its legs say; `changed` is what it is asked in place of what the legs are asked. */
async function difference(change: (from: Asked) => Asked = (from) => from): Promise<unknown> {
  const stop = new Error('stop')
  const property = fc.asyncProperty(fc.array(document, { maxLength: 8 }), asked, async (documents, search) => {
    const run = async (tx: Pick<Database, 'query'>) => {
      await tx.query('MATCH (d:Doc) WHERE d.id > 3 DETACH DELETE d')
      await tx.query('UNWIND $documents AS each CREATE (d:Doc) SET d = each', { documents })
      const { expected } = await bothWays(search, tx)
      const { rows } = await bothWays(change(search), tx)
      expect(rows).toEqual(expected)
      throw stop
    }
    await db.transaction(run, { access: 'write' }).catch((error: unknown) => {
      if (error !== stop) throw error
    })
  })
  const { counterexample, errorInstance } = await fc.check(property, { numRuns: 60 })
  if (errorInstance instanceof Error && errorInstance.name !== 'AssertionError') throw errorInstance
  return counterexample
}

test('hybrid is its legs fused, those that its transaction has just written among them', async () => {
  expect(await difference()).toBeNull()
})

test.each<[string, (from: Asked) => Asked]>([
  ['another window', (from) => ({ ...from, window: from.window + 1 })],
  [
    'weights that are exchanged',
    (from) => ({ ...from, weights: { text: from.weights.vector, vector: from.weights.text } }),
  ],
])('the comparison finds a fault: %s', async (_fault, change) => {
  expect(await difference(change)).not.toBeNull()
})

test.each<[string, object, string]>([
  ['no leg', {}, 'OPTION_INVALID'],
  ['a leg without a query', { text: { index: 'docs' } }, 'OPTION_INVALID'],
  ['a leg without an index', { vector: { vector: [1, 0] } }, 'OPTION_INVALID'],
  ['an option that there is not', { ...both, filter: [] }, 'OPTION_INVALID'],
  ['a rule that there is not', { ...both, fuse: 'best' }, 'OPTION_INVALID'],
  ['a constant for linear', { ...both, fuse: 'linear', constant: 60 }, 'OPTION_INVALID'],
  ['a weight below 0', { ...both, weights: { text: -1 } }, 'OPTION_INVALID'],
  ['a weight of no leg', { ...both, weights: { words: 1 } }, 'OPTION_INVALID'],
  ['a window that is no number', { ...both, window: 'wide' }, 'OPTION_INVALID'],
  ['a vector that is none', { vector: { index: 'near', vector: 'north' } }, 'TYPE_MISMATCH'],
  ['a vector of another length', { vector: { index: 'near', vector: [1, 2, 3] } }, 'VECTOR_INVALID'],
  ['an index of another kind', { text: { index: 'near', query: 'graph' } }, 'INDEX_MISSING'],
  ['words that cannot be read', { text: { index: 'docs', query: '(' } }, 'SEARCH_QUERY_INVALID'],
])('%s is refused', async (_case, search, name) => {
  await expect(hybrid(search)).rejects.toThrow(code(name) as Error)
})
