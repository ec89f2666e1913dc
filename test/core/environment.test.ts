import { fork, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { nodeEnvironment } from '../../src/core/node-environment.js'
import { MemoryFileSystem, PowerLoss } from '../support/memory-environment.js'

const directories: string[] = []
function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'skein-'))
  directories.push(directory)
  return directory
}

function memoryDirectory(): string {
  return '/data'
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

const bytes = (text: string) => new TextEncoder().encode(text)
const code = (name: string) => expect.objectContaining({ code: name })

function memoryFiles(): MemoryFileSystem {
  const files = new MemoryFileSystem()
  files.makeDirectory('/data')
  return files
}

describe.each([
  { name: 'on disk', files: () => nodeEnvironment.files, directory: scratchDirectory },
  { name: 'in memory', files: memoryFiles, directory: memoryDirectory },
])('a file system $name', ({ files: makeFiles, directory: makeDirectory }) => {
  test('gives back what was written, and zeros where nothing was', async () => {
    const files = makeFiles()
    const path = `${makeDirectory()}/a`
    const file = files.open(path, 'create', { durable: true })
    file.write(bytes('hello'), 2)
    await file.writeAsync(bytes('!'), 7)
    file.flush()
    await file.flushAsync()
    const target = new Uint8Array(20)
    expect(file.read(target, 0)).toBe(8)
    expect(Buffer.from(target.subarray(0, 8)).toString()).toBe('\0\0hello!')
    expect([file.read(target, 8), file.size()]).toEqual([0, 8])
    file.close()
  })

  test('creates only what is not there and opens only what is', () => {
    const files = makeFiles()
    const path = `${makeDirectory()}/a`
    expect(() => files.open(path, 'read')).toThrow(code('ENOENT'))
    files.open(path, 'create').close()
    expect(() => files.open(path, 'create')).toThrow(code('EEXIST'))
    const file = files.open(path, 'read')
    expect(() => file.write(bytes('x'), 0)).toThrow(code('EBADF'))
    file.close()
  })

  test('renames over what is there, lists and removes', () => {
    const files = makeFiles()
    const directory = makeDirectory()
    for (const name of ['a', 'b']) {
      const file = files.open(`${directory}/${name}`, 'create')
      file.write(bytes(name), 0)
      file.close()
    }
    files.makeDirectory(`${directory}/inner`)
    files.makeDirectory(`${directory}/inner`)
    files.rename(`${directory}/a`, `${directory}/b`)
    files.flushDirectory(directory)
    expect(files.list(directory).sort()).toEqual(['b', 'inner'])
    const file = files.open(`${directory}/b`, 'read')
    const target = new Uint8Array(1)
    file.read(target, 0)
    file.close()
    expect(target).toEqual(bytes('a'))
    files.remove(`${directory}/b`)
    expect([files.exists(`${directory}/b`), files.exists(`${directory}/inner`)]).toEqual([false, true])
  })

  test('locks a path once, until it is released', () => {
    const files = makeFiles()
    const path = `${makeDirectory()}/lock`
    const lock = files.lock(path)
    expect(() => files.lock(path)).toThrow(code('DATABASE_LOCKED'))
    lock.release()
    files.lock(path).release()
  })
})

describe('the lock file', () => {
  const holderOf = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

  test('names its holder, and the error does too', () => {
    const path = `${scratchDirectory()}/lock`
    const lock = nodeEnvironment.files.lock(path)
    expect(holderOf(path)).toMatchObject({ pid: process.pid })
    expect(() => nodeEnvironment.files.lock(path)).toThrow(/open in this process since 20/)
    lock.release()
  })

  test('of a living process keeps others out; once it is killed the lock is taken over', async () => {
    const directory = scratchDirectory()
    const path = `${directory}/lock`
    const other = spawn('sleep', ['60'])
    const lock = nodeEnvironment.files.lock(path)
    // The same file as that process would have left: this one's, with its number and its start.
    const start = readFileSync(`/proc/${other.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19]
    const text = JSON.stringify({ ...holderOf(path), pid: other.pid, start })
    lock.release()
    writeFileSync(path, text)
    expect(() => nodeEnvironment.files.lock(path)).toThrow(`open in process ${other.pid}`)
    const gone = new Promise((resolve) => other.once('exit', resolve))
    other.kill('SIGKILL')
    await gone
    const taken = nodeEnvironment.files.lock(path)
    expect(holderOf(path).pid).toBe(process.pid)
    taken.release()
    expect(readdirSync(directory)).toEqual([])
  })

  test.each([
    ['whose number was given to another process', { start: '1' }],
    ['from before the last boot', { boot: 'another boot' }],
  ])('of a holder %s is taken over', (_, difference) => {
    const path = `${scratchDirectory()}/lock`
    const lock = nodeEnvironment.files.lock(path)
    const text = JSON.stringify({ ...holderOf(path), ...difference })
    lock.release()
    writeFileSync(path, text)
    nodeEnvironment.files.lock(path).release()
  })

  test('without a readable holder, as a power loss leaves it, is taken over', () => {
    const path = `${scratchDirectory()}/lock`
    writeFileSync(path, '')
    nodeEnvironment.files.lock(path).release()
  })

  test('of a holder on another host is respected, as nobody can see from here whether it lives', () => {
    const path = `${scratchDirectory()}/lock`
    writeFileSync(path, JSON.stringify({ pid: 1, start: '1', boot: 'b', host: 'elsewhere', since: 'yesterday' }))
    expect(() => nodeEnvironment.files.lock(path)).toThrow('open in process 1 on elsewhere')
  })

  test('whose taking over was itself cut off is taken over all the same', () => {
    const directory = scratchDirectory()
    const path = `${directory}/lock`
    const lock = nodeEnvironment.files.lock(path)
    const holder = holderOf(path)
    lock.release()
    writeFileSync(path, JSON.stringify({ ...holder, start: '1' }))
    writeFileSync(`${path}.${process.pid}-1`, JSON.stringify({ ...holder, start: '2' }))
    nodeEnvironment.files.lock(path).release()
    expect(readdirSync(directory)).toEqual([])
  })

  test('of a dead holder is won by exactly one of many processes', async () => {
    const path = `${scratchDirectory()}/lock`
    const lock = nodeEnvironment.files.lock(path)
    const stale = JSON.stringify({ ...holderOf(path), start: '1' })
    lock.release()
    writeFileSync(path, stale)
    const contenders = Array.from({ length: 6 }, () =>
      fork('test/support/lock-contender.ts', [path], { execArgv: ['--import', 'tsx'] }),
    )
    const heard = (child: (typeof contenders)[number]) =>
      new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message))))
    await Promise.all(contenders.map(heard))
    const outcomes = contenders.map(heard)
    for (const child of contenders) child.send('go')
    const won = (await Promise.all(outcomes)).filter((outcome) => outcome === 'won')
    for (const child of contenders) child.kill('SIGKILL')
    expect(won).toHaveLength(1)
  }, 20_000)
})

describe('a crash', () => {
  const content = (files: MemoryFileSystem) => Buffer.from(files.contents('/data/a')).toString()

  function withFile(options: { durable?: boolean } = {}) {
    const files = memoryFiles()
    const file = files.open('/data/a', 'create', options)
    files.flushDirectory('/data')
    return { files, file }
  }

  const seeds = Array.from({ length: 200 }, (_, seed) => seed)

  test('keeps what was flushed, and any part of what was not', () => {
    const { files, file } = withFile()
    file.write(bytes('AAAA'), 0)
    file.flush()
    file.write(bytes('BB'), 2)
    const found = new Set(seeds.map((seed) => content(files.crash(seed))))
    expect([...found].sort()).toEqual(['AAAA', 'AAAB', 'AABA', 'AABB'])
  })

  test('keeps a write to a durable file once it has returned', async () => {
    const { files, file } = withFile({ durable: true })
    file.write(bytes('AAAA'), 0)
    await file.writeAsync(bytes('BBBB'), 4)
    for (const seed of seeds) expect(content(files.crash(seed))).toBe('AAAABBBB')
  })

  test('keeps the bytes as they were at the write, whatever their owner does with them later', () => {
    const { files, file } = withFile()
    const owned = Buffer.from('AA')
    file.write(owned, 0)
    owned.fill('B')
    const found = new Set(seeds.map((seed) => content(files.crash(seed))))
    expect([...found].sort()).toEqual(['', '\0A', 'A', 'AA'])
  })

  test('tears a durable write that is under way', () => {
    const { files, file } = withFile({ durable: true })
    file.write(new Uint8Array(1024), 0)
    files.powerFailsAt = files.callCount + 1
    expect(() => file.write(new Uint8Array(1024).fill(1), 0)).toThrow(PowerLoss)
    const sums = seeds.map((seed) =>
      files
        .crash(seed)
        .contents('/data/a')
        .reduce((sum, byte) => sum + byte),
    )
    expect(new Set(sums).size).toBeGreaterThan(20)
    expect(sums).toContain(512)
  })

  test('tears one that is under way off the event loop', async () => {
    const { files, file } = withFile({ durable: true })
    const write = file.writeAsync(bytes('AA'), 0)
    const found = new Set(seeds.map((seed) => content(files.crash(seed))))
    expect(found).toContain('')
    expect(found).toContain('AA')
    await expect(write).rejects.toThrow(PowerLoss)
  })

  test('may or may not have let names be made, renamed and removed, until the directory is flushed', () => {
    const { files, file } = withFile()
    file.write(bytes('A'), 0)
    file.flush()
    files.rename('/data/a', '/data/b')
    files.open('/data/c', 'create')
    const found = new Set(seeds.map((seed) => files.crash(seed).paths().join()))
    expect([...found].sort()).toEqual(['/data/a', '/data/a,/data/c', '/data/b', '/data/b,/data/c'])
  })

  test('never undoes names whose directory was flushed', () => {
    const { files } = withFile()
    files.rename('/data/a', '/data/b')
    files.flushDirectory('/data')
    for (const seed of seeds) expect(files.crash(seed).paths()).toEqual(['/data/b'])
  })

  test('lets nothing more be done', () => {
    const { files, file } = withFile()
    files.crash(1)
    expect(() => file.write(bytes('A'), 0)).toThrow(PowerLoss)
    expect(() => files.list('/data')).toThrow(PowerLoss)
  })
})

test('a file system in memory can be told which calls fail, and a failing write may do a part', () => {
  const results = new Set<string>()
  for (let seed = 0; seed < 50; seed++) {
    const files = new MemoryFileSystem(seed)
    const file = files.open('a', 'create')
    files.failure = ({ operation }) => (operation === 'write' ? 'ENOSPC' : undefined)
    expect(() => file.write(bytes('AB'), 0)).toThrow(code('ENOSPC'))
    results.add(Buffer.from(files.contents('a')).toString())
  }
  expect(results).toContain('')
  expect(results).toContain('AB')
  expect(results).toContain('A')
})
