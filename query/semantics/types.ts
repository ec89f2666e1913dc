/**
 * Static types: what is certain before running. A mistake is reported only where every possible value is wrong, so
 * 'any' passes everywhere and so does null, which every operator takes.
 */
import type { BinaryOperator, StaticType } from './bound.js'

/** What a number can be; 'number' is one of them, not known which. */
export const numeric: readonly StaticType[] = ['integer', 'float']

function isNumeric(type: StaticType): boolean {
  return type === 'number' || numeric.includes(type)
}

/** Whether a value of type `type` can be of one of `accepted`. */
export function canBe(type: StaticType, accepted: readonly StaticType[]): boolean {
  if (type === 'any' || type === 'null' || accepted.includes('any') || accepted.includes(type)) return true
  return type === 'number' && numeric.some((number) => accepted.includes(number))
}

/** The type that holds the values of both. */
export function unite(a: StaticType, b: StaticType): StaticType {
  if (a === b || b === 'null') return a
  if (a === 'null') return b
  return isNumeric(a) && isNumeric(b) ? 'number' : 'any'
}

export function typeInWords(types: readonly StaticType[]): string {
  return types.map((type) => type.toUpperCase()).join(' or ')
}

/** The type of an operator's result; undefined where its operands can never fit. */
export function binaryType(operator: BinaryOperator, left: StaticType, right: StaticType): StaticType | undefined {
  switch (operator) {
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'startsWith':
    case 'endsWith':
    case 'contains':
    case '=~':
      return 'boolean'
    case 'in':
      return canBe(right, ['list']) ? 'boolean' : undefined
    case '+':
      return sumType(left, right)
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmeticType(left, right)
    case '^':
      return arithmeticType(left, right) === undefined ? undefined : 'float'
  }
}

function arithmeticType(left: StaticType, right: StaticType): StaticType | undefined {
  if (!canBe(left, numeric) || !canBe(right, numeric)) return undefined
  if (left === 'null' || right === 'null') return 'null'
  if (left === 'any' || right === 'any') return 'any'
  if (left === 'float' || right === 'float') return 'float'
  return left === 'integer' && right === 'integer' ? 'integer' : 'number'
}

/** `+` adds numbers, joins strings (also with a number or a boolean), and adds to lists at either end. */
function sumType(left: StaticType, right: StaticType): StaticType | undefined {
  if (left === 'null' || right === 'null') return 'null'
  if (left === 'list' || right === 'list') return 'list'
  if (left === 'any' || right === 'any') return 'any'
  const joinable: readonly StaticType[] = ['string', 'boolean', ...numeric]
  if (left === 'string' || right === 'string')
    return canBe(left, joinable) && canBe(right, joinable) ? 'string' : undefined
  return arithmeticType(left, right)
}
