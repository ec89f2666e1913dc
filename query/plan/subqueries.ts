/** Queries within expressions: how they are taken out, to be run beside the rows that ask them. */
import type { CypherFunction } from '../functions/function.js'
import type { BoundExpression } from '../semantics/bound.js'
import { mapChildren } from './expressions.js'

export type BoundSubquery = Extract<BoundExpression, { readonly kind: 'subquery' }>

export interface Lifted {
  /** The expression, with the slots of the answers where the queries stood. */
  readonly expression: BoundExpression
  readonly subqueries: readonly LiftedSubquery[]
}

export interface LiftedSubquery {
  readonly subquery: BoundSubquery
  /** AND, OR or CASE may not come to ask. */
  readonly lazy: boolean
}

/** Takes out the queries that an expression asks of its row. */
export function liftSubqueries(expression: BoundExpression): Lifted {
  const subqueries: LiftedSubquery[] = []
  const lift = (part: BoundExpression, lazy: boolean): BoundExpression => {
    switch (part.kind) {
      case 'subquery':
        subqueries.push({ subquery: { ...part, initial: part.initial && lift(part.initial, lazy) }, lazy })
        return { kind: 'slot', slot: part.slot, type: part.type, position: part.position }
      case 'logical':
      case 'case': {
        const first = alwaysAsked(part)
        return mapChildren(part, (child) => lift(child, lazy || !first.includes(child)))
      }
      default:
        return mapChildren(part, (child) => lift(child, lazy))
    }
  }
  return { expression: lift(expression, false), subqueries }
}

/** The parts that are evaluated whatever the others are. */
function alwaysAsked(
  part: Extract<BoundExpression, { kind: 'logical' | 'case' }>,
): readonly (BoundExpression | null)[] {
  if (part.kind === 'logical') return part.operator === 'xor' ? part.operands : part.operands.slice(0, 1)
  return [part.operand, part.branches[0]!.when]
}

/** Whether it calls nothing that may give something else each time: `rand()`, or a procedure. */
export function isRepeatable(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return true
  if ('procedure' in part || ('called' in part && !(part.called as CypherFunction).deterministic)) return false
  return Object.values(part).every(isRepeatable)
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
