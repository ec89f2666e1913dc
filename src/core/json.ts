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
import { valueNestingMax } from './codec.js'
import { DatabaseError, positionAt } from './errors.js'
import { Temporal } from './temporal/temporal.js'
import { Float, integerMax, integerMin, type PropertyValue, toInteger } from './value.js'

/** Throws JSON_INVALID with the offset of what cannot stand there, and NUMBER_OUT_OF_RANGE. */
export function readJson(text: string): PropertyValue {
  return new Reader(text).read()
}

const space = /[ \t\n\r]*/y
const numberText = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
const constantText = /true|false|null/y
const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/** Up to so many characters a whole number is exact as a number, its sign included. */
const safeLengthMax = 15
/** Of -9223372036854775808. What is longer is not computed with: a body of digits would take its time. */
const integerLengthMax = 20

class Reader {
  private at = 0

  constructor(private readonly text: string) {}

  read(): PropertyValue {
    const value = this.value(0)
    this.skipSpace()
    if (this.at < this.text.length) this.refuse('the end')
    return value
  }

  private value(depth: number): PropertyValue {
    this.skipSpace()
    switch (this.text[this.at]) {
      case '"':
        return this.string()
      case '{':
        return this.object(depth + 1)
      case '[':
        return this.array(depth + 1)
      case 't':
      case 'f':
      case 'n':
        return constants[this.match(constantText, 'a value')]!
      default:
        return this.number()
    }
  }

  private object(depth: number): Map<string, PropertyValue> {
    this.refuseDepth(depth)
    const members = new Map<string, PropertyValue>()
    this.at++
    if (this.take('}')) return members
    do {
      this.skipSpace()
      const name = this.string()
      if (!this.take(':')) this.refuse('a colon')
      members.set(name, this.value(depth))
    } while (this.take(','))
    if (!this.take('}')) this.refuse('a comma or }')
    return members
  }

  private array(depth: number): PropertyValue[] {
    this.refuseDepth(depth)
    const items: PropertyValue[] = []
    this.at++
    if (this.take(']')) return items
    do items.push(this.value(depth))
    while (this.take(','))
    if (!this.take(']')) this.refuse('a comma or ]')
    return items
  }

  /** `JSON.parse` judges what stands between the quotes. */
  private string(): string {
    const start = this.at
    if (this.text[start] !== '"') this.refuse('a string')
    try {
      this.at = this.endOfString()
      return JSON.parse(this.text.slice(start, this.at))
    } catch {
      this.at = start
      return this.refuse('a string that ends, without line breaks and with known escapes')
    }
  }

  private endOfString(): number {
    let end = this.at
    do end = this.text.indexOf('"', end + 1)
    while (this.isEscaped(end))
    return end + 1
  }

  /** Whether an odd number of backslashes stands before the place. */
  private isEscaped(at: number): boolean {
    let start = at
    while (this.text[start - 1] === '\\') start--
    return (at - start) % 2 === 1
  }

  private number(): number | bigint | Float {
    const start = this.at
    const written = this.match(numberText, 'a value')
    const value = /[.eE]/.test(written) ? new Float(Number(written)) : integerOf(written)
    if (value !== undefined && (!(value instanceof Float) || Number.isFinite(value.value))) return value
    const shown = written.length > integerLengthMax ? `${written.slice(0, integerLengthMax)}...` : written
    throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${shown} is beyond the numbers, which have 64 bits`, {
      query: this.text,
      position: positionAt(this.text, start),
    })
  }

  private match(pattern: RegExp, expected: string): string {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return this.refuse(expected)
    const start = this.at
    this.at = pattern.lastIndex
    return this.text.slice(start, this.at)
  }

  private take(sign: string): boolean {
    this.skipSpace()
    const found = this.text[this.at] === sign
    if (found) this.at++
    return found
  }

  private skipSpace(): void {
    space.lastIndex = this.at
    space.test(this.text)
    this.at = space.lastIndex
  }

  private refuseDepth(depth: number): void {
    if (depth > valueNestingMax) this.refuse(`lists and objects in each other at most ${valueNestingMax} deep`)
  }

  private refuse(expected: string): never {
    const found = this.at < this.text.length ? `${this.text[this.at]} cannot stand here` : 'it ends too early'
    throw new DatabaseError('JSON_INVALID', `this is not JSON, ${found}: expected ${expected}`, {
      query: this.text,
      position: positionAt(this.text, this.at),
      ...(this.text[this.at] === "'" ? { hint: 'names and strings take double quotes' } : {}),
    })
  }
}

/** undefined beyond 64 bits. */
function integerOf(written: string): number | bigint | undefined {
  // Adding 0 makes -0, which INTEGER does not have, 0.
  if (written.length <= safeLengthMax) return Number(written) + 0
  if (written.length > integerLengthMax) return undefined
  const value = BigInt(written)
  return value < integerMin || value > integerMax ? undefined : toInteger(value)
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
