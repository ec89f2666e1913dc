import type { BoundAggregate, Slot } from '../../semantics/bound.js'
import type { Aggregate, Degree, Expand, FoundBefore, PhysicalPlan } from '../physical.js'
import { slotsUsed } from '../physical.js'
import type { PhysicalRule, PlanContext } from '../rule.js'

/**
 * A last expand whose far end is only counted adds up degrees instead of walking lists:
 * `MATCH (a)-->(b)-->(c) RETURN count(*)` walks one hop and reads the length of the second.
 *
 * Each row then stands for as many as its node has relationships, so every aggregate must be a count (of rows, or of
 * something that the expand never leaves null). Nothing may read the far node or the relationship: no filter, no
 * grouping. Relationships of the same MATCH must differ, and the degree knows nothing of that: those found before
 * are subtracted where they are among the counted ones. With `(a)-[r]->(b)-[s]->(c)` over a loop at a, s may not be r:
 * the loop counts once less. Where one of them is a list, its members cannot be told from outside, and the rule waits.
 */
export const countByDegree: PhysicalRule = {
  name: 'countByDegree',
  rewrite(plan, context) {
    if (plan.kind !== 'aggregate') return undefined
    const degrees = degreesBelow(plan.input)
    const expand = degrees.at(-1)?.input ?? plan.input
    if (expand.kind !== 'expand' || !countsOnly(plan, expand, degrees, context)) return undefined
    const differentFrom = foundBefore(expand)
    if (differentFrom === undefined) return undefined
    return withDegree(plan, degrees, { expand, differentFrom }, context)
  },
}

function degreesBelow(plan: PhysicalPlan): readonly Degree[] {
  return plan.kind === 'degree' ? [plan, ...degreesBelow(plan.input)] : []
}

function countsOnly(plan: Aggregate, expand: Expand, degrees: readonly Degree[], context: PlanContext): boolean {
  const counted = new Set([expand.to, expand.relationship])
  const used = new Set<Slot>()
  for (const degree of degrees) for (const slot of slotsUsed(degree)) used.add(slot)
  for (const slot of slotsUsed({ ...plan, aggregates: [] })) used.add(slot)
  return plan.aggregates.every((part) => isCountOfRows(part, context)) && ![...counted].some((slot) => used.has(slot))
}

/** `count(*)`, or `count(n)` of a node or relationship that a pattern binds, which is never null. */
export function isCountOfRows({ function: name, distinct, argument }: BoundAggregate, { slots }: PlanContext): boolean {
  if (name !== 'count' || distinct) return false
  if (argument === null) return true
  if (argument.kind !== 'slot') return false
  const { type, nullable } = slots[argument.slot]!
  return !nullable && (type === 'node' || type === 'relationship')
}

function foundBefore(expand: Expand): Degree['differentFrom'] | undefined {
  const others = expand.differentFrom.map((relationship) => hopOf(expand.input, relationship))
  return others.every((other) => other !== undefined) ? others : undefined
}

function hopOf(plan: PhysicalPlan, relationship: Slot): FoundBefore | undefined {
  const isHop = plan.kind === 'expand' || plan.kind === 'expandInto' || plan.kind === 'relationshipEnds'
  if (isHop && plan.relationship === relationship) {
    const { from, to, direction, types } = plan
    return { relationship, from, to, direction, types }
  }
  return 'input' in plan ? hopOf(plan.input, relationship) : undefined
}

interface Replaced {
  readonly expand: Expand
  readonly differentFrom: Degree['differentFrom']
}

function withDegree(
  plan: Aggregate,
  degrees: readonly Degree[],
  { expand, differentFrom }: Replaced,
  context: PlanContext,
): PhysicalPlan {
  const multiplicity = context.addCountSlot('degree')
  const { input, from, direction, types } = expand
  const rows = input.rows
  const degree: Degree = { kind: 'degree', input, from, direction, types, differentFrom, multiplicity, rows }
  return {
    ...plan,
    input: degrees.reduceRight<PhysicalPlan>((below, above) => ({ ...above, input: below }), degree),
    aggregates: plan.aggregates.map((aggregate) => ({ ...aggregate, argument: null })),
    multiplicities: [...plan.multiplicities, multiplicity],
  }
}
