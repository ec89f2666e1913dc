/**
 * BM25 (Robertson and Zaragoza 2009) of each field for itself, summed:
 *
 *   score(document) = sum over terms and fields of   boost * weight * idf * (k1 + 1) * f / (f + k1 * (1 - b + b * l / L))
 *   idf = ln(1 + (N - n + 0.5) / (n + 0.5))
 *
 *   f       how often the term is in the field             N   documents in the index
 *   l, L    terms of the field, and their average over     n   documents that hold the term, in whatever field
 *           the documents that have the field
 *
 * A phrase counts as one term whose idf is the sum of its terms', and f how often the phrase is there; one that was moved
 * by d places (`slop`) counts 1 / (1 + d). A term that is found by a fuzzy search with e edits has 1 / (1 + e) for a boost.
 * Whatever a prefix, wildcard, regular expression or range finds scores boost * weight in
 * each field, and all documents boost: there, how rare a term is says nothing about what was asked for.
 */
import { numberOfByte, thirdRow } from '../postings/score-bounds.js'

export interface Bm25 {
  /** All that is the same for each document: boost * weight * idf * (k1 + 1). */
  readonly factor: number
  /** k1 * (1 - b), and what each term of a field adds: k1 * b / L. */
  readonly base: number
  readonly perTerm: number
}

export function idf(documents: number, holders: number): number {
  return Math.log(1 + (documents - holders + 0.5) / (holders + 0.5))
}

export function bm25({ factor, base, perTerm }: Bm25, frequency: number, length: number): number {
  return (factor * frequency) / (frequency + (base + perTerm * length))
}

/**
 * Where frequencies make next to no difference, rounding can make the lower score the greater one, and a bound gets a little
 * more. It is exact elsewhere: then blocks that could only equal the worst of the best are passed by.
 */
const roundingShare = 2 ** -40
const exactBaseMin = 2 ** -8
const exactFrequencyMax = 2 ** 15

/** What no posting scores more than whose bound this is. */
export function bm25Max(formula: Bm25, kept: number): number {
  const most = numberOfByte[kept >>> 24]!
  const first = bm25(formula, 1, numberOfByte[kept & 255]!)
  const second = bm25(formula, Math.min(most, thirdRow - 1), numberOfByte[(kept >>> 8) & 255]!)
  const third = bm25(formula, most, numberOfByte[(kept >>> 16) & 255]!)
  const bound = Math.max(first, second, third)
  return formula.base >= exactBaseMin && most <= exactFrequencyMax ? bound : bound * (1 + roundingShare)
}
