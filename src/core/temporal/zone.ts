/**
 * Time zones: how far local time is ahead of UTC at a moment, in seconds.
 *
 * An offset like +01:00 is a zone by itself. A named zone changes its offset; what it was when comes from the platform
 * (`Intl`, which has the IANA database whole: before its first change a zone has the local mean time of its place,
 * +00:53:28 in Europe/Stockholm, and the rules of today go on without end). Asking takes two microseconds, so the changes
 * of a zone are kept by blocks of 32 days: the offset at midnight UTC of each day is asked for, and where it differs from
 * that of the next midnight, the second of the change is searched for. After that a look-up is one in a Map. Two changes
 * within one day that undo each other would be missed; no zone has any.
 *
 *   local time   02:30 comes never where a clock is put forward from 02:00 to 03:00 (a gap): it is 03:30
 *                02:30 comes twice where a clock is put back from 03:00 to 02:00 (an overlap): it is the earlier one,
 *                unless the other offset is asked for
 *
 * as java.time resolves them (ZonedDateTime.ofLocal). Days beyond the years 1700 to 2500 are taken as ones within: before,
 * no zone had changed yet; after, rules repeat with the calendar, every 400 years, and from 2100 on they are those of today.
 */
import { cycleDays, epochDayOf, modulo } from './calendar.js'
import { temporalInvalid } from './invalid.js'

/** ISO 8601 has offsets up to 18 hours. */
export const offsetSecondsMax = 18 * 3600
export const daySeconds = 86_400

interface Change {
  /** The second since 1970 from which `after` holds. */
  readonly at: number
  readonly before: number
  readonly after: number
}

interface Block {
  /** The offset at its start. */
  readonly offset: number
  readonly changes: readonly Change[]
}

const blockDays = 32
const dayFirst = epochDayOf(1700, 1, 1)
const dayLast = epochDayOf(2500, 1, 1)
/** Offsets of a place can lie this far apart from UTC, and one change apart from each other. */
const reach = offsetSecondsMax + 7200

/** Zones by the name they were asked for. Names come from queries, so there is an end to them. */
const zones = new Map<string, NamedZone>()
const zonesMax = 1_000

export class NamedZone {
  private readonly format: Intl.DateTimeFormat
  private readonly blocks = new Map<number, Block>()

  private constructor(
    /** As IANA writes it. */
    readonly name: string,
    format: Intl.DateTimeFormat,
  ) {
    this.format = format
  }

  /** Throws TEMPORAL_INVALID for a name that no zone has. */
  static get(name: string): NamedZone {
    const known = zones.get(name)
    if (known !== undefined) return known
    const zone = NamedZone.make(name)
    if (zones.size >= zonesMax) zones.clear()
    zones.set(name, zone)
    return zone
  }

  private static make(name: string): NamedZone {
    // The platform takes offsets too in later versions; here they are no names.
    if (!/^[A-Za-z]/.test(name)) throw unknownZone(name)
    try {
      const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
      const canonical = format.resolvedOptions().timeZone
      // The platform takes any case, and gives another name of the same zone for some: Asia/Calcutta for Asia/Kolkata.
      return new NamedZone(canonical.toLowerCase() === name.toLowerCase() ? canonical : name, format)
    } catch {
      throw unknownZone(name)
    }
  }

  /** The offset at a moment: a day, and a second of it, of UTC. */
  offsetAt(epochDay: number, second: number): number {
    const day = dayWithin(epochDay)
    const { offset, changes } = this.block(Math.floor(day / blockDays))
    if (changes.length === 0) return offset
    const at = day * daySeconds + second
    let found = offset
    for (const change of changes) if (change.at <= at) found = change.after
    return found
  }

  /** The offset at a local time, and by how much that is to be moved forward where it falls into a gap. */
  resolve(epochDay: number, second: number, preferred?: number): { offset: number; gap: number } {
    const local = dayWithin(epochDay) * daySeconds + second
    let offset = this.offsetAtSecond(local - reach)
    for (const { at, before, after } of this.changesBetween(local - reach, local + reach)) {
      if (local < at + Math.min(before, after)) break
      if (local < at + Math.max(before, after)) {
        if (after > before) return { offset: after, gap: after - before }
        return { offset: preferred === after ? after : before, gap: 0 }
      }
      offset = after
    }
    return { offset, gap: 0 }
  }

  private offsetAtSecond(second: number): number {
    const day = Math.floor(second / daySeconds)
    return this.offsetAt(day, second - day * daySeconds)
  }

  private changesBetween(from: number, to: number): readonly Change[] {
    const first = blockOf(from)
    const last = blockOf(to)
    const { changes } = this.block(first)
    const all = first === last ? changes : [...changes, ...this.block(last).changes]
    return all.length === 0 ? all : all.filter(({ at }) => at > from && at <= to)
  }

  private block(number: number): Block {
    const known = this.blocks.get(number)
    if (known !== undefined) return known
    const block = this.readBlock(number * blockDays)
    this.blocks.set(number, block)
    return block
  }

  private readBlock(dayStart: number): Block {
    const offset = this.ask(dayStart * daySeconds)
    const changes: Change[] = []
    let before = offset
    for (let day = dayStart; day < dayStart + blockDays; day++) {
      const after = this.ask((day + 1) * daySeconds)
      if (after === before) continue
      changes.push({ at: this.changeWithin(day * daySeconds, before), before, after })
      before = after
    }
    return { offset, changes }
  }

  /** The first second after `start`, within a day, whose offset is not `before`. */
  private changeWithin(start: number, before: number): number {
    let [low, high] = [start, start + daySeconds]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (this.ask(middle) === before) low = middle
      else high = middle
    }
    return high
  }

  /** Reads `GMT-04:56:02` at the end of what the platform writes. */
  private ask(second: number): number {
    const text = this.format.format(second * 1000)
    const at = text.lastIndexOf('GMT') + 3
    if (at >= text.length) return 0
    const sign = text[at] === '-' ? -1 : 1
    const [hours, minutes = '0', seconds = '0'] = text.slice(at + 1).split(':') as [string, string?, string?]
    return sign * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) + 0
  }
}

function blockOf(second: number): number {
  return Math.floor(second / daySeconds / blockDays)
}

function dayWithin(epochDay: number): number {
  if (epochDay < dayFirst) return dayFirst
  return epochDay < dayLast ? epochDay : dayLast - cycleDays + modulo(epochDay - dayLast, cycleDays)
}

function unknownZone(name: string): Error {
  return temporalInvalid(
    `there is no time zone '${name}'; there are names like Europe/Stockholm and offsets like +01:00`,
    {
      timezone: name,
    },
  )
}
