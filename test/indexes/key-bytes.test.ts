import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KeyWriter } from '../../indexes/ordered/key-bytes.js'
import { compare } from '../../query/functions/values.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { check } from '../pages/against-model.js'
import { indexed, scalar } from './values.js'

function bytesOf(...values: PropertyValue[]): Buffer {
  const writer = new KeyWriter()
  for (const value of values) writer.value(value)
  return Buffer.from(writer.bytes.slice(0, writer.length))
}

describe('the bytes of values', () => {
  test('sort as the values do in ORDER BY, across all types, and are equal where those are equivalent', () => {
    check(
      fc.property(indexed, indexed, (a, b) => {
        expect(Math.sign(Buffer.compare(bytesOf(a), bytesOf(b)))).toBe(Math.sign(compare(a, b)))
      }),
      20_000,
    )
  })

  test('of several values sort by the first that differs', () => {
    const pair = fc.tuple(scalar, scalar)
    check(
      fc.property(pair, pair, (a, b) => {
        const order = compare(a[0], b[0]) || compare(a[1], b[1])
        expect(Math.sign(Buffer.compare(bytesOf(...a), bytesOf(...b)))).toBe(Math.sign(order))
      }),
      10_000,
    )
  })

  test('never begin with those of another value, so that what follows them never decides', () => {
    check(
      fc.property(indexed, indexed, (a, b) => {
        if (compare(a, b) === 0) return
        const [first, second] = [bytesOf(a), bytesOf(b)]
        expect(second.subarray(0, first.length).equals(first)).toBe(false)
      }),
      10_000,
    )
  })

  test('of an INTEGER and the FLOAT of the same number are the same, beyond 2^53 only there', () => {
    expect(bytesOf(1)).toEqual(bytesOf(new Float(1)))
    expect(bytesOf(0)).toEqual(bytesOf(new Float(-0)))
    expect(bytesOf(2n ** 53n)).toEqual(bytesOf(new Float(2 ** 53)))
    expect(bytesOf(2n ** 53n + 1n)).not.toEqual(bytesOf(new Float(2 ** 53)))
  })

  test('grow as they must', () => {
    const long = ['x'.repeat(10_000), 'é'.repeat(10_000), Uint8Array.from({ length: 10_000 })]
    for (const value of long) expect(bytesOf(value, 1).subarray(-11)).toEqual(bytesOf(1))
  })
})
