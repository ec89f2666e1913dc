import type { BoundExpression, Slot } from '../../semantics/bound.js'
import { substitute } from '../expressions.js'
import type { LogicalMatch, LogicalProject } from '../logical.js'
import type { LogicalRule } from '../rule.js'

/**
 * Moves a match below a projection that only renames (`WITH a, b`), so that it can join the match before it:
 * `MATCH (a) WITH a MATCH (a)-->(b)` is one pattern. It would cost where the projection computes something, since
 * that would be computed again for each row that the match makes of one; so every item must be a plain slot.
 */
export const matchBelowRenames: LogicalRule = {
  name: 'matchBelowRenames',
  rewrite(plan) {
    if (plan.kind !== 'match' || plan.input.kind !== 'project') return undefined
    const project = plan.input
    const names = renames(project)
    if (names === undefined) return undefined
    return { ...project, input: { ...renamed(plan, names), input: project.input } }
  },
}

function renames(project: LogicalProject): ReadonlyMap<Slot, BoundExpression & { kind: 'slot' }> | undefined {
  const names = new Map<Slot, BoundExpression & { kind: 'slot' }>()
  for (const { slot, value } of project.items) {
    if (value.kind !== 'slot') return undefined
    names.set(slot, value)
  }
  return names
}

function renamed(match: LogicalMatch, names: ReadonlyMap<Slot, BoundExpression & { kind: 'slot' }>): LogicalMatch {
  const old = (slot: Slot) => names.get(slot)?.slot ?? slot
  const { nodes, relationships, paths } = match.pattern
  return {
    ...match,
    pattern: {
      nodes: nodes.map((node) => ({ ...node, slot: old(node.slot) })),
      relationships: relationships.map((relationship) => ({
        ...relationship,
        slot: old(relationship.slot),
        from: old(relationship.from),
        to: old(relationship.to),
        properties: relationship.properties.map(({ name, value }) => ({ name, value: substitute(value, names) })),
      })),
      paths: paths.map((path) => ({ ...path, start: old(path.start), relationships: path.relationships.map(old) })),
    },
    predicates: match.predicates.map((predicate) => substitute(predicate, names)),
  }
}
