import type { BoundAggregate, Slot } from '../../semantics/bound.js'
import { type PhysicalPlan, slotsNeededBelow } from '../physical.js'
import type { PhysicalRule, PlanContext } from '../rule.js'

/**
 * Where duplicates make no difference above (DISTINCT, or aggregates like `count(DISTINCT c)` and `max`), a hop whose
 * rows are only asked for one node keeps each node once, by a marker: `MATCH (a)-[:X]->(b)-[:Y]->(c) RETURN DISTINCT c`
 * expands each b once, however many roads lead to it.
 *
 * The one slot must be all that is read from below, and that is what makes it right for a middle hop: where a later
 * hop must differ from an earlier relationship, it reads that relationship too. A frontier of nodes alone would be
 * wrong there: with `(a)-[r]->(b)-[s]->(c)` over one type, b may be reached by a loop r and by another way, and only
 * the other one may go on over that loop.
 * SKIP and LIMIT count rows, so the search ends at them; so it does at operators that gather rows.
 */
export const dedupeHops: PhysicalRule = {
  name: 'dedupeHops',
  rewrite(plan, context) {
    if (!ignoresDuplicates(plan) || !('input' in plan)) return undefined
    const needed = plan.kind === 'distinct' ? new Set(plan.slots) : slotsNeededBelow(plan, new Set())
    const input = dedupe({ plan: plan.input, needed, done: keepsOnce(plan, needed), context })
    return input === undefined ? undefined : { ...plan, input }
  },
}

/** Whether the operator gives the same rows when one that comes to it comes again. */
export function ignoresDuplicates(plan: PhysicalPlan): boolean {
  if (plan.kind === 'distinct') return true
  return plan.kind === 'aggregate' && plan.multiplicities.length === 0 && plan.aggregates.every(ignoresRepeats)
}

function ignoresRepeats(aggregate: BoundAggregate): boolean {
  return aggregate.distinct || aggregate.function === 'min' || aggregate.function === 'max'
}

/** The slot of which the operator keeps each value once itself. */
function keepsOnce(plan: PhysicalPlan, needed: ReadonlySet<Slot>): Slot | undefined {
  const [slot, ...others] = needed
  if (slot === undefined || others.length > 0) return undefined
  if (plan.kind === 'distinct') return slot
  const isOfSlot = ({ distinct, argument }: BoundAggregate) => distinct && argument?.kind === 'slot'
  return plan.kind === 'aggregate' && plan.groupBy.length === 0 && plan.aggregates.every(isOfSlot) ? slot : undefined
}

interface Search {
  readonly plan: PhysicalPlan
  readonly needed: ReadonlySet<Slot>
  /** Is kept once above already. */
  readonly done: Slot | undefined
  readonly context: PlanContext
}

/** The plan with duplicates taken out wherever that is possible; undefined where there is nothing to gain. */
function dedupe({ plan, needed, done, context }: Search): PhysicalPlan | undefined {
  if (!('input' in plan) || !passesRows(plan)) return undefined
  const below = { plan: plan.input, needed: slotsNeededBelow(plan, needed), context }
  if (plan.kind !== 'expand' && plan.kind !== 'expandTrails') {
    const input = dedupe({ ...below, done })
    return input === undefined ? undefined : { ...plan, input }
  }
  const input = dedupe({ ...below, done: undefined })
  const expand = input === undefined ? plan : { ...plan, input }
  const [slot, ...others] = needed
  const repeats = slot !== undefined && slot !== done && others.length === 0 && isEntity(slot, context)
  if (repeats) return { kind: 'distinct', input: expand, slots: [slot], rows: plan.rows }
  return input === undefined ? undefined : expand
}

/** Operators that treat each row alone, so that a row less below is a row (or its offspring) less above. */
export function passesRows({ kind }: PhysicalPlan): boolean {
  switch (kind) {
    case 'expand':
    case 'expandTrails':
    case 'expandReach':
    case 'semiJoin':
    case 'antiJoin':
    case 'expandInto':
    case 'relationshipEnds':
    case 'filter':
    case 'filterLabels':
    case 'buildPath':
    case 'project':
      return true
    default:
      return false
  }
}

function isEntity(slot: Slot, { slots }: PlanContext): boolean {
  const { type, nullable } = slots[slot]!
  return !nullable && (type === 'node' || type === 'relationship')
}
