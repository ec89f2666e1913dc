/**
 * A full-text index as it is for one transaction at one moment: whoever holds it reads no later writes.
 *
 * Questions about one entity are answered one by one at first. Where they go on coming, as from a filter over rows, all
 * hits of the query are found once, and each question is a look. That is done when the questions have cost as much as
 * the hits will, so no order of events costs more than twice what the best one would have.
 */
import {
  type Explanation,
  type FulltextIndex,
  HitTable,
  type SearchOptions,
  type SearchResult,
  type SpellAsked,
  type Spelled,
  type Suggestion,
  type TermCount,
  type WordsAsked,
} from '../../indexes/fulltext/fulltext-index.js'
import type { Query } from '../../indexes/fulltext/query/ast.js'
import { type Bitmap, bitmapOf, IdListScan } from '../../indexes/key-set.js'
import type { TextIndexDefinition } from '../core/change.js'
import type { OpenTextIndex, Stores } from '../stores/stores.js'
import { BestFirst, type HitSource } from './best-first.js'
import type { IndexRecord } from './search-records.js'
import type { Answers, BestHits, IdScan, TextIndexView } from './transaction.js'

/** So many hits are found in the time that one question takes: some 30 ns each, against 6 µs. */
const hitsPerQuestion = 200
const singleMin = 4

export class TextView implements TextIndexView {
  readonly kind = 'fulltext'
  readonly definition: TextIndexDefinition
  index: FulltextIndex
  private readonly known = new WeakMap<Query, Asked>()

  constructor(
    open: OpenTextIndex,
    private readonly record: IndexRecord,
  ) {
    this.definition = open.definition
    this.index = open.index
  }

  /** Goes on with the same state in another version's pages. */
  attach(stores: Stores): void {
    this.index = stores.findTextIndex(this.definition.name)!.index
  }

  get documents(): number {
    return this.index.documents
  }

  search(query: Query, options?: SearchOptions): SearchResult {
    const found = this.index.search(query, options)
    const { postingsRead, candidates, ids } = found
    this.record.note({ postingsRead, candidates, hits: ids.length })
    return found
  }

  hitsMax(query: Query): number {
    return this.askedOf(query).hitsMax
  }

  matches(query: Query): Bitmap {
    return this.askedOf(query).bitmap
  }

  count(query: Query): number {
    return this.noted(
      () => this.index.count(query),
      (hits) => hits,
    )
  }

  suggest(text: string, asked: WordsAsked): Suggestion[] {
    return this.index.suggest(text, asked)
  }

  spell(text: string, asked: SpellAsked): Spelled {
    return this.index.spell(text, asked)
  }

  asked(query: Query, limit?: number): Answers {
    const asked = this.askedOf(query)
    return limit === undefined ? asked : asked.among(limit)
  }

  scan(query: Query, limit?: number): IdScan {
    const asked = this.askedOf(query)
    return new IdListScan((limit === undefined ? asked.hits : asked.bestTable(limit)).ids)
  }

  bestFirst(query: Query, count: number): BestHits {
    return new BestFirst(this.askedOf(query), count)
  }

  bestAmong(query: Query, ids: Iterable<number>, count: number): HitTable {
    return this.askedOf(query).bestAmong(ids, count)
  }

  explain(query: Query, id: number): Explanation | undefined {
    return this.index.explain(query, id)
  }

  termsFrom(from: string): Iterable<TermCount> {
    return this.index.termsFrom(from)
  }

  documentFrequency(term: string): number {
    return this.index.documentFrequency(term)
  }

  /** All hits, or those among some ids. */
  hits(query: Query, among?: Bitmap): HitTable {
    return this.noted(
      () => this.index.hits(query, among),
      ({ size }) => size,
    )
  }

  /** What one entity scores. */
  scoreOf(query: Query, id: number): number | undefined {
    return this.noted(
      () => this.index.explain(query, id)?.value,
      (score) => (score === undefined ? 0 : 1),
    )
  }

  private noted<Found>(search: () => Found, hitsOf: (found: Found) => number): Found {
    const before = this.index.postingsRead
    const found = search()
    const hits = hitsOf(found)
    const postingsRead = this.index.postingsRead - before
    this.record.note({ postingsRead, candidates: hits, hits })
    return found
  }

  private askedOf(query: Query): Asked {
    const known = this.known.get(query)
    if (known !== undefined) return known
    const asked = new Asked(this, query)
    this.known.set(query, asked)
    return asked
  }
}

/** What is known of one query. */
class Asked implements Answers, HitSource {
  private table: HitTable | undefined
  /** Hits that were found as the best, until all are. */
  private some: HitTable | undefined
  /** What was asked one by one, as a filter and a score ask for the same entity. */
  private readonly singles = new Map<number, number | undefined>()
  private singleMax = -1
  private knownMax: number | undefined
  private knownBitmap: Bitmap | undefined
  /** By how many. */
  private readonly bestKnown = new Map<number, Best>()

  constructor(
    private readonly view: TextView,
    private readonly query: Query,
  ) {}

  get hits(): HitTable {
    return (this.table ??= this.view.hits(this.query))
  }

  get bitmap(): Bitmap {
    return (this.knownBitmap ??= bitmapOf(this.hits.ids))
  }

  get hitsMax(): number {
    return (this.knownMax ??= this.view.index.hitsMax(this.query))
  }

  has(id: number): boolean {
    return this.score(id) !== undefined
  }

  score(id: number): number | undefined {
    if (this.table !== undefined) return this.table.scoreOf(id)
    const known = this.some?.scoreOf(id)
    if (known !== undefined) return known
    if (this.singles.has(id)) return this.singles.get(id)
    if (!this.maySingle()) return this.hits.scoreOf(id)
    const score = this.view.scoreOf(this.query, id)
    this.singles.set(id, score)
    return score
  }

  among(limit: number): Answers {
    const best = this.bestTable(limit)
    return { has: (id) => best.has(id), score: (id) => this.score(id) }
  }

  best(count: number): SearchResult {
    const { found, table } = this.bestOf(count)
    this.some = table
    return found
  }

  bestTable(count: number): HitTable {
    return this.bestOf(count).table
  }

  private bestOf(count: number): Best {
    const known = this.bestKnown.get(count)
    if (known !== undefined) return known
    const found = this.view.search(this.query, { limit: count })
    const best = { found, table: tableOf(found) }
    this.bestKnown.set(count, best)
    return best
  }

  /** The best `count` hits among some ids, and all that score as the last of them. */
  bestAmong(among: Iterable<number>, count: number): HitTable {
    const all = this.view.hits(this.query, bitmapOf(among))
    const { size, ids, scores } = all
    if (size <= count) return (this.some = all)
    const least = count === 0 ? Number.POSITIVE_INFINITY : scores.slice().sort()[size - count]!
    const best = new HitTable()
    for (let i = 0; i < size; i++) if (scores[i]! >= least) best.add(ids[i]!, scores[i]!)
    return (this.some = best)
  }

  private maySingle(): boolean {
    if (this.singleMax < 0) this.singleMax = Math.max(singleMin, this.hitsMax / hitsPerQuestion)
    return this.singles.size < this.singleMax
  }
}

/** The best so many, in their order and by id. */
interface Best {
  readonly found: SearchResult
  readonly table: HitTable
}

function tableOf({ ids, scores }: SearchResult): HitTable {
  const table = new HitTable()
  const order = Uint32Array.from(ids.keys()).sort((a, b) => ids[a]! - ids[b]!)
  for (const i of order) table.add(ids[i]!, scores[i]!)
  return table
}
