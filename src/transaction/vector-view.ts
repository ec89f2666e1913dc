/**
 * A vector index as it is for one transaction at one moment: whoever holds it reads no later writes.
 *
 * What is nearest to a vector is found once: a pattern may ask about many entities, and the graph, which others extend
 * meanwhile, may lead to other neighbors the second time.
 */

import { IdListScan } from '../../indexes/key-set.js'
import type { Numbers } from '../../indexes/vector/query-vector.js'
import type {
  VectorExplanation,
  VectorHits,
  VectorIndex,
  VectorSearchOptions,
} from '../../indexes/vector/vector-index.js'
import type { VectorIndexDefinition } from '../core/change.js'
import type { OpenVectorIndex, Stores } from '../stores/stores.js'
import type { Answers, IdScan, NearestOptions, VectorIndexView } from './transaction.js'

/** Searches whose hits are kept. */
const knownMax = 1_024

export class VectorView implements VectorIndexView {
  readonly definition: VectorIndexDefinition
  index: VectorIndex
  /** By what was asked. */
  private readonly known = new Map<string, ReadonlySet<number>>()

  constructor(open: OpenVectorIndex) {
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

  search(vector: Numbers, options: VectorSearchOptions): VectorHits {
    return this.index.search(vector, options)
  }

  asked(vector: readonly number[], options?: NearestOptions): Answers {
    return new Asked(this.index, vector, () => this.nearest(vector, options!))
  }

  scan(vector: readonly number[], options: NearestOptions): IdScan {
    return new IdListScan(Uint32Array.from(this.nearest(vector, options)).sort())
  }

  explain(vector: readonly number[], id: number): VectorExplanation | undefined {
    return this.index.explain(id, vector)
  }

  private nearest(vector: readonly number[], options: NearestOptions): ReadonlySet<number> {
    const name = `${options.limit} ${options.exact} ${vector}`
    const known = this.known.get(name)
    if (known !== undefined) return known
    const hits = new Set(this.index.search(vector, options).ids)
    if (this.known.size >= knownMax) this.known.delete(this.known.keys().next().value!)
    this.known.set(name, hits)
    return hits
  }
}

class Asked implements Answers {
  private hits: ReadonlySet<number> | undefined

  constructor(
    private readonly index: VectorIndex,
    private readonly vector: readonly number[],
    private readonly nearest: () => ReadonlySet<number>,
  ) {}

  has(id: number): boolean {
    return (this.hits ??= this.nearest()).has(id)
  }

  score(id: number): number | undefined {
    return this.index.explain(id, this.vector)?.value
  }
}
