/** Functions of numbers. Those of calculus give FLOATs, NaN where the result is not defined. */
import { DatabaseError } from '../../src/core/errors.js'
import { Float, type Value } from '../../src/core/value.js'
import type { StaticType } from '../semantics/bound.js'
import {
  type CypherFunction,
  mustBeInteger,
  mustBeNumber,
  mustBeString,
  strictFunction,
  valueFunction,
} from './function.js'
import { negate, toDouble } from './operators.js'

const number: readonly StaticType[] = ['integer', 'float']

/** A function of one number as a FLOAT. */
function real(name: string, compute: (value: number) => number): CypherFunction {
  return strictFunction(name, [number], 'float', (value) => new Float(compute(toDouble(mustBeNumber(name, value)))))
}

function sign(value: Value): Value {
  const found = mustBeNumber('sign', value)
  return found instanceof Float ? signOf(found.value) : found === 0 ? 0 : found > 0 ? 1 : -1
}

function signOf(value: number): Value {
  return value > 0 ? 1 : value < 0 ? -1 : 0
}

function abs(value: Value): Value {
  const found = mustBeNumber('abs', value)
  if (found instanceof Float) return new Float(Math.abs(found.value))
  return found < 0 ? negate(found) : found
}

type RoundingMode = (value: number) => number

/** Java's names for what to do with the part that is cut off; `value` is the size, the sign comes back later. */
const sizeModes: Readonly<Record<string, RoundingMode>> = {
  UP: Math.ceil,
  DOWN: Math.floor,
  HALF_UP: (value) => Math.floor(value + 0.5),
  HALF_DOWN: (value) => Math.ceil(value - 0.5),
  HALF_EVEN: (value) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)),
}

function roundedBy(mode: string, value: number): number {
  if (mode === 'CEILING') return Math.ceil(value)
  if (mode === 'FLOOR') return Math.floor(value)
  const round = sizeModes[mode]
  if (round !== undefined) return Math.sign(value) * round(Math.abs(value))
  const names = ['CEILING', 'FLOOR', ...Object.keys(sizeModes)].join(', ')
  throw new DatabaseError('TYPE_MISMATCH', `round has no mode ${mode}; it has ${names}`)
}

/** Without digits a tie goes up, to the greater number; with digits, away from zero, or as `mode` says. */
function round(value: Value, digits?: Value, mode: Value = 'HALF_UP'): Value {
  const double = toDouble(mustBeNumber('round', value))
  if (!Number.isFinite(double)) return new Float(double)
  if (digits === undefined) return new Float(Math.floor(double + 0.5))
  const count = mustBeInteger('round', digits)
  if (count < 0)
    throw new DatabaseError('NUMBER_OUT_OF_RANGE', `round takes no negative number of digits, and this is ${count}`)
  // Shifted in decimal notation, as 1.005 * 100 is 100.49999999999999.
  const large = shifted(double, count)
  const rounded = roundedBy(mustBeString('round', mode), large)
  // No FLOAT has that many digits, so there is nothing to round.
  return new Float(Number.isFinite(large) ? shifted(rounded, -count) : double)
}

function shifted(value: number, digits: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e') as [string, string?]
  return Number(`${mantissa}e${Number(exponent) + digits}`)
}

function atan2(y: Value, x: Value): Value {
  return new Float(Math.atan2(toDouble(mustBeNumber('atan2', y)), toDouble(mustBeNumber('atan2', x))))
}

function constant(name: string, value: number): CypherFunction {
  return valueFunction(name, [], 'float', () => new Float(value))
}

export const mathFunctions: readonly CypherFunction[] = [
  strictFunction('abs', [number], ([type]) => type ?? 'any', abs),
  strictFunction('sign', [number], 'integer', sign),
  real('ceil', Math.ceil),
  real('floor', Math.floor),
  strictFunction('round', [number, ['integer'], ['string']], 'float', round, { optionalCount: 2 }),
  real('sqrt', Math.sqrt),
  real('exp', Math.exp),
  real('log', Math.log),
  real('log10', Math.log10),
  real('sin', Math.sin),
  real('cos', Math.cos),
  real('tan', Math.tan),
  real('cot', (value) => 1 / Math.tan(value)),
  real('asin', Math.asin),
  real('acos', Math.acos),
  real('atan', Math.atan),
  strictFunction('atan2', [number, number], 'float', atan2),
  real('sinh', Math.sinh),
  real('cosh', Math.cosh),
  real('tanh', Math.tanh),
  real('degrees', (value) => (value * 180) / Math.PI),
  real('radians', (value) => (value * Math.PI) / 180),
  real('haversin', (value) => (1 - Math.cos(value)) / 2),
  constant('pi', Math.PI),
  constant('e', Math.E),
  strictFunction('isNaN', [number], 'boolean', (value) => Number.isNaN(toDouble(mustBeNumber('isNaN', value)))),
  valueFunction('rand', [], 'float', ({ random }) => new Float(random.next()), { deterministic: false }),
]
