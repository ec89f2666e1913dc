/** Discovery, long queries beside short ones, and the end of a server. */
import { connect } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { serve } from '../../src/http/server.js'
import { open } from '../../src/index.js'
import { endless, queryPath, served } from './support/served.js'

afterEach(() => void vi.restoreAllMocks())

test('GET / tells where queries go', async () => {
  const { send, server } = await served()
  expect(await send('GET', '/')).toMatchObject({
    status: 200,
    body: {
      query: `${server.url}/db/{databaseName}/query/v2`,
      transaction: `${server.url}/db/{databaseName}/query/v2/tx`,
      keys: `${server.url}/db/{databaseName}/keys`,
      database: 'skein',
    },
  })
})

test('while a long query runs, health answers and a write commits', async () => {
  const { send, query, database } = await served()
  const running = vi.spyOn(database, 'query')
  const long = query({ statement: endless })
  await vi.waitFor(() => expect(running).toHaveBeenCalled())
  expect(await send('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect((await query({ statement: 'CREATE (:A)' })).status).toBe(202)
  expect(await Promise.race([long.then(() => 'ended'), Promise.resolve('running')])).toBe('running')
})

test('closing the connection cancels its query', async () => {
  const { server, database } = await served()
  const running = vi.spyOn(database, 'query')
  const client = new AbortController()
  const body = JSON.stringify({ statement: endless })
  const headers = { 'content-type': 'application/json' }
  const call = fetch(server.url + queryPath, { method: 'POST', headers, body, signal: client.signal })
  await vi.waitFor(() => expect(running).toHaveBeenCalled())
  client.abort()
  await expect(call).rejects.toThrow('abort')
  await expect(running.mock.results[0]!.value).rejects.toMatchObject({ code: 'QUERY_CANCELLED' })
})

test('maxExecutionTime ends a query after so many seconds', async () => {
  const { query } = await served()
  expect(await query({ statement: endless, maxExecutionTime: 0.05 })).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'Neo.ClientError.Transaction.TransactionTimedOut', skeinCode: 'QUERY_TIMEOUT' }] },
  })
})

describe('close', () => {
  test('cancels what runs longer than it may wait', async () => {
    const { server, query, database } = await served({ graceMs: 50 })
    const running = vi.spyOn(database, 'query')
    const long = query({ statement: endless })
    await vi.waitFor(() => expect(running).toHaveBeenCalled())
    await server.close()
    expect(await long).toMatchObject({ status: 503, body: { errors: [{ skeinCode: 'QUERY_CANCELLED' }] } })
  })

  test('does not wait for connections that say nothing, or half of a request', async () => {
    const { server } = await served({ graceMs: 50 })
    for (const bytes of ['', `POST ${queryPath} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n`]) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      await new Promise((resolve) => socket.write(bytes, resolve))
    }
    await server.close()
  }, 10_000)

  test('rolls open transactions back, so that the database can be closed', async () => {
    const { server, send, database } = await served()
    await send('POST', `${queryPath}/tx`, { statement: 'CREATE (:A)' })
    await server.close()
    expect(database.info().nodeCount).toBe(0)
    await database.query('CREATE (:B)')
  })

  test('requests that still come are told to try again', async () => {
    const { server, send, query } = await served({ graceMs: 300 })
    await send('GET', '/health')
    const long = query({ statement: endless })
    await send('GET', '/health')
    const closed = server.close()
    // A connection that was open before; new ones are refused by the machine.
    const answer = await send('GET', '/health').catch(({ cause }) => cause)
    if (answer.status === undefined) expect(answer.code).toMatch(/ECONNREFUSED|UND_ERR_SOCKET|ECONNRESET/)
    else expect(answer).toMatchObject({ status: 503, body: { errors: [{ skeinCode: 'SERVER_STOPPING' }] } })
    await closed
    expect((await long).status).toBe(503)
  })
})

test('a port in use is said plainly', async () => {
  const { server } = await served()
  const port = Number(new URL(server.url).port)
  const database = await open()
  await expect(serve(database, { port })).rejects.toMatchObject({
    code: 'ADDRESS_UNAVAILABLE',
    message: `cannot listen on 127.0.0.1, port ${port}: the port is in use; stop what uses it, or choose another port`,
  })
})
