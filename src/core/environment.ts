/**
 * What the outside world gives a database: a clock, timers, randomness and files. It is passed in when a database opens, so
 * that tests can stop the clock, repeat the coins, lose power and fill the disk.
 */
export interface Environment {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly files: FileSystem
}

export interface Clock {
  /** Wall-clock time in milliseconds since 1970. It may go back. */
  now(): number
  /** Milliseconds from some fixed point; never goes back. */
  monotonic(): number
}

export interface Timers {
  /**
   * Calls `action` once, about so many milliseconds from now, and keeps no process alive for it. Gives what calls it off;
   * afterwards that does nothing.
   */
  after(ms: number, action: () => void): () => void
}

export interface Random {
  /** A number in [0, 1). */
  next(): number
}

/**
 * Files as a log and a checkpoint need them. Paths are plain strings joined with `/`.
 *
 * Nothing written is safe before a flush says so: `File.flush` for a file's bytes (a write to a file opened
 * `durable` is its own flush), `flushDirectory` for names that were made, renamed or removed in it.
 * Failures are thrown as Node throws them, with `code` ENOSPC, EIO, ENOENT and so on.
 */
export interface FileSystem {
  /** Opens a file. 'create' makes it anew and fails where one exists; 'write' needs it to exist; 'read' cannot write. */
  open(path: string, mode: 'read' | 'write' | 'create', options?: { durable?: boolean }): File
  exists(path: string): boolean
  /** Names in a directory, in no order. */
  list(directory: string): string[]
  /** Makes a directory and those above it, unless it is there. Its name is safe when this returns. */
  makeDirectory(path: string): void
  /** Replaces what stands at `to`. */
  rename(from: string, to: string): void
  remove(path: string): void
  flushDirectory(path: string): void
  /**
   * Takes `path` for this process until `release`. Throws DATABASE_LOCKED, naming the holder, while another process
   * lives that holds it; a dead holder's lock is taken over.
   */
  lock(path: string): Lock
}

export interface Lock {
  release(): void
}

export interface File {
  size(): number
  /** Reads up to `target.length` bytes from `position`; gives how many there were. */
  read(target: Uint8Array, position: number): number
  /** Writes all of `bytes` at `position`. A throw may leave any part of it written. */
  write(bytes: Uint8Array, position: number): void
  /** As `write`, off the event loop. The bytes must not change until it settles. */
  writeAsync(bytes: Uint8Array, position: number): Promise<void>
  flush(): void
  flushAsync(): Promise<void>
  close(): void
}
