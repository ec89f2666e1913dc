/**
 * Dates, times and zones as ISO 8601 writes them, to and from plain numbers. What is read may be in the basic or the
 * extended form and of reduced precision; what is written has one form.
 *
 *   date    2015-07-21  20150721   2015-07  201507   2015      years of more or fewer than four digits have a sign
 *           2015-W30-2  2015W302   2015-W30 2015W30            week 30, Tuesday
 *           2015-202    2015202                                day 202 of the year
 *           2015-Q2-60  2015Q260   2015-Q2  2015Q2             day 60 of the quarter
 *   time    21:40:32.142  214032.142  21:40:32  214032  21:40  2140  21
 *   offset  Z  +01:00  +0100  +01  +00:53:28
 *   zone    offset, [Europe/Stockholm], or both
 */
import {
  calendarDateOf,
  daysInMonth,
  daysInQuarter,
  daysInYear,
  epochDayOf,
  weeksInYear,
  weekYearStart,
  yearMax,
  yearMin,
} from './calendar.js'
import { temporalInvalid } from './invalid.js'
import { offsetSecondsMax } from './zone.js'

export const secondNanos = 1_000_000_000
export const dayNanos = 86_400 * secondNanos

/** Longer texts are none of these, and the message need not show them whole. */
const textLengthMax = 200

/** A number between bounds. Throws TEMPORAL_INVALID that names it. */
export function within(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value
  throw temporalInvalid(`${name} is ${value}, and it lies between ${min} and ${max}`, { component: name, value })
}

export function mustBeYear(year: number): number {
  return within('year', year, yearMin, yearMax)
}

// ---- days by their parts --------------------------------------------------------------------------------------------

export function dayOfMonth(year: number, month: number, day: number): number {
  within('month', month, 1, 12)
  return epochDayOf(year, month, within('day', day, 1, daysInMonth(year, month)))
}

export function dayOfWeek(year: number, week: number, day: number): number {
  within('week', week, 1, weeksInYear(year))
  return weekYearStart(year) + (week - 1) * 7 + within('dayOfWeek', day, 1, 7) - 1
}

export function dayOfQuarter(year: number, quarter: number, day: number): number {
  within('quarter', quarter, 1, 4)
  return epochDayOf(year, quarter * 3 - 2, 1) + within('dayOfQuarter', day, 1, daysInQuarter(year, quarter)) - 1
}

export function dayOfYear(year: number, day: number): number {
  return epochDayOf(year, 1, 1) + within('ordinalDay', day, 1, daysInYear(year)) - 1
}

export function nanoOfDay(hour: number, minute: number, second: number, nanosecond: number): number {
  within('hour', hour, 0, 23)
  within('minute', minute, 0, 59)
  within('second', second, 0, 59)
  return (hour * 3600 + minute * 60 + second) * secondNanos + within('nanosecond', nanosecond, 0, secondNanos - 1)
}

// ---- reading --------------------------------------------------------------------------------------------------------

type DateForm = readonly [pattern: RegExp, day: (year: number, first: number, second: number) => number]

/** What may follow the year: one or two numbers. */
const dateForms: readonly DateForm[] = [
  [/^-(\d\d)-(\d\d)$/, dayOfMonth],
  [/^(\d\d)(\d\d)$/, dayOfMonth],
  [/^-?(\d\d)$/, (year, month) => dayOfMonth(year, month, 1)],
  [/^-?(\d\d\d)$/, dayOfYear],
  [/^-W(\d\d)-(\d)$/i, dayOfWeek],
  [/^W(\d\d)(\d)$/i, dayOfWeek],
  [/^-?W(\d\d)$/i, (year, week) => dayOfWeek(year, week, 1)],
  [/^-Q(\d)-(\d\d?)$/i, dayOfQuarter],
  [/^Q(\d)(\d\d?)$/i, dayOfQuarter],
  [/^-?Q(\d)$/i, (year, quarter) => dayOfQuarter(year, quarter, 1)],
  [/^$/, (year) => epochDayOf(year, 1, 1)],
]

/** The epoch day; undefined where the text has no form of a date. Throws TEMPORAL_INVALID for 30 February. */
export function readDate(text: string): number | undefined {
  // Digits behind a sign end at the next one, or they could not be told from those of the month.
  const [, year, rest] = /^([+-]\d{1,9}(?=-|$)|\d{4})(.*)$/s.exec(text) ?? []
  if (year === undefined) return undefined
  for (const [pattern, day] of dateForms) {
    const found = pattern.exec(rest!)
    if (found !== null) return day(mustBeYear(Number(year)), Number(found[1]), Number(found[2]))
  }
  return undefined
}

const timeForms = [
  /^T?(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?$/i,
  /^T?(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d{1,9}))?)?)?$/i,
]

/** Nanoseconds since midnight; undefined where the text has no form of a time. */
export function readTime(text: string): number | undefined {
  const found = timeForms[0]!.exec(text) ?? timeForms[1]!.exec(text)
  if (found === null) return undefined
  const [, hour, minute = '0', second = '0', fraction = ''] = found
  return nanoOfDay(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(9, '0')))
}

/** Seconds ahead of UTC; undefined where the text has no form of an offset. */
export function readOffset(text: string): number | undefined {
  if (/^Z$/i.test(text)) return 0
  const [, sign, hours, minutes = '0', seconds = '0'] =
    /^([+-])(\d\d?)(?::(\d\d)(?::(\d\d))?)?$/.exec(text) ?? /^([+-])(\d\d)(\d\d)(\d\d)?$/.exec(text) ?? []
  if (hours === undefined) return undefined
  within('minutes of the offset', Number(minutes), 0, 59)
  within('seconds of the offset', Number(seconds), 0, 59)
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  within('seconds of the offset', size, 0, offsetSecondsMax)
  return sign === '-' ? 0 - size : size
}

export interface TextParts {
  readonly date: string
  /** null: not written. */
  readonly time: string | null
  readonly offset: string | null
  readonly zone: string | null
}

/** Takes `date T time offset [zone]` apart. */
export function splitDateTime(text: string): TextParts | undefined {
  const [, date, time, zone] = /^([^T[]*)(?:T([^[]*))?(?:\[([^\]]*)\])?$/i.exec(text) ?? []
  if (date === undefined) return undefined
  return { date, ...splitTime(time), zone: zone ?? null }
}

/** Takes `time offset` apart. */
export function splitTime(text: string | undefined): { time: string | null; offset: string | null } {
  if (text === undefined) return { time: null, offset: null }
  const at = text.search(/[Z+-]/i)
  return at === -1 ? { time: text, offset: null } : { time: text.slice(0, at), offset: text.slice(at) }
}

/** Throws TEMPORAL_INVALID, with the form that was expected, where nothing was read. */
export function mustBeRead<T>(read: T | undefined, text: string, expected: string): T {
  if (read !== undefined) return read
  const shown = text.length > textLengthMax ? `${text.slice(0, textLengthMax)}...` : text
  throw temporalInvalid(`'${shown}' cannot be read; write ${expected}`, { text: shown })
}

/** Reads `text` by `read`; what is wrong in it is told with the whole text. */
export function readWhole<T>(text: string, expected: string, read: (text: string) => T | undefined): T {
  return mustBeRead(text.length > textLengthMax ? undefined : read(text), text, expected)
}

// ---- writing --------------------------------------------------------------------------------------------------------

export function writeDate(epochDay: number): string {
  const { year, month, day } = calendarDateOf(epochDay)
  return `${writeYear(year)}-${two(month)}-${two(day)}`
}

function writeYear(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, '0')
  if (year < 0) return `-${digits}`
  return year > 9999 ? `+${digits}` : digits
}

export function writeTime(nanoOfDay: number): string {
  const seconds = Math.floor(nanoOfDay / secondNanos)
  const nanos = nanoOfDay - seconds * secondNanos
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`
  return seconds % 60 === 0 && nanos === 0 ? clock : `${clock}:${two(seconds % 60)}${writeFraction(nanos)}`
}

/** A point and the digits of nanoseconds without zeros at the end; nothing for 0. */
export function writeFraction(nanos: number): string {
  return nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
}

export function writeOffset(seconds: number): string {
  if (seconds === 0) return 'Z'
  const size = Math.abs(seconds)
  const rest = size % 60 === 0 ? '' : `:${two(size % 60)}`
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${rest}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
