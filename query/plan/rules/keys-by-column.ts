import type { PhysicalRule } from '../rule.js'

/**
 * Finds the names of an entity's properties by their columns: `UNWIND keys(n) AS k` asks each column whether it has a value,
 * and neither reads the values nor makes a list. What counts by `k` then counts by the number of the column, and `n[k]` is a
 * read of it: `MATCH (n:Doc) UNWIND keys(n) AS k RETURN k, count(*), count(DISTINCT n[k])` is a walk over columns.
 *
 * Only where `n` is certainly a node or a relationship. It would be wrong for what may be null, as after OPTIONAL MATCH,
 * whose keys are null, and for a map, which has no columns.
 */
export const keysByColumn: PhysicalRule = {
  name: 'keysByColumn',
  rewrite(plan, { slots }) {
    if (plan.kind !== 'unwind' || plan.list.kind !== 'call') return undefined
    const { called, arguments: args } = plan.list
    const [owner] = args
    if (called.name !== 'keys' || called.body.kind !== 'graph' || owner?.kind !== 'slot') return undefined
    const { type, nullable } = slots[owner.slot]!
    if (nullable || (type !== 'node' && type !== 'relationship')) return undefined
    return { ...plan, kind: 'propertyKeys', owner: owner.slot }
  },
}
