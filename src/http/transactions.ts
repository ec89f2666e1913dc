/**
 * Explicit transactions between their requests.
 *
 * One that does nothing for too long is rolled back by the database itself; it is forgotten here when somebody asks for
 * it, or when the next one begins. As in Neo4j, a statement that fails rolls its transaction back: a client that has seen
 * an error goes away, and must not leave the writer's place taken.
 */
import { randomBytes } from 'node:crypto'
import { DatabaseError } from '../core/errors.js'
import type { Database } from '../database/database.js'
import type { ExplicitTransaction } from '../database/explicit-transaction.js'

const idBytes = 9

export class OpenTransaction {
  /** Whoever knows it may use the transaction, so it is not to be guessed. */
  readonly id = randomBytes(idBytes).toString('base64url')
  private running: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined

  constructor(
    private readonly transaction: ExplicitTransaction,
    readonly isReadOnly: boolean,
  ) {}

  get isOpen(): boolean {
    return this.transaction.isOpen
  }

  get isRunning(): boolean {
    return this.running !== undefined
  }

  /** When it will be rolled back unless it is used: ISO 8601. */
  get expires(): string {
    return new Date(Date.now() + this.transaction.idleMsMax).toISOString()
  }

  /** Runs `action`, which `signal` or a rollback ends early. Throws TRANSACTION_NESTED while another one runs. */
  async use<Result>(
    signal: AbortSignal,
    action: (transaction: ExplicitTransaction, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (this.running !== undefined)
      throw new DatabaseError('TRANSACTION_NESTED', 'another request of this transaction is still running', {})
    const stop = new AbortController()
    const ended = action(this.transaction, AbortSignal.any([signal, stop.signal]))
    this.running = { stop, ended }
    try {
      return await ended
    } catch (error) {
      this.transaction.rollback()
      throw error
    } finally {
      this.running = undefined
    }
  }

  /** Ends what runs in it, and takes everything back. */
  async rollback(): Promise<void> {
    this.running?.stop.abort()
    await this.running?.ended.catch(() => undefined)
    this.transaction.rollback()
  }
}

export class Transactions {
  private readonly open = new Map<string, OpenTransaction>()

  constructor(private readonly database: Database) {}

  begin(options: { isReadOnly: boolean }): OpenTransaction {
    this.forgetEnded()
    const transaction = new OpenTransaction(this.database.begin(), options.isReadOnly)
    this.open.set(transaction.id, transaction)
    return transaction
  }

  /** Throws TRANSACTION_CLOSED when there is no such transaction any more, or never was. */
  mustFind(id: string): OpenTransaction {
    const transaction = this.open.get(id)
    if (transaction?.isOpen) return transaction
    this.open.delete(id)
    throw new DatabaseError(
      'TRANSACTION_CLOSED',
      `there is no open transaction '${id}': it was committed or rolled back, by an error or by being idle (5 s after its first write, else 30 s); begin another`,
      { id },
    )
  }

  /** Rolls back those in which nothing runs. */
  async rollbackIdle(): Promise<void> {
    const idle = [...this.open.values()].filter(({ isRunning }) => !isRunning)
    await Promise.all(idle.map((transaction) => transaction.rollback()))
    this.forgetEnded()
  }

  private forgetEnded(): void {
    for (const [id, { isOpen }] of this.open) if (!isOpen) this.open.delete(id)
  }
}
