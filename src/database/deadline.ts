/** When a run must end before its time: its caller gave up, or its time is over. Asked between slices. */
import { DatabaseError } from '../core/errors.js'
import type { Limits } from '../sdk/result.js'

export type { Limits } from '../sdk/result.js'

export class Deadline {
  private readonly signal: AbortSignal | undefined
  private readonly timeoutMs: number | undefined
  private readonly endsAt: number

  constructor({ signal, timeoutMs }: Limits) {
    this.signal = signal
    this.timeoutMs = timeoutMs
    this.endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs
  }

  /** Throws when the run must end. */
  check(): void {
    if (this.signal?.aborted)
      throw new DatabaseError('QUERY_CANCELLED', 'the query was cancelled; nothing of it took effect', {
        cause: this.signal.reason,
      })
    if (this.timeoutMs !== undefined && performance.now() > this.endsAt)
      throw new DatabaseError(
        'QUERY_TIMEOUT',
        `the query took longer than its ${this.timeoutMs} ms; nothing of it took effect; make it smaller or raise timeoutMs`,
        { timeoutMs: this.timeoutMs },
      )
  }
}

/** Lets the event loop turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
