/**
 * Terms of words that were met before. A word is looked up by its units where they stand in the text, without cutting it out: a
 * string for each of millions of words takes longer than all the rest of the analysis (bench/analysis.ts).
 *
 *   slots     from the hash of a word to its number, 0 for none; the next free slot where another word has it
 *   hashes    of each word, so that few others are compared
 *   units     all words one after the other; those of number n begin at ends[n - 1]
 *   terms     of each word
 *
 * Words are numbered as they are met, so frequent ones lie side by side, and a processor has them at hand. A table that holds
 * the words in its slots, one line of the processor's cache each, took half as long again.
 */
/** As many as 20 MB hold. A text with more words than that pays for the first meeting of each again. */
const wordsMax = 1 << 18
/** Longer ones hardly come again. In UTF-16 units. */
const wordLengthMax = 64
const slotsMin = 1 << 10

export class TermCache {
  private slots = new Int32Array(0)
  private hashes = new Int32Array(0)
  private ends = new Int32Array(0)
  private units = new Uint16Array(0)
  private terms: string[] = []
  /** The number of the word that was found last, 0 for one without; it stands for that word until `clears` changes. */
  last = 0
  clears = 0

  /** `termOf` works out the term of a word that is not here; '' is a term like others. */
  constructor(private readonly termOf: (word: string) => string) {
    this.clear()
  }

  /** The term of what stands from `start` to the place before `end`. */
  find(units: Uint16Array, start: number, end: number): string {
    this.last = 0
    if (end - start > wordLengthMax) return this.termOf(ownString(units, start, end))
    let hash = 0
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ units[at]!, 0x9e3779b1) ^ (hash >>> 15)
    hash ^= hash >>> 16
    const mask = this.slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const word = this.slots[slot]!
      if (word === 0) return this.add(units, { start, end, hash })
      if (this.hashes[word] === hash && this.isWord(word, units, start, end)) {
        this.last = word
        return this.terms[word]!
      }
    }
  }

  private isWord(word: number, units: Uint16Array, start: number, end: number): boolean {
    const first = this.ends[word - 1]!
    if (this.ends[word]! - first !== end - start) return false
    for (let at = start, own = first; at < end; at++, own++) if (units[at] !== this.units[own]) return false
    return true
  }

  private add(units: Uint16Array, { start, end, hash }: { start: number; end: number; hash: number }): string {
    const term = this.termOf(ownString(units, start, end))
    if (this.terms.length >= wordsMax) this.clear()
    this.makeRoom(end - start)
    const word = this.terms.length
    const first = this.ends[word - 1]!
    this.place(hash, word)
    this.hashes[word] = hash
    this.ends[word] = first + end - start
    this.units.set(units.subarray(start, end), first)
    this.terms.push(term)
    this.last = word
    return term
  }

  /** For one more word of `length` units, at half full at most. */
  private makeRoom(length: number): void {
    const count = this.terms.length
    if (this.ends[count - 1]! + length > this.units.length) this.units = doubled(this.units)
    if (count * 2 <= this.slots.length) return
    this.hashes = doubled(this.hashes)
    this.ends = doubled(this.ends)
    this.slots = new Int32Array(this.slots.length * 2)
    for (let word = 1; word < count; word++) this.place(this.hashes[word]!, word)
  }

  private place(hash: number, word: number): void {
    const mask = this.slots.length - 1
    let slot = hash & mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = word
  }

  /** Number 0 is no word. */
  private clear(): void {
    this.clears++
    this.slots = new Int32Array(slotsMin)
    this.hashes = new Int32Array(slotsMin / 2 + 1)
    this.ends = new Int32Array(slotsMin / 2 + 1)
    this.units = new Uint16Array(slotsMin * 8)
    this.terms = ['']
  }
}

function doubled<Numbers extends Int32Array | Uint16Array>(numbers: Numbers): Numbers {
  const larger = new (numbers.constructor as new (length: number) => Numbers)(numbers.length * 2)
  larger.set(numbers)
  return larger
}

/** A slice would keep the text that it was cut from in memory for as long as its term is kept. */
function ownString(units: Uint16Array, start: number, end: number): string {
  if (end - start > wordLengthMax) return Buffer.from(units.slice(start, end).buffer).toString('utf16le')
  return String.fromCharCode.apply(undefined, units.subarray(start, end) as unknown as number[])
}
