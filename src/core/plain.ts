/**
 * Values that programs pass in. A number that is a safe integer is an INTEGER, any other number a FLOAT; `float(1)`
 * makes a FLOAT of a whole number. A JavaScript date is a ZONED DATETIME at UTC.
 */
import { valueNestingMax } from './codec.js'
import { DatabaseError } from './errors.js'
import { ZonedDateTime } from './temporal/datetime.js'
import { Temporal } from './temporal/temporal.js'
import { Float, integerMax, integerMin, type PropertyValue, toInteger } from './value.js'

/**
 * A parameter or property given from outside. Throws PROPERTY_INVALID for what Cypher has no type for, naming the
 * place by `path`.
 */
export function fromPlain(path: string, value: unknown, depth = 0): PropertyValue {
  switch (typeof value) {
    case 'number':
      // An INTEGER has one zero.
      return Number.isSafeInteger(value) ? value + 0 : new Float(value)
    case 'bigint':
      if (value < integerMin || value > integerMax)
        throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${path} is ${value}, which does not fit in 64 bits`, { value })
      return toInteger(value)
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return null
    case 'object':
      return fromObject(path, value, depth)
    default:
      throw unsupported(path, `a ${typeof value}`)
  }
}

function fromObject(path: string, value: object | null, depth: number): PropertyValue {
  if (value === null || value instanceof Float) return value
  if (value instanceof Uint8Array || value instanceof Temporal) return value
  if (value instanceof Date && !Number.isNaN(value.getTime())) return ZonedDateTime.fromDate(value)
  if (depth === valueNestingMax) throw tooDeep(path)
  // Not `map`, which leaves the holes of an array as they are.
  if (Array.isArray(value)) return Array.from(value, (item, i) => fromPlain(`${path}[${i}]`, item, depth + 1))
  if (value instanceof Map || isPlain(value)) {
    const entries = value instanceof Map ? [...value] : Object.entries(value)
    return new Map(entries.map(([name, item]) => [String(name), fromPlain(`${path}.${name}`, item, depth + 1)]))
  }
  throw unsupported(path, `an object of class ${value.constructor?.name ?? 'unknown'}`)
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function tooDeep(path: string): DatabaseError {
  return new DatabaseError(
    'LIMIT_EXCEEDED',
    `lists and maps nest at most ${valueNestingMax} deep, and ${path.slice(0, 40)}... goes on, or holds itself`,
    { limit: valueNestingMax },
  )
}

function unsupported(path: string, what: string): DatabaseError {
  return new DatabaseError(
    'PROPERTY_INVALID',
    `${path} is ${what}; give null, a boolean, number, bigint, string, Uint8Array, temporal value, valid Date, array, Map or plain object`,
    { path },
  )
}
