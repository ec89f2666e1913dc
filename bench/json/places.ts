/** One number deep in a document of a megabyte: read, and added to. */
import assert from 'node:assert/strict'
import Sqlite from 'better-sqlite3'
import { open } from '../../src/index.js'
import type { Scale } from '../main.js'
import { figureOf, inCode } from '../social-setting.js'
import type { Figure, Goal, Row } from '../support/report.js'
import { itemCount, itemOf, makeCatalog, shown } from './catalog.js'

const texts = {
  path: 'MATCH (n {_key: $key}) RETURN n.items[$i].stats.count',
  value: 'RETURN json.value($key, $path)',
  set: 'MATCH (n {_key: $key}) SET n.items[$i].stats.count = n.items[$i].stats.count + 1',
  increment: 'CALL json.increment($key, $path, 1)',
  sum: 'MATCH (n {_key: $key}) RETURN reduce(sum = 0, item IN n.items | sum + item.stats.count)',
  sqliteRead: 'SELECT body ->> ? FROM document',
  sqliteWrite: 'UPDATE document SET body = jsonb_set(body, ?, body ->> ? + 1)',
}

const key = 'catalog'
const pathOf = (round: number) => `$.items[${itemOf(round)}].stats.count`

export async function readPlace({ small }: Scale): Promise<Figure[]> {
  const { db, sqlite, plain } = await setUp()
  const [path, value] = [db.prepare(texts.path), db.prepare(texts.value)]
  const paths = Array.from({ length: 64 }, (_, round) => pathOf(round))
  const read = sqlite.prepare(texts.sqliteRead).pluck()
  assert.equal((await path.all({ key, i: itemOf(5) })).rows[0]![0], itemOf(5))
  assert.equal((await value.all({ key, path: pathOf(5) })).rows[0]![0], itemOf(5))
  assert.equal(read.get(pathOf(5)), itemOf(5))
  const figure = await figureOf({
    title: 'A number deep in a document of 1 MB, read',
    notes: [
      `- ${shown}`,
      `- path: ${inCode(texts.path)}`,
      `- json.value: ${inCode(texts.value)}`,
      `- SQLite: ${inCode(texts.sqliteRead)}, binary JSON`,
    ],
    contestants: {
      'loop, a JavaScript object': (round) => plain.items[itemOf(round)]!.stats.count,
      'Skein, path': (round) => path.all({ key, i: itemOf(round) }),
      'Skein, json.value': (round) => value.all({ key, path: paths[round & 63]! }),
      SQLite: (round) => read.get(pathOf(round)),
    },
    goals: (rows) => [atMost(rows, 'Skein, path', 2)],
    options: { ms: small ? 500 : 1500 },
  })
  return [figure]
}

export async function changePlace({ small }: Scale): Promise<Figure[]> {
  const { db, sqlite, plain } = await setUp()
  const [set, increment] = [db.prepare(texts.set), db.prepare(texts.increment)]
  const paths = Array.from({ length: 64 }, (_, round) => pathOf(round))
  const write = sqlite.prepare(texts.sqliteWrite)
  let changes = 0
  const figure = await figureOf({
    title: 'A number deep in a document of 1 MB, made one more',
    notes: [
      `- ${shown}; in memory`,
      `- SET: ${inCode(texts.set)}`,
      `- json.increment: ${inCode(texts.increment)}`,
      `- SQLite: ${inCode(texts.sqliteWrite)}, binary JSON`,
    ],
    contestants: {
      'loop, a JavaScript object': (round) => plain.items[itemOf(round)]!.stats.count++,
      'Skein, SET': (round) => ++changes && set.run({ key, i: itemOf(round) }),
      'Skein, json.increment': (round) => ++changes && increment.run({ key, path: paths[round & 63]! }),
      SQLite: (round) => write.run(pathOf(round), pathOf(round)),
    },
    goals: (rows) => [atMost(rows, 'Skein, SET', 4), atMost(rows, 'Skein, json.increment', 4)],
    options: { ms: small ? 500 : 1500 },
  })
  const { rows } = await db.query(texts.sum, { key })
  assert.equal(rows[0]![0], (itemCount * (itemCount - 1)) / 2 + changes)
  return [figure]
}

async function setUp() {
  const plain = makeCatalog()
  const db = await open()
  await db.json(key).set('$', plain)
  const sqlite = new Sqlite(':memory:')
  sqlite.exec('CREATE TABLE document (body BLOB)')
  sqlite.prepare('INSERT INTO document VALUES (jsonb(?))').run(JSON.stringify(plain))
  return { db, sqlite, plain }
}

function atMost(rows: readonly Row[], who: string, limit: number): Goal {
  const actual = rows.find((row) => row.who === who)!.p50Us!
  return { text: `${who}, prepared: at most ${limit} µs in the median`, actual, limit, kind: 'atMost' }
}
