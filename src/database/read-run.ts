/**
 * One read in slices. The first slice reads the newest state; the first `pause` pins what it reads, and from then on
 * the run goes on with that version while others write. Giving rows their form takes slices too: a slice finds many
 * times the nodes that can be described in the same time.
 */
import type { QueryRun } from '../../query/engine.js'
import type { MemoryBudget } from '../../query/execute/runtime/memory.js'
import type { PlanDescription } from '../../query/plan/explain.js'
import { DatabaseError } from '../core/errors.js'
import type { Value } from '../core/value.js'
import type { Stores } from '../stores/stores.js'
import { StoreTransaction } from '../transaction/store-transaction.js'
import type { SearchRecord } from '../transaction/transaction.js'
import { Deadline, nextTurn } from './deadline.js'
import { withPlaces } from './placed.js'
import type { Plan, PreparedText } from './plan-cache.js'
import { formOf, formRow, type RunOptions, type ValueForm } from './result.js'
import type { Runner } from './runner.js'

export interface ReadOptions extends RunOptions {
  /** The version to read, which the caller holds; the newest commit when not given. */
  snapshot?: Stores
  /** The last commit that the version has. */
  sequence?: number
  /** When the transaction began that the read is part of. */
  transactionMs?: number
}

/** How long rows are given their form before others may run, and how many between two looks at the clock. */
const formMs = 4
const rowsPerLook = 128

export class ReadRun {
  readonly columns: readonly string[]
  /** Whether `next` has more to give. */
  more = true
  private readonly run: QueryRun
  private readonly form: ValueForm
  /** Rows of the last slice, of which the first `formedCount` have their form and were given. */
  private found: unknown[][] = []
  private formedCount = 0
  private moreToFind = true
  private readonly transaction: StoreTransaction
  private readonly deadline: Deadline
  private readonly memory: MemoryBudget
  private readonly runner: Runner
  private stores: Stores
  /** A hold of the run's own, to be given up at the end. */
  private pinned: Stores | undefined

  constructor(
    runner: Runner,
    private readonly prepared: PreparedText,
    parameters: readonly Value[],
    options: ReadOptions,
  ) {
    const { query } = prepared.plan as Extract<Plan, { kind: 'query' }>
    const { snapshot } = options
    this.form = formOf(options)
    this.deadline = new Deadline(options)
    this.deadline.check()
    // What others read while one writes is released when that ends, so the run takes a hold of its own.
    if (snapshot === undefined && runner.readable.version !== undefined) this.pinned = runner.snapshot()
    this.stores = snapshot ?? this.pinned ?? runner.readable
    this.runner = runner
    this.transaction = new StoreTransaction(this.stores, this)
    this.columns = query.columns
    this.memory = runner.budget(options)
    const environment = runner.environmentFor(options.transactionMs)
    this.run = query.start(this.transaction, parameters, environment, { memory: this.memory })
  }

  /** As `Transaction.searches`. */
  get searches(): readonly SearchRecord[] {
    return this.transaction.searches
  }

  get plan(): PlanDescription | null {
    return this.run.plan
  }

  /** Holds the newest commit, for the transaction to go on with. */
  pin(): Stores {
    return (this.stores = this.pinned = this.runner.snapshot())
  }

  /** Runs a slice, unless rows of the last one wait for their form. Gives the rows that have it now. */
  next(): unknown[][] {
    if (this.found.length === 0) this.find()
    const from = this.formedCount
    this.formPortion()
    const { found, formedCount } = this
    const isWhole = formedCount === found.length
    if (isWhole) {
      this.found = []
      this.formedCount = 0
    }
    this.more = this.moreToFind || !isWhole
    return isWhole && from === 0 ? found : takeOut(found, from, formedCount)
  }

  private find(): void {
    this.moreToFind = withPlaces(this.prepared, () => this.run.next())
    this.found = this.run.takeRows() as unknown as unknown[][]
  }

  private formPortion(): void {
    const { found, stores, form } = this
    const endsAt = found.length <= rowsPerLook ? 0 : performance.now() + formMs
    do {
      const end = Math.min(found.length, this.formedCount + rowsPerLook)
      while (this.formedCount < end) formRow(stores, found[this.formedCount++]!, form)
    } while (this.formedCount < found.length && performance.now() < endsAt)
  }

  /** Lets others run. Throws when the run must end, or its version is gone. */
  async pause(): Promise<void> {
    this.transaction.pause()
    // The transaction whose snapshot it reads may end before the run does.
    this.pinned ??= this.stores.again()
    await (this.run.awaited ?? nextTurn())
    this.deadline.check()
    if (this.stores.void) throw tooOld()
  }

  /** The rows given so far are not kept. */
  letRowsGo(): void {
    this.run.letRowsGo()
  }

  end(): void {
    this.memory.end()
    this.pinned?.release()
    this.pinned = undefined
  }
}

/** A part of the rows, of which nothing is kept: their forms are larger than they are. */
function takeOut(rows: unknown[][], from: number, to: number): unknown[][] {
  const part = rows.slice(from, to)
  rows.fill([], from, to)
  return part
}

export function tooOld(): DatabaseError {
  return new DatabaseError(
    'SNAPSHOT_TOO_OLD',
    'what this was reading is gone: memory was full and the oldest reader had to give way, or it could not be made durable; run it again',
    {},
  )
}
