/** Feeds a shell from a file or a pipe: no prompts, and the first failure ends it. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Shell } from './shell.js'
import { StatementReader } from './statement-reader.js'

/** Runs each statement as it comes. What stands at the end without a semicolon is run too. */
export async function runScript(shell: Shell, input: Readable): Promise<void> {
  const reader = new StatementReader()
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    await shell.take(line, reader)
    if (shell.ended) return
  }
  for (const rest of reader.end()) await shell.run(rest)
}
