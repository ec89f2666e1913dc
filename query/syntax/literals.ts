/** Values of literals as they are written: numbers, strings, and lists of nothing but literals. */
import { Float, type PropertyValue, toInteger } from '../../src/core/value.js'
import type { ItemKind, LiftedKind } from './ast.js'
import { fail, type Tokens, tokenKinds } from './tokens.js'
import { keywordNumber } from './words.js'

export interface Literal {
  readonly kind: LiftedKind
  /** Offsets in the text. */
  readonly start: number
  readonly end: number
  readonly value: PropertyValue
  /** Of a list: what each of its items is, nulls aside; null where they differ. */
  readonly items: ItemKind | null
}

const kindOfToken: Readonly<Record<number, LiftedKind>> = {
  [tokenKinds.integer]: 'integer',
  [tokenKinds.float]: 'float',
  [tokenKinds.string]: 'string',
}

/** The literal of token `i` alone; undefined where it is no number and no string. */
export function scalarAt(text: string, tokens: Tokens, i: number): Literal | undefined {
  const kind = kindOfToken[tokens.kinds[i]!]
  if (kind === undefined) return undefined
  const start = tokens.starts[i]!
  const end = tokens.ends[i]!
  return { kind, start, end, value: readScalar(kind, text, start, end), items: null }
}

function readScalar(kind: LiftedKind, text: string, start: number, end: number): PropertyValue {
  if (kind === 'string') return readString(text, start, end)
  return kind === 'integer' ? readInteger(text, start, end) : readFloat(text, start, end)
}

const safeDigitsMax = 15

/** 2^63 is let through, as `-9223372036854775808` is the negation of it; the tree's builder refuses it elsewhere. */
function readInteger(text: string, start: number, end: number): number | bigint {
  const digits = text.slice(start, end)
  if (digits.length <= safeDigitsMax) return Number(digits)
  const value = BigInt(digits)
  if (value > 2n ** 63n) refuseInteger(text, start, digits)
  return toInteger(value)
}

export function refuseInteger(text: string, start: number, digits: string): never {
  return fail(text, start, `${digits} is beyond the INTEGERs, which have 64 bits`, 'NUMBER_OUT_OF_RANGE')
}

function readFloat(text: string, start: number, end: number): Float {
  const value = Number(text.slice(start, end))
  if (value !== Number.POSITIVE_INFINITY) return new Float(value)
  return fail(
    text,
    start,
    `${text.slice(start, end)} is beyond the FLOATs`,
    'NUMBER_OUT_OF_RANGE',
    'FloatingPointOverflow',
  )
}

const escapes = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs
const escaped = new Map(Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' }))

export function readString(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1)
  if (!inner.includes('\\')) return inner
  return inner.replace(escapes, (whole, short?: string, long?: string, sign?: string, offset?: number) => {
    const code = short ?? long
    const decoded = code === undefined ? escaped.get(sign!) : characterOf(Number.parseInt(code, 16))
    if (decoded !== undefined) return decoded
    const detail = /^\\u/i.test(whole) ? 'InvalidUnicodeLiteral' : 'UnexpectedSyntax'
    const message = `${whole} is not an escape; write \\\\ for a backslash`
    return fail(text, start + 1 + offset!, message, 'SYNTAX_ERROR', detail)
  })
}

function characterOf(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

/** A name without its back quotes. */
export function readName(written: string): string {
  return written.startsWith('`') ? written.slice(1, -1).replaceAll('``', '`') : written
}

const constants = new Map<number, PropertyValue>([
  [keywordNumber('TRUE'), true],
  [keywordNumber('FALSE'), false],
  [keywordNumber('NULL'), null],
])

/** Reads lists such as `[1, -2.5, [true], {a: 'x'}]` from the tokens, at any length and in linear time. */
export class ListReader {
  /** The index of the token after the list that `read` has found. */
  next = 0
  /** A list that failed did so at its first token that is no part of a literal: no list that is open there can do better. */
  private failedAt = -1

  constructor(
    private readonly text: string,
    private readonly tokens: Tokens,
  ) {}

  /** The list that starts at token `i`; undefined where that holds anything but literals. */
  read(i: number): Literal | undefined {
    if (i < this.failedAt || !this.tokens.isSign(i, '[')) return undefined
    this.next = i
    const value = this.value()
    if (value === undefined) {
      this.failedAt = this.next
      return undefined
    }
    const items = itemKindOf(value as readonly PropertyValue[])
    return { kind: 'list', start: this.tokens.starts[i]!, end: this.tokens.ends[this.next - 1]!, value, items }
  }

  private value(): PropertyValue | undefined {
    const i = this.next
    if (this.tokens.isSign(i, '[')) return this.list()
    if (this.tokens.isSign(i, '{')) return this.map()
    const constant = this.tokens.kinds[i] === tokenKinds.word ? constants.get(this.tokens.codes[i]!) : undefined
    if (constant === undefined) return this.number(this.tokens.isSign(i, '-') ? i + 1 : i)
    this.next++
    return constant
  }

  /** A number, with its minus where that stands before `i`, or a string. */
  private number(i: number): PropertyValue | undefined {
    const literal = scalarAt(this.text, this.tokens, i)
    if (literal === undefined) return undefined
    const negative = i > this.next
    if (negative && literal.kind === 'string') return undefined
    if (!negative && literal.value === 2n ** 63n) return undefined
    this.next = i + 1
    return negative ? negated(literal.value as number | bigint | Float) : literal.value
  }

  private list(): PropertyValue[] | undefined {
    const items: PropertyValue[] = []
    this.next++
    if (this.take(']')) return items
    do {
      const item = this.value()
      if (item === undefined) return undefined
      items.push(item)
    } while (this.take(','))
    return this.take(']') ? items : undefined
  }

  private map(): Map<string, PropertyValue> | undefined {
    const entries = new Map<string, PropertyValue>()
    this.next++
    if (this.take('}')) return entries
    do {
      const key = this.key()
      const value = key === undefined ? undefined : this.value()
      if (value === undefined) return undefined
      entries.set(key!, value)
    } while (this.take(','))
    return this.take('}') ? entries : undefined
  }

  private key(): string | undefined {
    const i = this.next
    const kind = this.tokens.kinds[i]!
    if (kind !== tokenKinds.word && kind !== tokenKinds.quoted) return undefined
    this.next++
    if (!this.take(':')) return undefined
    return readName(this.text.slice(this.tokens.starts[i]!, this.tokens.ends[i]!))
  }

  private take(sign: string): boolean {
    const found = this.tokens.isSign(this.next, sign)
    if (found) this.next++
    return found
  }
}

function itemKindOf(items: readonly PropertyValue[]): ItemKind | null {
  let kind: ItemKind | null = null
  for (const item of items) {
    if (item === null) continue
    const own = kindOf(item)
    if (own === null || (kind !== null && kind !== own)) return null
    kind = own
  }
  return kind
}

function kindOf(value: PropertyValue): ItemKind | null {
  if (value instanceof Float) return 'float'
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as ItemKind
  return typeof value === 'number' || typeof value === 'bigint' ? 'integer' : null
}

export function negated(value: number | bigint | Float): number | bigint | Float {
  if (value instanceof Float) return new Float(-value.value)
  // 0 - 0 is 0, where -0 would be a number that INTEGER does not have.
  return typeof value === 'number' ? 0 - value : toInteger(-value)
}
