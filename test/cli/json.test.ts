import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'
import { served } from '../http/support/served.js'

let directory: string
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-cli-'))))
afterEach(() => rmSync(directory, { recursive: true }))

async function skein(args: readonly string[], { stdin = '', db = join(directory, 'db') } = {}) {
  const ran = { code: 0, out: '', err: '' }
  ran.code = await run(args, {
    stdout: { write: (text) => void (ran.out += text), drain: async () => {}, columns: undefined },
    stderr: { write: (text) => void (ran.err += text), drain: async () => {}, columns: undefined },
    environment: { SKEIN_DB: db },
    stdin: Readable.from([stdin]),
    screen: undefined,
  })
  return ran
}

const document = '{"name":"größe","n":9007199254740993,"f":1.0,"none":null,"list":[{"a.b":[]}]}'

describe.each(['a directory', 'a server'])('skein json over %s', (where) => {
  const place = async () => (where === 'a server' ? { db: (await served()).server.url } : {})

  test('prints what was stored, without loss', async () => {
    const at = await place()
    expect(await skein(['json', 'set', 'd', document], at)).toEqual({ code: 0, out: '', err: '' })
    expect((await skein(['json', 'get', 'd'], at)).out).toBe(`${document}\n`)
    await skein(['json', 'set', 'd', '$.list[0]', '{"x":2.0}'], at)
    expect((await skein(['json', 'get', 'd', '$.list[*].x'], at)).out).toBe('[2.0]\n')
  })

  test('reads files and the standard input', async () => {
    const at = await place()
    const long = `{"items":[${Array.from({ length: 50_000 }, (_, i) => `{"id":${i},"name":"item ${i}"}`).join(',')}]}`
    writeFileSync(join(directory, 'long.json'), long)
    expect(await skein(['json', 'set', 'd', '--file', join(directory, 'long.json')], at)).toMatchObject({
      code: 0,
      err: '',
    })
    expect((await skein(['json', 'get', 'd'], at)).out).toBe(`${long}\n`)
    await skein(['json', 'set', 'd', '$.items', '--file', '-'], { ...at, stdin: '[1,null]' })
    expect((await skein(['json', 'get', 'd'], at)).out).toBe('{"items":[1,null]}\n')
  }, 60_000)
})

test('what goes wrong is told', async () => {
  await skein(['json', 'set', 'd', '{"a":1}'])
  expect(await skein(['json', 'get', 'none'])).toMatchObject({
    code: 1,
    err: "KEY_MISSING: there is no document with the key 'none'\n",
  })
  expect((await skein(['json', 'set', 'd', '{"a":'])).err).toMatch(/^JSON_INVALID: this is not JSON, it ends too early/)
  expect((await skein(['json', 'set', 'd', '[1]'])).err).toMatch(/^PROPERTY_INVALID: a document is an object/)
  expect((await skein(['json', 'set', 'd', '--file', 'none.json'])).err).toMatch(/^FILE_NOT_FOUND: there is no file/)
  expect((await skein(['json', 'get', 'd'])).out).toBe('{"a":1}\n')
  for (const args of [['get'], ['set', 'd'], ['put', 'd'], [], ['get', 'd', '$', 'x'], ['set', 'a', 'b', 'c', 'd']])
    expect(await skein(['json', ...args])).toMatchObject({ code: 2, out: '' })
})
