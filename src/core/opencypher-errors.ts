/**
 * Our errors in the words of openCypher's compatibility kit, which tells errors apart by type, phase and detail. A code
 * has one detail when the mistake is seen while compiling and one when it is met at run time; where a code stands for
 * several mistakes of the kit, the place that raises it names the finer one (`ErrorDetails.openCypher`).
 *
 * The kit knows nothing of files, servers and transactions: such errors have its general name, `Error`.
 */
import type { ErrorCode } from './errors.js'

export type OpenCypherPhase = 'compile time' | 'runtime'

export interface OpenCypherError {
  readonly type: string
  readonly phase: OpenCypherPhase
  readonly detail: string
}

/** What a place that raises an error knows better than the table. */
export type OpenCypherName = Partial<Pick<OpenCypherError, 'type' | 'detail'>>

type TypeAndDetail = readonly [type: string, detail: string]

interface ByPhase {
  readonly compiling: TypeAndDetail
  readonly running: TypeAndDetail
}

const always = (type: string, detail: string): ByPhase => ({ compiling: [type, detail], running: [type, detail] })
/** Whatever can be seen in the text is a SyntaxError to the kit; at run time it is one of another type. */
const seenOr = (detail: string, type: string, runtimeDetail = detail): ByPhase => ({
  compiling: ['SyntaxError', detail],
  running: [type, runtimeDetail],
})
const syntax = (detail: string): ByPhase => always('SyntaxError', detail)
const unnamed = always('Error', 'Unnamed')

export const openCypherErrors: Readonly<Record<ErrorCode, ByPhase>> = {
  // Language
  SYNTAX_ERROR: syntax('UnexpectedSyntax'),
  QUERY_TOO_LONG: syntax('UnexpectedSyntax'),
  QUERY_TOO_DEEP: syntax('UnexpectedSyntax'),
  VARIABLE_UNDEFINED: syntax('UndefinedVariable'),
  VARIABLE_REDEFINED: syntax('VariableAlreadyBound'),
  FUNCTION_UNKNOWN: syntax('UnknownFunction'),
  PROCEDURE_UNKNOWN: always('ProcedureError', 'ProcedureNotFound'),
  SIGNATURE_INVALID: unnamed,
  ARGUMENT_COUNT: syntax('InvalidNumberOfArguments'),
  AGGREGATION_MISPLACED: syntax('InvalidAggregation'),
  COLUMN_DUPLICATE: syntax('ColumnNameConflict'),
  COLUMN_UNNAMED: syntax('NoExpressionAlias'),
  COLUMNS_DIFFER: syntax('DifferentColumnsInUnion'),
  CONSTANT_EXPECTED: syntax('NonConstantExpression'),
  PATTERN_INVALID: syntax('InvalidRelationshipPattern'),
  CLAUSE_ORDER: syntax('InvalidClauseComposition'),
  PARAMETER_MISSING: always('ParameterMissing', 'MissingParameter'),
  TYPE_MISMATCH: seenOr('InvalidArgumentType', 'TypeError'),
  NUMBER_OUT_OF_RANGE: seenOr('IntegerOverflow', 'ArgumentError', 'NumberOutOfRange'),
  ARITHMETIC: seenOr('DivisionByZero', 'ArithmeticError'),
  TEMPORAL_INVALID: always('ArgumentError', 'InvalidArgumentValue'),
  JSON_PATH_INVALID: always('ArgumentError', 'InvalidArgumentValue'),
  SEARCH_QUERY_INVALID: always('ArgumentError', 'InvalidArgumentValue'),
  VECTOR_INVALID: always('ArgumentError', 'InvalidArgumentValue'),
  UNSUPPORTED: unnamed,
  // Data
  CONSTRAINT_VIOLATION: always('ConstraintValidationFailed', 'ConstraintValidationFailed'),
  KEY_TAKEN: always('ConstraintValidationFailed', 'ConstraintValidationFailed'),
  KEY_INVALID: seenOr('InvalidArgumentType', 'TypeError', 'InvalidPropertyType'),
  KEY_KIND: always('TypeError', 'InvalidArgumentValue'),
  KEY_MISSING: always('EntityNotFound', 'InvalidArgumentValue'),
  PROPERTY_INVALID: seenOr('InvalidPropertyType', 'TypeError'),
  JSON_PLACE_MISSING: always('ArgumentError', 'InvalidArgumentValue'),
  JSON_PATCH_INVALID: always('ArgumentError', 'InvalidArgumentValue'),
  JSON_TEST_FAILED: always('ArgumentError', 'InvalidArgumentValue'),
  ENTITY_DELETED: always('EntityNotFound', 'DeletedEntityAccess'),
  NODE_HAS_RELATIONSHIPS: always('ConstraintVerificationFailed', 'DeleteConnectedNode'),
  INDEX_EXISTS: unnamed,
  INDEX_MISSING: unnamed,
  // Limits
  LIMIT_EXCEEDED: unnamed,
  MEMORY_BUDGET: unnamed,
  // Transactions
  TRANSACTION_CLOSED: unnamed,
  TRANSACTION_CONFLICT: unnamed,
  TRANSACTION_NESTED: unnamed,
  WRITER_BUSY: unnamed,
  SNAPSHOT_TOO_OLD: unnamed,
  QUERY_CANCELLED: unnamed,
  QUERY_TIMEOUT: unnamed,
  // Files
  DATABASE_LOCKED: unnamed,
  DATABASE_CLOSED: unnamed,
  DATABASE_CORRUPT: unnamed,
  DATABASE_VERSION: unnamed,
  DATABASE_NOT_EMPTY: unnamed,
  DATABASE_READ_ONLY: unnamed,
  STORAGE_FULL: unnamed,
  STORAGE_FAILED: unnamed,
  FILE_NOT_FOUND: unnamed,
  FILE_INVALID: unnamed,
  IMPORT_HEADER: unnamed,
  IMPORT_ROW: unnamed,
  JSON_INVALID: unnamed,
  OPTION_INVALID: unnamed,
  // Server
  REQUEST_INVALID: unnamed,
  REQUEST_TOO_LARGE: unnamed,
  REQUEST_MEDIA_TYPE: unnamed,
  ANSWER_MEDIA_TYPE: unnamed,
  PRECONDITION_FAILED: unnamed,
  ROUTE_MISSING: unnamed,
  METHOD_REFUSED: unnamed,
  HOST_REFUSED: unnamed,
  DATABASE_MISSING: unnamed,
  ACCESS_MODE: unnamed,
  BOOKMARK_UNKNOWN: unnamed,
  ADDRESS_UNAVAILABLE: unnamed,
  SERVER_STOPPING: unnamed,
  // Client
  CONNECTION_FAILED: unnamed,
  ANSWER_INVALID: unnamed,
}
