/** Brings a directory's database back: the checkpoint that counts, then the log behind it, applied like any write. */

import type { Change } from '../core/change.js'
import type { Environment } from '../core/environment.js'
import { Heap, type HeapOptions } from '../pages/heap.js'
import { Stores } from '../stores/stores.js'
import { readCheckpoint, readManifest } from './checkpoint.js'
import { readLog } from './read-log.js'

export interface Recovered {
  readonly stores: Stores
  /** Of the checkpoint; 0 without one. */
  readonly checkpointSequence: number
  /** Of the last commit found. */
  readonly sequence: number
}

/** `apply` is the transaction's, handed in since the log lies below it. Throws DATABASE_CORRUPT. */
export function recover(
  environment: Environment,
  directory: string,
  { heap, apply }: { heap: HeapOptions; apply: (stores: Stores, change: Change) => void },
): Recovered {
  const { files } = environment
  const manifest = readManifest(files, directory)
  const checkpointSequence = manifest?.sequence ?? 0
  const stores =
    manifest === undefined ? Stores.create(new Heap(heap)) : readCheckpoint(files, directory, manifest.number, heap)
  let sequence = checkpointSequence
  let start = 0
  for (const event of readLog(files, directory, checkpointSequence))
    switch (event.kind) {
      case 'begin':
        start = stores.savepoint()
        break
      case 'change':
        apply(stores, event.change)
        break
      case 'commit':
        stores.heap.release(stores.commit())
        sequence = event.sequence
        break
      case 'abort':
        stores.rollback(start)
        break
    }
  return { stores, checkpointSequence, sequence }
}
