/**
 * Static types: what is certain before running. A mistake is reported only where every possible value is wrong, so
 * 'any' passes everywhere and so does null, which every operator takes.
 */
import type { BinaryOperator, StaticType, TemporalStaticType } from './bound.js'

/** What a number can be; 'number' is one of them, not known which. */
export const numeric: readonly StaticType[] = ['integer', 'float']

/** What has a date, a time or both. */
const points: readonly TemporalStaticType[] = ['date', 'localtime', 'time', 'localdatetime', 'datetime']
export const temporalTypes: readonly StaticType[] = [...points, 'duration']

function isPoint(type: StaticType): boolean {
  return points.includes(type as TemporalStaticType)
}

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

const otherTexts: Partial<Record<StaticType, string>> = {
  number: 'INTEGER | FLOAT',
  list: 'LIST<ANY>',
  time: 'ZONED TIME',
  localtime: 'LOCAL TIME',
  datetime: 'ZONED DATETIME',
  localdatetime: 'LOCAL DATETIME',
}

/** The type as Cypher writes it in a signature. */
export function typeText(type: StaticType): string {
  return otherTexts[type] ?? type.toUpperCase()
}

/** Where all temporal types are among them, they are one in words. */
export function typeInWords(types: readonly StaticType[]): string {
  const all = temporalTypes.every((type) => types.includes(type))
  const words = types.filter((type) => !all || !temporalTypes.includes(type)).map((type) => type.toUpperCase())
  return [...words, ...(all ? ['a temporal value'] : [])].join(' or ')
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
    case '||':
      return concatenationType(left, right)
    case '-':
      return temporalSumType('-', left, right) ?? arithmeticType(left, right)
    case '*':
    case '/':
      return scaledType(left, right, operator) ?? arithmeticType(left, right)
    case '%':
      return arithmeticType(left, right)
    case '^':
      return arithmeticType(left, right) === undefined ? undefined : 'float'
  }
}

/** Strings with strings, and lists with lists. */
function concatenationType(left: StaticType, right: StaticType): StaticType | undefined {
  if (left === 'null' || right === 'null') return 'null'
  const fitting = (['string', 'list'] as const).filter((type) => canBe(left, [type]) && canBe(right, [type]))
  return fitting.length === 1 ? fitting[0] : fitting.length === 0 ? undefined : 'any'
}

function arithmeticType(left: StaticType, right: StaticType): StaticType | undefined {
  if (!canBe(left, numeric) || !canBe(right, numeric)) return undefined
  if (left === 'null' || right === 'null') return 'null'
  if (left === 'any' || right === 'any') return 'any'
  if (left === 'float' || right === 'float') return 'float'
  return left === 'integer' && right === 'integer' ? 'integer' : 'number'
}

/**
 * A point in time plus or minus a duration is one of its kind; two durations are a duration. undefined where neither is
 * known to be temporal, or they do not fit.
 */
function temporalSumType(operator: '+' | '-', left: StaticType, right: StaticType): StaticType | undefined {
  if (!temporalTypes.includes(left) && !temporalTypes.includes(right)) return undefined
  if (left === 'null' || right === 'null') return 'null'
  if (right === 'duration' && canBe(left, temporalTypes)) return left
  if (right === 'any') return operator === '-' || isPoint(left) ? left : 'any'
  return operator === '+' && canBe(left, ['duration']) && isPoint(right) ? right : undefined
}

/** A duration by a number. */
function scaledType(left: StaticType, right: StaticType, operator: '*' | '/'): StaticType | undefined {
  const [scaled, factor] = operator === '*' && right === 'duration' ? [right, left] : [left, right]
  if (scaled !== 'duration' || !canBe(factor, numeric)) return undefined
  return factor === 'null' ? 'null' : 'duration'
}

/** `+` adds numbers and durations, joins strings (also with what can be written as one), and adds to lists at either end. */
function sumType(left: StaticType, right: StaticType): StaticType | undefined {
  if (left === 'null' || right === 'null') return 'null'
  if (left === 'list' || right === 'list') return 'list'
  if (left === 'any' || right === 'any') return 'any'
  const joinable: readonly StaticType[] = ['string', 'boolean', ...numeric, ...temporalTypes]
  if (left === 'string' || right === 'string')
    return canBe(left, joinable) && canBe(right, joinable) ? 'string' : undefined
  return temporalSumType('+', left, right) ?? arithmeticType(left, right)
}
