/**
 * The commit log of one database: changes are appended in memory, flushed in groups, and safe once flushed.
 *
 *   append ── changes ──┐ commit
 *                       ▼
 *                  gathering ──── setImmediate ────▶ writing ── one durable write a segment ──▶ flushed
 *                  records of commits,               the group
 *                  waiting promises                  under way
 *
 * One group is written at a time; what is committed meanwhile gathers and goes out as the next. A group starts when the
 * turn of the event loop ends in which the first flush was asked for: no timer delays a lone writer, and writers who
 * were answered together commit again in the same turn and so share the next write. (Started at once, groups of 64
 * writers would be of 1 and 63 in turn, with half the throughput: bench/log.ts.) Where so many commit that they compute
 * for longer than half a write takes, half of them start the write, and the two halves compute and write by turns.
 *
 * A transaction too large for memory leaves in chunks before its commit; a reader drops chunks without one.
 *
 * When a write fails nobody knows what reached the disk. Everything unflushed is void: the caller unrolls it, newest
 * first, in `onFailure`; the place is overwritten with zeros as soon as nothing is being written to it, so that it is
 * never read back as committed; and the log refuses work until `recoverFromFailure` has written there again. Sequences
 * of void commits are not given a second time, so that whoever saw one of them is never told that it is safe.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { ByteWriter } from '../core/bytes.js'
import type { Change } from '../core/change.js'
import type { Environment, File } from '../core/environment.js'
import { DatabaseError } from '../core/errors.js'
import { Batch, type Piece, type Segment } from './batch.js'
import { writeChange } from './change-codec.js'
import { type BegunSegment, endOfContent, loadSegment, type SegmentEnd, walkSegment } from './read-log.js'
import {
  checksumSeed,
  headerBytes,
  type Payload,
  type RecordHead,
  recordFlags,
  recordHeadBytes,
  type SegmentHeader,
  writeRecord,
} from './record.js'
import { listSegments, SegmentFiles } from './segments.js'
import { storageError, withStorageErrors } from './storage-error.js'

export interface LogOptions {
  /** Size of a segment's file. Default 16 MiB, at least 4 KiB. */
  readonly segmentBytes?: number
  /** The sequence of the checkpoint that the log follows. Default 0. */
  readonly afterSequence?: number
  /**
   * Called when a flush has failed, before anybody waiting hears of it: all commits behind `flushed` and the open
   * transaction are void.
   */
  readonly onFailure?: (failure: DatabaseError) => void
}

const segmentBytesDefault = 16 * 1024 * 1024
const segmentBytesMin = 4 * 1024
/** Changes of an open transaction that are kept in memory, and payload of one record, at most. */
const chunkBytesMax = 1024 * 1024
/** Commits that make a group which does not wait for more. */
const groupMin = 8
/** Records that gather without anybody asking for a flush, at most. */
const gatheredBytesMax = 1024 * 1024

export class Log {
  readonly #environment: Environment
  readonly #files: SegmentFiles
  readonly #onFailure: (failure: DatabaseError) => void

  #sequence: number
  #flushed: number
  /** The last sequence ever given, void ones included. */
  #given: number
  readonly #voidRanges: { readonly after: number; readonly upTo: number; readonly failure: DatabaseError }[] = []
  /** Begun segments that may still be needed, oldest first. */
  readonly #kept: SegmentHeader[] = []

  // Where the next record goes, and the last segment that was begun, which may be the one before.
  #segment: Segment
  #begun: Segment | undefined
  #position: number

  // The open transaction: its changes that are still here, and how many records it has given out already.
  readonly #changes = new ByteWriter(64 * 1024)
  #open = false
  #partsOut = 0
  #bytesOut = 0

  #gathering = new Batch()
  #writing: Batch | undefined
  #idle = new Batch()
  #scheduled = false
  /** Commits of the last group, and of the last two: about as many as commit at once. */
  #commitsBefore = 0
  #commitsLately = 0
  /** How long the last write took. */
  #writeMs = 0
  /** Files of segments that are full; one may still be written to. */
  readonly #retired: File[] = []

  #failure: DatabaseError | undefined
  /** Bytes from `#position` on that a failed write may have left. */
  #voidBytes = 0
  #appendedSinceOpen = false
  #closed = false

  /**
   * Opens the log in `directory`, which must exist, to append behind its last whole record; what a crash left behind
   * that is overwritten. Damage further up is not looked for: `readLog`, run first, does that.
   */
  static open(environment: Environment, directory: string, options: LogOptions = {}): Log {
    return withStorageErrors(() => new Log(environment, directory, options))
  }

  private constructor(environment: Environment, directory: string, options: LogOptions) {
    const { segmentBytes = segmentBytesDefault, afterSequence = 0, onFailure = () => undefined } = options
    assert(segmentBytes >= segmentBytesMin, `segmentBytes ${segmentBytes} is below ${segmentBytesMin}`)
    this.#environment = environment
    this.#onFailure = onFailure
    this.#files = new SegmentFiles(environment, directory, segmentBytes)

    const found = listSegments(environment.files, directory)
    const last = found.findLast((segment): segment is BegunSegment => segment.header !== undefined)
    for (const { number } of found) if (number > (last?.number ?? 0)) this.#files.recycle(number)
    for (const { header } of found) if (header !== undefined) this.#kept.push(header)

    const bytes = last && loadSegment(environment.files, last, Buffer.alloc(0))
    const end = bytes && findEnd(last, bytes)
    this.#sequence = this.#flushed = this.#given = Math.max(end?.committed ?? 0, afterSequence)
    if (end?.committed === this.#sequence) {
      const segment = this.#reopen(last!)
      this.#segment = this.#begun = segment
      this.#position = end.position
      makeSafe(segment.file, bytes!, end)
    } else {
      this.#segment = this.#newSegment(last === undefined ? 1 : last.number + 1)
      this.#position = headerBytes
      this.#fileOf(this.#segment)
    }
  }

  #reopen({ header, bytes, number }: BegunSegment): Segment & { file: File } {
    return { header, seed: checksumSeed(header), bytes, file: this.#files.reopen(number) }
  }

  /** The last commit, flushed or not. */
  get sequence(): number {
    return this.#sequence
  }

  /** No commit behind this one is safe; `isSafe` tells of those before it. */
  get flushed(): number {
    return this.#flushed
  }

  /** Why work is refused, undefined while it is not. */
  get failure(): DatabaseError | undefined {
    return this.#failure
  }

  /** How much there is to read back: bytes in the segments that are kept. */
  get bytes(): number {
    return (this.#kept.length - 1) * this.#files.segmentBytes + this.#position
  }

  // ---- Transactions ----------------------------------------------------------------------------------------------

  beginTransaction(): void {
    assert(!this.#open && !this.#closed)
    this.#mustWork()
    this.#open = true
    this.#partsOut = 0
    this.#bytesOut = 0
    this.#changes.reset()
  }

  /** May flush, when the transaction is large. Throws STORAGE_FULL or STORAGE_FAILED; it is void then. */
  append(change: Change): void {
    this.#mustWork()
    assert(this.#open)
    writeChange(this.#changes, change)
    if (this.#changes.length >= chunkBytesMax) this.#spill()
  }

  /** A place in the open transaction that `tryRewind` can go back to. */
  get mark(): number {
    assert(this.#open)
    return this.#bytesOut + this.#changes.length
  }

  /** Forgets what was appended since the mark was read. Gives false when that has left memory: only `rollback` helps. */
  tryRewind(mark: number): boolean {
    assert(this.#open)
    if (mark < this.#bytesOut) return false
    this.#changes.length = mark - this.#bytesOut
    return true
  }

  /** Gives the transaction's sequence; that of the last one when there are no changes. Safe only after a flush. */
  commit(): number {
    this.#mustWork()
    assert(this.#open)
    this.#open = false
    if (this.#changes.length === 0 && this.#partsOut === 0) return this.#sequence
    this.#appendChanges(recordFlags.commits, this.#environment.clock.now())
    this.#given = ++this.#sequence
    this.#gathering.pieces.at(-1)!.sequence = this.#sequence
    if (this.#gathering.commits++ === 0) this.#gathering.since = this.#environment.clock.monotonic()
    if (this.#gathering.records.length >= gatheredBytesMax) this.flushSync()
    return this.#sequence
  }

  rollback(): void {
    this.#open = false
    this.#changes.reset()
  }

  #spill(): void {
    this.#appendChanges(0, 0)
    if (this.#gathering.records.length >= gatheredBytesMax) this.flushSync()
  }

  /** Moves the changes into records, as many as it takes; the flags given go on the last. */
  #appendChanges(lastFlags: number, time: number): void {
    const { bytes, length } = this.#changes
    let start = 0
    do {
      const end = Math.min(length, start + this.#payloadRoom())
      const flags = end < length ? recordFlags.continues : lastFlags
      this.#appendRecord({ bytes, start, end }, { part: this.#partsOut++, flags, time, sequence: this.#sequence + 1 })
      start = end
    } while (start < length)
    this.#bytesOut += length
    this.#changes.reset()
  }

  #appendRecord(payload: Payload, head: Omit<RecordHead, 'back'>): void {
    const { records } = this.#gathering
    const piece = this.#currentPiece()
    const { sequence, time, part, flags } = head
    const back = records.length - piece.start
    writeRecord(records, { sequence, time, back, part, flags }, payload, this.#segment.seed)
    this.#position += records.length - piece.end
    piece.end = records.length
    this.#appendedSinceOpen = true
  }

  #currentPiece(): Piece {
    const { pieces, records } = this.#gathering
    const last = pieces.at(-1)
    if (last?.segment === this.#segment) return last
    const { length } = records
    const piece = {
      segment: this.#segment,
      position: this.#position,
      start: length,
      end: length,
      sequence: 0,
      written: false,
    }
    pieces.push(piece)
    return piece
  }

  /** How much payload the next record may have; goes on to a new segment when the last has no room for any. */
  #payloadRoom(): number {
    if (this.#segment.bytes - this.#position <= recordHeadBytes) {
      this.#segment = this.#newSegment(this.#segment.header.number + 1)
      this.#position = headerBytes
    }
    return Math.min(chunkBytesMax, this.#segment.bytes - this.#position - recordHeadBytes)
  }

  #newSegment(number: number): Segment {
    const salt = Math.floor(this.#environment.random.next() * 2 ** 32)
    const header = { number, firstSequence: this.#sequence + 1, salt }
    return { header, seed: checksumSeed(header), bytes: this.#files.segmentBytes, file: undefined }
  }

  // ---- Flushing --------------------------------------------------------------------------------------------------

  /** Whether the commit is flushed. A commit that a failed flush made void never is. */
  isSafe(sequence: number): boolean {
    return sequence <= this.#flushed && this.#voidRangeOf(sequence) === undefined
  }

  #voidRangeOf(sequence: number) {
    return this.#voidRanges.find(({ after, upTo }) => sequence > after && sequence <= upTo)
  }

  /** Resolves when all commits up to `sequence` (default: all there are) are safe. Rejects when they never will be. */
  flush(sequence = this.#sequence): Promise<void> {
    if (this.isSafe(sequence)) return Promise.resolve()
    const lost = this.#voidRangeOf(sequence)
    if (lost !== undefined) return Promise.reject(lost.failure)
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#writing !== undefined && sequence <= this.#writing.sequence) return this.#writing.settled()
    const settled = this.#gathering.settled()
    if (this.#isWorthStarting()) void this.#writeGroup()
    else this.#schedule()
    return settled
  }

  /**
   * Whether not to wait for the end of the turn: the disk is idle, half of those who commit have done so, and have
   * taken longer for it than half a write takes. Then two halves write and compute by turns.
   */
  #isWorthStarting(): boolean {
    const { commits, since } = this.#gathering
    if (this.#writing !== undefined || commits * 2 < this.#commitsLately || commits < groupMin) return false
    return this.#environment.clock.monotonic() - since > this.#writeMs / 2
  }

  /** As `flush`, before it returns. */
  flushSync(): void {
    this.#mustWork()
    try {
      // A group under way is written again, the same bytes to the same place: waiting for it is not possible here.
      if (this.#writing !== undefined) this.#writeNow(this.#writing)
      this.#writeNow(this.#gathering)
    } catch (error) {
      throw this.#fail(error)
    }
    this.#gathering.resolve()
    this.#gathering.empty()
    this.#closeRetired()
  }

  #writeNow(batch: Batch): void {
    for (const piece of batch.pieces) {
      if (piece.written) continue
      this.#fileOf(piece.segment).write(batch.bytesOf(piece), piece.position)
      this.#finished(piece)
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing !== undefined) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (this.#gathering.awaited) void this.#writeGroup()
    })
  }

  async #writeGroup(): Promise<void> {
    const batch = this.#gathering
    this.#writing = batch
    this.#gathering = this.#idle
    this.#commitsLately = this.#commitsBefore + batch.commits
    this.#commitsBefore = batch.commits
    const began = this.#environment.clock.monotonic()
    try {
      for (const piece of batch.pieces) {
        if (piece.written) continue
        await this.#fileOf(piece.segment).writeAsync(batch.bytesOf(piece), piece.position)
        if (this.#failure !== undefined) break
        this.#finished(piece)
      }
    } catch (error) {
      // Unless `flushSync` has meanwhile written it all, or failed in that itself.
      if (this.#failure === undefined && batch.pieces.some(({ written }) => !written)) this.#fail(error)
    }
    this.#writeMs = this.#environment.clock.monotonic() - began
    this.#settle(batch)
  }

  #settle(batch: Batch): void {
    this.#writing = undefined
    this.#idle = batch
    batch.resolve()
    batch.empty()
    if (this.#failure !== undefined) this.#tryClear()
    else if (this.#gathering.awaited && this.#gathering.commits >= groupMin) void this.#writeGroup()
    else if (this.#gathering.awaited) this.#schedule()
    this.#closeRetired()
  }

  #finished(piece: Piece): void {
    piece.written = true
    this.#flushed = Math.max(this.#flushed, piece.sequence)
    if (piece.position + piece.end - piece.start > this.#files.segmentBytes / 2) this.#files.prepare()
  }

  /** The file of a segment, begun now if this is the first write to it. All before it is safe, as pieces go in order. */
  #fileOf(segment: Segment): File {
    if (segment.file !== undefined) return segment.file
    segment.file = this.#files.begin(segment.header)
    if (this.#begun?.file !== undefined) this.#retired.push(this.#begun.file)
    this.#begun = segment
    this.#kept.push(segment.header)
    return segment.file
  }

  #closeRetired(): void {
    if (this.#writing === undefined) for (const file of this.#retired.splice(0)) file.close()
  }

  // ---- Failure ---------------------------------------------------------------------------------------------------

  #mustWork(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#closed) throw new DatabaseError('DATABASE_CLOSED', 'the database is closed')
  }

  /** Makes everything void that was not written, and says so to everyone. Gives the error to throw. */
  #fail(error: unknown): DatabaseError {
    const failure = this.#refuseWork(error)
    if (this.#given > this.#flushed) this.#voidRanges.push({ after: this.#flushed, upTo: this.#given, failure })
    this.#sequence = this.#flushed
    this.rollback()
    this.#writing?.reject(failure)
    this.#gathering.reject(failure)
    if (this.#writing === undefined) this.#tryClear()
    this.#onFailure(failure)
    return failure
  }

  /** Goes back to before the first piece that was not written. */
  #refuseWork(error: unknown): DatabaseError {
    const lost = [...(this.#writing?.pieces ?? []), ...this.#gathering.pieces].filter(({ written }) => !written)
    this.#gathering.empty()
    if (lost.length > 0) {
      const { segment, position } = lost[0]!
      this.#segment = segment
      this.#position = position
      this.#voidBytes = lost.reduce((sum, piece) => sum + (piece.segment === segment ? piece.end - piece.start : 0), 0)
    }
    this.#failure = storageError(error)
    return this.#failure
  }

  /** Puts zeros where the next record goes, as far as a failed write may have come, so that nobody reads what it left. */
  #clear(): void {
    // A segment that was never begun has no records, whatever is in its file.
    if (this.#voidBytes > 0) this.#segment.file?.write(new Uint8Array(this.#voidBytes), this.#position)
    this.#voidBytes = 0
  }

  #tryClear(): void {
    try {
      this.#clear()
    } catch {
      // The disk still refuses: `recoverFromFailure` tries again.
    }
  }

  /**
   * Takes up work after a failure. Throws the reason, and stays as it was, while the disk still refuses, or has not
   * given back a write from before. The caller has unrolled what `onFailure` told it to.
   */
  recoverFromFailure(): void {
    if (this.#failure === undefined) return
    if (this.#writing !== undefined) throw this.#failure
    try {
      this.#clear()
      this.#appendMark(this.#given)
      this.#writeNow(this.#gathering)
    } catch (error) {
      throw this.#refuseWork(error)
    }
    this.#gathering.empty()
    this.#closeRetired()
    this.#sequence = this.#flushed = this.#given
    this.#failure = undefined
  }

  #appendMark(sequence: number): void {
    this.#payloadRoom()
    const head = { part: 0, flags: recordFlags.marks, time: this.#environment.clock.now(), sequence }
    this.#appendRecord({ bytes: new Uint8Array(0), start: 0, end: 0 }, head)
  }

  // ---- Ends ------------------------------------------------------------------------------------------------------

  /**
   * Gives up records of all commits below `sequence`, which a checkpoint holds. Some of them may stay, also when the
   * disk refuses: the next call tries again.
   */
  dropBefore(sequence: number): void {
    try {
      while (this.#mayDrop(sequence)) {
        this.#files.recycle(this.#kept[0]!.number)
        this.#kept.shift()
      }
    } catch (error) {
      // Throws what is no refusal of the disk.
      storageError(error)
    }
  }

  #mayDrop(sequence: number): boolean {
    const [first, second] = this.#kept
    // A write that `flushSync` has overtaken may still come, and must not meet the file in its next life.
    const writtenTo = this.#writing?.pieces[0]?.segment.header.number ?? Number.POSITIVE_INFINITY
    // A segment's first record may go on with a transaction from the one before, so equal is not enough.
    return second !== undefined && second.firstSequence < sequence && first!.number < writtenTo
  }

  /** Flushes, marks the end so that later damage to it can be told from a crash, and closes. A second call does nothing. */
  close(): void {
    if (this.#closed) return
    this.rollback()
    try {
      if (this.#failure === undefined) this.#finish()
    } finally {
      this.#closed = true
      this.#files.close()
      if (this.#segment.file !== undefined) this.#retired.push(this.#segment.file)
      this.#closeRetired()
    }
  }

  #finish(): void {
    this.flushSync()
    if (!this.#appendedSinceOpen) return
    this.#appendMark(this.#sequence)
    this.flushSync()
  }
}

function findEnd(segment: BegunSegment, bytes: Buffer): SegmentEnd {
  const walk = walkSegment(segment, bytes)
  let step = walk.next()
  while (!step.done) step = walk.next()
  return step.value
}

/**
 * Writes the last write once more, and zeros behind it. The process that wrote may have died, or been refused, in the
 * middle: what can be read may then still be on its way to the disk, and a flush would not tell, as it reports a
 * refused write once only. All before the last write was safe when that began.
 */
function makeSafe(file: File, bytes: Buffer, { lastWrite, position }: SegmentEnd): void {
  const contentEnd = endOfContent(bytes, position)
  bytes.fill(0, position, contentEnd)
  file.write(bytes.subarray(lastWrite, contentEnd), lastWrite)
}
