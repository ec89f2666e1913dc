/** One form of error in all routes, and the status that goes with it. */
import { DatabaseError, type ErrorCode, errorCodes } from '../core/errors.js'

/** Where the category does not decide. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  HOST_REFUSED: 403,
  TRANSACTION_CLOSED: 404,
  DATABASE_MISSING: 404,
  KEY_MISSING: 404,
  INDEX_MISSING: 404,
  ROUTE_MISSING: 404,
  METHOD_REFUSED: 405,
  ANSWER_MEDIA_TYPE: 406,
  TRANSACTION_CONFLICT: 409,
  TRANSACTION_NESTED: 409,
  KEY_KIND: 409,
  JSON_PLACE_MISSING: 409,
  JSON_TEST_FAILED: 409,
  PRECONDITION_FAILED: 412,
  REQUEST_TOO_LARGE: 413,
  REQUEST_MEDIA_TYPE: 415,
  DATABASE_CLOSED: 503,
}
const categoryStatuses = { client: 400, transient: 503, database: 500 } as const

/** How long a client should wait before it tries again after 503. */
const retryAfterSeconds = '1'

export function statusOf(error: unknown): number {
  if (!(error instanceof DatabaseError)) return 500
  return statuses[error.code] ?? categoryStatuses[errorCodes[error.code]]
}

export function headersOf(error: unknown): Record<string, string> {
  if (error instanceof DatabaseError && error.code === 'METHOD_REFUSED') return { allow: String(error.details.allowed) }
  return statusOf(error) === 503 ? { 'retry-after': retryAfterSeconds } : {}
}

export function errorBody(error: unknown): { errors: readonly object[] } {
  if (!(error instanceof DatabaseError)) return { errors: [fault] }
  const { neo4jCode, code, message, gqlStatus, position, hint } = error
  return { errors: [{ code: neo4jCode, message, skeinCode: code, gqlStatus, position, hint }] }
}

/** What is ours to mend tells nothing of our insides; the server's log does. */
const fault = {
  code: 'Neo.DatabaseError.General.UnknownError',
  message: 'a fault of Skein, not of the request; the log of the server has more, please report it',
  skeinCode: null,
  gqlStatus: '50N42',
}

/** Errors of the HTTP library as ours. What it does not blame on the request is a fault. */
export function translated(error: unknown, bodyBytesMax: number): unknown {
  const { statusCode, message } = error as { statusCode?: number; message?: string }
  if (error instanceof DatabaseError || statusCode === undefined || statusCode >= 500) return error
  if (statusCode === 413)
    return new DatabaseError(
      'REQUEST_TOO_LARGE',
      `the body has more than ${bodyBytesMax} bytes, which this server takes at most; send the data in several requests`,
      { bodyBytesMax },
    )
  if (statusCode === 415) return new DatabaseError('REQUEST_MEDIA_TYPE', 'the Content-Type is no media type', {})
  return new DatabaseError('REQUEST_INVALID', `the request cannot be read: ${message}`, { cause: error })
}
