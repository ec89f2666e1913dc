/** What opening says of files that are in use or damaged. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { open } from '../../src/index.js'
import { MemoryFileSystem } from '../support/memory-environment.js'
import { contentOf, openStorage, Workload } from './workload.js'

const code = (name: string) => expect.objectContaining({ code: name })

/** A disk with a database that has a checkpoint and some log behind it, and what it holds. */
async function writtenDatabase() {
  const files = new MemoryFileSystem()
  const work = new Workload(files, 3)
  await work.run(12)
  const storage = openStorage(files)
  await storage.checkpoint()
  await storage.close()
  const more = new Workload(files, 4)
  await more.run(3)
  const content = contentOf(more.storage.stores)
  return { files, content }
}

/** Opens the disk; gives undefined where that is refused because of damage. */
async function contentFound(files: MemoryFileSystem): Promise<string | undefined> {
  try {
    const storage = openStorage(files)
    const content = contentOf(storage.stores)
    await storage.close()
    return content
  } catch (error) {
    expect(['DATABASE_CORRUPT', 'DATABASE_VERSION']).toContain((error as { code?: string }).code)
    return undefined
  }
}

test('a second process that opens the database is told who has it, and the first is not disturbed', async () => {
  const path = mkdtempSync(join(tmpdir(), 'skein-two-'))
  const other = spawn(process.execPath, ['--import', 'tsx', 'test/crash/writer.ts', path], { stdio: 'pipe' })
  try {
    const said = () => once(other.stdout, 'data')
    await said()
    other.stdin.write('start\n')
    await said()
    await expect(open(path)).rejects.toThrow(code('DATABASE_LOCKED'))
    await expect(open(path)).rejects.toThrow(`open in process ${other.pid}`)
    await said()
  } finally {
    other.kill('SIGKILL')
    await once(other, 'close')
    const db = await open(path)
    await db.close()
    rmSync(path, { recursive: true })
  }
}, 60_000)

test('a manifest cut at any byte is damage: it is renamed into place whole, so no crash cuts it', async () => {
  const { files } = await writtenDatabase()
  const bytes = files.contents('/data/manifest')
  for (let cut = 0; cut < bytes.length; cut++) {
    const disk = files.clone()
    disk.replace('/data/manifest', bytes.subarray(0, cut))
    expect(() => openStorage(disk)).toThrow(code('DATABASE_CORRUPT'))
  }
})

test('a manifest with any bit flipped is damage', async () => {
  const { files, content } = await writtenDatabase()
  const bytes = files.contents('/data/manifest')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const disk = files.clone()
    const flipped = bytes.slice()
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    disk.replace('/data/manifest', flipped)
    expect(await contentFound(disk)).toBeUndefined()
  }
  expect(await contentFound(files)).toBe(content)
})

test('a checkpoint with a bit flipped is damage, or lost nothing', async () => {
  const { files, content } = await writtenDatabase()
  const path = files.paths().find((each) => each.includes('checkpoint-'))!
  const bytes = files.contents(path)
  // A step that is no multiple of a word or a page meets all of them in turn.
  for (let bit = 0; bit < bytes.length * 8; bit += 4_099) {
    const disk = files.clone()
    const flipped = bytes.slice()
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    disk.replace(path, flipped)
    const found = await contentFound(disk)
    if (found !== undefined) expect(found).toBe(content)
  }
}, 120_000)

test('a checkpoint cut anywhere is damage', async () => {
  const { files } = await writtenDatabase()
  const path = files.paths().find((each) => each.includes('checkpoint-'))!
  const bytes = files.contents(path)
  for (let cut = 0; cut < bytes.length; cut += 1 + Math.floor(bytes.length / 200)) {
    const disk = files.clone()
    disk.replace(path, bytes.subarray(0, cut))
    expect(await contentFound(disk)).toBeUndefined()
  }
}, 120_000)
