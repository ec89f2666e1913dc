import { DatabaseError, type ErrorDetails } from '../errors.js'

/** A text, a map or a number that is no date, time or duration. */
export function temporalInvalid(message: string, details: ErrorDetails = {}): DatabaseError {
  return new DatabaseError('TEMPORAL_INVALID', message, details)
}
