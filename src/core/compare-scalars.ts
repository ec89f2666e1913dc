/** The order of numbers and of temporal values, as `a < b` and a range of a search ask for it. */
import { Temporal } from './temporal/temporal.js'
import { Float, type PropertyValue, type Value } from './value.js'

export type Numeric = number | bigint

/** The number that a value is; undefined for any other value. */
export function numberOf(value: Value): Numeric | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return value instanceof Float ? value.value : undefined
}

/** NaN where one of them is, which no test of order finds true. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (a < b) return -1
  if (a > b) return 1
  // biome-ignore lint/suspicious/noDoubleEquals: compares a bigint with a number by what they stand for
  return a == b ? 0 : Number.NaN
}

/** null between types that have no common order, and for durations: a month is neither shorter nor longer than 30 days. */
export function compareTemporals(a: Temporal, b: Temporal): number | null {
  return a.type === b.type && a.type !== 'DURATION' ? a.compareTo(b) : null
}

/** How a value stands to a number or a temporal value; null where they have no common order. */
export function compareWith(other: Numeric | Float | Temporal, value: PropertyValue): number | null {
  if (other instanceof Temporal) return value instanceof Temporal ? compareTemporals(value, other) : null
  const number = numberOf(value)
  return number === undefined ? null : compareNumbers(number, numberOf(other)!)
}
