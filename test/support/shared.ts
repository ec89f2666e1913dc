/**
 * Reference data that lies beside the project, not in it: `../shared` from the project's root, or where
 * `SKEIN_SHARED` says. Tests that need it skip, and say so, where it is absent.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'

/** Begins the title of whatever is skipped for want of the data; `.ci/run` allows no other reason to skip. */
export const sharedAbsent = 'skipped without shared data:'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const sharedRoot = process.env.SKEIN_SHARED ?? resolve(projectRoot, '../shared')

/** The path of a file or folder of the reference data, whether it exists or not. */
export function sharedPath(...parts: string[]): string {
  return resolve(sharedRoot, ...parts)
}

/** `describe` over a folder of the reference data: `path` is its full path. Skips where the folder is absent. */
export function describeWithShared(title: string, folder: string, body: (path: string) => void): void {
  const path = sharedPath(folder)
  if (existsSync(path)) describe(title, () => body(path))
  // One skipped test stands for all: the body may read the folder while it declares its tests.
  else test.skip(`${sharedAbsent} ${folder}: ${title}`, () => {})
}
