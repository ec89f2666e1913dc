import type { Slot } from '../../semantics/bound.js'
import { isDeterministic, slotsRead, substitute } from '../expressions.js'
import type { LogicalRule } from '../rule.js'

/**
 * Moves a filter below a projection, with the projected expressions in place of their names: the filter gets nearer to
 * the match that can use it for a seek. The projection has computed nothing that the filter would miss, as expressions
 * have no effects. One that gives another value each time (`WITH rand() AS r WHERE r < 0.5 RETURN r`) would be filtered by
 * one value and returned with another, so a filter that reads it stays. It would be wrong below a SKIP or LIMIT, which count rows before the filter drops them; those are
 * operators of their own above the projection, so the filter is not next to it then.
 */
export const filterBelowProject: LogicalRule = {
  name: 'filterBelowProject',
  rewrite(plan) {
    if (plan.kind !== 'filter' || plan.input.kind !== 'project') return undefined
    const project = plan.input
    const values = new Map(project.items.map((item) => [item.slot, item.value]))
    const drawn = new Set<Slot>(project.items.filter(({ value }) => !isDeterministic(value)).map(({ slot }) => slot))
    if ([...slotsRead(...plan.predicates)].some((slot) => drawn.has(slot))) return undefined
    const predicates = plan.predicates.map((predicate) => substitute(predicate, values))
    return { ...project, input: { kind: 'filter', input: project.input, predicates } }
  },
}
