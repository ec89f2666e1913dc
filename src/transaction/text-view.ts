/**
 * A full-text index as it is for one transaction at one moment: whoever holds it reads no later writes.
 *
 * Questions about one entity are answered one by one at first. Where they go on coming, as from a filter over rows, all
 * hits of the query are found once, and each question is a look.
 */
import type {
  Explanation,
  FulltextIndex,
  SearchOptions,
  SearchResult,
  TermCount,
} from '../../indexes/fulltext/fulltext-index.js'
import type { Query } from '../../indexes/fulltext/query/ast.js'
import { type Bitmap, BitmapScan, bitmapOf } from '../../indexes/key-set.js'
import type { TextIndexDefinition } from '../core/change.js'
import type { OpenTextIndex } from '../stores/stores.js'
import type { IdScan, TextIndexView } from './transaction.js'

/** Questions about one query that are answered one by one. To find all hits costs as much as some hundred of them. */
const singleMax = 64

export class TextView implements TextIndexView {
  readonly definition: TextIndexDefinition
  private readonly index: FulltextIndex
  private readonly asked = new WeakMap<Query, Asked>()

  constructor(open: OpenTextIndex) {
    this.definition = open.definition
    this.index = open.index
  }

  /** Whether it is a view of this index. */
  isOf(open: OpenTextIndex): boolean {
    return this.index === open.index
  }

  get documents(): number {
    return this.index.documents
  }

  search(query: Query, options?: SearchOptions): SearchResult {
    return this.index.search(query, options)
  }

  matches(query: Query): Bitmap {
    const asked = this.askedOf(query)
    return (asked.hits ??= this.index.matches(query))
  }

  has(query: Query, id: number, limit?: number): boolean {
    if (limit !== undefined) return this.best(query, limit).has(id)
    const asked = this.askedOf(query)
    if (asked.hits === undefined && asked.count++ < singleMax) return this.index.explain(query, id) !== undefined
    return this.matches(query).has(id)
  }

  scan(query: Query, limit?: number): IdScan {
    return new BitmapScan(limit === undefined ? this.matches(query) : this.best(query, limit))
  }

  private best(query: Query, limit: number): Bitmap {
    const { best } = this.askedOf(query)
    const known = best.get(limit)
    if (known !== undefined) return known
    const hits = bitmapOf(this.index.search(query, { limit }).ids)
    best.set(limit, hits)
    return hits
  }

  score(query: Query, id: number): number | undefined {
    const asked = this.askedOf(query)
    if (asked.scores === undefined && asked.count++ < singleMax) return this.index.explain(query, id)?.value
    return (asked.scores ??= this.scoresOf(query)).get(id)
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

  private scoresOf(query: Query): Map<number, number> {
    const { ids, scores } = this.index.search(query)
    const byId = new Map<number, number>()
    ids.forEach((id, i) => {
      byId.set(id, scores[i]!)
    })
    return byId
  }

  private askedOf(query: Query): Asked {
    const known = this.asked.get(query)
    if (known !== undefined) return known
    const asked = { count: 0, hits: undefined, scores: undefined, best: new Map() }
    this.asked.set(query, asked)
    return asked
  }
}

interface Asked {
  count: number
  hits: Bitmap | undefined
  scores: Map<number, number> | undefined
  /** By how many. */
  readonly best: Map<number, Bitmap>
}
