/**
 * Cuts the text of a query into tokens, and refuses what no grammar is needed for: an open string or comment, a number
 * such as `12ab`, a sign that Cypher does not have, brackets nested too deep, a text too long.
 *
 * The tokens are columns of numbers that one buffer keeps from scan to scan: a usual query is scanned in about a
 * microsecond (bench/query), and nothing of a scan outlives the function that asked for it.
 */
import { DatabaseError, type ErrorCode, positionAt } from '../../src/core/errors.js'
import { findKeyword, keywordNumber } from './words.js'

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

  /** The number of the keyword at `i`; 0 for anything else. */
  keywordAt(i: number): number {
    return this.kinds[i] === tokenKinds.word ? this.codes[i]! : 0
  }

  /** Whether the sign at `i` is `sign`, which is one character. */
  isSign(i: number, sign: string): boolean {
    return this.kinds[i] === tokenKinds.sign && this.codes[i] === sign.charCodeAt(0)
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
  // Signs that stand nowhere are found here, before what follows them is read as something else.
  return /[!-~]/.test(sign) && !/[#?@\\]/.test(sign) ? starts.sign : starts.error
}

/**
 * Fills `tokens` with those of `text`, ended by one of kind `end`.
 *
 * Throws QUERY_TOO_LONG, QUERY_TOO_DEEP (more than `nestingMax` open brackets and CASEs) and SYNTAX_ERROR.
 */
export function scan(text: string, tokens: Tokens, lengthMax = queryLengthMax): void {
  if (text.length > lengthMax) refuseLength(text, lengthMax)
  tokens.count = 0
  nesting.depth = 0
  for (let at = 0; at < text.length; ) at = scanToken(text, at, tokens)
  tokens.push(tokenKinds.end, text.length, text.length, 0)
}

function refuseLength(text: string, lengthMax: number): never {
  throw new DatabaseError(
    'QUERY_TOO_LONG',
    `the query has ${text.length} characters, and maxQueryLength allows ${lengthMax}; pass data as parameters`,
    { length: text.length, lengthMax },
  )
}

/** Reads what starts at `at`; gives where it ends. */
function scanToken(text: string, at: number, tokens: Tokens): number {
  const code = text.charCodeAt(at)
  switch (code < 128 ? startOf[code] : startBeyondAscii(text, at)) {
    case starts.space:
      return at + 1
    case starts.name:
      return scanWord(text, at, tokens)
    case starts.digit:
      return scanNumber(text, at, tokens)
    case starts.quote:
      return scanQuoted(text, at, code, tokens)
    case starts.sign:
      return scanSign(text, at, code, tokens)
    default:
      return refuseCharacter(text, at, code)
  }
}

function refuseCharacter(text: string, at: number, code: number): never {
  const isVisible = code > 0x20 && code < 0x7f
  const character = isVisible ? String.fromCharCode(code) : `the character U+${code.toString(16).padStart(4, '0')}`
  const detail = code < 0x80 ? 'UnexpectedSyntax' : 'InvalidUnicodeCharacter'
  return fail(text, at, `${character} cannot stand here`, 'SYNTAX_ERROR', detail)
}

function startBeyondAscii(text: string, at: number): number {
  const sign = String.fromCodePoint(text.codePointAt(at)!)
  if (/\p{White_Space}|\ufeff/u.test(sign)) return starts.space
  return isNameBeyondAscii(sign) ? starts.name : starts.error
}

function isNameBeyondAscii(sign: string): boolean {
  return /[\p{ID_Continue}\p{Sc}]/u.test(sign)
}

/** How many units of the name that goes on at `at` the next character takes; 0 where it is no part of a name. */
function namePartAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code < 128) return startOf[code] === starts.name || startOf[code] === starts.digit ? 1 : 0
  if (at >= text.length) return 0
  const sign = String.fromCodePoint(text.codePointAt(at)!)
  return isNameBeyondAscii(sign) ? sign.length : 0
}

function endOfWord(text: string, start: number): number {
  let end = start
  for (let step = namePartAt(text, end); step > 0; step = namePartAt(text, end)) end += step
  return end
}

function scanWord(text: string, start: number, tokens: Tokens): number {
  const end = endOfWord(text, start)
  const keyword = findKeyword(text, start, end)
  if (keyword === caseKeyword) nesting.openCase(text, start, tokens)
  else if (keyword === endKeyword) nesting.closeCase()
  tokens.push(tokenKinds.word, start, end, keyword)
  return end
}

const caseKeyword = keywordNumber('CASE')
const endKeyword = keywordNumber('END')

function scanNumber(text: string, start: number, tokens: Tokens): number {
  let end = start
  while (startOf[text.charCodeAt(end)] === starts.digit) end++
  const isInteger = namePartAt(text, end) === 0 && (text.charCodeAt(end) !== dot || text.charCodeAt(end + 1) === dot)
  if (!isInteger) return scanOtherNumber(text, start, tokens)
  tokens.push(tokenKinds.integer, start, end, 0)
  return end
}

/** Of a hexadecimal, octal or FLOAT number, all but its end; what goes on as a name is none. */
const numberForms = /(0x[0-9a-f]+|0o[0-7]+)|(\d*\.\d+|\d+)(e[-+]?\d+)?/iy

function scanOtherNumber(text: string, start: number, tokens: Tokens): number {
  numberForms.lastIndex = start
  const [whole, based, decimal, exponent] = numberForms.exec(text)!
  const end = start + whole.length
  if (namePartAt(text, end) > 0) refuseNumber(text, start, end)
  const isFloat = based === undefined && (decimal!.includes('.') || exponent !== undefined)
  tokens.push(isFloat ? tokenKinds.float : tokenKinds.integer, start, end, 0)
  return end
}

function refuseNumber(text: string, start: number, end: number): never {
  const wordEnd = endOfWord(text, end)
  const word = text.slice(start, wordEnd)
  if (/^\s*:/.test(text.slice(wordEnd))) fail(text, start, `${word} cannot be a name, as it starts with a digit`)
  return fail(text, start, `${word} is not a number`, 'SYNTAX_ERROR', 'InvalidNumberLiteral')
}

const backQuote = 0x60
const backslash = 0x5c

function scanQuoted(text: string, start: number, quote: number, tokens: Tokens): number {
  const end = quote === backQuote ? endOfName(text, start) : endOfString(text, start, quote)
  tokens.push(quote === backQuote ? tokenKinds.quoted : tokenKinds.string, start, end, 0)
  return end
}

function endOfString(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at + 1
  }
  return fail(text, start, "this string has no closing quote; a quote within one is written \\'")
}

/** A back quote within a name is written twice. */
function endOfName(text: string, start: number): number {
  for (let at = text.indexOf('`', start + 1); at !== -1; at = text.indexOf('`', at + 2)) {
    if (text.charCodeAt(at + 1) !== backQuote) return at + 1
  }
  return fail(text, start, 'this name has no closing back quote')
}

const dollar = 0x24
const star = 0x2a
const dot = 0x2e
const slash = 0x2f
const colon = 0x3a

function scanSign(text: string, start: number, code: number, tokens: Tokens): number {
  const next = text.charCodeAt(start + 1)
  if (code === slash && (next === slash || next === star)) return endOfComment(text, start, next)
  if (code === dollar) return scanParameter(text, start, tokens)
  if (code === dot && startOf[next] === starts.digit) return scanOtherNumber(text, start, tokens)
  const end = code === dot && next === dot ? start + 2 : start + 1
  nesting.sign(text, start, code)
  tokens.push(tokenKinds.sign, start, end, code)
  return end
}

function endOfComment(text: string, start: number, second: number): number {
  const mark = second === slash ? '\n' : '*/'
  const at = text.indexOf(mark, start + 2)
  if (at !== -1) return at + mark.length
  return second === slash ? text.length : fail(text, start, 'this comment has no closing */')
}

function scanParameter(text: string, start: number, tokens: Tokens): number {
  const isQuoted = text.charCodeAt(start + 1) === backQuote
  const end = isQuoted ? endOfName(text, start + 1) : endOfWord(text, start + 1)
  if (end === start + 1) fail(text, start, 'the name of a parameter is missing after $')
  tokens.push(tokenKinds.parameter, start, end, 0)
  return end
}

/** By the code of a bracket: for an opening one itself, for a closing one the one that it closes; 0 for other signs. */
const opens = new Uint8Array(128)
const closes = new Uint8Array(128)
for (const [open, close] of ['()', '[]', '{}'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const)) {
  opens[open] = open
  closes[close] = open
}
const openCurly = '{'.charCodeAt(0)

/** Brackets and CASEs that are open. A bracket that is missing is left to the grammar, which can say what is. */
const nesting = {
  depth: 0,
  open: new Uint8Array(nestingMax),

  push(text: string, at: number, code: number): void {
    if (this.depth === nestingMax) {
      fail(text, at, `the query nests deeper than ${nestingMax} levels here`, 'QUERY_TOO_DEEP')
    }
    this.open[this.depth++] = code
  },

  sign(text: string, at: number, code: number): void {
    if (opens[code] !== 0) this.push(text, at, code)
    else if (closes[code] !== 0) this.depth = this.depthOf(closes[code]!)
  },

  /** How many are open outside of the innermost bracket `opener`; all, where that is not open. */
  depthOf(opener: number): number {
    for (let i = this.depth - 1; i >= 0; i--) if (this.open[i] === opener) return i
    return this.depth
  },

  openCase(text: string, at: number, tokens: Tokens): void {
    const i = tokens.count - 1
    const before = i >= 0 && tokens.kinds[i] === tokenKinds.sign ? tokens.codes[i] : 0
    // `n.case` and `(n:Case)` are names, `{a: CASE ...}` is none.
    const isName = before === dot || (before === colon && this.open[this.depth - 1] !== openCurly)
    if (!isName) this.push(text, at, caseKeyword)
  },

  closeCase(): void {
    if (this.open[this.depth - 1] === caseKeyword) this.depth--
  },
}

/** `detail` where openCypher's name of the mistake is finer than the code's. */
export function fail(
  text: string,
  at: number,
  message: string,
  code: ErrorCode = 'SYNTAX_ERROR',
  detail?: string,
): never {
  const openCypher = detail === undefined ? {} : { detail }
  throw new DatabaseError(code, message, { query: text, position: positionAt(text, at), openCypher })
}
