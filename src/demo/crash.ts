/** A writer that is killed in the middle of its commits, and what is found afterwards. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { open } from '../index.js'

export interface CrashResult {
  /** The last commit that the writer was told is safe. */
  readonly acknowledged: number
  readonly found: number
  /** Every acknowledged commit is there, at most the one in flight beyond, and none is missing in between. */
  readonly isWhole: boolean
}

/**
 * Lets a child process write into the database at `path`, which nobody may have open, kills it with SIGKILL after
 * `commitCount` acknowledged commits, and reads the database again.
 */
export async function crash(path: string, commitCount: number): Promise<CrashResult> {
  const acknowledged = await killWriter(path, commitCount)
  const db = await open(path)
  try {
    const { rows } = await db.query('MATCH (v:Visit) RETURN count(*), max(v.number)')
    const [found, last] = rows[0] as [number, number]
    return { acknowledged, found, isWhole: found === last && (found === acknowledged || found === acknowledged + 1) }
  } finally {
    await db.close()
  }
}

async function killWriter(path: string, commitCount: number): Promise<number> {
  // The writer beside this file has its ending: .ts where the sources run, .js where the built files do.
  const script = fileURLToPath(new URL(`./writer${extname(import.meta.url)}`, import.meta.url))
  const writer = spawn(process.execPath, [...process.execArgv, script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(writer, 'close')
  let said = ''
  for await (const chunk of writer.stdout.setEncoding('utf8')) {
    said += chunk
    if (lastNumber(said) >= commitCount) writer.kill('SIGKILL')
  }
  const [, signal] = await closed
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself, with ${signal ?? 'no signal'}`)
  return lastNumber(said)
}

/** The number of the last whole line. */
function lastNumber(lines: string): number {
  return Number(lines.slice(0, lines.lastIndexOf('\n')).split('\n').at(-1))
}
