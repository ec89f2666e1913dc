/**
 * The length from one temporal value to another. What one of them lacks comes from the other: a time takes the other's
 * date, what has no zone takes the other's zone; a date alone is its midnight. With zones both are moments, and months
 * and days are counted on the clock of the first one's zone.
 */
import { monthsBetween, plusMonths } from './calendar.js'
import { LocalDate } from './date.js'
import { type LocalDateTime, type Moment, type Zone, ZonedDateTime } from './datetime.js'
import { Duration } from './duration.js'
import type { Temporal } from './temporal.js'
import { LocalTime, ZonedTime } from './time.js'
import { daySeconds } from './zone.js'

export type Point = LocalDate | LocalTime | ZonedTime | LocalDateTime | ZonedDateTime

/** What a value says of a moment; null: nothing. */
export interface Parts {
  readonly epochDay: number | null
  readonly nanoOfDay: number | null
  readonly zone: Zone | null
  readonly offset: number | null
}

export function partsOf(value: Point): Parts {
  const zoned = value instanceof ZonedDateTime || value instanceof ZonedTime
  return {
    epochDay: value instanceof LocalTime || value instanceof ZonedTime ? null : value.epochDay,
    nanoOfDay: value instanceof LocalDate ? null : value.nanoOfDay,
    zone: value instanceof ZonedDateTime ? value.zone : zoned ? value.offsetSeconds : null,
    offset: zoned ? value.offsetSeconds : null,
  }
}

export function isPoint(value: Temporal): value is Point {
  return value.type !== 'DURATION'
}

/** Both on the clock of one zone, or of none. */
interface Pair {
  readonly from: Moment
  readonly to: Moment
  /** The zone of both; null: seconds are those of the local clock. */
  readonly zone: Zone | null
  readonly fromOffset: number | null
  readonly bothDated: boolean
}

function aligned(from: Point, to: Point): Pair {
  const [a, b] = [partsOf(from), partsOf(to)]
  // Two times are compared on the same day, any.
  const day = a.epochDay ?? b.epochDay ?? 0
  const start: Moment = { epochDay: a.epochDay ?? day, nanoOfDay: a.nanoOfDay ?? 0 }
  const end: Moment = { epochDay: b.epochDay ?? day, nanoOfDay: b.nanoOfDay ?? 0 }
  const bothDated = a.epochDay !== null && b.epochDay !== null
  const zone = a.zone ?? b.zone
  if (zone === null) return { from: start, to: end, zone, fromOffset: null, bothDated }
  const first = ZonedDateTime.ofLocal(start, zone, a.offset ?? undefined)
  const second = ZonedDateTime.ofLocal(end, b.zone ?? zone, b.offset ?? undefined).inZone(zone)
  return { from: first, to: second, zone, fromOffset: first.offsetSeconds, bothDated }
}

/** Whole months, then whole days, then the rest; between values that do not both have a date, seconds alone. */
export function durationBetween(from: Point, to: Point): Duration {
  const pair = aligned(from, to)
  if (!pair.bothDated) return secondsOf(pair)
  const end = dayReached(pair)
  const months = monthsBetween(pair.from.epochDay, end)
  const moved = movedTo(pair, plusMonths(pair.from.epochDay, months))
  const days = dayReached(moved) - moved.from.epochDay
  const rest = secondsOf(movedTo(moved, moved.from.epochDay + days))
  return Duration.of({ months, days, seconds: rest.seconds, nanoseconds: rest.nanosecondsOfSecond })
}

/** Whole months; none between values that do not both have a date. */
export function durationInMonths(from: Point, to: Point): Duration {
  const pair = aligned(from, to)
  return Duration.of(pair.bothDated ? { months: monthsBetween(pair.from.epochDay, dayReached(pair)) } : {})
}

/** Whole days; none between values that do not both have a date. */
export function durationInDays(from: Point, to: Point): Duration {
  const pair = aligned(from, to)
  return Duration.of(pair.bothDated ? { days: dayReached(pair) - pair.from.epochDay } : {})
}

export function durationInSeconds(from: Point, to: Point): Duration {
  return secondsOf(aligned(from, to))
}

/** The last day, on the way to the end, that the clock of the start reaches: 23:00 to 22:00 of the next day is no day. */
function dayReached({ from, to }: Pair): number {
  const days = to.epochDay - from.epochDay
  if (days > 0 && to.nanoOfDay < from.nanoOfDay) return to.epochDay - 1
  return days < 0 && to.nanoOfDay > from.nanoOfDay ? to.epochDay + 1 : to.epochDay
}

/** The pair with its start on another day. */
function movedTo(pair: Pair, epochDay: number): Pair {
  const { from, zone, fromOffset } = pair
  if (epochDay === from.epochDay) return pair
  const local = { epochDay, nanoOfDay: from.nanoOfDay }
  if (zone === null) return { ...pair, from: local }
  const moved = ZonedDateTime.ofLocal(local, zone, fromOffset!)
  return { ...pair, from: moved, fromOffset: moved.offsetSeconds }
}

function secondsOf({ from, to, zone }: Pair): Duration {
  const [start, end] = zone === null ? [from, to] : [(from as ZonedDateTime).instant, (to as ZonedDateTime).instant]
  const days = end.epochDay - start.epochDay
  const nanoseconds = end.nanoOfDay - start.nanoOfDay
  const seconds = days * daySeconds
  return Duration.of({
    seconds: Number.isSafeInteger(seconds) ? seconds : BigInt(days) * BigInt(daySeconds),
    nanoseconds,
  })
}
