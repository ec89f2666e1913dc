import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../src/core/bytes.js'
import type { Change } from '../../src/core/change.js'
import { Log } from '../../src/log/log.js'
import { checksumSeed, headerBytes, recordFlags, writeRecord } from '../../src/log/record.js'
import { listSegments } from '../../src/log/segments.js'
import { type Commit, commit, commitsIn, directory, setName } from '../support/logs.js'
import { MemoryFileSystem, memoryEnvironment } from '../support/memory-environment.js'

const segmentBytes = 4096

/** A disk with a log of some segments: commits of one change and of several, and one larger than a segment. */
function writtenLog(commitCount: number, end: (log: Log) => void) {
  const files = new MemoryFileSystem()
  files.makeDirectory(directory)
  const log = Log.open(memoryEnvironment(files), directory, { segmentBytes })
  for (let id = 1; id <= commitCount; id++) {
    if (id === 5) commit(log, setName(id, 5_000))
    else commit(log, ...Array.from({ length: 1 + (id % 3) }, (_, i) => setName(id * 10 + i)))
    if (id % 2 === 0) log.flushSync()
  }
  log.flushSync()
  end(log)
  return { files, whole: commitsIn(files), paths: files.paths().filter((path) => /log-\d+$/.test(path)) }
}

const abandon = () => {}
const close = (log: Log) => log.close()

/** What a reader finds: the commits, or undefined where it reports damage. */
function read(files: MemoryFileSystem): Commit[] | undefined {
  try {
    return commitsIn(files)
  } catch (error) {
    expect(error).toMatchObject({ code: 'DATABASE_CORRUPT' })
    return undefined
  }
}

const isPrefix = (found: Commit[], whole: Commit[]) =>
  JSON.stringify(found) === JSON.stringify(whole.slice(0, found.length))

describe('a log cut at any byte', () => {
  test('of its last segment holds a prefix of the committed work, and goes on from there', () => {
    const { files, whole, paths } = writtenLog(12, abandon)
    const path = paths.at(-1)!
    const bytes = files.contents(path)
    const seen = new Set<number>()
    for (let cut = 0; cut <= bytes.length; cut++) {
      const disk = files.clone()
      disk.replace(path, bytes.subarray(0, cut))
      const found = commitsIn(disk)
      expect(isPrefix(found, whole)).toBe(true)
      seen.add(found.length)
      if (cut % 7 !== 0) continue
      const log = Log.open(memoryEnvironment(disk, 2), directory, { segmentBytes })
      const sequence = commit(log, setName(99))
      log.flushSync()
      expect(commitsIn(disk)).toEqual([...found, { sequence, changes: [setName(99)] }])
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  test('of an earlier segment is damaged, or lost nothing', () => {
    const { files, whole, paths } = writtenLog(12, abandon)
    const bytes = files.contents(paths[0]!)
    for (let cut = 0; cut <= bytes.length; cut++) {
      files.replace(paths[0]!, bytes.subarray(0, cut))
      const found = read(files)
      if (found !== undefined) expect(found).toEqual(whole)
    }
    expect(read(files)).toEqual(whole)
  })
})

describe('a log with any bit flipped', () => {
  /** Calls `check` with what a reader finds after each flip of a bit in the used part of each segment. */
  function flipEach(
    { files, paths }: ReturnType<typeof writtenLog>,
    check: (found: Commit[] | undefined, place: string) => void,
  ): void {
    for (const path of paths) {
      const bytes = files.contents(path)
      const used = bytes.findLastIndex((byte) => byte !== 0) + 1
      for (let bit = 0; bit < used * 8; bit++) {
        // The padding of the headers is not read.
        const at = bit >> 3
        if (at < headerBytes && at % 512 >= 40) continue
        bytes[at]! ^= 1 << (bit & 7)
        files.replace(path, bytes)
        check(read(files), `bit ${bit} of ${path}`)
        bytes[at]! ^= 1 << (bit & 7)
      }
      files.replace(path, bytes)
    }
  }

  test('that was closed is damaged, or lost nothing', () => {
    const log = writtenLog(7, close)
    flipEach(log, (found, place) => {
      if (found !== undefined) expect(found, place).toEqual(log.whole)
    })
  })

  test('that was not closed may have lost the commits of its last write, as if that had been torn, and nothing else', () => {
    const log = writtenLog(7, abandon)
    let lost = 0
    flipEach(log, (found, place) => {
      if (found === undefined) return
      expect(isPrefix(found, log.whole), place).toBe(true)
      expect(found.length, place).toBeGreaterThanOrEqual(6)
      lost += 7 - found.length
    })
    expect(lost).toBeGreaterThan(0)
  })
})

test('damage is reported with its file and offset, after all that comes before it was given', () => {
  const { files, paths } = writtenLog(4, abandon)
  const bytes = files.contents(paths[0]!)
  bytes[headerBytes + 50]! ^= 1
  files.replace(paths[0]!, bytes)
  expect(() => commitsIn(files)).toThrow(
    expect.objectContaining({
      code: 'DATABASE_CORRUPT',
      details: expect.objectContaining({ file: '/log/log-1', offset: headerBytes }),
    }),
  )
})

test('a sector that the disk lost from the middle is damage, not the end', () => {
  const { files, paths } = writtenLog(4, abandon)
  const bytes = files.contents(paths[0]!)
  bytes.fill(0, headerBytes, headerBytes + 64)
  files.replace(paths[0]!, bytes)
  expect(() => commitsIn(files)).toThrow('a record is missing')
})

test('a group of which any sectors were written is a torn end, never damage', () => {
  for (let seed = 0; seed < 300; seed++) {
    const files = new MemoryFileSystem()
    files.makeDirectory(directory)
    const log = Log.open(memoryEnvironment(files, seed), directory, { segmentBytes: 16 * 1024 })
    commit(log, setName(1))
    log.flushSync()
    for (let id = 2; id <= 40; id++) commit(log, setName(id, 100))
    files.powerFailsAt = files.callCount + 1
    expect(() => log.flushSync()).toThrow()
    const found = commitsIn(files.crash(seed))
    expect(found.map(({ sequence }) => sequence)).toEqual(found.map((_, i) => i + 1))
    expect(found.length).toBeGreaterThanOrEqual(1)
  }
})

test('the tail of an earlier life of a segment is never read, wherever the new records end', () => {
  const files = new MemoryFileSystem()
  files.makeDirectory(directory)
  const log = Log.open(memoryEnvironment(files), directory, { segmentBytes })
  // All records have one length, so that new ones end exactly where old ones begin.
  const fill = () => {
    const from = log.flushed
    while (log.flushed < from + 200) {
      commit(log, setName(100_000 + log.sequence))
      log.flushSync()
      expect(commitsIn(files, from)).toHaveLength(log.flushed - from)
    }
    log.dropBefore(log.flushed)
  }
  for (let round = 0; round < 4; round++) fill()
})

describe('a torn commit whose value holds the bytes of a record', () => {
  /** A log of one commit and one torn, with a record of sequence 2 inside its value, made for a header with `salt`. */
  function tornWithRecordInside(saltOf: (real: number) => number): MemoryFileSystem {
    const files = new MemoryFileSystem()
    files.makeDirectory(directory)
    const log = Log.open(memoryEnvironment(files), directory, { segmentBytes })
    commit(log, setName(1))
    log.flushSync()
    const [segment] = listSegments(files, directory)
    const header = { ...segment!.header!, salt: saltOf(segment!.header!.salt) }
    const record = new ByteWriter()
    const head = { sequence: 2, time: 0, back: 0, part: 0, flags: recordFlags.commits }
    writeRecord(record, head, { bytes: new Uint8Array(1), start: 0, end: 0 }, checksumSeed(header))
    const torn = log.bytes
    commit(log, { ...setName(2), value: new Uint8Array(record.view()) } as Change)
    log.flushSync()
    const bytes = files.contents('/log/log-1')
    bytes[torn]! ^= 1
    files.replace('/log/log-1', bytes)
    return files
  }

  test('gives that record no credit, as whoever stored the value did not know the salt', () => {
    const files = tornWithRecordInside((real) => (real ^ 1) >>> 0)
    expect(commitsIn(files).map(({ sequence }) => sequence)).toEqual([1])
  })

  test('would be taken for damage if the salt were known', () => {
    const files = tornWithRecordInside((real) => real)
    expect(() => commitsIn(files)).toThrow('a record is missing')
  })
})
