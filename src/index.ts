/** What `import ... from 'skein'` gives. */
export { DatabaseError, type ErrorCode, errorCodes } from './core/errors.js'
export { Float } from './core/value.js'
export { Database, type DatabaseInfo, type Parameters, type Statement } from './database/database.js'
export type { ExplicitTransaction, TransactionOptions } from './database/explicit-transaction.js'
export { type OpenOptions, open } from './database/open.js'
export type { QueryResult, Summary } from './database/result.js'
export { float, type Node, type Path, type Relationship } from './database/values.js'
