/** Full text as plainly as it can be said: every document is looked at for every query. The index must agree. */
import type { FulltextConfig } from '../../../indexes/fulltext/fulltext-index.js'
import type { Query } from '../../../indexes/fulltext/query/ast.js'
import { compareStrings } from '../../../src/core/compare-strings.js'

export type Texts = readonly (readonly string[])[]
type Placed = { readonly term: string; readonly position: number }

/** The score of each hit; a part of a query that the analyzers leave nothing of is undefined. */
type Scores = Map<number, number>

export class ReferenceIndex {
  /** Terms by field, undefined for a field that the document lacks. */
  private readonly documents = new Map<number, (Placed[] | undefined)[]>()
  /** `terms`, while nothing changes. */
  private counted: Map<string, number> | undefined

  constructor(private readonly config: FulltextConfig) {}

  copy(): ReferenceIndex {
    const copy = new ReferenceIndex(this.config)
    for (const [id, fields] of this.documents) copy.documents.set(id, fields)
    return copy
  }

  get ids(): number[] {
    return [...this.documents.keys()].sort((a, b) => a - b)
  }

  has(id: number): boolean {
    return this.documents.has(id)
  }

  add(id: number, fields: Texts): void {
    this.counted = undefined
    this.documents.set(
      id,
      fields.map((texts, field) => (texts.length === 0 ? undefined : this.placed(texts, field))),
    )
  }

  remove(id: number): void {
    this.counted = undefined
    this.documents.delete(id)
  }

  /** Terms with how many documents hold each, in order. */
  get terms(): [string, number][] {
    return [...(this.counted ??= this.count())].sort(([a], [b]) => compareStrings(a, b))
  }

  private count(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const fields of this.documents.values())
      for (const term of new Set(fields.flatMap((terms) => terms ?? []).map(({ term }) => term)))
        counts.set(term, (counts.get(term) ?? 0) + 1)
    return counts
  }

  search(query: Query): { id: number; score: number }[] {
    const scores = [...(this.scores(query, { boost: 1 }) ?? [])]
    return scores.map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score || a.id - b.id)
  }

  private placed(texts: readonly string[], field: number): Placed[] {
    const terms: Placed[] = []
    let start = 0
    for (const text of texts)
      start +=
        100 +
        this.config.fields[field]!.analyzer.forEachTerm(text, (term, position) => {
          terms.push({ term, position: start + position })
        })
    return terms
  }

  private scores(query: Query, scope: { field?: number; boost: number }): Scores | undefined {
    switch (query.kind) {
      case 'boost':
        return this.scores(query.query, { ...scope, boost: scope.boost * query.by })
      case 'field':
        return this.scores(query.query, {
          ...scope,
          field: this.config.fields.findIndex(({ name }) => name === query.field),
        })
      case 'boolean':
        return this.boolean(query, scope)
      case 'all':
        return this.all(scope)
      default: {
        const fields = scope.field === undefined ? this.config.fields.map((_, i) => i) : [scope.field]
        const found = fields.flatMap((field) => this.inField(query, field, scope.boost) ?? [])
        return found.length === 0 ? undefined : sum(found)
      }
    }
  }

  private boolean(query: Query & { kind: 'boolean' }, scope: { field?: number; boost: number }): Scores | undefined {
    const [must, should, not] = [query.must, query.should, query.not].map((parts) =>
      parts.flatMap((part) => this.scores(part, scope) ?? []),
    ) as [Scores[], Scores[], Scores[]]
    if (
      must.length + should.length + not.length === 0 &&
      query.must.length + query.should.length + query.not.length > 0
    )
      return undefined
    if (must.length + should.length === 0) return new Map()
    const all = sum([...must, ...should])
    return new Map([...all].filter(([id]) => must.every((part) => part.has(id)) && !not.some((part) => part.has(id))))
  }

  private all({ field: asked, boost }: { field?: number; boost: number }): Scores {
    const field = this.config.fields.length === 1 ? undefined : asked
    const present = [...this.documents].filter(([, fields]) => field === undefined || fields[field] !== undefined)
    const weight = field === undefined ? 1 : this.config.fields[field]!.weight
    return new Map(present.map(([id]) => [id, boost * weight]))
  }

  private inField(query: Query, field: number, boost: number): Scores | undefined {
    const { analyzer, weight } = this.config.fields[field]!
    if (query.kind === 'term') {
      const tokens = analyzer.analyze(query.text)
      return tokens.length === 0 ? undefined : sum(tokens.map(({ term }) => this.term(term, field, boost)))
    }
    if (query.kind === 'phrase') {
      const tokens = analyzer.analyze(query.text)
      if (tokens.length === 1) return this.term(tokens[0]!.term, field, boost)
      return tokens.length === 0 ? undefined : this.phrase(tokens, query.slop, field, boost)
    }
    if (query.kind === 'fuzzy') {
      const tokens = analyzer.analyze(query.text)
      const word = tokens.length === 1 ? tokens[0]!.term : analyzer.normalize(query.text)
      const near = this.terms.map(([term]) => ({ term, edits: editsBetween(word, term) }))
      return sum(
        near
          .filter(({ edits }) => edits <= query.distance)
          .map(({ term, edits }) => this.term(term, field, boost / (1 + edits))),
      )
    }
    if (query.kind !== 'prefix') throw new Error(`the reference has no ${query.kind}`)
    const prefix = analyzer.normalize(query.text)
    const hits = [...this.documents].filter(([, fields]) => fields[field]?.some(({ term }) => term.startsWith(prefix)))
    return new Map(hits.map(([id]) => [id, boost * weight]))
  }

  private term(term: string, field: number, boost: number): Scores {
    return this.ranked(field, boost, this.idf(term), (terms) => terms.filter((each) => each.term === term).length)
  }

  private phrase(tokens: readonly Placed[], slop: number, field: number, boost: number): Scores {
    const idf = tokens.reduce((total, { term }) => total + this.idf(term), 0)
    return this.ranked(field, boost, idf, (terms) => phraseFrequency(tokens, slop, terms))
  }

  private ranked(field: number, boost: number, idf: number, frequencyIn: (terms: readonly Placed[]) => number): Scores {
    const { k1, b } = this.config
    const { weight } = this.config.fields[field]!
    const present = [...this.documents].flatMap(([id, fields]) => (fields[field] ? [{ id, terms: fields[field] }] : []))
    const average = present.reduce((total, { terms }) => total + terms.length, 0) / present.length
    const scores: Scores = new Map()
    for (const { id, terms } of present) {
      const f = frequencyIn(terms)
      if (f === 0) continue
      scores.set(id, boost * weight * idf * (((k1 + 1) * f) / (f + k1 * (1 - b + (b * terms.length) / average))))
    }
    return scores
  }

  private idf(term: string): number {
    const holders = (this.counted ??= this.count()).get(term) ?? 0
    return Math.log(1 + (this.documents.size - holders + 0.5) / (holders + 0.5))
  }
}

function sum(parts: readonly Scores[]): Scores {
  const total: Scores = new Map()
  for (const part of parts) for (const [id, score] of part) total.set(id, (total.get(id) ?? 0) + score)
  return total
}

/**
 * Every way to give each term of the phrase a place of its own is tried. Of those with the same window, and of windows that
 * hold a smaller one, one counts.
 */
export function phraseFrequency(phrase: readonly Placed[], slop: number, terms: readonly Placed[]): number {
  const windows: [number, number][] = []
  const choose = (at: number, taken: readonly Placed[], [start, end]: [number, number]): void => {
    if (at === phrase.length) {
      windows.push([start, end])
      return
    }
    const { term, position } = phrase[at]!
    for (const each of new Set(terms.filter((other) => other.term === term).map((other) => other.position))) {
      if (taken.some((other) => other.term === term && other.position === each)) continue
      const moved = each - position
      const window: [number, number] = [Math.min(start, moved), Math.max(end, moved)]
      if (window[1] - window[0] <= slop) choose(at + 1, [...taken, { term, position: each }], window)
    }
  }
  choose(0, [], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  const distinct = [...new Map(windows.map((window) => [window.join(), window])).values()]
  const smallest = distinct.filter(
    ([start, end]) => !distinct.some(([a, z]) => a >= start && z <= end && (a !== start || z !== end)),
  )
  return smallest.reduce((total, [start, end]) => total + 1 / (1 + end - start), 0)
}

/** Optimal string alignment. */
export function editsBetween(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= left.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= right.length; j++) {
      const changed = rows[i - 1]![j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, changed)
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1)
      rows[i]![j] = least
    }
  }
  return rows[left.length]![right.length]!
}
