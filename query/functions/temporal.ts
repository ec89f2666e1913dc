/**
 * Functions of dates, times and durations. `date()` and the like read the clock once for a statement, `date.transaction()`
 * once for a transaction; only `date.realtime()` reads it at each call.
 */

import type { Integer } from '../../src/core/integer.js'
import {
  durationBetween,
  durationInDays,
  durationInMonths,
  durationInSeconds,
  isPoint,
  type Point,
} from '../../src/core/temporal/between.js'
import { LocalDate } from '../../src/core/temporal/date.js'
import { LocalDateTime, momentOfMillis, readZone, type Zone, ZonedDateTime } from '../../src/core/temporal/datetime.js'
import { Duration, type DurationUnit, durationUnits } from '../../src/core/temporal/duration.js'
import { type Fraction, fractionOf, fractionOfDouble } from '../../src/core/temporal/fraction.js'
import { temporalInvalid } from '../../src/core/temporal/invalid.js'
import { Temporal } from '../../src/core/temporal/temporal.js'
import { within } from '../../src/core/temporal/text.js'
import { LocalTime, ZonedTime } from '../../src/core/temporal/time.js'
import { isTimeUnit, truncateDay, truncateTime } from '../../src/core/temporal/truncate.js'
import { Float, type Value } from '../../src/core/value.js'
import type { StaticType, TemporalStaticType } from '../semantics/bound.js'
import {
  type CypherFunction,
  type FunctionEnvironment,
  mustBeInteger,
  mustBeNumber,
  mustBeString,
  refuseArgument,
  strictFunction,
  valueFunction,
} from './function.js'
import {
  checkNames,
  clockFields,
  dayFields,
  dayFrom,
  epochMoment,
  type Fields,
  momentFrom,
  mustHaveDate,
  mustHaveTime,
  type Selected,
  selectedFrom,
  selectedPoint,
  timeFrom,
  zonedFrom,
  zonedTimeFrom,
  zoneIn,
} from './temporal-fields.js'
import { isMap } from './values.js'

/** How values of one type of point are made. */
interface PointType {
  readonly name: Exclude<TemporalStaticType, 'duration'>
  readonly parse: (text: string) => Point
  /** Fields that its maps may have. */
  readonly fields: readonly string[]
  /** From fields over what was selected; `nowMs` is the time of the statement. */
  readonly from: (fields: Fields, selected: Selected, nowMs: number) => Point
  /** What it is of the present. */
  readonly now: (moment: ZonedDateTime) => Point
  /** Units that it can be truncated to. */
  readonly truncates: 'days' | 'times' | 'both'
}

const pointTypes: readonly PointType[] = [
  {
    name: 'date',
    parse: LocalDate.parse,
    fields: [...dayFields, 'date', 'timezone'],
    from: (fields, { epochDay }) => new LocalDate(dayFrom(fields, epochDay)),
    now: ({ epochDay }) => new LocalDate(epochDay),
    truncates: 'days',
  },
  {
    name: 'localtime',
    parse: LocalTime.parse,
    fields: [...clockFields, 'time', 'timezone'],
    from: (fields, { nanoOfDay }) => new LocalTime(timeFrom(mustHaveHour(fields, nanoOfDay), nanoOfDay)),
    now: ({ nanoOfDay }) => new LocalTime(nanoOfDay),
    truncates: 'times',
  },
  {
    name: 'time',
    parse: ZonedTime.parse,
    fields: [...clockFields, 'time', 'timezone'],
    from: (fields, selected, nowMs) => zonedTimeFrom(mustHaveHour(fields, selected.nanoOfDay), selected, nowMs),
    now: ({ nanoOfDay, offsetSeconds }) => new ZonedTime(nanoOfDay, offsetSeconds),
    truncates: 'times',
  },
  {
    name: 'localdatetime',
    parse: LocalDateTime.parse,
    fields: [...dayFields, ...clockFields, 'date', 'time', 'datetime', 'timezone'],
    from: (fields, selected) => localFrom(fields, selected),
    now: ({ epochDay, nanoOfDay }) => new LocalDateTime(epochDay, nanoOfDay),
    truncates: 'both',
  },
  {
    name: 'datetime',
    parse: ZonedDateTime.parse,
    fields: [...dayFields, ...clockFields, 'date', 'time', 'datetime', 'timezone', 'epochSeconds', 'epochMillis'],
    from: (fields, selected) => zonedFrom(fields, selected),
    now: (moment) => moment,
    truncates: 'both',
  },
]

function localFrom(fields: Fields, selected: Selected): LocalDateTime {
  const { epochDay, nanoOfDay } = momentFrom(fields, selected)
  return new LocalDateTime(epochDay, nanoOfDay)
}

function mustHaveHour(fields: Fields, selected: number | null): Fields {
  if (selected !== null || fields.has('hour')) return fields
  throw temporalInvalid(`'hour' is missing; it is needed where nothing is selected from`, { component: 'hour' })
}

// ---- making ---------------------------------------------------------------------------------------------------------

const noFields: Fields = new Map()

function make(type: PointType, environment: FunctionEnvironment, value: Value | undefined): Value {
  if (value === undefined) return present(type, environment.statementMs, 0)
  if (value === null) return null
  if (typeof value === 'string') return type.parse(value)
  if (value instanceof Temporal && isPoint(value))
    return type.from(noFields, wholeOf(type, value), environment.statementMs)
  if (!isMap(value)) return refuseArgument(type.name, 'STRING, MAP or a temporal value', value)
  return fromFields(type, environment, value)
}

function fromFields(type: PointType, { statementMs }: FunctionEnvironment, fields: Fields): Value {
  checkNames(fields, type.name, type.fields)
  for (const value of fields.values()) if (value === null) return null
  const zone = zoneIn(fields)
  if (zone !== undefined && fields.size === 1) return present(type, statementMs, zone)
  if (zone !== undefined && (type.name === 'date' || type.name === 'localtime' || type.name === 'localdatetime'))
    throw temporalInvalid(`'timezone' stands alone in ${type.name}, for the present there`, { component: 'timezone' })
  return type.from(fields, selectedFrom(fields), statementMs)
}

/** Another value as the one that all is selected from. */
function wholeOf(type: PointType, point: Point): Selected {
  if (type.truncates !== 'times') mustHaveDate(point)
  if (type.truncates === 'times') mustHaveTime(point)
  return selectedPoint(point)
}

function present(type: PointType, ms: number, zone: Zone): Value {
  return type.now(ZonedDateTime.ofInstant(momentOfMillis(ms), zone))
}

/** `date.statement()` and the like; the argument is a time zone. */
function clockFunction(
  type: PointType,
  clock: string,
  read: (environment: FunctionEnvironment) => number,
): CypherFunction {
  return valueFunction(
    `${type.name}.${clock}`,
    [['string']],
    type.name,
    (environment, zone) => {
      if (zone === null) return null
      return present(type, read(environment), zone === undefined ? 0 : readZone(mustBeString(type.name, zone)))
    },
    // Within a statement only the real time differs from call to call.
    { optionalCount: 1, deterministic: clock !== 'realtime' },
  )
}

// ---- truncating -----------------------------------------------------------------------------------------------------

function truncate(
  type: PointType,
  environment: FunctionEnvironment,
  unitValue: Value,
  from?: Value,
  map?: Value,
): Value {
  if (unitValue === null || from === null || map === null) return null
  const unit = mustBeString(`${type.name}.truncate`, unitValue)
  const point = from ?? present(type, environment.statementMs, 0)
  if (!(point instanceof Temporal && isPoint(point)))
    return refuseArgument(`${type.name}.truncate`, 'a date, a time or both', point)
  const fields = map === undefined ? noFields : isMap(map) ? map : refuseArgument(`${type.name}.truncate`, 'MAP', map)
  checkNames(fields, type.name, type.fields)
  for (const value of fields.values()) if (value === null) return null
  checkUnit(type, unit, point)
  const selected = truncated(wholeOf(type, point), unit)
  // The local time is cut, so a new zone tells that local time and moves nothing.
  const zone = zoneIn(fields)
  const whole = zone === undefined ? selected : { ...selected, zone: null, offset: null }
  return type.from(withKeptSubseconds(fields, unit, selected.nanoOfDay), whole, environment.statementMs)
}

function checkUnit(type: PointType, unit: string, point: Point): void {
  const isTime = isTimeUnit(unit)
  if (type.truncates === 'days' && isTime)
    throw temporalInvalid(`a date cannot be truncated to '${unit}', which is less than a day`, { unit })
  if (type.truncates === 'times' && !isTime && unit.toLowerCase() !== 'day')
    throw temporalInvalid(`a time cannot be truncated to '${unit}', which is more than a day`, { unit })
  if (isTime) mustHaveTime(point)
}

function truncated(selected: Selected, unit: string): Selected {
  const { epochDay, nanoOfDay } = selected
  return {
    ...selected,
    epochDay: epochDay === null ? null : truncateDay(epochDay, unit),
    nanoOfDay: nanoOfDay === null ? null : truncateTime(nanoOfDay, unit),
  }
}

/** Cut to milliseconds or microseconds, those stay when smaller parts are given anew. */
function withKeptSubseconds(fields: Fields, unit: string, nanoOfDay: number | null): Fields {
  const kept = { millisecond: 1_000_000, microsecond: 1_000 }[unit.toLowerCase()]
  const smaller = unit.toLowerCase() === 'millisecond' ? ['microsecond', 'nanosecond'] : ['nanosecond']
  if (kept === undefined || nanoOfDay === null || !smaller.some((name) => fields.has(name))) return fields
  return new Map([...fields, [unit.toLowerCase(), Math.floor((nanoOfDay % 1_000_000_000) / kept)]])
}

// ---- durations ------------------------------------------------------------------------------------------------------

function makeDuration(value: Value): Value {
  if (typeof value === 'string') return Duration.parse(value)
  if (value instanceof Duration) return value
  if (!isMap(value)) return refuseArgument('duration', 'STRING, MAP or DURATION', value)
  checkNames(value, 'duration', durationUnits)
  for (const amount of value.values()) if (amount === null) return null
  return Duration.ofUnits(Array.from(value, ([unit, amount]) => [unit as DurationUnit, fractionFrom(unit, amount)]))
}

function fractionFrom(unit: string, value: Value): Fraction {
  const number: Integer | Float = mustBeNumber(`the component ${unit}`, value)
  return number instanceof Float ? fractionOfDouble(number.value) : fractionOf(number)
}

function between(name: string, measure: (from: Point, to: Point) => Duration): CypherFunction {
  const point = (value: Value) =>
    value instanceof Temporal && isPoint(value) ? value : refuseArgument(name, 'dates, times or both', value)
  return strictFunction(name, [points, points], 'duration', (from, to) => measure(point(from), point(to)))
}

// ---- all ------------------------------------------------------------------------------------------------------------

const points: readonly StaticType[] = pointTypes.map(({ name }) => name)
const string: readonly StaticType[] = ['string']
const integer: readonly StaticType[] = ['integer']

function functionsOf(type: PointType): CypherFunction[] {
  return [
    valueFunction(
      type.name,
      [['string', 'map', ...points]],
      type.name,
      (environment, value) => make(type, environment, value),
      { optionalCount: 1 },
    ),
    clockFunction(type, 'transaction', ({ transactionMs }) => transactionMs),
    clockFunction(type, 'statement', ({ statementMs }) => statementMs),
    clockFunction(type, 'realtime', ({ clock }) => clock.now()),
    valueFunction(
      `${type.name}.truncate`,
      [string, points, ['map']],
      type.name,
      (environment, unit, from, map) => truncate(type, environment, unit!, from, map),
      { optionalCount: 2 },
    ),
  ]
}

/** `datetime.fromepoch(seconds, nanoseconds)`. */
function fromEpoch(seconds: Value, nanoseconds: Value): Value {
  const { epochDay, nanoOfDay } = epochMoment(seconds, 1)
  const nanos = within('nanoseconds', mustBeInteger('datetime.fromepoch', nanoseconds), 0, 999_999_999)
  return new ZonedDateTime(epochDay, nanoOfDay + nanos, 0)
}

function fromEpochMillis(millis: Value): Value {
  return ZonedDateTime.ofInstant(epochMoment(millis, 1_000), 0)
}

export const temporalFunctions: readonly CypherFunction[] = [
  ...pointTypes.flatMap(functionsOf),
  strictFunction('datetime.fromepoch', [integer, integer], 'datetime', fromEpoch),
  strictFunction('datetime.fromepochmillis', [integer], 'datetime', fromEpochMillis),
  strictFunction('duration', [['string', 'map', 'duration']], 'duration', makeDuration),
  between('duration.between', durationBetween),
  between('duration.inMonths', durationInMonths),
  between('duration.inDays', durationInDays),
  between('duration.inSeconds', durationInSeconds),
]
