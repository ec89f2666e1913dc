/** One posting on its way into a list: who holds the term, how often, and where. Used again for each, so none is made. */
export class PostingDraft {
  id = 0
  frequency = 0
  /** Positions as gaps, each a varint: what a block keeps beside the posting. */
  bytes = new Uint8Array(256)
  length = 0
  private last = 0

  start(id: number): void {
    this.id = id
    this.frequency = 0
    this.length = 0
    this.last = 0
  }

  /** Positions come ascending; the same may come again, as grams of one word share theirs. */
  place(position: number): void {
    this.frequency++
    this.varint(position - this.last)
    this.last = position
  }

  /** Instead of positions that went elsewhere: how many bytes they take there, and where that is. */
  placeAway(length: number, ref: number): void {
    this.length = 0
    this.varint(length)
    this.varint(ref)
  }

  private varint(value: number): void {
    if (this.length + varintMax > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2)
      larger.set(this.bytes)
      this.bytes = larger
    }
    const { bytes } = this
    for (; value > 127 || value < 0; value >>>= 7) bytes[this.length++] = (value & 127) | 128
    bytes[this.length++] = value
  }
}

/** Bytes of 32 bits. */
export const varintMax = 5
