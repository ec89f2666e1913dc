/**
 * Which leads, the words or the pattern? Over 100,000 documents, patterns leave 10, 1,000 and 100,000 of them and a word is in
 * 10, 1,000 and 100,000: nine cells, in each of which every plan is forced and the chosen one run. All must give the same
 * rows, and the chosen plan is to take at most 1.5 times what the fastest does.
 *
 * Each run is a transaction of its own, so that nothing that an earlier one has found is known to it. Times are of the
 * processor, the median of several samples of at least some milliseconds, taken in turn.
 */
import { strict as assert } from 'node:assert'
import { CompiledQuery } from '../query/engine.js'
import { allRules, type Rules } from '../query/plan/rules.js'
import { analyze } from '../query/semantics/analyze.js'
import type { BoundQuery } from '../query/semantics/bound.js'
import { parse } from '../query/syntax/parse.js'
import { Heap } from '../src/pages/heap.js'
import { Stores } from '../src/stores/stores.js'
import { StoreTransaction } from '../src/transaction/store-transaction.js'
import { Engine, environment } from '../test/support/engine.js'
import type { Scale } from './main.js'
import { duration, type Figure, type Goal, type Row } from './support/report.js'
import { makeTexts } from './support/zipf-texts.js'

const sizes = { few: 10, some: 1000, all: 100_000 } as const
type Size = keyof typeof sizes
/** By how many documents hold it. */
const words = { few: 'alpha', some: 'beta', all: 'gamma' } as const

const ratioMax = 1.5
const warmUps = 10
const samples = 25
const sampleUs = 8_000

interface Setting {
  readonly title: string
  /** Behind the SEARCH. */
  readonly ends: string
  readonly ways: Readonly<Record<string, Partial<Rules>>>
}

const settings: readonly Setting[] = [
  {
    title: 'all rows',
    ends: 'RETURN count(*), sum(d.i)',
    ways: {
      'words lead': { searches: 'lead' },
      'nodes asked': { searches: 'ask' },
      'nodes gathered': { searches: 'gather' },
    },
  },
  {
    title: 'ORDER BY s DESC LIMIT 10',
    ends: 'RETURN d.i, s ORDER BY s DESC LIMIT 10',
    ways: {
      'words lead, all ranked': { searches: 'lead', tops: 'of all' },
      'pattern leads, all ranked': { searches: 'ask', tops: 'of all' },
      'best hits first': { tops: 'by score' },
      'best of gathered': { searches: 'ask', tops: 'of gathered' },
    },
  },
]

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  const documents = small ? 10_000 : sizes.all
  const stores = load(documents)
  for (const setting of settings) yield measure(setting, stores, documents)
}

// ---- the graph ------------------------------------------------------------------------------------------------------

/** Every hundredth and every ten-thousandth document are in the smaller sets; half of those of words are in those of patterns. */
function load(documents: number): Stores {
  const stores = Stores.create(new Heap())
  const engine = new Engine(new StoreTransaction(stores, { record: () => {} }))
  const { texts } = makeTexts({ documents, wordsEach: 20, vocabulary: 20_000 })
  const rows = texts.map((text, i) => ({ i, text: `${text} ${markersOf(i, documents)}` }))
  for (let from = 0; from < rows.length; from += 10_000) {
    const portion = rows.slice(from, from + 10_000).map((row) => new Map(Object.entries(row)))
    engine.run('UNWIND $rows AS r CREATE (:Doc {i: r.i, text: r.text})', { rows: portion })
  }
  engine.run('CREATE INDEX docsByNumber FOR (d:Doc) ON (d.i)')
  for (const size of Object.keys(sizes) as Size[]) {
    const held = rows.map(({ i }) => i).filter((i) => isIn(size, i, documents, Math.floor(i / 100) % 2))
    engine.run(`UNWIND range(0, 9) AS n CREATE (:Shelf_${size} {n: n})`)
    engine.run(`UNWIND $held AS i MATCH (s:Shelf_${size} {n: i % 7}), (d:Doc {i: i}) CREATE (s)-[:HOLDS]->(d)`, {
      held,
    })
  }
  engine.run('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.text]')
  return stores
}

/** A word comes up to four times in a document, so that scores differ. */
function markersOf(i: number, documents: number): string {
  return (Object.keys(sizes) as Size[])
    .filter((size) => isIn(size, i, documents, 0))
    .map((size) => `${words[size]} `.repeat(1 + (i % 4)))
    .join('')
}

function isIn(size: Size, i: number, documents: number, offset: number): boolean {
  const every = Math.max(1, documents / sizes[size])
  return every === 1 || i % every === offset
}

// ---- the measure ----------------------------------------------------------------------------------------------------

interface Contestant {
  readonly name: string
  readonly ask: () => readonly (readonly unknown[])[]
  readonly us: number[]
}

function measure({ title, ends, ways }: Setting, stores: Stores, documents: number): Figure {
  const rows: Row[] = []
  const goals: Goal[] = []
  for (const candidates of Object.keys(sizes) as Size[])
    for (const hits of Object.keys(sizes) as Size[]) {
      const text = `MATCH (:Shelf_${candidates})-[:HOLDS]->(d) SEARCH d IN (FULLTEXT INDEX docs FOR '${words[hits]}') SCORE AS s ${ends}`
      const forced = Object.entries(ways).map(([name, way]) => contestant(name, text, way, stores))
      const chosen = contestant('chosen', text, {}, stores)
      for (const { name, ask } of forced) assert.deepEqual(ask(), chosen.ask(), `${name} gives other rows: ${text}`)
      time([...forced, chosen])
      const cell = `${Math.min(documents, sizes[candidates])} candidates, ${Math.min(documents, sizes[hits])} hits`
      const fastest = Math.min(...forced.map(medianOf))
      const times = forced.map((each) => `${each.name} ${duration(medianOf(each))}`)
      const value = [...times, `chosen ${duration(medianOf(chosen))}: ${operators(text, stores)}`].join('; ')
      rows.push({ who: cell, role: 'skein', value })
      const actual = medianOf(chosen) / fastest
      goals.push({ text: `${cell}: at most ${ratioMax} of the fastest`, actual, limit: ratioMax, kind: 'atMost' })
    }
  return { title, rows, goals }
}

function boundOf(text: string): BoundQuery {
  return analyze(parse(text), { text }) as BoundQuery
}

function contestant(name: string, text: string, way: Partial<Rules>, stores: Stores): Contestant {
  const { catalog } = new StoreTransaction(stores)
  const query = new CompiledQuery(boundOf(text), catalog, { ...allRules, ...way })
  return { name, ask: () => query.run(new StoreTransaction(stores), [], environment).rows, us: [] }
}

/** What the chosen plan is made of, below what all have. */
function operators(text: string, stores: Stores): string {
  const query = new CompiledQuery(boundOf(`EXPLAIN ${text}`), new StoreTransaction(stores).catalog)
  let plan = query.run(new StoreTransaction(stores), [], environment).plan!
  const names: string[] = []
  for (; ; plan = plan.children[0]!) {
    if (/Text|Hits|Filter|Scan/.test(plan.operator)) names.unshift(plan.operator)
    if (plan.children.length === 0) return names.join(', ')
  }
}

function time(contestants: readonly Contestant[]): void {
  const turns = contestants.map((each) => ({ ...each, calls: callsPerSample(each) }))
  for (let warmUp = 0; warmUp < warmUps; warmUp++) for (const { ask, calls } of turns) processorUs(ask, calls)
  for (let sample = 0; sample < samples; sample++)
    for (const { ask, us, calls } of turns) us.push(processorUs(ask, calls) / calls)
}

/** After enough calls for the compiler. */
function callsPerSample({ ask }: Contestant): number {
  let calls = 1
  for (let took = 0; took < sampleUs && calls < 10_000; calls *= 2) took = processorUs(ask, calls)
  return calls
}

function processorUs(ask: () => unknown, calls: number): number {
  const before = process.cpuUsage()
  for (let i = 0; i < calls; i++) ask()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

function medianOf({ us }: Contestant): number {
  return us.toSorted((a, b) => a - b)[us.length >> 1]!
}
