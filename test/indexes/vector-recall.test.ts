/** How many of the true neighbours the graph finds among real vectors, with filters that lie anywhere. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import roaring from 'roaring'
import { expect, test } from 'vitest'
import { makeRandom } from '../../bench/social-graph.js'
import { type VectorConfig, VectorIndex, type VectorSearchOptions } from '../../indexes/vector/vector-index.js'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { describeWithShared } from '../support/shared.js'

const config: VectorConfig = { dimensions: 100, similarity: 'cosine', m: 16, efConstruction: 100 }
const limit = 10

describeWithShared("fastText's vectors of words", 'data/vectors-words', (path) => {
  const all = readWords(join(path, 'pang_lee_polarity_fasttext.vec.gz'))
  const queries = all.filter((_, i) => i % 20 === 0)
  const vectors = all.filter((_, i) => i % 20 !== 0)
  const index = grown(vectors)
  const orders = queries.map((query) => byCosine(query, vectors))

  test('without a filter', () => {
    expect(recall(() => undefined)).toBeGreaterThanOrEqual(0.95)
  })

  test.each([0.5, 0.1, 0.01])('with %d of them, at random, nearest and farthest', (share) => {
    const random = makeRandom(2)
    const drawn = vectors.flatMap((_, i) => (random() < share ? [i + 1] : []))
    const count = Math.round(vectors.length * share)
    expect(recall(() => drawn)).toBeGreaterThanOrEqual(0.95)
    expect(recall((query) => orders[query]!.slice(0, count))).toBeGreaterThanOrEqual(0.95)
    expect(recall((query) => orders[query]!.slice(-count))).toBeGreaterThanOrEqual(0.95)
  })

  /** Always through the graph. */
  function recall(idsOf: (query: number) => readonly number[] | undefined): number {
    let found = 0
    let there = 0
    queries.forEach((query, i) => {
      const ids = idsOf(i)
      const allowed = ids && new Set(ids)
      const expected = orders[i]!.filter((id) => allowed === undefined || allowed.has(id)).slice(0, limit)
      const options: VectorSearchOptions = { limit, exact: false }
      const hits = index.search(query, ids ? { ...options, filter: new roaring.RoaringBitmap32(ids) } : options)
      expect(hits.operator).toBe('hnsw')
      const actual = new Set(hits.ids)
      found += expected.filter((id) => actual.has(id)).length
      there += expected.length
    })
    return found / there
  }
})

function readWords(path: string): Float32Array[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n').slice(1)
  return lines.map((line) => Float32Array.from(line.trim().split(' ').slice(1), Number))
}

/** With ids from 1. */
function grown(vectors: readonly Float32Array[]): VectorIndex {
  const heap = new Heap()
  const space = PageSpace.current(heap)
  const index = new VectorIndex(space, 0, config)
  vectors.forEach((vector, i) => {
    index.add(i + 1, vector)
  })
  heap.release(heap.commit())
  new VectorIndex(space.snapshot(), 0, config, { graphs: index.graphs, version: heap.pin() }).extendGraph(
    vectors.length,
  )
  return index
}

/** All ids, nearest first. */
function byCosine(query: Float32Array, vectors: readonly Float32Array[]): number[] {
  const cosines = vectors.map((vector) => {
    const dot = vector.reduce((sum, x, i) => sum + x * query[i]!, 0)
    return dot / Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
  })
  return vectors.map((_, i) => i + 1).sort((a, b) => cosines[b - 1]! - cosines[a - 1]!)
}
