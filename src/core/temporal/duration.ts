/**
 * A length of time in three parts that are kept apart, as they are not of fixed length in each other: months, days and
 * seconds with nanoseconds. Their signs may differ: P1M-14DT-0.5S.
 *
 * Where a part is not whole (`duration({months: 0.75})`, half of P1M) its fraction goes on to the next smaller one, a month
 * taken as 2,629,746 s, the mean of the Gregorian calendar, and a day as 86,400 s; below a nanosecond it is cut off.
 * Durations are ordered by the length that this gives; two of one length are equal only where all parts are.
 */
import { DatabaseError } from '../errors.js'
import { type Integer, integerMax, integerMin, toInteger } from '../integer.js'
import { type Fraction, fractionOf, inverse, plus, readFraction, split, times, zero } from './fraction.js'
import { Temporal } from './temporal.js'
import { dayNanos, readWhole, secondNanos, writeFraction } from './text.js'
import { daySeconds } from './zone.js'

/** A 400th of 146,097 days, and a 12th of that. */
const monthSeconds = 2_629_746

export interface DurationParts {
  readonly months?: Integer
  readonly days?: Integer
  readonly seconds?: Integer
  /** Any number of them; whole seconds among them count as such. */
  readonly nanoseconds?: Integer
}

/** Which part a unit belongs to, and how much of it one is. */
const units = {
  years: { part: 'months', count: 12n },
  quarters: { part: 'months', count: 3n },
  months: { part: 'months', count: 1n },
  weeks: { part: 'days', count: 7n },
  days: { part: 'days', count: 1n },
  hours: { part: 'nanoseconds', count: 3_600_000_000_000n },
  minutes: { part: 'nanoseconds', count: 60_000_000_000n },
  seconds: { part: 'nanoseconds', count: 1_000_000_000n },
  milliseconds: { part: 'nanoseconds', count: 1_000_000n },
  microseconds: { part: 'nanoseconds', count: 1_000n },
  nanoseconds: { part: 'nanoseconds', count: 1n },
} as const

export type DurationUnit = keyof typeof units
export const durationUnits = Object.keys(units) as readonly DurationUnit[]

export class Duration extends Temporal {
  override readonly type = 'DURATION'

  private constructor(
    readonly months: number,
    readonly days: number,
    /** The whole seconds below or at the length: -1 of PT-0.5S, whose `nanosecondsOfSecond` are 500,000,000. */
    readonly seconds: Integer,
    /** 0 to 999,999,999. */
    readonly nanosecondsOfSecond: number,
  ) {
    super()
  }

  /** Throws NUMBER_OUT_OF_RANGE where the whole, in seconds, has more than 64 bits. */
  static of({ months = 0, days = 0, seconds = 0, nanoseconds = 0 }: DurationParts): Duration {
    if (typeof seconds === 'number' && typeof nanoseconds === 'number') {
      const carried = Math.floor(nanoseconds / secondNanos)
      const sum = seconds + carried
      // Far from what 64 bits hold, whatever the signs.
      if (Math.abs(Number(months)) < 1e9 && Math.abs(Number(days)) < 1e12 && Number.isSafeInteger(sum))
        return new Duration(Number(months) + 0, Number(days) + 0, sum + 0, nanoseconds - carried * secondNanos)
    }
    return Duration.ofLarge(BigInt(months), BigInt(days), BigInt(seconds), BigInt(nanoseconds))
  }

  private static ofLarge(months: bigint, days: bigint, seconds: bigint, nanoseconds: bigint): Duration {
    const nanos = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
    const whole = seconds + (nanoseconds - nanos) / 1_000_000_000n
    const length = months * BigInt(monthSeconds) + days * BigInt(daySeconds) + whole
    for (const each of [length, months * BigInt(monthSeconds), days * BigInt(daySeconds), whole])
      if (each < integerMin || each > integerMax)
        throw new DatabaseError('NUMBER_OUT_OF_RANGE', 'a duration takes at most as many seconds as 64 bits hold', {
          value: String(each),
        })
    return new Duration(Number(months), Number(days), toInteger(whole), Number(nanos))
  }

  /** From amounts of units, whole or not. */
  static ofUnits(amounts: Iterable<readonly [DurationUnit, Fraction]>): Duration {
    const parts = { months: zero, days: zero, nanoseconds: zero }
    for (const [unit, amount] of amounts) {
      const { part, count } = units[unit]
      parts[part] = plus(parts[part], times(amount, fractionOf(count)))
    }
    return Duration.ofFractions(parts)
  }

  private static ofFractions(parts: { months: Fraction; days: Fraction; nanoseconds: Fraction }): Duration {
    const months = split(parts.months)
    const monthInDays = { numerator: BigInt(monthSeconds), denominator: BigInt(daySeconds) }
    const days = split(plus(parts.days, times(months.rest, monthInDays)))
    const { whole } = split(plus(parts.nanoseconds, times(days.rest, fractionOf(dayNanos))))
    return Duration.ofLarge(months.whole, days.whole, 0n, whole)
  }

  /**
   * Reads `P1Y2M3W4DT5H6M7.8S`, whose parts may be left out, be negative or have a fraction, and
   * `P2012-02-02T14:37:21.545`. Throws TEMPORAL_INVALID.
   */
  static parse(text: string): Duration {
    return readWhole(text, 'a duration like P1Y2M3DT4H5M6.7S', readDuration)
  }

  // ---- components -----------------------------------------------------------------------------------------------

  get years(): number {
    return Math.trunc(this.months / 12) + 0
  }

  get quarters(): number {
    return Math.trunc(this.months / 3) + 0
  }

  get weeks(): number {
    return Math.trunc(this.days / 7) + 0
  }

  get hours(): Integer {
    return quotient(this.seconds, 3600)
  }

  get minutes(): Integer {
    return quotient(this.seconds, 60)
  }

  /** Throws NUMBER_OUT_OF_RANGE beyond 64 bits, as the two below. */
  get milliseconds(): Integer {
    return this.secondsIn(1_000)
  }

  get microseconds(): Integer {
    return this.secondsIn(1_000_000)
  }

  get nanoseconds(): Integer {
    return this.secondsIn(secondNanos)
  }

  get quartersOfYear(): number {
    return (this.quarters % 4) + 0
  }

  get monthsOfQuarter(): number {
    return (this.months % 3) + 0
  }

  get monthsOfYear(): number {
    return (this.months % 12) + 0
  }

  get daysOfWeek(): number {
    return (this.days % 7) + 0
  }

  get minutesOfHour(): number {
    return remainder(this.minutes, 60)
  }

  get secondsOfMinute(): number {
    return remainder(this.seconds, 60)
  }

  get millisecondsOfSecond(): number {
    return Math.floor(this.nanosecondsOfSecond / 1_000_000)
  }

  get microsecondsOfSecond(): number {
    return Math.floor(this.nanosecondsOfSecond / 1_000)
  }

  private secondsIn(perSecond: number): Integer {
    const part = Math.floor(this.nanosecondsOfSecond / (secondNanos / perSecond))
    const near = Number(this.seconds) * perSecond + part
    if (Number.isSafeInteger(near)) return near
    const exact = BigInt(this.seconds) * BigInt(perSecond) + BigInt(part)
    if (exact >= integerMin && exact <= integerMax) return toInteger(exact)
    throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${this} is too long for so small a unit in 64 bits`, {
      value: String(exact),
    })
  }

  // ---- arithmetic -----------------------------------------------------------------------------------------------

  plus(other: Duration): Duration {
    return Duration.of({
      months: this.months + other.months,
      days: this.days + other.days,
      seconds: sum(this.seconds, other.seconds),
      nanoseconds: this.nanosecondsOfSecond + other.nanosecondsOfSecond,
    })
  }

  minus(other: Duration): Duration {
    return this.plus(other.negated())
  }

  negated(): Duration {
    return Duration.of({
      months: -this.months,
      days: -this.days,
      seconds: negative(this.seconds),
      nanoseconds: -this.nanosecondsOfSecond,
    })
  }

  times(factor: Fraction): Duration {
    const nanoseconds = BigInt(this.seconds) * BigInt(secondNanos) + BigInt(this.nanosecondsOfSecond)
    return Duration.ofFractions({
      months: times(fractionOf(this.months), factor),
      days: times(fractionOf(this.days), factor),
      nanoseconds: times(fractionOf(nanoseconds), factor),
    })
  }

  /** Throws ARITHMETIC for zero. */
  dividedBy(divisor: Fraction): Duration {
    if (divisor.numerator === 0n) throw new DatabaseError('ARITHMETIC', 'a DURATION cannot be divided by zero')
    return this.times(inverse(divisor))
  }

  /** Whole days in the seconds, towards zero: what a date takes of them. */
  get daysOfSeconds(): number {
    const cut = Number(this.seconds) < 0 && this.nanosecondsOfSecond > 0 ? sum(this.seconds, 1) : this.seconds
    return Number(quotient(cut, daySeconds))
  }

  // ---- order ----------------------------------------------------------------------------------------------------

  equals(other: Duration): boolean {
    return (
      this.months === other.months &&
      this.days === other.days &&
      this.seconds === other.seconds &&
      this.nanosecondsOfSecond === other.nanosecondsOfSecond
    )
  }

  /** By length; of one length by months, then by days. 0 only for equal ones. */
  compareTo(other: Duration): number {
    const [length, otherLength] = [this.lengthSeconds, other.lengthSeconds]
    if (length < otherLength) return -1
    if (length > otherLength) return 1
    return this.nanosecondsOfSecond - other.nanosecondsOfSecond || this.months - other.months || this.days - other.days
  }

  /** The whole in seconds, months and days at their mean length. */
  get lengthSeconds(): Integer {
    const [months, days] = [this.months * monthSeconds, this.days * daySeconds]
    if (Math.abs(months) < 2 ** 51 && Math.abs(days) < 2 ** 51 && Math.abs(Number(this.seconds)) < 2 ** 51)
      return months + days + Number(this.seconds)
    return toInteger(
      BigInt(this.months) * BigInt(monthSeconds) + BigInt(this.days) * BigInt(daySeconds) + BigInt(this.seconds),
    )
  }

  override toString(): string {
    const date = written(this.years, 'Y') + written(this.monthsOfYear, 'M') + written(this.days, 'D')
    const time = this.writtenTime()
    if (time !== '') return `P${date}T${time}`
    return date === '' ? 'PT0S' : `P${date}`
  }

  private writtenTime(): string {
    const negative = Number(this.seconds) < 0
    const nanos = this.nanosecondsOfSecond
    // Of a negative length both are turned around, so that the sign stands for all digits.
    const seconds = negative && nanos > 0 ? sum(this.seconds, 1) : this.seconds
    const fraction = writeFraction(negative && nanos > 0 ? secondNanos - nanos : nanos)
    const rest = remainder(seconds, 60)
    const sign = negative && rest === 0 ? '-' : ''
    const last = rest === 0 && fraction === '' ? '' : `${sign}${rest}${fraction}S`
    return written(quotient(seconds, 3600), 'H') + written(remainder(quotient(seconds, 60), 60), 'M') + last
  }
}

function written(value: Integer, unit: string): string {
  return value === 0 ? '' : `${value}${unit}`
}

function sum(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) return a + b
  return toInteger(BigInt(a) + BigInt(b))
}

function negative(value: Integer): Integer {
  return typeof value === 'number' ? -value : toInteger(-value)
}

function quotient(value: Integer, divisor: number): Integer {
  return typeof value === 'number' ? Math.trunc(value / divisor) + 0 : toInteger(value / BigInt(divisor))
}

function remainder(value: Integer, divisor: number): number {
  return typeof value === 'number' ? (value % divisor) + 0 : Number(value % BigInt(divisor))
}

// ---- reading --------------------------------------------------------------------------------------------------------

const amount = '([+-]?\\d+(?:[.,]\\d+)?)'
const byUnits = new RegExp(
  `^([+-]?)P(?=.)(?:${amount}Y)?(?:${amount}Q)?(?:${amount}M)?(?:${amount}W)?(?:${amount}D)?` +
    `(?:T(?=.)(?:${amount}H)?(?:${amount}M)?(?:${amount}S)?)?$`,
  'i',
)
const byUnitsOrder = ['years', 'quarters', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const

const byPlaces = [
  /^([+-]?)P(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:[.,]\d{1,9})?)$/i,
  /^([+-]?)P(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d(?:[.,]\d{1,9})?)$/i,
]
const byPlacesOrder = ['years', 'months', 'days', 'hours', 'minutes', 'seconds'] as const

function readDuration(text: string): Duration | undefined {
  return (
    readAmounts(byUnits.exec(text), byUnitsOrder) ??
    readAmounts(byPlaces[0]!.exec(text) ?? byPlaces[1]!.exec(text), byPlacesOrder)
  )
}

function readAmounts(found: RegExpExecArray | null, order: readonly DurationUnit[]): Duration | undefined {
  if (found === null) return undefined
  const [, sign, ...amounts] = found as readonly (string | undefined)[]
  const given = order.flatMap((unit, i) => {
    const text = amounts[i]
    return text === undefined ? [] : [[unit, readFraction(text)] as const]
  })
  const duration = Duration.ofUnits(given)
  return sign === '-' ? duration.negated() : duration
}
