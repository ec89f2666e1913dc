/**
 * Plain values under keys: reading and writing one beside the point lookup of a node, SQLite and a Map, and how late keys
 * go that expire while others write.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { type Database, open } from '../src/index.js'
import type { Scale } from './main.js'
import { inDirectory } from './support/directory.js'
import { measureInTurn, type Timing } from './support/measure.js'
import { type Figure, figuresOrFailure, type Goal, type Row } from './support/report.js'

const keyCount = 100_000

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  const ms = small ? 500 : 3000
  yield* await figuresOrFailure('plain values in memory', () => inMemory(ms))
  yield* await figuresOrFailure('durable, one writer', () => inDirectory((directory) => durable(directory, ms)))
  yield* await figuresOrFailure('lateness', () =>
    inDirectory((directory) => lateness(join(directory, 'skein'), small ? 2_000 : 10_000)),
  )
}

/** In an order that no cache foresees. */
const shuffled = Array.from({ length: 1 << 16 }, (_, i) => `key:${(Math.imul(i + 1, 0x9e3779b1) >>> 0) % keyCount}`)
const key = (round: number) => shuffled[round & 0xffff]!

async function inMemory(ms: number): Promise<Figure[]> {
  const database = await filled(':memory:')
  const peer = filledSqlite(':memory:')
  const map = new Map(Array.from({ length: keyCount }, (_, i) => [`key:${i}`, i]))
  const node = (round: number) => `node:${key(round)}`

  const get = database.prepare('RETURN key.get($key) AS value')
  const match = database.prepare('MATCH (n {_key: $key}) RETURN n.value AS value')
  const select = peer.prepare('SELECT value FROM plain WHERE key = ?').pluck()
  assert.equal(await database.keys.get(key(7)), select.get(key(7)))
  const reads = await measureInTurn(
    {
      'Skein, keys.get': (round) => database.keys.get(key(round)),
      'Skein, prepared key.get': (round) => get.all({ key: key(round) }).rows[0]![0],
      'Skein, prepared MATCH of a node': (round) => match.all({ key: node(round) }).rows[0]![0],
      SQLite: (round) => select.get(key(round)),
      Map: (round) => map.get(key(round)),
    },
    { ms },
  )

  const set = database.prepare('CALL key.set($key, $value)')
  const update = database.prepare('MATCH (n {_key: $key}) SET n.value = $value')
  const replace = peer.prepare('INSERT OR REPLACE INTO plain (key, value) VALUES (?, ?)')
  const writes = await measureInTurn(
    {
      'Skein, keys.set': (round) => database.keys.set(key(round), round),
      'Skein, keys.increment': (round) => database.keys.increment(key(round)),
      'Skein, prepared key.set': (round) => set.run({ key: key(round), value: round }),
      'Skein, prepared SET of a node': (round) => update.run({ key: node(round), value: round }),
      SQLite: (round) => replace.run(key(round), round),
      Map: (round) => map.set(key(round), round),
    },
    { ms },
  )
  assert.equal(database.info().plainValueCount, keyCount)
  await database.close()
  peer.close()
  return [
    figure('Reading a plain value by its key, of 100,000', reads, [
      [
        'keys.get takes at most the time of the prepared point lookup',
        'Skein, keys.get',
        'Skein, prepared MATCH of a node',
        1,
      ],
      ['prepared key.get likewise', 'Skein, prepared key.get', 'Skein, prepared MATCH of a node', 1.1],
    ]),
    figure('Writing a plain value, a commit each, in memory', writes, [
      ['keys.set takes at most the time of the prepared SET', 'Skein, keys.set', 'Skein, prepared SET of a node', 1.1],
      ['prepared key.set likewise', 'Skein, prepared key.set', 'Skein, prepared SET of a node', 1.1],
    ]),
  ]
}

async function durable(directory: string, ms: number): Promise<Figure[]> {
  const database = await filled(join(directory, 'skein'))
  const peer = filledSqlite(join(directory, 'sqlite.db'))
  const replace = peer.prepare('INSERT OR REPLACE INTO plain (key, value) VALUES (?, ?)')
  const timings = await measureInTurn(
    {
      'Skein, keys.set': (round) => database.keys.set(key(round), round),
      SQLite: (round) => replace.run(key(round), round),
    },
    { ms },
  )
  await database.close()
  peer.close()
  return [
    figure('Writing a plain value, durable, one writer', timings, [
      ['keys.set takes at most 1.2 of the time of SQLite', 'Skein, keys.set', 'SQLite', 1.2],
    ]),
  ]
}

/** Keys fall due one after the other for five seconds, while four writers commit without a pause. */
async function lateness(path: string, count: number): Promise<Figure[]> {
  const spreadMs = 5_000
  const database = await open(path)
  const first = Date.now() + 1_500
  const dueAt = Array.from({ length: count }, (_, i) => first + Math.floor((i * spreadMs) / count))
  await database.write(({ keys }) => {
    for (const [i, atMs] of dueAt.entries()) keys.set(`due:${i}`, `value ${i}`, atMs)
  })
  assert(Date.now() < first, 'the keys were not there in time')
  let commits = 0
  let running = true
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    while (running) {
      await database.keys.set(`written:${writer}:${commits % 1000}`, commits)
      commits++
    }
  })
  const late = await watched(database, dueAt)
  running = false
  await Promise.all(writers)
  await database.close()
  late.sort((one, other) => one - other)
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))]!
  const row = (who: string, value: number): Row => ({ who, role: 'skein', value: `${value.toFixed(0)} ms` })
  return [
    {
      title: `How late ${count.toLocaleString('en-US')} keys go that expire over 5 s, while four writers commit`,
      notes: [`The writers made ${Math.round(commits / ((spreadMs + 1_500) / 1000))} durable commits a second.`],
      rows: [row('p50', at(0.5)), row('p99', at(0.99)), row('max', late.at(-1)!)],
      goals: [{ text: 'at most 100 ms late, p99', actual: at(0.99), limit: 100, kind: 'atMost' }],
    },
  ]
}

/** Asks after the oldest key that is left, every turn of the event loop: those before it are gone. Keys go in the order of their times. */
async function watched(database: Database, dueAt: readonly number[]): Promise<number[]> {
  const late: number[] = []
  const isThere = database.prepare('RETURN key.exists($key) AS there')
  while (late.length < dueAt.length) {
    const now = Date.now()
    while (late.length < dueAt.length && isThere.all({ key: `due:${late.length}` }).rows[0]![0] === false) {
      assert(now >= dueAt[late.length]!, 'a key went before its time')
      late.push(now - dueAt[late.length]!)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return late
}

async function filled(path: string): Promise<Database> {
  const database = await open(path)
  await database.write((transaction) => {
    const property = transaction.propertyId('value')
    for (let i = 0; i < keyCount; i++) {
      transaction.keys.set(`key:${i}`, i)
      transaction.createNode({ labels: [], key: `node:key:${i}`, properties: [[property, i]] })
    }
  })
  return database
}

function filledSqlite(path: string): BetterSqlite.Database {
  const peer = new BetterSqlite(path)
  peer.pragma('journal_mode = WAL')
  peer.pragma('synchronous = FULL')
  peer.exec('CREATE TABLE plain (key TEXT PRIMARY KEY, value) WITHOUT ROWID')
  const insert = peer.prepare('INSERT INTO plain (key, value) VALUES (?, ?)')
  peer.transaction(() => {
    for (let i = 0; i < keyCount; i++) insert.run(`key:${i}`, i)
  })()
  return peer
}

type Comparison = readonly [text: string, who: string, other: string, ratioMax: number]

function figure(title: string, timings: Record<string, Timing>, comparisons: readonly Comparison[]): Figure {
  const rows = Object.entries(timings).map<Row>(([who, { opsPerSecond, p50Us, p99Us }]) => {
    const role = who === 'Map' ? 'loop' : who === 'SQLite' ? 'peer' : 'skein'
    return { who, role, opsPerSecond, p50Us, p99Us }
  })
  const goals = comparisons.map<Goal>(([text, who, other, limit]) => {
    return { text, actual: timings[who]!.p50Us / timings[other]!.p50Us, limit, kind: 'atMost' }
  })
  return { title, rows, goals }
}
