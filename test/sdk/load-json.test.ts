/** Documents that come in pieces. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson, writeJson } from '../../src/core/json.js'
import type { PropertyValue } from '../../src/core/value.js'
import { type Database, open } from '../../src/index.js'
import { loadJson } from '../../src/sdk/load-json.js'

async function begin(db: Database) {
  const transaction = db.begin()
  await transaction.startWriting()
  return transaction
}

async function* piecesOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(db: Database, path = '$'): Promise<string> {
  const options = { form: (_stores: unknown, value: unknown) => value }
  const { rows } = await db.query("RETURN json.value('d', $path)", { path }, options)
  return writeJson(rows[0]![0] as PropertyValue)
}

/** More text than a batch holds, in which containers of every depth are cut. */
function longText(): string {
  const item = (i: number) => ({ id: i, name: `item ${i}`, tags: [`t${i % 7}`, null], at: { x: i / 2, deep: [[i]] } })
  const items = Array.from({ length: 20_000 }, (_, i) => item(i))
  const byName = Object.fromEntries(items.map((each) => [`n.${each.id}`, each]))
  return JSON.stringify({
    first: 1,
    items,
    byName,
    none: null,
    big: 'x'.repeat(2_500_000),
    last: [[[items.slice(0, 9)]]],
  })
}

test('a document of many batches is read back as it came', async () => {
  const db = await open()
  const text = longText()
  await loadJson(piecesOf(text, 64 * 1024), { key: 'd', begin: () => begin(db) })
  // Through `readJson`, as a number such as 0.0 is an INTEGER in JavaScript's text.
  expect(await read(db)).toBe(writeJson(readJson(text)))
  await db.close()
}, 60_000)

test('a value goes below a path, and takes the place of what is there', async () => {
  const db = await open()
  const load = (text: string, path?: string) =>
    loadJson(piecesOf(text, 3), { key: 'd', begin: () => begin(db), ...(path === undefined ? {} : { path }) })
  await load('{"a": {"b": [1]}, "old": true}')
  await load('{"a": {"b": [1, 2.0]}, "c": null}')
  await load('[{"größe": 9007199254740993}]', '$.a.b[0]')
  expect(await read(db)).toBe('{"a":{"b":[[{"größe":9007199254740993}],2.0]},"c":null}')
  await db.close()
})

test('pieces of any size give the same document', async () => {
  const db = await open()
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.integer({ min: 1, max: 9 }),
      async (value, size) => {
        const text = JSON.stringify(value)
        // JavaScript writes large FLOATs without a point, as INTEGERs beyond 64 bits.
        fc.pre(!/\d{17}/.test(text))
        await loadJson(piecesOf(text, size), { key: 'd', begin: () => begin(db) })
        expect(JSON.parse(await read(db))).toEqual(JSON.parse(text))
      },
    ),
    { numRuns: 50 },
  )
  await db.close()
})

test.each([
  ['{"a": 1', 'JSON_INVALID'],
  ['{"a": 1}}', 'JSON_INVALID'],
  ['[1]', 'PROPERTY_INVALID'],
  ['5', 'PROPERTY_INVALID'],
  ['', 'JSON_INVALID'],
  ['{"a": 99999999999999999999}', 'NUMBER_OUT_OF_RANGE'],
  [longText().slice(0, -1), 'JSON_INVALID'],
])('what is not a document is refused, and nothing is left of it: %#', async (text, code) => {
  const db = await open()
  await db.query("CALL json.set('d', '$', {before: 1})")
  await expect(loadJson(piecesOf(text, 64 * 1024), { key: 'd', begin: () => begin(db) })).rejects.toMatchObject({
    code,
  })
  expect(await read(db)).toBe('{"before":1}')
  // The writer's place is free again.
  await db.query("CALL json.set('d', '$.after', 2)")
  await db.close()
})

test('bytes that are not UTF-8 are refused', async () => {
  const db = await open()
  async function* source() {
    yield Buffer.from('{"a": "\xff"}', 'latin1')
  }
  await expect(loadJson(source(), { key: 'd', begin: () => begin(db) })).rejects.toMatchObject({ code: 'JSON_INVALID' })
  await db.close()
})

test('the place of a mistake is told, however much came before it', async () => {
  const db = await open()
  const text = `{"a":\n"${'x'.repeat(3_000_000)}",\n "b" 1}`
  const loaded = loadJson(piecesOf(text, 100_000), { key: 'd', begin: () => begin(db) })
  await expect(loaded).rejects.toThrow('1 cannot stand here: expected a colon (line 3, column 6)')
  await db.close()
})
