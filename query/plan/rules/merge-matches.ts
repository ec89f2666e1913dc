import type { Slot } from '../../semantics/bound.js'
import type { Pattern, PatternNode } from '../logical.js'
import { partsSearchedMax } from '../match.js'
import type { LogicalRule } from '../rule.js'

/**
 * Makes one pattern of two matches in a row, so that the planner is free to begin in the second. Relationships keep
 * the number of their clause, as only those of one clause must differ. It would be wrong where the second match walks
 * a relationship that the first one binds: a pattern binds each relationship once. And it would not pay where the
 * whole is too large for the planner to search.
 */
export const mergeMatches: LogicalRule = {
  name: 'mergeMatches',
  rewrite(plan) {
    if (plan.kind !== 'match' || plan.input.kind !== 'match') return undefined
    const first = plan.input
    const bound = new Set(first.pattern.relationships.map((relationship) => relationship.slot))
    if (plan.pattern.relationships.some((relationship) => bound.has(relationship.slot))) return undefined
    const pattern = merge(first.pattern, plan.pattern)
    if (pattern.nodes.length + pattern.relationships.length > partsSearchedMax) return undefined
    return {
      kind: 'match',
      input: first.input,
      pattern,
      predicates: [...first.predicates, ...plan.predicates],
    }
  },
}

function merge(first: Pattern, second: Pattern): Pattern {
  const nodes = new Map<Slot, PatternNode>(first.nodes.map((node) => [node.slot, node]))
  for (const node of second.nodes) {
    const known = nodes.get(node.slot)
    const labels = [...new Set([...(known?.labels ?? []), ...node.labels])].sort()
    nodes.set(node.slot, { slot: node.slot, bound: known === undefined ? node.bound : known.bound, labels })
  }
  return {
    nodes: [...nodes.values()],
    relationships: [...first.relationships, ...second.relationships],
    paths: [...first.paths, ...second.paths],
  }
}
