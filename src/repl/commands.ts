/** The commands of the shell: what starts with a colon. */

import { nearest } from '../../query/syntax/spelling.js'
import { DatabaseError } from '../core/errors.js'
import { listKeysText, listParameters } from '../sdk/keys.js'
import type { Shell } from './shell.js'

export interface ShellCommand {
  /** What stands behind the name. */
  readonly usage: string
  readonly summary: string
  /** For a command that a statement follows: what stands before the statement in Cypher. */
  readonly prefix?: string
  /** What can stand behind the name, for completion. */
  readonly argumentsOf?: (shell: Shell) => readonly string[]
  readonly run: (shell: Shell, argument: string) => void | Promise<void>
}

export const commands: ReadonlyMap<string, ShellCommand> = new Map<string, ShellCommand>([
  [
    ':help',
    {
      usage: '[command]',
      summary: 'tells all commands, or one',
      argumentsOf: () => [...commands.keys()],
      run: (shell, name) => shell.write(name === '' ? overview() : helpOf(name.startsWith(':') ? name : `:${name}`)),
    },
  ],
  [
    ':explain',
    {
      usage: '<statement>;',
      summary: 'shows the plan of a statement without running it',
      prefix: 'EXPLAIN',
      run: () => needs(':explain', 'a statement: :explain MATCH (n) RETURN n;'),
    },
  ],
  [
    ':profile',
    {
      usage: '<statement>;',
      summary: 'runs a statement and shows rows and time of each operator',
      prefix: 'PROFILE',
      run: () => needs(':profile', 'a statement: :profile MATCH (n) RETURN n;'),
    },
  ],
  [
    ':schema',
    {
      usage: '',
      summary: 'counts nodes by label and relationships by type, and lists indexes and constraints',
      run: schema,
    },
  ],
  [':indexes', { usage: '', summary: 'lists indexes and constraints', run: indexes }],
  [':keys', { usage: '[prefix]', summary: 'lists the keys of nodes and plain values, 1,000 at most', run: keys }],
  [':begin', { usage: '', summary: 'opens a transaction', run: (shell) => shell.begin() }],
  [':commit', { usage: '', summary: 'ends the transaction and keeps its changes', run: (shell) => shell.commit() }],
  [
    ':rollback',
    { usage: '', summary: 'ends the transaction and takes its changes back', run: (shell) => shell.rollback() },
  ],
  [
    ':param',
    {
      usage: '<name> => <expression> | {<name>: <expression>, ...} | clear [name]',
      summary: 'sets parameters: :param age => 30 + 1',
      argumentsOf: () => ['clear'],
      run: param,
    },
  ],
  [':params', { usage: '', summary: 'lists parameters', run: params }],
  [
    ':history',
    { usage: '[clear]', summary: 'lists what was typed, the newest last', argumentsOf: () => ['clear'], run: history },
  ],
  [':clear', { usage: '', summary: 'clears the screen', run: (shell) => shell.write('\u001b[2J\u001b[H') }],
  [':source', { usage: '<file>', summary: 'runs the statements of a file', run: source }],
  [
    ':format',
    {
      usage: '[format]',
      summary: 'says in which form answers are written, or tells it',
      argumentsOf: (shell) => shell.printer.formats,
      run: format,
    },
  ],
  [':exit', { usage: '', summary: 'leaves; so do :quit and Ctrl-D', run: leave }],
  [':quit', { usage: '', summary: 'leaves', run: leave }],
])

/** Throws OPTION_INVALID, with the name that was probably meant. */
export function mustFindCommand(name: string): ShellCommand {
  const command = commands.get(name.toLowerCase())
  if (command !== undefined) return command
  const meant = nearest(name, commands.keys())
  throw new DatabaseError('OPTION_INVALID', `there is no command ${name}`, {
    hint: meant === undefined ? ':help tells all commands' : `did you mean ${meant}?`,
  })
}

function needs(name: string, what: string): never {
  throw new DatabaseError('OPTION_INVALID', `${name} needs ${what}`)
}

function overview(): string {
  const lines = Array.from(commands, ([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`)
  return `Statements end with a semicolon and may span lines. Ctrl-C clears what is typed, or cancels what runs.\n${lines.join('')}`
}

function helpOf(name: string): string {
  const { usage, summary } = mustFindCommand(name)
  return `${name} ${usage}`.trimEnd() + `\n  ${summary}\n`
}

// ---- schema

async function schema(shell: Shell): Promise<void> {
  const { labels, types } = await shell.names()
  const counts = [
    ['nodes', await countOf(shell, '(n)')],
    ...(await Promise.all(labels.map(async (name) => [`  ${name}`, await countOf(shell, `(n:${quoted(name)})`)]))),
    ['relationships', await countOf(shell, '()-[r]->()')],
    ...(await Promise.all(
      types.map(async (name) => [`  ${name}`, await countOf(shell, `()-[r:${quoted(name)}]->()`)]),
    )),
  ]
  shell.write(shell.printer.table(['what', 'count'], counts))
  await indexes(shell)
}

async function countOf(shell: Shell, pattern: string): Promise<unknown> {
  return (await shell.session.query(`MATCH ${pattern} RETURN count(*) AS n`)).rows[0]![0]
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

async function indexes(shell: Shell): Promise<void> {
  for (const what of ['indexes', 'constraints']) {
    const { columns, rows } = await shell.session.query(`SHOW ${what}`)
    shell.write(rows.length === 0 ? `no ${what}\n` : shell.printer.table(columns, rows))
  }
}

async function keys(shell: Shell, prefix: string): Promise<void> {
  const { columns, rows } = await shell.session.query(listKeysText, listParameters({ prefix }))
  shell.write(rows.length === 0 ? 'no keys\n' : shell.printer.table(columns, rows))
}

// ---- parameters

async function param(shell: Shell, argument: string): Promise<void> {
  const [, name, expression] = /^(?:`([^`]+)`|[\p{ID_Start}_][\p{ID_Continue}]*)\s*=>\s*(.+)$/su.exec(argument) ?? []
  if (argument === '' || argument === 'list') params(shell)
  else if (/^clear(\s|$)/.test(argument)) clearParameter(shell, argument.slice('clear'.length).trim())
  else if (expression !== undefined) shell.parameters.set(name ?? wordOf(argument), await evaluate(shell, expression))
  else if (argument.startsWith('{')) await setAll(shell, argument)
  else needs(':param', 'a name and an expression, :param age => 31, or a map, :param {age: 31}')
}

function wordOf(argument: string): string {
  return argument.slice(0, argument.search(/[\s=]/))
}

async function setAll(shell: Shell, map: string): Promise<void> {
  const values = await evaluate(shell, map)
  for (const [name, value] of Object.entries(values as object)) shell.parameters.set(name, value)
}

async function evaluate(shell: Shell, expression: string): Promise<unknown> {
  const { rows } = await shell.session.query(`RETURN ${expression} AS value`, shell.parameterValues)
  return rows[0]![0]
}

function clearParameter(shell: Shell, name: string): void {
  if (name === '') shell.parameters.clear()
  else shell.parameters.delete(name)
}

function params(shell: Shell): void {
  const rows = [...shell.parameters]
  shell.write(rows.length === 0 ? 'no parameters\n' : shell.printer.table(['name', 'value'], rows))
}

// ---- others

function history(shell: Shell, argument: string): void {
  if (argument === 'clear') shell.history.clear()
  else if (argument !== '') needs(':history', "nothing, or 'clear'")
  else shell.write(shell.history.all.map((entry, i) => `${String(i + 1).padStart(4)}  ${entry}\n`).join(''))
}

async function source(shell: Shell, path: string): Promise<void> {
  if (path === '') needs(':source', 'a file')
  await shell.source(path)
}

function format(shell: Shell, name: string): void {
  const { formats } = shell.printer
  if (name === '') shell.write(`${shell.format}\n`)
  else if (formats.includes(name)) shell.format = name
  else needs(':format', `one of ${formats.join(', ')}`)
}

function leave(shell: Shell): void {
  shell.ended = true
}
