/** Both JSON forms against the values that went in. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson } from '../../../src/core/json.js'
import { ZonedDateTime } from '../../../src/core/temporal/datetime.js'
import { Temporal } from '../../../src/core/temporal/temporal.js'
import { Float, type PropertyValue } from '../../../src/core/value.js'
import { fromPlain } from '../../../src/database/values.js'
import { plainText } from '../../../src/http/json/plain.js'
import { readTyped, typedText } from '../../../src/http/json/typed.js'
import { Heap } from '../../../src/pages/heap.js'
import { Stores } from '../../../src/stores/stores.js'
import { value } from '../../support/values.js'

const stores = Stores.create(new Heap())

test('every value comes back from typed JSON as it was', () => {
  fc.assert(
    fc.property(value, (before) => {
      const after = fromPlain('$p', readTyped('$p', readJson(typedText(stores, before))))
      expect(after).toEqual(before)
    }),
  )
})

test('every value that JSON has comes back from plain JSON as it was', () => {
  fc.assert(
    fc.property(value.filter(isJson), (before) => {
      expect(readJson(plainText(stores, before))).toEqual(before)
    }),
  )
})

test('plain JSON can be read by any reader of JSON', () => {
  fc.assert(fc.property(value, (before) => void JSON.parse(plainText(stores, before))))
})

/** Of what JSON has no form for, plain text is a string. */
function isJson(value: PropertyValue): boolean {
  if (value instanceof Float) return Number.isFinite(value.value)
  if (value instanceof Uint8Array || value instanceof Temporal) return false
  if (value instanceof Map) return [...value.values()].every(isJson)
  return !Array.isArray(value) || value.every(isJson)
}

test('temporal values are their ISO 8601 texts, with their type where values are typed', () => {
  const zoned = ZonedDateTime.parse('2015-07-21T21:40+02:00[Europe/Stockholm]')
  expect(plainText(stores, zoned)).toBe('"2015-07-21T21:40+02:00[Europe/Stockholm]"')
  expect(typedText(stores, zoned)).toBe(`{"$type":"ZonedDateTime","_value":"${zoned}"}`)
  expect(typedText(stores, zoned.inZone(0))).toBe('{"$type":"OffsetDateTime","_value":"2015-07-21T19:40Z"}')
})
