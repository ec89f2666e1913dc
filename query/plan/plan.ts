/** From a bound query to the physical plan: build, rewrite, choose operators, rewrite again. */
import type { Catalog } from '../../src/transaction/catalog.js'
import type { BoundExpression, BoundQuery, SlotInfo } from '../semantics/bound.js'
import { itemsGuessed } from './access.js'
import { buildLogicalPlans } from './build.js'
import { Estimates, otherShare } from './cost.js'
import type { LogicalPlan } from './logical.js'
import { type MatchQuestion, planMatch } from './match.js'
import { isBreaker, type PhysicalPlan, slotsBoundWithin } from './physical.js'
import { type Assumption, PlanContext, rewriteAll } from './rule.js'
import { allRules } from './rules.js'
import { givenSearches, type SearchCounts, type TextSearch } from './searches.js'
import { mustBeCompilable, mustBePlannable } from './size.js'

export interface QueryPlan {
  readonly root: PhysicalPlan
  /** Those of the query, then the planner's own. */
  readonly slots: readonly SlotInfo[]
  /** Names of the rules that changed the plan. */
  readonly rules: readonly string[]
  readonly assumptions: readonly Assumption[]
  /** What it asks of full-text indexes that is known before the first row, by its name. */
  readonly searches: ReadonlyMap<string, TextSearch>
}

const nothingCounted: SearchCounts = new Map()

/**
 * Plans a query by what the catalog says now, and by what its searches find where that is known. The plan gives the right
 * rows for as long as its assumptions hold. Throws QUERY_TOO_LONG.
 */
export function planQuery(
  query: BoundQuery,
  catalog: Catalog,
  rules = allRules,
  counts: SearchCounts = nothingCounted,
): QueryPlan {
  const context = new PlanContext(query.slots, catalog, query.writes)
  const asked = buildLogicalPlans(query)
  mustBePlannable(asked)
  const logicals = asked.map((part) => rewriteAll(part, rules.logical, context))
  const parts = logicals.map((logical) => {
    const physical = new OperatorChoice(context, counts).choose(logical, { repeats: 1, joins: rules.joins ?? 'never' })
    mustBeCompilable(physical)
    return rewriteAll(physical, rules.physical, context)
  })
  const root = parts.reduce((input, other) => ({ kind: 'union', input, other, rows: input.rows + other.rows }))
  const { slots, fired, assumptions } = context
  return { root, slots, rules: fired, assumptions, searches: givenSearches(logicals) }
}

class OperatorChoice {
  private readonly estimates: Estimates

  constructor(
    private readonly context: PlanContext,
    counts: SearchCounts,
  ) {
    this.estimates = new Estimates(context.catalog, counts)
  }

  choose(plan: LogicalPlan, run: Run): PhysicalPlan {
    if (plan.kind === 'unit') return { kind: 'unit', rows: 1 }
    const input = this.choose(plan.input, run)
    const { rows } = input
    const inner = (each: LogicalPlan) => this.choose(each, this.within(run, rows))
    switch (plan.kind) {
      case 'match':
        return planMatch({
          input,
          pattern: plan.pattern,
          predicates: plan.predicates,
          slots: this.context.slots,
          catalog: this.context.catalog,
          estimates: this.estimates,
          ...run,
        })
      case 'optional': {
        const found = inner(plan.inner)
        const slots = slotsBoundWithin(found)
        return { kind: 'optional', input, inner: found, slots, rows: rows * Math.max(1, found.rows) }
      }
      case 'call':
        return {
          ...plan,
          ...(plan.procedure.mode === 'write' ? { kind: 'writingCall', input: eager(input) } : { kind: 'call', input }),
          rows: rows * rowsOfCall,
        }
      case 'merge':
        return { ...plan, input: eager(input), inner: inner(plan.inner), rows }
      case 'apply':
        return { ...plan, input, inner: inner(plan.inner), rows }
      case 'callQuery': {
        const { slots, optional, writes } = plan
        const asked = inner(plan.inner)
        const called = {
          inner: asked,
          slots,
          optional,
          rows: slots.length === 0 ? rows : rows * Math.max(1, asked.rows),
        }
        return writes
          ? { kind: 'writingQuery', input: eager(input), ...called }
          : { kind: 'callQuery', input, ...called }
      }
      case 'union': {
        const other = this.choose(plan.other, run)
        return { kind: 'union', input, other, rows: rows + other.rows }
      }
      case 'semiJoin':
      case 'antiJoin':
        return { ...plan, input, inner: inner(plan.inner), rows: rows * otherShare }
      case 'filter':
        return { ...plan, input, rows: rows * this.estimates.share(plan.predicates) }
      case 'aggregate':
        return { ...plan, input, multiplicities: [], rows: plan.groupBy.length === 0 ? 1 : Math.sqrt(rows) }
      case 'skip':
        return { ...plan, input, rows: Math.max(0, rows - countOf(plan.count, 0)) }
      case 'limit':
      case 'top':
        return { ...plan, input, rows: Math.min(rows, countOf(plan.kind === 'top' ? plan.limit : plan.count, rows)) }
      case 'unwind':
        return { ...plan, input, rows: rows * itemsGuessed(plan.list) }
      case 'project':
      case 'distinct':
      case 'sort':
      case 'produce':
        return { ...plan, input, rows }
      case 'create':
      case 'set':
      case 'delete':
        return { ...plan, input: eager(input), rows }
    }
  }

  /** A join gathers rows once for all runs, so where the query writes between two of them they could be out of date. */
  private within({ joins, repeats }: Run, rows: number): Run {
    return { joins: this.context.writes ? 'never' : joins, repeats: repeats * Math.max(1, rows) }
  }
}

/** How a plan is run. */
type Run = Pick<MatchQuestion, 'joins' | 'repeats'>

/** All rows are read before the first of them is written for, unless they have been gathered already. */
function eager(input: PhysicalPlan): PhysicalPlan {
  return input.kind === 'unit' || isBreaker(input) ? input : { kind: 'eager', input, rows: input.rows }
}

/** A guess: procedures do not say how many rows they give. */
const rowsOfCall = 10

function countOf(expression: BoundExpression, otherwise: number): number {
  return expression.kind === 'literal' && typeof expression.value === 'number' ? expression.value : otherwise
}
