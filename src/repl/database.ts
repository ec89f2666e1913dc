/** What a shell asks of a database, which may be in this process or behind HTTP. */
import type { Database } from '../database/database.js'
import type { ExplicitTransaction } from '../database/explicit-transaction.js'
import { toExact } from '../database/values.js'
import type { Client, ClientTransaction } from '../sdk/client.js'
import type { Limits, Parameters, QueryResult } from '../sdk/result.js'
import { exactNumbers } from '../sdk/typed-json.js'

/** FLOATs of its answers are `Float`s, so that they are shown, and passed on, as what they are. */
export interface Session {
  query(text: string, parameters?: Parameters, limits?: Limits): Promise<QueryResult>
}

export interface ShellTransaction extends Session {
  /** False once it has ended, by whatever. */
  readonly isOpen: boolean
  commit(): Promise<void>
  rollback(): void | Promise<void>
}

export interface ShellDatabase extends Session {
  begin(): ShellTransaction | Promise<ShellTransaction>
  close(): Promise<void>
}

/** A database of this process. Nobody else waits for its writer's place, so a transaction may think for as long as people do. */
export function embedded(db: Database): ShellDatabase {
  return {
    ...embeddedSession(db),
    begin: () => shellTransaction(db.begin({ idleMsMax: Number.POSITIVE_INFINITY }), embeddedSession),
    close: () => db.close(),
  }
}

/** A database behind HTTP. */
export function remote(client: Client): ShellDatabase {
  return {
    ...remoteSession(client),
    begin: async () => shellTransaction(await client.begin(), remoteSession),
    close: () => client.close(),
  }
}

function shellTransaction<Transaction extends Omit<ShellTransaction, 'query'>>(
  transaction: Transaction,
  sessionOf: (transaction: Transaction) => Session,
): ShellTransaction {
  return {
    ...sessionOf(transaction),
    get isOpen() {
      return transaction.isOpen
    },
    commit: () => transaction.commit(),
    rollback: () => transaction.rollback(),
  }
}

function remoteSession(asked: Client | ClientTransaction): Session {
  return { query: (text, parameters, limits) => asked.query(text, parameters, { ...limits, numbers: exactNumbers }) }
}

function embeddedSession(asked: Database | ExplicitTransaction): Session {
  return { query: (text, parameters, limits) => asked.query(text, parameters, { ...limits, form: toExact }) }
}

/** The names in use, for completion. */
export interface Names {
  readonly labels: readonly string[]
  readonly types: readonly string[]
  readonly properties: readonly string[]
}

export const noNames: Names = { labels: [], types: [], properties: [] }

export async function namesOf(session: Session): Promise<Names> {
  const column = async (text: string) => (await session.query(text)).rows.map(([name]) => String(name))
  return {
    labels: await column('CALL db.labels()'),
    types: await column('CALL db.relationshipTypes()'),
    properties: await column('CALL db.propertyKeys()'),
  }
}
