/** The start of the unit of time that a moment lies in. */
import {
  calendarDateOf,
  epochDayOf,
  mustBeEpochDay,
  quarterOf,
  weekdayOf,
  weekYearOf,
  weekYearStart,
} from './calendar.js'
import { temporalInvalid } from './invalid.js'
import { dayNanos } from './text.js'

type DayStart = (epochDay: number) => number

function yearsStart(count: number): DayStart {
  return (epochDay) => epochDayOf(Math.floor(calendarDateOf(epochDay).year / count) * count, 1, 1)
}

function monthStart(monthOf: (month: number) => number): DayStart {
  return (epochDay) => {
    const { year, month } = calendarDateOf(epochDay)
    return epochDayOf(year, monthOf(month), 1)
  }
}

/** First days of units of a day and more. */
const dayUnits: ReadonlyMap<string, DayStart> = new Map<string, DayStart>([
  ['millennium', yearsStart(1000)],
  ['century', yearsStart(100)],
  ['decade', yearsStart(10)],
  ['year', yearsStart(1)],
  ['weekyear', (epochDay) => weekYearStart(weekYearOf(epochDay))],
  ['quarter', monthStart((month) => quarterOf(month) * 3 - 2)],
  ['month', monthStart((month) => month)],
  ['week', (epochDay) => epochDay - weekdayOf(epochDay) + 1],
  ['day', (epochDay) => epochDay],
])

/** Nanoseconds of units of a day and less. */
const timeUnits: ReadonlyMap<string, number> = new Map([
  ['day', dayNanos],
  ['hour', 3_600_000_000_000],
  ['minute', 60_000_000_000],
  ['second', 1_000_000_000],
  ['millisecond', 1_000_000],
  ['microsecond', 1_000],
])

/** Whether the unit, in any case, divides days. Throws TEMPORAL_INVALID for one that there is not. */
export function isTimeUnit(unit: string): boolean {
  const name = unit.toLowerCase()
  if (dayUnits.has(name)) return false
  if (timeUnits.has(name)) return true
  const all = [...new Set([...dayUnits.keys(), ...timeUnits.keys()])]
  throw temporalInvalid(`'${unit}' is no unit to truncate to; there are ${all.join(', ')}`, { unit })
}

/** The first day of a unit of a day or more; the day itself for a smaller one. */
export function truncateDay(epochDay: number, unit: string): number {
  return mustBeEpochDay(dayUnits.get(unit.toLowerCase())?.(epochDay) ?? epochDay)
}

/** The start of a unit of a day or less; midnight for a larger one. */
export function truncateTime(nanoOfDay: number, unit: string): number {
  return nanoOfDay - (nanoOfDay % (timeUnits.get(unit.toLowerCase()) ?? dayNanos))
}
