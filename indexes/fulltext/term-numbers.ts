/**
 * Numbers of terms by the words of an analyzer. Looking each word of a text up as a string takes as long as all else that is
 * done with it; an analyzer numbers the words it has met, so that an array does.
 */
import type { Analyzer } from './analysis/analyzer.js'
import { WordRun } from './analysis/word-run.js'
import type { Terms } from './terms.js'

/** In place of a term's number. */
export const leftOut = -1

export class TermNumbers {
  /** The words of the text that was read last. */
  readonly words = new WordRun()
  /** By the number of a word: 0 for one that is not known yet. */
  private numbers = new Int32Array(1024)
  /** The words of a term, for when its number is gone: by term the one met last, and by word the one before it. */
  private lastWords = new Int32Array(1024)
  private wordsBefore = new Int32Array(1024)
  private wordsEpoch = -1
  private termsEpoch = -1
  /** How many of the numbers that are gone have been forgotten. */
  private goneSeen = 0

  constructor(
    private readonly terms: Terms,
    private readonly analyzer: Analyzer,
  ) {}

  /** Gives the number of positions. */
  read(text: string): number {
    const positions = this.analyzer.read(text, this.words)
    if (this.wordsEpoch !== this.analyzer.wordNumbersEpoch || this.termsEpoch !== this.terms.numbersEpoch) this.forget()
    const gone = this.terms.numbersGone
    while (this.goneSeen < gone.length) this.forgetTerm(gone[this.goneSeen++]!)
    return positions
  }

  /** The number of the term of a word of that text, which gets one if it has none; `leftOut` where the word has no term. */
  give(text: string, at: number): number {
    const word = this.words.numbers[at]!
    const known = word < this.numbers.length ? this.numbers[word]! : 0
    return known === 0 ? this.learn(text, at) : known
  }

  private learn(text: string, at: number): number {
    const term = this.analyzer.termAt(text, this.words, at)
    const number = term === '' ? leftOut : this.terms.give(term)
    const word = this.words.numbers[at]!
    if (word !== 0) this.remember(word, number)
    return number
  }

  private remember(word: number, number: number): void {
    this.numbers = withPlace(this.numbers, word)
    this.numbers[word] = number
    if (number === leftOut) return
    this.lastWords = withPlace(this.lastWords, number)
    this.wordsBefore = withPlace(this.wordsBefore, word)
    this.wordsBefore[word] = this.lastWords[number]!
    this.lastWords[number] = word
  }

  private forgetTerm(number: number): void {
    if (number >= this.lastWords.length) return
    for (let word = this.lastWords[number]!; word !== 0; word = this.wordsBefore[word]!) this.numbers[word] = 0
    this.lastWords[number] = 0
  }

  private forget(): void {
    this.numbers.fill(0)
    this.lastWords.fill(0)
    this.wordsEpoch = this.analyzer.wordNumbersEpoch
    this.termsEpoch = this.terms.numbersEpoch
    this.goneSeen = 0
  }
}

function withPlace(numbers: Int32Array<ArrayBuffer>, at: number): Int32Array<ArrayBuffer> {
  if (at < numbers.length) return numbers
  const larger = new Int32Array(at * 2)
  larger.set(numbers)
  return larger
}
