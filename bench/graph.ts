/**
 * Questions to the social graph: Skein by Cypher beside the hand-written loop, SQLite and graphology, in one process
 * and in turn. Each answer of each contestant is compared with the loop's before anything is timed.
 */
import assert from 'node:assert/strict'
import { open } from '../src/index.js'
import { flatten, type Loops, loopsOver, twoHopSteps } from './loops.js'
import type { Scale } from './main.js'
import { graphologyQueries, loadGraphology } from './peers/graphology.js'
import { loadSqlite, openSqlite, sqliteQueries } from './peers/sqlite.js'
import { cypher, keyOf, loadSkein, skeinQueries, toPerson } from './skein.js'
import { type GraphSize, graphSizes, makeRandom, makeSocialGraph, pick, type SocialGraph } from './social-graph.js'
import type { SocialQueries } from './social-queries.js'
import { callInChild } from './support/child.js'
import { type Call, type MeasureOptions, measureInTurn, type Timing } from './support/measure.js'
import { type Figure, type Goal, type Row, speedOf } from './support/report.js'

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  for (const size of small ? (['small'] as const) : (['small', 'large'] as const)) {
    yield* await callInChild<Figure[]>({ module: import.meta.url, name: 'measureGraph', argument: size })
  }
}

// Many different people, so that nobody answers from the processor's cache alone.
const sampleCount = 20_000
const age = 30

export async function measureGraph(size: GraphSize): Promise<Figure[]> {
  const graph = makeSocialGraph(graphSizes[size])
  const loop = loopsOver(flatten(graph))
  const database = await open(':memory:')
  await loadSkein(database, graph)
  const skein = skeinQueries(database)
  const peers = makePeers(graph, size)
  const sample = samplePeople(graph)
  checkAnswers({ loop, others: [skein, ...peers], sample, withWalk: size === 'small' })

  const contestants = [skein, loop, ...peers]
  const at = (round: number) => sample[round % sample.length]!
  const place = `${graph.personCount.toLocaleString('en-US')} people, ${graph.edgeCount.toLocaleString('en-US')} edges`
  const lookUp = {
    'Skein, prepare': (round: number) => skein.person(at(round)),
    'Skein, query': async (round: number) => (await database.query(cypher.person, { id: at(round) })).rows,
    ...calls([loop, ...peers], (queries) => (round) => queries.person(at(round))),
  }
  const byKey = database.prepare(cypher.personByKey)
  const lookUpByKey = {
    'Skein, prepare': (round: number) => byKey.all({ key: keyOf(at(round)) }).rows,
    'Skein, query': async (round: number) => (await database.query(cypher.personByKey, { key: keyOf(at(round)) })).rows,
  }
  assert.deepEqual(toPerson(lookUpByKey['Skein, prepare'](0)[0]), loop.person(at(0)))
  assert.deepEqual((await lookUpByKey['Skein, query'](0))[0], lookUpByKey['Skein, prepare'](0)[0])
  assert.deepEqual(toPerson((await lookUp['Skein, query'](0))[0]), loop.person(at(0)))

  const figures = [
    await figure(`Point lookup by an indexed property, ${place}`, cypher.person, lookUp, lookUpGoals),
    await figure(`Point lookup by key, ${place}`, cypher.personByKey, lookUpByKey, lookUpGoals),
    await hops(`Names of friends, ${place}`, 'friendNames'),
    await hops(`Distinct people two hops away, ${place}`, 'twoHopDistinct'),
    await hops(`Distinct people three hops away, ${place}`, 'threeHopDistinct'),
    await walk(),
  ]
  await database.close()
  return figures

  function hops(title: string, question: 'friendNames' | 'twoHopDistinct' | 'threeHopDistinct'): Promise<Figure> {
    const inTurn = calls(contestants, (queries) => (round) => queries[question](at(round)))
    return figure(title, cypher[question], inTurn, (rows) => [ofTheLoop(rows, 0.25, 'within 4 times the loop')])
  }

  /** The peers need minutes for the walk of the large graph, so there the loop is alone beside Skein. */
  async function walk(): Promise<Figure> {
    const steps = twoHopSteps(graph)
    const title = `Two-hop count with a property filter, ${place}, ${steps.toLocaleString('en-US')} trails`
    const inTurn = {
      ...calls(size === 'small' ? contestants : [skein, loop], (queries) => () => queries.twoHopCount(age)),
      'loop, comparing at each step': () => loop.twoHopCountByStep(age),
    }
    const options = { ms: 3000, turns: 3, warmUp: 3 }
    const measured = await figure(title, cypher.twoHopCount, inTurn, (rows) => walkGoals(rows, steps), options)
    const rows = measured.rows.map((row) => ({
      ...row,
      value: `${Math.round((speedOf(row) * steps) / 1e6)} M steps/s`,
    }))
    return { ...measured, rows }
  }
}

function makePeers(graph: SocialGraph, size: GraphSize): SocialQueries[] {
  const database = openSqlite(':memory:')
  loadSqlite(database, graph)
  const sqlite = sqliteQueries(database)
  // Objects for 10M edges do not fit into the default heap.
  return size === 'small' ? [sqlite, graphologyQueries(loadGraphology(graph))] : [sqlite]
}

function samplePeople(graph: SocialGraph): number[] {
  const random = makeRandom(2)
  return Array.from({ length: sampleCount }, () => pick(graph.personCount, random))
}

interface Comparison {
  readonly loop: Loops
  readonly others: readonly SocialQueries[]
  readonly sample: readonly number[]
  /** Whether the peers walk the whole graph; Skein always does. */
  readonly withWalk: boolean
}

function checkAnswers({ loop, others, sample, withWalk }: Comparison): void {
  for (const other of others) {
    for (const id of sample.slice(0, 200)) {
      assert.deepEqual({ ...other.person(id), city: undefined }, { ...loop.person(id), city: undefined }, other.name)
      assert.deepEqual(other.friendNames(id).sort(), loop.friendNames(id).sort(), other.name)
      assert.equal(other.twoHopDistinct(id), loop.twoHopDistinct(id), other.name)
      assert.equal(other.threeHopDistinct(id), loop.threeHopDistinct(id), other.name)
    }
    if (withWalk || other.name === 'Skein') assert.equal(other.twoHopCount(age), loop.twoHopCount(age), other.name)
  }
  assert.equal(loop.twoHopCountByStep(age), loop.twoHopCount(age))
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
    { text: 'the loop itself at least 200 M steps/s', actual: loopSteps, limit: 200, kind: 'atLeast' },
  ]
}

function ofTheLoop(rows: readonly Row[], limit: number, text: string): Goal {
  const skein = rows.find((row) => row.role === 'skein')!
  return { text, actual: speedOf(skein) / fastestLoop(rows), limit, kind: 'atLeast' }
}

function fastestLoop(rows: readonly Row[]): number {
  return Math.max(...rows.filter((row) => row.role === 'loop').map(speedOf))
}
