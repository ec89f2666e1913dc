/**
 * What an index keeps of each document: how long its fields are, and which lists it is in, so that it can be taken out
 * without its texts. And the sums that scores need.
 *
 *   record of a document   | ref of its lists | their bytes + 1 |        the second is 0 where there is no such document
 *   lists                  numbers of lists, ascending, as varints of gaps
 *   lengths                terms + 1 of each field, at id * fields + field; 0 where the document lacks the field
 */
import type { ByteStore } from '../../src/pages/block-heap.js'
import type { PagedRecords, PagedWords } from '../../src/pages/paged-words.js'
import { Lengths } from './lengths.js'

const field = { ref: 0, bytes: 1 } as const
export const documentWordsShift = 1
/** Sums: documents, then for each field those that have it and the terms in it, low and high word. */
const fieldWords = 3

export class Documents {
  private scratch = new Uint8Array(1024)

  readonly records: PagedRecords
  readonly lengths: PagedWords
  private readonly sums: PagedWords
  private readonly firstSum: number
  private readonly bytes: ByteStore

  constructor(
    private readonly fieldCount: number,
    pages: { records: PagedRecords; lengths: PagedWords; sums: PagedWords; firstSum: number; bytes: ByteStore },
  ) {
    this.records = pages.records
    this.lengths = pages.lengths
    this.sums = pages.sums
    this.firstSum = pages.firstSum
    this.bytes = pages.bytes
  }

  get size(): number {
    return this.sums.get(this.firstSum)
  }

  has(id: number): boolean {
    return this.records.get(id, field.bytes) !== 0
  }

  /** How many terms the field of a document has; undefined where it lacks the field. */
  lengthOf(id: number, at: number): number | undefined {
    const length = this.lengths.get(id * this.fieldCount + at)
    return length === 0 ? undefined : length - 1
  }

  /** The lengths of a field, for loops. */
  lengthsOf(at: number): Lengths {
    return new Lengths(this.lengths, this.fieldCount, at)
  }

  /** Documents that have the field. */
  documentsOf(at: number): number {
    return this.sums.get(this.sumsOf(at))
  }

  /** Terms of the field, over the documents that have it; 1 where there are none. */
  averageLength(at: number): number {
    const terms = this.termsOf(at)
    return terms === 0 ? 1 : terms / this.documentsOf(at)
  }

  /**
   * `lists` are the document's, ascending; `lengths` its fields', -1 for one that it lacks. Comes before the lists take the
   * document in, as their bounds ask for its lengths.
   */
  add(id: number, lists: Int32Array, lengths: readonly number[]): void {
    const length = this.encode(lists)
    this.records.set(id, field.ref, length === 0 ? 0 : this.bytes.put(this.scratch.subarray(0, length)))
    this.records.set(id, field.bytes, length + 1)
    this.sums.add(this.firstSum, 1)
    for (let at = 0; at < this.fieldCount; at++) if (lengths[at]! >= 0) this.addLength(id, at, lengths[at]!)
  }

  /** Gives the lists that the document was in. */
  remove(id: number): number[] {
    const lists = this.listsOf(id)
    const length = this.records.get(id, field.bytes) - 1
    if (length > 0) this.bytes.free(this.records.get(id, field.ref), length)
    this.records.set(id, field.ref, 0)
    this.records.set(id, field.bytes, 0)
    this.sums.add(this.firstSum, -1)
    for (let at = 0; at < this.fieldCount; at++) this.removeLength(id, at)
    return lists
  }

  listsOf(id: number): number[] {
    const length = this.records.get(id, field.bytes) - 1
    if (length <= 0) return []
    const bytes = this.bytes.get(this.records.get(id, field.ref), length)
    const lists: number[] = []
    let list = 0
    for (let at = 0; at < length; ) {
      let gap = 0
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!
        gap |= (byte & 127) << shift
        if (byte < 128) break
      }
      list += gap
      lists.push(list)
    }
    return lists
  }

  private encode(lists: Int32Array): number {
    if (this.scratch.length < lists.length * 5) this.scratch = new Uint8Array(lists.length * 8)
    const { scratch } = this
    let length = 0
    let before = 0
    for (let i = 0; i < lists.length; i++) {
      let gap = lists[i]! - before
      before = lists[i]!
      for (; gap > 127; gap >>>= 7) scratch[length++] = (gap & 127) | 128
      scratch[length++] = gap
    }
    return length
  }

  private addLength(id: number, at: number, length: number): void {
    this.lengths.set(id * this.fieldCount + at, length + 1)
    this.sums.add(this.sumsOf(at), 1)
    this.addTerms(at, length)
  }

  private removeLength(id: number, at: number): void {
    const length = this.lengthOf(id, at)
    if (length === undefined) return
    this.lengths.set(id * this.fieldCount + at, 0)
    this.sums.add(this.sumsOf(at), -1)
    this.addTerms(at, -length)
  }

  private termsOf(at: number): number {
    const low = this.sumsOf(at) + 1
    return (this.sums.get(low) >>> 0) + this.sums.get(low + 1) * 2 ** 32
  }

  private addTerms(at: number, by: number): void {
    const terms = this.termsOf(at) + by
    const low = this.sumsOf(at) + 1
    this.sums.set(low, terms | 0)
    this.sums.set(low + 1, Math.floor(terms / 2 ** 32))
  }

  private sumsOf(at: number): number {
    return this.firstSum + 1 + at * fieldWords
  }
}
