/**
 * Work on a log, drawn from a seed, until power fails within a chosen call; then what the disk holds is compared with
 * what was attempted and what was acknowledged.
 */
import assert from 'node:assert/strict'
import type { Random } from '../../src/core/environment.js'
import { Log } from '../../src/log/log.js'
import { type Commit, commit, commitsIn, directory, setName } from './logs.js'
import { MemoryFileSystem, memoryEnvironment, seededRandom } from './memory-environment.js'

const segmentBytes = 4096

class Workload {
  readonly attempted: Commit[] = []
  acknowledged = 0
  /** What a checkpoint, if there were any here, would hold. */
  checkpoint = 0
  readonly #files: MemoryFileSystem
  readonly #random: Random
  readonly #environment: ReturnType<typeof memoryEnvironment>
  #log: Log

  constructor(files: MemoryFileSystem, seed: number) {
    this.#files = files
    this.#environment = memoryEnvironment(files, seed)
    this.#random = seededRandom(seed)
    this.#log = this.#open()
  }

  #open(): Log {
    return Log.open(this.#environment, directory, { segmentBytes, afterSequence: this.checkpoint })
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      for (let commits = this.#below(4); commits >= 0; commits--) this.#commit()
      await this.#settle()
    }
    this.#log.close()
  }

  #below(count: number): number {
    return Math.floor(this.#random.next() * count)
  }

  #commit(): void {
    const size = this.#random.next() < 0.05 ? 9_000 : 20 + this.#below(300)
    const changes = Array.from({ length: 1 + this.#below(3) }, (_, i) => setName(100 + i, size))
    // Attempted from before the call on, as it may flush by itself.
    this.attempted.push({ sequence: this.#log.sequence + 1, changes })
    commit(this.#log, ...changes)
  }

  async #settle(): Promise<void> {
    const choice = this.#random.next()
    if (choice < 0.5) await this.#acknowledge(this.#log.flush())
    else if (choice < 0.6) void this.#acknowledge(this.#log.flush()).catch(() => undefined)
    else if (choice < 0.8) {
      this.#log.flushSync()
      this.#acknowledgeUpTo(this.#log.sequence)
    } else if (choice < 0.9) this.#log.dropBefore((this.checkpoint = this.#log.flushed))
    else if (choice < 0.95) {
      this.#log.close()
      this.#log = this.#open()
    }
  }

  async #acknowledge(flush: Promise<void>): Promise<void> {
    const { sequence } = this.#log
    await flush
    this.#acknowledgeUpTo(sequence)
  }

  #acknowledgeUpTo(sequence: number): void {
    if (!this.#files.powerLost) this.acknowledged = Math.max(this.acknowledged, sequence)
  }
}

export interface CrashOptions {
  readonly seed: number
  /** Which call that changes the disk is cut off; beyond the last one, none. */
  readonly powerFailsAt: number
}

/** Runs the work of a seed to its crash, checks what is left, goes on with it and checks again. Gives how many calls there were. */
export async function crashLog({ seed, powerFailsAt }: CrashOptions): Promise<number> {
  const files = new MemoryFileSystem(seed)
  files.makeDirectory(directory)
  files.powerFailsAt = powerFailsAt
  const work = await workUntilPowerLoss(files, seed)
  const disk = files.crash(seed * 1_000 + powerFailsAt)
  const found = check(disk, work)
  goOn(disk, { seed, found, work })
  return files.callCount
}

async function workUntilPowerLoss(files: MemoryFileSystem, seed: number) {
  let work: Workload | undefined
  try {
    work = new Workload(files, seed)
    await work.run(30)
  } catch (error) {
    if (!files.powerLost) throw error
  }
  return { attempted: work?.attempted ?? [], acknowledged: work?.acknowledged ?? 0, checkpoint: work?.checkpoint ?? 0 }
}

type Outcome = Awaited<ReturnType<typeof workUntilPowerLoss>>

/** What is found is what was attempted, in order, and reaches at least to what was acknowledged. */
function check(disk: MemoryFileSystem, { attempted, acknowledged, checkpoint }: Outcome): Commit[] {
  const found = commitsIn(disk, checkpoint)
  const expected = attempted.filter(({ sequence }) => sequence > checkpoint)
  assert.deepEqual(found, expected.slice(0, found.length), 'what was found was not attempted')
  assert(checkpoint + found.length >= acknowledged, `of ${acknowledged} acknowledged commits some are lost`)
  return found
}

/** Opens what the crash left, power failing once more while that is put in order, and commits. */
function goOn(disk: MemoryFileSystem, { seed, found, work }: { seed: number; found: Commit[]; work: Outcome }): void {
  const again = disk.clone()
  again.powerFailsAt = 1 + (seed % 4)
  try {
    openAndCommit(again, work)
  } catch (error) {
    if (!again.powerLost) throw error
  }
  const survivor = again.crash(seed)
  assert.deepEqual(commitsIn(survivor, work.checkpoint).slice(0, found.length), found, 'opening lost a commit')
  const log = openAndCommit(disk, work)
  assert.deepEqual(
    commitsIn(disk, work.checkpoint),
    [...found, { sequence: log.sequence, changes: [setName(1)] }],
    'the log does not go on where it ended',
  )
}

function openAndCommit(disk: MemoryFileSystem, { checkpoint }: Outcome): Log {
  const log = Log.open(memoryEnvironment(disk, 99), directory, { segmentBytes, afterSequence: checkpoint })
  commit(log, setName(1))
  log.flushSync()
  return log
}

/** Crashes the work of each seed within every one of its calls. Gives how many crashes that were. */
export async function crashEverywhere(seeds: readonly number[]): Promise<number> {
  let crashes = 0
  for (const seed of seeds) {
    const calls = await crashLog({ seed, powerFailsAt: Number.POSITIVE_INFINITY })
    for (let powerFailsAt = 1; powerFailsAt <= calls; powerFailsAt++) {
      try {
        await crashLog({ seed, powerFailsAt })
      } catch (error) {
        throw new Error(`seed ${seed}, power failing at call ${powerFailsAt}: ${error}`, { cause: error })
      }
      crashes++
    }
  }
  return crashes
}
