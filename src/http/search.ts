/**
 * Full text over HTTP: docs/http.md. What is asked are the words of a search box, so that whatever is typed can be read.
 *
 *   GET  /db/skein/search/docs?q=commit log&limit=5&highlight=true      {"hits":[{"node":{...},"score":2.7,...},...]}
 *   GET  /db/skein/search/docs/suggest?q=commit lo                      {"suggestions":[{"suggestion":"commit log",...}]}
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { given, type SearchOptions, searchStatement, suggestText } from '../sdk/search.js'
import { formOf, type MapRoutesOptions, mapsOf, sendMap } from './maps.js'
import { invalid } from './request.js'
import { addRoute } from './route.js'

export function addSearchRoutes(server: FastifyInstance, options: MapRoutesOptions): void {
  addRoute(server, '/db/:database/search/:index', {
    GET: (request, reply) => {
      const { q, ...asked } = readQuery(request, searchReaders)
      return answer(options, { request, reply }, searchStatement(indexOf(request), q, { ...asked, parser: 'simple' }))
    },
  })
  addRoute(server, '/db/:database/search/:index/suggest', {
    GET: (request, reply) => {
      const { q, ...asked } = readQuery(request, suggestReaders)
      const parameters = { index: indexOf(request), text: q, options: given(asked) }
      return answer(options, { request, reply }, { text: suggestText, parameters })
    },
  })
}

async function answer(
  options: MapRoutesOptions,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  statement: ReturnType<typeof searchStatement>,
): Promise<FastifyReply> {
  const form = formOf(request)
  const [map] = await mapsOf(options, reply, { form, ...statement })
  return sendMap(reply, form, map!)
}

function indexOf(request: FastifyRequest): string {
  return (request.params as { index: string }).index
}

// ---- parameters of the query ----------------------------------------------------------------------------------------

type Reader = (text: string, name: string) => unknown
type Asked = SearchOptions & { readonly q: string }

const suggestReaders: Readonly<Record<string, Reader>> = {
  q: (text) => text,
  limit: countIn,
  fields: namesIn,
}

const searchReaders: Readonly<Record<string, Reader>> = {
  ...suggestReaders,
  skip: countIn,
  minScore: numberIn,
  highlight: flagIn,
  facets: namesIn,
  total: flagIn,
  explain: flagIn,
}

/** Throws REQUEST_INVALID. */
function readQuery(request: FastifyRequest, readers: Readonly<Record<string, Reader>>): Asked {
  const query = request.query as Readonly<Record<string, string | string[]>>
  const read = Object.entries(query).map(([name, text]) => {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader === undefined)
      throw invalid(`there is no parameter '${name}'; there are ${Object.keys(readers).join(', ')}`)
    if (typeof text !== 'string') throw invalid(`the parameter ${name} stands there ${text.length} times; give it once`)
    return [name, reader(text, name)]
  })
  const asked = Object.fromEntries(read) as Partial<Asked>
  if (asked.q === undefined) throw invalid('the parameter q is missing, the words to search for: ?q=graph')
  return { ...asked, q: asked.q }
}

function countIn(text: string, name: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw invalid(`${name} is '${text}', and it is a whole number`)
}

function numberIn(text: string, name: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw invalid(`${name} is '${text}', and it is a number`)
}

function flagIn(text: string, name: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw invalid(`${name} is '${text}', and it is true or false`)
}

/** Names with commas between them. */
function namesIn(text: string, name: string): string[] {
  const names = text.split(',')
  if (names.includes('')) throw invalid(`${name} is '${text}', and it is names with commas between them`)
  return names
}
