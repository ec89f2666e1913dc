import type { LogicalRule } from '../rule.js'

/**
 * Gives the predicates of a filter to the match below it, which tests each as soon as its slots are known and may use
 * one to seek. `MATCH (a) WITH a WHERE a.x = 1` is then the same as `MATCH (a) WHERE a.x = 1` and `MATCH (a {x: 1})`.
 * It would be wrong for an optional match, whose predicates decide between a row and a row of nulls.
 */
export const filterIntoMatch: LogicalRule = {
  name: 'filterIntoMatch',
  rewrite(plan) {
    if (plan.kind !== 'filter' || plan.input.kind !== 'match') return undefined
    return { ...plan.input, predicates: [...plan.input.predicates, ...plan.predicates] }
  },
}
