/**
 * Data and workloads that a layout of pages, dense ids and pinned versions could do badly with. Each is small enough
 * to run here, and large enough that doing badly shows.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type Database, open } from '../../src/index.js'
import type { Scale } from '../main.js'
import { makeRandom, pick } from '../social-graph.js'
import { inDirectory } from '../support/directory.js'
import { measureOnce } from '../support/measure.js'
import { type Figure, number } from '../support/report.js'

const mebibyte = 2 ** 20
/** Entities a commit, where it does not matter how many. */
const batch = 10_000

/** Ids come from extents of one label set each, so columns stay dense although creation interleaves. */
export async function labelSetsInTurn({ small }: Scale): Promise<Figure[]> {
  const [labelCount, nodeCount] = [100, small ? 200_000 : 1_000_000]
  const inTurn = await bytesOfNodes(nodeCount, (i) => i % labelCount)
  const inOrder = await bytesOfNodes(nodeCount, (i) => Math.floor((i * labelCount) / nodeCount))
  return [
    {
      title: `${number(nodeCount)} nodes of ${labelCount} label sets, each set with a property of its own`,
      rows: [
        { who: 'created label by label', role: 'skein', value: mebibytes(inOrder) },
        { who: 'created in turn', role: 'skein', value: mebibytes(inTurn) },
      ],
      goals: [{ text: 'in turn at most 1.5 times the bytes', actual: inTurn / inOrder, limit: 1.5, kind: 'atMost' }],
    },
  ]
}

async function bytesOfNodes(nodeCount: number, labelOf: (i: number) => number): Promise<number> {
  const database = await open(':memory:')
  for (let from = 0; from < nodeCount; from += batch) {
    await database.write((tx) => {
      for (let i = from; i < from + batch; i++) {
        const labels = [tx.labelId(`Label${labelOf(i)}`)]
        tx.createNode({ labels, properties: [[tx.propertyId(`property${labelOf(i)}`), i]] })
      }
    })
  }
  const bytes = dataBytes(database)
  await database.close()
  return bytes
}

/** Each deletion is a commit of its own, found from the other end. */
export async function hubTakenApart({ small }: Scale): Promise<Figure[]> {
  const degree = small ? 100_000 : 1_000_000
  const database = await open(':memory:')
  const loader = database.bulkLoader()
  const type = loader.typeId('KNOWS')
  const hub = loader.addNode({ labels: [loader.labelId('Hub')], key: 'hub', properties: [] })
  const labels = [loader.labelId('Person')]
  for (let i = 0; i < degree; i++) {
    const end = loader.addNode({ labels, key: `person:${i}`, properties: [] })
    loader.addRelationship({ type, start: hub, end, properties: [] })
  }
  await loader.finish()

  const text = 'MATCH (p {_key: $key})<-[r:KNOWS]-() DELETE r'
  const statement = database.prepare(text)
  const order = Array.from({ length: degree }, (_, i) => `person:${(i * 7919) % degree}`)
  const { timing, ms } = await measureOnce(degree, () => {
    for (const key of order) statement.run({ key })
  })
  assert.deepEqual((await database.query('MATCH ({_key: "hub"})-[r]->() RETURN count(r)')).rows, [[0]])
  const secondsMax = (10 * degree) / 1_000_000
  return [
    {
      title: `Every edge of a hub of ${number(degree)} deleted, one a commit, in random order`,
      notes: ['`' + text + '`'],
      rows: [{ who: 'Skein', role: 'skein', opsPerSecond: timing.opsPerSecond, value: `${number(ms / 1000)} s` }],
      goals: [{ text: `in at most ${secondsMax} s`, actual: ms / 1000, limit: secondsMax, kind: 'atMost' }],
    },
  ]
}

/** A header for each node, type and direction would take 1.6 GB. */
export async function manyTypes(): Promise<Figure[]> {
  const [nodeCount, edgeCount] = [100_000, 1_000_000]
  const one = await bytesOfEdges({ nodeCount, edgeCount, typeCount: 1 })
  const many = await bytesOfEdges({ nodeCount, edgeCount, typeCount: 1000 })
  return [
    {
      title: `${number(edgeCount)} edges between ${number(nodeCount)} nodes, by types`,
      rows: [
        { who: '1 type', role: 'skein', value: `${number(one / edgeCount)} bytes an edge` },
        { who: '1,000 types', role: 'skein', value: `${number(many / edgeCount)} bytes an edge` },
      ],
      goals: [{ text: 'at most 128 bytes an edge', actual: many / edgeCount, limit: 128, kind: 'atMost' }],
    },
  ]
}

interface EdgesOfTypes {
  readonly nodeCount: number
  readonly edgeCount: number
  readonly typeCount: number
}

async function bytesOfEdges({ nodeCount, edgeCount, typeCount }: EdgesOfTypes): Promise<number> {
  const database = await open(':memory:')
  const nodes = await database.write((tx) =>
    Array.from({ length: nodeCount }, () => tx.createNode({ labels: [], properties: [] })),
  )
  const before = dataBytes(database)
  const random = makeRandom(4)
  for (let from = 0; from < edgeCount; from += batch) {
    await database.write((tx) => {
      for (let i = from; i < from + batch; i++) {
        const [start, end] = [nodes[pick(nodeCount, random)]!, nodes[pick(nodeCount, random)]!]
        tx.createRelationship({ type: tx.typeId(`TYPE_${i % typeCount}`), start, end, properties: [] })
      }
    })
  }
  const bytes = dataBytes(database) - before
  await database.close()
  return bytes
}

/** The data stays as large as it was, so what memory grows by is the transaction's own: its undo and its log. */
export function hugeTransaction({ small }: Scale): Promise<Figure[]> {
  const [nodeCount, changeCount] = [100_000, small ? 1_000_000 : 5_000_000]
  return inDirectory(async (directory) => {
    const database = await open(join(directory, 'skein'))
    const nodes = await database.write((tx) => {
      const [labels, count] = [[tx.labelId('Counter')], tx.propertyId('count')]
      return Array.from({ length: nodeCount }, () => tx.createNode({ labels, properties: [[count, -1]] }))
    })
    const before = process.memoryUsage.rss()
    const { timing, ms } = await measureOnce(changeCount, () =>
      database.write((tx) => {
        const count = tx.propertyId('count')
        for (let i = 0; i < changeCount; i++) tx.setProperty('node', nodes[i % nodeCount]!, count, i)
      }),
    )
    const growth = process.resourceUsage().maxRSS * 1024 - before
    await database.close()

    const reopened = await open(join(directory, 'skein'))
    const last = changeCount - 1
    const { rows } = await reopened.query('MATCH (n:Counter) RETURN min(n.count), max(n.count)')
    assert.deepEqual(rows, [[last - nodeCount + 1, last]])
    await reopened.close()
    return [
      {
        title: `One durable transaction of ${number(changeCount)} changes`,
        rows: [
          {
            who: 'Skein',
            role: 'skein',
            opsPerSecond: timing.opsPerSecond,
            value: `${number(ms / 1000)} s, ${mebibytes(growth)} more at the peak`,
          },
        ],
        goals: [{ text: 'at most 256 MiB more', actual: growth / mebibyte, limit: 256, kind: 'atMost' }],
      },
    ]
  })
}

/** Whoever forgets to use freed memory again grows by a filling a round. */
export async function fillAndDeleteWhilePinned({ small }: Scale): Promise<Figure[]> {
  const [nodeCount, rounds] = [small ? 20_000 : 100_000, 8]
  const database = await open(':memory:')
  await fill(database, nodeCount)
  const bytes: number[] = []
  const reader = database.begin()
  const count = async () => (await reader.query('MATCH (p:Person) RETURN count(p)')).rows[0]![0]
  assert.equal(await count(), nodeCount)
  for (let round = 0; round < rounds; round++) {
    await database.query('MATCH (p:Person) DETACH DELETE p')
    await fill(database, nodeCount)
    bytes.push(dataBytes(database))
    assert.equal(await count(), nodeCount)
  }
  await reader.commit()
  await database.close()
  const growth = bytes.at(-1)! / bytes[2]!
  return [
    {
      title: `${number(nodeCount)} nodes and as many edges filled in, deleted, filled in again, while a reader is open`,
      rows: bytes.map((held, round) => ({ who: `round ${round + 1}`, role: 'skein', value: mebibytes(held) })),
      goals: [
        { text: `at most 1.1 times from round 3 to round ${rounds}`, actual: growth, limit: 1.1, kind: 'atMost' },
      ],
    },
  ]
}

async function fill(database: Database, nodeCount: number): Promise<void> {
  await database.write((tx) => {
    const [labels, name, type] = [[tx.labelId('Person')], tx.propertyId('name'), tx.typeId('KNOWS')]
    const nodes = Array.from({ length: nodeCount }, (_, i) => tx.createNode({ labels, properties: [[name, `P${i}`]] }))
    for (let i = 1; i < nodeCount; i++) {
      tx.createRelationship({ type, start: nodes[i]!, end: nodes[i - 1]!, properties: [] })
    }
  })
}

function dataBytes(database: Database): number {
  return database.info().memoryBytes
}

function mebibytes(bytes: number): string {
  return `${number(bytes / mebibyte)} MiB`
}
