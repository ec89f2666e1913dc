/** The campaign of simulated crashes is only worth its time if it finds faults that were put in on purpose. */
import { afterEach, expect, test, vi } from 'vitest'
import type { FileSystem } from '../../src/core/environment.js'
import type { StorageOptions } from '../../src/database/storage.js'

const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

/** Runs the campaign over modules loaded anew, so that those replaced by `vi.doMock` are met. */
async function campaign(options: StorageOptions = {}): Promise<number> {
  vi.resetModules()
  const { crashEverywhere } = await import('./simulated.js')
  return crashEverywhere({ seeds, options, crashesMax: 400 })
}

function withoutFlush(files: FileSystem): FileSystem {
  return new Proxy(files, {
    get(_, name: keyof FileSystem) {
      return name === 'flushDirectory' ? () => undefined : (files[name] as () => unknown).bind(files)
    },
  })
}

afterEach(() => {
  vi.doUnmock('node:zlib')
  vi.doUnmock('../../src/log/read-log.js')
  vi.doUnmock('../../src/log/segments.js')
})

test('an answer before the flush is found', async () => {
  await expect(campaign({ faults: { answerUnflushed: true } })).rejects.toThrow('was acknowledged, but only')
}, 120_000)

test('a checkpoint that counts before it was flushed is found', async () => {
  await expect(campaign({ faults: { renameBeforeFlush: true } })).rejects.toThrow(/power failing at call/)
}, 120_000)

test('checksums that are not looked at are found', async () => {
  vi.doMock('node:zlib', async (original) => ({ ...(await original<typeof import('node:zlib')>()), crc32: () => 0 }))
  await expect(campaign()).rejects.toThrow(/power failing at call/)
}, 120_000)

test('a replay that forgets one kind of change is found', async () => {
  vi.doMock('../../src/log/read-log.js', async (original) => {
    const real = await original<typeof import('../../src/log/read-log.js')>()
    function* readLog(...given: Parameters<typeof real.readLog>) {
      for (const event of real.readLog(...given)) {
        if (event.kind !== 'change' || event.change.kind !== 'removeLabel') yield event
      }
    }
    return { ...real, readLog }
  })
  await expect(campaign()).rejects.toThrow(
    /not that after commit|opened again, it is not what it was|after the crash is lost/,
  )
}, 120_000)

test('segments whose names are not flushed before records are written are found', async () => {
  vi.doMock('../../src/log/segments.js', async (original) => {
    const real = await original<typeof import('../../src/log/segments.js')>()
    class Forgetful extends real.SegmentFiles {
      constructor({ files }: ConstructorParameters<typeof real.SegmentFiles>[0], directory: string, bytes: number) {
        super({ files: withoutFlush(files) }, directory, bytes)
      }
    }
    return { ...real, SegmentFiles: Forgetful }
  })
  await expect(campaign()).rejects.toThrow('was acknowledged, but only')
}, 120_000)
