import { expect, test } from 'vitest'
import { open } from '../../../src/index.js'

test('what a pattern of any length asks of each relationship may read the row', async () => {
  const db = await open()
  await db.query(`CREATE (a:P {x: 1}), (b:P {x: 2}), (c:P {x: 3})
    CREATE (a)-[:T {w: 1}]->(b), (b)-[:T {w: 1}]->(c), (b)-[:T {w: 2}]->(a)`)
  const trails = 'MATCH (a:P)-[:T* {w: a.x}]->(b) RETURN a.x, b.x ORDER BY a.x, b.x'
  expect((await db.query(trails)).rows).toEqual([
    [1, 2],
    [1, 3],
    [2, 1],
  ])
  const ends = 'MATCH (a:P)-[:T* {w: a.x}]->(b) WITH DISTINCT a, b RETURN a.x, count(DISTINCT b) ORDER BY a.x'
  expect((await db.query(ends)).rows).toEqual([
    [1, 2],
    [2, 1],
  ])
  const fixed = 'MATCH (a:P)-[:T* {w: 1}]->(b) RETURN count(DISTINCT b)'
  expect((await db.query(fixed)).rows).toEqual([[2]])
  await db.close()
})
