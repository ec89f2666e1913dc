/**
 * An ordered index over one or more properties: for each entity that has them all, the values as bytes that sort
 * (`key-bytes.ts`), then the id. Equality is a walk over one prefix, a range a walk between two.
 */
import { DatabaseError } from '../../src/core/errors.js'
import type { PropertyValue } from '../../src/core/value.js'
import { pageBytes } from '../../src/pages/heap.js'
import type { PageTable } from '../../src/pages/page-table.js'
import { PagedWords } from '../../src/pages/paged-words.js'
import type { Index } from '../index.js'
import { ByteTree, entryBytesMax, TreeCursor } from './byte-tree.js'
import { KeyWriter } from './key-bytes.js'

const idBytes = 4
const numberBytes = 11
const wordDistinct = 0

export type Values = readonly PropertyValue[]

export class OrderedIndex implements Index<Values> {
  private readonly tree: ByteTree
  private readonly counts: PagedWords
  private readonly writer = new KeyWriter()
  /** For searches that end before they return, so that a point lookup makes no objects. */
  private readonly cursor: TreeCursor

  constructor(tables: { tree: PageTable; treeMeta: PageTable; counts: PageTable }) {
    this.tree = new ByteTree(tables.tree, new PagedWords(tables.treeMeta))
    this.counts = new PagedWords(tables.counts)
    this.cursor = new TreeCursor(this.tree, false)
  }

  get size(): number {
    return this.tree.size
  }

  /** How many different values are held. */
  get distinct(): number {
    return this.counts.get(wordDistinct)
  }

  get bytes(): number {
    return this.tree.pages * pageBytes
  }

  save(): null {
    return null
  }

  /** Throws LIMIT_EXCEEDED when the values are too long for an entry. */
  check(values: Values): void {
    let bytesMax = idBytes
    for (const value of values) bytesMax += bytesAtMost(value)
    if (bytesMax <= entryBytesMax) return
    this.write(values)
    if (this.writer.length + idBytes > entryBytesMax)
      throw new DatabaseError(
        'LIMIT_EXCEEDED',
        `an index entry takes at most ${entryBytesMax} bytes, these values ${this.writer.length + idBytes}; index a shorter property`,
        { bytes: this.writer.length + idBytes },
      )
  }

  /** The values as a string that is equal for equal values. */
  keyOf(values: Values): string {
    this.write(values)
    return Buffer.from(this.writer.bytes.buffer, 0, this.writer.length).toString('latin1')
  }

  add(id: number, values: Values): void {
    const { writer } = this
    this.write(values)
    const { length } = writer
    writer.u32(id)
    if (!this.tree.add(writer.bytes, writer.length, length)) this.counts.add(wordDistinct, 1)
  }

  remove(id: number, values: Values): void {
    this.write(values)
    this.writer.u32(id)
    this.tree.remove(this.writer.bytes, this.writer.length)
    if (this.first(values) === 0) this.counts.add(wordDistinct, -1)
  }

  /** The smallest id with these values, 0 for none. */
  first(values: Values): number {
    this.write(values)
    const { bytes, length } = this.writer
    this.cursor.seek(bytes, length)
    return hasPrefix(this.cursor, bytes, length) ? idOf(this.cursor) : 0
  }

  /** All ids with these values (of all or the first properties), ascending where all are given. */
  equal(values: Values): readonly number[] {
    this.write(values)
    const { bytes, length } = this.writer
    const { cursor } = this
    const ids: number[] = []
    for (cursor.seek(bytes, length); hasPrefix(cursor, bytes, length); cursor.next()) ids.push(idOf(cursor))
    return ids
  }

  /**
   * The ids whose first value lies between `min` and `max`, in order of the values. Values of another type than the
   * bounds are left out, as a comparison with them is null; without bounds all entries come.
   */
  range(range: Range): RangeScan {
    const { min, max, minInclusive = true, maxInclusive = true, descending = false } = range
    const type = typeByte(this.writer, min ?? max ?? null)
    const from = min === undefined ? Uint8Array.of(type) : this.bound(min, minInclusive ? 0 : 1)
    const to =
      max === undefined
        ? Uint8Array.of(type === 0 ? 0xff : type + typeWidth(type))
        : this.bound(max, maxInclusive ? 1 : 0)
    const start = descending ? to : from
    return new RangeScan(this.tree.seek(start, start.length, descending), descending ? from : to, descending)
  }

  /** All entries, as ids with their bytes: to compare an index with its data. */
  *entries(): Iterable<{ id: number; bytes: Uint8Array }> {
    for (const cursor = this.tree.seek(new Uint8Array(0), 0); cursor.length >= 0; cursor.next())
      yield { id: idOf(cursor), bytes: cursor.source.slice(cursor.start, cursor.start + cursor.length - idBytes) }
  }

  /** Ids whose values an id before them has too. */
  *repeated(): Iterable<number> {
    let before: Uint8Array | undefined
    for (const { id, bytes } of this.entries()) {
      if (before !== undefined && Buffer.compare(before, bytes) === 0) yield id
      before = bytes
    }
  }

  /** The bytes of a value as a bound: 0 before everything that starts with it, 1 after all of that. */
  private bound(value: PropertyValue, after: 0 | 1): Uint8Array {
    this.write([value])
    const bytes = this.writer.bytes.slice(0, this.writer.length)
    return after === 0 ? bytes : successor(bytes)
  }

  private write(values: Values): void {
    this.writer.reset()
    for (const value of values) this.writer.value(value)
  }
}

export interface Range {
  readonly min?: PropertyValue
  readonly minInclusive?: boolean
  readonly max?: PropertyValue
  readonly maxInclusive?: boolean
  readonly descending?: boolean
}

/** Ids of a range, a batch at a time. */
export class RangeScan {
  constructor(
    private readonly cursor: TreeCursor,
    private readonly end: Uint8Array,
    private readonly descending: boolean,
  ) {}

  next(batch: Uint32Array): number {
    let count = 0
    const { cursor, end } = this
    while (count < batch.length && cursor.length >= 0) {
      const { source, start, length } = cursor
      const order = Buffer.compare(source.subarray(start, start + length), end)
      if (this.descending ? order < 0 : order >= 0) break
      batch[count++] = idOf(cursor)
      cursor.next()
    }
    return count
  }
}

/** What a value takes at most, so that few need to be written before it is known that they fit. */
function bytesAtMost(value: PropertyValue): number {
  // A unit of UTF-16 takes up to three bytes, and a string three around it.
  if (typeof value === 'string') return 3 * value.length + 3
  return typeof value === 'object' ? Number.POSITIVE_INFINITY : numberBytes
}

/** The shortest bytes after everything that starts with `bytes`. */
function successor(bytes: Uint8Array): Uint8Array {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0xff) length--
  const next = bytes.slice(0, length)
  next[length - 1] = next[length - 1]! + 1
  return next
}

function typeByte(writer: KeyWriter, value: PropertyValue): number {
  if (value === null) return 0
  writer.reset()
  writer.value(value)
  return writer.bytes[0]! === 0x41 ? 0x40 : writer.bytes[0]!
}

/** false and true have a byte each. */
function typeWidth(type: number): number {
  return type === 0x40 ? 2 : 1
}

function hasPrefix({ source, start, length }: TreeCursor, prefix: Uint8Array, prefixLength: number): boolean {
  if (length < prefixLength + idBytes) return false
  for (let i = 0; i < prefixLength; i++) if (source[start + i] !== prefix[i]) return false
  return true
}

function idOf({ source, start, length }: TreeCursor): number {
  const at = start + length
  return ((source[at - 4]! << 24) | (source[at - 3]! << 16) | (source[at - 2]! << 8) | source[at - 1]!) >>> 0
}
