/**
 * Searches of full-text and vector indexes as the planner sees them: the calls of `search.matches` and `search.nearest` in
 * predicates.
 *
 * Where index and query are literals or parameters, how many documents they find can be asked of the index before
 * the first row, so a plan is made by it. Counts enter by their magnitude alone: a query has a plan for each that came.
 */
import type { LabelId } from '../../src/core/ids.js'
import type { Catalog } from '../../src/transaction/catalog.js'
import type { BoundExpression } from '../semantics/bound.js'
import { conjunctsOf, isGiven } from './expressions.js'
import { type LogicalPlan, logicalInputs } from './logical.js'
import { printExpression } from './print.js'

/** What is asked of an index. */
export interface IndexSearch {
  readonly index: BoundExpression
  readonly query: BoundExpression
  /** A map; null is none. */
  readonly options: BoundExpression | null
}

/** A search that an entity is asked about. */
export interface AskedSearch extends IndexSearch {
  readonly entity: BoundExpression
}

/** The functions that say which entities an index finds: a full-text index, and a vector index. */
export type SearchPredicate = 'search.matches' | 'search.nearest'

/** A search that decides which entities go on. */
export interface TestedSearch extends AskedSearch {
  readonly predicate: SearchPredicate
}

/** What is known of a search before it runs. */
export interface SearchCount {
  /** Documents that it finds, or some more. */
  readonly hits: number
  /** Those of the index. */
  readonly documents: number
}

/** By `nameOfSearch`. */
export type SearchCounts = ReadonlyMap<string, SearchCount>

/** What a run tells of the searches of its query. */
export interface KnownSearches {
  readonly counts: SearchCounts
  /** Names of a score and of a test that have the same values though they are written otherwise, as `pairOf` has them. */
  readonly same: ReadonlySet<string>
}

export function pairOf(score: string, test: string): string {
  return `${score} = ${test}`
}

/** The search of a call of `search.matches` or another such function; undefined for any other expression. */
export function searchOf(expression: BoundExpression, name = 'search.matches'): AskedSearch | undefined {
  if (expression.kind !== 'call' || expression.called.name !== name) return undefined
  const [entity, index, query, options = null] = expression.arguments
  return { entity: entity!, index: index!, query: query!, options }
}

/** The search that a predicate is, of whatever kind of index. */
export function searchTested(predicate: BoundExpression): TestedSearch | undefined {
  const nearest = searchOf(predicate, 'search.nearest')
  if (nearest !== undefined) return { ...nearest, predicate: 'search.nearest' }
  const matches = searchOf(predicate)
  return matches && { ...matches, predicate: 'search.matches' }
}

/** The labels that all hits have: that of the index; none where it may be one of several, or is a type. */
export function labelsOfHits({ index }: IndexSearch, catalog: Catalog): readonly string[] {
  if (index.kind !== 'literal') return []
  const found = catalog.searchIndexes().find(({ name }) => name === index.value)
  if (found === undefined || found.entity !== 'node' || found.tokens.length > 1) return []
  return [catalog.labelName(found.tokens[0] as LabelId)]
}

/** The same for searches that find the same; undefined where that is not known before there are rows. */
export function nameOfSearch({ index, query, options }: IndexSearch): string | undefined {
  const parts = [index, query, ...(options === null ? [] : [options])]
  return parts.every(isGiven) ? parts.map((part) => printExpression(part, () => '')).join() : undefined
}

/** Whether only the best so many of the index are hits. */
export function isLimited({ options }: IndexSearch): boolean {
  return options !== null && (options.kind !== 'map' || options.entries.some(({ name }) => name === 'limit'))
}

/** The searches of plans that are known before the first row, by their names. */
export function givenSearches(plans: readonly LogicalPlan[]): ReadonlyMap<string, TestedSearch> {
  return byName(plans, (plan) =>
    'predicates' in plan ? plan.predicates.flatMap(conjunctsOf).flatMap((each) => searchTested(each) ?? []) : [],
  )
}

/** The scores that tops of plans begin their order with, where they are known before the first row, by their names. */
export function givenScores(plans: readonly LogicalPlan[]): ReadonlyMap<string, IndexSearch> {
  return byName(plans, (plan) =>
    (plan.kind === 'top' ? [plan.keys[0]!.value] : []).flatMap((key) => searchOf(key, 'search.score') ?? []),
  )
}

function byName<Search extends IndexSearch>(
  plans: readonly LogicalPlan[],
  searchesOf: (plan: LogicalPlan) => readonly Search[],
): ReadonlyMap<string, Search> {
  const found = new Map<string, Search>()
  const waiting = [...plans]
  for (let plan = waiting.pop(); plan !== undefined; plan = waiting.pop()) {
    for (const search of searchesOf(plan)) {
      const name = nameOfSearch(search)
      if (name !== undefined) found.set(name, search)
    }
    waiting.push(...logicalInputs(plan))
  }
  return found
}

/** Magnitudes are powers of four: between two plans that differ by that much, either is good enough. */
const magnitudeShift = 2

export function magnitudeOf(hits: number): number {
  return hits === 0 ? 0 : 1 + Math.floor((31 - Math.clz32(hits)) / magnitudeShift)
}

/** The number of hits that a plan for a magnitude is made by: the middle of those that have it. */
export function hitsOfMagnitude(magnitude: number): number {
  return 2 ** (magnitudeShift * (magnitude - 1) + magnitudeShift / 2)
}
