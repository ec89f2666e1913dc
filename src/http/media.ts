/** Media types: what a body may come as, and which form of answer `Accept` asks for. */
import { DatabaseError } from '../core/errors.js'
import type { ValueForm } from '../database/result.js'
import { plainText } from './json/plain.js'
import { typedText } from './json/typed.js'

export type Form = 'plain' | 'typed' | 'lines' | 'typedLines'

export const plainType = 'application/json'
const typedType = 'application/vnd.neo4j.query'
const linesType = 'application/x-ndjson'
const typedLinesType = `${typedType}+x-ndjson`

/** Neo4j's versions of the typed form differ in types that Skein does not have. */
const forms: ReadonlyMap<string, Form> = new Map([
  [plainType, 'plain'],
  [typedType, 'typed'],
  [`${typedType}.v1.0`, 'typed'],
  [`${typedType}.v1.1`, 'typed'],
  [linesType, 'lines'],
  [typedLinesType, 'typedLines'],
])
const contentTypes: Readonly<Record<Form, string>> = {
  plain: `${plainType}; charset=utf-8`,
  typed: typedType,
  lines: linesType,
  typedLines: typedLinesType,
}
const valueForms: Readonly<Record<Form, ValueForm>> = {
  plain: plainText,
  typed: typedText,
  lines: plainText,
  typedLines: typedText,
}

export function contentTypeOf(form: Form): string {
  return contentTypes[form]
}

export function valueFormOf(form: Form): ValueForm {
  return valueForms[form]
}

/** The form of an answer that has no lines, where they were asked for. */
export function wholeForm(form: Form): Form {
  return form === 'lines' ? 'plain' : form === 'typedLines' ? 'typed' : form
}

/** Whether an answer is sent line by line, as rows are found. */
export function isLines(form: Form): boolean {
  return form === 'lines' || form === 'typedLines'
}

/** The form of a body. Throws REQUEST_MEDIA_TYPE for one that is not read. */
export function bodyForm(contentType: string | undefined, contentEncoding: string | undefined): 'plain' | 'typed' {
  const headers = { 'content-type': contentType, 'content-encoding': contentEncoding }
  const types = [...forms.keys()].filter((type) => forms.get(type) === 'plain' || forms.get(type) === 'typed')
  return forms.get(bodyType(headers, types, [plainType, typedType])) as 'plain' | 'typed'
}

interface BodyHeaders {
  readonly 'content-type'?: string | undefined
  readonly 'content-encoding'?: string | undefined
}

/** The media type of a body, one of `types`; `told` are those that a message names. Throws REQUEST_MEDIA_TYPE for another. */
export function bodyType(headers: BodyHeaders, types: readonly string[], told = types): string {
  const { 'content-type': contentType = '', 'content-encoding': contentEncoding } = headers
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (!types.includes(type)) throw unread(`a body of Content-Type '${type}'`, `send ${told.join(' or ')}`)
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw unread(`a body with ${charset}`, 'send UTF-8')
  if (contentEncoding !== undefined && contentEncoding !== 'identity')
    throw unread(`a body with Content-Encoding '${contentEncoding}'`, 'send it as it is')
  return type
}

function unread(what: string, remedy: string): DatabaseError {
  return new DatabaseError('REQUEST_MEDIA_TYPE', `${what} is not read; ${remedy}`, {})
}

/** The form that `Accept` prefers; plain where it does not say. Throws ANSWER_MEDIA_TYPE when it takes none. */
export function answerForm(accept: string | undefined): Form {
  if (accept === undefined || accept.trim() === '') return 'plain'
  const wanted = accept.split(',').map(preference)
  // Sorting keeps the order of equals.
  wanted.sort((a, b) => b.quality - a.quality)
  for (const { type, quality } of wanted) {
    const form = type === '*/*' || type === 'application/*' ? 'plain' : forms.get(type)
    if (form !== undefined && quality > 0) return form
  }
  throw new DatabaseError(
    'ANSWER_MEDIA_TYPE',
    `Accept is '${accept}', and answers are ${plainType}, ${typedType}, ${linesType} or ${typedLinesType}`,
    { accept },
  )
}

function preference(item: string): { type: string; quality: number } {
  const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
}
