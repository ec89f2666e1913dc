/** A query becomes parts: its words are terms of fields by now (`query/resolve.ts`), and matchers go through the dictionary. */
import type { Analyzer } from '../analysis/analyzer.js'
import { FuzzyMatcher } from '../automata/levenshtein.js'
import { acceptedTerms, type TermMatcher } from '../automata/matcher.js'
import { documentWordsShift } from '../documents.js'
import { type FulltextParts, holdersOf } from '../fulltext-parts.js'
import { type Meter, PostingCursor } from '../postings/posting-cursor.js'
import { all, isWithin, type Query } from '../query/ast.js'
import { type BooleanLookup, type Lookup, type PhraseLookup, resolve, type ValueLookup } from '../query/resolve.js'
import { type Bm25, idf } from './bm25.js'
import { BooleanPart } from './boolean-part.js'
import { type Constant, PresentPart, TestedPart, UnionPart } from './constant-parts.js'
import type { Part } from './part.js'
import { PhrasePart } from './phrase-part.js'
import { sumPart } from './sum-part.js'
import { TermPart } from './term-part.js'

/** Terms that a fuzzy word stands for at most, the nearest ones. */
export const fuzzyTermsMax = 1024

const nothing = sumPart([])

/**
 * `analyzer`: what the words of the query go through in place of the analyzer of each field. Throws SEARCH_QUERY_INVALID for a
 * field that is not there, a bad expression.
 */
export function compile(query: Query, index: FulltextParts, meter: Meter, analyzer?: Analyzer): Part {
  const { fields } = index.config
  const read = analyzer === undefined ? fields : fields.map(({ name }) => ({ name, analyzer }))
  return new Compiler(index, meter).compile(resolve(query, read), 1)
}

class Compiler {
  constructor(
    private readonly index: FulltextParts,
    private readonly meter: Meter,
  ) {}

  /** `boost`: those around the lookup, multiplied. */
  compile(lookup: Lookup, boost: number): Part {
    switch (lookup.kind) {
      case 'term':
        return this.inFields(lookup, (field) => this.term(lookup.term, field, boost))
      case 'phrase':
        return this.inFields(lookup, (field) => this.phrase(lookup, field, boost))
      case 'match': {
        const { matcher } = lookup
        if (matcher instanceof FuzzyMatcher) return this.fuzzy(matcher, lookup, boost)
        const terms = this.accepted(matcher).map((term) => this.index.terms.find(term))
        return this.inFields(lookup, (field) => this.union(terms, field, this.constant(field, boost, lookup.query)))
      }
      case 'values':
        return sumPart(lookup.fields.map((field) => this.range(lookup, field, boost)))
      case 'boolean':
        return this.boolean(lookup, boost)
      case 'boost':
        return this.compile(lookup.lookup, boost * lookup.by)
      case 'all':
        return this.all(lookup, boost)
    }
  }

  private inFields({ fields }: InFields, compile: (field: number) => Part): Part {
    return sumPart(fields.map((name) => compile(this.fieldOf(name))))
  }

  private fieldOf(name: string): number {
    return this.index.config.fields.findIndex((field) => field.name === name)
  }

  private boolean({ must, should, not }: BooleanLookup, boost: number): Part {
    const compileAll = (lookups: readonly Lookup[]) => lookups.map((lookup) => this.compile(lookup, boost))
    const [musts, shoulds, nots] = [compileAll(must), compileAll(should), compileAll(not)]
    const isSum = musts.length === 0
    const wanted = isSum ? [sumPart(shoulds)] : musts
    if (nots.length === 0 && wanted.length === 1 && (isSum || shoulds.length === 0)) return wanted[0]!
    return new BooleanPart({ musts: wanted, shoulds: isSum ? [] : shoulds, nots })
  }

  // ---- words ------------------------------------------------------------------------------------------------------

  private term(term: string, field: number, boost: number): Part {
    const { lists, documents, terms } = this.index
    const number = terms.find(term)
    const list = this.listOf(number, field)
    const inField = number === 0 ? 0 : lists.documents(list)
    if (inField === 0) return nothing
    const rank = this.idf(number)
    return new TermPart(this.cursor(list), documents.lengthsOf(field), this.formula(field, boost, rank), inField, {
      ...this.known(field, boost, rank),
      term,
      holders: holdersOf(this.index, number),
    })
  }

  private phrase({ terms, slop }: PhraseLookup, field: number, boost: number): Part {
    const { lists } = this.index
    const found = terms.map(({ term, position }) => {
      const number = this.index.terms.find(term)
      return { term, position, number, list: this.listOf(number, field) }
    })
    if (found.some(({ number, list }) => number === 0 || lists.documents(list) === 0)) return nothing
    const ranked = found.map(({ term, number }) => {
      return { term, holders: holdersOf(this.index, number), idf: this.idf(number) }
    })
    const rank = ranked.reduce((sum, { idf: each }) => sum + each, 0)
    const slots = found.map(({ term, position, list }) => ({
      term,
      position,
      documents: lists.documents(list),
      cursor: this.cursor(list),
    }))
    const known = { ...this.known(field, boost, rank), terms: ranked }
    return new PhrasePart(slots, slop, this.index.documents.lengthsOf(field), this.formula(field, boost, rank), known)
  }

  private fuzzy(matcher: FuzzyMatcher, lookup: InFields, boost: number): Part {
    const near = this.accepted(matcher)
      .map((term) => ({ term, edits: matcher.editsOf(term)! }))
      .sort((a, b) => a.edits - b.edits)
      .slice(0, fuzzyTermsMax)
    return sumPart(
      near.map(({ term, edits }) => this.inFields(lookup, (field) => this.term(term, field, boost / (1 + edits)))),
    )
  }

  private accepted(matcher: TermMatcher): string[] {
    return [...acceptedTerms(matcher, (bound) => this.index.terms.ceiling(bound))]
  }

  // ---- without ranks ----------------------------------------------------------------------------------------------

  private union(terms: readonly number[], field: number, constant: Constant): Part {
    const lists = terms.map((term) => this.listOf(term, field))
    return new UnionPart(this.index.lists, lists, this.meter, constant)
  }

  /** Values lie with the entities and not in the index, so a range costs a look at each document that nothing else leaves out. */
  private range({ query }: ValueLookup, name: string, boost: number): Part {
    const valuesAt = this.index.valuesAt(name)
    const test = (id: number) => valuesAt(id).some((value) => isWithin(value, query))
    const field = this.fieldOf(name)
    const constant =
      field === -1 ? { value: boost, field: name, boost, weight: 1, query } : this.constant(field, boost, query)
    return new TestedPart(this.documents(boost), test, constant)
  }

  private all(lookup: InFields, boost: number): Part {
    const { documents, config } = this.index
    if (lookup.fields.length === config.fields.length) return this.documents(boost)
    return this.inFields(lookup, (field) => {
      const place = { stride: config.fields.length, offset: field }
      const { table } = documents.lengths
      return new PresentPart(table, place, documents.documentsOf(field), this.constant(field, boost, all))
    })
  }

  private documents(boost: number): PresentPart {
    const { records, size } = this.index.documents
    const constant = { value: boost, field: '*', boost, weight: 1, query: all }
    return new PresentPart(records.table, { stride: 1 << documentWordsShift, offset: 1 }, size, constant)
  }

  private constant(field: number, boost: number, query: Query): Constant {
    const { name, weight } = this.index.config.fields[field]!
    return { value: boost * weight, field: name, boost, weight, query }
  }

  // ---- numbers ----------------------------------------------------------------------------------------------------

  private listOf(term: number, field: number): number {
    return term * this.index.config.fields.length + field
  }

  private cursor(list: number): PostingCursor {
    return new PostingCursor(this.index.lists, list, this.meter)
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
    return { field: name, boost, weight, idf: rank, documents: this.index.documents.size, averageLength, k1, b }
  }
}

interface InFields {
  readonly fields: readonly string[]
}
