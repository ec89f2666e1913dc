/**
 * A database behind HTTP, used as one in the process: what `import ... from 'skein/client'` gives.
 *
 *   const db = await connect('http://127.0.0.1:7474')
 *   const { rows } = await db.query('MATCH (p:Person) WHERE p.age > $age RETURN p.name', { age: 30 })
 *   await db.match(node('p', 'Person')).return(({ p }) => ({ name: p.name })).run()
 *
 * It speaks Neo4j's Query API v2 in its typed form, so that values come back as they are: docs/http.md.
 */
import { DatabaseError } from '../core/errors.js'
import { type ClientOptions, Connection, type ConnectOptions } from './connection.js'
import { Queryable } from './queryable.js'
import type { Parameters, QueryResult, Summary, TypedOptions, TypedResult, TypedValue } from './result.js'
import type { AnySchema, Schema } from './schema.js'

export type { ClientOptions, ConnectOptions } from './connection.js'
export * from './exports.js'

/**
 * Reaches the server at a URL, such as `http://127.0.0.1:7474`. Throws CONNECTION_FAILED when nothing answers there, and
 * ANSWER_INVALID when that is no Skein. `connect<Social>(...)` tells the builder's types what the database holds.
 */
export async function connect<S extends Schema = AnySchema>(
  url: string,
  options: ConnectOptions = {},
): Promise<Client<S>> {
  return new Client<S>(await Connection.open(url, options))
}

/** How often `transaction` tries again after a conflict, and how long it waits before the first time. */
const attemptsMax = 10
const waitMsFirst = 2

export class Client<S extends Schema = AnySchema> extends Queryable<S> {
  /** `connect` makes clients. */
  constructor(private readonly connection: Connection) {
    super()
  }

  /** As of a database in the process. */
  query(text: string, parameters: Parameters | undefined, options: TypedOptions): Promise<TypedResult>
  query(text: string, parameters?: Parameters, options?: ClientOptions): Promise<QueryResult>
  query(text: string, parameters: Parameters = {}, options: ClientOptions = {}): Promise<QueryResult> {
    return this.connection.query('', { text, parameters }, options)
  }

  /** As of a database in the process: rows come as they are found, and whoever stops early ends the statement. */
  stream(text: string, parameters: Parameters | undefined, options: TypedOptions): AsyncGenerator<TypedValue[], Summary>
  stream(text: string, parameters?: Parameters, options?: ClientOptions): AsyncGenerator<unknown[], Summary>
  stream(text: string, parameters: Parameters = {}, options: ClientOptions = {}): AsyncGenerator<unknown[], Summary> {
    return this.connection.stream('', { text, parameters }, options)
  }

  /** A transaction that the caller ends. The server rolls it back when it does nothing for 30 s, or 5 s once it has written. */
  async begin(options: { access?: 'read' | 'write' } = {}): Promise<ClientTransaction<S>> {
    const accessMode = options.access === 'write' ? { accessMode: 'WRITE' } : {}
    return new ClientTransaction<S>(this.connection, await this.connection.begin(accessMode))
  }

  /**
   * Runs `action` with a transaction that is committed when it resolves, and rolled back when it throws. On a conflict
   * with others it is run again from the start, after a short random wait; so `action` should have no other effects.
   */
  async transaction<Result>(
    action: (transaction: ClientTransaction<S>) => Promise<Result>,
    options: { access?: 'read' | 'write' } = {},
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const transaction = await this.begin(options)
      try {
        const result = await action(transaction)
        await transaction.commit()
        return result
      } catch (error) {
        await transaction.rollback()
        if (!isConflict(error) || attempt >= attemptsMax) throw error
      }
      await wait(Math.random() * waitMsFirst * 2 ** attempt)
    }
  }

  /** There is nothing to give back; a program may close what it got from `connect` as what it got from `open`. */
  async close(): Promise<void> {}
}

export class ClientTransaction<S extends Schema = AnySchema> extends Queryable<S> {
  private readonly path: string
  private open = true

  constructor(
    private readonly connection: Connection,
    id: string,
  ) {
    super()
    this.path = `/tx/${encodeURIComponent(id)}`
  }

  /** False after the end, and after a statement that failed. */
  get isOpen(): boolean {
    return this.open
  }

  /** A statement that fails ends the transaction: the server takes everything back. */
  query(text: string, parameters: Parameters | undefined, options: TypedOptions): Promise<TypedResult>
  query(text: string, parameters?: Parameters, options?: ClientOptions): Promise<QueryResult>
  async query(text: string, parameters: Parameters = {}, options: ClientOptions = {}): Promise<QueryResult> {
    try {
      return await this.connection.query(this.path, { text, parameters }, options)
    } catch (error) {
      this.open = false
      throw error
    }
  }

  /** As `query`, row by row. */
  stream(text: string, parameters: Parameters | undefined, options: TypedOptions): AsyncGenerator<TypedValue[], Summary>
  stream(text: string, parameters?: Parameters, options?: ClientOptions): AsyncGenerator<unknown[], Summary>
  async *stream(
    text: string,
    parameters: Parameters = {},
    options: ClientOptions = {},
  ): AsyncGenerator<unknown[], Summary> {
    try {
      return yield* this.connection.stream(this.path, { text, parameters }, options)
    } catch (error) {
      this.open = false
      throw error
    }
  }

  async commit(): Promise<void> {
    this.open = false
    await this.connection.commit(this.path)
  }

  /** Takes everything back. Does nothing after the end. */
  async rollback(): Promise<void> {
    if (!this.open) return
    this.open = false
    await this.connection.rollback(this.path)
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === 'TRANSACTION_CONFLICT'
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
