/**
 * Kills a writing process at random times, again and again over one directory, and compares what it was told is safe
 * with what is there, and what the indexes find with what a scan reads.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyzerOf } from '../../indexes/fulltext/analysis/named.js'
import { parseLucene } from '../../indexes/fulltext/query/parse-lucene.js'
import { nodeEnvironment } from '../../src/core/node-environment.js'
import { Database } from '../../src/database/database.js'
import { Storage } from '../../src/database/storage.js'
import { verify } from '../../src/transaction/verify.js'
import { ReferenceIndex } from '../indexes/fulltext/reference.js'

/** A kill comes at most so long after the first commit of the process was answered, or after it was told to begin. */
const lifeMsMax = 200
/** How many kills do not wait for an answer, so that they meet the opening of the database. */
const earlyShare = 0.2

/** A process with its modules loaded, and what it said. */
class Writer {
  readonly #process: ChildProcess
  readonly #closed: Promise<unknown>
  #said = ''

  constructor(path: string) {
    const script = fileURLToPath(new URL('./writer.ts', import.meta.url))
    this.#process = spawn(process.execPath, ['--import', 'tsx', script, path], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#closed = once(this.#process, 'close')
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
  }

  async ready(): Promise<void> {
    while (!this.#said.startsWith('ready\n')) await once(this.#process.stdout!, 'data')
  }

  start(): void {
    this.#process.stdin!.write('start\n')
  }

  async answered(): Promise<void> {
    while (this.acknowledged.size === 0) await once(this.#process.stdout!, 'data')
  }

  async kill(): Promise<void> {
    assert.equal(this.#process.exitCode, null, 'the writer ended by itself')
    this.#process.kill('SIGKILL')
    await this.#closed
  }

  /** By writer, the last number in a whole line. */
  get acknowledged(): Map<number, number> {
    const lines = this.#said.split('\n').slice(1, -1)
    return new Map(lines.map((line) => line.split(' ').map(Number) as [number, number]))
  }
}

/** Gives how many commits were acknowledged in all. Throws an AssertionError that says what was lost. */
export async function killCampaign({ kills, random }: { kills: number; random: () => number }): Promise<number> {
  const path = mkdtempSync(join(tmpdir(), 'skein-kill-'))
  const acknowledged = new Map<number, number>()
  let next = new Writer(path)
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const writer = next
      await writer.ready()
      writer.start()
      // The next one loads its modules meanwhile.
      next = new Writer(path)
      if (random() > earlyShare) await writer.answered()
      await sleep(random() * lifeMsMax)
      await writer.kill()
      for (const [who, number] of writer.acknowledged) acknowledged.set(who, number)
      await check(path, acknowledged)
    }
  } finally {
    await next.kill()
    rmSync(path, { recursive: true })
  }
  return [...acknowledged.values()].reduce((sum, last) => sum + last, 0)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function check(path: string, acknowledged: ReadonlyMap<number, number>): Promise<void> {
  // Small slabs: a process that starts others cannot have reserved many gigabytes.
  const storage = Storage.open(nodeEnvironment, path, { heap: { slabShift: 12 } })
  const db = new Database(storage, nodeEnvironment)
  try {
    assert.deepEqual(verify(storage.stores), [], 'sets or indexes do not fit the data')
    await checkTexts(db)
    const found = await lastsIn(db)
    for (const [writer, last] of acknowledged) {
      const there = found.get(writer) ?? 0
      assert(there >= last, `writer ${writer} was told that ${last} is safe, ${there} is there`)
    }
  } finally {
    await db.close()
  }
}

const words = ['writer', '3', 'at', '"of writer 1"', '+entry -2', 'writ*', '*:*']

/** What words find, and how it scores, is what a plain scorer says of the texts as a scan reads them. */
async function checkTexts(db: Database): Promise<void> {
  const [indexed] = (await db.query("SHOW INDEXES YIELD name, state WHERE name = 'texts' RETURN state")).rows
  if (indexed?.[0] !== 'ONLINE') return
  const fields = [{ name: 'text', analyzer: analyzerOf('english'), weight: 1 }]
  const reference = new ReferenceIndex({ fields, k1: 1.2, b: 0.75 })
  const scan = await db.query('MATCH (n:Entry|Counter) WHERE n.text IS NOT NULL RETURN id(n), n.text')
  for (const [id, text] of scan.rows as [number, string][]) reference.add(id, [[text]])
  for (const query of words) {
    const { rows } = await db.query("CALL search.query('texts', $query) YIELD node, score RETURN id(node), score", {
      query,
    })
    const expected = new Map(reference.search(parseLucene(query)).map(({ id, score }) => [id, score]))
    assert.equal(rows.length, expected.size, `${query} finds others than a scan`)
    for (const [id, score] of rows as [number, number][])
      assert(Math.abs(score - expected.get(id)!) < 1e-6, `${query} scores ${id} otherwise than a scan`)
  }
}

/** By writer, its last commit; each of its commits must be there whole. */
async function lastsIn(db: Database): Promise<Map<number, number>> {
  const counters = await db.query('MATCH (c:Counter) RETURN c.writer, c.last')
  const entries = await db.query('MATCH (c:Counter)-[:HAS]->(e:Entry) RETURN c.writer, count(e), max(e.number)')
  const all = await db.query('MATCH (e:Entry) RETURN count(e)')
  const lasts = new Map(counters.rows as [number, number][])
  const written = new Map((entries.rows as [number, number, number][]).map(([who, ...rest]) => [who, rest]))
  for (const [who, last] of lasts) assert.deepEqual(written.get(who) ?? [0, 0], [last, last], 'half a transaction')
  const sum = [...lasts.values()].reduce((total, last) => total + last, 0)
  assert.deepEqual(all.rows, [[sum]], 'an entry belongs to no writer')
  return lasts
}
