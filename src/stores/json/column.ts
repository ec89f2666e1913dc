/**
 * A column: one property of all nodes, or of all relationships.
 *
 * It is kept by extents of 1,024 ids, each in the encoding that its values allow, so that a column of small integers
 * costs four bytes an entity and one of mixed values still works. Four entries of the page table belong to an extent:
 *
 *   | ~(encoding | values << 3) | page | page | page |
 *
 *   int32     1 page    the integer, null as -2^31
 *   string    1 page    code of the dictionary, null as 0
 *   boolean   1 page    0 null, 1 false, 2 true
 *   float64   2 pages   512 ids each; null as a NaN of its own bits
 *   int64     2 pages   low and high word; null as -2^63
 *   mixed     3 pages   two of payloads, 512 ids each, and one of tags, a byte an id
 *
 * A payload is the 8 bytes of an integer or float, a code, the ref of a list or a map in the tree arena (tree.ts), or the
 * ref and length of the bytes of another value (temporal values, bytes). JSON's null, which a document keeps under a name, has a tag of its own. A value that does not fit widens its extent: int32 to int64, anything else to mixed. An extent without
 * values has no pages.
 */
import type { TreeChange } from '../../core/change.js'
import { decodeValue, encodeValue } from '../../core/codec.js'
import type { StringCode } from '../../core/ids.js'
import {
  Float,
  integerMin,
  JsonNull,
  jsonNull,
  type MemberValue,
  type PropertyValue,
  plainMember,
  type Scalar,
  toInteger,
} from '../../core/value.js'
import type { ByteStore } from '../../pages/block-heap.js'
import { type Heap, pageMask, pageShift, pageWords } from '../../pages/heap.js'
import type { PageTable } from '../../pages/page-table.js'
import { extentIds, extentShift } from '../keyspace/id-space.js'
import type { Dictionary } from '../strings/dictionary.js'
import type { TreeStore } from './tree.js'
import { type ContainerKind, TreeRef, type TreeValue } from './tree-ref.js'

/** How the values of the 1,024 entities of one extent are kept. */
export const encodings = { none: 0, int32: 1, string: 2, boolean: 3, float64: 4, int64: 5, mixed: 6 } as const
export type Encoding = (typeof encodings)[keyof typeof encodings]
/** The null of int32 pages; such a value itself is kept as int64. */
export const nullInt32 = -0x80000000
/** Absent in string pages (codes start above) and in boolean pages (1 is false, 2 is true). */
export const nullCode = 0

const encodingBits = 3
const encodingMask = (1 << encodingBits) - 1
const extentMask = extentIds - 1
const halfShift = 9
const halfMask = (1 << halfShift) - 1
/** Of a null in float64 pages: a NaN that no calculation gives. */
const nullFloatHigh = 0x7ff80001
const nullInt64High = -0x80000000

const tags = {
  null: 0,
  integer: 1,
  float: 2,
  string: 3,
  boolean: 4,
  encoded: 5,
  jsonNull: 6,
  object: 7,
  array: 8,
} as const

const floatScratch = new Float64Array(1)
const wordScratch = new Int32Array(floatScratch.buffer)

const noEntries = new Int32Array(0)

/** Reads a column through page entries that were current when it was attached. */
export class ColumnReader {
  private entries: Int32Array = noEntries
  private slabs: readonly Int32Array[] = []
  private floats: readonly Float64Array[] = []
  private slabShift = 0
  private slabMask = 0

  constructor(private column: Column) {
    this.attach(column)
  }

  /** Points at the newest pages of the column, or of a snapshot's. */
  attach(column: Column = this.column): void {
    this.column = column
    this.entries = column.table.entries()
    const { heap } = column
    this.slabs = heap.words
    this.floats = heap.floats
    this.slabShift = heap.slabShift
    this.slabMask = heap.slabMask
  }

  /** How the value at `id` is kept: tells which of the typed readers may be called. */
  encodingAt(id: number): Encoding {
    const index = (id >>> extentShift) << 2
    const entry = index < this.entries.length ? this.entries[index]! : 0
    return (entry === 0 ? encodings.none : ~entry & encodingMask) as Encoding
  }

  wordAt(id: number): number {
    const page = this.entries[((id >>> extentShift) << 2) + 1]!
    return this.slabs[page >>> this.slabShift]![((page & this.slabMask) << pageShift) + (id & pageMask)]!
  }

  /** The words among which those of the extent of `id` lie, and what is added to an id for its place. */
  wordsOf(id: number): Int32Array {
    return this.slabs[this.entries[((id >>> extentShift) << 2) + 1]! >>> this.slabShift]!
  }

  baseOf(id: number): number {
    const page = this.entries[((id >>> extentShift) << 2) + 1]!
    return ((page & this.slabMask) << pageShift) - (id & ~pageMask)
  }

  floatAt(id: number): number {
    const page = this.entries[((id >>> extentShift) << 2) + 1 + ((id & extentMask) >>> halfShift)]!
    return this.floats[page >>> this.slabShift]![((page & this.slabMask) << (pageShift - 1)) + (id & halfMask)]!
  }

  valueAt(id: number): PropertyValue {
    return this.column.decode(id, this.encodingAt(id))
  }

  treeAt(id: number): TreeValue | undefined {
    return this.column.treeOf(id)
  }

  /** Whether every entity's value is kept in this encoding, so that loops need not ask `encodingAt`. */
  isUniform(encoding: Encoding): boolean {
    return this.column.uniformEncoding === encoding
  }
}

export class Column {
  readonly heap: Heap
  private uniform: { changes: number; extents: number; encoding: Encoding } = { changes: -1, extents: 0, encoding: 0 }

  constructor(
    readonly table: PageTable,
    private readonly strings: Dictionary,
    private readonly values: ByteStore,
    private readonly trees: TreeStore,
    /** How many extents of ids there are. */
    private readonly extentCount: () => number,
  ) {
    this.heap = table.heap
  }

  /** The encoding of all extents, `none` where they differ. */
  get uniformEncoding(): Encoding {
    const entries = this.table.entries()
    const extents = this.extentCount()
    if (this.uniform.changes !== this.table.changes || this.uniform.extents !== extents)
      this.uniform = { changes: this.table.changes, extents, encoding: commonEncoding(entries, extents) }
    return this.uniform.encoding
  }

  get(id: number): PropertyValue {
    return this.decode(id, (this.state(id) & encodingMask) as Encoding)
  }

  /** Whether there is a value, JSON's null included. */
  has(id: number): boolean {
    return this.isNullAt(id) || this.get(id) !== null
  }

  /** As `get`, but with JSON's null told from none. */
  memberOf(id: number): MemberValue {
    return this.isNullAt(id) ? jsonNull : this.get(id)
  }

  /** As `get`, but with a list or a map as it lies in the arena; undefined where there is no value. */
  treeOf(id: number): TreeValue | undefined {
    const kind = this.containerAt(id)
    if (kind !== undefined) return new TreeRef(this.trees, kind, this.low(id))
    const member = this.memberOf(id)
    return member === null ? undefined : (plainMember(member) as Scalar)
  }

  /** Changes the list or map at `id` at a place that is there. */
  changeTree(id: number, change: TreeChange): void {
    const before = this.low(id)
    const after = this.trees.change(this.containerAt(id)!, before, change)
    if (after !== before) this.setPayload(id, after, 0)
  }

  private containerAt(id: number): ContainerKind | undefined {
    if ((this.state(id) & encodingMask) !== encodings.mixed) return undefined
    const tag = this.tag(id)
    return tag === tags.object ? 'object' : tag === tags.array ? 'array' : undefined
  }

  private isNullAt(id: number): boolean {
    return (this.state(id) & encodingMask) === encodings.mixed && this.tag(id) === tags.jsonNull
  }

  /** null removes. */
  set(id: number, value: MemberValue): void {
    if (value === null) {
      this.remove(id)
      return
    }
    const state = this.state(id)
    const encoding = (state & encodingMask) as Encoding
    const count = state >>> encodingBits
    const wanted = encodingOf(value)
    const next = count === 0 ? wanted : wider(encoding, wanted)
    if (count === 0) this.open(id, next)
    else if (next !== encoding) this.widen(id, next)
    const fresh = !this.release(id, next)
    this.encode(id, value, next)
    if (fresh) this.setState(id, next, count + 1)
  }

  /**
   * Sets the values of `first` and the ids after it, all of one extent; undefined and null leave an id as it is. For
   * import: an extent that has no values yet gets the encoding of all of them at once.
   */
  fill(first: number, values: readonly (MemberValue | undefined)[]): void {
    if (this.state(first) !== 0) {
      for (const [at, value] of values.entries()) if (value != null) this.set(first + at, value)
      return
    }
    let encoding: Encoding = encodings.none
    let count = 0
    for (const value of values)
      if (value != null) {
        const wanted = encodingOf(value)
        encoding = count++ === 0 ? wanted : wider(encoding, wanted)
      }
    if (count === 0) return
    this.open(first, encoding)
    for (let at = 0; at < values.length; at++) {
      const value = values[at]
      if (value != null) this.encode(first + at, value, encoding)
    }
    this.setState(first, encoding, count)
  }

  decode(id: number, encoding: Encoding): PropertyValue {
    switch (encoding) {
      case encodings.none:
        return null
      case encodings.int32: {
        const word = this.word(id)
        return word === nullInt32 ? null : word
      }
      case encodings.string: {
        const code = this.word(id)
        return code === nullCode ? null : this.strings.text(code as StringCode)
      }
      case encodings.boolean: {
        const word = this.word(id)
        return word === nullCode ? null : word === 2
      }
      case encodings.float64:
        return this.high(id) === nullFloatHigh ? null : new Float(this.float(id))
      case encodings.int64:
        return this.isNullInt64(id) ? null : this.integer(id)
      case encodings.mixed:
        return this.decodeMixed(id)
    }
  }

  private decodeMixed(id: number): PropertyValue {
    switch (this.tag(id)) {
      case tags.integer:
        return this.integer(id)
      case tags.float:
        return new Float(this.float(id))
      case tags.string:
        return this.strings.text(this.low(id) as StringCode)
      case tags.boolean:
        return this.low(id) === 2
      case tags.encoded:
        return decodeValue(this.values.get(this.low(id), this.high(id)))
      case tags.object:
        return this.trees.read('object', this.low(id))
      case tags.array:
        return this.trees.read('array', this.low(id))
      default:
        return null
    }
  }

  private encode(id: number, value: NonNullable<MemberValue>, encoding: Encoding): void {
    switch (encoding) {
      case encodings.int32:
        this.setWord(id, value as number)
        return
      case encodings.string:
        this.setWord(id, this.strings.hold(value as string))
        return
      case encodings.boolean:
        this.setWord(id, value ? 2 : 1)
        return
      case encodings.float64:
        this.setFloat(id, (value as Float).value)
        return
      case encodings.int64:
        this.setInteger(id, value as number | bigint)
        return
      default:
        this.encodeMixed(id, value)
    }
  }

  private encodeMixed(id: number, value: NonNullable<MemberValue>): void {
    if (typeof value === 'number' || typeof value === 'bigint') {
      this.setInteger(id, value)
      this.setTag(id, tags.integer)
    } else if (value instanceof Float) {
      this.setFloat(id, value.value)
      this.setTag(id, tags.float)
    } else if (typeof value === 'string') {
      this.setPayload(id, this.strings.hold(value), 0)
      this.setTag(id, tags.string)
    } else if (typeof value === 'boolean') {
      this.setPayload(id, value ? 2 : 1, 0)
      this.setTag(id, tags.boolean)
    } else if (value instanceof JsonNull) this.setTag(id, tags.jsonNull)
    else if (isContainer(value)) {
      this.setPayload(id, this.trees.put(value), 0)
      this.setTag(id, value instanceof Map ? tags.object : tags.array)
    } else {
      const bytes = encodeValue(value)
      this.setPayload(id, this.values.put(bytes), bytes.length)
      this.setTag(id, tags.encoded)
    }
  }

  private remove(id: number): void {
    const state = this.state(id)
    const encoding = (state & encodingMask) as Encoding
    const count = state >>> encodingBits
    if (count === 0 || !this.release(id, encoding)) return
    if (count === 1) {
      const index = (id >>> extentShift) << 2
      for (let page = 1; page <= 3; page++) this.table.removePage(index + page)
      this.table.removePage(index)
    } else {
      this.setNull(id, encoding)
      this.setState(id, encoding, count - 1)
    }
  }

  /** Gives up what the value at `id` holds elsewhere; gives whether there was a value. */
  private release(id: number, encoding: Encoding): boolean {
    switch (encoding) {
      case encodings.none:
        return false
      case encodings.int32:
        return this.word(id) !== nullInt32
      case encodings.string: {
        const code = this.word(id)
        if (code !== nullCode) this.strings.release(code as StringCode)
        return code !== nullCode
      }
      case encodings.boolean:
        return this.word(id) !== nullCode
      case encodings.float64:
        return this.high(id) !== nullFloatHigh
      case encodings.int64:
        return !this.isNullInt64(id)
      case encodings.mixed:
        return this.releaseMixed(id)
    }
  }

  private releaseMixed(id: number): boolean {
    const tag = this.tag(id)
    if (tag === tags.string) this.strings.release(this.low(id) as StringCode)
    else if (tag === tags.encoded) this.values.free(this.low(id), this.high(id))
    else if (tag === tags.object || tag === tags.array) this.trees.free(this.low(id))
    return tag !== tags.null
  }

  private setNull(id: number, encoding: Encoding): void {
    if (encoding === encodings.int32) this.setWord(id, nullInt32)
    else if (encoding === encodings.float64) this.setPayload(id, 0, nullFloatHigh)
    else if (encoding === encodings.int64) this.setPayload(id, 0, nullInt64High)
    else if (encoding === encodings.mixed) this.setTag(id, tags.null)
    else this.setWord(id, nullCode)
  }

  /** Makes the pages of an extent's first value, all null. */
  private open(id: number, encoding: Encoding): void {
    const index = (id >>> extentShift) << 2
    if (encoding === encodings.int32) this.fillPage(index + 1, nullInt32, nullInt32)
    else if (encoding === encodings.float64 || encoding === encodings.int64) {
      const high = encoding === encodings.float64 ? nullFloatHigh : nullInt64High
      this.fillPage(index + 1, 0, high)
      this.fillPage(index + 2, 0, high)
    } else {
      this.table.ownPage(index + 1)
      if (encoding !== encodings.mixed) return
      this.table.ownPage(index + 2)
      this.table.ownPage(index + 3)
    }
  }

  private fillPage(index: number, even: number, odd: number): void {
    const page = this.table.ownPage(index)
    const words = this.heap.wordsOf(page)
    const start = this.heap.offset(page)
    words.fill(even, start, start + pageWords)
    if (odd !== even) for (let i = 1; i < pageWords; i += 2) words[start + i] = odd
  }

  /** Keeps the values of an extent in a wider encoding. */
  private widen(id: number, encoding: Encoding): void {
    const first = id & ~extentMask
    const before = (this.state(id) & encodingMask) as Encoding
    const kept: { at: number; value: NonNullable<MemberValue> }[] = []
    for (let at = first; at < first + extentIds; at++) {
      const value = this.memberOf(at)
      if (value !== null) kept.push({ at, value })
    }
    // The dictionary must not lose a string between its old place and its new one.
    const codes = before === encodings.string ? kept.map(({ at }) => this.word(at) as StringCode) : []
    const index = (id >>> extentShift) << 2
    for (let page = 1; page <= 3; page++) this.table.removePage(index + page)
    this.open(id, encoding)
    for (const { at, value } of kept) this.encode(at, value, encoding)
    for (const code of codes) this.strings.release(code)
    this.setState(id, encoding, kept.length)
  }

  private state(id: number): number {
    const entry = this.table.entry((id >>> extentShift) << 2)
    return entry === 0 ? 0 : ~entry
  }

  private setState(id: number, encoding: Encoding, count: number): void {
    this.table.setInline((id >>> extentShift) << 2, encoding | (count << encodingBits))
  }

  // ---- words ----------------------------------------------------------------------------------------------------

  private word(id: number): number {
    return this.heap.read(this.table.page(((id >>> extentShift) << 2) + 1), id & pageMask)
  }

  private setWord(id: number, word: number): void {
    this.heap.write(this.table.pageForWrite(((id >>> extentShift) << 2) + 1), id & pageMask, word)
  }

  private low(id: number): number {
    return this.heap.read(this.payloadPage(id), (id & halfMask) << 1)
  }

  private high(id: number): number {
    return this.heap.read(this.payloadPage(id), ((id & halfMask) << 1) + 1)
  }

  private payloadPage(id: number): number {
    return this.table.page(payloadIndex(id))
  }

  private setPayload(id: number, low: number, high: number): void {
    const page = this.table.pageForWrite(payloadIndex(id))
    const at = (id & halfMask) << 1
    this.heap.write(page, at, low)
    this.heap.write(page, at + 1, high)
  }

  private float(id: number): number {
    wordScratch[0] = this.low(id)
    wordScratch[1] = this.high(id)
    return floatScratch[0]!
  }

  private setFloat(id: number, value: number): void {
    floatScratch[0] = value
    // One NaN for all: other bits of it could be those of null.
    this.setPayload(id, wordScratch[0]!, Number.isNaN(value) ? 0x7ff80000 : wordScratch[1]!)
  }

  private isNullInt64(id: number): boolean {
    return this.high(id) === nullInt64High && this.low(id) === 0
  }

  private integer(id: number): number | bigint {
    const high = this.high(id)
    const value = high * 2 ** 32 + (this.low(id) >>> 0)
    if (Number.isSafeInteger(value)) return value
    return toInteger((BigInt(high) << 32n) | BigInt(this.low(id) >>> 0))
  }

  private setInteger(id: number, value: number | bigint): void {
    if (typeof value === 'number') this.setPayload(id, value | 0, Math.floor(value / 2 ** 32) | 0)
    else this.setPayload(id, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))
  }

  private tag(id: number): number {
    const word = this.heap.read(this.table.page(((id >>> extentShift) << 2) + 3), (id & extentMask) >>> 2)
    return (word >>> ((id & 3) << 3)) & 255
  }

  private setTag(id: number, tag: number): void {
    const page = this.table.pageForWrite(((id >>> extentShift) << 2) + 3)
    const at = (id & extentMask) >>> 2
    const shift = (id & 3) << 3
    this.heap.write(page, at, (this.heap.read(page, at) & ~(255 << shift)) | (tag << shift))
  }
}

function isContainer(
  value: NonNullable<MemberValue>,
): value is readonly PropertyValue[] | ReadonlyMap<string, PropertyValue> {
  return Array.isArray(value) || value instanceof Map
}

function commonEncoding(entries: Int32Array, extents: number): Encoding {
  if (entries.length <= (extents - 1) << 2) return encodings.none
  const encoding = ~entries[0]! & encodingMask
  for (let extent = 0; extent < extents; extent++) {
    const entry = entries[extent << 2]!
    if (entry === 0 || (~entry & encodingMask) !== encoding) return encodings.none
  }
  return encoding as Encoding
}

function payloadIndex(id: number): number {
  return ((id >>> extentShift) << 2) + 1 + ((id & extentMask) >>> halfShift)
}

function encodingOf(value: NonNullable<MemberValue>): Encoding {
  switch (typeof value) {
    case 'number':
      return (value | 0) === value && value !== nullInt32 ? encodings.int32 : encodings.int64
    case 'bigint':
      return value === integerMin ? encodings.mixed : encodings.int64
    case 'string':
      return encodings.string
    case 'boolean':
      return encodings.boolean
  }
  return value instanceof Float ? encodings.float64 : encodings.mixed
}

function wider(kept: Encoding, wanted: Encoding): Encoding {
  if (kept === wanted) return kept
  const integers =
    (wanted === encodings.int32 && kept === encodings.int64) || (kept === encodings.int32 && wanted === encodings.int64)
  return integers ? encodings.int64 : encodings.mixed
}
