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
 * others. More than `placesKept` positions go into a run of bytes of their own (of `ByteStore`), and two varints stand for
 * them: its length and its ref. So any two postings fit a page, and a block that has no room is split. Appending, which
 * nearly every posting is, writes the bytes of that posting and the head. A posting that changes, comes between others or goes is
 * spliced: what is behind it moves. Only a block that would have to grow, shrink, or be split is written anew.
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
import { type PostingRun, putVarint } from './posting-run.js'

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
  positionBytes = 0
}

const noBytes = new Uint8Array(0)

/** The block of a list that postings went to, and the first posting of the run that is left. */
export interface Appended {
  readonly ref: number
  readonly end: number
}

/** What became of a posting in its place. */
export interface Splice {
  readonly kind: 'changed' | 'same' | 'refused'
  /** How often the document held the term before, 0 where it did not. */
  readonly frequency: number
}

/** Where a posting is in a block, or would be; bytes count from the block's beginning, of positions from its end down. */
interface Place {
  readonly isThere: boolean
  readonly frequency: number
  /** The id before it, -1 for none, and the index of the one behind it. */
  readonly before: number
  readonly next: number
  readonly start: number
  readonly end: number
  readonly above: number
  readonly below: number
}

/** What a block becomes: bytes of `PostingBlocks.patch` from a place to `patchedEnd`, and positions. */
interface Patch {
  readonly length: number
  readonly patchedEnd: number
  readonly kept: Uint8Array
  readonly postings: number
  readonly positions: number
  readonly count: number
  readonly first: number
  readonly last: number
}

export class PostingBlocks {
  private readonly contents = new BlockContents()
  /** Of the block that is appended to; without an object for each. */
  private readonly head = { first: 0, count: 0, units: 0, last: 0, postings: 0, positions: 0 }
  /** A posting and the gap of the next one. */
  private readonly patch = new Uint8Array(32)
  /** Positions of the block that is written anew, in their order, and where those of each posting begin. */
  private readonly places = new Uint8Array(2 * pageBytes)
  private readonly placesAt = new Int32Array(postingsMax + 2)

  constructor(
    readonly blocks: BlockHeap,
    private readonly runs: ByteStore,
  ) {}

  /** A block of postings of a run, from one on. Gives its ref, and the first posting that it has no room for. */
  create(run: PostingRun, from: number): Appended {
    const { head } = this
    head.first = run.ids[from]!
    head.last = head.first
    head.count = 0
    head.postings = 0
    head.positions = 0
    const { end, needed } = this.fit(run, from)
    const words = (needed + 3) >>> 2
    head.units = classUnits(words)
    const ref = this.blocks.allocate(words)
    this.write(this.claim(ref, words), ref, { run, from, end })
    return { ref, end }
  }

  lastId(ref: number): number {
    return this.wordOf(ref, word.last)
  }

  /**
   * Adds postings of a run behind the last one, from one on, which comes behind it. Gives the block's ref, which changes when it
   * grows, and the first posting that it has no room for.
   */
  append(ref: number, run: PostingRun, from: number): Appended {
    const { head } = this
    this.readHead(ref)
    const { end, needed } = this.fit(run, from)
    if (end === from) return { ref, end }
    if (needed > head.units * unitBytes) {
      ref = this.grow(ref, needed)
      this.readHead(ref)
    }
    const positions = run.ends[end - 1]! - run.startOf(from)
    const postings = needed - headBytes - head.postings - head.positions - positions
    this.write(this.claimFree(ref, { postings, positions }), ref, { run, from, end })
    return { ref, end }
  }

  /** How many postings of the run fit into a page behind what `head` tells of, and how many bytes there are then. */
  private fit(run: PostingRun, from: number): { end: number; needed: number } {
    const { head } = this
    const { ids, frequencies, ends } = run
    const most = Math.min(run.count, from + postingsMax - head.count)
    let needed = headBytes + head.postings + head.positions
    let { last } = head
    let end = from
    let start = run.startOf(from)
    for (; end < most; end++) {
      const more = postingLength(ids[end]! - last, frequencies[end]!) + ends[end]! - start
      if (needed + more > pageBytes) break
      needed += more
      last = ids[end]!
      start = ends[end]!
    }
    return { end, needed }
  }

  /** Writes postings of a run behind what `head` tells of, and the head. Their room is there, and free to be changed. */
  private write(page: number, ref: number, { run, from, end }: { run: PostingRun; from: number; end: number }): void {
    const { blocks, head } = this
    const { heap } = blocks
    const { ids, frequencies } = run
    const bytes = heap.bytes[page >>> heap.slabShift]!
    const start = blocks.offset(page, ref)
    const first = start * 4 + headBytes
    let at = first + head.postings
    let { last } = head
    for (let i = from; i < end; i++) {
      at = putPosting(bytes, at, ids[i]! - last, frequencies[i]!)
      last = ids[i]!
    }
    const positionsEnd = run.ends[end - 1]!
    let down = (start + head.units * unitWords) * 4 - head.positions
    for (let i = run.startOf(from); i < positionsEnd; i++) bytes[--down] = run.bytes[i]!
    const words = heap.wordsOf(page)
    words[start + word.first] = head.first
    words[start + word.size] = (head.count + end - from) | (head.units << 16)
    words[start + word.last] = last
    words[start + word.bytes] = (at - first) | ((head.positions + positionsEnd - run.startOf(from)) << 16)
  }

  private readHead(ref: number): void {
    const { blocks, head } = this
    const page = blocks.pageOf(ref)
    const words = blocks.heap.wordsOf(page)
    const start = blocks.offset(page, ref)
    head.first = words[start + word.first]!
    head.count = words[start + word.size]! & 0xffff
    head.units = words[start + word.size]! >>> 16
    head.last = words[start + word.last]!
    head.postings = words[start + word.bytes]! & 0xffff
    head.positions = words[start + word.bytes]! >>> 16
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
    into.count = count
    into.bytes = bytes
    into.end = (start + (size >>> 16) * unitWords) * 4
    into.positionBytes = words[start + word.bytes]! >>> 16
    // As nearly all blocks of common terms are: two bytes each.
    if ((words[start + word.bytes]! & 0xffff) === 2 * count) {
      for (let i = 0; i < count; i++, at += 2) {
        id += bytes[at]!
        ids[i] = id
        frequencies[i] = bytes[at + 1]!
      }
      return
    }
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
  }

  /**
   * Puts a posting of a run where that of its document is or belongs, without a run takes it out, and moves only the bytes behind
   * it. Where the block would have to grow, shrink, be split or go, or positions lie elsewhere, that is refused: nothing has
   * changed then.
   */
  splice(ref: number, id: number, run?: PostingRun, of = 0): Splice {
    const place = this.placeOf(ref, id)
    const { frequency } = place
    const kept = run === undefined ? noBytes : run.bytesOf(of)
    if (run !== undefined && frequency === run.frequencies[of] && this.isWritten(kept, place))
      return { kind: 'same', frequency }
    const patch = this.patchFor(place, { id, kept, frequency: run === undefined ? 0 : run.frequencies[of]! })
    const needed = headBytes + patch.postings + patch.positions
    const room = this.head.units * unitBytes
    const isFit = needed <= room && needed * 2 >= room && patch.count > 0 && patch.count <= postingsMax
    if (!isFit || frequency > placesKept) return { kind: 'refused', frequency }
    this.writePatch(ref, place, patch)
    return { kind: 'changed', frequency }
  }

  /** Where the posting of an id is in a block, or would be. Leaves the block in `contents`, and its head in `head`. */
  private placeOf(ref: number, id: number): Place {
    const { contents } = this
    this.read(ref, contents)
    this.readHead(ref)
    const { ids, frequencies, count, bytes, end: blockEnd } = contents
    let at = 0
    let before = -1
    let start = headBytes
    let places = 0
    while (at < count && ids[at]! < id) {
      start += postingLength(gapBetween(before, ids[at]!), frequencies[at]!)
      places += varintsOf(frequencies[at]!)
      before = ids[at++]!
    }
    const isThere = at < count && ids[at] === id
    const frequency = isThere ? frequencies[at]! : 0
    const end = start + (isThere ? postingLength(gapBetween(before, id), frequency) : 0)
    const above = below(bytes, blockEnd, places)
    return {
      before,
      isThere,
      frequency,
      next: isThere ? at + 1 : at,
      start,
      end,
      above: blockEnd - above,
      below: blockEnd - below(bytes, above, varintsOf(frequency)),
    }
  }

  /** Writes what stands in place of a posting, and of the gap of the next one, to `patch`; an id of frequency 0 goes. */
  private patchFor(
    { before, isThere, next, start, end, above, below }: Place,
    { id, frequency, kept }: { id: number; frequency: number; kept: Uint8Array },
  ): Patch {
    const { head, patch } = this
    const { ids, count } = this.contents
    const goes = frequency === 0
    let length = goes ? 0 : putPosting(patch, 0, gapBetween(before, id), frequency)
    let patchedEnd = end
    if (next < count) {
      length = putVarint(patch, length, gapBetween(goes ? before : id, ids[next]!))
      patchedEnd += varintLength(gapBetween(isThere ? id : before, ids[next]!))
    }
    return {
      length,
      patchedEnd,
      kept,
      postings: head.postings - (patchedEnd - start) + length,
      positions: head.positions - (below - above) + kept.length,
      count: count + (goes ? 0 : 1) - (isThere ? 1 : 0),
      first: before < 0 ? (goes ? ids[next]! : id) : head.first,
      last: next < count ? head.last : goes ? before : id,
    }
  }

  private writePatch(ref: number, { start, above, below }: Place, patch: Patch): void {
    const { blocks, head } = this
    const { heap } = blocks
    const { kept, length, patchedEnd, postings, positions } = patch
    const room = head.units * unitBytes
    const page = this.claimRanges(ref, {
      firstWord: start >>> 2,
      freeWord: (headBytes + Math.max(postings, head.postings) + 3) >>> 2,
      lowWord: (room - Math.max(positions, head.positions)) >>> 2,
      lastWord: (room - above + 3) >>> 2,
    })
    const base = blocks.offset(page, ref) * 4
    const blockEnd = base + room
    const bytes = heap.bytes[page >>> heap.slabShift]!
    const movePositions = () => bytes.copyWithin(blockEnd - positions, blockEnd - head.positions, blockEnd - below)
    // What becomes shorter makes room for the other.
    const isShorter = kept.length <= below - above
    if (isShorter) movePositions()
    bytes.copyWithin(base + start + length, base + patchedEnd, base + headBytes + head.postings)
    if (!isShorter) movePositions()
    for (let i = 0; i < length; i++) bytes[base + start + i] = this.patch[i]!
    for (let i = 0, to = blockEnd - above; i < kept.length; i++) bytes[--to] = kept[i]!
    heap
      .wordsOf(page)
      .set([patch.first, patch.count | (head.units << 16), patch.last, postings | (positions << 16)], base >>> 2)
  }

  /** Whether the positions of a posting are these bytes. */
  private isWritten(kept: Uint8Array, { above, below }: Place): boolean {
    if (kept.length !== below - above) return false
    const { bytes, end } = this.contents
    for (let i = 0; i < kept.length; i++) if (bytes[end - above - 1 - i] !== kept[i]) return false
    return true
  }

  /** Adds a posting of a run anywhere. Gives the refs of the block and, where it had to be split, of its second half. */
  insert(ref: number, run: PostingRun, of: number): { ref: number; split: number; splitFirst: number } {
    const { contents, places, placesAt } = this
    this.load(ref)
    const { ids, frequencies, count } = contents
    const added = run.bytesOf(of)
    let at = count
    while (at > 0 && ids[at - 1]! > run.ids[of]!) at--
    ids.copyWithin(at + 1, at, count)
    frequencies.copyWithin(at + 1, at, count)
    ids[at] = run.ids[of]!
    frequencies[at] = run.frequencies[of]!
    const from = placesAt[at]!
    places.copyWithin(from + added.length, from, placesAt[count])
    places.set(added, from)
    for (let i = count + 1; i > at; i--) placesAt[i] = placesAt[i - 1]! + added.length
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

  /** Puts the positions of a run's last posting elsewhere where they are many. */
  settle(run: PostingRun): void {
    const at = run.count - 1
    if (run.frequencies[at]! <= placesKept) return
    const bytes = run.bytesOf(at)
    run.placeAway(bytes.length, this.runs.put(bytes))
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
    const moved = blocks.offset(page, to)
    heap.wordsOf(page).set([first, (size & 0xffff) | (units << 16), last, bytes], moved)
    blocks.free(ref, (size >>> 16) * unitWords)
    return to
  }

  // ---- words ------------------------------------------------------------------------------------------------------

  private wordOf(ref: number, at: number): number {
    return this.blocks.heap.read(this.blocks.pageOf(ref), (ref & 255) * unitWords + at)
  }

  /** The block's page, with the block's first `count` words free to be changed: what they were is kept for undo. */
  private claim(ref: number, count: number): number {
    const { blocks } = this
    if (count > ownWordsMin) return blocks.own(ref)
    const page = blocks.table.pageForWrite(ref >>> 8)
    blocks.heap.keep(page, (ref & 255) * unitWords, (ref & 255) * unitWords + count)
    return page
  }

  /** The same for the head and two ranges of words. */
  private claimRanges(
    ref: number,
    { firstWord, freeWord, lowWord, lastWord }: Record<'firstWord' | 'freeWord' | 'lowWord' | 'lastWord', number>,
  ): number {
    const { blocks } = this
    if (freeWord - firstWord + lastWord - lowWord > ownWordsMin) return blocks.own(ref)
    const page = blocks.table.pageForWrite(ref >>> 8)
    const start = (ref & 255) * unitWords
    blocks.heap.keep(page, start, start + headWords)
    blocks.heap.keep(page, start + firstWord, start + freeWord)
    blocks.heap.keep(page, start + lowWord, start + lastWord)
    return page
  }

  /** The same for the head, and for `postings` and `positions` more bytes than `head` tells of. */
  private claimFree(ref: number, { postings, positions }: { postings: number; positions: number }): number {
    const { blocks, head } = this
    if (postings + positions > ownWordsMin * 4) return blocks.own(ref)
    const page = blocks.table.pageForWrite(ref >>> 8)
    const start = (ref & 255) * unitWords
    const free = headBytes + head.postings
    const freeEnd = head.units * unitBytes - head.positions
    blocks.heap.keep(page, start, start + headWords)
    blocks.heap.keep(page, start + (free >>> 2), start + ((free + postings + 3) >>> 2))
    blocks.heap.keep(page, start + ((freeEnd - positions) >>> 2), start + ((freeEnd + 3) >>> 2))
    return page
  }
}

/** What a block keeps for an id behind another one, -1 for none: its first id is in its head. */
function gapBetween(before: number, id: number): number {
  return before < 0 ? 0 : id - before
}

/** Where so many varints end that lie downwards. */
function below(bytes: Uint8Array, at: number, varints: number): number {
  for (let left = varints; left > 0; ) if (bytes[--at]! < 128) left--
  return at
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
