/**
 * What somebody who answers for a project asks about its packages. Each question finds its answer by query alone: no
 * code here knows a package, a licence or a person.
 */
import { type PlanDescription, renderPlan } from '../../query/plan/explain.js'
import type { Database, QueryResult } from '../index.js'

export interface Question {
  readonly english: string
  readonly ask: (db: Database) => Promise<Asked>
}

export interface Asked {
  readonly cypher: string
  readonly answer: QueryResult
  /** The access path that the planner chose to begin with. */
  readonly driver: string
  /** Of a question about text: what begins, and what each operator did. */
  readonly profile?: { readonly name: 'graph first' | 'text first'; readonly plan: string }
}

/** What the questions ask of: a package is found by its name, and by the words that tell what it is for. */
export const indexes: readonly string[] = [
  'CREATE INDEX package_names FOR (p:Package) ON (p.name)',
  `CREATE FULLTEXT INDEX packages FOR (p:Package) ON EACH [p.name, p.description, p.keywords, p.readme]
   OPTIONS {indexConfig: {analyzer: 'english'}}`,
]

const wordsFromFastify = `MATCH (:Package {name: 'fastify'})-[:DEPENDS_ON*1..3]->(p)
     WITH DISTINCT p
     MATCH (p) SEARCH p IN (FULLTEXT INDEX packages FOR 'parse json safely')`
const snippet = `search.highlight(p, 'packages', 'parse json safely',
              {property: 'readme', fragments: 1, size: 60, pre: '[', post: ']'})[0] AS snippet`

export const questions: readonly Question[] = [
  question(
    'What was imported?',
    `MATCH (a)-[r]->(b)
     RETURN labels(a)[0] AS from, type(r) AS relationship, labels(b)[0] AS to,
            count(*) AS relationships, count(DISTINCT a) AS fromNodes, count(DISTINCT b) AS toNodes
     ORDER BY relationships DESC, relationship LIMIT 8`,
  ),
  {
    english: 'Why is the deepest production package here?',
    ask: async (db) => {
      const depth = await productionDepth(db)
      return run(db, deepestAt(depth))
    },
  },
  question(
    'What leaves production if one direct dependency is dropped?',
    `MATCH (:Project)-[:DEPENDS_ON {dev: false}]->(direct)-[:DEPENDS_ON*0.. {dev: false}]->(p)
     WITH DISTINCT direct, p ORDER BY p.name
     WITH p, collect(direct.name) AS through
     WHERE size(through) = 1
     RETURN through[0] AS dropped, count(*) AS leave, collect(DISTINCT p.name)[..5] AS among
     ORDER BY leave DESC, dropped LIMIT 8`,
  ),
  question(
    'Which licences reach production?',
    `MATCH (:Project)-[:DEPENDS_ON*1.. {dev: false}]->(p)
     WITH DISTINCT p ORDER BY p.name
     MATCH (p)-[:LICENSED_UNDER]->(license)
     RETURN license.name AS license, count(*) AS packages, collect(DISTINCT p.name)[..5] AS among
     ORDER BY packages DESC, license LIMIT 8`,
  ),
  question(
    'Whose work do we stand on?',
    `MATCH (person:Person)-[:AUTHORED|MAINTAINS]->(p:Package)
     WITH DISTINCT person.name AS person, p.name AS package ORDER BY package
     RETURN person, count(*) AS packages, collect(package)[..5] AS among
     ORDER BY packages DESC, person LIMIT 8`,
  ),
  question(
    'What runs code when it is installed, and who pulls it in?',
    `UNWIND ['preinstall', 'install', 'postinstall'] AS hook
     MATCH (p:Package)
     WHERE p.scripts[hook] IS NOT NULL
     MATCH (asker)-[:DEPENDS_ON]->(p)
     WITH p, hook, asker.name AS asker ORDER BY asker
     RETURN p.name AS package, hook + ': ' + p.scripts[hook] AS runs, collect(DISTINCT asker)[..4] AS pulledInBy
     ORDER BY package, runs LIMIT 8`,
  ),
  question(
    'Which packages are there in two versions, and who asks for each?',
    `MATCH (p:Package)
     WITH p.name AS package, count(*) AS versions
     WHERE versions > 1
     MATCH (asker)-[asks:DEPENDS_ON]->(p:Package {name: package})
     WITH package, p.version AS version, asker.name + ' ' + asks.range AS asked ORDER BY asked
     RETURN package, version, count(*) AS askers, collect(asked)[..4] AS among
     ORDER BY package, version LIMIT 8`,
  ),
  textQuestion(
    'Of what fastify pulls in within three hops: what helps to parse json safely?',
    `${wordsFromFastify} SCORE AS score
     WITH p, score ORDER BY score DESC, p.name, p.version LIMIT 5
     RETURN p.name AS package, round(score, 2) AS score,
            ${snippet}`,
  ),
  textQuestion(
    'And of all packages?',
    `MATCH (p:Package)
     SEARCH p IN (FULLTEXT INDEX packages FOR 'parse json safely') SCORE AS score
     WITH p, score ORDER BY score DESC, p.name, p.version LIMIT 5
     RETURN p.name AS package, round(score, 2) AS score,
            ${snippet}`,
  ),
  textQuestion(
    'Why is the first of what fastify pulls in the first?',
    `${wordsFromFastify} SCORE AS score EXPLAIN AS why
     WITH p, score, why ORDER BY score DESC, p.name, p.version LIMIT 1
     UNWIND coalesce(why.parts, [why]) AS part
     RETURN p.name AS package, part.term AS term, part.holders AS packagesWithIt, round(sum(part.value), 2) AS adds,
            collect(part.field + ' ' + part.frequency + ' in ' + part.length) AS times
     ORDER BY adds DESC, term`,
  ),
]

function question(english: string, indented: string): Question {
  const cypher = indented.replace(/^ {5}/gm, '')
  return { english, ask: (db) => run(db, cypher) }
}

/** The answer comes with a profile; the plan of it is printed whole. */
function textQuestion(english: string, indented: string): Question {
  const cypher = indented.replace(/^ {5}/gm, '')
  return {
    english,
    ask: async (db) => {
      const answer = await db.query(`PROFILE ${cypher}`)
      const plan = answer.summary.plan!
      const driver = driverOf(plan)
      const name = driver.startsWith('TextScan') ? 'text first' : 'graph first'
      return { cypher, answer, driver, profile: { name, plan: renderPlan(plan) } }
    },
  }
}

async function run(db: Database, cypher: string): Promise<Asked> {
  const answer = await db.query(cypher)
  const { summary } = await db.query(`EXPLAIN ${cypher}`)
  return { cypher, answer, driver: driverOf(summary.plan!) }
}

/** The operator at the bottom of the plan: the one that finds the first rows. Nodes without a name have numbers there. */
function driverOf({ operator, details, children }: PlanDescription): string {
  return children.length === 0 ? `${operator} ${details.replace(/#\d+/g, '')}` : driverOf(children.at(-1)!)
}

/** Of the packages that no shorter way reaches, the one that comes first by name, and one of its ways. */
function deepestAt(depth: number): string {
  return `MATCH (:Project)-[:DEPENDS_ON*0..${depth - 1} {dev: false}]->(near)
WITH collect(DISTINCT near._key) AS nearer
MATCH way = (:Project)-[:DEPENDS_ON*${depth}..${depth} {dev: false}]->(deepest)
WHERE NOT deepest._key IN nearer
RETURN deepest.name AS deepest, [p IN nodes(way) | p.name] AS path,
       [''] + [asks IN relationships(way) | asks.range] AS range
ORDER BY deepest, path LIMIT 1`
}

/** The number of steps after which no further step reaches a new package. */
async function productionDepth(db: Database): Promise<number> {
  let reached = -1
  for (let depth = 1; ; depth++) {
    const { rows } = await db.query(
      `MATCH (:Project)-[:DEPENDS_ON*1..${depth} {dev: false}]->(p) RETURN count(DISTINCT p)`,
    )
    if (rows[0]![0] === reached) return Math.max(1, depth - 1)
    reached = rows[0]![0] as number
  }
}
