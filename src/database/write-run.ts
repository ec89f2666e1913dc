/** One statement of whoever has the writer's place, in slices, over the newest state. */
import type { QueryRun } from '../../query/engine.js'
import type { MemoryBudget } from '../../query/execute/runtime/memory.js'
import type { StoreTransaction } from '../transaction/store-transaction.js'
import type { Parameters } from './database.js'
import { withPlaces } from './placed.js'
import type { Plan, PreparedText } from './plan-cache.js'
import { formOf, formRows, QueryResult, type RunOptions, type ValueForm } from './result.js'
import type { Runner } from './runner.js'

export interface WriteStart {
  readonly prepared: PreparedText
  readonly parameters: Parameters
  readonly options: RunOptions
  /** When the explicit transaction began that it is part of. */
  readonly transactionMs?: number
}

export class WriteRun {
  private readonly began = performance.now()
  private readonly prepared: PreparedText
  private readonly plan: Plan
  private readonly form: ValueForm
  private readonly transaction: StoreTransaction
  private readonly memory: MemoryBudget
  /** undefined for a schema command, which is one step. */
  private readonly run: QueryRun | undefined

  constructor(
    private readonly runner: Runner,
    { prepared, parameters, options, transactionMs }: WriteStart,
  ) {
    this.prepared = prepared
    this.plan = prepared.plan
    this.form = formOf(options)
    this.memory = runner.budget(options)
    this.transaction = runner.writer()
    if (this.plan.kind === 'query')
      this.run = this.plan.query.start(
        this.transaction,
        runner.bind(prepared, parameters),
        runner.environmentFor(transactionMs),
        { memory: this.memory },
      )
  }

  /** Runs a slice. True when there is more to do. */
  next(): boolean {
    return withPlaces(this.prepared, () => this.run?.next() ?? false)
  }

  /** As `QueryRun.awaited`. */
  get awaited(): Promise<void> | undefined {
    return this.run?.awaited
  }

  end(): void {
    this.memory.end()
  }

  /** After the end: the rows, as they are before others write. */
  result(): QueryResult {
    const { plan, run, transaction, runner, began } = this
    if (plan.kind === 'schema') return runner.runSchema(plan.command, transaction, began)
    return new QueryResult(plan.query.columns, formRows(runner.storage.stores, run!.takeRows(), this.form), {
      counters: transaction.counters,
      plan: run!.plan,
      search: transaction.searches,
      timeMs: performance.now() - began,
    })
  }
}
