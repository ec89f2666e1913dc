/**
 * Bytes written and read one after another.
 *
 *   byte      1 byte
 *   varint    7 bits a byte, low bits first, high bit set while more follow:   300 -> AC 02
 *   signed    a varint of 2n for n >= 0 and of -2n-1 below, so that small numbers of either sign stay short
 *   float     8 bytes, IEEE 754, little end first
 *   text      varint of its length in bytes, then UTF-8
 *   blob      varint of its length, then the bytes
 *
 * The writer keeps one growing buffer and allocates nothing for a value. The reader believes nothing: lengths, numbers
 * and UTF-8 that cannot be right throw DATABASE_CORRUPT.
 */
import { Buffer, isUtf8 } from 'node:buffer'
import { DatabaseError } from './errors.js'

/** A buffer that grew beyond this is given back at the next `reset`, so that one huge value does not stay paid for. */
const keptBytesMax = 4 * 1024 * 1024

export class ByteWriter {
  bytes: Buffer
  length = 0

  constructor(capacity = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Forgets what was written. */
  reset(): void {
    this.length = 0
    if (this.bytes.length > keptBytesMax) this.bytes = Buffer.allocUnsafeSlow(1024)
  }

  /** What was written, as a view that the next write or reset may change. */
  view(): Uint8Array {
    // A plain array, as the slice of a Buffer would not be a copy.
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset, this.length)
  }

  /** Makes room for `count` more bytes, so that they can be put into `bytes` directly. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed > this.bytes.length) this.#grow(needed)
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** An integer from 0 to 2^53-1. */
  varint(value: number): void {
    this.reserve(8)
    const bytes = this.bytes
    let at = this.length
    // Bit operators see 32 bits only, so larger numbers lose their low bits by division first.
    while (value >= 0x80000000) {
      bytes[at++] = (value % 128) | 128
      value = Math.floor(value / 128)
    }
    while (value > 127) {
      bytes[at++] = (value & 127) | 128
      value >>>= 7
    }
    bytes[at++] = value
    this.length = at
  }

  /** An integer within ±(2^53-1). */
  signed(value: number): void {
    if (value >= -0x40000000 && value < 0x40000000) this.varint(((value << 1) ^ (value >> 31)) >>> 0)
    else this.#largeSigned(value)
  }

  /** The doubled number may need 54 bits, so its low seven go out as a byte before it is too large to be exact. */
  #largeSigned(value: number): void {
    const magnitude = value < 0 ? -value - 1 : value
    this.byte(((magnitude % 64) << 1) | (value < 0 ? 1 : 0) | 128)
    this.varint(Math.floor(magnitude / 64))
  }

  float(value: number): void {
    this.reserve(8)
    this.length = this.bytes.writeDoubleLE(value, this.length)
  }

  text(value: string): void {
    if (value.length > 40 || !this.#shortAscii(value)) this.#utf8(value)
  }

  /** Most names and values are short ASCII, for which a loop beats the call into native code. */
  #shortAscii(value: string): boolean {
    const length = value.length
    this.reserve(length + 1)
    const bytes = this.bytes
    const start = this.length
    bytes[start] = length
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 127) return false
      bytes[start + 1 + i] = unit
    }
    this.length = start + 1 + length
    return true
  }

  #utf8(value: string): void {
    const size = Buffer.byteLength(value)
    this.varint(size)
    this.reserve(size)
    this.length += this.bytes.write(value, this.length, size, 'utf8')
  }

  blob(value: Uint8Array): void {
    this.varint(value.length)
    this.append(value, 0, value.length)
  }

  /** Copies `source[start, end)` as it is, without a length. */
  append(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start)
    // A call into native code costs as much as copying some 60 bytes here.
    if (end - start < 64) {
      const bytes = this.bytes
      let at = this.length
      for (let i = start; i < end; i++) bytes[at++] = source[i]!
    } else this.bytes.set(source.subarray(start, end), this.length)
    this.length += end - start
  }
}

export class ByteReader {
  readonly #bytes: Buffer
  readonly #end: number
  /** Of the next byte, from the start of the bytes given. */
  position: number

  /** Reads `bytes[start, end)`. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.position = start
    this.#end = end
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.position
  }

  byte(): number {
    if (this.position >= this.#end) throw this.damaged('the bytes end too early')
    return this.#bytes[this.position++]!
  }

  /** The next byte, which is still to be read. */
  peek(): number {
    const next = this.byte()
    this.position--
    return next
  }

  varint(): number {
    const first = this.byte()
    if (first < 128) return first
    let value = first & 127
    let scale = 128
    for (;;) {
      const next = this.byte()
      value += (next & 127) * scale
      if (value > Number.MAX_SAFE_INTEGER) throw this.damaged('a number is too large')
      if (next < 128) return value
      scale *= 128
    }
  }

  signed(): number {
    const first = this.byte()
    const rest = first < 128 ? 0 : this.varint()
    const magnitude = rest * 64 + ((first & 127) >> 1)
    if (magnitude > Number.MAX_SAFE_INTEGER) throw this.damaged('a number is too large')
    return (first & 1) === 1 ? -magnitude - 1 : magnitude
  }

  float(): number {
    this.#need(8)
    this.position += 8
    return this.#bytes.readDoubleLE(this.position - 8)
  }

  text(): string {
    const size = this.varint()
    this.#need(size)
    const start = this.position
    this.position += size
    return this.#ascii(start, size) ?? this.#utf8(start, size)
  }

  #ascii(start: number, size: number): string | undefined {
    if (size > 24) return undefined
    let text = ''
    for (let i = start; i < start + size; i++) {
      const unit = this.#bytes[i]!
      if (unit > 127) return undefined
      text += String.fromCharCode(unit)
    }
    return text
  }

  #utf8(start: number, size: number): string {
    const bytes = this.#bytes.subarray(start, start + size)
    if (!isUtf8(bytes)) throw this.damaged('a text is not UTF-8')
    return bytes.toString('utf8')
  }

  /** A copy, so that it outlives the bytes it was read from. */
  blob(): Uint8Array {
    const size = this.varint()
    this.#need(size)
    this.position += size
    return new Uint8Array(this.#bytes.subarray(this.position - size, this.position))
  }

  /** A count of things of which each takes at least one byte, so that a damaged one cannot ask for endless memory. */
  count(): number {
    const count = this.varint()
    this.#need(count)
    return count
  }

  #need(count: number): void {
    if (count > this.left) throw this.damaged('the bytes end too early')
  }

  damaged(reason: string): DatabaseError {
    return new DatabaseError('DATABASE_CORRUPT', `stored bytes are damaged: ${reason} at byte ${this.position}`, {
      offset: this.position,
    })
  }
}
