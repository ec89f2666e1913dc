import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorCodes } from '../src/core/errors.js'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('docs/errors.md lists every error code with its category, in the order of the source', () => {
  const listed = rows.map(([, code, category]) => [code!.replaceAll('`', ''), category])
  expect(listed).toEqual(Object.entries(errorCodes))
})

test('docs/errors.md says of every code when it comes and what to do', () => {
  const unexplained = rows.filter(([, , , when, remedy]) => !when || !remedy)
  expect(unexplained).toEqual([])
})
