import type { LogicalRule } from '../rule.js'

/**
 * Makes one operator of ORDER BY and LIMIT (with SKIP between them): a heap of the first rows takes the place of a
 * sort of all. A LIMIT alone streams and needs none; a SKIP alone needs every row sorted.
 */
export const topRows: LogicalRule = {
  name: 'topRows',
  rewrite(plan) {
    if (plan.kind !== 'limit') return undefined
    const below = plan.input
    if (below.kind === 'sort')
      return { kind: 'top', input: below.input, keys: below.keys, skip: null, limit: plan.count }
    if (below.kind !== 'skip' || below.input.kind !== 'sort') return undefined
    const { input, keys } = below.input
    return { kind: 'top', input, keys, skip: below.count, limit: plan.count }
  },
}
