/**
 * The first `count` rows of an order, without sorting the rest: a heap whose root is the last of the rows kept, so that
 * a new row is compared with one other in most cases. Rows lie in columns beside; the heap gives the place of each.
 *
 * Of rows with equal keys the earlier one comes first, as in a stable sort of all of them.
 */
import type { Float, Value } from '../../../src/core/value.js'

export type RowOrder = (left: readonly Value[], right: readonly Value[]) => number

interface Kept {
  keys: readonly Value[]
  arrival: number
  readonly place: number
}

export class TopRows {
  private readonly heap: Kept[] = []
  private arrivals = 0

  constructor(
    private readonly order: RowOrder,
    private readonly count: number,
  ) {}

  /** Where to put a row with these keys, in place of what is there; -1 when the row is not among the first. */
  place(keys: readonly Value[]): number {
    const arrival = this.arrivals++
    if (this.heap.length < this.count) return this.add({ keys, arrival, place: this.heap.length })
    const last = this.heap[0]
    // A later row with equal keys comes after the one that is kept.
    if (last === undefined || this.order(keys, last.keys) >= 0) return -1
    last.keys = keys
    last.arrival = arrival
    this.sink()
    return last.place
  }

  /**
   * Whether a row whose first key is this number, descending, comes too late to be kept; `equalsCount` says whether one
   * of an equal number may still be.
   */
  excludes(number: number, equalsCount: boolean): boolean {
    if (this.heap.length < this.count) return false
    const last = this.heap[0]
    if (last === undefined) return true
    const least = (last.keys[0] as Float).value
    return equalsCount ? number < least : number <= least
  }

  /** The places of the rows kept, in order, without the first `skipped`. */
  places(skipped: number): Uint32Array {
    const sorted = this.heap.sort((left, right) => this.compare(left, right))
    return Uint32Array.from(sorted.slice(skipped), (kept) => kept.place)
  }

  private compare(left: Kept, right: Kept): number {
    return this.order(left.keys, right.keys) || left.arrival - right.arrival
  }

  private add(kept: Kept): number {
    const { heap } = this
    let i = heap.push(kept) - 1
    for (let parent = (i - 1) >> 1; i > 0 && this.compare(heap[parent]!, kept) < 0; parent = (i - 1) >> 1) {
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = kept
    return kept.place
  }

  /** Moves the root down to where it belongs. */
  private sink(): void {
    const { heap } = this
    const kept = heap[0]!
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.compare(heap[child + 1]!, heap[child]!) > 0) child++
      if (this.compare(heap[child]!, kept) <= 0) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = kept
  }
}
