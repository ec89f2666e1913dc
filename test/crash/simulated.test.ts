import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('power lost within any of 2,000 writes, flushes and renames loses no acknowledged commit and leaves no half transaction', async () => {
  // In a process of its own, as the test runner's way of importing makes the stores three times slower.
  const campaign = promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/crash/campaign.ts', '2000'])
  expect((await campaign).stdout).toBe('2000 crashes\n')
}, 600_000)
