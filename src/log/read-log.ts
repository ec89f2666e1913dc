/**
 * Reads a log back, in memory bounded by one segment and one change: a transaction is given out change by change, and
 * whether it was committed is known only at its end. Whoever applies the changes undoes them at an 'abort'.
 *
 * Where a record should stand and none does, the log ends, or is damaged. It ends when nothing behind the place was
 * written after the place had become safe: that is what power loss in the middle of a write leaves, sector by sector in
 * any order. It is damaged when a later segment follows, or a good record whose write began behind the place:
 *
 *   | write 7, safe     | write 8, torn            |           | write 7, safe     | write 8          |
 *   | rec | rec | rec   | rec | ~~~~ | rec |       |  ends     | rec | ~~~~ | rec | rec | rec | rec  |   damaged
 *                             ^ bad, in write 8 itself                ^ bad, before write 8 began
 */
import { Buffer } from 'node:buffer'
import { ByteReader, ByteWriter } from '../core/bytes.js'
import type { Change } from '../core/change.js'
import type { FileSystem } from '../core/environment.js'
import { DatabaseError } from '../core/errors.js'
import { readChange } from './change-codec.js'
import { checksumSeed, headerBytes, type Record, readRecord, recordFlags, recordHeadBytes } from './record.js'
import { listSegments, type SegmentFile } from './segments.js'
import { withStorageErrors } from './storage-error.js'

export type LogEvent =
  | { readonly kind: 'begin'; readonly sequence: number }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'commit'; readonly sequence: number; readonly time: number }
  /** The changes since 'begin' were never committed. */
  | { readonly kind: 'abort'; readonly sequence: number }

/** A segment that was begun. */
export interface BegunSegment extends SegmentFile {
  readonly header: NonNullable<SegmentFile['header']>
}

/**
 * Gives what happened after `afterSequence`, in order: 'begin', then changes, then 'commit' or 'abort', and so on.
 *
 * The next event may be asked for at any time, but nothing may be appended until the last was given. Throws
 * DATABASE_CORRUPT, with file and offset, at damage (see above), after everything before it was given out.
 */
export function* readLog(files: FileSystem, directory: string, afterSequence: number): Generator<LogEvent, void> {
  const assembler = new Assembler()
  for (const { record, bytes, segment } of readRecords(files, directory, afterSequence)) {
    if (record.sequence <= afterSequence || record.flags & recordFlags.marks) continue
    if (!assembler.follows(record)) throw damaged(segment, record.start, 'parts of a transaction are missing')
    yield* assembler.take(record, bytes)
  }
  yield* assembler.abort()
}

/** Puts the changes of a transaction together from its records. */
class Assembler {
  /** The open transaction, 0 when there is none, and the part that is to come. */
  #sequence = 0
  #part = 0
  /** The bytes of a change that goes on in the next record. */
  readonly #unfinished = new ByteWriter(0)

  follows(record: Record): boolean {
    return record.part === 0 || (record.part === this.#part && record.sequence === this.#sequence)
  }

  *take(record: Record, bytes: Buffer): Generator<LogEvent, void> {
    if (record.part === 0) {
      yield* this.abort()
      this.#sequence = record.sequence
      yield { kind: 'begin', sequence: record.sequence }
    }
    this.#part = record.part + 1
    yield* this.#changes(record, bytes)
    if ((record.flags & recordFlags.commits) === 0) return
    this.#sequence = 0
    yield { kind: 'commit', sequence: record.sequence, time: record.time }
  }

  *abort(): Generator<LogEvent, void> {
    if (this.#sequence > 0) yield { kind: 'abort', sequence: this.#sequence }
    this.#sequence = 0
    this.#unfinished.reset()
  }

  *#changes(record: Record, bytes: Buffer): Generator<LogEvent, void> {
    const unfinished = this.#unfinished
    const continues = (record.flags & recordFlags.continues) !== 0
    if (continues || unfinished.length > 0) unfinished.append(bytes, record.payloadStart, record.end)
    if (continues) return
    const reader =
      unfinished.length > 0
        ? new ByteReader(unfinished.bytes, 0, unfinished.length)
        : new ByteReader(bytes, record.payloadStart, record.end)
    while (reader.left > 0) yield { kind: 'change', change: readChange(reader) }
    unfinished.reset()
  }
}

interface PlacedRecord {
  readonly record: Record
  /** Of the segment; overwritten when the next is asked for. */
  readonly bytes: Buffer
  readonly segment: BegunSegment
}

function* readRecords(files: FileSystem, directory: string, afterSequence: number): Generator<PlacedRecord, void> {
  const segments = neededSegments(
    withStorageErrors(() => listSegments(files, directory)),
    afterSequence,
  )
  let committed = 0
  let bytes: Buffer = Buffer.alloc(0)
  for (const [index, segment] of segments.entries()) {
    bytes = withStorageErrors(() => loadSegment(files, segment, bytes))
    const walk = walkSegment(segment, bytes)
    let step = walk.next()
    for (; !step.done; step = walk.next()) yield { record: step.value, bytes, segment }
    committed = step.value.committed
    const next = segments[index + 1]
    if (next !== undefined ? !goesOn(next, committed, afterSequence) : wasWrittenBehind(segment, bytes, step.value)) {
      throw damaged(segment, step.value.position, 'a record is missing')
    }
  }
}

/**
 * A segment takes up where the one before it ends; a log opened behind its end, as after an import, which writes a
 * checkpoint and no log, takes up behind the checkpoint.
 */
function goesOn(next: BegunSegment, committed: number, afterSequence: number): boolean {
  const before = next.header.firstSequence - 1
  return before === committed || (before > committed && before <= afterSequence)
}

/** The begun segments from the last that begins at or before `afterSequence`; each must be there. */
function neededSegments(segments: readonly SegmentFile[], afterSequence: number): BegunSegment[] {
  const last = segments.findLastIndex(({ header }) => header !== undefined)
  const found = segments.findLastIndex(({ header }) => header !== undefined && header.firstSequence <= afterSequence)
  const from = Math.max(0, found)
  return segments.slice(from, last + 1).map((segment, index) => {
    if (segment.number !== segments[from]!.number + index) throw damaged(segment, 0, 'the segment before it is missing')
    if (segment.header === undefined) throw damaged(segment, 0, 'its header cannot be read')
    const needed = index > 0 || segment.header.firstSequence <= afterSequence + 1
    if (!needed) throw damaged(segment, 0, `what followed sequence ${afterSequence} is missing before it`)
    return segment as BegunSegment
  })
}

/** Reads a whole segment, into `buffer` if its size is right. */
export function loadSegment(files: FileSystem, segment: SegmentFile, buffer: Buffer): Buffer {
  const bytes = buffer.length === segment.bytes ? buffer : Buffer.allocUnsafeSlow(segment.bytes)
  const file = files.open(segment.path, 'read')
  try {
    return bytes.subarray(0, file.read(bytes, 0))
  } finally {
    file.close()
  }
}

export interface SegmentEnd {
  /** Behind the last record. */
  readonly position: number
  /** The last sequence committed up to there. */
  readonly committed: number
  /** Where the last write began that can be read; 0, the header's place, where there are no records. */
  readonly lastWrite: number
}

/** Gives the records of one segment in order and returns where they end. */
export function* walkSegment(segment: BegunSegment, bytes: Buffer): Generator<Record, SegmentEnd> {
  const seed = checksumSeed(segment.header)
  let position = headerBytes
  let committed = segment.header.firstSequence - 1
  let lastWrite = 0
  for (;;) {
    const record = readRecord(bytes, position, seed)
    if (record === undefined) return { position, committed, lastWrite }
    const marks = (record.flags & recordFlags.marks) !== 0
    const inOrder = marks ? record.sequence >= committed : record.sequence === committed + 1
    if (!inOrder) throw damaged(segment, position, 'a sequence is missing')
    yield record
    position = record.end
    lastWrite = record.start - record.back
    if (record.flags & (recordFlags.commits | recordFlags.marks)) committed = record.sequence
  }
}

/** Whether a good record follows whose write began behind the end: then the end was safe once, and is damage. */
function wasWrittenBehind(segment: BegunSegment, bytes: Buffer, end: SegmentEnd): boolean {
  const seed = checksumSeed(segment.header)
  const limit = endOfContent(bytes, end.position) - recordHeadBytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = end.position + 1; at <= limit; at++) {
    // Few places hold a sequence that could come next, and only there is a checksum worth its time.
    const sequence = view.getUint32(at + 8, true) + view.getUint32(at + 12, true) * 2 ** 32
    if (sequence < end.committed || sequence > end.committed + bytes.length) continue
    const record = readRecord(bytes, at, seed)
    if (record !== undefined && at - record.back > end.position) return true
  }
  return false
}

const zeros = Buffer.alloc(64 * 1024)

/** Where `bytes` turn to zeros until their end, seen from the end; `from` when all behind it are. */
export function endOfContent(bytes: Buffer, from: number): number {
  let end = bytes.length
  while (end - from >= zeros.length && zeros.equals(bytes.subarray(end - zeros.length, end))) end -= zeros.length
  while (end > from && bytes[end - 1] === 0) end--
  return Math.max(end, from)
}

function damaged(segment: SegmentFile, offset: number, reason: string): DatabaseError {
  return new DatabaseError('DATABASE_CORRUPT', `the log is damaged: ${reason}, in ${segment.path} at byte ${offset}`, {
    file: segment.path,
    offset,
    hint: 'Restore a backup, or open it with `skein repair --accept-loss` to keep what comes before.',
  })
}
