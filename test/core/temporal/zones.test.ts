/** Time zones beside the platform's own formatting, and what comes of local times that are not there or there twice. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarDateOf } from '../../../src/core/temporal/calendar.js'
import { ZonedDateTime } from '../../../src/core/temporal/datetime.js'
import { NamedZone } from '../../../src/core/temporal/zone.js'
import { zoneNames } from '../../support/temporals.js'

/** The local time as the platform writes it, to the second. */
function clockOf(format: Intl.DateTimeFormat, second: number): string {
  const parts = Object.fromEntries(format.formatToParts(second * 1000).map(({ type, value }) => [type, value]))
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`
}

const formats = new Map(
  zoneNames.map((timeZone) => {
    const two = '2-digit'
    const options = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const
    return [timeZone, new Intl.DateTimeFormat('en-US', { ...options, timeZone, hourCycle: 'h23' })] as const
  }),
)

/** 1850 to 2650. */
const second = fc.integer({ min: -3_786_825_600, max: 21_458_563_200 })

/** What may be wrong in the look-up, for the test of the test. */
type Fault = (offset: number) => number

function agrees(fault: Fault = (offset) => offset): void {
  fc.assert(
    fc.property(second, fc.constantFrom(...zoneNames), (at, name) => {
      const day = Math.floor(at / 86_400)
      const offset = fault(NamedZone.get(name).offsetAt(day, at - day * 86_400))
      const local = at + offset
      const date = calendarDateOf(Math.floor(local / 86_400))
      const two = (value: number) => String(value).padStart(2, '0')
      const clock = local - Math.floor(local / 86_400) * 86_400
      const time = `${two(Math.floor(clock / 3600))}:${two(Math.floor(clock / 60) % 60)}:${two(clock % 60)}`
      expect(`${date.year}-${two(date.month)}-${two(date.day)} ${time}`).toBe(clockOf(formats.get(name)!, at))
    }),
    { numRuns: 3_000 },
  )
}

describe('the offset of a zone', () => {
  test('is that of the platform at any moment', () => agrees())

  test('would be found wrong by one second', () => {
    expect(() => agrees((offset) => offset + 1)).toThrow('Property failed')
  })

  test('changes at the second that the zone says', () => {
    const zone = NamedZone.get('Europe/Stockholm')
    const day = 17_468 // 2017-10-29
    expect(zone.offsetAt(day, 3599)).toBe(7200)
    expect(zone.offsetAt(day, 3600)).toBe(3600)
  })

  test('before its first change is the local mean time, and its rules go on without end', () => {
    const shown = (text: string) => String(ZonedDateTime.parse(text))
    expect(shown('-999999999-01-01[Europe/Stockholm]')).toBe('-999999999-01-01T00:00+00:53:28[Europe/Stockholm]')
    expect(shown('+999999999-07-01[Europe/Stockholm]')).toBe('+999999999-07-01T00:00+02:00[Europe/Stockholm]')
    expect(shown('+999999999-12-01[Europe/Stockholm]')).toBe('+999999999-12-01T00:00+01:00[Europe/Stockholm]')
  })
})

describe('a local time', () => {
  const at = (text: string) => String(ZonedDateTime.parse(text))

  test('that a gap leaves out is put forward by the length of the gap', () => {
    expect(at('2017-03-26T02:30[Europe/Stockholm]')).toBe('2017-03-26T03:30+02:00[Europe/Stockholm]')
    // A whole day was left out.
    expect(at('2011-12-30T12:00[Pacific/Apia]')).toBe('2011-12-31T12:00+14:00[Pacific/Apia]')
  })

  test('that comes twice is the earlier one, unless the offset says otherwise', () => {
    expect(at('2017-10-29T02:30[Europe/Stockholm]')).toBe('2017-10-29T02:30+02:00[Europe/Stockholm]')
    expect(at('2017-10-29T02:30+01:00[Europe/Stockholm]')).toBe('2017-10-29T02:30+01:00[Europe/Stockholm]')
    expect(() => at('2017-10-29T02:30+03:00[Europe/Stockholm]')).toThrow('is then at +02:00')
  })

  test('of a moment is that moment again', () => {
    fc.assert(
      fc.property(second, fc.constantFrom(...zoneNames), (seconds, name) => {
        const epochDay = Math.floor(seconds / 86_400)
        const instant = { epochDay, nanoOfDay: (seconds - epochDay * 86_400) * 1_000_000_000 }
        const zoned = ZonedDateTime.ofInstant(instant, NamedZone.get(name))
        expect(zoned.instant).toEqual(instant)
        expect(ZonedDateTime.ofLocal(zoned, zoned.zone, zoned.offsetSeconds)).toStrictEqual(zoned)
      }),
      { numRuns: 2_000 },
    )
  })
})

test('a name is that of a zone, in its own letters', () => {
  expect(NamedZone.get('europe/stockholm').name).toBe('Europe/Stockholm')
  expect(NamedZone.get('Asia/Kolkata').name).toBe('Asia/Kolkata')
  for (const name of ['Europe/Atlantis', '', '+01:00', '01'])
    expect(() => NamedZone.get(name)).toThrow(expect.objectContaining({ code: 'TEMPORAL_INVALID' }))
})

test('a JavaScript date is a moment to the millisecond', () => {
  const date = new Date('2024-02-29T12:30:00.123Z')
  expect(String(ZonedDateTime.fromDate(date))).toBe('2024-02-29T12:30:00.123Z')
  expect(ZonedDateTime.fromDate(date, 'Asia/Kathmandu').toDate()).toEqual(date)
  expect(() => ZonedDateTime.parse('2024-02-29T12:30:00.1234Z').toDate()).toThrow('whole milliseconds')
  expect(() => ZonedDateTime.parse('+999999-01-01').toDate()).toThrow('271821')
})
