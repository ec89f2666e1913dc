import type { BoundExpression } from '../../semantics/bound.js'
import { scoreOf } from '../best-hits.js'
import type { LogicalPlan, SortKey } from '../logical.js'
import type { LogicalRule } from '../rule.js'

/**
 * Rows that are ordered by the score of an entity, best first, and are equal in all keys stand by its id, as hits of equal
 * scores do in `search.query`. Else their order, and with LIMIT which of them are given, would be that in which
 * the plan finds them, and change when another plan becomes the cheaper one. An order that says more by itself is only
 * made longer at its end. Through DISTINCT or an aggregation the entity is not known any more.
 */
export const equalScoresById: LogicalRule = {
  name: 'equalScoresById',
  rewrite(plan) {
    if (plan.kind !== 'sort' && plan.kind !== 'top') return undefined
    const [first] = plan.keys as readonly [SortKey]
    const value = valueBelow(first.value, plan.input)
    const scored = scoreOf({ ...first, value })
    if (scored === undefined || plan.keys.some((key) => isSlot(key.value, scored.slot))) return undefined
    return { ...plan, keys: [...plan.keys, { value: scored.entity, descending: false }] }
  },
}

/** What the projections right below make of a slot. */
function valueBelow(value: BoundExpression, plan: LogicalPlan): BoundExpression {
  if (value.kind !== 'slot' || plan.kind !== 'project') return value
  return valueBelow(plan.items.find(({ slot }) => slot === value.slot)?.value ?? value, plan.input)
}

function isSlot(value: BoundExpression, slot: number): boolean {
  return value.kind === 'slot' && value.slot === slot
}
