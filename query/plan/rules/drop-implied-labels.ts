import type { LabelId, TypeId } from '../../../src/core/ids.js'
import type { Direction } from '../../../src/transaction/transaction.js'
import type { Slot } from '../../semantics/bound.js'
import type { Expand, ExpandInto, PhysicalPlan } from '../physical.js'
import type { Assumption, PhysicalRule, PlanContext } from '../rule.js'

/**
 * Drops the test of a label that every node at this end of the relationship has: where all KNOWS start at a :Person,
 * `(:Person)-[:KNOWS]->(b)` need not look at the label of each start. The stores count relationships by the labels of
 * their ends, so this is known exactly, and saves a random access a row; `countByDegree` may fire after it.
 *
 * It holds for the data as they are. The plan remembers what it assumed, and is made again when that no longer holds.
 * A query that writes could break it while it runs, so there the rule waits: in
 * `MATCH (a:Bot) CREATE (a)-[:KNOWS]->(a) WITH a MATCH (b:Person)-[:KNOWS]->(a) RETURN b` the second MATCH must not
 * find the bot. Without a direction both ends must have the label.
 */
export const dropImpliedLabels: PhysicalRule = {
  name: 'dropImpliedLabels',
  rewrite(plan, context) {
    if (plan.kind !== 'filterLabels' || context.writes) return undefined
    const hops = hopsAt(plan.input, plan.slot)
    const left = plan.labels.filter((label) => !hops.some((hop) => tryAssume(hop, plan.slot, label, context)))
    if (left.length === plan.labels.length) return undefined
    return left.length === 0 ? plan.input : { ...plan, labels: left }
  },
}

type Hop = Expand | ExpandInto

function hopsAt(plan: PhysicalPlan, slot: Slot): readonly Hop[] {
  const below = 'input' in plan ? hopsAt(plan.input, slot) : []
  const isHop = plan.kind === 'expand' || plan.kind === 'expandInto'
  return isHop && (plan.from === slot || plan.to === slot) ? [plan, ...below] : below
}

function tryAssume(hop: Hop, slot: Slot, label: string, context: PlanContext): boolean {
  const assumptions = assumptionsFor(hop, slot, label, context)
  if (assumptions === undefined || !assumptions.every((each) => holds(each, context))) return false
  context.assumptions.push(...assumptions)
  return true
}

function assumptionsFor(hop: Hop, slot: Slot, label: string, { catalog }: PlanContext): Assumption[] | undefined {
  const labelId = catalog.findLabel(label)
  if (labelId === undefined || hop.types.length === 0) return undefined
  const found: Assumption[] = []
  for (const name of hop.types) {
    const type = catalog.findType(name)
    if (type === undefined) return undefined
    for (const end of endsAt(hop, slot)) found.push({ type, label: labelId, end })
  }
  return found
}

function endsAt(hop: Hop, slot: Slot): readonly ('start' | 'end')[] {
  const ends: Record<Direction, readonly ('start' | 'end')[]> =
    hop.from === slot
      ? { outgoing: ['start'], incoming: ['end'], both: ['start', 'end'] }
      : { outgoing: ['end'], incoming: ['start'], both: ['start', 'end'] }
  return ends[hop.direction]
}

function holds({ type, label, end }: Assumption, { catalog }: PlanContext): boolean {
  return holdsIn(catalog, type, label, end)
}

/** Whether all relationships of the type have the label at this end. */
export function holdsIn(catalog: PlanContext['catalog'], type: TypeId, label: LabelId, end: 'start' | 'end'): boolean {
  return catalog.endLabelCount(type, label, end) === catalog.typeCount(type)
}
