/** `skein serve`: a database over HTTP, until somebody stops it. */
import type { OpenOptions } from '../../database/open.js'
import { slowStatementLine } from '../../database/slow-statements.js'
import { defaults, serve as serveHttp } from '../../http/server.js'
import { open } from '../../index.js'
import { type Command, type Context, mustBeDirectory, parse, UsageError } from '../command.js'

const help = `skein serve [<directory>] [--db <directory>] [--host <host>] [--port <port>] [--allow-host <name>]...
              [--slow-ms <milliseconds>]
  Serves a database over HTTP with Neo4j's Query API: POST http://${defaults.host}:${defaults.port}/db/${defaults.databaseName}/query/v2
  Without a directory, or the variable SKEIN_DB, the database lives in memory and is gone at the end.
  --host     ${defaults.host}, which only this machine reaches, unless told otherwise; there are no passwords
  --port     ${defaults.port} unless told otherwise; 0 takes any that is free
  --allow-host  a name, such as that of a proxy, under which a server on 127.0.0.1 may be asked too; it refuses others
             than localhost, since web pages could send them
  --slow-ms  writes each statement that takes at least so long to the standard error, without its numbers and strings
  Ctrl-C (SIGINT) or SIGTERM lets what runs end and closes the database; a second one stops at once.
`

export const serve: Command = {
  summary: 'serves a database over HTTP',
  help,
  run: async (args, context) => {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: {
        db: { type: 'string' },
        host: { type: 'string', default: defaults.host },
        port: { type: 'string', default: String(defaults.port) },
        'allow-host': { type: 'string', multiple: true, default: [] },
        'slow-ms': { type: 'string' },
      },
    })
    const port = portOf(values.port)
    const directory = directoryOf(positionals, values.db, context)
    const db = await open(directory, slowOptions(values['slow-ms'], context))
    try {
      const server = await serveHttp(db, {
        host: values.host,
        port,
        allowedHosts: values['allow-host'],
        onFault: (error) => tell(error, context),
      })
      context.stdout.write(`Skein serves ${directory ?? 'a database in memory'} at ${server.url}\n`)
      context.stdout.write(`POST ${server.url}/db/${defaults.databaseName}/query/v2   Ctrl-C stops\n`)
      await stopSignal()
      context.stdout.write('Stopping\n')
      await server.close()
    } finally {
      await db.close()
    }
  },
}

function directoryOf(positionals: string[], db: string | undefined, { environment }: Context): string | undefined {
  if (positionals.length + (db === undefined ? 0 : 1) > 1)
    throw new UsageError('serve takes one directory: skein serve ./data, or --db ./data')
  const path = positionals[0] ?? db ?? environment.SKEIN_DB
  return path === undefined ? undefined : mustBeDirectory(path)
}

function slowOptions(text: string | undefined, { stderr }: Context): OpenOptions {
  if (text === undefined) return {}
  if (!/^\d+$/.test(text)) throw new UsageError(`--slow-ms is '${text}', not a number of milliseconds`)
  return {
    slowStatementMs: Number(text),
    onSlowStatement: (statement) => stderr.write(slowStatementLine(statement)),
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`--port is '${text}', not a number from 0 to 65535`)
  return port
}

function tell(error: unknown, { stderr }: Context): void {
  stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
}

/** Resolves at the first signal; the second one ends the process as it would without us. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}
