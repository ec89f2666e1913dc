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

  clear(): void {
    this.count = 0
  }

  /**
   * Adds a posting behind the others. Its positions, ascending, are those that `order` names from `from` to before `to`; the same
   * may come again, as grams of one word share theirs.
   */
  add(id: number, positions: Int32Array, order: Int32Array, from: number, to: number): void {
    const at = this.count++
    if (at === this.ids.length) this.grow()
    this.ids[at] = id
    this.frequencies[at] = to - from
    let end = this.startOf(at)
    this.makeRoom(end + (to - from) * varintMax)
    let last = 0
    for (let i = from; i < to; i++) {
      const position = positions[order[i]!]!
      end = putVarint(this.bytes, end, position - last)
      last = position
    }
    this.ends[at] = end
  }

  /** Instead of positions of the last posting that went elsewhere: how many bytes they take there, and where that is. */
  placeAway(length: number, ref: number): void {
    const at = this.count - 1
    this.ends[at] = putVarint(this.bytes, putVarint(this.bytes, this.startOf(at), length), ref)
  }

  startOf(at: number): number {
    return at === 0 ? 0 : this.ends[at - 1]!
  }

  bytesOf(at: number): Uint8Array {
    return this.bytes.subarray(this.startOf(at), this.ends[at]!)
  }

  private makeRoom(length: number): void {
    if (length <= this.bytes.length) return
    const larger = new Uint8Array(length * 2)
    larger.set(this.bytes)
    this.bytes = larger
  }

  private grow(): void {
    this.ids = grown(this.ids)
    this.frequencies = grown(this.frequencies)
    this.ends = grown(this.ends)
  }
}

/** Bytes of 32 bits. */
const varintMax = 5

/** Gives the place behind. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  for (; value > 127 || value < 0; value >>>= 7) bytes[at++] = (value & 127) | 128
  bytes[at++] = value
  return at
}

function grown(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
