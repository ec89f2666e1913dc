/** A database in memory behind a server on a free port, and calls to it through real sockets. */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach } from 'vitest'
import { type HttpServer, type ServeOptions, serve } from '../../../src/http/server.js'
import { type Database, open } from '../../../src/index.js'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many forms
  readonly body: any
}

export interface Served {
  readonly database: Database
  readonly server: HttpServer
  /** Sends a body, as JSON unless the headers say otherwise; one that is no string is made into JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** `POST /db/skein/query/v2` */
  query(body: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Writes bytes to a connection of its own; gives all that comes back until the server closes it. */
  raw(bytes: string): Promise<string>
}

export const queryPath = '/db/skein/query/v2'
/** Runs for minutes, in slices, unless it is ended. */
export const endless = 'UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b WITH a + b AS s WHERE s < 0 RETURN s'

const opened: Served[] = []
afterEach(async () => {
  for (const { server, database } of opened.splice(0)) {
    await server.close()
    await database.close()
  }
})

export async function served(options: ServeOptions & { lockTimeoutMs?: number } = {}): Promise<Served> {
  const { lockTimeoutMs, ...serveOptions } = options
  const database = await open(':memory:', lockTimeoutMs === undefined ? {} : { lockTimeoutMs })
  const server = await serve(database, { port: 0, graceMs: 200, ...serveOptions })
  const send: Served['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(server.url + path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const answer = await response.text()
    const isJson = !response.headers.get('content-type')!.includes('ndjson')
    return { status: response.status, headers: response.headers, text: answer, body: isJson && JSON.parse(answer) }
  }
  const raw: Served['raw'] = (bytes) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(bytes)
    return text(socket)
  }
  const result: Served = {
    database,
    server,
    send,
    query: (body, headers) => send('POST', queryPath, body, headers),
    raw,
  }
  opened.push(result)
  return result
}
