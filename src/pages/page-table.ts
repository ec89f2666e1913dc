/**
 * A page table gives the page of each index of one structure (a column, a list of headers, an index's nodes), through
 * one to three levels of table pages with 1,024 entries each:
 *
 *   root record (page, height)  ->  table page  ->  ...  ->  entries
 *
 *   entry   0         no page: reads as zeros
 *           p > 0     page p
 *           v < 0     no page but a word of the structure's own, ~v (`setInline`)
 *
 * Tables lie in pages, so a version of a structure is the number of its root page, and a checkpoint is a walk over
 * roots. For reading, the entries are also kept as one flat Int32Array: a random access costs one load from it and
 * one from the page (two levels of table pages would cost two more). The flat copy of the newest version is patched
 * by each write; a snapshot builds its own when it is first asked.
 */
import { strict as assert } from 'node:assert'
import { type Heap, pageMask, pageShift, pageWords } from './heap.js'
import type { PageSpace } from './page-space.js'

export class PageTable {
  private flat = new Int32Array(0)
  /** The space's epoch for which `flat` holds. */
  private epoch = -1
  readonly heap: Heap
  /** Grows with each change of an entry: what was derived from entries holds as long as it stays. */
  changes = 0

  constructor(
    private readonly space: PageSpace,
    /** Which root record of the space is this table's. */
    readonly slot: number,
  ) {
    this.heap = space.heap
  }

  /** The entries by index. It may be shorter than an index: such a page does not exist. */
  entries(): Int32Array {
    if (this.epoch !== this.space.epoch) this.rebuild()
    return this.flat
  }

  entry(index: number): number {
    const entries = this.entries()
    return index < entries.length ? entries[index]! : 0
  }

  /** The page at the index, to be read; page 0 where there is none. */
  page(index: number): number {
    const entry = this.entry(index)
    return Math.max(entry, 0)
  }

  /** The page at the index with words that may be changed by `Heap.write`; made when it does not exist. */
  pageForWrite(index: number): number {
    const entry = this.entry(index)
    if (entry > 0) return this.heap.writable(entry) ? entry : this.replace(index, this.heap.copy(entry))
    return this.replace(index, this.heap.allocate())
  }

  /**
   * The page at the index as the running transaction's own: its words may be changed directly, without undo entries.
   * Copies the page the first time in a transaction, which pays when more than some 60 words change.
   */
  ownPage(index: number): number {
    const entry = this.entry(index)
    if (entry > 0) return this.heap.own(entry) ? entry : this.replace(index, this.heap.copy(entry))
    return this.replace(index, this.heap.allocate())
  }

  /** Gives the page up; the index reads as zeros. */
  removePage(index: number): void {
    const entry = this.entry(index)
    if (entry > 0) this.heap.retire(entry)
    if (entry !== 0) this.setEntry(index, 0)
  }

  /** Keeps a word (not negative) in place of a page. */
  setInline(index: number, word: number): void {
    this.setEntry(index, ~word)
  }

  /** A structure of many pages gives them all up, tables included. */
  clear(): void {
    const { page, height } = this.space.root(this.slot)
    if (page !== 0) this.retireBelow(page, height)
    this.space.setRoot(this.slot, { page: 0, height: 0 })
    this.changes++
    this.flat = new Int32Array(0)
    this.epoch = this.space.epoch
  }

  /** Calls `visit` for each page that exists, data and tables, children before their table. */
  walk(visit: (page: number, height: number) => void): void {
    const { page, height } = this.space.root(this.slot)
    if (page !== 0) walkBelow(this.heap, page, height, visit)
  }

  private retireBelow(page: number, height: number): void {
    walkBelow(this.heap, page, height, (each) => this.heap.retire(each))
  }

  private replace(index: number, page: number): number {
    this.setEntry(index, page)
    return page
  }

  /** Writes one entry, copying the table pages above it where they may not change. */
  private setEntry(index: number, entry: number): void {
    const { heap, space } = this
    let { page, height } = space.root(this.slot)
    let changed = false
    if (page === 0) {
      page = heap.allocate()
      height = 1
      changed = true
    } else if (!heap.writable(page)) {
      page = heap.copy(page)
      changed = true
    }
    while (index >= pageWords ** height) {
      assert(height < 3, 'a page table ends at three levels')
      const above = heap.allocate()
      heap.write(above, 0, page)
      page = above
      height++
      changed = true
    }
    if (changed) space.setRoot(this.slot, { page, height })
    for (let level = height - 1; level > 0; level--) {
      const place = (index >>> (level * pageShift)) & pageMask
      page = this.tablePageForWrite(page, place)
    }
    heap.write(page, index & pageMask, entry)
    this.patch(index, entry)
  }

  private tablePageForWrite(above: number, place: number): number {
    const below = this.heap.read(above, place)
    if (below !== 0 && this.heap.writable(below)) return below
    const page = below === 0 ? this.heap.allocate() : this.heap.copy(below)
    this.heap.write(above, place, page)
    return page
  }

  private patch(index: number, entry: number): void {
    this.changes++
    if (this.epoch !== this.space.epoch) return
    if (index >= this.flat.length) {
      const larger = new Int32Array(Math.max(index + 1, this.flat.length * 2, 4))
      larger.set(this.flat)
      this.flat = larger
    }
    this.flat[index] = entry
  }

  private rebuild(): void {
    const { page, height } = this.space.root(this.slot)
    const { heap } = this
    const length = page === 0 ? 0 : lastEntry(heap, page, height) + 1
    this.changes++
    this.flat = new Int32Array(length)
    if (page !== 0) fill(heap, page, height, this.flat, 0)
    this.epoch = this.space.epoch
  }
}

function walkBelow(heap: Heap, page: number, height: number, visit: (page: number, height: number) => void): void {
  if (height > 0)
    for (let i = 0; i < pageWords; i++) {
      const entry = heap.read(page, i)
      if (entry > 0) walkBelow(heap, entry, height - 1, visit)
    }
  visit(page, height)
}

function lastEntry(heap: Heap, page: number, height: number): number {
  for (let i = pageWords - 1; i >= 0; i--) {
    const entry = heap.read(page, i)
    if (entry === 0) continue
    if (height === 1) return i
    const below = lastEntry(heap, entry, height - 1)
    if (below >= 0) return i * pageWords ** (height - 1) + below
  }
  return -1
}

function fill(heap: Heap, page: number, height: number, target: Int32Array, from: number): void {
  if (height === 1) {
    const start = heap.offset(page)
    const count = Math.min(pageWords, target.length - from)
    target.set(heap.wordsOf(page).subarray(start, start + count), from)
    return
  }
  const span = pageWords ** (height - 1)
  for (let i = 0; i < pageWords && from + i * span < target.length; i++) {
    const entry = heap.read(page, i)
    if (entry !== 0) fill(heap, entry, height - 1, target, from + i * span)
  }
}
