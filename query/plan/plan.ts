/** From a bound query to the physical plan: build, rewrite, choose operators, rewrite again. */
import type { Catalog } from '../../src/transaction/catalog.js'
import type { BoundExpression, BoundQuery, SlotInfo } from '../semantics/bound.js'
import { type BestHits, bestHitsOf } from './best-hits.js'
import { buildLogicalPlans } from './build.js'
import { Estimates, itemsGuessed, otherShare } from './cost.js'
import type { LogicalMatch, LogicalPlan, LogicalTop } from './logical.js'
import { type LedByScore, type MatchQuestion, type PlannedMatch, planMatch, type SearchChoice } from './match.js'
import { type NearestRows, nearestRowsOf } from './nearest-rows.js'
import { isBreaker, type PhysicalPlan, slotsBoundWithin } from './physical.js'
import { type Assumption, PlanContext, rewriteAll } from './rule.js'
import { allRules } from './rules.js'
import { givenScores, givenSearches, type IndexSearch, type KnownSearches, type TestedSearch } from './searches.js'
import { mustBeCompilable, mustBePlannable } from './size.js'

export interface QueryPlan {
  readonly root: PhysicalPlan
  /** Those of the query, then the planner's own. */
  readonly slots: readonly SlotInfo[]
  /** Names of the rules that changed the plan. */
  readonly rules: readonly string[]
  readonly assumptions: readonly Assumption[]
  /** What it asks of full-text indexes that is known before the first row, by its name. */
  readonly searches: ReadonlyMap<string, TestedSearch>
  /** The scores that tops begin their order with, of which the same holds. */
  readonly scores: ReadonlyMap<string, IndexSearch>
}

const nothingKnown: KnownSearches = { counts: new Map(), same: new Set() }

/**
 * Plans a query by what the catalog says now, and by what its searches find where that is known. The plan gives the right
 * rows for as long as its assumptions hold. Throws QUERY_TOO_LONG.
 */
export function planQuery(
  query: BoundQuery,
  catalog: Catalog,
  rules = allRules,
  known: KnownSearches = nothingKnown,
): QueryPlan {
  const context = new PlanContext(query.slots, catalog, query.writes)
  const asked = buildLogicalPlans(query)
  mustBePlannable(asked)
  const logicals = asked.map((part) => rewriteAll(part, rules.logical, context))
  const parts = logicals.map((logical) => {
    const {
      joins = 'never',
      searches = 'where cheaper',
      tops = 'where cheaper',
      intersections = 'where cheaper',
    } = rules
    const physical = new OperatorChoice(context, known).choose(logical, {
      repeats: 1,
      joins,
      searches,
      tops,
      intersections,
      mayGather: true,
    })
    mustBeCompilable(physical)
    return rewriteAll(physical, rules.physical, context)
  })
  const root = parts.reduce((input, other) => ({ kind: 'union', input, other, rows: input.rows + other.rows }))
  const { slots, fired, assumptions } = context
  return { root, slots, rules: fired, assumptions, searches: givenSearches(logicals), scores: givenScores(logicals) }
}

/** How the first rows by the score of a search are found. */
export type TopChoice = 'where cheaper' | TopWay

/** Of all rows; from the best hits on; of those whose node is among the best. See best-hits.ts. */
type TopWay = 'of all' | 'by score' | 'of gathered'

class OperatorChoice {
  private readonly estimates: Estimates
  /** Of what has been chosen so far. */
  private work = 0

  constructor(
    private readonly context: PlanContext,
    private readonly known: KnownSearches,
  ) {
    this.estimates = new Estimates(context.catalog, known.counts)
  }

  choose(plan: LogicalPlan, run: Run): PhysicalPlan {
    if (plan.kind === 'unit') return { kind: 'unit', rows: 1 }
    if (plan.kind === 'top') return this.chooseTop(plan, run)
    const below = plan.kind === 'limit' ? { ...run, mayGather: false } : run
    const chosen = this.chooseOver(this.choose(plan.input, below), plan, run)
    this.work += chosen.rows
    return chosen
  }

  private chooseOver(
    input: PhysicalPlan,
    plan: Exclude<LogicalPlan, { kind: 'unit' | 'top' }>,
    run: Run,
  ): PhysicalPlan {
    const { rows } = input
    const inner = (each: LogicalPlan) => this.chooseInner(each, run, rows)
    switch (plan.kind) {
      case 'match': {
        const planned = this.chooseMatch(plan, input, run)
        this.work += planned.work
        return planned.plan
      }
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
        return { ...plan, input, rows: Math.min(rows, countOf(plan.count, rows)) }
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
  private chooseInner(inner: LogicalPlan, run: Run, rows: number): PhysicalPlan {
    const times = Math.max(1, rows)
    const joins = this.context.writes ? 'never' : run.joins
    const { chosen, work } = this.weighed(() =>
      this.choose(inner, { ...run, joins, repeats: run.repeats * times, mayGather: false }),
    )
    this.work += work * times
    return chosen
  }

  /** What `choose` gives, and its work, which is not counted. */
  private weighed<Chosen>(choose: () => Chosen): { readonly chosen: Chosen; readonly work: number } {
    const before = this.work
    const chosen = choose()
    const work = this.work - before
    this.work = before
    return { chosen, work }
  }

  private chooseMatch(plan: LogicalMatch, input: PhysicalPlan, run: Run): PlannedMatch {
    const { led, searches, tops: _, ...choices } = run
    const { slots, catalog } = this.context
    const { pattern, predicates } = plan
    const question = { input, pattern, slots, catalog, estimates: this.estimates, ...choices }
    if (led?.best.match !== plan) return planMatch({ ...question, predicates, searches })
    if (led.way === 'by score') return planMatch({ ...question, predicates, searches: led, mayGather: false })
    return planMatch({ ...question, predicates: predicates.filter((each) => each !== led.best.predicate), searches })
  }

  // ---- the first rows of an order ---------------------------------------------------------------------------------

  private chooseTop(plan: LogicalTop, run: Run): PhysicalPlan {
    const best = bestHitsOf(plan, this.known.same)
    const { chosen, work: before } = this.weighed(() => this.choose(plan.input, run))
    // A write in between could change what is near.
    const nearest = best === undefined && !this.context.writes ? nearestRowsOf(plan, this.context.catalog) : undefined
    if (nearest !== undefined && run.tops !== 'of all')
      return this.nearest(plan, nearest, run, { chosen, work: before })
    const plain = { chosen, work: before + chosen.rows * workPerKey }
    const ways = best === undefined || run.tops === 'of all' ? [] : this.waysTo(best, plan, run, plain)
    const wanted = ways.filter(({ way }) => run.tops === 'where cheaper' || run.tops === way)
    const forced = wanted.length > 0 && run.tops !== 'where cheaper'
    const cheapest = [...(forced ? [] : [plain]), ...wanted].reduce((least, each) =>
      each.work < least.work ? each : least,
    )
    const { chosen: input, work } = cheapest
    this.work += work
    return { ...plan, input, rows: Math.min(plain.chosen.rows, countOf(plan.limit, plain.chosen.rows)) }
  }

  /** Rows are gathered where that is cheaper than to compare the vectors of all of them. */
  private nearest(
    plan: LogicalTop,
    { slot, index, vector, wanted }: NearestRows,
    run: Run,
    { chosen, work }: Weighed,
  ): PhysicalPlan {
    const { estimates } = this
    const { position } = vector
    const search = {
      slot,
      index: { kind: 'literal', value: index.name, type: 'string', position } as const,
      query: vector,
      options: null,
    }
    const comparing = estimates.comparedWork(index.dimensions, chosen.rows)
    const gathering = estimates.gatheredWork(search, chosen.rows)
    const rows = Math.min(chosen.rows, countOf(plan.limit, chosen.rows))
    this.work += work + Math.min(comparing, gathering)
    if (comparing <= gathering && run.tops !== 'of gathered') return { ...plan, input: chosen, rows }
    const input: PhysicalPlan = {
      kind: 'keepHits',
      input: chosen,
      entity: 'node',
      ...search,
      wanted,
      others: true,
      rows: chosen.rows,
    }
    return { ...plan, input, rows }
  }

  /** The ways beside that of ranking all rows, of which `plain` is the plan. */
  private waysTo(
    best: BestHits,
    { input }: LogicalTop,
    run: Run,
    plain: Weighed,
  ): readonly (Weighed & { way: TopWay })[] {
    const { estimates } = this
    const { rows } = plain.chosen
    const hits = estimates.hits(best)
    const hitsPerRow = hits / Math.max(1, rows)
    const led = this.weighed(() => this.choose(input, { ...run, led: { best, hitsPerRow, way: 'by score' } }))
    const share = this.shareWanted(best, rows)
    const ledWork = estimates.bestFirstWork(best, hits * share) + (led.work + rows * workPerKey) * share
    const all = this.weighed(() => this.choose(input, { ...run, led: { best, hitsPerRow, way: 'of gathered' } }))
    const { slot, index, query, options, wanted } = best
    const search = { entity: 'node', slot, index, query, options } as const
    const kept: PhysicalPlan = { kind: 'keepHits', input: all.chosen, ...search, wanted, others: false, rows }
    // Of few hits nothing is won.
    const wagered = hits > 2 * this.countWanted(best) ? workWagered : 1
    return [
      { way: 'by score', chosen: led.chosen, work: ledWork * wagered },
      { way: 'of gathered', chosen: kept, work: all.work + estimates.gatheredWork(best, all.chosen.rows) },
    ]
  }

  /** The share of the hits that it takes to have as many rows as are wanted, with some to spare. */
  private shareWanted(best: BestHits, rows: number): number {
    return Math.min(1, (1.5 * this.countWanted(best)) / Math.max(1, rows))
  }

  private countWanted({ wanted }: BestHits): number {
    return wanted.reduce((sum, each) => sum + countOf(each, countGuessed), 0)
  }
}

/** How a plan is run. */
interface Run extends Pick<MatchQuestion, 'joins' | 'repeats' | 'mayGather' | 'intersections'> {
  readonly searches: SearchChoice
  readonly tops: TopChoice
  /** How the match of a top takes part in it. */
  readonly led?: LedByScore & { readonly way: TopWay }
}

interface Weighed {
  readonly chosen: PhysicalPlan
  readonly work: number
}

/**
 * Of the work to take hits by score: words and patterns that are asked for together often go together, and then rows come
 * much sooner than by chance. Where they do not, it costs but little more than to rank all rows.
 */
const workWagered = 0.8
/** To compute the keys of a row and compare them, in rows looked at. */
const workPerKey = 4
/** Of rows that a LIMIT asks for, where the plan does not know. */
const countGuessed = 10

/** All rows are read before the first of them is written for, unless they have been gathered already. */
function eager(input: PhysicalPlan): PhysicalPlan {
  return input.kind === 'unit' || isBreaker(input) ? input : { kind: 'eager', input, rows: input.rows }
}

/** A guess: procedures do not say how many rows they give. */
const rowsOfCall = 10

function countOf(expression: BoundExpression, otherwise: number): number {
  return expression.kind === 'literal' && typeof expression.value === 'number' ? expression.value : otherwise
}
