/**
 * Rows of a CSV file, found in bytes.
 *
 * A field is a range of bytes, not a string: most columns of a large import are numbers, and a number read from bytes
 * costs a tenth of one that is first a string (bench/import.ts). Chunks are appended behind the bytes not yet read:
 *
 *   bytes   | read already | row being scanned ... | not read yet | free |
 *                          ^ position                             ^ limit
 *
 * A row that goes on behind `limit` is scanned again from its start once more bytes are there. When space runs out
 * the unread bytes move to the front, and only a row longer than the buffer makes it grow.
 *
 * The dialect is RFC 4180's with Neo4j's habits: rows end in \n, \r\n or \r, empty lines are no rows, a byte order mark
 * is skipped, a field may be quoted and then hold delimiters, line breaks and doubled quotes. Quotes inside a field
 * that does not begin with one are ordinary characters. An empty field counts as absent, a quoted empty one as ''.
 */

/** A row longer than this is taken for a quote that was never closed. */
const rowBytesMax = 64 * 1024 * 1024
const bytesFirst = 2 * 1024 * 1024
const fieldsFirst = 32

const lineFeed = 0x0a
const carriageReturn = 0x0d
/** What `#fieldEnd` gives when the row goes on behind the bytes that are there. */
const incomplete = -1

export interface Dialect {
  /** One byte each. */
  readonly delimiter: number
  readonly quote: number
}

export class CsvRows {
  bytes = Buffer.allocUnsafe(bytesFirst)
  /** Field `i` of the row is `bytes[starts[i]] ... bytes[ends[i] - 1]`, without its quotes; valid until `push`. */
  starts = new Int32Array(fieldsFirst)
  ends = new Int32Array(fieldsFirst)
  /** 1 where the field was quoted; 2 while doubled quotes in it wait to be undone. */
  quoted = new Uint8Array(fieldsFirst)
  fieldCount = 0
  /** The line on which the row begins, from 1. */
  line = 0
  /** What is wrong with the form of the row; such a row is its first line only, whatever its quotes say. */
  problem: string | null = null

  readonly #delimiter: number
  readonly #quote: number
  /** Bytes above this end nothing, which spares most of them three comparisons. */
  readonly #endMax: number
  #position = 0
  #limit = 0
  #lineNext = 1
  /** Line breaks that the scanned row holds, its last one included. */
  #linesWithin = 0
  #started = false
  #ended = false

  constructor({ delimiter, quote }: Dialect) {
    this.#delimiter = delimiter
    this.#quote = quote
    this.#endMax = Math.max(delimiter, carriageReturn)
  }

  /** Appends a chunk. The fields of the current row are invalid afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#limit + chunk.length > this.bytes.length) this.#makeRoom(chunk.length)
    this.bytes.set(chunk, this.#limit)
    this.#limit += chunk.length
  }

  /** Says that no chunk follows, so that a last row without a line break is a row. */
  end(): void {
    this.#ended = true
  }

  /** Moves to the next row. False when it needs another chunk, or at the end of the file. */
  next(): boolean {
    this.#started ||= this.#skipByteOrderMark()
    if (!this.#started) return false
    this.#skipEmptyLines()
    if (this.#position === this.#limit) return false
    this.problem = null
    let end = this.#scanRow()
    if (end === incomplete) {
      if (!this.#ended && this.#limit - this.#position < rowBytesMax) return false
      this.problem = 'a quote that opens in this row is never closed'
    }
    if (this.problem === null) this.#undoubleQuotes()
    else end = this.#firstLineEnd()
    this.line = this.#lineNext
    this.#lineNext += this.#linesWithin
    this.#position = end
    return true
  }

  /** Finds the fields of the row at `#position`; gives where the next row begins, or `incomplete`. */
  #scanRow(): number {
    const { bytes } = this
    const limit = this.#limit
    let at = this.#position
    this.#linesWithin = 1
    for (let field = 0; ; field++) {
      if (field === this.starts.length) this.#moreFields()
      at = at < limit && bytes[at] === this.#quote ? this.#scanQuoted(at, field) : this.#scanPlain(at, field)
      if (at === incomplete) return incomplete
      if (at < limit && bytes[at] === this.#delimiter) {
        at++
        continue
      }
      this.fieldCount = field + 1
      return this.#rowEnd(at)
    }
  }

  #scanPlain(at: number, field: number): number {
    const { bytes } = this
    const limit = this.#limit
    const delimiter = this.#delimiter
    const endMax = this.#endMax
    this.starts[field] = at
    this.quoted[field] = 0
    for (; at < limit; at++) {
      const byte = bytes[at]!
      if (byte <= endMax && (byte === delimiter || byte === lineFeed || byte === carriageReturn)) break
    }
    this.ends[field] = at
    return at === limit && !this.#ended ? incomplete : at
  }

  #scanQuoted(at: number, field: number): number {
    const { bytes } = this
    const limit = this.#limit
    const quote = this.#quote
    this.starts[field] = ++at
    this.quoted[field] = 1
    for (; at < limit; at++) {
      const byte = bytes[at]!
      if (byte === quote) {
        if (at + 1 === limit && !this.#ended) return incomplete
        if (at + 1 === limit || bytes[at + 1] !== quote) return this.#afterQuote(at, field)
        this.quoted[field] = 2
        at++
      } else if (byte === lineFeed || (byte === carriageReturn && bytes[at + 1] !== lineFeed)) {
        this.#linesWithin++
      }
    }
    return incomplete
  }

  #afterQuote(at: number, field: number): number {
    this.ends[field] = at
    const byte = this.bytes[at + 1]
    if (at + 1 === this.#limit || byte === this.#delimiter || byte === lineFeed || byte === carriageReturn)
      return at + 1
    this.problem ??= 'text follows a closing quote; quotes inside a quoted field are written twice'
    return this.#scanRest(at + 1)
  }

  #scanRest(at: number): number {
    while (at < this.#limit && this.bytes[at] !== lineFeed && this.bytes[at] !== carriageReturn) at++
    return at
  }

  #rowEnd(at: number): number {
    if (at === this.#limit) return this.#ended ? at : incomplete
    return this.#lineBreakIsWhole(at) ? this.#lineBreakEnd(at) : incomplete
  }

  #firstLineEnd(): number {
    this.#linesWithin = 1
    const at = this.#scanRest(this.#position)
    return at === this.#limit ? at : this.#lineBreakEnd(at)
  }

  #skipEmptyLines(): void {
    for (let at = this.#position; at < this.#limit; at = this.#position) {
      const byte = this.bytes[at]
      if ((byte !== lineFeed && byte !== carriageReturn) || !this.#lineBreakIsWhole(at)) return
      this.#position = this.#lineBreakEnd(at)
      this.#lineNext++
    }
  }

  /** Whether a \n that belongs to a \r cannot come with the next chunk. */
  #lineBreakIsWhole(at: number): boolean {
    return this.#ended || at + 1 < this.#limit || this.bytes[at] === lineFeed
  }

  #lineBreakEnd(at: number): number {
    const isPair = this.bytes[at] === carriageReturn && at + 1 < this.#limit && this.bytes[at + 1] === lineFeed
    return isPair ? at + 2 : at + 1
  }

  #skipByteOrderMark(): boolean {
    if (this.#limit < 3 && !this.#ended) return false
    if (this.#limit >= 3 && this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf)
      this.#position = 3
    return true
  }

  #undoubleQuotes(): void {
    for (let field = 0; field < this.fieldCount; field++) if (this.quoted[field] === 2) this.#undouble(field)
  }

  /** In place, since the field only becomes shorter; so not before the row is known to be whole. */
  #undouble(field: number): void {
    const { bytes } = this
    let to = this.starts[field]!
    for (let from = to; from < this.ends[field]!; from++) {
      bytes[to++] = bytes[from]!
      if (bytes[from] === this.#quote) from++
    }
    this.ends[field] = to
    this.quoted[field] = 1
  }

  #makeRoom(byteCount: number): void {
    const unread = this.#limit - this.#position
    let capacity = this.bytes.length
    while (capacity < unread + byteCount) capacity *= 2
    const bytes = capacity === this.bytes.length ? this.bytes : Buffer.allocUnsafe(capacity)
    this.bytes.copy(bytes, 0, this.#position, this.#limit)
    this.bytes = bytes
    this.#position = 0
    this.#limit = unread
  }

  #moreFields(): void {
    const { starts, ends, quoted } = this
    this.starts = new Int32Array(starts.length * 2)
    this.ends = new Int32Array(starts.length * 2)
    this.quoted = new Uint8Array(starts.length * 2)
    this.starts.set(starts)
    this.ends.set(ends)
    this.quoted.set(quoted)
  }
}
