import fc from 'fast-check'
import roaring from 'roaring'
import { describe, expect, test, vi } from 'vitest'
import { makeRandom } from '../../bench/social-graph.js'
import { Graph } from '../../indexes/vector/graph.js'
import { Nearest } from '../../indexes/vector/nearest.js'
import { StoredVectors } from '../../indexes/vector/stored-vectors.js'
import { type VectorHits, VectorIndex, type VectorSearchOptions } from '../../indexes/vector/vector-index.js'
import type { Similarity, VectorConfig } from '../../src/core/change.js'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { againstModel, smallHeap } from '../pages/against-model.js'

const similarities: Similarity[] = ['cosine', 'euclidean', 'dot']
const configOf = (dimensions: number, similarity: Similarity = 'cosine'): VectorConfig => ({
  dimensions,
  similarity,
  m: 8,
  efConstruction: 40,
})

type Model = Map<number, readonly number[]>

/** As the definitions say, number by number. */
function plainScore(similarity: Similarity, a: readonly number[], b: readonly number[]): number {
  let dot = 0
  let distance = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    distance += (a[i]! - b[i]!) ** 2
  }
  if (similarity === 'euclidean') return 1 / (1 + distance)
  if (similarity === 'dot') return (1 + dot) / 2
  const length = (v: readonly number[]) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0))
  return (1 + Math.max(-1, Math.min(1, dot / (length(a) * length(b))))) / 2
}

/** Every vector compared, all sorted. */
function bruteForce(model: Model, similarity: Similarity, query: readonly number[], options: VectorSearchOptions) {
  const { limit, filter } = options
  return [...model]
    .filter(([id]) => filter === undefined || filter.has(id))
    .map(([id, vector]) => ({ id, score: plainScore(similarity, query, vector) }))
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, limit)
}

const hitsOf = ({ ids, scores }: VectorHits) => [...ids].map((id, i) => ({ id, score: scores[i]! }))

/** Dimensions and similarity, small whole numbers, so that sums are exact in any order and many scores are equal. */
function vectorOf(dimensions: number): fc.Arbitrary<readonly number[]> {
  const number = fc.integer({ min: -3, max: 3 })
  const few = fc.array(number, { minLength: 5, maxLength: 5 }).filter((vector) => vector.some((x) => x !== 0))
  return few.map((start) => Array.from({ length: dimensions }, (_, i) => start[(i * i + i) % 5]! + (i === 0 ? 4 : 0)))
}

interface Real {
  readonly index: VectorIndex
  /** Open snapshots. From those of versions that were safe when they were made the graph may grow. */
  readonly snapshots: { readonly index: VectorIndex; readonly isSafe: boolean }[]
}

function newestSafe({ snapshots }: Real): VectorIndex | undefined {
  return snapshots.findLast(({ isSafe }) => isSafe)?.index
}

type Step =
  | { readonly kind: 'put'; readonly id: number; readonly vector: readonly number[] }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'extend'; readonly count: number }
  | { readonly kind: 'reload' }

interface Setting {
  readonly dimensions: number
  readonly similarity: Similarity
  readonly runs: number
  readonly length?: number
}

function runAgainstModel({ dimensions, similarity, runs, length = 120 }: Setting): void {
  const config = configOf(dimensions, similarity)
  const id = fc.integer({ min: 1, max: 40 })
  const vector = vectorOf(dimensions)
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), id, vector }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), id }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('extend' as const), count: fc.integer({ min: 1, max: 20 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reload' as const) }) },
  )
  const queries = fc.sample(vector, { numRuns: 4, seed: 3 })
  const filters = [
    undefined,
    new roaring.RoaringBitmap32([3, 5, 8, 13, 21, 34, 1000]),
    new roaring.RoaringBitmap32(Array.from({ length: 90 }, (_, i) => i)),
  ]

  againstModel<Real, Model, Step>(
    {
      open: (space) => ({ index: new VectorIndex(space, 0, config), snapshots: [] }),
      openSnapshot(real, space, version) {
        const index = new VectorIndex(space, 0, config, { graphs: real.index.graphs, version })
        const isSafe = version <= space.heap.releasedVersion
        real.snapshots.push({ index, isSafe })
        if (isSafe) index.extendGraph(5)
        return { index, snapshots: [] }
      },
      afterUnpin: (real) => {
        real.snapshots.shift()
      },
      model: () => new Map(),
      copy: (model) => new Map(model),
      step,
      apply(real, model, step) {
        const { index } = real
        switch (step.kind) {
          case 'put':
            if (index.has(step.id)) index.remove(step.id)
            index.add(step.id, step.vector)
            model.set(step.id, step.vector)
            break
          case 'remove':
            if (index.has(step.id)) index.remove(step.id)
            model.delete(step.id)
            break
          case 'extend':
            newestSafe(real)?.extendGraph(step.count)
            break
          case 'reload':
            reload(real)
        }
      },
      compare({ index }, model) {
        expect(index.size).toBe(model.size)
        for (const id of [1, 7, 23, 40]) {
          expect(index.has(id)).toBe(model.has(id))
          const vector = model.get(id)
          const score = vector && plainScore(similarity, queries[0]!, vector)
          expect(index.similarity(id, index.check(queries[0]!))).toBe(score)
        }
        for (const query of queries)
          for (const filter of filters)
            for (const limit of [3, 100]) {
              const options = { limit, ...(filter === undefined ? {} : { filter }) }
              const expected = bruteForce(model, similarity, query, options)
              for (const exact of [true, false]) {
                const hits = index.search(query, { ...options, exact })
                expect(hitsOf(hits), hits.operator).toEqual(expected)
              }
            }
      },
    },
    { runs, length, heap: smallHeap },
  )
}

/** As a restart does, where the graph of the last safe version comes from a checkpoint. */
function reload(real: Real): void {
  const bytes = newestSafe(real)?.dump()
  if (bytes !== undefined && bytes !== null) expect(real.index.load(bytes)).toBe(true)
}

describe('a vector index', () => {
  test.each(similarities)(
    'finds by %s what a plain scan finds, in every version, through the graph too',
    (similarity) => {
      runAgainstModel({ dimensions: 5, similarity, runs: 60 })
    },
  )

  test.each([300, 1100])('finds vectors of %i numbers, which lie across pages', (dimensions) => {
    runAgainstModel({ dimensions, similarity: 'euclidean', runs: 5, length: 60 })
  })

  test('scores are those of Neo4j: half of 1 + cosine, 1 / (1 + distance²), half of 1 + product', () => {
    const scores = similarities.map((similarity) => {
      const index = newIndex(configOf(2, similarity))
      index.add(1, [3, 4])
      return index.similarity(1, index.check([4, 3]))
    })
    expect(scores).toEqual([(1 + 24 / 25) / 2, 1 / 3, 25 / 2])
  })

  test('equal scores come by ascending id', () => {
    const index = newIndex(configOf(2))
    for (const id of [9, 4, 6]) index.add(id, [id, 0])
    expect([...index.search([1, 0], { limit: 2 }).ids]).toEqual([4, 6])
  })

  test('a search without vectors, or for none, finds nothing', () => {
    const index = newIndex(configOf(2))
    expect(index.search([1, 0], { limit: 10 }).ids).toHaveLength(0)
    index.add(1, [1, 1])
    expect(index.search([1, 0], { limit: 0 }).ids).toHaveLength(0)
    expect(index.search([1, 0], { limit: 10, filter: new roaring.RoaringBitmap32() }).ids).toHaveLength(0)
  })

  test('a result says how it was found, and whether it may have missed something', () => {
    const { index } = grownIndex(3000)
    const query = gaussian(0, 16)
    expect(index.search(query, { limit: 5 })).toMatchObject({ operator: 'hnsw', approximate: true, candidates: 100 })
    const exact = index.search(query, { limit: 5, exact: true })
    expect(exact).toMatchObject({ operator: 'exact', approximate: false, candidates: 3000 })
    const few = new roaring.RoaringBitmap32([5, 6, 7])
    const hits = index.search(query, { limit: 5, filter: few })
    expect(hits).toMatchObject({ operator: 'exact', approximate: false, candidates: 3 })
  })

  test('a vector that is not in the graph yet is found beside those that are', () => {
    const { index } = grownIndex(3000)
    const query = gaussian(0, 16)
    index.add(5000, query)
    const hits = index.search(query, { limit: 5 })
    expect([hits.operator, hits.ids[0]]).toEqual(['hnsw', 5000])
    expect(index.graphLag).toBe(1)
  })

  test('when half of a graph is gone another takes its place', () => {
    const { index, heap, snapshot } = grownIndex(3000)
    for (let id = 1; id <= 1800; id++) index.remove(id)
    heap.release(heap.commit())
    expect(index.graphLag).toBe(1200)
    const before = index.bytes
    const newest = snapshot()
    while (newest.extendGraph(100) > 0);
    expect(index.graphLag).toBe(0)
    expect(index.bytes).toBeLessThan(before)
    const query = gaussian(0, 16)
    const hits = index.search(query, { limit: 10, exact: false })
    expect(hits.operator).toBe('hnsw')
    expect(hits.ids).toEqual(index.search(query, { limit: 10, exact: true }).ids)
  })

  test('an index that is dropped gives up its pages, and has them again when that is taken back', () => {
    const { index, heap, space, snapshot } = grownIndex(500)
    const query = gaussian(0, 16)
    const before = index.search(query, { limit: 10, exact: false })
    const earlier = snapshot()
    const start = heap.savepoint()
    const bytes = index.bytes
    index.clear()
    expect([index.size, index.bytes < bytes]).toEqual([0, true])
    expect(earlier.search(query, { limit: 10, exact: false })).toEqual(before)
    heap.rollback(start)
    space.epoch++
    expect(index.search(query, { limit: 10, exact: false })).toEqual(before)
  })

  test('a graph comes back from its bytes; that of another index is refused', () => {
    const { index, space, snapshot } = grownIndex(2000)
    const bytes = snapshot().dump()!
    const reopened = new VectorIndex(space, 0, configOf(16))
    const query = gaussian(0, 16)
    expect(reopened.load(bytes)).toBe(true)
    expect(reopened.graphLag).toBe(0)
    expect(reopened.search(query, { limit: 10, exact: false })).toEqual(
      index.search(query, { limit: 10, exact: false }),
    )
    expect(new VectorIndex(space, 0, configOf(16, 'dot')).load(bytes)).toBe(false)
    expect(newIndex(configOf(16)).load(bytes), 'newer than the pages').toBe(false)
    expect(reopened.load(new Uint8Array(3))).toBe(false)

    vi.stubEnv('TMPDIR', '/there/is/none')
    expect([snapshot().dump(), reopened.load(bytes)], 'without a directory for temporary files').toEqual([null, false])
    vi.unstubAllEnvs()
  })

  test.each([
    ['fewer numbers than dimensions', [1], 'the vector has 1 numbers, the index 2 dimensions; give 2 numbers'],
    ['NaN', [1, Number.NaN], "the vector's number at 1 is NaN"],
    ['what 32 bits cannot hold', [1e39, 0], "the vector's number at 0 is 1e+39"],
    ['a length that 32 bits cannot hold', [1e38, 1e38], 'scale the vectors down'],
    ['zeros, which have no cosine', [0, 0], 'too short for a cosine'],
  ])('%s are refused, in data and in queries, and nothing has changed', (_, vector, message) => {
    const index = newIndex(configOf(2))
    for (const act of [() => index.add(1, vector), () => index.search(vector, { limit: 1 })]) {
      expect(act).toThrow(message)
      expect(act).toThrow(expect.objectContaining({ code: 'VECTOR_INVALID' }))
    }
    expect([index.size, index.has(1), index.bytes]).toEqual([0, false, 0])
  })

  test('zeros have a distance and a product', () => {
    for (const similarity of ['euclidean', 'dot'] as const) {
      const index = newIndex(configOf(2, similarity))
      index.add(1, [0, 0])
      expect([...index.search([0, 1], { limit: 1 }).ids]).toEqual([1])
    }
  })
})

describe('a fault is found', () => {
  const run = () => runAgainstModel({ dimensions: 5, similarity: 'cosine', runs: 100, length: 80 })
  const { coverageAt } = Graph.prototype

  /** Each names a method and what it does instead. */
  const faults: Record<string, readonly [owner: object, method: string, wrong: (...parameters: never[]) => unknown]> = {
    'the graph serves readers older than what it took in': [
      Graph.prototype,
      'coverageAt',
      function (this: Graph) {
        return coverageAt.call(this, Number.POSITIVE_INFINITY)
      },
    ],
    'vectors newer than the graph are not looked at': [VectorIndex.prototype, 'takeNewer', () => undefined],
    'the graph is believed': [VectorIndex.prototype, 'takeProposed', believeGraph],
    'lengths are not kept': [StoredVectors.prototype, 'writeLength', () => undefined],
    'equal scores come as they may': [Nearest.prototype, 'sorted', unsorted],
  }

  test.each(Object.keys(faults))('%s', (name) => {
    const [owner, method, wrong] = faults[name]!
    const spy = vi.spyOn(owner as Record<string, () => unknown>, method).mockImplementation(wrong as () => unknown)
    try {
      expect(run).toThrow()
    } finally {
      spy.mockRestore()
    }
  })
})

/** Takes what the graph proposes without asking whether it is alive in this version, newer or let through. */
function believeGraph(
  this: { vectors: StoredVectors },
  run: { take(ordinal: number, id: number): void },
  proposals: Uint32Array,
): void {
  for (let i = 0; i < proposals.length; i += 2) {
    const id = this.vectors.idAt(proposals[i]!)
    if (id !== 0) run.take(proposals[i]!, id)
  }
}

function unsorted(this: { ids: Uint32Array; scores: Float64Array; count: number }) {
  return { ids: this.ids.slice(0, this.count), scores: this.scores.slice(0, this.count) }
}

function newIndex(config: VectorConfig): VectorIndex {
  return new VectorIndex(PageSpace.current(new Heap(smallHeap)), 0, config)
}

/** An index of so many drawn vectors of 16 numbers, with ids from 1, all of which the graph has taken in. */
function grownIndex(count: number) {
  const heap = new Heap()
  const space = PageSpace.current(heap)
  const config = configOf(16)
  const index = new VectorIndex(space, 0, config)
  for (let id = 1; id <= count; id++) index.add(id, gaussian(id, 16))
  heap.release(heap.commit())
  const snapshot = () => new VectorIndex(space.snapshot(), 0, config, { graphs: index.graphs, version: heap.pin() })
  snapshot().extendGraph(count)
  return { index, heap, space, snapshot }
}

/** A vector with a direction of its own for each seed. */
function gaussian(seed: number, dimensions: number): Float32Array {
  const random = makeRandom(seed)
  return Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5)
}
