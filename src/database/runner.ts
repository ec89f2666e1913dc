/**
 * Runs compiled statements against a storage: which version a read sees, when a write may begin, when an answer is
 * given. Everything that queries (embedded calls, transactions, the servers) runs through here.
 */

import { getHeapStatistics } from 'node:v8'
import { runSchemaCommand } from '../../query/engine.js'
import { MemoryBudget, MemoryPool } from '../../query/execute/runtime/memory.js'
import type { RunEnvironment } from '../../query/functions/function.js'
import { Library, type Procedure, type UserFunction } from '../../query/procedures/procedure.js'
import { type BoundSchemaCommand, type CreateAnyIndex, createsIndex } from '../../query/semantics/bound.js'
import type { Environment } from '../core/environment.js'
import { DatabaseError } from '../core/errors.js'
import type { Value } from '../core/value.js'
import type { Stores } from '../stores/stores.js'
import { BulkLoader } from '../transaction/bulk-loader.js'
import { catalogOf, noCounters, StoreTransaction, type TransactionOptions } from '../transaction/store-transaction.js'
import type { Transaction } from '../transaction/transaction.js'
import type { Parameters } from './database.js'
import { Deadline, nextTurn } from './deadline.js'
import { GraphGrowth } from './graph-growth.js'
import { IndexBuilds } from './index-builds.js'
import { placed } from './placed.js'
import { PlanCache, type PreparedText } from './plan-cache.js'
import { type ReadOptions, ReadRun } from './read-run.js'
import { formRows, QueryResult, type RunOptions, type Summary, type ValueForm } from './result.js'
import { type SlowStatementOptions, SlowStatements } from './slow-statements.js'
import type { Storage } from './storage.js'
import { Sweeper, type SweeperOptions } from './sweeper.js'
import { fromPlain } from './values.js'
import { WriteRun, type WriteStart } from './write-run.js'
import { busy, WriterPlace } from './writer-place.js'

export interface RunnerOptions extends SlowStatementOptions, SweeperOptions {
  lockTimeoutMs?: number
  maxQueryLength?: number
  queryMemoryMaxBytes?: number
  nestedProperties?: boolean
}

const lockTimeoutMsDefault = 5_000

interface Written {
  readonly result: QueryResult
  readonly sequence: number
}

/** Of V8's heap, what queries may gather when nothing else is said: answers, caches and the program need the rest. */
const queryShareOfHeap = 0.5

const nothingCounted = Object.freeze(noCounters())

export class Runner {
  readonly plans: PlanCache
  private readonly library = new Library()
  private readonly place = new WriterPlace()
  private readonly lockTimeoutMs: number
  private readonly builds = new IndexBuilds(this)
  private readonly memory: MemoryPool
  private readonly slowStatements: SlowStatements
  readonly functions: RunEnvironment
  readonly sweeper: Sweeper
  readonly graphs: GraphGrowth
  private readonly recording: TransactionOptions
  /** What others read while an explicit transaction writes: the state before it. */
  private before: Stores | undefined

  constructor(
    readonly storage: Storage,
    environment: Environment,
    options: RunnerOptions = {},
  ) {
    this.plans = new PlanCache(options.maxQueryLength, this.library)
    this.lockTimeoutMs = options.lockTimeoutMs ?? lockTimeoutMsDefault
    this.memory = new MemoryPool(options.queryMemoryMaxBytes ?? getHeapStatistics().heap_size_limit * queryShareOfHeap)
    this.slowStatements = new SlowStatements(options)
    this.recording = { record: storage.record, nestedProperties: options.nestedProperties ?? true }
    this.functions = { clock: environment.clock, random: environment.random }
    this.sweeper = new Sweeper(this, environment, options)
    this.graphs = new GraphGrowth(this)
    for (const procedure of this.builds.procedures) this.library.addProcedure(procedure)
  }

  addProcedure(procedure: Procedure): void {
    this.library.addProcedure(procedure)
    this.plans.clear()
  }

  addFunction(added: UserFunction): void {
    this.library.addFunction(added)
    this.plans.clear()
  }

  prepare(text: string, stores: Stores = this.readable): PreparedText {
    return this.plans.get(text, catalogOf(stores))
  }

  isWrite({ plan }: PreparedText): boolean {
    return plan.kind === 'schema' || (plan.query.writes && plan.query.mode !== 'explain')
  }

  /** The committed state as it is now. */
  get readable(): Stores {
    return this.beforeWrite ?? this.storage.stores
  }

  /** The committed state, pinned. */
  snapshot(): Stores {
    return this.beforeWrite?.again() ?? this.storage.stores.snapshot()
  }

  /** A failed flush takes back what a transaction has written, and with it commits that the state before it had. */
  private get beforeWrite(): Stores | undefined {
    return this.before?.void ? undefined : this.before
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  /** Runs a read in slices, and answers when what it saw is safe. */
  async read(prepared: PreparedText, parameters: Parameters, options: ReadOptions = {}): Promise<QueryResult> {
    const began = performance.now()
    const { sequence = this.storage.sequence } = options
    const run = new ReadRun(this, prepared, this.bind(prepared, parameters), options)
    try {
      const rows = run.next()
      while (run.more) {
        await run.pause()
        for (const row of run.next()) rows.push(row)
      }
      const timeMs = performance.now() - began
      const result = this.told(
        prepared,
        new QueryResult(run.columns, rows, { counters: nothingCounted, plan: run.plan, search: run.searches, timeMs }),
      )
      if (!this.storage.isSettled(sequence)) await this.storage.settled(sequence)
      return result
    } finally {
      run.end()
    }
  }

  /** Runs a read as its rows are asked for, a slice at a time, of one version, and keeps no row that was given. */
  async *batches(
    prepared: PreparedText,
    parameters: Parameters,
    options: ReadOptions = {},
  ): AsyncGenerator<unknown[][], Summary> {
    const began = performance.now()
    const { sequence = this.storage.sequence } = options
    const run = new ReadRun(this, prepared, this.bind(prepared, parameters), options)
    let rowCount = 0
    try {
      do {
        // The caller may do anything between two batches, so the version is held before the first.
        const rows = run.next()
        await run.pause()
        // Nothing is given that could be taken back.
        if (!this.storage.isSettled(sequence)) await this.storage.settled(sequence)
        rowCount += rows.length
        yield rows
        run.letRowsGo()
      } while (run.more)
      const timeMs = performance.now() - began
      this.slowStatements.tell(prepared, { timeMs, rowCount }, this.storage.stores)
      return { counters: nothingCounted, plan: run.plan, search: run.searches, timeMs }
    } finally {
      run.end()
    }
  }

  /** Runs a read to its end before it returns. */
  readNow(prepared: PreparedText, parameters: Parameters, form: ValueForm): QueryResult {
    const { sequence } = this.storage
    const result = this.execute(prepared, parameters, this.readable, new StoreTransaction(this.readable), form)
    this.storage.settleNow(sequence)
    return result
  }

  // ---- writing ----------------------------------------------------------------------------------------------------

  /**
   * Runs a writing statement as a transaction of its own; answers when it is safe. One that ends within a slice writes
   * in place. A longer one is taken back and run again by copying, so that others can read between its slices.
   */
  async write(prepared: PreparedText, parameters: Parameters, options: RunOptions = {}): Promise<QueryResult> {
    const { plan } = prepared
    if (plan.kind === 'schema' && createsIndex(plan.command)) return this.createIndex(plan.command, options)
    const deadline = new Deadline(options)
    const waits = !this.place.tryTake()
    if (waits) await this.takePlace()
    let written: Written
    try {
      deadline.check()
      // Those who wrote meanwhile may have dropped an index that the plan uses.
      const start = { prepared: waits ? this.prepare(prepared.text) : prepared, parameters, options }
      // What a procedure has done outside of the database would be done twice.
      const tried = callsOnce(start.prepared) ? undefined : this.tryWithinSlice(start)
      written = tried ?? (await this.writeInSlices(start, deadline))
    } catch (error) {
      this.rollbackWriting()
      throw error
    } finally {
      this.leavePlace()
    }
    // The place is free by now: those who waited commit into the same flush.
    if (!this.storage.isSettled(written.sequence)) await this.storage.settled(written.sequence)
    return this.told(prepared, written.result)
  }

  private async createIndex(command: CreateAnyIndex, options: RunOptions): Promise<QueryResult> {
    const began = performance.now()
    const counters = await this.builds.create(command, options)
    return new QueryResult([], [], { counters, plan: null, search: [], timeMs: performance.now() - began })
  }

  private tryWithinSlice(start: WriteStart): Written | undefined {
    const { storage } = this
    storage.begin()
    const run = new WriteRun(this, start)
    try {
      if (run.next()) {
        storage.rollback()
        return undefined
      }
      return { result: run.result(), sequence: storage.commit() }
    } finally {
      run.end()
    }
  }

  private async writeInSlices(start: WriteStart, deadline: Deadline): Promise<Written> {
    this.beginWriting()
    const run = new WriteRun(this, start)
    try {
      while (run.next()) {
        await (run.awaited ?? nextTurn())
        deadline.check()
        this.mustBeWriting()
      }
      return { result: run.result(), sequence: this.commitWriting() }
    } finally {
      run.end()
    }
  }

  /** A transaction that reads and writes the newest state. */
  writer(): StoreTransaction {
    return new StoreTransaction(this.storage.stores, this.recording)
  }

  runSchema(command: BoundSchemaCommand, transaction: StoreTransaction, began?: number): QueryResult {
    runSchemaCommand(command, transaction as Transaction)
    const time = began === undefined ? {} : { timeMs: performance.now() - began }
    return new QueryResult([], [], { counters: transaction.counters, plan: null, search: [], ...time })
  }

  /** Runs `action` as one transaction. */
  async writeWith<Result>(action: (transaction: StoreTransaction) => Result): Promise<Result> {
    if (!this.place.tryTake()) await this.takePlace()
    const { result, sequence } = this.writeInPlace(action)
    if (!this.storage.isSettled(sequence)) await this.storage.settled(sequence)
    return result
  }

  /** As `write`, before it returns. Throws WRITER_BUSY while a transaction holds the writer's place. */
  writeNow(prepared: PreparedText, parameters: Parameters, form: ValueForm): QueryResult {
    if (!this.place.tryTake()) throw busy(0)
    const { result, sequence } = this.writeInPlace((transaction) =>
      this.execute(prepared, parameters, this.storage.stores, transaction, form),
    )
    this.storage.settleNow(sequence)
    return result
  }

  private writeInPlace<Result>(action: (transaction: StoreTransaction) => Result): {
    result: Result
    sequence: number
  } {
    const { storage } = this
    try {
      storage.begin()
      try {
        const transaction = this.writer()
        const result = action(transaction)
        transaction.mustBeWhole()
        return { result, sequence: storage.commit() }
      } catch (error) {
        storage.rollback()
        throw error
      }
    } finally {
      this.leavePlace()
    }
  }

  // ---- explicit transactions --------------------------------------------------------------------------------------

  /** Takes the writer's place, waiting for it. */
  takePlace(): Promise<void> {
    return this.place.take(this.lockTimeoutMs)
  }

  leavePlace(): void {
    this.place.leave()
  }

  beginWriting(): void {
    this.before = this.keptSnapshot()
    try {
      this.storage.begin()
    } catch (error) {
      this.endWriting()
      throw error
    }
    this.storage.stores.heap.copyCommitted()
  }

  /**
   * Runs a statement within the transaction that writes, in slices; it sees what was written, and one that fails is taken
   * back alone. Others read the state before the transaction meanwhile.
   */
  async runWithin(start: WriteStart, transaction: { mustBeOpen(): void }): Promise<QueryResult> {
    this.mustBeWriting()
    const deadline = new Deadline(start.options)
    deadline.check()
    const takeBack = this.storage.savepoint()
    const run = new WriteRun(this, start)
    let isOurs = true
    try {
      while (run.next()) {
        // Meanwhile the transaction may be rolled back, and then another one may write.
        isOurs = false
        await (run.awaited ?? nextTurn())
        transaction.mustBeOpen()
        this.mustBeWriting()
        isOurs = true
        deadline.check()
      }
      // While what fails can still be taken back alone.
      this.storage.stores.settleTexts()
      return this.told(start.prepared, run.result())
    } catch (error) {
      // What has left memory for the log cannot be taken back alone: then nothing of the transaction may stay.
      if (isOurs && !takeBack()) this.storage.rollback()
      throw error
    } finally {
      run.end()
    }
  }

  commitWriting(): number {
    this.mustBeWriting()
    const sequence = this.storage.commit()
    this.endWriting()
    return sequence
  }

  rollbackWriting(): void {
    this.storage.rollback()
    this.endWriting()
  }

  // ---- bulk loads -------------------------------------------------------------------------------------------------

  /** Takes the writer's place for a load into an empty database; others go on reading the empty one. */
  beginLoad(): BulkLoader {
    if (!this.place.tryTake()) throw busy(0)
    try {
      this.before = this.keptSnapshot()
      this.storage.beginLoad()
      return new BulkLoader(this.storage.stores, {
        complete: async () => {
          try {
            await this.storage.completeLoad()
          } finally {
            this.endLoad()
          }
        },
        abort: () => {
          this.storage.abortLoad()
          this.endLoad()
        },
      })
    } catch (error) {
      this.storage.abortLoad()
      this.endLoad()
      throw error
    }
  }

  private endLoad(): void {
    this.endWriting()
    this.leavePlace()
  }

  private mustBeWriting(): void {
    if (this.storage.writing) return
    this.storage.mustBeOpen()
    throw new DatabaseError(
      'TRANSACTION_CLOSED',
      'the transaction has been rolled back, since its changes could not be kept; begin another',
      {},
    )
  }

  /** What others read while one writes must last as long as the write. */
  private keptSnapshot(): Stores {
    const snapshot = this.storage.stores.snapshot()
    snapshot.kept = true
    return snapshot
  }

  private endWriting(): void {
    this.before?.release()
    this.before = undefined
    // What was committed meanwhile can be read from now on.
    this.graphs.consider()
  }

  // ---- one run ----------------------------------------------------------------------------------------------------

  private execute(
    prepared: PreparedText,
    parameters: Parameters,
    stores: Stores,
    transaction: StoreTransaction,
    form: ValueForm,
  ): QueryResult {
    const { plan } = prepared
    if (plan.kind === 'schema') return this.runSchema(plan.command, transaction)
    const values = this.bind(prepared, parameters)
    const memory = this.budget()
    try {
      const { rows, plan: described } = plan.query.run(transaction, values, this.functions, memory)
      const counted = plan.query.writes ? transaction.counters : nothingCounted
      return new QueryResult(plan.query.columns, formRows(stores, rows, form), {
        counters: counted,
        plan: described,
        search: transaction.searches,
      })
    } catch (error) {
      throw placed(error, prepared)
    } finally {
      memory.end()
    }
  }

  /** The result, after a statement that took long was told of. */
  private told(prepared: PreparedText, result: QueryResult): QueryResult {
    const { timeMs = 0 } = result.summary
    this.slowStatements.tell(prepared, { timeMs, rowCount: result.rows.length }, this.storage.stores)
    return result
  }

  /** What one run may gather; whoever takes it ends it. */
  budget({ memoryMaxBytes }: Pick<RunOptions, 'memoryMaxBytes'> = {}): MemoryBudget {
    return new MemoryBudget(this.memory, memoryMaxBytes)
  }

  /** What functions are given in a statement of a transaction that began so, or that is one of its own. */
  environmentFor(transactionMs: number | undefined): RunEnvironment {
    return transactionMs === undefined ? this.functions : { ...this.functions, transactionMs }
  }

  /**
   * Values for the query's parameters, in its order: literals of the text, or what the caller gives. EXPLAIN, which runs
   * nothing, goes without those that are missing.
   */
  bind({ plan, lifted }: PreparedText, given: Parameters): readonly Value[] {
    const { parameters, mode } = (plan as PreparedText['plan'] & { kind: 'query' }).query
    const values = new Array<Value>(parameters.length)
    for (let i = 0; i < parameters.length; i++) {
      const name = parameters[i]!
      const literal = lifted.get(name)
      if (literal !== undefined) values[i] = literal
      else if (Object.hasOwn(given, name)) values[i] = fromPlain(`$${name}`, given[name])
      else if (mode !== 'explain') throw missing(name, given)
    }
    return values
  }
}

function missing(name: string, given: Parameters): DatabaseError {
  const names = Object.keys(given)
  const error = new DatabaseError('PARAMETER_MISSING', `the query needs a value for $${name}`, {
    parameter: name,
    hint: names.length === 0 ? 'No parameters were given.' : `Given: ${names.map((each) => `$${each}`).join(', ')}.`,
  })
  error.phase = 'compile time'
  return error
}

function callsOnce({ plan }: PreparedText): boolean {
  return plan.kind === 'query' && plan.query.callsOnce
}
