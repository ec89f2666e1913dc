import { describe, expect, test } from 'vitest'
import type { FunctionEnvironment } from '../../../query/functions/function.js'
import { findFunction, functionNames, mustFindFunction } from '../../../query/functions/registry.js'
import { DatabaseError } from '../../../src/core/errors.js'
import { Float, type Value } from '../../../src/core/value.js'

const environment: FunctionEnvironment = {
  random: { next: () => 0.25 },
  clock: { now: () => 1_700_000_000_123, monotonic: () => 0 },
  statementMs: 1_700_000_000_000,
  transactionMs: 1_600_000_000_000,
}

function call(name: string, ...values: Value[]): Value {
  const { body } = mustFindFunction(name)
  if (body.kind !== 'value') throw new Error(`${name} reads the graph`)
  return body.evaluate(environment, ...values)
}

const float = (value: number) => new Float(value)

describe('conversion', () => {
  test.each<[string, Value[], Value]>([
    ['toInteger', ['42'], 42],
    ['toInteger', ['1.7'], 1],
    ['toInteger', [float(-2.9)], -2],
    ['toInteger', ['foo'], null],
    ['toInteger', ['9223372036854775807'], 2n ** 63n - 1n],
    ['toInteger', ['9223372036854775808'], null],
    ['toInteger', [float(Number.NaN)], null],
    ['toFloat', ['1e3'], float(1000)],
    ['toFloat', [1], float(1)],
    ['toFloat', [''], null],
    ['toBoolean', ['TRUE'], true],
    ['toBoolean', ['yes'], null],
    ['toString', [float(1)], '1.0'],
    ['toString', [true], 'true'],
    ['toIntegerOrNull', [[1]], null],
    ['toStringOrNull', [new Map()], null],
  ])('%s(%j)', (name, values, expected) => {
    expect(call(name, ...values)).toEqual(expected)
  })
  test.each<[string, Value]>([
    ['toInteger', true],
    ['toFloat', []],
    ['toBoolean', 1],
    ['toString', new Map()],
  ])('%s refuses %j', (name, value) => {
    expect(() => call(name, value)).toThrow(DatabaseError)
  })
})

describe('choice', () => {
  test.each<[string, Value[], Value]>([
    ['coalesce', [null, 2, 3], 2],
    ['coalesce', [null], null],
    ['nullIf', [1, float(1)], null],
    ['nullIf', [1, 2], 1],
  ])('%s(%j)', (name, values, expected) => {
    expect(call(name, ...values)).toEqual(expected)
  })
})

describe('lists', () => {
  test.each<[string, Value[], Value]>([
    ['head', [[1, 2]], 1],
    ['head', [[]], null],
    ['last', [[1, 2]], 2],
    ['tail', [[1, 2, 3]], [2, 3]],
    ['size', [[1, null]], 2],
    ['size', ['a\u{1f600}'], 2],
    ['isEmpty', [new Map()], true],
    ['range', [0, 3], [0, 1, 2, 3]],
    ['range', [10, -10, -7], [10, 3, -4]],
    ['range', [0, 1, -1], []],
    ['range', [0, -1, 3], []],
    ['reverse', [[1, 2]], [2, 1]],
    ['reverse', ['a\u{1f600}b'], 'b\u{1f600}a'],
  ])('%s(%j)', (name, values, expected) => {
    expect(call(name, ...values)).toEqual(expected)
  })
  test('range without a step forwards, or with far too many items, is refused', () => {
    expect(() => call('range', 0, 1, 0)).toThrow('step')
    expect(() => call('range', 0, 1e12)).toThrow('items')
  })
})

describe('strings', () => {
  test.each<[string, Value[], Value]>([
    ['toUpper', ['straße'], 'STRASSE'],
    ['toLower', ['ÄB'], 'äb'],
    ['trim', [' a '], 'a'],
    ['lTrim', [' a '], 'a '],
    ['rTrim', [' a '], ' a'],
    ['btrim', ['xyaxy', 'yx'], 'a'],
    ['substring', ['hello', 1, 3], 'ell'],
    ['substring', ['hello', 3], 'lo'],
    ['substring', ['hello', 9], ''],
    ['left', ['hello', 2], 'he'],
    ['right', ['hello', 2], 'lo'],
    ['right', ['hello', 9], 'hello'],
    ['right', ['hello', 0], ''],
    ['substring', ['a\u{1f600}b', 1, 1], '\u{1f600}'],
    ['left', ['\u{1f600}b', 1], '\u{1f600}'],
    ['right', ['a\u{1f600}', 1], '\u{1f600}'],
    ['replace', ['aXbX', 'X', '$&'], 'a$&b$&'],
    ['split', ['a,b;c', ','], ['a', 'b;c']],
    ['split', ['a,b;c', [',', ';']], ['a', 'b', 'c']],
  ])('%s(%j)', (name, values, expected) => {
    expect(call(name, ...values)).toEqual(expected)
  })
  test('positions and lengths are never negative', () => {
    for (const values of [
      ['a', -1],
      ['a', 0, -1],
    ] as Value[][])
      expect(() => call('substring', ...values)).toThrow('negative')
  })
})

describe('numbers', () => {
  test.each<[string, Value[], Value]>([
    ['abs', [-5], 5],
    ['abs', [float(-1.5)], float(1.5)],
    ['sign', [float(-0.1)], -1],
    ['sign', [0], 0],
    ['ceil', [float(1.2)], float(2)],
    ['floor', [-1], float(-1)],
    ['round', [float(2.5)], float(3)],
    ['round', [float(-2.5)], float(-2)],
    ['round', [float(1.005), 2], float(1.01)],
    ['round', [float(-2.5), 0], float(-3)],
    ['round', [float(1.5), 400], float(1.5)],
    ['round', [float(1e300), 20], float(1e300)],
    ['round', [float(2.5), 0, 'HALF_EVEN'], float(2)],
    ['round', [float(3.5), 0, 'HALF_EVEN'], float(4)],
    ['round', [float(1.21), 1, 'UP'], float(1.3)],
    ['round', [float(-1.21), 1, 'CEILING'], float(-1.2)],
    ['sqrt', [-1], float(Number.NaN)],
    ['log10', [1000], float(Math.log10(1000))],
    ['atan2', [1, 1], float(Math.PI / 4)],
    ['degrees', [float(Math.PI)], float(180)],
    ['isNaN', [float(Number.NaN)], true],
    ['pi', [], float(Math.PI)],
  ])('%s(%j)', (name, values, expected) => {
    expect(call(name, ...values)).toEqual(expected)
  })
  test('the absolute value of the least INTEGER is beyond the greatest', () => {
    expect(() => call('abs', -(2n ** 63n))).toThrow('64 bits')
  })
})

test('chance and time come from the environment', () => {
  expect(call('rand')).toEqual(float(0.25))
  expect(call('timestamp')).toBe(environment.statementMs)
  expect(call('randomUUID')).toBe('44444444-4444-4444-9444-444444444444')
})

test('functions of values give null for null, but for those that ask about it', () => {
  const asking = new Set(['coalesce', 'nullif', 'exists', 'valuetype'])
  for (const name of functionNames()) {
    const { body, parameters } = mustFindFunction(name)
    if (body.kind !== 'value' || parameters.length === 0 || asking.has(name.toLowerCase())) continue
    expect([name, body.evaluate(environment, ...parameters.map(() => null))]).toEqual([name, null])
  }
})

test('names are found in any case, and each once', () => {
  expect(findFunction('TOUPPER')?.name).toBe('toUpper')
  expect(findFunction('nothing')).toBeUndefined()
  const names = functionNames().map((name) => name.toLowerCase())
  expect(new Set(names).size).toBe(names.length)
})
