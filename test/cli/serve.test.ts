/** `skein serve` as a process: where it listens, what it says, how it stops. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { open } from '../../src/index.js'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
let directory: string
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-serve-'))))
afterAll(() => rmSync(directory, { recursive: true }))

function start(...args: string[]): ChildProcess {
  const environment = { ...process.env }
  delete environment.SKEIN_DB
  return spawn(process.execPath, ['--import', 'tsx', main, 'serve', ...args], { env: environment })
}

/** Where it listens, from its first line. */
async function urlOf(server: ChildProcess): Promise<string> {
  const [chunk] = await once(server.stdout!, 'data')
  return /http:\/\/\S+/.exec(String(chunk))![0]
}

async function query(url: string, statement: string, route = '') {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ statement })
  return (await fetch(`${url}/db/skein/query/v2${route}`, { method: 'POST', headers, body })).json()
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s closes the database, with what was written in it', async (signal) => {
  const path = join(directory, signal)
  const server = start(path, '--port', '0')
  const exit = once(server, 'exit')
  await query(await urlOf(server), "CREATE (:Person {name: 'Ann'})")
  server.kill(signal)
  expect(await exit).toEqual([0, null])
  const database = await open(path)
  expect(database.info().nodeCount).toBe(1)
  await database.close()
})

test('SIGTERM rolls back transactions that are open, and leaves what was committed', async () => {
  const path = join(directory, 'transactions')
  const server = start(path, '--port', '0')
  const exit = once(server, 'exit')
  const url = await urlOf(server)
  await query(url, 'CREATE (:Committed)')
  expect(await query(url, 'CREATE (:Open)', '/tx')).toMatchObject({ transaction: { id: expect.any(String) } })
  server.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
  const database = await open(path)
  expect(database.info().labels).toMatchObject({ Committed: 1 })
  expect(database.info().nodeCount).toBe(1)
  await database.close()
})

test('without a directory the database lives in memory; a port in use ends another server with exit code 1', async () => {
  const server = start('--port', '0')
  const url = await urlOf(server)
  expect(await query(url, 'RETURN 1 AS one')).toMatchObject({ data: { values: [[1]] } })
  const { port } = new URL(url)
  const second = start('--port', port)
  const [errors, [code]] = await Promise.all([text(second.stderr!), once(second, 'exit')])
  expect(code).toBe(1)
  expect(errors).toBe(
    `ADDRESS_UNAVAILABLE: cannot listen on 127.0.0.1, port ${port}: the port is in use; stop what uses it, or choose another port\n`,
  )
  server.kill()
  await once(server, 'exit')
})
