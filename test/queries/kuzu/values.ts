/** Values as Kùzu's CSV files spell them, and as its shell prints them. */
import { LocalDate } from '../../../src/core/temporal/date.js'
import { LocalDateTime, ZonedDateTime } from '../../../src/core/temporal/datetime.js'
import { Duration, type DurationUnit } from '../../../src/core/temporal/duration.js'
import { fractionOf } from '../../../src/core/temporal/fraction.js'
import { Temporal } from '../../../src/core/temporal/temporal.js'
import { Float, NodeRef, PathValue, RelationshipRef, type Value } from '../../../src/core/value.js'

// ---- reading --------------------------------------------------------------------------------------------------------

type Reader = (text: string) => unknown

const readInteger: Reader = (text) => BigInt(text)
const readFloat: Reader = (text) => new Float(Number(text))

const readers = new Map<string, Reader>([
  ...['INT', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'SERIAL'].map(
    (type) => [type, readInteger] as const,
  ),
  ['DOUBLE', readFloat],
  ['FLOAT', readFloat],
  ['STRING', (text) => text],
  ['BOOLEAN', (text) => text.toLowerCase() === 'true'],
  ['DATE', readDate],
  ['TIMESTAMP', readTimestamp],
  ['INTERVAL', readInterval],
])

/**
 * Of a column's type. Undefined for what Skein has no type for: integers of 128 bits, or of 64 without a sign, UUID,
 * BYTEA, STRUCT, MAP and UNION.
 */
export function readerOf(type: string): Reader | undefined {
  const item = /^(.*)\[\d*\]$/s.exec(type)?.[1]
  if (item === undefined) return readers.get(type)
  const readItem = readerOf(item)
  return readItem && ((text) => (text === '[]' ? [] : splitOutside(text.slice(1, -1)).map(readItem)))
}

/** `1950-7-23` */
function readDate(text: string): LocalDate {
  return LocalDate.parse(padded(text))
}

function padded(date: string): string {
  return date.replace(/-(\d)\b/g, '-0$1')
}

/** `2008-11-03 13:25:30.000526-02:00`, the zone maybe absent or after a Z: as UTC, without a zone. */
function readTimestamp(text: string): LocalDateTime {
  const [, date, time, zone] = /^(\S+) ([\d:.]+)Z?(\S*)$/.exec(text)!
  const local = `${padded(date!)}T${time}`
  const { offsetSeconds } = ZonedDateTime.parse(`${local}${zone || 'Z'}`)
  return LocalDateTime.parse(local).plus(Duration.of({ seconds: -offsetSeconds }))
}

/** `3 years 2 days 13 hours 24 us` */
function readInterval(text: string): Duration {
  const amounts = Array.from(text.matchAll(/(\d+)\s*([a-z]+)/g), ([, amount, unit]) => {
    const name = unit === 'us' ? 'microseconds' : unit!.replace(/s?$/, 's')
    return [name as DurationUnit, fractionOf(BigInt(amount!))] as const
  })
  return Duration.ofUnits(amounts)
}

/** The parts between the commas that stand in no brackets. */
export function splitOutside(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character)) depth--
  }
  return parts.map((part) => part.trim())
}

// ---- printing -------------------------------------------------------------------------------------------------------

/** What stands for nodes, relationships and paths: Kùzu prints them with ids of its own. */
export const entity = '<entity>'

export function print(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return String(value)
  if (value instanceof Float) return printFloat(value.value)
  if (value instanceof Duration) return printInterval(value)
  if (value instanceof LocalDateTime) return value.toString().replace('T', ' ')
  if (value instanceof Temporal) return value.toString()
  if (value instanceof NodeRef || value instanceof RelationshipRef || value instanceof PathValue) return entity
  if (value instanceof Map) return `{${[...value].map(([name, each]) => `${name}: ${print(each)}`).join(', ')}}`
  return `[${(value as readonly Value[]).map(print).join(',')}]`
}

function printFloat(value: number): string {
  return Number.isFinite(value) ? value.toFixed(6) : String(value).replace('Infinity', 'inf').replace('NaN', 'nan')
}

/** `3 years 2 days 13:02:00`; parts of zero are left out, all of them are `00:00:00`. */
function printInterval({ months, days, seconds, nanosecondsOfSecond }: Duration): string {
  const parts = [printCount(Math.trunc(months / 12), 'year'), printCount(months % 12, 'month'), printCount(days, 'day')]
  const clock = printClock(Number(seconds) + nanosecondsOfSecond / 1e9)
  const shown = parts.filter((part) => part !== '')
  return [...shown, ...(clock === '00:00:00' && shown.length > 0 ? [] : [clock])].join(' ')
}

function printCount(count: number, unit: string): string {
  return count === 0 ? '' : `${count} ${unit}${Math.abs(count) === 1 ? '' : 's'}`
}

function printClock(seconds: number): string {
  const micros = Math.round(Math.abs(seconds) * 1e6)
  const two = (part: number) => String(part).padStart(2, '0')
  const whole = Math.floor(micros / 1e6)
  const fraction = micros % 1e6 === 0 ? '' : `.${String(micros % 1e6).padStart(6, '0')}`.replace(/0+$/, '')
  const sign = seconds < 0 ? '-' : ''
  return `${sign}${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${fraction}`
}
