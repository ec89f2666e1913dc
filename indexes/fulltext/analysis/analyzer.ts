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
import { WordRun } from './word-run.js'

/** Gives the words of a text, in order, and the number of positions they take. Offsets count UTF-16 units. */
export type Tokenizer = (source: Source, visit: WordVisitor) => number

export type WordVisitor = (start: number, end: number, position: number) => void

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
  /** Whether terms are made of whole words, and not of the grams that words are cut into. */
  readonly hasWords: boolean
  readonly synonyms: readonly (readonly string[])[]
}

/** Runs that nobody uses: to make one takes longer than to read a short text. */
const spare: WordRun[] = []
/** What a very long text has made of one is given up. */
const spareWordsMax = 4096

export class Analyzer {
  readonly normalize: (text: string) => string
  readonly hasWords: boolean
  /** For queries: neither `analyze` nor `forEachTerm` puts them in. */
  readonly synonyms: Synonyms
  private readonly tokenizer: Tokenizer

  constructor(
    private readonly parts: AnalyzerParts,
    /** '' for a word that is left out. */
    private readonly cache = new TermCache((word) => parts.filter(word) ?? ''),
  ) {
    const { tokenizer, normalize, hasWords, synonyms } = parts
    this.tokenizer = tokenizer
    this.normalize = normalize
    this.hasWords = hasWords
    this.synonyms = new Synonyms(synonyms, (text) => this.analyze(text))
  }

  /** The same with other synonyms. What is known of words belongs to both. */
  withSynonyms(synonyms: AnalyzerParts['synonyms']): Analyzer {
    return new Analyzer({ ...this.parts, synonyms }, this.cache)
  }

  /** Changes when numbers of words begin to stand for others, which only happens between two texts. */
  get wordNumbersEpoch(): number {
    return this.cache.clears
  }

  analyze(text: string): Token[] {
    const tokens: Token[] = []
    this.forEachTerm(text, (term, position, start, end) => tokens.push({ term, start, end, position }))
    return tokens
  }

  /** Where the word begins that the text ends in, one that would be left out too; undefined where it ends in none. */
  lastWordAt(text: string): number | undefined {
    let at: number | undefined
    withSource(text, (source) =>
      this.tokenizer(source, (start, end) => {
        at = end === text.length ? start : undefined
      }),
    )
    return at
  }

  /** As `analyze`, without an object for each token. Gives the number of positions, stop words counted. */
  forEachTerm(text: string, visit: TermVisitor): number {
    // Of its own, as the visitor may read other texts.
    const run = spare.pop() ?? new WordRun()
    const positions = this.read(text, run)
    for (let i = 0; i < run.count; i++) {
      const term = this.termAt(text, run, i)
      if (term !== '') visit(term, run.positions[i]!, run.starts[i]!, run.ends[i]!)
    }
    if (run.numbers.length <= spareWordsMax) spare.push(run)
    return positions
  }

  /** For indexing: the words of a text by their numbers, those that are left out too. Gives the number of positions. */
  read(text: string, into: WordRun): number {
    const { cache } = this
    cache.makeRoom()
    into.count = 0
    return withSource(text, (source) => {
      const { units } = source
      return this.tokenizer(source, (start, end, position) =>
        into.add(cache.find(units, start, end), position, start, end),
      )
    })
  }

  /** The term of a word of the text that was read last; '' where it is left out. */
  termAt(text: string, { numbers, starts, ends }: WordRun, at: number): string {
    return this.cache.term(numbers[at]!, text, starts[at]!, ends[at]!)
  }
}
