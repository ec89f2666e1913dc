/**
 * `npm run test:tck`: openCypher's compatibility kit against Skein.
 *
 *   npm run test:tck -- [--failures] [--filter text]
 *
 * `--failures` lists what fails and why, `--filter` takes the scenarios whose id holds a text. The kit is looked for in
 * ../shared, or where SKEIN_SHARED says.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sharedPath } from '../support/shared.js'
import { playAll, readKit } from './kit.js'
import { failuresText, reportText } from './report.js'
import { openSkein } from './skein.js'

const { values: options } = parseArgs({
  options: { failures: { type: 'boolean' }, filter: { type: 'string', default: '' } },
})

const root = sharedPath('tck')
if (!existsSync(root)) {
  console.error(`the kit is not in ${root}; SKEIN_SHARED names the folder that holds tck/`)
  process.exit(2)
}
const kit = readKit(root)
const scenarios = kit.scenarios.filter(({ id }) => id.includes(options.filter))
const judged = await playAll({ ...kit, scenarios }, openSkein)
if (options.failures) console.log(failuresText(judged))
console.log(reportText(judged))
