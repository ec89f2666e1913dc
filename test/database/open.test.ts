import { fork } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../src/index.js'
import { memoryEnvironment } from '../support/memory-environment.js'
import { code, countNodes, isPending, one, openOnDisk, settle } from './support.js'

const directories: string[] = []

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'skein-open-'))
  directories.push(directory)
  return directory
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

describe('open', () => {
  test('without a directory gives a database that lives in memory', async () => {
    const [first, second] = [await open(), await open(':memory:')]
    await first.query('CREATE (n)')
    expect(await countNodes(second)).toBe(0)
    expect(first.info().directory).toBeUndefined()
    await first.close()
  })

  test('makes the directory and those above it, and finds everything again', async () => {
    const directory = join(newDirectory(), 'some', 'where')
    const db = await open(directory)
    await db.query('CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.name IS UNIQUE')
    await db.query(
      'CREATE (a:Person {_key: "ann", name: "Ann", list: [1, [2]]})-[:KNOWS {since: 2020}]->(b:Person:Robot {name: "Bob"})',
    )
    const before = db.info()
    await db.close()
    const again = await open(directory)
    expect({ ...again.info(), memoryBytes: 0 }).toEqual({ ...before, memoryBytes: 0 })
    expect(
      (await again.query('MATCH (a {_key: "ann"})-[r:KNOWS]->(b:Robot) RETURN a.list, r.since, b.name')).rows,
    ).toEqual([[[1, [2]], 2020, 'Bob']])
    await expect(again.query('CREATE (:Person {name: "Ann"})')).rejects.toThrow(code('CONSTRAINT_VIOLATION') as Error)
    await again.close()
  })

  test('of what is open in this process is DATABASE_LOCKED, and so is what another process holds, which is named', async () => {
    const directory = newDirectory()
    const db = await open(directory)
    await expect(open(directory)).rejects.toMatchObject({
      code: 'DATABASE_LOCKED',
      message: expect.stringContaining('open in this process'),
    })
    await db.close()
    const other = fork('test/support/lock-contender.ts', [join(directory, 'lock')], { execArgv: ['--import', 'tsx'] })
    await new Promise((resolve) => other.once('message', resolve))
    other.send('go')
    await new Promise((resolve) => other.once('message', resolve))
    await expect(open(directory)).rejects.toMatchObject({
      code: 'DATABASE_LOCKED',
      message: expect.stringContaining(`process ${other.pid}`),
    })
    other.kill('SIGKILL')
    await new Promise((resolve) => other.once('exit', resolve))
    const again = await open(directory)
    await again.close()
  })

  test('takes over from a process that was killed: what was safe is there', async () => {
    const { db, files } = await openOnDisk()
    await db.query('CREATE (n)')
    const survivor = await open('data', { environment: memoryEnvironment(files.crash(3)) })
    expect(await countNodes(survivor)).toBe(1)
  })

  test('of damaged files is DATABASE_CORRUPT, and leaves nothing locked', async () => {
    const { db, environment } = await openOnDisk()
    await db.query('CREATE (n)')
    await db.checkpoint()
    await db.close()
    const { files } = environment
    const path = files.paths().find((each) => each.includes('checkpoint-'))!
    const bytes = files.contents(path)
    const damaged = bytes.slice()
    damaged[5000]! ^= 1
    files.replace(path, damaged)
    await expect(open('data', { environment })).rejects.toThrow(code('DATABASE_CORRUPT') as Error)
    files.replace(path, bytes)
    const again = await open('data', { environment })
    expect(await countNodes(again)).toBe(1)
  })

  test('of files that the system refuses says so, and leaves nothing locked', async () => {
    const environment = memoryEnvironment()
    environment.files.failure = ({ operation }) => (operation === 'create' ? 'ENOSPC' : undefined)
    await expect(open('data', { environment })).rejects.toThrow(code('STORAGE_FULL') as Error)
    environment.files.failure = undefined
    const db = await open('data', { environment })
    await db.query('CREATE (n)')
  })

  test('uses one random source and one clock, those of its environment', async () => {
    const environment = memoryEnvironment()
    const [first, second] = [
      await open('a', { environment: memoryEnvironment() }),
      await open('a', { environment: memoryEnvironment() }),
    ]
    expect(await one(first, 'RETURN rand()')).toBe(await one(second, 'RETURN rand()'))
    const db = await open('data', { environment })
    expect(await one(db, 'RETURN timestamp()')).toBe(environment.clock.time)
    environment.clock.time -= 5000
    expect(await one(db, 'RETURN timestamp()')).toBe(environment.clock.time)
  })
})

describe('close', () => {
  test('ends everything: calls answer DATABASE_CLOSED; a second close does nothing', async () => {
    const { db } = await openOnDisk()
    const statement = db.prepare('MATCH (n) RETURN n')
    const [reading, writing] = [db.begin(), db.begin()]
    await writing.query('CREATE (n)')
    await db.close()
    await db.close()
    const closed = code('DATABASE_CLOSED') as Error
    await expect(db.query('RETURN 1')).rejects.toThrow(closed)
    await expect(db.query('CREATE (n)')).rejects.toThrow(closed)
    await expect(db.stream('RETURN 1').next()).rejects.toThrow(closed)
    await expect(db.transaction(async () => 1)).rejects.toThrow(closed)
    await expect(db.checkpoint()).rejects.toThrow(closed)
    await expect(reading.query('RETURN 1')).rejects.toThrow(closed)
    await expect(writing.query('CREATE (n)')).rejects.toThrow(closed)
    await expect(writing.commit()).rejects.toThrow(closed)
    for (const call of [
      () => statement.all(),
      () => db.prepare('RETURN 1'),
      () => db.begin(),
      () => db.info(),
      () => db.describe('RETURN 1'),
      () => db.bulkLoader(),
      () => db.write(() => 1),
    ])
      expect(call).toThrow(closed)
    reading.rollback()
    writing.rollback()
  })

  test('waits for commits that are being flushed, and takes back what was not committed', async () => {
    const { db, environment } = await openOnDisk()
    const writes = [1, 2, 3].map((i) => db.query('CREATE (n {i: $i})', { i }))
    const tx = db.begin()
    await tx.query('CREATE (:Lost)')
    await db.close()
    await Promise.all(writes)
    const again = await open('data', { environment })
    expect(again.info()).toMatchObject({ nodeCount: 3, labels: {} })
  })

  test('ends a long write, which leaves nothing', async () => {
    const { db, environment } = await openOnDisk()
    const writing = db.query('UNWIND range(1, 200000) AS i CREATE (:N {i: i})')
    expect(await isPending(writing)).toBe(true)
    await db.close()
    await expect(writing).rejects.toThrow(code('DATABASE_CLOSED') as Error)
    await settle()
    expect(await countNodes(await open('data', { environment }))).toBe(0)
  })

  test('gives the directory free, with nothing in it but the database', async () => {
    const directory = newDirectory()
    const db = await open(directory)
    await db.query('CREATE (n)')
    await db.checkpoint()
    await db.close()
    expect(readdirSync(directory).filter((name) => !/^(log-\d+|manifest|checkpoint-\d+)$/.test(name))).toEqual([])
    rmSync(directory, { recursive: true })
    expect(await countNodes(await open(directory))).toBe(0)
  })
})

describe('info', () => {
  async function example(): Promise<Database> {
    const db = await open()
    await db.query('CREATE INDEX pairs FOR (p:Person) ON (p.name, p.age)')
    await db.query('CREATE INDEX links FOR ()-[k:KNOWS]-() ON (k.since)')
    await db.query('CREATE (:Person {name: "Ann", age: 1})-[:KNOWS {since: 2020}]->(:Person:Robot {name: "Bob"})')
    return db
  }

  test('counts what there is', async () => {
    const db = await example()
    expect(db.info()).toMatchObject({
      nodeCount: 2,
      relationshipCount: 1,
      labels: { Person: 2, Robot: 1 },
      relationshipTypes: { KNOWS: 1 },
      propertyKeys: ['name', 'age', 'since'],
      indexes: [
        { name: 'pairs', on: 'Person(name, age)', unique: false, entries: 1 },
        { name: 'links', on: 'KNOWS(since)', unique: false, entries: 1 },
      ],
    })
    await db.query('MATCH (n) DETACH DELETE n')
    expect(db.info()).toMatchObject({ nodeCount: 0, relationshipCount: 0, labels: { Person: 0, Robot: 0 } })
  })

  test('counts what is committed, not what a transaction is writing', async () => {
    const db = await example()
    const before = db.info()
    const tx = db.begin()
    await tx.query('CREATE (:New {fresh: 1})')
    expect({ ...db.info(), memoryBytes: 0 }).toEqual({ ...before, memoryBytes: 0 })
    await tx.commit()
    expect(db.info().labels).toEqual({ Person: 2, Robot: 1, New: 1 })
  })

  test('numbers the commits', async () => {
    const { db, environment } = await openOnDisk()
    const first = db.info().sequence
    await db.query('CREATE (n)')
    await db.query('CREATE (n)')
    expect([db.info().sequence, db.sequence]).toEqual([first + 2, first + 2])
    await db.close()
    expect((await open('data', { environment })).info().sequence).toBe(first + 2)
  })

  test('can have labels with the names of what every object has', async () => {
    const db = await open()
    await db.query('CREATE (:__proto__:constructor {toString: 1})-[:__proto__]->()')
    const { labels, relationshipTypes } = db.info()
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ])
    expect(Object.entries(relationshipTypes)).toEqual([['__proto__', 1]])
  })
})
