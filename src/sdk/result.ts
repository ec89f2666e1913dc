/** What a query takes and answers, whether the database is in this process or behind HTTP. */
import type { PlanDescription } from '../../query/plan/explain.js'
import { Float } from '../core/value.js'
import type { Counters } from '../transaction/transaction.js'

/** Parameters by name, without the dollar sign. */
export type Parameters = { readonly [name: string]: unknown }

export interface Limits {
  /** Cancels the run with QUERY_CANCELLED. */
  signal?: AbortSignal
  /** Ends the run with QUERY_TIMEOUT when it takes longer. */
  timeoutMs?: number
}

export interface Summary {
  readonly counters: Readonly<Counters>
  /** Of EXPLAIN and PROFILE. */
  readonly plan: PlanDescription | null
  /** From the call to the last row. Synchronous calls do not measure it: their caller can, and it costs them a tenth. */
  readonly timeMs?: number
}

export class QueryResult<Row = Record<string, unknown>> {
  constructor(
    readonly columns: readonly string[],
    /** One array a row, values in the order of `columns`. */
    readonly rows: unknown[][],
    readonly summary: Summary,
  ) {}

  /** The rows as objects by column. */
  records(): Row[] {
    return this.rows.map((row) => recordOf(this.columns, row) as Row)
  }
}

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

export interface Path {
  /** One longer than `relationships`. */
  readonly nodes: readonly Node[]
  readonly relationships: readonly Relationship[]
}

/** A parameter that is a FLOAT although its value is whole. */
export function float(value: number): Float {
  return new Float(value)
}
