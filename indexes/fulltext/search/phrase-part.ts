/**
 * Documents in which terms stand at given distances in a field.
 *
 * With `slop`, terms may be moved. Take each term's place less its place in the phrase; were the phrase whole, all would
 * be equal. How far they lie apart is how far the phrase was moved:
 *
 *   "commit log"~2   log 4, commit 5    commit 5 - 0 = 5, log 4 - 1 = 3: moved by 2
 *
 * Each smallest window of such places counts once (Clarke, Cormack and Burkowski 1995): one that begins later and ends no
 * later is counted in its stead. A term that the phrase holds twice must be there twice.
 */
import type { Lengths } from '../lengths.js'
import { PositionList } from '../postings/position-list.js'
import type { PostingCursor } from '../postings/posting-cursor.js'
import { idEnd } from '../postings/posting-lists.js'
import { type Bm25, bm25 } from './bm25.js'
import type { Explanation, PhraseExplanation } from './explanation.js'
import { noFloor, type Part } from './part.js'
import type { Window } from './window.js'

export interface PhraseTerm {
  readonly term: string
  readonly cursor: PostingCursor
  readonly documents: number
  /** Its place in the phrase. */
  readonly position: number
}

interface Slot {
  readonly term: string
  readonly cursor: PostingCursor
  readonly offset: number
  readonly positions: PositionList
}

export class PhrasePart implements Part {
  readonly documentsMax: number
  readonly scoreMax: number
  /** In the order of the phrase, and by how few documents hold the term. */
  private readonly slots: readonly Slot[]
  private readonly rarestFirst: readonly Slot[]

  constructor(
    terms: readonly PhraseTerm[],
    private readonly slop: number,
    private readonly lengths: Lengths,
    private readonly formula: Bm25,
    private readonly known: Omit<PhraseExplanation, 'kind' | 'value' | 'frequency' | 'length'>,
  ) {
    const slots = terms.map(({ term, cursor, position, documents }) => ({
      documents,
      slot: { term, cursor, offset: position, positions: new PositionList() },
    }))
    this.slots = slots.map(({ slot }) => slot)
    this.rarestFirst = slots.toSorted((a, b) => a.documents - b.documents).map(({ slot }) => slot)
    this.documentsMax = Math.min(...terms.map(({ documents }) => documents))
    this.scoreMax = formula.factor
  }

  next(from: number): number {
    return this.rarestFirst[0]!.cursor.idAbout(from)
  }

  mostIn(): number {
    return this.scoreMax
  }

  /** The first document that holds all terms, wherever. */
  private meeting(from: number): number {
    const { rarestFirst } = this
    for (let agreed = 0; agreed < rarestFirst.length && from < idEnd; ) {
      const next = rarestFirst[agreed]!.cursor.idFrom(from)
      if (next === from) agreed++
      else {
        agreed = 0
        from = next
      }
    }
    return from
  }

  collect(target: Window, among?: Window, floor = noFloor): void {
    const { base, end, bits, scores } = target
    for (let from = base; from < end; from++) {
      if (among !== undefined) from = base + among.next(from - base)
      if (from >= end) return
      const id = this.meeting(from)
      if (id >= end) return
      from = id
      const place = id - base
      if (among !== undefined && ((among.bits[place >>> 5]! >>> (place & 31)) & 1) === 0) continue
      const length = this.lengths.of(id)
      if (floor > noFloor && this.mostOf(id, length) <= floor - (among === undefined ? 0 : among.scores[place]!))
        continue
      const frequency = this.frequencyIn(id)
      if (frequency === 0) continue
      bits[place >>> 5]! |= 1 << (place & 31)
      scores[place]! += bm25(this.formula, frequency, length)
    }
  }

  explain(id: number): Explanation | undefined {
    const frequency = this.meeting(id) === id ? this.frequencyIn(id) : 0
    if (frequency === 0) return undefined
    const length = this.lengths.of(id)
    return { kind: 'phrase', value: bm25(this.formula, frequency, length), ...this.known, frequency, length }
  }

  /** What a document scores at most that all cursors stand at: no phrase is there more often than its words. */
  private mostOf(id: number, length: number): number {
    let most = Number.POSITIVE_INFINITY
    for (const { cursor } of this.slots) most = Math.min(most, cursor.contents.frequencies[cursor.indexOf(id)]!)
    return this.slop === 0 ? bm25(this.formula, most, length) : this.scoreMax
  }

  /** How often the phrase is in a document that all cursors stand at. */
  private frequencyIn(id: number): number {
    for (const { cursor, positions } of this.slots) cursor.positions(cursor.indexOf(id), positions)
    return this.slop === 0 ? this.exactFrequency() : this.slopFrequency()
  }

  private exactFrequency(): number {
    const [first, ...rest] = this.slots
    let frequency = 0
    let before = -1
    for (let i = 0; i < first!.positions.count; i++) {
      const start = first!.positions.values[i]! - first!.offset
      if (start === before) continue
      before = start
      if (rest.every(({ positions, offset }) => positions.has(start + offset))) frequency++
    }
    return frequency
  }

  private slopFrequency(): number {
    const starts = this.slots.flatMap(({ positions, offset }) =>
      Array.from(positions.values.subarray(0, positions.count), (position) => position - offset),
    )
    const windows = [...new Set(starts)].sort((a, b) => a - b).map((start) => ({ start, end: this.endFrom(start) }))
    let frequency = 0
    for (let i = 0; i < windows.length; i++) {
      const { start, end } = windows[i]!
      if (end - start <= this.slop && end !== windows[i + 1]?.end) frequency += 1 / (1 + end - start)
    }
    return frequency
  }

  /** Where the smallest window ends that begins at `start` or later. */
  private endFrom(start: number): number {
    let end = start
    const taken: { term: string; position: number }[] = []
    for (const { term, positions, offset } of this.slots) {
      let at = positions.indexFrom(start + offset)
      const isTaken = () => taken.some((other) => other.term === term && other.position === positions.values[at])
      while (at < positions.count && isTaken()) at++
      if (at === positions.count) return Number.POSITIVE_INFINITY
      taken.push({ term, position: positions.values[at]! })
      end = Math.max(end, positions.values[at]! - offset)
    }
    return end
  }
}
