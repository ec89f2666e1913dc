/**
 * Many small documents of many shapes: the objects of MITRE ATT&CK, which lie in the reference data beside the project.
 * What they take, and what members they have.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { type Database, open } from '../../src/index.js'
import { sharedPath } from '../../test/support/shared.js'
import type { Scale } from '../main.js'
import { measureInTurn } from '../support/measure.js'
import type { Figure } from '../support/report.js'

const file = sharedPath('data/multi-mitre-attack/objects.jsonl.gz')
const bytesMax = 1.5
const batch = 500

const texts = {
  members: 'MATCH (o:Object) WHERE o.type = $type UNWIND keys(o) AS name RETURN name, count(*) AS times',
  values: 'MATCH (o:Object) UNWIND keys(o) AS name RETURN name, count(*) AS times, count(DISTINCT o[name]) AS values',
  grouped: 'MATCH (o:Object) UNWIND keys(o) AS name RETURN o.type AS type, name, count(*) AS times',
  sqliteMembers:
    "SELECT m.key, count(*) FROM object o, jsonb_each(o.body) m WHERE o.body ->> '$.type' = ? GROUP BY m.key",
  sqliteValues: 'SELECT m.key, count(*), count(DISTINCT m.value) FROM object o, jsonb_each(o.body) m GROUP BY m.key',
  sqliteGrouped: "SELECT o.body ->> '$.type', m.key, count(*) FROM object o, jsonb_each(o.body) m GROUP BY 1, 2",
}

export async function bytesPerDocument(): Promise<Figure[]> {
  const documents = readDocuments()
  if (documents === undefined) return [absent('Bytes a document')]
  const compact = documents.reduce((sum, document) => sum + Buffer.byteLength(JSON.stringify(document)), 0)
  const db = await open()
  const before = bytesOf(db)
  await load(db, documents)
  const kept = bytesOf(db) - before
  const row = (who: string, bytes: number) => ({
    who,
    role: 'skein' as const,
    value: `${(bytes / documents.length).toFixed(0)} bytes`,
  })
  return [
    {
      title: `Bytes a document, ${documents.length.toLocaleString('en-US')} objects of MITRE ATT&CK`,
      rows: [row('compact JSON', compact), row('Skein', kept)],
      goals: [
        { text: `at most ${bytesMax} times the compact text`, actual: kept / compact, limit: bytesMax, kind: 'atMost' },
      ],
    },
  ]
}

export async function members({ small }: Scale): Promise<Figure[]> {
  const documents = readDocuments()
  if (documents === undefined) return [absent('Members of many documents')]
  const db = await open()
  await load(db, documents)
  const sqlite = new Sqlite(':memory:')
  sqlite.exec('CREATE TABLE object (body BLOB)')
  const insert = sqlite.prepare('INSERT INTO object VALUES (jsonb(?))')
  for (const document of documents) insert.run(JSON.stringify(document))
  const figures: Figure[] = []
  for (const { title, skein, peer, parameters } of questions) {
    const [prepared, statement] = [db.prepare(skein), sqlite.prepare(peer)]
    const peerParameters = Object.values(parameters)
    const found = (await prepared.all(parameters)).rows.length
    assert.equal(found, statement.all(...peerParameters).length)
    const timings = await measureInTurn(
      { skein: () => prepared.all(parameters), sqlite: () => statement.all(...peerParameters) },
      { ms: small ? 500 : 2000, warmUp: 3 },
    )
    figures.push({
      title,
      notes: [`- Skein: \`${skein}\``, `- SQLite: \`${peer}\``, `- ${found} rows`],
      rows: [
        { who: 'Skein', role: 'skein', ...timings.skein! },
        { who: 'SQLite', role: 'peer', ...timings.sqlite! },
      ],
      goals: [],
    })
  }
  return figures
}

const questions = [
  {
    title: 'How often each member occurs among the objects of one type',
    skein: texts.members,
    peer: texts.sqliteMembers,
    parameters: { type: 'attack-pattern' },
  },
  {
    title: 'How often each member occurs, with how many values',
    skein: texts.values,
    peer: texts.sqliteValues,
    parameters: {},
  },
  {
    title: 'How often each member occurs, by type',
    skein: texts.grouped,
    peer: texts.sqliteGrouped,
    parameters: {},
  },
]

function readDocuments(): { readonly id: string }[] | undefined {
  if (!existsSync(file)) return undefined
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}

async function load(db: Database, documents: readonly { readonly id: string }[]): Promise<void> {
  for (let i = 0; i < documents.length; i += batch)
    await db.query('UNWIND $documents AS d CREATE (o:Object {_key: d.id}) SET o += d', {
      documents: documents.slice(i, i + batch),
    })
}

function bytesOf(db: Database): number {
  return db.info().memoryBytes
}

function absent(title: string): Figure {
  return { title, notes: ['left out: the reference data is not beside the project'], rows: [], goals: [] }
}
