/**
 * What a user asks of a full-text index, as plain data. Three parsers lead here (Lucene's syntax, words of a search box, a
 * structured map), and one printer leads back to Lucene's syntax.
 *
 *   title:graph* +("commit log"~2 OR wal)^2 -sql
 *
 *   boolean
 *   ├─ should   field title
 *   │           └─ prefix 'graph'
 *   ├─ must     boost 2
 *   │           └─ boolean
 *   │              └─ should   phrase 'commit log' within 2 moves, term 'wal'
 *   └─ not      term 'sql'
 *
 * Words are as the user wrote them: each field has its own analyzer, so what `Running` becomes is known only where it is
 * looked up. A tree is made by the functions below, which keep it in one form: no boolean of one wanted part, no boost of 1.
 */
import { compareWith } from '../../../src/core/compare-scalars.js'
import type { Temporal } from '../../../src/core/temporal/temporal.js'
import type { Float, PropertyValue } from '../../../src/core/value.js'

export type Query =
  | TermQuery
  | PhraseQuery
  | PrefixQuery
  | WildcardQuery
  | FuzzyQuery
  | RegexpQuery
  | RangeQuery
  | BooleanQuery
  | BoostQuery
  | FieldQuery
  | AllQuery

/**
 * A word, to be analyzed. Where the analyzer makes several terms of it, as of `wi-fi`, any of them is enough; those that nothing
 * separates, as the characters of 東京, must stand together.
 */
export interface TermQuery {
  readonly kind: 'term'
  readonly text: string
}

/**
 * The terms of `text` one after the other. With a `slop` they may be moved: each place that a term lies off costs one,
 * so two neighbors change places for 2.
 */
export interface PhraseQuery {
  readonly kind: 'phrase'
  readonly text: string
  readonly slop: number
}

/** Terms that begin with `text`, which is normalized (lower case, folding) and not stemmed. */
export interface PrefixQuery {
  readonly kind: 'prefix'
  readonly text: string
}

/** Whole terms of a form: text as it stands, normalized; one character of any kind; a run of any characters, or none. */
export interface WildcardQuery {
  readonly kind: 'wildcard'
  readonly parts: readonly WildcardPart[]
}

export type WildcardPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'one' | 'run' }

/** Terms that at most `distance` edits make of `text`: a character put in, left out, changed, or two neighbors exchanged. */
export interface FuzzyQuery {
  readonly kind: 'fuzzy'
  readonly text: string
  readonly distance: 1 | 2
}

/** Whole terms that an I-Regexp (RFC 9485) matches. */
export interface RegexpQuery {
  readonly kind: 'regexp'
  readonly pattern: string
}

/**
 * What lies between two ends. Strings are compared with terms of the index; numbers, dates and times with the values that
 * the entity has at the field, which may then be any property.
 */
export interface RangeQuery {
  readonly kind: 'range'
  readonly from?: RangeEnd | undefined
  readonly to?: RangeEnd | undefined
}

export interface RangeEnd {
  readonly value: RangeValue
  readonly inclusive: boolean
}

export type RangeValue = string | number | bigint | Float | Temporal

/** Whether a value lies in a range of numbers or temporal values; without ends every value does. */
export function isWithin(value: PropertyValue, { from, to }: Omit<RangeQuery, 'kind'>): boolean {
  return isBeyond(value, from, 1) && isBeyond(value, to, -1)
}

function isBeyond(value: PropertyValue, end: RangeEnd | undefined, direction: 1 | -1): boolean {
  if (end === undefined) return true
  const order = typeof end.value === 'string' ? null : compareWith(end.value, value)
  return order !== null && (order * direction > 0 || (order === 0 && end.inclusive))
}

/**
 * Every one of `must`, none of `not`; where `must` is empty, at least one of `should`. Whatever of `should` is there
 * adds to the score. Without `must` and `should` there is nothing to find, as in Lucene.
 */
export interface BooleanQuery {
  readonly kind: 'boolean'
  readonly must: readonly Query[]
  readonly should: readonly Query[]
  readonly not: readonly Query[]
}

/** Multiplies the score; `by` is greater than 0. */
export interface BoostQuery {
  readonly kind: 'boost'
  readonly query: Query
  readonly by: number
}

/** Looks in one field instead of all. The innermost name counts. */
export interface FieldQuery {
  readonly kind: 'field'
  readonly field: string
  readonly query: Query
}

/** Whatever has the field, or is in the index at all. */
export interface AllQuery {
  readonly kind: 'all'
}

export const all: AllQuery = { kind: 'all' }

/** What no text is: nothing is found. A search box that was left empty asks for it. */
export const nothing: BooleanQuery = { kind: 'boolean', must: [], should: [], not: [] }

export function term(text: string): TermQuery {
  return { kind: 'term', text }
}

export function phrase(text: string, slop = 0): PhraseQuery {
  return { kind: 'phrase', text, slop }
}

/** A prefix where a run at the end is all that is wild. */
export function wildcard(parts: readonly WildcardPart[]): PrefixQuery | WildcardQuery {
  const [first, second] = parts
  const isPrefix = parts.length === 2 && first!.kind === 'text' && second!.kind === 'run'
  return isPrefix ? { kind: 'prefix', text: first.text } : { kind: 'wildcard', parts }
}

export function boolean(parts: Partial<Omit<BooleanQuery, 'kind'>>): Query {
  const { must = [], should = [], not = [] } = parts
  const wanted = [...must, ...should]
  return wanted.length === 1 && not.length === 0 ? wanted[0]! : { kind: 'boolean', must, should, not }
}

export function boost(query: Query, by: number): Query {
  return by === 1 ? query : { kind: 'boost', query, by }
}

export function field(name: string, query: Query): FieldQuery {
  return { kind: 'field', field: name, query }
}
