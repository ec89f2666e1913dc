import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../src/core/bytes.js'
import { decodeValue, encodeValue, valueNestingMax } from '../../src/core/codec.js'
import { DatabaseError } from '../../src/core/errors.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { value } from '../support/values.js'

test('every value comes back as it was', () => {
  fc.assert(
    fc.property(value, (original) => {
      expect(decodeValue(encodeValue(original))).toStrictEqual(original)
    }),
    { numRuns: 1_000 },
  )
})

test.each<[name: string, value: PropertyValue, bytes: string]>([
  ['INTEGER 1', 1, '0302'],
  ['FLOAT 1.0', new Float(1), '05000000000000f03f'],
  ['INTEGER -1', -1, '0301'],
  ['a STRING', 'a', '060161'],
  ['a list', [1, 'a'], '08020302060161'],
  ['null inside a map', new Map([['x', null]]), '0901017800'],
  ['2^63-1', 2n ** 63n - 1n, '04ffffffffffffff7f'],
])('%s has the bytes that the drawing gives', (_, original, bytes) => {
  expect(Buffer.from(encodeValue(original)).toString('hex')).toBe(bytes)
})

test('numbers at the ends of their ranges come back', () => {
  const ends = [0, 2 ** 30, 2 ** 31, 2 ** 32, 2 ** 48, Number.MAX_SAFE_INTEGER].flatMap((n) => [n - 1, n, -n, -n - 1])
  for (const integer of ends.filter(Number.isSafeInteger)) expect(decodeValue(encodeValue(integer))).toBe(integer + 0)
  for (const float of [-0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]) {
    expect(decodeValue(encodeValue(new Float(float)))).toStrictEqual(new Float(float))
  }
})

test('a value cut short is refused', () => {
  fc.assert(
    fc.property(value, fc.nat(), (original, cut) => {
      const bytes = encodeValue(original)
      expect(() => decodeValue(bytes.subarray(0, cut % bytes.length))).toThrow(DatabaseError)
    }),
  )
})

test('any bytes give a value or DATABASE_CORRUPT, never anything else', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(value, fc.nat(), fc.nat({ max: 255 })).map(([original, at, byte]) => {
      const damaged = encodeValue(original)
      damaged[at % damaged.length] = byte
      return damaged
    }),
  )
  fc.assert(
    fc.property(bytes, (damaged) => {
      try {
        decodeValue(damaged)
      } catch (error) {
        expect(error).toMatchObject({ code: 'DATABASE_CORRUPT' })
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a list nested deeper than the limit is refused by the writer and by the reader', () => {
  const nested = (depth: number): PropertyValue => (depth === 0 ? [] : [nested(depth - 1)])
  const deepest = nested(valueNestingMax - 1)
  expect(decodeValue(encodeValue(deepest))).toStrictEqual(deepest)
  expect(() => encodeValue([deepest])).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
  const tooDeep = new Uint8Array(2 * valueNestingMax + 2).map((_, i) => (i % 2 === 0 ? 8 : 1))
  expect(() => decodeValue(tooDeep)).toThrow('nested too deep')
})

test('a count that the bytes cannot hold asks for no memory', () => {
  const writer = new ByteWriter()
  writer.byte(8)
  writer.varint(2 ** 40)
  expect(() => decodeValue(writer.view())).toThrow('the bytes end too early')
})

test('a bigint beyond 64 bits is refused', () => {
  expect(() => encodeValue(2n ** 63n)).toThrow(expect.objectContaining({ code: 'NUMBER_OUT_OF_RANGE' }))
})

test('bytes that were read stay as they are when their source changes', () => {
  const source = encodeValue(new Uint8Array([1, 2, 3]))
  const read = decodeValue(source)
  source.fill(0)
  expect(read).toStrictEqual(new Uint8Array([1, 2, 3]))
})

test('a reader stays within the part it was given', () => {
  const bytes = new Uint8Array([9, 6, 2, 104, 105, 9])
  const reader = new ByteReader(bytes, 1, 5)
  expect([reader.byte(), reader.text(), reader.left]).toEqual([6, 'hi', 0])
  expect(() => reader.byte()).toThrow('end too early')
})
