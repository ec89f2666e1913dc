/**
 * Walks over the whole social graph: Skein by Cypher beside the hand-written loop and SQLite, in one process and in
 * turn. Each answer is compared with the loop's before anything is timed. Questions about one person: query.ts.
 */
import assert from 'node:assert/strict'
import { open } from '../src/index.js'
import { flatten, type Loops, loopsOver, twoHopSteps } from './loops.js'
import type { Scale } from './main.js'
import { loadSqlite, openSqlite, sqliteQueries } from './peers/sqlite.js'
import { cypher, loadSkein, skeinQueries } from './skein.js'
import { type GraphSize, graphSizes, makeSocialGraph, type SocialGraph } from './social-graph.js'
import type { SocialQueries } from './social-queries.js'
import { fastest, figureOf, inCode, ofTheLoop, placeOf } from './social-setting.js'
import { callInChild } from './support/child.js'
import { type Figure, figuresOrFailure, type Goal, type Row, speedOf } from './support/report.js'

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  for (const size of small ? (['small'] as const) : (['small', 'large'] as const)) {
    const task = { module: import.meta.url, name: 'measureGraph', argument: size }
    yield* await figuresOrFailure(`the ${size} graph`, () => callInChild<Figure[]>(task))
  }
}

const age = 30

interface Setting {
  readonly graph: SocialGraph
  readonly loop: Loops
  readonly walkers: readonly SocialQueries[]
}

/** SQLite is left out on the large graph, where a walk takes it a minute or more. */
export async function measureGraph(size: GraphSize): Promise<Figure[]> {
  const graph = makeSocialGraph(graphSizes[size])
  const loop = loopsOver(flatten(graph))
  const database = await open(':memory:')
  await loadSkein(database, graph)
  const peers = size === 'small' ? [sqliteWith(graph)] : []
  const setting = { graph, loop, walkers: [skeinQueries(database), loop, ...peers] }
  checkAnswers(setting)
  const figures = [
    await walk(setting, 'Two-hop count with a property filter', 'twoHopCount'),
    await walk(setting, 'Two-hop count that compares both ends', 'twoHopOlderCount'),
  ]
  await database.close()
  return figures
}

function sqliteWith(graph: SocialGraph): SocialQueries {
  const database = openSqlite(':memory:')
  loadSqlite(database, graph)
  return sqliteQueries(database)
}

function checkAnswers({ loop, walkers }: Setting): void {
  for (const other of walkers) {
    assert.equal(other.twoHopCount(age), loop.twoHopCount(age), other.name)
    assert.equal(other.twoHopOlderCount(), loop.twoHopOlderCount(), other.name)
  }
  assert.equal(loop.twoHopCountByStep(age), loop.twoHopCount(age))
}

/** The filter of `twoHopCount` says the same of a person on every trail, so there one may count ahead; not in the other. */
async function walk(
  { graph, loop, walkers }: Setting,
  title: string,
  question: 'twoHopCount' | 'twoHopOlderCount',
): Promise<Figure> {
  const steps = twoHopSteps(graph)
  const byStep = { 'loop, comparing at each step': () => loop.twoHopCountByStep(age) }
  const measured = await figureOf({
    title: `${title}, ${placeOf(graph)}, ${steps.toLocaleString('en-US')} trails`,
    notes: [inCode(cypher[question])],
    contestants: {
      ...Object.fromEntries(walkers.map((queries) => [queries.name, () => queries[question](age)])),
      ...(question === 'twoHopCount' ? byStep : {}),
    },
    goals: (rows) => walkGoals(rows, steps),
    options: { ms: 3000, turns: 3, warmUp: 5 },
  })
  const rows = measured.rows.map((row) => ({ ...row, value: `${Math.round((speedOf(row) * steps) / 1e6)} M trails/s` }))
  return { ...measured, rows }
}

function walkGoals(rows: readonly Row[], steps: number): Goal[] {
  const loopSteps = (fastest(rows, 'loop') * steps) / 1e6
  return [
    ofTheLoop(rows, 0.5, 'at least 0.5 of the fastest loop'),
    { text: 'the loop itself at least 200 M trails/s', actual: loopSteps, limit: 200, kind: 'atLeast' },
  ]
}
