/**
 * Searches go over the ids in windows, so that the scores of a window stay in the cache of the processor, and an id in it
 * is a place in an array. A window says which ids are hits, a bit for each, and their scores so far, 0 for others.
 */
export const windowShift = 13
export const windowIds = 1 << windowShift
const windowWords = windowIds >>> 5
/** A block of 128 postings is gone over in the time of so many looks; one that spreads far has few postings in the window. */
const sparseHitsMax = 16
const sparseWordsMax = 64

export class Window {
  /** The first id, a multiple of 32, and the one behind the last, at most `windowIds` further on. */
  base = 0
  end = windowIds
  readonly bits = new Int32Array(windowWords)
  readonly scores = new Float64Array(windowIds)

  /** The first hit at or behind a place, `windowIds` when there is none. */
  next(place: number): number {
    if (place >= windowIds) return windowIds
    let index = place >>> 5
    let word = this.bits[index]! & (-1 << (place & 31))
    while (word === 0) {
      if (++index === windowWords) return windowIds
      word = this.bits[index]!
    }
    return (index << 5) + (31 - Math.clz32(word & -word))
  }

  /** Takes all hits away. */
  clear(): void {
    for (let place = this.next(0); place < windowIds; place = this.next(place + 1)) this.scores[place] = 0
    this.bits.fill(0)
  }

  /** Adds hits with their scores, which are taken out of the other. */
  merge(other: Window): void {
    for (let i = 0; i < windowWords; i++) {
      const added = other.bits[i]!
      if (added === 0) continue
      this.bits[i]! |= added
      other.bits[i] = 0
      moveScores(other, this, i, added)
    }
  }

  /** Keeps hits that are in the other too, and adds the scores of those; the other is empty then. Gives whether any are left. */
  meet(other: Window): boolean {
    let left = 0
    for (let i = 0; i < windowWords; i++) {
      const [here, there] = [this.bits[i]!, other.bits[i]!]
      if ((here | there) === 0) continue
      const both = here & there
      left |= both
      this.bits[i] = both
      other.bits[i] = 0
      zeroScores(this, i, here & ~both)
      zeroScores(other, i, there & ~both)
      moveScores(other, this, i, both)
    }
    return left !== 0
  }

  /** Whether there are few hits between two places, so that looking for each takes less than going over what may lie there. */
  isSparse(from: number, to: number): boolean {
    const [first, last] = [from >>> 5, to >>> 5]
    if (last - first > sparseWordsMax) return false
    let hits = 0
    for (let i = first; i <= last && hits < sparseHitsMax; i++) hits += bitCount(this.bits[i]!)
    return hits < sparseHitsMax
  }

  /** The highest score, 0 where there is no hit. */
  get most(): number {
    let most = 0
    for (let place = this.next(0); place < windowIds; place = this.next(place + 1))
      most = Math.max(most, this.scores[place]!)
    return most
  }

  /** Keeps hits that score more. */
  keepAbove(floor: number): void {
    if (floor < 0) return
    const { bits, scores } = this
    for (let i = 0; i < windowWords; i++) {
      for (let word = bits[i]!; word !== 0; word &= word - 1) {
        const bit = word & -word
        const place = (i << 5) + 31 - Math.clz32(bit)
        if (scores[place]! > floor) continue
        bits[i]! ^= bit
        scores[place] = 0
      }
    }
  }

  /** Takes hits away that are in the other, which is empty then. Gives whether any are left. */
  without(other: Window): boolean {
    let left = 0
    for (let i = 0; i < windowWords; i++) {
      const [here, there] = [this.bits[i]!, other.bits[i]!]
      left |= here & ~there
      if (there === 0) continue
      this.bits[i] = here & ~there
      other.bits[i] = 0
      zeroScores(this, i, here & there)
      zeroScores(other, i, there)
    }
    return left !== 0
  }

  get isEmpty(): boolean {
    return this.next(0) === windowIds
  }
}

/** Of the places of a word that a mask has. */
function zeroScores({ scores }: Window, word: number, mask: number): void {
  for (; mask !== 0; mask &= mask - 1) scores[(word << 5) + 31 - Math.clz32(mask & -mask)] = 0
}

function moveScores(from: Window, to: Window, word: number, mask: number): void {
  for (; mask !== 0; mask &= mask - 1) {
    const place = (word << 5) + 31 - Math.clz32(mask & -mask)
    to.scores[place]! += from.scores[place]!
    from.scores[place] = 0
  }
}

function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Empty windows, as one takes longer to make than many searches take. */
const spare: Window[] = []

/** An empty window over so many ids, to be given back empty. */
export function takeWindow({ base, end }: { base: number; end: number }): Window {
  const window = spare.pop() ?? new Window()
  window.base = base
  window.end = end
  return window
}

export function giveBack(window: Window): void {
  spare.push(window)
}
