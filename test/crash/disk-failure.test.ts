/** A disk that fills up or refuses: nothing acknowledged is lost, what could not be made safe is taken back. */
import { expect, test } from 'vitest'
import { verify } from '../../src/transaction/verify.js'
import { type Call, MemoryFileSystem, seededRandom } from '../support/memory-environment.js'
import { checkDisk } from './simulated.js'
import { contentOf, Workload } from './workload.js'

const seeds = Array.from({ length: Number(process.env.SKEIN_FAILURE_SEEDS ?? 60) }, (_, i) => i + 1)

/** A disk that now and then refuses some calls in a row, each with the given code. */
function unreliable(seed: number, errorCode: string): (call: Call) => string | undefined {
  const random = seededRandom(seed)
  let refusals = 0
  return ({ operation }) => {
    if (operation === 'open' || operation === 'read' || operation === 'list') return undefined
    if (errorCode === 'ENOSPC' && (operation === 'remove' || operation === 'rename')) return undefined
    if (random.next() < 0.03) refusals = 1 + Math.floor(random.next() * 4)
    return refusals-- > 0 ? errorCode : undefined
  }
}

test.each([['ENOSPC'], ['EIO']])(
  '%s at any call: the database goes on from what was safe, and a crash afterwards finds just that',
  async (errorCode) => {
    let failures = 0
    for (const seed of seeds) {
      const files = new MemoryFileSystem(seed)
      const work = new Workload(files, seed)
      files.failure = unreliable(seed, errorCode)
      await work.run(40)
      files.failure = undefined
      failures += work.failures
      expect(verify(work.storage.stores)).toEqual([])
      expect(contentOf(work.storage.stores)).toBe(work.states.get(work.storage.sequence))
      await checkDisk(files.crash(seed), work)
    }
    expect(failures).toBeGreaterThan(seeds.length)
  },
  300_000,
)
