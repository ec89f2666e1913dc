/**
 * Documents over HTTP: docs/http.md. The `ETag` is of the text that a GET of the same URL answers, so it changes when that
 * does, and with nothing else; `If-Match` and `If-None-Match` are looked at within the transaction that writes.
 *
 *   GET     /db/skein/json/cart                        {"items":[{"sku":"pen"}]}       ETag: "p3Zc..."
 *   GET     /db/skein/json/cart?path=$.items[*].sku    ["pen"]: every match
 *   PUT     /db/skein/json/cart                        the document, or with a path a value of it; as long as it may be
 *   PATCH   /db/skein/json/cart                        a JSON Patch or a Merge Patch, by its Content-Type
 *   DELETE  /db/skein/json/cart
 */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DatabaseError } from '../core/errors.js'
import { readJson } from '../core/json.js'
import type { Database, Parameters } from '../database/database.js'
import type { ExplicitTransaction } from '../database/explicit-transaction.js'
import type { ValueForm } from '../database/result.js'
import { loadJson } from '../sdk/load-json.js'
import { ownStatement } from '../sdk/own-statement.js'
import { measured } from './answer.js'
import { answerForm, bodyType, contentTypeOf, type Form, plainType, valueFormOf, wholeForm } from './media.js'
import { decode, invalid } from './request.js'
import { addRoute } from './route.js'
import type { Runs } from './runs.js'
import { gathered, Spool } from './spool.js'

interface DocumentRoutesOptions {
  readonly database: Database
  readonly runs: Runs
  readonly bodyBytesMax: number
  readonly documentBytesMax: number
}

export function addDocumentRoutes(server: FastifyInstance, options: DocumentRoutesOptions): void {
  const routes = new DocumentRoutes(options)
  server.register(async (scope) => {
    // Bodies are read as they come.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request: unknown, body: Readable, done) => done(null, body))
    addRoute(scope, '/db/:database/json/:key', {
      GET: (request, reply) => routes.get(request, reply),
      PUT: (request, reply) => routes.put(request, reply),
      PATCH: (request, reply) => routes.patch(request, reply),
      DELETE: (request, reply) => routes.delete(request, reply),
    })
  })
}

/** What a request is about. */
interface Asked {
  readonly key: string
  readonly path: string | undefined
  readonly form: Form
  readonly conditions: Conditions
}

interface Conditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

/** What is there: nothing under the key, no such place in the document, or this text. */
interface Found {
  readonly hasKey: boolean
  readonly hasPlace: boolean
  readonly text: string
}

const jsonPatchType = 'application/json-patch+json'
const mergePatchType = 'application/merge-patch+json'

export class DocumentRoutes {
  constructor(private readonly options: DocumentRoutesOptions) {}

  async get(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = askedBy(request)
    const found = await this.options.runs.run(reply, (signal) => find(this.options.database, asked, signal))
    if (!found.hasKey) throw missing(asked)
    const tag = tagOf(found)
    reply.header('etag', tag)
    const { ifMatch, ifNoneMatch } = asked.conditions
    if (ifMatch !== undefined && !isNamed(ifMatch, tag, 'strong')) throw conditionFailed(asked, tag)
    if (ifNoneMatch !== undefined && isNamed(ifNoneMatch, tag, 'weak')) return reply.code(304).send()
    return reply.code(200).header('content-type', contentTypeOf(asked.form)).send(found.text)
  }

  async put(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = askedBy(request)
    bodyType({ 'content-type': plainType, ...request.headers }, [plainType])
    const body = await Spool.of(bodyOf(request), this.options.documentBytesMax)
    let before: Found | undefined
    const begin = async () => {
      const transaction = this.options.database.begin()
      before = await this.startWriting(transaction, asked)
      return transaction
    }
    const { key, path } = asked
    try {
      await this.options.runs.run(reply, (signal) =>
        loadJson(body.read(signal), { key, begin, ...(path === undefined ? {} : { path }) }),
      )
    } finally {
      await body.end()
    }
    return this.written(reply, asked, before!)
  }

  async patch(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = askedBy(request)
    const type = bodyType(request.headers, [jsonPatchType, mergePatchType])
    if (type === jsonPatchType && asked.path !== undefined)
      throw invalid('a JSON Patch has paths of its own; leave ?path= out')
    const patch = readJson(decode(await gathered(bodyOf(request), this.options.bodyBytesMax)))
    const statement = type === jsonPatchType ? 'CALL json.patch($key, $patch)' : 'CALL json.merge($key, $path, $patch)'
    const { before } = await this.change(reply, asked, statement, { patch })
    return this.written(reply, asked, before)
  }

  /** A place that is not there is gone already; a document that is not there is not. */
  async delete(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked = askedBy(request)
    const { before } = await this.change(reply, asked, 'CALL json.delete($key, $path)', {})
    if (!before.hasKey) throw missing(asked)
    return reply.code(204).send()
  }

  /** Runs a procedure that changes the document, if it is as the conditions ask. */
  private change(reply: FastifyReply, asked: Asked, call: string, parameters: Parameters): Promise<{ before: Found }> {
    const { key, path = '$' } = asked
    return this.options.runs.run(reply, async (signal) => {
      const transaction = this.options.database.begin()
      try {
        const before = await this.startWriting(transaction, asked)
        const statement = `${call} YIELD value RETURN count(*)`
        await ownStatement(transaction, statement, { key, path, ...parameters }, { signal })
        await transaction.commit()
        return { before }
      } catch (error) {
        transaction.rollback()
        throw error
      }
    })
  }

  /** Throws PRECONDITION_FAILED. */
  private async startWriting(transaction: ExplicitTransaction, asked: Asked): Promise<Found> {
    try {
      await transaction.startWriting()
      const before = await (hasConditions(asked) ? find(transaction, asked) : look(transaction, asked))
      if (hasConditions(asked)) mustHold(asked, before)
      return before
    } catch (error) {
      transaction.rollback()
      throw error
    }
  }

  /** Whoever has asked for a condition has read the document and goes on from what it is now. */
  private async written(reply: FastifyReply, asked: Asked, before: Found): Promise<FastifyReply> {
    if (hasConditions(asked)) reply.header('etag', tagOf(await find(this.options.database, asked)))
    return reply.code(before.hasPlace ? 204 : 201).send()
  }
}

// ---- reading --------------------------------------------------------------------------------------------------------

type Reader = Pick<Database, 'query'>

async function find(reader: Reader, asked: Asked, signal?: AbortSignal): Promise<Found> {
  const { key, path, form } = asked
  const read = path === undefined ? "json.value($key, '$')" : 'json.get($key, $path)'
  const textOf = measured(valueFormOf(form))
  // A document is an object and matches are a list; what is no text is the answer of json.exists.
  const mixed: ValueForm = (stores, value) =>
    typeof value === 'object' && value !== null ? textOf(stores, value) : value
  const options = { form: mixed, ...(signal === undefined ? {} : { signal }) }
  const statement = `RETURN json.exists($key, $path), ${read}`
  const { rows } = await ownStatement(reader, statement, { key, path: path ?? '$' }, options)
  return foundBy(rows[0]!)
}

/** As `find`, without the text. */
async function look(reader: Reader, { key, path = '$' }: Asked): Promise<Found> {
  const { rows } = await ownStatement(reader, 'RETURN json.exists($key, $path)', { key, path })
  return foundBy(rows[0]!)
}

function foundBy([exists, text = '']: readonly unknown[]): Found {
  return { hasKey: exists !== null, hasPlace: exists === true, text: text as string }
}

function askedBy(request: FastifyRequest): Asked {
  const { key } = request.params as { key: string }
  const { path, ...others } = request.query as { [name: string]: string | string[] }
  for (const name in others) throw invalid(`there is no parameter '${name}'; there is path`)
  if (Array.isArray(path)) throw invalid('path is given twice; a JSONPath may hold several places: $[a, b]')
  const { accept, 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers
  return { key, path, form: wholeForm(answerForm(accept)), conditions: { ifMatch, ifNoneMatch } }
}

/** What is left of a body that is refused before its end runs on into nothing: the connection has other requests to bring. */
async function* bodyOf(request: FastifyRequest): AsyncGenerator<Buffer> {
  const body = (request.body as Readable | undefined) ?? request.raw
  try {
    yield* body.iterator({ destroyOnReturn: false })
  } finally {
    body.resume()
  }
}

function missing({ key }: Asked): DatabaseError {
  return new DatabaseError('KEY_MISSING', `there is no document with the key '${key}'; PUT makes one`, { key })
}

// ---- conditions -----------------------------------------------------------------------------------------------------

const tagBytes = 18

function tagOf({ text }: Found): string {
  return `"${createHash('sha256').update(text).digest().subarray(0, tagBytes).toString('base64url')}"`
}

function hasConditions({ conditions: { ifMatch, ifNoneMatch } }: Asked): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined
}

function mustHold(asked: Asked, before: Found): void {
  const { ifMatch, ifNoneMatch } = asked.conditions
  const tag = before.hasPlace ? tagOf(before) : undefined
  const matches = ifMatch === undefined || (tag !== undefined && isNamed(ifMatch, tag, 'strong'))
  const differs = ifNoneMatch === undefined || tag === undefined || !isNamed(ifNoneMatch, tag, 'weak')
  if (!matches || !differs) throw conditionFailed(asked, tag)
}

/** Whether a list of tags has this one (RFC 9110, 8.8.3.2); a weak one is the same to a weak comparison alone. */
function isNamed(list: string, tag: string, comparison: 'strong' | 'weak'): boolean {
  return list
    .split(',')
    .map((item) => item.trim())
    .some((item) => item === '*' || item === tag || (comparison === 'weak' && item === `W/${tag}`))
}

function conditionFailed({ key, conditions }: Asked, tag: string | undefined): DatabaseError {
  const header = conditions.ifMatch === undefined ? 'If-None-Match' : 'If-Match'
  const now = tag === undefined ? 'there is nothing' : `the ETag is ${tag} now`
  return new DatabaseError(
    'PRECONDITION_FAILED',
    `'${key}' is not as ${header} asks: ${now}; read it again, and make the change from what it is`,
    { key, tag },
  )
}
