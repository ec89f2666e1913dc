/** Runs a workload until power fails within a chosen call, opens what the crash left, and says what is wrong with it. */
import assert from 'node:assert/strict'
import type { StorageOptions } from '../../src/database/storage.js'
import { verify } from '../../src/transaction/verify.js'
import { MemoryFileSystem } from '../support/memory-environment.js'
import { contentOf, openStorage, Workload } from './workload.js'

const transactionsPerRun = 30

export interface CrashPoint {
  readonly seed: number
  /** Which call that changes the disk is cut off; beyond the last one, none. */
  readonly powerFailsAt: number
  readonly options?: StorageOptions
}

/** Gives how many calls that change the disk the run made. Throws an AssertionError that says what was lost or invented. */
export async function crashAndCheck({ seed, powerFailsAt, options = {} }: CrashPoint): Promise<number> {
  const files = new MemoryFileSystem(seed)
  files.powerFailsAt = powerFailsAt
  const work = await workUntilPowerLoss(files, seed, options)
  await checkDisk(files.crash(seed * 10_000 + powerFailsAt), work)
  return files.callCount
}

async function workUntilPowerLoss(files: MemoryFileSystem, seed: number, options: StorageOptions) {
  const nothing = { states: new Map<number, string>(), acknowledged: 0 }
  let work: Workload | undefined
  try {
    work = new Workload(files, seed, options)
    await work.run(transactionsPerRun)
  } catch (error) {
    if (!files.powerLost) throw error
  }
  return work ?? nothing
}

/** Opens the disk, compares it with what was attempted, and does some work that must then be there as well. */
export async function checkDisk(
  disk: MemoryFileSystem,
  { states, acknowledged }: Pick<Workload, 'states' | 'acknowledged'>,
): Promise<void> {
  const storage = openStorage(disk)
  const { sequence } = storage
  assert(sequence >= acknowledged, `commit ${acknowledged} was acknowledged, but only ${sequence} are there`)
  const found = contentOf(storage.stores)
  const expected = states.get(sequence)
  if (expected !== undefined) assert.equal(found, expected, `the content is not that after commit ${sequence}`)
  else assert.equal(sequence, 0, `commit ${sequence} was never attempted`)
  assert.deepEqual(verify(storage.stores), [], 'sets or indexes do not fit the data')
  await storage.close()
  // Not after every crash, as it takes as long as all the rest.
  if (sequence % 3 === 0) await goOn(disk)
}

async function goOn(disk: MemoryFileSystem): Promise<void> {
  const work = new Workload(disk, 1)
  await work.run(2)
  const again = openStorage(disk)
  assert.equal(contentOf(again.stores), contentOf(work.storage.stores), 'work after the crash is lost')
  assert.deepEqual(verify(again.stores), [])
  await again.close()
}

export interface Campaign {
  readonly seeds: readonly number[]
  readonly options?: StorageOptions
  /** Stop when there were so many. */
  readonly crashesMax?: number
}

/** Crashes the run of each seed within every one of its calls. Gives how many crashes that were. */
export async function crashEverywhere({ seeds, options = {}, crashesMax = Infinity }: Campaign): Promise<number> {
  let crashes = 0
  for (const seed of seeds) {
    const calls = await crashOnce({ seed, powerFailsAt: Infinity, options })
    for (let powerFailsAt = 1; powerFailsAt <= calls && crashes < crashesMax; powerFailsAt++) {
      await crashOnce({ seed, powerFailsAt, options })
      crashes++
    }
  }
  return crashes
}

async function crashOnce(point: CrashPoint): Promise<number> {
  try {
    return await crashAndCheck(point)
  } catch (error) {
    throw new Error(`seed ${point.seed}, power failing at call ${point.powerFailsAt}: ${error}`, { cause: error })
  }
}
