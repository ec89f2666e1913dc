import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../../src/core/environment.js'
import { nodeEnvironment } from '../../../src/core/node-environment.js'
import { open } from '../../../src/index.js'
import type { Mistake } from '../mistake.js'
import type { World } from '../world.js'

function mistake(what: string, make: (world: World) => Promise<unknown>): Mistake {
  return { what, make }
}

export const files = [
  mistake('open a database that is open', ({ home }) => open(home)),
  mistake('open a file as a database', ({ file }) => open(file('notes.txt', 'notes'))),
  mistake('open a directory below a file', ({ file }) => open(join(file('notes.txt', 'notes'), 'db'))),
  mistake('open a directory that this user may not write in', () => open('data', { environment: forbidding() })),
  mistake('skein info --db nowhere', ({ skein, directory }) => skein('info', '--db', join(directory, 'nowhere'))),
  mistake('skein query --file nowhere.cypher', ({ skein, directory }) =>
    skein('query', '--db', ':memory:', '--file', join(directory, 'nowhere.cypher')),
  ),
  mistake('skein query --file of a directory', ({ skein, directory }) =>
    skein('query', '--db', ':memory:', '--file', directory),
  ),
  mistake('skein import csv of a file that is not there', ({ skein, directory }) =>
    skein('import', 'csv', '--db', ':memory:', '--nodes', `Person=${join(directory, 'nowhere.csv')}`),
  ),
  mistake('skein import csv of a directory', ({ skein, directory }) =>
    skein('import', 'csv', '--db', ':memory:', '--nodes', `Person=${directory}`),
  ),
  mistake('skein import csv of an empty file', ({ skein, file }) =>
    skein('import', 'csv', '--db', ':memory:', '--nodes', `Person=${file('empty.csv', '')}`),
  ),
  mistake('skein import csv of a .gz that is not packed', ({ skein, file }) =>
    skein('import', 'csv', '--db', ':memory:', '--nodes', `Person=${file('people.csv.gz', ':ID,name')}`),
  ),
  mistake('skein import jsonl of a line that is not JSON', ({ skein, file }) => {
    const lines = '{"type":"node","id":"1","labels":["Person"]}\n{"type":"node","id":"2",}'
    return skein('import', 'jsonl', '--db', ':memory:', file('people.jsonl', lines))
  }),
  mistake('skein import jsonl of a relationship without its nodes', ({ skein, file }) => {
    const line = '{"type":"relationship","id":"1","label":"KNOWS","start":{"id":"1"},"end":{"id":"2"}}'
    return skein('import', 'jsonl', '--db', ':memory:', file('knows.jsonl', line))
  }),
  mistake('skein import npm of a directory without package-lock.json', ({ skein, directory }) => {
    mkdirSync(join(directory, 'project'), { recursive: true })
    return skein('import', 'npm', join(directory, 'project'), '--db', ':memory:')
  }),
  mistake('skein export into a directory that is not there', async ({ skein, directory }) => {
    const from = join(directory, 'exported')
    await (await open(from)).close()
    return skein('export', 'jsonl', '--db', from, '--out', join(directory, 'nowhere', 'all.jsonl'))
  }),
  mistake('open a database whose checkpoint was overwritten', async ({ directory, file }) => damaged(directory, file)),
]

/** The system as it is for a user without rights. */
function forbidding(): Environment {
  const makeDirectory = () => {
    throw Object.assign(new Error("EACCES: permission denied, mkdir 'data'"), { code: 'EACCES' })
  }
  return { ...nodeEnvironment, files: { ...nodeEnvironment.files, makeDirectory } }
}

/** A database whose newest checkpoint holds what was never written. */
async function damaged(directory: string, file: World['file']): Promise<unknown> {
  const home = join(directory, 'damaged')
  const db = await open(home)
  await db.query('CREATE (:Person)')
  await db.checkpoint()
  await db.close()
  file('damaged/manifest', 'nothing of use')
  return open(home)
}
