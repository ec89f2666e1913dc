/**
 * The HTTP door, with the server in a process of its own: lookups over 1 and 16 connections, a million rows in a stream
 * with the memory of the server meanwhile, and what others wait for while a long query runs in slices.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { open } from '../../src/index.js'
import type { Scale } from '../main.js'
import { cypher, loadSkein } from '../skein.js'
import { graphSizes, makeSocialGraph, type SocialGraph } from '../social-graph.js'
import { inCode, peopleOf, placeOf } from '../social-setting.js'
import { inDirectory } from '../support/directory.js'
import { type Figure, number, type Row } from '../support/report.js'

interface Served {
  readonly graph: SocialGraph
  readonly server: ChildProcess
  readonly url: string
}

async function withServer(use: (served: Served) => Promise<Figure>): Promise<Figure[]> {
  return inDirectory(async (directory) => {
    const graph = makeSocialGraph(graphSizes.small)
    const path = join(directory, 'db')
    const database = await open(path)
    await loadSkein(database, graph)
    await database.close()
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const server = spawn(process.execPath, ['--import', 'tsx', main, 'serve', path, '--port', '0'])
    server.stderr!.pipe(process.stderr)
    const [line] = await once(server.stdout!, 'data')
    try {
      return [await use({ graph, server, url: /http:\/\/\S+/.exec(String(line))![0] })]
    } finally {
      const gone = once(server, 'exit')
      server.kill()
      await gone
    }
  })
}

const route = '/db/skein/query/v2'

interface Asking {
  readonly agent?: Agent
  readonly accept?: string
  readonly onChunk?: (bytes: number) => void
}

/** Sends a statement; gives how many bytes the answer has. */
function post(
  url: string,
  body: object,
  { agent, accept = 'application/json', onChunk }: Asking = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept }
    const call = request(url + route, { method: 'POST', headers, ...(agent === undefined ? {} : { agent }) })
    call.on('error', reject)
    call.on('response', (response) => {
      let bytes = 0
      if (response.statusCode !== 202) reject(new Error(`the server answered ${response.statusCode}`))
      response.on('error', reject)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        onChunk?.(chunk.length)
      })
      response.on('end', () => resolve(bytes))
    })
    call.end(JSON.stringify(body))
  })
}

// ---- lookups --------------------------------------------------------------------------------------------------------

export function lookups({ small }: Scale): Promise<Figure[]> {
  const ms = small ? 2000 : 8000
  return withServer(async ({ graph, url }) => ({
    title: `Point lookup over HTTP, ${placeOf(graph)}`,
    notes: [inCode(cypher.person), 'The client is this process, on the same machine.'],
    rows: [await lookUpOver(1, { graph, url, ms }), await lookUpOver(16, { graph, url, ms })],
    goals: [],
  }))
}

async function lookUpOver(
  connections: number,
  { graph, url, ms }: { graph: SocialGraph; url: string; ms: number },
): Promise<Row> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const idOf = peopleOf(graph)
  const timesMs: number[] = []
  let round = 0
  const ask = async (until: number, keeps: boolean) => {
    while (performance.now() < until) {
      const began = performance.now()
      await post(url, { statement: cypher.person, parameters: { id: idOf(round++) } }, { agent })
      if (keeps) timesMs.push(performance.now() - began)
    }
  }
  const all = (untilMs: number, keeps: boolean) =>
    Promise.all(Array.from({ length: connections }, () => ask(performance.now() + untilMs, keeps)))
  await all(ms / 2, false)
  await all(ms, true)
  agent.destroy()
  timesMs.sort((a, b) => a - b)
  return {
    who: `Skein, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
    role: 'skein',
    opsPerSecond: (timesMs.length / ms) * 1000,
    ...percentilesUs(timesMs),
  }
}

function percentilesUs(sortedMs: readonly number[]): { p50Us: number; p99Us: number } {
  const at = (share: number) => sortedMs[Math.min(sortedMs.length - 1, Math.floor(sortedMs.length * share))]! * 1000
  return { p50Us: at(0.5), p99Us: at(0.99) }
}

// ---- streaming ------------------------------------------------------------------------------------------------------

const streamed = 'MATCH (a:Person)-[:KNOWS]->(b) RETURN a.id, b.id, b.name, b.age'
const memoryLookMs = 200

export function streaming(): Promise<Figure[]> {
  return withServer(async ({ graph, server, url }) => {
    const first = await stream(url, server)
    // The first stream compiles, and makes the heap as large as it gets.
    const second = await stream(url, server)
    return {
      title: `Streaming ${graph.edgeCount.toLocaleString('en-US')} rows over HTTP`,
      notes: [
        inCode(streamed),
        `Memory of the server in MiB every ${memoryLookMs} ms, the first time: ${first.memory.join(' ')}; again: ${second.memory.join(' ')}.`,
      ],
      rows: [rowOf('Skein, the first time', first), rowOf('Skein, again', second)],
      goals: [{ text: 'the second time takes at most 64 MiB more memory than the first', ...grownBy(first, second) }],
    }
  })
}

interface Stream {
  readonly bytes: number
  readonly ms: number
  readonly memory: readonly number[]
}

async function stream(url: string, server: ChildProcess): Promise<Stream> {
  const memory = [memoryMiB(server)]
  const timer = setInterval(() => memory.push(memoryMiB(server)), memoryLookMs)
  const began = performance.now()
  const bytes = await post(url, { statement: streamed }, { accept: 'application/x-ndjson' })
  clearInterval(timer)
  return { bytes, ms: performance.now() - began, memory }
}

/** Of the process, as the system counts it; 0 where the system does not tell. */
function memoryMiB({ pid }: ChildProcess): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
  } catch {
    return 0
  }
}

function rowOf(who: string, { bytes, ms, memory }: Stream): Row {
  return { who, role: 'skein', rss: Math.max(...memory) * 2 ** 20, value: `${number(bytes / 1e6 / (ms / 1000))} MB/s` }
}

function grownBy(first: Stream, second: Stream): { actual: number; limit: number; kind: 'atMost' } {
  return { actual: Math.max(...second.memory) - Math.max(...first.memory), limit: 64, kind: 'atMost' }
}

// ---- slices ---------------------------------------------------------------------------------------------------------

/** Some seconds of steps. */
const long = 'UNWIND range(1, 20) AS i MATCH (a:Person)-[:KNOWS]->(b) WHERE a.age + i < b.age RETURN count(*) AS pairs'

export function slices(): Promise<Figure[]> {
  return withServer(async ({ url, graph }) => {
    const health = () => timed(async () => void (await (await fetch(`${url}/health`)).text()))
    const write = () => timed(() => post(url, { statement: 'CREATE (:Meanwhile)' }))
    // A server that was started a moment ago compiles its own code first.
    await health()
    await write()
    await post(url, { statement: `EXPLAIN ${long}` })
    const began = performance.now()
    let tookMs: number | undefined
    const ended = post(url, { statement: long }).then(() => void (tookMs = performance.now() - began))
    const waits: number[] = []
    const writes: number[] = []
    while (tookMs === undefined) {
      waits.push(await health())
      if (tookMs === undefined) writes.push(await write())
    }
    await ended
    return {
      title: `Meanwhile: what others wait for while a query of ${number(tookMs / 1000)} s runs, ${placeOf(graph)}`,
      notes: [inCode(long)],
      rows: [waitRow('Skein, GET /health', waits), waitRow('Skein, a write, durable', writes)],
      goals: [
        { text: 'writes that ended before the query, at least', actual: writes.length, limit: 10, kind: 'atLeast' },
        {
          text: 'health waits at most 50 ms (p99)',
          actual: percentilesUs(waits).p99Us / 1000,
          limit: 50,
          kind: 'atMost',
        },
      ],
    }
  })
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await action()
  return performance.now() - began
}

function waitRow(who: string, timesMs: number[]): Row {
  timesMs.sort((a, b) => a - b)
  return { who, role: 'skein', ...percentilesUs(timesMs), value: `longest ${number(timesMs.at(-1)!)} ms` }
}
