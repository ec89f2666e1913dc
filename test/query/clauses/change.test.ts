import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'

let db: Database

beforeEach(async () => {
  db = await open()
  await db.query("CREATE (a:A:B {name: 'a', x: 1})-[:T {w: 2}]->(b:B {name: 'b'})")
})

afterEach(() => db.close())

async function rows(text: string): Promise<unknown[][]> {
  return (await db.query(text)).rows
}

describe('REMOVE', () => {
  test('takes properties and labels away, of relationships too', async () => {
    const { summary } = await db.query("MATCH (a {name: 'a'})-[r]->() REMOVE a.x, a:B, r.w")
    expect(summary.counters).toMatchObject({ propertiesSet: 2, labelsRemoved: 1 })
    expect(await rows("MATCH (a {name: 'a'})-[r]->() RETURN labels(a), a.x, r.w")).toEqual([[['A'], null, null]])
  })

  test('of what is not there, and of null, changes nothing', async () => {
    const { summary } = await db.query("MATCH (a {name: 'a'}) WITH a, null AS n REMOVE a.missing, a:Missing, n.x, n:A")
    expect(summary.counters).toMatchObject({ propertiesSet: 0, labelsRemoved: 0 })
  })

  test('is seen by the clause after it', async () => {
    expect(await rows('MATCH (n:B) REMOVE n:B WITH n MATCH (m:B) RETURN count(m)')).toEqual([[0]])
  })

  test('of a label of a relationship, or of the key, is refused', async () => {
    await expect(db.query('MATCH ()-[r]->() REMOVE r:T')).rejects.toThrow(
      'REMOVE takes NODE here, and r is RELATIONSHIP',
    )
    await expect(db.query('MATCH (n) REMOVE n._key')).rejects.toMatchObject({ code: 'KEY_INVALID' })
  })
})

describe('SET', () => {
  test('of null is nothing', async () => {
    const { summary } = await db.query('WITH null AS n SET n.x = 1, n += {y: 2}, n:Label')
    expect(summary.counters).toMatchObject({ propertiesSet: 0, labelsAdded: 0 })
  })

  test('adds labels', async () => {
    await db.query("MATCH (b {name: 'b'}) SET b:C:D")
    expect(await rows('MATCH (n:C:D) RETURN n.name')).toEqual([['b']])
  })
})

describe('DELETE', () => {
  test('of a path deletes all of it', async () => {
    const { summary } = await db.query('MATCH p = (:A)-->() DELETE p')
    expect(summary.counters).toMatchObject({ nodesDeleted: 2, relationshipsDeleted: 1 })
  })

  test('of null is nothing', async () => {
    const { summary } = await db.query('WITH null AS n DELETE n')
    expect(summary.counters).toMatchObject({ nodesDeleted: 0, relationshipsDeleted: 0 })
  })
})
