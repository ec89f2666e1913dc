/**
 * What storage costs: commits in memory and on disk, loading and reopening a large graph, memory, and the adversaries
 * for whom the layout of pages and ids was made. Each figure runs in a process of its own.
 */
import type { Scale } from './main.js'
import { callInChild } from './support/child.js'
import { type Figure, figuresOrFailure } from './support/report.js'

const parts = [
  { module: './storage/commits.ts', name: 'commitsInMemory' },
  { module: './storage/commits.ts', name: 'durableCommits' },
  { module: './storage/commits.ts', name: 'concurrentWriters' },
  { module: './storage/load.ts', name: 'load' },
  { module: './storage/load.ts', name: 'bytesAnEdge' },
  { module: './storage/adversaries.ts', name: 'labelSetsInTurn' },
  { module: './storage/adversaries.ts', name: 'hubTakenApart' },
  { module: './storage/adversaries.ts', name: 'manyTypes' },
  { module: './storage/adversaries.ts', name: 'hugeTransaction' },
  { module: './storage/adversaries.ts', name: 'fillAndDeleteWhilePinned' },
]

export async function* run(scale: Scale): AsyncGenerator<Figure> {
  for (const { module, name } of parts) {
    const task = { module: new URL(module, import.meta.url).href, name, argument: scale }
    yield* await figuresOrFailure(name, () => callInChild<Figure[]>(task))
  }
}
