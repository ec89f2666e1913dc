/** One run of a compiled query: what its pipelines share while they run. */
import type { Value } from '../../../src/core/value.js'
import type { Row, SearchWork, Transaction } from '../../../src/transaction/transaction.js'
import type { FunctionEnvironment, RunEnvironment } from '../../functions/function.js'
import type { JoinTable } from './join-table.js'
import { bytesOf, bytesOfKey, bytesOfRow, type MemoryBudget } from './memory.js'
import { DistinctRows } from './rows.js'

/** Rows between two pipelines, column by column. `order` gives the places of the rows to read; null: all, as they lie. */
export interface RowBuffer {
  readonly size: number
  readonly columns: readonly (readonly unknown[])[]
  readonly order: Uint32Array | null
}

export class Execution {
  private distinct: DistinctRows | undefined
  /** Bytes of what the run has gathered and not given back. */
  held = 0
  /** Of those, the rows of the answer that nobody has taken yet, and those taken since `letRowsGo`. */
  waitingBytes = 0
  private takenBytes = 0
  /** So many it may hold before it asks for more. */
  private heldMax = 0

  /** Rows of the answer that nobody has taken yet. */
  rows: Row[] = []
  readonly buffers: RowBuffer[] = []
  /** Steps that the functions which run for single rows have left of their slice. */
  left: number
  private ownEnvironment: FunctionEnvironment | undefined
  /** Of the buffers that hash joins look into, under the numbers of those. */
  readonly tables: JoinTable[] = []
  /** What the run waits for; going on before that makes no progress. It never rejects. */
  awaited: Promise<void> | undefined

  constructor(
    readonly transaction: Transaction,
    readonly parameters: readonly Value[],
    private readonly given: RunEnvironment,
    /** Steps between two chances to give the event loop back. */
    readonly budget: number,
    readonly profile: Profile | null,
    readonly memory: MemoryBudget,
  ) {
    this.left = budget
  }

  /** Made when it is first asked for: reading the clock would show in lookups of a microsecond. */
  get environment(): FunctionEnvironment {
    if (this.ownEnvironment === undefined) {
      const { random, clock, transactionMs } = this.given
      const statementMs = clock.now()
      this.ownEnvironment = { random, clock, statementMs, transactionMs: transactionMs ?? statementMs }
    }
    return this.ownEnvironment
  }

  /** Remembers a row of the answer by its key; false when an equivalent one has been given before. */
  giveOnce(key: unknown): boolean {
    this.distinct ??= new DistinctRows()
    if (!this.distinct.add(key)) return false
    this.take(bytesOfKey(key))
    return true
  }

  /** Gives a row of the answer. */
  give(row: Row): void {
    this.rows.push(row)
    const bytes = rowOverheadBytes + bytesOfRow(row)
    this.waitingBytes += bytes
    this.take(bytes)
  }

  /** Counts what is gathered. Throws MEMORY_BUDGET. */
  take(bytes: number): void {
    this.held += bytes
    this.profile?.take(bytes)
    if (this.held > this.heldMax) this.heldMax = this.memory.reserve(this.held)
  }

  /** Counts what is kept for the rows to come. */
  keep(answer: Value): Value {
    this.take(bytesOf(answer))
    return answer
  }

  /** What was gathered since `held` was so much is not needed any more. */
  letGo(held: number): void {
    this.held = held
  }

  takeRows(): readonly Row[] {
    const { rows } = this
    this.rows = []
    this.takenBytes += this.waitingBytes
    this.waitingBytes = 0
    return rows
  }

  /** The rows that were taken are not kept. */
  letRowsGo(): void {
    this.held -= this.takenBytes
    this.takenBytes = 0
  }
}

/** Of a row as an array of JavaScript, with what becomes of it at the edge. */
const rowOverheadBytes = 32

/** Rows, time, memory and what was looked at in indexes for each operator, by its number in the plan. */
export class Profile {
  readonly rows: number[]
  /** All that it has gathered in the course of the run. */
  readonly bytes: number[]
  readonly milliseconds: number[]
  readonly postingsRead: number[]
  readonly candidates: number[]
  private before: SearchWork
  private current = 0
  private since = performance.now()

  constructor(
    operatorCount: number,
    private readonly transaction: Pick<Transaction, 'searchWork'>,
  ) {
    this.before = { ...transaction.searchWork }
    this.postingsRead = new Array<number>(operatorCount).fill(0)
    this.candidates = new Array<number>(operatorCount).fill(0)
    this.rows = new Array<number>(operatorCount).fill(0)
    this.milliseconds = new Array<number>(operatorCount).fill(0)
    this.bytes = new Array<number>(operatorCount).fill(0)
  }

  /** Time and searches from now on belong to the operator. */
  enter(operator: number): void {
    const now = performance.now()
    this.milliseconds[this.current]! += now - this.since
    this.takeSearches()
    this.current = operator
    this.since = now
  }

  private takeSearches(): void {
    const { postingsRead, candidates } = this.transaction.searchWork
    if (candidates === this.before.candidates && postingsRead === this.before.postingsRead) return
    this.postingsRead[this.current]! += postingsRead - this.before.postingsRead
    this.candidates[this.current]! += candidates - this.before.candidates
    this.before = { postingsRead, candidates }
  }

  /** Memory that the operator which is running gathers. */
  take(bytes: number): void {
    this.bytes[this.current]! += bytes
  }

  /** The operator gives a row; time from now on belongs to the one above it. */
  give(operator: number, above: number): void {
    this.rows[operator]!++
    this.enter(above)
  }
}
