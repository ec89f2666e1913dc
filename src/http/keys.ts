/**
 * Keys over HTTP: docs/http.md. Each request is one statement, and its answer the value of that, in the form that `Accept`
 * asks for.
 *
 *   GET     /db/skein/keys?prefix=session:&limit=2     {"keys":[{"key":"session:1","kind":"value",...},...]}
 *   PUT     /db/skein/keys/visits   {"value":7}        {"key":"visits","kind":"value","valueType":"INTEGER","expiresAt":null}
 *   GET     /db/skein/keys/visits                      {"key":"visits",...,"value":7}
 *   DELETE  /db/skein/keys/visits                      {"deleted":true}
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DatabaseError } from '../core/errors.js'
import type { PropertyValue } from '../core/value.js'
import type { Parameters } from '../database/database.js'
import { type KeyListOptions, keysAsked, listParameters } from '../sdk/keys.js'
import { formOf, type MapRoutesOptions, mapsOf, sendMap } from './maps.js'
import { bodyForm, type Form } from './media.js'
import { type FieldReader, invalid, readFields, refuse, valueIn } from './request.js'
import { addRoute } from './route.js'

const listText = `${keysAsked}
  RETURN {key: key, kind: kind, valueType: valueType, expiresAt: expiresAt} AS answer ORDER BY key LIMIT $limit`
const getText = `WITH key.info($key) AS info WHERE info IS NOT NULL
  RETURN CASE info.kind WHEN 'value' THEN {key: info.key, kind: info.kind, valueType: info.valueType,
    expiresAt: info.expiresAt, value: key.get($key)} ELSE info END AS answer`
const setText = `CALL key.set($key, $value, {ttl: duration($ttl), expiresAt: datetime($expiresAt)})
  RETURN key.info($key) AS answer`
const deleteText = 'CALL key.delete($key) YIELD deleted RETURN {deleted: deleted} AS answer'

export function addKeyRoutes(server: FastifyInstance, options: MapRoutesOptions): void {
  const routes = new KeyRoutes(options)
  addRoute(server, '/db/:database/keys', { GET: (request, reply) => routes.list(request, reply) })
  addRoute(server, '/db/:database/keys/:key', {
    GET: (request, reply) => routes.get(request, reply),
    PUT: (request, reply) => routes.set(request, reply),
    DELETE: (request, reply) => routes.delete(request, reply),
  })
}

class KeyRoutes {
  constructor(private readonly options: MapRoutesOptions) {}

  async list(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request)
    const asked = listOptions(request.query as { [name: string]: string })
    const infos = await this.run(reply, form, listText, listParameters(asked))
    return sendMap(reply, form, `{"keys":[${infos.join(',')}]}`)
  }

  async get(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request)
    const key = keyOf(request)
    const [answer] = await this.run(reply, form, getText, { key })
    if (answer === undefined) throw new DatabaseError('KEY_MISSING', `there is no key '${key}'`, { key })
    return sendMap(reply, form, answer)
  }

  async set(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request)
    const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers
    const asked = readSet((request.body as Buffer | undefined) ?? noBytes, bodyForm(contentType, contentEncoding))
    const [answer] = await this.run(reply, form, setText, { ttl: null, expiresAt: null, ...asked, key: keyOf(request) })
    return sendMap(reply, form, answer!)
  }

  async delete(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request)
    const [answer] = await this.run(reply, form, deleteText, { key: keyOf(request) })
    return sendMap(reply, form, answer!)
  }

  private run(reply: FastifyReply, form: Form, text: string, parameters: Parameters): Promise<string[]> {
    return mapsOf(this.options, reply, { form, text, parameters })
  }
}

const noBytes = new Uint8Array(0)

interface SetRequest {
  readonly value?: PropertyValue
  readonly ttl?: string
  readonly expiresAt?: string
}

const setFields: ReadonlyMap<string, FieldReader<SetRequest>> = new Map<string, FieldReader<SetRequest>>([
  ['value', (value, form) => ({ value: valueIn('value', value, form) })],
  ['ttl', (value) => ({ ttl: typeof value === 'string' ? value : refuse('ttl', 'a duration, "PT1H"', value) })],
  [
    'expiresAt',
    (value) => ({
      expiresAt: typeof value === 'string' ? value : refuse('expiresAt', 'a moment, "2030-01-01T00:00Z"', value),
    }),
  ],
])

/** Throws REQUEST_INVALID. */
function readSet(bytes: Uint8Array, form: 'plain' | 'typed'): SetRequest {
  const asked = readFields(bytes, form, { fields: setFields, example: '{"value": 1}' })
  if (!('value' in asked)) throw invalid('the body lacks its value: {"value": 1}; DELETE takes a key away')
  return asked
}

function listOptions({ prefix, kind, after, limit, ...others }: { [name: string]: string }): KeyListOptions {
  for (const name in others) throw invalid(`there is no parameter '${name}'; there are prefix, kind, after and limit`)
  if (kind !== undefined && kind !== 'node' && kind !== 'value')
    throw invalid(`kind is '${kind}', and it is one of node, value`)
  if (limit !== undefined && !/^\d{1,15}$/.test(limit)) throw invalid(`limit is '${limit}', and it is a whole number`)
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(kind === undefined ? {} : { kind }),
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  }
}

function keyOf(request: FastifyRequest): string {
  return (request.params as { key: string }).key
}
