/**
 * Whether two values are the same JSON (RFC 6902, 4.6): numbers by what they stand for, so that 1 is 1.0; objects by their
 * members, in whatever order.
 */
import { encodeValue } from '../codec.js'
import { Temporal } from '../temporal/temporal.js'
import { Float, type PropertyValue } from '../value.js'

export function isSameJson(a: PropertyValue, b: PropertyValue): boolean {
  if (isNumber(a)) return isNumber(b) && isSameNumber(a, b)
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b)
  if (a instanceof Map) return b instanceof Map && isSameMap(a, b)
  // What JSON has no form for is compared as it is kept.
  if (a instanceof Uint8Array || a instanceof Temporal)
    return typeof b === 'object' && Buffer.compare(encodeValue(a), encodeValue(b)) === 0
  return a === b
}

type JsonNumber = number | bigint | Float

function isNumber(value: PropertyValue): value is JsonNumber {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float
}

function isSameNumber(a: JsonNumber, b: JsonNumber): boolean {
  // Loose, as a bigint and a number are the same where they stand for the same.
  // biome-ignore lint/suspicious/noDoubleEquals: see above
  return (a instanceof Float ? a.value : a) == (b instanceof Float ? b.value : b)
}

function isSameList(a: readonly PropertyValue[], b: readonly PropertyValue[]): boolean {
  return a.length === b.length && a.every((item, i) => isSameJson(item, b[i]!))
}

function isSameMap(a: ReadonlyMap<string, PropertyValue>, b: ReadonlyMap<string, PropertyValue>): boolean {
  if (a.size !== b.size) return false
  for (const [name, member] of a) {
    const other = b.get(name)
    if (other === undefined || !isSameJson(member, other)) return false
  }
  return true
}
