import { mustBeEpochDay, plusMonths } from './calendar.js'
import type { Duration } from './duration.js'
import { Dated } from './temporal.js'
import { dayOfMonth, mustBeYear, readDate, readWhole, writeDate } from './text.js'

/** A DATE: a day of the calendar, without a time and a zone. */
export class LocalDate extends Dated {
  override readonly type = 'DATE'

  constructor(override readonly epochDay: number) {
    super()
    mustBeEpochDay(epochDay)
  }

  /** `LocalDate.of(2024, 2, 29)`. Throws TEMPORAL_INVALID for a day that is not in the calendar. */
  static of(year: number, month: number, day: number): LocalDate {
    return new LocalDate(dayOfMonth(mustBeYear(year), month, day))
  }

  /** Reads `2015-07-21`, `20150721`, `2015-W30-2`, `2015-202`, `2015-Q2-60` and shorter ones. Throws TEMPORAL_INVALID. */
  static parse(text: string): LocalDate {
    return new LocalDate(readWhole(text, 'a date like 2015-07-21', readDate))
  }

  /** Months first, to the last day of the month where it has no such day; then days, then whole days of the seconds. */
  plus(duration: Duration): LocalDate {
    return new LocalDate(plusMonths(this.epochDay, duration.months) + duration.days + duration.daysOfSeconds)
  }

  equals(other: LocalDate): boolean {
    return this.epochDay === other.epochDay
  }

  compareTo(other: LocalDate): number {
    return this.epochDay - other.epochDay
  }

  override toString(): string {
    return writeDate(this.epochDay)
  }
}
