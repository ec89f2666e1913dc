/**
 * All hits of a query with their scores, in the order of their ids, to be walked or to be asked about single ids.
 *
 *   ids      3 7 8 40 ...                 ascending, with their scores beside them
 *   windows  bits 3 7 8 | bit 40 ...      made when the first id is asked about: a bit for each of 8,192 ids
 *   ranks    0          | 3               hits before each word of bits
 *
 * The place of an id is the rank of its word and the bits below its own (Jacobson 1989), so a question costs some
 * nanoseconds however many hits there are; a Map takes ten times as long to fill, and five times the memory.
 */
const windowShift = 13
const windowWords = 1 << (windowShift - 5)

interface Window {
  readonly bits: Int32Array
  readonly ranks: Int32Array
}

export class HitTable {
  private idsGathered = new Uint32Array(64)
  private scoresGathered = new Float64Array(64)
  private count = 0
  /** By id / 8,192; undefined where nothing is hit. */
  private windows: (Window | undefined)[] | undefined

  /** Takes a hit with a higher id than all before it; not after `has` or `scoreOf`. */
  add(id: number, score: number): void {
    if (this.count === this.idsGathered.length) this.grow()
    this.idsGathered[this.count] = id
    this.scoresGathered[this.count++] = score
  }

  get size(): number {
    return this.count
  }

  /** Ascending. They must not be changed. */
  get ids(): Uint32Array {
    return this.idsGathered.subarray(0, this.count)
  }

  /** Of `ids`, in their order. They must not be changed. */
  get scores(): Float64Array {
    return this.scoresGathered.subarray(0, this.count)
  }

  has(id: number): boolean {
    const window = (this.windows ??= this.index())[id >>> windowShift]
    return window !== undefined && ((window.bits[wordOf(id)]! >>> (id & 31)) & 1) === 1
  }

  /** undefined for what is no hit. */
  scoreOf(id: number): number | undefined {
    const window = (this.windows ??= this.index())[id >>> windowShift]
    if (window === undefined) return undefined
    const word = wordOf(id)
    const bits = window.bits[word]!
    if (((bits >>> (id & 31)) & 1) === 0) return undefined
    return this.scoresGathered[window.ranks[word]! + bitCount(bits & ((1 << (id & 31)) - 1))]!
  }

  private grow(): void {
    const ids = new Uint32Array(this.count * 2)
    const scores = new Float64Array(this.count * 2)
    ids.set(this.idsGathered)
    scores.set(this.scoresGathered)
    this.idsGathered = ids
    this.scoresGathered = scores
  }

  private index(): (Window | undefined)[] {
    const { idsGathered: ids, count } = this
    const windows = new Array<Window | undefined>(count === 0 ? 0 : (ids[count - 1]! >>> windowShift) + 1)
    for (let i = 0; i < count; ) {
      const number = ids[i]! >>> windowShift
      const bits = new Int32Array(windowWords)
      const ranks = new Int32Array(windowWords)
      const first = i
      for (; i < count && ids[i]! >>> windowShift === number; i++) bits[wordOf(ids[i]!)]! |= 1 << (ids[i]! & 31)
      for (let word = 0, rank = first; word < windowWords; rank += bitCount(bits[word++]!)) ranks[word] = rank
      windows[number] = { bits, ranks }
    }
    return windows
  }
}

function wordOf(id: number): number {
  return (id >>> 5) & (windowWords - 1)
}

/** Warren 2012, "Hacker's Delight", section 5-1. */
function bitCount(bits: number): number {
  bits -= (bits >>> 1) & 0x55555555
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
