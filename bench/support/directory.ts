import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Calls `use` with a new directory on the disk of the temporary directory, and removes it afterwards. */
export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'skein-bench-'))
  try {
    return await use(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
