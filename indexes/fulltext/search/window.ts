/**
 * Searches go over the ids in windows, so that the scores of a window stay in the cache of the processor, and an id in it
 * is a place in an array. A window says which ids are hits, a bit for each, and their scores so far, 0 for others.
 */
export const windowShift = 13
export const windowIds = 1 << windowShift
const windowWords = windowIds >>> 5

export class Window {
  /** The first id; a multiple of `windowIds`. */
  base = 0
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

  /** Adds hits with their scores. */
  merge(other: Window): void {
    const { bits, scores } = this
    for (let place = other.next(0); place < windowIds; place = other.next(place + 1))
      scores[place]! += other.scores[place]!
    for (let i = 0; i < windowWords; i++) bits[i]! |= other.bits[i]!
  }

  /** Keeps hits that are in the other too, and adds the scores of those. */
  meet(other: Window): void {
    const { bits, scores } = this
    for (let place = this.next(0); place < windowIds; place = this.next(place + 1)) {
      if (((other.bits[place >>> 5]! >>> (place & 31)) & 1) === 1) scores[place]! += other.scores[place]!
      else scores[place] = 0
    }
    for (let i = 0; i < windowWords; i++) bits[i]! &= other.bits[i]!
  }

  /** Takes hits away that are in the other. */
  without(other: Window): void {
    const { bits, scores } = this
    for (let i = 0; i < windowWords; i++) bits[i]! &= ~other.bits[i]!
    for (let place = other.next(0); place < windowIds; place = other.next(place + 1)) scores[place] = 0
  }

  get isEmpty(): boolean {
    return this.next(0) === windowIds
  }
}

/** Empty windows, as one takes longer to make than many searches take. */
const spare: Window[] = []

/** An empty window, to be given back empty. */
export function takeWindow(base: number): Window {
  const window = spare.pop() ?? new Window()
  window.base = base
  return window
}

export function giveBack(window: Window): void {
  spare.push(window)
}
