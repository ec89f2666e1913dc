/** What the planner recognises in a predicate: equalities and comparisons of one property of one slot. */
import type { BinaryOperator, BoundExpression, Slot } from '../semantics/bound.js'
import { slotsRead } from './expressions.js'

export type Comparison = '=' | '<' | '<=' | '>' | '>=' | 'in'

/** `owner.name operator value`, whichever side the property was written on; of IN it is the left one. */
export interface PropertyComparison {
  readonly name: string
  readonly operator: Comparison
  readonly value: BoundExpression
}

const mirrored: Partial<Record<BinaryOperator, Comparison>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** The predicate as a comparison of a property of `owner` with something that can be known before `owner` is. */
export function comparisonOf(
  predicate: BoundExpression,
  owner: Slot,
  known: ReadonlySet<Slot>,
): PropertyComparison | undefined {
  if (predicate.kind !== 'binary') return undefined
  if (predicate.operator === 'in') return sideOf(predicate.left, predicate.right, 'in', owner, known)
  const turned = mirrored[predicate.operator]
  if (turned === undefined) return undefined
  const operator = predicate.operator as Comparison
  return (
    sideOf(predicate.left, predicate.right, operator, owner, known) ??
    sideOf(predicate.right, predicate.left, turned, owner, known)
  )
}

function sideOf(
  side: BoundExpression,
  value: BoundExpression,
  operator: Comparison,
  owner: Slot,
  known: ReadonlySet<Slot>,
): PropertyComparison | undefined {
  if (side.kind !== 'property' || side.target.kind !== 'slot' || side.target.slot !== owner) return undefined
  if (![...slotsRead(value)].every((slot) => known.has(slot))) return undefined
  return { name: side.name, operator, value }
}
