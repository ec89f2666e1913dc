/**
 * JSONPath: what a path is once it is read.
 *
 *   $.store.book[?@.price < 10 && match(@.isbn, '0-.*')]['title', 'author']
 *   │ │     │    │
 *   │ │     │    a filter keeps the children for which its condition holds; @ is the child, $ the root
 *   │ │     segments: each takes every value that the one before it gave, in order
 *   the root
 *
 *   .name ['name']   the member of that name        [0] [-1]      an element, from the front or from the end
 *   .* [*]           all children                   [1:9:2]       elements from 1 to before 9, every second one
 *   [?condition]     the children that satisfy it   [a, b]        what a gives, then what b gives
 *   ..name ..[...]   the same of the value itself and of all that it holds, at any depth
 *
 * A path gives a list of values, in which one may come twice. In a condition, a query alone asks whether there is such a
 * value; compared with something, it may find one value at most (a singular query), and where it finds none, it is
 * Nothing, which equals Nothing alone. Functions have types that are checked while the path is read: functions.ts.
 *
 * Reading: parse.ts. Finding: evaluate.ts, which sees trees through the contract of tree.ts alone. Where a value was found
 * is written by normalized.ts. Source: RFC 9535, whose grammar (appendix A) is followed rule by rule.
 */
import type { JsonPathFunction } from './functions.js'

/** Plain data, and never changed: one may be kept and used by any number of evaluations. */
export interface JsonPath {
  readonly text: string
  readonly segments: readonly Segment[]
}

export interface Segment {
  readonly kind: 'child' | 'descendant'
  readonly selectors: readonly Selector[]
}

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'index'; readonly index: number }
  | Slice
  | { readonly kind: 'filter'; readonly condition: Condition }

/** An end that is left out is undefined: where it lies depends on the sign of `step`. */
export interface Slice {
  readonly kind: 'slice'
  readonly start: number | undefined
  readonly end: number | undefined
  readonly step: number
}

export type Condition =
  | { readonly kind: 'or' | 'and'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | Query
  | Comparison
  | Call

export interface Comparison {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: Operand
  readonly right: Operand
}

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>='

/** What stands on a side of a comparison, or in the brackets of a function. */
export type Operand = Literal | Query | Call

export interface Literal {
  readonly kind: 'literal'
  readonly value: JsonScalar
}

/** A number of a document is exact: a bigint where a number would not be. */
export type JsonScalar = null | boolean | number | bigint | string

/** A path from the root or from the value that a filter looks at. */
export interface Query {
  readonly kind: 'query'
  readonly from: 'root' | 'current'
  readonly segments: readonly Segment[]
}

export interface Call {
  readonly kind: 'call'
  readonly called: JsonPathFunction
  readonly arguments: readonly Operand[]
}

/** Whether a query finds one value at most, by its form. */
export function isSingular({ segments }: Query): boolean {
  return segments.every(
    ({ kind, selectors: [first, ...others] }) =>
      kind === 'child' && others.length === 0 && (first!.kind === 'name' || first!.kind === 'index'),
  )
}
