import type { Aggregate, PhysicalPlan, StoreCount } from '../physical.js'
import type { PhysicalRule } from '../rule.js'
import { isCountOfRows } from './count-by-degree.js'

/**
 * Counts that the store keeps need no scan: all nodes, the nodes of one label, the relationships of some types.
 *
 * `MATCH (n:Person) RETURN count(*)` is a scan under an aggregate of counts only. `MATCH ()-[r:KNOWS]->() RETURN count(r)`
 * has become a sum of degrees over all nodes, and each relationship leaves exactly one node. It would be wrong without
 * a direction, where each relationship is found from both ends and a loop once.
 */
export const countFromStore: PhysicalRule = {
  name: 'countFromStore',
  rewrite(plan, context) {
    if (plan.kind !== 'aggregate' || plan.groupBy.length > 0) return undefined
    if (!plan.aggregates.every((part) => isCountOfRows(part, context))) return undefined
    const counted = countedNodes(plan) ?? countedRelationships(plan)
    if (counted === undefined) return undefined
    const multiplicity = context.addCountSlot('count')
    const input: PhysicalPlan = { kind: 'storeCount', ...counted, multiplicity, rows: 1 }
    const aggregates = plan.aggregates.map((aggregate) => ({ ...aggregate, argument: null }))
    return { ...plan, input, aggregates, multiplicities: [multiplicity] }
  },
}

type Counted = Pick<StoreCount, 'input' | 'counted' | 'names'>

function countedNodes(plan: Aggregate): Counted | undefined {
  const scan = plan.input
  if (scan.kind !== 'allNodesScan' && scan.kind !== 'labelScan') return undefined
  if (scan.input.kind !== 'unit') return undefined
  return { input: scan.input, counted: 'nodes', names: scan.kind === 'labelScan' ? [scan.label] : [] }
}

function countedRelationships(plan: Aggregate): Counted | undefined {
  const degree = plan.input
  if (degree.kind !== 'degree' || degree.direction === 'both' || plan.multiplicities.length !== 1) return undefined
  const scan = degree.input
  if (scan.kind !== 'allNodesScan' || scan.input.kind !== 'unit' || scan.slot !== degree.from) return undefined
  return { input: scan.input, counted: 'relationships', names: degree.types }
}
