import type { BoundExpression, Slot } from '../../semantics/bound.js'
import type { PatternNode } from '../logical.js'
import type { LogicalRule } from '../rule.js'

/**
 * Makes `WHERE n:Person` the same as `(n:Person)`, so that the label can choose a scan or an index. Only a test that
 * must hold, so none inside OR or NOT; and only of a node of this pattern.
 */
export const labelsIntoPattern: LogicalRule = {
  name: 'labelsIntoPattern',
  rewrite(plan) {
    if (plan.kind !== 'match') return undefined
    const { pattern } = plan
    const tests = plan.predicates.flatMap((predicate) => {
      const test = labelTest(predicate)
      return test !== undefined && pattern.nodes.some((node) => node.slot === test.slot) ? [{ predicate, ...test }] : []
    })
    if (tests.length === 0) return undefined
    const nodes = pattern.nodes.map((node) =>
      withLabels(
        node,
        tests.filter((test) => test.slot === node.slot).flatMap((test) => test.labels),
      ),
    )
    const predicates = plan.predicates.filter((predicate) => !tests.some((test) => test.predicate === predicate))
    return { ...plan, pattern: { ...pattern, nodes }, predicates }
  },
}

function labelTest(predicate: BoundExpression): { slot: Slot; labels: readonly string[] } | undefined {
  if (predicate.kind !== 'hasLabels' || predicate.target.kind !== 'slot') return undefined
  return { slot: predicate.target.slot, labels: predicate.labels }
}

function withLabels(node: PatternNode, labels: readonly string[]): PatternNode {
  return { ...node, labels: [...new Set([...node.labels, ...labels])].sort() }
}
