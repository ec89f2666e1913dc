/**
 * An explicit transaction: several statements over one snapshot, of which all or none take effect.
 *
 *   reading   the snapshot of its start
 *   writing   from the first write on: the newest state, which nobody else writes meanwhile; others read on from
 *             before it (pages are copied, not changed in place)
 *
 * The first write takes the writer's place. If others have committed since the start and the transaction has read, it
 * fails with TRANSACTION_CONFLICT, as what it read may have changed; else its snapshot moves up. A statement that
 * fails takes back what it did and leaves the transaction as it was before.
 */

import { DatabaseError } from '../core/errors.js'
import { Queryable } from '../sdk/queryable.js'
import type { Parameters, TypedValue } from '../sdk/result.js'
import type { AnySchema, Schema } from '../sdk/schema.js'
import type { Stores } from '../stores/stores.js'
import type { PreparedText } from './plan-cache.js'
import { tooOld } from './read-run.js'
import {
  type QueryResult,
  type RunOptions,
  rowsOf,
  type Summary,
  type TypedOptions,
  type TypedResult,
} from './result.js'
import type { Runner } from './runner.js'

export interface TransactionOptions {
  /** 'write' takes the writer's place at the start, so that there is nothing to conflict with. Default 'read'. */
  access?: 'read' | 'write'
  /** It is rolled back when it does nothing for so long. Default 30 s, and 5 s once it has written. */
  idleMsMax?: number
}

/** A holder of the writer's place that does nothing for so long is rolled back. */
const idleWriterMs = 5_000
const idleReaderMs = 30_000

export class ExplicitTransaction<S extends Schema = AnySchema> extends Queryable<S> {
  private snapshot: Stores | undefined
  private readonly startSequence: number
  private readonly startMs: number
  private hasRead = false
  private writing = false
  private ended: string | undefined
  private idle: NodeJS.Timeout | undefined
  private busy = false

  constructor(
    private readonly runner: Runner,
    private readonly options: TransactionOptions = {},
  ) {
    super()
    this.snapshot = runner.snapshot()
    this.startSequence = runner.storage.sequence
    this.startMs = runner.functions.clock.now()
    this.watchIdle()
  }

  /** Runs one statement. Throws TRANSACTION_CLOSED after the end, TRANSACTION_CONFLICT and WRITER_BUSY at a first write. */
  query(text: string, parameters: Parameters | undefined, options: TypedOptions): Promise<TypedResult>
  query(text: string, parameters?: Parameters, options?: RunOptions): Promise<QueryResult>
  async query(text: string, parameters: Parameters = {}, options: RunOptions = {}): Promise<QueryResult> {
    this.startStatement()
    try {
      return await this.run(text, parameters, options)
    } finally {
      this.endStatement()
    }
  }

  /** As `query`, row by row. Once the transaction has written, the rows are gathered before the first is given. */
  stream(text: string, parameters: Parameters | undefined, options: TypedOptions): AsyncGenerator<TypedValue[], Summary>
  stream(text: string, parameters?: Parameters, options?: RunOptions): AsyncGenerator<unknown[], Summary>
  stream(text: string, parameters?: Parameters, options?: RunOptions): AsyncGenerator<unknown[], Summary> {
    return rowsOf(this.batches(text, parameters, options))
  }

  /** As `stream`, in the batches in which rows are found. */
  async *batches(
    text: string,
    parameters: Parameters = {},
    options: RunOptions = {},
  ): AsyncGenerator<unknown[][], Summary> {
    this.startStatement()
    try {
      const prepared = this.prepare(text)
      if (!this.writing && !this.runner.isWrite(prepared)) {
        return yield* this.runner.batches(prepared, parameters, { ...options, ...this.versionToRead() })
      }
      const { rows, summary } = await this.run(text, parameters, options)
      yield rows
      return summary
    } finally {
      this.endStatement()
    }
  }

  private startStatement(): void {
    this.mustBeOpen()
    if (this.busy)
      throw new DatabaseError('TRANSACTION_NESTED', 'a transaction runs one statement at a time; await it', {})
    this.busy = true
    clearTimeout(this.idle)
  }

  private endStatement(): void {
    this.busy = false
    this.watchIdle()
  }

  private async run(text: string, parameters: Parameters, options: RunOptions): Promise<QueryResult> {
    const prepared = this.prepare(text)
    const start = { prepared, parameters, options, transactionMs: this.startMs }
    if (this.runner.isWrite(prepared)) {
      await this.startWriting()
      // The snapshot has moved up: what the plan was made for may be gone.
      return this.runner.runWithin({ ...start, prepared: this.prepare(text) }, this)
    }
    if (this.writing) return this.runner.runWithin(start, this)
    return this.runner.read(prepared, parameters, { ...options, ...this.versionToRead() })
  }

  private versionToRead(): { snapshot: Stores; sequence: number; transactionMs: number } {
    this.hasRead = true
    if (this.snapshot!.void) throw tooOld()
    return { snapshot: this.snapshot!, sequence: this.startSequence, transactionMs: this.startMs }
  }

  /** Takes the writer's place; a second call does nothing. */
  async startWriting(): Promise<void> {
    if (this.writing) return
    await this.runner.takePlace()
    try {
      this.mustBeOpen()
      if (this.hasRead && this.runner.storage.sequence !== this.startSequence)
        throw new DatabaseError(
          'TRANSACTION_CONFLICT',
          'others have committed since this transaction read; run it again (db.transaction does so by itself)',
          {},
        )
      this.runner.beginWriting()
      this.writing = true
      this.snapshot?.release()
      this.snapshot = undefined
    } catch (error) {
      this.runner.leavePlace()
      throw error
    }
  }

  /** False after the end, whoever brought it about. */
  get isOpen(): boolean {
    return this.ended === undefined
  }

  /** For how long the transaction may do nothing before it is rolled back. */
  get idleMsMax(): number {
    return this.options.idleMsMax ?? (this.writing ? idleWriterMs : idleReaderMs)
  }

  /** Throws TRANSACTION_NESTED while a statement of it runs, or a stream of it has not ended. */
  async commit(): Promise<void> {
    this.mustBeOpen()
    if (this.busy)
      throw new DatabaseError(
        'TRANSACTION_NESTED',
        'a statement of the transaction is still running; await it, or end its stream, and commit then',
        {},
      )
    const sequence = this.writing ? this.commitWritten() : this.startSequence
    this.end('it was committed')
    await this.runner.storage.settled(sequence)
  }

  /** What cannot be committed, as something required is missing, is taken back. */
  private commitWritten(): number {
    try {
      return this.runner.commitWriting()
    } catch (error) {
      this.rollback('it could not be committed')
      throw error
    }
  }

  /** Takes everything back. Does nothing after the end. */
  rollback(why = 'it was rolled back'): void {
    if (this.ended !== undefined) return
    if (this.writing) this.runner.rollbackWriting()
    this.end(why)
  }

  private prepare(text: string): PreparedText {
    return this.runner.prepare(text, this.snapshot ?? this.runner.storage.stores)
  }

  private end(why: string): void {
    clearTimeout(this.idle)
    this.ended = why
    this.snapshot?.release()
    this.snapshot = undefined
    if (this.writing) this.runner.leavePlace()
    this.writing = false
  }

  private watchIdle(): void {
    if (this.ended !== undefined) return
    clearTimeout(this.idle)
    const ms = this.idleMsMax
    if (ms === Number.POSITIVE_INFINITY) return
    this.idle = setTimeout(() => this.rollback(`it was idle for ${ms / 1000} s`), ms)
    this.idle.unref()
  }

  /** Throws TRANSACTION_CLOSED after the end. */
  mustBeOpen(): void {
    if (this.ended !== undefined)
      throw new DatabaseError('TRANSACTION_CLOSED', `the transaction has ended: ${this.ended}; begin another`, {})
    this.runner.storage.mustBeOpen()
  }
}
