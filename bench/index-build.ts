/**
 * What an index over existing data costs those who read and write meanwhile: how long it takes over 1M nodes, and the
 * longest that a reader and a writer had to wait, beside the same calls while nothing is built, and beside an index
 * that is made in one step. On the disk of the temporary directory.
 */
import { type Database, open } from '../src/index.js'
import type { Scale } from './main.js'
import { inDirectory } from './support/directory.js'
import type { Figure, Goal, Row } from './support/report.js'

const lookup = 'MATCH (p:Person {_key: $key}) RETURN p.number'
const change = 'MATCH (p:Person {_key: $key}) SET p.number = $number'

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  const count = small ? 100_000 : 1_000_000
  yield await inDirectory((directory) => measure(directory, count))
}

async function measure(directory: string, count: number): Promise<Figure> {
  const db = await open(directory)
  await load(db, count)
  const idle = await beside(db, count, () => wait(2_000))
  const build = await beside(db, count, () =>
    db.query('CREATE INDEX numbers FOR (p:Person) ON (p.number)').then(() => undefined),
  )
  const unique = await beside(db, count, () =>
    db.query('CREATE CONSTRAINT names FOR (p:Person) REQUIRE p.name IS UNIQUE').then(() => undefined),
  )
  const step = db.prepare('CREATE INDEX atOnce FOR (p:Person) ON (p.number)')
  await db.query('DROP INDEX numbers')
  const began = performance.now()
  step.run()
  const stepMs = performance.now() - began
  await db.close()
  return {
    title: `An index over ${count.toLocaleString('en-US')} nodes while others read and write`,
    notes: [
      'One reader looks nodes up by key, one writer changes indexed values, one commit each, both without a pause.',
      'On a machine that is busy otherwise the waits are those of the machine: compare them with the first row.',
      'Operations a second are entries of the index; the longest wait is that of any one call.',
    ],
    rows: [
      waits('nothing is built', idle),
      { ...waits('CREATE INDEX, an INTEGER', build), opsPerSecond: (count / build.ms) * 1000 },
      { ...waits('CREATE CONSTRAINT ... IS UNIQUE, a STRING', unique), opsPerSecond: (count / unique.ms) * 1000 },
      {
        who: 'made in one step, alone',
        role: 'skein',
        opsPerSecond: (count / stepMs) * 1000,
        value: `${seconds(stepMs)}; all others wait so long`,
      },
    ],
    goals: [
      atMost('ms that a reader waits at most', Math.max(build.readMsMax, unique.readMsMax), 100),
      atMost('ms that a writer waits at most', Math.max(build.writeMsMax, unique.writeMsMax), 100),
    ],
  }
}

async function load(db: Database, count: number): Promise<void> {
  const loader = db.bulkLoader()
  const labels = [loader.labelId('Person')]
  const [number, name] = [loader.propertyId('number'), loader.propertyId('name')]
  for (let i = 0; i < count; i++)
    loader.addNode({
      labels,
      key: keyOf(i),
      // Not in the order of the ids, as those of an index rarely are.
      properties: [
        [number, Math.imul(i, 0x9e3779b1) >>> 0],
        [name, `person ${i}`],
      ],
    })
  await loader.finish()
}

function keyOf(i: number): string {
  return `person:${i}`
}

interface Beside {
  readonly ms: number
  readonly reads: number
  readonly readMsMax: number
  readonly writes: number
  readonly writeMsMax: number
}

/** Reads and writes for as long as `work` takes. */
async function beside(db: Database, count: number, work: () => Promise<void>): Promise<Beside> {
  let isDone = false
  const key = (round: number) => keyOf((Math.imul(round, 7919) % count) & 0x7fffffff)
  const repeat = async (call: (round: number) => Promise<unknown>) => {
    let [calls, msMax] = [0, 0]
    for (; !isDone; calls++) {
      const began = performance.now()
      await call(calls)
      msMax = Math.max(msMax, performance.now() - began)
      // A read whose answer is there at once would leave nobody else a turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { calls, msMax }
  }
  const reading = repeat((round) => db.query(lookup, { key: key(round) }))
  const writing = repeat((round) => db.query(change, { key: key(round), number: round }))
  const began = performance.now()
  await work()
  const ms = performance.now() - began
  isDone = true
  const [read, written] = [await reading, await writing]
  return { ms, reads: read.calls, readMsMax: read.msMax, writes: written.calls, writeMsMax: written.msMax }
}

function waits(who: string, { ms, reads, readMsMax, writes, writeMsMax }: Beside): Row {
  const read = `${reads} reads, longest ${readMsMax.toFixed(1)} ms`
  const written = `${writes} writes, longest ${writeMsMax.toFixed(1)} ms`
  return { who, role: 'skein', value: `${seconds(ms)}; ${read}; ${written}` }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function atMost(text: string, actual: number, limit: number): Goal {
  return { text, actual, limit, kind: 'atMost' }
}
