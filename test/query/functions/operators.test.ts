import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  concatenate,
  divide,
  elementAt,
  floatText,
  isIn,
  matches,
  modulo,
  multiply,
  negate,
  power,
  slice,
  startsWith,
  subtract,
} from '../../../query/functions/operators.js'
import { DatabaseError } from '../../../src/core/errors.js'
import { Float, integerMax, integerMin, toInteger, type Value } from '../../../src/core/value.js'

const float = (value: number) => new Float(value)

/** The code of the error that `run` throws. */
function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof DatabaseError) return error.code
    throw error
  }
  return 'nothing was thrown'
}

const integer = fc
  .oneof(
    fc.bigInt(integerMin, integerMax),
    fc.bigInt(-1000n, 1000n),
    fc.constantFrom(integerMin, integerMax, 2n ** 53n),
  )
  .map(toInteger)

describe('INTEGERs', () => {
  test.each([
    ['+', add, (a: bigint, b: bigint) => a + b],
    ['-', subtract, (a: bigint, b: bigint) => a - b],
    ['*', multiply, (a: bigint, b: bigint) => a * b],
    ['/', divide, (a: bigint, b: bigint) => a / b],
    ['%', modulo, (a: bigint, b: bigint) => a % b],
  ] as const)('%s is exact within 64 bits, and an error beyond', (sign, operate, exact) => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        if ((sign === '/' || sign === '%') && b === 0) {
          expect(codeOf(() => operate(a, b))).toBe('ARITHMETIC')
          return
        }
        const expected = exact(BigInt(a), BigInt(b))
        if (expected < integerMin || expected > integerMax) {
          expect(codeOf(() => operate(a, b))).toBe('NUMBER_OUT_OF_RANGE')
          return
        }
        expect(operate(a, b)).toBe(toInteger(expected))
      }),
      { numRuns: 1000 },
    )
  })
  test('the negation of the least is beyond the greatest', () => {
    expect(codeOf(() => negate(integerMin))).toBe('NUMBER_OUT_OF_RANGE')
  })
})

describe('FLOATs', () => {
  test('one of them makes the result one', () => {
    expect(add(1, float(0.5))).toEqual(float(1.5))
    expect(multiply(float(2), 3)).toEqual(float(6))
    expect(power(2, 3)).toEqual(float(8))
  })
  test('may be divided by zero', () => {
    expect(divide(1, float(0))).toEqual(float(Number.POSITIVE_INFINITY))
    expect(modulo(float(1), 0)).toEqual(float(Number.NaN))
  })
  test.each([
    [1, '1.0'],
    [0.1, '0.1'],
    [-0, '-0.0'],
    [1e7, '1.0E7'],
    [123456789, '1.23456789E8'],
    [0.00012, '1.2E-4'],
    [1e300, '1.0E300'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%d is written %s', (value, text) => {
    expect(floatText(value)).toBe(text)
  })
})

describe('+', () => {
  test.each<[Value, Value, Value]>([
    ['a', 'b', 'ab'],
    ['a', 1, 'a1'],
    [float(1), 'a', '1.0a'],
    [[1], [2], [1, 2]],
    [[1], 2, [1, 2]],
    [1, [2], [1, 2]],
    [1, null, null],
    [[1], null, null],
  ])('of %j and %j', (a, b, expected) => {
    expect(add(a, b)).toEqual(expected)
  })
  test('of values that have no sum', () => {
    expect(codeOf(() => add(true, 1))).toBe('TYPE_MISMATCH')
    expect(codeOf(() => add(new Map(), 'a'))).toBe('TYPE_MISMATCH')
  })
})

describe('IN', () => {
  test.each<[string, Value, Value, boolean | null]>([
    ['an equal item', 1, [2, float(1)], true],
    ['no equal item', 1, [2, 3], false],
    ['a null among unequal items leaves it unknown', 1, [2, null], null],
    ['null in a list is unknown', null, [1], null],
    ['nothing is in an empty list', null, [], false],
    ['no list', 1, null, null],
  ])('%s', (_rule, item, list, expected) => {
    expect(isIn(item, list)).toBe(expected)
  })
})

describe('indexes and slices', () => {
  const list = [1, 2, 3, 4]
  test('count from the end where negative, and give null where there is nothing', () => {
    expect([elementAt(list, 0), elementAt(list, -1), elementAt(list, 4), elementAt(list, null)]).toEqual([
      1,
      4,
      null,
      null,
    ])
  })
  test('a slice leaves its end out, and a bound beyond the list is its end', () => {
    expect(slice(list, 1, 3)).toEqual([2, 3])
    expect(slice(list, undefined, -1)).toEqual([1, 2, 3])
    expect(slice(list, 2, 100)).toEqual([3, 4])
    expect(slice(list, null, 1)).toBe(null)
  })
  test('an index of the wrong type is an error', () => {
    expect(codeOf(() => elementAt(list, float(1)))).toBe('TYPE_MISMATCH')
    expect(codeOf(() => elementAt(new Map([['a', 1]]), 1))).toBe('TYPE_MISMATCH')
    expect(elementAt(new Map([['a', 1]]), 'a')).toBe(1)
  })
})

describe('tests of strings', () => {
  test('give null for what is no string', () => {
    expect([startsWith('abc', 'ab'), startsWith('abc', 'b'), startsWith(1, 'a'), startsWith('a', null)]).toEqual([
      true,
      false,
      null,
      null,
    ])
  })
  test('=~ matches the whole string, and takes flags', () => {
    expect(matches('abc', 'a.c')).toBe(true)
    expect(matches('xabc', 'a.c')).toBe(false)
    expect(matches('ABC', '(?i)a.c')).toBe(true)
    expect(matches('abc\nx', '(?m)abc')).toBe(false)
    expect(matches('abc\nx', '(?m)abc$\\n^x')).toBe(true)
    expect(codeOf(() => matches('a', '('))).toBe('SYNTAX_ERROR')
  })
})

describe('||', () => {
  test('joins strings, and lists', () => {
    expect(concatenate('a', 'b')).toBe('ab')
    expect(concatenate([1], [2, [3]])).toEqual([1, 2, [3]])
    expect(concatenate(null, 'b')).toBeNull()
  })

  test.each<[Value, Value]>([
    ['a', 1],
    [[1], 2],
    [1, 2],
    ['a', ['b']],
  ])('refuses %j and %j, which + may take', (a, b) => {
    expect(codeOf(() => concatenate(a, b))).toBe('TYPE_MISMATCH')
  })
})
