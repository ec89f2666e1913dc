/** A vector index as it is for one transaction at one moment: whoever holds it reads no later writes. */
import type { Numbers } from '../../indexes/vector/stored-vectors.js'
import type { VectorHits, VectorIndex, VectorSearchOptions } from '../../indexes/vector/vector-index.js'
import type { VectorIndexDefinition } from '../core/change.js'
import type { OpenVectorIndex } from '../stores/stores.js'
import type { VectorIndexView } from './transaction.js'

export class VectorView implements VectorIndexView {
  readonly definition: VectorIndexDefinition
  private readonly index: VectorIndex

  constructor({ definition, index }: OpenVectorIndex) {
    this.definition = definition
    this.index = index
  }

  get size(): number {
    return this.index.size
  }

  search(vector: Numbers, options: VectorSearchOptions): VectorHits {
    return this.index.search(vector, options)
  }

  similarity(id: number, vector: Numbers): number | undefined {
    return this.index.similarity(id, vector)
  }
}
