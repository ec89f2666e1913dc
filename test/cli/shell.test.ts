import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../../src/http/server.js'
import { open } from '../../src/index.js'
import { CommandLine } from './support.js'

let line: CommandLine
beforeEach(() => void (line = new CommandLine()))
afterEach(() => line.remove())

const timeless = (text: string) => text.replace(/[\d.]+ m?s$/gm, '<time>')

test('statements through a pipe are answered in tables, with rows and time', async () => {
  const stdin = "CREATE (:Person {name: 'Ann', score: 1.0});\nMATCH (p:Person) RETURN p.name AS name, p.score AS score;"
  const ran = await line.skein(['shell'], { stdin })
  expect(timeless(ran.out)).toBe(
    'nodes created 1, properties set 2, labels added 1 · <time>\n' +
      'name │ score\n─────┼──────\nAnn  │   1.0\n1 row · <time>\n',
  )
  expect(ran).toMatchObject({ code: 0, err: '' })
})

test('other formats write the rows alone', async () => {
  const ran = await line.skein(['shell', '--format', 'jsonl'], { stdin: "RETURN 1 AS a, 1.0 AS b, 'x' AS c;" })
  expect(ran.out).toBe('{"a":1,"b":1.0,"c":"x"}\n')
})

test('a failure ends it with exit code 1, a caret under the place', async () => {
  const ran = await line.skein(['shell'], { stdin: 'RETURN 1 AS a;\nRETURN b;\nRETURN 2 AS a;' })
  expect(ran.code).toBe(1)
  expect(timeless(ran.out)).toBe('a\n─\n1\n1 row · <time>\n')
  expect(ran.err).toMatch(/^VARIABLE_UNDEFINED: .*\n {2}RETURN b\n {9}\^\n$/)
})

test('a database behind HTTP is asked as one in a directory', async () => {
  const db = await open()
  const server = await serve(db, { port: 0 })
  try {
    const stdin =
      ':begin\nCREATE (:A {x: 1.0});\n:commit\nMATCH (a:A) RETURN a.x AS x;\n:begin\nCREATE (:A);\nRETURN y;'
    const ran = await line.skein(['shell', server.url, '--format', 'csv'], { stdin })
    expect(ran.out).toBe('x\r\n1.0\r\nthe transaction has ended, and nothing of it is kept\n')
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^VARIABLE_UNDEFINED: .*\n {2}RETURN y\n {9}\^\n$/),
    })
    const asked = await line.skein(['query', 'MATCH (a:A) RETURN count(*) AS n', '--db', server.url, '--format', 'csv'])
    expect(asked.out).toBe('n\r\n1\r\n')
  } finally {
    await server.close()
    await db.close()
  }
})

test('the directory may stand alone', async () => {
  await line.skein(['shell', line.path('other')], { stdin: 'CREATE (:A);' })
  const ran = await line.skein([
    'query',
    'MATCH (a:A) RETURN count(*) AS n',
    '--db',
    line.path('other'),
    '--format=csv',
  ])
  expect(ran.out).toBe('n\r\n1\r\n')
  expect(await line.skein(['shell', 'a', '--db', 'b'])).toMatchObject({ code: 2 })
})

test(':keys lists keys that begin so', async () => {
  const stdin = ":keys\nCREATE ({_key: 'ann'}) WITH 1 AS one CALL key.set('b', 1);\n:keys a"
  const ran = await line.skein(['shell', '--format', 'csv'], { stdin })
  expect(ran.out).toBe(
    'no keys\nkey │ kind │ valueType │ expiresAt\n────┼──────┼───────────┼──────────\nann │ node │ null      │ null\n',
  )
})
