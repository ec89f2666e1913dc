/** `Accept: application/x-ndjson`: rows as they are found. */
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { Database } from '../../src/index.js'
import { endless, queryPath, type Served, served } from './support/served.js'

const lines = { accept: 'application/x-ndjson' }
const manyRows = 'UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b RETURN a, b'

function linesOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Begins a stream; the response is read only as far as the caller reads it. */
function begin({ server }: Served, statement: string) {
  const call = request(server.url + queryPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...lines },
  })
  call.on('error', () => undefined)
  call.end(JSON.stringify({ statement }))
  return call
}

/** Counts the rows that the database gives. */
function watchRows(database: Database): { count: number; ended: boolean } {
  const seen = { count: 0, ended: false }
  const batches = database.batches.bind(database)
  vi.spyOn(database, 'batches').mockImplementation(async function* (...call: Parameters<typeof batches>) {
    const rows = batches(...call)
    try {
      let batch: Awaited<ReturnType<typeof rows.next>>
      while (!(batch = await rows.next()).done) {
        seen.count += batch.value.length
        yield batch.value
      }
      return batch.value
    } finally {
      await rows.return(undefined as never)
      seen.ended = true
    }
  })
  return seen
}

test('fields come first, then a line for each row, then the summary', async () => {
  const { query } = await served()
  const { status, headers, text } = await query(
    { statement: 'UNWIND [1, 2.0] AS n RETURN n', includeCounters: true },
    lines,
  )
  expect(status).toBe(202)
  expect(headers.get('content-type')).toBe('application/x-ndjson')
  expect(text).toMatch(/^\{"fields":\["n"\]\}\n\[1\]\n\[2\.0\]\n\{"summary":\{.*\}\}\n$/)
  expect(linesOf(text)[3]).toMatchObject({ summary: { counters: { containsUpdates: false } } })
})

test('a write streams what it returns', async () => {
  const { query, database } = await served()
  const { text } = await query({ statement: 'UNWIND range(1, 3) AS n CREATE (:N {n: n}) RETURN n' }, lines)
  expect(linesOf(text).slice(0, 4)).toEqual([{ fields: ['n'] }, [1], [2], [3]])
  expect(database.info().nodeCount).toBe(3)
})

test('what is wrong before the first row is an error as ever', async () => {
  const { query } = await served()
  expect(await query({ statement: 'RETURN $x' }, lines)).toMatchObject({
    status: 400,
    body: { errors: [{ skeinCode: 'PARAMETER_MISSING' }] },
  })
})

test('what goes wrong after the first row is the last line', async () => {
  const { query } = await served()
  const statement = 'UNWIND range(1, 1000) AS a UNWIND range(1, 1000) AS b RETURN 1 / (1000 - a) AS n'
  const { status, text } = await query({ statement }, lines)
  expect(status).toBe(202)
  expect(linesOf(text).at(-1)).toMatchObject({ errors: [{ skeinCode: 'ARITHMETIC' }] })
})

test('all rows come, each once', async () => {
  const { query } = await served()
  const { text } = await query({ statement: 'UNWIND range(1, 200000) AS n RETURN n' }, lines)
  const rows = linesOf(text).slice(1, -1)
  expect(rows).toHaveLength(200_000)
  expect(rows.every((row, i) => (row as number[])[0] === i + 1)).toBe(true)
})

test('a client that does not read holds the query back', async () => {
  const skein = await served()
  const seen = watchRows(skein.database)
  const call = begin(skein, manyRows)
  const response = await new Promise((resolve) => call.on('response', resolve))
  expect(response).toMatchObject({ statusCode: 202 })
  // Buffers of the sockets fill up; then nothing moves.
  let before = -1
  await vi.waitFor(async () => {
    before = seen.count
    await sleep(200)
    expect(seen.count).toBe(before)
  }, 20_000)
  expect(seen.ended).toBe(false)
  call.destroy()
  await vi.waitFor(() => expect(seen.ended).toBe(true))
})

test('closing the connection ends the query, whether rows come or not', async () => {
  const skein = await served()
  const seen = watchRows(skein.database)
  for (const statement of [manyRows, endless]) {
    seen.ended = false
    const call = begin(skein, statement)
    await vi.waitFor(() =>
      expect(skein.database.batches).toHaveBeenLastCalledWith(statement, undefined, expect.anything()),
    )
    call.destroy()
    await vi.waitFor(() => expect(seen.ended).toBe(true))
  }
})
