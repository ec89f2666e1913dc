/**
 * What the query engine and its doors cost: questions to the social graph beside the loop, SQLite, graphology, Kùzu and
 * DuckDB; what a statement costs before it runs; HTTP; long reads in slices. Each part runs in a process of its own.
 *
 * Kùzu and DuckDB are packages of `bench/package.json`, not of the project's, so that nobody waits for hundreds of
 * megabytes of native code who does not measure: `npm install --no-package-lock --prefix bench` brings them. Without
 * them their rows are missing, and the figure says so.
 */
import type { Scale } from './main.js'
import { callInChild } from './support/child.js'
import { type Figure, figuresOrFailure } from './support/report.js'

const parts = [
  { module: './query/questions.ts', name: 'smallGraph' },
  { module: './query/questions.ts', name: 'largeGraph' },
  { module: './query/writes.ts', name: 'singleCommits' },
  { module: './query/overhead.ts', name: 'overhead' },
  { module: './query/server.ts', name: 'lookups' },
  { module: './query/server.ts', name: 'streaming' },
  { module: './query/server.ts', name: 'slices' },
]

export async function* run(scale: Scale): AsyncGenerator<Figure> {
  for (const { module, name } of parts) {
    if (scale.small && name === 'largeGraph') continue
    const task = { module: new URL(module, import.meta.url).href, name, argument: scale }
    yield* await figuresOrFailure(name, () => callInChild<Figure[]>(task))
  }
}
