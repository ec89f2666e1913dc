/**
 * Reads vitest's report and prints the last line of `.ci/run`: "N passed, N failed".
 * Exits with 1 when a test failed, when none ran, or when one was skipped for another reason than absent shared data.
 */
import { readFileSync } from 'node:fs'

const [reportFile] = process.argv.slice(2)
const files = readReport(reportFile)
const tests = files.flatMap((file) => file.assertionResults)
const passed = tests.filter((test) => test.status === 'passed')
const failed = tests.filter((test) => test.status === 'failed')
// A file that cannot be loaded has no tests to fail, so it counts for itself.
const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
// The fixed phrase of test/support/shared.ts.
const unexplained = skipped.filter((test) => !/(^|\s)skipped without shared data:/.test(test.fullName))

for (const test of unexplained) console.log(`skipped without an allowed reason: ${test.fullName}`)
if (skipped.length > unexplained.length) {
  console.log(`${skipped.length - unexplained.length} groups of tests skipped: the shared data is absent`)
}
const failures = failed.length + unloaded.length + unexplained.length
console.log(`${passed.length} passed, ${failures} failed`)
process.exitCode = failures > 0 || passed.length === 0 ? 1 : 0

/** The test files of a report; none when vitest did not get so far as to write it. */
function readReport(path) {
  const text = readFileSync(path, 'utf8')
  return text === '' ? [] : JSON.parse(text).testResults
}
