/** What `import ... from 'skein'` gives. */
export { Database, type DatabaseInfo, type Statement, type StatementDescription } from './database/database.js'
export type { ExplicitTransaction, TransactionOptions } from './database/explicit-transaction.js'
export { type OpenOptions, open } from './database/open.js'
export type {
  FunctionBody,
  FunctionOptions,
  ProcedureBody,
  ProcedureOptions,
  ProcedureRow,
} from './database/procedures.js'
export type { SlowStatement } from './database/slow-statements.js'
export type { ExpiryInfo } from './database/sweeper.js'
export * from './sdk/exports.js'
