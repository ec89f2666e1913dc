/** Documents that hold a term in a field. */
import type { Lengths } from '../lengths.js'
import { BlockContents } from '../postings/posting-blocks.js'
import type { BlockCursor, PostingCursor } from '../postings/posting-cursor.js'
import { idEnd } from '../postings/posting-lists.js'
import { boundOf, unbounded } from '../postings/score-bounds.js'
import { type Bm25, bm25, bm25Max } from './bm25.js'
import type { Explanation, TermExplanation } from './explanation.js'
import { noFloor, type Part } from './part.js'
import type { Window } from './window.js'

export class TermPart implements Part {
  readonly scoreMax: number
  /** Of the window that was asked about last. */
  private windowMost = 0
  private windowBase = -1
  private windowEnd = -1
  private readonly ahead: BlockCursor
  /** Of the block that was asked about last, by its ref. */
  private blockMost = 0
  private blockRef = 0
  private last: { readonly first: number; readonly last: number; readonly most: number } | undefined

  constructor(
    private readonly cursor: PostingCursor,
    private readonly lengths: Lengths,
    private readonly formula: Bm25,
    readonly documentsMax: number,
    private readonly known: Omit<TermExplanation, 'kind' | 'value' | 'frequency' | 'length'>,
  ) {
    this.scoreMax = formula.factor
    this.ahead = cursor.blocksAhead()
  }

  next(from: number): number {
    return this.cursor.idAbout(from)
  }

  mostIn({ base, end }: Window): number {
    if (base === this.windowBase && end === this.windowEnd) return this.windowMost
    const { ahead } = this
    let most = 0
    for (let from = base; from < end; from = ahead.end) {
      ahead.seek(from)
      most = Math.max(most, ahead.bound === unbounded ? this.mostOfLast(base, end) : bm25Max(this.formula, ahead.bound))
    }
    this.windowBase = base
    this.windowEnd = end
    return (this.windowMost = most)
  }

  /** The last block has no bound, and is read for it: it may be long before its end. */
  private mostOfLast(base: number, end: number): number {
    this.last ??= this.readLast()
    return this.last.last < base || this.last.first >= end ? 0 : this.last.most
  }

  private readLast() {
    const contents = this.cursor.readLast(new BlockContents())
    const { ids, count } = contents
    return { first: ids[0]!, last: ids[count - 1]!, most: bm25Max(this.formula, boundOf(contents, this.lengths)) }
  }

  collect(target: Window, among?: Window, floor = noFloor): void {
    const { cursor } = this
    const { base, end } = target
    for (let from = base; from < end; ) {
      if (among !== undefined) from = base + among.next(from - base)
      if (from >= end) return
      if (floor > noFloor && this.mostAt(from) + (among === undefined ? 0 : among.scores[from - base]!) <= floor) {
        from = among === undefined ? cursor.blocks.end : from + 1
        continue
      }
      if (!cursor.seek(from)) return
      if (among === undefined) this.addBlock(from, target, floor)
      else this.addAmong(from, target, among)
      from = cursor.contents.ids[cursor.contents.count - 1]! + 1
    }
  }

  /** What the postings score at most of the block where an id belongs. */
  private mostAt(id: number): number {
    const { blocks } = this.cursor
    blocks.seek(id)
    if (blocks.bound === unbounded) return this.scoreMax
    if (blocks.ref !== this.blockRef) {
      this.blockRef = blocks.ref
      this.blockMost = bm25Max(this.formula, blocks.bound)
    }
    return this.blockMost
  }

  private addBlock(from: number, { base, end, bits, scores }: Window, floor: number): void {
    const { lengths, formula } = this
    const { ids, frequencies, count } = this.cursor.contents
    for (let i = this.cursor.indexOf(from); i < count; i++) {
      const id = ids[i]!
      if (id >= end) return
      const score = bm25(formula, frequencies[i]!, lengths.of(id))
      if (score <= floor) continue
      const place = id - base
      bits[place >>> 5]! |= 1 << (place & 31)
      scores[place]! += score
    }
  }

  private addAmong(from: number, target: Window, among: Window): void {
    const { ids, count } = this.cursor.contents
    const last = Math.min(ids[count - 1]!, target.end - 1)
    if (among.isSparse(from - target.base, last - target.base)) this.addEachOf(among, from, last, target)
    else this.addAllowed(from, target, among)
  }

  /** Looks for each of the others in the block. */
  private addEachOf(among: Window, from: number, last: number, { base, bits, scores }: Window): void {
    const { cursor, lengths, formula } = this
    const { ids, frequencies } = cursor.contents
    for (let place = from - base; base + place <= last; place = among.next(place + 1)) {
      const at = cursor.indexOf(base + place)
      if (ids[at] !== base + place) continue
      bits[place >>> 5]! |= 1 << (place & 31)
      scores[place]! += bm25(formula, frequencies[at]!, lengths.of(base + place))
    }
  }

  /** Looks for each posting of the block among the others. */
  private addAllowed(from: number, { base, end, bits, scores }: Window, { bits: allowed }: Window): void {
    const { lengths, formula } = this
    const { ids, frequencies, count } = this.cursor.contents
    for (let i = this.cursor.indexOf(from); i < count; i++) {
      const id = ids[i]!
      if (id >= end) return
      const place = id - base
      if (((allowed[place >>> 5]! >>> (place & 31)) & 1) === 0) continue
      bits[place >>> 5]! |= 1 << (place & 31)
      scores[place]! += bm25(formula, frequencies[i]!, lengths.of(id))
    }
  }

  explain(id: number): Explanation | undefined {
    const { cursor } = this
    if (cursor.idFrom(id) !== id || id === idEnd) return undefined
    const frequency = cursor.contents.frequencies[cursor.indexOf(id)]!
    const length = this.lengths.of(id)
    return { kind: 'term', value: bm25(this.formula, frequency, length), ...this.known, frequency, length }
  }
}
