/** Why a document scores as it does: the value of each part is worked out of what it holds, to the last bit (`bm25.ts`). */
export type Explanation = SumExplanation | TermExplanation | PhraseExplanation | ConstantExplanation

/** The values of the parts, added in their order. */
export interface SumExplanation {
  readonly kind: 'sum'
  readonly value: number
  readonly parts: readonly Explanation[]
}

interface Weighted {
  readonly value: number
  readonly field: string
  /** Those of the query, multiplied; for a fuzzy search with how near the term is. */
  readonly boost: number
  readonly weight: number
}

interface Ranked extends Weighted {
  /** Of a phrase that was moved, less than 1. */
  readonly frequency: number
  readonly length: number
  readonly averageLength: number
  readonly k1: number
  readonly b: number
  readonly idf: number
  /** In the index. */
  readonly documents: number
}

export interface TermExplanation extends Ranked {
  readonly kind: 'term'
  readonly term: string
  /** Documents that hold the term. */
  readonly holders: number
}

export interface PhraseExplanation extends Ranked {
  readonly kind: 'phrase'
  /** Their idf, added in this order, is that of the phrase. */
  readonly terms: readonly { readonly term: string; readonly holders: number; readonly idf: number }[]
}

export interface ConstantExplanation extends Weighted {
  readonly kind: 'constant'
  /** What was asked for, in Lucene's syntax: `gra*`. */
  readonly query: string
}

export function sumOf(parts: readonly Explanation[]): Explanation | undefined {
  if (parts.length < 2) return parts[0]
  return { kind: 'sum', value: parts.reduce((value, part) => value + part.value, 0), parts }
}
