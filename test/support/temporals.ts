/** Generators of temporal values: anywhere in their ranges, at the ends, and close together. */
import fc from 'fast-check'
import { epochDayMax, epochDayMin } from '../../src/core/temporal/calendar.js'
import { LocalDate } from '../../src/core/temporal/date.js'
import { LocalDateTime, type Moment, ZonedDateTime } from '../../src/core/temporal/datetime.js'
import { Duration } from '../../src/core/temporal/duration.js'
import type { Temporal } from '../../src/core/temporal/temporal.js'
import { dayNanos } from '../../src/core/temporal/text.js'
import { LocalTime, ZonedTime } from '../../src/core/temporal/time.js'
import { NamedZone, offsetSecondsMax } from '../../src/core/temporal/zone.js'

/** Those whose offsets are odd, changed often, or lie far from UTC. */
export const zoneNames = [
  'Africa/Monrovia',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Europe/London',
  'Europe/Stockholm',
  'Europe/Warsaw',
  'Pacific/Apia',
  'UTC',
]

/** Days that nobody needs zones for, and those of people. */
export const epochDay = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.maxSafeInteger().map((n) => (Math.abs(n) % epochDayMax) * Math.sign(n)),
  // Where the same moment still has a date in every zone.
  fc.constantFrom(epochDayMin + 2, epochDayMax - 2),
)

export const nanoOfDay = fc.oneof(
  fc.constantFrom(0, 1, dayNanos - 1, dayNanos / 2),
  fc.integer({ min: 0, max: 86_399 }).map((second) => second * 1_000_000_000),
  fc.maxSafeInteger().map((n) => Math.abs(n) % dayNanos),
)

export const offset = fc.oneof(
  fc.constantFrom(0, 3600, -3600, offsetSecondsMax, -offsetSecondsMax),
  fc.integer({ min: -offsetSecondsMax, max: offsetSecondsMax }),
)

export const moment: fc.Arbitrary<Moment> = fc.record({ epochDay, nanoOfDay }, { noNullPrototype: true })

export const date = epochDay.map((day) => new LocalDate(day))
export const localTime = nanoOfDay.map((nanos) => new LocalTime(nanos))
export const zonedTime = fc.tuple(nanoOfDay, offset).map(([nanos, seconds]) => new ZonedTime(nanos, seconds))
export const localDateTime = moment.map((each) => new LocalDateTime(each.epochDay, each.nanoOfDay))
export const zonedDateTime = fc.oneof(
  fc.tuple(moment, offset).map(([each, seconds]) => ZonedDateTime.ofLocal(each, seconds)),
  fc
    .tuple(moment, fc.constantFrom(...zoneNames))
    .map(([each, name]) => ZonedDateTime.ofInstant(each, NamedZone.get(name))),
)
export const duration = fc
  .record({
    months: fc.oneof(fc.constant(0), fc.integer({ min: -30, max: 30 }), fc.integer()),
    days: fc.oneof(fc.constant(0), fc.integer({ min: -60, max: 60 }), fc.integer()),
    seconds: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    ),
    nanoseconds: fc.oneof(fc.constant(0), fc.integer({ min: -2_000_000_000, max: 2_000_000_000 })),
  })
  .map((parts) => Duration.of(parts))

export const temporal: fc.Arbitrary<Temporal> = fc.oneof<fc.Arbitrary<Temporal>[]>(
  date,
  localTime,
  zonedTime,
  localDateTime,
  zonedDateTime,
  duration,
)
