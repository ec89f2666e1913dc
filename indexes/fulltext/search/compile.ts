/** A query becomes parts: texts go through the analyzers of the fields, words that are not exact through the dictionary. */
import { DatabaseError } from '../../../src/core/errors.js'
import type { PlacedTerm } from '../analysis/synonyms.js'
import { FuzzyMatcher } from '../automata/levenshtein.js'
import { acceptedTerms, type TermMatcher } from '../automata/matcher.js'
import { prefixMatcher, rangeMatcher, regexpMatcher, wildcardMatcher } from '../automata/patterns.js'
import { documentWordsShift } from '../documents.js'
import { type FulltextParts, holdersOf } from '../fulltext-parts.js'
import { PostingCursor } from '../postings/posting-lists.js'
import type { BooleanQuery, PhraseQuery, Query, RangeQuery } from '../query/ast.js'
import { type Bm25, idf } from './bm25.js'
import { BooleanPart } from './boolean-part.js'
import { PresentPart, UnionPart } from './constant-parts.js'
import { Lengths } from './lengths.js'
import type { Part } from './part.js'
import { PhrasePart } from './phrase-part.js'
import { sumPart } from './sum-part.js'
import { TermPart } from './term-part.js'

/** Terms that a fuzzy word stands for at most, the nearest ones. */
export const fuzzyTermsMax = 1024

/** What holds for a part of the query: the fields to look in (undefined: all), and the boosts around it, multiplied. */
interface Scope {
  readonly field: number | undefined
  readonly boost: number
}

const nothing = sumPart([])

/** Throws SEARCH_QUERY_INVALID for a field that is not there, a bad expression, a range of what is no text. */
export function compile(query: Query, index: FulltextParts, meter: { postings: number }): Part {
  return new Compiler(index, meter).compile(query, { field: undefined, boost: 1 }) ?? nothing
}

class Compiler {
  constructor(
    private readonly index: FulltextParts,
    private readonly meter: { postings: number },
  ) {}

  /** Undefined where the analyzers leave nothing of the text, as of a stop word: that asks for nothing and forbids nothing. */
  compile(query: Query, scope: Scope): Part | undefined {
    switch (query.kind) {
      case 'term':
        return this.inFields(scope, (field) => this.text(query.text, field, scope.boost))
      case 'phrase':
        return this.inFields(scope, (field) => this.phrase(query, field, scope.boost))
      case 'prefix':
        return this.inFields(scope, (field) =>
          this.matched(prefixMatcher(this.normal(query.text, field)), field, scope),
        )
      case 'wildcard':
        return this.inFields(scope, (field) => {
          const parts = query.parts.map((part) =>
            part.kind === 'text' ? { kind: part.kind, text: this.normal(part.text, field) } : part,
          )
          return this.matched(wildcardMatcher(parts), field, scope)
        })
      case 'fuzzy':
        return this.inFields(scope, (field) => this.fuzzy(query.text, query.distance, field, scope.boost))
      case 'regexp':
        return this.inFields(scope, (field) => this.matched(regexpMatcher(query.pattern), field, scope))
      case 'range':
        return this.inFields(scope, (field) => this.matched(this.rangeOf(query, field), field, scope))
      case 'boolean':
        return this.boolean(query, scope)
      case 'boost':
        return this.compile(query.query, { ...scope, boost: scope.boost * query.by })
      case 'field':
        return this.compile(query.query, { ...scope, field: this.mustBeField(query.field) })
      case 'all':
        return this.all(scope)
    }
  }

  private mustBeField(name: string): number {
    const { fields } = this.index.config
    const field = fields.findIndex((each) => each.name === name)
    if (field >= 0) return field
    throw new DatabaseError(
      'SEARCH_QUERY_INVALID',
      `the index has no field '${name}'; it has ${fields.map((each) => each.name).join(', ')}`,
      { field: name },
    )
  }

  private inFields({ field }: Scope, compile: (field: number) => Part | undefined): Part | undefined {
    if (field !== undefined) return compile(field)
    const parts = this.index.config.fields.flatMap((_, each) => compile(each) ?? [])
    return parts.length === 0 ? undefined : sumPart(parts)
  }

  // ---- words ------------------------------------------------------------------------------------------------------

  private text(text: string, field: number, boost: number): Part | undefined {
    const { analyzer } = this.index.config.fields[field]!
    const tokens = analyzer.analyze(text)
    if (tokens.length === 0) return undefined
    const parts: Part[] = []
    for (let at = 0; at < tokens.length; ) {
      const synonym = analyzer.synonyms.findAt(tokens, at)
      const phrases = synonym?.phrases ?? [[{ term: tokens[at]!.term, position: 0 }]]
      parts.push(...phrases.map((phrase) => this.terms(phrase, { slop: 0, field, boost })))
      at += synonym?.length ?? 1
    }
    return sumPart(parts)
  }

  private phrase({ text, slop }: PhraseQuery, field: number, boost: number): Part | undefined {
    const tokens = this.index.config.fields[field]!.analyzer.analyze(text)
    return tokens.length === 0 ? undefined : this.terms(tokens, { slop, field, boost })
  }

  private terms(placed: readonly PlacedTerm[], { slop, field, boost }: PhraseScope): Part {
    const { lists, terms } = this.index
    const found = placed.map(({ term, position }) => ({ term, position, number: terms.find(term) }))
    if (found.length === 1) return this.term(found[0]!.number, found[0]!.term, field, boost)
    const inField = found.map((each) => ({ ...each, list: this.listOf(each.number, field) }))
    if (inField.some(({ number, list }) => number === 0 || lists.documents(list) === 0)) return nothing
    const rank = inField.reduce((sum, { number }) => sum + this.idf(number), 0)
    const slots = inField.map(({ term, position, list }) => ({
      term,
      position,
      documents: lists.documents(list),
      cursor: this.cursor(list),
    }))
    const known = { ...this.known(field, boost, rank), terms: placed.map(({ term }) => term) }
    return new PhrasePart(slots, slop, this.lengths(field), this.formula(field, boost, rank), known)
  }

  private term(number: number, term: string, field: number, boost: number): Part {
    const { lists, documents } = this.index
    const list = this.listOf(number, field)
    const holders = number === 0 ? 0 : lists.documents(list)
    if (holders === 0) return nothing
    const rank = this.idf(number)
    return new TermPart(this.cursor(list), this.lengths(field), this.formula(field, boost, rank), holders, {
      ...this.known(field, boost, rank),
      term,
      documents: documents.size,
      holders: holdersOf(this.index, number),
    })
  }

  private fuzzy(text: string, distance: 1 | 2, field: number, boost: number): Part {
    const word = this.normal(text, field)
    const matcher = new FuzzyMatcher(word, distance)
    const characters = [...word].length
    const near = [...acceptedTerms(matcher, (bound) => this.index.terms.ceiling(bound))]
      .map((term) => ({ term, edits: matcher.editsOf(term)! }))
      .sort((a, b) => a.edits - b.edits)
      .slice(0, fuzzyTermsMax)
    return sumPart(
      near.map(({ term, edits }) =>
        this.term(this.index.terms.find(term), term, field, boost * (1 - edits / (characters + 1))),
      ),
    )
  }

  // ---- without ranks ----------------------------------------------------------------------------------------------

  private matched(matcher: TermMatcher, field: number, { boost }: Scope): Part {
    const { terms, lists } = this.index
    const accepted = acceptedTerms(matcher, (bound) => terms.ceiling(bound))
    const numbers = Array.from(accepted, (term) => this.listOf(terms.find(term), field))
    return new UnionPart(lists, numbers, this.meter, this.constant(field, boost))
  }

  private rangeOf({ from, to }: RangeQuery, field: number): TermMatcher {
    const ends = [from, to].map((end) => {
      if (end === undefined) return undefined
      if (typeof end.value === 'string') return { ...end, value: this.normal(end.value, field) }
      throw new DatabaseError(
        'SEARCH_QUERY_INVALID',
        `a range to or from ${String(end.value)} compares values, and a full-text index holds terms; write the end in quotes to compare it with terms, or compare the property in WHERE`,
        { value: end.value },
      )
    })
    return rangeMatcher(ends[0], ends[1])
  }

  private all({ field, boost }: Scope): Part {
    const { documents, config } = this.index
    if (field === undefined) {
      const place = { stride: 1 << documentWordsShift, offset: 1 }
      const constant = { value: boost, field: '*', boost, weight: 1 }
      return new PresentPart(documents.records.table, place, documents.size, constant)
    }
    const place = { stride: config.fields.length, offset: field }
    return new PresentPart(documents.lengths.table, place, documents.documentsOf(field), this.constant(field, boost))
  }

  private constant(field: number, boost: number) {
    const { name, weight } = this.index.config.fields[field]!
    return { value: boost * weight, field: name, boost, weight }
  }

  // ---- parts of parts ---------------------------------------------------------------------------------------------

  private boolean({ must, should, not }: BooleanQuery, scope: Scope): Part | undefined {
    const compileAll = (queries: readonly Query[]) => queries.flatMap((query) => this.compile(query, scope) ?? [])
    const [musts, shoulds, nots] = [compileAll(must), compileAll(should), compileAll(not)]
    if (musts.length + shoulds.length === 0) return must.length + should.length === 0 ? nothing : undefined
    if (musts.length === 0)
      return nots.length === 0 ? sumPart(shoulds) : new BooleanPart({ musts: [sumPart(shoulds)], nots })
    return musts.length === 1 && shoulds.length + nots.length === 0
      ? musts[0]!
      : new BooleanPart({ musts, shoulds, nots })
  }

  // ---- numbers ----------------------------------------------------------------------------------------------------

  private normal(text: string, field: number): string {
    return this.index.config.fields[field]!.analyzer.normalize(text)
  }

  private listOf(term: number, field: number): number {
    return term * this.index.config.fields.length + field
  }

  private cursor(list: number): PostingCursor {
    return new PostingCursor(this.index.lists, list, this.meter)
  }

  private lengths(field: number): Lengths {
    return new Lengths(this.index.documents.lengths, this.index.config.fields.length, field)
  }

  private idf(term: number): number {
    return idf(this.index.documents.size, holdersOf(this.index, term))
  }

  private formula(field: number, boost: number, rank: number): Bm25 {
    const { k1, b, fields } = this.index.config
    const { weight } = fields[field]!
    const perTerm = (k1 * b) / this.index.documents.averageLength(field)
    return { factor: boost * weight * rank * (k1 + 1), base: k1 * (1 - b), perTerm }
  }

  private known(field: number, boost: number, rank: number) {
    const { k1, b, fields } = this.index.config
    const { name, weight } = fields[field]!
    const averageLength = this.index.documents.averageLength(field)
    return { field: name, boost, weight, idf: rank, averageLength, k1, b }
  }
}

interface PhraseScope {
  readonly slop: number
  readonly field: number
  readonly boost: number
}
