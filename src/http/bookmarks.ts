/**
 * Bookmarks: `FB:` and the number of a commit. Every request reads the newest commit, so a bookmark of this database
 * asks for nothing; one beyond it tells that what its holder saw is not here.
 */
import { DatabaseError } from '../core/errors.js'
import type { Database } from '../database/database.js'

export function bookmarksNow(database: Database): { bookmarks: readonly string[] } {
  return { bookmarks: [`FB:${database.sequence}`] }
}

/** Throws BOOKMARK_UNKNOWN. */
export function mustHaveReached(database: Database, bookmarks: readonly string[] = []): void {
  for (const bookmark of bookmarks) {
    const sequence = /^FB:(\d+)$/.exec(bookmark)?.[1]
    if (sequence === undefined || Number(sequence) > database.sequence)
      throw new DatabaseError(
        'BOOKMARK_UNKNOWN',
        `the bookmark '${bookmark}' is not of this database, whose newest is FB:${database.sequence}`,
        { bookmark },
      )
  }
}
