/**
 * No vector index is ever behind its data: after each random write, within its transaction and outside of it, for readers
 * of earlier versions, and after rollbacks, checkpoints and crashes, what it finds, by looking at every vector and through
 * the graph, is what a scan of the data finds.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Graph } from '../../indexes/vector/graph.js'
import { VectorIndex } from '../../indexes/vector/vector-index.js'
import { GraphGrowth } from '../../src/database/graph-growth.js'
import { type Database, open } from '../../src/index.js'
import { Stores } from '../../src/stores/stores.js'
import { verify } from '../../src/transaction/verify.js'
import { type MemoryEnvironment, memoryEnvironment } from '../support/memory-environment.js'

const runs = Number(process.env.SKEIN_RUNS ?? 40)

const index = `CREATE VECTOR INDEX emb FOR (n:A|B) ON (n.meta.e)
  OPTIONS {indexConfig: {dimensions: 3, similarity: 'euclidean', m: 4, efConstruction: 20}}`
const questions = [
  [0, 0, 0],
  [3, -1, 2],
]
const k = 4

type Queryable = Pick<Database, 'query'>
type Hit = readonly [id: number, score: number]

/** Whether a value is one that the index holds. */
function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === 3 && value.every((each) => typeof each === 'number')
}

/** Small whole numbers, so that distances are exact and many are equal. */
function scoreOf(vector: readonly number[], asked: readonly number[]): number {
  return 1 / (1 + vector.reduce((sum, x, i) => sum + (x - asked[i]!) ** 2, 0))
}

async function check(db: Queryable): Promise<void> {
  const { rows } = await db.query('MATCH (n:A|B) RETURN id(n), n.meta.e, n.many ORDER BY id(n)')
  const vectors = (rows as [number, unknown, unknown][]).filter(([, value]) => isVector(value)) as [
    number,
    number[],
    unknown,
  ][]
  for (const asked of questions) {
    const nearest = (among: typeof vectors) =>
      among
        .map(([id, vector]): Hit => [id, scoreOf(vector, asked)])
        .sort((a, b) => b[1] - a[1] || a[0] - b[0])
        .slice(0, k)
    const expected = nearest(vectors)
    for (const options of [{ exact: true }, { exact: false, ef: 1_000 }, {}]) {
      const text =
        "CALL db.index.vector.queryNodes('emb', $k, $asked, $options) YIELD node, score RETURN id(node), score"
      expect([options, (await db.query(text, { k, asked, options })).rows]).toEqual([options, expected])
    }
    const search = `MATCH (n) SEARCH n IN (VECTOR INDEX emb FOR $asked LIMIT ${k}) SCORE AS s RETURN id(n), s ORDER BY s DESC, id(n)`
    expect((await db.query(search, { asked })).rows).toEqual(expected)
    const chosen = nearest(vectors.filter(([, , many]) => many === 1))
    expect((await db.query(search.replace('LIMIT', 'WHERE n.many = 1 LIMIT'), { asked })).rows).toEqual(chosen)
  }
  expect((await db.query('SHOW INDEXES YIELD documents')).rows).toEqual([[vectors.length]])
}

const vector = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 })
const value = fc.oneof(
  { weight: 6, arbitrary: vector },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([1, 2], 'near', [1, 2, 'x'], 7) },
)
const id = fc.nat({ max: 6 })
const label = fc.constantFrom('A', 'B', 'C')

/** A statement about one of a few nodes, or about many, with its parameters. */
const write = fc.oneof(
  fc.record({
    text: label.map((name) => `MERGE (n:${name} {id: $id}) SET n.meta = {e: $value}`),
    with: fc.record({ id, value }),
  }),
  fc.record({ text: fc.constant('MATCH (n {id: $id}) SET n.meta.e = $value'), with: fc.record({ id, value }) }),
  fc.record({
    text: fc.constant('MATCH (n:A|B {id: $id}) WHERE size(n.meta.e) = 3 SET n.meta.e[1] = $x'),
    with: fc.record({ id, x: fc.integer({ min: -3, max: 3 }) }),
  }),
  fc.record({
    text: fc.constant('UNWIND range(1, 20) AS i CREATE (:A {many: i % 3, meta: {e: [i % 5, $x, -i % 7]}})'),
    with: fc.record({ x: fc.integer({ min: -3, max: 3 }) }),
  }),
  fc.record({
    text: fc.constantFrom(
      'MATCH (n {id: $id}) REMOVE n.meta.e',
      'MATCH (n {id: $id}) REMOVE n.meta',
      'MATCH (n {id: $id}) DELETE n',
      'MATCH (n {many: $id}) DELETE n',
    ),
    with: fc.record({ id }),
  }),
  fc.record({ text: label.map((name) => `MATCH (n {id: $id}) SET n:${name}`), with: fc.record({ id }) }),
  fc.record({ text: label.map((name) => `MATCH (n {id: $id}) REMOVE n:${name}`), with: fc.record({ id }) }),
  /** It fails when it has written, and is taken back alone. */
  fc.record({
    text: fc.constant('UNWIND [1, 0] AS x CREATE (:A {meta: {e: $vector}}) WITH x, 1 / x AS y RETURN y'),
    with: fc.record({ vector }),
  }),
)

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'rollback' as const),
      writes: fc.array(write, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('grow' as const, 'checkpoint' as const, 'read' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), seed: fc.nat({ max: 1000 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

const rolledBack = new Error('rolled back')

async function transaction(db: Database, { kind, writes }: Extract<Step, { writes: unknown }>): Promise<void> {
  const ended = db.transaction(
    async (tx) => {
      for (const { text, with: parameters } of writes) {
        await tx.query(text, parameters).catch((error: { code?: string }) => {
          expect(['ARITHMETIC', 'TYPE_MISMATCH', 'JSON_PLACE_MISSING']).toContain(error.code)
        })
        await check(tx)
      }
      if (kind === 'rollback') throw rolledBack
    },
    { access: 'write' },
  )
  if (kind === 'rollback') await expect(ended).rejects.toBe(rolledBack)
  else await ended
}

interface Insides {
  readonly runner: { readonly graphs: GraphGrowth; readonly readable: Stores }
}
const insidesOf = (db: Database) => (db as unknown as Insides).runner

/** Between these steps graphs lag, as they do where nobody has time for them. */
async function grow(db: Database): Promise<void> {
  const { graphs } = insidesOf(db)
  GraphGrowth.lagMin = 1
  graphs.consider()
  await graphs.settled()
  GraphGrowth.lagMin = Number.POSITIVE_INFINITY
}

async function play(steps: readonly Step[]): Promise<void> {
  let environment: MemoryEnvironment = memoryEnvironment()
  let db = await open('data', { environment })
  let readers: ReturnType<Database['begin']>[] = []
  await db.query(index)
  try {
    for (const each of steps) {
      if (each.kind === 'checkpoint') await db.checkpoint()
      else if (each.kind === 'grow') await grow(db)
      else if (each.kind === 'read') readers.push(db.begin())
      else if (each.kind === 'crash') {
        readers = []
        environment = memoryEnvironment(environment.files.crash(each.seed))
        db = await open('data', { environment })
      } else if ('writes' in each) await transaction(db, each)
      await check(db)
      for (const reader of readers) await check(reader)
    }
    expect(verify(insidesOf(db).readable)).toEqual([])
  } finally {
    for (const reader of readers) reader.rollback()
    await db.close()
  }
}

const commit = (text: string, parameters: object): Step =>
  ({ kind: 'commit', writes: [{ text, with: parameters }] }) as Step
const many = commit('UNWIND range(1, 20) AS i CREATE (:A {many: i % 3, meta: {e: [i % 5, $x, -i % 7]}})', { x: 1 })
const one = commit('MERGE (n:A {id: $id}) SET n.meta = {e: $value}', { id: 1, value: [0, 0, 0] })
const gone = commit('MATCH (n {id: $id}) DELETE n', { id: 1 })

/** Ways that chance rarely takes. */
const examples: [Step[]][] = [
  [[many, { kind: 'grow' }, { kind: 'checkpoint' }, one, { kind: 'crash', seed: 0 }]],
  [[many, { kind: 'grow' }, one, { kind: 'read' }, gone, many, { kind: 'grow' }]],
]

const campaign = (numRuns: number, seed?: number) =>
  fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 10 }), play), {
    numRuns,
    examples,
    ...(seed === undefined ? {} : { seed, endOnFailure: true }),
  })

const { lagMin } = GraphGrowth
const { find } = Graph.prototype
let askedOfGraphs = 0

beforeAll(() => {
  GraphGrowth.lagMin = Number.POSITIVE_INFINITY
  Graph.prototype.find = function (this: Graph, ...args) {
    askedOfGraphs++
    return find.apply(this, args)
  }
})

afterAll(() => {
  GraphGrowth.lagMin = lagMin
  Graph.prototype.find = find
})

test(`whatever is written, the index answers as a scan does (${runs} runs)`, async () => {
  await campaign(runs)
  expect(askedOfGraphs).toBeGreaterThan(runs)
}, 300_000)

/** Faults put in on purpose: the comparison must find each. */
const faults: Record<string, () => () => void> = {
  'a delete is missed': () => {
    const { remove } = VectorIndex.prototype
    let count = 0
    VectorIndex.prototype.remove = function (this: VectorIndex, id) {
      if (++count % 4 !== 0) remove.call(this, id)
    }
    return () => {
      VectorIndex.prototype.remove = remove
    }
  },
  'an entry of a write that was rolled back stays': () => {
    const { add } = VectorIndex.prototype
    const { rollback } = Stores.prototype
    let last: (() => void) | undefined
    VectorIndex.prototype.add = function (this: VectorIndex, id, numbers) {
      last = () => add.call(this, id, numbers)
      add.call(this, id, numbers)
    }
    Stores.prototype.rollback = function (this: Stores, mark) {
      rollback.call(this, mark)
      last?.()
    }
    return () => {
      VectorIndex.prototype.add = add
      Stores.prototype.rollback = rollback
    }
  },
  'a graph that was read from a checkpoint counts for what was written since': () => {
    const { load } = Graph
    Graph.load = (config, bytes, lastStamp) => {
      const graph = load.call(Graph, config, bytes, lastStamp)
      if (graph !== undefined) graph.coverageAt = () => Number.MAX_SAFE_INTEGER
      return graph
    }
    return () => {
      Graph.load = load
    }
  },
  'a reader of an earlier version is given the graph of a later one': () => {
    const { coverageAt } = Graph.prototype
    Graph.prototype.coverageAt = function (this: Graph) {
      return coverageAt.call(this, Number.POSITIVE_INFINITY)
    }
    return () => {
      Graph.prototype.coverageAt = coverageAt
    }
  },
}

test.each(Object.keys(faults))(
  'the comparison finds a fault: %s',
  async (name) => {
    const mend = faults[name]!()
    try {
      await expect(campaign(60, 1)).rejects.toThrow()
    } finally {
      mend()
    }
  },
  120_000,
)
