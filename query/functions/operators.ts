/**
 * Operators on values. All give null where an operand is null. INTEGER has 64 bits: what goes beyond is
 * NUMBER_OUT_OF_RANGE, never a wrapped or rounded value. FLOAT follows IEEE 754, so a FLOAT may be divided by zero.
 * A value of another type is TYPE_MISMATCH.
 */
import { DatabaseError } from '../../src/core/errors.js'
import { Duration } from '../../src/core/temporal/duration.js'
import { type Fraction, fractionOf, fractionOfDouble } from '../../src/core/temporal/fraction.js'
import { Temporal } from '../../src/core/temporal/temporal.js'
import { Float, integerMax, integerMin, toInteger, type Value } from '../../src/core/value.js'
import { valueInWords } from '../../src/core/value-in-words.js'
import { equals, isList, isMap, type Truth } from './values.js'

export type Integer = number | bigint

export function isInteger(value: Value): value is Integer {
  return typeof value === 'number' || typeof value === 'bigint'
}

export function isNumber(value: Value): value is Integer | Float {
  return isInteger(value) || value instanceof Float
}

/** As the FLOAT nearest to it. */
export function toDouble(value: Integer | Float): number {
  return value instanceof Float ? value.value : Number(value)
}

/** An INTEGER from an exact result. */
export function checkedInteger(value: bigint): Integer {
  if (value >= integerMin && value <= integerMax) return toInteger(value)
  throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${value} is beyond the INTEGERs, which have 64 bits`, {
    value: String(value),
  })
}

/** How an operator works on each kind of number. */
interface Arithmetic {
  readonly sign: string
  readonly double: (a: number, b: number) => number
  readonly exact: (a: bigint, b: bigint) => bigint
  /** Of values that are not both numbers; undefined where it does not take them. */
  readonly temporal?: (a: Value, b: Value) => Value | undefined
}

function compute(a: Value, b: Value, { sign, double, exact, temporal }: Arithmetic): Value {
  if (a === null || b === null) return null
  if (!isNumber(a) || !isNumber(b)) return temporal?.(a, b) ?? refuse(sign, a, b)
  if (a instanceof Float || b instanceof Float) return new Float(double(toDouble(a), toDouble(b)))
  if (typeof a === 'number' && typeof b === 'number') {
    // Exact while it is safe: the sum or product of two integers rounds only beyond 2^53.
    const result = double(a, b)
    if (Number.isSafeInteger(result)) return result + 0
  }
  return checkedInteger(exact(BigInt(a), BigInt(b)))
}

function refuse(sign: string, a: Value, b: Value): never {
  throw new DatabaseError('TYPE_MISMATCH', `${sign} cannot take ${valueInWords(a)} and ${valueInWords(b)}`)
}

const sum: Arithmetic = { sign: '+', double: (a, b) => a + b, exact: (a, b) => a + b, temporal: temporalSum }
const difference: Arithmetic = {
  sign: '-',
  double: (a, b) => a - b,
  exact: (a, b) => a - b,
  temporal: temporalDifference,
}
const product: Arithmetic = { sign: '*', double: (a, b) => a * b, exact: (a, b) => a * b, temporal: scaled }
const quotient: Arithmetic = { sign: '/', double: (a, b) => a / b, exact: (a, b) => a / b, temporal: divided }

/** A point in time, or a duration, and a duration. */
function temporalSum(a: Value, b: Value): Value | undefined {
  if (a instanceof Temporal && b instanceof Duration) return a.plus(b)
  return a instanceof Duration && b instanceof Temporal ? b.plus(a) : undefined
}

function temporalDifference(a: Value, b: Value): Value | undefined {
  return a instanceof Temporal && b instanceof Duration ? a.plus(b.negated()) : undefined
}

function scaled(a: Value, b: Value): Value | undefined {
  if (a instanceof Duration && isNumber(b)) return a.times(factorOf(b))
  return b instanceof Duration && isNumber(a) ? b.times(factorOf(a)) : undefined
}

function divided(a: Value, b: Value): Value | undefined {
  return a instanceof Duration && isNumber(b) ? a.dividedBy(factorOf(b)) : undefined
}

function factorOf(value: Integer | Float): Fraction {
  return value instanceof Float ? fractionOfDouble(value.value) : fractionOf(value)
}

/** Adds numbers and durations, joins strings (and what can be written as one), joins lists, and puts a value at an end of a list. */
export function add(a: Value, b: Value): Value {
  if (a === null || b === null) return null
  if (isList(a)) return isList(b) ? [...a, ...b] : [...a, b]
  if (isList(b)) return [a, ...b]
  if (typeof a === 'string' || typeof b === 'string') return joined(a, b)
  return compute(a, b, sum)
}

function joined(a: Value, b: Value): string {
  if (typeof a === 'string' && typeof b === 'string') return a + b
  return (textOf(a) ?? refuse('+', a, b)) + (textOf(b) ?? refuse('+', a, b))
}

/** Joins strings, and lists. Unlike `add` it writes nothing else as a string and takes no value for a list of one. */
export function concatenate(a: Value, b: Value): Value {
  if (a === null || b === null) return null
  if (typeof a === 'string' && typeof b === 'string') return a + b
  return isList(a) && isList(b) ? [...a, ...b] : refuse('||', a, b)
}

export function subtract(a: Value, b: Value): Value {
  return compute(a, b, difference)
}

export function multiply(a: Value, b: Value): Value {
  return compute(a, b, product)
}

/** INTEGERs divide towards zero. Throws ARITHMETIC for an INTEGER divided by zero. */
export function divide(a: Value, b: Value): Value {
  if (!isInteger(a) || !isInteger(b)) return compute(a, b, quotient)
  refuseZero(b, '/')
  // What remains is taken off first, so that the division is exact and rounds nothing.
  if (typeof a === 'number' && typeof b === 'number') return (a - (a % b)) / b + 0
  return checkedInteger(BigInt(a) / BigInt(b))
}

/** The remainder, with the sign of `a`. Throws ARITHMETIC for an INTEGER divided by zero. */
export function modulo(a: Value, b: Value): Value {
  if (!isInteger(a) || !isInteger(b))
    return compute(a, b, { sign: '%', double: (x, y) => x % y, exact: (x, y) => x % y })
  refuseZero(b, '%')
  return typeof a === 'number' && typeof b === 'number' ? (a % b) + 0 : checkedInteger(BigInt(a) % BigInt(b))
}

function refuseZero(divisor: Integer, sign: string): void {
  if (divisor === 0)
    throw new DatabaseError('ARITHMETIC', `an INTEGER cannot be divided by zero (${sign}); divide by 0.0 for a FLOAT`)
}

/** Always a FLOAT. */
export function power(a: Value, b: Value): Value {
  if (a === null || b === null) return null
  if (!isNumber(a) || !isNumber(b)) return refuse('^', a, b)
  return new Float(toDouble(a) ** toDouble(b))
}

export function negate(value: Value): Value {
  if (value instanceof Float) return new Float(-value.value)
  if (value === null || isInteger(value)) return subtract(0, value)
  throw new DatabaseError('TYPE_MISMATCH', `- takes a number, and this is ${valueInWords(value)}`)
}

export function plus(value: Value): Value {
  if (value === null || isNumber(value)) return value
  throw new DatabaseError('TYPE_MISMATCH', `+ takes a number, and this is ${valueInWords(value)}`)
}

// ---- lists and maps -------------------------------------------------------------------------------------------------

/** What IN looks in. Throws TYPE_MISMATCH. */
export function listIn(list: Exclude<Value, null>): readonly Value[] {
  if (isList(list)) return list
  throw new DatabaseError('TYPE_MISMATCH', `IN takes a LIST, and this is ${valueInWords(list)}`)
}

/** Whether an item of the list equals `value`; null where that cannot be known. */
export function isIn(value: Value, list: Value): Truth {
  if (list === null) return null
  let result: Truth = false
  for (const item of listIn(list)) {
    const same = equals(value, item)
    if (same === true) return true
    if (same === null) result = null
  }
  return result
}

/** openCypher's names for an index that the container turns out not to take. */
const indexErrors = {
  list: { type: 'TypeError', detail: 'ListElementAccessByNonInteger' },
  map: { type: 'TypeError', detail: 'MapElementAccessByNonString' },
} as const

/** `list[index]`, counted from the end where negative and null where there is none; `map[key]`. */
export function elementAt(container: Value, index: Value): Value {
  if (container === null || index === null) return null
  if (isList(container)) return container.at(indexOf(index)) ?? null
  if (!isMap(container)) {
    throw new DatabaseError('TYPE_MISMATCH', `an index needs a LIST or a MAP, and this is ${valueInWords(container)}`)
  }
  if (typeof index === 'string') return container.get(index) ?? null
  throw new DatabaseError('TYPE_MISMATCH', `a MAP takes a STRING as its index, and this is ${valueInWords(index)}`, {
    openCypher: indexErrors.map,
  })
}

/** `list[from..to]` without `to`; a bound that is not written is undefined, and one that is null gives null. */
export function slice(list: Value, from: Value | undefined, to: Value | undefined): Value {
  if (list === null || from === null || to === null) return null
  if (!isList(list)) throw new DatabaseError('TYPE_MISMATCH', `a slice needs a LIST, and this is ${valueInWords(list)}`)
  return list.slice(from === undefined ? 0 : indexOf(from), to === undefined ? list.length : indexOf(to))
}

function indexOf(index: Value): number {
  if (isInteger(index)) return Number(index)
  throw new DatabaseError('TYPE_MISMATCH', `a LIST takes an INTEGER as its index, and this is ${valueInWords(index)}`, {
    openCypher: indexErrors.list,
  })
}

// ---- strings --------------------------------------------------------------------------------------------------------

/** The tests of strings give null for anything else. */
function testStrings(a: Value, b: Value, test: (a: string, b: string) => boolean): Truth {
  return typeof a === 'string' && typeof b === 'string' ? test(a, b) : null
}

export function startsWith(text: Value, start: Value): Truth {
  return testStrings(text, start, (a, b) => a.startsWith(b))
}

export function endsWith(text: Value, end: Value): Truth {
  return testStrings(text, end, (a, b) => a.endsWith(b))
}

export function contains(text: Value, part: Value): Truth {
  return testStrings(text, part, (a, b) => a.includes(b))
}

/** `text =~ pattern`: whether the whole text matches. Flags stand at the front of the pattern, as in `(?i)abc`. */
export function matches(text: Value, pattern: Value): Truth {
  return testStrings(text, pattern, (a, b) => expressionOf(b).test(a))
}

let last = { pattern: '', expression: /^(?:)$/u }

/** A pattern is mostly the same from row to row, so the last one is kept. */
function expressionOf(pattern: string): RegExp {
  if (last.pattern !== pattern) last = { pattern, expression: compileExpression(pattern) }
  return last.expression
}

function compileExpression(pattern: string): RegExp {
  const [, flags = '', body = ''] = /^(?:\(\?([ims]+)\))?(.*)$/su.exec(pattern)!
  // With `m` the usual anchors are those of each line, and the whole text is to match.
  const [start, end] = flags.includes('m') ? ['(?<![\\s\\S])', '(?![\\s\\S])'] : ['^', '$']
  try {
    return new RegExp(`${start}(?:${body})${end}`, `u${[...new Set(flags)].join('')}`)
  } catch (cause) {
    throw new DatabaseError('SYNTAX_ERROR', `${pattern} is not a regular expression`, { cause })
  }
}

/** How a value is written by `toString` and `+`; undefined for one that is not written so. */
export function textOf(value: Value): string | undefined {
  if (value instanceof Float) return floatText(value.value)
  if (value instanceof Temporal) return value.toString()
  return value === null || typeof value === 'object' ? undefined : String(value)
}

const plainFloatMin = 1e-3
const plainFloatMax = 1e7

/** As Cypher writes FLOATs: 1.0, 0.001, 1.0E7, with the fewest digits that read back as the same number. */
export function floatText(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return String(value)
  if (size === 0 || (size >= plainFloatMin && size < plainFloatMax)) return withPoint(decimalText(value))
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  return `${withPoint(mantissa)}E${Number(exponent)}`
}

function decimalText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function withPoint(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`
}
