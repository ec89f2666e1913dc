/**
 * Full text; what `db.search` gives. Every call is one statement, so that hits, facets and counts are of one moment.
 *
 *   const { hits } = await db.search('docs', 'commit log', { limit: 5, highlight: true })
 *   for (const { node, score, highlight } of hits) ...
 *   await db.search.suggest('docs', 'commit lo')             // [{ suggestion: 'commit log', documents: 3 }]
 *
 * Options have the names that they have in Cypher: docs/search.md.
 */
import type { Temporal } from '../core/temporal/temporal.js'
import type { QueryRunner } from './draft.js'
import { ownStatement } from './own-statement.js'
import type { Limits, Node, Parameters, Relationship, Summary } from './result.js'

// ---- what is asked --------------------------------------------------------------------------------------------------

/** Lucene's syntax, or with `parser: 'simple'` the words of a search box; or a map, which needs no escapes. */
export type SearchQuery = string | SearchMap | readonly SearchQuery[]

export type SearchMap = SearchForm & { readonly field?: string; readonly boost?: number }

type SearchForm =
  | { readonly must?: SearchQuery; readonly should?: SearchQuery; readonly not?: SearchQuery }
  | { readonly term: string }
  | { readonly phrase: string; readonly slop?: number }
  | { readonly prefix: string }
  | { readonly wildcard: string }
  | { readonly fuzzy: string; readonly distance?: 1 | 2 }
  | { readonly regexp: string }
  | { readonly range: { readonly [end in 'gt' | 'gte' | 'lt' | 'lte']?: string | number | bigint | Date | Temporal } }
  | { readonly all: true }

/** How a query is read. */
export interface ReadingOptions {
  readonly parser?: 'lucene' | 'simple'
  /** The only fields that are looked in. */
  readonly fields?: readonly string[]
  readonly allowLeadingWildcard?: boolean
}

export interface PageOptions {
  readonly skip?: number
  /** 10, unless told otherwise. */
  readonly limit?: number
  /** Hits that score less are none. */
  readonly minScore?: number
}

/** Which entities are hits. */
export type HitOptions = ReadingOptions & Pick<PageOptions, 'minScore'>

export interface HighlightOptions {
  /** The one field whose pieces are wanted. */
  readonly property?: string
  /** Pieces of a text at most, 3 unless told otherwise; 0 for the whole text. */
  readonly fragments?: number
  /** Of a piece, in UTF-16 units; 150 unless told otherwise. */
  readonly size?: number
  readonly pre?: string
  readonly post?: string
  readonly ellipsis?: string
}

export interface SearchOptions extends ReadingOptions, PageOptions {
  /** Why each hit scores what it does. */
  readonly explain?: boolean
  /** Pieces of the texts of each hit with what was found marked. */
  readonly highlight?: boolean | HighlightOptions
  /** Properties whose values are counted over all hits. */
  readonly facets?: readonly string[]
  /** How many hits there are in all, those beyond the limit too. */
  readonly total?: boolean
}

export interface SpellOptions extends WordOptions {
  /** Edits at most; by the length of each word, unless told otherwise. */
  readonly distance?: 1 | 2
}

export interface WordOptions {
  /** 10, of `spell` 5 for each word. */
  readonly limit?: number
  readonly fields?: readonly string[]
}

export interface SimilarOptions extends PageOptions {
  /** Why each hit scores what it does. */
  readonly explain?: boolean
}

/** What words and a vector find as one; a leg may be left out. */
export interface HybridSearch {
  readonly text?: ReadingOptions & { readonly index: string; readonly query: SearchQuery; readonly minScore?: number }
  readonly vector?: {
    readonly index: string
    readonly vector: readonly number[]
    readonly minScore?: number
    readonly exact?: boolean
  }
  /** By ranks, as usual, or by scores. */
  readonly fuse?: 'rrf' | 'linear'
  /** Of 'rrf', 60 unless told otherwise: the more, the less the first places count. */
  readonly constant?: number
  /** Hits of each leg that are fused, 200 unless told otherwise. */
  readonly window?: number
  readonly weights?: { readonly text?: number; readonly vector?: number }
  /** 10, unless told otherwise. */
  readonly limit?: number
  /** Why each hit scores what it does: rank and score of every leg. */
  readonly explain?: boolean
}

// ---- what is answered -----------------------------------------------------------------------------------------------

export interface SearchResult {
  /** Best first. */
  readonly hits: readonly Hit[]
  /** Of each index: whether what it found is complete, and what that took. */
  readonly search: Summary['search']
  /** Of each property the commonest value first. */
  readonly facets?: readonly Facet[]
  readonly total?: number
}

export interface Hit {
  /** null where the index is about relationships. */
  readonly node: Node | null
  readonly relationship: Relationship | null
  readonly score: number
  readonly explain?: Explanation
  readonly highlight?: readonly string[]
}

/** Numbers of a score, or parts that give it when they are added: docs/search.md. */
export interface Explanation {
  readonly kind: string
  readonly value: number
  readonly parts?: readonly Explanation[]
  readonly [number: string]: unknown
}

export interface Facet {
  readonly property: string
  readonly value: unknown
  readonly count: number
}

export interface Suggestion {
  readonly suggestion: string
  /** Entities that hold all of its words. */
  readonly documents: number
}

export interface Spelling {
  /** The text with the best suggestion for each word. */
  readonly corrected: string
  readonly corrections: readonly Correction[]
}

export interface Correction {
  readonly word: string
  readonly suggestion: string
  /** In edits. */
  readonly distance: number
  readonly documents: number
}

// ---- statements -----------------------------------------------------------------------------------------------------

const limitUsual = 10
const highlightPart = ', highlight: search.highlight(coalesce(node, relationship), $index, $query, $highlight)'

export interface Statement {
  readonly text: string
  readonly parameters: Parameters
}

/** One map with `hits`, and with `facets` and `total` where they are asked for. */
export function searchStatement(index: string, query: SearchQuery, options: SearchOptions): Statement {
  const { skip, limit = limitUsual, minScore, explain = false, highlight = false, facets, total = false } = options
  const reading = readingOf(options)
  const all = { ...reading, ...given({ minScore }) }
  const parts = [
    `hits: COLLECT { CALL search.query($index, $query, $page) YIELD node, relationship, score, explain
      RETURN {node: node, relationship: relationship, score: score${explain ? ', explain: explain' : ''}${highlight === false ? '' : highlightPart}} }`,
    ...(facets === undefined
      ? []
      : [
          `facets: COLLECT { CALL search.facets($index, $query, $facets, $all) YIELD property, value, count
      RETURN {property: property, value: value, count: count} }`,
        ]),
    ...(total ? ['total: search.count($index, $query, $all)'] : []),
  ]
  return {
    text: `RETURN {${parts.join(',\n  ')}} AS answer`,
    parameters: {
      index,
      query,
      page: { ...all, ...given({ skip, limit }) },
      ...(highlight === false ? {} : { highlight: { ...reading, ...(highlight === true ? {} : given(highlight)) } }),
      ...(facets === undefined ? {} : { facets }),
      ...(facets === undefined && !total ? {} : { all }),
    },
  }
}

const hitForm = '{node: node, relationship: relationship, score: score}'
const explainedForm = '{node: node, relationship: relationship, score: score, explain: explain}'

/** One map with `suggestions`. */
export const suggestText = `RETURN {suggestions: COLLECT {
  CALL search.suggest($index, $text, $options) YIELD suggestion, documents
  RETURN {suggestion: suggestion, documents: documents} }} AS answer`

const spellText = `CALL search.spell($index, $text, $options) YIELD word, suggestion, distance, documents, corrected
  RETURN {word: word, suggestion: suggestion, distance: distance, documents: documents}, corrected`

const facetsText = `CALL search.facets($index, $query, $properties, $options) YIELD property, value, count
  RETURN {property: property, value: value, count: count}`

const countText = 'RETURN search.count($index, $query, $options)'

/** How a statement finds what `similar` is asked about, as n. */
function findingOf(target: Target): Statement {
  if (typeof target === 'string') return { text: 'MATCH (n {_key: $key})', parameters: { key: target } }
  const { elementId: id } = target
  return { text: `MATCH ${'type' in target ? '()-[n]->()' : '(n)'} WHERE elementId(n) = $id`, parameters: { id } }
}

function similarStatement(target: Target, form: string): Statement {
  const { text, parameters } = findingOf(target)
  return {
    text: `${text} CALL search.similar($index, n, $options) YIELD node, relationship, score, explain RETURN ${form}`,
    parameters,
  }
}

export function readingOf({ parser, fields, allowLeadingWildcard }: ReadingOptions): Parameters {
  return given({ parser, fields, allowLeadingWildcard })
}

/** Without what is left out. */
export function given(options: object): Parameters {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

// ---- what `db.search` is --------------------------------------------------------------------------------------------

/** What a document is found by: the key of a node, or a node or relationship of an answer. */
export type Target = string | Node | Relationship

/** A function with others as its members. */
export interface Search {
  /**
   * The best hits: `db.search('docs', 'graph')` becomes `CALL search.query($index, $query, $page)`.
   * Throws INDEX_MISSING, SEARCH_QUERY_INVALID.
   */
  (index: string, query: SearchQuery, options?: SearchOptions, limits?: Limits): Promise<SearchResult>

  /**
   * What the last word of a text may become: `db.search.suggest('docs', 'gra')` becomes `CALL search.suggest($index, $text, $options)`.
   */
  suggest(index: string, text: string, options?: WordOptions, limits?: Limits): Promise<Suggestion[]>

  /** Words that the index lacks: `db.search.spell('docs', 'grahp')` becomes `CALL search.spell($index, $text, $options)`. */
  spell(index: string, text: string, options?: SpellOptions, limits?: Limits): Promise<Spelling>

  /**
   * What shares the rarest words of a document, without itself.
   * `db.search.similar('docs', 'ann')` becomes `MATCH (n {_key: $key}) CALL search.similar($index, n, $options)`.
   * A node without a key and a relationship are sought among all.
   */
  similar(index: string, target: Target, options?: SimilarOptions, limits?: Limits): Promise<Hit[]>

  /**
   * What words and a vector find together.
   * `db.search.hybrid({ text: { index: 'docs', query: 'graph' } })` becomes `CALL search.hybrid($search) YIELD`.
   */
  hybrid(search: HybridSearch, limits?: Limits): Promise<SearchResult>

  /**
   * How many hits have each value.
   * `db.search.facets('docs', 'graph', ['year'])` becomes `CALL search.facets($index, $query, $properties, $options)`.
   */
  facets(
    index: string,
    query: SearchQuery,
    properties: readonly string[],
    options?: HitOptions,
    limits?: Limits,
  ): Promise<Facet[]>

  /** How many hits there are: `db.search.count('docs', 'graph')` becomes `RETURN search.count($index, $query, $options)`. */
  count(index: string, query: SearchQuery, options?: HitOptions, limits?: Limits): Promise<number>
}

export function searchOf(runner: Pick<QueryRunner, 'query'>): Search {
  const ask = (text: string, parameters: Parameters, limits?: Limits) => ownStatement(runner, text, parameters, limits)
  /** The first column. */
  const list = async <Item>(text: string, parameters: Parameters, limits?: Limits) =>
    (await ask(text, parameters, limits)).rows.map(([item]) => item as Item)
  const search = async (index: string, query: SearchQuery, options: SearchOptions = {}, limits?: Limits) => {
    const { text, parameters } = searchStatement(index, query, options)
    const { rows, summary } = await ask(text, parameters, limits)
    return { ...(rows[0]![0] as Omit<SearchResult, 'search'>), search: summary.search }
  }
  const verbs: { [Verb in keyof Search]: Search[Verb] } = {
    suggest: async (index, text, options = {}, limits) => {
      const parameters = { index, text, options: given(options) }
      return (await list<{ suggestions: Suggestion[] }>(suggestText, parameters, limits))[0]!.suggestions
    },
    spell: async (index, text, options = {}, limits) => {
      const { rows } = await ask(spellText, { index, text, options: given(options) }, limits)
      // Where nothing is to be corrected there is no row.
      const corrected = (rows[0]?.[1] as string | undefined) ?? text
      return { corrected, corrections: rows.map(([correction]) => correction as Correction) }
    },
    similar: (index, target, { limit = limitUsual, explain = false, ...page } = {}, limits) => {
      const { text, parameters } = similarStatement(target, explain ? explainedForm : hitForm)
      return list<Hit>(text, { ...parameters, index, options: given({ limit, ...page }) }, limits)
    },
    hybrid: async ({ explain = false, ...search }, limits) => {
      const { rows, summary } = await ask(
        `CALL search.hybrid($search) YIELD node, relationship, score, explain RETURN ${explain ? explainedForm : hitForm}`,
        { search: given(search) },
        limits,
      )
      return { hits: rows.map(([hit]) => hit as Hit), search: summary.search }
    },
    facets: (index, query, properties, options = {}, limits) =>
      list<Facet>(facetsText, { index, query, properties, options: given(options) }, limits),
    count: async (index, query, options = {}, limits) =>
      (await list<number>(countText, { index, query, options: given(options) }, limits))[0]!,
  }
  return Object.assign(search, verbs)
}
