/**
 * Real queries with a few cuts, additions, repeats and pieces of other queries, and what must hold of any text whatever:
 * it has a plan or is refused by a DatabaseError at a place within it, its literals lifted or not, in bounded time.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { normalize } from '../../../query/syntax/lexer.js'
import { parse } from '../../../query/syntax/parse.js'
import { DatabaseError } from '../../../src/core/errors.js'
import { PlanCache } from '../../../src/database/plan-cache.js'
import { Heap } from '../../../src/pages/heap.js'
import { Stores } from '../../../src/stores/stores.js'
import { StoreCatalog } from '../../../src/transaction/store-catalog.js'
import { sharedPath } from '../../support/shared.js'

/** Longer texts are not made. */
export const lengthMax = 256 * 1024
/** Time of the processor in which a text is answered. */
export const msMax = 2000

// ---- queries --------------------------------------------------------------------------------------------------------

/** The examples of the project's pages. */
export function ownQueries(): readonly string[] {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'))
  const blocks = pages.flatMap((name) => [
    ...readFileSync(join('docs', name), 'utf8').matchAll(/```cypher\n(.*?)```/gs),
  ])
  return blocks.flatMap(([, block]) => block!.split(/;\s*\n|\n\n/)).filter((query) => query.trim() !== '')
}

/** Those that people wrote, of the reference data; none where it is absent. */
export function sharedQueries(): readonly string[] {
  const sets = ['cypher-text2cypher', 'cypher-graphgists', 'cypher-real-users', 'cypher-kuzu']
  const paths = sets.map((set) => sharedPath('data', set, 'queries.jsonl.gz')).filter((path) => existsSync(path))
  const lines = paths.flatMap((path) => gunzipSync(readFileSync(path)).toString().split('\n').filter(Boolean))
  return [...new Set(lines.map((line) => (JSON.parse(line) as { query: string }).query))]
}

// ---- mutations ------------------------------------------------------------------------------------------------------

const signs = [...'()[]{},.:;|\'"`$-<>=+*/ \n\\#\u0091\u0095\u00a0é\u{1f600}0x1']
const words = ['MATCH ', ' CASE ', ' END ', ' IN ', '-->', '..', "'x'", '[1, 2]', '/*', '//', ' AS ', ' IS NULL ']
const clauses = [
  'STARTS WITH ',
  ' UNION ',
  ' WITH * ',
  ' MERGE (a)-[:T]->(b) ',
  ' EXISTS { (a) } ',
  ' AND NOT ',
  ' ^ 2 ',
]
const brackets = ['()', '[]', '{}', '<>'] as const

type Edit = (text: string) => string

/** Texts made of some of the queries. */
export function mutated(queries: readonly string[]): fc.Arbitrary<string> {
  const query = fc.constantFrom(...queries)
  const edits = fc.array(editOf(query), { maxLength: 5 })
  return fc
    .tuple(query, edits)
    .map(([text, changes]) => changes.reduce((changed, edit) => edit(changed), text).slice(0, lengthMax))
}

function editOf(query: fc.Arbitrary<string>): fc.Arbitrary<Edit> {
  const place = fc.nat()
  const piece = fc.oneof(fc.constantFrom(...signs, ...words, ...clauses), cutOf(query))
  return fc.oneof(
    { weight: 3, arbitrary: fc.tuple(place, fc.nat(8)).map(([at, count]) => replacing(at, count, () => '')) },
    { weight: 3, arbitrary: fc.tuple(place, piece).map(([at, added]) => replacing(at, 0, () => added)) },
    fc.tuple(place, fc.nat(60), fc.nat(300)).map(([at, length, times]) => replacing(at, length, repeated(times))),
    fc
      .tuple(place, fc.nat(20), fc.nat(150), fc.constantFrom(...brackets))
      .map(([at, length, times, [open, close]]) =>
        replacing(at, length, (part) => open!.repeat(times) + part + close!.repeat(times)),
      ),
  )
}

function cutOf(query: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(query, fc.nat(), fc.nat(80)).map(([text, at, length]) => {
    const from = at % (text.length + 1)
    return text.slice(from, from + length)
  })
}

function replacing(place: number, length: number, change: (part: string) => string): Edit {
  return (text) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + change(text.slice(at, at + length)) + text.slice(at + length)
  }
}

function repeated(times: number): (part: string) => string {
  return (part) => part.repeat(times)
}

// ---- judging --------------------------------------------------------------------------------------------------------

const catalog = new StoreCatalog(Stores.create(new Heap({ slabShift: 8 })))

export function prepare(text: string): void {
  new PlanCache().get(text, catalog)
}

/** What is wrong with the way in which a text is taken; undefined where nothing is. `plan` is `prepare`, but for tests. */
export function faultOf(text: string, plan = prepare): string | undefined {
  try {
    const plain = outcomeOf(text, () => parse(text))
    const lifted = outcomeOf(text, () => parse(text, { lifted: normalize(text).literals }))
    if (lifted !== plain) return `${plain}, but ${lifted} with its literals lifted`
    // Once more where it is slow: garbage of the texts before counts, too.
    const ms = [msOf, msOf, msOf].reduce((best, measure) => (best > msMax ? measure(text, plan) : best), Infinity)
    return ms > msMax ? `takes ${ms.toFixed(0)} ms` : undefined
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

function msOf(text: string, plan: (text: string) => void): number {
  const began = processorMs()
  outcomeOf(text, () => plan(text))
  return processorMs() - began
}

/** Time that this process has had: others that use the machine do not count. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Throws what is no DatabaseError, and where its place is not in the text. */
function outcomeOf(text: string, run: () => unknown): string {
  try {
    run()
    return 'understood'
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    if ((error.position?.offset ?? 0) > text.length) throw new Error(`${error.message}: is beyond the text`)
    return error.code
  }
}
