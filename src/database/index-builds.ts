/**
 * Indexes over existing data, made while others read and write.
 *
 *   begin, slice ── commit ──▶ slice ── commit ──▶ ... ──▶ slice, whole ── commit ──▶ answer
 *                           ▲ others write here, by turns
 *
 * A slice takes the next entities, by id, for a few milliseconds, in a transaction of its own like any other. Up to
 * where it is filled an index is kept by every write; what lies beyond, a later slice finds as it is then. So no write
 * is missed, and none is taken in twice. Until the last slice no plan and no check relies on it.
 *
 * CREATE INDEX answers when the index is whole. One that does not come so far leaves nothing: when values break a
 * constraint, when it is cancelled, or when memory is full, it is dropped; after a crash, at the next opening.
 */
import { indexToCreate, textIndexToCreate, vectorIndexToCreate } from '../../query/engine.js'
import type { Procedure } from '../../query/procedures/procedure.js'
import type { CreateAnyIndex } from '../../query/semantics/bound.js'
import { DatabaseError } from '../core/errors.js'
import { anyIndexStates } from '../transaction/catalog.js'
import { StoreTransaction } from '../transaction/store-transaction.js'
import type { Counters } from '../transaction/transaction.js'
import { Deadline, type Limits, nextTurn } from './deadline.js'
import { type ProcedureBody, procedureFrom } from './procedures.js'
import type { Runner } from './runner.js'
import type { Storage } from './storage.js'

/** What a slice aims at: whoever comes meanwhile waits no longer. */
const sliceMs = 4
const idsFirst = 512
const idsMost = 64 * 1024
/** What a timer can be set to. */
const timerMsMax = 2 ** 31 - 1
/** How long a disk that refuses is left alone before an unfinished index is tried to be dropped again. */
const dropAgainMs = 1_000

/** One index on its way. The object tells it from a later one of the same name. */
class Build {
  private idsPerSlice = idsFirst
  private end = () => {}
  readonly ended = new Promise<void>((resolve) => {
    this.end = resolve
  })

  constructor(
    readonly name: string,
    private readonly running: Map<string, Build>,
  ) {}

  /** Begins it by `begin`, and fills the first part. Gives whether the index is whole. */
  start(transaction: StoreTransaction, begin: () => void): boolean {
    begin()
    this.running.set(this.name, this)
    return this.fill(transaction)
  }

  /** Fills the next part. Gives whether the index is whole. */
  fill(transaction: StoreTransaction): boolean {
    if (!this.isRunning) throw dropped(this.name)
    const began = performance.now()
    const isWhole = transaction.fillIndex(this.name, this.idsPerSlice)
    const pace = sliceMs / Math.max(performance.now() - began, 0.1)
    this.idsPerSlice = Math.min(idsMost, Math.max(1, Math.round(this.idsPerSlice * Math.min(pace, 2))))
    return isWhole
  }

  /** Whether the index of this name is still this one. */
  get isRunning(): boolean {
    return this.running.get(this.name) === this
  }

  finish(): void {
    if (this.isRunning) this.running.delete(this.name)
    this.end()
  }
}

export class IndexBuilds {
  private readonly running = new Map<string, Build>()

  constructor(private readonly runner: Runner) {}

  /** Makes an index; gives the statement's counters. Throws what `StoreTransaction.fillIndex` throws. */
  async create(command: CreateAnyIndex, limits: Limits): Promise<Counters> {
    const deadline = new Deadline(limits)
    deadline.check()
    const build = new Build(command.name, this.running)
    try {
      const { counters, whole } = await this.begin(command, build)
      if (!whole) await this.fill(build, deadline)
      build.finish()
      return counters
    } catch (error) {
      await this.drop(build)
      throw error
    }
  }

  /** The first part belongs to the transaction that makes the index: a small one is whole at once. */
  private begin(command: CreateAnyIndex, build: Build): Promise<{ counters: Counters; whole: boolean }> {
    return this.runner.writeWith((transaction) => {
      const begin = beginningOf(command, transaction)
      const whole = begin === undefined || build.start(transaction, begin)
      return { counters: transaction.counters, whole }
    })
  }

  private async fill(build: Build, deadline: Deadline): Promise<void> {
    do {
      // Where nothing has to be flushed, a commit alone lets nobody else run.
      await nextTurn()
      deadline.check()
    } while (!(await this.fillWhenFree(build)))
  }

  /** Others may keep the writer's place for longer than a statement waits for it. False then, too. */
  private async fillWhenFree(build: Build): Promise<boolean> {
    try {
      return await this.runner.writeWith((transaction) => build.fill(transaction))
    } catch (error) {
      if (isCode(error, 'WRITER_BUSY')) return false
      throw error
    }
  }

  /** Leaves nothing of an index. While the disk refuses that, it is tried again in the background. */
  private async drop(build: Build): Promise<void> {
    try {
      if (build.isRunning) await this.runner.writeWith((transaction) => dropUnfinished(transaction, [build.name]))
      build.finish()
    } catch (error) {
      // What a closed database has left, the next opening drops.
      if (isCode(error, 'DATABASE_CLOSED')) build.finish()
      else setTimeout(() => void this.drop(build), dropAgainMs).unref()
    }
  }

  /**
   * Waits until an index, or each that is on its way, is whole. Throws INDEX_MISSING where there is none (any more),
   * QUERY_TIMEOUT after so many seconds.
   */
  async awaitOnline(name: string | undefined, timeoutSeconds: number): Promise<void> {
    const awaited = name === undefined ? [...this.running.values()] : [this.running.get(name)]
    const ended = Promise.all(awaited.map((build) => build?.ended)).then(() => true)
    const timer = timerOf(Math.min(timeoutSeconds * 1000, timerMsMax))
    const inTime = await Promise.race([ended, timer.over.then(() => false)])
    timer.clear()
    if (!inTime)
      throw new DatabaseError(
        'QUERY_TIMEOUT',
        `the index was not whole after ${timeoutSeconds} s; it goes on being filled: wait again, and longer`,
        { timeoutSeconds },
      )
    if (name !== undefined && this.runner.readable.findAnyIndex(name) === undefined)
      throw new DatabaseError('INDEX_MISSING', `there is no index '${name}'; SHOW INDEXES lists them`, { name })
  }

  /** The procedures that wait, as Neo4j has them. */
  get procedures(): readonly Procedure[] {
    const waiting = (signature: string, description: string, body: ProcedureBody) =>
      procedureFrom(signature, body, { description }, () => this.runner.readable)
    return [
      waiting(
        'db.awaitIndexes(timeOutSeconds = 300 :: INTEGER) :: VOID',
        'Waits until all indexes are online.',
        async (seconds: number) => this.awaitOnline(undefined, seconds),
      ),
      waiting(
        'db.awaitIndex(indexName :: STRING, timeOutSeconds = 300 :: INTEGER) :: VOID',
        'Waits until an index is online.',
        async (name: string, seconds: number) => this.awaitOnline(name, seconds),
      ),
    ]
  }
}

/** What begins an index; undefined where IF NOT EXISTS finds one. */
function beginningOf(command: CreateAnyIndex, transaction: StoreTransaction): (() => void) | undefined {
  if (command.kind === 'createTextIndex') {
    const index = textIndexToCreate(command, transaction)
    return index && (() => transaction.beginTextIndex(index))
  }
  if (command.kind === 'createVectorIndex') {
    const index = vectorIndexToCreate(command, transaction)
    return index && (() => transaction.beginVectorIndex(index))
  }
  const index = indexToCreate(command, transaction)
  return index && (() => transaction.beginIndex(index))
}

/** Drops what was being filled when the database was last open. Nobody was told that it is there. */
export function dropUnfinishedIndexes(storage: Storage): void {
  const { stores } = storage
  const names = [...stores.indexes(), ...stores.entityIndexes()].flatMap((open) =>
    stores.isWhole(open) ? [] : [open.definition.name],
  )
  if (names.length === 0) return
  storage.begin()
  try {
    dropUnfinished(new StoreTransaction(stores, { record: storage.record }), names)
    storage.commit()
  } catch (error) {
    storage.rollback()
    throw error
  }
}

function dropUnfinished(transaction: StoreTransaction, names: readonly string[]): void {
  const { catalog } = transaction
  for (const { definition, whole } of anyIndexStates(catalog))
    if (!whole && names.includes(definition.name)) transaction.dropIndex(definition.name)
}

function isCode(error: unknown, code: DatabaseError['code']): boolean {
  return error instanceof DatabaseError && error.code === code
}

function dropped(name: string): DatabaseError {
  return new DatabaseError('INDEX_MISSING', `the index '${name}' was dropped while it was being filled`, { name })
}

function timerOf(ms: number): { over: Promise<void>; clear: () => void } {
  let timer: NodeJS.Timeout
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return { over, clear: () => clearTimeout(timer) }
}
