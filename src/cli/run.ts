/** The `skein` command: finds the command, runs it, and turns what went wrong into a message and an exit code. */
import { DatabaseError } from '../core/errors.js'
import { version } from '../core/version.js'
import { type Command, type Context, UsageError } from './command.js'
import { exportCommand } from './commands/export.js'
import { importCommand } from './commands/import.js'
import { info } from './commands/info.js'
import { json } from './commands/json.js'
import { keys } from './commands/keys.js'
import { query } from './commands/query.js'
import { search } from './commands/search.js'
import { serve } from './commands/serve.js'
import { shell } from './commands/shell.js'

const commands: ReadonlyMap<string, Command> = new Map([
  ['query', query],
  ['import', importCommand],
  ['export', exportCommand],
  ['info', info],
  ['keys', keys],
  ['json', json],
  ['search', search],
  ['serve', serve],
  ['shell', shell],
])

export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const

/** Runs one command line, without the names of node and script. Gives the exit code; faults of Skein are thrown. */
export async function run(args: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = args
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      context.stdout.write(overview())
      return name === undefined ? exitCodes.usage : exitCodes.ok
    }
    if (name === '--version' || name === '-v') context.stdout.write(`skein ${version}\n`)
    else await runCommand(mustFind(name), rest, context)
    return exitCodes.ok
  } catch (error) {
    if (error instanceof UsageError) {
      context.stderr.write(`skein: ${error.message}\nskein --help tells all commands and options.\n`)
      return exitCodes.usage
    }
    if (!(error instanceof DatabaseError)) throw error
    context.stderr.write(`${error.code}: ${error.message}\n`)
    return exitCodes.failed
  }
}

async function runCommand(command: Command, args: string[], context: Context): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) context.stdout.write(command.help)
  else await command.run(args, context)
}

function mustFind(name: string): Command {
  const command = commands.get(name)
  if (command === undefined) throw new UsageError(`there is no command '${name}'`)
  return command
}

function overview(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  const helps = [...commands.values()].map(({ help }) => help)
  return `skein: a multi-model database

usage: skein <command> [arguments] [--db <directory>]

${lines.join('\n')}

The database is --db, else the variable SKEIN_DB, else ./skein-data.

${helps.join('\n')}`
}
