/**
 * Nearest vectors: recall and time of the graph beside the scan of all, without a filter and with filters of any share,
 * drawn at random, around the query, or as far from it as can be. The graph is forced (`exact: false`), though for small
 * filters the index would not choose it; the last column is what it chooses. Over 100,000 vectors of 128 numbers from a
 * mixture of 1,000 Gaussians, and over fastText's vectors of words, where the reference data lies beside the project.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import roaring from 'roaring'
import { type VectorHits, VectorIndex, type VectorSearchOptions } from '../indexes/vector/vector-index.js'
import type { Similarity, VectorConfig } from '../src/core/change.js'
import { Heap } from '../src/pages/heap.js'
import { PageSpace } from '../src/pages/page-space.js'
import type { Scale } from './main.js'
import { makeRandom } from './social-graph.js'
import { type Figure, figuresOrFailure, type Goal, type Row } from './support/report.js'

const limit = 10
const recallMin = 0.95
const shares = [0.5, 0.1, 0.01, 0.001]
type Bitmap = NonNullable<VectorSearchOptions['filter']>

interface Collection {
  readonly title: string
  readonly vectors: readonly Float32Array[]
  readonly queries: readonly Float32Array[]
  readonly similarity: Similarity
}

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  const count = small ? 10_000 : 100_000
  yield* await figuresOrFailure('clusters', async () => measure(clustered(count)))
  const words = fileURLToPath(
    new URL('../../shared/data/vectors-words/pang_lee_polarity_fasttext.vec.gz', import.meta.url),
  )
  if (existsSync(words)) yield* await figuresOrFailure('words', async () => measure(ofWords(words)))
}

function measure(collection: Collection): Figure[] {
  const { index, rows, goals } = build(collection)
  const title = collection.title
  return [{ title: `${title}: building`, rows, goals }, searches(collection, index)]
}

// ---- building -------------------------------------------------------------------------------------------------------

function build({ vectors, similarity }: Collection) {
  const config: VectorConfig = { dimensions: vectors[0]!.length, similarity, m: 16, efConstruction: 100 }
  const heap = new Heap()
  const space = PageSpace.current(heap)
  const index = new VectorIndex(space, 0, config)
  const before = process.memoryUsage().rss
  const pages = timed(() => {
    vectors.forEach((vector, i) => {
      index.add(i + 1, vector)
    })
  })
  heap.release(heap.commit())
  const inPages = index.bytes
  const snapshot = new VectorIndex(space.snapshot(), 0, config, { graphs: index.graphs, version: heap.pin() })
  const graph = timed(() => snapshot.extendGraph(vectors.length))
  const memory = process.memoryUsage().rss - before
  const dump = timed(() => snapshot.dump()!)
  const load = timed(() => index.load(dump.result))
  const perSecond = (ms: number) => (vectors.length / ms) * 1000
  const rows: Row[] = [
    { who: 'into pages', role: 'skein', opsPerSecond: perSecond(pages.ms), value: `${mebibytes(inPages)} of pages` },
    {
      who: 'into the graph',
      role: 'skein',
      opsPerSecond: perSecond(graph.ms),
      value: `${(graph.ms / 1000).toFixed(1)} s`,
    },
    {
      who: 'memory of the process',
      role: 'skein',
      value: `${mebibytes(memory)}, ${mebibytes(index.bytes)} by its own count`,
    },
    { who: 'graph to bytes', role: 'skein', value: `${Math.round(dump.ms)} ms, ${mebibytes(dump.result.length)}` },
    { who: 'graph from bytes', role: 'skein', value: `${Math.round(load.ms)} ms` },
  ]
  return { index, rows, goals: [] as Goal[] }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}

function timed<T>(action: () => T): { result: T; ms: number } {
  const start = performance.now()
  const result = action()
  return { result, ms: performance.now() - start }
}

// ---- searching ------------------------------------------------------------------------------------------------------

type FilterOf = (query: number) => Bitmap | undefined

function searches(collection: Collection, index: VectorIndex): Figure {
  const rows: Row[] = []
  const goals: Goal[] = []
  for (const { name, filterOf } of filters(collection)) {
    const { graph, scan, chosen, recall } = compare(collection.queries, index, filterOf)
    rows.push(
      { who: `${name}: graph`, role: 'skein', ...percentiles(graph), value: `recall ${recall.toFixed(3)}` },
      { who: `${name}: scan`, role: 'skein', ...percentiles(scan) },
      { who: `${name}: chosen`, role: 'skein', ...percentiles(chosen.us), value: chosen.operators },
    )
    goals.push({ text: `recall@10, ${name}, at least ${recallMin}`, actual: recall, limit: recallMin, kind: 'atLeast' })
  }
  const notes = [
    'Nearest and farthest: the ids around the query, or those as far from it as can be. Each search of the graph comes',
    'after a scan, which leaves caches without it; what the index chooses, the graph or a scan, comes after that.',
  ]
  return { title: `${collection.title}: the nearest ten`, notes, rows, goals }
}

function compare(queries: readonly Float32Array[], index: VectorIndex, filterOf: FilterOf) {
  const graph: number[] = []
  const scan: number[] = []
  const us: number[] = []
  const operators = new Set<string>()
  let [found, there] = [0, 0]
  queries.forEach((query, i) => {
    const filter = filterOf(i)
    const search = (exact: boolean | undefined, times: number[]): VectorHits => {
      const options = { limit, ...(filter && { filter }), ...(exact !== undefined && { exact }) }
      const { result, ms } = timed(() => index.search(query, options))
      times.push(ms * 1000)
      return result
    }
    const expected = search(true, scan).ids
    const actual = new Set(search(false, graph).ids)
    operators.add(search(undefined, us).operator)
    found += expected.reduce((sum, id) => sum + Number(actual.has(id)), 0)
    there += expected.length
  })
  return { graph, scan, chosen: { us, operators: [...operators].join(', ') }, recall: found / there }
}

function percentiles(us: readonly number[]): { p50Us: number; p99Us: number } {
  const sorted = Float64Array.from(us).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return { p50Us: at(0.5), p99Us: at(0.99) }
}

function filters({ vectors, queries }: Collection): { name: string; filterOf: FilterOf }[] {
  const random = makeRandom(5)
  const drawn = vectors.map(random)
  // All ids from the nearest to the farthest, for each query.
  const orders = queries.map((query) => byDistance(query, vectors))
  const of = (share: number) => Math.max(limit, Math.round(vectors.length * share))
  return [
    { name: 'no filter', filterOf: () => undefined },
    ...shares.flatMap((share) => {
      const atRandom = new roaring.RoaringBitmap32(vectors.flatMap((_, i) => (drawn[i]! < share ? [i + 1] : [])))
      const near = (query: number) => new roaring.RoaringBitmap32(orders[query]!.subarray(0, of(share)))
      const far = (query: number) => new roaring.RoaringBitmap32(orders[query]!.subarray(-of(share)))
      return [
        { name: `${share * 100} % at random`, filterOf: () => atRandom },
        { name: `${share * 100} % nearest`, filterOf: near },
        { name: `${share * 100} % farthest`, filterOf: far },
      ]
    }),
  ]
}

function byDistance(query: Float32Array, vectors: readonly Float32Array[]): Uint32Array {
  const distances = Float64Array.from(vectors, (vector) => {
    let dot = 0
    let length = 0
    for (let i = 0; i < vector.length; i++) {
      dot += vector[i]! * query[i]!
      length += vector[i]! * vector[i]!
    }
    return -dot / Math.sqrt(length)
  })
  return Uint32Array.from(vectors, (_, i) => i + 1).sort((a, b) => distances[a - 1]! - distances[b - 1]!)
}

// ---- collections ----------------------------------------------------------------------------------------------------

function clustered(count: number): Collection {
  const dimensions = 128
  const random = makeRandom(1)
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Array.from({ length: 1000 }, () => Float32Array.from({ length: dimensions }, gaussian))
  const draw = () => centres[Math.floor(random() * centres.length)]!.map((x) => x + 0.5 * gaussian())
  return {
    title: `${count.toLocaleString('en-US')} vectors of ${dimensions} numbers in 1,000 clusters`,
    vectors: Array.from({ length: count }, draw),
    queries: Array.from({ length: 60 }, draw),
    similarity: 'cosine',
  }
}

/** Every 20th word is a query, and not in the index. */
function ofWords(path: string): Collection {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n').slice(1)
  const all = lines.map((line) => Float32Array.from(line.trim().split(' ').slice(1), Number))
  const isQuery = (_: unknown, i: number) => i % 20 === 0
  return {
    title: `${(all.length - all.filter(isQuery).length).toLocaleString('en-US')} words of fastText`,
    vectors: all.filter((vector, i) => !isQuery(vector, i)),
    queries: all.filter(isQuery),
    similarity: 'cosine',
  }
}
