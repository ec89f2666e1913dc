/** The words of a text, side by side in arrays, so that none of millions is an object. Used again for each text. */
export class WordRun {
  count = 0
  /** Of the word at its analyzer, 0 for one without: the same word has the same number while the analyzer's epoch stays. */
  numbers = new Int32Array(128)
  positions = new Int32Array(128)
  /** Where it lies in the text, in UTF-16 units. */
  starts = new Int32Array(128)
  ends = new Int32Array(128)

  add(number: number, position: number, start: number, end: number): void {
    if (this.count === this.numbers.length) this.grow()
    const at = this.count++
    this.numbers[at] = number
    this.positions[at] = position
    this.starts[at] = start
    this.ends[at] = end
  }

  private grow(): void {
    this.numbers = doubled(this.numbers)
    this.positions = doubled(this.positions)
    this.starts = doubled(this.starts)
    this.ends = doubled(this.ends)
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
