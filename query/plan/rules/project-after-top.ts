import type { BoundExpression, Slot } from '../../semantics/bound.js'
import { isDeterministic, slotsRead, substitute } from '../expressions.js'
import type { LogicalRule } from '../rule.js'

/**
 * Computes the projected expressions after the first rows are chosen, for those rows alone: of
 * `MATCH (n) RETURN n.name, n.age ORDER BY n.age LIMIT 10` only ten names are read. The keys are computed below, from
 * the slots that the projection reads. The rows do not change, since the projection neither drops nor adds any.
 * A DISTINCT stands between the two and forbids it: it needs the projected values.
 */
export const projectAfterTop: LogicalRule = {
  name: 'projectAfterTop',
  rewrite(plan) {
    if (plan.kind !== 'top' || plan.input.kind !== 'project') return undefined
    const project = plan.input
    const values = new Map<Slot, BoundExpression>(project.items.map((item) => [item.slot, item.value]))
    const keys = plan.keys.map((key) => ({ ...key, value: substitute(key.value, values) }))
    const projected = (slot: Slot) => values.has(slot)
    // Rows ordered by one draw would be given another.
    if (!keys.every((key) => isDeterministic(key.value))) return undefined
    if ([...slotsRead(plan.skip, plan.limit)].some(projected)) return undefined
    return { ...project, input: { ...plan, input: project.input, keys } }
  },
}
