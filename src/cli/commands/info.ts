/** `skein info`: what a database holds. */
import { existsSync } from 'node:fs'
import { DatabaseError } from '../../core/errors.js'
import { type DatabaseInfo, open } from '../../index.js'
import { type Command, databasePath, parse } from '../command.js'
import { table } from '../print/table.js'

const help = `skein info [--db <directory>]
  Counts nodes by label and relationships by type, and lists the indexes.
`

export const info: Command = {
  summary: 'tells what the database holds',
  help,
  run: async (args, context) => {
    const { values } = parse({ args, options: { db: { type: 'string' } } })
    const path = databasePath(values.db, context)
    // Opening makes what is not there, and somebody who asks what a directory holds did not ask for that.
    if (!existsSync(path)) throw new DatabaseError('FILE_NOT_FOUND', `there is no database at ${path}`, { path })
    const db = await open(path)
    try {
      context.stdout.write(describe(db.info(), context.stdout.columns))
    } finally {
      await db.close()
    }
  },
}

function describe(info: DatabaseInfo, widthMax: number | undefined): string {
  const counts = [
    ['nodes', info.nodeCount],
    ...indented(info.labels),
    ['relationships', info.relationshipCount],
    ...indented(info.relationshipTypes),
    ['property names', info.propertyKeys.length],
    ['commits', info.sequence],
    ['bytes of memory', info.memoryBytes],
  ]
  const indexes = info.indexes.map(({ name, on, unique, entries }) => [name, on, unique, entries])
  const shown = table(['what', 'count'], counts, { widthMax })
  if (indexes.length === 0) return shown
  return `${shown}\n${table(['index', 'on', 'unique', 'entries'], indexes, { widthMax })}`
}

/** Those with most first. */
function indented(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [`  ${name}`, count])
}
