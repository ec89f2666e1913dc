import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoredValue } from '../../../src/core/change.js'
import type { NodeId, ValueId } from '../../../src/core/ids.js'
import type { MemberValue, NodeRef, RelationshipRef, Value } from '../../../src/core/value.js'
import { nodeParts, relationshipParts } from '../../../src/database/values.js'
import { type Database, open } from '../../../src/index.js'
import type { Stores } from '../../../src/stores/stores.js'
import { exportJsonl } from '../../../src/transfer/jsonl/export-jsonl.js'
import { importJsonl } from '../../../src/transfer/jsonl/import-jsonl.js'
import { openImportTarget } from '../../../src/transfer/targets.js'
import { member, value } from '../../support/values.js'

let directory: string
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-jsonl-'))))
afterAll(() => rmSync(directory, { recursive: true }))

interface Entity {
  readonly labels: readonly string[]
  readonly properties: ReadonlyMap<string, MemberValue>
}

const name = fc.constantFrom('a', 'b', 'two words', '$type', '名')
const propertyName = fc.oneof(name, fc.constantFrom('', '__proto__'))
const entity: fc.Arbitrary<Entity> = fc.record({
  labels: fc.uniqueArray(name, { maxLength: 2 }),
  properties: fc
    .array(
      fc.tuple(
        propertyName,
        member.filter((each) => each !== null),
      ),
      { maxLength: 3 },
    )
    .map((all) => new Map(all)),
})
const graph = fc.record({
  nodes: fc.array(entity, { maxLength: 8 }),
  relationships: fc.array(fc.tuple(fc.nat(), fc.nat(), entity), { maxLength: 8 }),
  values: fc.array(
    fc.tuple(
      value.filter((each): each is StoredValue => each !== null),
      fc.option(fc.integer({ min: 4_000_000_000_000, max: 8_000_000_000_000_000 })),
    ),
    { maxLength: 4 },
  ),
})
type Graph = typeof graph extends fc.Arbitrary<infer Each> ? Each : never

/** Every second node has a key; each entity has a number by which it is found again. */
async function filled({ nodes, relationships, values }: Graph): Promise<Database> {
  const db = await open()
  await db.write((tx) => {
    for (const [i, [each, atMs]] of values.entries()) tx.keys.set(`value:${i}`, each, atMs)
    const entries = ({ properties }: Entity, number: number) =>
      [...properties, ['number', number] as const].map(([each, item]) => [tx.propertyId(each), item] as const)
    const ids = nodes.map((node, i) =>
      tx.createNode({
        labels: node.labels.map((label) => tx.labelId(label)),
        key: i % 2 === 0 ? null : `key:${i}`,
        properties: entries(node, i),
      }),
    )
    if (ids.length === 0) return
    if (ids.length > 1) tx.keys.setExpiry('key:1', 4_000_000_000_000)
    const nodeAt = (place: number): NodeId => ids[place % ids.length]!
    for (const [i, [start, end, each]] of relationships.entries())
      tx.createRelationship({
        type: tx.typeId(each.labels[0] ?? 'T'),
        start: nodeAt(start),
        end: nodeAt(end),
        properties: entries(each, i),
      })
  })
  return db
}

/** All that a database holds but its ids, in the order of the entities' numbers. */
async function contentOf(db: Database) {
  const number = (stores: Stores, id: number) => stores.propertiesOf('node', id).get('number')
  const nodeForm = (stores: Stores, value: Value) => {
    const { id } = value as NodeRef
    const { elementId, ...parts } = nodeParts(stores, id)
    return { ...parts, properties: stores.documentOf('node', id), expires: stores.expiries.of(id) }
  }
  const relationshipForm = (stores: Stores, value: Value) => {
    const { id } = value as RelationshipRef
    const { type } = relationshipParts(stores, id)
    const properties = stores.documentOf('relationship', id)
    return {
      type,
      properties,
      start: number(stores, stores.graph.startOf(id)),
      end: number(stores, stores.graph.endOf(id)),
    }
  }
  const nodes = await db.query('MATCH (n) RETURN n ORDER BY n.number', {}, { form: nodeForm })
  const relationships = await db.query('MATCH ()-[r]->() RETURN r ORDER BY r.number', {}, { form: relationshipForm })
  const valueForm = (stores: Stores, key: Value) => {
    const id = stores.keyspace.find(key as string) as ValueId
    return { key, value: stores.plainValues.get(id), expires: stores.expiries.of(id) }
  }
  const text = "SHOW KEYS YIELD key, kind WHERE kind = 'value' RETURN key ORDER BY key"
  const values = await db.query(text, {}, { form: valueForm })
  return { nodes: nodes.rows, relationships: relationships.rows, values: values.rows }
}

async function exported(db: Database): Promise<string> {
  let text = ''
  for await (const piece of exportJsonl(db)) text += piece
  return text
}

async function imported(text: string, db: Database): Promise<Database> {
  const path = join(directory, 'graph.jsonl')
  writeFileSync(path, text)
  await importJsonl(openImportTarget(db), { files: [path] })
  return db
}

test('what was exported and imported is the same database, of any values', async () => {
  await fc.assert(
    fc.asyncProperty(graph, async (each) => {
      const db = await filled(each)
      const again = await imported(await exported(db), await open())
      expect(await contentOf(again)).toEqual(await contentOf(db))
      await Promise.all([db.close(), again.close()])
    }),
    { numRuns: 50 },
  )
})

test('an import into a database that holds data adds to it', async () => {
  const db = await open()
  await db.query("CREATE (:Person {name: 'Old', number: 0})")
  const other = await open()
  await other.query(
    "CREATE (:Person {name: 'Ann', number: 1})-[:KNOWS {number: 0}]->(:Person {name: 'Bob', number: 2})",
  )
  await imported(await exported(other), db)
  const { rows } = await db.query('MATCH (n) OPTIONAL MATCH (n)-[r]->(m) RETURN n.name, m.name ORDER BY n.number')
  expect(rows).toEqual([
    ['Old', null],
    ['Ann', 'Bob'],
    ['Bob', null],
  ])
})

test('the lines are those of APOC', async () => {
  const db = await open()
  await db.query("CREATE (:Person {_key: 'ann', name: 'Ann'})-[:KNOWS {since: 2001}]->(:Person:Vip {score: 1.0})")
  expect(await exported(db)).toBe(
    '{"type":"node","id":"1","key":"ann","labels":["Person"],"properties":{"name":"Ann"}}\n' +
      '{"type":"node","id":"1024","labels":["Person","Vip"],"properties":{"score":1.0}}\n' +
      '{"id":"1","type":"relationship","label":"KNOWS","properties":{"since":2001},' +
      '"start":{"id":"1","labels":["Person"]},"end":{"id":"1024","labels":["Person","Vip"]}}\n',
  )
})

test('an export shows one version, whatever is written meanwhile', async () => {
  const db = await open()
  await db.query('CREATE (:A)-[:T]->(:A)')
  const pieces = exportJsonl(db)
  const first = await pieces.next()
  await db.query('MATCH (a)-[:T]->() CREATE (a)-[:T]->(:B)')
  let text = first.value as string
  for await (const piece of pieces) text += piece
  expect(text.trimEnd().split('\n')).toHaveLength(3)
})
