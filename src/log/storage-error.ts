import { DatabaseError } from '../core/errors.js'

/** What a user reads when the system refused a file operation: STORAGE_FULL or STORAGE_FAILED. */
export function storageError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new DatabaseError('STORAGE_FULL', 'the disk is full; writes are refused until there is room', { cause: error })
    : new DatabaseError('STORAGE_FAILED', `the disk refused an operation (${code ?? error})`, { cause: error })
}
