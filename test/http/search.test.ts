/** Full text over HTTP: what docs/http.md says of it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { served } from './support/served.js'

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8')
const typed = 'application/vnd.neo4j.query'

async function filled() {
  const made = await served()
  await made.database.query(
    `CREATE (:Note {title: 'Graph databases', year: 2019}), (:Note {title: 'Relational databases', year: 2021}),
            (:Note {title: 'A graph of the commit log', year: 2021})`,
  )
  await made.database.query('CREATE FULLTEXT INDEX notes FOR (n:Note) ON EACH [n.title]')
  const get = (path: string, headers = {}) => made.send('GET', `/db/skein/search/${path}`, undefined, headers)
  return { ...made, get }
}

const titles = (body: { hits: { node: { properties: { title: string } } }[] }) =>
  body.hits.map(({ node }) => node.properties.title)

test('the calls of docs/http.md answer what it says', async () => {
  const { send } = await filled()
  const [, section] = /^## Full text\n([\s\S]*?)^## /m.exec(page)!
  const calls = [...section!.matchAll(/^GET (\S+)\n(\{.*\})$/gm)]
  expect(calls).toHaveLength(2)
  for (const [, path, answer] of calls) expect((await send('GET', path!)).text).toBe(answer)
})

test('whatever is typed can be read', async () => {
  const { get } = await filled()
  for (const typed of ['(', '"open', 'a:b:c', '+', '-', '*', 'AND OR', '\\', '[a TO', '/x', '%', ' ']) {
    const { status, body } = await get(`notes?q=${encodeURIComponent(typed)}`)
    expect([typed, status, Object.keys(body)]).toEqual([typed, 200, ['hits']])
  }
  expect(titles((await get('notes?q=%2Bgraph+-log')).body)).toEqual(['Graph databases'])
  expect(titles((await get('notes?q=%22commit%20log%22')).body)).toEqual(['A graph of the commit log'])
})

test('hits are cut, and counted as they are asked for', async () => {
  const { get } = await filled()
  expect(titles((await get('notes?q=databases&skip=1&limit=1&fields=title')).body)).toHaveLength(1)
  expect((await get('notes?q=databases&minScore=1e3&total=true')).body).toEqual({ hits: [], total: 0 })
  const { body } = await get('notes?q=graph&explain=true&highlight=false&total=false')
  expect(Object.keys(body)).toEqual(['hits'])
  for (const { score, explain } of body.hits) expect(explain.value).toBe(score)
  expect((await get('notes/suggest?q=graph%20d&limit=1&fields=title')).body).toEqual({
    suggestions: [{ suggestion: 'graph databases', documents: 1 }],
  })
})

test('the typed form carries every type', async () => {
  const { get } = await filled()
  const { body } = await get('notes/suggest?q=rel', { accept: typed })
  expect(body._value.suggestions._value[0]._value.documents).toEqual({ $type: 'Integer', _value: '1' })
})

test('an index that is not there is a 404 that lists those that are', async () => {
  const { get } = await filled()
  for (const path of ['other?q=a', 'other/suggest?q=a']) {
    const { status, body } = await get(path)
    expect(status).toBe(404)
    expect(body.errors[0]).toMatchObject({
      skeinCode: 'INDEX_MISSING',
      message: "there is no full-text index 'other'; there is notes, and CREATE FULLTEXT INDEX makes one",
    })
    expect(body.errors[0].position).toBeUndefined()
  }
})

test('parameters that are wrong are refused by name', async () => {
  const { get } = await filled()
  for (const [asked, why] of [
    ['', 'q is missing'],
    ['?q=a&q=b', 'q stands there 2 times'],
    ['?q=a&limit=x', "limit is 'x'"],
    ['?q=a&minScore=', "minScore is ''"],
    ['?q=a&highlight=yes', "highlight is 'yes'"],
    ['?q=a&facets=a,', "facets is 'a,'"],
    ['?q=a&fields=body', "no field 'body'"],
    ['?q=a&boost=2', "no parameter 'boost'"],
    ['/suggest?q=a&skip=1', "no parameter 'skip'"],
  ]) {
    const { status, body } = await get(`notes${asked}`)
    expect([asked, status, body.errors?.[0].message]).toEqual([asked, 400, expect.stringContaining(why!)])
  }
})
