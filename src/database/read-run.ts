/**
 * One read in slices. The first slice reads the newest state; the first `pause` pins what it reads, and from then on
 * the run goes on with that version while others write.
 */
import type { QueryRun } from '../../query/engine.js'
import type { PlanDescription } from '../../query/plan/explain.js'
import { DatabaseError } from '../core/errors.js'
import type { Value } from '../core/value.js'
import type { Stores } from '../stores/stores.js'
import { StoreTransaction } from '../transaction/store-transaction.js'
import { Deadline, type Limits, nextTurn } from './deadline.js'
import type { Plan, PreparedText } from './plan-cache.js'
import { plainRows } from './result.js'
import type { Runner } from './runner.js'

export interface ReadOptions extends Limits {
  /** The version to read, which the caller holds; the newest commit when not given. */
  snapshot?: Stores
}

export class ReadRun {
  readonly columns: readonly string[]
  /** Whether `next` has more to give. */
  more = true
  private readonly run: QueryRun
  private readonly transaction: StoreTransaction
  private readonly deadline: Deadline
  private stores: Stores
  /** A hold of the run's own, to be given up at the end. */
  private pinned: Stores | undefined

  constructor(
    runner: Runner,
    { plan }: PreparedText,
    parameters: readonly Value[],
    { snapshot, ...limits }: ReadOptions,
  ) {
    const { query } = plan as Extract<Plan, { kind: 'query' }>
    this.deadline = new Deadline(limits)
    this.deadline.check()
    // What others read while one writes is released when that ends, so the run takes a hold of its own.
    if (snapshot === undefined && runner.readable.version !== undefined) this.pinned = runner.snapshot()
    this.stores = snapshot ?? this.pinned ?? runner.readable
    const pin = () => (this.stores = this.pinned = runner.snapshot())
    this.transaction = new StoreTransaction(this.stores, { pin })
    this.columns = query.columns
    this.run = query.start(this.transaction, parameters, runner.functions)
  }

  get plan(): PlanDescription | null {
    return this.run.plan
  }

  /** Runs a slice; gives the rows it made. */
  next(): unknown[][] {
    this.more = this.run.next()
    return plainRows(this.stores, this.run.takeRows())
  }

  /** Lets others run. Throws when the run must end, or its version is gone. */
  async pause(): Promise<void> {
    this.transaction.pause()
    await nextTurn()
    this.deadline.check()
    if (this.stores.void) throw tooOld()
  }

  end(): void {
    this.pinned?.release()
    this.pinned = undefined
  }
}

export function tooOld(): DatabaseError {
  return new DatabaseError(
    'SNAPSHOT_TOO_OLD',
    'what this was reading is gone: memory was full and the oldest reader had to give way, or it could not be made durable; run it again',
    {},
  )
}
