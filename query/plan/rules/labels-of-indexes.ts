import type { Slot } from '../../semantics/bound.js'
import type { LogicalRule } from '../rule.js'
import { labelsOfHits, searchTested } from '../searches.js'

/**
 * Gives a node that a search tests the label of the search's index, where that has one: its hits all have it, so no row is
 * lost, and a walk that does not begin with the words goes through the nodes of the label, or an index over them, in
 * place of all nodes. It would be wrong for an index of several labels, whose hits may have any of them.
 */
export const labelsOfIndexes: LogicalRule = {
  name: 'labelsOfIndexes',
  rewrite(plan, { catalog }) {
    if (plan.kind !== 'match') return undefined
    const found = new Map<Slot, string[]>()
    for (const predicate of plan.predicates) {
      const search = searchTested(predicate)
      if (search?.entity.kind !== 'slot') continue
      const { slot } = search.entity
      found.set(slot, [...(found.get(slot) ?? []), ...labelsOfHits(search, catalog)])
    }
    const isLacking = ({ slot, labels }: { slot: Slot; labels: readonly string[] }) =>
      found.get(slot)?.some((label) => !labels.includes(label)) === true
    if (!plan.pattern.nodes.some(isLacking)) return undefined
    const nodes = plan.pattern.nodes.map((node) =>
      isLacking(node) ? { ...node, labels: [...new Set([...node.labels, ...found.get(node.slot)!])].sort() } : node,
    )
    return { ...plan, pattern: { ...plan.pattern, nodes } }
  },
}
