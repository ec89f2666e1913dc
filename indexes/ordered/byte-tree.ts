/**
 * A set of byte strings in order: a B+ tree (Bayer and McCreight 1972) whose nodes are pages.
 *
 *   page    | count u16 | height u16 | data from u16 | - | first child u32 | slots u16 ... free ... records |
 *   leaf record     | length u16 | bytes |
 *   inner record    | length u16 | bytes | child u32 |     the child holds what is at or after the bytes
 *
 * Slots give the offsets of records in order; records lie from the end of the page down, and a page is packed when
 * its free bytes are scattered. A node splits in half, at the right edge of the tree it stays full instead (ascending
 * inserts fill pages). A leaf that loses its last record leaves the tree; others are not joined.
 *
 * **The place of the last insert** is kept, with the record above that ends its leaf. A string between the two goes into
 * the same leaf without a way down from the root: an index over 100,000 INTEGERs that ascend with the ids is filled in
 * 45 ms where it took 110 (bench/query, load). Pages change only with the table's `changes`, by which it is seen whether the place holds.
 *
 * A string has at most `entryBytesMax` bytes, so that four fit a page.
 */
import { type Heap, pageBytes } from '../../src/pages/heap.js'
import type { PageTable } from '../../src/pages/page-table.js'
import type { PagedWords } from '../../src/pages/paged-words.js'

export const entryBytesMax = 1000

const head = { count: 0, height: 2, data: 4, child: 8 } as const
const headBytes = 12

/** Words of `meta`: the root's index + 1, pages ever used, the first free page + 1, how many strings. */
const meta = { root: 0, pages: 1, free: 2, size: 3 } as const
export const metaWords = 4

export class ByteTree {
  private readonly heap: Heap
  /** Where the last string was added; `above` is the inner node whose record ends the leaf, -1 at the right edge. */
  private readonly place = { changes: -1, leaf: 0, at: 0, above: -1, aboveAt: 0 }

  constructor(
    private readonly table: PageTable,
    private readonly meta: PagedWords,
  ) {
    this.heap = table.heap
  }

  get size(): number {
    return this.meta.get(meta.size)
  }

  get pages(): number {
    return this.meta.get(meta.pages)
  }

  /** Adds a string that is not in the set. Gives whether one that was there shares its first `prefix` bytes. */
  add(bytes: Uint8Array, length: number, prefix: number): boolean {
    this.meta.add(meta.size, 1)
    const root = this.root
    if (root < 0) {
      const leaf = this.newNode(0)
      this.meta.set(meta.root, leaf + 1)
      this.insertAt(leaf, 0, bytes, length, -1)
      return false
    }
    this.locate(bytes, length)
    const isShared = this.sharesPrefix(bytes, prefix)
    const { place } = this
    if (this.insertAt(place.leaf, place.at, bytes, length, -1)) place.changes = this.table.changes
    else this.addAndSplit(root, bytes, length)
    return isShared
  }

  /**
   * Whether a string may begin like this one: false is certain. The place is kept, so that adding such a string next costs no
   * way down from the root.
   */
  mayBegin(bytes: Uint8Array, length: number): boolean {
    if (this.root < 0) return false
    this.locate(bytes, length)
    const { leaf, at, above } = this.place
    return at < this.countOf(leaf) ? this.beginsWith(leaf, at, bytes, length) : above >= 0
  }

  /** Finds the leaf where the string belongs and its place there: at or behind the last one, or from the root. */
  private locate(bytes: Uint8Array, length: number): void {
    const { place, table } = this
    table.entries()
    if (place.changes === table.changes) {
      if (this.isAtPlace(bytes, length)) return
      if (this.isInLeaf(bytes, length)) {
        const next = place.at + 1
        const isNext = next === this.countOf(place.leaf) || this.order(place.leaf, next, bytes, length) > 0
        place.at = isNext ? next : this.lowerBound(place.leaf, bytes, length)
        return
      }
    }
    let node = this.root
    place.above = -1
    for (let height = this.heightOf(node); height > 0; height--) {
      const child = this.childFor(node, bytes, length)
      if (child + 1 < this.countOf(node)) {
        place.above = node
        place.aboveAt = child + 1
      }
      node = this.childAt(node, child)
    }
    place.leaf = node
    place.at = this.lowerBound(node, bytes, length)
    place.changes = table.changes
  }

  /** Whether the string belongs where the place is, between two of its leaf. */
  private isAtPlace(bytes: Uint8Array, length: number): boolean {
    const { leaf, at } = this.place
    if (at === 0 || at >= this.countOf(leaf) || this.order(leaf, at, bytes, length) < 0) return false
    return this.order(leaf, at - 1, bytes, length) < 0
  }

  /** Whether the string lies between the place and the end of its leaf. Others may have left the leaf meanwhile. */
  private isInLeaf(bytes: Uint8Array, length: number): boolean {
    const { leaf, at, above, aboveAt } = this.place
    if (at >= this.countOf(leaf) || this.order(leaf, at, bytes, length) >= 0) return false
    return above < 0 || this.order(above, aboveAt, bytes, length) > 0
  }

  /** Whether a string next to the place begins like this one. Those that do stand together. */
  private sharesPrefix(bytes: Uint8Array, prefix: number): boolean {
    const { leaf, at, above } = this.place
    const count = this.countOf(leaf)
    if (at > 0 && this.beginsWith(leaf, at - 1, bytes, prefix)) return true
    if (at < count) return this.beginsWith(leaf, at, bytes, prefix) || (at === 0 && this.anyBeginsWith(bytes, prefix))
    return above >= 0 && this.anyBeginsWith(bytes, prefix)
  }

  private anyBeginsWith(bytes: Uint8Array, prefix: number): boolean {
    const { source, start, length } = this.seek(bytes, prefix)
    if (length < prefix) return false
    for (let i = 0; i < prefix; i++) if (source[start + i] !== bytes[i]) return false
    return true
  }

  private beginsWith(node: number, at: number, bytes: Uint8Array, prefix: number): boolean {
    const { all, start } = this.read(node)
    const record = start + u16(all, start + headBytes + at * 2)
    if (u16(all, record) < prefix) return false
    // From the end, since neighbors mostly share how they begin.
    for (let i = prefix - 1; i >= 0; i--) if (all[record + 2 + i] !== bytes[i]) return false
    return true
  }

  /** Below 0 where the record comes before the string, above 0 where it comes after it. */
  private order(node: number, at: number, bytes: Uint8Array, length: number): number {
    const { all, start } = this.read(node)
    const record = start + u16(all, start + headBytes + at * 2)
    const kept = u16(all, record)
    const common = Math.min(kept, length)
    for (let i = 0; i < common; i++) {
      const order = all[record + 2 + i]! - bytes[i]!
      if (order !== 0) return order
    }
    return kept - length
  }

  /** Adds a string to a leaf that has no room for it. */
  private addAndSplit(root: number, bytes: Uint8Array, length: number): void {
    const split = this.addBelow(root, bytes, length, true)
    if (split === null) return
    const above = this.newNode(this.heightOf(root) + 1)
    this.setU32(above, head.child, root)
    this.insertAt(above, 0, split.bytes, split.bytes.length, split.node)
    this.meta.set(meta.root, above + 1)
  }

  /** Removes a string that is in the set. */
  remove(bytes: Uint8Array, length: number): void {
    const root = this.meta.get(meta.root)
    if (root === 0 || this.removeBelow(root - 1, bytes, length) === 'missing') return
    this.meta.add(meta.size, -1)
    this.shrinkRoot()
  }

  /** Walks from the first string at or after `bytes` (or the last one before it, downwards). */
  seek(bytes: Uint8Array, length: number, descending = false): TreeCursor {
    const cursor = new TreeCursor(this, descending)
    cursor.seek(bytes, length)
    return cursor
  }

  /** The root's index, -1 for an empty tree. */
  get root(): number {
    return this.meta.get(meta.root) - 1
  }

  // ---- nodes, also for the cursor -----------------------------------------------------------------------------------

  countOf(node: number): number {
    return this.u16(node, head.count)
  }

  heightOf(node: number): number {
    return this.u16(node, head.height)
  }

  /** Child -1 is the one before all records. */
  childAt(node: number, at: number): number {
    const page = this.table.page(node)
    const bytes = this.heap.bytes[page >>> this.heap.slabShift]!
    const start = this.heap.offset(page) * 4
    if (at < 0) return u32(bytes, start + head.child)
    const record = start + u16(bytes, start + headBytes + at * 2)
    return u32(bytes, record + 2 + u16(bytes, record))
  }

  /** Points a cursor at the string of a record. */
  pointAt(node: number, at: number, cursor: TreeCursor): void {
    const { all, start } = this.read(node)
    const record = start + u16(all, start + headBytes + at * 2)
    cursor.source = all
    cursor.start = record + 2
    cursor.length = u16(all, record)
  }

  /** Copies the string of a record to `target`; gives its length. */
  private copyRecord(node: number, at: number, target: Uint8Array): number {
    const record = this.recordAt(node, at)
    const length = this.u16(node, record)
    const page = this.table.page(node)
    const bytes = this.heap.bytes[page >>> this.heap.slabShift]!
    const start = this.heap.offset(page) * 4 + record + 2
    for (let i = 0; i < length; i++) target[i] = bytes[start + i]!
    return length
  }

  /** The first record at or after the string. */
  lowerBound(node: number, target: Uint8Array, length: number): number {
    return this.search(node, target, length, 0)
  }

  /** The child of an inner node below which the string belongs: -1 or a record's. */
  childFor(node: number, target: Uint8Array, length: number): number {
    return this.search(node, target, length, 1) - 1
  }

  /**
   * The first record whose order against the string is at least `least`. Records between two that share a prefix with
   * the string share it too, so each comparison starts behind what both ends of the search have in common with it.
   */
  private search(node: number, target: Uint8Array, length: number, least: 0 | 1): number {
    const page = this.table.page(node)
    const bytes = this.heap.bytes[page >>> this.heap.slabShift]!
    const start = this.heap.offset(page) * 4
    let low = 0
    let high = u16(bytes, start)
    let lowShared = 0
    let highShared = 0
    while (low < high) {
      const middle = (low + high) >>> 1
      const record = start + u16(bytes, start + headBytes + middle * 2)
      const kept = u16(bytes, record)
      const common = Math.min(kept, length)
      let shared = Math.min(lowShared, highShared)
      while (shared < common && bytes[record + 2 + shared] === target[shared]) shared++
      const order = shared < common ? bytes[record + 2 + shared]! - target[shared]! : kept - length
      if (order < least) {
        low = middle + 1
        lowShared = shared
      } else {
        high = middle
        highShared = shared
      }
    }
    return low
  }

  private equalsRecord(node: number, at: number, target: Uint8Array, length: number): boolean {
    return at < this.countOf(node) && this.search(node, target, length, 1) > at
  }

  private addBelow(node: number, bytes: Uint8Array, length: number, rightmost: boolean): Split | null {
    if (this.heightOf(node) === 0) {
      const at = this.lowerBound(node, bytes, length)
      return this.insert(node, at, bytes, length, -1, rightmost)
    }
    const child = this.childFor(node, bytes, length)
    const split = this.addBelow(this.childAt(node, child), bytes, length, rightmost && child === this.countOf(node) - 1)
    return split === null ? null : this.insert(node, child + 1, split.bytes, split.bytes.length, split.node, rightmost)
  }

  /** Puts a record into a node, which splits when it has no room. */
  private insert(
    node: number,
    at: number,
    bytes: Uint8Array,
    length: number,
    child: number,
    rightmost: boolean,
  ): Split | null {
    if (this.insertAt(node, at, bytes, length, child)) return null
    const count = this.countOf(node)
    const appended = rightmost && at === count
    const half = appended ? count : this.middle(node)
    const right = this.newNode(this.heightOf(node))
    const inner = child >= 0
    if (appended) {
      if (inner) this.setU32(right, head.child, child)
      else this.insertAt(right, 0, bytes, length, child)
      return { bytes: bytes.slice(0, length), node: right }
    }
    return this.splitAt(node, right, half, at, bytes, length, child)
  }

  private splitAt(
    node: number,
    right: number,
    half: number,
    at: number,
    bytes: Uint8Array,
    length: number,
    child: number,
  ): Split {
    const inner = child >= 0
    const record = new Uint8Array(entryBytesMax)
    let separator: Uint8Array | null = null
    // An inner node's middle record moves up: its child becomes the first of the right part.
    const firstRight = inner ? half + 1 : half
    if (inner) {
      separator = record.slice(0, this.copyRecord(node, half, record))
      this.setU32(right, head.child, this.childAt(node, half))
    }
    for (let i = firstRight; i < this.countOf(node); i++) {
      const here = this.copyRecord(node, i, record)
      this.insertAt(right, i - firstRight, record, here, inner ? this.childAt(node, i) : -1)
    }
    this.truncate(node, half)
    if (at <= half) this.insertAt(node, at, bytes, length, child)
    else this.insertAt(right, at - firstRight, bytes, length, child)
    separator ??= record.slice(0, this.copyRecord(right, 0, record))
    return { bytes: separator, node: right }
  }

  private removeBelow(node: number, bytes: Uint8Array, length: number): 'missing' | 'kept' | 'empty' {
    if (this.heightOf(node) === 0) {
      const at = this.lowerBound(node, bytes, length)
      if (!this.equalsRecord(node, at, bytes, length)) return 'missing'
      this.removeSlot(node, at)
      return this.countOf(node) === 0 ? 'empty' : 'kept'
    }
    const child = this.childFor(node, bytes, length)
    const below = this.childAt(node, child)
    const outcome = this.removeBelow(below, bytes, length)
    if (outcome !== 'empty') return outcome
    this.freeNode(below)
    if (child >= 0) this.removeSlot(node, child)
    else if (this.countOf(node) === 0) return 'empty'
    else {
      this.setU32(node, head.child, this.childAt(node, 0))
      this.removeSlot(node, 0)
    }
    return 'kept'
  }

  private shrinkRoot(): void {
    for (;;) {
      const root = this.meta.get(meta.root) - 1
      if (this.countOf(root) > 0) return
      const below = this.heightOf(root) === 0 ? -1 : this.childAt(root, -1)
      this.freeNode(root)
      this.meta.set(meta.root, below + 1)
      if (below < 0) return
    }
  }

  // ---- bytes of a node ----------------------------------------------------------------------------------------------

  private newNode(height: number): number {
    const free = this.meta.get(meta.free)
    let node: number
    if (free !== 0) {
      node = free - 1
      this.meta.set(meta.free, this.meta.get(metaWords + node))
    } else {
      node = this.meta.get(meta.pages)
      this.meta.set(meta.pages, node + 1)
    }
    this.setU16(node, head.height, height)
    this.setU16(node, head.data, pageBytes)
    return node
  }

  private freeNode(node: number): void {
    this.table.removePage(node)
    this.meta.set(metaWords + node, this.meta.get(meta.free))
    this.meta.set(meta.free, node + 1)
  }

  private recordAt(node: number, at: number): number {
    return this.u16(node, headBytes + at * 2)
  }

  /** Where the node's records are about equal in bytes on both sides. */
  private middle(node: number): number {
    const count = this.countOf(node)
    let bytes = 0
    for (let i = 0; i < count; i++) {
      bytes += this.u16(node, this.recordAt(node, i)) + 4
      if (bytes > pageBytes / 2) return Math.max(1, Math.min(i, count - 2))
    }
    return count >>> 1
  }

  /** Gives whether there was room. */
  private insertAt(node: number, at: number, bytes: Uint8Array, length: number, child: number): boolean {
    const size = 2 + length + (child >= 0 ? 4 : 0)
    if (!this.makeRoom(node, size)) return false
    const { all, start } = this.own(node)
    const count = u16(all, start + head.count)
    const data = u16(all, start + head.data) - size
    const record = start + data
    setU16(all, record, length)
    for (let i = 0; i < length; i++) all[record + 2 + i] = bytes[i]!
    if (child >= 0) for (let i = 0; i < 4; i++) all[record + 2 + length + i] = (child >>> (i * 8)) & 255
    const slot = start + headBytes + at * 2
    if (at < count) all.copyWithin(slot + 2, slot, start + headBytes + count * 2)
    setU16(all, slot, data)
    setU16(all, start + head.data, data)
    setU16(all, start + head.count, count + 1)
    return true
  }

  /** Packs the node where that is needed for a record of so many bytes. Gives whether there is room then. */
  private makeRoom(node: number, size: number): boolean {
    const { all, start } = this.read(node)
    const slotsEnd = headBytes + (u16(all, start + head.count) + 1) * 2
    if (u16(all, start + head.data) - size >= slotsEnd) return true
    if (pageBytes - this.liveBytes(node) - size < slotsEnd) return false
    this.pack(node)
    return true
  }

  private removeSlot(node: number, at: number): void {
    const count = this.countOf(node)
    const { all, start } = this.own(node)
    const slot = start + headBytes + at * 2
    all.copyWithin(slot, slot + 2, start + headBytes + count * 2)
    this.setU16(node, head.count, count - 1)
  }

  private truncate(node: number, count: number): void {
    this.setU16(node, head.count, count)
  }

  private liveBytes(node: number): number {
    const { all, start } = this.read(node)
    const slots = start + headBytes
    const count = u16(all, start + head.count)
    let bytes = count * (u16(all, start + head.height) > 0 ? 6 : 2)
    for (let i = 0; i < count; i++) bytes += u16(all, start + u16(all, slots + i * 2))
    return bytes
  }

  /** Moves the records together at the end of the page. */
  private pack(node: number): void {
    const { all, start } = this.own(node)
    const before = all.slice(start, start + pageBytes)
    let data = pageBytes
    for (let i = this.countOf(node) - 1; i >= 0; i--) {
      const record = this.recordAt(node, i)
      const size = 2 + (before[record]! | (before[record + 1]! << 8)) + (this.heightOf(node) > 0 ? 4 : 0)
      data -= size
      all.set(before.subarray(record, record + size), start + data)
      this.setU16(node, headBytes + i * 2, data)
    }
    this.setU16(node, head.data, data)
  }

  private read(node: number): { all: Uint8Array; start: number } {
    const page = this.table.page(node)
    return { all: this.heap.bytes[page >>> this.heap.slabShift]!, start: this.heap.offset(page) * 4 }
  }

  private own(node: number): { all: Uint8Array; start: number } {
    const page = this.table.ownPage(node)
    return { all: this.heap.bytes[page >>> this.heap.slabShift]!, start: this.heap.offset(page) * 4 }
  }

  private u16(node: number, at: number): number {
    const page = this.table.page(node)
    const bytes = this.heap.bytes[page >>> this.heap.slabShift]!
    return u16(bytes, this.heap.offset(page) * 4 + at)
  }

  private setU16(node: number, at: number, value: number): void {
    const { all, start } = this.own(node)
    setU16(all, start + at, value)
  }

  private setU32(node: number, at: number, value: number): void {
    this.setU16(node, at, value & 0xffff)
    this.setU16(node, at + 2, value >>> 16)
  }
}

interface Split {
  /** The first string of the new node, or what separates it. */
  readonly bytes: Uint8Array
  readonly node: number
}

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

function setU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255
  bytes[at + 1] = value >>> 8
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0
}

/** Walks a tree in order. The tree must not change meanwhile, unless the cursor's version is pinned. */
export class TreeCursor {
  /** The current string: `length` bytes of `source` from `start`; length -1 at the end. */
  source: Uint8Array = noBytes
  start = 0
  length = -1
  /** Node and place in it, by turns, from the root to the leaf. */
  private readonly path: number[] = []
  /** How much of `path` holds; setting an array's length costs more than a step down. */
  private depth = 0

  constructor(
    private readonly tree: ByteTree,
    private readonly descending: boolean,
  ) {}

  /** Goes to the first string at or after the target (downwards: to the last before it). It may be called again. */
  seek(target: Uint8Array, length: number): void {
    const { tree } = this
    this.depth = 0
    let node = tree.root
    if (node < 0) {
      this.length = -1
      return
    }
    for (let height = tree.heightOf(node); height > 0; height--) {
      const child = tree.childFor(node, target, length)
      this.push(node, child)
      node = tree.childAt(node, child)
    }
    const at = tree.lowerBound(node, target, length)
    this.push(node, this.descending ? at : at - 1)
    this.next()
  }

  /** Goes on to the next string; `length` tells whether there is one. */
  next(): void {
    this.length = -1
    const { path, depth, tree } = this
    if (depth === 0) return
    const at = path[depth - 1]! + (this.descending ? -1 : 1)
    const node = path[depth - 2]!
    if (at < 0 || at >= tree.countOf(node)) {
      this.depth = depth - 2
      this.climb()
      return
    }
    path[depth - 1] = at
    tree.pointAt(node, at, this)
  }

  private push(node: number, at: number): void {
    this.path[this.depth++] = node
    this.path[this.depth++] = at
  }

  /** Finds the neighboring leaf by the inner nodes of the path. */
  private climb(): void {
    const { tree, path, descending } = this
    for (; this.depth > 0; this.depth -= 2) {
      const at = path[this.depth - 1]! + (descending ? -1 : 1)
      const inner = path[this.depth - 2]!
      if (at >= -1 && at < tree.countOf(inner)) {
        path[this.depth - 1] = at
        this.descend(tree.childAt(inner, at))
        return
      }
    }
  }

  /** Goes to the edge of the leaf nearest to where the walk came from. */
  private descend(from: number): void {
    const { tree, descending } = this
    let node = from
    while (tree.heightOf(node) > 0) {
      const at = descending ? tree.countOf(node) - 1 : -1
      this.push(node, at)
      node = tree.childAt(node, at)
    }
    this.push(node, descending ? tree.countOf(node) : -1)
    this.next()
  }
}

const noBytes = new Uint8Array(0)
