/**
 * Reads JSON that comes in pieces, and tells what it finds as it finds it, so that a text may be longer than memory.
 *
 *   parser.feed('{"a": [1, tr')       beginObject, name 'a', beginArray, value 1
 *   parser.feed('ue]}')               value true, end, end
 *   parser.end()
 *
 * A token that a piece cuts in two waits for the next one. Numbers keep all that they say: 1 is an INTEGER, up to 64 bits;
 * 1.0 and 1e3 are FLOATs. Source: RFC 8259.
 */
import { valueNestingMax } from './codec.js'
import { DatabaseError, type Position, positionAt } from './errors.js'
import { Float, integerMax, integerMin, toInteger } from './value.js'

export interface JsonEvents {
  beginObject(): void
  beginArray(): void
  /** Of the member whose value comes next. */
  name(name: string): void
  value(value: JsonValue): void
  /** Of the object or array that was begun last. */
  end(): void
}

export type JsonValue = null | boolean | number | bigint | string | Float

/** What may come next. */
type State = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma' | 'nothing'

const space = /[ \t\n\r]*/y
const numberText = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
const numberSigns = /[-+.eE0-9]*/y
const constantText = /true|false|null/y
const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }
const constantLengthMax = 5

/** Up to so many characters a whole number is exact as a number, its sign included. */
const safeLengthMax = 15
/** Of -9223372036854775808. What is longer is not computed with: a body of digits would take its time. */
const integerLengthMax = 20

export class JsonParser {
  /** What is left of the pieces; `at` is behind what was read of it. */
  private text = ''
  private at = 0
  /** Pieces that wait until the token that is cut can have become whole. */
  private waiting: string[] = []
  private waitingLength = 0
  private isLast = false
  private state: State = 'value'
  private readonly open: ('object' | 'array')[] = []
  /** Where `text` begins in the whole. */
  private start: Position = { offset: 0, line: 1, column: 1 }

  constructor(private readonly events: JsonEvents) {}

  /** Throws JSON_INVALID with the place of what cannot stand there, and NUMBER_OUT_OF_RANGE. */
  feed(piece: string): void {
    this.waiting.push(piece)
    this.waitingLength += piece.length
    // As long as what was left again, so that a long string is looked at a few times, not once for each piece.
    if (this.waitingLength >= this.text.length - this.at) this.readOn()
  }

  /** There is no more. Throws as `feed`. */
  end(): void {
    this.isLast = true
    this.readOn()
    if (this.state !== 'nothing') this.refuse(this.expected())
  }

  // ---- tokens -------------------------------------------------------------------------------------------------------

  private readOn(): void {
    if (this.waitingLength > 0) this.takeWaiting()
    do this.skipSpace()
    while (this.at < this.text.length && this.step())
  }

  private takeWaiting(): void {
    const { line, column, offset } = positionAt(this.text, this.at)
    const before = this.start
    this.start = {
      offset: before.offset + offset,
      line: before.line + line - 1,
      column: line === 1 ? before.column + column - 1 : column,
    }
    this.text = this.text.slice(this.at) + this.waiting.join('')
    this.at = 0
    this.waiting = []
    this.waitingLength = 0
  }

  /** Reads a token; false, and nothing has happened, where it is not whole yet. */
  private step(): boolean {
    const sign = this.text[this.at]
    switch (this.state) {
      case 'nothing':
        return this.refuse(this.expected())
      case 'colon':
        if (sign !== ':') this.refuse(this.expected())
        return this.skip('value')
      case 'comma':
        return this.separator(sign)
      case 'name or }':
        return sign === '}' ? this.close() : this.name()
      case 'name':
        return this.name()
      case 'value or ]':
        return sign === ']' ? this.close() : this.value(sign)
      case 'value':
        return this.value(sign)
    }
  }

  private separator(sign: string | undefined): boolean {
    const isObject = this.open.at(-1) === 'object'
    if (sign === ',') return this.skip(isObject ? 'name' : 'value')
    return sign === (isObject ? '}' : ']') ? this.close() : this.refuse(this.expected())
  }

  private name(): boolean {
    const name = this.string()
    if (name === undefined) return false
    this.state = 'colon'
    this.events.name(name)
    return true
  }

  private value(sign: string | undefined): boolean {
    if (sign === '{' || sign === '[') return this.begin(sign === '{' ? 'object' : 'array')
    const value =
      sign === '"' ? this.string() : sign === 't' || sign === 'f' || sign === 'n' ? this.constant() : this.number()
    if (value === undefined) return false
    this.state = this.behindValue()
    this.events.value(value)
    return true
  }

  private begin(kind: 'object' | 'array'): boolean {
    if (this.open.length === valueNestingMax)
      this.refuse(`lists and objects in each other at most ${valueNestingMax} deep`)
    this.open.push(kind)
    if (kind === 'object') this.events.beginObject()
    else this.events.beginArray()
    return this.skip(kind === 'object' ? 'name or }' : 'value or ]')
  }

  private close(): boolean {
    this.open.pop()
    this.events.end()
    return this.skip(this.behindValue())
  }

  private behindValue(): State {
    return this.open.length === 0 ? 'nothing' : 'comma'
  }

  /** One sign was read. */
  private skip(next: State): true {
    this.at++
    this.state = next
    return true
  }

  private skipSpace(): void {
    space.lastIndex = this.at
    space.test(this.text)
    this.at = space.lastIndex
  }

  // ---- scalars: undefined where more is to come ---------------------------------------------------------------------

  /** `JSON.parse` judges what stands between the quotes. */
  private string(): string | undefined {
    const start = this.at
    if (this.text[start] !== '"') this.refuse('a string')
    const end = this.endOfString()
    if (end === 0 && !this.isLast) return undefined
    try {
      const read = JSON.parse(this.text.slice(start, end)) as string
      this.at = end
      return read
    } catch {
      return this.refuse('a string that ends, without line breaks and with known escapes')
    }
  }

  /** Behind the quote that ends the string; 0 where there is none. */
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

  private constant(): boolean | null | undefined {
    const isCut = this.text.length - this.at < constantLengthMax && !this.isLast
    const rest = this.text.slice(this.at)
    if (isCut && Object.keys(constants).some((word) => word !== rest && word.startsWith(rest))) return undefined
    return constants[this.match(constantText)]
  }

  private number(): number | bigint | Float | undefined {
    numberSigns.lastIndex = this.at
    numberSigns.test(this.text)
    if (numberSigns.lastIndex === this.text.length && !this.isLast) return undefined
    const start = this.at
    const written = this.match(numberText)
    const value = /[.eE]/.test(written) ? new Float(Number(written)) : integerOf(written)
    if (value !== undefined && (!(value instanceof Float) || Number.isFinite(value.value))) return value
    const shown = written.length > integerLengthMax ? `${written.slice(0, integerLengthMax)}...` : written
    this.at = start
    return this.fail('NUMBER_OUT_OF_RANGE', `${shown} is beyond the numbers, which have 64 bits`)
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) this.refuse('a value')
    const start = this.at
    this.at = pattern.lastIndex
    return this.text.slice(start, this.at)
  }

  // ---- mistakes -----------------------------------------------------------------------------------------------------

  private expected(): string {
    switch (this.state) {
      case 'nothing':
        return 'the end'
      case 'colon':
        return 'a colon'
      case 'comma':
        return this.open.at(-1) === 'object' ? 'a comma or }' : 'a comma or ]'
      case 'name':
      case 'name or }':
        return 'a string'
      case 'value':
      case 'value or ]':
        return 'a value'
    }
  }

  private refuse(expected: string): never {
    const sign = this.text[this.at]
    const found = sign === undefined ? 'it ends too early' : `${sign} cannot stand here`
    const hint = sign === "'" ? 'names and strings take double quotes' : undefined
    return this.fail('JSON_INVALID', `this is not JSON, ${found}: expected ${expected}`, hint)
  }

  /** The line is shown where the text is still whole. */
  private fail(code: 'JSON_INVALID' | 'NUMBER_OUT_OF_RANGE', problem: string, hint?: string): never {
    const position = positionAt(this.text, this.at)
    const { start } = this
    if (start.offset === 0) throw new DatabaseError(code, problem, { query: this.text, position, hint })
    const line = start.line + position.line - 1
    const column = position.line === 1 ? start.column + position.column - 1 : position.column
    throw new DatabaseError(code, `${problem} (line ${line}, column ${column})`, {
      position: { offset: start.offset + position.offset, line, column },
      hint,
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
