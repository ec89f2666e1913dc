/**
 * Values as bytes whose order is the order of the values, so that an ordered index compares bytes and nothing else.
 *
 *   08 count ... ...       map: how many members, u32; their names in order, as strings; their values in that order
 *   10 ... 00              list: its items, then an end that sorts before any item
 *   20 bytes               BYTES, as a string
 *   21 day nano offset zone    ZONED DATETIME at UTC, then its offset in four bytes and its zone's name as a string
 *   22 day nano            LOCAL DATETIME: days since 1970 plus 2^47 in six bytes, nanoseconds of the day in six
 *   23 day                 DATE
 *   24 nano offset         ZONED TIME at UTC, plus 18 hours as UTC may be a day before, then its offset
 *   25 nano                LOCAL TIME
 *   26 seconds nano months days    DURATION: its length in seconds plus 2^63 in eight bytes, nanoseconds, and its parts
 *   30 text 00 00          STRING: UTF-8, in which 00 is written 00 FF; a prefix sorts before what goes on
 *   40 / 41                false, true
 *   50 double remainder    INTEGER and FLOAT together: the nearest double, its bits flipped so that they sort, and
 *                          what an INTEGER beyond 2^53 differs from it, plus 32,768, in two bytes
 *
 * 1 and 1.0 give the same bytes, as they are equal; so do -0.0 and 0.0. Types follow openCypher's order of types.
 */
import { LocalDate } from '../../src/core/temporal/date.js'
import { LocalDateTime, ZonedDateTime } from '../../src/core/temporal/datetime.js'
import type { Duration } from '../../src/core/temporal/duration.js'
import { Temporal } from '../../src/core/temporal/temporal.js'
import { secondNanos } from '../../src/core/temporal/text.js'
import { LocalTime, ZonedTime } from '../../src/core/temporal/time.js'
import { offsetSecondsMax } from '../../src/core/temporal/zone.js'
import { Float, type PropertyValue } from '../../src/core/value.js'

/** What makes any number of 48 bits with a sign one without. */
const bias48 = 2 ** 47
const offsetNanosMax = offsetSecondsMax * secondNanos

export class KeyWriter {
  bytes = new Uint8Array(256)
  length = 0
  private view = new DataView(this.bytes.buffer)

  reset(): void {
    this.length = 0
  }

  value(value: PropertyValue): void {
    switch (typeof value) {
      case 'number':
      case 'bigint':
        this.number(value)
        return
      case 'string':
        this.text(value)
        return
      case 'boolean':
        this.byte(value ? 0x41 : 0x40)
        return
    }
    if (value === null) this.byte(0x60)
    else if (value instanceof Float) this.number(value.value)
    else if (value instanceof Uint8Array) {
      this.byte(0x20)
      this.run(value)
    } else if (value instanceof Temporal) this.temporal(value)
    else if (value instanceof Map) this.map(value)
    else this.list(value as readonly PropertyValue[])
  }

  u32(value: number): void {
    this.ensure(4)
    this.view.setUint32(this.length, value)
    this.length += 4
  }

  byte(byte: number): void {
    this.ensure(1)
    this.bytes[this.length++] = byte
  }

  private temporal(value: Temporal): void {
    if (value instanceof ZonedDateTime) this.zonedDateTime(value)
    else if (value instanceof LocalDateTime) {
      this.byte(0x22)
      this.signed48(value.epochDay)
      this.u48(value.nanoOfDay)
    } else if (value instanceof LocalDate) {
      this.byte(0x23)
      this.signed48(value.epochDay)
    } else if (value instanceof ZonedTime) {
      this.byte(0x24)
      this.u48(value.utcNano + offsetNanosMax)
      this.signed32(value.offsetSeconds)
    } else if (value instanceof LocalTime) {
      this.byte(0x25)
      this.u48(value.nanoOfDay)
    } else this.duration(value as Duration)
  }

  private zonedDateTime(value: ZonedDateTime): void {
    const { epochDay, nanoOfDay } = value.instant
    this.byte(0x21)
    this.signed48(epochDay)
    this.u48(nanoOfDay)
    this.signed32(value.offsetSeconds)
    this.run(Buffer.from(value.zoneName ?? ''))
  }

  private duration({ lengthSeconds, nanosecondsOfSecond, months, days }: Duration): void {
    this.byte(0x26)
    this.ensure(8)
    this.view.setBigUint64(this.length, BigInt(lengthSeconds) + 2n ** 63n)
    this.length += 8
    this.u32(nanosecondsOfSecond)
    this.signed48(months)
    this.signed48(days)
  }

  private signed48(value: number): void {
    this.u48(value + bias48)
  }

  private u48(value: number): void {
    this.ensure(6)
    this.view.setUint16(this.length, Math.floor(value / 2 ** 32))
    this.view.setUint32(this.length + 2, value % 2 ** 32)
    this.length += 6
  }

  private signed32(value: number): void {
    this.u32(value + 2 ** 31)
  }

  private list(items: readonly PropertyValue[]): void {
    this.byte(0x10)
    for (const item of items) this.value(item)
    this.byte(0)
  }

  private map(map: ReadonlyMap<string, PropertyValue>): void {
    this.byte(0x08)
    this.u32(map.size)
    const names = [...map.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    for (const name of names) this.text(name)
    for (const name of names) this.value(map.get(name)!)
  }

  private text(text: string): void {
    this.byte(0x30)
    const { length } = text
    this.ensure(length + 2)
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0 || unit > 0x7f) {
        // What was written so far is written again, as part of the whole.
        this.length -= i
        this.run(Buffer.from(text))
        return
      }
      this.bytes[this.length++] = unit
    }
    this.bytes[this.length++] = 0
    this.bytes[this.length++] = 0
  }

  private run(bytes: Uint8Array): void {
    this.ensure(bytes.length * 2 + 2)
    for (const byte of bytes) {
      this.bytes[this.length++] = byte
      if (byte === 0) this.bytes[this.length++] = 0xff
    }
    this.bytes[this.length++] = 0
    this.bytes[this.length++] = 0
  }

  private number(value: number | bigint): void {
    this.ensure(11)
    this.bytes[this.length] = 0x50
    const double = Number(value) + 0
    this.view.setFloat64(this.length + 1, double === 0 ? 0 : double)
    const high = this.view.getInt32(this.length + 1)
    if (high < 0) for (let i = 1; i <= 8; i++) this.bytes[this.length + i] = ~this.bytes[this.length + i]! & 255
    else this.bytes[this.length + 1] = this.bytes[this.length + 1]! | 0x80
    const remainder = typeof value === 'bigint' ? Number(value - BigInt(double)) : 0
    this.view.setUint16(this.length + 9, remainder + 0x8000)
    this.length += 11
  }

  private ensure(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = new Uint8Array((this.length + more) * 2)
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}
