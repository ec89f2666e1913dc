import { substitute } from '../expressions.js'
import type { LogicalRule } from '../rule.js'

/**
 * Makes one projection of two where the lower one only renames: `WITH a.x AS x ... WITH x RETURN x` computes once and
 * says so once. The names of the lower one stay, as an ORDER BY above may read them. Where the lower one computes, an expression that the upper one uses twice would be computed twice.
 */
export const mergeProjects: LogicalRule = {
  name: 'mergeProjects',
  rewrite(plan) {
    if (plan.kind !== 'project' || plan.input.kind !== 'project') return undefined
    const below = plan.input
    if (!below.items.every((item) => item.value.kind === 'slot')) return undefined
    const names = new Map(below.items.map((item) => [item.slot, item.value]))
    const items = plan.items.map(({ slot, value }) => ({ slot, value: substitute(value, names) }))
    return { ...plan, input: below.input, items: [...below.items, ...items] }
  },
}
