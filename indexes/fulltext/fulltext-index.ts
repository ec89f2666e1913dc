/**
 * A full-text index: which documents hold which terms, how often and where, and the search for the best of them.
 *
 *   terms      'graph' -> 7              in order; how many documents hold it
 *   lists      7 -> 12 15 20 ...         documents of a term in a field, with frequencies and positions
 *   documents  12 -> lists 3 7 9, length 20
 *
 * A document is added with its texts and removed without them: its lists are kept with it. So every number that a score
 * needs (documents, lengths, holders of a term) is exact at all times, within a transaction too. Everything lies in pages,
 * but for a cache of term numbers; see `indexes/index.ts` for what comes of that.
 *
 * A score is BM25 of each field (`search/bm25.ts`); a search goes over windows of ids (`search/part.ts`).
 */
import { strict as assert } from 'node:assert'
import { BlockHeap, ByteStore } from '../../src/pages/block-heap.js'
import { pageBytes } from '../../src/pages/heap.js'
import type { PageSpace } from '../../src/pages/page-space.js'
import { PagedRecords, PagedWords } from '../../src/pages/paged-words.js'
import type { Bitmap } from '../key-set.js'
import type { Analyzer } from './analysis/analyzer.js'
import { DocumentBatch } from './document-batch.js'
import { Documents, documentWordsShift } from './documents.js'
import { type FulltextConfig, type FulltextParts, holdersOf, type ValueReader } from './fulltext-parts.js'
import { PostingBlocks } from './postings/posting-blocks.js'
import { idEnd, listWordsShift, PostingLists } from './postings/posting-lists.js'
import type { Query } from './query/ast.js'
import { resolve } from './query/resolve.js'
import { BooleanPart } from './search/boolean-part.js'
import { compile } from './search/compile.js'
import { FilterPart } from './search/constant-parts.js'
import type { Explanation } from './search/explanation.js'
import { HitTable } from './search/hit-table.js'
import type { Part } from './search/part.js'
import { bestHits, countedHits, forEachHit, type Hits } from './search/search.js'
import { complete, type Suggestion } from './suggest/complete.js'
import { type SpellAsked, type Spelled, spell } from './suggest/spell.js'
import { Vocabulary, type WordsAsked } from './suggest/vocabulary.js'
import { leftOut, TermNumbers } from './term-numbers.js'
import { Terms, termWordsShift } from './terms.js'

export type { FulltextConfig, FulltextField } from './fulltext-parts.js'
export type { Explanation } from './search/explanation.js'
export { HitTable } from './search/hit-table.js'
export type { Suggestion } from './suggest/complete.js'
export type { SpellAsked, Spelled } from './suggest/spell.js'
export type { FieldTexts, WordsAsked } from './suggest/vocabulary.js'

/** Tables of the space that an index takes, from its slot on. */
export const fulltextTables = 10
const table = { blocks: 0, lists: 3, terms: 4, tree: 5, treeMeta: 6, termCounts: 7, documents: 8, lengths: 9 } as const
/** Sums lie behind the counts of terms. */
const firstSum = 16

/** Positions between the texts of one field: no phrase reaches from one into the next but with so much slop. */
const textGap = 100
/** Words beyond this place, of which 400 MB of text have some, are found, and phrases of them are not. */
const placeMax = 2 ** 26 - 1

/** For each field its texts. */
export type Texts = readonly (readonly string[])[]

export interface SearchOptions {
  /** All hits when it is left out. */
  readonly limit?: number
  readonly skip?: number
  /** Hits that score less are none. */
  readonly minScore?: number
  /** Ids that may be hits. */
  readonly filter?: Bitmap
  /** What the words of the query go through, in place of the analyzer of each field. */
  readonly analyzer?: Analyzer
  /** Whether to tell how many hits there are beyond the limit: then everything is read, without it only what may be among the best. */
  readonly total?: boolean
}

export interface SearchResult extends Hits {
  /** How many hits there are, those beyond the limit too: where that was asked for. */
  readonly total?: number
  readonly postingsRead: number
}

export interface TermCount {
  readonly term: string
  /** Documents that hold it. */
  readonly documents: number
}

export class FulltextIndex {
  private readonly kept: FulltextParts
  private readonly meter = { postings: 0 }
  private readonly numbers: readonly TermNumbers[]
  /** Documents that are not in the pages yet, the space's epoch when they came, and what kept them from getting there. */
  private readonly batch = new DocumentBatch()
  private batchEpoch = 0
  private failure: unknown

  /**
   * Takes `fulltextTables` tables of the space, from `slot` on. Ranges of numbers and dates ask `valuesAt`; the index of
   * texts that belong to no entity needs none.
   */
  constructor(
    private readonly space: PageSpace,
    private readonly slot: number,
    config: FulltextConfig,
    valuesAt: ValueReader = () => () => [],
  ) {
    const blocks = new BlockHeap(space, slot + table.blocks)
    const bytes = new ByteStore(blocks)
    const records = (at: number, shift: number) => new PagedRecords(space.table(slot + at), shift)
    const counts = new PagedWords(space.table(slot + table.termCounts))
    const lengths = new PagedWords(space.table(slot + table.lengths))
    const trees = { tree: slot + table.tree, treeMeta: slot + table.treeMeta }
    const fieldCount = config.fields.length
    const documents = new Documents(fieldCount, {
      records: records(table.documents, documentWordsShift),
      lengths,
      sums: counts,
      firstSum,
      bytes,
    })
    const lengthsOf = (list: number) => documents.lengthsOf(list % fieldCount)
    this.kept = {
      config,
      valuesAt,
      terms: new Terms(space, trees, records(table.terms, termWordsShift), counts, bytes),
      documents,
      lists: new PostingLists(records(table.lists, listWordsShift), new PostingBlocks(blocks, bytes), lengthsOf),
    }
    this.numbers = config.fields.map(({ analyzer }) => new TermNumbers(this.kept.terms, analyzer))
  }

  /** By all searches so far. */
  get postingsRead(): number {
    return this.meter.postings
  }

  /** The only way to the pages for all that reads them: whatever was added is there. */
  private get parts(): FulltextParts {
    this.settle()
    return this.kept
  }

  /**
   * Brings documents of `addLater` into the pages; those whose writes were taken back are forgotten. Throws LIMIT_EXCEEDED where
   * memory is full, again and again until that is taken back.
   */
  settle(): void {
    if (this.batch.size === 0) return
    if (this.batchEpoch !== this.space.epoch) this.forgetBatch()
    else this.flush()
  }

  private forgetBatch(): void {
    this.batch.clear()
    this.failure = undefined
  }

  /** How many documents it holds. */
  get documents(): number {
    return this.parts.documents.size
  }

  /** How many different terms they hold. */
  get terms(): number {
    return this.parts.terms.size
  }

  /** Of pages. */
  get bytes(): number {
    let pages = 0
    for (let i = 0; i < fulltextTables; i++)
      for (const entry of this.space.table(this.slot + i).entries()) if (entry > 0) pages++
    return pages * pageBytes
  }

  /** Gives up all pages. */
  clear(): void {
    this.forgetBatch()
    for (let i = 0; i < fulltextTables; i++) this.space.table(this.slot + i).clear()
    this.kept.terms.forget()
  }

  has(id: number): boolean {
    if (id <= this.batch.lastId) this.settle()
    return this.kept.documents.has(id)
  }

  /** Adds a document that is not in the index: for each field its texts, none for a field that it lacks. */
  add(id: number, fields: Texts): void {
    this.addAll([[id, fields]])
  }

  /** Adds documents that are not in the index. Many at once take a fraction of the time, if most ids are ascending. */
  addAll(documents: Iterable<readonly [id: number, fields: Texts]>): void {
    for (const [id, fields] of documents) this.addLater(id, fields)
    this.settle()
  }

  /**
   * As `add`, but into the pages only with others: when these are many, when something is looked for, or by `settle`, which must
   * come before a savepoint and before the transaction ends.
   */
  addLater(id: number, fields: Texts): void {
    const { batch } = this
    if (batch.isFull || id <= batch.lastId || this.batchEpoch !== this.space.epoch) this.settle()
    assert(id < idEnd && !this.has(id), `document ${id} can be added`)
    this.batchEpoch = this.space.epoch
    this.gather(id, fields)
  }

  /** Gives a document that is in the index other texts. Cheaper than to remove and add it: what stays is left alone. */
  replace(id: number, fields: Texts): void {
    const { parts, batch } = this
    assert(this.has(id), `document ${id} is in the index`)
    this.gather(id, fields)
    const { before, after } = batch.replace(parts)
    this.countRepeats(before, -1)
    this.countRepeats(after, 1)
    this.dropTerms(before)
  }

  /** Removes a document that is in the index. */
  remove(id: number): void {
    assert(this.has(id), `document ${id} is in the index`)
    const lists = this.parts.documents.listsOf(id)
    for (const list of lists) this.parts.lists.remove(list, id)
    this.parts.documents.remove(id)
    this.countRepeats(lists, -1)
    this.dropTerms(lists)
  }

  /** The best hits, best first; equal ones by ascending id. Throws SEARCH_QUERY_INVALID for what it cannot look for. */
  search(query: Query, options: SearchOptions = {}): SearchResult {
    const {
      limit = Number.POSITIVE_INFINITY,
      skip = 0,
      minScore = Number.NEGATIVE_INFINITY,
      filter,
      analyzer,
    } = options
    const before = this.meter.postings
    const part = compile(query, this.parts, this.meter, analyzer)
    const find = options.total === true ? countedHits : bestHits
    const hits = find(allowed(part, filter), { limit, skip, minScore })
    return { ...hits, postingsRead: this.meter.postings - before }
  }

  /** All hits by their ids, not ranked, or those that a filter lets through. Throws as `search`. */
  hits(query: Query, filter?: Bitmap): HitTable {
    const table = new HitTable()
    const part = allowed(compile(query, this.parts, this.meter), filter)
    forEachHit(part, (id, score) => table.add(id, score))
    return table
  }

  /** No more than so many documents are hits, as far as the dictionary tells. Throws as `search`. */
  hitsMax(query: Query): number {
    return Math.min(this.documents, compile(query, this.parts, this.meter).documentsMax)
  }

  /** How many hits there are. Of one word that is told by the dictionary alone. */
  count(query: Query): number {
    const { config, terms, lists } = this.parts
    const lookup = resolve(query, config.fields)
    if (lookup.kind === 'term') {
      const { fields, term } = lookup
      const number = terms.find(term)
      if (number === 0) return 0
      if (fields.length === config.fields.length) return holdersOf(this.parts, number)
      const field = config.fields.findIndex(({ name }) => name === fields[0])
      if (fields.length === 1) return lists.documents(number * config.fields.length + field)
    }
    let count = 0
    forEachHit(compile(query, this.parts, this.meter), () => count++)
    return count
  }

  /** What the last word of a text may become, those first that most documents hold. */
  suggest(text: string, asked: WordsAsked): Suggestion[] {
    return complete(text, Vocabulary.all(this.parts, asked), asked, this)
  }

  /** Words of a text that the index lacks or hardly has, and what may be meant. */
  spell(text: string, asked: SpellAsked): Spelled {
    return spell(text, Vocabulary.all(this.parts, asked), asked, this)
  }

  /** What the document scores, 0 when it is no hit. */
  score(query: Query, id: number): number {
    return this.explain(query, id)?.value ?? 0
  }

  /** Why the document scores what it does; undefined when it is no hit. */
  explain(query: Query, id: number): Explanation | undefined {
    return this.has(id) ? compile(query, this.parts, this.meter).explain(id) : undefined
  }

  /** Terms in order (by code point), from the first that is `from` or comes after it. */
  *termsFrom(from: string): Generator<TermCount> {
    const { terms } = this.parts
    for (const { text, term } of terms.from(from)) yield { term: text, documents: holdersOf(this.parts, term) }
  }

  /** How many documents hold a term, in a field or in any. */
  documentFrequency(term: string, field?: number): number {
    const { terms, lists, config } = this.parts
    const number = terms.find(term)
    if (number === 0) return 0
    return field === undefined ? holdersOf(this.parts, number) : lists.documents(number * config.fields.length + field)
  }

  /** Blocks of postings, by the first id that they may hold, whose bound of scores is not what their postings give. */
  *wrongBounds(): Generator<{ term: string; field: string; first: number }> {
    const { terms, lists, config } = this.parts
    for (const { text, term } of terms.from(''))
      for (const [at, { name }] of config.fields.entries())
        for (const { first } of lists.wrongBounds(term * config.fields.length + at))
          yield { term: text, field: name, first }
  }

  // ---- a document on its way in -----------------------------------------------------------------------------------

  private flush(): void {
    const { documents, lists, config } = this.kept
    const isRepeated = config.fields.length > 1
    // What is half done would be done twice.
    if (this.failure !== undefined) throw this.failure
    try {
      this.batch.flush({ documents, lists, visit: (_, own) => isRepeated && this.countRepeats(own, 1) })
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  private gather(id: number, fields: Texts): void {
    const { batch } = this
    const { tokenCount } = batch
    try {
      batch.end({ id, lengths: this.readFields(fields) })
    } catch (error) {
      batch.forgetTokens(tokenCount)
      throw error
    }
  }

  /** Notes the places of all terms. Gives how many terms each field has, -1 for one that the document lacks. */
  private readFields(fields: Texts): number[] {
    return fields.map((texts, field) => (texts.length === 0 ? -1 : this.read(texts, field)))
  }

  /** Notes the places of the terms of a field. Gives how many terms it has. */
  private read(texts: readonly string[], field: number): number {
    const numbers = this.numbers[field]!
    const { words } = numbers
    const { batch } = this
    const fieldCount = this.kept.config.fields.length
    const before = batch.tokenCount
    let start = 0
    for (const text of texts) {
      const positions = numbers.read(text)
      for (let i = 0; i < words.count; i++) {
        const term = numbers.give(text, i)
        if (term === leftOut) continue
        batch.note(term * fieldCount + field, Math.min(start + words.positions[i]!, placeMax))
      }
      start += positions + textGap
    }
    return batch.tokenCount - before
  }

  /** Notes where a document is in several lists of a term. */
  private countRepeats(lists: ArrayLike<number>, by: 1 | -1): void {
    for (let i = 1; i < lists.length; i++) {
      const term = this.termOf(lists[i]!)
      if (term === this.termOf(lists[i - 1]!)) this.kept.terms.countRepeats(term, by)
    }
  }

  /** Removes the terms that nobody is left to hold. */
  private dropTerms(lists: readonly number[]): void {
    let before = 0
    for (const list of lists) {
      const term = this.termOf(list)
      if (term !== before && holdersOf(this.kept, term) === 0) this.kept.terms.remove(term)
      before = term
    }
  }

  private termOf(list: number): number {
    return Math.floor(list / this.kept.config.fields.length)
  }
}

function allowed(part: Part, filter: Bitmap | undefined): Part {
  return filter === undefined ? part : new BooleanPart({ musts: [new FilterPart(filter), part] })
}
