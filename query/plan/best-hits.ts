/**
 * ORDER BY score DESC LIMIT k: the best k of a pattern, not of the index. Two plans need not rank all that the pattern has:
 *
 *   by score    hits come best first and lead to the rows of the pattern, until k rows are better than any to come
 *   gathered    the pattern leads; of its rows those go on whose node is among the best k of the nodes that came
 *
 * A node of the pattern has a row at least when the rows are gathered, and none when it comes first by its score. So the
 * best k nodes of the gathered rows make k rows; and the hits must go on until there are k rows, however many that takes.
 * Either gives what the plain plan gives, in its order: rows of equal keys stand by the ids of their nodes.
 */
import type { BoundExpression, Slot } from '../semantics/bound.js'
import type { LogicalMatch, LogicalPlan, LogicalTop, SortKey } from './logical.js'
import { logicalInputs } from './logical.js'
import {
  type AskedSearch,
  type IndexSearch,
  isLimited,
  type KnownSearches,
  nameOfSearch,
  pairOf,
  searchOf,
  searchTested,
} from './searches.js'

/** A top by the score of a search that its pattern is tested by. */
export interface BestHits extends IndexSearch {
  readonly slot: Slot
  readonly match: LogicalMatch
  /** The test, one of those of the match. */
  readonly predicate: BoundExpression
  /** Whether a hit that scores the same as the last row, and comes after it, may stand before it by the other keys. */
  readonly equalsCount: boolean
  /** SKIP, where there is one, and LIMIT: how many rows are first. */
  readonly wanted: readonly BoundExpression[]
}

/** undefined where the order is not by such a score, or the rows are not those of a pattern that begins by itself. */
export function bestHitsOf(
  { keys, input, skip, limit }: LogicalTop,
  same: KnownSearches['same'],
): BestHits | undefined {
  const scored = scoreOf(keys[0]!)
  if (scored === undefined) return undefined
  const match = matchBelow(input)
  const predicate = match?.predicates.find((each) => isTestOf(each, scored, same))
  if (match === undefined || predicate === undefined) return undefined
  if (!match.pattern.nodes.some(({ slot, bound }) => slot === scored.slot && !bound)) return undefined
  const { slot, index, query, options } = scored
  const wanted = skip === null ? [limit] : [skip, limit]
  return { slot, index, query, options, match, predicate, equalsCount: !comeInOrder(keys, slot), wanted }
}

/** Whether hits of equal scores come in the order of the keys behind the score, which is that of their ids. */
function comeInOrder([, second, ...others]: readonly SortKey[], slot: Slot): boolean {
  if (second === undefined) return true
  const { value, descending } = second
  return value.kind === 'slot' && value.slot === slot && !descending && others.length === 0
}

/** The score of a search that is known before the first row, in descending order. */
export function scoreOf({ value, descending }: SortKey): (AskedSearch & { readonly slot: Slot }) | undefined {
  const search = searchOf(value, 'search.score')
  if (!descending || search?.entity.kind !== 'slot' || nameOfSearch(search) === undefined) return undefined
  return { ...search, slot: search.entity.slot }
}

function isTestOf(
  predicate: BoundExpression,
  scored: IndexSearch & { readonly slot: Slot },
  same: KnownSearches['same'],
): boolean {
  const search = searchTested(predicate)
  const isOfNode = search?.entity.kind === 'slot' && search.entity.slot === scored.slot
  // Among the best so many of the index are others than among the best of the pattern.
  if (!isOfNode || isLimited(search)) return false
  const [score, test] = [nameOfSearch(scored), nameOfSearch(search)]
  return test === score || (test !== undefined && same.has(pairOf(score!, test)))
}

/** The match in which the chain begins, below what treats each row alone. */
export function matchBelow(plan: LogicalPlan): LogicalMatch | undefined {
  switch (plan.kind) {
    case 'match':
      return plan.input.kind === 'unit' ? plan : undefined
    case 'project':
    case 'filter':
    case 'unwind':
      return matchBelow(plan.input)
    case 'optional':
    case 'apply':
    case 'semiJoin':
    case 'antiJoin':
      // Each way is planned to its end, which among tops within tops would go on forever.
      return holdsTop(plan.inner) ? undefined : matchBelow(plan.input)
    default:
      return undefined
  }
}

function holdsTop(plan: LogicalPlan): boolean {
  return plan.kind === 'top' || logicalInputs(plan).some(holdsTop)
}
