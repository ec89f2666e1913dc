/**
 * Numbers of terms by the words of an analyzer. Looking each word of a text up as a string takes as long as all else that is
 * done with it; an analyzer numbers the words it has met, so that an array does.
 */
import type { Analyzer } from './analysis/analyzer.js'
import type { Terms } from './terms.js'

export class TermNumbers {
  /** By the number of a word, 0 for one whose term is not known. */
  private numbers = new Int32Array(1024)
  private wordsEpoch = -1
  private termsEpoch = -1

  constructor(
    private readonly terms: Terms,
    private readonly analyzer: Analyzer,
  ) {}

  /** The number of a term that the analyzer gives just now. */
  give(term: string): number {
    const { analyzer, terms } = this
    if (this.wordsEpoch !== analyzer.wordNumbersEpoch || this.termsEpoch !== terms.numbersEpoch) this.forget()
    const word = analyzer.wordNumber
    const known = word < this.numbers.length ? this.numbers[word]! : 0
    if (known !== 0) return known
    const number = terms.give(term)
    if (word !== 0) this.remember(word, number)
    return number
  }

  private remember(word: number, number: number): void {
    if (word >= this.numbers.length) {
      const larger = new Int32Array(word * 2)
      larger.set(this.numbers)
      this.numbers = larger
    }
    this.numbers[word] = number
  }

  private forget(): void {
    this.numbers.fill(0)
    this.wordsEpoch = this.analyzer.wordNumbersEpoch
    this.termsEpoch = this.terms.numbersEpoch
  }
}
