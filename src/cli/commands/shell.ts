/** `skein shell`: statements typed on a terminal, or fed through a pipe. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DatabaseError } from '../../core/errors.js'
import { version } from '../../core/version.js'
import type { ShellDatabase } from '../../repl/database.js'
import { History } from '../../repl/history.js'
import { runScript } from '../../repl/script.js'
import { type Printer, Shell } from '../../repl/shell.js'
import { runTerminal } from '../../repl/terminal.js'
import { type Command, type Context, databasePath, openDatabase, parse, UsageError } from '../command.js'
import { answerParts } from '../print/answer.js'
import { type Format, formats, mustBeFormat } from '../print/formats.js'
import { table } from '../print/table.js'

const help = `skein shell [<directory or address>] [--db <directory or address>] [--format table|json|jsonl|csv]
  Runs the statements that are typed, each up to its semicolon; :help tells the commands. Tab completes, Ctrl-C clears
  what is typed or cancels what runs, Ctrl-D leaves. What was typed is kept in ~/.skein_history, or the file that the
  variable SKEIN_HISTORY names; where that is empty nothing is kept.
  An address is that of a server: skein shell http://127.0.0.1:7474
  Through a pipe (echo 'RETURN 1;' | skein shell) the first statement that fails ends it.
`

export const shell: Command = {
  summary: 'runs what is typed',
  help,
  run: async (args, context) => {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: { db: { type: 'string' }, format: { type: 'string', default: 'table' } },
    })
    if (positionals.length + (values.db === undefined ? 0 : 1) > 1)
      throw new UsageError('shell takes one database: skein shell ./data, or --db ./data')
    const format = mustBeFormat('--format', values.format)
    const path = databasePath(positionals[0] ?? values.db, context)
    const db = await openDatabase(path)
    try {
      await runShell({ db, path, format }, context)
    } finally {
      await db.close()
    }
  },
}

async function runShell(
  { db, path, format }: { db: ShellDatabase; path: string; format: string },
  context: Context,
): Promise<void> {
  const { stdin, stdout, screen } = context
  const session = new Shell({
    db,
    printer: printerTo(context),
    write: (text) => stdout.write(text),
    history: new History(screen === undefined ? undefined : historyPath(context)),
    format,
  })
  try {
    if (screen === undefined) await runScript(session, stdin)
    else {
      stdout.write(`Skein ${version} · ${path} · :help tells the commands\n`)
      await runTerminal(session, { input: stdin, output: screen, failure: failureText })
    }
  } finally {
    await session.close()
  }
}

function printerTo({ stdout }: Context): Printer {
  return {
    formats,
    answer: (result, timeMs, name) => {
      const format = name as Format
      const { rows, plan, footer } = answerParts(result, { timeMs, format, widthMax: stdout.columns })
      return rows + plan + (format === 'table' ? footer : '')
    },
    table: (columns, rows) => table(columns, rows, { widthMax: stdout.columns }),
  }
}

function historyPath({ environment }: Context): string | undefined {
  const path = environment.SKEIN_HISTORY ?? join(homedir(), '.skein_history')
  return path === '' ? undefined : path
}

/** Faults of Skein too: a session goes on. */
function failureText(error: unknown): string {
  if (error instanceof DatabaseError) return `${error.code}: ${error.message}\n`
  return `a fault of Skein, please report it: ${(error as Error).stack}\n`
}
