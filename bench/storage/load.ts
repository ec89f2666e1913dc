/** Loading, memory, reopening: 1M people with three properties and a key, 10M edges. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { open } from '../../src/index.js'
import { flatten, loopsOver } from '../loops.js'
import type { Scale } from '../main.js'
import { indexSqlite, insertKnows, insertPerson, openSqlite } from '../peers/sqlite.js'
import { cypher, loadSkein } from '../skein.js'
import {
  type CsvFiles,
  type GraphSize,
  graphSizes,
  makeSocialGraph,
  type SocialGraph,
  writeCsv,
} from '../social-graph.js'
import { callInChild } from '../support/child.js'
import { inDirectory } from '../support/directory.js'
import { measureOnce } from '../support/measure.js'
import { type Figure, number } from '../support/report.js'

const gibibyte = 2 ** 30
const age = 30

/** From CSV files by the command, against SQLite from the same files; then the directory opened in a new process. */
export function load({ small }: Scale): Promise<Figure[]> {
  return inDirectory(async (directory) => {
    const size: GraphSize = small ? 'small' : 'large'
    const { personCount, edgeCount } = graphSizes[size]
    const files = writeCsv(makeSocialGraph(graphSizes[size]), directory)
    const skein = await measureOnce(edgeCount, () => importByCommand(join(directory, 'skein'), files))
    const argument: PeerImport = { path: join(directory, 'sqlite.db'), files }
    const peer = await inChild<PeerImported>('importIntoSqlite', argument)
    assert.deepEqual(peer.counts, [personCount, edgeCount])
    const reopened = await inChild<Reopened>('reopen', join(directory, 'skein'))
    assert.deepEqual(reopened.counts, [personCount, edgeCount, await expectedWalk(size)])
    const of = `${number(personCount)} people, ${number(edgeCount)} edges`
    return [importFigure(of, { ms: skein.ms, peak: skein.result }, peer), reopenFigure(of, reopened)]
  })
}

function inChild<T>(name: string, argument: unknown): Promise<T> {
  return callInChild<T>({ module: import.meta.url, name, argument })
}

interface Imported {
  readonly ms: number
  /** Of the process, in bytes. */
  readonly peak: number
}

function importFigure(of: string, skein: Imported, peer: Imported): Figure {
  const seconds = ({ ms }: Imported) => `${number(ms / 1000)} s`
  return {
    title: `Import of CSV files, ${of}`,
    notes: [
      '`skein import csv`, with the default heap; SQLite reads the same files line by line into prepared inserts of one',
      'transaction. Memory is the peak of the process.',
    ],
    rows: [
      { who: 'Skein', role: 'skein', value: seconds(skein), rss: skein.peak },
      { who: 'SQLite', role: 'peer', value: seconds(peer), rss: peer.peak },
    ],
    goals: [
      { text: 'in at most 20 s', actual: skein.ms / 1000, limit: 20, kind: 'atMost' },
      { text: 'no slower than SQLite', actual: skein.ms / peer.ms, limit: 1, kind: 'atMost' },
    ],
  }
}

interface Reopened {
  readonly openMs: number
  readonly rssOpened: number
  readonly rssUsed: number
  readonly memoryBytes: number
  readonly counts: unknown
}

function reopenFigure(of: string, { openMs, rssOpened, rssUsed, memoryBytes }: Reopened): Figure {
  const mebibytes = `${Math.round(memoryBytes / 2 ** 20)} MiB of pages`
  return {
    title: `Reopened in a new process, ${of}`,
    rows: [
      { who: 'Skein, opened', role: 'skein', p50Us: openMs * 1000, rss: rssOpened, value: mebibytes },
      { who: 'Skein, after a walk over everything', role: 'skein', rss: rssUsed },
    ],
    goals: [
      { text: 'reopened in at most 1 s', actual: openMs / 1000, limit: 1, kind: 'atMost' },
      { text: 'at most 1 GiB of process memory', actual: rssUsed / gibibyte, limit: 1, kind: 'atMost' },
    ],
  }
}

/** What a process was at its largest, written to file descriptor 3 when it ends. */
const tellPeak = `import { writeSync } from 'node:fs'
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS * 1024)))`

/** The command as a user calls it, but for the compiler that comes with a checkout. Gives its peak of memory in bytes. */
async function importByCommand(directory: string, { persons, knows }: CsvFiles): Promise<number> {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  const options = ['--db', directory, '--nodes', `Person=${persons}`, '--relationships', `KNOWS=${knows}`]
  const hooks = ['--import', 'tsx', '--import', `data:text/javascript,${encodeURIComponent(tellPeak)}`]
  const child = spawn(process.execPath, [...hooks, main, 'import', 'csv', ...options], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  const [peak, [code]] = await Promise.all([text(child.stdio[3] as Readable), once(child, 'close')])
  assert.equal(code, 0)
  return Number(peak)
}

export async function reopen(directory: string): Promise<Reopened> {
  const { result: database, ms } = await measureOnce(1, () => open(directory))
  const rssOpened = process.memoryUsage.rss()
  const { nodeCount, relationshipCount, memoryBytes } = database.info()
  const { rows } = await database.query(cypher.twoHopCount, { age })
  const rssUsed = process.memoryUsage.rss()
  await database.close()
  return { openMs: ms, rssOpened, rssUsed, memoryBytes, counts: [nodeCount, relationshipCount, rows[0]![0]] }
}

function expectedWalk(size: GraphSize): Promise<number> {
  return inChild('walkByLoop', size)
}

export function walkByLoop(size: GraphSize): number {
  return loopsOver(flatten(makeSocialGraph(graphSizes[size]))).twoHopCount(age)
}

interface PeerImport {
  readonly path: string
  readonly files: CsvFiles
}

interface PeerImported extends Imported {
  readonly counts: unknown
}

export async function importIntoSqlite({ path, files }: PeerImport): Promise<PeerImported> {
  const database = openSqlite(path)
  const { ms } = await measureOnce(1, async () => {
    const [person, knows] = [database.prepare(insertPerson), database.prepare(insertKnows)]
    database.exec('BEGIN')
    await forEachRow(files.persons, (cells) => person.run(cells))
    await forEachRow(files.knows, (cells) => knows.run(cells))
    database.exec('COMMIT')
    indexSqlite(database)
  })
  const counts = ['person', 'knows'].map((table) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
  database.close()
  return { ms, peak: process.resourceUsage().maxRSS * 1024, counts }
}

/** The cells of each line but the first; nothing is quoted in these files. Columns of integers make them of text. */
async function forEachRow(path: string, use: (cells: string[]) => void): Promise<void> {
  assert.ok(statSync(path).size > 0)
  let rest = ''
  let isHeader = true
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      if (!isHeader) use(line.split(','))
      isHeader = false
    }
  }
}

/** The same graph with and without its edges, loaded in bulk and by single inserts in random order. */
export async function bytesAnEdge({ small }: Scale): Promise<Figure[]> {
  const size: GraphSize = small ? 'small' : 'large'
  const bulk = await inChild<number>('bytesAnEdgeLoaded', size)
  const inserted = await inChild<number>('bytesAnEdgeInserted', size)
  return [
    {
      title: `Bytes an edge, both directions, ${number(graphSizes[size].edgeCount)} edges`,
      rows: [
        { who: 'loaded in bulk', role: 'skein', value: number(bulk) },
        { who: 'inserted one by one', role: 'skein', value: number(inserted) },
      ],
      goals: [
        { text: 'loaded in bulk at most 32', actual: bulk, limit: 32, kind: 'atMost' },
        { text: 'inserted at most 40', actual: inserted, limit: 40, kind: 'atMost' },
      ],
    },
  ]
}

export async function bytesAnEdgeLoaded(size: GraphSize): Promise<number> {
  const graph = makeSocialGraph(graphSizes[size])
  return ((await bytesLoaded(graph)) - (await bytesLoaded({ ...graph, edgeCount: 0 }))) / graph.edgeCount
}

async function bytesLoaded(graph: SocialGraph): Promise<number> {
  const database = await open(':memory:')
  await loadSkein(database, graph)
  const { memoryBytes } = database.info()
  await database.close()
  return memoryBytes
}

export async function bytesAnEdgeInserted(size: GraphSize): Promise<number> {
  const graph = makeSocialGraph(graphSizes[size])
  const database = await open(':memory:')
  await loadSkein(database, { ...graph, edgeCount: 0 })
  const before = database.info().memoryBytes
  const nodes = await database.write((tx) =>
    Uint32Array.from({ length: graph.personCount }, (_, id) => tx.nodeByKey(`person:${id}`)),
  )
  const batch = 10_000
  for (let from = 0; from < graph.edgeCount; from += batch) {
    await database.write((tx) => {
      const type = tx.typeId('KNOWS')
      for (let edge = from; edge < from + batch; edge++) {
        const [start, end] = [nodes[graph.starts[edge]!]!, nodes[graph.ends[edge]!]!]
        tx.createRelationship({ type, start: start as never, end: end as never, properties: [] })
      }
    })
  }
  const bytes = database.info().memoryBytes - before
  await database.close()
  return bytes / graph.edgeCount
}
