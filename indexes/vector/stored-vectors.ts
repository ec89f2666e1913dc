/**
 * The vectors themselves, in pages: the truth that every score is computed from.
 *
 * A vector lies in a *slot*, its numbers as 32-bit floats one after another, filled up with zeros to a multiple of four; a
 * long one goes on in the next page. Slots of removed vectors are used again. Each vector gets a *stamp*, one higher than
 * any before, so a slot and a stamp together name one vector for ever, and whoever remembers them can see whether it is
 * still there. Slots in use are a list in the order of their stamps, so that the newest are found without looking at others.
 *
 *   record of a slot   | id, 0: free | stamp, two words | older slot + 1 | newer slot + 1 | - | length, f64 |
 *   numbers            slot * stride + i
 *   slot of an id      slot + 1 at id, 0: it has no vector
 *   meta               | size | slots ever used | first free slot + 1 | newest slot + 1 | last stamp, two words |
 *
 * A free slot's `older` leads to the next free one. Slots are not numbers that leave the index: a log or a result has ids.
 */
import { DatabaseError } from '../../src/core/errors.js'
import { type Heap, pageBytes, pageMask, pageShift, pageWords } from '../../src/pages/heap.js'
import type { PageSpace } from '../../src/pages/page-space.js'
import type { PageTable } from '../../src/pages/page-table.js'
import { PagedRecords, PagedWords } from '../../src/pages/paged-words.js'
import { dotProduct, type Sum, squaredDistance } from './sums.js'
import { scoreOf, type VectorConfig } from './vector-config.js'

/** Tables of the space that the vectors take. */
export const storedVectorTables = 4
const field = { id: 0, stampLow: 1, stampHigh: 2, older: 3, newer: 4, length: 6 } as const
const recordShift = 3
const recordsPerPageShift = pageShift - recordShift
const recordInPageMask = (1 << recordsPerPageShift) - 1
const meta = { size: 0, slots: 1, free: 2, newest: 3, stampLow: 4, stampHigh: 5 } as const
/** Fewer words are written one by one: see `PageTable.ownPage`. */
const runMin = 60

/** A vector that others are compared with. */
export interface QueryVector {
  /** As 32-bit floats hold them, with zeros up to the stride. */
  readonly numbers: Float64Array
  readonly length: number
}

export type Numbers = Float32Array | readonly number[]

export class StoredVectors {
  private readonly heap: Heap
  private readonly numbers: PageTable
  private readonly recordTable: PageTable
  private readonly records: PagedRecords
  private readonly slots: PagedWords
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
    this.slots = new PagedWords(space.table(firstTable + 2))
    this.meta = new PagedWords(space.table(firstTable + 3))
    this.stride = (config.dimensions + 3) & ~3
    this.sum = config.similarity === 'euclidean' ? squaredDistance : dotProduct
    this.floats = new Float32Array(this.stride)
    this.words = new Int32Array(this.floats.buffer)
  }

  get size(): number {
    return this.meta.get(meta.size)
  }

  /** One more than the highest slot ever used. */
  get slotsEnd(): number {
    return this.meta.get(meta.slots)
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

  /** Throws VECTOR_INVALID for what the index cannot hold or compare. */
  check(vector: Numbers): QueryVector {
    const { dimensions, similarity } = this.config
    if (vector.length !== dimensions)
      throw new DatabaseError(
        'VECTOR_INVALID',
        `the vector has ${vector.length} numbers, the index ${dimensions} dimensions; give ${dimensions} numbers`,
        { length: vector.length, dimensions },
      )
    const numbers = new Float64Array(this.stride)
    let squares = 0
    for (let i = 0; i < dimensions; i++) {
      const number = Math.fround(vector[i]!)
      if (!Number.isFinite(number)) throw notFinite(vector[i]!, i)
      numbers[i] = number
      squares += number * number
    }
    // The graph computes in 32 bits, and so does Neo4j, which has the same rule.
    if (!Number.isFinite(Math.fround(squares))) throw tooLong(Math.sqrt(squares))
    if (similarity === 'cosine' && Math.fround(squares) === 0) throw noDirection(Math.sqrt(squares))
    return { numbers, length: Math.sqrt(squares) }
  }

  /** Adds a vector to an id that has none. Throws VECTOR_INVALID, before anything is changed. */
  add(id: number, vector: Numbers): void {
    const { numbers, length } = this.check(vector)
    const slot = this.takeSlot()
    this.floats.set(numbers)
    this.writeNumbers(slot)
    this.writeLength(slot, length)
    this.records.set(slot, field.id, id)
    this.slots.set(id, slot + 1)
    this.link(slot)
    this.meta.add(meta.size, 1)
  }

  /** Removes the vector of an id that has one. */
  remove(id: number): void {
    const slot = this.slotOf(id)
    this.slots.set(id, 0)
    this.unlink(slot)
    this.records.set(slot, field.id, 0)
    this.records.set(slot, field.older, this.meta.get(meta.free))
    this.meta.set(meta.free, slot + 1)
    this.meta.add(meta.size, -1)
  }

  /** The slot of an id's vector, -1 where it has none. */
  slotOf(id: number): number {
    return this.slots.get(id) - 1
  }

  /** Whose vector lies in a slot, 0 for a free one. */
  idAt(slot: number): number {
    return this.records.get(slot, field.id) >>> 0
  }

  stampAt(slot: number): number {
    return (this.records.get(slot, field.stampLow) >>> 0) + this.records.get(slot, field.stampHigh) * 2 ** 32
  }

  /** The slot with the highest stamp, -1 where all are free. */
  get newestSlot(): number {
    return this.meta.get(meta.newest) - 1
  }

  /** The slot with the next lower stamp, -1 for none. */
  olderThan(slot: number): number {
    return this.records.get(slot, field.older) - 1
  }

  /** The slot with the next higher stamp, -1 for none. */
  newerThan(slot: number): number {
    return this.records.get(slot, field.newer) - 1
  }

  /** Writes the numbers of a vector into `target`, divided by `divisor`. */
  read(slot: number, target: Float32Array, divisor = 1): void {
    const { numbers, heap } = this
    const start = slot * this.stride
    for (let i = 0; i < target.length; i++) {
      const at = start + i
      const page = numbers.page(Math.floor(at / pageWords))
      target[i] = heap.singles[page >>> heap.slabShift]![heap.offset(page) + (at % pageWords)]! / divisor
    }
  }

  lengthAt(slot: number): number {
    const page = this.recordTable.page(slot >>> recordsPerPageShift)
    const record = this.heap.offset(page) + ((slot & recordInPageMask) << recordShift)
    return this.heap.floats[page >>> this.heap.slabShift]![(record + field.length) >>> 1]!
  }

  /** Writes the scores of the first `count` slots into `scores`. None of the slots may be free. */
  score(query: QueryVector, slots: Int32Array, count: number, scores: Float64Array): void {
    const { stride, sum, heap } = this
    const { singles, slabShift, slabMask } = heap
    const { similarity } = this.config
    const { numbers, length } = query
    const pages = this.numbers.entries()
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      const start = slot * stride
      let place = Math.floor(start / pageWords)
      let within = start - place * pageWords
      let total = 0
      for (let done = 0; done < stride; within = 0) {
        const page = pages[place++]!
        const run = Math.min(stride - done, pageWords - within)
        const at = ((page & slabMask) << pageShift) + within
        total += sum(singles[page >>> slabShift]!, at, numbers, done, run)
        done += run
      }
      const lengths = similarity === 'cosine' ? length * this.lengthAt(slot) : 0
      scores[i] = scoreOf(similarity, total, lengths)
    }
  }

  // ---- slots --------------------------------------------------------------------------------------------------------

  private takeSlot(): number {
    const free = this.meta.get(meta.free) - 1
    if (free < 0) return this.meta.add(meta.slots, 1) - 1
    this.meta.set(meta.free, this.records.get(free, field.older))
    return free
  }

  /** Gives a slot the next stamp and puts it at the new end of the list. */
  private link(slot: number): void {
    const stamp = this.lastStamp + 1
    const newest = this.newestSlot
    this.meta.set(meta.stampLow, stamp | 0)
    this.meta.set(meta.stampHigh, Math.floor(stamp / 2 ** 32))
    this.records.set(slot, field.stampLow, stamp | 0)
    this.records.set(slot, field.stampHigh, Math.floor(stamp / 2 ** 32))
    this.records.set(slot, field.older, newest + 1)
    this.records.set(slot, field.newer, 0)
    if (newest >= 0) this.records.set(newest, field.newer, slot + 1)
    this.meta.set(meta.newest, slot + 1)
  }

  private unlink(slot: number): void {
    const older = this.olderThan(slot)
    const newer = this.newerThan(slot)
    if (older >= 0) this.records.set(older, field.newer, newer + 1)
    if (newer >= 0) this.records.set(newer, field.older, older + 1)
    else this.meta.set(meta.newest, older + 1)
  }

  private writeNumbers(slot: number): void {
    const { words, numbers, heap } = this
    const start = slot * this.stride
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

  private writeLength(slot: number, length: number): void {
    lengthFloat[0] = length
    this.records.set(slot, field.length, lengthWords[0]!)
    this.records.set(slot, field.length + 1, lengthWords[1]!)
  }
}

const lengthFloat = new Float64Array(1)
const lengthWords = new Int32Array(lengthFloat.buffer)

function notFinite(number: number, at: number): DatabaseError {
  return new DatabaseError(
    'VECTOR_INVALID',
    `the vector's number at ${at} is ${number}, which is no finite 32-bit FLOAT; mend it, or leave the vector out`,
    { number, at },
  )
}

function tooLong(length: number): DatabaseError {
  return new DatabaseError(
    'VECTOR_INVALID',
    `the vector's length is ${length}, whose square is beyond 32-bit FLOATs; scale the vectors down`,
    { length },
  )
}

function noDirection(length: number): DatabaseError {
  return new DatabaseError(
    'VECTOR_INVALID',
    `the vector's length is ${length}, too short for a cosine; leave it out, or make the index with another similarity`,
    { length },
  )
}
