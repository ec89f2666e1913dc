/** What the nearness of two vectors is as a number. */
import type { Similarity } from '../../src/core/change.js'
import { type Numbers, readVector } from './query-vector.js'
import { dotProduct, squaredDistance } from './sums.js'

/**
 * The score of two vectors, as Neo4j and Lucene have it: greater is nearer. `sum` is the squared distance of the two for
 * 'euclidean', else their dot product; `norms` is the product of their lengths, which only 'cosine' asks for.
 *
 *   cosine      (1 + cosine) / 2        from 0 to 1
 *   euclidean   1 / (1 + distance²)     from 0 to 1
 *   dot         (1 + product) / 2       from 0 to 1 for vectors of length 1, else without bounds
 */
export function scoreOf(similarity: Similarity, sum: number, norms: number): number {
  switch (similarity) {
    case 'cosine':
      // Rounding can take a cosine a little beyond 1.
      return (1 + Math.max(-1, Math.min(1, sum / norms))) / 2
    case 'euclidean':
      return 1 / (1 + sum)
    case 'dot':
      return (1 + sum) / 2
  }
}

/** What a score comes from, by which it can be worked out again. */
export type VectorExplanation =
  | { readonly kind: 'cosine'; readonly value: number; readonly product: number; readonly norms: number }
  | { readonly kind: 'euclidean'; readonly value: number; readonly squaredDistance: number }
  | { readonly kind: 'dot'; readonly value: number; readonly product: number }

/** As `scoreOf`. */
export function explainScore(similarity: Similarity, sum: number, norms: number): VectorExplanation {
  const value = scoreOf(similarity, sum, norms)
  switch (similarity) {
    case 'cosine':
      return { kind: similarity, value, product: sum, norms }
    case 'euclidean':
      return { kind: similarity, value, squaredDistance: sum }
    case 'dot':
      return { kind: similarity, value, product: sum }
  }
}

/** The score of two vectors of equally many numbers, as an index with this similarity has it. Throws VECTOR_INVALID. */
export function compareVectors(similarity: Similarity, one: Numbers, other: Numbers): number {
  const shape = { dimensions: one.length, similarity }
  const query = readVector(one, shape)
  const { numbers, length } = readVector(other, shape)
  const sum = similarity === 'euclidean' ? squaredDistance : dotProduct
  const total = sum(Float32Array.from(numbers), 0, query.numbers, 0, numbers.length)
  return scoreOf(similarity, total, query.length * length)
}
