/** One run of a compiled query: what its pipelines share while they run. */
import type { Value } from '../../../src/core/value.js'
import type { Row, Transaction } from '../../../src/transaction/transaction.js'
import type { FunctionEnvironment, RunEnvironment } from '../../functions/function.js'
import { DistinctRows } from './rows.js'

/** Rows between two pipelines, column by column. `order` gives the places of the rows to read; null: all, as they lie. */
export interface RowBuffer {
  readonly size: number
  readonly columns: readonly (readonly unknown[])[]
  readonly order: Uint32Array | null
}

export class Execution {
  private given: DistinctRows | undefined

  /** Rows of the answer that nobody has taken yet. */
  rows: Row[] = []
  readonly buffers: RowBuffer[] = []
  /** Steps that the functions which run for single rows have left of their slice. */
  left: number
  readonly environment: FunctionEnvironment
  /** What the run waits for; going on before that makes no progress. It never rejects. */
  awaited: Promise<void> | undefined

  constructor(
    readonly transaction: Transaction,
    readonly parameters: readonly Value[],
    { random, clock, transactionMs }: RunEnvironment,
    /** Steps between two chances to give the event loop back. */
    readonly budget: number,
    readonly profile: Profile | null,
  ) {
    this.left = budget
    const statementMs = clock.now()
    this.environment = { random, clock, statementMs, transactionMs: transactionMs ?? statementMs }
  }

  /** Remembers a row of the answer by its key; false when an equivalent one has been given before. */
  giveOnce(key: unknown): boolean {
    this.given ??= new DistinctRows()
    return this.given.add(key)
  }
}

/** Rows and time of each operator, by its number in the plan. */
export class Profile {
  readonly rows: number[]
  readonly milliseconds: number[]
  private current = 0
  private since = performance.now()

  constructor(operatorCount: number) {
    this.rows = new Array<number>(operatorCount).fill(0)
    this.milliseconds = new Array<number>(operatorCount).fill(0)
  }

  /** Time from now on belongs to the operator. */
  enter(operator: number): void {
    const now = performance.now()
    this.milliseconds[this.current]! += now - this.since
    this.current = operator
    this.since = now
  }

  /** The operator gives a row; time from now on belongs to the one above it. */
  give(operator: number, above: number): void {
    this.rows[operator]!++
    this.enter(above)
  }
}
