import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compare,
  equals,
  equivalent,
  greaterThan,
  groupKey,
  groupKeyOf,
  lessOrEqual,
  lessThan,
} from '../../../query/functions/values.js'
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import { Float, NodeRef, PathValue, RelationshipRef, type Value } from '../../../src/core/value.js'

const float = (value: number) => new Float(value)
const node = (id: number) => new NodeRef(id as NodeId)
const relationship = (id: number) => new RelationshipRef(id as RelationshipId)
const map = (entries: Record<string, Value>) => new Map(Object.entries(entries))
const big = 2n ** 60n

describe('equality', () => {
  test.each<[string, Value, Value, boolean | null]>([
    ['null equals nothing known', null, null, null],
    ['1 and 1.0 are equal', 1, float(1), true],
    ['an INTEGER beyond 2^53 is not the FLOAT nearest to it', big + 1n, float(2 ** 60), false],
    ['an INTEGER beyond 2^53 is the FLOAT that it is', big, float(2 ** 60), true],
    ['NaN is not equal to itself', float(Number.NaN), float(Number.NaN), false],
    ['different types are not equal', 1, '1', false],
    ['lists of different length are not equal, whatever they hold', [null], [null, null], false],
    ['a null within a list leaves it unknown', [1, null], [1, 2], null],
    ['a difference within a list decides, whatever else it holds', [null, 1], [null, 2], false],
    ['maps with different keys are not equal', map({ a: 1 }), map({ b: 1 }), false],
    ['maps with the same entries are equal in any order', map({ a: 1, b: 2 }), map({ b: 2, a: 1 }), true],
    ['a null within a map leaves it unknown', map({ a: null }), map({ a: null }), null],
    ['nodes are equal by id', node(1), node(1), true],
    ['a node is no relationship', node(1), relationship(1), false],
  ])('%s', (_rule, a, b, expected) => {
    expect(equals(a, b)).toBe(expected)
    expect(equals(b, a)).toBe(expected)
  })
})

describe('comparability', () => {
  test.each<[string, Value, Value, boolean | null]>([
    ['numbers of both kinds', 1, float(1.5), true],
    ['strings by code point, as UTF-8 bytes are ordered', '\uffee', '\u{1f600}', true],
    ['false before true', false, true, true],
    ['different types cannot be compared', 1, 'a', null],
    ['null cannot be compared', 1, null, null],
    ['maps cannot be compared', map({}), map({}), null],
    ['NaN is in no order', float(Number.NaN), 1, false],
    ['the first difference orders lists', [1, 5], [2, null], true],
    ['a null before the first difference leaves it unknown', [1, null], [1, 2], null],
    ['a list that goes on comes after', [1], [1, null], true],
  ])('%s', (_rule, a, b, expected) => {
    expect(lessThan(a, b)).toBe(expected)
    expect(greaterThan(b, a)).toBe(expected)
  })

  test('NaN is neither less nor equal', () => {
    expect(lessOrEqual(float(Number.NaN), float(Number.NaN))).toBe(false)
  })
})

test('types are ordered as openCypher says, NaN after the numbers and null last', () => {
  const path = new PathValue([1 as NodeId], [])
  const ordered: Value[] = [map({ a: 1 }), node(1), relationship(1), [1], path, 'a', false, true]
  ordered.push(float(Number.NEGATIVE_INFINITY), 1, float(1.5), big, float(Number.NaN), null)
  const shuffled = [...ordered].reverse()
  expect(shuffled.sort(compare)).toEqual(ordered)
})

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false, 0, 1, float(1), float(0), float(-0), float(Number.NaN), 2n ** 53n, big),
    fc.integer(),
    fc.constantFrom<Value>(float(2 ** 53), float(2 ** 60), big + 1n, '', '\u0000', '\u0000s0:', 's1:a', 'a', '\uffee'),
    fc.double().map(float),
    fc.string({ unit: 'binary' }),
    fc.nat(3).map(node),
    fc.nat(3).map(relationship),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 1 }), tie('value'), { maxKeys: 3 }).map(map),
  ),
})).value

/** Equality with null the same as null and NaN as NaN: what equivalence is, written down plainly. */
function plainlyEquivalent(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b
  if (a instanceof Float && b instanceof Float && Number.isNaN(a.value) && Number.isNaN(b.value)) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => plainlyEquivalent(item, b[i]))
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && plainlyEquivalent(item, b.get(key)))
  }
  return equals(a, b) === true
}

describe('for any values', () => {
  test('equivalence is equality in which null and NaN are the same as themselves', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(equivalent(a, b)).toBe(plainlyEquivalent(a, b))
      }),
      { numRuns: 2000 },
    )
  })
  test('values are equivalent where neither comes first', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(compare(a, b) === 0).toBe(equivalent(a, b))
      }),
      { numRuns: 2000 },
    )
  })
  test('the order is total: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0)
        const [first, second, third] = [a, b, c].sort(compare)
        expect(compare(first!, second!)).toBeLessThanOrEqual(0)
        expect(compare(second!, third!)).toBeLessThanOrEqual(0)
        expect(compare(first!, third!)).toBeLessThanOrEqual(0)
      }),
    )
  })
  test('where values can be compared, ORDER BY agrees', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (lessThan(a, b) === true) expect(compare(a, b)).toBeLessThan(0)
      }),
    )
  })
  test('the key of several values tells where each of them ends', () => {
    const row = fc.array(value, { maxLength: 3 })
    fc.assert(
      fc.property(row, row, (a, b) => {
        const same = a.length === b.length && a.every((item, i) => equivalent(item, b[i]!))
        expect(groupKeyOf(a) === groupKeyOf(b)).toBe(same)
      }),
    )
  })
  test('keys are found in a Map', () => {
    fc.assert(
      fc.property(value, (a) => {
        expect(new Map([[groupKey(a), 1]]).has(groupKey(a))).toBe(true)
      }),
    )
  })
  test('strings are ordered as their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })
})
