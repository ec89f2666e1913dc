/**
 * Signatures of procedures and functions, as `SHOW PROCEDURES` of Neo4j writes them:
 *
 *   my.proc(name :: STRING, limit = 10 :: INTEGER?) :: (out :: LIST<STRING>, score :: FLOAT?)
 *   my.write(x :: ANY?) :: VOID
 *   my.double(x :: INTEGER?) :: INTEGER?
 *
 * A question mark lets null in. INTEGERs pass for FLOATs and become them. A default is a number, a string in quotes,
 * true, false or null; a parameter that has one may be left out when those after it are.
 */
import { DatabaseError } from '../../src/core/errors.js'
import { Float, type TypeName, typeName, type Value } from '../../src/core/value.js'
import { valueInWords } from '../../src/core/value-in-words.js'
import { textOf } from '../functions/operators.js'
import type { StaticType } from '../semantics/bound.js'

export interface DeclaredType {
  /** As it is written. */
  readonly text: string
  readonly static: StaticType
  /** Of a list. */
  readonly item?: DeclaredType
  /** The value as one of this type; undefined when it is none. It is not null. */
  readonly convert: (value: Value) => Value | undefined
}

export interface Declared {
  readonly name: string
  readonly type: DeclaredType
  readonly nullable: boolean
  /** What stands for an argument that is left out; undefined where none may be. */
  readonly default: Value | undefined
}

export interface Signature {
  readonly name: string
  readonly parameters: readonly Declared[]
  readonly results: readonly Declared[]
}

/** Reads `name(parameters) :: (columns)` or `:: VOID`. Throws SIGNATURE_INVALID. */
export function parseProcedureSignature(text: string): Signature {
  const reader = new SignatureReader(text)
  const head = reader.head()
  const results = reader.tryTake('VOID') ? [] : reader.list(() => reader.declared())
  reader.end()
  return { ...head, results }
}

/** Reads `name(parameters) :: TYPE`; the one result has no name. Throws SIGNATURE_INVALID. */
export function parseFunctionSignature(text: string): Signature {
  const reader = new SignatureReader(text)
  const head = reader.head()
  const result = reader.type()
  reader.end()
  return { ...head, results: [{ name: '', default: undefined, ...result }] }
}

const scalar = (name: TypeName, type: StaticType): DeclaredType => ({
  text: name,
  static: type,
  convert: (value) => (typeName(value) === name ? value : undefined),
})

const simpleTypes: Readonly<Record<string, DeclaredType>> = {
  ANY: { text: 'ANY', static: 'any', convert: (value) => value },
  BOOLEAN: scalar('BOOLEAN', 'boolean'),
  INTEGER: scalar('INTEGER', 'integer'),
  FLOAT: { text: 'FLOAT', static: 'float', convert: floatFrom },
  NUMBER: { text: 'NUMBER', static: 'number', convert: (value) => (isNumber(value) ? value : undefined) },
  STRING: scalar('STRING', 'string'),
  MAP: scalar('MAP', 'map'),
  NODE: scalar('NODE', 'node'),
  RELATIONSHIP: scalar('RELATIONSHIP', 'relationship'),
  PATH: scalar('PATH', 'path'),
  DATE: scalar('DATE', 'date'),
  LOCALTIME: scalar('LOCAL TIME', 'localtime'),
  TIME: scalar('ZONED TIME', 'time'),
  LOCALDATETIME: scalar('LOCAL DATETIME', 'localdatetime'),
  DATETIME: scalar('ZONED DATETIME', 'datetime'),
  DURATION: scalar('DURATION', 'duration'),
}

function isNumber(value: Value): boolean {
  return typeName(value) === 'INTEGER' || value instanceof Float
}

function floatFrom(value: Value): Value | undefined {
  if (value instanceof Float) return value
  return isNumber(value) ? new Float(Number(value)) : undefined
}

function listOf({ type, nullable }: Pick<Declared, 'type' | 'nullable'>): DeclaredType {
  const convertItem = (item: Value) => (item === null ? (nullable ? null : undefined) : type.convert(item))
  return {
    text: `LIST<${type.text}${nullable ? '?' : ''}>`,
    static: 'list',
    item: type,
    convert(value) {
      if (!Array.isArray(value)) return undefined
      const items = (value as readonly Value[]).map(convertItem)
      return items.includes(undefined) ? undefined : (items as Value[])
    },
  }
}

/** The value as one of what was declared. Throws TYPE_MISMATCH; `place` names it: `argument x of my.proc`. */
export function checked({ type, nullable }: Declared, value: Value, place: string): Value {
  const converted = value === null ? (nullable ? null : undefined) : type.convert(value)
  if (converted !== undefined) return converted
  throw new DatabaseError(
    'TYPE_MISMATCH',
    `${place} is ${type.text}${nullable ? '?' : ''}, and this is ${valueInWords(value)}`,
  )
}

export function declaredText({ name, type, nullable, default: given }: Declared): string {
  const named = given === undefined ? name : `${name} = ${defaultText(given)}`
  return `${named === '' ? '' : `${named} :: `}${type.text}${nullable ? '?' : ''}`
}

function defaultText(value: Value): string {
  if (typeof value === 'string') return value.includes("'") ? `"${value}"` : `'${value}'`
  return textOf(value) ?? 'null'
}

export function signatureText(name: string, parameters: readonly Declared[], columns: readonly Declared[]): string {
  const results = columns.length === 0 ? 'VOID' : `(${columns.map(declaredText).join(', ')})`
  return `${name}(${parameters.map(declaredText).join(', ')}) :: ${results}`
}

const tokens = /\s*(::|[(),<>=?]|[\p{L}_][\p{L}\p{N}_.]*|-?\d+(?:\.\d+)?|'[^']*'|"[^"]*"|\S)/uy

class SignatureReader {
  private readonly tokens: readonly string[]
  private place = 0

  constructor(private readonly text: string) {
    this.tokens = Array.from(text.trim().matchAll(new RegExp(tokens, 'guy')), (match) => match[1]!)
  }

  head(): Pick<Signature, 'name' | 'parameters'> {
    const name = this.name()
    const parameters = this.list(() => this.declared())
    const gap = parameters.findIndex(
      (each, i) => each.default === undefined && parameters[i - 1]?.default !== undefined,
    )
    if (gap !== -1) this.fail(`${parameters[gap]!.name} needs a default, as the parameter before it has one`)
    this.take('::')
    return { name, parameters }
  }

  list<Item>(item: () => Item): Item[] {
    const items: Item[] = []
    this.take('(')
    if (this.tryTake(')')) return items
    do items.push(item())
    while (this.tryTake(','))
    this.take(')')
    return items
  }

  declared(): Declared {
    const name = this.name()
    const given = this.tryTake('=') ? this.value() : undefined
    this.take('::')
    return { name, default: given, ...this.type() }
  }

  type(): Pick<Declared, 'type' | 'nullable'> {
    const name = (this.next() ?? '').toUpperCase()
    const type = name === 'LIST' ? this.listType() : simpleTypes[name]
    if (type === undefined)
      this.fail(`${name || 'nothing'} is no type; there are LIST<type>, ${Object.keys(simpleTypes).join(', ')}`)
    return { type, nullable: this.tryTake('?') }
  }

  end(): void {
    if (this.place < this.tokens.length) this.fail(`nothing can follow here, and there is ${this.tokens[this.place]}`)
  }

  tryTake(token: string): boolean {
    if (this.tokens[this.place]?.toUpperCase() !== token) return false
    this.place++
    return true
  }

  private listType(): DeclaredType {
    this.take('<')
    const item = this.type()
    this.take('>')
    return listOf(item)
  }

  private value(): Value {
    const token = this.next() ?? ''
    if (/^['"]/.test(token)) return token.slice(1, -1)
    if (/^-?\d+$/.test(token)) return Number(token)
    if (/^-?\d/.test(token)) return new Float(Number(token))
    const known: Readonly<Record<string, Value>> = { true: true, false: false, null: null }
    const found = known[token.toLowerCase()]
    return found === undefined ? this.fail(`${token} is no default value`) : found
  }

  private name(): string {
    const token = this.next() ?? ''
    return /^[\p{L}_]/u.test(token) ? token : this.fail(`a name is missing before ${token || 'the end'}`)
  }

  private take(token: string): void {
    if (!this.tryTake(token)) this.fail(`${token} is missing before ${this.tokens[this.place] ?? 'the end'}`)
  }

  private next(): string | undefined {
    return this.tokens[this.place++]
  }

  private fail(why: string): never {
    throw new DatabaseError('SIGNATURE_INVALID', `the signature ${this.text} cannot be read: ${why}`, {
      signature: this.text,
      hint: 'write my.proc(name :: STRING, limit = 10 :: INTEGER?) :: (out :: STRING?)',
    })
  }
}
