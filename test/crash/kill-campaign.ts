/** `npm run campaign:kill -- 1000` kills a writing process so many times, 500 if not told. */
import { killCampaign } from './kill.js'

const kills = Number(process.argv[2] ?? 500)
const acknowledged = await killCampaign({ kills, random: Math.random })
console.log(`${kills} kills, ${acknowledged} commits acknowledged, all of them found`)
