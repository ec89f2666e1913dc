/** Plans in the form in which Neo4j's clients draw them. */
import type { PlanDescription } from '../../query/plan/explain.js'

const nanosecondsPerMs = 1e6

/**
 * The member of an answer that shows its plan. Hits of the database are not counted, so `dbHits` is missing, which
 * clients read as 0; pages are no cache, and those numbers are zero.
 */
export function planMember(plan: PlanDescription | null): object {
  if (plan === null) return {}
  return plan.rows === undefined ? { queryPlan: planOf(plan) } : { profiledQueryPlan: planOf(plan) }
}

function planOf(root: PlanDescription): object {
  let id = 0
  const node = (plan: PlanDescription): object => {
    const { operator, details, estimatedRows, children } = plan
    const common = { Details: details, EstimatedRows: estimatedRows, Id: id++ }
    return {
      ...measured(plan),
      operatorType: `${operator}@skein`,
      arguments: { ...common, ...measuredArguments(plan) },
      identifiers: [],
      children: children.map(node),
    }
  }
  return node(root)
}

function measured({ rows, timeMs = 0 }: PlanDescription): object {
  if (rows === undefined) return {}
  return {
    records: rows,
    hasPageCacheStats: false,
    pageCacheHits: 0,
    pageCacheMisses: 0,
    pageCacheHitRatio: 0,
    time: Math.round(timeMs * nanosecondsPerMs),
  }
}

function measuredArguments(plan: PlanDescription): object {
  const { rows, timeMs = 0, memoryBytes = 0, postingsRead, candidates } = plan
  if (rows === undefined) return {}
  const searched = postingsRead === undefined ? {} : { PostingsRead: postingsRead, Candidates: candidates }
  return { Rows: rows, Time: Math.round(timeMs * nanosecondsPerMs), Memory: memoryBytes, ...searched }
}
