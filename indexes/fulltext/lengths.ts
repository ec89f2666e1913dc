/** Lengths of one field, for loops over ascending ids: the page of the one before is at hand. */
import { pageMask, pageShift } from '../../src/pages/heap.js'
import type { PagedWords } from '../../src/pages/paged-words.js'

export class Lengths {
  private words: Int32Array
  private start = 0
  private place = -1

  constructor(
    private readonly lengths: PagedWords,
    private readonly fieldCount: number,
    private readonly field: number,
  ) {
    this.words = lengths.table.heap.wordsOf(0)
  }

  /** How many terms the field of a document has, which has the field. */
  of(id: number): number {
    const index = id * this.fieldCount + this.field
    const place = index >>> pageShift
    if (place !== this.place) this.turnTo(place)
    return this.words[this.start + (index & pageMask)]! - 1
  }

  private turnTo(place: number): void {
    const { heap } = this.lengths.table
    const page = this.lengths.table.page(place)
    this.words = heap.wordsOf(page)
    this.start = heap.offset(page)
    this.place = place
  }
}
