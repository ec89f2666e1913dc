/** What a query answers. */
import type { PlanDescription } from '../../query/plan/explain.js'
import type { Stores } from '../stores/stores.js'
import type { Counters, Row } from '../transaction/transaction.js'
import { toPlain } from './values.js'

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

/** Turns rows of the engine into plain ones, in place: the engine does not read a row again. */
export function plainRows(stores: Stores, rows: readonly Row[]): unknown[][] {
  for (const row of rows as unknown as unknown[][])
    for (let i = 0; i < row.length; i++) {
      const value = row[i]
      if (typeof value === 'object' && value !== null) row[i] = toPlain(stores, value as never)
    }
  return rows as unknown as unknown[][]
}
