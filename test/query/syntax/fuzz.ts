/**
 * `npm run fuzz:grammar -- --minutes 60` mutates real queries for so long, and ends with exit code 1 and the smallest text
 * found as soon as one crashes, hangs, is slow or is refused at a place beyond it. `--seed` begins with a seed that an
 * earlier run has printed; `--print` shows some of the texts.
 *
 * The texts are judged in a process of its own, which says beforehand what it judges: one that hangs cannot tell.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { faultOf, mutated, ownQueries, sharedQueries } from './mutations.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    print: { type: 'boolean' },
  },
})
/** A text that takes longer hangs. */
const hangMs = 30_000
const runsPerSeed = 500

if (process.send === undefined) watch()
else judge()

function watch(): void {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2))
  let last: unknown
  let alive = Date.now()
  child.on('message', (text) => {
    last = text
    alive = Date.now()
  })
  const timer = setInterval(() => {
    if (Date.now() - alive < hangMs) return
    console.log(`no answer for ${hangMs} ms:\n${String(last)}`)
    process.exitCode = 1
    child.kill('SIGKILL')
  }, 1000)
  child.on('exit', (code) => {
    clearInterval(timer)
    process.exitCode ??= code ?? 1
  })
}

function judge(): void {
  const queries = [...ownQueries(), ...sharedQueries()]
  const end = Date.now() + Number(values.minutes) * 60_000
  const property = fc.property(mutated(queries), (text) => {
    process.send!(text)
    const fault = faultOf(text)
    if (fault !== undefined) throw new Error(fault)
  })
  let count = 0
  for (let seed = Number(values.seed); Date.now() < end; seed++) {
    if (values.print) console.log(fc.sample(mutated(queries), { seed, numRuns: 3 }).join('\n---\n'))
    const result = fc.check(property, {
      seed,
      numRuns: runsPerSeed,
      interruptAfterTimeLimit: Math.max(1, end - Date.now()),
    })
    count += result.numRuns
    if (result.failed && result.counterexample !== null) {
      console.log(`seed ${seed}: ${String(result.errorInstance)}\n${result.counterexample[0]}`)
      process.exit(1)
    }
  }
  console.log(`${count} texts of ${queries.length} queries, from seed ${values.seed}: each has a plan or is refused`)
  process.disconnect()
}
