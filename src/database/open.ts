/** Opens databases. */
import type { Environment } from '../core/environment.js'
import { nodeEnvironment } from '../core/node-environment.js'
import { pageBytes } from '../pages/heap.js'
import type { AnySchema, Schema } from '../sdk/schema.js'
import { Database } from './database.js'
import { dropUnfinishedIndexes } from './index-builds.js'
import type { SlowStatementOptions } from './slow-statements.js'
import { Storage } from './storage.js'
import type { SweeperOptions } from './sweeper.js'

export interface OpenOptions extends SlowStatementOptions, SweeperOptions {
  /** How long a write waits while another transaction is writing. Default 5,000. */
  lockTimeoutMs?: number
  /** Longest query text, in UTF-16 units. Default 1 MiB. */
  maxQueryLength?: number
  /** Memory for pages at most; a write that needs more fails with LIMIT_EXCEEDED. Default: as much as the machine has. */
  memoryMaxBytes?: number
  /**
   * What all queries that run may gather together, by estimate: rows to sort, groups, joins, lists, answers. A query that
   * needs more fails with MEMORY_BUDGET. Default: half of the heap that Node.js gives the process.
   */
  queryMemoryMaxBytes?: number
  /** A checkpoint starts when the log is longer than this, and than half of the data. Default 64 MiB. */
  checkpointLogBytes?: number
  /** Whether a property can hold maps and lists of lists, which openCypher does not know. Default true. */
  nestedProperties?: boolean
  /** Clock, timers, random source and files. Default: those of the machine. */
  environment?: Environment
}

/**
 * Opens the database in a directory, which is made when it does not exist; without a directory, or with ':memory:',
 * a new database that lives in memory only.
 *
 * Throws DATABASE_LOCKED, naming the holder, while another process (or this one) has it open, and DATABASE_CORRUPT
 * when its files are damaged. `open<Social>(...)` tells the builder's types what the database holds.
 */
export async function open<S extends Schema = AnySchema>(
  directory = ':memory:',
  options: OpenOptions = {},
): Promise<Database<S>> {
  const { environment = nodeEnvironment, memoryMaxBytes, checkpointLogBytes, ...runnerOptions } = options
  const storageOptions = {
    heap: memoryMaxBytes === undefined ? {} : { pagesMax: Math.floor(memoryMaxBytes / pageBytes) },
    ...(checkpointLogBytes === undefined ? {} : { checkpointLogBytes }),
  }
  const storage =
    directory === ':memory:'
      ? Storage.inMemory(environment, storageOptions)
      : Storage.open(environment, directory, storageOptions)
  dropUnfinishedIndexes(storage)
  return Database.start<S>(storage, environment, runnerOptions)
}
