/**
 * Every error a user can meet, in one place. A user's mistake (or the world's: a full disk) is a `DatabaseError`
 * with a stable code; a mistake of Skein's own fails `assert` and is a bug. `docs/errors.md` lists the codes with
 * their remedies, and a test compares the two lists.
 */
import { neo4jErrors } from './neo4j-errors.js'
import {
  type OpenCypherError,
  type OpenCypherName,
  type OpenCypherPhase,
  openCypherErrors,
} from './opencypher-errors.js'

/** Codes with the category they belong to. The category decides Neo4j's code and the HTTP status at the doors. */
export const errorCodes = {
  // Language
  SYNTAX_ERROR: 'client',
  QUERY_TOO_LONG: 'client',
  QUERY_TOO_DEEP: 'client',
  VARIABLE_UNDEFINED: 'client',
  VARIABLE_REDEFINED: 'client',
  FUNCTION_UNKNOWN: 'client',
  PROCEDURE_UNKNOWN: 'client',
  SIGNATURE_INVALID: 'client',
  ARGUMENT_COUNT: 'client',
  AGGREGATION_MISPLACED: 'client',
  COLUMN_DUPLICATE: 'client',
  COLUMN_UNNAMED: 'client',
  COLUMNS_DIFFER: 'client',
  CONSTANT_EXPECTED: 'client',
  PATTERN_INVALID: 'client',
  CLAUSE_ORDER: 'client',
  PARAMETER_MISSING: 'client',
  TYPE_MISMATCH: 'client',
  NUMBER_OUT_OF_RANGE: 'client',
  ARITHMETIC: 'client',
  TEMPORAL_INVALID: 'client',
  JSON_PATH_INVALID: 'client',
  SEARCH_QUERY_INVALID: 'client',
  VECTOR_INVALID: 'client',
  UNSUPPORTED: 'client',
  // Data
  CONSTRAINT_VIOLATION: 'client',
  KEY_TAKEN: 'client',
  KEY_INVALID: 'client',
  KEY_KIND: 'client',
  KEY_MISSING: 'client',
  PROPERTY_INVALID: 'client',
  JSON_PLACE_MISSING: 'client',
  JSON_PATCH_INVALID: 'client',
  JSON_TEST_FAILED: 'client',
  ENTITY_DELETED: 'client',
  NODE_HAS_RELATIONSHIPS: 'client',
  INDEX_EXISTS: 'client',
  INDEX_MISSING: 'client',
  // Limits
  LIMIT_EXCEEDED: 'client',
  MEMORY_BUDGET: 'client',
  // Transactions
  TRANSACTION_CLOSED: 'client',
  TRANSACTION_CONFLICT: 'transient',
  TRANSACTION_NESTED: 'client',
  WRITER_BUSY: 'transient',
  SNAPSHOT_TOO_OLD: 'transient',
  QUERY_CANCELLED: 'transient',
  QUERY_TIMEOUT: 'client',
  // Files
  DATABASE_LOCKED: 'client',
  DATABASE_CLOSED: 'client',
  DATABASE_CORRUPT: 'database',
  DATABASE_VERSION: 'database',
  DATABASE_NOT_EMPTY: 'client',
  DATABASE_READ_ONLY: 'database',
  STORAGE_FULL: 'database',
  STORAGE_FAILED: 'database',
  FILE_NOT_FOUND: 'client',
  FILE_INVALID: 'client',
  IMPORT_HEADER: 'client',
  IMPORT_ROW: 'client',
  JSON_INVALID: 'client',
  OPTION_INVALID: 'client',
  // Server
  REQUEST_INVALID: 'client',
  REQUEST_TOO_LARGE: 'client',
  REQUEST_MEDIA_TYPE: 'client',
  ANSWER_MEDIA_TYPE: 'client',
  PRECONDITION_FAILED: 'client',
  ROUTE_MISSING: 'client',
  METHOD_REFUSED: 'client',
  HOST_REFUSED: 'client',
  DATABASE_MISSING: 'client',
  ACCESS_MODE: 'client',
  BOOKMARK_UNKNOWN: 'client',
  ADDRESS_UNAVAILABLE: 'client',
  SERVER_STOPPING: 'transient',
  // Client
  CONNECTION_FAILED: 'transient',
  ANSWER_INVALID: 'database',
} as const

export type ErrorCode = keyof typeof errorCodes

/** Where in a query an error lies. `offset` counts UTF-16 units from 0; `line` and `column` count from 1. */
export interface Position {
  readonly offset: number
  readonly line: number
  readonly column: number
}

export interface ErrorDetails {
  /** What the message is about: names and offending values, for programs that react to it. */
  readonly [detail: string]: unknown
  /** The text of the query, so that the message can show the line and a caret. */
  readonly query?: string | undefined
  readonly position?: Position | undefined
  readonly hint?: string | undefined
  /** What openCypher calls the mistake, where its words are finer than the code's. */
  readonly openCypher?: OpenCypherName | undefined
  readonly cause?: unknown
}

/**
 * Frames of a stack, more than Node's ten: the place in a query is told by them (query/execute/places.ts). A program that
 * wants no stacks gets none.
 */
const framesKept = 50

/**
 * The one class of error that Skein raises for what a user can mend.
 *
 * `message` is one sentence with the offending value and the way out; when `position` and `query` are known it goes
 * on with the line of the query and a caret below the place.
 */
export class DatabaseError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly position: Position | undefined
  readonly hint: string | undefined
  /** Whether it was seen before anything ran; the plan cache says so of what it throws. */
  phase: OpenCypherPhase = 'runtime'

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const usual = Error.stackTraceLimit
    if (usual > 0) Error.stackTraceLimit = Math.max(usual, framesKept)
    super(message + caretBelow(details), details.cause === undefined ? undefined : { cause: details.cause })
    Error.stackTraceLimit = usual
    this.name = 'DatabaseError'
    this.code = code
    this.details = details
    this.position = details.position
    this.hint = details.hint
  }

  /** The same error at a place of a query. */
  placedIn(query: string, position: Position): DatabaseError {
    const sentence = this.message.slice(0, this.message.length - caretBelow(this.details).length)
    const error = new DatabaseError(this.code, sentence, { ...this.details, query, position })
    error.phase = this.phase
    return error
  }

  /** The same error without its place in a text that its reader has not written, and so does not know. */
  notPlacedIn(text: string): DatabaseError {
    const { query, position, ...details } = this.details
    if (query !== text) return this
    const sentence = this.message.slice(0, this.message.length - caretBelow(this.details).length)
    const error = new DatabaseError(this.code, sentence, details)
    error.phase = this.phase
    return error
  }

  /** The code by which Neo4j's clients know such an error. */
  get neo4jCode(): string {
    return neo4jErrors[this.code].code
  }

  /** GQL's status (ISO/IEC 39075). */
  get gqlStatus(): string {
    return neo4jErrors[this.code].gqlStatus
  }

  /** Type, phase and detail, as openCypher's compatibility kit names errors. */
  get openCypher(): OpenCypherError {
    const { compiling, running } = openCypherErrors[this.code]
    const [type, detail] = this.phase === 'runtime' ? running : compiling
    return { type, phase: this.phase, detail, ...this.details.openCypher }
  }

  /** Whether trying the same again can succeed. */
  get retryable(): boolean {
    return errorCodes[this.code] === 'transient'
  }
}

const lineShownMax = 120

function caretBelow({ query, position, hint }: ErrorDetails): string {
  const tail = hint === undefined ? '' : `\n${hint}`
  if (query === undefined || position === undefined) return tail
  const start = query.lastIndexOf('\n', position.offset - 1) + 1
  const newline = query.indexOf('\n', position.offset)
  const line = query.slice(start, newline === -1 ? undefined : newline).replace(/\t/g, ' ')
  // A window of a long line around the place, so that the caret stays on screen.
  const from = Math.max(0, Math.min(position.offset - start - lineShownMax / 2, line.length - lineShownMax))
  const shown = line.slice(from, from + lineShownMax)
  const at = `line ${position.line}, column ${position.column}`
  return ` (${at})\n  ${shown}\n  ${' '.repeat(position.offset - start - from)}^${tail}`
}

/** The position of a UTF-16 offset in a text. */
export function positionAt(text: string, offset: number): Position {
  let line = 1
  let lineStart = 0
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) {
    line++
    lineStart = i + 1
  }
  return { offset, line, column: offset - lineStart + 1 }
}
