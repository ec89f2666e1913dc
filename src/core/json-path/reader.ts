/** The characters of a path, and the words that stand in it by themselves: names, strings, numbers. */
import { quoted } from '../value-in-words.js'
import type { JsonScalar } from './path.js'

const space = /[ \t\n\r]*/y
const integer = /-?[0-9]+/y
const plainInteger = /^(?:0|-?[1-9][0-9]*)$/
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y
const shorthand = /[A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][\w\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*/uy
const unescaped = /[ !#-&(-[\]-\u{D7FF}\u{E000}-\u{10FFFF}]+/uy
const surrogatePair = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/y
const unicodeEscape = /\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}/y

const shortEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '/': '/',
  '\\': '\\',
}

export class Reader {
  at = 0

  constructor(readonly text: string) {}

  skipSpace(): void {
    this.find(space)
  }

  /** Goes past the sign when it stands here. */
  take(sign: string): boolean {
    if (!this.text.startsWith(sign, this.at)) return false
    this.at += sign.length
    return true
  }

  must(sign: string, expected = `'${sign}'`): void {
    if (!this.take(sign)) this.refuse(expected)
  }

  /** Goes past what the pattern matches here, and gives it. */
  find(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  findName(): string | undefined {
    return this.find(shorthand)
  }

  /** An index or an end of a slice: within ±(2^53-1), without zeros before it. */
  findInteger(): number | undefined {
    const start = this.at
    const written = this.find(integer)
    if (written === undefined) return undefined
    if (!plainInteger.test(written)) this.refuse('an integer without zeros before it', start)
    if (!Number.isSafeInteger(Number(written))) this.refuse('an integer within 9007199254740991 of 0', start)
    return Number(written)
  }

  findNumber(): JsonScalar | undefined {
    const start = this.at
    const written = this.find(number)
    if (written === undefined) return undefined
    const value = Number(written)
    if (!Number.isFinite(value)) this.refuse('a number that 64 bits can hold', start)
    return /[.eE]/.test(written) || Number.isSafeInteger(value) ? value : BigInt(written)
  }

  /** A string in either kind of quotes, without them. */
  findString(): string | undefined {
    const quote = this.text[this.at]
    if (quote !== '"' && quote !== "'") return undefined
    this.at++
    let value = ''
    while (!this.take(quote)) value += this.find(unescaped) ?? this.otherQuote(quote) ?? this.escape(quote)
    return value
  }

  private otherQuote(quote: string): string | undefined {
    const other = quote === '"' ? "'" : '"'
    return this.take(other) ? other : undefined
  }

  private escape(quote: string): string {
    if (this.text[this.at] !== '\\') return this.refuse(`a character of a string, or ${quote} at its end`)
    const unicode = this.find(surrogatePair) ?? this.find(unicodeEscape)
    if (unicode !== undefined) return JSON.parse(`"${unicode}"`)
    const sign = this.text[this.at + 1] ?? ''
    const value = sign === quote ? quote : shortEscapes[sign]
    if (value === undefined)
      return this.refuse(`an escape: \\b \\f \\n \\r \\t \\/ \\\\ \\${quote} or \\u and 4 digits`)
    this.at += 2
    return value
  }

  /** Says what could stand here, or at `offset`. */
  refuse(expected: string, offset = this.at): never {
    const rest = this.text.slice(offset)
    const found = rest === '' ? 'the path ends' : `there is ${quoted(rest)}`
    return this.invalid(`${expected} is expected, and ${found}`, offset)
  }

  invalid(problem: string, offset = this.at): never {
    throw new Refused(problem, offset)
  }
}

/** What is wrong with a path, and where; it never leaves the parser. */
export class Refused extends Error {
  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {
    super(problem)
  }
}
