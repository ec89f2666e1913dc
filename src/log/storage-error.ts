import { DatabaseError } from '../core/errors.js'

/**
 * What a user reads when the system refused a file operation: STORAGE_FULL or STORAGE_FAILED. An error that is not the
 * system's is a bug, and is thrown as it is.
 */
export function storageError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (!/^E[A-Z0-9]+$/.test(code)) throw error
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new DatabaseError('STORAGE_FULL', 'the disk is full; writes are refused until there is room', { cause: error })
    : new DatabaseError('STORAGE_FAILED', `the disk refused an operation (${code})`, { cause: error })
}

/** Does some work with files; what the system refuses in it is thrown as a `storageError`. */
export function withStorageErrors<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storageError(error)
  }
}
