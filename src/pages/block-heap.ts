/**
 * Blocks of 16 bytes up to a page, many of one size to a page: a slab allocator (Bonwick 1994).
 *
 * A block's *ref* is its address in units of 16 bytes, page index * 256 + unit, so 32 bits reach 64 GiB. Refs name
 * page indexes of the table, not pages, so that a copied page keeps its refs. A page holds blocks of one size class;
 * a free block's first word leads to the next free one of its page. Pages of a class with room are a list, and a page
 * whose last block goes is given up, so its memory can serve any class.
 *
 *   page record  | class << 16 | live blocks | first free unit + 1 | units never used from | next, previous page + 1 |
 *   page         | block | block | free: next unit + 1 | block | never used ...
 *
 * Classes are chosen so that little of a page is left over: 256 / class is close to whole. The class follows from the
 * length of what is kept (`classUnits`), so nobody stores it.
 */
import { type Heap, pageBytes, pageWords } from './heap.js'
import type { PageSpace } from './page-space.js'
import type { PageTable } from './page-table.js'
import { PagedRecords, PagedWords } from './paged-words.js'

export const unitBytes = 16
export const unitWords = 4
export const unitsPerPage = pageBytes / unitBytes
/** Units of each size class. */
const classes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 21, 25, 28, 32, 36, 42, 51, 64, 85, 128, 256]
/** By units wanted: the class that holds them. */
const classOfUnits = new Uint8Array(unitsPerPage + 1)
for (let units = 1, found = 0; units <= unitsPerPage; units++) {
  if (units > classes[found]!) found++
  classOfUnits[units] = found
}

/** Units of the block that holds so many words. */
export function classUnits(words: number): number {
  return classes[classOfUnits[(words + unitWords - 1) >>> 2]!]!
}

/** Fields of a page record. */
const field = { state: 0, free: 1, next: 2, previous: 3 } as const
/** `free` keeps two numbers of up to 256: the first free unit + 1, and the first unit never used. */
const unusedShift = 16

/** Words of `meta`: indexes of pages never used, of given-up pages, and of each class's first page with room. */
const metaPageCount = 0
const metaGivenUp = 1
const metaClasses = 2

export class BlockHeap {
  readonly heap: Heap
  readonly table: PageTable
  private readonly records: PagedRecords
  private readonly meta: PagedWords

  /** Takes three tables of the space, from `slot` on. */
  constructor(space: PageSpace, slot: number) {
    this.heap = space.heap
    this.table = space.table(slot)
    this.records = new PagedRecords(space.table(slot + 1), 2)
    this.meta = new PagedWords(space.table(slot + 2))
  }

  /** A block of at least `words` words, up to a page's. Its words are whatever they were. Gives its ref, never 0. */
  allocate(words: number): number {
    const kind = classOfUnits[(words + unitWords - 1) >>> 2]!
    const first = this.meta.get(metaClasses + kind)
    const page = first === 0 ? this.openPage(kind) : first - 1
    const units = classes[kind]!
    const { records } = this
    const state = records.get(page, field.state) + 1
    const free = records.get(page, field.free)
    let unit = (free & 0xffff) - 1
    let unused = free >>> unusedShift
    let nextFree = 0
    if (unit >= 0) nextFree = this.wordOf(page * unitsPerPage + unit)
    else {
      unit = unused
      unused += units
    }
    records.set(page, field.state, state)
    records.set(page, field.free, (unused << unusedShift) | nextFree)
    if (nextFree === 0 && unused + units > unitsPerPage) this.unlink(page, kind)
    return (page * unitsPerPage + unit) | 0
  }

  /** Gives back the block at `ref` that was allocated for so many words. */
  free(ref: number, words: number): void {
    const kind = classOfUnits[(words + unitWords - 1) >>> 2]!
    const page = ref >>> 8
    const unit = ref & 255
    const { records } = this
    const live = (records.get(page, field.state) & 0xffff) - 1
    const free = records.get(page, field.free)
    const full = (free & 0xffff) === 0 && (free >>> unusedShift) + classes[kind]! > unitsPerPage
    if (live === 0) {
      if (!full) this.unlink(page, kind)
      this.giveUp(page)
      return
    }
    this.write(ref, 0, free & 0xffff)
    records.set(page, field.state, (kind << 16) | live)
    records.set(page, field.free, (free & ~0xffff) | (unit + 1))
    if (full) this.link(page, kind)
  }

  /** The page that holds the block, to be read with `offset`. */
  pageOf(ref: number): number {
    return this.table.page(ref >>> 8)
  }

  /** Where the block starts in the words of its page's slab. */
  offset(page: number, ref: number): number {
    return this.heap.offset(page) + (ref & 255) * unitWords
  }

  /** One word of a block, undone with the transaction. */
  write(ref: number, word: number, value: number): void {
    this.heap.write(this.table.pageForWrite(ref >>> 8), (ref & 255) * unitWords + word, value)
  }

  /** Whether the block's page is the transaction's own already, so that words need no undo. */
  isOwn(ref: number): boolean {
    return this.heap.own(this.table.page(ref >>> 8))
  }

  /** The block's page as the transaction's own, for changing many words of it directly. */
  own(ref: number): number {
    return this.table.ownPage(ref >>> 8)
  }

  private wordOf(ref: number): number {
    return this.heap.read(this.table.page(ref >>> 8), (ref & 255) * unitWords)
  }

  private openPage(kind: number): number {
    const { meta, records } = this
    const givenUp = meta.get(metaGivenUp)
    let page: number
    if (givenUp !== 0) {
      page = givenUp - 1
      meta.set(metaGivenUp, records.get(page, field.next))
    } else {
      // Page 0 is left out, so that no ref is 0.
      page = meta.get(metaPageCount) + 1
      meta.set(metaPageCount, page)
    }
    records.set(page, field.state, kind << 16)
    records.set(page, field.free, 0)
    records.set(page, field.next, 0)
    records.set(page, field.previous, 0)
    this.link(page, kind)
    return page
  }

  private giveUp(page: number): void {
    this.table.removePage(page)
    this.records.set(page, field.next, this.meta.get(metaGivenUp))
    this.meta.set(metaGivenUp, page + 1)
  }

  private link(page: number, kind: number): void {
    const { meta, records } = this
    const first = meta.get(metaClasses + kind)
    records.set(page, field.next, first)
    records.set(page, field.previous, 0)
    if (first !== 0) records.set(first - 1, field.previous, page + 1)
    meta.set(metaClasses + kind, page + 1)
  }

  private unlink(page: number, kind: number): void {
    const { meta, records } = this
    const next = records.get(page, field.next)
    const previous = records.get(page, field.previous)
    if (previous === 0) meta.set(metaClasses + kind, next)
    else records.set(previous - 1, field.next, next)
    if (next !== 0) records.set(next - 1, field.previous, previous)
  }
}

/**
 * Runs of bytes of any length, in blocks: up to a page in one block, longer ones as a block of refs to whole pages,
 * and where those fill a page, refs to blocks of refs.
 */
export class ByteStore {
  constructor(readonly blocks: BlockHeap) {}

  /** Keeps a copy of `bytes` (at least one); gives its ref. */
  put(bytes: Uint8Array): number {
    return this.putPart(bytes, 0, bytes.length)
  }

  get(ref: number, length: number): Uint8Array {
    const target = new Uint8Array(length)
    this.getPart(ref, target, 0, length)
    return target
  }

  free(ref: number, length: number): void {
    if (length > pageBytes) {
      const span = spanOf(length)
      const count = Math.ceil(length / span)
      const page = this.blocks.pageOf(ref)
      const start = (ref & 255) * unitWords
      for (let i = 0; i < count; i++)
        this.free(this.blocks.heap.read(page, start + i), Math.min(span, length - i * span))
      this.blocks.free(ref, count)
    } else this.blocks.free(ref, wordsFor(length))
  }

  /** Compares without copying; only for runs of up to a page. */
  equals(ref: number, bytes: Uint8Array, length: number): boolean {
    if (length > pageBytes) return Buffer.compare(this.get(ref, length), bytes.subarray(0, length)) === 0
    const page = this.blocks.pageOf(ref)
    const kept = this.blocks.heap.bytes[page >>> this.blocks.heap.slabShift]!
    const start = this.blocks.offset(page, ref) * 4
    for (let i = 0; i < length; i++) if (kept[start + i] !== bytes[i]) return false
    return true
  }

  private putPart(bytes: Uint8Array, from: number, length: number): number {
    if (length > pageBytes) {
      const span = spanOf(length)
      const count = Math.ceil(length / span)
      const ref = this.blocks.allocate(count)
      for (let i = 0; i < count; i++)
        this.blocks.write(ref, i, this.putPart(bytes, from + i * span, Math.min(span, length - i * span)))
      return ref
    }
    const words = wordsFor(length)
    const ref = this.blocks.allocate(words)
    this.copyIn(ref, bytes, from, length, words)
    return ref
  }

  private copyIn(ref: number, bytes: Uint8Array, from: number, length: number, words: number): void {
    const { blocks } = this
    if (words > ownWordsMin || blocks.isOwn(ref)) {
      const page = blocks.own(ref)
      const start = blocks.offset(page, ref) * 4
      const kept = blocks.heap.bytes[page >>> blocks.heap.slabShift]!
      if (words > ownWordsMin) kept.set(bytes.subarray(from, from + length), start)
      // Up to the end of the last word, as below: what is kept must not depend on whose the page is.
      else for (let i = 0; i < words * 4; i++) kept[start + i] = i < length ? bytes[from + i]! : 0
      return
    }
    for (let i = 0; i < words; i++) {
      const at = from + i * 4
      const end = from + length
      let word = bytes[at]!
      if (at + 1 < end) word |= bytes[at + 1]! << 8
      if (at + 2 < end) word |= bytes[at + 2]! << 16
      if (at + 3 < end) word |= bytes[at + 3]! << 24
      blocks.write(ref, i, word)
    }
  }

  private getPart(ref: number, target: Uint8Array, from: number, length: number): void {
    const { blocks } = this
    const page = blocks.pageOf(ref)
    if (length > pageBytes) {
      const span = spanOf(length)
      const start = (ref & 255) * unitWords
      for (let i = 0; i * span < length; i++)
        this.getPart(blocks.heap.read(page, start + i), target, from + i * span, Math.min(span, length - i * span))
      return
    }
    const kept = blocks.heap.bytes[page >>> blocks.heap.slabShift]!
    const start = blocks.offset(page, ref) * 4
    target.set(kept.subarray(start, start + length), from)
  }
}

/** Above so many words, copying the page costs less than an undo entry for each. */
export const ownWordsMin = 64

function wordsFor(length: number): number {
  return (length + 3) >>> 2
}

/** How many bytes each ref of a run's top block stands for. */
function spanOf(length: number): number {
  let span = pageBytes
  while (length > span * pageWords) span *= pageWords
  return span
}
