/**
 * An environment in memory whose power can fail, whose disk can fill and break, and whose clock stands still.
 *
 * For each file it keeps what a flush has made safe and, in order, the writes that are not safe yet; for each name the
 * same. `crash(seed)` gives the disk as the next start may find it: safe bytes, and of the rest whatever the seed picks
 *
 *   safe bytes        |AAAAAAAAAAAAAAAA|AAAAAAAAAAAAAAAA|
 *   unsafe write          BBBBBBBBBBBBBBBBBBBBBBBBBB
 *   after the crash   |AAAAAAAAAAAAAAAA|BBBBBBBBBBBBBAAA|      one sector of it, or a part cut at any byte, or none
 *
 * and of names made, renamed and removed any subset, each whole or not at all. A write to a file opened `durable` is
 * safe when it returns, and torn when power fails within it.
 */
import type { Clock, Environment, File, FileSystem, Lock, Random } from '../../src/core/environment.js'
import { DatabaseError } from '../../src/core/errors.js'

/** What a call to the file system throws from the moment when power is lost. */
export class PowerLoss extends Error {
  override name = 'PowerLoss'
  readonly code = 'EIO'
}

/** Calls that change the disk count as crash points; the others can be told to fail only. */
export type Operation =
  | 'create'
  | 'write'
  | 'flush'
  | 'rename'
  | 'remove'
  | 'makeDirectory'
  | 'flushDirectory'
  | 'open'
  | 'read'
  | 'list'

export interface Call {
  /** Counts the calls that change the disk, from 1. */
  readonly number: number
  readonly operation: Operation
  readonly path: string
}

interface Write {
  readonly position: number
  readonly bytes: Uint8Array
  safe: boolean
}

const sectorBytes = 512

/** Numbers in [0, 1), the same for the same seed. Source: mulberry32 by Tommy Ettinger, public domain. */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
  }
}

/** One file, whatever its names. */
class Inode {
  /** What every reader sees now; longer than the file, so that it can grow. */
  #content = new Uint8Array(0)
  size = 0
  /** What is safe; `#writes` come on top of it. */
  #base: Uint8Array = new Uint8Array(0)
  #writes: Write[] = []

  read(target: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(target.length, this.size - position))
    target.set(this.#content.subarray(position, position + count))
    return count
  }

  write(bytes: Uint8Array, position: number): Write {
    this.#apply(bytes, position)
    // A copy: `slice` of a Buffer would be none.
    const write = { position, bytes: new Uint8Array(bytes), safe: false }
    this.#writes.push(write)
    return write
  }

  makeSafe(write: Write): void {
    write.safe = true
    // Safe writes behind unsafe ones stay in the list, as order decides which bytes lie on top.
    const first = this.#writes.findIndex(({ safe }) => !safe)
    const done = this.#writes.splice(0, first === -1 ? this.#writes.length : first)
    this.#base = done.reduce(overlay, this.#base)
  }

  flush(): void {
    this.#writes = []
    this.#base = this.#content.slice(0, this.size)
  }

  /** The file as a crash may leave it. */
  survivor(random: Random): Inode {
    const survivor = new Inode()
    survivor.#apply(this.#base, 0)
    for (const { position, bytes, safe } of this.#writes) {
      const parts = safe ? [[0, bytes.length] as const] : tornParts(bytes.length, position, random)
      for (const [from, to] of parts) survivor.#apply(bytes.subarray(from, to), position + from)
    }
    survivor.flush()
    return survivor
  }

  #apply(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length
    if (end > this.#content.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#content.length))
      grown.set(this.#content)
      this.#content = grown
    }
    this.#content.set(bytes, position)
    if (bytes.length > 0) this.size = Math.max(this.size, end)
  }
}

function overlay(base: Uint8Array, { position, bytes }: Write): Uint8Array {
  const end = position + bytes.length
  const result = end > base.length ? new Uint8Array(end) : base
  if (result !== base) result.set(base)
  result.set(bytes, position)
  return result
}

/** The parts, from and to within the write, that reached the disk. */
function tornParts(length: number, position: number, random: Random): [from: number, to: number][] {
  const fate = random.next()
  const cut = Math.floor(random.next() * (length + 1))
  if (fate < 0.2) return []
  if (fate < 0.4) return [[0, length]]
  if (fate < 0.6) return [[0, cut]]
  if (fate < 0.7) return [[cut, length]]
  return sectorsOf(length, position).filter(() => random.next() < 0.5)
}

function sectorsOf(length: number, position: number): [from: number, to: number][] {
  const sectors: [number, number][] = []
  for (let from = 0; from < length; ) {
    const to = Math.min(length, from + sectorBytes - ((position + from) % sectorBytes))
    sectors.push([from, to])
    from = to
  }
  return sectors
}

type Names = Map<string, Inode>

/** A change to names, as it happened; `directory` is the one whose flush makes it safe. */
interface NameChange {
  readonly directory: string
  apply(names: Names): void
}

export class MemoryFileSystem implements FileSystem {
  /** Calls so far that change the disk. */
  callCount = 0
  /** Power fails within the call with this number: what it was to do becomes one more unsafe thing. */
  powerFailsAt: number | undefined
  /** Gives the code (ENOSPC, EIO ...) with which a call is to fail, or undefined. A failing write may do any part. */
  failure: ((call: Call) => string | undefined) | undefined
  /** What `writeAsync` and `flushAsync` wait for before they are done. */
  pause: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve))

  #names: Names = new Map()
  #directories = new Set<string>(['', '.', '/'])
  #safeNames: Names = new Map()
  #nameChanges: NameChange[] = []
  #locks = new Set<string>()
  #powerLost = false
  readonly #random: Random

  constructor(seed = 1) {
    this.#random = seededRandom(seed)
  }

  get powerLost(): boolean {
    return this.#powerLost
  }

  // ---- for tests -------------------------------------------------------------------------------------------------

  /** The disk as the next start may find it; the same for the same seed. This one is dead from now on. */
  crash(seed: number): MemoryFileSystem {
    this.#powerLost = true
    const random = seededRandom(seed)
    const names = new Map(this.#safeNames)
    for (const change of this.#nameChanges) if (random.next() < 0.5) change.apply(names)
    const survivors = new Map<Inode, Inode>()
    for (const inode of names.values()) {
      if (!survivors.has(inode)) survivors.set(inode, inode.survivor(random))
    }
    return this.#successor(new Map([...names].map(([path, inode]) => [path, survivors.get(inode)!])))
  }

  /** Another disk with the same files, all of it safe, and nothing locked. */
  clone(): MemoryFileSystem {
    const copy = ([path, inode]: [string, Inode]): [string, Inode] => [path, inodeOf(contentOf(inode))]
    return this.#successor(new Map([...this.#names].map(copy)))
  }

  paths(): string[] {
    return [...this.#names.keys()].sort()
  }

  /** A copy of a file's bytes. */
  contents(path: string): Uint8Array {
    return contentOf(this.#inode(path))
  }

  /** Gives a file these bytes, made safe at once, whatever it held. */
  replace(path: string, bytes: Uint8Array): void {
    const inode = inodeOf(bytes)
    this.#names.set(path, inode)
    this.#safeNames.set(path, inode)
  }

  #successor(names: Names): MemoryFileSystem {
    const successor = new MemoryFileSystem()
    successor.#names = new Map(names)
    successor.#safeNames = names
    successor.#directories = new Set(this.#directories)
    return successor
  }

  // ---- FileSystem ------------------------------------------------------------------------------------------------

  open(path: string, mode: 'read' | 'write' | 'create', { durable = false } = {}): File {
    if (mode === 'create') this.#create(path)
    else this.#call('open', path)
    return new MemoryFile(this.#inode(path), {
      durable,
      writable: mode !== 'read',
      call: (operation) => this.#call(operation, path),
      pause: () => this.pause(),
      random: this.#random,
    })
  }

  #create(path: string): void {
    if (this.#names.has(path)) throw systemError('EEXIST', path)
    if (!this.#directories.has(directoryOf(path))) throw systemError('ENOENT', path)
    const inode = new Inode()
    this.#changeNames('create', path, (names) => names.set(path, inode))
  }

  exists(path: string): boolean {
    this.#mustHavePower()
    return this.#names.has(path) || this.#directories.has(path)
  }

  list(directory: string): string[] {
    this.#call('list', directory)
    if (!this.#directories.has(directory)) throw systemError('ENOENT', directory)
    const paths = [...this.#names.keys(), ...this.#directories]
    return paths.filter((path) => path !== '' && directoryOf(path) === directory).map((path) => nameOf(path))
  }

  makeDirectory(path: string): void {
    if (this.#directories.has(path)) return
    this.makeDirectory(directoryOf(path))
    if (this.#call('makeDirectory', path)) throw new PowerLoss()
    this.#directories.add(path)
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from)
    this.#changeNames('rename', to, (names) => {
      if (names.get(from) === inode) names.delete(from)
      names.set(to, inode)
    })
  }

  remove(path: string): void {
    const inode = this.#inode(path)
    this.#changeNames('remove', path, (names) => {
      if (names.get(path) === inode) names.delete(path)
    })
  }

  flushDirectory(path: string): void {
    if (this.#call('flushDirectory', path)) throw new PowerLoss()
    for (const change of this.#nameChanges) if (change.directory === path) change.apply(this.#safeNames)
    this.#nameChanges = this.#nameChanges.filter(({ directory }) => directory !== path)
  }

  lock(path: string): Lock {
    this.#mustHavePower()
    if (this.#locks.has(path)) throw new DatabaseError('DATABASE_LOCKED', 'the database is open in this process')
    this.#locks.add(path)
    return { release: () => this.#locks.delete(path) }
  }

  #changeNames(operation: Operation, path: string, apply: (names: Names) => void): void {
    const powerFails = this.#call(operation, path)
    apply(this.#names)
    this.#nameChanges.push({ directory: directoryOf(path), apply })
    if (powerFails) throw new PowerLoss()
  }

  /** Counts a call, or makes it fail. Gives whether power fails within it. */
  #call(operation: Operation, path: string): boolean {
    this.#mustHavePower()
    const changesDisk = operation !== 'open' && operation !== 'read' && operation !== 'list'
    if (changesDisk) this.callCount++
    const code = this.failure?.({ number: this.callCount, operation, path })
    if (code !== undefined) throw systemError(code, path)
    this.#powerLost = changesDisk && this.callCount === this.powerFailsAt
    return this.#powerLost
  }

  #mustHavePower(): void {
    if (this.#powerLost) throw new PowerLoss()
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw systemError('ENOENT', path)
    return inode
  }
}

interface FileOptions {
  readonly durable: boolean
  readonly writable: boolean
  readonly call: (operation: Operation) => boolean
  readonly pause: () => Promise<void>
  readonly random: Random
}

class MemoryFile implements File {
  readonly #inode: Inode
  readonly #options: FileOptions
  #closed = false

  constructor(inode: Inode, options: FileOptions) {
    this.#inode = inode
    this.#options = options
  }

  size(): number {
    return this.#inode.size
  }

  read(target: Uint8Array, position: number): number {
    this.#call('read')
    return this.#inode.read(target, position)
  }

  write(bytes: Uint8Array, position: number): void {
    const write = this.#begin(bytes, position)
    if (this.#options.durable) this.#inode.makeSafe(write)
  }

  async writeAsync(bytes: Uint8Array, position: number): Promise<void> {
    const write = this.#begin(bytes, position)
    await this.#options.pause()
    // The thread that was writing dies with the power.
    this.#call('read')
    if (this.#options.durable) this.#inode.makeSafe(write)
  }

  #begin(bytes: Uint8Array, position: number): Write {
    if (!this.#options.writable) throw systemError('EBADF', 'a file opened to be read')
    let powerFails: boolean
    try {
      powerFails = this.#call('write')
    } catch (error) {
      if (!(error instanceof PowerLoss)) this.#writePart(bytes, position)
      throw error
    }
    const write = this.#inode.write(bytes, position)
    if (powerFails) throw new PowerLoss()
    return write
  }

  #writePart(bytes: Uint8Array, position: number): void {
    for (const [from, to] of tornParts(bytes.length, position, this.#options.random)) {
      this.#inode.write(bytes.subarray(from, to), position + from)
    }
  }

  flush(): void {
    if (this.#call('flush')) throw new PowerLoss()
    this.#inode.flush()
  }

  async flushAsync(): Promise<void> {
    if (this.#call('flush')) throw new PowerLoss()
    await this.#options.pause()
    this.#call('read')
    this.#inode.flush()
  }

  close(): void {
    this.#closed = true
  }

  #call(operation: Operation): boolean {
    if (this.#closed) throw systemError('EBADF', 'a closed file')
    return this.#options.call(operation)
  }
}

function contentOf(inode: Inode): Uint8Array {
  const bytes = new Uint8Array(inode.size)
  inode.read(bytes, 0)
  return bytes
}

function inodeOf(bytes: Uint8Array): Inode {
  const inode = new Inode()
  inode.write(bytes, 0)
  inode.flush()
  return inode
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

export interface MemoryEnvironment extends Environment {
  readonly files: MemoryFileSystem
  readonly clock: Clock & { time: number }
  /** Lets time pass: timers run in their order, each at its time. */
  advance(ms: number): void
}

interface Timer {
  readonly atMs: number
  readonly action: () => void
}

/** Starts at one o'clock on 1 January 2026 (UTC), where the clock stays until a test sets `clock.time` or calls `advance`. */
export function memoryEnvironment(files = new MemoryFileSystem(), seed = 1): MemoryEnvironment {
  const clock = {
    time: Date.UTC(2026, 0, 1, 1),
    now: () => clock.time,
    monotonic: () => clock.time,
  }
  const waiting = new Set<Timer>()
  const after = (ms: number, action: () => void) => {
    const timer = { atMs: clock.time + ms, action }
    waiting.add(timer)
    return () => void waiting.delete(timer)
  }
  const advance = (ms: number) => {
    const end = clock.time + ms
    for (let next = firstOf(waiting, end); next !== undefined; next = firstOf(waiting, end)) {
      waiting.delete(next)
      clock.time = Math.max(clock.time, next.atMs)
      next.action()
    }
    clock.time = end
  }
  return { clock, timers: { after }, random: seededRandom(seed), files, advance }
}

function firstOf(waiting: ReadonlySet<Timer>, end: number): Timer | undefined {
  return [...waiting].filter(({ atMs }) => atMs <= end).sort((one, other) => one.atMs - other.atMs)[0]
}
