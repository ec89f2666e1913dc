/** What a statement costs before it runs: found in the cache by its text, by its text without literals, and not at all. */
import { PlanCache } from '../../src/database/plan-cache.js'
import { open } from '../../src/index.js'
import { Heap } from '../../src/pages/heap.js'
import { Stores } from '../../src/stores/stores.js'
import { catalogOf } from '../../src/transaction/store-transaction.js'
import { figureOf, inCode } from '../social-setting.js'
import type { Figure, Goal, Row } from '../support/report.js'

const cachedText = (i: number) =>
  `MATCH (p:Person {id: ${i}})-[:KNOWS]->(q) WHERE q.age > 30 AND q.city = 'Rome' RETURN q.name AS name LIMIT 10`

/** `name` makes texts of their own kind. */
const coldText = (name: string) => `
MATCH (p:Person)-[k:KNOWS]->(q:Person)
WHERE p.${name} > 30 AND q.city IN ['Rome', 'Oslo']
OPTIONAL MATCH (q)-[:LIVES_IN]->(c:City)
WITH p, q, c, count(k) AS times
WHERE times > 1 AND NOT q.name STARTS WITH 'X'
MATCH (q)-[:KNOWS*1..3]->(far:Person {city: 'Paris'})
WITH p, c.name AS city, collect(DISTINCT far.name) AS names, max(times) AS most
WITH p, city, [name IN names WHERE size(name) > 3 | toUpper(name)] AS long, most
RETURN p.name AS name, city, size(long) AS count, CASE WHEN most > 5 THEN 'often' ELSE 'rarely' END AS how
ORDER BY count DESC, name LIMIT 20`

export async function overhead(): Promise<Figure[]> {
  const catalog = catalogOf(Stores.create(new Heap()))
  const cache = new PlanCache()
  const text = cachedText(0)
  cache.get(text, catalog)
  const cached = await figureOf({
    title: 'Before a statement runs that was seen before',
    notes: [inCode(text)],
    contestants: {
      'Skein, the same text': () => cache.get(text, catalog),
      // More texts than the cache of exact texts holds, so that none of them is found there.
      'Skein, other literals': (round) => cache.get(cachedText(round), catalog),
    },
    goals: (rows) => [p50Goal(rows, 0, 2), p50Goal(rows, 1, 6)],
  })
  return [cached, await cold(), await whole()]
}

async function cold(): Promise<Figure> {
  const cache = new PlanCache()
  const catalog = catalogOf(Stores.create(new Heap()))
  return figureOf({
    title: 'Parse, plan and compile 10 lines never seen before',
    notes: ['```', coldText('age').trim(), '```'],
    contestants: { Skein: (round) => cache.get(coldText(`age${round}`), catalog) },
    goals: (rows) => [
      { ...p50Goal(rows, 0, 5000), text: 'at most 5 ms in the median', actual: rows[0]!.p50Us! / 1000, limit: 5 },
    ],
    options: { ms: 4000, warmUp: 100 },
  })
}

/** With what surrounds it: a call, a promise, a row. */
async function whole(): Promise<Figure> {
  const database = await open(':memory:')
  const statement = database.prepare('RETURN 1 AS one')
  const figure = await figureOf({
    title: 'A statement that does next to nothing',
    notes: [inCode('RETURN 1 AS one')],
    contestants: {
      'Skein, prepare': () => statement.all(),
      'Skein, query': () => database.query('RETURN 1 AS one'),
      'Skein, query with other literals': (round) => database.query(`RETURN ${round} AS one`),
    },
    goals: () => [],
  })
  await database.close()
  return figure
}

function p50Goal(rows: readonly Row[], row: number, limit: number): Goal {
  const { who, p50Us } = rows[row]!
  return { text: `${who.replace('Skein, ', '')}: at most ${limit} µs`, actual: p50Us!, limit, kind: 'atMost' }
}
