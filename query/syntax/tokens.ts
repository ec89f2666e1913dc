/**
 * Cuts the text of a query into tokens, and refuses what no grammar is needed for: an open string or comment, a number
 * such as `12ab`, a sign that Cypher does not have, brackets nested too deep, a text too long.
 *
 * The tokens are columns of numbers that one buffer keeps from scan to scan: a usual query is scanned in about a
 * microsecond (bench/query), and nothing of a scan outlives the function that asked for it.
 */
import { DatabaseError, type ErrorCode, positionAt } from '../../src/core/errors.js'
import { findKeyword, hashStep, keywordNumber } from './words.js'

export const queryLengthMax = 1 << 20
export const nestingMax = 100

export const tokenKinds = {
  end: 0,
  word: 1,
  /** A name in back quotes. */
  quoted: 2,
  integer: 3,
  float: 4,
  string: 5,
  /** `$name` */
  parameter: 6,
  /** Punctuation: one character, or `..`. */
  sign: 7,
} as const

export class Tokens {
  count = 0
  kinds = new Uint8Array(256)
  starts = new Int32Array(256)
  ends = new Int32Array(256)
  /** For a word: its number in words.ts. For a sign: its character code. */
  codes = new Int32Array(256)

  push(kind: number, start: number, end: number, code: number): void {
    const i = this.count++
    if (i === this.kinds.length) this.grow()
    this.kinds[i] = kind
    this.starts[i] = start
    this.ends[i] = end
    this.codes[i] = code
  }

  private grow(): void {
    const length = this.kinds.length * 2
    const grown = <T extends Uint8Array | Int32Array>(to: T, from: T): T => {
      to.set(from)
      return to
    }
    this.kinds = grown(new Uint8Array(length), this.kinds)
    this.starts = grown(new Int32Array(length), this.starts)
    this.ends = grown(new Int32Array(length), this.ends)
    this.codes = grown(new Int32Array(length), this.codes)
  }
}

/** What a character starts, by its code; a character beyond ASCII starts a name, white space or an error. */
const starts = { error: 0, space: 1, name: 2, digit: 3, quote: 4, sign: 5 } as const
const startOf = new Uint8Array(128)
for (let code = 0; code < 128; code++) startOf[code] = classify(String.fromCharCode(code))

function classify(sign: string): number {
  if (/\s/.test(sign)) return starts.space
  if (/[A-Za-z_]/.test(sign)) return starts.name
  if (/[0-9]/.test(sign)) return starts.digit
  if (/['"`]/.test(sign)) return starts.quote
  return /[!-~]/.test(sign) ? starts.sign : starts.error
}

const caseKeyword = keywordNumber('CASE')
const endKeyword = keywordNumber('END')

/**
 * Fills `tokens` with those of `text`, ended by one of kind `end`.
 *
 * Throws QUERY_TOO_LONG, QUERY_TOO_DEEP (more than `nestingMax` open brackets and CASEs) and SYNTAX_ERROR.
 */
export function scan(text: string, tokens: Tokens, lengthMax = queryLengthMax): void {
  if (text.length > lengthMax) refuseLength(text, lengthMax)
  tokens.count = 0
  const nesting = new Nesting(text)
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    switch (code < 128 ? startOf[code] : startBeyondAscii(text, at)) {
      case starts.space:
        at++
        break
      case starts.name:
        at = scanWord(text, at, tokens, nesting)
        break
      case starts.digit:
        at = scanNumber(text, at, tokens)
        break
      case starts.quote:
        at = scanQuoted(text, at, tokens)
        break
      case starts.sign:
        at = scanSign(text, at, code, tokens, nesting)
        break
      default:
        fail(text, at, `the character U+${text.codePointAt(at)!.toString(16).padStart(4, '0')} cannot stand here`)
    }
  }
  tokens.push(tokenKinds.end, text.length, text.length, 0)
}

function startBeyondAscii(text: string, at: number): number {
  const sign = String.fromCodePoint(text.codePointAt(at)!)
  if (/\p{White_Space}|\ufeff/u.test(sign)) return starts.space
  return isNameBeyondAscii(sign) ? starts.name : starts.error
}

function isNameBeyondAscii(sign: string): boolean {
  return /[\p{ID_Continue}\p{Sc}]/u.test(sign)
}

function scanWord(text: string, start: number, tokens: Tokens, nesting: Nesting): number {
  let end = start
  let sum = 0
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code < 128) {
      if (startOf[code] !== starts.name && startOf[code] !== starts.digit) break
      sum = hashStep(sum, code)
    } else if (isNameBeyondAscii(String.fromCodePoint(text.codePointAt(end)!))) {
      if (text.codePointAt(end)! > 0xffff) end++
      sum = -1
    } else break
  }
  const keyword = findKeyword(text, start, end, sum)
  if (keyword === caseKeyword) nesting.open(keyword, start)
  else if (keyword === endKeyword) nesting.closeCase()
  tokens.push(tokenKinds.word, start, end, keyword)
  return end
}

const numberForms = /(0x[0-9a-f]+|0o[0-7]+)|(\d+(?=\.\.)|\d+(?!\.\d|\d|e[-+]?\d))|\d*\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+/iy

function scanNumber(text: string, start: number, tokens: Tokens): number {
  numberForms.lastIndex = start
  const [whole, based, decimal] = numberForms.exec(text)!
  const end = start + whole.length
  if (end < text.length && /[\p{ID_Continue}]/u.test(String.fromCodePoint(text.codePointAt(end)!))) {
    fail(text, start, `${/^[^\s,;()[\]{}]*/.exec(text.slice(start, start + 40))![0]} is not a number`)
  }
  const kind = based === undefined && decimal === undefined ? tokenKinds.float : tokenKinds.integer
  tokens.push(kind, start, end, 0)
  return end
}

function scanQuoted(text: string, start: number, tokens: Tokens): number {
  const quote = text.charCodeAt(start)
  const end = quote === backQuote ? endOfName(text, start) : endOfString(text, start, quote)
  tokens.push(quote === backQuote ? tokenKinds.quoted : tokenKinds.string, start, end, 0)
  return end
}

const backQuote = 0x60
const backslash = 0x5c

function endOfString(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at + 1
  }
  return fail(text, start, 'this string has no closing quote')
}

/** A back quote within a name is written twice. */
function endOfName(text: string, start: number): number {
  for (let at = text.indexOf('`', start + 1); at !== -1; at = text.indexOf('`', at + 2)) {
    if (text.charCodeAt(at + 1) !== backQuote) return at + 1
  }
  return fail(text, start, 'this name has no closing back quote')
}

const dollar = 0x24
const dot = 0x2e
const slash = 0x2f
const star = 0x2a

function scanSign(text: string, start: number, code: number, tokens: Tokens, nesting: Nesting): number {
  const next = text.charCodeAt(start + 1)
  if (code === slash && (next === slash || next === star)) return endOfComment(text, start, next)
  if (code === dollar) return scanParameter(text, start, tokens)
  if (code === dot && startOf[next] === starts.digit) return scanNumber(text, start, tokens)
  const end = code === dot && next === dot ? start + 2 : start + 1
  nesting.sign(code, start)
  tokens.push(tokenKinds.sign, start, end, code)
  return end
}

function endOfComment(text: string, start: number, second: number): number {
  const mark = second === slash ? '\n' : '*/'
  const at = text.indexOf(mark, start + 2)
  if (at !== -1) return at + mark.length
  return second === slash ? text.length : fail(text, start, 'this comment has no closing */')
}

const parameterName = /\$[\p{ID_Continue}\p{Sc}]*/uy

function scanParameter(text: string, start: number, tokens: Tokens): number {
  parameterName.lastIndex = start
  const quoted = text.charCodeAt(start + 1) === backQuote
  const end = quoted ? endOfName(text, start + 1) : start + parameterName.exec(text)![0].length
  if (end === start + 1) fail(text, start, 'the name of a parameter is missing after $')
  tokens.push(tokenKinds.parameter, start, end, 0)
  return end
}

const openers = new Map([...'([{'].map((sign) => [sign.charCodeAt(0), sign]))
const openerOf = new Map([...')(][}{'].map((sign, i, all) => [sign.charCodeAt(0), all[i + 1]?.charCodeAt(0)]))

/** Brackets and CASEs that are open. A bracket that is missing is left to the grammar, which can say what is. */
class Nesting {
  private readonly open_: number[] = []

  constructor(private readonly text: string) {}

  open(code: number, at: number): void {
    if (this.open_.push(code) > nestingMax) {
      fail(this.text, at, `the query nests deeper than ${nestingMax} levels here`, 'QUERY_TOO_DEEP')
    }
  }

  sign(code: number, at: number): void {
    if (openers.has(code)) this.open(code, at)
    else if (openerOf.has(code)) this.closeTo(openerOf.get(code)!)
  }

  closeCase(): void {
    if (this.open_.at(-1) === caseKeyword) this.open_.pop()
  }

  private closeTo(opener: number): void {
    const index = this.open_.lastIndexOf(opener)
    if (index !== -1) this.open_.length = index
  }
}

function refuseLength(text: string, lengthMax: number): never {
  throw new DatabaseError(
    'QUERY_TOO_LONG',
    `the query has ${text.length} characters, and maxQueryLength allows ${lengthMax}; pass data as parameters`,
    { length: text.length, lengthMax },
  )
}

export function fail(text: string, at: number, message: string, code: ErrorCode = 'SYNTAX_ERROR'): never {
  throw new DatabaseError(code, message, { query: text, position: positionAt(text, at) })
}
