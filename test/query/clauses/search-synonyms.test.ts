/** Synonyms of a full-text index can change at any time; no document is indexed anew for them. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FulltextIndex } from '../../../indexes/fulltext/fulltext-index.js'
import type { Storage } from '../../../src/database/storage.js'
import { type Database, open } from '../../../src/index.js'
import { CatalogStore } from '../../../src/stores/catalog/catalog-store.js'
import { verify } from '../../../src/transaction/verify.js'
import { code, type OnDisk, openOnDisk } from '../../database/support.js'

let onDisk: OnDisk
let db: Database

beforeEach(async () => {
  onDisk = await openOnDisk()
  db = onDisk.db
  await db.query(`CREATE (:Doc {id: 1, title: 'an old car'}), (:Doc {id: 2, title: 'the automobile club'}),
    (:Doc {id: 3, title: 'United States of America', body: 'ein Auto'}), (:Doc {id: 4, title: 'USA'})`)
  await db.query(`CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title, d.body]
    OPTIONS {indexConfig: {fields: {body: {analyzer: {analyzer: 'german', stopWords: ['ein']}}}}}`)
})

afterEach(async () => {
  vi.restoreAllMocks()
  await db.close()
})

type Queryable = Pick<Database, 'query'>

const found = async (query: string, from: Queryable = db) =>
  (
    await from.query("CALL search.query('docs', $query) YIELD node RETURN node.id ORDER BY node.id", { query })
  ).rows.flat()

const set = (groups: unknown, to: Queryable = db) => to.query("CALL search.setSynonyms('docs', $groups)", { groups })

const groups = [
  ['car', 'automobile', 'Auto'],
  ['USA', 'United States of America'],
]

test('queries are widened from the next one on, in every field, and by nothing when there are none', async () => {
  const add = vi.spyOn(FulltextIndex.prototype, 'add')
  expect(await found('cars')).toEqual([1])
  await set(groups)
  expect(await found('cars')).toEqual([1, 2, 3])
  expect(await found('usa')).toEqual([3, 4])
  expect(await found('"united states of america"')).toEqual([3, 4])
  await set([['car', 'club']])
  expect(await found('cars')).toEqual([1, 2])
  expect(await found('usa')).toEqual([4])
  await set([])
  expect(await found('cars')).toEqual([1])
  expect(add).not.toHaveBeenCalled()
})

test('what is written later is found by them too', async () => {
  await set(groups)
  await db.query("CREATE (:Doc {id: 5, title: 'automobiles'})")
  await db.query('MATCH (d:Doc {id: 1}) DELETE d')
  expect(await found('car')).toEqual([2, 3, 5])
  expect(await db.query("MATCH (d:Doc) SEARCH d IN (FULLTEXT INDEX docs FOR 'car') RETURN count(*)")).toMatchObject({
    rows: [[3]],
  })
})

test('SHOW INDEXES tells them as CREATE takes them, and the other settings stay', async () => {
  const shown = async () => (await db.query('SHOW INDEXES YIELD options RETURN options.indexConfig.fields')).rows[0]![0]
  const before = await shown()
  await set(groups)
  expect(await shown()).toEqual({
    title: { analyzer: { analyzer: 'english', synonyms: groups }, weight: 1 },
    body: { analyzer: { analyzer: 'german', stopWords: ['ein'], synonyms: groups }, weight: 1 },
  })
  await set([])
  expect(await shown()).toEqual(before)
})

test('they belong to the transaction: others see them from the commit on, and none that was rolled back', async () => {
  const stop = new Error('stop')
  const run = async (tx: Queryable) => {
    await set(groups, tx)
    expect(await found('car', tx)).toEqual([1, 2, 3])
    expect(await found('car')).toEqual([1])
    throw stop
  }
  await expect(db.transaction(run, { access: 'write' })).rejects.toBe(stop)
  expect(await found('car')).toEqual([1])
  await expect(
    db.query("CALL search.setSynonyms('docs', [['car', 'club']]) UNWIND [1, 0] AS x RETURN 1 / x"),
  ).rejects.toThrow(code('ARITHMETIC') as Error)
  expect(await found('car')).toEqual([1])
})

test('what the same statement has written before is found by them', async () => {
  await db.query(
    "CREATE (:Doc {id: 7, title: 'cars'}) WITH 1 AS one CALL search.setSynonyms('docs', [['car', 'club']]) RETURN one",
  )
  expect(await found('club')).toEqual([1, 2, 7])
})

/** What is found after each way to open the database again: from the log, and from a checkpoint. */
async function foundAgain(): Promise<unknown[]> {
  await set(groups)
  const results: unknown[] = []
  for (const leave of [() => {}, () => db.checkpoint()]) {
    await leave()
    const { environment } = onDisk
    await db.close()
    db = await open('data', { environment })
    results.push(await found('car'))
  }
  return results
}

test('they are there after closing and opening', async () => {
  const again = [1, 2, 3]
  expect(await foundAgain()).toEqual([again, again])
})

test('the comparison finds a fault: a definition that is changed in memory alone', async () => {
  vi.spyOn(CatalogStore.prototype, 'changeTextIndex').mockImplementation(() => {})
  expect(await foundAgain()).not.toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ])
})

test('what they find is marked, and counted', async () => {
  await set(groups)
  const text = `MATCH (d:Doc {id: 2}) CALL search.facets('docs', 'car', ['id']) YIELD value
    RETURN search.highlight(d, 'docs', 'car'), search.count('docs', 'car'), collect(value)`
  expect((await db.query(text)).rows).toEqual([[['the <em>automobile</em> club'], 3, [1, 2, 3]]])
})

test('they can change while the index is being made', async () => {
  await db.query("UNWIND range(1, 20000) AS i CREATE (:Old {title: 'an automobile of ' + toString(i)})")
  const making = db.query('CREATE FULLTEXT INDEX old FOR (d:Old) ON EACH [d.title]')
  await db.query("CALL search.setSynonyms('old', $groups)", { groups })
  expect((await db.query("SHOW INDEXES YIELD name, state WHERE name = 'old'")).rows).toEqual([['old', 'POPULATING']])
  await making
  expect((await db.query("RETURN search.count('old', 'car')")).rows).toEqual([[20_000]])
  expect(verify((db as unknown as { storage: Storage }).storage.stores)).toEqual([])
})

test('thousands of groups are kept', async () => {
  await set([
    ...groups,
    ...Array.from({ length: 5_000 }, (_, i) => [`word${i}`, `other${i}`, `a phrase of number${i}`]),
  ])
  await db.query("CREATE (:Doc {id: 6, title: 'other4999'})")
  expect(await found('word4999 car')).toEqual([1, 2, 3, 6])
})

test('what are no groups, and an index that is not there, are refused and change nothing', async () => {
  await set(groups)
  await expect(set([['car', 5]])).rejects.toThrow(code('OPTION_INVALID') as Error)
  await expect(set(['car'])).rejects.toThrow(code('OPTION_INVALID') as Error)
  await expect(db.query("CALL search.setSynonyms('other', [])")).rejects.toThrow(code('INDEX_MISSING') as Error)
  expect(await found('car')).toEqual([1, 2, 3])
})
