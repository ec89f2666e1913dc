/**
 * `npx tsx test/crash/campaign.ts 100000 50` simulates so many crashes, the first by seed 50. Ends with exit code 1 and
 * the seed and the call where power failed as soon as something is lost or invented.
 */
import { crashEverywhere } from './simulated.js'

const crashesMax = Number(process.argv[2] ?? 2_000)
const firstSeed = Number(process.argv[3] ?? 1)
const seeds = Array.from({ length: crashesMax }, (_, i) => firstSeed + i)

console.log(`${await crashEverywhere({ seeds, crashesMax })} crashes`)
