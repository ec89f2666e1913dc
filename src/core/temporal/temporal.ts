/**
 * The six temporal types. Each value is a few whole numbers that never change:
 *
 *   LocalDate        DATE              epoch day
 *   LocalTime        LOCAL TIME        nanosecond of the day
 *   ZonedTime        ZONED TIME        nanosecond of the local day, offset in seconds
 *   LocalDateTime    LOCAL DATETIME    epoch day, nanosecond of the day
 *   ZonedDateTime    ZONED DATETIME    the same of the local day, offset, name of the zone if it has one
 *   Duration         DURATION          months, days, seconds, nanoseconds; they do not mix, as a month has no fixed days
 *
 * The names of their members are those of Cypher's components: `date.week`, `time.offsetMinutes`, `duration.minutesOfHour`.
 */
import { calendarDateOf, epochDayOf, quarterOf, weekdayOf, weekOf, weekYearOf } from './calendar.js'

import type { Duration } from './duration.js'

export type TemporalType = 'DATE' | 'LOCAL TIME' | 'ZONED TIME' | 'LOCAL DATETIME' | 'ZONED DATETIME' | 'DURATION'

const secondNanos = 1_000_000_000
const minuteNanos = 60 * secondNanos
const hourNanos = 60 * minuteNanos

export abstract class Temporal {
  abstract readonly type: TemporalType

  /** As ISO 8601 writes it; the type's `parse` gives it back. */
  abstract toString(): string

  /** The value so much later; a duration is added to. Throws TEMPORAL_INVALID and NUMBER_OUT_OF_RANGE beyond the bounds. */
  abstract plus(duration: Duration): Temporal

  /** Whether it is the same value of the same type: two datetimes of one moment in different zones are not. */
  abstract equals(other: this): boolean

  /** Negative where it comes before `other`, which is of the same type; 0 only for equal ones. */
  abstract compareTo(other: this): number

  toJSON(): string {
    return this.toString()
  }

  /** What `console.log` of Node.js shows: `LocalDate 2015-07-21`. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `${this.constructor.name} ${this.toString()}`
  }
}

/** What has a date: its components. */
export abstract class Dated extends Temporal {
  /** Days since 1970-01-01, in local time. */
  abstract readonly epochDay: number

  get year(): number {
    return calendarDateOf(this.epochDay).year
  }

  /** 1 to 4. */
  get quarter(): number {
    return quarterOf(this.month)
  }

  /** 1 to 12. */
  get month(): number {
    return calendarDateOf(this.epochDay).month
  }

  /** 1 to 53 (ISO 8601): week 1 has the year's first Thursday. */
  get week(): number {
    return weekOf(this.epochDay)
  }

  /** The year that the week belongs to, which differs from `year` on up to three days at either end. */
  get weekYear(): number {
    return weekYearOf(this.epochDay)
  }

  /** 1 to 92. */
  get dayOfQuarter(): number {
    const { year, month } = calendarDateOf(this.epochDay)
    return this.epochDay - epochDayOf(year, quarterOf(month) * 3 - 2, 1) + 1
  }

  /** 1 to 31. */
  get day(): number {
    return calendarDateOf(this.epochDay).day
  }

  /** 1 to 366. */
  get ordinalDay(): number {
    return this.epochDay - epochDayOf(this.year, 1, 1) + 1
  }

  /** 1, Monday, to 7, Sunday. */
  get dayOfWeek(): number {
    return weekdayOf(this.epochDay)
  }

  /** As `dayOfWeek`. */
  get weekDay(): number {
    return this.dayOfWeek
  }
}

/** Adds the components of a time of the day to what a class has. */
function withTime<Parent extends AbstractClass<Temporal>>(parent: Parent) {
  abstract class WithTime extends parent {
    /** Nanoseconds since midnight, in local time. */
    abstract readonly nanoOfDay: number

    get hour(): number {
      return Math.floor(this.nanoOfDay / hourNanos)
    }

    get minute(): number {
      return Math.floor(this.nanoOfDay / minuteNanos) % 60
    }

    get second(): number {
      return Math.floor(this.nanoOfDay / secondNanos) % 60
    }

    /** Of the second, 0 to 999. */
    get millisecond(): number {
      return Math.floor(this.nanosecond / 1_000_000)
    }

    /** Of the second, 0 to 999,999. */
    get microsecond(): number {
      return Math.floor(this.nanosecond / 1_000)
    }

    /** Of the second, 0 to 999,999,999. */
    get nanosecond(): number {
      return this.nanoOfDay % secondNanos
    }
  }
  return WithTime
}

// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks a class that extends a parameter for this signature.
type AbstractClass<Instance> = abstract new (...parts: any[]) => Instance

/** What has a date and a time: components of both. */
export abstract class DatedAndTimed extends withTime(Dated) {}

/** What has a time and no date: its components. */
export abstract class Timed extends withTime(Temporal) {}
