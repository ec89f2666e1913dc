/**
 * Bytes of the commit log: the header of a segment, and the records behind it. Numbers have their little end first.
 *
 *   segment   | header | header again | record | record | ... | zeros, or what the file held in an earlier life |
 *             0        512            1024
 *
 *   header    | "SKEINLOG" | version u32 | salt u32 | number u64 | first sequence u64 | checksum u32 |
 *             0            8             12         16           24                   32
 *
 *   record    | checksum u32 | length u32 | sequence u64 | time f64 | back u32 | part u32 | flags u8 | payload |
 *             0              4            8              16         24         28         32         33
 *
 * - `length` counts the payload. The payloads of a transaction, one after another, are its encoded changes.
 * - `sequence` is that of the transaction, whose records have the parts 0, 1, 2 ...
 * - `time` is the wall clock at the commit, in milliseconds since 1970; 0 in a record that does not commit.
 * - `back` is how far before this record the write began that carried both. A write begins only when all before it is
 *   safe, so a bad place before the beginning of a good record's write is damage; one after it may be a torn write.
 * - flags: 1 the last change goes on in the next record, 2 the transaction ends here and is committed,
 *   4 a mark: no transaction, but all sequences up to this one are used up. It stands where a log was closed, so that
 *   damage before it is not taken for the end; and behind a failed write, whose sequences are not given again.
 *
 * A checksum is a CRC-32 of all behind it, begun with the checksum of the segment's header. That covers the segment's
 * number and a random salt, so neither an earlier life of the file nor bytes that somebody stored as a value are ever
 * taken for a record. The header stands twice, in two sectors: damage to one is harmless, and where neither can be
 * read power was lost before the segment was begun.
 */
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { ByteWriter } from '../core/bytes.js'
import { DatabaseError } from '../core/errors.js'

const magic = 'SKEINLOG'
const version = 1
const headerCopyBytes = 512
const headerChecksumAt = 32
export const headerBytes = 2 * headerCopyBytes
export const recordHeadBytes = 33

export const recordFlags = { continues: 1, commits: 2, marks: 4 } as const

export interface SegmentHeader {
  readonly number: number
  /** Sequence of the first record, which may go on with a transaction that an earlier segment began. */
  readonly firstSequence: number
  readonly salt: number
}

export function encodeHeader({ number, firstSequence, salt }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.write(magic, 0, 'latin1')
  bytes.writeUInt32LE(version, 8)
  bytes.writeUInt32LE(salt, 12)
  writeU64(bytes, number, 16)
  writeU64(bytes, firstSequence, 24)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, headerChecksumAt)), headerChecksumAt)
  bytes.copy(bytes, headerCopyBytes, 0, headerCopyBytes)
  return bytes
}

/** Gives undefined where neither copy is whole. Throws DATABASE_VERSION for a log of a later format. */
export function decodeHeader(bytes: Buffer): SegmentHeader | undefined {
  return decodeCopy(bytes, 0) ?? decodeCopy(bytes, headerCopyBytes)
}

function decodeCopy(bytes: Buffer, at: number): SegmentHeader | undefined {
  if (bytes.toString('latin1', at, at + magic.length) !== magic) return undefined
  const checksum = crc32(bytes.subarray(at, at + headerChecksumAt))
  if (checksum !== bytes.readUInt32LE(at + headerChecksumAt)) return undefined
  const found = bytes.readUInt32LE(at + 8)
  if (found > version) throw newerVersion(found)
  return {
    number: readU64(bytes, at + 16),
    firstSequence: readU64(bytes, at + 24),
    salt: bytes.readUInt32LE(at + 12),
  }
}

function newerVersion(found: number): DatabaseError {
  return new DatabaseError(
    'DATABASE_VERSION',
    `the log has format ${found}, and this Skein reads formats up to ${version}`,
    { found, supported: version, hint: 'Open it with a newer Skein.' },
  )
}

/** What the checksums of a segment's records begin with. */
export function checksumSeed(header: SegmentHeader): number {
  return encodeHeader(header).readUInt32LE(headerChecksumAt)
}

export interface RecordHead {
  readonly sequence: number
  readonly time: number
  readonly back: number
  readonly part: number
  readonly flags: number
}

export interface Payload {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

export function writeRecord(writer: ByteWriter, head: RecordHead, payload: Payload, seed: number): void {
  const start = writer.length
  writer.reserve(recordHeadBytes)
  const bytes = writer.bytes
  bytes.writeUInt32LE(payload.end - payload.start, start + 4)
  writeU64(bytes, head.sequence, start + 8)
  bytes.writeDoubleLE(head.time, start + 16)
  bytes.writeUInt32LE(head.back, start + 24)
  bytes.writeUInt32LE(head.part, start + 28)
  bytes[start + 32] = head.flags
  writer.length = start + recordHeadBytes
  writer.append(payload.bytes, payload.start, payload.end)
  writer.bytes.writeUInt32LE(crc32(writer.bytes.subarray(start + 4, writer.length), seed), start)
}

/** A record as it stands in the bytes of a segment. */
export interface Record extends RecordHead {
  readonly start: number
  readonly payloadStart: number
  readonly end: number
}

/** The record that begins at `start`; undefined where none does. */
export function readRecord(bytes: Buffer, start: number, seed: number): Record | undefined {
  const payloadStart = start + recordHeadBytes
  if (payloadStart > bytes.length) return undefined
  const end = payloadStart + bytes.readUInt32LE(start + 4)
  const flags = bytes[start + 32]!
  // Zeros are no record, even where their checksum should happen to be zero.
  if (end > bytes.length || (end === payloadStart && flags === 0)) return undefined
  if (crc32(bytes.subarray(start + 4, end), seed) !== bytes.readUInt32LE(start)) return undefined
  return {
    sequence: readU64(bytes, start + 8),
    time: bytes.readDoubleLE(start + 16),
    back: bytes.readUInt32LE(start + 24),
    part: bytes.readUInt32LE(start + 28),
    flags,
    start,
    payloadStart,
    end,
  }
}

function writeU64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at)
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4)
}

function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
}
