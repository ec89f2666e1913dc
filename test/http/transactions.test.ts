/** Transactions of several requests. */
import { afterEach, expect, test, vi } from 'vitest'
import { endless, queryPath, type Served, served } from './support/served.js'

const tx = `${queryPath}/tx`
afterEach(() => void vi.useRealTimers())

async function count({ query }: Served): Promise<number> {
  return (await query({ statement: 'MATCH (n) RETURN count(*)' })).body.data.values[0][0]
}

async function begin(skein: Served, body: object = {}): Promise<string> {
  const answer = await skein.send('POST', tx, body)
  expect(answer.status).toBe(202)
  return `${tx}/${answer.body.transaction.id}`
}

test('what statements did is seen by all after the commit, and by none before', async () => {
  const skein = await served()
  const path = await begin(skein, { statement: 'CREATE (:A)' })
  const second = await skein.send('POST', path, { statement: 'CREATE (:B)', includeCounters: true })
  expect(second.body).toMatchObject({ counters: { nodesCreated: 1 } })
  const within = await skein.send('POST', path, { statement: 'MATCH (n) RETURN count(*)' })
  expect(within.body.data.values).toEqual([[2]])
  expect(await count(skein)).toBe(0)
  const committed = await skein.send('POST', `${path}/commit`, { statement: 'CREATE (:C)' })
  expect(committed.status).toBe(202)
  expect(committed.body).toMatchObject({ bookmarks: [expect.stringMatching(/^FB:\d+$/)] })
  expect(committed.body).not.toHaveProperty('transaction')
  expect(await count(skein)).toBe(3)
})

test('begin, keeping alive and commit need no body', async () => {
  const { send } = await served()
  const opened = await send('POST', tx)
  expect(opened.body.data).toEqual({ fields: [], values: [] })
  const { id, expires } = opened.body.transaction
  expect(Date.parse(expires)).toBeGreaterThan(Date.now())
  expect((await send('POST', `${tx}/${id}`)).body.transaction.id).toBe(id)
  expect((await send('POST', `${tx}/${id}/commit`)).status).toBe(202)
})

test('DELETE takes everything back', async () => {
  const skein = await served()
  const path = await begin(skein, { statement: 'CREATE (:A)' })
  expect(await skein.send('DELETE', path)).toMatchObject({ status: 200, body: {} })
  expect(await count(skein)).toBe(0)
  expect((await skein.send('POST', path)).status).toBe(404)
})

test('a statement that fails takes its transaction with it', async () => {
  const skein = await served()
  const path = await begin(skein, { statement: 'CREATE (:A)' })
  expect((await skein.send('POST', path, { statement: 'RETURN 1 / 0' })).status).toBe(400)
  const after = await skein.send('POST', `${path}/commit`)
  expect(after.status).toBe(404)
  expect(after.body.errors[0]).toMatchObject({
    code: 'Neo.ClientError.Transaction.TransactionNotFound',
    skeinCode: 'TRANSACTION_CLOSED',
  })
  expect(await count(skein)).toBe(0)
  expect((await skein.query({ statement: 'CREATE (:B)' })).status).toBe(202)
})

test('a body that cannot be read leaves the transaction as it was', async () => {
  const skein = await served()
  const path = await begin(skein, { statement: 'CREATE (:A)' })
  expect((await skein.send('POST', path, '{"statement":')).status).toBe(400)
  expect((await skein.send('POST', `${path}/commit`)).status).toBe(202)
  expect(await count(skein)).toBe(1)
})

test('a transaction that does nothing for too long is rolled back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const skein = await served()
  const path = await begin(skein, { statement: 'CREATE (:A)' })
  vi.advanceTimersByTime(5_001)
  vi.useRealTimers()
  const after = await skein.send('POST', path)
  expect(after).toMatchObject({ status: 404, body: { errors: [{ skeinCode: 'TRANSACTION_CLOSED' }] } })
  expect(await count(skein)).toBe(0)
})

test('a write over a snapshot that others have written past conflicts, and is worth trying again', async () => {
  const skein = await served()
  const path = await begin(skein, { statement: 'MATCH (n) RETURN count(*)' })
  await skein.query({ statement: 'CREATE (:A)' })
  const answer = await skein.send('POST', path, { statement: 'CREATE (:B)' })
  expect(answer).toMatchObject({
    status: 409,
    body: { errors: [{ code: 'Neo.TransientError.Transaction.Outdated', skeinCode: 'TRANSACTION_CONFLICT' }] },
  })
})

test('accessMode WRITE takes the writer’s place at the start; others are told to come back', async () => {
  const skein = await served({ lockTimeoutMs: 20 })
  const path = await begin(skein, { accessMode: 'WRITE' })
  const busy = await skein.query({ statement: 'CREATE (:A)' })
  expect(busy).toMatchObject({ status: 503, body: { errors: [{ skeinCode: 'WRITER_BUSY' }] } })
  expect(busy.headers.get('retry-after')).toBe('1')
  await skein.send('DELETE', path)
  expect((await skein.query({ statement: 'CREATE (:A)' })).status).toBe(202)
})

test('a transaction begun with accessMode READ refuses to write', async () => {
  const skein = await served()
  const path = await begin(skein, { accessMode: 'READ' })
  const answer = await skein.send('POST', path, { statement: 'CREATE (:A)' })
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ skeinCode: 'ACCESS_MODE' }] } })
})

test('two requests at once in one transaction: the second is refused, the first goes on until DELETE ends it', async () => {
  const skein = await served()
  const path = await begin(skein)
  const first = skein.send('POST', path, { statement: endless })
  await vi.waitFor(async () => expect((await skein.send('POST', path)).status).toBe(409))
  expect((await skein.send('DELETE', path)).status).toBe(200)
  expect(await first).toMatchObject({ status: 503, body: { errors: [{ skeinCode: 'QUERY_CANCELLED' }] } })
})

test('rows of a transaction come as lines, too', async () => {
  const skein = await served()
  const { text } = await skein.send('POST', tx, { statement: 'RETURN 1 AS n' }, { accept: 'application/x-ndjson' })
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toEqual([{ fields: ['n'] }, [1], { summary: { transaction: expect.anything() } }])
})
