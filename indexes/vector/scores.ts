import type { Similarity } from '../../src/core/change.js'

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
