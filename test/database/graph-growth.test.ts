/** Graphs of vector indexes: they grow in the background, outlive a restart, and are never needed for an answer. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeRandom } from '../../bench/social-graph.js'
import { Graph } from '../../indexes/vector/graph.js'
import { VectorIndex } from '../../indexes/vector/vector-index.js'
import { GraphGrowth } from '../../src/database/graph-growth.js'
import { Storage } from '../../src/database/storage.js'
import { type Database, open } from '../../src/index.js'
import type { Stores } from '../../src/stores/stores.js'
import { type MemoryEnvironment, memoryEnvironment } from '../support/memory-environment.js'
import { openOnDisk, settle } from './support.js'

const dimensions = 8
const count = 300
const make = `CREATE VECTOR INDEX emb FOR (n:A) ON (n.e) OPTIONS {indexConfig: {dimensions: ${dimensions}}}`

interface Insides {
  readonly runner: { readonly graphs: GraphGrowth; readonly readable: Stores }
}

const insidesOf = (db: Database) => (db as unknown as Insides).runner
const indexOf = (db: Database) => insidesOf(db).readable.findVectorIndex('emb')!.index
const grown = (db: Database) => insidesOf(db).graphs.settled()

/** Vectors of their own for each number. */
function vectorsFrom(first: number, length: number): number[][] {
  return Array.from({ length }, (_, i) => {
    const random = makeRandom(first + i + 1)
    return Array.from({ length: dimensions }, () => random() + random() - 1)
  })
}

const create = (db: Pick<Database, 'query'>, first: number, length: number) =>
  db.query('UNWIND range(1, size($vectors)) AS i CREATE (:A {id: $first + i, e: $vectors[i - 1]})', {
    first,
    vectors: vectorsFrom(first, length),
  })

const query = Array.from({ length: dimensions }, (_, i) => i - 3)

async function nearest(db: Pick<Database, 'query'>, options: object): Promise<unknown[]> {
  const text = "CALL db.index.vector.queryNodes('emb', 10, $query, $options) YIELD node RETURN node.id"
  return (await db.query(text, { query, options })).rows.flat()
}

/** As a scan of the data finds them. */
async function scanned(db: Pick<Database, 'query'>): Promise<unknown[]> {
  const text = 'MATCH (n:A) RETURN n.id ORDER BY vector.similarity.cosine(n.e, $query) DESC, id(n) LIMIT 10'
  return (await db.query(text, { query })).rows.flat()
}

/** Both ways answer as a scan does: the graph is small, so that it leads to all of the nearest. */
async function check(db: Pick<Database, 'query'>): Promise<void> {
  const expected = await scanned(db)
  expect(await nearest(db, { exact: true })).toEqual(expected)
  expect(await nearest(db, { exact: false, ef: 10_000 })).toEqual(expected)
}

const operatorOf = (db: Database) => indexOf(db).search(query, { limit: 3, exact: false }).operator

const { lagMin } = GraphGrowth
const { vectorsUnsavedMin } = Storage

beforeEach(() => {
  GraphGrowth.lagMin = 100
})

afterEach(() => {
  GraphGrowth.lagMin = lagMin
  Storage.vectorsUnsavedMin = vectorsUnsavedMin
  vi.restoreAllMocks()
})

describe('a graph', () => {
  test('grows when some vectors are safe that it lacks, and not for a few', async () => {
    const db = await open()
    await db.query(make)
    await create(db, 0, 99)
    await grown(db)
    expect(operatorOf(db)).toBe('exact')
    await create(db, 99, count)
    await grown(db)
    expect(operatorOf(db)).toBe('hnsw')
    expect(indexOf(db).graphLag).toBe(0)
    await check(db)
    await db.close()
  })

  test('is not wanted where nobody has committed, and has nothing of what was rolled back', async () => {
    const { db } = await openOnDisk()
    await db.query(make)
    const extend = vi.spyOn(VectorIndex.prototype, 'extendGraph')
    const tx = db.begin()
    await create(tx, 0, count)
    await settle(20)
    expect(extend).not.toHaveBeenCalled()
    tx.rollback()
    await create(db, count, count)
    await grown(db)
    expect(operatorOf(db)).toBe('hnsw')
    await check(db)
    await db.close()
  })

  test('is built by slices, between which others read and write', async () => {
    const { db } = await openOnDisk()
    await db.query(make)
    await create(db, 0, 4 * count)
    let turns = 0
    const going = grown(db).then(() => true)
    while (!(await Promise.race([going, create(db, 10_000 + turns, 1).then(() => false)]))) {
      turns++
      await check(db)
    }
    expect(turns).toBeGreaterThan(0)
    await grown(db)
    await check(db)
    await db.close()
  })

  test('stops when the database is closed', async () => {
    const { db, environment } = await openOnDisk()
    await db.query(make)
    await create(db, 0, 4 * count)
    await settle(2)
    await db.close()
    const extend = vi.spyOn(VectorIndex.prototype, 'extendGraph')
    await settle(10)
    expect(extend).not.toHaveBeenCalled()
    const again = await open('data', { environment })
    await grown(again)
    expect(operatorOf(again)).toBe('hnsw')
    await again.close()
  })

  test('of an index that was dropped is nothing of the next', async () => {
    const db = await open()
    await db.query(make)
    await create(db, 0, count)
    await grown(db)
    await db.query('DROP INDEX emb')
    await db.query(make)
    expect(operatorOf(db)).toBe('exact')
    await check(db)
    await create(db, count, 1)
    await grown(db)
    expect(operatorOf(db)).toBe('hnsw')
    await check(db)
    await db.close()
  })

  test('that grows for others while a transaction makes the index anew is not that of the new one', async () => {
    GraphGrowth.lagMin = Number.POSITIVE_INFINITY
    const { db } = await openOnDisk()
    await db.query(make)
    await create(db, 0, count)
    const tx = db.begin()
    await tx.query('DROP INDEX emb')
    await tx.query('MATCH (n:A) SET n.e = [x IN n.e | -x]')
    await tx.query(make)
    GraphGrowth.lagMin = 1
    insidesOf(db).graphs.consider()
    await grown(db)
    expect(operatorOf(db)).toBe('hnsw')
    GraphGrowth.lagMin = Number.POSITIVE_INFINITY
    await check(tx)
    await tx.commit()
    await check(db)
    // A graph of other vectors would lead away from these.
    const expected = await scanned(db)
    const found = await nearest(db, { exact: false, ef: 30 })
    expect(found.filter((id) => expected.includes(id)).length).toBeGreaterThan(7)
    await db.close()
  })

  test('that the library cannot build is done without, and a warning tells so once', async () => {
    vi.spyOn(Graph.prototype, 'add').mockImplementation(() => {
      throw new Error('no binary for this system')
    })
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const db = await open()
    await db.query(make)
    await create(db, 0, count)
    await grown(db)
    await create(db, count, count)
    await grown(db)
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('no binary'), 'SkeinWarning')
    expect(await nearest(db, {})).toEqual(await scanned(db))
    await db.close()
  })
})

describe('a checkpoint', () => {
  /** A database that was closed after a checkpoint with a graph. */
  async function closed(): Promise<MemoryEnvironment> {
    const { db, environment } = await openOnDisk()
    await db.query(make)
    await create(db, 0, count)
    await grown(db)
    await db.checkpoint()
    await create(db, count, 20)
    await db.query('MATCH (n:A) WHERE n.id % 7 = 0 DELETE n')
    await db.close()
    return environment
  }

  /** A database that was closed after a graph had grown, and `close` waits for a checkpoint that has begun. */
  async function closedAfterGrowth(): Promise<MemoryEnvironment> {
    const { db, environment } = await openOnDisk()
    await db.query(make)
    await create(db, 0, count)
    await grown(db)
    await db.close()
    return environment
  }

  /** How many vectors a graph takes in after opening. */
  async function additions(environment: MemoryEnvironment): Promise<number> {
    const add = vi.spyOn(Graph.prototype, 'add')
    const db = await open('data', { environment: memoryEnvironment(environment.files) })
    await grown(db)
    expect(operatorOf(db)).toBe('hnsw')
    await check(db)
    await db.close()
    const calls = add.mock.calls.length
    add.mockRestore()
    return calls
  }

  /** Writes the checkpoint's file again as `change` gives its bytes. */
  function changeCheckpoint({ files }: MemoryEnvironment, change: (bytes: Uint8Array) => Uint8Array): void {
    const path = `data/${files.list('data').find((each) => each.startsWith('checkpoint-'))}`
    const file = files.open(path, 'read')
    const bytes = new Uint8Array(file.size())
    file.read(bytes, 0)
    file.close()
    files.remove(path)
    const changed = files.open(path, 'create')
    changed.write(change(bytes), 0)
    changed.close()
  }

  test('keeps the graph, so that a restart builds nothing', async () => {
    expect(await additions(await closed())).toBe(0)
  })

  test('begins by itself when graphs have taken in as much as is worth one', async () => {
    expect(await additions(await closedAfterGrowth())).toBe(count)
    Storage.vectorsUnsavedMin = count
    expect(await additions(await closedAfterGrowth())).toBe(0)
  })

  test('without it the graph is built anew', async () => {
    vi.spyOn(VectorIndex.prototype, 'dump').mockReturnValue(null)
    expect(await additions(await closed())).toBeGreaterThan(100)
  })

  test('whose graph is damaged opens, answers exactly, and has another built', async () => {
    const environment = await closed()
    changeCheckpoint(environment, (bytes) => bytes.with(-100, bytes.at(-100)! ^ 8))
    expect(await additions(environment)).toBeGreaterThan(100)
  })

  test('that ends within the graph, too', async () => {
    const environment = await closed()
    changeCheckpoint(environment, (bytes) => bytes.subarray(0, -100))
    expect(await additions(environment)).toBeGreaterThan(100)
  })
})
