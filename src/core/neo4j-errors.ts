/**
 * Our errors by the names that clients of other databases know: Neo4j's code, by which its drivers decide whether to
 * try again (`Neo.TransientError`), and the GQLSTATUS of ISO/IEC 39075, with Neo4j's subclasses where it has one for
 * the case. Where neither has a name for what is meant, the general one of the class stands.
 */
import type { ErrorCode } from './errors.js'

interface Neo4jError {
  readonly code: `Neo.${'ClientError' | 'TransientError' | 'DatabaseError'}.${string}.${string}`
  readonly gqlStatus: string
}

const syntaxError = (gqlStatus: string): Neo4jError => ({ code: 'Neo.ClientError.Statement.SyntaxError', gqlStatus })

export const neo4jErrors: Readonly<Record<ErrorCode, Neo4jError>> = {
  // Language
  SYNTAX_ERROR: syntaxError('42001'),
  QUERY_TOO_LONG: syntaxError('42000'),
  QUERY_TOO_DEEP: syntaxError('42000'),
  VARIABLE_UNDEFINED: syntaxError('42N62'),
  VARIABLE_REDEFINED: syntaxError('42N59'),
  FUNCTION_UNKNOWN: syntaxError('42N48'),
  PROCEDURE_UNKNOWN: { code: 'Neo.ClientError.Procedure.ProcedureNotFound', gqlStatus: '42N08' },
  SIGNATURE_INVALID: { code: 'Neo.ClientError.Procedure.ProcedureRegistrationFailed', gqlStatus: '42000' },
  ARGUMENT_COUNT: syntaxError('42I13'),
  AGGREGATION_MISPLACED: syntaxError('42001'),
  COLUMN_DUPLICATE: syntaxError('42N38'),
  COLUMN_UNNAMED: syntaxError('42N21'),
  COLUMNS_DIFFER: syntaxError('42N39'),
  CONSTANT_EXPECTED: syntaxError('42001'),
  PATTERN_INVALID: syntaxError('42001'),
  CLAUSE_ORDER: syntaxError('42001'),
  PARAMETER_MISSING: { code: 'Neo.ClientError.Statement.ParameterMissing', gqlStatus: '42N51' },
  TYPE_MISMATCH: { code: 'Neo.ClientError.Statement.TypeError', gqlStatus: '22G03' },
  NUMBER_OUT_OF_RANGE: { code: 'Neo.ClientError.Statement.ArithmeticError', gqlStatus: '22003' },
  ARITHMETIC: { code: 'Neo.ClientError.Statement.ArithmeticError', gqlStatus: '22012' },
  TEMPORAL_INVALID: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22007' },
  JSON_PATH_INVALID: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22000' },
  SEARCH_QUERY_INVALID: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22000' },
  VECTOR_INVALID: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22000' },
  UNSUPPORTED: { code: 'Neo.ClientError.Statement.UnsupportedOperationError', gqlStatus: '42000' },
  // Data
  CONSTRAINT_VIOLATION: { code: 'Neo.ClientError.Schema.ConstraintValidationFailed', gqlStatus: '22N79' },
  KEY_TAKEN: { code: 'Neo.ClientError.Schema.ConstraintValidationFailed', gqlStatus: '22N79' },
  KEY_KIND: { code: 'Neo.ClientError.Statement.TypeError', gqlStatus: '22N01' },
  KEY_MISSING: { code: 'Neo.ClientError.Statement.EntityNotFound', gqlStatus: '22000' },
  KEY_INVALID: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22000' },
  PROPERTY_INVALID: { code: 'Neo.ClientError.Statement.TypeError', gqlStatus: '22G03' },
  JSON_PLACE_MISSING: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22G03' },
  JSON_PATCH_INVALID: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22000' },
  JSON_TEST_FAILED: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22000' },
  ENTITY_DELETED: { code: 'Neo.ClientError.Statement.EntityNotFound', gqlStatus: '22000' },
  NODE_HAS_RELATIONSHIPS: { code: 'Neo.ClientError.Schema.ConstraintValidationFailed', gqlStatus: 'G1001' },
  INDEX_EXISTS: { code: 'Neo.ClientError.Schema.IndexAlreadyExists', gqlStatus: '22N70' },
  INDEX_MISSING: { code: 'Neo.ClientError.Schema.IndexNotFound', gqlStatus: '22N69' },
  // Limits
  LIMIT_EXCEEDED: { code: 'Neo.ClientError.General.InvalidArguments', gqlStatus: '22000' },
  MEMORY_BUDGET: { code: 'Neo.ClientError.General.TransactionOutOfMemoryError', gqlStatus: '51N66' },
  // Transactions
  TRANSACTION_CLOSED: { code: 'Neo.ClientError.Transaction.TransactionNotFound', gqlStatus: '25000' },
  TRANSACTION_CONFLICT: { code: 'Neo.TransientError.Transaction.Outdated', gqlStatus: '25N11' },
  TRANSACTION_NESTED: { code: 'Neo.ClientError.Transaction.TransactionAccessedConcurrently', gqlStatus: '25000' },
  WRITER_BUSY: { code: 'Neo.TransientError.Transaction.LockAcquisitionTimeout', gqlStatus: '25N11' },
  SNAPSHOT_TOO_OLD: { code: 'Neo.TransientError.Transaction.Outdated', gqlStatus: '40000' },
  QUERY_CANCELLED: { code: 'Neo.TransientError.Transaction.Terminated', gqlStatus: '40000' },
  QUERY_TIMEOUT: { code: 'Neo.ClientError.Transaction.TransactionTimedOut', gqlStatus: '40000' },
  // Files
  DATABASE_LOCKED: { code: 'Neo.ClientError.General.InvalidArguments', gqlStatus: '08000' },
  DATABASE_CLOSED: { code: 'Neo.ClientError.General.InvalidArguments', gqlStatus: '08000' },
  DATABASE_CORRUPT: { code: 'Neo.DatabaseError.General.StorageDamageDetected', gqlStatus: '50N42' },
  DATABASE_VERSION: { code: 'Neo.DatabaseError.General.UnknownError', gqlStatus: '50N42' },
  DATABASE_NOT_EMPTY: { code: 'Neo.ClientError.General.InvalidArguments', gqlStatus: '22000' },
  DATABASE_READ_ONLY: { code: 'Neo.DatabaseError.Transaction.TransactionCommitFailed', gqlStatus: '50N42' },
  STORAGE_FULL: { code: 'Neo.DatabaseError.Transaction.TransactionCommitFailed', gqlStatus: '51N66' },
  STORAGE_FAILED: { code: 'Neo.DatabaseError.Transaction.TransactionCommitFailed', gqlStatus: '50N42' },
  FILE_NOT_FOUND: { code: 'Neo.ClientError.Statement.ExternalResourceFailed', gqlStatus: '22000' },
  FILE_INVALID: { code: 'Neo.ClientError.Statement.ExternalResourceFailed', gqlStatus: '22000' },
  IMPORT_HEADER: { code: 'Neo.ClientError.Statement.ExternalResourceFailed', gqlStatus: '22000' },
  IMPORT_ROW: { code: 'Neo.ClientError.Statement.ExternalResourceFailed', gqlStatus: '22000' },
  JSON_INVALID: { code: 'Neo.ClientError.Request.InvalidFormat', gqlStatus: '22000' },
  OPTION_INVALID: { code: 'Neo.ClientError.Statement.ArgumentError', gqlStatus: '22000' },
  // Server
  REQUEST_INVALID: { code: 'Neo.ClientError.Request.InvalidFormat', gqlStatus: '08000' },
  REQUEST_TOO_LARGE: { code: 'Neo.ClientError.Request.Invalid', gqlStatus: '08000' },
  REQUEST_MEDIA_TYPE: { code: 'Neo.ClientError.Request.Invalid', gqlStatus: '08000' },
  ANSWER_MEDIA_TYPE: { code: 'Neo.ClientError.Request.Invalid', gqlStatus: '08000' },
  PRECONDITION_FAILED: { code: 'Neo.ClientError.Request.Invalid', gqlStatus: '08000' },
  ROUTE_MISSING: { code: 'Neo.ClientError.Request.Invalid', gqlStatus: '08000' },
  METHOD_REFUSED: { code: 'Neo.ClientError.Request.Invalid', gqlStatus: '08000' },
  HOST_REFUSED: { code: 'Neo.ClientError.Security.Forbidden', gqlStatus: '42NFF' },
  DATABASE_MISSING: { code: 'Neo.ClientError.Database.DatabaseNotFound', gqlStatus: '22N51' },
  ACCESS_MODE: { code: 'Neo.ClientError.Statement.AccessMode', gqlStatus: '25000' },
  BOOKMARK_UNKNOWN: { code: 'Neo.ClientError.Transaction.InvalidBookmark', gqlStatus: '08000' },
  ADDRESS_UNAVAILABLE: { code: 'Neo.ClientError.General.InvalidArguments', gqlStatus: '08000' },
  SERVER_STOPPING: { code: 'Neo.TransientError.General.DatabaseUnavailable', gqlStatus: '08N09' },
  // Client
  CONNECTION_FAILED: { code: 'Neo.TransientError.General.DatabaseUnavailable', gqlStatus: '08000' },
  ANSWER_INVALID: { code: 'Neo.DatabaseError.General.UnknownError', gqlStatus: '08000' },
}
