/**
 * A database as a program sees it.
 *
 *   const db = await open('./data')
 *   await db.query('CREATE (:Person {name: $name})', { name: 'Ann' })
 *   const { rows } = await db.query('MATCH (p:Person) RETURN p.name')
 *   await db.close()
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Environment } from '../core/environment.js'
import { DatabaseError } from '../core/errors.js'
import { partText } from '../core/index-parts.js'
import type { Keys } from '../sdk/keys.js'
import { Queryable } from '../sdk/queryable.js'
import type { Parameters, TypedValue } from '../sdk/result.js'
import type { AnySchema, Schema } from '../sdk/schema.js'
import { isVectorIndex, type OpenAnyIndex, type OpenEntityIndex, type Stores } from '../stores/stores.js'
import type { BulkLoader } from '../transaction/bulk-loader.js'
import type { Transaction } from '../transaction/transaction.js'
import { EmbeddedKeys } from './embedded-keys.js'
import { ExplicitTransaction, type TransactionOptions } from './explicit-transaction.js'
import {
  type FunctionBody,
  type FunctionOptions,
  functionFrom,
  type ProcedureBody,
  type ProcedureOptions,
  procedureFrom,
} from './procedures.js'
import {
  formOf,
  type QueryResult,
  type RunOptions,
  rowsOf,
  type Summary,
  type TypedOptions,
  type TypedResult,
} from './result.js'
import { Runner, type RunnerOptions } from './runner.js'
import type { Storage } from './storage.js'
import type { ExpiryInfo } from './sweeper.js'

export type { Parameters } from '../sdk/result.js'

/** A statement that is run often. Its calls are synchronous: they return when the answer is there and safe. */
export interface Statement {
  /** Throws WRITER_BUSY when it writes while a transaction is writing. */
  all(parameters: Parameters | undefined, options: { typed: true }): TypedResult
  all(parameters?: Parameters, options?: StatementOptions): QueryResult
  /** As `all`, for what it does rather than what it returns. */
  run(parameters?: Parameters): QueryResult['summary']
}

export interface StatementOptions {
  /** As of `db.query`. */
  readonly typed?: boolean
}

export interface StatementDescription {
  readonly columns: readonly string[]
  readonly writes: boolean
}

export interface DatabaseInfo {
  /** undefined for a database in memory. */
  readonly directory: string | undefined
  readonly nodeCount: number
  /** Keys of plain values. */
  readonly plainValueCount: number
  readonly relationshipCount: number
  readonly labels: { readonly [name: string]: number }
  readonly relationshipTypes: { readonly [name: string]: number }
  readonly propertyKeys: readonly string[]
  readonly indexes: readonly {
    readonly name: string
    readonly on: string
    readonly unique: boolean
    readonly entries: number
  }[]
  readonly expiry: ExpiryInfo
  /** Of pages, earlier versions that are still read included. */
  readonly memoryBytes: number
  /** Number of the last commit. */
  readonly sequence: number
}

/** How often `transaction` tries again after a conflict. */
const attemptsMax = 10

export class Database<S extends Schema = AnySchema> extends Queryable<S> {
  private readonly runner: Runner
  private ownKeys: Keys | undefined
  /** The transaction whose callback is running here, if any. */
  private readonly inside = new AsyncLocalStorage<ExplicitTransaction<S>>()

  /** `open` makes databases. */
  constructor(
    private readonly storage: Storage,
    private readonly environment: Environment,
    options: RunnerOptions = {},
  ) {
    super()
    this.runner = new Runner(storage, environment, options)
  }

  /** A database whose keys that fell due while it was closed are gone. */
  static async start<S extends Schema>(
    storage: Storage,
    environment: Environment,
    options: RunnerOptions,
  ): Promise<Database<S>> {
    const database = new Database<S>(storage, environment, options)
    await database.runner.sweeper.sweepFirst()
    database.runner.graphs.consider()
    return database
  }

  /**
   * Runs one statement. A read sees the newest commit; a write is a transaction of its own, and safe when the promise
   * resolves. Throws what is wrong with the text or its run as DatabaseError; then nothing was changed. `options` cancel
   * a run or bound its time; `{ typed: true }` gives every INTEGER as bigint, so that 1 can be told from 1.0.
   */
  query(text: string, parameters: Parameters | undefined, options: TypedOptions): Promise<TypedResult>
  query(text: string, parameters?: Parameters, options?: RunOptions): Promise<QueryResult>
  query(text: string, parameters: Parameters = {}, options: RunOptions = {}): Promise<QueryResult> {
    // Not an async function: one more promise for each call costs a point lookup a tenth of its time.
    try {
      this.storage.mustBeOpen()
      const prepared = this.runner.prepare(text)
      if (!this.runner.isWrite(prepared)) return this.runner.read(prepared, parameters, options)
      this.refuseInside()
      return this.runner.write(prepared, parameters, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Runs one statement and gives its rows one by one, as they are found, without keeping them; the generator returns
   * the summary. A read sees one version from its first row to its last, whatever is written meanwhile. A write has
   * taken effect when its first row comes.
   */
  stream(text: string, parameters: Parameters | undefined, options: TypedOptions): AsyncGenerator<TypedValue[], Summary>
  stream(text: string, parameters?: Parameters, options?: RunOptions): AsyncGenerator<unknown[], Summary>
  stream(text: string, parameters?: Parameters, options?: RunOptions): AsyncGenerator<unknown[], Summary> {
    return rowsOf(this.batches(text, parameters, options))
  }

  /** As `stream`, in the batches in which rows are found: one turn of the event loop for many rows. */
  async *batches(
    text: string,
    parameters: Parameters = {},
    options: RunOptions = {},
  ): AsyncGenerator<unknown[][], Summary> {
    this.storage.mustBeOpen()
    const prepared = this.runner.prepare(text)
    if (!this.runner.isWrite(prepared)) return yield* this.runner.batches(prepared, parameters, options)
    const { rows, summary } = await this.query(text, parameters, options)
    yield rows
    return summary
  }

  /** What is known of a statement without running it. Throws at once when the text is wrong. */
  describe(text: string): StatementDescription {
    this.storage.mustBeOpen()
    const prepared = this.runner.prepare(text)
    const { plan } = prepared
    return { columns: plan.kind === 'query' ? plan.query.columns : [], writes: this.runner.isWrite(prepared) }
  }

  /** Plain values under keys, and keys of every kind. */
  override get keys(): Keys {
    return (this.ownKeys ??= new EmbeddedKeys(this, this.runner))
  }

  /** Number of the last commit. */
  get sequence(): number {
    return this.storage.sequence
  }

  /** Throws at once when the text is wrong. */
  prepare(text: string): Statement {
    this.storage.mustBeOpen()
    this.runner.prepare(text)
    const all = (parameters: Parameters = {}, options: StatementOptions = {}): QueryResult => {
      this.storage.mustBeOpen()
      const prepared = this.runner.prepare(text)
      if (!this.runner.isWrite(prepared)) return this.runner.readNow(prepared, parameters, formOf(options))
      this.refuseInside()
      return this.runner.writeNow(prepared, parameters, formOf(options))
    }
    return { all: all as Statement['all'], run: (parameters) => all(parameters).summary }
  }

  /**
   * Runs `action` with a transaction that is committed when it resolves, and rolled back when it throws. On a conflict
   * with others it is run again from the start, after a short random wait; so `action` should have no other effects.
   */
  async transaction<Result>(
    action: (transaction: ExplicitTransaction<S>) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    this.refuseInside()
    for (let attempt = 1; ; attempt++) {
      const transaction = this.begin(options)
      try {
        if (options.access === 'write') await transaction.startWriting()
        const result = await this.inside.run(transaction, () => action(transaction))
        await transaction.commit()
        return result
      } catch (error) {
        transaction.rollback()
        if (!(error instanceof DatabaseError) || error.code !== 'TRANSACTION_CONFLICT' || attempt >= attemptsMax)
          throw error
      }
      await wait(this.environment.random.next() * 2 ** attempt)
    }
  }

  /** A transaction that the caller ends. */
  begin(options: Pick<TransactionOptions, 'idleMsMax'> = {}): ExplicitTransaction<S> {
    this.storage.mustBeOpen()
    return new ExplicitTransaction(this.runner, options)
  }

  /** Runs `action`, which is synchronous, with the storage's own transaction: for imports and servers. One commit. */
  write<Result>(action: (transaction: Transaction) => Result): Promise<Result> {
    this.storage.mustBeOpen()
    this.refuseInside()
    return this.runner.writeWith(action)
  }

  /**
   * Fills an empty database fast. Nobody sees anything of it, and nothing is durable, before its `finish`; `abort` takes
   * everything back. Throws DATABASE_NOT_EMPTY, WRITER_BUSY.
   */
  bulkLoader(): BulkLoader {
    this.storage.mustBeOpen()
    this.refuseInside()
    return this.runner.beginLoad()
  }

  /** Writes a checkpoint now, so that opening need not read the log. It happens by itself when the log has grown. */
  checkpoint(): Promise<void> {
    return this.storage.checkpoint()
  }

  /**
   * Makes a procedure that queries can CALL; one of the same name is replaced. It is there for as long as the database
   * is open, and for this process alone.
   *
   *   db.procedure('my.words(text :: STRING) :: (word :: STRING)', async function* (text) {
   *     for (const word of text.split(' ')) yield { word }
   *   })
   *   await db.query("CALL my.words('a b') YIELD word RETURN word")
   *
   * Throws SIGNATURE_INVALID. A value that is not of its declared type fails the query with TYPE_MISMATCH.
   */
  procedure(signature: string, body: ProcedureBody, options: ProcedureOptions = {}): void {
    this.storage.mustBeOpen()
    this.runner.addProcedure(procedureFrom(signature, body, options, () => this.runner.readable))
  }

  /** Makes a function of expressions: `db.function('my.double(x :: INTEGER) :: INTEGER', (x) => x * 2)`. As `procedure`. */
  function(signature: string, body: FunctionBody, options: FunctionOptions = {}): void {
    this.storage.mustBeOpen()
    this.runner.addFunction(functionFrom(signature, body, options, () => this.runner.readable))
  }

  info(): DatabaseInfo {
    this.storage.mustBeOpen()
    const stores = this.runner.readable
    const { catalog } = stores
    const wholeIndexes = stores.indexes().filter((open) => stores.isWhole(open))
    const wholeEntityIndexes = stores.entityIndexes().filter((open) => stores.isWhole(open))
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
    return {
      directory: this.storage.directory,
      nodeCount: stores.nodeCount,
      plainValueCount: stores.plainValueCount,
      relationshipCount: stores.relationshipCount,
      labels: Object.fromEntries(
        numbers(catalog.count('label')).map((id) => [catalog.name('label', id), stores.labelCount(id as never)]),
      ),
      relationshipTypes: Object.fromEntries(
        numbers(catalog.count('type')).map((id) => [catalog.name('type', id), stores.typeCount(id as never)]),
      ),
      propertyKeys: numbers(catalog.count('property')).map((id) => catalog.name('property', id)),
      indexes: [
        ...wholeIndexes.map((open) => ({
          ...indexInfo(stores, open),
          unique: open.definition.unique,
          entries: open.index.size,
        })),
        ...wholeEntityIndexes.map((open) => ({
          ...indexInfo(stores, open),
          unique: false,
          entries: entryCount(open),
        })),
      ],
      expiry: this.runner.sweeper.info,
      memoryBytes: stores.heap.bytesUsed,
      sequence: this.storage.sequence,
    }
  }

  /** Flushes, ends what is open, gives the directory free. A second call does nothing. */
  close(): Promise<void> {
    this.runner.sweeper.stop()
    const growing = this.runner.graphs.stop()
    return growing === undefined ? this.storage.close() : growing.then(() => this.storage.close())
  }

  private refuseInside(): void {
    // What a callback has set going may outlive its transaction, and then waits for nothing.
    if (this.inside.getStore()?.isOpen === true)
      throw new DatabaseError(
        'TRANSACTION_NESTED',
        'inside db.transaction, write through the transaction that the callback gets (tx.query), not through the database, which would wait for it',
        {},
      )
  }
}

/** Its name, and what it is over: `Person|City(name, address.city)`. */
function indexInfo({ catalog }: Stores, { definition }: OpenAnyIndex): { name: string; on: string } {
  const { name, entity, parts } = definition
  const tokens = 'tokens' in definition ? definition.tokens : [definition.token]
  const owner = tokens.map((token) => catalog.name(entity === 'node' ? 'label' : 'type', token)).join('|')
  const places = parts.map(({ property, path }) => partText(catalog.name('property', property), path))
  return { name, on: `${owner}(${places.join(', ')})` }
}

function entryCount(open: OpenEntityIndex): number {
  return isVectorIndex(open) ? open.index.size : open.index.documents
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
