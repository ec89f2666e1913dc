import { expect, test } from 'vitest'
import { slowStatementLine } from '../../src/database/slow-statements.js'
import { open, type SlowStatement } from '../../src/index.js'

async function opened(slowStatementMs: number) {
  const told: SlowStatement[] = []
  const db = await open(':memory:', { slowStatementMs, onSlowStatement: (statement) => told.push(statement) })
  return { db, told }
}

test('a statement that takes long is told, without its numbers, strings and parameters', async () => {
  const { db, told } = await opened(0)
  await db.query("CREATE (:Person {name: 'Ann', age: 41}), (:Person {name: $name})", { name: 'Bob' })
  await db.query("MATCH (p:Person)\n  WHERE p.name <> 'a secret' RETURN p.name ORDER BY p.name")
  expect(told).toEqual([
    {
      text: 'CREATE (:Person {name: ?, age: ?}), (:Person {name: $name})',
      timeMs: expect.any(Number),
      rowCount: 0,
      plan: expect.stringMatching(/^Create /),
    },
    {
      text: 'MATCH (p:Person) WHERE p.name <> ? RETURN p.name ORDER BY p.name',
      timeMs: expect.any(Number),
      rowCount: 2,
      plan: 'Sort p.name',
    },
  ])
  expect(slowStatementLine({ ...told[1]!, timeMs: 12.3 })).toBe(
    'slow statement: 12 ms, 2 rows, Sort p.name: MATCH (p:Person) WHERE p.name <> ? RETURN p.name ORDER BY p.name\n',
  )
  await db.close()
})

test('so are those of transactions and streams, and CREATE INDEX', async () => {
  const { db, told } = await opened(0)
  await db.transaction(async (tx) => {
    await tx.query('CREATE (:A)')
    await tx.query('MATCH (a:A) RETURN a')
  })
  for await (const _ of db.stream('UNWIND range(1, 3) AS x RETURN x'));
  await db.query('DROP INDEX nothing IF EXISTS')
  expect(told.map(({ text, rowCount }) => [text, rowCount])).toEqual([
    ['CREATE (:A)', 0],
    ['MATCH (a:A) RETURN a', 1],
    ['UNWIND range(?, ?) AS x RETURN x', 3],
    ['DROP INDEX nothing IF EXISTS', 0],
  ])
  await db.close()
})

test('one that does not take long is not', async () => {
  const { db, told } = await opened(60_000)
  await db.query('RETURN 1')
  expect(told).toEqual([])
  await db.close()
})

test('a long text is cut', async () => {
  const { db, told } = await opened(0)
  await db.query(`RETURN ${Array.from({ length: 400 }, (_, i) => `1 AS x${i}`).join(', ')}`)
  expect(told[0]!.text).toHaveLength(1001)
  await db.close()
})

test('the plan of a search is the one that what it found has led to', async () => {
  const { db, told } = await opened(0)
  await db.query('UNWIND range(1, 30) AS i CREATE (:Hub {i: i})')
  await db.query(`UNWIND range(1, 3000) AS i MATCH (h:Hub {i: i % 30})
    CREATE (h)-[:HAS]->(:Doc {words: CASE i WHEN 7 THEN 'rare' ELSE 'common' END})`)
  await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.words]')
  const text = 'MATCH (h:Hub {i: 7})-[:HAS]->(d) SEARCH d IN (FULLTEXT INDEX docs FOR $q) RETURN d'
  for (const q of ['rare', 'common', 'rare']) await db.query(text, { q })
  const [rare, common, again] = told
    .filter((statement) => statement.text.startsWith('MATCH (h:Hub'))
    .map(({ plan }) => plan)
  expect(rare).toBe('Filter h.i = $#0')
  expect(common).toBe("KeepHits d 'docs', $q")
  expect(again).toBe(rare)
  await db.close()
})
