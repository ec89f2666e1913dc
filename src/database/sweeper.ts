/**
 * Takes keys away when their time has come.
 *
 *   key due ── timer ──▶ the writer's place, in turn ── batch ── commit ──▶ gone, for everyone at once ── timer ──▶ ...
 *
 * One timer waits for the next due key. What is due goes in batches of a few milliseconds, each a transaction like any
 * other; so no read has to ask whether what it finds still counts. Keys that fall due one after the other share a sweep:
 * two sweeps are half of the allowed lateness apart, and the other half is for whoever writes meanwhile. What fell due
 * while the database was closed goes before `open` gives it out.
 */
import type { Environment } from '../core/environment.js'
import { DatabaseError } from '../core/errors.js'
import type { StoreTransaction } from '../transaction/store-transaction.js'
import { nextTurn } from './deadline.js'
import type { Runner } from './runner.js'

export interface SweeperOptions {
  /** How late a key may go that expires, while nobody keeps the writer's place for long. Default 100. */
  expiryLatenessMs?: number
}

export interface ExpiryInfo {
  /** Keys that expire some time. */
  readonly keys: number
  /** For how long the first of them has been due; 0 where none is. */
  readonly lateMs: number
  /** The most that one has been late since the database was opened. */
  readonly lateMsMax: number
}

const latenessMsDefault = 100
/** What a batch aims at: whoever comes meanwhile waits no longer. */
const batchMs = 4
/** The wall clock can be set: the timer never waits for longer without looking at it. */
const waitMsMax = 10_000
/** How long a disk that refuses, or a memory that is full, is left alone. */
const againMs = 1_000

export class Sweeper {
  private wakesAtMs = Number.POSITIVE_INFINITY
  private sleep: () => void = () => {}
  private running: Promise<void> | undefined
  private sweptAtMs = Number.NEGATIVE_INFINITY
  private lateMsMax = 0
  private stopped = false

  constructor(
    private readonly runner: Runner,
    private readonly environment: Environment,
    private readonly options: SweeperOptions,
  ) {
    runner.storage.onExpiry = (atMs) => this.wakeFor(atMs)
  }

  /** Takes away all that is due. Never rejects: what the disk refuses is tried again later. */
  sweep(): Promise<void> {
    this.running ??= this.sweepAll().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** As `sweep`, for what fell due while nobody could take it away: that counts as no lateness. */
  async sweepFirst(): Promise<void> {
    await this.sweep()
    this.lateMsMax = 0
  }

  stop(): void {
    this.stopped = true
    this.sleep()
  }

  get info(): ExpiryInfo {
    const { expiries } = this.runner.readable
    return {
      keys: expiries.size,
      lateMs: Math.max(0, this.now - (this.nextDueMs() ?? this.now)),
      lateMsMax: this.lateMsMax,
    }
  }

  private async sweepAll(): Promise<void> {
    this.sleep()
    try {
      while (!this.stopped && this.isDue()) {
        await this.runner.writeWith((transaction) => this.sweepSome(transaction))
        this.sweptAtMs = this.now
        await nextTurn()
      }
      this.sleepUntil(this.nextDueMs())
    } catch (error) {
      this.afterFailure(error)
    }
  }

  private sweepSome({ keys }: StoreTransaction): void {
    const end = performance.now() + batchMs
    const { now } = this
    for (let lateMs = keys.expireNext(now); lateMs !== null; lateMs = keys.expireNext(now)) {
      this.lateMsMax = Math.max(this.lateMsMax, lateMs)
      if (performance.now() > end) return
    }
  }

  private afterFailure(error: unknown): void {
    if (!(error instanceof DatabaseError)) throw error
    // Somebody who has written for so long that nobody waits any more may still be at it: the turn is taken again.
    if (error.code !== 'DATABASE_CLOSED') this.sleepUntil(error.code === 'WRITER_BUSY' ? this.now : this.now + againMs)
  }

  private wakeFor(atMs: number): void {
    if (this.running === undefined && atMs < this.wakesAtMs) this.sleepUntil(atMs)
  }

  private sleepUntil(dueMs: number | undefined): void {
    this.sleep()
    if (dueMs === undefined || this.stopped) return
    this.wakesAtMs = Math.max(dueMs, this.sweptAtMs + this.latenessMs / 2)
    const waitMs = Math.min(Math.max(0, this.wakesAtMs - this.now), waitMsMax)
    const cancel = this.environment.timers.after(waitMs, () => this.wake())
    this.sleep = () => {
      cancel()
      this.wakesAtMs = Number.POSITIVE_INFINITY
      this.sleep = () => {}
    }
  }

  /** The timer may have been a look at the clock only. */
  private wake(): void {
    if (this.isDue()) void this.sweep()
    else this.sleepUntil(this.nextDueMs())
  }

  private isDue(): boolean {
    return (this.nextDueMs() ?? Number.POSITIVE_INFINITY) <= this.now
  }

  private nextDueMs(): number | undefined {
    return this.runner.readable.expiries.first()?.atMs
  }

  private get now(): number {
    return this.environment.clock.now()
  }

  private get latenessMs(): number {
    return this.options.expiryLatenessMs ?? latenessMsDefault
  }
}
