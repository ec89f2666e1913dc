/**
 * The dictionary: each distinct string once, under a code. Equal codes mean equal strings, so columns hold codes, and
 * equality never looks at characters. A code is counted by who holds it, and given back with the last.
 *
 *   record of a code   | ref of its bytes | byte length << 1 | ascii | hash | next of its bucket |     (codes from 2)
 *
 * Bytes are UTF-8. Strings of ASCII alone are marked: their bytes are their characters, and short ones are decoded by
 * String.fromCharCode with one argument a byte (12 to 25 ns up to 24 bytes, where Buffer's decoder takes 50). Texts that
 * were read lately are kept by code, so that answers that name the same things share one JavaScript string.
 */
import { DatabaseError } from '../../core/errors.js'
import type { StringCode } from '../../core/ids.js'
import { BlockHeap, ByteStore } from '../../pages/block-heap.js'
import { LinearHash } from '../../pages/linear-hash.js'
import type { PageSpace } from '../../pages/page-space.js'
import { PagedRecords, PagedWords } from '../../pages/paged-words.js'
import { slots } from '../slots.js'

const field = { ref: 0, length: 1, hash: 2, next: 3 } as const
const asciiBit = 1
/** Texts kept decoded at first and at most, and the longest of them: a few MiB where many are read. */
const recentCountMin = 256
const recentCountMax = 131_072
const recentLengthMax = 64
/** Bytes of the longest string; the length shares its word with the ASCII mark. */
export const stringBytesMax = 2 ** 30 - 1
/** Words of `stringCounts` before the first code's. */
const wordCodes = 0
const firstFreeWord = 1

export class Dictionary {
  private readonly bytes: ByteStore
  private readonly records: PagedRecords
  private readonly hash: LinearHash
  /** Word 0: codes ever given out; word 1: the first free one (they chain by `ref`); word `code`: its holders. */
  private readonly counts: PagedWords

  /** Texts read lately, by the low bits of their code; they hold while the space's epoch is the same. */
  private recent: string[] = []
  private recentCodes = new Int32Array(recentCountMin)
  private recentEpoch: number
  /** Texts that were not found there, since it last grew. */
  private recentMisses = 0

  constructor(private readonly space: PageSpace) {
    this.recentEpoch = space.epoch
    this.bytes = new ByteStore(new BlockHeap(space, slots.stringBlocks))
    this.records = new PagedRecords(space.table(slots.stringRecords), 2)
    this.hash = new LinearHash(space, slots.stringBuckets, this.records, { hash: field.hash, next: field.next })
    this.counts = new PagedWords(space.table(slots.stringCounts))
  }

  /** Distinct strings held. */
  get size(): number {
    return this.hash.count
  }

  /** The code of a string, 0 when it is not held. */
  find(text: string): StringCode | 0 {
    return tryEncode(text) ? this.findEncoded() : 0
  }

  /** The code of a string, which gets one more holder. Throws PROPERTY_INVALID for half of a surrogate pair. */
  hold(text: string): StringCode {
    if (!tryEncode(text)) throw withoutUtf8(text)
    const found = this.findEncoded()
    if (found !== 0) {
      this.counts.add(found, 1)
      return found
    }
    const code = this.takeCode()
    const { bytes, length, ascii, hash } = encoded
    this.records.set(code, field.ref, length === 0 ? 0 : this.bytes.put(bytes.subarray(0, length)))
    this.records.set(code, field.length, (length << 1) | (ascii ? asciiBit : 0))
    this.hash.insert(code, hash)
    this.counts.set(code, 1)
    this.recentCodes[code & (this.recentCodes.length - 1)] = 0
    return code
  }

  /** One more holder of a code that is held. */
  holdCode(code: StringCode): void {
    this.counts.add(code, 1)
  }

  /** One holder less. */
  release(code: StringCode): void {
    if (this.counts.add(code, -1) > 0) return
    const length = this.records.get(code, field.length) >>> 1
    this.hash.remove(code)
    if (length > 0) this.bytes.free(this.records.get(code, field.ref), length)
    this.records.set(code, field.ref, this.counts.get(firstFreeWord))
    this.counts.set(firstFreeWord, code)
  }

  /** How many places hold the code. */
  holders(code: StringCode): number {
    return this.counts.get(code)
  }

  /** Bytes of UTF-8. */
  byteLength(code: StringCode): number {
    return this.records.get(code, field.length) >>> 1
  }

  text(code: StringCode): string {
    if (this.recentEpoch !== this.space.epoch) this.forgetRecent()
    const place = code & (this.recentCodes.length - 1)
    if (this.recentCodes[place] === code) return this.recent[place]!
    const text = this.decode(code)
    if (text.length <= recentLengthMax) this.rememberText(code, text)
    return text
  }

  private rememberText(code: StringCode, text: string): void {
    const count = this.recentCodes.length
    if (++this.recentMisses > count * 2 && count < recentCountMax) {
      this.recentCodes = new Int32Array(count * 8)
      this.recent = []
      this.recentMisses = 0
    }
    const place = code & (this.recentCodes.length - 1)
    this.recentCodes[place] = code
    this.recent[place] = text
  }

  /** After an undo a code may mean another text. */
  private forgetRecent(): void {
    this.recentCodes.fill(0)
    this.recentEpoch = this.space.epoch
  }

  private decode(code: StringCode): string {
    const { records, bytes } = this
    const lengthWord = records.get(code, field.length)
    const length = lengthWord >>> 1
    if (length === 0) return ''
    const ref = records.get(code, field.ref)
    if (length > shortMax) return decodeLong(bytes.get(ref, length), (lengthWord & asciiBit) !== 0)
    const { blocks } = bytes
    const page = blocks.pageOf(ref)
    const kept = blocks.heap.bytes[page >>> blocks.heap.slabShift]!
    const start = blocks.offset(page, ref) * 4
    if ((lengthWord & asciiBit) !== 0) return asciiDecoders[length]!(kept, start)
    return Buffer.from(kept.buffer, start, length).toString('utf8')
  }

  private findEncoded(): StringCode | 0 {
    const { hash, records } = this
    const { length, ascii } = encoded
    const lengthWord = (length << 1) | (ascii ? asciiBit : 0)
    for (let code = hash.first(encoded.hash); code !== 0; code = hash.next(code)) {
      if (hash.hashOf(code) !== encoded.hash || records.get(code, field.length) !== lengthWord) continue
      if (length === 0 || this.bytes.equals(records.get(code, field.ref), encoded.bytes, length))
        return code as StringCode
    }
    return 0
  }

  private takeCode(): StringCode {
    const free = this.counts.get(firstFreeWord)
    if (free !== 0) {
      this.counts.set(firstFreeWord, this.records.get(free, field.ref))
      return free as StringCode
    }
    return (this.counts.add(wordCodes, 1) + firstFreeWord) as StringCode
  }
}

/** The string that was encoded last: one scratch area serves all lookups, which are synchronous. */
const encoded = {
  text: undefined as string | undefined,
  bytes: new Uint8Array(1024),
  length: 0,
  ascii: true,
  hash: 0,
}

/** Declines what has no UTF-8: a string with half of a surrogate pair. */
function tryEncode(text: string): boolean {
  // A key is looked for before it is held.
  if (text === encoded.text) return true
  encoded.text = undefined
  const { length } = text
  if (encoded.bytes.length < length) encoded.bytes = new Uint8Array(length * 2)
  const { bytes } = encoded
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return tryEncodeWide(text)
    bytes[i] = unit
    hash = Math.imul(hash ^ unit, 0x01000193)
  }
  encoded.text = text
  encoded.length = length
  encoded.ascii = true
  encoded.hash = mix(hash)
  return true
}

function tryEncodeWide(text: string): boolean {
  if (/\p{Surrogate}/u.test(text)) return false
  const length = Buffer.byteLength(text)
  if (length > stringBytesMax)
    throw new DatabaseError('LIMIT_EXCEEDED', `a string of ${length} bytes is longer than ${stringBytesMax}`, {
      length,
    })
  if (encoded.bytes.length < length) encoded.bytes = new Uint8Array(length * 2)
  new TextEncoder().encodeInto(text, encoded.bytes)
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ encoded.bytes[i]!, 0x01000193)
  encoded.text = text
  encoded.length = length
  encoded.ascii = false
  encoded.hash = mix(hash)
  return true
}

function withoutUtf8(text: string): DatabaseError {
  return new DatabaseError(
    'PROPERTY_INVALID',
    'a string holds half of a surrogate pair, which UTF-8 cannot keep; keep it as bytes',
    { text },
  )
}

/** FNV-1a leaves its low bits weak for short strings; buckets are chosen by low bits. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return hash ^ (hash >>> 15)
}

function decodeLong(bytes: Uint8Array, ascii: boolean): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.toString(ascii ? 'latin1' : 'utf8')
}

const shortMax = 24
/** By length: a function with one argument a byte, which V8 turns into one allocation. */
const asciiDecoders = Array.from({ length: shortMax + 1 }, (_, length) => {
  const units = Array.from({ length }, (_, i) => `b[s+${i}]`).join(',')
  return new Function('b', 's', `return String.fromCharCode(${units})`) as (bytes: Uint8Array, start: number) => string
})
