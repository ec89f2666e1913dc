/** The `skein` process itself: exit codes, closed pipes, arguments. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
let directory: string
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-main-'))))
afterAll(() => rmSync(directory, { recursive: true }))

function start(...args: string[]) {
  return spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { ...process.env, SKEIN_DB: join(directory, 'db') },
  })
}

async function skein(...args: string[]) {
  const child = start(...args)
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: (await closed)[0], out, err }
}

test('a query prints its answer and exits with 0, a wrong one with 1, a wrong call with 2', async () => {
  expect(await skein('query', 'RETURN 1 AS a', '--format', 'jsonl')).toEqual({ code: 0, out: '{"a":1}\n', err: '' })
  expect(await skein('query', 'RETURN')).toMatchObject({ code: 1, out: '' })
  expect(await skein('query', 'RETURN 1', '--dir', '/nowhere')).toMatchObject({ code: 2, out: '' })
}, 30_000)

test('a reader that closes the pipe early is no failure', async () => {
  await skein('query', 'UNWIND range(1, 200000) AS n CREATE (:N {n: n})')
  const child = start('query', 'MATCH (n:N) RETURN n.n AS n')
  const errors = text(child.stderr)
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  expect(await closed).toEqual([0, null])
  expect(await errors).toBe('')
}, 30_000)
