/** What is true of all temporal values. */
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { durationBetween, durationInDays, durationInSeconds } from '../../../src/core/temporal/between.js'
import { calendarDateOf, epochDayOf, weekOf, weekYearOf, weekYearStart } from '../../../src/core/temporal/calendar.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import { LocalDateTime, ZonedDateTime } from '../../../src/core/temporal/datetime.js'
import { Duration } from '../../../src/core/temporal/duration.js'
import type { Temporal } from '../../../src/core/temporal/temporal.js'
import { temporalReaders, typedName } from '../../../src/core/temporal/typed.js'
import { date, duration, epochDay, localDateTime, temporal, zonedDateTime } from '../../support/temporals.js'

const runs = { numRuns: 2_000 }

describe('texts', () => {
  test('what is written is read as the same value', () => {
    fc.assert(
      fc.property(temporal, (value) => {
        const read = temporalReaders.get(typedName(value))!(value.toString())
        expect(read).toStrictEqual(value)
        expect(read.equals(value)).toBe(true)
      }),
      runs,
    )
  })

  test('console.log shows the type and the text', () => {
    expect(inspect([LocalDate.parse('2015-07-21')])).toBe('[ LocalDate 2015-07-21 ]')
  })

  test('no text but crashes the readers', () => {
    const character = fc.constantFrom(...'0123456789-+:.TZWQPDMYH[]/, ')
    fc.assert(
      fc.property(
        fc.string({ unit: character, maxLength: 30 }),
        fc.constantFrom(...temporalReaders.keys()),
        (text, type) => {
          try {
            temporalReaders.get(type)!(text)
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(TEMPORAL_INVALID|NUMBER_OUT_OF_RANGE)$/) })
          }
        },
      ),
      { numRuns: 20_000 },
    )
  })
})

describe('order', () => {
  test('is total within a type, and 0 only for equal values', () => {
    const three = fc.oneof(
      fc.tuple(date, date, date),
      fc.tuple(duration, duration, duration),
      fc.tuple(zonedDateTime, zonedDateTime, zonedDateTime),
    ) as fc.Arbitrary<[Temporal, Temporal, Temporal]>
    fc.assert(
      fc.property(three, ([a, b, c]) => {
        expect(Math.sign(a.compareTo(b))).toBe(0 - Math.sign(b.compareTo(a)))
        expect(a.compareTo(b) === 0).toBe(a.equals(b))
        const [first, second, third] = [a, b, c].sort((one, other) => one.compareTo(other)) as [
          Temporal,
          Temporal,
          Temporal,
        ]
        expect(first.compareTo(second)).toBeLessThanOrEqual(0)
        expect(first.compareTo(third)).toBeLessThanOrEqual(0)
      }),
      runs,
    )
  })

  test('of datetimes is that of their moments, then of their offsets from west to east, then of their names', () => {
    const texts = [
      '2024-01-01T10:00-08:00',
      '2024-01-01T18:00Z',
      '2024-01-01T18:00Z[Europe/London]',
      '2024-01-01T18:00Z[UTC]',
      '2024-01-02T03:00+09:00',
      '2024-01-01T18:00:00.000000001Z',
    ]
    const values = texts.map((text) => ZonedDateTime.parse(text))
    expect(
      [...values]
        .reverse()
        .sort((a, b) => a.compareTo(b))
        .map(String),
    ).toEqual(texts)
  })

  test('of durations is that of their mean lengths', () => {
    const compare = (a: string, b: string) => Math.sign(Duration.parse(a).compareTo(Duration.parse(b)))
    expect(compare('P1M', 'P30D')).toBe(1)
    expect(compare('P1M', 'P31D')).toBe(-1)
    expect(compare('P1D', 'PT24H')).not.toBe(0)
    expect(compare('PT1S', 'PT0.999999999S')).toBe(1)
  })
})

describe('the calendar', () => {
  test('agrees with that of JavaScript dates', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (day) => {
        const date = new Date(day * 86_400_000)
        const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
        expect(calendarDateOf(day)).toEqual(expected)
        expect(epochDayOf(expected.year, expected.month, expected.day)).toBe(day)
        expect(new LocalDate(day).dayOfWeek % 7).toBe(date.getUTCDay())
      }),
      runs,
    )
  })

  test('comes back from its parts on every day', () => {
    fc.assert(
      fc.property(epochDay, (day) => {
        const { year, month, day: dayOfMonth } = calendarDateOf(day)
        expect(epochDayOf(year, month, dayOfMonth)).toBe(day)
        const value = new LocalDate(day)
        expect(weekYearStart(weekYearOf(day)) + (weekOf(day) - 1) * 7 + value.dayOfWeek - 1).toBe(day)
        expect(epochDayOf(year, value.quarter * 3 - 2, 1) + value.dayOfQuarter - 1).toBe(day)
        expect(epochDayOf(year, 1, 1) + value.ordinalDay - 1).toBe(day)
      }),
      runs,
    )
  })
})

describe('lengths', () => {
  test('the seconds between two moments, added to the first, give the second', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(localDateTime, localDateTime), fc.tuple(zonedDateTime, zonedDateTime)),
        ([a, b]) => {
          const sum = a.plus(durationInSeconds(a, b))
          if (b instanceof LocalDateTime) expect(sum.equals(b as never)).toBe(true)
          else expect((sum as ZonedDateTime).instant).toEqual(b.instant)
        },
      ),
      runs,
    )
  })

  /** `fault` is what may be wrong in the length. */
  function addsUp(fault: (between: Duration) => Duration = (between) => between): void {
    fc.assert(
      fc.property(localDateTime, localDateTime, (a, b) => {
        const between = fault(durationBetween(a, b))
        expect(a.plus(between)).toStrictEqual(b)
        const signs = [between.months, between.days, Number(between.seconds)]
          .map(Math.sign)
          .filter((sign) => sign !== 0)
        // A length goes one way: its parts have one sign.
        expect(new Set(signs).size).toBeLessThanOrEqual(1)
      }),
      runs,
    )
  }

  test('months, days and seconds between two local datetimes, added to the first, give the second', () => addsUp())

  test.each<[string, (between: Duration) => Duration]>([
    ['a nanosecond too many', (between) => between.plus(Duration.of({ nanoseconds: 1 }))],
    ['the other way around', (between) => between.negated()],
    [
      'a month as 30 days',
      ({ months, days, seconds, nanosecondsOfSecond }) =>
        Duration.of({ days: days + months * 30, seconds, nanoseconds: nanosecondsOfSecond }),
    ],
  ])('would be found wrong: %s', (_, fault) => expect(() => addsUp(fault)).toThrow('Property failed'))

  test('the days between two dates are what lies between them', () => {
    fc.assert(
      fc.property(date, date, (a, b) => {
        expect(durationInDays(a, b).days).toBe(b.epochDay - a.epochDay)
      }),
    )
  })

  test('a sum less one of its parts is the other, and twice a half is the whole', () => {
    const small = fc
      .record({ months: fc.integer(), days: fc.integer(), seconds: fc.integer(), nanoseconds: fc.integer() })
      .map(Duration.of)
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(a.plus(b).minus(b)).toStrictEqual(a)
        expect(a.times({ numerator: 2n, denominator: 1n })).toStrictEqual(a.plus(a))
        expect(a.plus(a).dividedBy({ numerator: 2n, denominator: 1n })).toStrictEqual(a)
      }),
      runs,
    )
  })
})
