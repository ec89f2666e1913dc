/** Requests that a web page could have sent: the browser tells its host in `Host`, its page in `Origin`. */
import { expect, test } from 'vitest'
import { mustNotBeWebPage } from '../../src/http/web-pages.js'
import { queryPath, served } from './support/served.js'

const request = (headers: string) => `POST ${queryPath}/tx HTTP/1.1\r\nconnection: close\r\n${headers}\r\n\r\n`
const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])

test.each([
  ['host: 127.0.0.1:7474'],
  ['host: localhost:7474'],
  ['host: skein.localhost'],
  ['host: [::1]:7474'],
  ['host: LOCALHOST'],
  ['host: 127.0.0.1\r\norigin: http://localhost:3000'],
])('programs of this machine are let in: %j', async (headers) => {
  const { raw } = await served()
  expect(status(await raw(request(headers)))).toBe(202)
})

test.each([
  ['a name that now leads here', 'host: rebound.example:7474'],
  ['a name that begins like ours', 'host: localhost.example.com'],
  ['a name that ends like ours', 'host: notlocalhost'],
  ['a number that begins like ours', 'host: 127.0.0.1.example.com'],
  ['another address', 'host: 192.168.0.7:7474'],
  ['a page of another host', 'host: 127.0.0.1:7474\r\norigin: https://example.com'],
  ['a page from a file', 'host: 127.0.0.1:7474\r\norigin: null'],
  ['what is no host', 'host: ]['],
])('%s is refused, and nothing is done: %j', async (_, headers) => {
  const { raw, database } = await served()
  const answer = await raw(request(headers))
  expect(status(answer)).toBe(403)
  expect(answer).toContain('"skeinCode":"HOST_REFUSED"')
  expect(database.info().nodeCount).toBe(0)
})

test('every route refuses, those that do not exist too', async () => {
  const { raw } = await served()
  for (const path of ['/', '/health', '/nowhere', queryPath])
    expect(status(await raw(`GET ${path} HTTP/1.1\r\nconnection: close\r\nhost: a.example\r\n\r\n`))).toBe(403)
})

test('a host that is allowed by name is let in, its pages too, and no other', async () => {
  const { raw } = await served({ allowedHosts: ['db.example.com'] })
  const allowed = 'host: db.example.com\r\norigin: https://db.example.com'
  expect(status(await raw(request(allowed)))).toBe(202)
  expect(status(await raw(request('host: example.com')))).toBe(403)
})

test('a server that others reach cannot know its names', () => {
  const headers = { host: 'db.example.com', origin: 'https://example.com' }
  for (const host of ['0.0.0.0', '::', '192.168.0.7', 'db'])
    expect(() => mustNotBeWebPage(headers, { host, allowedHosts: [] })).not.toThrow()
  for (const host of ['127.0.0.1', 'localhost', '::1', '127.1.2.3'])
    expect(() => mustNotBeWebPage(headers, { host, allowedHosts: [] })).toThrow('a web page could have sent this')
})
