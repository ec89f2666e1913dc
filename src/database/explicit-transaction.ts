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
import type { Stores } from '../stores/stores.js'
import type { Parameters } from './database.js'
import type { Limits } from './deadline.js'
import { tooOld } from './read-run.js'
import type { QueryResult } from './result.js'
import type { Runner } from './runner.js'

export interface TransactionOptions {
  /** 'write' takes the writer's place at the start, so that there is nothing to conflict with. Default 'read'. */
  access?: 'read' | 'write'
}

/** A holder of the writer's place that does nothing for so long is rolled back. */
const idleWriterMs = 5_000
const idleReaderMs = 30_000

export class ExplicitTransaction {
  private snapshot: Stores | undefined
  private readonly startSequence: number
  private hasRead = false
  private writing = false
  private ended: string | undefined
  private idle: NodeJS.Timeout | undefined
  private busy = false

  constructor(private readonly runner: Runner) {
    this.snapshot = runner.snapshot()
    this.startSequence = runner.storage.sequence
    this.watchIdle()
  }

  /** Runs one statement. Throws TRANSACTION_CLOSED after the end, TRANSACTION_CONFLICT and WRITER_BUSY at a first write. */
  async query(text: string, parameters: Parameters = {}, limits: Limits = {}): Promise<QueryResult> {
    this.mustBeOpen()
    if (this.busy)
      throw new DatabaseError('TRANSACTION_NESTED', 'a transaction runs one statement at a time; await it', {})
    this.busy = true
    clearTimeout(this.idle)
    try {
      const prepared = this.runner.prepare(text, this.snapshot ?? this.runner.storage.stores)
      if (this.runner.isWrite(prepared)) {
        await this.startWriting()
        return this.runner.writeStatement(prepared, parameters)
      }
      this.hasRead = true
      if (this.snapshot?.void) throw tooOld()
      if (this.writing) return this.runner.readOwnWrites(prepared, parameters)
      return await this.runner.read(prepared, parameters, { ...limits, snapshot: this.snapshot! })
    } finally {
      this.busy = false
      this.watchIdle()
    }
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
      this.snapshot?.release()
      this.snapshot = undefined
      this.runner.beginWriting()
      this.writing = true
    } catch (error) {
      this.runner.leavePlace()
      throw error
    }
  }

  async commit(): Promise<void> {
    this.mustBeOpen()
    const sequence = this.writing ? this.runner.commitWriting() : this.startSequence
    this.end('it was committed')
    await this.runner.storage.settled(sequence)
  }

  /** Takes everything back. Does nothing after the end. */
  rollback(why = 'it was rolled back'): void {
    if (this.ended !== undefined) return
    if (this.writing) this.runner.rollbackWriting()
    this.end(why)
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
    const ms = this.writing ? idleWriterMs : idleReaderMs
    this.idle = setTimeout(() => this.rollback(`it was idle for ${ms / 1000} s`), ms)
    this.idle.unref()
  }

  private mustBeOpen(): void {
    if (this.ended !== undefined)
      throw new DatabaseError('TRANSACTION_CLOSED', `the transaction has ended: ${this.ended}; begin another`, {})
  }
}
