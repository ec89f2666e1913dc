import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { open } from '../../src/index.js'
import { describeWithShared } from '../support/shared.js'

const counts = 'MATCH (n) RETURN count(*) AS count UNION ALL MATCH ()-[r]->() RETURN count(*) AS count'

describeWithShared('a script of one statement', 'data/graph-air-routes', (path) => {
  test('and 3.6 MB loads the airports of the world', async () => {
    const text = gunzipSync(readFileSync(join(path, 'air-routes.cypher.gz'))).toString()
    const db = await open(':memory:', { maxQueryLength: text.length })
    await db.query(text)
    expect((await db.query(counts)).rows).toEqual([[3749], [57645]])
    const nonstop = "MATCH (:Airport {code: 'AUS'})-[r:ROUTE]->(far) RETURN far.code ORDER BY r.dist DESC LIMIT 1"
    expect((await db.query(nonstop)).rows).toEqual([['FRA']])
    await db.close()
  })
})

test('a script that writes out a graph of its own loads as it is written', async () => {
  const nodes = Array.from(
    { length: 3000 },
    (_, i) => `CREATE (n${i}:N {number: ${i}, name: 'node ${i}', half: -${i}.5})`,
  )
  const links = Array.from({ length: 9000 }, (_, i) => `(n${i % 3000})-[:TO {number: ${i}}]->(n${(i * 7) % 3000})`)
  const db = await open(':memory:')
  await db.query(`${nodes.join('\n')}\nCREATE\n${links.join(',\n')}`)
  expect((await db.query(counts)).rows).toEqual([[3000], [9000]])
  const wrong =
    'MATCH (a)-[r:TO]->(b) WHERE r.number % 3000 <> a.number OR (r.number * 7) % 3000 <> b.number OR a.half <> -a.number - 0.5 RETURN count(*)'
  expect((await db.query(wrong)).rows).toEqual([[0]])
  await db.close()
})
