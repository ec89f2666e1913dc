/** Walks through lists, forwards: over their blocks by directories alone, and over postings, of which only wanted blocks are read. */
import { PositionList } from './position-list.js'
import { BlockContents, varintsOf } from './posting-blocks.js'
import { entry, entryWords, firstEntry, idEnd, type PostingLists } from './posting-lists.js'
import { unbounded } from './score-bounds.js'

/** Counts what a search reads. */
export interface Meter {
  postings: number
}

/** Walks over the blocks of a list that is not empty, without reading them. The list must not change meanwhile, unless its version is pinned. */
export class BlockCursor {
  ref = 0
  /** Its ids are at or above the first and below the end. */
  first = 0
  end = 0
  /** Of its scores; `unbounded` for the last block. */
  bound = unbounded
  /** The lowest directory: where its words are, and below what its ids are. */
  private words: Int32Array = noWords
  private start = 0
  private count = 0
  private at = 0
  private directoryEnd = 0

  constructor(
    private readonly lists: PostingLists,
    private readonly list: number,
  ) {}

  /** Goes to the block where an id belongs, which never becomes less. */
  seek(id: number): void {
    if (id < this.end) return
    if (id < this.directoryEnd) this.skip(id)
    else this.descend(id)
  }

  private descend(id: number): void {
    const { lists, list } = this
    let ref = lists.root(list)
    this.directoryEnd = idEnd
    const height = lists.height(list)
    if (height === 0) {
      this.ref = ref
      this.end = idEnd
      return
    }
    for (let above = height; above > 1; above--) {
      const at = lists.entryFor(ref, id)
      this.directoryEnd = Math.min(this.directoryEnd, lists.firstBehind(ref, at))
      ref = lists.refAt(ref, at)
    }
    this.open(ref)
    this.turnTo(lists.entryFor(ref, id))
  }

  private open(directory: number): void {
    const { blocks } = this.lists.blocks
    const page = blocks.pageOf(directory)
    this.words = blocks.heap.wordsOf(page)
    this.start = blocks.offset(page, directory)
    this.count = this.words[this.start]! & 0xffff
  }

  /** Within the directory, by growing steps, as the next block that is asked for mostly lies near. */
  private skip(id: number): void {
    let low = this.at + 1
    let step = 1
    for (; low + step < this.count && this.firstOf(low + step) <= id; step *= 2) low += step
    let high = Math.min(low + step, this.count)
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.firstOf(middle) <= id) low = middle
      else high = middle
    }
    this.turnTo(low)
  }

  private firstOf(at: number): number {
    return this.words[this.start + firstEntry + at * entryWords]!
  }

  private turnTo(at: number): void {
    const { words } = this
    const place = this.start + firstEntry + at * entryWords
    this.at = at
    // Below the first entry of a directory there may be less than its first id.
    this.first = at === 0 ? 0 : words[place + entry.first]!
    this.ref = words[place + entry.ref]!
    this.bound = words[place + entry.bound]!
    this.end = at + 1 < this.count ? words[place + entryWords]! : this.directoryEnd
  }
}

const noWords = new Int32Array(0)

/** Walks over the postings of a list that is not empty, a block at a time. The list must not change meanwhile, as above. */
export class PostingCursor {
  /** Ahead of what is read, where blocks are passed by. */
  readonly blocks: BlockCursor
  /** Of the block that is read. */
  private last = -1
  private at = 0
  private isDone = false

  constructor(
    private readonly lists: PostingLists,
    private readonly list: number,
    private readonly meter: Meter,
    readonly contents = new BlockContents(),
  ) {
    this.blocks = new BlockCursor(lists, list)
    this.isDone = lists.documents(list) === 0
  }

  /** Reads the block with the first id at or above `from`, which never becomes less; gives false when there is none. */
  seek(from: number): boolean {
    if (from <= this.last) return true
    const { blocks } = this
    for (let id = from; !this.isDone; id = blocks.end) {
      blocks.seek(id)
      const last = this.lists.blocks.lastId(blocks.ref)
      if (last >= from) {
        this.read(blocks.ref, last)
        return true
      }
      this.isDone = blocks.end === idEnd
    }
    this.contents.count = 0
    return false
  }

  private read(ref: number, last: number): void {
    this.last = last
    this.at = 0
    this.lists.blocks.read(ref, this.contents)
    this.meter.postings += this.contents.count
    this.placesOf = 0
    this.placesAt = this.contents.end
  }

  /** Where in the block the first id at or above `from` is; `seek` has found one, and `from` never becomes less. */
  indexOf(from: number): number {
    const { ids, count } = this.contents
    // By growing steps, as the next id that is asked for mostly lies near.
    let low = this.at
    let high = low
    for (let step = 1; high < count && ids[high]! < from; step *= 2) {
      low = high + 1
      high += step
    }
    high = Math.min(high, count)
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ids[middle]! < from) low = middle + 1
      else high = middle
    }
    return (this.at = low)
  }

  /** The first id at or above `from`, `idEnd` when there is none. */
  idFrom(from: number): number {
    return this.seek(from) ? this.contents.ids[this.indexOf(from)]! : idEnd
  }

  /** The same or less, where the answer would take reading a block that is not the last one. */
  idAbout(from: number): number {
    if (from <= this.last || this.isDone) return this.idFrom(from)
    this.blocks.seek(from)
    return this.blocks.end === idEnd ? this.idFrom(from) : Math.max(from, this.blocks.first)
  }

  /** Another walk over the same blocks. */
  blocksAhead(): BlockCursor {
    return new BlockCursor(this.lists, this.list)
  }

  /** Reads the last block into other contents, wherever the walk is. */
  readLast(into: BlockContents): BlockContents {
    this.lists.blocks.read(this.lists.last(this.list), into)
    this.meter.postings += into.count
    return into
  }

  private placesOf = 0
  private placesAt = 0
  private areBytes = false

  /** Writes the positions of a posting of the block to `target`, ascending; gives how many. Postings are asked in order. */
  positions(index: number, target: PositionList): number {
    const { frequencies, bytes } = this.contents
    if (this.placesOf === 0) this.areBytes = this.positionsAreBytes()
    let at = this.placesAt
    if (this.areBytes) for (; this.placesOf < index; this.placesOf++) at -= varintsOf(frequencies[this.placesOf]!)
    for (; this.placesOf < index; this.placesOf++)
      for (let left = varintsOf(frequencies[this.placesOf]!); left > 0; ) if (bytes[--at]! < 128) left--
    this.placesAt = at
    const frequency = frequencies[index]!
    if (varintsOf(frequency) !== frequency) return target.read(this.runAt(at), { at: 0, step: 1, count: frequency })
    return target.read(bytes, { at: at - 1, step: -1, count: frequency })
  }

  /** Whether each position of the block is one byte, as in texts of some hundred words: then none has to be read to skip it. */
  private positionsAreBytes(): boolean {
    const { frequencies, count, positionBytes } = this.contents
    let positions = 0
    for (let i = 0; i < count; i++) positions += varintsOf(frequencies[i]!)
    return positions === positionBytes
  }

  private runAt(end: number): Uint8Array {
    const away = new PositionList()
    const { values } = away
    let at = end
    for (let i = 0; i < 2; i++) {
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const byte = this.contents.bytes[--at]!
        value |= (byte & 127) << shift
        if (byte < 128) break
      }
      values[i] = value
    }
    return this.lists.blocks.runOf(values[0]!, values[1]!)
  }
}
