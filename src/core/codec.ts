/**
 * The bytes of a property value: a tag, then what the tag says (the forms are those of `bytes.ts`).
 *
 *   0 null    1 false    2 true
 *   3 INTEGER, signed          4 INTEGER beyond ±(2^53-1), 8 bytes two's complement, little end first
 *   5 FLOAT, float             6 STRING, text           7 BYTES, blob
 *   8 LIST, varint count, values
 *   9 MAP, varint count, then for each entry its name as text and its value, in the map's order
 *
 *   10 DATE, signed epoch day                       11 LOCAL TIME, varint nanosecond of the day
 *   12 ZONED TIME, as 11 and signed offset          13 LOCAL DATETIME, as 10 and 11
 *   14 ZONED DATETIME, as 13 and signed offset      15 the same, then the name of its zone as text
 *   16 DURATION, signed months, signed days, seconds as a value, varint nanoseconds
 *   17 JSON's null as a member of a document, never inside a value
 *
 *   [1, 'a']  ->  08 02  03 02  06 01 61
 *
 * Everything comes back as it was: 1 and 1.0, -0.0 and NaN, an empty list, null inside a map. Strings are taken to be
 * well-formed Unicode, as UTF-8 has no form for a lone surrogate: it comes back as U+FFFD.
 */
import assert from 'node:assert/strict'
import { ByteReader, ByteWriter } from './bytes.js'
import { DatabaseError } from './errors.js'
import { LocalDate } from './temporal/date.js'
import { LocalDateTime, ZonedDateTime } from './temporal/datetime.js'
import { Duration } from './temporal/duration.js'
import { Temporal } from './temporal/temporal.js'
import { LocalTime, ZonedTime } from './temporal/time.js'
import {
  Float,
  integerMax,
  integerMin,
  JsonNull,
  jsonNull,
  type MemberValue,
  type PropertyValue,
  toInteger,
} from './value.js'

/** Lists and maps inside each other, at most. What may be written is bounded as what can be read, by the stack. */
export const valueNestingMax = 1_000

const tags = {
  null: 0,
  false: 1,
  true: 2,
  integer: 3,
  integer64: 4,
  float: 5,
  string: 6,
  bytes: 7,
  list: 8,
  map: 9,
  date: 10,
  localTime: 11,
  zonedTime: 12,
  localDateTime: 13,
  dateTimeAtOffset: 14,
  dateTimeInZone: 15,
  duration: 16,
  jsonNull: 17,
} as const

/** Throws LIMIT_EXCEEDED where lists and maps are nested deeper than `valueNestingMax`. */
export function writeValue(writer: ByteWriter, value: PropertyValue, depth = 0): void {
  if (typeof value === 'string') {
    writer.byte(tags.string)
    writer.text(value)
  } else if (typeof value === 'number') {
    assert(Number.isSafeInteger(value), `${value} is no INTEGER, and a FLOAT must be wrapped`)
    writer.byte(tags.integer)
    writer.signed(value)
  } else if (value instanceof Float) {
    writer.byte(tags.float)
    writer.float(value.value)
  } else if (typeof value === 'boolean') writer.byte(value ? tags.true : tags.false)
  else if (value === null) writer.byte(tags.null)
  else if (typeof value === 'bigint') writeInteger64(writer, value)
  else if (value instanceof Uint8Array) {
    writer.byte(tags.bytes)
    writer.blob(value)
  } else if (value instanceof Temporal) writeTemporal(writer, value)
  else if (depth >= valueNestingMax) throw nestedTooDeep()
  else if (value instanceof Map) writeMap(writer, value, depth + 1)
  else writeList(writer, value as readonly PropertyValue[], depth + 1)
}

function writeInteger64(writer: ByteWriter, value: bigint): void {
  if (value < integerMin || value > integerMax) {
    throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${value} does not fit in a 64-bit INTEGER`, { value })
  }
  writer.byte(tags.integer64)
  writer.reserve(8)
  writer.length = writer.bytes.writeBigInt64LE(value, writer.length)
}

function writeTemporal(writer: ByteWriter, value: Temporal): void {
  if (value instanceof LocalDate) {
    writer.byte(tags.date)
    writer.signed(value.epochDay)
  } else if (value instanceof LocalTime) {
    writer.byte(tags.localTime)
    writer.varint(value.nanoOfDay)
  } else if (value instanceof ZonedTime) {
    writer.byte(tags.zonedTime)
    writer.varint(value.nanoOfDay)
    writer.signed(value.offsetSeconds)
  } else if (value instanceof LocalDateTime) {
    writer.byte(tags.localDateTime)
    writer.signed(value.epochDay)
    writer.varint(value.nanoOfDay)
  } else if (value instanceof ZonedDateTime) writeZonedDateTime(writer, value)
  else writeDuration(writer, value as Duration)
}

function writeZonedDateTime(writer: ByteWriter, value: ZonedDateTime): void {
  writer.byte(value.zoneName === null ? tags.dateTimeAtOffset : tags.dateTimeInZone)
  writer.signed(value.epochDay)
  writer.varint(value.nanoOfDay)
  writer.signed(value.offsetSeconds)
  if (value.zoneName !== null) writer.text(value.zoneName)
}

function writeDuration(writer: ByteWriter, { months, days, seconds, nanosecondsOfSecond }: Duration): void {
  writer.byte(tags.duration)
  writer.signed(months)
  writer.signed(days)
  writeValue(writer, seconds)
  writer.varint(nanosecondsOfSecond)
}

function writeList(writer: ByteWriter, list: readonly PropertyValue[], depth: number): void {
  writer.byte(tags.list)
  writer.varint(list.length)
  for (const item of list) writeValue(writer, item, depth)
}

function writeMap(writer: ByteWriter, map: ReadonlyMap<string, PropertyValue>, depth: number): void {
  writer.byte(tags.map)
  writer.varint(map.size)
  for (const [name, value] of map) {
    writer.text(name)
    writeValue(writer, value, depth)
  }
}

function nestedTooDeep(): DatabaseError {
  return new DatabaseError('LIMIT_EXCEEDED', `lists and maps may be nested ${valueNestingMax} deep`, {
    limit: valueNestingMax,
  })
}

/** Throws DATABASE_CORRUPT where the bytes cannot be those of a value. */
export function readValue(reader: ByteReader, depth = 0): PropertyValue {
  const tag = reader.byte()
  switch (tag) {
    case tags.null:
      return null
    case tags.false:
      return false
    case tags.true:
      return true
    case tags.integer:
      return reader.signed()
    case tags.integer64:
      return readInteger64(reader)
    case tags.float:
      return new Float(reader.float())
    case tags.string:
      return reader.text()
    case tags.bytes:
      return reader.blob()
  }
  if (tag >= tags.date && tag <= tags.duration) return readTemporal(reader, tag)
  if (depth >= valueNestingMax) throw reader.damaged('values are nested too deep')
  if (tag === tags.list) return readList(reader, depth + 1)
  if (tag === tags.map) return readMap(reader, depth + 1)
  throw reader.damaged(`no kind of value has the tag ${tag}`)
}

function readInteger64(reader: ByteReader): number | bigint {
  let value = 0n
  for (let shift = 0n; shift < 64n; shift += 8n) value |= BigInt(reader.byte()) << shift
  return toInteger(BigInt.asIntN(64, value))
}

function readTemporal(reader: ByteReader, tag: number): Temporal {
  try {
    return temporalOf(reader, tag)
  } catch (error) {
    // A day or a second beyond the bounds of its type.
    if (error instanceof DatabaseError && error.code !== 'DATABASE_CORRUPT') throw reader.damaged(error.message)
    throw error
  }
}

function temporalOf(reader: ByteReader, tag: number): Temporal {
  switch (tag) {
    case tags.date:
      return new LocalDate(reader.signed())
    case tags.localTime:
      return new LocalTime(reader.varint())
    case tags.zonedTime:
      return new ZonedTime(reader.varint(), reader.signed())
    case tags.localDateTime:
      return new LocalDateTime(reader.signed(), reader.varint())
    case tags.dateTimeAtOffset:
      return new ZonedDateTime(reader.signed(), reader.varint(), reader.signed())
    case tags.dateTimeInZone:
      return new ZonedDateTime(reader.signed(), reader.varint(), reader.signed(), reader.text())
    default:
      return readDuration(reader)
  }
}

function readDuration(reader: ByteReader): Duration {
  const [months, days] = [reader.signed(), reader.signed()]
  const seconds = readValue(reader, valueNestingMax)
  if (typeof seconds !== 'number' && typeof seconds !== 'bigint') throw reader.damaged('a duration has no seconds')
  return Duration.of({ months, days, seconds, nanoseconds: reader.varint() })
}

function readList(reader: ByteReader, depth: number): PropertyValue[] {
  const count = reader.count()
  const list: PropertyValue[] = []
  for (let i = 0; i < count; i++) list.push(readValue(reader, depth))
  return list
}

function readMap(reader: ByteReader, depth: number): Map<string, PropertyValue> {
  const count = reader.count()
  const map = new Map<string, PropertyValue>()
  for (let i = 0; i < count; i++) map.set(reader.text(), readValue(reader, depth))
  if (map.size !== count) throw reader.damaged('a map has the same name twice')
  return map
}

/** As `writeValue`, for what an entity keeps under a property. */
export function writeMember(writer: ByteWriter, member: MemberValue): void {
  if (member instanceof JsonNull) writer.byte(tags.jsonNull)
  else writeValue(writer, member)
}

/** As `readValue`. */
export function readMember(reader: ByteReader): MemberValue {
  if (reader.peek() !== tags.jsonNull) return readValue(reader)
  reader.byte()
  return jsonNull
}

/** The bytes of one value, as an array of its own. */
export function encodeValue(value: PropertyValue): Uint8Array {
  const writer = new ByteWriter(64)
  writeValue(writer, value)
  return new Uint8Array(writer.view())
}

/** The value that fills `bytes`. */
export function decodeValue(bytes: Uint8Array): PropertyValue {
  const reader = new ByteReader(bytes)
  const value = readValue(reader)
  if (reader.left > 0) throw reader.damaged('bytes follow the value')
  return value
}
