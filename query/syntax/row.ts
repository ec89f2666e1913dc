/**
 * Folds a row of operands and operators into a tree by precedence climbing (Clarke 1986, Richards and Whitby-Strevens
 * 1979): `fold(level)` takes an operand and then every operator that binds at least as tightly as `level`.
 *
 *   OR  <  XOR  <  AND  <  NOT  <  = <> < <= > >=  <  IN, STARTS WITH, =~, IS NULL ...  <  + -  <  * / %  <  ^  <  - +
 *
 * All are left-associative. Neighbouring comparisons are one chain: `1 < x <= 3` means `1 < x AND x <= 3`. A row of one
 * logical operator is one flat node, so that a thousand ORs nest no deeper than one. The other operators nest; a row
 * of more than `nestedOperatorsMax` of them is refused, since all later stages walk the tree recursively.
 */
import { Float, integerMin } from '../../src/core/value.js'
import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  LiteralExpression,
  LogicalExpression,
  PredicateOperator,
} from './ast.js'
import { negated } from './literals.js'

/** As the grammar has them, with one blank within. */
export type OperatorText = string
export type RowItem = Expression | { readonly kind: 'operator'; readonly text: OperatorText; readonly at: number }

export const nestedOperatorsMax = 1000

const levels = { or: 1, xor: 2, and: 3, not: 4, comparison: 5, predicate: 6, sum: 7, product: 8, power: 9 } as const

type Operator =
  | { readonly form: 'logical'; readonly operator: LogicalExpression['operator']; readonly level: number }
  | { readonly form: 'comparison'; readonly operator: ComparisonOperator; readonly level: number }
  | { readonly form: 'binary'; readonly operator: ArithmeticOperator | PredicateOperator; readonly level: number }
  | { readonly form: 'test'; readonly operator: 'isNull' | 'isNotNull'; readonly level: number }

const operators = new Map<OperatorText, Operator>([
  ['OR', { form: 'logical', operator: 'or', level: levels.or }],
  ['XOR', { form: 'logical', operator: 'xor', level: levels.xor }],
  ['AND', { form: 'logical', operator: 'and', level: levels.and }],
  ...(['=', '<>', '<', '<=', '>', '>='] as const).map(
    (operator) => [operator, { form: 'comparison', operator, level: levels.comparison }] as const,
  ),
  ['IN', { form: 'binary', operator: 'in', level: levels.predicate }],
  ['STARTS WITH', { form: 'binary', operator: 'startsWith', level: levels.predicate }],
  ['ENDS WITH', { form: 'binary', operator: 'endsWith', level: levels.predicate }],
  ['CONTAINS', { form: 'binary', operator: 'contains', level: levels.predicate }],
  ['=~', { form: 'binary', operator: '=~', level: levels.predicate }],
  ['IS NULL', { form: 'test', operator: 'isNull', level: levels.predicate }],
  ['IS NOT NULL', { form: 'test', operator: 'isNotNull', level: levels.predicate }],
  ...(['+', '-', '||'] as const).map(
    (operator) => [operator, { form: 'binary', operator, level: levels.sum }] as const,
  ),
  ...(['*', '/', '%'] as const).map(
    (operator) => [operator, { form: 'binary', operator, level: levels.product }] as const,
  ),
  ['^', { form: 'binary', operator: '^', level: levels.power }],
])

/** Folds a whole row; an operator that stands where an operand is due is a prefix: `-`, `+` or `NOT`. */
export function foldRow(items: readonly RowItem[]): Expression {
  return items.length === 1 ? (items[0] as Expression) : new Row(items).fold(levels.or)
}

class Row {
  private next = 0

  constructor(private readonly items: readonly RowItem[]) {}

  fold(level: number): Expression {
    let left = this.operand()
    for (let operator = this.peek(); operator !== undefined && operator.level >= level; operator = this.peek()) {
      left = this.extend(left, operator)
    }
    return left
  }

  private extend(left: Expression, operator: Operator): Expression {
    const { at } = left
    switch (operator.form) {
      case 'logical':
        return { kind: 'logical', at, operator: operator.operator, operands: this.sameOperands(left, operator) }
      case 'comparison':
        return this.chain(left)
      case 'test':
        this.next++
        return { kind: 'unary', at, operator: operator.operator, operand: left }
      case 'binary':
        this.next++
        return { kind: 'binary', at, operator: operator.operator, left, right: this.fold(operator.level + 1) }
    }
  }

  private sameOperands(left: Expression, operator: Operator): Expression[] {
    const operands = [left]
    while (this.peek() === operator) {
      this.next++
      operands.push(this.fold(operator.level + 1))
    }
    return operands
  }

  private chain(left: Expression): Expression {
    const operands = [left]
    const comparisons: ComparisonOperator[] = []
    for (let operator = this.peek(); operator?.form === 'comparison'; operator = this.peek()) {
      this.next++
      comparisons.push(operator.operator)
      operands.push(this.fold(operator.level + 1))
    }
    return { kind: 'comparison', at: left.at, operators: comparisons, operands }
  }

  private peek(): Operator | undefined {
    const item = this.items[this.next]
    return item?.kind === 'operator' ? operators.get(item.text) : undefined
  }

  private operand(): Expression {
    const item = this.items[this.next++]!
    if (item.kind !== 'operator') return item
    const { at } = item
    if (item.text === 'NOT') return { kind: 'unary', at, operator: 'not', operand: this.fold(levels.not + 1) }
    const operand = this.operand()
    if (item.text === '+') return { kind: 'unary', at, operator: 'plus', operand }
    // The least INTEGER has no opposite: the run says so.
    return isNumber(operand) && operand.value !== integerMin
      ? { kind: 'literal', at, value: negated(operand.value) }
      : { kind: 'unary', at, operator: 'negate', operand }
  }
}

type NumberLiteral = LiteralExpression & { readonly value: number | bigint | Float }

function isNumber(expression: Expression): expression is NumberLiteral {
  if (expression.kind !== 'literal') return false
  const { value } = expression
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float
}
