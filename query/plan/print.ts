/** Bound expressions as Cypher, for EXPLAIN: slots by their names, brackets where the precedence needs them. */
import { Float, type PropertyValue } from '../../src/core/value.js'
import type { BinaryOperator, BoundEntry, BoundExpression, Slot, SlotInfo } from '../semantics/bound.js'

export type SlotNames = (slot: Slot) => string

/** A node or relationship without a name is written by its number. */
export function slotNames(slots: readonly SlotInfo[]): SlotNames {
  return (slot) => {
    const { name, anonymous } = slots[slot]!
    return anonymous ? `#${slot}` : name
  }
}

const precedences: Readonly<Record<BinaryOperator | 'or' | 'xor' | 'and' | 'not' | 'unary' | 'operand', number>> = {
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  '=': 5,
  '<>': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  in: 6,
  startsWith: 6,
  endsWith: 6,
  contains: 6,
  '=~': 6,
  '+': 7,
  '-': 7,
  '||': 7,
  '*': 8,
  '/': 8,
  '%': 8,
  '^': 9,
  unary: 10,
  operand: 11,
}

const words: Partial<Record<BinaryOperator, string>> = {
  in: 'IN',
  startsWith: 'STARTS WITH',
  endsWith: 'ENDS WITH',
  contains: 'CONTAINS',
}

export function printExpression(expression: BoundExpression, names: SlotNames): string {
  return print(expression, names, 0)
}

/** `outside` is the precedence of what stands around: something looser needs brackets. */
function print(expression: BoundExpression, names: SlotNames, outside: number): string {
  const own = precedenceOf(expression)
  const text = printBare(expression, names, own)
  return own < outside ? `(${text})` : text
}

function precedenceOf(expression: BoundExpression): number {
  switch (expression.kind) {
    case 'logical':
    case 'binary':
      return precedences[expression.operator]
    case 'unary':
      return expression.operator === 'not' ? precedences.not : precedences.unary
    default:
      return precedences.operand
  }
}

function printBare(expression: BoundExpression, names: SlotNames, own: number): string {
  const inside = (part: BoundExpression) => print(part, names, own)
  const alone = (part: BoundExpression) => print(part, names, 0)
  const optional = (part: BoundExpression | null) => (part === null ? '' : alone(part))
  switch (expression.kind) {
    case 'literal':
      return printValue(expression.value)
    case 'parameter':
      return `$${expression.name}`
    case 'slot':
    case 'subquery':
      return names(expression.slot)
    case 'property':
      return `${inside(expression.target)}.${printName(expression.name)}`
    case 'hasLabels':
      return `${inside(expression.target)}${expression.labels.map((label) => `:${printName(label)}`).join('')}`
    case 'unary':
      return printUnary(expression.operator, inside(expression.operand))
    case 'binary': {
      const { operator, left, right } = expression
      // All operators group to the left, so an equal one on the right needs brackets.
      return `${inside(left)} ${words[operator] ?? operator} ${print(right, names, own + 1)}`
    }
    case 'logical':
      return expression.operands
        .map((part) => print(part, names, own + 1))
        .join(` ${expression.operator.toUpperCase()} `)
    case 'call':
      return `${expression.name}(${expression.arguments.map(alone).join(', ')})`
    case 'list':
      return `[${expression.items.map(alone).join(', ')}]`
    case 'map':
      return printEntries(expression.entries, names)
    case 'index':
      return `${inside(expression.target)}[${alone(expression.index)}]`
    case 'slice':
      return `${inside(expression.target)}[${optional(expression.from)}..${optional(expression.to)}]`
    case 'case':
      return printCase(expression, alone)
    case 'comprehension': {
      const where = expression.where === null ? '' : ` WHERE ${alone(expression.where)}`
      const result = expression.result === null ? '' : ` | ${alone(expression.result)}`
      return `[${names(expression.slot)} IN ${alone(expression.list)}${where}${result}]`
    }
    case 'reduce': {
      const { accumulator, initial, slot, list, result } = expression
      return `reduce(${names(accumulator)} = ${alone(initial)}, ${names(slot)} IN ${alone(list)} | ${alone(result)})`
    }
    case 'mapProjection': {
      const items = expression.items.map((item) => (item === 'all' ? '.*' : printEntry(item, names)))
      return `${inside(expression.target)} {${items.join(', ')}}`
    }
    case 'quantifier': {
      const { quantifier, slot, list, where } = expression
      return `${quantifier}(${names(slot)} IN ${alone(list)} WHERE ${alone(where)})`
    }
  }
}

function printUnary(operator: string, operand: string): string {
  switch (operator) {
    case 'not':
      return `NOT ${operand}`
    case 'isNull':
      return `${operand} IS NULL`
    case 'isNotNull':
      return `${operand} IS NOT NULL`
    default:
      return `${operator === 'negate' ? '-' : '+'}${operand}`
  }
}

function printCase(
  { operand, branches, otherwise }: Extract<BoundExpression, { kind: 'case' }>,
  alone: (part: BoundExpression) => string,
): string {
  const subject = operand === null ? '' : ` ${alone(operand)}`
  const whens = branches.map((branch) => ` WHEN ${alone(branch.when)} THEN ${alone(branch.then)}`).join('')
  return `CASE${subject}${whens}${otherwise === null ? '' : ` ELSE ${alone(otherwise)}`} END`
}

export function printEntries(entries: readonly BoundEntry[], names: SlotNames): string {
  return `{${entries.map((entry) => printEntry(entry, names)).join(', ')}}`
}

function printEntry({ name, value }: BoundEntry, names: SlotNames): string {
  return `${printName(name)}: ${print(value, names, 0)}`
}

/** A name as Cypher takes it, in back quotes where it is not a plain word. */
export function printName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}

function printValue(value: PropertyValue): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  if (value instanceof Float) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  if (value instanceof Map)
    return `{${[...value].map(([name, each]) => `${printName(name)}: ${printValue(each as PropertyValue)}`).join(', ')}}`
  return String(value)
}
