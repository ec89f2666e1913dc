/**
 * Dates with a time. A ZONED DATETIME keeps its local date and time with the offset that was found for it, so reading one
 * asks no zone; only arithmetic does, and choosing an offset at the start.
 */
import { DatabaseError } from '../errors.js'
import { type Integer, integerMax, integerMin, toInteger } from '../integer.js'
import { mustBeEpochDay, plusMonths } from './calendar.js'
import type { Duration } from './duration.js'
import { temporalInvalid } from './invalid.js'
import { DatedAndTimed } from './temporal.js'
import {
  dayNanos,
  readDate,
  readOffset,
  readTime,
  readWhole,
  secondNanos,
  splitDateTime,
  type TextParts,
  writeDate,
  writeOffset,
  writeTime,
} from './text.js'
import { mustBeNanoOfDay, mustBeOffset } from './time.js'
import { daySeconds, NamedZone } from './zone.js'

/** A day and a nanosecond of it. */
export interface Moment {
  readonly epochDay: number
  readonly nanoOfDay: number
}

/** An offset in seconds, or a zone by name. */
export type Zone = number | NamedZone

/** A LOCAL DATETIME: a date and a time without a zone. */
export class LocalDateTime extends DatedAndTimed {
  override readonly type = 'LOCAL DATETIME'

  constructor(
    override readonly epochDay: number,
    override readonly nanoOfDay: number,
  ) {
    super()
    mustBeEpochDay(epochDay)
    mustBeNanoOfDay(nanoOfDay)
  }

  /** Reads a date and a time joined by T, or a date alone. Throws TEMPORAL_INVALID. */
  static parse(text: string): LocalDateTime {
    return readWhole(text, 'a local datetime like 2015-07-21T21:40:32.142', readLocalDateTime)
  }

  /** Months, then days, then seconds. */
  plus(duration: Duration): LocalDateTime {
    const { epochDay, nanoOfDay } = plusSeconds(plusDays(this, duration), duration)
    return new LocalDateTime(epochDay, nanoOfDay)
  }

  equals(other: LocalDateTime): boolean {
    return this.epochDay === other.epochDay && this.nanoOfDay === other.nanoOfDay
  }

  compareTo(other: LocalDateTime): number {
    return this.epochDay - other.epochDay || this.nanoOfDay - other.nanoOfDay
  }

  override toString(): string {
    return `${writeDate(this.epochDay)}T${writeTime(this.nanoOfDay)}`
  }
}

/** A ZONED DATETIME: a moment, told at an offset or in a named zone. */
export class ZonedDateTime extends DatedAndTimed {
  override readonly type = 'ZONED DATETIME'

  constructor(
    override readonly epochDay: number,
    override readonly nanoOfDay: number,
    readonly offsetSeconds: number,
    /** null where the zone is the offset. */
    readonly zoneName: string | null = null,
  ) {
    super()
    mustBeEpochDay(epochDay)
    mustBeNanoOfDay(nanoOfDay)
    mustBeOffset(offsetSeconds)
  }

  /** What the clocks of a zone show. In a gap they are put forward; of two moments the earlier, or that of `preferred`. */
  static ofLocal({ epochDay, nanoOfDay }: Moment, zone: Zone, preferred?: number): ZonedDateTime {
    if (typeof zone === 'number') return new ZonedDateTime(epochDay, nanoOfDay, zone)
    const { offset, gap } = zone.resolve(epochDay, Math.floor(nanoOfDay / secondNanos), preferred)
    const local = gap === 0 ? { epochDay, nanoOfDay } : normalized(epochDay, nanoOfDay + gap * secondNanos)
    return new ZonedDateTime(local.epochDay, local.nanoOfDay, offset, zone.name)
  }

  /** A moment of UTC as a zone tells it. */
  static ofInstant({ epochDay, nanoOfDay }: Moment, zone: Zone): ZonedDateTime {
    const offset = typeof zone === 'number' ? zone : zone.offsetAt(epochDay, Math.floor(nanoOfDay / secondNanos))
    const local = normalized(epochDay, nanoOfDay + offset * secondNanos)
    return new ZonedDateTime(local.epochDay, local.nanoOfDay, offset, typeof zone === 'number' ? null : zone.name)
  }

  /** The moment of a JavaScript date, at UTC or in a zone: `ZonedDateTime.fromDate(new Date(), 'Europe/Stockholm')`. */
  static fromDate(date: Date, timezone = 'Z'): ZonedDateTime {
    return ZonedDateTime.ofInstant(momentOfMillis(date.getTime()), readZone(timezone))
  }

  /**
   * Reads `2015-07-21T21:40:32.142+02:00[Europe/Stockholm]`, in every form of date and time; without a zone it is at UTC.
   * Throws TEMPORAL_INVALID, also for an offset that the zone does not have then.
   */
  static parse(text: string): ZonedDateTime {
    return readWhole(text, 'a datetime like 2015-07-21T21:40:32.142+02:00[Europe/Stockholm]', readZonedDateTime)
  }

  get zone(): Zone {
    return this.zoneName === null ? this.offsetSeconds : NamedZone.get(this.zoneName)
  }

  /** The name of the zone, or its offset. */
  get timezone(): string {
    return this.zoneName ?? this.offset
  }

  /** The offset as text, `+01:00` or `Z`. */
  get offset(): string {
    return writeOffset(this.offsetSeconds)
  }

  get offsetMinutes(): number {
    return Math.trunc(this.offsetSeconds / 60) + 0
  }

  /** Whole seconds since 1970 at UTC. */
  get epochSeconds(): Integer {
    return this.sinceEpoch(1)
  }

  /** Whole milliseconds since 1970 at UTC. Throws NUMBER_OUT_OF_RANGE for the years beyond 292 million. */
  get epochMillis(): Integer {
    const millis = this.sinceEpoch(1_000)
    if (millis >= integerMin && millis <= integerMax) return millis
    throw new DatabaseError(
      'NUMBER_OUT_OF_RANGE',
      `${this} has more epochMillis than an INTEGER of 64 bits can tell; epochSeconds it can`,
      { value: String(millis) },
    )
  }

  /** May be beyond 64 bits. */
  private sinceEpoch(perSecond: number): Integer {
    const { epochDay, nanoOfDay } = this.instant
    const rest = Math.floor(nanoOfDay / (secondNanos / perSecond))
    const near = epochDay * daySeconds * perSecond + rest
    if (Number.isSafeInteger(near)) return near
    return toInteger(BigInt(epochDay) * BigInt(daySeconds * perSecond) + BigInt(rest))
  }

  /** The same moment as a JavaScript date. Throws TEMPORAL_INVALID where that cannot hold it: below a millisecond, or far off. */
  toDate(): Date {
    const date = new Date(Number(this.sinceEpoch(1_000)))
    if (this.nanosecond % 1_000_000 !== 0 || Number.isNaN(date.getTime()))
      throw temporalInvalid(
        `a JavaScript date has whole milliseconds and 271821 years at most, and this is ${this}`,
        {},
      )
    return date
  }

  /** The moment at UTC. */
  get instant(): Moment {
    return normalized(this.epochDay, this.nanoOfDay - this.offsetSeconds * secondNanos)
  }

  /** The same moment in another zone. */
  inZone(zone: Zone): ZonedDateTime {
    return ZonedDateTime.ofInstant(this.instant, zone)
  }

  /** The same local date and time in another zone. */
  withZone(zone: Zone): ZonedDateTime {
    return ZonedDateTime.ofLocal(this, zone, this.offsetSeconds)
  }

  /** Months and days by the clock of the zone, then seconds as they pass. */
  plus(duration: Duration): ZonedDateTime {
    const day =
      duration.months === 0 && duration.days === 0
        ? this
        : ZonedDateTime.ofLocal(plusDays(this, duration), this.zone, this.offsetSeconds)
    if (duration.seconds === 0 && duration.nanosecondsOfSecond === 0) return day
    return ZonedDateTime.ofInstant(plusSeconds(day.instant, duration), this.zone)
  }

  equals(other: ZonedDateTime): boolean {
    return (
      this.epochDay === other.epochDay &&
      this.nanoOfDay === other.nanoOfDay &&
      this.offsetSeconds === other.offsetSeconds &&
      this.zoneName === other.zoneName
    )
  }

  /** By the moment; of one moment from west to east; of one offset those without a zone's name first, then by name. */
  compareTo(other: ZonedDateTime): number {
    if (this.offsetSeconds === other.offsetSeconds) {
      const order = this.epochDay - other.epochDay || this.nanoOfDay - other.nanoOfDay
      return order || compareNames(this.zoneName, other.zoneName)
    }
    // Days are at most one apart where offsets decide, so what is compared stays far below 2^53.
    const days = this.epochDay - other.epochDay
    if (Math.abs(days) > 3) return days
    const nanos = (other.offsetSeconds - this.offsetSeconds) * secondNanos + this.nanoOfDay - other.nanoOfDay
    return days * dayNanos + nanos || this.offsetSeconds - other.offsetSeconds
  }

  override toString(): string {
    const local = `${writeDate(this.epochDay)}T${writeTime(this.nanoOfDay)}${this.offset}`
    return this.zoneName === null ? local : `${local}[${this.zoneName}]`
  }
}

function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? -1 : 1
  return a < b ? -1 : 1
}

// ---- zones ----------------------------------------------------------------------------------------------------------

/** Reads `+01:00`, `Z` or the name of a zone. Throws TEMPORAL_INVALID. */
export function readZone(text: string): Zone {
  return readOffset(text) ?? NamedZone.get(text)
}

// ---- sums -----------------------------------------------------------------------------------------------------------

/** `nanos` may lie some days before or after the day. */
function normalized(epochDay: number, nanos: number): Moment {
  const days = Math.floor(nanos / dayNanos)
  return { epochDay: epochDay + days, nanoOfDay: nanos - days * dayNanos }
}

export function momentOfMillis(millis: number): Moment {
  const days = Math.floor(millis / (daySeconds * 1000))
  return { epochDay: days, nanoOfDay: Math.floor(millis - days * daySeconds * 1000) * 1_000_000 }
}

function plusDays({ epochDay, nanoOfDay }: Moment, { months, days }: Duration): Moment {
  return { epochDay: plusMonths(epochDay, months) + days, nanoOfDay }
}

function plusSeconds({ epochDay, nanoOfDay }: Moment, { seconds, nanosecondsOfSecond }: Duration): Moment {
  const rest = typeof seconds === 'number' ? seconds % daySeconds : Number(seconds % BigInt(daySeconds))
  const days = typeof seconds === 'number' ? (seconds - rest) / daySeconds : Number(seconds / BigInt(daySeconds))
  return normalized(epochDay + days, nanoOfDay + rest * secondNanos + nanosecondsOfSecond)
}

// ---- reading --------------------------------------------------------------------------------------------------------

function readMoment({ date, time }: TextParts): Moment | undefined {
  const epochDay = readDate(date)
  const nanoOfDay = time === null ? 0 : readTime(time)
  return epochDay === undefined || nanoOfDay === undefined ? undefined : { epochDay, nanoOfDay }
}

function readLocalDateTime(text: string): LocalDateTime | undefined {
  const parts = splitDateTime(text)
  if (parts === undefined || parts.offset !== null || parts.zone !== null) return undefined
  const moment = readMoment(parts)
  return moment && new LocalDateTime(moment.epochDay, moment.nanoOfDay)
}

function readZonedDateTime(text: string): ZonedDateTime | undefined {
  const parts = splitDateTime(text)
  if (parts === undefined) return undefined
  const moment = readMoment(parts)
  const offset = parts.offset === null ? undefined : readOffset(parts.offset)
  if (moment === undefined || (parts.offset !== null && offset === undefined)) return undefined
  if (parts.zone === null) return ZonedDateTime.ofLocal(moment, offset ?? 0)
  const value = ZonedDateTime.ofLocal(moment, readZone(parts.zone), offset)
  if (offset !== undefined && value.offsetSeconds !== offset)
    throw temporalInvalid(`'${text}': the zone ${parts.zone} is then at ${value.offset}; leave out the offset`, {
      text,
    })
  return value
}
