/**
 * How text becomes terms:
 *
 *   'The Cafés of Paris'
 *   tokenizer    The       Cafés      of        Paris        slices of the text, each at a position
 *   filters      -         cafe       -         pari         lower case, stop words, folding, stem
 *   tokens                 cafe 4-9 at 1        pari 13-18 at 3
 *
 * A filtered word depends on nothing around it, so a word that comes again, as nearly all do, is looked up and not worked
 * out. Stop words leave gaps in the positions: the phrase "cafes in paris" is found above, "cafes paris" is not.
 */
import { type Source, withSource } from './source.js'
import { Synonyms } from './synonyms.js'
import { TermCache } from './term-cache.js'

/** Gives the words of a text, in order, and the number of positions they take. Offsets count UTF-16 units. */
export type Tokenizer = (source: Source, visit: (start: number, end: number, position: number) => void) => number

/** The term of a word; undefined where it is left out. */
export type WordFilter = (word: string) => string | undefined

export interface Token {
  readonly term: string
  /** Where the word lies in the text, in UTF-16 units; `end` is the place behind it. */
  readonly start: number
  readonly end: number
  /** Counts words from 0, those left out too; the parts of one word share a position. */
  readonly position: number
}

export type TermVisitor = (term: string, position: number, start: number, end: number) => void

export interface AnalyzerParts {
  readonly tokenizer: Tokenizer
  readonly filter: WordFilter
  /** What a prefix or the text of a wildcard goes through: lower case and folding; a stem would be another word. */
  readonly normalize: (text: string) => string
  readonly synonyms: readonly (readonly string[])[]
}

export class Analyzer {
  readonly normalize: (text: string) => string
  /** For queries: neither `analyze` nor `forEachTerm` puts them in. */
  readonly synonyms: Synonyms
  private readonly tokenizer: Tokenizer
  /** '' for a word that is left out. */
  private readonly cache: TermCache

  constructor({ tokenizer, filter, normalize, synonyms }: AnalyzerParts) {
    this.tokenizer = tokenizer
    this.cache = new TermCache((word) => filter(word) ?? '')
    this.normalize = normalize
    this.synonyms = new Synonyms(synonyms, (text) => this.analyze(text))
  }

  /** Within a visit: the number of the word that the term is of, 0 for one without; see `TermCache.last`. */
  get wordNumber(): number {
    return this.cache.last
  }

  /** Changes when numbers begin to stand for other words. */
  get wordNumbersEpoch(): number {
    return this.cache.clears
  }

  analyze(text: string): Token[] {
    const tokens: Token[] = []
    this.forEachTerm(text, (term, position, start, end) => tokens.push({ term, start, end, position }))
    return tokens
  }

  /** The same without an object for each token, for indexing. Gives the number of positions, stop words counted. */
  forEachTerm(text: string, visit: TermVisitor): number {
    return withSource(text, (source) =>
      this.tokenizer(source, (start, end, position) => {
        const term = this.cache.find(source.units, start, end)
        if (term !== '') visit(term, position, start, end)
      }),
    )
  }
}
