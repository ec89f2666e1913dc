/**
 * A process that is killed: writers commit at the same time into the database at the path given, and each says a
 * commit's number once it is acknowledged, on a line of its own:
 *
 *   ready                     the modules are loaded; it waits for a line
 *   3 17                      writer 3's commit 17 is safe
 *
 * A commit of a writer is one node, its relationship from the writer's counter, and the counter itself, some by one
 * statement and some by a transaction of two. Both have a text, which the counter changes with each commit, and the node a
 * vector.
 */
import { writeSync } from 'node:fs'
import { open } from '../../src/index.js'

const writerCount = 4

const setCounter = "SET c.last = $number, c.text = 'writer ' + c.writer + ' is at ' + $number"
const entry = ":Entry {number: $number, text: 'entry ' + $number + ' of writer ' + c.writer, place: [$number, 1]}"

writeSync(1, 'ready\n')
process.stdin.once('data', () => void writeUntilKilled(process.argv[2]!))

async function writeUntilKilled(path: string): Promise<void> {
  const db = await open(path)
  const { rows } = await db.query('MATCH (c:Counter) RETURN c.writer, c.last')
  const lasts = new Map(rows as [number, number][])
  await db.query('CREATE INDEX entries IF NOT EXISTS FOR (e:Entry) ON (e.number)')
  await db.query('CREATE FULLTEXT INDEX texts IF NOT EXISTS FOR (n:Entry|Counter) ON EACH [n.text]')
  await db.query(
    'CREATE VECTOR INDEX places IF NOT EXISTS FOR (e:Entry) ON (e.place) OPTIONS {indexConfig: {dimensions: 2, m: 4}}',
  )
  for (let writer = 0; writer < writerCount; writer++) void write(writer, lasts.get(writer))

  async function write(writer: number, last: number | undefined): Promise<never> {
    const key = `counter:${writer}`
    if (last === undefined) await db.query('CREATE (:Counter {_key: $key, writer: $writer, last: 0})', { key, writer })
    for (let number = (last ?? 0) + 1; ; number++) {
      if (number % 5 === 0) await inTwoStatements(key, number)
      else await inOneStatement(key, number)
      writeSync(1, `${writer} ${number}\n`)
      // Often, so that some kills meet one; it is refused while a transaction is writing.
      if (number % 10 === writer) void db.checkpoint().catch(() => undefined)
    }
  }

  async function inOneStatement(key: string, number: number): Promise<void> {
    await db.query(`MATCH (c:Counter {_key: $key}) ${setCounter} CREATE (c)-[:HAS]->(${entry})`, { key, number })
  }

  async function inTwoStatements(key: string, number: number): Promise<void> {
    await db.transaction(
      async (transaction) => {
        await transaction.query(`MATCH (c:Counter {_key: $key}) ${setCounter}`, { key, number })
        await transaction.query(`MATCH (c:Counter {_key: $key}) CREATE (c)-[:HAS]->(${entry})`, { key, number })
      },
      { access: 'write' },
    )
  }
}
