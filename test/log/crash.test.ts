import { afterEach, expect, test, vi } from 'vitest'
import { Log } from '../../src/log/log.js'
import { crashEverywhere } from '../support/log-crash.js'

const seeds = Array.from({ length: Number(process.env.SKEIN_CRASH_SEEDS ?? 10) }, (_, i) => i + 1)

afterEach(() => {
  vi.restoreAllMocks()
})

test('power lost within any write, flush or rename loses no acknowledged commit and invents none', async () => {
  expect(await crashEverywhere(seeds)).toBeGreaterThan(40 * seeds.length)
}, 600_000)

test('the same test finds an answer that is given before the flush', async () => {
  vi.spyOn(Log.prototype, 'flush').mockResolvedValue(undefined)
  await expect(crashEverywhere(seeds)).rejects.toThrow('acknowledged commits some are lost')
})
