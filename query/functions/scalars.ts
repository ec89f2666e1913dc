/** Functions that convert, choose, and tell about values. */
import { Float, integerMax, integerMin, toInteger, typeName, type Value } from '../../src/core/value.js'
import type { StaticType } from '../semantics/bound.js'
import { temporalTypes, unite } from '../semantics/types.js'
import { type CypherFunction, refuseArgument, strictFunction, valueFunction } from './function.js'
import { isNumber, textOf, toDouble } from './operators.js'
import { equals, isList, isMap } from './values.js'

const any: readonly StaticType[] = ['any']
const numberOrString: readonly StaticType[] = ['integer', 'float', 'string']
const writable: readonly StaticType[] = ['boolean', ...numberOrString, ...temporalTypes]

function convertInteger(value: Value): Value {
  if (value instanceof Float) return truncated(value.value)
  if (typeof value === 'string') return integerFromText(value)
  return isNumber(value) ? value : refuseArgument('toInteger', 'INTEGER, FLOAT or STRING', value)
}

/** null for text that is no number, and for a number that no INTEGER is. */
function integerFromText(text: string): Value {
  const trimmed = text.trim()
  if (/^[-+]?\d+$/.test(trimmed)) return inRange(BigInt(trimmed.replace(/^\+/, '')))
  const value = floatFromText(trimmed)
  return value === null ? null : truncated(value.value)
}

function truncated(value: number): Value {
  return Number.isFinite(value) ? inRange(BigInt(Math.trunc(value))) : null
}

function inRange(value: bigint): Value {
  return value >= integerMin && value <= integerMax ? toInteger(value) : null
}

function convertFloat(value: Value): Value {
  if (typeof value === 'string') return floatFromText(value.trim())
  return isNumber(value) ? new Float(toDouble(value)) : refuseArgument('toFloat', 'INTEGER, FLOAT or STRING', value)
}

function floatFromText(text: string): Float | null {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? new Float(Number(text)) : null
}

function convertBoolean(value: Value): Value {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return refuseArgument('toBoolean', 'BOOLEAN or STRING', value)
  const text = value.trim().toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : null
}

function convertString(value: Value): Value {
  return textOf(value) ?? refuseArgument('toString', 'BOOLEAN, INTEGER, FLOAT, STRING or a temporal value', value)
}

/** `toXOrNull`, and each item of `toXList`, gives null for what `toX` refuses. */
export const orNull = {
  integer: (value: Value) => (typeof value === 'string' || isNumber(value) ? convertInteger(value) : null),
  float: (value: Value) => (typeof value === 'string' || isNumber(value) ? convertFloat(value) : null),
  boolean: (value: Value) => (typeof value === 'string' || typeof value === 'boolean' ? convertBoolean(value) : null),
  string: (value: Value) => textOf(value) ?? null,
}

function sizeOf(value: Value): Value {
  if (isList(value)) return value.length
  return typeof value === 'string' ? lengthOf(value) : refuseArgument('size', 'LIST or STRING', value)
}

/** In code points; a text without surrogates has as many as it has units. */
function lengthOf(text: string): number {
  return /[\ud800-\udfff]/.test(text) ? [...text].length : text.length
}

function isEmpty(value: Value): Value {
  if (isList(value) || typeof value === 'string') return value.length === 0
  return isMap(value) ? value.size === 0 : refuseArgument('isEmpty', 'LIST, MAP or STRING', value)
}

export const scalarFunctions: readonly CypherFunction[] = [
  valueFunction(
    'coalesce',
    [any],
    (types) => types.reduce(unite, 'null'),
    (_environment, ...values) => values.find((value) => value !== null) ?? null,
    { variadic: true },
  ),
  strictFunction('toInteger', [numberOrString], 'integer', convertInteger),
  strictFunction('toFloat', [numberOrString], 'float', convertFloat),
  strictFunction('toBoolean', [['boolean', 'string']], 'boolean', convertBoolean),
  strictFunction('toString', [writable], 'string', convertString),
  strictFunction('toIntegerOrNull', [any], 'integer', orNull.integer),
  strictFunction('toFloatOrNull', [any], 'float', orNull.float),
  strictFunction('toBooleanOrNull', [any], 'boolean', orNull.boolean),
  strictFunction('toStringOrNull', [any], 'string', orNull.string),
  strictFunction('size', [['list', 'string']], 'integer', sizeOf),
  strictFunction('isEmpty', [['list', 'map', 'string']], 'boolean', isEmpty),
  valueFunction(
    'nullIf',
    [any, any],
    ([type]) => type ?? 'any',
    (_environment, value, other) => (equals(value!, other!) === true ? null : value!),
  ),
  valueFunction('exists', [any], 'boolean', (_environment, value) => value !== null),
  valueFunction('valueType', [any], 'string', (_environment, value) => typeName(value!)),
  valueFunction('timestamp', [], 'integer', ({ statementMs }) => Math.trunc(statementMs)),
  valueFunction('randomUUID', [], 'string', ({ random }) => uuidFrom(() => random.next()), { deterministic: false }),
]

/** A random UUID, version 4 (RFC 9562), from the database's own source. */
function uuidFrom(next: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16))
  digits[12] = '4'
  digits[16] = (8 + Math.floor(next() * 4)).toString(16)
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
