/**
 * What suggestions and corrections know of an index: its terms, and how these are written.
 *
 * A term is a stem, and a user must see words. No list of words is kept beside the dictionary: the texts of a few documents
 * that hold a term are analyzed again, and the words that the term was made of there are its spellings.
 */
import { compareStrings } from '../../../src/core/compare-strings.js'
import type { Analyzer } from '../analysis/analyzer.js'
import type { FulltextParts } from '../fulltext-parts.js'
import { PostingCursor } from '../postings/posting-cursor.js'
import { idEnd } from '../postings/posting-lists.js'
import type { Query } from '../query/ast.js'
import type { SearchField } from '../query/resolve.js'

/** A field with the texts that a document has there. */
export interface FieldTexts extends SearchField {
  readonly texts: readonly string[]
}

/** What an index asks of whoever asks it for words, as it keeps no texts. */
export interface WordsAsked {
  /** How many suggestions at most, for each word. */
  readonly limit: number
  /** The only fields that are looked in. */
  readonly fields?: readonly string[] | undefined
  readonly textsOf: (id: number) => readonly FieldTexts[]
  /** The same query in those fields only. */
  readonly within: (query: Query) => Query
}

/** Documents of a term whose texts are looked at, and units of all texts together. */
const documentsPerTerm = 4
const lengthMax = 500_000

/** Characters that a stem may have lost at the end. */
const endingMax = 12

/** What a word begins with, up to the shortest that may be its stem. */
export function beginningsOf(word: string): string[] {
  const characters = [...word]
  const shortest = Math.max(1, characters.length - endingMax)
  return characters.slice(shortest).map((_, i) => characters.slice(0, shortest + i).join(''))
}

export interface Spelling {
  readonly word: string
  /** As the analyzer writes it, for comparing: in lower case, without accents. */
  readonly normalized: string
  /** How often it stands in the texts that were looked at. */
  readonly count: number
}

/** What is shown of several spellings: in lower case, where a word is ever written so, as names are not; then the commonest. */
export function bySpelling(a: Spelling, b: Spelling): number {
  return Number(isLower(b)) - Number(isLower(a)) || b.count - a.count || compareStrings(a.word, b.word)
}

function isLower({ word }: Spelling): boolean {
  return word === word.toLowerCase()
}

/** The terms of the fields that share an analyzer. */
export class Vocabulary {
  readonly analyzer: Analyzer

  private constructor(
    readonly parts: FulltextParts,
    private readonly fields: readonly number[],
    private readonly asked: WordsAsked,
  ) {
    this.analyzer = parts.config.fields[fields[0]!]!.analyzer
  }

  /** One for each analyzer of the fields that are asked about. Grams are no words, so fields of grams have none. */
  static all(parts: FulltextParts, asked: WordsAsked): Vocabulary[] {
    const byAnalyzer = new Map<Analyzer, number[]>()
    for (const [at, { name, analyzer }] of parts.config.fields.entries())
      if (analyzer.hasWords && (asked.fields === undefined || asked.fields.includes(name)))
        byAnalyzer.set(analyzer, [...(byAnalyzer.get(analyzer) ?? []), at])
    return [...byAnalyzer.values()].map((fields) => new Vocabulary(parts, fields, asked))
  }

  /** How many documents hold a term in one of the fields: the sum, where several may count a document each. */
  weight(term: number): number {
    return this.fields.reduce((sum, field) => sum + this.parts.lists.documents(this.listOf(term, field)), 0)
  }

  /** The terms that some documents hold, by number, with how many of them do. */
  countIn(documents: Iterable<number>): Map<number, number> {
    const counts = new Map<number, number>()
    const fieldCount = this.parts.config.fields.length
    for (const id of documents) {
      let last = -1
      for (const list of this.parts.documents.listsOf(id)) {
        const term = Math.floor(list / fieldCount)
        if (term === last || !this.fields.includes(list % fieldCount)) continue
        last = term
        counts.set(term, (counts.get(term) ?? 0) + 1)
      }
    }
    return counts
  }

  /** How each term is written in the first documents that hold it; nothing for one that no text that was looked at has. */
  spellingsOf(terms: readonly string[]): Map<string, Spelling[]> {
    const counts = new Map(terms.map((term) => [term, new Map<string, number>()]))
    const holders = terms.map((term) => this.firstHolders(term))
    const read = new Set<number>()
    let lengthLeft = lengthMax
    // One document of each term before the second of any, as the texts may be too long for all of them.
    for (let round = 0; round < documentsPerTerm; round++)
      for (const { [round]: id } of holders) {
        if (id === undefined || read.has(id) || lengthLeft <= 0) continue
        read.add(id)
        lengthLeft -= this.countWords(id, counts, lengthLeft)
      }
    return new Map(
      Array.from(counts, ([term, words]) => [
        term,
        Array.from(words, ([word, count]) => ({ word, normalized: this.analyzer.normalize(word), count })),
      ]),
    )
  }

  /** Gives how many units were read. */
  private countWords(id: number, counts: ReadonlyMap<string, Map<string, number>>, lengthLeft: number): number {
    const names = this.fields.map((field) => this.parts.config.fields[field]!.name)
    let length = 0
    for (const { name, texts } of this.asked.textsOf(id))
      for (const text of names.includes(name) ? texts : []) {
        const read = text.slice(0, Math.max(0, lengthLeft - length))
        length += read.length
        this.analyzer.forEachTerm(read, (term, _position, start, end) => {
          const words = counts.get(term)
          // Where the text is cut, so may be its last word.
          const isCut = end === read.length && read.length < text.length
          if (words === undefined || isCut) return
          const word = read.slice(start, end)
          words.set(word, (words.get(word) ?? 0) + 1)
        })
      }
    return length
  }

  private firstHolders(text: string): number[] {
    const term = this.parts.terms.find(text)
    if (term === 0) return []
    const { lists } = this.parts
    const ids = new Set<number>()
    for (const field of this.fields) {
      if (lists.documents(this.listOf(term, field)) === 0) continue
      const cursor = new PostingCursor(lists, this.listOf(term, field), { postings: 0 })
      for (let i = 0, id = cursor.idFrom(0); i < documentsPerTerm && id !== idEnd; i++, id = cursor.idFrom(id + 1))
        ids.add(id)
    }
    return [...ids].sort((a, b) => a - b).slice(0, documentsPerTerm)
  }

  private listOf(term: number, field: number): number {
    return term * this.parts.config.fields.length + field
  }
}
