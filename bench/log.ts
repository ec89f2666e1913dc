/**
 * What a durable commit costs: the log beside SQLite with one flush a commit, both on the disk of the temporary
 * directory, one relationship a commit, without the stores that stand before the log in a database.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Change } from '../src/core/change.js'
import type { NodeId, RelationshipId, TypeId } from '../src/core/ids.js'
import { nodeEnvironment } from '../src/core/node-environment.js'
import { Log } from '../src/log/log.js'
import { readLog } from '../src/log/read-log.js'
import type { Scale } from './main.js'
import { insertKnows, openSqlite } from './peers/sqlite.js'
import { measureInTurn, measureOnce, type Timing } from './support/measure.js'
import type { Figure, Goal, Row } from './support/report.js'

const writers = 64

export async function* run({ small }: Scale): AsyncGenerator<Figure> {
  const directory = mkdtempSync(join(tmpdir(), 'skein-log-'))
  try {
    yield await commits(directory, small ? 1_000 : 5_000)
    yield await reading(directory, small ? 1_000_000 : 5_000_000)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function commits(directory: string, ms: number): Promise<Figure> {
  const log = openLog(`${directory}/commits`)
  const sqlite = openSqlite(`${directory}/sqlite.db`)
  const insert = sqlite.prepare(insertKnows)
  const page = openRaw(`${directory}/raw`)
  const { sync, waited, peer, raw } = await measureInTurn(
    {
      sync: (round) => {
        commit(log, round)
        log.flushSync()
      },
      waited: (round) => {
        commit(log, round)
        return log.flush()
      },
      peer: (round) => insert.run(round + 1, round + 2),
      raw: page.write,
    },
    { ms, turns: 10, warmUp: 300 },
  )
  const together = await commitTogether(log, ms)
  log.close()
  sqlite.close()
  page.close()
  return {
    title: 'One relationship a commit, durable',
    notes: ['`raw` is one write of 80 bytes to a preallocated file opened O_DSYNC: no log can be faster than that.'],
    rows: [
      row('log, flushSync', 'skein', sync!),
      row('log, await flush', 'skein', waited!),
      row(`log, ${writers} writers at once`, 'skein', together),
      row('SQLite, WAL, synchronous = FULL', 'peer', peer!),
      row('raw', 'loop', raw!),
    ],
    goals: [
      atMost('flushSync, in times of SQLite', sync!.p50Us / peer!.p50Us, 1.2),
      atMost('await flush, in times of SQLite', waited!.p50Us / peer!.p50Us, 1.2),
      {
        text: `commits a second of ${writers} writers at once, in times of one`,
        actual: together.opsPerSecond / waited!.opsPerSecond,
        limit: 30,
        kind: 'atLeast',
      },
    ],
  }
}

async function commitTogether(log: Log, ms: number): Promise<Pick<Timing, 'opsPerSecond'>> {
  const deadline = performance.now() + ms
  let done = 0
  const write = async (id: number) => {
    for (; performance.now() < deadline; done++) {
      commit(log, id)
      await log.flush()
    }
  }
  const all = Array.from({ length: writers }, (_, id) => write(id))
  const { ms: taken } = await measureOnce(1, () => Promise.all(all))
  return { opsPerSecond: (done / taken) * 1000 }
}

/** Writing and reading back one transaction of `count` changes. */
async function reading(directory: string, count: number): Promise<Figure> {
  const path = `${directory}/reading`
  const written = await measureOnce(count, () => {
    const log = openLog(path)
    log.beginTransaction()
    for (let id = 0; id < count; id++) log.append(relationship(id))
    log.commit()
    log.close()
  })
  const read = await measureOnce(count, () => {
    let changes = 0
    for (const event of readLog(nodeEnvironment.files, path, 0)) if (event.kind === 'change') changes++
    return changes
  })
  const peak = process.resourceUsage().maxRSS * 1024
  return {
    title: `One transaction of ${count.toLocaleString('en-US')} relationships`,
    notes: ['A call is one change. Memory is the peak of the process.'],
    rows: [
      { who: 'append and commit', role: 'skein', opsPerSecond: written.timing.opsPerSecond },
      { who: 'read back', role: 'skein', opsPerSecond: read.timing.opsPerSecond, rss: peak },
    ],
    goals: [atMost('ns to append a change', (written.ms / count) * 1e6, 300)],
  }
}

function openLog(path: string): Log {
  nodeEnvironment.files.makeDirectory(path)
  return Log.open(nodeEnvironment, path)
}

function openRaw(path: string) {
  const file = nodeEnvironment.files.open(path, 'create', { durable: true })
  file.write(new Uint8Array(16 * 1024 * 1024), 0)
  const bytes = new Uint8Array(80).fill(1)
  return {
    write: (round: number) => file.write(bytes, (round % 200_000) * bytes.length),
    close: () => file.close(),
  }
}

function commit(log: Log, round: number): void {
  log.beginTransaction()
  log.append(relationship(round))
  log.commit()
}

function relationship(round: number): Change {
  return {
    kind: 'createRelationship',
    id: (round + 1) as RelationshipId,
    type: 1 as TypeId,
    start: (round + 1) as NodeId,
    end: (round + 2) as NodeId,
    properties: [],
  }
}

function row(who: string, role: Row['role'], timing: Pick<Timing, 'opsPerSecond'> & Partial<Timing>): Row {
  return { who, role, ...timing }
}

function atMost(text: string, actual: number, limit: number): Goal {
  return { text, actual, limit, kind: 'atMost' }
}
