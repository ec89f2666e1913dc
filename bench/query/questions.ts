/**
 * Questions to the social graph. Every answer of every contestant is compared with the loop's before anything is timed;
 * the loop's are compared with a plain enumeration by test/bench.
 */
import assert from 'node:assert/strict'
import { type Database, open } from '../../src/index.js'
import { importCsv } from '../../src/transfer/csv/import-csv.js'
import { openImportTarget } from '../../src/transfer/targets.js'
import { cityLoopsOver } from '../city-loops.js'
import { flatten, loopsOver } from '../loops.js'
import { duckContestant, duckTexts, loadDuck, openDuck } from '../peers/duckdb.js'
import { graphologyContestant, loadGraphology } from '../peers/graphology.js'
import { kuzuContestant, kuzuTexts, loadKuzu, openKuzu } from '../peers/kuzu.js'
import { absent } from '../peers/optional.js'
import { loadSqlite, openSqlite, sqliteContestant, sqliteTexts } from '../peers/sqlite.js'
import { cypher, keyOf, loadSkein, skeinContestant, toPerson } from '../skein.js'
import {
  type CsvFiles,
  type GraphSize,
  graphSizes,
  makeSocialGraph,
  type SocialGraph,
  writeCsv,
} from '../social-graph.js'
import type { Contestant } from '../social-queries.js'
import { figureOf, inCode, ofTheLoop, ofThePeers, peopleOf, placeOf } from '../social-setting.js'
import { inDirectory } from '../support/directory.js'
import { type Call, type MeasureOptions, measureOnce } from '../support/measure.js'
import type { Figure, Goal, Row } from '../support/report.js'

export function smallGraph(): Promise<Figure[]> {
  return measureQuestions('small')
}

export function largeGraph(): Promise<Figure[]> {
  return measureQuestions('large')
}

interface Setting {
  readonly graph: SocialGraph
  readonly database: Database
  /** The loop first, then Skein, then the peers. */
  readonly contestants: readonly Contestant[]
  /** Who is left out. */
  readonly notes: readonly string[]
  readonly idOf: (round: number) => number
  readonly otherOf: (round: number) => number
}

async function measureQuestions(size: GraphSize): Promise<Figure[]> {
  const graph = makeSocialGraph(graphSizes[size])
  return inDirectory(async (directory) => {
    const { setting, load } = await prepare(graph, writeCsv(graph, directory), size)
    await checkAnswers(setting)
    const figures = [load]
    figures.push(await lookUpByProperty(setting), await lookUpByKey(setting))
    for (const question of questions) figures.push(await measure(setting, question))
    await setting.database.close()
    return figures
  })
}

// ---- contestants ----------------------------------------------------------------------------------------------------

/** graphology is left out on the large graph: 4 minutes to load, 4.1 GiB alone, the default heap's limit. */
async function prepare(
  graph: SocialGraph,
  files: CsvFiles,
  size: GraphSize,
): Promise<{ setting: Setting; load: Figure }> {
  const notes: string[] = []
  const rows: Row[] = []
  const time = async (who: string, role: Row['role'], load: () => unknown) => {
    const { ms, timing } = await measureOnce(graph.edgeCount, async () => void (await load()))
    rows.push({ who, role, ...timing, value: `${(ms / 1000).toFixed(2)} s` })
  }
  const flat = flatten(graph)
  const contestants: Contestant[] = [{ ...loopsOver(flat), ...cityLoopsOver(graph, flat) }]
  await time('Skein, import of CSV files', 'skein', () => importInto(files))
  const database = await open(':memory:')
  await time('Skein, bulk loader', 'skein', () => loadSkein(database, graph))
  contestants.push(skeinContestant(database))
  const sqlite = openSqlite(':memory:')
  await time('SQLite, one transaction', 'peer', () => loadSqlite(sqlite, graph))
  contestants.push(sqliteContestant(sqlite))
  if (size === 'small') contestants.push(graphologyContestant(loadGraphology(graph)))
  const kuzu = await openKuzu()
  if (kuzu === undefined) notes.push(absent('Kùzu'))
  else {
    await time('Kùzu, COPY of CSV files', 'peer', () => loadKuzu(kuzu, files))
    contestants.push(kuzuContestant(kuzu))
  }
  const duck = await openDuck()
  if (duck === undefined) notes.push(absent('DuckDB'))
  else {
    await time('DuckDB, read_csv', 'peer', () => loadDuck(duck, files))
    contestants.push(await duckContestant(duck))
  }
  const load = { title: `Load, ${placeOf(graph)}`, notes, rows, goals: ofThePeers(rows, 1.5) }
  const setting = { graph, database, contestants, notes, idOf: peopleOf(graph), otherOf: peopleOf(graph, 3) }
  return { setting, load }
}

async function importInto({ persons, knows }: CsvFiles): Promise<void> {
  const database = await open(':memory:')
  await importCsv(openImportTarget(database), {
    nodes: [{ labels: ['Person'], files: [persons] }],
    relationships: [{ type: 'KNOWS', files: [knows] }],
  })
  await database.close()
}

// ---- questions ------------------------------------------------------------------------------------------------------

type Asked = Exclude<keyof Contestant, 'name' | 'person'>

interface QuestionOfMany {
  readonly asked: Asked
  readonly title: string
  readonly semantics: string
  /** Of the time of the fastest peer. */
  readonly ratioMax: number
  /** Of the speed of the loop. */
  readonly ofLoopMin?: number
  readonly options?: MeasureOptions
}

const whole: MeasureOptions = { ms: 3000, turns: 3, warmUp: 5 }
const either = 'Walks and trails are the same here: nobody knows himself.'

const questions: readonly QuestionOfMany[] = [
  { asked: 'friendNames', title: 'Names of friends', semantics: either, ratioMax: 0.5, ofLoopMin: 0.25 },
  {
    asked: 'twoHopDistinct',
    title: 'Distinct people two hops away',
    semantics: either,
    ratioMax: 0.3,
    ofLoopMin: 0.25,
  },
  {
    asked: 'threeHopDistinct',
    title: 'Distinct people three hops away',
    semantics: 'Trails: no relationship twice.',
    ratioMax: 0.2,
    ofLoopMin: 0.25,
  },
  { asked: 'peoplePerCity', title: 'People per city', semantics: '', ratioMax: 0.2, options: whole },
  { asked: 'agePerCity', title: 'Average age per city of friends of friends', semantics: either, ratioMax: 0.5 },
  { asked: 'shortestPath', title: 'Shortest path between two people', semantics: either, ratioMax: 0.5 },
  { asked: 'triangles', title: 'Directed triangles', semantics: either, ratioMax: 0.4, options: whole },
]

function ask(contestant: Contestant, asked: Asked, { idOf, otherOf }: Setting): Call | undefined {
  const { friendNames, twoHopDistinct, threeHopDistinct, peoplePerCity, agePerCity, shortestPath, triangles } =
    contestant
  const ofOne = { friendNames, twoHopDistinct, threeHopDistinct, agePerCity }
  if (asked === 'peoplePerCity' || asked === 'triangles') return { peoplePerCity, triangles }[asked]
  if (asked === 'shortestPath') return shortestPath && ((round) => shortestPath(idOf(round), endOf(round)))
  const question = ofOne[asked]
  return question && ((round) => question(idOf(round)))

  /** Somebody else than the start. */
  function endOf(round: number): number {
    return otherOf(round) === idOf(round) ? otherOf(round + 1) : otherOf(round)
  }
}

function measure(setting: Setting, { asked, title, semantics, ratioMax, ofLoopMin, options }: QuestionOfMany) {
  const calls = setting.contestants.map((contestant) => [contestant.name, ask(contestant, asked, setting)] as const)
  const contestants = Object.fromEntries(calls.filter((each): each is [string, Call] => each[1] !== undefined))
  const ofLoop = (rows: readonly Row[]) =>
    ofLoopMin === undefined ? [] : [ofTheLoop(rows, ofLoopMin, `at least ${ofLoopMin} of the speed of the loop`)]
  return figureOf({
    title: `${title}, ${placeOf(setting.graph)}`,
    notes: [semantics, ...textsOf(asked), ...setting.notes].filter((note) => note !== ''),
    contestants,
    goals: (rows): Goal[] => [...ofThePeers(rows, ratioMax), ...ofLoop(rows)],
    ...(options === undefined ? {} : { options }),
  })
}

/** What is asked of each contestant that takes text. */
function textsOf(asked: Asked): string[] {
  const texts = [
    ['Skein', cypher[asked]],
    ['SQLite', sqliteTexts[asked as keyof typeof sqliteTexts]],
    ['Kùzu', kuzuTexts[asked]],
    ['DuckDB', duckTexts[asked as keyof typeof duckTexts]],
  ] as const
  return texts.flatMap(([who, text]) => (text === undefined ? [] : [`- ${who}: ${inCode(text)}`]))
}

// ---- lookups --------------------------------------------------------------------------------------------------------

function lookUpByProperty(setting: Setting): Promise<Figure> {
  const { graph, database, contestants, idOf, notes } = setting
  const others = contestants.flatMap((contestant) => {
    const { name, person } = contestant
    return person === undefined
      ? []
      : [[name === 'Skein' ? 'Skein, prepare' : name, (round: number) => person(idOf(round))]]
  })
  return figureOf({
    title: `Point lookup by an indexed property, ${placeOf(graph)}`,
    notes: [inCode(cypher.person), ...notes],
    contestants: {
      ...(Object.fromEntries(others) as Record<string, Call>),
      'Skein, query': async (round) => (await database.query(cypher.person, { id: idOf(round) })).rows[0],
    },
    goals: lookUpGoals,
  })
}

async function lookUpByKey({ graph, database, contestants, idOf }: Setting): Promise<Figure> {
  const statement = database.prepare(cypher.personByKey)
  const prepared = (round: number) => statement.all({ key: keyOf(idOf(round)) }).rows[0]
  const query = async (round: number) => (await database.query(cypher.personByKey, { key: keyOf(idOf(round)) })).rows[0]
  const person = await contestants[0]!.person!(idOf(0))
  assert.deepEqual(toPerson(prepared(0)), person)
  assert.deepEqual(toPerson(await query(0)), person)
  return figureOf({
    title: `Point lookup by key, ${placeOf(graph)}`,
    notes: [inCode(cypher.personByKey)],
    contestants: { 'Skein, prepare': prepared, 'Skein, query': query },
    goals: lookUpGoals,
  })
}

function lookUpGoals(rows: readonly Row[]): Goal[] {
  const p50 = (who: string) => rows.find((row) => row.who === who)!.p50Us!
  return [
    { text: 'by `prepare` at most 1.5 µs', actual: p50('Skein, prepare'), limit: 1.5, kind: 'atMost' },
    { text: 'by `query` at most 2 µs', actual: p50('Skein, query'), limit: 2, kind: 'atMost' },
  ]
}

// ---- equal answers --------------------------------------------------------------------------------------------------

/** So many people each, and everybody where a question is about all. */
const checkedCount = 50

export async function checkAnswers(setting: Setting): Promise<void> {
  const [loop, ...others] = setting.contestants
  for (const { name, person } of others) {
    const { name: found, age } = (await person!(setting.idOf(0)))!
    const expected = (await loop!.person!(setting.idOf(0)))!
    assert.deepEqual([found, age], [expected.name, expected.age], name)
  }
  for (const { asked } of questions) {
    const rounds = asked === 'peoplePerCity' || asked === 'triangles' ? 1 : checkedCount
    const expected = ask(loop!, asked, setting)!
    for (let round = 0; round < rounds; round++) {
      const answer = comparable(await expected(round))
      for (const other of others) {
        const call = ask(other, asked, setting)
        if (call !== undefined) assert.deepEqual(comparable(await call(round)), answer, `${other.name}, ${asked}`)
      }
    }
  }
}

/** Rows in one order, with members in one order. */
function comparable(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer
  return answer.map((row) => (typeof row === 'object' ? JSON.stringify(Object.entries(row).sort()) : row)).sort()
}
