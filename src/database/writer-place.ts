/** The one place from which a database is written; whoever wants it waits in turn. */
import { DatabaseError } from '../core/errors.js'

export class WriterPlace {
  private taken = false
  private readonly waiting: { give: () => void; timer: NodeJS.Timeout }[] = []

  /** Takes the place when it is free now. */
  tryTake(): boolean {
    if (this.taken) return false
    this.taken = true
    return true
  }

  /** Takes the place, waiting at most `timeoutMs`. Throws WRITER_BUSY then. */
  take(timeoutMs: number): Promise<void> {
    if (this.tryTake()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(entry), 1)
        reject(busy(timeoutMs))
      }, timeoutMs)
      const entry = { give: resolve, timer }
      this.waiting.push(entry)
    })
  }

  /** Gives the place to whoever waits longest. */
  leave(): void {
    const next = this.waiting.shift()
    if (next === undefined) {
      this.taken = false
      return
    }
    clearTimeout(next.timer)
    next.give()
  }
}

export function busy(timeoutMs: number): DatabaseError {
  return new DatabaseError(
    'WRITER_BUSY',
    timeoutMs === 0
      ? 'another transaction is writing, and a synchronous call cannot wait; use db.query, or try again'
      : `another transaction has been writing for ${timeoutMs} ms; try again, or raise lockTimeoutMs`,
    { timeoutMs },
  )
}
