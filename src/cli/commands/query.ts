/** `skein query`: one statement, its rows to stdout. */
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { DatabaseError } from '../../core/errors.js'
import type { QueryResult } from '../../index.js'
import { type Command, type Context, databasePath, openDatabase, parse, UsageError } from '../command.js'
import { answerParts } from '../print/answer.js'
import { type Format, mustBeFormat } from '../print/formats.js'

const help = `skein query '<cypher>' [--db <directory or address>] [--format table|json|jsonl|csv] [--param name=json]... [--file <file>]
  Runs one statement and prints its rows.
  --format   table, unless told otherwise; csv writes lists, maps and entities as JSON
  --param    a parameter as JSON: --param age=31 --param 'name="Ann"'
  --file     reads the statement from a file, - from the standard input
`

export const query: Command = {
  summary: 'runs a Cypher statement',
  help,
  run: async (args, context) => {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: {
        db: { type: 'string' },
        format: { type: 'string', default: 'table' },
        param: { type: 'string', multiple: true, default: [] },
        file: { type: 'string' },
      },
    })
    const format = mustBeFormat('--format', values.format)
    const params = Object.fromEntries(values.param.map(readParameter))
    const text = await statement(positionals, values.file, context)
    // Who has the directory may run a script of any length; a server has its own limit.
    const db = await openDatabase(databasePath(values.db, context), { maxQueryLength: Math.max(text.length, 1 << 20) })
    try {
      writeAnswer(await db.query(text, params), format, context)
    } finally {
      await db.close()
    }
  },
}

/** Other formats than the table are for programs, which want rows on the standard output and nothing else. */
export function writeAnswer(answer: QueryResult, format: Format, { stdout, stderr }: Context): void {
  const { rows, plan, footer } = answerParts(answer, {
    timeMs: answer.summary.timeMs!,
    format,
    widthMax: stdout.columns,
  })
  stdout.write(rows)
  const isForPeople = format === 'table'
  ;(isForPeople ? stdout : stderr).write(plan)
  if (isForPeople) stdout.write(footer)
}

async function statement(positionals: string[], file: string | undefined, context: Context): Promise<string> {
  if (positionals.length + (file === undefined ? 0 : 1) !== 1)
    throw new UsageError("query takes one statement: skein query '<cypher>', or --file")
  if (file === undefined) return positionals[0]!
  return file === '-' ? text(context.stdin) : readFile(file)
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read: ${message}`
    throw new DatabaseError('FILE_NOT_FOUND', why, { path, cause })
  }
}

function readParameter(text: string): [name: string, value: unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--param is '${text}', not name=json`)
  const [name, json] = [text.slice(0, at), text.slice(at + 1)]
  try {
    return [name, JSON.parse(json)]
  } catch {
    throw new UsageError(`--param ${name} is ${json}, which is not JSON; a string needs its quotes: '${name}="..."'`)
  }
}
