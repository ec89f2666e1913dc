/**
 * Exact fractions, for durations like 0.7 days: taken as the decimal that was written, not as the double nearest to it,
 * which would be 16:47:59.999999999.
 */
import type { Integer } from '../integer.js'
import { temporalInvalid } from './invalid.js'

export interface Fraction {
  readonly numerator: bigint
  /** Greater than 0. */
  readonly denominator: bigint
}

export const zero: Fraction = { numerator: 0n, denominator: 1n }

export function fractionOf(value: Integer): Fraction {
  return { numerator: BigInt(value), denominator: 1n }
}

/** Reads `-1.5`, with a point or a comma; the caller knows that it is one, and short. */
export function readFraction(text: string): Fraction {
  const [whole, digits = ''] = text.replace(',', '.').split('.') as [string, string?]
  return { numerator: BigInt(whole.replace('+', '') + digits), denominator: 10n ** BigInt(digits.length) }
}

/** The shortest decimal that stands for the double. Throws TEMPORAL_INVALID for NaN and the infinities. */
export function fractionOfDouble(value: number): Fraction {
  if (!Number.isFinite(value)) throw temporalInvalid(`${value} is no length of time`, { value })
  const [mantissa, exponent = '0'] = String(value).split('e') as [string, string?]
  return times(readFraction(mantissa), powerOfTen(Number(exponent)))
}

function powerOfTen(exponent: number): Fraction {
  const power = 10n ** BigInt(Math.abs(exponent))
  return exponent < 0 ? { numerator: 1n, denominator: power } : { numerator: power, denominator: 1n }
}

export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) return { numerator: a.numerator + b.numerator, denominator: a.denominator }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }
}

export function times(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }
}

/** `value` is not 0. */
export function inverse({ numerator, denominator }: Fraction): Fraction {
  return numerator < 0n
    ? { numerator: -denominator, denominator: -numerator }
    : { numerator: denominator, denominator: numerator }
}

/** The whole part, towards zero, and what is left. */
export function split({ numerator, denominator }: Fraction): { whole: bigint; rest: Fraction } {
  return { whole: numerator / denominator, rest: { numerator: numerator % denominator, denominator } }
}
