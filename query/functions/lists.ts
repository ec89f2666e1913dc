/** Functions of lists. */
import { DatabaseError } from '../../src/core/errors.js'
import type { Value } from '../../src/core/value.js'
import type { StaticType } from '../semantics/bound.js'
import { type CypherFunction, mustBeList, refuseArgument, strictFunction } from './function.js'
import { rangeOf } from './range.js'
import { orNull } from './scalars.js'
import { isList } from './values.js'

const list: readonly StaticType[] = ['list']
const integer: readonly StaticType[] = ['integer']

/** A list this long takes 80 MB. UNWIND makes no list of a range, and so has no limit. */
const rangeLengthMax = 10_000_000

function range(start: Value, end: Value, step?: Value): Value {
  const items = rangeOf(start, end, step)
  const { length } = items
  if (length > rangeLengthMax)
    throw new DatabaseError(
      'LIMIT_EXCEEDED',
      `range would give a list of ${length} items, and ${rangeLengthMax} is the most; UNWIND range(...) makes no list`,
    )
  return Array.from({ length }, (_, i) => items.at(i))
}

/** Code points of a string change places, not the halves of one. */
function reverse(value: Value): Value {
  if (isList(value)) return [...value].reverse()
  return typeof value === 'string' ? [...value].reverse().join('') : refuseArgument('reverse', 'LIST or STRING', value)
}

export const rangeFunction = strictFunction('range', [integer, integer, integer], 'list', range, { optionalCount: 1 })

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
  rangeFunction,
  strictFunction('reverse', [['list', 'string']], ([type]) => type ?? 'any', reverse),
]
