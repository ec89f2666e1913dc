/** Runs command lines as the `skein` command does, over a directory of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { run } from '../../src/cli/run.js'

export interface Ran {
  code: number
  out: string
  err: string
}

export class CommandLine {
  readonly directory = mkdtempSync(join(tmpdir(), 'skein-cli-'))

  async skein(args: readonly string[], { stdin = '' } = {}): Promise<Ran> {
    const ran = { code: 0, out: '', err: '' }
    ran.code = await run(args, {
      stdout: { write: (text) => void (ran.out += text), drain: async () => {}, columns: undefined },
      stderr: { write: (text) => void (ran.err += text), drain: async () => {}, columns: undefined },
      environment: { SKEIN_DB: this.path('db'), SKEIN_HISTORY: this.path('history') },
      stdin: Readable.from([stdin]),
      screen: undefined,
    })
    return ran
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  file(name: string, content: string): string {
    writeFileSync(this.path(name), content)
    return this.path(name)
  }

  remove(): void {
    rmSync(this.directory, { recursive: true })
  }
}
