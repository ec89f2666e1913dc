/**
 * Blocks of up to 128 postings of one list, ascending by id. Postings grow from the front and positions from the end, so
 * that ranking reads the first without the second, and what belongs together still lies in one page:
 *
 *   | first id | count, units << 16 | last id | bytes of postings, of positions << 16 | postings -> free <- positions |
 *
 *   posting     varint(gap), varint(frequency)
 *   positions   of each posting in turn, downwards from the end: varints of gaps
 *
 *   ids 7 9 12, of which 9 holds the term at 4 and 6:    first 7, postings 0 1 2 2 3 1, positions (downwards) .. 4 2 ..
 *
 * Gaps are small where a term is common, so most postings take two bytes, and positions one. A frequency could share the byte
 * of a gap, with a bit for 1; but which frequencies are 1 no processor can guess, and a wrong guess costs more than reading the
 * others. More than `placesKept` positions
 * go into a run of bytes of their own (of `ByteStore`), and two varints stand for them: its length and its ref. So any two
 * postings fit a page, and a block that has no room is split. Appending, which nearly every posting is, writes the bytes
 * of that posting and the head; anything else writes the block anew.
 */
import { strict as assert } from 'node:assert'
import {
  type BlockHeap,
  type ByteStore,
  classUnits,
  ownWordsMin,
  unitBytes,
  unitWords,
} from '../../../src/pages/block-heap.js'
import { pageBytes } from '../../../src/pages/heap.js'
import { type PostingDraft, varintMax } from './draft.js'

export const postingsMax = 128
/** Positions that a block keeps of one posting. */
export const placesKept = 128
const headWords = 4
const headBytes = headWords * 4
const word = { first: 0, size: 1, last: 2, bytes: 3 } as const
/** A block that must grow gets so much more than it needs. */
const growth = 1.5

/** A block that has been read. */
export class BlockContents {
  count = 0
  readonly ids = new Int32Array(postingsMax + 1)
  readonly frequencies = new Int32Array(postingsMax + 1)
  /** Behind the last byte of the block, in `bytes`: positions are read from there down. */
  bytes: Uint8Array = noBytes
  end = 0
}

const noBytes = new Uint8Array(0)

export class PostingBlocks {
  private readonly contents = new BlockContents()
  /** Positions of the block that is written anew, in their order, and where those of each posting begin. */
  private readonly places = new Uint8Array(2 * pageBytes)
  private readonly placesAt = new Int32Array(postingsMax + 2)

  constructor(
    readonly blocks: BlockHeap,
    private readonly runs: ByteStore,
  ) {}

  /** A block of one posting. Gives its ref. */
  create(draft: PostingDraft): number {
    const words = headWords + ((2 * varintMax + draft.length + 3) >>> 2)
    const ref = this.blocks.allocate(words)
    this.writeHead(ref, { first: draft.id, size: classUnits(words) << 16, last: draft.id, bytes: 0 })
    return this.append(ref, draft)
  }

  lastId(ref: number): number {
    return this.wordOf(ref, word.last)
  }

  /** Adds a posting behind the last one. Gives the block's ref, which changes when it grows; 0 when there is no room. */
  append(ref: number, draft: PostingDraft): number {
    const { heap } = this.blocks
    const from = this.blocks.pageOf(ref)
    const words = heap.wordsOf(from)
    const head = this.blocks.offset(from, ref)
    const size = words[head + word.size]!
    if ((size & 0xffff) === postingsMax) return 0
    const bytes = words[head + word.bytes]!
    const gap = draft.id - words[head + word.last]!
    const postingBytes = bytes & 0xffff
    const positionBytes = bytes >>> 16
    const added = postingLength(gap, draft.frequency)
    const needed = headBytes + postingBytes + positionBytes + added + draft.length
    if (needed > pageBytes) return 0
    const units = size >>> 16
    if (needed > units * unitBytes) return this.append(this.grow(ref, needed), draft)

    const page = this.claimEnds(ref, {
      from: headBytes + postingBytes,
      to: headBytes + postingBytes + added,
      below: units * unitBytes - positionBytes,
      length: draft.length,
    })
    const kept = heap.bytes[page >>> heap.slabShift]!
    const start = this.blocks.offset(page, ref)
    putPosting(kept, start * 4 + headBytes + postingBytes, gap, draft.frequency)
    let at = (start + units * unitWords) * 4 - positionBytes
    for (let i = 0; i < draft.length; i++) kept[--at] = draft.bytes[i]!
    const target = heap.wordsOf(page)
    target[start + word.size] = size + 1
    target[start + word.last] = draft.id
    target[start + word.bytes] = (postingBytes + added) | ((positionBytes + draft.length) << 16)
    return ref
  }

  /** Gives back what a block has grown beyond its bytes, as nothing is appended any more. Gives its ref. */
  trim(ref: number): number {
    const bytes = this.wordOf(ref, word.bytes)
    const needed = headBytes + (bytes & 0xffff) + (bytes >>> 16)
    const units = this.wordOf(ref, word.size) >>> 16
    return classUnits((needed + 3) >>> 2) === units ? ref : this.move(ref, needed)
  }

  /** Reads ids and frequencies. */
  read(ref: number, into: BlockContents): void {
    const { heap } = this.blocks
    const page = this.blocks.pageOf(ref)
    const start = this.blocks.offset(page, ref)
    const words = heap.wordsOf(page)
    const bytes = heap.bytes[page >>> heap.slabShift]!
    const { ids, frequencies } = into
    const size = words[start + word.size]!
    const count = size & 0xffff
    let at = start * 4 + headBytes
    let id = words[start + word.first]!
    for (let i = 0; i < count; i++) {
      let gap = bytes[at++]!
      if (gap > 127) {
        gap &= 127
        for (let shift = 7; ; shift += 7) {
          const byte = bytes[at++]!
          gap |= (byte & 127) << shift
          if (byte < 128) break
        }
      }
      id += gap
      ids[i] = id
      let frequency = bytes[at++]!
      if (frequency > 127) {
        frequency &= 127
        for (let shift = 7; ; shift += 7) {
          const byte = bytes[at++]!
          frequency |= (byte & 127) << shift
          if (byte < 128) break
        }
      }
      frequencies[i] = frequency
    }
    into.count = count
    into.bytes = bytes
    into.end = (start + (size >>> 16) * unitWords) * 4
  }

  /** Adds a posting anywhere. Gives the refs of the block and, where it had to be split, of its second half. */
  insert(ref: number, draft: PostingDraft): { ref: number; split: number; splitFirst: number } {
    const { contents, places, placesAt } = this
    this.load(ref)
    const { ids, frequencies, count } = contents
    let at = count
    while (at > 0 && ids[at - 1]! > draft.id) at--
    ids.copyWithin(at + 1, at, count)
    frequencies.copyWithin(at + 1, at, count)
    ids[at] = draft.id
    frequencies[at] = draft.frequency
    const from = placesAt[at]!
    places.copyWithin(from + draft.length, from, placesAt[count])
    places.set(draft.bytes.subarray(0, draft.length), from)
    for (let i = count + 1; i > at; i--) placesAt[i] = placesAt[i - 1]! + draft.length
    contents.count = count + 1
    const whole = this.bytesOf(0, count + 1)
    if (count < postingsMax && whole <= pageBytes)
      return { ref: this.rewrite(ref, 0, count + 1), split: 0, splitFirst: 0 }
    let half = 1
    while (half < count && this.bytesOf(0, half) * 2 < whole) half++
    const split = this.rewrite(0, half, count + 1)
    return { ref: this.rewrite(ref, 0, half), split, splitFirst: ids[half]! }
  }

  /** Takes out the posting of an id, which is there. Gives the block's ref, 0 when that was its last posting. */
  remove(ref: number, id: number): number {
    const { contents, places, placesAt } = this
    this.load(ref)
    const { ids, frequencies, count } = contents
    const at = ids.subarray(0, count).indexOf(id)
    assert(at >= 0, `document ${id} is in the list`)
    if (frequencies[at]! > placesKept) this.freeRun(at)
    if (count === 1) {
      this.free(ref)
      return 0
    }
    const length = placesAt[at + 1]! - placesAt[at]!
    places.copyWithin(placesAt[at]!, placesAt[at + 1]!, placesAt[count]!)
    for (let i = at + 1; i < count; i++) placesAt[i] = placesAt[i + 1]! - length
    ids.copyWithin(at, at + 1, count)
    frequencies.copyWithin(at, at + 1, count)
    contents.count = count - 1
    return this.rewrite(ref, 0, count - 1)
  }

  /** Puts the positions of a draft into a run of their own where they are many. */
  settle(draft: PostingDraft): void {
    if (draft.frequency <= placesKept) return
    const { length } = draft
    draft.placeAway(length, this.runs.put(draft.bytes.subarray(0, length)))
  }

  /** The bytes of positions that lie in a run. */
  runOf(length: number, ref: number): Uint8Array {
    return this.runs.get(ref, length)
  }

  private freeRun(at: number): void {
    const reader = { bytes: this.places, at: this.placesAt[at]! }
    const length = readVarint(reader)
    this.runs.free(readVarint(reader), length)
  }

  private free(ref: number): void {
    this.blocks.free(ref, (this.wordOf(ref, word.size) >>> 16) * unitWords)
  }

  // ---- a block as a whole -----------------------------------------------------------------------------------------

  /** Reads a block with its positions, to be changed and written anew. */
  private load(ref: number): void {
    const { contents, places, placesAt } = this
    this.read(ref, contents)
    const { bytes, frequencies, count } = contents
    let from = contents.end
    let to = 0
    for (let i = 0; i < count; i++) {
      placesAt[i] = to
      for (let left = varintsOf(frequencies[i]!); left > 0; ) {
        const byte = bytes[--from]!
        places[to++] = byte
        if (byte < 128) left--
      }
    }
    placesAt[count] = to
  }

  private bytesOf(from: number, to: number): number {
    const { ids, frequencies } = this.contents
    let bytes = headBytes + this.placesAt[to]! - this.placesAt[from]!
    for (let i = from; i < to; i++) bytes += postingLength(i === from ? 0 : ids[i]! - ids[i - 1]!, frequencies[i]!)
    return bytes
  }

  /** Writes postings [from, to) of the contents to the block, or to a new one where it does not suit or is none (0). */
  private rewrite(ref: number, from: number, to: number): number {
    const needed = this.bytesOf(from, to)
    const units = ref === 0 ? 0 : this.wordOf(ref, word.size) >>> 16
    const suits = needed <= units * unitBytes && needed * 2 >= units * unitBytes
    if (!suits) {
      if (ref !== 0) this.free(ref)
      ref = this.blocks.allocate((needed + 3) >>> 2)
    }
    this.put(ref, { from, to, units: suits ? units : classUnits((needed + 3) >>> 2) })
    return ref
  }

  private put(ref: number, { from, to, units }: { from: number; to: number; units: number }): void {
    const { blocks, contents, places, placesAt } = this
    const { ids, frequencies } = contents
    const page = this.claim(ref, units * unitWords)
    const start = blocks.offset(page, ref)
    const bytes = blocks.heap.bytes[page >>> blocks.heap.slabShift]!
    const first = start * 4 + headBytes
    let at = first
    for (let i = from; i < to; i++) at = putPosting(bytes, at, i === from ? 0 : ids[i]! - ids[i - 1]!, frequencies[i]!)
    let down = (start + units * unitWords) * 4
    for (let i = placesAt[from]!; i < placesAt[to]!; i++) bytes[--down] = places[i]!
    const words = blocks.heap.wordsOf(page)
    words[start + word.first] = ids[from]!
    words[start + word.size] = (to - from) | (units << 16)
    words[start + word.last] = ids[to - 1]!
    words[start + word.bytes] = (at - first) | ((placesAt[to]! - placesAt[from]!) << 16)
  }

  private grow(ref: number, needed: number): number {
    return this.move(ref, Math.min(pageBytes, Math.ceil(needed * growth)))
  }

  /** Moves a block as it is to one of so many bytes, which are enough. */
  private move(ref: number, length: number): number {
    const { blocks } = this
    const { heap } = blocks
    const words = (length + 3) >>> 2
    const to = blocks.allocate(words)
    const units = classUnits(words)
    const page = this.claim(to, units * unitWords)
    const from = blocks.pageOf(ref)
    const source = heap.bytes[from >>> heap.slabShift]!
    const head = heap.wordsOf(from)
    const start = blocks.offset(from, ref)
    const [first, size, last, bytes] = [head[start]!, head[start + 1]!, head[start + 2]!, head[start + 3]!]
    const target = heap.bytes[page >>> heap.slabShift]!
    const at = blocks.offset(page, to) * 4
    target.set(source.subarray(start * 4 + headBytes, start * 4 + headBytes + (bytes & 0xffff)), at + headBytes)
    const end = (start + (size >>> 16) * unitWords) * 4
    const length2 = bytes >>> 16
    target.set(source.subarray(end - length2, end), at + units * unitBytes - length2)
    this.writeHead(to, { first, size: (size & 0xffff) | (units << 16), last, bytes })
    blocks.free(ref, (size >>> 16) * unitWords)
    return to
  }

  // ---- words ------------------------------------------------------------------------------------------------------

  private wordOf(ref: number, at: number): number {
    return this.blocks.heap.read(this.blocks.pageOf(ref), (ref & 255) * unitWords + at)
  }

  private writeHead(ref: number, head: { first: number; size: number; last: number; bytes: number }): void {
    for (const name of ['first', 'size', 'last', 'bytes'] as const) this.blocks.write(ref, word[name], head[name])
  }

  /** The block's page, with the block's first `count` words free to be changed: what they were is kept for undo. */
  private claim(ref: number, count: number): number {
    const { blocks } = this
    if (count > ownWordsMin) return blocks.own(ref)
    const page = blocks.table.pageForWrite(ref >>> 8)
    this.keepWords(page, (ref & 255) * unitWords, (ref & 255) * unitWords + count)
    return page
  }

  /** The same for the head, bytes `from` to `to`, and `length` bytes below `below`. */
  private claimEnds(
    ref: number,
    { from, to, below, length }: Record<'from' | 'to' | 'below' | 'length', number>,
  ): number {
    const { blocks } = this
    if (length > ownWordsMin * 4) return blocks.own(ref)
    const page = blocks.table.pageForWrite(ref >>> 8)
    if (blocks.heap.own(page)) return page
    const start = (ref & 255) * unitWords
    this.keepWords(page, start, start + headWords)
    this.keepWords(page, start + (from >>> 2), start + ((to + 3) >>> 2))
    this.keepWords(page, start + ((below - length) >>> 2), start + ((below + 3) >>> 2))
    return page
  }

  private keepWords(page: number, from: number, to: number): void {
    const { heap } = this.blocks
    if (heap.own(page)) return
    for (let i = from; i < to; i++) heap.write(page, i, heap.read(page, i))
  }
}

/** How many varints stand for the positions of a posting. */
export function varintsOf(frequency: number): number {
  return frequency > placesKept ? 2 : frequency
}

export function readVarint(reader: { readonly bytes: Uint8Array; at: number }): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = reader.bytes[reader.at++]!
    value |= (byte & 127) << shift
    if (byte < 128) return value
  }
}

function postingLength(gap: number, frequency: number): number {
  return varintLength(gap) + varintLength(frequency)
}

function varintLength(value: number): number {
  let length = 1
  for (value >>>= 7; value > 0; value >>>= 7) length++
  return length
}

function putPosting(bytes: Uint8Array, at: number, gap: number, frequency: number): number {
  return putVarint(bytes, putVarint(bytes, at, gap), frequency)
}

function putVarint(bytes: Uint8Array, at: number, value: number): number {
  for (; value > 127 || value < 0; value >>>= 7) bytes[at++] = (value & 127) | 128
  bytes[at++] = value
  return at
}
