/** An endless array of 32-bit words over a page table; words that were never written are zero. */
import { pageMask, pageShift, pageWords } from './heap.js'
import type { PageTable } from './page-table.js'

export class PagedWords {
  constructor(readonly table: PageTable) {}

  get(index: number): number {
    return this.table.heap.read(this.table.page(index >>> pageShift), index & pageMask)
  }

  set(index: number, word: number): void {
    this.table.heap.write(this.table.pageForWrite(index >>> pageShift), index & pageMask, word)
  }

  add(index: number, by: number): number {
    const sum = this.get(index) + by
    this.set(index, sum)
    return sum
  }

  /** Makes the words from `from` to before `to` the same. For runs: it makes their pages the transaction's own. */
  fill(from: number, to: number, word: number): void {
    const { table } = this
    for (let at = from; at < to; ) {
      const within = at & pageMask
      const count = Math.min(to - at, pageWords - within)
      const page = table.ownPage(at >>> pageShift)
      const start = table.heap.offset(page) + within
      table.heap.wordsOf(page).fill(word, start, start + count)
      at += count
    }
  }

  /** Writes words one after the other from `from` on. For runs: it makes their pages the transaction's own. */
  put(from: number, words: ArrayLike<number>): void {
    const { table } = this
    for (let done = 0; done < words.length; ) {
      const at = from + done
      const end = Math.min(words.length, done + pageWords - (at & pageMask))
      const page = table.ownPage(at >>> pageShift)
      const target = table.heap.wordsOf(page)
      for (let to = table.heap.offset(page) + (at & pageMask); done < end; done++, to++) target[to] = words[done]!
    }
  }
}

/** Reads words through page entries that were current when it was attached: for the innermost loops of queries. */
export class WordReader {
  private entries: Int32Array
  private readonly slabs: readonly Int32Array[]
  private readonly slabShift: number
  private readonly slabMask: number

  constructor(words: PagedWords) {
    const { heap } = words.table
    this.entries = words.table.entries()
    this.slabs = heap.words
    this.slabShift = heap.slabShift
    this.slabMask = heap.slabMask
  }

  attach(words: PagedWords): void {
    this.entries = words.table.entries()
  }

  at(index: number): number {
    const place = index >>> pageShift
    const page = place < this.entries.length ? this.entries[place]! : 0
    return this.slabs[page >>> this.slabShift]![((page & this.slabMask) << pageShift) + (index & pageMask)]!
  }
}

/** Records of a fixed number of words, a power of two, so that none lies across two pages. */
export class PagedRecords {
  private readonly perPageShift: number
  private readonly inPageMask: number

  constructor(
    readonly table: PageTable,
    private readonly wordsShift: number,
  ) {
    this.perPageShift = pageShift - wordsShift
    this.inPageMask = (1 << this.perPageShift) - 1
  }

  get(record: number, field: number): number {
    const page = this.table.page(record >>> this.perPageShift)
    return this.table.heap.read(page, ((record & this.inPageMask) << this.wordsShift) + field)
  }

  set(record: number, field: number, word: number): void {
    const page = this.table.pageForWrite(record >>> this.perPageShift)
    this.table.heap.write(page, ((record & this.inPageMask) << this.wordsShift) + field, word)
  }
}
