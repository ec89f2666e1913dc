/**
 * The vectors themselves, in pages: the truth that every score is computed from.
 *
 * A vector has an *ordinal*; its numbers lie one after another as 32-bit floats, with zeros up to a multiple of four, and a
 * long one goes on in the next page. Ordinals of removed vectors are used again. Each vector gets a *stamp*, one higher than
 * any before, so an ordinal and a stamp together name one vector for ever, and whoever remembers them can see whether it is
 * still there. Vectors are a list in the order of their stamps, so that the newest are found without looking at others.
 *
 *   record       | id, 0: free | stamp, two words | older ordinal + 1 | newer ordinal + 1 | - | length, f64 |
 *   numbers      at ordinal * stride
 *   ordinals     ordinal + 1 at the id, 0 where it has no vector
 *   meta         | size | ordinals ever used | first free ordinal + 1 | newest ordinal + 1 | last stamp, two words |
 *
 * The `older` of a free ordinal leads to the next free one. Ordinals and stamps do not leave the index: results have ids.
 */
import type { VectorConfig } from '../../src/core/change.js'
import { type Heap, pageBytes, pageMask, pageShift, pageWords } from '../../src/pages/heap.js'
import type { PageSpace } from '../../src/pages/page-space.js'
import type { PageTable } from '../../src/pages/page-table.js'
import { PagedRecords, PagedWords } from '../../src/pages/paged-words.js'
import { fits, type Numbers, type QueryVector, readVector, strideOf } from './query-vector.js'
import { explainScore, scoreOf, type VectorExplanation } from './scores.js'
import { dotProduct, type Sum, squaredDistance } from './sums.js'

/** Tables of the space that the vectors take. */
export const storedVectorTables = 4
const field = { id: 0, stampLow: 1, stampHigh: 2, older: 3, newer: 4, length: 6 } as const
const recordShift = 3
const recordsPerPageShift = pageShift - recordShift
const recordInPageMask = (1 << recordsPerPageShift) - 1
const meta = { size: 0, ordinals: 1, free: 2, newest: 3, stampLow: 4, stampHigh: 5 } as const
/** Fewer words are written one by one: see `PageTable.ownPage`. */
const runMin = 60

export class StoredVectors {
  private readonly heap: Heap
  private readonly numbers: PageTable
  private readonly recordTable: PageTable
  private readonly records: PagedRecords
  private readonly ordinals: PagedWords
  private readonly meta: PagedWords
  /** Words of a vector. */
  private readonly stride: number
  private readonly sum: Sum
  private readonly floats: Float32Array
  private readonly words: Int32Array

  /** Takes `storedVectorTables` tables of the space, from `slot` on. */
  constructor(
    private readonly space: PageSpace,
    private readonly firstTable: number,
    private readonly config: VectorConfig,
  ) {
    this.heap = space.heap
    this.numbers = space.table(firstTable)
    this.recordTable = space.table(firstTable + 1)
    this.records = new PagedRecords(this.recordTable, recordShift)
    this.ordinals = new PagedWords(space.table(firstTable + 2))
    this.meta = new PagedWords(space.table(firstTable + 3))
    this.stride = strideOf(config)
    this.sum = config.similarity === 'euclidean' ? squaredDistance : dotProduct
    this.floats = new Float32Array(this.stride)
    this.words = new Int32Array(this.floats.buffer)
  }

  get size(): number {
    return this.meta.get(meta.size)
  }

  /** One more than the highest ordinal ever used. */
  get ordinalsEnd(): number {
    return this.meta.get(meta.ordinals)
  }

  /** The last stamp given, 0 at first. */
  get lastStamp(): number {
    return (this.meta.get(meta.stampLow) >>> 0) + this.meta.get(meta.stampHigh) * 2 ** 32
  }

  get bytes(): number {
    let pages = 0
    for (let i = 0; i < storedVectorTables; i++)
      for (const entry of this.space.table(this.firstTable + i).entries()) if (entry > 0) pages++
    return pages * pageBytes
  }

  clear(): void {
    for (let i = 0; i < storedVectorTables; i++) this.space.table(this.firstTable + i).clear()
  }

  /** As the functions of these names do for what the index holds. */
  fits(vector: Numbers): boolean {
    return fits(vector, this.config)
  }

  check(vector: Numbers): QueryVector {
    return readVector(vector, this.config)
  }

  /** Adds a vector to an id that has none. Throws VECTOR_INVALID, before anything is changed. */
  add(id: number, vector: Numbers): void {
    const { numbers, length } = this.check(vector)
    const ordinal = this.giveOrdinal()
    this.floats.set(numbers)
    this.writeNumbers(ordinal)
    this.writeLength(ordinal, length)
    this.records.set(ordinal, field.id, id)
    this.ordinals.set(id, ordinal + 1)
    this.link(ordinal)
    this.meta.add(meta.size, 1)
  }

  /** Removes the vector of an id that has one. */
  remove(id: number): void {
    const ordinal = this.ordinalOf(id)
    this.ordinals.set(id, 0)
    this.unlink(ordinal)
    this.records.set(ordinal, field.id, 0)
    this.records.set(ordinal, field.older, this.meta.get(meta.free))
    this.meta.set(meta.free, ordinal + 1)
    this.meta.add(meta.size, -1)
  }

  /** The ordinal of an id's vector, -1 where it has none. */
  ordinalOf(id: number): number {
    return this.ordinals.get(id) - 1
  }

  /** Whose vector has the ordinal, 0 for a free one. */
  idAt(ordinal: number): number {
    return this.records.get(ordinal, field.id) >>> 0
  }

  stampAt(ordinal: number): number {
    return (this.records.get(ordinal, field.stampLow) >>> 0) + this.records.get(ordinal, field.stampHigh) * 2 ** 32
  }

  /** The ordinal with the highest stamp, -1 where all are free. */
  get newest(): number {
    return this.meta.get(meta.newest) - 1
  }

  /** The ordinal with the next lower stamp, -1 for none. */
  olderThan(ordinal: number): number {
    return this.records.get(ordinal, field.older) - 1
  }

  /** The ordinal with the next higher stamp, -1 for none. */
  newerThan(ordinal: number): number {
    return this.records.get(ordinal, field.newer) - 1
  }

  /** Writes the numbers of a vector into `target`, divided by `divisor`. */
  read(ordinal: number, target: Float32Array, divisor = 1): void {
    const { numbers, heap } = this
    const start = ordinal * this.stride
    for (let i = 0; i < target.length; i++) {
      const at = start + i
      const page = numbers.page(Math.floor(at / pageWords))
      target[i] = heap.singles[page >>> heap.slabShift]![heap.offset(page) + (at % pageWords)]! / divisor
    }
  }

  lengthAt(ordinal: number): number {
    return this.lengthIn(this.recordTable.entries(), ordinal)
  }

  private lengthIn(records: Int32Array, ordinal: number): number {
    const { slabShift, slabMask, floats } = this.heap
    const page = records[ordinal >>> recordsPerPageShift]!
    const record = ((page & slabMask) << pageShift) + ((ordinal & recordInPageMask) << recordShift)
    return floats[page >>> slabShift]![(record + field.length) >>> 1]!
  }

  /** Writes the scores of the first `count` ordinals into `scores`. None of them may be free. */
  score(query: QueryVector, ordinals: Int32Array, count: number, scores: Float64Array): void {
    const { similarity } = this.config
    const pages = this.numbers.entries()
    const records = this.recordTable.entries()
    for (let i = 0; i < count; i++) {
      const ordinal = ordinals[i]!
      const lengths = similarity === 'cosine' ? query.length * this.lengthIn(records, ordinal) : 0
      scores[i] = scoreOf(similarity, this.sumIn(pages, query.numbers, ordinal), lengths)
    }
  }

  /** What the score comes from, to the last bit. */
  explain(query: QueryVector, ordinal: number): VectorExplanation {
    const sum = this.sumIn(this.numbers.entries(), query.numbers, ordinal)
    return explainScore(this.config.similarity, sum, query.length * this.lengthAt(ordinal))
  }

  /** One that goes on in the next page is put together first: a sum by pages would round in another way. */
  private sumIn(pages: Int32Array, query: Float64Array, ordinal: number): number {
    const { stride, sum, heap } = this
    const { singles, slabShift, slabMask } = heap
    const start = ordinal * stride
    const place = Math.floor(start / pageWords)
    const within = (start - place * pageWords) | 0
    if (within + stride > pageWords) return sum(this.together(ordinal), 0, query, 0, stride)
    const page = pages[place]!
    return sum(singles[page >>> slabShift]!, ((page & slabMask) << pageShift) + within, query, 0, stride)
  }

  private together(ordinal: number): Float32Array {
    const { numbers, heap, stride, floats } = this
    const start = ordinal * stride
    for (let done = 0; done < stride; ) {
      const at = start + done
      const page = numbers.page(Math.floor(at / pageWords))
      const from = heap.offset(page) + (at & pageMask)
      const run = Math.min(stride - done, pageWords - (at & pageMask))
      floats.set(heap.singles[page >>> heap.slabShift]!.subarray(from, from + run), done)
      done += run
    }
    return floats
  }

  // ---- ordinals -----------------------------------------------------------------------------------------------------

  private giveOrdinal(): number {
    const free = this.meta.get(meta.free) - 1
    if (free < 0) return this.meta.add(meta.ordinals, 1) - 1
    this.meta.set(meta.free, this.records.get(free, field.older))
    return free
  }

  /** Gives an ordinal the next stamp and puts it at the new end of the list. */
  private link(ordinal: number): void {
    const stamp = this.lastStamp + 1
    const newest = this.newest
    this.meta.set(meta.stampLow, stamp | 0)
    this.meta.set(meta.stampHigh, Math.floor(stamp / 2 ** 32))
    this.records.set(ordinal, field.stampLow, stamp | 0)
    this.records.set(ordinal, field.stampHigh, Math.floor(stamp / 2 ** 32))
    this.records.set(ordinal, field.older, newest + 1)
    this.records.set(ordinal, field.newer, 0)
    if (newest >= 0) this.records.set(newest, field.newer, ordinal + 1)
    this.meta.set(meta.newest, ordinal + 1)
  }

  private unlink(ordinal: number): void {
    const older = this.olderThan(ordinal)
    const newer = this.newerThan(ordinal)
    if (older >= 0) this.records.set(older, field.newer, newer + 1)
    if (newer >= 0) this.records.set(newer, field.older, older + 1)
    else this.meta.set(meta.newest, older + 1)
  }

  private writeNumbers(ordinal: number): void {
    const { words, numbers, heap } = this
    const start = ordinal * this.stride
    for (let done = 0; done < words.length; ) {
      const place = Math.floor((start + done) / pageWords)
      const within = (start + done) & pageMask
      const run = Math.min(words.length - done, pageWords - within)
      if (run >= runMin) {
        const page = numbers.ownPage(place)
        heap.wordsOf(page).set(words.subarray(done, done + run), heap.offset(page) + within)
      } else {
        const page = numbers.pageForWrite(place)
        for (let i = 0; i < run; i++) heap.write(page, within + i, words[done + i]!)
      }
      done += run
    }
  }

  private writeLength(ordinal: number, length: number): void {
    lengthFloat[0] = length
    this.records.set(ordinal, field.length, lengthWords[0]!)
    this.records.set(ordinal, field.length + 1, lengthWords[1]!)
  }
}

const lengthFloat = new Float64Array(1)
const lengthWords = new Int32Array(lengthFloat.buffer)
