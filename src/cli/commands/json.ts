/** `skein json`: the document of a key, to the standard output and from a file. */
import { createReadStream } from 'node:fs'
import { DatabaseError } from '../../core/errors.js'
import type { ShellDatabase } from '../../repl/database.js'
import { loadJson } from '../../sdk/load-json.js'
import { type Command, type Context, databasePath, openDatabase, parse, UsageError } from '../command.js'
import { json as jsonText } from '../print/formats.js'

const help = `skein json get <key> [path] [--db <directory or address>]
  Prints the document of a key; with a JSONPath, the list of all matches.
skein json set <key> [path] <json> [--db <directory or address>]
skein json set <key> [path] --file <file>
  Makes the document of a key, or puts a value in the place that a JSONPath names.
  --file   reads the JSON from a file of any length, - from the standard input; it is stored while it is read
`

export const json: Command = {
  summary: 'prints and stores the document of a key',
  help,
  run: async ([verb, ...args], context) => {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: { db: { type: 'string' }, file: { type: 'string' } },
    })
    const use = verb === 'get' ? getting(positionals, values.file) : setting(verb, positionals, values.file)
    const db = await openDatabase(databasePath(values.db, context))
    try {
      await use(db, context)
    } finally {
      await db.close()
    }
  },
}

type Use = (db: ShellDatabase, context: Context) => Promise<void>

function getting(positionals: readonly string[], file: string | undefined): Use {
  const [key, path] = positionals
  if (key === undefined || positionals.length > 2 || file !== undefined)
    throw new UsageError('json get takes a key, and a path where it is not the whole document')
  return async (db, { stdout }) => {
    const read = path === undefined ? "json.value($key, '$')" : 'json.get($key, $path)'
    const { rows } = await db.query(`RETURN ${read}`, { key, path: path ?? '$' })
    const found = rows[0]![0]
    if (found === null) throw new DatabaseError('KEY_MISSING', `there is no document with the key '${key}'`, { key })
    stdout.write(`${jsonText(found)}\n`)
  }
}

function setting(verb: string | undefined, positionals: readonly string[], file: string | undefined): Use {
  if (verb !== 'set') throw new UsageError(`json has get and set, not ${verb === undefined ? 'nothing' : `'${verb}'`}`)
  const names = file === undefined ? positionals.slice(0, -1) : positionals
  const [key, path] = names
  if (key === undefined || names.length > 2)
    throw new UsageError(
      "json set takes a key, a path where it is not the whole document, and the JSON: '{}', or --file",
    )
  return async (db, context) => {
    const source = file === undefined ? [Buffer.from(positionals.at(-1)!)] : bytesOf(file, context)
    await loadJson(source, { key, begin: async () => db.begin(), ...(path === undefined ? {} : { path }) })
  }
}

async function* bytesOf(path: string, { stdin }: Context): AsyncGenerator<Uint8Array> {
  try {
    // A stream of text gives strings.
    for await (const piece of path === '-' ? stdin : createReadStream(path)) yield Buffer.from(piece)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read: ${message}`
    throw new DatabaseError('FILE_NOT_FOUND', why, { path, cause })
  }
}
