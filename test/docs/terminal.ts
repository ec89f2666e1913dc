/**
 * A terminal as the guide shows it: `$` and a command, `skein>` and what is typed into the shell, and between them what is
 * written. Commands run in this process, in a directory of their own; a server gets any port that is free.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { answerParts } from '../../src/cli/print/answer.js'
import { table } from '../../src/cli/print/table.js'
import { run } from '../../src/cli/run.js'
import { type HttpServer, serve } from '../../src/http/server.js'
import * as skein from '../../src/index.js'
import { embedded } from '../../src/repl/database.js'
import { History } from '../../src/repl/history.js'
import { Shell } from '../../src/repl/shell.js'
import { StatementReader } from '../../src/repl/statement-reader.js'
import * as client from '../../src/sdk/client.js'

/** The address that pages show. */
const shownAddress = 'http://127.0.0.1:7474'

export class Terminal {
  private readonly before = process.cwd()
  private readonly directory = mkdtempSync(join(tmpdir(), 'skein-guide-'))
  private readonly programs = new Map<string, string>()
  private served: { readonly server: HttpServer; readonly db: skein.Database } | undefined

  constructor() {
    process.chdir(this.directory)
  }

  async close(): Promise<void> {
    await this.interrupt()
    process.chdir(this.before)
    rmSync(this.directory, { recursive: true })
  }

  /** A file of the page; a program is kept until it is run. */
  file(name: string, content: string): void {
    if (name.endsWith('.mjs')) this.programs.set(name, content)
    else writeFileSync(name, content)
  }

  /** Runs a block and gives it back with what is written now in the place of what was written. */
  async replay(block: string): Promise<string> {
    let text = ''
    for (const part of block.split(/^(?=\$ )/m)) {
      if (part.startsWith('^C')) return `^C\n${await this.interrupt()}`
      const [, command, rest] = /^\$ (.*)\n([\s\S]*)$/.exec(part)!
      const written = command!.startsWith('skein shell ')
        ? await this.shell(command!.slice('skein shell '.length), rest!)
        : await this.command(command!)
      text += `$ ${command}\n${written}`
    }
    return text
  }

  private async command(line: string): Promise<string> {
    const [name, ...args] = wordsOf(line)
    if (name === 'node') return this.program(args[0]!)
    if (name === 'curl') return this.curl(args)
    if (args[0] === 'serve') return this.serve(args[1]!)
    let written = ''
    const output = { write: (text: string) => void (written += text), drain: async () => {}, columns: undefined }
    await run(
      args.map((arg) => this.reached(arg)),
      { stdout: output, stderr: output, environment: {}, stdin: Readable.from([]), screen: undefined },
    )
    return written
  }

  private async serve(directory: string): Promise<string> {
    const db = await skein.open(directory)
    this.served = { db, server: await serve(db, { port: 0 }) }
    return `Skein serves ${directory} at ${shownAddress}\nPOST ${shownAddress}/db/skein/query/v2   Ctrl-C stops\n`
  }

  private async interrupt(): Promise<string> {
    await this.served?.server.close()
    await this.served?.db.close()
    this.served = undefined
    return 'Stopping\n'
  }

  /** `curl -s <address> -H '<name>: <value>' -d '<body>'` */
  private async curl(args: readonly string[]): Promise<string> {
    const behind = (option: string) => args[args.indexOf(option) + 1]!
    const [name, value] = behind('-H').split(': ') as [string, string]
    const url = this.reached(args.find((arg) => arg.startsWith('http'))!)
    const response = await fetch(url, { method: 'POST', headers: { [name]: value }, body: behind('-d') })
    return `${await response.text()}\n`
  }

  private reached(text: string): string {
    return this.served === undefined ? text : text.replace(shownAddress, this.served.server.url)
  }

  private async program(name: string): Promise<string> {
    const lines: string[] = []
    const console = { log: (...values: unknown[]) => void lines.push(`${values.map(shown).join(' ')}\n`) }
    const code = this.reached(this.programs.get(name)!).replace(
      /^import (\{.*\}) from '(.*)'$/gm,
      (_, names, module) => `const ${names} = modules['${module}']`,
    )
    const modules = { skein, 'skein/client': client }
    await new AsyncFunction('modules', 'console', code)(modules, console)
    return lines.join('')
  }

  /** What is typed stands behind a prompt; the rest is what the shell has written, and is written anew. */
  private async shell(directory: string, session: string): Promise<string> {
    const db = await skein.open(directory)
    let text = ''
    const shell = new Shell({
      db: embedded(db),
      printer: {
        formats: ['table'],
        answer: (result, timeMs) => {
          const { rows, plan, footer } = answerParts(result, { timeMs, format: 'table', widthMax: undefined })
          return rows + plan + footer
        },
        table,
      },
      write: (part) => void (text += part),
      history: new History(undefined),
      format: 'table',
    })
    const reader = new StatementReader()
    for (const [line, prompt, typed] of session.matchAll(/^(skein> |skein# | {5}> )(.*)\n/gm)) {
      const mark = shell.isInTransaction ? 'skein# ' : 'skein> '
      text += `${prompt!.startsWith('skein') ? mark : prompt}${typed}\n`
      await shell.take(line.slice(prompt!.length).trimEnd(), reader).catch((error: unknown) => {
        if (!(error instanceof skein.DatabaseError)) throw error
        text += `${error.code}: ${error.message}\n`
      })
    }
    await shell.close()
    await db.close()
    return text
  }
}

const AsyncFunction = (async () => {}).constructor as new (
  ...parameters: string[]
) => (...values: unknown[]) => Promise<void>

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value)
}

/** Words of a command line; quotes keep blanks together. */
function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g), ([, single, double, plain]) => {
    return single ?? double ?? plain!
  })
}
