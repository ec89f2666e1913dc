/**
 * Terms of words that were met before. A word is looked up by its units where they stand in the text, without cutting it out: a
 * string for each of millions of words takes longer than all the rest of the analysis (bench/analysis.ts).
 *
 *   slots     | hash | entry |     from the hash of a word; entry 0 for none; the next free slot where another word has it
 *   entries   | length | number, low half | number, high half | units of the word |         one after the other, from 1
 *   terms     by number
 *
 * Two lines of the processor's cache tell a word from all others. Entries and numbers are given as words are met, so that
 * frequent ones lie side by side and a processor has them at hand. Entries in the slots themselves took half as long again.
 */
/** As many as 20 MB hold. What a text has beyond that has no number and is worked out each time. */
const wordsMax = 1 << 18
/** Longer ones hardly come again. In UTF-16 units. */
const wordLengthMax = 64
const slotsMin = 1 << 10
const entryHead = 3

export class TermCache {
  private slots = new Int32Array(0)
  private entries = new Uint16Array(0)
  private entriesEnd = 0
  private readonly terms: string[] = []
  /** Changes when numbers begin to stand for other words. */
  clears = 0

  /** `termOf` works out the term of a word that is not here; '' is a term like others. */
  constructor(private readonly termOf: (word: string) => string) {
    this.clear()
  }

  /** Before a text, as numbers hold for as long as one is read: forgets all words where no more have room. */
  makeRoom(): void {
    if (this.terms.length >= wordsMax) this.clear()
  }

  /** The number of what stands from `start` to the place before `end`; 0 for a word that has none. */
  find(units: Uint16Array, start: number, end: number): number {
    const length = end - start
    if (length > wordLengthMax) return 0
    let hash = length
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ units[at]!, 0x9e3779b1) ^ (hash >>> 15)
    hash ^= hash >>> 16
    const { slots, entries } = this
    const mask = slots.length - 1
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const entry = slots[slot + 1]!
      if (entry === 0) return this.add(units, { start, end, hash })
      if (slots[slot] !== hash || entries[entry] !== length) continue
      let own = entry + entryHead
      let at = start
      while (at < end && units[at] === entries[own]) {
        at++
        own++
      }
      if (at === end) return entries[entry + 1]! | (entries[entry + 2]! << 16)
    }
  }

  /** The term of what stands in the text, by its number. */
  term(number: number, text: string, start: number, end: number): string {
    return number === 0 ? this.termOf(ownCopy(text.slice(start, end))) : this.terms[number]!
  }

  private add(units: Uint16Array, { start, end, hash }: { start: number; end: number; hash: number }): number {
    const number = this.terms.length
    if (number >= wordsMax) return 0
    this.terms.push(this.termOf(ownString(units, start, end)))
    const entry = this.entriesEnd
    this.entriesEnd += entryHead + end - start
    if (this.entriesEnd > this.entries.length) this.growEntries()
    // Half full at most.
    if (number * 4 > this.slots.length) this.growSlots()
    this.entries.set([end - start, number & 0xffff, number >>> 16], entry)
    this.entries.set(units.subarray(start, end), entry + entryHead)
    this.place(hash, entry)
    return number
  }

  private growEntries(): void {
    const larger = new Uint16Array(this.entries.length * 2)
    larger.set(this.entries)
    this.entries = larger
  }

  private growSlots(): void {
    const before = this.slots
    this.slots = new Int32Array(before.length * 2)
    for (let slot = 0; slot < before.length; slot += 2)
      if (before[slot + 1] !== 0) this.place(before[slot]!, before[slot + 1]!)
  }

  private place(hash: number, entry: number): void {
    const { slots } = this
    const mask = slots.length - 1
    let slot = (hash << 1) & mask
    while (slots[slot + 1] !== 0) slot = (slot + 2) & mask
    slots[slot] = hash
    slots[slot + 1] = entry
  }

  /** Number 0 is no word, and entry 0 none. */
  private clear(): void {
    this.clears++
    this.slots = new Int32Array(slotsMin * 2)
    this.entries = new Uint16Array(slotsMin * 8)
    this.entriesEnd = 1
    this.terms.length = 1
    this.terms[0] = ''
  }
}

/** A slice would keep the text that it was cut from in memory for as long as its term is kept. */
function ownCopy(slice: string): string {
  return Buffer.from(slice, 'utf16le').toString('utf16le')
}

function ownString(units: Uint16Array, start: number, end: number): string {
  return String.fromCharCode.apply(undefined, units.subarray(start, end) as unknown as number[])
}
