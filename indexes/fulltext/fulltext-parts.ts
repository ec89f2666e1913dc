/** What a full-text index consists of, for those who read it. */
import type { PropertyValue } from '../../src/core/value.js'
import type { Analyzer } from './analysis/analyzer.js'
import type { Documents } from './documents.js'
import type { PostingLists } from './postings/posting-lists.js'
import type { Terms } from './terms.js'

export interface FulltextField {
  /** The name that a query gives it. */
  readonly name: string
  readonly analyzer: Analyzer
  /** Greater than 0. */
  readonly weight: number
}

export interface FulltextConfig {
  readonly fields: readonly FulltextField[]
  /** How soon more of the same term stops counting; 1.2 is usual. */
  readonly k1: number
  /** How much the length of a field counts, from 0 to 1; 0.75 is usual. */
  readonly b: number
}

/** The values that an entity has, as they are now, at what a query calls a field: one of the index, or any property. */
export type ValueReader = (field: string) => (id: number) => readonly PropertyValue[]

export interface FulltextParts {
  readonly config: FulltextConfig
  readonly valuesAt: ValueReader
  readonly terms: Terms
  readonly documents: Documents
  /** Number: term * fields + field. */
  readonly lists: PostingLists
}

/** How many documents hold a term, in whatever field. */
export function holdersOf({ config, terms, lists }: FulltextParts, term: number): number {
  const fieldCount = config.fields.length
  let holders = -terms.repeats(term)
  for (let field = 0; field < fieldCount; field++) holders += lists.documents(term * fieldCount + field)
  return holders
}
