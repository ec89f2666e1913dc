/** Which members of a temporal value Cypher can ask for. */
import type { Integer } from '../integer.js'
import { temporalInvalid } from './invalid.js'
import type { Temporal, TemporalType } from './temporal.js'

export const dateComponents = [
  'year',
  'quarter',
  'month',
  'week',
  'weekYear',
  'dayOfQuarter',
  'day',
  'ordinalDay',
  'dayOfWeek',
  'weekDay',
] as const
export const timeComponents = ['hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond'] as const
const zoneComponents = ['timezone', 'offset', 'offsetMinutes', 'offsetSeconds']
const epochComponents = ['epochSeconds', 'epochMillis']
const durationComponents = [
  'years',
  'quarters',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'quartersOfYear',
  'monthsOfQuarter',
  'monthsOfYear',
  'daysOfWeek',
  'minutesOfHour',
  'secondsOfMinute',
  'millisecondsOfSecond',
  'microsecondsOfSecond',
  'nanosecondsOfSecond',
]

const components: Readonly<Record<TemporalType, ReadonlySet<string>>> = {
  DATE: new Set(dateComponents),
  'LOCAL TIME': new Set(timeComponents),
  'ZONED TIME': new Set([...timeComponents, ...zoneComponents]),
  'LOCAL DATETIME': new Set([...dateComponents, ...timeComponents]),
  'ZONED DATETIME': new Set([...dateComponents, ...timeComponents, ...zoneComponents, ...epochComponents]),
  DURATION: new Set(durationComponents),
}

/** `value.name`. Throws TEMPORAL_INVALID for what its type does not have. */
export function componentOf(value: Temporal, name: string): Integer | string {
  const names = components[value.type]
  if (names.has(name)) return value[name as keyof Temporal] as unknown as Integer | string
  throw temporalInvalid(`a ${value.type} has no component '${name}'; it has ${[...names].join(', ')}`, {
    component: name,
  })
}
