import type { BoundExpression, Slot } from '../../semantics/bound.js'
import { mentions } from '../../semantics/mentions.js'
import type { LogicalApply, LogicalMatch, LogicalPlan } from '../logical.js'
import type { LogicalRule } from '../rule.js'

/**
 * Asks for a list before a match that finds a node or relationship in it: `MATCH (a)-->(d) WHERE d IN COLLECT { ... }`.
 * Behind the match the list is asked for with each row; before it, once, and its items may be where the walk begins.
 * It would be wrong where the query reads what the match finds. Of matches in a row that it does not read either it goes
 * below all, as they become one pattern only if nothing stands between them. Where the walk begins elsewhere no row may
 * come to ask, so from then on it is asked when it is read. A query of which only a number or a truth is wanted stays: it
 * leads nowhere.
 */
export const listBeforeMatch: LogicalRule = {
  name: 'listBeforeMatch',
  rewrite(plan) {
    if (plan.kind !== 'filter' || plan.input.kind !== 'apply' || plan.input.input.kind !== 'match') return undefined
    const { input: apply, predicates } = plan
    const { input: match } = plan.input
    const found = slotsFound(match)
    if (
      mentions([apply.inner, apply.initial], found) ||
      !predicates.some((predicate) => isIn(predicate, found, apply.slot))
    )
      return undefined
    return { kind: 'filter', predicates, input: askedBelow(apply, match) }
  },
}

function askedBelow(apply: LogicalApply, { input, ...match }: LogicalMatch): LogicalPlan {
  if (input.kind === 'match' && !mentions(apply.inner, slotsFound(input)))
    return { ...match, input: askedBelow(apply, input) }
  return { ...match, input: { ...apply, input, lazy: true } }
}

/** The slots that a match binds. */
function slotsFound({ pattern: { nodes, relationships, paths } }: LogicalMatch): ReadonlySet<Slot> {
  const parts = [...nodes, ...relationships].filter(({ bound }) => !bound)
  return new Set([...parts, ...paths].map(({ slot }) => slot))
}

function isIn(predicate: BoundExpression, found: ReadonlySet<Slot>, list: Slot): boolean {
  if (predicate.kind !== 'binary' || predicate.operator !== 'in') return false
  const { left, right } = predicate
  return left.kind === 'slot' && found.has(left.slot) && right.kind === 'slot' && right.slot === list
}
