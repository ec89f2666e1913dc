/**
 * A set of ids that is emptied at no cost: each id has a byte with the number of the round in which it was last added.
 * A byte an id keeps a million ids within a core's cache, where a hash of them does not fit; after 255 rounds the bytes
 * are cleared once. Source: the "sparse set by time stamp" of Briggs and Torczon 1993, without its dense half.
 */
export class Marker {
  private stamps = new Uint8Array(1024)
  private round = 1

  /** Adds an id; false when it was there already. */
  add(id: number): boolean {
    if (id >= this.stamps.length) this.grow(id)
    if (this.stamps[id] === this.round) return false
    this.stamps[id] = this.round
    return true
  }

  clear(): void {
    if (this.round === 255) {
      this.stamps.fill(0)
      this.round = 0
    }
    this.round++
  }

  private grow(id: number): void {
    const larger = new Uint8Array(Math.max(id + 1, this.stamps.length * 2))
    larger.set(this.stamps)
    this.stamps = larger
  }
}

/** Markers that no run uses at the moment. A run that ends in an error keeps its own to the garbage collector. */
const idle: Marker[] = []
const idleMax = 8

export function takeMarker(): Marker {
  return idle.pop() ?? new Marker()
}

export function giveMarkerBack(marker: Marker): void {
  marker.clear()
  if (idle.length < idleMax) idle.push(marker)
}
