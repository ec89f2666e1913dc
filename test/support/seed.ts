/**
 * Generated inputs are the same in every run, so that a red test is the doing of the change under test. `SKEIN_SEED=random`
 * looks at new ones, another number at those of that seed.
 */
import fc from 'fast-check'

const { SKEIN_SEED: seed = '1' } = process.env

if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) })
