/** Small changes, and what a log holds as plain data, for tests of the log. */
import type { Change } from '../../src/core/change.js'
import type { FileSystem } from '../../src/core/environment.js'
import type { NodeId, PropertyId } from '../../src/core/ids.js'
import type { Log } from '../../src/log/log.js'
import { readLog } from '../../src/log/read-log.js'

export const directory = '/log'

/** A change of some `bytes` that can be told from others by `id`. */
export function setName(id: number, bytes = 10): Change {
  const value = String(id).padEnd(bytes, '.')
  return { kind: 'setProperty', entity: 'node', id: id as NodeId, property: 1 as PropertyId, value }
}

export function commit(log: Log, ...changes: Change[]): number {
  log.beginTransaction()
  for (const change of changes) log.append(change)
  return log.commit()
}

export interface Commit {
  readonly sequence: number
  readonly changes: readonly Change[]
}

/** The commits a log holds, in order, each with its changes. */
export function commitsIn(files: FileSystem, afterSequence = 0): Commit[] {
  const commits: Commit[] = []
  let changes: Change[] = []
  for (const event of readLog(files, directory, afterSequence)) {
    if (event.kind === 'begin') changes = []
    else if (event.kind === 'change') changes.push(event.change)
    else if (event.kind === 'commit') commits.push({ sequence: event.sequence, changes })
  }
  return commits
}
