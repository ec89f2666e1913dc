/**
 * The environment of a running program: Node's clock, coins and files.
 *
 * A lock is a file that names its holder, linked into place complete, so that nobody ever reads half of it:
 *
 *   {"pid":4711,"start":"812345","boot":"5e0c…","host":"db1","since":"2026-11-20T18:00:00.000Z"}
 *
 * A dead process leaves its file behind. A number alone cannot tell whether the holder lives, as numbers are given out
 * again: `start` is when the process began, counted from the boot that `boot` names (both from Linux's /proc; elsewhere
 * they are empty, and a living process with the number counts as the holder). A holder on another host cannot be seen
 * from here and counts as living.
 *
 * Taking over a dead holder's file must not be won by two. Whoever wants it takes a second lock, named after the
 * dead holder (`lock.4711-812345`), by the same rules; under it the file still names the dead holder or was already
 * taken over; in the first case the second lock is renamed into the place of the first. No holder comes twice, so a
 * process that took the second lock too late finds the first one changed and starts again.
 */
import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  write,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import type { Environment, File, FileSystem, Lock } from './environment.js'
import { DatabaseError } from './errors.js'

const flushFile = promisify(fdatasync)
/** Windows has no such flag: there a durable write is a write and a flush. */
const durableFlag: number | undefined = constants.O_DSYNC
const modeFlags = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
}

class NodeFile implements File {
  #descriptor: number
  readonly #flushesItself: boolean

  constructor(descriptor: number, options: { flushesItself: boolean }) {
    this.#descriptor = descriptor
    this.#flushesItself = options.flushesItself
  }

  size(): number {
    return fstatSync(this.#descriptor).size
  }

  read(target: Uint8Array, position: number): number {
    let done = 0
    while (done < target.length) {
      const count = readSync(this.#descriptor, target, done, target.length - done, position + done)
      if (count === 0) break
      done += count
    }
    return done
  }

  write(bytes: Uint8Array, position: number): void {
    let done = 0
    while (done < bytes.length) {
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, position + done)
    }
    if (this.#flushesItself) this.flush()
  }

  async writeAsync(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0
    while (done < bytes.length) {
      done += await writeOnce(this.#descriptor, bytes, done, position + done)
    }
    if (this.#flushesItself) await this.flushAsync()
  }

  flush(): void {
    fdatasyncSync(this.#descriptor)
  }

  flushAsync(): Promise<void> {
    return flushFile(this.#descriptor)
  }

  close(): void {
    closeSync(this.#descriptor)
    // The number goes to the next file opened: whoever still used it here would write there.
    this.#descriptor = -1
  }
}

/** Writes what one call of the system takes of `bytes` from `offset` on; gives how many bytes that were. */
function writeOnce(descriptor: number, bytes: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, offset, bytes.length - offset, position, (error, count) =>
      error ? reject(error) : resolve(count),
    )
  })
}

const files: FileSystem = {
  open(path, mode, { durable = false } = {}) {
    const descriptor = openSync(path, modeFlags[mode] | (durable ? (durableFlag ?? 0) : 0))
    return new NodeFile(descriptor, { flushesItself: durable && durableFlag === undefined })
  },
  exists: existsSync,
  list: (directory) => readdirSync(directory),
  makeDirectory(path) {
    if (existsSync(path)) return
    files.makeDirectory(dirname(path))
    mkdirSync(path)
    files.flushDirectory(dirname(path))
  },
  rename: renameSync,
  remove: unlinkSync,
  flushDirectory(path) {
    // Windows cannot open a directory, and keeps names in its journal by itself.
    if (process.platform === 'win32') return
    const descriptor = openSync(path, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  },
  lock: takeLock,
}

interface Holder {
  readonly pid: number
  readonly start: string
  readonly boot: string
  readonly host: string
  readonly since: string
}

function takeLock(path: string): Lock {
  const text = JSON.stringify(thisProcess())
  take(path, text)
  return {
    release() {
      if (readText(path) === text) unlinkSync(path)
    },
  }
}

function take(path: string, text: string): void {
  for (;;) {
    if (createComplete(path, text)) return
    const held = readText(path)
    if (held === undefined) continue
    const holder = parseHolder(held)
    if (holder !== undefined && mayLive(holder)) throw locked(path, holder)
    const successor = `${path}.${holder === undefined ? 'unreadable' : `${holder.pid}-${holder.start}`}`
    take(successor, text)
    if (readText(path) === held) {
      renameSync(successor, path)
      return
    }
    unlinkSync(successor)
  }
}

/** Makes the file with its text in one step. Gives false where one exists. */
function createComplete(path: string, text: string): boolean {
  const draft = `${path}.draft-${process.pid}-${performance.now()}`
  writeFileSync(draft, text)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(draft)
  }
}

function thisProcess(): Holder {
  return {
    pid: process.pid,
    start: startOf(process.pid) ?? '',
    boot: bootId(),
    host: hostname(),
    since: new Date().toISOString(),
  }
}

/** undefined where the text names nobody: power was lost before its bytes reached the disk. */
function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder
    return Number.isInteger(holder.pid) ? holder : undefined
  } catch {
    return undefined
  }
}

function mayLive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true
  if (holder.boot !== bootId() || !processExists(holder.pid)) return false
  return holder.start === '' || holder.start === startOf(holder.pid)
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process began, in ticks since the boot; undefined when it is gone, or only waits for its parent to notice. */
function startOf(pid: number): string | undefined {
  const text = readText(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The second field is the program's name in brackets, which may hold anything: fields are counted after it.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : fields[18]
}

function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function locked(path: string, holder: Holder): DatabaseError {
  const where =
    holder.host !== hostname()
      ? `process ${holder.pid} on ${holder.host}`
      : holder.pid === process.pid
        ? 'this process'
        : `process ${holder.pid}`
  const { pid, host, since } = holder
  return new DatabaseError('DATABASE_LOCKED', `the database is open in ${where} since ${since}`, {
    pid,
    host,
    since,
    path,
    hint:
      host === hostname() ? 'Close it there first, or ask it over HTTP.' : `If it is gone for good, remove ${path}.`,
  })
}

function after(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms).unref()
  return () => clearTimeout(timer)
}

export const nodeEnvironment: Environment = {
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  timers: { after },
  random: { next: () => Math.random() },
  files,
}
