/** Documents that hold a term in a field. */
import type { Lengths } from '../lengths.js'
import { idEnd, type PostingCursor } from '../postings/posting-lists.js'
import { type Bm25, bm25 } from './bm25.js'
import type { Explanation, TermExplanation } from './explanation.js'
import type { Part } from './part.js'
import { type Window, windowIds } from './window.js'

export class TermPart implements Part {
  readonly scoreMax: number

  constructor(
    private readonly cursor: PostingCursor,
    private readonly lengths: Lengths,
    private readonly formula: Bm25,
    readonly documentsMax: number,
    private readonly known: Omit<TermExplanation, 'kind' | 'value' | 'frequency' | 'length'>,
  ) {
    this.scoreMax = formula.factor
  }

  next(from: number): number {
    return this.cursor.idFrom(from)
  }

  collect(target: Window, among?: Window): void {
    const { cursor } = this
    const end = target.base + windowIds
    for (let from = target.base; from < end; ) {
      if (among !== undefined) from = target.base + among.next(from - target.base)
      if (from === end || !cursor.seek(from)) return
      this.collectBlock(from, target, among)
      from = cursor.contents.ids[cursor.contents.count - 1]! + 1
    }
  }

  private collectBlock(from: number, { base, bits, scores }: Window, among: Window | undefined): void {
    const { lengths, formula } = this
    const { ids, frequencies, count } = this.cursor.contents
    const allowed = among?.bits
    for (let i = this.cursor.indexOf(from); i < count; i++) {
      const id = ids[i]!
      const place = id - base
      if (place >= windowIds) return
      if (allowed !== undefined && ((allowed[place >>> 5]! >>> (place & 31)) & 1) === 0) continue
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
