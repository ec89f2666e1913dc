/**
 * Values of typed columns, read from the bytes of a field. A reader gives `undefined` for what is no such value; the
 * importer knows file, line and column and says so.
 */
import { isUtf8 } from 'node:buffer'
import { DatabaseError } from '../../core/errors.js'
import { LocalDate } from '../../core/temporal/date.js'
import { LocalDateTime, ZonedDateTime } from '../../core/temporal/datetime.js'
import { Duration } from '../../core/temporal/duration.js'
import type { Temporal } from '../../core/temporal/temporal.js'
import { LocalTime, ZonedTime } from '../../core/temporal/time.js'
import { Float, integerMax, integerMin, type PropertyValue, toInteger } from '../../core/value.js'

export type FieldReader = (bytes: Buffer, start: number, end: number) => PropertyValue | undefined

export interface ColumnType {
  readonly read: FieldReader
  /** What the type takes, for the message about what it does not. */
  readonly takes: string
}

const zero = 0x30
const minus = 0x2d
/** So many digits are below 2^53 whatever they are. */
const digitsExact = 15

/** The scalar types of Neo4j's import headers. */
export const columnTypes: ReadonlyMap<string, ColumnType> = new Map([
  ['int', integerType(-(2n ** 31n), 2n ** 31n - 1n)],
  ['long', integerType(integerMin, integerMax)],
  ['short', integerType(-(2n ** 15n), 2n ** 15n - 1n)],
  ['byte', integerType(-(2n ** 7n), 2n ** 7n - 1n)],
  ['float', { read: readFloat, takes: 'a number' }],
  ['double', { read: readFloat, takes: 'a number' }],
  ['boolean', { read: readBoolean, takes: 'true or false' }],
  ['char', { read: readChar, takes: 'one character' }],
  ['string', { read: readText, takes: 'text in UTF-8' }],
  ['date', temporalType(LocalDate.parse, 'a date like 2015-07-21')],
  ['localtime', temporalType(LocalTime.parse, 'a time like 21:40:32')],
  ['time', temporalType(ZonedTime.parse, 'a time like 21:40:32+01:00')],
  ['localdatetime', temporalType(LocalDateTime.parse, 'a local datetime like 2015-07-21T21:40:32')],
  ['datetime', temporalType(ZonedDateTime.parse, 'a datetime like 2015-07-21T21:40:32+02:00[Europe/Stockholm]')],
  ['duration', temporalType(Duration.parse, 'a duration like P1Y2M3DT4H5M6S')],
])

function temporalType(parse: (text: string) => Temporal, takes: string): ColumnType {
  return {
    takes,
    read(bytes, start, end) {
      try {
        return parse(bytes.toString('latin1', start, end).trim())
      } catch (error) {
        if (error instanceof DatabaseError) return undefined
        throw error
      }
    },
  }
}

/** A column of lists: the elements stand between delimiters and are all of one type. */
export function arrayOf(element: ColumnType, delimiter: number): ColumnType {
  return {
    takes: `a list whose elements are each ${element.takes}`,
    read(bytes, start, end) {
      const items: PropertyValue[] = []
      for (let from = start; from <= end; ) {
        const at = bytes.indexOf(delimiter, from)
        const to = at === -1 || at > end ? end : at
        const item = element.read(bytes, from, to)
        if (item === undefined) return undefined
        items.push(item)
        from = to + 1
      }
      return items
    },
  }
}

/**
 * The number that the bytes are the usual decimal form of: no sign, no leading zero, below 10^15. Else -1. What it
 * gives can stand for the text, since no other text gives the same.
 */
export function readNatural(bytes: Buffer, start: number, end: number): number {
  const length = end - start
  if (length === 0 || length > digitsExact || (bytes[start] === zero && length > 1)) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - zero
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

export function readText(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end)
  // Only bytes that are not UTF-8, or that spell the replacement character itself, decode to one.
  return text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end)) ? undefined : text
}

function integerType(min: bigint, max: bigint): ColumnType {
  const minNumber = Number(min)
  const maxNumber = Number(max)
  return {
    takes: `a whole number from ${min} to ${max}`,
    read(bytes, start, end) {
      const negative = bytes[start] === minus
      const natural = readNatural(bytes, negative ? start + 1 : start, end)
      if (natural === -1) return readIntegerText(bytes.toString('latin1', start, end), min, max)
      const value = negative && natural !== 0 ? -natural : natural
      return value < minNumber || value > maxNumber ? undefined : value
    },
  }
}

/** The rarer spellings: a plus sign, spaces around, leading zeros, more than fifteen digits. */
function readIntegerText(text: string, min: bigint, max: bigint): PropertyValue | undefined {
  const match = /^\s*([+-]?)(\d+)\s*$/.exec(text)
  if (match === null) return undefined
  const value = BigInt(match[2]!) * (match[1] === '-' ? -1n : 1n)
  return value < min || value > max ? undefined : toInteger(value)
}

/** `Number` alone would also read '', '0x10' and '1_000' in its own ways. */
const floatForm = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?Infinity$|^NaN$/

function readFloat(bytes: Buffer, start: number, end: number): Float | undefined {
  const text = bytes.toString('latin1', start, end).trim()
  return floatForm.test(text) ? new Float(Number(text)) : undefined
}

function readBoolean(bytes: Buffer, start: number, end: number): boolean | undefined {
  const text = bytes.toString('latin1', start, end).trim().toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : undefined
}

function readChar(bytes: Buffer, start: number, end: number): string | undefined {
  const text = readText(bytes, start, end)
  return text !== undefined && [...text].length === 1 ? text : undefined
}
