/** `npm run demo [-- --dir <project>]`. Exits with 1 unless the demo ends as it should. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { DatabaseError } from '../core/errors.js'

const { values } = parseArgs({ options: { dir: { type: 'string', default: '.' } } })
// Taken away before the database is loaded: see src/cli/main.ts.
process.argv.splice(2)
const { demo } = await import('./demo.js')

try {
  process.exitCode = (await demo(resolve(values.dir))) ? 0 : 1
} catch (error) {
  if (!(error instanceof DatabaseError)) throw error
  process.stderr.write(`${error.code}: ${error.message}\n`)
  process.exitCode = 1
}
