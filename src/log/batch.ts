/** What the log flushes at once: records, where in the segments they go, and who waits for it. */
import { ByteWriter } from '../core/bytes.js'
import type { File } from '../core/environment.js'
import type { DatabaseError } from '../core/errors.js'
import type { SegmentHeader } from './record.js'

/** A segment that records are being put into. */
export interface Segment {
  readonly header: SegmentHeader
  readonly seed: number
  readonly bytes: number
  /** undefined until the first group that reaches into it is written. */
  file: File | undefined
}

/** What one write carries: `records[start, end)` of its batch, to `position` of a segment. */
export interface Piece {
  readonly segment: Segment
  readonly position: number
  readonly start: number
  end: number
  /** The last commit that ends in it, 0 if none does. */
  sequence: number
  written: boolean
}

/** Records that are, or will be, flushed together, and the promise of everyone who waits for that. */
export class Batch {
  readonly records = new ByteWriter(64 * 1024)
  pieces: Piece[] = []
  /** Commits that end in it. */
  commits = 0
  /** When the first of them came, by the monotonic clock. */
  since = 0
  #waiting: { promise: Promise<void>; resolve: () => void; reject: (error: DatabaseError) => void } | undefined

  get awaited(): boolean {
    return this.#waiting !== undefined
  }

  /** The last commit in it, 0 if there is none. */
  get sequence(): number {
    return this.pieces.reduce((last, piece) => Math.max(last, piece.sequence), 0)
  }

  bytesOf({ start, end }: Piece): Uint8Array {
    return this.records.bytes.subarray(start, end)
  }

  settled(): Promise<void> {
    this.#waiting ??= deferred()
    return this.#waiting.promise
  }

  resolve(): void {
    this.#waiting?.resolve()
    this.#waiting = undefined
  }

  reject(error: DatabaseError): void {
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }

  empty(): void {
    this.commits = 0
    this.records.reset()
    this.pieces = []
  }
}

function deferred() {
  let resolve!: () => void
  let reject!: (error: DatabaseError) => void
  const promise = new Promise<void>((onDone, onError) => {
    resolve = onDone
    reject = onError
  })
  return { promise, resolve, reject }
}
