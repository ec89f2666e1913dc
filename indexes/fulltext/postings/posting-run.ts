/**
 * Postings on their way into one list: who holds the term, how often, and where. Used again for each list, so that no
 * posting is an object.
 */
export class PostingRun {
  count = 0
  /** Ascending. */
  ids = new Int32Array(128)
  frequencies = new Int32Array(128)
  /** Positions as gaps, each a varint: what a block keeps beside a posting. */
  bytes = new Uint8Array(256)
  /** Where the bytes of each posting end; those of the next begin there. */
  ends = new Int32Array(128)
  private last = 0

  clear(): void {
    this.count = 0
  }

  /** Begins a posting, of which `place` gives the positions. */
  start(id: number): void {
    const at = this.count
    if (at === this.ids.length) this.grow()
    this.ids[at] = id
    this.frequencies[at] = 0
    this.ends[at] = this.startOf(at)
    this.last = 0
    this.count = at + 1
  }

  /** Positions come ascending; the same may come again, as grams of one word share theirs. */
  place(position: number): void {
    this.frequencies[this.count - 1]!++
    this.varint(position - this.last)
    this.last = position
  }

  /** Instead of positions that went elsewhere: how many bytes they take there, and where that is. */
  placeAway(length: number, ref: number): void {
    this.ends[this.count - 1] = this.startOf(this.count - 1)
    this.varint(length)
    this.varint(ref)
  }

  startOf(at: number): number {
    return at === 0 ? 0 : this.ends[at - 1]!
  }

  bytesOf(at: number): Uint8Array {
    return this.bytes.subarray(this.startOf(at), this.ends[at]!)
  }

  private varint(value: number): void {
    let at = this.ends[this.count - 1]!
    if (at + varintMax > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2)
      larger.set(this.bytes)
      this.bytes = larger
    }
    const { bytes } = this
    for (; value > 127 || value < 0; value >>>= 7) bytes[at++] = (value & 127) | 128
    bytes[at++] = value
    this.ends[this.count - 1] = at
  }

  private grow(): void {
    this.ids = grown(this.ids)
    this.frequencies = grown(this.frequencies)
    this.ends = grown(this.ends)
  }
}

/** Bytes of 32 bits. */
export const varintMax = 5

function grown(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
