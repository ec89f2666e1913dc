import { expect, test, vi } from 'vitest'
import { crashEverywhere } from '../support/log-crash.js'

vi.mock('node:zlib', async (original) => ({ ...(await original<typeof import('node:zlib')>()), crc32: () => 0 }))

test('the crash test finds checksums that are not looked at', async () => {
  await expect(crashEverywhere([1, 2, 3, 4, 5])).rejects.toThrow('power failing at call')
})
