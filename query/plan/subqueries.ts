/** Queries within expressions: how they are taken out, to be run beside the rows that ask them. */
import type { BoundExpression } from '../semantics/bound.js'
import { mapChildren } from './expressions.js'

export type BoundSubquery = Extract<BoundExpression, { readonly kind: 'subquery' }>

export interface Lifted {
  /** The expression, with the slots of the answers where the queries stood. */
  readonly expression: BoundExpression
  readonly subqueries: readonly BoundSubquery[]
}

/**
 * Takes out the queries that an expression asks of its row. They then run for every row, also where AND, OR or CASE
 * would not have come to ask. One that is asked for each item of a list stays, as no row has the item.
 */
export function liftSubqueries(expression: BoundExpression): Lifted {
  const subqueries: BoundSubquery[] = []
  const lift = (part: BoundExpression): BoundExpression => {
    switch (part.kind) {
      case 'subquery':
        subqueries.push(part)
        return { kind: 'slot', slot: part.slot, type: part.type, position: part.position }
      case 'comprehension':
      case 'quantifier':
      case 'reduce':
        return { ...part, list: lift(part.list) }
      default:
        return mapChildren(part, lift)
    }
  }
  return { expression: lift(expression), subqueries }
}

export interface Existence {
  readonly subquery: BoundSubquery
  readonly kind: 'semiJoin' | 'antiJoin'
}

/** The predicate as the question whether a query has rows (semiJoin) or has none (antiJoin). */
export function existenceOf(predicate: BoundExpression): Existence | undefined {
  if (predicate.kind === 'subquery' && predicate.result === 'exists') return { subquery: predicate, kind: 'semiJoin' }
  if (predicate.kind !== 'unary' || predicate.operator !== 'not') return undefined
  const inner = existenceOf(predicate.operand)
  return inner && { ...inner, kind: inner.kind === 'semiJoin' ? 'antiJoin' : 'semiJoin' }
}
