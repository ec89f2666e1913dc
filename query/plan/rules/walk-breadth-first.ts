import type { Slot } from '../../semantics/bound.js'
import { slotsRead } from '../expressions.js'
import { type ExpandReach, type ExpandTrails, type PhysicalPlan, slotsNeededBelow } from '../physical.js'
import type { PhysicalRule } from '../rule.js'
import { ignoresDuplicates, passesRows } from './dedupe-hops.js'

/**
 * Finds the ends of trails breadth first where nobody reads the trails and duplicates make no difference: under DISTINCT,
 * `count(DISTINCT b)`, `max`, and in EXISTS. `MATCH (a)-[:T*]->(b) RETURN count(DISTINCT b)` looks at each relationship
 * a few times, where it has more trails than can be counted.
 *
 * The lower bound is 0 or 1, for the reasons in execute/runtime/reach.ts, with a counter-example for 2. A later hop that
 * must differ from the trail reads it, so the rule waits there: with `(a)-[r*]->(b)-[s]->(c)`, s may be missing from one
 * trail to b and on the other.
 * Where besides only the end is read, the starts share their answer: each end comes once. It would be wrong to share
 * where a row's end may be followed by something that differs from row to row, or where the trails themselves do: over
 * other relationships (properties that read the row, relationships to differ from), or of a greatest length.
 */
export const walkBreadthFirst: PhysicalRule = {
  name: 'walkBreadthFirst',
  rewrite(plan) {
    if (plan.kind === 'semiJoin' || plan.kind === 'antiJoin' || (plan.kind === 'apply' && plan.result === 'exists')) {
      const inner = reached(plan.inner, new Set(), false)
      return inner && { ...plan, inner }
    }
    if (!ignoresDuplicates(plan)) return undefined
    const needed = plan.kind === 'distinct' ? new Set(plan.slots) : slotsNeededBelow(plan, new Set())
    const input = 'input' in plan ? reached(plan.input, needed, true) : undefined
    return input && ({ ...plan, input } as PhysicalPlan)
  },
}

/** The plan with a walk in place of its trails; undefined where there are none that it can replace. */
function reached(plan: PhysicalPlan, needed: ReadonlySet<Slot>, mayShare: boolean): PhysicalPlan | undefined {
  if (plan.kind === 'expandTrails' && plan.min <= 1 && !needed.has(plan.relationship))
    return reachOf(plan, mayShare && isShared(plan, needed))
  if (plan.kind === 'unit' || !(passesRows(plan) || plan.kind === 'expandReach' || plan.kind === 'distinct'))
    return undefined
  const input = reached(plan.input, slotsNeededBelow(plan, needed), mayShare)
  return input && { ...plan, input }
}

function reachOf({ kind: _, reversed: _turned, ...trails }: ExpandTrails, shared: boolean): ExpandReach {
  return { ...trails, kind: 'expandReach', shared }
}

function isShared(plan: ExpandTrails, needed: ReadonlySet<Slot>): boolean {
  const { to, min, max, into, direction, properties, differentFrom } = plan
  if (into || max !== null || (direction === 'both' && min === 1)) return false
  if (differentFrom.length > 0 || slotsRead(...properties.map((entry) => entry.value)).size > 0) return false
  return [...needed].every((slot) => slot === to)
}
