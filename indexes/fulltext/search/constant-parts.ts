/** Parts for which every hit scores the same. */
import { pageMask, pageShift } from '../../../src/pages/heap.js'
import type { PageTable } from '../../../src/pages/page-table.js'
import type { Bitmap } from '../../key-set.js'
import { BlockContents } from '../postings/posting-blocks.js'
import { type Meter, PostingCursor } from '../postings/posting-cursor.js'
import { idEnd, type PostingLists } from '../postings/posting-lists.js'
import type { Query } from '../query/ast.js'
import { printLucene } from '../query/print-lucene.js'
import type { ConstantExplanation, Explanation } from './explanation.js'
import type { Part } from './part.js'
import { giveBack, takeWindow, type Window } from './window.js'

/** What each hit scores, and for what. */
export type Constant = Omit<ConstantExplanation, 'kind' | 'query'> & { readonly query: Query }

function explained(constant: Constant): Explanation {
  return { kind: 'constant', ...constant, query: printLucene(constant.query) }
}

/**
 * Whatever any of some lists holds, as a prefix stands for. All hits score the same, so the ten best are the first ten, which
 * mostly are in the first window: of the lists so much is read for it, and the rest when another window is asked for.
 */
export class UnionPart implements Part {
  readonly documentsMax: number
  readonly scoreMax: number
  /** A bit for each id below `read`. */
  private words: Int32Array = new Int32Array(0)
  private read = 0
  private isWhole = false
  private readonly contents = new BlockContents()

  constructor(
    private readonly lists: PostingLists,
    private readonly numbers: readonly number[],
    private readonly meter: Meter,
    private readonly constant: Constant,
  ) {
    this.documentsMax = numbers.reduce((sum, list) => sum + lists.documents(list), 0)
    this.scoreMax = constant.value
  }

  next(from: number): number {
    const { words } = this
    for (let index = from >>> 5; index < words.length; index++) {
      const word = index === from >>> 5 ? words[index]! & (-1 << (from & 31)) : words[index]!
      if (word !== 0) return index * 32 + 31 - Math.clz32(word & -word)
    }
    return this.isWhole || this.documentsMax === 0 ? idEnd : Math.max(from, this.read)
  }

  mostIn(): number {
    return this.constant.value
  }

  collect(target: Window, among?: Window): void {
    this.readTo(target.end)
    const { words } = this
    const { value } = this.constant
    const first = target.base >>> 5
    const count = Math.min((target.end - target.base) >>> 5, words.length - first)
    for (let i = 0; i < count; i++) {
      let word = words[first + i]!
      if (among !== undefined) word &= among.bits[i]!
      target.bits[i]! |= word
      for (; word !== 0; word &= word - 1) target.scores[(i << 5) + 31 - Math.clz32(word & -word)]! += value
    }
  }

  /** Asks each list about the one document, instead of reading them all. */
  explain(id: number): Explanation | undefined {
    const { lists, numbers, meter } = this
    const isHeld = numbers.some((list) => new PostingCursor(lists, list, meter).idFrom(id) === id)
    return isHeld ? explained(this.constant) : undefined
  }

  private readTo(end: number): void {
    if (end <= this.read || this.isWhole) return
    const { lists, numbers } = this
    const held = numbers.filter((list) => lists.documents(list) > 0)
    const whole = held.reduce((most, list) => Math.max(most, lists.lastId(list) + 1), 0)
    this.isWhole = this.read > 0 || end >= whole
    const to = this.isWhole ? whole : end
    const words = new Int32Array((to + 31) >>> 5)
    words.set(this.words)
    for (const list of held) this.addIds(list, words, to)
    this.words = words
    this.read = to
  }

  /** Those from `read` on and below `to`. */
  private addIds(list: number, words: Int32Array, to: number): void {
    const { contents } = this
    const cursor = new PostingCursor(this.lists, list, this.meter, contents)
    for (let from = this.read; from < to && cursor.idAbout(from) < to && cursor.seek(from); ) {
      const { ids, count } = contents
      let i = cursor.indexOf(from)
      for (; i < count && ids[i]! < to; i++) words[ids[i]! >>> 5]! |= 1 << (ids[i]! & 31)
      from = ids[count - 1]! + 1
    }
  }
}

/** All documents, or those that have a field: where the word at id * `stride` + `offset` is not 0. */
export class PresentPart implements Part {
  readonly scoreMax: number

  constructor(
    private readonly table: PageTable,
    private readonly place: { stride: number; offset: number },
    readonly documentsMax: number,
    private readonly constant: Constant,
  ) {
    this.scoreMax = constant.value
  }

  next(from: number): number {
    const entries = this.table.entries()
    const { stride, offset } = this.place
    for (let id = from; ; id++) {
      const index = id * stride + offset
      if (index >>> pageShift >= entries.length) return idEnd
      if (entries[index >>> pageShift] === 0) {
        // Nobody lives in a page that does not exist: go on with the next.
        id = Math.max(id, Math.ceil((((index >>> pageShift) + 1) * (pageMask + 1) - offset) / stride) - 1)
        continue
      }
      if (this.has(id)) return id
    }
  }

  mostIn(): number {
    return this.constant.value
  }

  collect(target: Window, among?: Window): void {
    const { bits, scores, base, end } = target
    for (let place = 0; place < end - base; place++) {
      if (among !== undefined) place = among.next(place)
      if (base + place >= end || !this.has(base + place)) continue
      bits[place >>> 5]! |= 1 << (place & 31)
      scores[place]! += this.constant.value
    }
  }

  explain(id: number): Explanation | undefined {
    return this.has(id) ? explained(this.constant) : undefined
  }

  has(id: number): boolean {
    const index = id * this.place.stride + this.place.offset
    return this.table.heap.read(this.table.page(index >>> pageShift), index & pageMask) !== 0
  }
}

/** What a test of each document finds, among those that some documents are: only what it is asked about is tested. */
export class TestedPart implements Part {
  readonly documentsMax: number
  readonly scoreMax: number

  constructor(
    private readonly present: PresentPart,
    private readonly test: (id: number) => boolean,
    private readonly constant: Constant,
  ) {
    this.documentsMax = present.documentsMax
    this.scoreMax = constant.value
  }

  next(from: number): number {
    return this.present.next(from)
  }

  mostIn(): number {
    return this.constant.value
  }

  collect(target: Window, among?: Window): void {
    const { bits, scores, base, end } = target
    const present = takeWindow(target)
    this.present.collect(present, among)
    for (let place = present.next(0); base + place < end; place = present.next(place + 1)) {
      if (!this.test(base + place)) continue
      bits[place >>> 5]! |= 1 << (place & 31)
      scores[place]! += this.constant.value
    }
    present.clear()
    giveBack(present)
  }

  explain(id: number): Explanation | undefined {
    return this.present.has(id) && this.test(id) ? explained(this.constant) : undefined
  }
}

/** Ids that the caller allows. They add nothing to the score. */
export class FilterPart implements Part {
  readonly documentsMax: number
  readonly scoreMax = 0
  private ids: Uint32Array = new Uint32Array(0)
  private at = 0

  constructor(private readonly bitmap: Bitmap) {
    this.documentsMax = bitmap.size
  }

  next(from: number): number {
    if (this.ids.length === 0 || this.ids[this.ids.length - 1]! < from) {
      const before = from === 0 ? 0 : this.bitmap.rank(from - 1)
      this.ids = this.bitmap.rangeUint32Array(before, chunkIds)
      this.at = 0
    }
    const { ids } = this
    while (this.at < ids.length && ids[this.at]! < from) this.at++
    return this.at < ids.length ? ids[this.at]! : idEnd
  }

  mostIn(): number {
    return 0
  }

  collect(target: Window, among?: Window): void {
    const { bits, base, end } = target
    for (let id = this.next(base); id < end; id = this.next(id + 1)) {
      const place = id - base
      const bit = 1 << (place & 31)
      if (among === undefined || (among.bits[place >>> 5]! & bit) !== 0) bits[place >>> 5]! |= bit
    }
  }

  explain(): undefined {
    return undefined
  }
}

const chunkIds = 8192
