/** Keys over HTTP: what docs/http.md says of them. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { served } from './support/served.js'

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8')
const typed = 'application/vnd.neo4j.query'

describe('keys', () => {
  test('the calls of docs/http.md answer what it says', async () => {
    const { send } = await served()
    const [, section] = /^## Keys\n([\s\S]*?)^## /m.exec(page)!
    const calls = [...section!.matchAll(/^(GET|PUT|DELETE) (\S+)(?: (\{.*\}))?\n(\{.*\})$/gm)]
    expect(calls.length).toBeGreaterThan(4)
    for (const [, method, path, body, answer] of calls) expect((await send(method!, path!, body)).text).toBe(answer)
  })

  test('what was put comes back with what is known of it', async () => {
    const { send } = await served()
    expect((await send('PUT', '/db/skein/keys/a%2Fb', { value: { x: [1, null] } })).status).toBe(200)
    const { status, body } = await send('GET', '/db/skein/keys/a%2Fb')
    expect([status, body]).toEqual([
      200,
      { key: 'a/b', kind: 'value', valueType: 'MAP', expiresAt: null, value: { x: [1, null] } },
    ])
  })

  test('the typed form carries every type both ways', async () => {
    const { send, database } = await served()
    const value = { $type: 'Base64', _value: 'AQI=' }
    await send('PUT', '/db/skein/keys/k', { value, ttl: 'PT1H' }, { 'content-type': typed })
    expect(await database.keys.get('k')).toEqual(Uint8Array.of(1, 2))
    const { body } = await send('GET', '/db/skein/keys/k', undefined, { accept: typed })
    expect(body).toMatchObject({ $type: 'Map', _value: { value, kind: { $type: 'String', _value: 'value' } } })
  })

  test('a key is given a time: from now, or a moment', async () => {
    const { send } = await served()
    const { body } = await send('PUT', '/db/skein/keys/k', { value: 1, expiresAt: '2100-01-01T00:00Z' })
    expect(body.expiresAt).toBe('2100-01-01T00:00Z')
    expect((await send('PUT', '/db/skein/keys/k', { value: 1, ttl: 'PT1H' })).body.expiresAt).not.toBeNull()
    expect((await send('PUT', '/db/skein/keys/k', { value: 1 })).body.expiresAt).toBeNull()
  })

  test('a key of a node is known, and is not written', async () => {
    const { send, query } = await served()
    await query({ statement: "CREATE ({_key: 'ann'})" })
    const { body } = await send('GET', '/db/skein/keys/ann')
    expect(body).toEqual({ key: 'ann', kind: 'node', valueType: null, expiresAt: null })
    const refused = await send('PUT', '/db/skein/keys/ann', { value: 1 })
    expect([refused.status, refused.body.errors[0].skeinCode]).toEqual([409, 'KEY_KIND'])
  })

  test('keys are listed by the order of their names, a part at a time', async () => {
    const { send, database } = await served()
    for (const key of ['b', 'a', 'c', 'x']) await database.keys.set(key, 1)
    const names = async (search: string) =>
      (await send('GET', `/db/skein/keys${search}`)).body.keys.map(({ key }: { key: string }) => key)
    expect(await names('')).toEqual(['a', 'b', 'c', 'x'])
    expect(await names('?limit=2&after=a')).toEqual(['b', 'c'])
    expect(await names('?prefix=x&kind=value')).toEqual(['x'])
    expect(await names('?kind=node')).toEqual([])
  })

  test('a key of 8,000 characters is one', async () => {
    const { send } = await served()
    const key = 'é'.repeat(1_000) + 'k'.repeat(7_000)
    await send('PUT', `/db/skein/keys/${encodeURIComponent(key)}`, { value: 1 })
    expect((await send('GET', `/db/skein/keys/${encodeURIComponent(key)}`)).body.key).toBe(key)
  })

  test.each([
    ['GET', '/db/skein/keys/none', undefined, 404, 'KEY_MISSING'],
    ['GET', '/db/other/keys/k', undefined, 404, 'DATABASE_MISSING'],
    ['PUT', '/db/skein/keys/k', {}, 400, 'REQUEST_INVALID'],
    ['PUT', '/db/skein/keys/k', { value: 1, til: 'PT1H' }, 400, 'REQUEST_INVALID'],
    ['PUT', '/db/skein/keys/k', { value: 1, ttl: 5 }, 400, 'REQUEST_INVALID'],
    ['PUT', '/db/skein/keys/k', { value: 1, ttl: 'soon' }, 400, 'TEMPORAL_INVALID'],
    ['PUT', '/db/skein/keys/k', { value: null }, 400, 'REQUEST_INVALID'],
    ['PUT', '/db/skein/keys/k', undefined, 415, 'REQUEST_MEDIA_TYPE'],
    ['POST', '/db/skein/keys/k', {}, 405, 'METHOD_REFUSED'],
    ['GET', '/db/skein/keys?limit=many', undefined, 400, 'REQUEST_INVALID'],
    ['GET', '/db/skein/keys?kind=graph', undefined, 400, 'REQUEST_INVALID'],
    ['GET', '/db/skein/keys?pattern=x', undefined, 400, 'REQUEST_INVALID'],
  ])('%s %s %j is refused: %i %s', async (method, path, body, status, code) => {
    const { send } = await served()
    const answer = await send(method, path, body)
    expect([answer.status, answer.body.errors[0].skeinCode]).toEqual([status, code])
  })
})
