/**
 * JSON without loss: unlike `JSON.parse` it tells INTEGER from FLOAT and keeps all digits of both.
 *
 *   1          INTEGER           up to 64 bits; beyond them NUMBER_OUT_OF_RANGE
 *   1.0 1e3    FLOAT             a number with a point or an exponent
 *   {...}      MAP               of two members with one name the later counts
 *
 * Bytes, temporal values, NaN and the infinities have no JSON; whoever writes them chooses a form for them first.
 * Source: RFC 8259.
 */
import assert from 'node:assert'
import { type JsonEvents, JsonParser, type JsonValue } from './json-parser.js'
import { Temporal } from './temporal/temporal.js'
import { Float, type PropertyValue } from './value.js'

/** Throws JSON_INVALID with the offset of what cannot stand there, and NUMBER_OUT_OF_RANGE. */
export function readJson(text: string): PropertyValue {
  const builder = new Builder()
  const parser = new JsonParser(builder)
  parser.feed(text)
  parser.end()
  return builder.root!
}

/** Puts values together. */
class Builder implements JsonEvents {
  root: PropertyValue | undefined
  private readonly open: (PropertyValue[] | Map<string, PropertyValue>)[] = []
  /** Of the members whose values are being read, innermost last. */
  private readonly names: string[] = []

  beginObject(): void {
    this.begin(new Map())
  }

  beginArray(): void {
    this.begin([])
  }

  name(name: string): void {
    this.names.push(name)
  }

  value(value: JsonValue): void {
    this.add(value)
  }

  end(): void {
    this.open.pop()
  }

  private begin(container: PropertyValue[] | Map<string, PropertyValue>): void {
    this.add(container)
    this.open.push(container)
  }

  private add(value: PropertyValue): void {
    const container = this.open.at(-1)
    if (container === undefined) this.root = value
    else if (Array.isArray(container)) container.push(value)
    else container.set(this.names.pop()!, value)
  }
}

/** The value has neither bytes nor temporal values nor NaN nor infinities in it. */
export function writeJson(value: PropertyValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Float) return floatJson(value.value)
  assert(!(value instanceof Uint8Array), 'bytes have no JSON')
  assert(!(value instanceof Temporal), 'temporal values have no JSON')
  if (value instanceof Map)
    return `{${Array.from(value, ([name, item]) => `${JSON.stringify(name)}:${writeJson(item)}`).join(',')}}`
  return `[${(value as readonly PropertyValue[]).map(writeJson).join(',')}]`
}

/** Always with a point or an exponent, which tell a FLOAT from an INTEGER. */
function floatJson(value: number): string {
  assert(Number.isFinite(value), `${value} has no JSON`)
  const text = Object.is(value, -0) ? '-0' : String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}
