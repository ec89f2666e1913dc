/** From the bytes of a body to what is asked for: every field is known, of its type, and complained of by name. */
import { DatabaseError } from '../core/errors.js'
import { readJson } from '../core/json.js'
import { Float, type PropertyValue } from '../core/value.js'
import { valueInWords } from '../core/value-in-words.js'
import type { Parameters } from '../database/database.js'
import { readTyped } from './json/typed.js'

export interface StatementRequest {
  readonly statement?: string
  readonly parameters?: Parameters
  readonly includeCounters?: boolean
  readonly bookmarks?: readonly string[]
  readonly accessMode?: AccessMode
  readonly timeoutMs?: number
}

export type AccessMode = 'READ' | 'WRITE'
type BodyForm = 'plain' | 'typed'

/** The part of the request that a field gives. */
export type FieldReader<Request> = (value: PropertyValue, form: BodyForm) => Request

/** In Neo4j's order. A field that is null counts as left out. */
const fields: ReadonlyMap<string, FieldReader<StatementRequest>> = new Map<string, FieldReader<StatementRequest>>([
  ['statement', (value) => ({ statement: typeof value === 'string' ? value : refuse('statement', 'a string', value) })],
  ['parameters', (value, form) => ({ parameters: readParameters(value, form) })],
  [
    'includeCounters',
    (value) => ({
      includeCounters: typeof value === 'boolean' ? value : refuse('includeCounters', 'true or false', value),
    }),
  ],
  ['bookmarks', (value) => ({ bookmarks: readBookmarks(value) })],
  ['accessMode', (value) => ({ accessMode: readAccessMode(value) })],
  ['maxExecutionTime', (value) => ({ timeoutMs: readSeconds(value) * 1000 })],
  ['impersonatedUser', () => refuseImpersonation()],
])

/** Throws REQUEST_INVALID. No bytes ask for nothing. */
export function readRequest(bytes: Uint8Array, form: BodyForm): StatementRequest {
  return readFields(bytes, form, { fields, example: '{"statement": "RETURN 1"}' })
}

/** The fields of a body, of which there are these. Throws REQUEST_INVALID. */
export function readFields<Request extends object>(
  bytes: Uint8Array,
  form: BodyForm,
  { fields, example }: { readonly fields: ReadonlyMap<string, FieldReader<Request>>; readonly example: string },
): Partial<Request> {
  if (bytes.length === 0) return {}
  const body = readJson(decode(bytes))
  if (!(body instanceof Map)) throw invalid(`the body must be an object: ${example}`)
  const parts = Array.from(body as ReadonlyMap<string, PropertyValue>, ([name, value]) => {
    const read = fields.get(name)
    if (read === undefined)
      throw invalid(`the body has no field '${name}'; it may have ${[...fields.keys()].join(', ')}`)
    return value === null ? {} : read(value, form)
  })
  return Object.assign({}, ...parts)
}

/** A value of the program's, in the form of its body. */
export function valueIn(name: string, value: PropertyValue, form: BodyForm): PropertyValue {
  return form === 'plain' ? value : readTyped(name, value)
}

/** The statement of a request that is nothing without it. */
export function mustHaveStatement({ statement }: StatementRequest): string {
  if (statement === undefined) throw invalid('the body lacks its statement: {"statement": "RETURN 1"}')
  return statement
}

/** Throws REQUEST_INVALID. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid('the body is not UTF-8')
  }
}

function readParameters(value: PropertyValue, form: BodyForm): Parameters {
  if (!(value instanceof Map)) return refuse('parameters', 'an object', value)
  const entries = [...(value as ReadonlyMap<string, PropertyValue>)]
  return Object.fromEntries(entries.map(([name, item]) => [name, valueIn(`$${name}`, item, form)]))
}

function readBookmarks(value: PropertyValue): readonly string[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string')
  return isList ? value : refuse('bookmarks', 'a list of strings', value)
}

function readAccessMode(value: PropertyValue): AccessMode {
  return value === 'READ' || value === 'WRITE' ? value : refuse('accessMode', '"READ" or "WRITE"', value)
}

function readSeconds(value: PropertyValue): number {
  const seconds = value instanceof Float ? value.value : value
  return typeof seconds === 'number' && seconds > 0
    ? seconds
    : refuse('maxExecutionTime', 'a number of seconds above zero', value)
}

function refuseImpersonation(): never {
  throw invalid('impersonatedUser cannot be given: this server has no users')
}

/** Throws REQUEST_INVALID for a field that is not what it must be. */
export function refuse(name: string, wanted: string, value: PropertyValue): never {
  throw invalid(`the field '${name}' must be ${wanted}, and this is ${valueInWords(value)}`)
}

export function invalid(message: string): DatabaseError {
  return new DatabaseError('REQUEST_INVALID', message, {})
}
