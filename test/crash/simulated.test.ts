import { expect, test } from 'vitest'
import { crashEverywhere } from './simulated.js'

/** `SKEIN_CRASH_SEED=7 SKEIN_CRASH_POINTS=100000 npx vitest run test/crash/simulated` goes on from another seed, for longer. */
const firstSeed = Number(process.env.SKEIN_CRASH_SEED ?? 1)
const crashesWanted = Number(process.env.SKEIN_CRASH_POINTS ?? 2_000)
const seeds = Array.from({ length: crashesWanted }, (_, i) => firstSeed + i)

test('power lost within any write, flush or rename loses no acknowledged commit and leaves no half transaction', async () => {
  expect(await crashEverywhere({ seeds, crashesMax: crashesWanted })).toBe(crashesWanted)
}, 3_600_000)
