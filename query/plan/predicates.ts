/**
 * What the planner recognises in a predicate: comparisons of a place of one slot with something known.
 *
 *   n.age > 30                             age           >  30
 *   n.meta.size = $x                       meta.size     =  $x
 *   'a' IN n.tags                          tags[*]       =  'a'
 *   'a' IN [i IN n.items | i.sku]          items[*].sku  =  'a'
 *   ANY(t IN n.tags WHERE 1 < t AND t < 9) tags[*]       >  1, and tags[*] < 9 of the same element
 */
import type { IndexStep } from '../../src/core/change.js'
import type { BinaryOperator, BoundExpression, Slot } from '../semantics/bound.js'
import { conjunctsOf, slotsRead } from './expressions.js'

export type Comparison = '=' | '<' | '<=' | '>' | '>=' | 'in'

/** `owner.name operator value`, whichever side the place was written on; of IN it is the left one. */
export interface PlaceComparison {
  /** From the slot down: the name of a property, members, and (null) some element of a list. */
  readonly steps: readonly IndexStep[]
  readonly operator: Comparison
  readonly value: BoundExpression
  /** The innermost quantifier in which it stands: only comparisons of one quantifier are about the same element. */
  readonly quantifier: BoundExpression | null
  /** Whether it is all that the predicate asks. */
  readonly whole: boolean
}

const mirrored: Partial<Record<BinaryOperator, Comparison>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** The comparisons of places of `owner` with what is known before `owner` is, without which the predicate is not true. */
export function comparisonsIn(
  predicate: BoundExpression,
  owner: Slot,
  known: ReadonlySet<Slot>,
): readonly PlaceComparison[] {
  if (predicate.kind === 'quantifier') return quantified(predicate, owner, known)
  if (predicate.kind !== 'binary') return []
  const { operator, left, right } = predicate
  const turned = mirrored[operator]
  if (operator !== 'in' && turned === undefined) return []
  const found =
    operator === 'in'
      ? (compared(stepsFrom(owner, left), 'in', right, known) ?? compared(elementsFrom(owner, right), '=', left, known))
      : (compared(stepsFrom(owner, left), operator as Comparison, right, known) ??
        compared(stepsFrom(owner, right), turned!, left, known))
  return found === undefined ? [] : [found]
}

function quantified(
  predicate: Extract<BoundExpression, { kind: 'quantifier' }>,
  owner: Slot,
  known: ReadonlySet<Slot>,
): readonly PlaceComparison[] {
  const list = elementsFrom(owner, predicate.list)
  if (predicate.quantifier !== 'any' || list === undefined) return []
  const conditions = conjunctsOf(predicate.where)
  return conditions
    .flatMap((condition) => comparisonsIn(condition, predicate.slot, known))
    .map((inner) => ({
      ...inner,
      steps: [...list, ...inner.steps],
      quantifier: inner.quantifier ?? predicate,
      whole: inner.whole && conditions.length === 1,
    }))
}

function compared(
  steps: readonly IndexStep[] | undefined,
  operator: Comparison,
  value: BoundExpression,
  known: ReadonlySet<Slot>,
): PlaceComparison | undefined {
  if (steps === undefined || ![...slotsRead(value)].every((slot) => known.has(slot))) return undefined
  return { steps, operator, value, quantifier: null, whole: true }
}

/** The members through which the expression goes from the slot; undefined for any other expression. */
export function stepsFrom(owner: Slot, expression: BoundExpression): readonly IndexStep[] | undefined {
  if (expression.kind === 'slot') return expression.slot === owner ? [] : undefined
  if (expression.kind !== 'property' && expression.kind !== 'index') return undefined
  const before = stepsFrom(owner, expression.target)
  const name = expression.kind === 'property' ? expression.name : textOf(expression.index)
  return before && name !== undefined ? [...before, name] : undefined
}

function textOf(expression: BoundExpression): string | undefined {
  return expression.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined
}

/** As `stepsFrom`, for the elements of a list. */
function elementsFrom(owner: Slot, list: BoundExpression): readonly IndexStep[] | undefined {
  if (list.kind !== 'comprehension') {
    const steps = stepsFrom(owner, list)
    return steps && [...steps, null]
  }
  if (list.where !== null) return undefined
  const elements = elementsFrom(owner, list.list)
  const steps = list.result === null ? [] : stepsFrom(list.slot, list.result)
  return elements && steps && [...elements, ...steps]
}
