/** What a query answers. */
import type { PlanDescription } from '../../query/plan/explain.js'
import type { Value } from '../core/value.js'
import type { Stores } from '../stores/stores.js'
import type { Counters, Row } from '../transaction/transaction.js'
import type { Limits } from './deadline.js'
import { toPlain } from './values.js'

/**
 * What a value of an answer becomes at the edge: `toPlain`, unless a door has a form of its own. It is called while
 * the stores that the row was read from are still there, so it may describe entities.
 */
export type ValueForm = (stores: Stores, value: Value) => unknown

export interface RunOptions extends Limits {
  /** Doors only. */
  readonly form?: ValueForm
}

export interface Summary {
  readonly counters: Readonly<Counters>
  /** Of EXPLAIN and PROFILE. */
  readonly plan: PlanDescription | null
  /** From the call to the last row. Synchronous calls do not measure it: their caller can, and it costs them a tenth. */
  readonly timeMs?: number
}

export class QueryResult {
  constructor(
    readonly columns: readonly string[],
    /** One array a row, values in the order of `columns`. */
    readonly rows: unknown[][],
    readonly summary: Summary,
  ) {}

  /** The rows as objects by column. */
  records(): Record<string, unknown>[] {
    return this.rows.map((row) => Object.fromEntries(this.columns.map((column, i) => [column, row[i]])))
  }
}

/** Gives rows of the engine their form, in place: the engine does not read a row again. */
export function formRows(stores: Stores, rows: readonly Row[], form: ValueForm = toPlain): unknown[][] {
  const formed = rows as unknown as unknown[][]
  for (const row of formed) formRow(stores, row, form)
  return formed
}

export function formRow(stores: Stores, row: unknown[], form: ValueForm): void {
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as Value
    // Most values are plain as they are; the call shows in lookups of a microsecond.
    if (form !== toPlain || (typeof value === 'object' && value !== null)) row[i] = form(stores, value)
  }
}
