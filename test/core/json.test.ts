import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJson, writeJson } from '../../src/core/json.js'
import { Temporal } from '../../src/core/temporal/temporal.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { value } from '../support/values.js'

test('numbers tell INTEGER from FLOAT and keep all digits', () => {
  expect(readJson('[1, 1.0, 1e2, -0, -0.0, 9007199254740993, -9223372036854775808]')).toEqual([
    1,
    new Float(1),
    new Float(100),
    0,
    new Float(-0),
    9007199254740993n,
    -(2n ** 63n),
  ])
})

test('whole numbers beyond 64 bits and FLOATs beyond the range are refused', () => {
  for (const text of ['9223372036854775808', '-9223372036854775809', '1e400'])
    expect(() => readJson(text)).toThrow(expect.objectContaining({ code: 'NUMBER_OUT_OF_RANGE' }))
})

test('objects keep the order of their members, and of two with one name the later counts', () => {
  expect(readJson('{"b": 1, "a": {"": []}, "b": 2}')).toEqual(
    new Map<string, PropertyValue>([
      ['b', 2],
      ['a', new Map([['', []]])],
    ]),
  )
})

test('agrees with JSON.parse on any JSON, white space and escapes included', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, '\t', 2), (json, indent) => {
      const text = JSON.stringify(json, null, indent)
      expect(outcome(() => readJson(text))).toBe('read')
      expect(plain(readJson(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('refuses what JSON.parse refuses, with the place', () => {
  const near = fc
    .tuple(fc.jsonValue({ maxDepth: 2 }), fc.nat(), fc.constantFrom(...'{}[]",:\\-+.e01tn \n\u0000x'))
    .map(([json, at, sign]) => {
      const text = JSON.stringify(json)
      const place = at % (text.length + 1)
      return text.slice(0, place) + sign + text.slice(place + (at % 2))
    })
  fc.assert(
    fc.property(near, (text) => {
      expect(outcome(() => readJson(text))).toEqual(outcome(() => JSON.parse(text)))
    }),
    { numRuns: 500 },
  )
})

/** Texts with numbers that only 64 bits refuse are left out. */
function outcome(read: () => unknown): 'read' | 'refused' {
  try {
    read()
    return 'read'
  } catch (error) {
    fc.pre((error as { code?: string }).code !== 'NUMBER_OUT_OF_RANGE')
    return 'refused'
  }
}

describe('a message says what is wrong and where', () => {
  test.each([
    ['{"a": 1,}', 'this is not JSON, } cannot stand here: expected a string (line 1, column 9)'],
    ['[1 2]', 'this is not JSON, 2 cannot stand here: expected a comma or ] (line 1, column 4)'],
    ['{"a" 1}', 'this is not JSON, 1 cannot stand here: expected a colon (line 1, column 6)'],
    ['[1', 'this is not JSON, it ends too early: expected a comma or ] (line 1, column 3)'],
    ["{'a': 1}", "this is not JSON, ' cannot stand here: expected a string (line 1, column 2)"],
    ['', 'this is not JSON, it ends too early: expected a value (line 1, column 1)'],
  ])('%s', (text, message) => {
    expect(() => readJson(text)).toThrow(message)
  })

  test('for nesting beyond what a property holds', () => {
    expect(() => readJson('['.repeat(100_000))).toThrow('at most 1000 deep')
  })
})

test('what is written is read as the same value', () => {
  fc.assert(
    fc.property(value.filter(hasJson), (each) => {
      expect(readJson(writeJson(each))).toEqual(each)
    }),
  )
})

function hasJson(each: PropertyValue): boolean {
  if (each instanceof Uint8Array || each instanceof Temporal) return false
  if (each instanceof Float) return Number.isFinite(each.value)
  if (each instanceof Map) return [...each.values()].every(hasJson)
  return !Array.isArray(each) || each.every(hasJson)
}

/** As JSON.parse gives it. */
function plain(each: PropertyValue): unknown {
  if (each instanceof Float) return each.value
  if (typeof each === 'bigint') return Number(each)
  if (each instanceof Map) return Object.fromEntries([...each].map(([name, item]) => [name, plain(item)]))
  return Array.isArray(each) ? each.map(plain) : each
}
