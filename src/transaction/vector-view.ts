/**
 * A vector index as it is for one transaction at one moment: whoever holds it reads no later writes.
 *
 * What is nearest to a vector is found once: a pattern may ask about many entities, and the graph, which others extend
 * meanwhile, may lead to other neighbors the second time.
 */
import { bitmapOf, IdListScan } from '../../indexes/key-set.js'
import type { Numbers } from '../../indexes/vector/query-vector.js'
import type {
  VectorExplanation,
  VectorHits,
  VectorIndex,
  VectorSearchOptions,
} from '../../indexes/vector/vector-index.js'
import type { VectorIndexDefinition } from '../core/change.js'
import type { OpenVectorIndex, Stores } from '../stores/stores.js'
import type { IndexRecord } from './search-records.js'
import type { Answers, BestHits, IdScan, NearestOptions, VectorIndexView } from './transaction.js'

/** Searches whose hits are kept. */
const knownMax = 1_024

export class VectorView implements VectorIndexView {
  readonly kind = 'vector'
  readonly definition: VectorIndexDefinition
  index: VectorIndex
  /** By what was asked. */
  private readonly known = new Map<string, ReadonlySet<number>>()

  constructor(
    open: OpenVectorIndex,
    private readonly record: IndexRecord,
  ) {
    this.definition = open.definition
    this.index = open.index
  }

  /** Goes on with the same state in another version's pages. */
  attach(stores: Stores): void {
    this.index = stores.findVectorIndex(this.definition.name)!.index
  }

  get size(): number {
    return this.index.size
  }

  has(id: number): boolean {
    return this.index.has(id)
  }

  fits(vector: readonly number[]): boolean {
    return this.index.fits(vector)
  }

  search(vector: Numbers, options: VectorSearchOptions): VectorHits {
    const found = this.index.search(vector, options)
    const { candidates, ids, approximate, operator } = found
    const approximatedBy = approximate && operator !== 'exact' ? operator : null
    this.record.note({ candidates, hits: ids.length, approximatedBy })
    return found
  }

  asked(vector: readonly number[], { limit, exact }: NearestOptions): Answers {
    const query = this.index.check(vector)
    const score = (id: number) => {
      const found = this.index.similarity(id, query)
      if (found !== undefined) this.record.note({ candidates: 1, hits: 1 })
      return found
    }
    if (limit === undefined) return { has: (id) => this.index.has(id), score }
    let hits: ReadonlySet<number> | undefined
    return { has: (id) => (hits ??= this.nearest(vector, { limit, ...given(exact) })).has(id), score }
  }

  scan(vector: readonly number[], { limit, exact }: NearestOptions): IdScan {
    const ids =
      limit === undefined ? this.index.ids() : Uint32Array.from(this.nearest(vector, { limit, ...given(exact) }))
    return new IdListScan(ids.sort())
  }

  bestFirst(vector: readonly number[], count: number, exact?: boolean): BestHits {
    return new NearestFirst((limit) => this.search(vector, { limit, ...given(exact) }), count)
  }

  bestAmong(vector: readonly number[], ids: Iterable<number>, count: number, exact?: boolean): ReadonlySet<number> {
    const filter = bitmapOf(ids)
    if (count === 0) return new Set()
    for (let limit = count + 1; ; limit *= 2) {
      const { ids: found, scores } = this.search(vector, { limit, filter, ...given(exact) })
      // One more is asked for, or as many as it takes to see one that scores less.
      if (found.length < limit || scores.at(-1)! < scores[count - 1]!)
        return new Set(found.filter((_, i) => scores[i]! >= scores[Math.min(count, found.length) - 1]!))
    }
  }

  explain(vector: readonly number[], id: number): VectorExplanation | undefined {
    return this.index.explain(id, this.index.check(vector))
  }

  private nearest(vector: readonly number[], options: VectorSearchOptions): ReadonlySet<number> {
    const name = `${options.limit} ${options.exact} ${vector}`
    const known = this.known.get(name)
    if (known !== undefined) return known
    const hits = new Set(this.search(vector, options).ids)
    if (this.known.size >= knownMax) this.known.delete(this.known.keys().next().value!)
    this.known.set(name, hits)
    return hits
  }
}

function given(exact: boolean | undefined): { exact?: boolean } {
  return exact === undefined ? {} : { exact }
}

/** Each batch asks for so many times as many hits as the one before. */
const growth = 8

/** Hits nearest first, a batch at a time: each a search of its own, of which those are given that have not come yet. */
class NearestFirst implements BestHits {
  ids = new Uint32Array(0)
  scores = new Float64Array(0)
  least = Number.POSITIVE_INFINITY
  private readonly come = new Set<number>()

  constructor(
    private readonly search: (limit: number) => VectorHits,
    private count: number,
  ) {}

  next(): number {
    if (this.least === Number.NEGATIVE_INFINITY) return 0
    const { ids, scores } = this.search(this.count)
    const isFresh = (_: number, i: number) => !this.come.has(ids[i]!)
    this.scores = scores.filter(isFresh)
    this.ids = ids.filter(isFresh)
    this.least = ids.length < this.count ? Number.NEGATIVE_INFINITY : scores.at(-1)!
    for (const id of this.ids) this.come.add(id)
    this.count *= growth
    return this.ids.length > 0 ? this.ids.length : this.next()
  }
}
