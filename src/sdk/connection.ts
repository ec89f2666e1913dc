/** The requests of a client and their answers: docs/http.md. */
import { DatabaseError, type ErrorCode, errorCodes, type Position } from '../core/errors.js'
import { fromPlain } from '../core/plain.js'
import type { Counters, SearchRecord } from '../transaction/transaction.js'
import { type Limits, type Parameters, type QueryOptions, QueryResult, type Summary } from './result.js'
import { fromTyped, type NumberForm, plainNumbers, type Typed, toTyped, typedNumbers } from './typed-json.js'

export interface ConnectOptions {
  /** Sent as `Authorization: Bearer`. */
  token?: string
  /** The name of the database. Default: the one that the server tells. */
  database?: string
}

interface Statement {
  readonly text: string
  readonly parameters: Parameters
}

export interface ClientOptions extends QueryOptions {
  /** Doors only. */
  readonly numbers?: NumberForm
}

const typedType = 'application/vnd.neo4j.query'
const typedLinesType = 'application/vnd.neo4j.query+x-ndjson'

export class Connection {
  private constructor(
    private readonly url: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  static async open(url: string, { token, database }: ConnectOptions): Promise<Connection> {
    const base = url.replace(/\/+$/, '')
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const found = await readJson(await request(`${base}/`, { headers: { ...headers, accept: 'application/json' } }))
    const name = database ?? (found as { database?: unknown }).database
    if (typeof name !== 'string') throw notSkein(`${base} is no Skein server: it names no database`)
    return new Connection(`${base}/db/${encodeURIComponent(name)}/query/v2`, headers)
  }

  async query(path: string, statement: Statement, options: ClientOptions): Promise<QueryResult> {
    const began = performance.now()
    const response = await this.post(path, bodyOf(statement, options), options)
    const read = readJson(response, options.signal).catch((error) => {
      throw placed(error, statement.text)
    })
    const answer = (await read) as WholeAnswer
    const { fields, values } = answer.data
    const form = formOf(options)
    const rows = values.map((row) => row.map((value) => fromTyped(value, form)))
    return new QueryResult(fields, rows, summaryOf(answer, began))
  }

  async *stream(path: string, statement: Statement, options: ClientOptions): AsyncGenerator<unknown[], Summary> {
    const began = performance.now()
    const stop = new AbortController()
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
    try {
      const response = await this.post(path, bodyOf(statement, options), { signal }, typedLinesType)
      const form = formOf(options)
      for await (const line of linesOf(response, options.signal)) {
        const part = JSON.parse(line) as StreamedPart
        if (Array.isArray(part)) yield part.map((value: Typed) => fromTyped(value, form))
        else if ('errors' in part) throw errorOf(part)
        else if ('summary' in part) return summaryOf(part.summary, began)
      }
      throw new DatabaseError('CONNECTION_FAILED', 'the answer ended before its last line')
    } finally {
      // The server ends a statement whose rows nobody reads.
      stop.abort()
    }
  }

  /** Gives the id of a new transaction. */
  async begin(body: object): Promise<string> {
    const answer = (await readJson(await this.post('/tx', body, {}))) as { transaction: { id: string } }
    return answer.transaction.id
  }

  async commit(path: string): Promise<void> {
    await readJson(await this.post(`${path}/commit`, {}, {}))
  }

  async rollback(path: string): Promise<void> {
    const response = await request(this.url + path, { method: 'DELETE', headers: this.headers })
    // One that the server has rolled back itself is what was asked for.
    if (response.status !== 404) await readJson(response)
  }

  private post(path: string, body: object, { signal }: Limits, accept = typedType): Promise<Response> {
    return request(this.url + path, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': typedType, accept },
      body: JSON.stringify(body),
      signal: signal ?? null,
    })
  }
}

function bodyOf({ text, parameters }: Statement, { timeoutMs }: Limits): object {
  const typed = Object.entries(parameters).map(([name, value]) => [name, toTyped(fromPlain(`$${name}`, value))])
  return {
    statement: text,
    parameters: Object.fromEntries(typed),
    includeCounters: true,
    ...(timeoutMs === undefined ? {} : { maxExecutionTime: timeoutMs / 1000 }),
  }
}

function formOf({ numbers, typed = false }: ClientOptions): NumberForm {
  return numbers ?? (typed ? typedNumbers : plainNumbers)
}

// ---- answers --------------------------------------------------------------------------------------------------------

interface About {
  readonly counters?: Counters & { readonly [other: string]: unknown }
  readonly search?: readonly SearchRecord[]
  readonly queryPlan?: WirePlan
  readonly profiledQueryPlan?: WirePlan
}

interface WholeAnswer extends About {
  readonly data: { readonly fields: readonly string[]; readonly values: readonly (readonly Typed[])[] }
}

interface Failure {
  readonly errors: readonly {
    readonly message: string
    readonly skeinCode?: string | null
    readonly position?: Position
    readonly hint?: string
  }[]
}

type StreamedPart = readonly Typed[] | { readonly fields: readonly string[] } | { readonly summary: About } | Failure

interface WirePlan {
  readonly operatorType: string
  readonly records?: number
  readonly time?: number
  readonly arguments: {
    readonly Details: string
    readonly EstimatedRows: number
    readonly PostingsRead?: number
    readonly Candidates?: number
  }
  readonly children: readonly WirePlan[]
}

const nanosecondsPerMs = 1e6

function summaryOf({ counters, search = [], queryPlan, profiledQueryPlan }: About, began: number): Summary {
  const wire = queryPlan ?? profiledQueryPlan
  return {
    counters: countersOf(counters!),
    plan: wire === undefined ? null : planOf(wire),
    search,
    timeMs: performance.now() - began,
  }
}

/** Without what Neo4j's form adds. */
function countersOf(counters: NonNullable<About['counters']>): Counters {
  const { containsUpdates, containsSystemUpdates, systemUpdates, ...counted } = counters
  return counted
}

function planOf(wire: WirePlan): NonNullable<Summary['plan']> {
  const { operatorType, records, time = 0, children } = wire
  const { PostingsRead: postingsRead, Candidates: candidates } = wire.arguments
  return {
    operator: operatorType.replace(/@.*$/, ''),
    details: wire.arguments.Details,
    estimatedRows: wire.arguments.EstimatedRows,
    ...(records === undefined ? {} : { rows: records, timeMs: time / nanosecondsPerMs }),
    ...(postingsRead === undefined || candidates === undefined ? {} : { postingsRead, candidates }),
    children: children.map(planOf),
  }
}

// ---- requests -------------------------------------------------------------------------------------------------------

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw broken(cause, init.signal ?? undefined, `${new URL(url).origin} cannot be reached`)
  }
}

/** The body of an answer that went well. Throws the error that the server tells, and ANSWER_INVALID. */
async function readJson(response: Response, signal?: AbortSignal): Promise<unknown> {
  const text = await bodyText(response, signal)
  const json = parsed(text)
  if (response.ok && json !== undefined) return json
  if (isFailure(json)) throw errorOf(json)
  throw notSkein(`${response.url} answered ${response.status} with what is no answer of Skein: ${text.slice(0, 80)}`)
}

async function bodyText(response: Response, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw broken(cause, signal, 'the connection broke before the answer was whole')
  }
}

/** The lines of a streamed answer, as they come. */
async function* linesOf(response: Response, signal: AbortSignal | undefined): AsyncGenerator<string> {
  if (!response.ok) {
    await readJson(response)
    return
  }
  let rest = ''
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      yield* lines
    }
  } catch (cause) {
    throw broken(cause, signal, 'the connection broke before the answer was whole')
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isFailure(json: unknown): json is Failure {
  return typeof json === 'object' && json !== null && Array.isArray((json as Partial<Failure>).errors)
}

/** The first error of an answer, as the server threw it: its message shows the line and the hint already. */
function errorOf({ errors: [first] }: Failure): DatabaseError {
  const { message, skeinCode, position, hint } = first!
  if (typeof skeinCode !== 'string' || !(skeinCode in errorCodes))
    return new DatabaseError('ANSWER_INVALID', `the server failed: ${message}`)
  // The hint is part of the message already, to which an error would add it.
  const plain = hint === undefined ? message : message.slice(0, message.lastIndexOf(`\n${hint}`))
  return new DatabaseError(skeinCode as ErrorCode, plain, { position, hint })
}

/** With the text that the place is in, which the server knows no better and does not send: see `ownStatement`. */
function placed(error: unknown, query: string): unknown {
  if (!(error instanceof DatabaseError) || error.position === undefined) return error
  const { line, column } = error.position
  const sentence = error.message.slice(0, error.message.lastIndexOf(` (line ${line}, column ${column})\n`))
  return new DatabaseError(error.code, sentence, { ...error.details, query })
}

function broken(cause: unknown, signal: AbortSignal | undefined, message: string): DatabaseError {
  if (cause instanceof DatabaseError) return cause
  if (signal?.aborted) return new DatabaseError('QUERY_CANCELLED', 'the query was cancelled', { cause })
  const reason = (cause as { cause?: { message?: string } }).cause?.message ?? (cause as Error).message
  return new DatabaseError('CONNECTION_FAILED', `${message}: ${reason}`, { cause })
}

function notSkein(message: string): DatabaseError {
  return new DatabaseError('ANSWER_INVALID', message)
}
