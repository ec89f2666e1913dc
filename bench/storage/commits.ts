/** One edge or one property a commit: in memory, on disk by one writer, and on disk by 64 at once. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { open } from '../../src/index.js'
import type { Scale } from '../main.js'
import { insertKnows, loadSqlite, openSqlite } from '../peers/sqlite.js'
import { keyOf, loadSkein } from '../skein.js'
import { graphSizes, makeRandom, makeSocialGraph, pick } from '../social-graph.js'
import { inDirectory } from '../support/directory.js'
import { type Call, measureInTurn, type Timing } from '../support/measure.js'
import type { Figure, Goal, Row } from '../support/report.js'

const addEdge = 'MATCH (a {_key: $start}), (b {_key: $end}) CREATE (a)-[:KNOWS]->(b)'
const setAge = 'MATCH (p {_key: $key}) SET p.age = $age'
const countEdges = 'MATCH ()-[r:KNOWS]->() RETURN count(*)'
const sumAges = 'MATCH (p:Person) RETURN sum(p.age)'

export function commitsInMemory(): Promise<Figure[]> {
  return commits({ where: 'in memory', ratioMax: 1.5, skein: ':memory:', sqlite: ':memory:', ms: 2000 })
}

export function durableCommits({ small }: Scale): Promise<Figure[]> {
  return inDirectory((directory) => {
    const [skein, sqlite] = [join(directory, 'skein'), join(directory, 'sqlite.db')]
    return commits({ where: 'durable, one writer', ratioMax: 1.2, skein, sqlite, ms: small ? 1000 : 4000 })
  })
}

interface Setting {
  readonly where: string
  readonly ratioMax: number
  /** Paths. */
  readonly skein: string
  readonly sqlite: string
  readonly ms: number
}

/** The time of a commit against SQLite's, where both have the same people and edges before. */
async function commits({ where, ratioMax, skein, sqlite, ms }: Setting): Promise<Figure[]> {
  const graph = makeSocialGraph(graphSizes.small)
  const database = await open(skein)
  await loadSkein(database, graph)
  const peer = openSqlite(sqlite)
  loadSqlite(peer, graph)
  const people = randomPeople(graph.personCount)
  const done = { skein: 0, sqlite: 0 }

  const createEdge = database.prepare(addEdge)
  const insertEdge = peer.prepare(insertKnows)
  const edges = await measureInTurn(
    {
      'Skein, prepare': (round) => {
        done.skein++
        createEdge.run({ start: people.key(round), end: people.key(round + 1) })
      },
      'Skein, query': (round) => {
        done.skein++
        return database.query(addEdge, { start: people.key(round), end: people.key(round + 1) })
      },
      SQLite: (round) => {
        done.sqlite++
        insertEdge.run(people.id(round), people.id(round + 1))
      },
    },
    { ms },
  )
  assert.equal(only(await database.query(countEdges)), graph.edgeCount + done.skein)
  assert.equal(peer.prepare('SELECT count(*) FROM knows').pluck().get(), graph.edgeCount + done.sqlite)

  const setProperty = database.prepare(setAge)
  const updateAge = peer.prepare('UPDATE person SET age = ? WHERE id = ?')
  const prepared = (round: number) => void setProperty.run({ key: people.key(round), age: round % 90 })
  const update = (round: number) => void updateAge.run(round % 90, people.id(round))
  for (let round = 0; round < 1000; round++) {
    prepared(round)
    update(round)
  }
  assert.equal(only(await database.query(sumAges)), peer.prepare('SELECT sum(age) FROM person').pluck().get())
  const properties = await measureInTurn(
    {
      'Skein, prepare': prepared,
      'Skein, query': (round) => database.query(setAge, { key: people.key(round), age: round % 90 }),
      SQLite: update,
    },
    { ms },
  )
  await database.close()
  peer.close()
  return [
    commitFigure(`One edge a commit, ${where}`, addEdge, edges, ratioMax),
    commitFigure(`One property a commit, ${where}`, setAge, properties, ratioMax),
  ]
}

function commitFigure(title: string, text: string, timings: Record<string, Timing>, ratioMax: number): Figure {
  const rows = Object.entries(timings).map(([who, timing]) => toRow(who, timing))
  const actual = timings['Skein, prepare']!.p50Us / timings.SQLite!.p50Us
  const goal: Goal = { text: `at most ${ratioMax} times SQLite's time`, actual, limit: ratioMax, kind: 'atMost' }
  return { title, notes: ['`' + text + '`'], rows, goals: [goal] }
}

function toRow(who: string, { opsPerSecond, p50Us, p99Us }: Timing): Row {
  return { who, role: who.startsWith('Skein') ? 'skein' : 'peer', opsPerSecond, p50Us, p99Us }
}

const writers = 64
/** Each waits for its own commits only, one after another. */
const commitsAWriter = 32

/** SQLite has one writer at a time and answers synchronously, so 64 of them are one after another. */
export function concurrentWriters({ small }: Scale): Promise<Figure[]> {
  return inDirectory(async (directory) => {
    const graph = makeSocialGraph({ personCount: 10_000, edgeCount: 100_000 })
    const database = await open(join(directory, 'skein'))
    await loadSkein(database, graph)
    const people = randomPeople(graph.personCount)
    let done = 0
    const commit: Call = (round) => {
      done++
      return database.query(addEdge, { start: people.key(round), end: people.key(round + 1) })
    }
    const writer = async (first: number) => {
      for (let i = 0; i < commitsAWriter; i++) await commit(first + i)
    }
    const together: Call = (round) =>
      Promise.all(Array.from({ length: writers }, (_, i) => writer((round * writers + i) * commitsAWriter)))
    const { one, many } = await measureInTurn({ one: commit, many: together }, { ms: small ? 1000 : 4000 })
    assert.equal(only(await database.query(countEdges)), graph.edgeCount + done)
    await database.close()
    return [writersFigure(one!, many!)]
  })
}

function writersFigure(one: Timing, many: Timing): Figure {
  const throughput = { ...many, opsPerSecond: many.opsPerSecond * writers * commitsAWriter }
  const actual = throughput.opsPerSecond / one.opsPerSecond
  return {
    title: `One edge a commit, durable, ${writers} concurrent writers`,
    notes: [
      '`' + addEdge + '`',
      '',
      `ops/s are commits; the percentiles of 64 writers are of ${commitsAWriter} commits of each.`,
    ],
    rows: [toRow('Skein, 1 writer', one), toRow(`Skein, ${writers} writers`, throughput)],
    goals: [{ text: 'at least 30 times one writer', actual, limit: 30, kind: 'atLeast' }],
  }
}

/** People in random order, again and again; keys are made before, so that making them is not timed. */
function randomPeople(count: number) {
  const random = makeRandom(3)
  const ids = Array.from({ length: 1 << 16 }, () => pick(count, random))
  const keys = ids.map(keyOf)
  const mask = ids.length - 1
  return { id: (round: number) => ids[round & mask]!, key: (round: number) => keys[round & mask]! }
}

function only({ rows }: { rows: readonly (readonly unknown[])[] }): unknown {
  return rows[0]![0]
}
