/**
 * A hundred mistakes, and what is told of each: `mistakes.txt`, which people read. `SKEIN_UPDATE_MISTAKES=1` writes it
 * anew. After each mistake the database must be as it was and answer, and nothing may hang.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { Storage } from '../../src/database/storage.js'
import { constraints } from './kinds/constraints.js'
import { csvRows } from './kinds/csv-rows.js'
import { documents } from './kinds/documents.js'
import { files } from './kinds/files.js'
import { limits } from './kinds/limits.js'
import { parameters } from './kinds/parameters.js'
import { requests } from './kinds/requests.js'
import { searches } from './kinds/searches.js'
import { syntax } from './kinds/syntax.js'
import { transactions } from './kinds/transactions.js'
import { types } from './kinds/types.js'
import { unknownNames } from './kinds/unknown-names.js'
import { type Mistake, messageOf, statement } from './mistake.js'
import { makeWorld, type World } from './world.js'

const kinds: Readonly<Record<string, readonly Mistake[]>> = {
  Syntax: syntax,
  'Unknown names': unknownNames,
  Types: types,
  Parameters: parameters,
  'Constraint violations': constraints,
  Documents: documents,
  Searches: searches,
  Requests: requests,
  'CSV rows': csvRows,
  Files: files,
  Limits: limits,
  Transactions: transactions,
}

const golden = fileURLToPath(new URL('mistakes.txt', import.meta.url))
const updates = process.env.SKEIN_UPDATE_MISTAKES !== undefined

afterEach(() => void vi.restoreAllMocks())

test('each of a hundred mistakes is told as it was when its message was read, and changes nothing', async () => {
  const world = await makeWorld()
  const before = await world.state()
  const parts: string[] = []
  for (const [kind, mistakes] of Object.entries(kinds)) {
    parts.push(`# ${kind}`)
    for (const mistake of mistakes) {
      parts.push(`${quoted(mistake.what)}\n${shown(await messageOf(mistake, world), world)}`)
      expect(await world.state(), mistake.what).toEqual(before)
    }
  }
  const told = `${parts.join('\n\n')}\n`
  if (updates) writeFileSync(golden, told)
  else expect(told).toBe(readFileSync(golden, 'utf8'))
  // The writer's place is free, and the server answers.
  await world.db.query('CREATE (:After)')
  expect((await fetch(`${world.server.url}/health`)).status).toBe(200)
  await world.close()
}, 60_000)

test('there are twelve kinds, of ten mistakes at least, each made once', () => {
  expect(Object.keys(kinds)).toHaveLength(12)
  for (const mistakes of Object.values(kinds)) expect(mistakes.length).toBeGreaterThanOrEqual(10)
  const all = Object.values(kinds).flat()
  expect(new Set(all.map(({ what }) => what)).size).toBe(all.length)
})

test('a half of a change that stayed would be seen', async () => {
  const world = await makeWorld()
  const before = await world.state()
  vi.spyOn(Storage.prototype, 'rollback').mockImplementation(() => undefined)
  await messageOf(statement('UNWIND [1, 0] AS i CREATE (:Half {x: 1 / i})'), world)
  expect(await world.state()).not.toEqual(before)
  vi.restoreAllMocks()
  await world.close()
})

function quoted(what: string): string {
  return what
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}

/** What differs from run to run has a name instead. */
function shown(message: string, { directory }: World): string {
  return message
    .replaceAll(directory, '<directory>')
    .replace(/process \d+/g, 'process <pid>')
    .replace(/on host \S+/g, 'on host <host>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/^ +$/gm, '')
}
