import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Log, type LogOptions } from '../../src/log/log.js'
import { readLog } from '../../src/log/read-log.js'
import { type Commit, commit, commitsIn, directory, setName } from '../support/logs.js'
import { MemoryFileSystem, memoryEnvironment } from '../support/memory-environment.js'
import { change } from '../support/values.js'

const segmentBytes = 16 * 1024

function openLog(options: LogOptions = {}, files = newDisk()) {
  const environment = memoryEnvironment(files)
  return { log: Log.open(environment, directory, { segmentBytes, ...options }), files, environment }
}

function newDisk(): MemoryFileSystem {
  const files = new MemoryFileSystem()
  files.makeDirectory(directory)
  return files
}

const code = (name: string) => expect.objectContaining({ code: name })
const segmentsOn = (files: MemoryFileSystem) => files.paths().filter((path) => /log-\d+$/.test(path))

describe('a log', () => {
  test('gives back its commits in order, with their changes and times', async () => {
    const { log, files, environment } = openLog()
    const started = environment.clock.time
    expect(commit(log, setName(1), setName(2))).toBe(1)
    environment.clock.time += 5
    expect(commit(log, setName(3))).toBe(2)
    await log.flush()
    expect([...readLog(files, directory, 0)]).toEqual([
      { kind: 'begin', sequence: 1 },
      { kind: 'change', change: setName(1) },
      { kind: 'change', change: setName(2) },
      { kind: 'commit', sequence: 1, time: started },
      { kind: 'begin', sequence: 2 },
      { kind: 'change', change: setName(3) },
      { kind: 'commit', sequence: 2, time: started + 5 },
    ])
  })

  test('does not mind a clock that goes back', () => {
    const { log, files, environment } = openLog()
    commit(log, setName(1))
    environment.clock.time -= 1_000_000
    commit(log, setName(2))
    log.flushSync()
    const times = [...readLog(files, directory, 0)].flatMap((event) => (event.kind === 'commit' ? [event.time] : []))
    expect(times[0]! - times[1]!).toBe(1_000_000)
  })

  test('gives only what follows a sequence, whichever segment that is in', () => {
    const { log, files } = openLog()
    for (let id = 1; id <= 300; id++) commit(log, setName(id, 200))
    log.flushSync()
    expect(segmentsOn(files).length).toBeGreaterThan(3)
    for (const after of [0, 1, 100, 299, 300]) {
      expect(commitsIn(files, after).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 300 - after }, (_, i) => after + i + 1),
      )
    }
  })

  test('holds nothing of a transaction that was rolled back, nor of one without changes', () => {
    const { log, files } = openLog()
    log.beginTransaction()
    log.append(setName(1))
    log.rollback()
    expect(commit(log)).toBe(0)
    expect(commit(log, setName(2))).toBe(1)
    log.flushSync()
    expect(commitsIn(files)).toEqual([{ sequence: 1, changes: [setName(2)] }])
  })

  test('forgets what was appended since a mark', () => {
    const { log, files } = openLog()
    log.beginTransaction()
    log.append(setName(1))
    const { mark } = log
    log.append(setName(2))
    expect(log.tryRewind(mark)).toBe(true)
    log.append(setName(3))
    log.commit()
    log.flushSync()
    expect(commitsIn(files)).toEqual([{ sequence: 1, changes: [setName(1), setName(3)] }])
  })

  test('goes on after it was opened again', () => {
    const { log, files } = openLog()
    commit(log, setName(1))
    log.close()
    const again = openLog({}, files).log
    expect(again.sequence).toBe(1)
    expect(commit(again, setName(2))).toBe(2)
    again.close()
    expect(commitsIn(files).map(({ sequence }) => sequence)).toEqual([1, 2])
  })

  test('opened behind its end, as after an import, goes on behind the checkpoint', () => {
    const { log, files } = openLog()
    commit(log, setName(1))
    log.close()
    const again = openLog({ afterSequence: 10 }, files).log
    expect(commit(again, setName(2))).toBe(11)
    again.close()
    expect(commitsIn(files, 10)).toEqual([{ sequence: 11, changes: [setName(2)] }])
  })

  test('opened and closed without work does not grow', () => {
    const { log, files } = openLog()
    commit(log, setName(1))
    log.close()
    const before = files.contents(`${directory}/log-1`)
    openLog({}, files).log.close()
    expect(files.contents(`${directory}/log-1`)).toEqual(before)
  })

  test('refuses work once it is closed', () => {
    const { log } = openLog()
    log.close()
    log.close()
    expect(() => log.flushSync()).toThrow(code('DATABASE_CLOSED'))
  })

  test('keeps what a plain list keeps, whatever is committed, rolled back, flushed, dropped and reopened', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('commit'), changes: fc.array(change, { minLength: 1 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('large'), bytes: fc.integer({ min: 0, max: 30_000 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('rollback'), changes: fc.array(change) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constantFrom('flush', 'flushSync', 'flushLater', 'drop', 'reopen') }),
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const files = newDisk()
        let { log } = openLog({ segmentBytes: 4096 }, files)
        const model: Commit[] = []
        let dropped = 0
        for (const one of steps as { kind: string; changes?: (typeof model)[0]['changes']; bytes?: number }[]) {
          const changes = one.kind === 'large' ? [setName(1, one.bytes)] : (one.changes ?? [])
          if (one.kind === 'commit' || one.kind === 'large') model.push({ sequence: commit(log, ...changes), changes })
          else if (one.kind === 'rollback') {
            log.beginTransaction()
            for (const each of changes) log.append(each)
            log.rollback()
          } else if (one.kind === 'flush') await log.flush()
          else if (one.kind === 'flushLater') void log.flush()
          else if (one.kind === 'flushSync') log.flushSync()
          else if (one.kind === 'drop') log.dropBefore((dropped = log.flushed))
          else {
            log.close()
            log = openLog({ segmentBytes: 4096 }, files).log
          }
        }
        log.close()
        expect(commitsIn(files, dropped)).toStrictEqual(model.slice(dropped))
      }),
      { numRuns: 150 },
    )
  })
})

describe('a large transaction', () => {
  test('leaves memory before it commits, and its changes are read before its commit', () => {
    const { log, files } = openLog({ segmentBytes: 256 * 1024 })
    log.beginTransaction()
    for (let id = 1; id <= 100_000; id++) log.append(setName(id, 50))
    const written = segmentsOn(files).length * 256 * 1024
    expect(written).toBeGreaterThan(4 * 1024 * 1024)
    log.commit()
    log.flushSync()
    let id = 0
    for (const event of readLog(files, directory, 0)) {
      if (event.kind === 'change') expect(event.change).toMatchObject({ id: ++id })
    }
    expect(id).toBe(100_000)
  })

  test('that is rolled back after parts of it were written is an abort to the reader', () => {
    const { log, files } = openLog({ segmentBytes: 256 * 1024 })
    log.beginTransaction()
    for (let id = 1; id <= 40_000; id++) log.append(setName(id, 50))
    expect(log.tryRewind(0)).toBe(false)
    log.rollback()
    commit(log, setName(7))
    log.flushSync()
    const kinds = [...readLog(files, directory, 0)].map(({ kind }) => kind).filter((kind) => kind !== 'change')
    expect(kinds).toEqual(['begin', 'abort', 'begin', 'commit'])
    expect(commitsIn(files)).toEqual([{ sequence: 1, changes: [setName(7)] }])
  })

  test('may hold a single change larger than a chunk and than a segment', () => {
    const { log, files } = openLog()
    commit(log, setName(1), setName(2, 3_000_000), setName(3))
    log.flushSync()
    expect(commitsIn(files)).toEqual([{ sequence: 1, changes: [setName(1), setName(2, 3_000_000), setName(3)] }])
  })
})

describe('group commit', () => {
  function countWrites(files: MemoryFileSystem) {
    const counted = { writes: 0 }
    files.failure = ({ operation }) => {
      if (operation === 'write') counted.writes++
      return undefined
    }
    return counted
  }

  test('writes everything committed in one turn of the event loop at once', async () => {
    const { log, files } = openLog()
    const counted = countWrites(files)
    await Promise.all(
      Array.from({ length: 64 }, (_, i) => {
        commit(log, setName(i + 1))
        return log.flush()
      }),
    )
    expect([counted.writes, log.flushed]).toEqual([1, 64])
  })

  test('lets commits gather while a group is under way, and writes them as the next', async () => {
    const { log, files } = openLog()
    const counted = countWrites(files)
    let release = () => {}
    files.pause = () => new Promise((resolve) => (release = resolve))
    commit(log, setName(1))
    const first = log.flush()
    await new Promise(setImmediate)
    for (const id of [2, 3, 4]) commit(log, setName(id))
    const second = log.flush()
    await new Promise(setImmediate)
    expect([counted.writes, log.flushed]).toEqual([1, 0])
    release()
    await first
    expect(log.flushed).toBe(1)
    await new Promise(setImmediate)
    release()
    await second
    expect([counted.writes, log.flushed]).toEqual([2, 4])
  })

  test('of 64 writers who go on as soon as they are answered takes one write a round', async () => {
    const { log, files } = openLog({ segmentBytes: 1024 * 1024 })
    const counted = countWrites(files)
    const writer = async (id: number) => {
      for (let round = 0; round < 10; round++) {
        commit(log, setName(id))
        await log.flush()
      }
    }
    await Promise.all(Array.from({ length: 64 }, (_, i) => writer(i + 1)))
    expect(log.flushed).toBe(640)
    expect(counted.writes).toBeLessThanOrEqual(11)
  })

  test('waits for nothing when all that was seen is safe already', async () => {
    const { log, files } = openLog()
    commit(log, setName(1))
    await log.flush()
    commit(log, setName(2))
    const counted = countWrites(files)
    await log.flush(1)
    expect(counted.writes).toBe(0)
  })

  test('and a flush that cannot wait may overtake a group that is under way', async () => {
    const { log, files } = openLog()
    commit(log, setName(1))
    const first = log.flush()
    await new Promise((resolve) => setImmediate(resolve))
    commit(log, setName(2))
    log.flushSync()
    expect(log.flushed).toBe(2)
    expect(commitsIn(files.crash(1)).map(({ sequence }) => sequence)).toEqual([1, 2])
    await first.catch(() => undefined)
  })
})

describe('segments', () => {
  const fill = (log: Log, commits: number) => {
    for (let i = 0; i < commits; i++) commit(log, setName(i + 1, 1000))
    log.flushSync()
  }

  test('that a checkpoint made needless are used again, and what they held is never read', () => {
    const { log, files } = openLog()
    fill(log, 50)
    log.dropBefore(log.flushed)
    expect(segmentsOn(files)).toEqual(['/log/log-4'])
    expect(files.paths().filter((path) => path.startsWith('/log/log-spare-'))).toHaveLength(2)
    const from = log.flushed
    fill(log, 20)
    expect(segmentsOn(files)).toEqual(['/log/log-4', '/log/log-5'])
    expect(commitsIn(files, from).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 20 }, (_, i) => from + i + 1),
    )
  })

  test('are kept while a commit in them is needed', () => {
    const { log, files } = openLog()
    fill(log, 50)
    for (let sequence = 1; sequence <= 50; sequence++) {
      log.dropBefore(sequence)
      expect(commitsIn(files, sequence - 1)).toHaveLength(51 - sequence)
    }
  })

  test('are not used again while a write to them is under way that a flush has overtaken', async () => {
    const { log, files } = openLog()
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    files.pause = () => gate
    commit(log, setName(1))
    const overtaken = log.flush()
    await new Promise((resolve) => setImmediate(resolve))
    fill(log, 50)
    log.dropBefore(log.flushed)
    expect(segmentsOn(files)).toContain('/log/log-1')
    release()
    await overtaken
    log.dropBefore(log.flushed)
    expect(segmentsOn(files)).toEqual(['/log/log-4'])
  })

  test('are written ahead in the background, so that going on to the next takes no write of zeros', async () => {
    const { log, files } = openLog()
    fill(log, 12)
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(files.paths()).toContain('/log/log-spare-2')
    log.close()
  })

  test('of which one is missing are damage', () => {
    const { log, files } = openLog()
    fill(log, 50)
    files.remove('/log/log-2')
    expect(() => commitsIn(files)).toThrow(code('DATABASE_CORRUPT'))
    expect(() => commitsIn(files)).toThrow('the segment before it is missing, in /log/log-3')
    expect(commitsIn(files, 49)).toHaveLength(1)
    files.remove('/log/log-1')
    expect(() => commitsIn(files)).toThrow('what followed sequence 0 is missing')
  })

  test('of a later format are refused by name', () => {
    const { log, files } = openLog()
    log.close()
    const bytes = files.contents('/log/log-1')
    expect(bytes.subarray(0, 8)).toEqual(new TextEncoder().encode('SKEINLOG'))
    for (const at of [0, 512]) {
      Buffer.from(bytes.buffer).writeUInt32LE(2, at + 8)
      Buffer.from(bytes.buffer).writeUInt32LE(crc32(bytes.subarray(at, at + 32)), at + 32)
    }
    files.replace('/log/log-1', bytes)
    expect(() => commitsIn(files)).toThrow(code('DATABASE_VERSION'))
  })
})

describe('a failed flush', () => {
  const failWrites = (files: MemoryFileSystem, errorCode: string) => {
    files.failure = ({ operation }) => (operation === 'write' || operation === 'create' ? errorCode : undefined)
  }

  test('voids what was not safe, tells the owner before those who wait, and refuses work', async () => {
    const heard: string[] = []
    const { log, files } = openLog({ onFailure: (failure) => heard.push(`owner: ${failure.code}`) })
    commit(log, setName(1))
    await log.flush()
    commit(log, setName(2))
    commit(log, setName(3))
    failWrites(files, 'EIO')
    await log.flush().catch((failure) => heard.push(`writer: ${failure.code}`))
    expect(heard).toEqual(['owner: STORAGE_FAILED', 'writer: STORAGE_FAILED'])
    expect([log.sequence, log.flushed, log.failure?.code]).toEqual([1, 1, 'STORAGE_FAILED'])
    expect(() => log.beginTransaction()).toThrow(code('STORAGE_FAILED'))
    await expect(log.flush(2)).rejects.toThrow(code('STORAGE_FAILED'))
    await expect(log.flush(1)).resolves.toBeUndefined()
  })

  test('stays failed while the disk refuses, and goes on when it does not, with new sequences', async () => {
    const { log, files } = openLog()
    commit(log, setName(1))
    failWrites(files, 'EIO')
    await log.flush().catch(() => undefined)
    expect(() => log.recoverFromFailure()).toThrow(code('STORAGE_FAILED'))
    files.failure = undefined
    log.recoverFromFailure()
    expect(commit(log, setName(2))).toBe(2)
    await log.flush()
    await expect(log.flush(1)).rejects.toThrow(code('STORAGE_FAILED'))
    expect([log.isSafe(1), log.isSafe(2), log.isSafe(3)]).toEqual([false, true, false])
    expect(commitsIn(files)).toEqual([{ sequence: 2, changes: [setName(2)] }])
    log.close()
    expect(openLog({}, files).log.sequence).toBe(2)
  })

  test('leaves nothing that is ever read back as committed, whatever part of the write was done', async () => {
    for (let seed = 0; seed < 100; seed++) {
      const files = new MemoryFileSystem(seed)
      files.makeDirectory(directory)
      const { log } = openLog({}, files)
      commit(log, setName(1))
      await log.flush()
      commit(log, setName(2))
      let failures = 1
      files.failure = ({ operation }) => (operation === 'write' && failures-- > 0 ? 'EIO' : undefined)
      await log.flush().catch(() => undefined)
      expect(commitsIn(files.crash(seed)).map(({ sequence }) => sequence)).toEqual([1])
    }
  })

  test('for want of room says so; commits that still found room are safe', async () => {
    const { log, files } = openLog()
    files.failure = ({ operation }) => (operation === 'create' ? 'ENOSPC' : undefined)
    for (let id = 1; id <= 20; id++) commit(log, setName(id, 1000))
    await expect(log.flush()).rejects.toThrow(code('STORAGE_FULL'))
    expect(log.flushed).toBeGreaterThan(10)
    expect(log.flushed).toBeLessThan(20)
    expect(() => log.recoverFromFailure()).toThrow(code('STORAGE_FULL'))
    const { flushed } = log
    files.failure = undefined
    log.recoverFromFailure()
    expect(commit(log, setName(21))).toBe(21)
    await log.flush()
    expect(commitsIn(files).map(({ sequence }) => sequence)).toEqual([
      ...Array.from({ length: flushed }, (_, i) => i + 1),
      21,
    ])
  })

  test('in the middle of a large transaction voids that transaction', () => {
    const { log, files } = openLog({ segmentBytes: 256 * 1024 })
    failWrites(files, 'ENOSPC')
    log.beginTransaction()
    const appendAll = () => {
      for (let id = 1; id <= 40_000; id++) log.append(setName(id, 50))
    }
    expect(appendAll).toThrow(code('STORAGE_FULL'))
    files.failure = undefined
    log.recoverFromFailure()
    commit(log, setName(1))
    log.flushSync()
    expect(commitsIn(files)).toEqual([{ sequence: 1, changes: [setName(1)] }])
  })

  test('that overtook a group under way voids the group too, and waits for it before it clears the place', async () => {
    const { log, files } = openLog()
    let release = () => {}
    files.pause = () => new Promise((resolve) => (release = resolve))
    commit(log, setName(1))
    const first = log.flush()
    first.catch(() => undefined)
    await new Promise(setImmediate)
    commit(log, setName(2))
    let failures = 1
    files.failure = ({ operation }) => (operation === 'write' && failures-- > 0 ? 'EIO' : undefined)
    expect(() => log.flushSync()).toThrow(code('STORAGE_FAILED'))
    await expect(first).rejects.toThrow(code('STORAGE_FAILED'))
    expect(() => log.recoverFromFailure()).toThrow(code('STORAGE_FAILED'))
    release()
    await new Promise(setImmediate)
    expect(commitsIn(files.clone())).toEqual([])
    log.recoverFromFailure()
    expect(log.flushed).toBe(2)
  })

  test('whose records can be read but are not on the disk are written again when the log is opened', () => {
    for (let seed = 0; seed < 100; seed++) {
      const files = new MemoryFileSystem(seed)
      files.makeDirectory(directory)
      const { log } = openLog({}, files)
      commit(log, setName(1))
      files.failure = ({ operation }) => (operation === 'write' ? 'EIO' : undefined)
      expect(() => log.flushSync()).toThrow(code('STORAGE_FAILED'))
      log.close()
      files.failure = undefined
      const again = openLog({}, files).log
      const found = again.sequence
      commit(again, setName(2))
      again.flushSync()
      const crashes = Array.from({ length: 10 }, (_, i) => files.crash(1_000 + 10 * seed + i))
      for (const disk of crashes) {
        expect(commitsIn(disk).map(({ sequence }) => sequence)).toEqual(found === 1 ? [1, 2] : [1])
      }
    }
  })

  test('when opening throws the reason', () => {
    const files = newDisk()
    files.failure = ({ operation }) => (operation === 'create' ? 'ENOSPC' : undefined)
    expect(() => openLog({}, files)).toThrow(code('STORAGE_FULL'))
  })
})
