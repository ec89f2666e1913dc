/** Temporal values in typed JSON: Neo4j's names of their types, and their texts. */
import { LocalDate } from './date.js'
import { LocalDateTime, ZonedDateTime } from './datetime.js'
import { Duration } from './duration.js'
import type { Temporal } from './temporal.js'
import { LocalTime, ZonedTime } from './time.js'

/** How the text of each type is read; each throws TEMPORAL_INVALID. */
export const temporalReaders: ReadonlyMap<string, (text: string) => Temporal> = new Map<
  string,
  (text: string) => Temporal
>([
  ['Date', LocalDate.parse],
  ['Time', ZonedTime.parse],
  ['LocalTime', LocalTime.parse],
  ['OffsetDateTime', ZonedDateTime.parse],
  ['ZonedDateTime', ZonedDateTime.parse],
  ['LocalDateTime', LocalDateTime.parse],
  ['Duration', Duration.parse],
])

/** `OffsetDateTime` or `ZonedDateTime` tells whether the zone of a datetime is an offset or has a name. */
export function typedName(value: Temporal): string {
  if (value instanceof LocalDate) return 'Date'
  if (value instanceof LocalTime) return 'LocalTime'
  if (value instanceof ZonedTime) return 'Time'
  if (value instanceof LocalDateTime) return 'LocalDateTime'
  if (value instanceof ZonedDateTime) return value.zoneName === null ? 'OffsetDateTime' : 'ZonedDateTime'
  return 'Duration'
}
