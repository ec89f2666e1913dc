/** Times of the day. They have no date, so adding to them goes around the clock. */
import type { Duration } from './duration.js'
import { Timed } from './temporal.js'
import {
  dayNanos,
  nanoOfDay,
  readOffset,
  readTime,
  readWhole,
  secondNanos,
  splitTime,
  within,
  writeOffset,
  writeTime,
} from './text.js'
import { daySeconds, offsetSecondsMax } from './zone.js'

/** A LOCAL TIME: a time of the day without a zone. */
export class LocalTime extends Timed {
  override readonly type = 'LOCAL TIME'

  constructor(override readonly nanoOfDay: number) {
    super()
    mustBeNanoOfDay(nanoOfDay)
  }

  /** `LocalTime.of(21, 40, 32, 142_000_000)`. Throws TEMPORAL_INVALID. */
  static of(hour: number, minute = 0, second = 0, nanosecond = 0): LocalTime {
    return new LocalTime(nanoOfDay(hour, minute, second, nanosecond))
  }

  /** Reads `21:40:32.142`, `214032.142` and shorter ones. Throws TEMPORAL_INVALID. */
  static parse(text: string): LocalTime {
    return new LocalTime(readWhole(text, 'a time like 21:40:32.142', readTime))
  }

  plus(duration: Duration): LocalTime {
    return new LocalTime(timePlus(this.nanoOfDay, duration))
  }

  equals(other: LocalTime): boolean {
    return this.nanoOfDay === other.nanoOfDay
  }

  compareTo(other: LocalTime): number {
    return this.nanoOfDay - other.nanoOfDay
  }

  override toString(): string {
    return writeTime(this.nanoOfDay)
  }
}

/** A ZONED TIME: a time of the day at an offset from UTC. */
export class ZonedTime extends Timed {
  override readonly type = 'ZONED TIME'

  constructor(
    override readonly nanoOfDay: number,
    readonly offsetSeconds: number,
  ) {
    super()
    mustBeNanoOfDay(nanoOfDay)
    mustBeOffset(offsetSeconds)
  }

  /** Reads `21:40:32.142+01:00`, `2140Z` and the like; without an offset it is at UTC. Throws TEMPORAL_INVALID. */
  static parse(text: string): ZonedTime {
    return readWhole(text, 'a time like 21:40:32.142+01:00', readZonedTime)
  }

  /** The offset as text, `+01:00` or `Z`. */
  get offset(): string {
    return writeOffset(this.offsetSeconds)
  }

  get timezone(): string {
    return this.offset
  }

  get offsetMinutes(): number {
    return Math.trunc(this.offsetSeconds / 60) + 0
  }

  /** The same moment of the day at another offset. */
  atOffset(offsetSeconds: number): ZonedTime {
    const shifted = this.nanoOfDay + (offsetSeconds - this.offsetSeconds) * secondNanos
    return new ZonedTime(((shifted % dayNanos) + dayNanos) % dayNanos, offsetSeconds)
  }

  plus(duration: Duration): ZonedTime {
    return new ZonedTime(timePlus(this.nanoOfDay, duration), this.offsetSeconds)
  }

  equals(other: ZonedTime): boolean {
    return this.nanoOfDay === other.nanoOfDay && this.offsetSeconds === other.offsetSeconds
  }

  /** By the moment at UTC, which may lie on the day before or after; of one moment from west to east. */
  compareTo(other: ZonedTime): number {
    return this.utcNano - other.utcNano || this.offsetSeconds - other.offsetSeconds
  }

  /** Nanoseconds since midnight at UTC of the local day: negative, or more than a day, where UTC has another day. */
  get utcNano(): number {
    return this.nanoOfDay - this.offsetSeconds * secondNanos
  }

  override toString(): string {
    return writeTime(this.nanoOfDay) + this.offset
  }
}

function readZonedTime(text: string): ZonedTime | undefined {
  const { time, offset } = splitTime(text)
  const nanos = readTime(time!)
  const seconds = offset === null ? 0 : readOffset(offset)
  return nanos === undefined || seconds === undefined ? undefined : new ZonedTime(nanos, seconds)
}

function timePlus(nanoOfDay: number, { seconds, nanosecondsOfSecond }: Duration): number {
  const ofDay = typeof seconds === 'number' ? seconds % daySeconds : Number(seconds % BigInt(daySeconds))
  const sum = nanoOfDay + ofDay * secondNanos + nanosecondsOfSecond
  return ((sum % dayNanos) + dayNanos) % dayNanos
}

/** Throws TEMPORAL_INVALID. */
export function mustBeNanoOfDay(nanoOfDay: number): number {
  return within('nanosecond of the day', nanoOfDay, 0, dayNanos - 1)
}

/** Throws TEMPORAL_INVALID. */
export function mustBeOffset(seconds: number): number {
  return within('seconds of the offset', seconds, -offsetSecondsMax, offsetSecondsMax)
}
