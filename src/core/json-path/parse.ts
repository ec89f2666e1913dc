/** Reads paths by the grammar of RFC 9535, one method a rule, and checks what its functions take. */
import { DatabaseError, positionAt } from '../errors.js'
import { quoted } from '../value-in-words.js'
import { type JsonPathFunction, jsonPathFunctions, type PathType } from './functions.js'
import {
  type ComparisonOperator,
  type Condition,
  isSingular,
  type JsonPath,
  type Literal,
  type Operand,
  type Query,
  type Segment,
  type Selector,
} from './path.js'
import { Reader, Refused } from './reader.js'

/** In UTF-16 units. */
const pathLengthMax = 65_536
/** Filters, brackets and calls inside each other: each takes some of the stack, here and while values are sought. */
const nestingMax = 100

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
const operators: readonly ComparisonOperator[] = ['==', '!=', '<=', '>=', '<', '>']
const word = /[a-z][a-z0-9_]*/y

/** Throws JSON_PATH_INVALID with the place, LIMIT_EXCEEDED for a path that is too long or nested too deep. */
export function parseJsonPath(text: string): JsonPath {
  if (text.length > pathLengthMax) throw limit(`a path has at most ${pathLengthMax} characters`, pathLengthMax)
  try {
    return { text, segments: new Parser(new Reader(text)).path() }
  } catch (error) {
    // Made here and not where the parser stands, so that the stack, ten calls long, shows who has asked for the path.
    throw error instanceof Refused ? invalid(text, error) : error
  }
}

function invalid(text: string, { problem, offset }: Refused): DatabaseError {
  return new DatabaseError(
    'JSON_PATH_INVALID',
    `the path ${quoted(text)} cannot be read at character ${offset + 1}: ${problem}`,
    { path: text, offset, query: text, position: positionAt(text, offset) },
  )
}

function limit(message: string, max: number): DatabaseError {
  return new DatabaseError('LIMIT_EXCEEDED', message, { limit: max })
}

class Parser {
  private depth = 0

  constructor(private readonly reader: Reader) {}

  path(): readonly Segment[] {
    const { reader } = this
    reader.must('$', `'$', the root,`)
    const segments = this.segments()
    if (reader.at < reader.text.length) reader.refuse(`'.', '..', '[' or the end of the path`)
    return segments
  }

  // ---- segments and selectors ---------------------------------------------------------------------------------------

  private segments(): readonly Segment[] {
    const segments: Segment[] = []
    let segment = this.segment()
    while (segment !== undefined) {
      segments.push(segment)
      segment = this.segment()
    }
    return segments
  }

  /** Space belongs to the segment behind it, and where there is none, to whatever follows. */
  private segment(): Segment | undefined {
    const { reader } = this
    const start = reader.at
    reader.skipSpace()
    if (reader.take('..')) return { kind: 'descendant', selectors: this.bracketed() ?? [this.shorthand()] }
    if (reader.take('.')) return { kind: 'child', selectors: [this.shorthand()] }
    const selectors = this.bracketed()
    if (selectors !== undefined) return { kind: 'child', selectors }
    reader.at = start
    return undefined
  }

  private shorthand(): Selector {
    if (this.reader.take('*')) return { kind: 'wildcard' }
    const name = this.reader.findName()
    return name === undefined ? this.reader.refuse(`a name or '*'`) : { kind: 'name', name }
  }

  private bracketed(): readonly Selector[] | undefined {
    const { reader } = this
    if (!reader.take('[')) return undefined
    const selectors: Selector[] = []
    do {
      reader.skipSpace()
      selectors.push(this.selector())
      reader.skipSpace()
    } while (reader.take(','))
    reader.must(']', `',' or ']'`)
    return selectors
  }

  private selector(): Selector {
    const { reader } = this
    if (reader.take('*')) return { kind: 'wildcard' }
    if (reader.take('?')) return { kind: 'filter', condition: this.filter() }
    const name = reader.findString()
    return name === undefined ? this.indexOrSlice() : { kind: 'name', name }
  }

  private indexOrSlice(): Selector {
    const start = this.reader.findInteger()
    const end = this.sliceEnd()
    if (end !== undefined) return { kind: 'slice', start, end: end.value, step: this.sliceEnd()?.value ?? 1 }
    if (start === undefined) return this.reader.refuse(`a name in quotes, an index, a slice, '*' or '?'`)
    return { kind: 'index', index: start }
  }

  /** A colon and the integer behind it, which may be left out; space around them. */
  private sliceEnd(): { value: number | undefined } | undefined {
    const { reader } = this
    const start = reader.at
    reader.skipSpace()
    if (!reader.take(':')) {
      reader.at = start
      return undefined
    }
    reader.skipSpace()
    return { value: reader.findInteger() }
  }

  // ---- conditions ---------------------------------------------------------------------------------------------------

  private filter(): Condition {
    return this.nested(() => {
      this.reader.skipSpace()
      return this.or()
    })
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > nestingMax)
      throw limit(`filters and brackets of a path nest at most ${nestingMax} deep`, nestingMax)
    const result = read()
    this.depth--
    return result
  }

  private or(): Condition {
    const conditions = this.joined('||', () => this.and())
    return conditions.length === 1 ? conditions[0]! : { kind: 'or', conditions }
  }

  private and(): Condition {
    const conditions = this.joined('&&', () => this.basic())
    return conditions.length === 1 ? conditions[0]! : { kind: 'and', conditions }
  }

  private joined(sign: string, read: () => Condition): Condition[] {
    const { reader } = this
    const conditions = [read()]
    for (;;) {
      const start = reader.at
      reader.skipSpace()
      if (!reader.take(sign)) {
        reader.at = start
        return conditions
      }
      reader.skipSpace()
      conditions.push(read())
    }
  }

  private basic(): Condition {
    const { reader } = this
    if (reader.take('!')) {
      reader.skipSpace()
      return { kind: 'not', condition: this.parenthesized() ?? this.test(reader.at, this.operand()) }
    }
    return this.parenthesized() ?? this.comparisonOrTest()
  }

  private parenthesized(): Condition | undefined {
    const { reader } = this
    if (!reader.take('(')) return undefined
    const condition = this.filter()
    reader.skipSpace()
    reader.must(')', `'&&', '||' or ')'`)
    return condition
  }

  private comparisonOrTest(): Condition {
    const { reader } = this
    const start = reader.at
    const left = this.operand()
    const end = reader.at
    reader.skipSpace()
    const operator = operators.find((sign) => reader.take(sign))
    if (operator === undefined) {
      reader.at = end
      return this.test(start, left)
    }
    this.mustBeType('value', left, start)
    reader.skipSpace()
    const rightStart = reader.at
    const right = this.operand()
    this.mustBeType('value', right, rightStart)
    return { kind: 'comparison', operator, left, right }
  }

  /** An operand that is a condition by itself. */
  private test(start: number, operand: Operand): Condition {
    const { reader } = this
    if (operand.kind === 'literal') return reader.invalid('a literal is no condition; compare it with something', start)
    if (operand.kind === 'call' && operand.called.result === 'value')
      return reader.invalid(`${operand.called.name}() gives a value; compare it with something`, start)
    return operand
  }

  // ---- operands -----------------------------------------------------------------------------------------------------

  private operand(): Operand {
    const { reader } = this
    if (reader.take('@')) return this.query('current')
    if (reader.take('$')) return this.query('root')
    const text = reader.findString() ?? reader.findNumber()
    if (text !== undefined) return literal(text)
    return this.constantOrCall()
  }

  private query(from: Query['from']): Query {
    return { kind: 'query', from, segments: this.segments() }
  }

  private constantOrCall(): Operand {
    const { reader } = this
    const start = reader.at
    const name = reader.find(word)
    if (name === undefined) return reader.refuse(`'@', '$', a literal or a function`)
    if (reader.take('(')) return this.call(name, start)
    const constant = constants.get(name)
    if (constant === undefined) return reader.refuse(`true, false, null or a function with '(' behind its name`, start)
    return literal(constant)
  }

  private call(name: string, start: number): Operand {
    const { reader } = this
    const called = jsonPathFunctions.find((known) => known.name === name)
    const known = jsonPathFunctions.map((each) => each.name).join(', ')
    if (called === undefined) return reader.invalid(`there is no function '${name}', only ${known}`, start)
    return { kind: 'call', called, arguments: this.nested(() => this.arguments(called, start)) }
  }

  private arguments(called: JsonPathFunction, start: number): Operand[] {
    const { reader } = this
    const count = called.parameters.length
    const values: Operand[] = []
    reader.skipSpace()
    if (!reader.take(')')) {
      do values.push(this.argument(called.parameters[values.length]))
      while (reader.take(','))
      reader.must(')', `',' or ')'`)
    }
    if (values.length !== count)
      return reader.invalid(`${called.name}() takes ${count} and is given ${values.length}`, start)
    return values
  }

  /** `type` is undefined where there is one too many, which is refused once all are counted. */
  private argument(type: PathType | undefined): Operand {
    const { reader } = this
    reader.skipSpace()
    const start = reader.at
    const value = this.operand()
    if (type !== undefined) this.mustBeType(type, value, start)
    reader.skipSpace()
    return value
  }

  private mustBeType(type: PathType, operand: Operand, start: number): void {
    const { reader } = this
    if (type === 'nodes') {
      if (operand.kind !== 'query') reader.refuse('a query, which begins with @ or $,', start)
      return
    }
    if (operand.kind === 'query' && !isSingular(operand))
      reader.invalid(
        'this query can find several values; value() takes the one that it finds, count() their number',
        start,
      )
    if (operand.kind === 'call' && operand.called.result !== 'value')
      reader.invalid(`${operand.called.name}() gives no value; it is a condition by itself`, start)
  }
}

function literal(value: Literal['value']): Literal {
  return { kind: 'literal', value }
}
