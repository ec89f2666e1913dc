/** Neo4j's Query API v2: statements, and transactions of several requests. docs/http.md describes it to its users. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DatabaseError } from '../core/errors.js'
import type { Database } from '../database/database.js'
import type { ExplicitTransaction } from '../database/explicit-transaction.js'
import type { RunOptions } from '../database/result.js'
import { type Answer, aboutRun, answerText, fieldsLine, measured, rowLines, summaryLine } from './answer.js'
import { bookmarksNow, mustHaveReached } from './bookmarks.js'
import { addDocumentRoutes } from './documents.js'
import { addKeyRoutes } from './keys.js'
import { answerForm, bodyForm, contentTypeOf, type Form, isLines, valueFormOf } from './media.js'
import { mustHaveStatement, readRequest, type StatementRequest } from './request.js'
import { addRoute } from './route.js'
import type { Runs } from './runs.js'
import { addSearchRoutes } from './search.js'
import { streamLines } from './stream.js'
import type { OpenTransaction, Transactions } from './transactions.js'

export interface QueryRoutesOptions {
  readonly database: Database
  readonly databaseName: string
  readonly runs: Runs
  readonly transactions: Transactions
  readonly bodyBytesMax: number
  readonly documentBytesMax: number
  /** The body that tells of an error. */
  readonly errorBody: (error: unknown) => object
}

export function addQueryRoutes(server: FastifyInstance, options: QueryRoutesOptions): void {
  const routes = new QueryRoutes(options)
  const path = '/db/:database/query/v2'
  server.register(async (scope) => {
    scope.addHook('onRequest', async (request) => mustBeServed(request, options))
    addRoute(scope, path, { POST: (request, reply) => routes.run(request, reply) })
    addRoute(scope, `${path}/tx`, { POST: (request, reply) => routes.begin(request, reply) })
    addRoute(scope, `${path}/tx/:transaction`, {
      POST: (request, reply) => routes.continue(request, reply),
      DELETE: (request, reply) => routes.rollback(request, reply),
    })
    addKeyRoutes(scope, options)
    addDocumentRoutes(scope, options)
    addSearchRoutes(scope, options)
    addRoute(scope, `${path}/tx/:transaction/commit`, { POST: (request, reply) => routes.commit(request, reply) })
  })
}

function mustBeServed(request: FastifyRequest, { databaseName }: QueryRoutesOptions): void {
  const { database } = request.params as { database: string }
  if (database === databaseName) return
  throw new DatabaseError(
    'DATABASE_MISSING',
    `there is no database '${database}'; this server has '${databaseName}': /db/${databaseName}/query/v2`,
    { database },
  )
}

/** What a request asks for, and the form that its answer is to have. */
interface Call {
  readonly asked: StatementRequest
  readonly form: Form
}

class QueryRoutes {
  constructor(private readonly options: QueryRoutesOptions) {}

  /** One statement, a transaction of its own. */
  async run(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const call = this.read(request)
    const statement = mustHaveStatement(call.asked)
    const fields = this.fieldsOf(statement, call.asked.accessMode === 'READ')
    return this.options.runs.run(reply, (signal) =>
      isLines(call.form)
        ? this.stream(reply, { statement, fields, call, signal })
        : this.answer(reply, { statement, fields, call, signal }),
    )
  }

  async begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const call = this.read(request)
    const { accessMode } = call.asked
    const transaction = this.options.transactions.begin({ isReadOnly: accessMode === 'READ' })
    return this.use(reply, { transaction, call }, async (inner, signal) => {
      if (accessMode === 'WRITE') await inner.startWriting()
      return withTransaction(await this.runWithin(inner, { transaction, call, signal }), transaction)
    })
  }

  /** Runs a statement in a transaction, or keeps it from expiring. */
  async continue(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const call = this.read(request)
    const transaction = this.find(request)
    return this.use(reply, { transaction, call }, async (inner, signal) =>
      withTransaction(await this.runWithin(inner, { transaction, call, signal }), transaction),
    )
  }

  async commit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const call = this.read(request)
    const transaction = this.find(request)
    return this.use(reply, { transaction, call }, async (inner, signal) => {
      const answer = await this.runWithin(inner, { transaction, call, signal })
      await inner.commit()
      return { ...answer, about: { ...answer.about, ...bookmarksNow(this.options.database) } }
    })
  }

  async rollback(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.find(request).rollback()
    return reply.code(200).send({})
  }

  private read(request: FastifyRequest): Call {
    const { accept, 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers
    const form = answerForm(accept)
    const bytes = request.body as Buffer | undefined
    if (bytes === undefined || bytes.length === 0) return { form, asked: {} }
    const asked = readRequest(bytes, bodyForm(contentType, contentEncoding))
    mustHaveReached(this.options.database, asked.bookmarks)
    return { form, asked }
  }

  private find(request: FastifyRequest): OpenTransaction {
    return this.options.transactions.mustFind((request.params as { transaction: string }).transaction)
  }

  /** The columns of a statement. Throws what is wrong with it, and ACCESS_MODE when it must not write and does. */
  private fieldsOf(statement: string, isReadOnly: boolean): readonly string[] {
    const { columns, writes } = this.options.database.describe(statement)
    if (writes && isReadOnly)
      throw new DatabaseError('ACCESS_MODE', 'the statement writes, and accessMode is READ; leave that out', {})
    return columns
  }

  private async answer(
    reply: FastifyReply,
    {
      statement,
      fields,
      call,
      signal,
    }: { statement: string; fields: readonly string[]; call: Call; signal: AbortSignal },
  ): Promise<FastifyReply> {
    const { database } = this.options
    const { rows, summary } = await database.query(statement, call.asked.parameters, wholeAnswer(call, signal))
    const about = { ...aboutRun(summary, call.asked), ...bookmarksNow(database) }
    return send(reply, call.form, { fields, rows, about })
  }

  private async stream(
    reply: FastifyReply,
    {
      statement,
      fields,
      call,
      signal,
    }: { statement: string; fields: readonly string[]; call: Call; signal: AbortSignal },
  ): Promise<FastifyReply> {
    const { database, errorBody } = this.options
    const batches = database.batches(statement, call.asked.parameters, runOptions(call, signal))
    const about = (summary: Parameters<typeof aboutRun>[0]) => ({
      ...aboutRun(summary, call.asked),
      ...bookmarksNow(database),
    })
    await streamLines(reply, { form: call.form, fields, batches, about, errorBody, signal })
    return reply
  }

  private use(
    reply: FastifyReply,
    { transaction, call }: { transaction: OpenTransaction; call: Call },
    action: (inner: ExplicitTransaction, signal: AbortSignal) => Promise<Answer>,
  ): Promise<FastifyReply> {
    return this.options.runs.run(reply, async (signal) => send(reply, call.form, await transaction.use(signal, action)))
  }

  private async runWithin(
    inner: ExplicitTransaction,
    { transaction, call, signal }: { transaction: OpenTransaction; call: Call; signal: AbortSignal },
  ): Promise<Answer> {
    const { statement, parameters, accessMode } = call.asked
    if (statement === undefined) return { fields: [], rows: [], about: {} }
    const fields = this.fieldsOf(statement, transaction.isReadOnly || accessMode === 'READ')
    const { rows, summary } = await inner.query(statement, parameters, wholeAnswer(call, signal))
    return { fields, rows, about: aboutRun(summary, call.asked) }
  }
}

function runOptions({ asked: { timeoutMs }, form }: Call, signal: AbortSignal): RunOptions {
  return { signal, form: valueFormOf(form), ...(timeoutMs === undefined ? {} : { timeoutMs }) }
}

/** As `runOptions`, for an answer that is kept until it is whole. */
function wholeAnswer(call: Call, signal: AbortSignal): RunOptions {
  return { ...runOptions(call, signal), form: measured(valueFormOf(call.form)) }
}

function withTransaction(answer: Answer, { id, expires }: OpenTransaction): Answer {
  return { ...answer, about: { ...answer.about, transaction: { id, expires } } }
}

function send(reply: FastifyReply, form: Form, answer: Answer): FastifyReply {
  const { fields, rows, about } = answer
  const text = isLines(form) ? fieldsLine(fields) + rowLines(rows) + summaryLine(about) : answerText(answer)
  return reply.code(202).header('content-type', contentTypeOf(form)).send(text)
}
