/** What a query asks of full-text and vector indexes, in its functions (query/functions/search.ts) and procedures. */
import { analyzerOf } from '../../../indexes/fulltext/analysis/named.js'
import { highlight } from '../../../indexes/fulltext/highlight.js'
import { boolean, field, type Query } from '../../../indexes/fulltext/query/ast.js'
import { type ParseOptions, parseQuery } from '../../../indexes/fulltext/query/parse.js'
import { resolve, type SearchField } from '../../../indexes/fulltext/query/resolve.js'
import type { EntityKind } from '../../../src/core/change.js'
import { DatabaseError } from '../../../src/core/errors.js'
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import { fieldName, numbersIn, textsAmong, valuesAt } from '../../../src/core/index-parts.js'
import { Float, NodeRef, type PropertyValue, RelationshipRef, type Value } from '../../../src/core/value.js'
import type {
  Answers,
  BestHits,
  Explanation,
  FieldTexts,
  IdScan,
  NearestOptions,
  TextIndexView,
  Transaction,
  VectorExplanation,
  VectorIndexView,
  WordsAsked,
} from '../../../src/transaction/transaction.js'
import { mustBeString, refuseArgument } from '../../functions/function.js'
import { mustBeNumbers } from '../../functions/vectors.js'
import type { SearchPredicate } from '../../plan/searches.js'
import { given, mustBeBoolean, mustBeCount, mustBeScore, mustBeText, mustBeTexts, readOptions } from './options.js'
import { mustBeStorable } from './storable.js'

// ---- queries --------------------------------------------------------------------------------------------------------

/** How a query is read. */
export interface ReadingOptions extends ParseOptions {
  /** The only fields that are looked in. */
  readonly fields?: readonly string[] | undefined
}

/** Readers of options that say how a query is read. */
export const readingOptions = { parser: mustBeText, allowLeadingWildcard: mustBeBoolean, fields: mustBeTexts }

/** Of what is about all hits, in no order. */
export const hitOptions = { ...readingOptions, minScore: mustBeScore }

/** Queries read lately, by how they are written: a filter reads the same one for each of its rows. */
const recent = new Map<string, Query>()
const recentMax = 64

/** A query from its text, or from a map or a list. Throws SEARCH_QUERY_INVALID, LIMIT_EXCEEDED. */
export function queryFrom(value: Value, options: ReadingOptions = {}): Query {
  if (typeof value !== 'string') return read(mustBeStorable(value, 'the search'), options)
  const key = JSON.stringify([options, value])
  const known = recent.get(key)
  if (known !== undefined) return known
  const query = read(value, options)
  recent.set(key, query)
  if (recent.size > recentMax) recent.delete(recent.keys().next().value!)
  return query
}

function read(value: PropertyValue, { fields, ...options }: ReadingOptions): Query {
  return within(parseQuery(value, options), fields)
}

/** The same query with each of its words looked for in some fields only; where it names a field, that one counts. */
export function within(query: Query, fields: readonly string[] | undefined): Query {
  if (fields === undefined) return query
  const inFields = (part: Query) => within(part, fields)
  switch (query.kind) {
    case 'field':
      return query
    case 'boost':
      return { ...query, query: inFields(query.query) }
    case 'boolean':
      return {
        ...query,
        must: query.must.map(inFields),
        should: query.should.map(inFields),
        not: query.not.map(inFields),
      }
    default:
      return boolean({ should: fields.map((name) => field(name, query)) })
  }
}

// ---- functions ------------------------------------------------------------------------------------------------------

/** Of `search.matches`, whose `limit` says among how many of the best hits an entity must be. */
const matchingOptions = { ...readingOptions, limit: mustBeCount }

/** Of `search.nearest`, whose `limit` says among how many of the nearest an entity must be. */
const nearestOptions = { limit: mustBeCount, exact: mustBeBoolean }

function nearestFrom(name: string, options: Value | undefined): NearestOptions {
  return given(readOptions(name, options, nearestOptions))
}

/** What is asked of an index. */
interface SearchValues {
  readonly index: Value
  readonly query: Value
  readonly options: Value
}

/** What can be told of a search before it runs; undefined for one that a run would refuse when it comes to it. */
export function countSearch(
  transaction: Transaction,
  { predicate, index, query, options }: SearchValues & { readonly predicate: SearchPredicate },
): { readonly hits: number; readonly documents: number } | undefined {
  if (index === null || query === null) return { hits: 0, documents: 0 }
  try {
    if (predicate === 'search.nearest') {
      const { size } = transaction.vectorIndex(mustBeString(predicate, index))
      return { hits: Math.min(nearestFrom(predicate, options).limit ?? size, size), documents: size }
    }
    const view = transaction.textIndex(mustBeString('search.matches', index))
    const { limit: _, ...reading } = readOptions('search.matches', options, matchingOptions)
    return { hits: view.hitsMax(queryFrom(query, reading)), documents: view.documents }
  } catch (error) {
    if (error instanceof DatabaseError) return undefined
    throw error
  }
}

/** The nodes, or the relationships, for which `search.matches` is true. */
export function scanTexts(
  transaction: Transaction,
  entity: EntityKind,
  index: Value,
  query: Value,
  options: Value = null,
): IdScan {
  const asked = textAsked(transaction, entity, { index, query, options })
  return asked === undefined ? { next: () => 0 } : asked.view.scan(asked.query, asked.limit)
}

/** The nodes best first, of which about `count` will be wanted. */
export function bestFirst(
  transaction: Transaction,
  count: number,
  index: Value,
  query: Value,
  options: Value = null,
): BestHits {
  const wanted = Math.ceil(count * batchMargin) + batchMin
  return ranked(transaction, { index, query, options })?.first(wanted) ?? noHits
}

/** The first batch is to be enough where the hits lead to rows a little less often than was expected. */
const batchMargin = 1.5
const batchMin = 8

const noHits: BestHits = { ids: new Uint32Array(0), scores: new Float64Array(0), least: 0, next: () => 0 }

/** The places of the rows whose nodes are the best `count` hits among them, or score the same as the last of these. */
export function bestRows(
  transaction: Transaction,
  nodes: readonly number[],
  count: number,
  index: Value,
  query: Value,
  options: Value = null,
): Uint32Array {
  const best = ranked(transaction, { index, query, options })?.among(nodes, count)
  if (best === undefined) return new Uint32Array(0)
  const places = new Uint32Array(nodes.length)
  let kept = 0
  for (let i = 0; i < nodes.length; i++) if (best.has(nodes[i]!)) places[kept++] = i
  return places.subarray(0, kept)
}

/** The places of the rows whose nodes are the nearest `count` among them, as `bestRows`, or have no vector in the index. */
export function nearestRows(
  transaction: Transaction,
  nodes: readonly number[],
  count: number,
  index: string,
  query: Value,
): Uint32Array {
  const view = transaction.vectorIndex(index)
  const vector = query === null ? undefined : numbersIn(query)
  const places = Uint32Array.from({ length: nodes.length }, (_, i) => i)
  // What the index cannot compare is refused, or is null, row by row.
  if (vector === undefined || !view.fits(vector)) return places
  const held = nodes.filter((node) => view.has(node))
  const best = view.bestAmong(vector, held, count)
  return places.filter((i) => best.has(nodes[i]!) || !view.has(nodes[i]!))
}

/** Hits of nodes by their scores: those that come first, and those among some nodes. */
interface Ranked {
  first(count: number): BestHits
  among(nodes: readonly number[], count: number): { has(id: number): boolean }
}

/** Of either kind of index, as `search.score` has them; undefined where the index or the query is null. */
function ranked(transaction: Transaction, { index, query, options }: SearchValues): Ranked | undefined {
  const name = 'search.score'
  if (index === null || query === null) return undefined
  const view = transaction.searchIndex(mustBeString(name, index))
  mustCover(view, 'node')
  if (view.kind === 'vector') {
    const vector = mustBeNumbers(name, query)
    const { exact } = nearestFrom(name, options)
    return {
      first: (count) => view.bestFirst(vector, count, exact),
      among: (nodes, count) => view.bestAmong(vector, nodes, count, exact),
    }
  }
  const { limit: _, ...reading } = readOptions(name, options, matchingOptions)
  const words = queryFrom(query, reading)
  return {
    first: (count) => view.bestFirst(words, count),
    among: (nodes, count) => view.bestAmong(words, nodes, count),
  }
}

/** A search of an index of nodes, to be intersected with other sets; null where what is asked is. */
export function nodesSearched(transaction: Transaction, index: Value, query: Value, options: Value = null) {
  return textAsked(transaction, 'node', { index, query, options }) ?? null
}

/** What `search.matches` asks of an index; undefined where that is null. */
function textAsked(transaction: Transaction, entity: EntityKind, { index, query, options }: SearchValues) {
  if (index === null || query === null) return undefined
  const view = transaction.textIndex(mustBeString('search.matches', index))
  mustCover(view, entity)
  const { limit, ...reading } = readOptions('search.matches', options, matchingOptions)
  return { view, query: queryFrom(query, reading), limit }
}

/** As `scanTexts`, for `search.nearest`. */
export function scanNearest(
  transaction: Transaction,
  entity: EntityKind,
  index: Value,
  vector: Value,
  options: Value = null,
): IdScan {
  if (index === null || vector === null) return { next: () => 0 }
  const view = transaction.vectorIndex(mustBeString('search.nearest', index))
  mustCover(view, entity)
  return view.scan(mustBeNumbers('search.nearest', vector), nearestFrom('search.nearest', options))
}

export const searchFunctions = {
  matches: (tx: Transaction, entity: Value, index: Value, query: Value, options?: Value): Value =>
    asked(tx, 'search.matches', { entity, index, query, options }, (question, id) => question.matches(id)),
  nearest: (tx: Transaction, entity: Value, index: Value, query: Value, options?: Value): Value =>
    asked(tx, 'search.nearest', { entity, index, query, options }, (question, id) => question.nearest(id)),
  score: (tx: Transaction, entity: Value, index: Value, query: Value, options?: Value): Value =>
    asked(tx, 'search.score', { entity, index, query, options }, (question, id) => question.score(id)),
  explain: (tx: Transaction, entity: Value, index: Value, query: Value, options: Value = null): Value => {
    if (entity === null || index === null || query === null) return null
    const name = 'search.explain'
    const view = tx.searchIndex(mustBeString(name, index))
    mustCover(view, kindOf(name, entity))
    const { id } = entity as NodeRef | RelationshipRef
    if (view.kind === 'vector') return explained(view.explain(mustBeNumbers(name, query), id))
    const { limit: _, ...reading } = readOptions(name, options, matchingOptions)
    return explained(view.explain(queryFrom(query, reading), id))
  },
  highlight: (tx: Transaction, entity: Value, index: Value, query: Value, options: Value = null): Value => {
    if (entity === null || index === null || query === null) return null
    const view = viewOf(tx, 'search.highlight', { entity, index })
    return highlighted(tx, view, (entity as NodeRef).id, { query, options })
  },
  count: (tx: Transaction, index: Value, query: Value, options?: Value): Value => {
    if (index === null || query === null) return null
    const view = tx.textIndex(mustBeString('search.count', index))
    const { minScore, ...reading } = readOptions('search.count', options, hitOptions)
    const asked = queryFrom(query, reading)
    return minScore === undefined ? view.count(asked) : view.search(asked, { minScore }).ids.length
  },
}

function floatOrNull(score: number | undefined): Value {
  return score === undefined ? null : new Float(score)
}

/**
 * What one search answers about the rows of a pipeline. What is asked is read when the first row comes, so that nothing is
 * refused where none does.
 */
export class SearchQuestion {
  private known: Answers | null | undefined

  constructor(
    private readonly transaction: Transaction,
    private readonly entity: EntityKind,
    private readonly index: Value,
    private readonly query: Value,
    private readonly options: Value = null,
  ) {}

  matches(id: number): boolean | null {
    const asked = this.asked('search.matches')
    return asked === null ? null : asked.has(id)
  }

  nearest(id: number): boolean | null {
    const asked = this.asked('search.nearest')
    return asked === null ? null : asked.has(id)
  }

  score(id: number): Value {
    const asked = this.asked('search.score')
    return asked === null ? null : floatOrNull(asked.score(id))
  }

  /** null where the index or the query is. A question is asked by one of the names. */
  private asked(name: string): Answers | null {
    return this.known === undefined ? (this.known = this.begin(name)) : this.known
  }

  private begin(name: string): Answers | null {
    const { transaction, entity, index, query, options } = this
    if (index === null || query === null) return null
    const view = openIndex(transaction, name, mustBeString(name, index))
    mustCover(view, entity)
    if (view.kind === 'vector') {
      return view.asked(mustBeNumbers(name, query), nearestFrom(name, options))
    }
    const { limit, ...reading } = readOptions(name, options, matchingOptions)
    return view.asked(queryFrom(query, reading), limit)
  }
}

/** The index that a function of this name asks: scores are those of either kind. Throws INDEX_MISSING. */
function openIndex(transaction: Transaction, name: string, index: string): TextIndexView | VectorIndexView {
  if (name === 'search.matches') return transaction.textIndex(index)
  return name === 'search.nearest' ? transaction.vectorIndex(index) : transaction.searchIndex(index)
}

interface Question {
  readonly entity: Value
  readonly index: Value
  readonly query: Value
  readonly options: Value | undefined
}

function asked(
  transaction: Transaction,
  name: string,
  { entity, index, query, options }: Question,
  answer: (question: SearchQuestion, id: number) => Value,
): Value {
  if (entity === null) return null
  const question = new SearchQuestion(transaction, kindOf(name, entity), index, query, options)
  return answer(question, (entity as NodeRef | RelationshipRef).id)
}

/** Throws TYPE_MISMATCH for what is no entity. */
function kindOf(name: string, entity: Value): EntityKind {
  if (entity instanceof NodeRef) return 'node'
  if (entity instanceof RelationshipRef) return 'relationship'
  return refuseArgument(name, 'a NODE or RELATIONSHIP', entity)
}

/** The index that is asked about an entity. Throws TYPE_MISMATCH, INDEX_MISSING. */
export function viewOf(
  transaction: Transaction,
  name: string,
  { entity, index }: { readonly entity: Value; readonly index: Value },
): TextIndexView {
  const kind = kindOf(name, entity)
  const view = transaction.textIndex(mustBeString(name, index))
  mustCover(view, kind)
  return view
}

/** Throws TYPE_MISMATCH where an index of nodes is asked about relationships, or the other way round. */
export function mustCover({ definition: { name, entity } }: TextIndexView | VectorIndexView, asked: EntityKind): void {
  if (entity === asked) return
  throw new DatabaseError(
    'TYPE_MISMATCH',
    `the index '${name}' is about ${entity}s, and this asks for ${asked}s; SHOW INDEXES tells what each covers`,
    { name },
  )
}

// ---- texts ----------------------------------------------------------------------------------------------------------

/** The fields of an index, each with the texts that an entity has there. */
export function textsOf(transaction: Transaction, view: TextIndexView, id: number): readonly FieldTexts[] {
  const { entity, parts } = view.definition
  return fieldsOf(transaction, view).map((field, i) => {
    const { property, path } = parts[i]!
    const value = transaction.propertyOf(entity, id as NodeId | RelationshipId, property)
    return { ...field, texts: textsAmong(valuesAt(value, path)) }
  })
}

function fieldsOf({ catalog }: Transaction, { definition }: TextIndexView): readonly SearchField[] {
  return definition.parts.map(({ property, path, analyzer }) => ({
    name: fieldName(catalog.propertyName(property), path),
    analyzer: analyzerOf(analyzer),
  }))
}

const highlightOptions = {
  ...readingOptions,
  property: mustBeText,
  fragments: mustBeCount,
  size: mustBeCount,
  pre: mustBeText,
  post: mustBeText,
  ellipsis: mustBeText,
}

/** The pieces of all fields, or of one, in the order of the index. */
function highlighted(
  transaction: Transaction,
  view: TextIndexView,
  id: number,
  { query, options }: { readonly query: Value; readonly options: Value },
): Value {
  const read = readOptions('search.highlight', options, highlightOptions)
  const { parser, fields: searched, allowLeadingWildcard, property, ...form } = read
  const fields = textsOf(transaction, view, id)
  const lookup = resolve(queryFrom(query, { parser, fields: searched, allowLeadingWildcard }), fields)
  if (property !== undefined)
    mustHaveFields(
      [property],
      'property',
      fields.map(({ name }) => name),
    )
  return fields
    .filter(({ name }) => property === undefined || name === property)
    .flatMap((field) => field.texts.flatMap((text) => highlight(text, field, lookup, form)))
}

/** Throws OPTION_INVALID where `asked`, what an option gives, names a field that is none of those of the index. */
function mustHaveFields(asked: readonly string[], option: string, names: readonly string[]): void {
  const missing = asked.find((name) => !names.includes(name))
  if (missing !== undefined)
    throw new DatabaseError('OPTION_INVALID', `the index has no field '${missing}'; it has ${names.join(', ')}`, {
      option,
      value: missing,
    })
}

// ---- suggestions and spelling ---------------------------------------------------------------------------------------

/** What an index needs to know to give words. Throws OPTION_INVALID for fields that are not there, or have no words. */
export function wordsAsked(
  transaction: Transaction,
  view: TextIndexView,
  { limit, fields }: { readonly limit: number; readonly fields?: readonly string[] | undefined },
): WordsAsked {
  const known = fieldsOf(transaction, view)
  const names = known.map(({ name }) => name)
  mustHaveFields(fields ?? [], 'fields', names)
  const asked = known.filter(({ name }) => fields === undefined || fields.includes(name))
  if (!asked.some(({ analyzer }) => analyzer.hasWords))
    throw new DatabaseError(
      'OPTION_INVALID',
      `the terms of ${asked.map(({ name }) => name).join(', ')} are grams of words, which no words can be told from; give fields whose analyzer keeps words whole`,
      { option: 'fields' },
    )
  return {
    limit,
    fields,
    textsOf: (id) => textsOf(transaction, view, id),
    within: (query) => within(query, fields),
  }
}

// ---- explanations ---------------------------------------------------------------------------------------------------

const integers: ReadonlySet<string> = new Set(['frequency', 'length', 'documents', 'holders'])

/** The tree as a value; the value of each part is worked out of what it holds. null for what is no hit. */
export function explained(explanation: Explanation | VectorExplanation | undefined): Value {
  return explanation === undefined ? null : explainedEntries(explanation)
}

function explainedEntries(entries: object): Value {
  // A phrase that was moved counts in part.
  const isWhole = (name: string) => integers.has(name) && !(name === 'frequency' && 'terms' in entries)
  const explainedEntry = (name: string, value: unknown): Value => {
    if (Array.isArray(value)) return value.map(explainedEntries)
    if (typeof value !== 'number') return value as string
    return isWhole(name) ? value : new Float(value)
  }
  return new Map(Object.entries(entries).map(([name, value]) => [name, explainedEntry(name, value)]))
}
