/**
 * Cells: what a list or a map holds at each of its places. The name of a member shares the word of its value's tag, both
 * as `name << nameShift | tag`; then comes a payload word.
 *
 *   null, false, true           -
 *   int32, float32              the number, where that many bits hold it exactly
 *   integer, float              ref of 16 bytes with the number
 *   string                      code of the dictionary
 *   object, array               ref of the root block, 0 of an empty one: `tree.ts`
 *   encoded                     ref of 16 bytes with ref and length of the value's bytes: temporal values, bytes
 */
import { decodeValue, encodeValue } from '../../core/codec.js'
import { DatabaseError } from '../../core/errors.js'
import { floatKey } from '../../core/float-key.js'
import type { StringCode } from '../../core/ids.js'
import { Temporal } from '../../core/temporal/temporal.js'
import { Float, type PropertyValue, type Scalar, toInteger } from '../../core/value.js'
import { type BlockHeap, type ByteStore, unitBytes } from '../../pages/block-heap.js'
import type { Dictionary } from '../strings/dictionary.js'
import { nameShift } from './tree-blocks.js'

export const tags = {
  null: 0,
  false: 1,
  true: 2,
  int32: 3,
  float32: 4,
  integer: 5,
  float: 6,
  string: 7,
  object: 8,
  array: 9,
  encoded: 10,
} as const

/** Names beyond this have no room beside their tag. */
const namesMax = 2 ** (32 - nameShift)
const wideWords = 2
/** Names whose codes are remembered, and the longest of them. */
const rememberedMax = 4096
const rememberedLengthMax = 64

const doubleScratch = new Float64Array(1)
const floatScratch = new Float32Array(1)
const doubleWords = new Int32Array(doubleScratch.buffer)
const floatWord = new Int32Array(floatScratch.buffer)

export class TreeCells {
  /** Of names that were looked for lately. */
  private readonly codes = new Map<string, StringCode>()

  constructor(
    private readonly blocks: BlockHeap,
    private readonly strings: Dictionary,
    private readonly bytes: ByteStore,
  ) {}

  /** 0 where no stored string equals the name. A remembered code is believed while it still stands for the name. */
  codeOf(name: string): StringCode | 0 {
    const { strings, codes } = this
    const known = codes.get(name)
    if (known !== undefined && strings.holders(known) > 0 && strings.text(known) === name) return known
    const code = strings.find(name)
    if (code === 0 || name.length > rememberedLengthMax) return code
    if (codes.size === rememberedMax) codes.clear()
    codes.set(name, code)
    return code
  }

  /** The code of a name that one more member has. Throws LIMIT_EXCEEDED. */
  holdName(name: string): StringCode {
    const code = this.strings.hold(name)
    if (code < namesMax) return code
    throw new DatabaseError('LIMIT_EXCEEDED', `a database has room for ${namesMax} distinct strings before a name`, {
      namesMax,
    })
  }

  releaseName(code: number): void {
    this.strings.release(code as StringCode)
  }

  nameOf(code: number): string {
    return this.strings.text(code as StringCode)
  }

  tagOf(value: PropertyValue): number {
    switch (typeof value) {
      case 'string':
        return tags.string
      case 'boolean':
        return value ? tags.true : tags.false
      case 'number':
        return (value | 0) === value ? tags.int32 : tags.integer
      case 'bigint':
        return tags.integer
    }
    if (value === null) return tags.null
    if (value instanceof Float) return Object.is(Math.fround(value.value), value.value) ? tags.float32 : tags.float
    if (value instanceof Temporal || value instanceof Uint8Array) return tags.encoded
    return value instanceof Map ? tags.object : tags.array
  }

  /** Keeps a value that is no list and no map; gives its payload. */
  put(tag: number, value: Scalar): number {
    switch (tag) {
      case tags.string:
        return this.strings.hold(value as string)
      case tags.int32:
        return value as number
      case tags.float32:
        floatScratch[0] = (value as Float).value
        return floatWord[0]!
      case tags.integer:
        return this.putInteger(value as number | bigint)
      case tags.float:
        doubleScratch[0] = (value as Float).value
        return this.putWide(doubleWords[0]!, doubleWords[1]!)
      case tags.encoded: {
        const bytes = encodeValue(value)
        return this.putWide(this.bytes.put(bytes), bytes.length)
      }
      default:
        return 0
    }
  }

  read(tag: number, payload: number): Scalar {
    switch (tag) {
      case tags.null:
        return null
      case tags.false:
        return false
      case tags.true:
        return true
      case tags.int32:
        return payload
      case tags.float32:
        floatWord[0] = payload
        return new Float(floatScratch[0]!)
      case tags.integer:
        return integerOf(this.wide(payload, 0), this.wide(payload, 1))
      case tags.float:
        return new Float(doubleOf(this.wide(payload, 0), this.wide(payload, 1)))
      case tags.string:
        return this.strings.text(payload as StringCode)
      default:
        return decodeValue(this.bytes.get(this.wide(payload, 0), this.wide(payload, 1))) as Scalar
    }
  }

  /** As `TreeRef.key`, of a value that is no list and no map; no key is the start of another. */
  keyOf(tag: number, payload: number): string {
    if (tag === tags.string) return `s${payload};`
    if (tag === tags.int32) return `i${payload};`
    const value = this.read(tag, payload)
    if (value instanceof Float) return `i${floatKey(value.value)};`
    if (typeof value === 'number' || typeof value === 'bigint') return `i${value};`
    return value instanceof Uint8Array
      ? `b${value.join(',')};`
      : value instanceof Temporal
        ? `${value.type}${value};`
        : `${value};`
  }

  /** What a value that is no list and no map takes beside its cell. */
  bytesOf(tag: number, payload: number): number {
    if (tag === tags.string) return this.strings.byteLength(payload as StringCode)
    if (tag === tags.encoded) return unitBytes + this.wide(payload, 1)
    return tag === tags.integer || tag === tags.float ? unitBytes : 0
  }

  /** Gives up what a value that is no list and no map holds elsewhere. */
  free(tag: number, payload: number): void {
    if (tag === tags.string) this.strings.release(payload as StringCode)
    else if (tag === tags.encoded) this.bytes.free(this.wide(payload, 0), this.wide(payload, 1))
    if (tag === tags.integer || tag === tags.float || tag === tags.encoded) this.blocks.free(payload, wideWords)
  }

  /** A word of a number or of the address of bytes. */
  private wide(ref: number, word: number): number {
    const { blocks } = this
    const page = blocks.pageOf(ref)
    return blocks.heap.wordsOf(page)[blocks.offset(page, ref) + word]!
  }

  private putInteger(value: number | bigint): number {
    if (typeof value === 'number') return this.putWide(value | 0, Math.floor(value / 2 ** 32) | 0)
    return this.putWide(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))
  }

  private putWide(low: number, high: number): number {
    const ref = this.blocks.allocate(wideWords)
    this.blocks.write(ref, 0, low)
    this.blocks.write(ref, 1, high)
    return ref
  }
}

export function writeDouble(cells: Int32Array, at: number, value: number): void {
  doubleScratch[0] = value
  cells[at] = doubleWords[0]!
  cells[at + 1] = doubleWords[1]!
}

export function doubleOf(low: number, high: number): number {
  doubleWords[0] = low
  doubleWords[1] = high
  return doubleScratch[0]!
}

function integerOf(low: number, high: number): number | bigint {
  const value = high * 2 ** 32 + (low >>> 0)
  if (Number.isSafeInteger(value)) return value
  return toInteger((BigInt(high) << 32n) | BigInt(low >>> 0))
}
