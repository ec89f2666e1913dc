/**
 * Whether queries that people wrote can be read and planned, and how long that takes. No plan is run, so the queries
 * need no data.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DatabaseError } from '../../src/core/errors.js'
import { PlanCache } from '../../src/database/plan-cache.js'
import { StatementReader } from '../../src/repl/statement-reader.js'
import type { Catalog } from '../../src/transaction/catalog.js'

export interface Attempt {
  readonly query: string
  /** What refused it; undefined where it has a plan. */
  readonly refusal: DatabaseError | undefined
  readonly milliseconds: number
}

/** Plans as a database does for a text that it has not met. Throws what is no DatabaseError: no text may cause that. */
export function attempt(query: string, catalog: Catalog): Attempt {
  const began = performance.now()
  const refusal = refusalOf(query, catalog)
  return { query, refusal, milliseconds: performance.now() - began }
}

function refusalOf(query: string, catalog: Catalog): DatabaseError | undefined {
  try {
    for (const statement of statementsOf(query)) new PlanCache().get(statement, catalog)
    return undefined
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
}

function statementsOf(text: string): readonly string[] {
  const reader = new StatementReader()
  return [...text.split('\n').flatMap((line) => reader.push(line)), ...reader.end()].map((input) => input.text)
}

interface Recorded {
  readonly query: string
  /** Neo4j's judgement, where it was recorded. */
  readonly syntax_error?: string
}

/** The different queries of a file with one a line, without those that Neo4j refused. */
export function queriesOf(path: string): readonly string[] {
  const lines = gunzipSync(readFileSync(path)).toString().split('\n').filter(Boolean)
  const records = lines.map((line) => JSON.parse(line) as Recorded)
  return [...new Set(records.filter((record) => record.syntax_error !== 'True').map(({ query }) => query))]
}

/** Why a query is not counted: Neo4j 5 refuses it as well, or one vendor's library or tool alone understands it. */
export function reasonNotToCount({ query, refusal }: Attempt): string | undefined {
  if (library.test(query) || isForeignProcedure(refusal)) return 'procedures and functions of a library'
  if (tool.test(query)) return 'commands and prefixes of a tool, LOAD CSV'
  return refusal !== undefined && removed.test(query) ? 'forms that Neo4j took back before 5' : undefined
}

const library = /\b(apoc|gds|algo|dbms|n10s|graphql)\s*\./i
const tool = /^\s*(:|BEGIN\b|CYPHER\b)|USING PERIODIC COMMIT|LOAD CSV|CREATE (NODE|REL) TABLE/im

function isForeignProcedure(refusal: DatabaseError | undefined): boolean {
  return refusal?.code === 'PROCEDURE_UNKNOWN' && !/ (db|tx)\./.test(refusal.message)
}

/** START, CREATE UNIQUE, {parameter}, extract, filter, has, rels, length of a list, nodes without parentheses. */
const removed =
  /\bSTART\b|CREATE\s+UNIQUE|[=(,]\s*\{\s*\w+\s*\}|WITH\s+\{\w+\}|\b(extract|filter|has|rels|toInt)\s*\(|\blength\((?!p)|(MATCH|,|NOT|=|->|-)\s*\w+\s*(<?-[[-]|->|$)|-(\[[^\]]*\])?->?\w|MATCH\s+\w+\s+(WHERE|RETURN|FOREACH)|STARTS WITH \{/im
