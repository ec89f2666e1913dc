/** What expressions do with lists, item by item. */
import { DatabaseError } from '../../../src/core/errors.js'
import { typeName, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import { groupKey, isList, type Truth } from '../../functions/values.js'
import type { Execution } from './execution.js'
import { bytesOf } from './memory.js'

type Test = (item: Value) => Truth

/** `[x IN list WHERE test | result]`; null of null. */
export function comprehend(
  execution: Execution,
  list: Value,
  test: (item: Value) => boolean,
  result: (item: Value) => Value,
): Value {
  if (list === null) return null
  const { held } = execution
  const results: Value[] = []
  for (const item of mustBeList(list, 'a comprehension')) {
    if (!test(item)) continue
    const value = result(item)
    results.push(value)
    execution.take(8 + bytesOf(value))
  }
  execution.letGo(held)
  return results
}

/** The last of the values that each item makes of the one before it; null of a null list. */
export function reduce(
  execution: Execution,
  list: Value,
  initial: Value,
  step: (accumulator: Value, item: Value) => Value,
): Value {
  if (list === null) return null
  const { held } = execution
  let accumulator = initial
  for (const item of mustBeList(list, 'reduce')) {
    accumulator = step(accumulator, item)
    // Only the last one is kept.
    execution.letGo(held)
    execution.take(bytesOf(accumulator))
  }
  execution.letGo(held)
  return accumulator
}

/** True when the test is true of every item; an unknown one makes the answer unknown, unless another is false. */
export function allOf(list: Value, test: Test): Truth {
  const counts = countTruths(list, test)
  if (counts === null) return null
  return counts.false > 0 ? false : counts.unknown > 0 ? null : true
}

export function anyOf(list: Value, test: Test): Truth {
  const counts = countTruths(list, test)
  if (counts === null) return null
  return counts.true > 0 ? true : counts.unknown > 0 ? null : false
}

export function noneOf(list: Value, test: Test): Truth {
  const any = anyOf(list, test)
  return any === null ? null : !any
}

export function singleOf(list: Value, test: Test): Truth {
  const counts = countTruths(list, test)
  if (counts === null) return null
  return counts.true > 1 ? false : counts.unknown > 0 ? null : counts.true === 1
}

function countTruths(list: Value, test: Test): { true: number; false: number; unknown: number } | null {
  if (list === null) return null
  const counts = { true: 0, false: 0, unknown: 0 }
  for (const item of mustBeList(list, 'a quantifier')) {
    const truth = test(item)
    counts[truth === null ? 'unknown' : truth ? 'true' : 'false']++
  }
  return counts
}

/** The rows of UNWIND: none of null. A value that is no list is the list of itself. */
export function itemsOf(list: Value): readonly Value[] {
  if (list === null) return []
  return isList(list) ? list : [list]
}

/** The items of the list of an IN, each once; none of null. Throws TYPE_MISMATCH as IN does. */
export function membersOf(list: Value): readonly Value[] {
  if (list === null) return []
  return [...new Map(mustBeList(list, 'IN').map((item) => [groupKey(item), item])).values()]
}

/** The value as a predicate. Throws TYPE_MISMATCH for what is no BOOLEAN. */
export function truth(value: Value): Truth {
  if (value === null || typeof value === 'boolean') return value
  throw new DatabaseError('TYPE_MISMATCH', `a predicate is a BOOLEAN, and this is ${valueInWords(value)}`, {
    type: typeName(value),
  })
}

function mustBeList(value: Value, use: string): readonly Value[] {
  if (isList(value)) return value
  throw new DatabaseError('TYPE_MISMATCH', `${use} takes a LIST, and this is ${valueInWords(value)}`)
}
