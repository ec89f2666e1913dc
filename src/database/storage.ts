/**
 * The storage of one open database: stores, log, checkpoints, and when what is written is safe.
 *
 *   write ── changes ──▶ log (in memory) + stores ── commit ──▶ seen by all ── flush ──▶ answered, undo given up
 *
 * Readers see a commit at once, answers wait for the flush of what they saw (`settled`). When a flush fails, every
 * commit behind the last flushed one is taken back, newest first, and writes are refused until the disk works again.
 * A database without a directory has no log: its commits are safe when they are made.
 */
import type { Change } from '../core/change.js'
import type { Environment, Lock } from '../core/environment.js'
import { DatabaseError } from '../core/errors.js'
import { type CheckpointFaults, writeCheckpoint } from '../log/checkpoint.js'
import { Log } from '../log/log.js'
import { recover } from '../log/recover.js'
import { storageError } from '../log/storage-error.js'
import { type CommitPoint, Heap, type HeapOptions, type UndoMark } from '../pages/heap.js'
import { Stores } from '../stores/stores.js'
import { applyChange } from '../transaction/apply.js'
import { RequiredChecks } from '../transaction/required-checks.js'

export interface StorageOptions {
  heap?: HeapOptions
  /** Bytes of one segment of the log. Default 16 MiB. */
  segmentBytes?: number
  /** A checkpoint starts when the log holds more than this, and more than half of the data. Default 64 MiB. */
  checkpointLogBytes?: number
  /** Faults that tests put in on purpose. */
  faults?: StorageFaults
}

export interface StorageFaults extends CheckpointFaults {
  /** Answers do not wait for the flush. */
  answerUnflushed?: boolean
}

/** A commit that may still have to be taken back. */
interface Unflushed {
  readonly sequence: number
  readonly start: UndoMark
  readonly point: CommitPoint
}

const checkpointLogBytesDefault = 64 * 1024 * 1024

export class Storage {
  private unflushed: Unflushed[] = []
  private readonly required = new RequiredChecks()
  private log: Log | undefined
  private lock: Lock | undefined
  private checkpointing: Promise<void> | undefined
  private openStart: UndoMark | undefined
  private loadStart: UndoMark | undefined
  /** The checkpoint that makes a load count is being written. */
  private loadEnding = false
  private closed = false
  /** The soonest time of expiry that the open write has set. */
  private soonestExpiry = Number.POSITIVE_INFINITY
  /** Is told of the soonest time of expiry that a commit has set; of 0 where any may have come back. */
  onExpiry: (atMs: number) => void = () => {}
  /** Is told when more commits are safe. */
  onSafe: () => void = () => {}
  /** Why the last checkpoint in the background failed: it is tried again when the log has grown further. */
  checkpointFailure: unknown
  private checkpointRetryBytes = 0
  /** Vectors that graphs have taken in since the last checkpoint, which a restart would have to take in again. */
  private vectorsUnsaved = 0
  /** To take in fewer again is a matter of seconds. */
  static vectorsUnsavedMin = 20_000

  private constructor(
    readonly stores: Stores,
    private readonly environment: Environment,
    readonly directory: string | undefined,
    private readonly options: StorageOptions,
  ) {}

  static inMemory(environment: Environment, options: StorageOptions = {}): Storage {
    return new Storage(Stores.create(new Heap(options.heap)), environment, undefined, options)
  }

  /** Opens a directory, which is made when it does not exist. Throws DATABASE_LOCKED, DATABASE_CORRUPT, STORAGE_FAILED. */
  static open(environment: Environment, directory: string, options: StorageOptions = {}): Storage {
    const lock = lockDirectory(environment, directory)
    try {
      const { stores, sequence } = recover(environment, directory, { heap: options.heap ?? {}, apply: applyChange })
      const storage = new Storage(stores, environment, directory, options)
      storage.lock = lock
      storage.log = Log.open(environment, directory, {
        ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
        afterSequence: sequence,
        onFailure: () => storage.takeBackUnflushed(),
      })
      return storage
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** The last commit, safe or not. */
  get sequence(): number {
    return this.log?.sequence ?? this.stores.heap.committedVersion
  }

  // ---- one write at a time ----------------------------------------------------------------------------------------

  /** Begins a write. `commit` or `rollback` ends it; only one runs at a time. */
  begin(): void {
    this.mustBeOpen()
    this.tryAgain()
    this.log?.beginTransaction()
    this.required.clear()
    this.soonestExpiry = Number.POSITIVE_INFINITY
    this.openStart = this.stores.savepoint()
  }

  /** Records a change; the caller applies it then. */
  readonly record = (change: Change): void => {
    this.required.note(this.stores.requirements(), change)
    if (change.kind === 'setExpiry')
      this.soonestExpiry = Math.min(this.soonestExpiry, change.atMs ?? this.soonestExpiry)
    this.log?.append(change)
  }

  /** Marks a place within the write. Gives a function that takes back what came after, or tells that it cannot. */
  savepoint(): () => boolean {
    const place = this.log?.mark ?? 0
    const mark = this.stores.savepoint()
    return () => {
      if (this.openStart === undefined) return false
      this.stores.unroll(mark)
      return this.log?.tryRewind(place) ?? true
    }
  }

  /**
   * Ends the write; others see it. Gives its sequence: it is safe when `settled` of that resolves. Throws
   * CONSTRAINT_VIOLATION when something lacks a property that it must have; the caller rolls back then.
   */
  commit(): number {
    const start = this.openStart!
    // What may fail comes before the log has the commit.
    this.required.check(this.stores)
    this.stores.settle()
    const sequence = this.log?.commit() ?? 0
    this.openStart = undefined
    const point = this.stores.commit()
    if (this.log === undefined) this.release(point)
    else {
      this.unflushed.push({ sequence, start, point })
      this.releaseFlushed()
    }
    if (this.soonestExpiry !== Number.POSITIVE_INFINITY) this.onExpiry(this.soonestExpiry)
    return this.sequence
  }

  /** Ends the write and takes it back. Does nothing when a failed flush has done that already. */
  rollback(): void {
    if (this.openStart === undefined) return
    this.log?.rollback()
    this.stores.rollback(this.openStart)
    this.openStart = undefined
  }

  /** Whether a write or a load has begun and not ended. */
  get writing(): boolean {
    return this.openStart !== undefined || this.loadStart !== undefined
  }

  // ---- safety -----------------------------------------------------------------------------------------------------

  /** Resolves when the commit is safe; rejects when it has been taken back. */
  async settled(sequence: number): Promise<void> {
    if (this.isSettled(sequence)) return
    await this.log!.flush(sequence)
    this.releaseFlushed()
    this.considerCheckpoint()
  }

  isSettled(sequence: number): boolean {
    return this.log === undefined || this.log.isSafe(sequence) || this.options.faults?.answerUnflushed === true
  }

  /** As `settled`, before it returns. */
  settleNow(sequence: number): void {
    if (this.isSettled(sequence)) return
    this.log!.flushSync()
    this.releaseFlushed()
    this.considerCheckpoint()
  }

  private releaseFlushed(): void {
    const { log, unflushed } = this
    let safe = 0
    while (safe < unflushed.length && unflushed[safe]!.sequence <= log!.flushed) safe++
    if (safe === 0) return
    const { point } = unflushed[safe - 1]!
    unflushed.splice(0, safe)
    this.release(point)
  }

  private release(point: CommitPoint): void {
    this.stores.heap.release(point)
    this.onSafe()
  }

  private takeBackUnflushed(): void {
    this.releaseFlushed()
    const start = this.unflushed[0]?.start ?? this.openStart
    if (start === undefined) return
    const safeVersion = this.stores.heap.releasedVersion
    this.stores.rollback(start)
    this.stores.voidSnapshots(safeVersion)
    this.unflushed = []
    this.openStart = undefined
    this.onExpiry(0)
  }

  /** After a failed flush: whether the disk works again. Throws its error while it does not. */
  private tryAgain(): void {
    if (this.log?.failure !== undefined) this.log.recoverFromFailure()
  }

  /** Throws DATABASE_CLOSED after `close`. */
  mustBeOpen(): void {
    if (this.closed) throw new DatabaseError('DATABASE_CLOSED', 'the database is closed; open it again', {})
  }

  // ---- checkpoints ------------------------------------------------------------------------------------------------

  /** Writes a checkpoint of what is committed now and gives up the log before it. */
  async checkpoint(): Promise<void> {
    this.mustBeOpen()
    if (this.log === undefined) return
    while (this.checkpointing !== undefined) await this.checkpointing.catch(() => undefined)
    this.checkpointing = this.writeCheckpoint(this.log).finally(() => {
      this.checkpointing = undefined
    })
    await this.checkpointing
  }

  /** Begins a bulk load: a write that goes past the log, and counts with the checkpoint that `completeLoad` writes. */
  beginLoad(): void {
    this.mustBeOpen()
    this.tryAgain()
    // A commit that could still be taken back would take the load with it.
    this.settleNow(this.sequence)
    this.loadStart = this.stores.savepoint()
  }

  /**
   * Makes a load count. Its data are in no log, so nothing may be written before the checkpoint is safe (the caller
   * keeps the writer's place), and a checkpoint that fails takes the load back.
   */
  async completeLoad(): Promise<void> {
    const start = this.loadStart!
    this.loadStart = undefined
    const before = this.stores.heap.committedVersion
    const point = this.stores.commit()
    try {
      await this.checkpoint()
    } catch (error) {
      this.stores.rollback(start)
      this.stores.voidSnapshots(before)
      throw error
    }
    this.release(point)
    this.onExpiry(0)
  }

  abortLoad(): void {
    if (this.loadStart === undefined || this.loadEnding) return
    this.stores.rollback(this.loadStart)
    this.loadStart = undefined
  }

  private async writeCheckpoint(log: Log): Promise<void> {
    const { sequence } = log
    if (this.writing && !this.loadEnding)
      throw new DatabaseError('WRITER_BUSY', 'a transaction is writing; try the checkpoint again', {})
    const snapshot = this.stores.snapshot()
    snapshot.kept = true
    // A graph that a checkpoint fails to carry is saved with a later one.
    this.vectorsUnsaved = 0
    try {
      await this.settled(sequence)
      const { faults } = this.options
      await writeCheckpoint(this.environment, this.directory!, snapshot, { sequence, ...(faults ? { faults } : {}) })
    } finally {
      snapshot.release()
    }
    log.dropBefore(sequence + 1)
  }

  /** Tells that the graphs of vector indexes have taken in so many vectors. */
  graphsGrew(vectors: number): void {
    this.vectorsUnsaved += vectors
    if (this.log !== undefined) this.considerCheckpoint()
  }

  private considerCheckpoint(): void {
    const { checkpointLogBytes = checkpointLogBytesDefault } = this.options
    const limit = Math.max(checkpointLogBytes, this.stores.heap.bytesUsed / 2, this.checkpointRetryBytes)
    if (this.checkpointing !== undefined || this.writing || this.closed) return
    if (this.log!.bytes <= limit && !this.areGraphsWorthSaving()) return
    this.checkpoint().then(
      () => {
        this.checkpointFailure = undefined
        this.checkpointRetryBytes = 0
      },
      (error: unknown) => {
        this.checkpointFailure = error
        this.checkpointRetryBytes = this.log!.bytes * 2
      },
    )
  }

  /** As with the log, what a restart would have to do again is bounded by half of what there is. */
  private areGraphsWorthSaving(): boolean {
    if (this.vectorsUnsaved < Storage.vectorsUnsavedMin) return false
    const held = this.stores.vectorIndexes().reduce((sum, { index }) => sum + index.size, 0)
    return this.vectorsUnsaved >= held / 2
  }

  // ---- end --------------------------------------------------------------------------------------------------------

  /** Flushes and closes. A second call does nothing. */
  async close(): Promise<void> {
    if (this.closed) return
    this.rollback()
    while (this.checkpointing !== undefined) await this.checkpointing.catch(() => undefined)
    this.abortLoad()
    this.closed = true
    try {
      this.log?.close()
    } finally {
      this.lock?.release()
    }
  }
}

/** Makes the directory where there is none. Throws DATABASE_LOCKED, and FILE_INVALID where none can be. */
function lockDirectory({ files }: Environment, directory: string): Lock {
  try {
    files.makeDirectory(directory)
    return files.lock(`${directory}/lock`)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (['EACCES', 'EPERM', 'EROFS'].includes(code))
      throw new DatabaseError(
        'STORAGE_FAILED',
        `this user may not write in ${directory} (${code}); allow it, or choose another directory`,
        { directory, cause: error },
      )
    if (!['ENOTDIR', 'EEXIST'].includes(code)) throw storageError(error)
    throw new DatabaseError(
      'FILE_INVALID',
      `${directory} cannot be a database, which is a directory: a file has its name or that of a directory above it`,
      { directory, cause: error },
    )
  }
}
