/** What the properties of real documents are, asked in one query each, against counting in JavaScript. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Database, open } from '../../src/index.js'
import { describeWithShared } from '../support/shared.js'

type Document = Readonly<Record<string, unknown>>

async function load(documents: readonly Document[]): Promise<Database> {
  const db = await open()
  await db.query('CREATE INDEX FOR (d:Document) ON (d.kill_chain_phases[*].phase_name)')
  for (let from = 0; from < documents.length; from += 500)
    await db.query('UNWIND $rows AS row CREATE (d:Document) SET d = row', { rows: documents.slice(from, from + 500) })
  return db
}

/** How often each property occurs and how many values it has, by what `groupOf` says of its document. */
function counted(documents: readonly Document[], groupOf: (document: Document) => unknown): unknown[][] {
  const groups = new Map<string, { group: unknown; key: string; count: number; values: Set<string> }>()
  for (const document of documents)
    for (const [key, value] of Object.entries(document)) {
      const group = groupOf(document)
      const name = JSON.stringify([group, key])
      const known = groups.get(name) ?? { group, key, count: 0, values: new Set() }
      groups.set(name, { ...known, count: known.count + 1 })
      known.values.add(canonical(value))
    }
  return [...groups.values()].map(({ group, key, count, values }) => [group, key, count, values.size])
}

/** Equal for equal values, in whatever order their members come. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort())
      : each,
  )
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

describeWithShared('ATT&CK', 'data/multi-mitre-attack', (folder) => {
  const text = () => gunzipSync(readFileSync(join(folder, 'objects.jsonl.gz'))).toString()
  const documents = (): Document[] =>
    text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  test('properties, their values, by type and of a part of the documents; an index through lists', async () => {
    const all = documents()
    const db = await load(all)
    const ask = async (query: string) => sorted((await db.query(query)).rows)
    const counts = 'UNWIND keys(d) AS key RETURN'
    expect(await ask(`MATCH (d:Document) ${counts} null, key, count(*), count(DISTINCT d[key])`)).toEqual(
      sorted(counted(all, () => null)),
    )
    expect(await ask(`MATCH (d:Document) ${counts} d.type, key, count(*), count(DISTINCT d[key])`)).toEqual(
      sorted(counted(all, ({ type }) => type)),
    )
    const malware = all.filter(({ type }) => type === 'malware')
    expect(
      await ask(`MATCH (d:Document {type: 'malware'}) ${counts} d.is_family, key, count(*), count(DISTINCT d[key])`),
    ).toEqual(sorted(counted(malware, (document) => document.is_family ?? null)))
    const phases = 'MATCH (d:Document) WHERE ANY(p IN d.kill_chain_phases WHERE p.phase_name = $phase) RETURN count(*)'
    const persisting = all.filter(({ kill_chain_phases: own }) =>
      (own as Document[] | undefined)?.some(({ phase_name: name }) => name === 'persistence'),
    )
    expect(persisting.length).toBeGreaterThan(100)
    expect((await db.query(phases, { phase: 'persistence' })).rows).toEqual([[persisting.length]])
    expect(JSON.stringify((await db.query(`EXPLAIN ${phases}`, { phase: 'persistence' })).summary)).toContain(
      'IndexSeek',
    )
    await db.close()
  })
})
