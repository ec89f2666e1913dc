import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Float } from '../../../src/core/value.js'
import { importJsonl } from '../../../src/transfer/jsonl/import-jsonl.js'
import { Lines } from '../../../src/transfer/jsonl/lines.js'
import { MemoryTarget } from '../support/memory-target.js'

let directory: string
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-jsonl-'))))
afterAll(() => rmSync(directory, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const lines = (...each: readonly string[]) => each.map((line) => `${line}\n`).join('')
const ann = '{"type":"node","id":"0","labels":["Person"],"properties":{"name":"Ann","age":31}}'
const bob = '{"type":"node","id":"b","key":"person:2","labels":["Person","Vip"],"properties":{"score":1.0}}'
const knows =
  '{"id":"0","type":"relationship","label":"KNOWS","properties":{"since":2001},"start":{"id":"0","labels":["Person"]},"end":{"id":"b"}}'

async function load(content: string | Uint8Array, name = 'graph.jsonl') {
  const target = new MemoryTarget()
  const badRows: string[] = []
  const counts = await importJsonl(target, { files: [file(name, content)], onBadRow: (row) => badRows.push(row) })
  return { target, counts, badRows }
}

test('nodes with their labels, keys and properties, and relationships between them', async () => {
  const { target, counts } = await load(lines(ann, bob, knows))
  expect(target.nodes).toEqual([
    { labels: ['Person'], key: null, properties: { name: 'Ann', age: 31 } },
    { labels: ['Person', 'Vip'], key: 'person:2', properties: { score: new Float(1) } },
  ])
  expect(target.relationships).toEqual([{ type: 'KNOWS', start: '1', end: 'person:2', properties: { since: 2001 } }])
  expect(counts).toEqual({ nodes: 2, relationships: 1, badRows: 0 })
  expect(target.finished).toBe(true)
})

test('empty lines, a byte order mark, Windows line breaks and a last line without one', async () => {
  const { counts, badRows } = await load(`\ufeff${ann}\r\n\r\n   \n${bob}\n${knows}`)
  expect(counts).toEqual({ nodes: 2, relationships: 1, badRows: 0 })
  expect(badRows).toEqual([])
})

test('labels, key and properties may be missing, ids may be numbers, and a null is kept', async () => {
  const { target } = await load(
    lines(
      '{"type":"node","id":7}',
      '{"type":"node","id":"8","key":null,"properties":{"x":null}}',
      '{"type":"relationship","label":"T","start":{"id":7},"end":{"id":"8"}}',
    ),
  )
  const plain = { labels: [], key: null, properties: {} }
  expect(target.nodes).toEqual([plain, { ...plain, properties: { x: null } }])
  expect(target.relationships).toEqual([{ type: 'T', start: '1', end: '2', properties: {} }])
})

test('a packed file is unpacked on the way', async () => {
  const { counts } = await load(gzipSync(lines(ann, bob, knows)), 'graph.jsonl.gz')
  expect(counts).toEqual({ nodes: 2, relationships: 1, badRows: 0 })
})

describe('a line that cannot be taken is told with its file, its number and what is wrong', () => {
  test.each([
    ['{"type":"node"', 'this is not JSON, it ends too early'],
    ['[1]', 'a line is an object with "type": "node", "relationship" or "value"'],
    ['{"type":"value","key":"k","value":null}', '"value" is anything but null'],
    ['{"type":"value","value":1}', '"key" is a string'],
    ['{"type":"node","id":1,"expiresAt":"2030-01-01T00:00Z"}', 'what expires has a "key"'],
    ['{"type":"edge"}', 'a line is an object with "type": "node", "relationship" or "value"'],
    ['{"type":"node","id":1.5}', '"id" is a string or a whole number'],
    ['{"type":"node","id":"1","labels":"A"}', '"labels" is a list of strings'],
    ['{"type":"node","id":"1","properties":[]}', '"properties" is an object'],
    ['{"type":"node","id":"1","properties":{"x":1e999}}', '1e999 is beyond the numbers'],
    [
      '{"type":"node","id":"1","properties":{"x":{"$type":"Date","_value":"2015-02-30"}}}',
      'day is 30, and it lies between 1 and 28',
    ],
    ['{"type":"node","id":"0"}', "a node before it has the id '0' already"],
    ['{"type":"relationship","start":{"id":"0"},"end":{"id":"0"}}', '"label" is a string'],
    ['{"type":"relationship","label":"T","start":"0"}', '"start.id" is a string or a whole number'],
    ['{"type":"relationship","label":"T","start":{"id":"0"},"end":{"id":"9"}}', "no node before it has the id '9'"],
  ])('%s', async (line, message) => {
    const { counts, badRows } = await load(lines(ann, line, bob))
    expect(badRows).toEqual([expect.stringContaining(`graph.jsonl:2: ${message}`)])
    expect(counts).toEqual({ nodes: 2, relationships: 0, badRows: 1 })
  })

  test('and ends the import where bad lines are not to be left out', async () => {
    const target = new MemoryTarget()
    const files = [file('bad.jsonl', lines(ann, 'x'))]
    await expect(importJsonl(target, { files })).rejects.toMatchObject({
      code: 'IMPORT_ROW',
      message: expect.stringMatching(/^bad\.jsonl:2: this is not JSON.*--skip-bad\.$/s),
    })
    expect(target).toMatchObject({ nodes: [], finished: false })
  })
})

test('a file that is not UTF-8 is refused', async () => {
  await expect(load(Buffer.from([0x7b, 0xff, 0x0a]))).rejects.toMatchObject({ code: 'FILE_INVALID' })
})

test('lines are the same wherever the chunks end', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '𝄞', '\n', '\n\n', ' ', '{"x": 1}')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat(9)), (content, cuts) => {
      const lines = new Lines('x')
      const found: [number, string][] = []
      const drain = () => {
        for (let line = lines.next(); line !== undefined; line = lines.next()) found.push([lines.number, line])
      }
      let rest = Buffer.from(content)
      for (const length of cuts) {
        lines.push({ bytes: rest.subarray(0, length), isLast: false })
        rest = rest.subarray(length)
        drain()
      }
      lines.push({ bytes: rest, isLast: true })
      drain()
      const expected = content.split('\n').map((line, i) => [i + 1, line] as [number, string])
      expect(found).toEqual(expected.filter(([, line]) => line.trim() !== ''))
    }),
  )
})
