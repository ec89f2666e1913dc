/** What a query answers. */
import type { Value } from '../core/value.js'
import type { QueryOptions, Summary } from '../sdk/result.js'
import type { Stores } from '../stores/stores.js'
import type { Row } from '../transaction/transaction.js'
import { toPlain, toTyped } from './values.js'

export { QueryResult, type Summary, type TypedOptions, type TypedResult } from '../sdk/result.js'

/**
 * What a value of an answer becomes at the edge. It is called while the stores that the row was read from are still
 * there, so it may describe entities.
 */
export type ValueForm = (stores: Stores, value: Value) => unknown

export interface RunOptions extends QueryOptions {
  /** What the run may gather, by estimate: rows to sort, groups, joins, lists, the answer. Beyond it: MEMORY_BUDGET. */
  readonly memoryMaxBytes?: number
  /** Doors only. */
  readonly form?: ValueForm
}

export function formOf({ form, typed = false }: RunOptions): ValueForm {
  return form ?? (typed ? toTyped : toPlain)
}

/** The rows of batches one by one; whoever stops early ends the batches too. */
export async function* rowsOf(batches: AsyncGenerator<unknown[][], Summary>): AsyncGenerator<unknown[], Summary> {
  try {
    let batch: IteratorResult<unknown[][], Summary>
    while (!(batch = await batches.next()).done) yield* batch.value
    return batch.value
  } finally {
    await batches.return(undefined as never)
  }
}

/** Gives rows of the engine their form, in place: the engine does not read a row again. */
export function formRows(stores: Stores, rows: readonly Row[], form: ValueForm): unknown[][] {
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
