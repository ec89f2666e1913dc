/**
 * A vector index: which entity has which vector, and the search for those nearest to another.
 *
 *   vectors   in pages, the truth (`stored-vectors.ts`)
 *   graph     native, a guide that may lag or be missing (`graph.ts`)
 *
 * A search gets candidates in one of two ways, whichever should cost less, and computes their scores from the pages:
 *
 *   exact     all vectors, or all that the filter lets through
 *   hnsw      what the graph proposes, as far as it is alive in this version and the filter lets it through, and all
 *             vectors newer than the graph. When too few are left, the graph is asked for more, up to everything it has
 *
 * Vectors change with the transaction, as everything in pages. The graph is extended afterwards, by whoever has time for
 * it (`extendGraph`), from versions that are safe: a vector that was taken back has never been in it.
 */
import { strict as assert } from 'node:assert'
import type { VectorConfig } from '../../src/core/change.js'
import type { Heap } from '../../src/pages/heap.js'
import type { PageSpace } from '../../src/pages/page-space.js'
import type { Bitmap } from '../key-set.js'
import { BitmapScan } from '../key-set.js'
import { Graph, isNormalized } from './graph.js'
import { Nearest } from './nearest.js'
import type { Numbers, QueryVector } from './query-vector.js'
import type { VectorExplanation } from './scores.js'
import { StoredVectors, storedVectorTables } from './stored-vectors.js'

export type { Similarity, VectorConfig } from '../../src/core/change.js'
export type { VectorExplanation } from './scores.js'

/** Tables of the space that an index takes, from its slot on. */
export const vectorTables = storedVectorTables

export interface VectorSearchOptions {
  readonly limit: number
  /** How many candidates the graph is asked for at least: more find more of the true neighbours. 100 unless given. */
  readonly ef?: number
  /** Ids that may be hits. */
  readonly filter?: Bitmap
  /** true: no graph, so the result is complete. false: the graph, where there is one. Otherwise what costs less. */
  readonly exact?: boolean
}

export interface VectorHits {
  /** Best first; equal scores by ascending id. */
  readonly ids: Uint32Array
  readonly scores: Float64Array
  /** Whether a vector nearer than these may have been missed. */
  readonly approximate: boolean
  readonly operator: 'exact' | 'hnsw'
  /** Vectors whose scores were computed. */
  readonly candidates: number
}

const efUsual = 100
/** So many times as many proposals are asked for as should do: those that come last miss most of their neighbours. */
const oversampling = 3
/** Proposals of which fewer than so many times the limit are left are not enough, for the same reason. */
const leftMin = 1.5
/** When nothing of what the graph proposed is left, it is asked for so many times as much. */
const growthMax = 8
const batchSize = 256
/** The graphs of one index, which its newest version and all snapshots share. */
export class VectorGraphs {
  current: Graph
  /** Takes the place of the current one when it has caught up. */
  next: Graph | undefined

  constructor(config: VectorConfig) {
    this.current = new Graph(config)
  }
}

export class VectorIndex {
  private readonly vectors: StoredVectors
  private readonly heap: Heap
  readonly graphs: VectorGraphs
  private readonly version: number

  /**
   * Takes `vectorTables` tables of the space, from `slot` on. All versions of an index are given the same graphs; one that
   * is pinned says which it is.
   */
  constructor(
    space: PageSpace,
    slot: number,
    private readonly config: VectorConfig,
    { graphs, version = Number.POSITIVE_INFINITY }: { graphs?: VectorGraphs; version?: number | undefined } = {},
  ) {
    this.heap = space.heap
    this.vectors = new StoredVectors(space, slot, config)
    this.graphs = graphs ?? new VectorGraphs(config)
    this.version = version
  }

  get size(): number {
    return this.vectors.size
  }

  /** Pages, and the graph's memory as it is estimated. */
  get bytes(): number {
    return this.vectors.bytes + this.graphs.current.bytes + (this.graphs.next?.bytes ?? 0)
  }

  /** Gives up all pages. Unless that is taken back, the index is not to be used again: stamps would start anew. */
  clear(): void {
    this.vectors.clear()
  }

  has(id: number): boolean {
    return this.vectors.ordinalOf(id) >= 0
  }

  /** The numbers of an id's vector as 32-bit floats, undefined where it has none. */
  vectorOf(id: number): Float32Array | undefined {
    const ordinal = this.vectors.ordinalOf(id)
    if (ordinal < 0) return undefined
    const vector = new Float32Array(this.config.dimensions)
    this.vectors.read(ordinal, vector)
    return vector
  }

  /** Whether the index can hold the vector, and compare it with others. */
  fits(vector: Numbers): boolean {
    return this.vectors.fits(vector)
  }

  /** Reads a vector to compare others with. Throws VECTOR_INVALID for one that does not fit. */
  check(vector: Numbers): QueryVector {
    return this.vectors.check(vector)
  }

  /** Adds a vector to an id that has none. Throws VECTOR_INVALID, before anything is changed. */
  add(id: number, vector: Numbers): void {
    assert(id > 0 && !this.has(id), `a vector can be added to ${id}`)
    this.vectors.add(id, vector)
  }

  /** Removes the vector of an id that has one. */
  remove(id: number): void {
    assert(this.has(id), `${id} has a vector`)
    this.vectors.remove(id)
  }

  /** The ids that have vectors, in no order. */
  ids(): Uint32Array {
    const { vectors } = this
    const ids = new Uint32Array(this.size)
    let count = 0
    for (let ordinal = 0, end = vectors.ordinalsEnd; ordinal < end; ordinal++) {
      const id = vectors.idAt(ordinal)
      if (id !== 0) ids[count++] = id
    }
    return ids
  }

  /** The score of an id's vector, undefined where it has none. */
  similarity(id: number, query: QueryVector): number | undefined {
    return this.explain(id, query)?.value
  }

  /** As `similarity`, with what the score comes from. */
  explain(id: number, query: QueryVector): VectorExplanation | undefined {
    const ordinal = this.vectors.ordinalOf(id)
    return ordinal < 0 ? undefined : this.vectors.explain(query, ordinal)
  }

  /** The `limit` nearest to a vector. Throws VECTOR_INVALID. */
  search(vector: Numbers, options: VectorSearchOptions): VectorHits {
    const query = this.vectors.check(vector)
    const hasGraph = this.coverage > 0 && this.graphs.current.count > 0
    const usesGraph = options.exact !== true && hasGraph && this.size > 0 && options.limit > 0
    const hits = usesGraph ? this.searchGraph(query, options) : undefined
    return hits ?? this.searchAll(query, options)
  }

  // ---- every vector -------------------------------------------------------------------------------------------------

  private searchAll(query: QueryVector, { limit, filter }: VectorSearchOptions): VectorHits {
    const run = new Candidates(this.vectors, query, Math.min(limit, this.size))
    if (filter !== undefined && filter.size < this.size) this.takeFiltered(run, filter)
    else this.takeAll(run, filter)
    return run.finish('exact')
  }

  private takeFiltered(run: Candidates, filter: Bitmap): void {
    const scan = new BitmapScan(filter)
    const ids = new Uint32Array(batchSize)
    for (let count = scan.next(ids); count > 0; count = scan.next(ids))
      for (let i = 0; i < count; i++) {
        const ordinal = this.vectors.ordinalOf(ids[i]!)
        if (ordinal >= 0) run.take(ordinal, ids[i]!)
      }
  }

  private takeAll(run: Candidates, filter: Bitmap | undefined): void {
    const { vectors } = this
    for (let ordinal = 0, end = vectors.ordinalsEnd; ordinal < end; ordinal++) {
      const id = vectors.idAt(ordinal)
      if (id !== 0 && (filter === undefined || filter.has(id))) run.take(ordinal, id)
    }
  }

  // ---- by the graph -------------------------------------------------------------------------------------------------

  /** The stamp up to which the graph serves this version. */
  private get coverage(): number {
    return this.graphs.current.coverageAt(this.version)
  }

  /** Undefined when looking at every vector is cheaper, unless `exact` forbids that. */
  private searchGraph(query: QueryVector, options: VectorSearchOptions): VectorHits | undefined {
    const { current: graph } = this.graphs
    const { limit, filter, ef = efUsual, exact } = options
    const { size } = this
    const wanted = Math.min(limit, size)
    const allowed = filter === undefined ? size : Math.min(filter.size, size)
    const isTooDear = (asked: number) => exact !== false && this.graphNs(asked) > allowed * this.vectorNs
    const share = (size / graph.count) * (allowed / size)
    let asked = Math.min(graph.count, Math.max(ef, wanted, Math.ceil((wanted * oversampling) / share)))
    const direction = this.directionOf(query)
    for (;;) {
      if (isTooDear(asked)) return undefined
      const run = new Candidates(this.vectors, query, wanted)
      this.takeProposed(run, graph.find(direction, asked), filter)
      if (run.count >= wanted * leftMin || asked === graph.count) {
        this.takeNewer(run, filter)
        return run.finish('hnsw')
      }
      const growth = Math.min(growthMax, Math.max(2, (oversampling * wanted) / Math.max(1, run.count)))
      asked = Math.min(graph.count, Math.ceil(asked * growth))
    }
  }

  private takeProposed(run: Candidates, proposals: Uint32Array, filter: Bitmap | undefined): void {
    const { vectors, coverage } = this
    for (let i = 0; i < proposals.length; i += 2) {
      const ordinal = proposals[i]!
      const id = vectors.idAt(ordinal)
      if (id === 0) continue
      const stamp = vectors.stampAt(ordinal)
      // What is newer than the coverage comes by `takeNewer`.
      if (stamp % 2 ** 32 !== proposals[i + 1]! || stamp > coverage) continue
      if (filter === undefined || filter.has(id)) run.take(ordinal, id)
    }
  }

  private takeNewer(run: Candidates, filter: Bitmap | undefined): void {
    const { vectors, coverage } = this
    for (
      let ordinal = vectors.newest;
      ordinal >= 0 && vectors.stampAt(ordinal) > coverage;
      ordinal = vectors.olderThan(ordinal)
    ) {
      const id = vectors.idAt(ordinal)
      if (filter === undefined || filter.has(id)) run.take(ordinal, id)
    }
  }

  /** The query as the graph knows vectors. */
  private directionOf({ numbers, length }: QueryVector): Float32Array {
    const divisor = isNormalized(this.config) ? length : 1
    return Float32Array.from({ length: this.config.dimensions }, (_, i) => numbers[i]! / divisor)
  }

  // Measured on one core (`npm run bench -- vectors`), 128 dimensions: 150 ns to score a vector, 1.5 µs for each proposal.

  private get vectorNs(): number {
    return 30 + this.config.dimensions
  }

  private graphNs(asked: number): number {
    const { m, dimensions } = this.config
    const newer = Math.min(this.size, this.vectors.lastStamp - this.coverage)
    return asked * (m * (60 + dimensions / 4) + this.vectorNs) + newer * this.vectorNs
  }

  // ---- the graph's growth ---------------------------------------------------------------------------------------------

  /**
   * How many vectors `extendGraph` would take in, at most. Those that are not in the graph are looked at by every search,
   * so it is time for it when they are some thousands.
   */
  get graphLag(): number {
    const { current, next } = this.graphs
    const lag = this.lagOf(next ?? current)
    const isToBeReplaced = next === undefined && lag === 0 && current.count > 2 * this.size
    return isToBeReplaced ? Math.max(1, this.size) : lag
  }

  /**
   * Takes up to `countMax` vectors of this version into the graph: each takes 0.1 to 1 ms, more with more dimensions,
   * `m` and `efConstruction`. Gives how many are left. To be called on a snapshot of a version that is safe, again and
   * again; readers of this and of later versions gain.
   */
  extendGraph(countMax: number): number {
    assert(this.version <= this.heap.releasedVersion, 'what the graph takes in cannot be taken back')
    const { graphs } = this
    if (this.graphLag === 0) return 0
    if (graphs.next === undefined && this.lagOf(graphs.current) === 0) graphs.next = new Graph(this.config)
    const graph = graphs.next ?? graphs.current
    this.extend(graph, countMax)
    if (graph === graphs.next && this.lagOf(graph) === 0) {
      graphs.current = graph
      graphs.next = undefined
    }
    return this.graphLag
  }

  /** How many vectors a graph lacks, at most. */
  private lagOf(graph: Graph): number {
    return Math.min(this.size, this.vectors.lastStamp - graph.coverageAt(Number.POSITIVE_INFINITY))
  }

  private extend(graph: Graph, countMax: number): void {
    const { vectors } = this
    const vector = new Float32Array(this.config.dimensions)
    let ordinal = this.firstAfter(graph)
    for (let count = 0; ordinal >= 0 && count < countMax; count++, ordinal = vectors.newerThan(ordinal)) {
      vectors.read(ordinal, vector, isNormalized(this.config) ? vectors.lengthAt(ordinal) : 1)
      graph.add(ordinal, vectors.stampAt(ordinal), vector)
    }
    graph.cover(this.version, ordinal < 0 ? vectors.lastStamp : graph.last.stamp, this.heap)
  }

  /** The ordinal of the oldest vector that a graph has not taken in, -1 for none. */
  private firstAfter({ last }: Graph): number {
    const { vectors } = this
    if (last.ordinal >= 0 && vectors.idAt(last.ordinal) !== 0 && vectors.stampAt(last.ordinal) === last.stamp)
      return vectors.newerThan(last.ordinal)
    let first = -1
    for (
      let ordinal = vectors.newest;
      ordinal >= 0 && vectors.stampAt(ordinal) > last.stamp;
      ordinal = vectors.olderThan(ordinal)
    )
      first = ordinal
    return first
  }

  // ---- restarts ---------------------------------------------------------------------------------------------------------

  /** The graph's bytes for a checkpoint of this version; null where there is none worth keeping. */
  dump(): Uint8Array | null {
    return this.graphs.current.dump(this.version)
  }

  /** Takes what `dump` gave. Gives false, and goes on without a graph, when it is not one of this index. */
  load(bytes: Uint8Array): boolean {
    const graph = Graph.load(this.config, bytes, this.vectors.lastStamp)
    if (graph === undefined) return false
    this.graphs.current = graph
    this.graphs.next = undefined
    return true
  }
}

/** Scores vectors in batches and keeps the best. */
class Candidates {
  private readonly nearest: Nearest
  private readonly ordinals = new Int32Array(batchSize)
  private readonly ids = new Uint32Array(batchSize)
  private readonly scores = new Float64Array(batchSize)
  private waiting = 0
  count = 0

  constructor(
    private readonly vectors: StoredVectors,
    private readonly query: QueryVector,
    limit: number,
  ) {
    this.nearest = new Nearest(limit)
  }

  take(ordinal: number, id: number): void {
    if (this.waiting === batchSize) this.scoreWaiting()
    this.ordinals[this.waiting] = ordinal
    this.ids[this.waiting++] = id
    this.count++
  }

  finish(operator: VectorHits['operator']): VectorHits {
    this.scoreWaiting()
    return { ...this.nearest.sorted(), approximate: operator === 'hnsw', operator, candidates: this.count }
  }

  private scoreWaiting(): void {
    this.vectors.score(this.query, this.ordinals, this.waiting, this.scores)
    for (let i = 0; i < this.waiting; i++) this.nearest.offer(this.ids[i]!, this.scores[i]!)
    this.waiting = 0
  }
}
