/**
 * Feeds a shell from a terminal.
 *
 *   skein> MATCH (n)            a statement goes on until its semicolon
 *        > RETURN n;
 *   skein# RETURN 1;            within a transaction
 *
 * Lines that are typed or pasted while a statement runs wait for it. Ctrl-C cancels the statement that runs, and
 * forgets the lines that wait; else it clears what is typed.
 */
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { commands } from './commands.js'
import { complete } from './completion.js'
import { noNames } from './database.js'
import { inputsOf, type Shell } from './shell.js'
import { StatementReader } from './statement-reader.js'

export interface TerminalOptions {
  readonly input: Readable
  readonly output: Writable
  /** What is written of an error, with its line break. */
  readonly failure: (error: unknown) => string
}

/** Runs until somebody leaves. */
export async function runTerminal(shell: Shell, options: TerminalOptions): Promise<void> {
  await new Terminal(shell, options).run()
}

class Terminal {
  private readonly reader = new StatementReader()
  private readonly lines: Interface
  private readonly waiting: string[] = []
  private running: AbortController | undefined
  /** Resolves when nothing runs. */
  private idle: Promise<void> = Promise.resolve()
  /** What readline walks through, the newest first. */
  private shownHistory: string[] = []

  constructor(
    private readonly shell: Shell,
    private readonly options: TerminalOptions,
  ) {
    this.lines = createInterface({
      input: options.input,
      output: options.output,
      terminal: true,
      history: [...shell.history.all].reverse(),
      historySize: historyMax,
      completer: (before: string, done: Completed) => void this.complete(before).then((found) => done(null, found)),
    })
  }

  async run(): Promise<void> {
    const { lines } = this
    lines.on('history', (shown) => {
      this.shownHistory = shown
      this.showHistory()
    })
    lines.on('line', (line) => {
      this.waiting.push(line)
      if (this.running === undefined) this.idle = this.runWaiting()
    })
    lines.on('SIGINT', () => this.interrupt())
    const closed = new Promise((resolve) => lines.once('close', resolve))
    this.prompt()
    await closed
    this.running?.abort()
    await this.idle
  }

  private prompt(): void {
    const sign = this.shell.isInTransaction ? '#' : '>'
    this.lines.setPrompt(this.reader.isOpen ? '     > ' : `skein${sign} `)
    this.lines.prompt()
  }

  private async runWaiting(): Promise<void> {
    const { signal } = (this.running = new AbortController())
    for (let line = this.waiting.shift(); line !== undefined; line = this.waiting.shift())
      await this.runLine(line, signal)
    this.running = undefined
    if (this.shell.ended) this.lines.close()
    else this.prompt()
  }

  private async runLine(line: string, signal: AbortSignal): Promise<void> {
    try {
      for (const input of inputsOf(line, this.reader)) {
        this.shell.history.add(input.flat)
        this.showHistory()
        await this.shell.run(input, signal)
      }
    } catch (error) {
      this.shell.write(this.options.failure(error))
    }
  }

  /** Readline notes lines; what people want to find again are statements. */
  private showHistory(): void {
    this.shownHistory.splice(0, this.shownHistory.length, ...[...this.shell.history.all].reverse())
  }

  private interrupt(): void {
    this.waiting.length = 0
    if (this.running !== undefined) {
      this.running.abort()
      return
    }
    const isTyping = this.lines.line !== '' || this.reader.isOpen
    this.clearLine()
    this.shell.write(isTyping ? '\n' : '\n:exit or Ctrl-D leaves\n')
    this.prompt()
  }

  /** Forgets what is typed of the statement. */
  private clearLine(): void {
    this.reader.clear()
    this.lines.write(null, { ctrl: true, name: 'e' })
    this.lines.write(null, { ctrl: true, name: 'u' })
  }

  private async complete(before: string): Promise<[string[], string]> {
    const [candidates, word] = complete(this.reader.openText + before, {
      names: await this.shell.names().catch(() => noNames),
      parameters: [...this.shell.parameters.keys()],
      commands: [...commands.keys()],
      argumentsOf: (command) => commands.get(command)?.argumentsOf?.(this.shell) ?? [],
    })
    return [candidates, word]
  }
}

type Completed = (error: null, completion: [candidates: string[], word: string]) => void

const historyMax = 1000
