/** Cuts chunks of bytes into lines of text. */
import { isUtf8 } from 'node:buffer'
import { DatabaseError } from '../../core/errors.js'
import type { Chunk } from '../source.js'

const newline = 0x0a
const byteOrderMark = '\ufeff'

export class Lines {
  /** Number of the line that was given last, from 1. */
  number = 0
  readonly #fileName: string
  /** Pieces of a line that goes on in the next chunk. */
  #begun: Buffer[] = []
  #lines: string[] = []
  #next = 0

  constructor(fileName: string) {
    this.#fileName = fileName
  }

  /** Takes a chunk. Throws FILE_INVALID for bytes that are not UTF-8. */
  push({ bytes, isLast }: Chunk): void {
    // The last line may lack its line break.
    const end = isLast ? bytes.length : bytes.lastIndexOf(newline)
    if (end === -1) this.#begun.push(bytes)
    else {
      this.#take(Buffer.concat([...this.#begun, bytes.subarray(0, end)]))
      this.#begun = [bytes.subarray(end + 1)]
    }
  }

  /** The next line that is not empty; undefined until more is pushed. */
  next(): string | undefined {
    while (this.#next < this.#lines.length) {
      this.number++
      const line = this.#lines[this.#next++]!
      if (line.trim() !== '') return line
    }
    return undefined
  }

  #take(bytes: Buffer): void {
    if (!isUtf8(bytes))
      throw new DatabaseError('FILE_INVALID', `${this.#fileName} is not UTF-8 behind line ${this.number}`)
    const text = bytes.toString()
    this.#lines = (this.number === 0 && text.startsWith(byteOrderMark) ? text.slice(1) : text).split('\n')
    this.#next = 0
  }
}
