/** What a query takes and answers, whether the database is in this process or behind HTTP. */
import type { PlanDescription } from '../../query/plan/explain.js'
import type { Temporal } from '../core/temporal/temporal.js'
import { Float } from '../core/value.js'
import type { Counters, SearchRecord } from '../transaction/transaction.js'

export type { SearchRecord } from '../transaction/transaction.js'

/** Parameters by name, without the dollar sign. */
export type Parameters = { readonly [name: string]: unknown }

export interface Limits {
  /** Cancels the run with QUERY_CANCELLED. */
  signal?: AbortSignal
  /** Ends the run with QUERY_TIMEOUT when it takes longer. */
  timeoutMs?: number
}

export interface QueryOptions extends Limits {
  /** Whether every INTEGER of the answer is a bigint, so that it can be told from a FLOAT, which is a number. */
  typed?: boolean
}

export type TypedOptions = QueryOptions & { typed: true }

export interface Summary {
  readonly counters: Readonly<Counters>
  /** Of EXPLAIN and PROFILE. */
  readonly plan: PlanDescription | null
  /**
   * Of each full-text and vector index that the statement has searched: whether what was found is complete, and what it
   * took. Empty where it searched none.
   */
  readonly search: readonly SearchRecord[]
  /** From the call to the last row. Synchronous calls do not measure it: their caller can, and it costs them a tenth. */
  readonly timeMs?: number
}

export class QueryResult<Row = Record<string, unknown>, Cell = unknown> {
  constructor(
    readonly columns: readonly string[],
    /** One array a row, values in the order of `columns`. */
    readonly rows: Cell[][],
    readonly summary: Summary,
  ) {}

  /** The rows as objects by column. */
  records(): Row[] {
    return this.rows.map((row) => recordOf(this.columns, row) as Row)
  }
}

/** The answer to `{ typed: true }`. */
export type TypedResult = QueryResult<Record<string, TypedValue>, TypedValue>

export function recordOf(columns: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column, i) => [column, row[i]]))
}

// ---- values ---------------------------------------------------------------------------------------------------------

export interface Node<Properties = { readonly [name: string]: unknown }> {
  readonly elementId: string
  /** The key, when the node has one. */
  readonly _key?: string
  readonly labels: readonly string[]
  readonly properties: Properties
}

export interface Relationship<Properties = { readonly [name: string]: unknown }> {
  readonly elementId: string
  readonly type: string
  readonly startNodeElementId: string
  readonly endNodeElementId: string
  readonly properties: Properties
}

export interface Path<Properties = { readonly [name: string]: unknown }> {
  /** One longer than `relationships`. */
  readonly nodes: readonly Node<Properties>[]
  readonly relationships: readonly Relationship<Properties>[]
}

/** A value of an answer to `{ typed: true }`: a bigint is an INTEGER, a number a FLOAT, also within what holds others. */
export type TypedValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Temporal
  | readonly TypedValue[]
  | TypedMap
  | Node<TypedMap>
  | Relationship<TypedMap>
  | Path<TypedMap>

export interface TypedMap {
  readonly [name: string]: TypedValue
}

/** A parameter that is a FLOAT although its value is whole. */
export function float(value: number): Float {
  return new Float(value)
}
