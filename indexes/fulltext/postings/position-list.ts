/** Positions of one posting, ascending. */
export class PositionList {
  values = new Int32Array(16)
  count = 0

  /** Reads gaps from bytes, upwards or downwards. Gives how many. */
  read(bytes: Uint8Array, { at, step, count }: { at: number; step: 1 | -1; count: number }): number {
    if (this.values.length < count) this.values = new Int32Array(count * 2)
    const { values } = this
    let position = 0
    for (let i = 0; i < count; i++) {
      let gap = 0
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at]!
        at += step
        gap |= (byte & 127) << shift
        if (byte < 128) break
      }
      position += gap
      values[i] = position
    }
    return (this.count = count)
  }

  /** The place of the first position that is `from` or behind it. */
  indexFrom(from: number): number {
    const { values } = this
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (values[middle]! < from) low = middle + 1
      else high = middle
    }
    return low
  }

  has(position: number): boolean {
    const at = this.indexFrom(position)
    return at < this.count && this.values[at] === position
  }
}
