/**
 * A session in which statements and commands are typed, one after the other. It knows nothing of terminals, nor of how
 * answers look: `terminal.ts` and `script.ts` feed it, and whoever starts it hands in a printer.
 */
import { readFileSync } from 'node:fs'
import { DatabaseError } from '../core/errors.js'
import type { Parameters, QueryResult } from '../sdk/result.js'
import { commands, mustFindCommand } from './commands.js'
import { type Names, namesOf, type Session, type ShellDatabase, type ShellTransaction } from './database.js'
import type { History } from './history.js'
import { type Input, StatementReader } from './statement-reader.js'

/** Gives texts with their line breaks. */
export interface Printer {
  readonly formats: readonly string[]
  answer(result: QueryResult, timeMs: number, format: string): string
  table(columns: readonly string[], rows: readonly (readonly unknown[])[]): string
}

export interface ShellOptions {
  readonly db: ShellDatabase
  readonly printer: Printer
  readonly write: (text: string) => void
  readonly history: History
  /** One of the printer's. */
  readonly format: string
}

export class Shell {
  readonly printer: Printer
  readonly history: History
  readonly write: (text: string) => void
  readonly parameters = new Map<string, unknown>()
  format: string
  /** Whether somebody has asked to leave. */
  ended = false
  private readonly db: ShellDatabase
  private transaction: ShellTransaction | undefined
  private readonly sourced: string[] = []

  constructor({ db, printer, write, history, format }: ShellOptions) {
    this.db = db
    this.printer = printer
    this.write = write
    this.history = history
    this.format = format
  }

  get isInTransaction(): boolean {
    return this.transaction !== undefined
  }

  /** What asks within the open transaction, if there is one. */
  get session(): Session {
    return this.transaction ?? this.db
  }

  get parameterValues(): Parameters {
    return Object.fromEntries(this.parameters)
  }

  names(): Promise<Names> {
    return namesOf(this.session)
  }

  /**
   * Takes a line; runs what it completes. Throws what goes wrong as DatabaseError; what the line holds behind that is
   * not run.
   */
  async take(line: string, reader: StatementReader, signal?: AbortSignal): Promise<void> {
    for (const input of inputsOf(line, reader)) await this.run(input, signal)
  }

  async run({ kind, text }: Input, signal?: AbortSignal): Promise<void> {
    if (this.ended) return
    if (kind === 'statement') await this.runStatement(text, signal)
    else await this.runCommand(text)
  }

  private async runStatement(text: string, signal?: AbortSignal): Promise<void> {
    const began = performance.now()
    try {
      const result = await this.session.query(text, this.parameterValues, signal === undefined ? {} : { signal })
      this.write(this.printer.answer(result, performance.now() - began, this.format))
    } catch (error) {
      if (this.transaction?.isOpen === false) this.forgetTransaction()
      throw error
    }
  }

  /** A server ends a transaction at the first failure, and one that waits too long. */
  private forgetTransaction(): void {
    this.transaction = undefined
    this.write('the transaction has ended, and nothing of it is kept\n')
  }

  private async runCommand(text: string): Promise<void> {
    const [name] = /^\S+/.exec(text)!
    await mustFindCommand(name).run(this, text.slice(name.length).trim())
  }

  // ---- for commands

  async begin(): Promise<void> {
    if (this.transaction !== undefined)
      throw new DatabaseError('TRANSACTION_NESTED', 'a transaction is open already; :commit or :rollback ends it')
    this.transaction = await this.db.begin()
  }

  async commit(): Promise<void> {
    await this.endTransaction().commit()
  }

  async rollback(): Promise<void> {
    await this.endTransaction().rollback()
  }

  /** Runs the statements and commands of a file, up to the first that fails. */
  async source(path: string): Promise<void> {
    if (this.sourced.includes(path))
      throw new DatabaseError('OPTION_INVALID', `${path} is read already: it reads itself`)
    const reader = new StatementReader()
    this.sourced.push(path)
    try {
      for (const line of readFile(path).split(/\r?\n/)) await this.take(line, reader)
      for (const input of reader.end()) await this.run(input)
    } finally {
      this.sourced.pop()
    }
  }

  /** What is open is taken back. */
  async close(): Promise<void> {
    await this.transaction?.rollback()
    this.transaction = undefined
  }

  private endTransaction(): ShellTransaction {
    const { transaction } = this
    if (transaction === undefined)
      throw new DatabaseError('TRANSACTION_CLOSED', 'no transaction is open; :begin opens one')
    this.transaction = undefined
    return transaction
  }
}

/** What a line completes. A command that a statement follows is the start of one. */
export function inputsOf(line: string, reader: StatementReader): readonly Input[] {
  const [, name, statement] = reader.isOpen ? [] : (/^\s*(:\w+)\s+(\S.*)$/s.exec(line) ?? [])
  const prefix = name === undefined ? undefined : commands.get(name)?.prefix
  return prefix === undefined ? reader.push(line) : reader.pushPrefixed(prefix, statement!)
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new DatabaseError('FILE_NOT_FOUND', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
