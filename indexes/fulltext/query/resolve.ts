/**
 * A query with its words as terms of fields: what an index looks up, and what a highlighter marks.
 *
 *   title:Graphs AND "the commit logs"        over title (english) and body (english)
 *
 *   boolean
 *   └─ must   term 'graph' in title
 *             phrase commit at 0, log at 1, in title or body
 *
 * Every field has an analyzer. Fields that share one are looked up together; where analyzers differ, a word becomes
 * alternatives. Words that an analyzer leaves out are left out of the query too: `+the graph` asks for graph. A range of
 * numbers or dates asks for no words, and so may be about a property that is no field.
 */
import { compareWith } from '../../../src/core/compare-scalars.js'
import { DatabaseError } from '../../../src/core/errors.js'
import { quoted, valueInWords } from '../../../src/core/value-in-words.js'
import type { Analyzer, Token } from '../analysis/analyzer.js'
import type { PlacedTerm } from '../analysis/synonyms.js'
import { FuzzyMatcher } from '../automata/levenshtein.js'
import type { TermMatcher } from '../automata/matcher.js'
import { prefixMatcher, rangeMatcher, regexpMatcher, wildcardMatcher } from '../automata/patterns.js'
import type { Query, RangeEnd, RangeQuery } from './ast.js'

export interface SearchField {
  readonly name: string
  readonly analyzer: Analyzer
}

export type Lookup =
  | TermLookup
  | PhraseLookup
  | MatchLookup
  | ValueLookup
  | { readonly kind: 'all'; readonly fields: readonly string[] }
  | { readonly kind: 'boost'; readonly lookup: Lookup; readonly by: number }
  | BooleanLookup

/** In any of the fields. */
export interface TermLookup {
  readonly kind: 'term'
  readonly fields: readonly string[]
  readonly term: string
}

/** All terms in one of the fields. Terms of one position, as the grams of a word, are wanted at one place. */
export interface PhraseLookup {
  readonly kind: 'phrase'
  readonly fields: readonly string[]
  readonly terms: readonly PlacedTerm[]
  readonly slop: number
}

/** Any term that the matcher accepts; a `FuzzyMatcher` tells how far it is off. */
export interface MatchLookup {
  readonly kind: 'match'
  readonly fields: readonly string[]
  /** What the matcher stands for. */
  readonly query: Query
  readonly matcher: TermMatcher
}

/** What has a value in the range at any of the fields, which need not be the index's; without ends any value at all. */
export interface ValueLookup {
  readonly kind: 'values'
  readonly fields: readonly string[]
  readonly query: RangeQuery
}

/** As in the query: every one of `must`, none of `not`, and one of `should` where there is no `must`. */
export interface BooleanLookup {
  readonly kind: 'boolean'
  readonly must: readonly Lookup[]
  readonly should: readonly Lookup[]
  readonly not: readonly Lookup[]
}

/** A phrase whose words have many synonyms is as many phrases as there are ways to choose. */
const phrasesMax = 64

/** Throws SEARCH_QUERY_INVALID for words in a field that is none of `fields`. */
export function resolve(query: Query, fields: readonly SearchField[]): Lookup {
  return resolved(query, fields, fields) ?? { kind: 'boolean', must: [], should: [], not: [] }
}

/** What a part of a query is about: fields, or a property that is none, which has values and no words. */
type Within = readonly SearchField[] | string

/** Undefined where no word is left. `fields` are all that there are. */
function resolved(query: Query, within: Within, fields: readonly SearchField[]): Lookup | undefined {
  switch (query.kind) {
    case 'field':
      return resolved(query.query, fieldNamed(query.field, fields) ?? query.field, fields)
    case 'boost': {
      const lookup = resolved(query.query, within, fields)
      return lookup === undefined ? undefined : { kind: 'boost', lookup, by: query.by }
    }
    case 'boolean':
      return resolvedBoolean(query, (part) => resolved(part, within, fields))
    case 'all':
      return typeof within === 'string'
        ? valuesIn({ kind: 'range' }, [within])
        : { kind: 'all', fields: within.map(({ name }) => name) }
    default:
      if (typeof within === 'string') return ofProperty(query, within, fields)
      return anyOf(byAnalyzer(within).map(([analyzer, names]) => ofWords(query, analyzer, names)))
  }
}

function resolvedBoolean(
  query: Query & { kind: 'boolean' },
  resolvePart: (query: Query) => Lookup | undefined,
): Lookup | undefined {
  const parts = (queries: readonly Query[]) => queries.map(resolvePart).filter((lookup) => lookup !== undefined)
  const [must, should, not] = [parts(query.must), parts(query.should), parts(query.not)]
  const asked = query.must.length + query.should.length + query.not.length
  const isEmpty = must.length + should.length + not.length === 0
  return isEmpty && asked > 0 ? undefined : { kind: 'boolean', must, should, not }
}

function fieldNamed(name: string, fields: readonly SearchField[]): readonly SearchField[] | undefined {
  const found = fields.find((field) => field.name === name)
  return found && [found]
}

/** Throws for all but a range of values. */
function ofProperty(query: WordsQuery, property: string, fields: readonly SearchField[]): Lookup {
  if (query.kind === 'range') {
    mustBeOfOneKind(query)
    if (isOfValues(query)) return valuesIn(query, [property])
  }
  const names = fields.map(({ name }) => name).join(', ')
  const looksLikeValue = query.kind === 'term' && /^-?\d/.test(query.text)
  const wayOut = looksLikeValue
    ? `a range finds numbers and dates of any property, as ${property}:[${query.text} TO ${query.text}]`
    : 'write \\ before a colon that is meant as text'
  throw new DatabaseError(
    'SEARCH_QUERY_INVALID',
    `the index has no field ${quoted(property)}; it has ${names}; ${wayOut}`,
    { field: property },
  )
}

function byAnalyzer(fields: readonly SearchField[]): [Analyzer, string[]][] {
  const names = new Map<Analyzer, string[]>()
  for (const { name, analyzer } of fields) names.set(analyzer, [...(names.get(analyzer) ?? []), name])
  return [...names]
}

/** Undefined where there is none. */
function anyOf(lookups: readonly (Lookup | undefined)[]): Lookup | undefined {
  const some = lookups.filter((lookup) => lookup !== undefined)
  return some.length < 2 ? some[0] : { kind: 'boolean', must: [], should: some, not: [] }
}

type WordsQuery = Exclude<Query, { kind: 'field' | 'boost' | 'boolean' | 'all' }>

function ofWords(query: WordsQuery, analyzer: Analyzer, fields: readonly string[]): Lookup | undefined {
  const match = (matcher: TermMatcher): Lookup => ({ kind: 'match', fields, query, matcher })
  switch (query.kind) {
    case 'term':
      return anyOf(unseparated(wordingsOf(analyzer, query.text)).flatMap((run) => ofPhrases(run, 0, fields)))
    case 'phrase':
      return anyOf(ofPhrases(wordingsOf(analyzer, query.text), query.slop, fields))
    case 'prefix':
      return match(prefixMatcher(analyzer.normalize(query.text)))
    case 'wildcard':
      return match(
        wildcardMatcher(
          query.parts.map((part) => (part.kind === 'text' ? { ...part, text: analyzer.normalize(part.text) } : part)),
        ),
      )
    case 'fuzzy':
      return match(new FuzzyMatcher(soleTerm(analyzer, query.text), query.distance))
    case 'regexp':
      return match(regexpMatcher(normalizedPattern(analyzer, query.pattern)))
    case 'range':
      return ofRange(query, analyzer, fields)
  }
}

function ofPhrases(wordings: readonly Wording[], slop: number, fields: readonly string[]): (Lookup | undefined)[] {
  return phrasesOf(wordings).map((terms) => {
    if (terms.length === 0) return undefined
    return terms.length === 1 ? { kind: 'term', fields, term: terms[0]!.term } : { kind: 'phrase', fields, terms, slop }
  })
}

/** The terms in the dictionary are stems, to which a stem is nearer than the word. */
function soleTerm(analyzer: Analyzer, text: string): string {
  const tokens = analyzer.analyze(text)
  return tokens.length === 1 ? tokens[0]!.term : analyzer.normalize(text)
}

/** Names of classes, as \p{Lu}, and escapes stay as they are. */
function normalizedPattern(analyzer: Analyzer, pattern: string): string {
  return pattern.replaceAll(/(\\[pP]\{[^}]*\}|\\.)|[^\\]+/gsu, (found, kept) => kept ?? analyzer.normalize(found))
}

function ofRange(range: RangeQuery, analyzer: Analyzer, fields: readonly string[]): Lookup {
  const { from, to } = range
  mustBeOfOneKind(range)
  if (isOfValues(range)) return valuesIn(range, fields)
  const normalized = (end: RangeEnd | undefined) => end && { ...end, value: analyzer.normalize(String(end.value)) }
  return { kind: 'match', fields, query: range, matcher: rangeMatcher(normalized(from), normalized(to)) }
}

function valuesIn(query: RangeQuery, fields: readonly string[]): Lookup {
  return { kind: 'values', fields, query }
}

/** Between a number and a date there is nothing. */
function mustBeOfOneKind({ from, to }: RangeQuery): void {
  if (from === undefined || to === undefined) return
  const [low, high] = [from.value, to.value]
  const hasOrder = typeof low === 'string' ? typeof high === 'string' : compareWith(low, high) !== null
  if (hasOrder) return
  throw new DatabaseError(
    'SEARCH_QUERY_INVALID',
    `the ends of a range are ${valueInWords(low)} and ${valueInWords(high)}, which have no order; give two of a kind, in quotes for text`,
    { value: high },
  )
}

function isOfValues({ from, to }: RangeQuery): boolean {
  return !isText(from) && !isText(to)
}

function isText(end: RangeEnd | undefined): boolean {
  return typeof end?.value === 'string'
}

// ---- phrases and synonyms -------------------------------------------------------------------------------------------

/** A word of the text, or several that have synonyms together, as the phrases that may stand there. */
interface Wording {
  /** Where it lies in the text of the query, as in a token. */
  readonly start: number
  readonly end: number
  readonly position: number
  /** How many positions it takes in the text of the query. */
  readonly width: number
  readonly phrases: readonly (readonly PlacedTerm[])[]
}

function wordingsOf(analyzer: Analyzer, text: string): Wording[] {
  const tokens = analyzer.analyze(text)
  const wordings: Wording[] = []
  for (let at = 0; at < tokens.length; ) {
    const { position, start } = tokens[at]!
    const synonym = analyzer.synonyms.findAt(tokens, at)
    const length = synonym?.length ?? tokensAt(tokens, at)
    const own = tokens
      .slice(at, at + length)
      .map((token) => ({ term: token.term, position: token.position - position }))
    const width = own.at(-1)!.position + 1
    const end = tokens[at + length - 1]!.end
    wordings.push({ start, end, position, width, phrases: synonym?.phrases ?? [distinct(own)] })
    at += length
  }
  return wordings
}

/** Words with nothing between them, as those of scripts without spaces, were written as one and are looked for as one. */
function unseparated(wordings: readonly Wording[]): Wording[][] {
  const runs: Wording[][] = []
  for (const wording of wordings) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1)!.end === wording.start) run.push(wording)
    else runs.push([wording])
  }
  return runs
}

/** The grams of a word share its position. */
function tokensAt(tokens: readonly Token[], at: number): number {
  let end = at + 1
  while (end < tokens.length && tokens[end]!.position === tokens[at]!.position) end++
  return end - at
}

function distinct(terms: readonly PlacedTerm[]): PlacedTerm[] {
  return terms.filter(({ term }, i) => terms.findIndex((other) => other.term === term) === i)
}

/** Every way to choose one phrase for each wording; what stands behind a longer or shorter one moves. */
function phrasesOf(wordings: readonly Wording[]): PlacedTerm[][] {
  const count = wordings.reduce((product, { phrases }) => product * phrases.length, 1)
  if (count > phrasesMax)
    throw new DatabaseError(
      'LIMIT_EXCEEDED',
      `the synonyms of a phrase make ${count} phrases of it, and ${phrasesMax} are the most; search for its words without quotes`,
      { limit: phrasesMax },
    )
  let ways: { terms: PlacedTerm[]; shift: number }[] = [{ terms: [], shift: -(wordings[0]?.position ?? 0) }]
  for (const { position, width, phrases } of wordings)
    ways = ways.flatMap(({ terms, shift }) =>
      phrases.map((phrase) => ({
        terms: [...terms, ...phrase.map((placed) => ({ ...placed, position: placed.position + position + shift }))],
        shift: shift + (phrase.at(-1)?.position ?? 0) + 1 - width,
      })),
    )
  return ways.map(({ terms }) => terms)
}
