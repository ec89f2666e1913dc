/** Functions of lists. */
import { DatabaseError } from '../../src/core/errors.js'
import type { Value } from '../../src/core/value.js'
import type { StaticType } from '../semantics/bound.js'
import { type CypherFunction, mustBeInteger, mustBeList, refuseArgument, strictFunction } from './function.js'
import { orNull } from './scalars.js'
import { isList } from './values.js'

const list: readonly StaticType[] = ['list']
const integer: readonly StaticType[] = ['integer']

/** Longer lists belong into UNWIND over rows; one this long takes 80 MB. */
const rangeLengthMax = 10_000_000

/** From `start` to `end`, both included; empty where `step` leads away from `end`. */
function range(start: Value, end: Value, step: Value = 1): Value {
  const [first, last, by] = [start, end, step].map((value) => mustBeInteger('range', value)) as [number, number, number]
  if (by === 0)
    throw new DatabaseError('ARITHMETIC', 'the step of range cannot be 0', {
      openCypher: { type: 'ArgumentError', detail: 'NumberOutOfRange' },
    })
  const length = Math.max(0, Math.floor((last - first) / by) + 1)
  if (length > rangeLengthMax) {
    throw new DatabaseError('LIMIT_EXCEEDED', `range would give ${length} items, and ${rangeLengthMax} is the most`)
  }
  return Array.from({ length }, (_, i) => first + i * by)
}

/** Code points of a string change places, not the halves of one. */
function reverse(value: Value): Value {
  if (isList(value)) return [...value].reverse()
  return typeof value === 'string' ? [...value].reverse().join('') : refuseArgument('reverse', 'LIST or STRING', value)
}

/** A function of a list that converts each item; what cannot be converted becomes null. */
function converting(name: string, convert: (value: Value) => Value): CypherFunction {
  return strictFunction(name, [list], 'list', (value) => mustBeList(name, value).map(convert))
}

export const listFunctions: readonly CypherFunction[] = [
  converting('toIntegerList', orNull.integer),
  converting('toFloatList', orNull.float),
  converting('toBooleanList', orNull.boolean),
  converting('toStringList', orNull.string),
  strictFunction('head', [list], 'any', (value) => mustBeList('head', value).at(0) ?? null),
  strictFunction('last', [list], 'any', (value) => mustBeList('last', value).at(-1) ?? null),
  strictFunction('tail', [list], 'list', (value) => mustBeList('tail', value).slice(1)),
  strictFunction('range', [integer, integer, integer], 'list', range, { optionalCount: 1 }),
  strictFunction('reverse', [['list', 'string']], ([type]) => type ?? 'any', reverse),
]
