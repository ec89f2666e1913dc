/** `skein export`: the whole of a database as text. */
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { DatabaseError } from '../../core/errors.js'
import { exportJsonl } from '../../transfer/jsonl/export-jsonl.js'
import { type Command, type Context, databaseDirectory, openExisting, parse, UsageError } from '../command.js'

const help = `skein export jsonl [--db <directory>] [--out <file>]
  Writes all nodes and relationships as lines of JSON, which import jsonl and APOC read.
  --out   a file instead of the standard output; one that ends in .gz is packed
`

export const exportCommand: Command = {
  summary: 'writes the database as lines of JSON',
  help,
  run: async ([format, ...args], context) => {
    if (format !== 'jsonl')
      throw new UsageError(`export writes jsonl, not ${format === undefined ? 'nothing' : `'${format}'`}`)
    const { values } = parse({ args, options: { db: { type: 'string' }, out: { type: 'string' } } })
    const db = await openExisting(databaseDirectory(values.db, context))
    try {
      const pieces = exportJsonl(db)
      if (values.out === undefined) await writeOut(pieces, context)
      else await writeFile(pieces, values.out)
    } finally {
      await db.close()
    }
  },
}

async function writeOut(pieces: AsyncIterable<string>, { stdout }: Context): Promise<void> {
  for await (const piece of pieces) {
    stdout.write(piece)
    await stdout.drain()
  }
}

/** The file has its name when it is whole; what stood there before stays until then. */
async function writeFile(pieces: AsyncIterable<string>, path: string): Promise<void> {
  const part = `${path}.part`
  try {
    const file = createWriteStream(part)
    const source = Readable.from(pieces)
    await (path.endsWith('.gz') ? pipeline(source, createGzip(), file) : pipeline(source, file))
    renameSync(part, path)
  } catch (cause) {
    rmSync(part, { force: true })
    if (cause instanceof DatabaseError) throw cause
    throw new DatabaseError('STORAGE_FAILED', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
