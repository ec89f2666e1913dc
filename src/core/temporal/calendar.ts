/**
 * The proleptic Gregorian calendar as arithmetic on whole numbers. A date is one number, its epoch day: days since
 * 1970-01-01, negative before. Years run from -999,999,999 to 999,999,999, so an epoch day stays far below 2^53; seconds
 * since 1970 do not, which is why nothing here counts them.
 *
 *   epochDayOf(1970, 1, 1)    0            weekYearOf(epochDayOf(1984, 1, 1))    1983, as that Sunday ends its week 52
 *   epochDayOf(2000, 2, 29)   11016        weekdayOf(0)                          4, a Thursday
 *
 * Source of the conversion: Howard Hinnant, "chrono-compatible low-level date algorithms": years that begin in March
 * put the leap day last, so that months are a linear function of the day.
 */
import { temporalInvalid } from './invalid.js'

export const yearMax = 999_999_999
export const yearMin = -yearMax

/** Days of 400 years, after which the calendar repeats; they are whole weeks. */
export const cycleDays = 146_097

const cycleYears = 400
/** From 0000-03-01 to 1970-01-01. */
const daysBeforeEpoch = 719_468

export interface CalendarDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : monthDays[month - 1]!
}

export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365
}

/** The caller has checked month and day. */
export function epochDayOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const cycle = Math.floor(shifted / cycleYears)
  const yearOfCycle = shifted - cycle * cycleYears
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear
  return cycle * cycleDays + dayOfCycle - daysBeforeEpoch
}

export function calendarDateOf(epochDay: number): CalendarDate {
  const days = epochDay + daysBeforeEpoch
  const cycle = Math.floor(days / cycleDays)
  const dayOfCycle = days - cycle * cycleDays
  const yearOfCycle = Math.floor(
    (dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096)) /
      365,
  )
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = cycle * cycleYears + yearOfCycle + (month <= 2 ? 1 : 0)
  return { year, month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 }
}

export const epochDayMin = epochDayOf(yearMin, 1, 1)
export const epochDayMax = epochDayOf(yearMax, 12, 31)

/** Throws TEMPORAL_INVALID for a day of a year beyond the bounds. */
export function mustBeEpochDay(epochDay: number): number {
  if (epochDay >= epochDayMin && epochDay <= epochDayMax) return epochDay
  throw temporalInvalid(`this is a day beyond the years ${yearMin} to ${yearMax}`, { epochDay })
}

/** 1, Monday, to 7, Sunday. */
export function weekdayOf(epochDay: number): number {
  // Day 0 is a Thursday.
  return modulo(epochDay + 3, 7) + 1
}

/** The year that the week belongs to (ISO 8601): that of its Thursday. */
export function weekYearOf(epochDay: number): number {
  return calendarDateOf(thursdayOf(epochDay)).year
}

/** 1 to 53. */
export function weekOf(epochDay: number): number {
  const thursday = thursdayOf(epochDay)
  return Math.floor((thursday - epochDayOf(calendarDateOf(thursday).year, 1, 1)) / 7) + 1
}

/** Monday of the first week of a week year. */
export function weekYearStart(year: number): number {
  // 4 January is always in week 1.
  const day = epochDayOf(year, 1, 4)
  return day - weekdayOf(day) + 1
}

export function weeksInYear(year: number): number {
  return (weekYearStart(year + 1) - weekYearStart(year)) / 7
}

function thursdayOf(epochDay: number): number {
  return epochDay - weekdayOf(epochDay) + 4
}

export function quarterOf(month: number): number {
  return Math.ceil(month / 3)
}

export function daysInQuarter(year: number, quarter: number): number {
  const month = quarter * 3 - 2
  return daysInMonth(year, month) + daysInMonth(year, month + 1) + daysInMonth(year, month + 2)
}

/** The day so many months later, the last of its month where that has no such day: 31 January + 1 month is 28 February. */
export function plusMonths(epochDay: number, months: number): number {
  if (months === 0) return epochDay
  const { year, month, day } = calendarDateOf(epochDay)
  const count = year * 12 + month - 1 + months
  return clampedDay(Math.floor(count / 12), modulo(count, 12) + 1, day)
}

/** The day of a month, or the month's last one. Throws TEMPORAL_INVALID for a year beyond the bounds. */
export function clampedDay(year: number, month: number, day: number): number {
  if (year < yearMin || year > yearMax)
    throw temporalInvalid(`the year ${year} is not one of ${yearMin} to ${yearMax}`, { year })
  return epochDayOf(year, month, Math.min(day, daysInMonth(year, month)))
}

/** Whole months from one day to another, negative when it lies before. */
export function monthsBetween(from: number, to: number): number {
  const [a, b] = [calendarDateOf(from), calendarDateOf(to)]
  const months = (b.year - a.year) * 12 + b.month - a.month
  if (months > 0 && b.day < a.day) return months - 1
  return months < 0 && b.day > a.day ? months + 1 : months
}

/** The remainder that is never negative. */
export function modulo(value: number, divisor: number): number {
  const remainder = value % divisor
  return remainder < 0 ? remainder + divisor : remainder + 0
}
