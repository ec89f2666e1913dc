/** What a command is given, and what all commands share: where the database is, and what a wrong call is. */
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { DatabaseError } from '../core/errors.js'
import { type Database, type OpenOptions, open } from '../index.js'
import { embedded, remote, type ShellDatabase } from '../repl/database.js'
import { connect } from '../sdk/client.js'

export interface Command {
  /** One line for the overview. */
  readonly summary: string
  /** The whole of `skein <command> --help`. */
  readonly help: string
  readonly run: (args: string[], context: Context) => Promise<void>
}

export interface Context {
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
  /** Where a shell draws, when people type on it. */
  readonly screen: Writable | undefined
}

export interface Output {
  readonly write: (text: string) => void
  /** Waits until what was written has gone on; whoever writes more than a screen does so between writes. */
  readonly drain: () => Promise<void>
  /** Places of a line where the output is a terminal, else undefined. */
  readonly columns: number | undefined
}

/** The command was called in a way that it does not know: exit code 2. */
export class UsageError extends Error {}

/** Throws UsageError for options that are unknown or lack their value. */
export function parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** `--db`, else SKEIN_DB, else ./skein-data. */
export function databasePath(option: string | undefined, { environment }: Context): string {
  return option ?? environment.SKEIN_DB ?? './skein-data'
}

/** As `databasePath`, for a command that needs the files themselves. */
export function databaseDirectory(option: string | undefined, context: Context): string {
  return mustBeDirectory(databasePath(option, context))
}

export function mustBeDirectory(path: string): string {
  if (!isAddress(path)) return path
  throw new UsageError(`${path} is the address of a server; this command takes a directory that no server has open`)
}

function isAddress(path: string): boolean {
  return /^https?:\/\//.test(path)
}

/** A database in a directory, which is made where it does not exist, or behind an address. */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<ShellDatabase> {
  return isAddress(path) ? remote(await connect(path)) : embedded(await open(path, options))
}

/** Opening makes what is not there, and somebody who asks what a directory holds did not ask for that. */
export async function openExisting(path: string): Promise<Database> {
  if (!existsSync(path)) throw new DatabaseError('FILE_NOT_FOUND', `there is no database at ${path}`, { path })
  return open(path)
}

/** Of `--limit`. Throws UsageError. */
export function mustBeCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--limit is '${text}', and it is a whole number`)
  return Number(text)
}

/** 12345 as 12,345. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** '1 node', '2 nodes'. */
export function counted(count: number, one: string): string {
  return `${grouped(count)} ${one}${count === 1 ? '' : 's'}`
}

export function seconds(ms: number): string {
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
