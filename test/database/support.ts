/** Databases over disks in memory, whose flushes a test can hold up and refuse. */
import { expect } from 'vitest'
import { type Database, type OpenOptions, open } from '../../src/index.js'
import { type MemoryEnvironment, type MemoryFileSystem, memoryEnvironment } from '../support/memory-environment.js'

/** Matches the DatabaseError with the code. */
export const code = (name: string): unknown => expect.objectContaining({ code: name })

export interface OnDisk {
  readonly db: Database
  readonly files: MemoryFileSystem
  readonly environment: MemoryEnvironment
}

/** As `memoryEnvironment`, but statements end their slices by the real time. */
export function runningEnvironment(): MemoryEnvironment {
  const environment = memoryEnvironment()
  Object.assign(environment.clock, { monotonic: () => performance.now() })
  return environment
}

export async function openOnDisk(options: OpenOptions = {}): Promise<OnDisk> {
  const environment = runningEnvironment()
  const db = await open('data', { environment, ...options })
  return { db, files: environment.files, environment }
}

/** A gate before which `writeAsync` and `flushAsync` wait until it opens. */
export function holdFlushes(files: MemoryFileSystem): { open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const { pause } = files
  files.pause = () => opened
  return {
    open: () => {
      files.pause = pause
      open()
    },
  }
}

/** Lets everything happen that needs no more than turns of the event loop. */
export async function settle(turns = 5): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Whether the promise has an outcome after some turns of the event loop. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true
  const done = () => {
    pending = false
  }
  promise.then(done, done)
  await settle()
  return pending
}

/** The only value of the only row. */
export async function one(
  db: Pick<Database, 'query'>,
  text: string,
  parameters: Record<string, unknown> = {},
): Promise<unknown> {
  const { rows } = await db.query(text, parameters)
  expect(rows.length).toBe(1)
  return rows[0]![0]
}

export const countNodes = (db: Pick<Database, 'query'>): Promise<unknown> => one(db, 'MATCH (n) RETURN count(*)')
