import { isDeterministic, slotsRead, substitute } from '../expressions.js'
import type { LogicalPlan } from '../logical.js'
import type { LogicalRule } from '../rule.js'

/**
 * Moves predicates that read grouping keys only below the aggregation: whole groups go, so they need not be made.
 * A predicate on an aggregate has to wait for it. Without grouping keys it would be wrong: `RETURN count(*)` gives a
 * row even over no input, and a filter above may drop that row while one below never does. A key that is drawn
 * (`WITH rand() AS r, count(*) AS n WHERE r < 0.5`) would be drawn again.
 */
export const filterBelowAggregate: LogicalRule = {
  name: 'filterBelowAggregate',
  rewrite(plan) {
    if (plan.kind !== 'filter' || plan.input.kind !== 'aggregate') return undefined
    const aggregate = plan.input
    const keys = new Map(
      aggregate.groupBy.filter(({ value }) => isDeterministic(value)).map(({ slot, value }) => [slot, value]),
    )
    const onKeys = plan.predicates.filter((predicate) => {
      const slots = [...slotsRead(predicate)]
      return slots.length > 0 && slots.every((slot) => keys.has(slot))
    })
    if (onKeys.length === 0) return undefined
    const predicates = onKeys.map((predicate) => substitute(predicate, keys))
    const below: LogicalPlan = { ...aggregate, input: { kind: 'filter', input: aggregate.input, predicates } }
    const rest = plan.predicates.filter((predicate) => !onKeys.includes(predicate))
    return rest.length === 0 ? below : { ...plan, input: below, predicates: rest }
  },
}
