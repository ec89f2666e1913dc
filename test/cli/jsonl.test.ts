import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CommandLine } from './support.js'

let line: CommandLine
beforeEach(() => void (line = new CommandLine()))
afterEach(() => line.remove())

const lines =
  '{"type":"node","id":"1","key":"ann","labels":["Person"],"properties":{"name":"Ann"}}\n' +
  '{"id":"1","type":"relationship","label":"KNOWS","properties":{},"start":{"id":"1","labels":["Person"]},"end":{"id":"1","labels":["Person"]}}\n'

test('what export jsonl writes, import jsonl reads', async () => {
  const ran = await line.skein(['import', 'jsonl', line.file('graph.jsonl', lines)])
  expect(ran.out).toMatch(/^imported 1 node and 1 relationship in /)
  expect((await line.skein(['export', 'jsonl'])).out).toBe(lines)
})

test('export jsonl --out writes a file, packed where its name ends in .gz', async () => {
  await line.skein(['import', 'jsonl', line.file('graph.jsonl', lines)])
  expect(await line.skein(['export', 'jsonl', '--out', line.path('out.jsonl')])).toEqual({ code: 0, out: '', err: '' })
  expect(readFileSync(line.path('out.jsonl'), 'utf8')).toBe(lines)
  await line.skein(['export', 'jsonl', '--out', line.path('out.jsonl.gz')])
  expect(gunzipSync(readFileSync(line.path('out.jsonl.gz'))).toString()).toBe(lines)
})

test('a file that cannot be written is told, and nothing is left of it', async () => {
  await line.skein(['query', 'CREATE ()'])
  const path = line.path('nowhere/out.jsonl')
  const ran = await line.skein(['export', 'jsonl', '--out', path])
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining(`STORAGE_FAILED: ${path} cannot be written`) })
  expect(existsSync(line.path('nowhere'))).toBe(false)
})

test('bad lines are listed and left out where told so, and end the import elsewhere', async () => {
  const path = line.file('graph.jsonl', `${lines}{"type":"node"}\n`)
  const ended = await line.skein(['import', 'jsonl', path])
  expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/^IMPORT_ROW: graph\.jsonl:3: "id" is /) })
  const skipped = await line.skein(['import', 'jsonl', '--skip-bad', path])
  expect(skipped).toMatchObject({ code: 0, err: expect.stringMatching(/^graph\.jsonl:3: "id" is /) })
  expect(skipped.out).toMatch(/^imported 1 node and 1 relationship in .*; left out 1 bad row\n$/)
})

test('a wrong call is told', async () => {
  expect(await line.skein(['import', 'jsonl'])).toMatchObject({ code: 2, err: expect.stringContaining('needs a file') })
  expect(await line.skein(['export', 'xml'])).toMatchObject({ code: 2, err: expect.stringContaining("not 'xml'") })
  expect(await line.skein(['export', 'jsonl', '--db', line.path('none')])).toMatchObject({ code: 1 })
})
