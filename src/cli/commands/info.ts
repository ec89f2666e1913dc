/** `skein info`: what a database holds. */
import type { DatabaseInfo } from '../../index.js'
import { type Command, databaseDirectory, openExisting, parse } from '../command.js'
import { table } from '../print/table.js'

const help = `skein info [--db <directory>]
  Counts nodes by label and relationships by type, and lists the indexes.
`

export const info: Command = {
  summary: 'tells what the database holds',
  help,
  run: async (args, context) => {
    const { values } = parse({ args, options: { db: { type: 'string' } } })
    const db = await openExisting(databaseDirectory(values.db, context))
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
    ...(info.plainValueCount === 0 ? [] : [['plain values', info.plainValueCount]]),
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
