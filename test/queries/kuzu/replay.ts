/**
 * Replays the statements recorded from Kùzu's tests: each case in its order over the data set that it names, and
 * compares the rows as Kùzu prints them. What stands apart for a reason says so: dialect.ts.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DatabaseError } from '../../../src/core/errors.js'
import type { Value } from '../../../src/core/value.js'
import { type Database, open } from '../../../src/index.js'
import type { Stores } from '../../../src/stores/stores.js'
import { noDataSet, reasonLeftOut } from './dialect.js'
import { type Graph, load, readGraph } from './graph.js'
import { print } from './values.js'

/** A statement with what Kùzu answered. */
export interface Recorded {
  readonly source: string
  readonly dataset: string
  readonly case: string
  readonly query: string
  /** Rows as printed; 'ok' of a statement without rows; absent where it was refused. */
  readonly expected?: Rows | 'ok'
  readonly ordered?: boolean | undefined
  readonly error?: string
}

export type Rows = readonly (readonly string[])[]

export interface Replayed {
  readonly recorded: Recorded
  /** Rows as Kùzu would print them, or what refused the statement. */
  readonly answer: Rows | DatabaseError
}

export type Verdict = Replayed & { readonly verdict: 'same' | 'differs' | { readonly leftOut: string } }

/** The recordings of a file over the data sets of a folder, in order. Throws what is no DatabaseError. */
export async function replayFile(path: string, graphFolder: string): Promise<readonly Verdict[]> {
  const lines = gunzipSync(readFileSync(path)).toString().split('\n').filter(Boolean)
  const recordings = lines.map((line) => JSON.parse(line) as Recorded)
  const verdicts: Verdict[] = []
  for (const [dataset, some] of groupedBy(recordings, (each) => each.dataset))
    verdicts.push(...(await replayOver(graphOf(dataset, graphFolder), some)))
  return verdicts
}

/** `CSV tinysnb`; undefined for data sets that are not in the folder. */
function graphOf(dataset: string, graphFolder: string): Graph | undefined {
  if (/empty/i.test(dataset)) return { tables: [], files: [] }
  const folder = join(graphFolder, /^CSV (\S+)$/.exec(dataset)?.[1] ?? '?')
  return existsSync(folder) ? readGraph(folder) : undefined
}

async function replayOver(graph: Graph | undefined, recordings: readonly Recorded[]): Promise<readonly Verdict[]> {
  if (graph === undefined) return recordings.map((recorded) => ({ recorded, answer: [], verdict: noDataSet }))
  const shared = await filled(graph)
  const verdicts: Verdict[] = []
  for (const [, some] of groupedBy(recordings, (each) => `${each.source}\n${each.case}`)) {
    const db = some.some(writes) ? await filled(graph) : shared
    verdicts.push(...(await replayCase(db, graph, some)))
    if (db !== shared) await db.close()
  }
  await shared.close()
  return verdicts
}

async function filled(graph: Graph): Promise<Database> {
  const db = await open(':memory:', { memoryMaxBytes: 2 ** 26 })
  await load(db, graph)
  return db
}

export async function replayCase(
  db: Database,
  graph: Graph,
  recordings: readonly Recorded[],
): Promise<readonly Verdict[]> {
  const before: Replayed[] = []
  const verdicts: Verdict[] = []
  for (const recorded of recordings) {
    const replayed = { recorded, answer: await answerOf(db, recorded.query) }
    const reason = isSame(replayed) ? undefined : reasonLeftOut({ ...replayed, graph, before })
    const verdict = isSame(replayed) ? 'same' : reason === undefined ? 'differs' : { leftOut: reason }
    verdicts.push({ ...replayed, verdict })
    before.push(replayed)
  }
  return verdicts
}

function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

export function writes({ query }: Recorded): boolean {
  return /\b(CREATE|MERGE|SET|DELETE)\b/i.test(query)
}

async function answerOf(db: Database, query: string): Promise<Replayed['answer']> {
  try {
    const { rows } = await db.query(query, {}, { form: (_: Stores, value: Value) => print(value), timeoutMs: 10_000 })
    return rows as string[][]
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
}

/** A statement that Kùzu refused is the same where it is refused here too, for whatever reason. */
export function isSame(replayed: {
  readonly recorded: Pick<Recorded, 'expected' | 'ordered'>
  readonly answer: Replayed['answer']
}): boolean {
  const {
    recorded: { expected, ordered },
    answer,
  } = replayed
  if (expected === undefined) return answer instanceof DatabaseError
  if (answer instanceof DatabaseError) return false
  if (expected === 'ok') return true
  const lines = (rows: Rows) => rows.map((row) => row.join('|'))
  const [theirs, ours] = [lines(expected), lines(answer)]
  return ordered ? theirs.join('\n') === ours.join('\n') : theirs.sort().join('\n') === ours.sort().join('\n')
}
