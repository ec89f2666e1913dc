import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson, writeJson } from '../../../src/core/json.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import { Duration } from '../../../src/core/temporal/duration.js'
import { Float, type PropertyValue } from '../../../src/core/value.js'
import { fromJson, toJson } from '../../../src/transfer/jsonl/values.js'
import { value } from '../../support/values.js'

test('every value comes back from its line as it was', () => {
  const named = fc.oneof(
    value,
    fc.tuple(fc.constantFrom('$type', '_value'), value).map((entry) => new Map([entry])),
  )
  fc.assert(
    fc.property(named, (each) => {
      expect(fromJson(readJson(writeJson(toJson(each))))).toEqual(each)
    }),
    { numRuns: 500 },
  )
})

test.each<[string, PropertyValue]>([
  ['1', 1],
  ['1.0', new Float(1)],
  ['9223372036854775807', 2n ** 63n - 1n],
  ['["a",null,{"b":true}]', ['a', null, new Map([['b', true]])]],
  ['{"$type":"Base64","_value":"AQI="}', new Uint8Array([1, 2])],
  ['{"$type":"Date","_value":"2024-01-31"}', LocalDate.of(2024, 1, 31)],
  ['{"$type":"Duration","_value":"P1M-14DT0.5S"}', Duration.of({ months: 1, days: -14, nanoseconds: 500_000_000 })],
  ['{"$type":"Float","_value":"NaN"}', new Float(NaN)],
  ['{"$type":"Float","_value":"-Infinity"}', new Float(-Infinity)],
  ['{"$type":"Map","_value":{"$type":"a"}}', new Map([['$type', 'a']])],
])('%s', (text, each) => {
  expect(writeJson(toJson(each))).toBe(text)
  expect(fromJson(readJson(text))).toEqual(each)
})

test.each([
  '{"$type":"Point","_value":"2024-01-01"}',
  '{"$type":"Base64","_value":"*"}',
  '{"$type":"Float","_value":"1.5"}',
  '{"$type":"Map"}',
])('%s is refused', (text) => {
  expect(() => fromJson(readJson(text))).toThrow(expect.objectContaining({ code: 'IMPORT_ROW' }))
})
