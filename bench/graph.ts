/**
 * Questions to the social graph: Skein by Cypher beside the hand-written loop, SQLite and graphology, in one process
 * and in turn. Each answer of each contestant is compared with the loop's before anything is timed.
 */
import assert from 'node:assert/strict'
import { type Database, open } from '../src/index.js'
import { flatten, type Loops, loopsOver, twoHopSteps } from './loops.js'
import type { Scale } from './main.js'
import { graphologyQueries, loadGraphology } from './peers/graphology.js'
import { loadSqlite, openSqlite, sqliteQueries } from './peers/sqlite.js'
import { cypher, keyOf, loadSkein, skeinQueries, toPerson } from './skein.js'
import { type GraphSize, graphSizes, makeRandom, makeSocialGraph, pick, type SocialGraph } from './social-graph.js'
import type { SocialQueries } from './social-queries.js'
import { callInChild } from './support/child.js'
import { type Call, type MeasureOptions, measureInTurn, type Timing } from './support/measure.js'
import { type Figure, figuresOrFailure, type Goal, type Row, speedOf } from './support/report.js'

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  for (const size of small ? (['small'] as const) : (['small', 'large'] as const)) {
    const task = { module: import.meta.url, name: 'measureGraph', argument: size }
    yield* await figuresOrFailure(`the ${size} graph`, () => callInChild<Figure[]>(task))
  }
}

// Many different people, so that nobody answers from the processor's cache alone.
const sampleCount = 20_000
const checkedCount = 200
const age = 30

interface Setting {
  readonly graph: SocialGraph
  /** For titles. */
  readonly place: string
  readonly database: Database
  readonly skein: SocialQueries
  readonly loop: Loops
  /** Skein, the loop and the peers. */
  readonly all: readonly SocialQueries[]
  /** Those of them who walk the whole graph. */
  readonly walkers: readonly SocialQueries[]
  /** The id that a round asks about. */
  readonly idOf: (round: number) => number
}

export async function measureGraph(size: GraphSize): Promise<Figure[]> {
  const setting = await prepare(size)
  checkAnswers(setting)
  const figures = [
    await lookUpByProperty(setting),
    await lookUpByKey(setting),
    await hops(setting, 'Names of friends', 'friendNames'),
    await hops(setting, 'Distinct people two hops away', 'twoHopDistinct'),
    await hops(setting, 'Distinct people three hops away', 'threeHopDistinct'),
    await walk(setting, 'Two-hop count with a property filter', 'twoHopCount'),
    await walk(setting, 'Two-hop count that compares both ends', 'twoHopOlderCount'),
  ]
  await setting.database.close()
  return figures
}

/**
 * Left out: graphology on the large graph (4 minutes to load, 4.1 GiB alone, the default heap's limit), and walks that
 * take a peer a minute or more.
 */
async function prepare(size: GraphSize): Promise<Setting> {
  const graph = makeSocialGraph(graphSizes[size])
  const loop = loopsOver(flatten(graph))
  const database = await open(':memory:')
  await loadSkein(database, graph)
  const skein = skeinQueries(database)
  const sqlite = sqliteWith(graph)
  const peers = size === 'small' ? [sqlite, graphologyQueries(loadGraphology(graph))] : [sqlite]
  const walkers = size === 'small' ? [skein, loop, sqlite] : [skein, loop]
  const sample = samplePeople(graph)
  return {
    graph,
    place: `${graph.personCount.toLocaleString('en-US')} people, ${graph.edgeCount.toLocaleString('en-US')} edges`,
    database,
    skein,
    loop,
    all: [skein, loop, ...peers],
    walkers,
    idOf: (round) => sample[round % sample.length]!,
  }
}

function sqliteWith(graph: SocialGraph): SocialQueries {
  const database = openSqlite(':memory:')
  loadSqlite(database, graph)
  return sqliteQueries(database)
}

function samplePeople(graph: SocialGraph): number[] {
  const random = makeRandom(2)
  return Array.from({ length: sampleCount }, () => pick(graph.personCount, random))
}

function checkAnswers({ loop, all, walkers, idOf }: Setting): void {
  for (const other of all) {
    for (let round = 0; round < checkedCount; round++) {
      const id = idOf(round)
      assert.deepEqual({ ...other.person(id), city: undefined }, { ...loop.person(id), city: undefined }, other.name)
      assert.deepEqual(other.friendNames(id).sort(), loop.friendNames(id).sort(), other.name)
      assert.equal(other.twoHopDistinct(id), loop.twoHopDistinct(id), other.name)
      assert.equal(other.threeHopDistinct(id), loop.threeHopDistinct(id), other.name)
    }
  }
  for (const other of walkers) {
    assert.equal(other.twoHopCount(age), loop.twoHopCount(age), other.name)
    assert.equal(other.twoHopOlderCount(), loop.twoHopOlderCount(), other.name)
  }
  assert.equal(loop.twoHopCountByStep(age), loop.twoHopCount(age))
}

async function lookUpByProperty({ place, database, skein, loop, all, idOf }: Setting): Promise<Figure> {
  const query = async (round: number) => (await database.query(cypher.person, { id: idOf(round) })).rows[0]
  assert.deepEqual(toPerson(await query(0)), loop.person(idOf(0)))
  const others = all.filter((queries) => queries !== skein)
  const contestants = {
    'Skein, prepare': (round: number) => skein.person(idOf(round)),
    'Skein, query': query,
    ...calls(others, (queries) => (round) => queries.person(idOf(round))),
  }
  return figure(`Point lookup by an indexed property, ${place}`, cypher.person, contestants, lookUpGoals)
}

async function lookUpByKey({ place, database, loop, idOf }: Setting): Promise<Figure> {
  const statement = database.prepare(cypher.personByKey)
  const prepared = (round: number) => statement.all({ key: keyOf(idOf(round)) }).rows[0]
  const query = async (round: number) => (await database.query(cypher.personByKey, { key: keyOf(idOf(round)) })).rows[0]
  assert.deepEqual(toPerson(prepared(0)), loop.person(idOf(0)))
  assert.deepEqual(toPerson(await query(0)), loop.person(idOf(0)))
  const contestants = { 'Skein, prepare': prepared, 'Skein, query': query }
  return figure(`Point lookup by key, ${place}`, cypher.personByKey, contestants, lookUpGoals)
}

function hops(
  { place, all, idOf }: Setting,
  title: string,
  question: 'friendNames' | 'twoHopDistinct' | 'threeHopDistinct',
): Promise<Figure> {
  const contestants = calls(all, (queries) => (round) => queries[question](idOf(round)))
  const goals = (rows: readonly Row[]) => [ofTheLoop(rows, 0.25, 'within 4 times the loop')]
  return figure(`${title}, ${place}`, cypher[question], contestants, goals)
}

/** The filter of `twoHopCount` says the same of a person on every trail, so there one may count ahead; not in the other. */
async function walk(
  { graph, place, loop, walkers }: Setting,
  title: string,
  question: 'twoHopCount' | 'twoHopOlderCount',
): Promise<Figure> {
  const steps = twoHopSteps(graph)
  const byStep = { 'loop, comparing at each step': () => loop.twoHopCountByStep(age) }
  const contestants = {
    ...calls(walkers, (queries) => () => queries[question](age)),
    ...(question === 'twoHopCount' ? byStep : {}),
  }
  const options = { ms: 3000, turns: 3, warmUp: 5 }
  const goals = (rows: readonly Row[]) => walkGoals(rows, steps)
  const full = `${title}, ${place}, ${steps.toLocaleString('en-US')} trails`
  const measured = await figure(full, cypher[question], contestants, goals, options)
  const rows = measured.rows.map((row) => ({ ...row, value: `${Math.round((speedOf(row) * steps) / 1e6)} M trails/s` }))
  return { ...measured, rows }
}

function calls(contestants: readonly SocialQueries[], call: (queries: SocialQueries) => Call): Record<string, Call> {
  return Object.fromEntries(contestants.map((queries) => [queries.name, call(queries)]))
}

async function figure(
  title: string,
  text: string,
  contestants: Record<string, Call>,
  goals: (rows: readonly Row[]) => Goal[],
  options?: MeasureOptions,
): Promise<Figure> {
  const timings = await measureInTurn(contestants, options)
  const rows = Object.entries(timings).map(([who, timing]) => toRow(who, timing))
  return { title, notes: ['`' + text + '`'], rows, goals: goals(rows) }
}

function toRow(who: string, { opsPerSecond, p50Us, p99Us }: Timing): Row {
  const role = who.startsWith('Skein') ? 'skein' : who.startsWith('loop') ? 'loop' : 'peer'
  return { who, role, opsPerSecond, p50Us, p99Us }
}

function lookUpGoals(rows: readonly Row[]): Goal[] {
  const p50 = (who: string) => rows.find((row) => row.who === who)!.p50Us!
  return [
    { text: 'by `prepare` at most 1.5 µs', actual: p50('Skein, prepare'), limit: 1.5, kind: 'atMost' },
    { text: 'by `query` at most 2 µs', actual: p50('Skein, query'), limit: 2, kind: 'atMost' },
  ]
}

function walkGoals(rows: readonly Row[], steps: number): Goal[] {
  const loopSteps = (fastestLoop(rows) * steps) / 1e6
  return [
    ofTheLoop(rows, 0.5, 'at least 0.5 of the fastest loop'),
    { text: 'the loop itself at least 200 M trails/s', actual: loopSteps, limit: 200, kind: 'atLeast' },
  ]
}

function ofTheLoop(rows: readonly Row[], limit: number, text: string): Goal {
  const skein = rows.find((row) => row.role === 'skein')!
  return { text, actual: speedOf(skein) / fastestLoop(rows), limit, kind: 'atLeast' }
}

function fastestLoop(rows: readonly Row[]): number {
  return Math.max(...rows.filter((row) => row.role === 'loop').map(speedOf))
}
