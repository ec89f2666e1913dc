/** Documents over HTTP, through real sockets. */
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { DocumentRoutes } from '../../src/http/documents.js'
import type { ServeOptions } from '../../src/http/server.js'
import { served } from './support/served.js'

const cart = '/db/skein/json/cart'
const patchType = { 'content-type': 'application/json-patch+json' }
const mergeType = { 'content-type': 'application/merge-patch+json' }

interface Answer {
  readonly status: number
  readonly text: string
  readonly etag: string | null
  readonly code: string | undefined
}

async function documents(options: ServeOptions = {}) {
  const { server, database } = await served(options)
  const send = async (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body ?? null,
    })
    const text = await response.text()
    const code = response.status >= 400 ? JSON.parse(text).errors[0].skeinCode : undefined
    return { status: response.status, text, etag: response.headers.get('etag'), code }
  }
  return { send, database, server }
}

test('the calls of docs/http.md answer what it says', async () => {
  const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8')
  const [, section] = /^## Documents\n([\s\S]*?)^## /m.exec(page)!
  const calls = [...section!.matchAll(/^(GET|PUT|PATCH) (\S+)(?: (.+))?\n(?:([[{].*)\n)?/gm)]
  expect(calls.map(([, method]) => method)).toEqual(['PUT', 'GET', 'PATCH', 'GET'])
  const { send } = await documents()
  for (const [, method, path, body, answer = ''] of calls)
    expect((await send(method!, path!, body, method === 'PATCH' ? patchType : {})).text).toBe(answer)
})

describe('a document', () => {
  const text =
    '{"name":"größe","n":9007199254740993,"f":1.0,"none":null,"":{"a.b":[1,2.5e-7,"\\u0000"]},"__proto__":{}}'

  test('is put, and read back as it came', async () => {
    const { send } = await documents()
    expect(await send('PUT', cart, text)).toMatchObject({ status: 201, text: '' })
    expect(await send('GET', cart)).toMatchObject({ status: 200, text })
    expect(await send('PUT', cart, '{"other":[]}')).toMatchObject({ status: 204 })
    expect((await send('GET', cart)).text).toBe('{"other":[]}')
  })

  test('is read and changed by path', async () => {
    const { send } = await documents()
    await send('PUT', cart, '{"items":[{"n":1},{"n":2}]}')
    expect((await send('GET', `${cart}?path=$.items[*].n`)).text).toBe('[1,2]')
    expect((await send('GET', `${cart}?path=$.none`)).text).toBe('[]')
    expect((await send('PUT', `${cart}?path=$.items[0].n`, '[7,null]')).status).toBe(204)
    expect((await send('PUT', `${cart}?path=$.total`, '0')).status).toBe(201)
    expect((await send('DELETE', `${cart}?path=$.items[1]`)).status).toBe(204)
    expect((await send('GET', cart)).text).toBe('{"items":[{"n":[7,null]}],"total":0}')
  })

  test('is patched in both ways', async () => {
    const { send } = await documents()
    expect((await send('PATCH', cart, '{"a":{"b":1,"c":2},"x":null}', mergeType)).status).toBe(201)
    expect((await send('PATCH', cart, '{"a":{"b":null}}', mergeType)).status).toBe(204)
    expect((await send('PATCH', `${cart}?path=$.a`, '{"d":[1]}', mergeType)).status).toBe(204)
    expect((await send('PATCH', cart, '[{"op":"add","path":"/a/d/-","value":2}]', patchType)).status).toBe(204)
    expect((await send('GET', cart)).text).toBe('{"a":{"c":2,"d":[1,2]}}')
    const failing = '[{"op":"remove","path":"/a"},{"op":"test","path":"/b","value":1}]'
    expect(await send('PATCH', cart, failing, patchType)).toMatchObject({ status: 409, code: 'JSON_PLACE_MISSING' })
    expect((await send('GET', cart)).text).toBe('{"a":{"c":2,"d":[1,2]}}')
  })

  test('is deleted, and is missing then', async () => {
    const { send } = await documents()
    await send('PUT', cart, '{}')
    expect((await send('DELETE', cart)).status).toBe(204)
    for (const method of ['GET', 'DELETE'])
      expect(await send(method, cart)).toMatchObject({ status: 404, code: 'KEY_MISSING' })
    expect(await send('PATCH', cart, '[]', patchType)).toMatchObject({ status: 404, code: 'KEY_MISSING' })
  })

  test('has any key', async () => {
    const { send } = await documents()
    const path = `/db/skein/json/${encodeURIComponent('a/b?c#d %ü')}`
    await send('PUT', path, '{"a":1}')
    expect((await send('GET', path)).text).toBe('{"a":1}')
  })
})

describe('conditions', () => {
  test('a document that is known already is not sent again', async () => {
    const { send } = await documents()
    await send('PUT', cart, '{"a":1}')
    const { etag } = await send('GET', cart)
    expect(await send('GET', cart, undefined, { 'if-none-match': `"other", W/${etag}` })).toMatchObject({
      status: 304,
      text: '',
      etag,
    })
    await send('PUT', cart, '{"a":2}')
    expect((await send('GET', cart, undefined, { 'if-none-match': etag! })).status).toBe(200)
    // What is as it was has the tag that it had.
    await send('PUT', cart, '{"a":1}')
    expect((await send('GET', cart)).etag).toBe(etag)
  })

  test('a change is made to what was read, and to nothing else', async () => {
    const { send } = await documents()
    await send('PUT', cart, '{"a":1}')
    const { etag } = await send('GET', cart)
    const changed = await send('PATCH', cart, '{"a":2}', { ...mergeType, 'if-match': etag! })
    expect(changed.status).toBe(204)
    expect(changed.etag).toBe((await send('GET', cart)).etag)
    for (const [method, body, headers] of [
      ['PATCH', '{"a":3}', mergeType],
      ['PUT', '{"a":3}', {}],
      ['DELETE', undefined, {}],
    ] as const) {
      const answer = await send(method, cart, body, { ...headers, 'if-match': etag! })
      expect(answer).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' })
    }
    expect((await send('GET', cart)).text).toBe('{"a":2}')
    // A weak tag says nothing of every byte.
    expect((await send('PUT', cart, '{}', { 'if-match': `W/${changed.etag}` })).status).toBe(412)
    expect((await send('PUT', cart, '{}', { 'if-match': changed.etag! })).status).toBe(204)
  })

  test('a document is made only where there is none, and changed only where there is one', async () => {
    const { send } = await documents()
    expect((await send('PUT', cart, '{}', { 'if-match': '*' })).status).toBe(412)
    expect((await send('PUT', cart, '{"a":1}', { 'if-none-match': '*' })).status).toBe(201)
    expect((await send('PUT', cart, '{"a":2}', { 'if-none-match': '*' })).status).toBe(412)
    expect((await send('PUT', `${cart}?path=$.b`, '2', { 'if-none-match': '*' })).status).toBe(201)
    expect((await send('GET', cart)).text).toBe('{"a":1,"b":2}')
  })

  /** Readers that change what they read, at the same time: how many increments are left. */
  async function race(): Promise<{ readonly done: number; readonly left: number }> {
    const { send } = await documents()
    await send('PUT', cart, '{"n":0}')
    let done = 0
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { text, etag } = await send('GET', cart)
        const body = `{"n":${JSON.parse(text).n + 1}}`
        const { status } = await send('PATCH', cart, body, { ...mergeType, 'if-match': etag! })
        if (status === 204) done++
      }),
    )
    return { done, left: JSON.parse((await send('GET', cart)).text).n }
  }

  test('no change is lost where each is made on condition', async () => {
    const { done, left } = await race()
    expect(left).toBe(done)
    expect(done).toBeGreaterThan(0)
  })

  test('a server that does not look at the condition loses some', async () => {
    const routes = DocumentRoutes.prototype as unknown as { startWriting(transaction: unknown, asked: object): unknown }
    const { startWriting } = routes
    routes.startWriting = function (transaction, asked) {
      return startWriting.call(this, transaction, { ...asked, conditions: {} })
    }
    const { done, left } = await race()
    routes.startWriting = startWriting
    expect(left).toBeLessThan(done)
  })
})

describe('a long document', () => {
  const long = `{"items":[${Array.from({ length: 60_000 }, (_, i) => `{"id":${i},"name":"item ${i}"}`).join(',')}],"end":1.0}`
  const waiting = () => readdirSync(tmpdir()).filter((name) => name.startsWith('skein-body-'))

  test('is loaded while it is read, and nothing of it waits on the disk afterwards', async () => {
    const { send } = await documents()
    const before = waiting()
    expect((await send('PUT', cart, long)).status).toBe(201)
    expect((await send('GET', cart)).text).toBe(long)
    expect((await send('PUT', cart, long.slice(0, -1))).code).toBe('JSON_INVALID')
    expect((await send('GET', cart)).text).toBe(long)
    expect(waiting()).toEqual(before)
  }, 30_000)

  test('longer than the server takes is refused', async () => {
    const { send } = await documents({ documentBytesMax: 1_500_000, bodyBytesMax: 1000 })
    expect(await send('PUT', cart, long)).toMatchObject({ status: 413, code: 'REQUEST_TOO_LARGE' })
    expect(await send('PATCH', cart, `{"a":"${'x'.repeat(1000)}"}`, mergeType)).toMatchObject({ status: 413 })
    expect((await send('GET', cart)).status).toBe(404)
  })
})

test.each([
  ['PUT', cart, '[1]', {}, 400, 'PROPERTY_INVALID'],
  ['PUT', cart, '{"a":1', {}, 400, 'JSON_INVALID'],
  ['PUT', cart, '{"a":"\\ud800"}', {}, 400, 'PROPERTY_INVALID'],
  ['PUT', cart, `{"a":${'['.repeat(1001)}${']'.repeat(1001)}}`, {}, 400, 'JSON_INVALID'],
  ['PUT', `${cart}?path=$.a.b`, '1', {}, 404, 'KEY_MISSING'],
  ['PUT', `${cart}?path=$.a[`, '1', {}, 400, 'JSON_PATH_INVALID'],
  ['PUT', `${cart}?paht=$.a`, '1', {}, 400, 'REQUEST_INVALID'],
  ['PUT', cart, '{}', { 'content-type': 'text/plain' }, 415, 'REQUEST_MEDIA_TYPE'],
  ['PUT', cart, '{}', { 'content-encoding': 'gzip' }, 415, 'REQUEST_MEDIA_TYPE'],
  ['PATCH', cart, '{}', { 'content-type': 'application/json' }, 415, 'REQUEST_MEDIA_TYPE'],
  ['PATCH', cart, '[]', patchType, 404, 'KEY_MISSING'],
  ['PATCH', `${cart}?path=$.a`, '[]', patchType, 400, 'REQUEST_INVALID'],
  ['POST', cart, '{}', {}, 405, 'METHOD_REFUSED'],
  ['PUT', '/db/other/json/a', '{}', {}, 404, 'DATABASE_MISSING'],
])('%s %s %.20s is refused', async (method, path, body, headers, status, code) => {
  const { send } = await documents()
  expect(await send(method, path, body, headers as Record<string, string>)).toMatchObject({ status, code })
})
