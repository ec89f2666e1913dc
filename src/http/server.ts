/**
 * The HTTP server: one database, Neo4j's Query API over it, and answers of one form for everything that goes wrong.
 *
 *   GET /                                discovery
 *   GET /health
 *   POST /db/{name}/query/v2 ...         routes.ts
 *
 * Bodies are taken as bytes and read in the routes, as JSON is to keep 1.0 apart from 1.
 */
import { STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { DatabaseError } from '../core/errors.js'
import { version } from '../core/version.js'
import type { Database } from '../database/database.js'
import { keyBytesMax } from '../transaction/checks.js'
import { errorBody, headersOf, statusOf, translated } from './errors.js'
import { addRoute } from './route.js'
import { addQueryRoutes } from './routes.js'
import { Runs } from './runs.js'
import { Transactions } from './transactions.js'
import { mustNotBeWebPage } from './web-pages.js'

export interface ServeOptions {
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
  /** Default 7474; 0 takes any that is free. */
  readonly port?: number
  /** How the routes name the database. Default 'skein'. */
  readonly databaseName?: string
  /** Names, beside those of this machine, under which a server that only this machine reaches may be asked. */
  readonly allowedHosts?: readonly string[]
  /** Default 64 MiB. */
  readonly bodyBytesMax?: number
  /** Of a document that is put: it is loaded while it is read. Default 1 GiB. */
  readonly documentBytesMax?: number
  /** How long `close` waits for what runs before it cancels it. Default 5,000. */
  readonly graceMs?: number
  /** Is told of errors that are Skein's own. Default `console.error`. */
  readonly onFault?: (error: unknown) => void
}

export interface HttpServer {
  /** `http://127.0.0.1:7474` */
  readonly url: string
  /** Takes no more requests, lets those that run end or cancels them, and rolls open transactions back. */
  close(): Promise<void>
}

export const defaults = { host: '127.0.0.1', port: 7474, databaseName: 'skein' } as const

const bodyBytesMaxDefault = 64 * 1024 * 1024
const documentBytesMaxDefault = 1024 * 1024 * 1024
const graceMsDefault = 5_000
/** How long a cancelled request may take to say so. */
const farewellMs = 1_000
const unusedLookMs = 20
/** For a whole request to arrive: what comes slower is a connection that hangs. */
const requestMsMax = 300_000

/** Throws ADDRESS_UNAVAILABLE. The database stays the caller's to close. */
export async function serve(database: Database, options: ServeOptions = {}): Promise<HttpServer> {
  const { host = defaults.host, port = defaults.port, databaseName = defaults.databaseName } = options
  const listening = { host, allowedHosts: options.allowedHosts ?? [] }
  const runs = new Runs()
  const transactions = new Transactions(database)
  const { bodyBytesMax = bodyBytesMaxDefault, documentBytesMax = documentBytesMaxDefault } = options
  const judge = judgeWith(options.onFault ?? console.error, bodyBytesMax)
  const server = newServer(bodyBytesMax, judge)
  let closing: Promise<void> | undefined
  server.addHook('onRequest', async ({ headers }, reply) => {
    runs.count(reply)
    mustNotBeWebPage(headers, listening)
    if (closing !== undefined) throw stopping(reply)
  })
  addRoute(server, '/', { GET: async (request) => discovery(`${request.protocol}://${request.host}`, databaseName) })
  addRoute(server, '/health', { GET: async () => ({ status: 'ok' }) })
  addQueryRoutes(server, {
    database,
    databaseName,
    runs,
    transactions,
    bodyBytesMax,
    documentBytesMax,
    errorBody: (error) => errorBody(judge(error)),
  })
  await listen(server, host, port)
  const close = async () => {
    const { graceMs = graceMsDefault } = options
    const timers = [
      setInterval(() => closeUnused(server, runs), unusedLookMs),
      setTimeout(() => runs.cancelAll(), graceMs),
      setTimeout(() => server.server.closeAllConnections(), graceMs + farewellMs),
    ]
    await transactions.rollbackIdle()
    await server.close()
    await transactions.rollbackIdle()
    for (const timer of timers) clearTimeout(timer)
  }
  return { url: urlOf(server.server.address() as AddressInfo), close: () => (closing ??= close()) }
}

/** Clients would keep connections that fall idle; one that has never asked for anything does not count as idle. */
function closeUnused({ server }: FastifyInstance, runs: Runs): void {
  if (runs.allAnswered) server.closeAllConnections()
  else server.closeIdleConnections()
}

/** An error as ours; what cannot be one is a fault, and is told. */
type Judge = (error: unknown) => unknown

function judgeWith(onFault: (error: unknown) => void, bodyBytesMax: number): Judge {
  return (error) => {
    const judged = translated(error, bodyBytesMax)
    if (!(judged instanceof DatabaseError)) onFault(judged)
    return judged
  }
}

function newServer(bodyLimit: number, judge: Judge): FastifyInstance {
  const answerError = (error: unknown, reply: FastifyReply) => {
    const judged = judge(error)
    return reply.code(statusOf(judged)).headers(headersOf(judged)).send(errorBody(judged))
  }
  const server = fastify({
    bodyLimit,
    // Percent-encoded, a byte of a key takes three.
    routerOptions: { maxParamLength: 3 * keyBytesMax },
    requestTimeout: requestMsMax,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, _, reply) => void answerError(error, reply as FastifyReply),
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body)
  server.setErrorHandler((error, _, reply) => answerError(error, reply))
  server.setNotFoundHandler((request, reply) => answerError(routeMissing(request.method, request.url), reply))
  return server
}

function routeMissing(method: string, url: string): DatabaseError {
  return new DatabaseError('ROUTE_MISSING', `there is no ${method} ${url}; GET / tells the routes`, { method, url })
}

function stopping(reply: FastifyReply): DatabaseError {
  reply.header('connection', 'close')
  return new DatabaseError('SERVER_STOPPING', 'the server is stopping; try again when it is back', {})
}

function discovery(base: string, database: string): object {
  const query = `${base}/db/{databaseName}/query/v2`
  return {
    query,
    transaction: `${query}/tx`,
    keys: `${base}/db/{databaseName}/keys`,
    json: `${base}/db/{databaseName}/json`,
    health: `${base}/health`,
    database,
    skein_version: version,
  }
}

/** Answers what is not even HTTP, so that no request gets a library's own form of error. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = connectionStatuses[error.code ?? ''] ?? 400
  const what = new DatabaseError('REQUEST_INVALID', `the request is not HTTP that can be read: ${error.message}`, {})
  const body = JSON.stringify(errorBody(what))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const connectionStatuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

async function listen(server: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    await server.close()
    const { code, message } = cause as NodeJS.ErrnoException
    const why = listenFailures[code ?? ''] ?? message
    throw new DatabaseError('ADDRESS_UNAVAILABLE', `cannot listen on ${host}, port ${port}: ${why}`, {
      host,
      port,
      cause,
    })
  }
}

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; stop what uses it, or choose another port',
  EACCES: 'this user may not take the port; choose one above 1023',
  EADDRNOTAVAIL: 'the address is not one of this machine',
  ENOTFOUND: 'the host has no address',
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
