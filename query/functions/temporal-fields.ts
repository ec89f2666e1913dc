/**
 * Dates and times from maps: `date({year: 1984, week: 10})`, `datetime({date: d, hour: 12, timezone: 'Europe/Stockholm'})`.
 *
 * A day is told in one of four ways, each from the year down: month and day, week and dayOfWeek, quarter and dayOfQuarter,
 * or ordinalDay. The smallest parts may be left out and are then the first there is; a part in the middle may not. Where a
 * map also selects from another value (`date`, `time`, `datetime`), parts replace that value's, and what is not replaced
 * stays: the day of the week under a new week, the day of the month (or the month's last) under a new month.
 *
 * A `timezone` moves what was selected together with a zone, so that it stays the same moment; otherwise it is where the
 * local time is told.
 */

import { isPoint, type Parts, type Point, partsOf } from '../../src/core/temporal/between.js'
import { calendarDateOf, clampedDay, quarterOf, weekdayOf, weekYearOf } from '../../src/core/temporal/calendar.js'
import { dateComponents, timeComponents } from '../../src/core/temporal/components.js'
import { type Moment, momentOfMillis, readZone, type Zone, ZonedDateTime } from '../../src/core/temporal/datetime.js'
import { temporalInvalid } from '../../src/core/temporal/invalid.js'
import { Temporal } from '../../src/core/temporal/temporal.js'
import {
  dayOfMonth,
  dayOfQuarter,
  dayOfWeek,
  dayOfYear,
  mustBeYear,
  nanoOfDay,
  within,
} from '../../src/core/temporal/text.js'
import { ZonedTime } from '../../src/core/temporal/time.js'
import type { Value } from '../../src/core/value.js'
import { mustBeInteger, mustBeString, refuseArgument } from './function.js'
import { isInteger } from './operators.js'

export type Fields = ReadonlyMap<string, Value>

/** A field as a whole number; undefined: not in the map. */
function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields.get(name)
  return value === undefined ? undefined : mustBeInteger(`the component ${name}`, value)
}

function hasAny(fields: Fields, names: readonly string[]): boolean {
  return names.some((name) => fields.has(name))
}

/** Throws TEMPORAL_INVALID for a field that the type, called `type`, is not made of. */
export function checkNames(fields: Fields, type: string, allowed: readonly string[]): void {
  for (const name of fields.keys())
    if (!allowed.includes(name))
      throw temporalInvalid(`${type} has no component '${name}'; it takes ${allowed.join(', ')}`, { component: name })
}

export const dayFields: readonly string[] = dateComponents.filter((name) => name !== 'weekYear' && name !== 'weekDay')
export const clockFields: readonly string[] = timeComponents

// ---- days -----------------------------------------------------------------------------------------------------------

/** The ways to tell a day of a year, each from large to small. */
const dayPaths = [['month', 'day'], ['week', 'dayOfWeek'], ['quarter', 'dayOfQuarter'], ['ordinalDay']] as const

type DayPath = (typeof dayPaths)[number]

function pathOf(fields: Fields): DayPath {
  const used = dayPaths.filter((path) => hasAny(fields, path))
  if (used.length > 1) {
    const [first, second] = used.map((path) => path.find((name) => fields.has(name))!)
    throw temporalInvalid(`'${first}' and '${second}' tell the day in different ways; give one of them`, {})
  }
  return used[0] ?? dayPaths[0]
}

/** The day that the fields tell; `base` is the one that they change. Throws TEMPORAL_INVALID. */
export function dayFrom(fields: Fields, base: number | null): number {
  const path = pathOf(fields)
  return base === null ? newDay(fields, path) : changedDay(fields, path, base)
}

function newDay(fields: Fields, path: DayPath): number {
  mustBeFromLargest(fields, ['year', ...path])
  const year = mustBeYear(numberIn(fields, 'year')!)
  const [first = 1, second = 1] = path.map((name) => numberIn(fields, name))
  switch (path[0]) {
    case 'month':
      return dayOfMonth(year, first, second)
    case 'week':
      return dayOfWeek(year, first, second)
    case 'quarter':
      return dayOfQuarter(year, first, second)
    case 'ordinalDay':
      return dayOfYear(year, first)
  }
}

function changedDay(fields: Fields, path: DayPath, base: number): number {
  const own = calendarDateOf(base)
  const given = numberIn(fields, 'year')
  const year = mustBeYear(given ?? own.year)
  const [first, second] = path.map((name) => numberIn(fields, name))
  switch (path[0]) {
    case 'month': {
      const month = within('month', first ?? own.month, 1, 12)
      return second === undefined ? clampedDay(year, month, own.day) : dayOfMonth(year, month, second)
    }
    case 'week': {
      // Beside a week, the year is that of weeks.
      if (first !== undefined) return dayOfWeek(given ?? weekYearOf(base), first, second ?? weekdayOf(base))
      const day = clampedDay(year, own.month, own.day)
      return day - weekdayOf(day) + within('dayOfWeek', second!, 1, 7)
    }
    case 'quarter': {
      const quarter = within('quarter', first ?? quarterOf(own.month), 1, 4)
      if (second !== undefined) return dayOfQuarter(year, quarter, second)
      return clampedDay(year, quarter * 3 - 2 + ((own.month - 1) % 3), own.day)
    }
    case 'ordinalDay':
      return dayOfYear(year, first!)
  }
}

function mustBeFromLargest(fields: Fields, path: readonly string[]): void {
  for (let i = 1; i < path.length; i++) {
    if (!fields.has(path[i]!) || fields.has(path[i - 1]!)) continue
    throw temporalInvalid(`'${path[i]}' needs '${path[i - 1]}' beside it`, { component: path[i] })
  }
  if (!fields.has(path[0]!))
    throw temporalInvalid(`'${path[0]}' is missing; it is needed where nothing is selected from`, {
      component: path[0],
    })
}

// ---- times ----------------------------------------------------------------------------------------------------------

const subseconds = ['millisecond', 'microsecond', 'nanosecond'] as const

/** The time that the fields tell; `base` is the one that they change. Throws TEMPORAL_INVALID. */
export function timeFrom(fields: Fields, base: number | null): number {
  if (base === null && hasAny(fields, clockFields)) {
    mustBeFromLargest(fields, ['hour', 'minute', 'second'])
    if (hasAny(fields, subseconds) && !fields.has('second'))
      throw temporalInvalid(`parts of a second need 'second' beside them`, { component: 'second' })
  }
  const seconds = Math.floor((base ?? 0) / 1_000_000_000)
  return nanoOfDay(
    numberIn(fields, 'hour') ?? Math.floor(seconds / 3600),
    numberIn(fields, 'minute') ?? Math.floor(seconds / 60) % 60,
    numberIn(fields, 'second') ?? seconds % 60,
    hasAny(fields, subseconds) ? subsecond(fields) : (base ?? 0) % 1_000_000_000,
  )
}

/** Each part is counted within the next larger one that is given: 5 ms and 6 ns, or 5,000,006 ns. */
function subsecond(fields: Fields): number {
  let [sum, limit] = [0, 1_000_000_000]
  const sizes = { millisecond: 1_000_000, microsecond: 1_000, nanosecond: 1 }
  for (const name of subseconds) {
    const count = numberIn(fields, name)
    if (count === undefined) continue
    sum += within(name, count, 0, limit / sizes[name] - 1) * sizes[name]
    limit = sizes[name]
  }
  return sum
}

// ---- selection ------------------------------------------------------------------------------------------------------

/** What the map selects from. */
export interface Selected {
  readonly epochDay: number | null
  readonly nanoOfDay: number | null
  /** The zone that came with the time, and the offset then. */
  readonly zone: Zone | null
  readonly offset: number | null
  /** A moment of UTC since 1970 rather than a local time. */
  readonly isEpoch: boolean
}

export const selectors: readonly string[] = ['date', 'time', 'datetime']

/** Reads `date`, `time`, `datetime`, `epochSeconds` and `epochMillis`. */
export function selectedFrom(fields: Fields): Selected {
  const epoch = epochIn(fields)
  if (epoch !== undefined) return { ...epoch, zone: 0, offset: 0, isEpoch: true }
  const datetime = pointIn(fields, 'datetime')
  const [date, time] = [datetime ?? pointIn(fields, 'date'), datetime ?? pointIn(fields, 'time')]
  return {
    epochDay: date === undefined ? null : mustHaveDate(date),
    nanoOfDay: time === undefined ? null : mustHaveTime(time),
    zone: time === undefined ? null : partsOf(time).zone,
    offset: time === undefined ? null : partsOf(time).offset,
    isEpoch: false,
  }
}

/** The whole of another value; a date alone is its midnight. */
export function selectedPoint(point: Point): Selected {
  const { epochDay, nanoOfDay, zone, offset }: Parts = partsOf(point)
  return { epochDay, nanoOfDay: nanoOfDay ?? (epochDay === null ? null : 0), zone, offset, isEpoch: false }
}

function pointIn(fields: Fields, name: string): Point | undefined {
  const value = fields.get(name)
  if (value === undefined) return undefined
  if (value instanceof Temporal && isPoint(value)) return value
  return refuseArgument(`the component ${name}`, 'a date, a time or both', value)
}

export function mustHaveDate(point: Point): number {
  const { epochDay } = partsOf(point)
  if (epochDay !== null) return epochDay
  throw temporalInvalid(`a ${point.type} has no date, and one is needed of ${point}`, {})
}

export function mustHaveTime(point: Point): number {
  const { nanoOfDay } = partsOf(point)
  if (nanoOfDay !== null) return nanoOfDay
  throw temporalInvalid(`a ${point.type} has no time, and one is needed of ${point}`, {})
}

function epochIn(fields: Fields): Moment | undefined {
  const given = ['epochSeconds', 'epochMillis', 'datetime', 'date', 'time', ...dayFields].filter((name) =>
    fields.has(name),
  )
  const [name] = given
  if (name !== 'epochSeconds' && name !== 'epochMillis') return undefined
  if (given.length > 1) throw temporalInvalid(`'${name}' and '${given[1]}' both tell the date; give one of them`, {})
  return name === 'epochSeconds' ? epochMoment(fields.get(name)!, 1) : epochMoment(fields.get(name)!, 1_000)
}

/** A moment by its seconds, or parts of them, since 1970. */
export function epochMoment(value: Value, perSecond: number): Moment {
  if (!isInteger(value)) return refuseArgument('a moment since 1970', 'INTEGER', value)
  if (typeof value === 'number') return momentOf(value, perSecond)
  const perDay = BigInt(86_400 * perSecond)
  const rest = ((value % perDay) + perDay) % perDay
  return { epochDay: Number((value - rest) / perDay), nanoOfDay: Number(rest) * (1_000_000_000 / perSecond) }
}

function momentOf(value: number, perSecond: number): Moment {
  const perDay = 86_400 * perSecond
  const epochDay = Math.floor(value / perDay)
  return { epochDay, nanoOfDay: (value - epochDay * perDay) * (1_000_000_000 / perSecond) }
}

// ---- both -----------------------------------------------------------------------------------------------------------

/** A date with a time from fields. A time needs a whole day to stand on. */
export function momentFrom(fields: Fields, { epochDay, nanoOfDay }: Selected): Moment {
  if (epochDay === null && (nanoOfDay !== null || hasAny(fields, clockFields))) mustBeWholeDay(fields)
  return { epochDay: dayFrom(fields, epochDay), nanoOfDay: timeFrom(fields, nanoOfDay) }
}

function mustBeWholeDay(fields: Fields): void {
  const smallest = pathOf(fields).at(-1)!
  if (!fields.has(smallest))
    throw temporalInvalid(`a time needs a whole day, and '${smallest}' is missing`, { component: smallest })
}

export function zoneIn(fields: Fields): Zone | undefined {
  const value = fields.get('timezone')
  return value === undefined ? undefined : readZone(mustBeString('the component timezone', value))
}

/** The moment that fields tell in a zone. */
export function zonedFrom(fields: Fields, selected: Selected): ZonedDateTime {
  const local = momentFrom(fields, selected)
  const zone = zoneIn(fields)
  if (selected.zone === null) return ZonedDateTime.ofLocal(local, zone ?? 0)
  const value = ZonedDateTime.ofLocal(local, selected.zone, selected.offset ?? undefined)
  return zone === undefined ? value : value.inZone(zone)
}

/** As `zonedFrom`, for a time without a date; a named zone has the offset that it has at `nowMs`. */
export function zonedTimeFrom(fields: Fields, selected: Selected, nowMs: number): ZonedTime {
  const nanos = timeFrom(fields, selected.nanoOfDay)
  const zone = zoneIn(fields)
  const offset = zone === undefined ? undefined : offsetNow(zone, nowMs)
  if (selected.offset === null) return new ZonedTime(nanos, offset ?? 0)
  const value = new ZonedTime(nanos, selected.offset)
  return offset === undefined ? value : value.atOffset(offset)
}

function offsetNow(zone: Zone, nowMs: number): number {
  return ZonedDateTime.ofInstant(momentOfMillis(nowMs), zone).offsetSeconds
}
