import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.js'

let directory: string
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-cli-'))))
afterEach(() => rmSync(directory, { recursive: true }))

interface Ran {
  code: number
  out: string
  err: string
}

async function skein(args: string[], { columns, stdin = '' }: { columns?: number; stdin?: string } = {}): Promise<Ran> {
  const ran = { code: 0, out: '', err: '' }
  ran.code = await run(args, {
    stdout: { write: (text) => void (ran.out += text), drain: async () => {}, columns: undefined },
    stderr: { write: (text) => void (ran.err += text), drain: async () => {}, columns },
    environment: { SKEIN_DB: join(directory, 'db') },
    stdin: Readable.from([stdin]),
    screen: undefined,
  })
  return ran
}

function file(name: string, content: string): string {
  writeFileSync(join(directory, name), content)
  return join(directory, name)
}

/** The time a query took differs. */
function timeless({ out }: Ran): string {
  return out.replace(/[\d.]+ m?s$/gm, '<time>')
}

describe('skein query', () => {
  test('prints a table and a line of rows and time', async () => {
    await skein(['query', "CREATE (:Person {name: 'Ann', age: 31}), (:Person {name: 'Bob'})"])
    const ran = await skein(['query', 'MATCH (p:Person) RETURN p.name AS name, p.age AS age ORDER BY name'])
    expect(timeless(ran)).toBe('name │ age\n─────┼─────\nAnn  │   31\nBob  │ null\n2 rows · <time>\n')
    expect(ran).toMatchObject({ code: 0, err: '' })
  })

  test('a write tells what it changed', async () => {
    const ran = await skein(['query', "CREATE (:Person {name: 'Ann'})-[:KNOWS]->(:Person)"])
    expect(timeless(ran)).toBe('nodes created 2, relationships created 1, properties set 1, labels added 2 · <time>\n')
    expect(timeless(await skein(['query', 'MATCH (n:Nobody) SET n.x = 1']))).toBe('no changes · <time>\n')
  })

  test('tells of the indexes that it searched whether the result is complete', async () => {
    await skein([
      'query',
      "CREATE (:Note {title: 'the log'}), (:Note {title: 'a log of a log'}), (:Note {title: 'a graph'})",
    ])
    await skein(['query', 'CREATE FULLTEXT INDEX notes FOR (n:Note) ON EACH [n.title]'])
    const ran = await skein(['query', "CALL search.query('notes', 'log') YIELD node RETURN count(node) AS hits"])
    expect(timeless(ran)).toBe('hits\n────\n   2\n1 row · <time>\nsearch notes: complete, 2 postings read\n')
  })

  test('prints JSON, lines of JSON, or CSV', async () => {
    const text = "RETURN 1 AS a, ['x', null] AS b"
    expect((await skein(['query', text, '--format', 'json'])).out).toBe('[\n  {"a":1,"b":["x",null]}\n]\n')
    expect((await skein(['query', text, '--format=jsonl'])).out).toBe('{"a":1,"b":["x",null]}\n')
    expect((await skein(['query', text, '--format', 'csv'])).out).toBe('a,b\r\n1,"[""x"",null]"\r\n')
  })

  test('EXPLAIN shows the plan, PROFILE the rows and the plan; for programs the plan goes to the standard error', async () => {
    await skein(['query', 'CREATE (:Person)'])
    const text = 'MATCH (p:Person) RETURN p.age AS age'
    expect(timeless(await skein(['query', `EXPLAIN ${text}`]))).toMatch(
      /^Produce age\n└─ .*LabelScan p:Person\n0 rows/s,
    )
    expect(timeless(await skein(['query', `PROFILE ${text}`]))).toMatch(/^age\n─+\nnull\nProduce age .*LabelScan/s)
    const ran = await skein(['query', `PROFILE ${text}`, '--format', 'jsonl'])
    expect(ran.out).toBe('{"age":null}\n')
    expect(ran.err).toContain('LabelScan p:Person')
  })

  test('takes parameters as JSON', async () => {
    const args = ['query', 'RETURN $a + 1 AS a, $b AS b', '--param', 'a=1', '--param', 'b="x=y"', '--format', 'jsonl']
    expect((await skein(args)).out).toBe('{"a":2,"b":"x=y"}\n')
  })

  test('reads the statement from a file or from the standard input', async () => {
    expect((await skein(['query', '--file', file('q.cypher', 'RETURN 1 AS one'), '--format', 'csv'])).out).toBe(
      'one\r\n1\r\n',
    )
    expect((await skein(['query', '--file', '-', '--format', 'csv'], { stdin: 'RETURN 2 AS two' })).out).toBe(
      'two\r\n2\r\n',
    )
  })

  test('a mistake in the query is told with its line and a caret, and the exit code is 1', async () => {
    const ran = await skein(['query', 'MATCH (p:Person)\nRETURN q.name'])
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toMatch(/^VARIABLE_UNDEFINED: .*q.* \(line 2, column 8\)\n {2}RETURN q\.name\n {9}\^/)
  })

  test('--db wins over SKEIN_DB', async () => {
    await skein(['query', 'CREATE (:A)', '--db', join(directory, 'other')])
    expect((await skein(['query', 'MATCH (n) RETURN count(*) AS n', '--format', 'csv'])).out).toBe('n\r\n0\r\n')
  })
})

describe('skein import', () => {
  const csv = (...more: string[]) => {
    const people = file('people.csv', ':ID(Person),name,age:int\n1,Ann,31\n2,Bob,x\n')
    const knows = file('knows.csv', ':START_ID(Person),:END_ID(Person)\n1,1\n1,2\n')
    return ['import', 'csv', `--nodes=Person=${people}`, '--relationships', `KNOWS=${knows}`, ...more]
  }
  const names = ['query', 'MATCH (p:Person) RETURN p._key AS key, p.name AS name', '--format', 'jsonl']

  test('ends at the first bad row, and the database stays empty', async () => {
    const ran = await skein(csv())
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toBe(
      "IMPORT_ROW: people.csv:3: age is 'x', not a whole number from -2147483648 to 2147483647\n" +
        'Mend the row, or leave out all such rows with --skip-bad.\n',
    )
    expect((await skein(names)).out).toBe('')
  })

  test('lists bad rows and goes on where told so', async () => {
    const ran = await skein(csv('--skip-bad'))
    expect(ran.code).toBe(0)
    expect(ran.err.split('\n').map((line) => line.split(' ')[0])).toEqual(['people.csv:3:', 'knows.csv:3:', ''])
    expect(timeless(ran)).toMatch(/^imported 1 node and 1 relationship in .*; left out 2 bad rows\n$/)
    expect((await skein(names)).out).toBe('{"key":"Person:1","name":"Ann"}\n')
  })

  test('adds to a database that holds data already', async () => {
    await skein(csv('--skip-bad'))
    const more = file('more.csv', ':ID(Person),name\n3,Eve\n')
    const knows = file('more-knows.csv', ':START_ID(Person),:END_ID(Person)\n3,1\n')
    await skein(['import', 'csv', '--nodes', `Person=${more}`, '--relationships', `KNOWS=${knows}`])
    const found = 'MATCH (:Person {_key: "Person:3"})-[:KNOWS]->(p) RETURN p.name AS name'
    expect((await skein(['query', found, '--format', 'csv'])).out).toBe('name\r\nAnn\r\n')
  })

  test('a bad row that ends the import takes its batch with it, and leaves what was there before', async () => {
    await skein(csv('--skip-bad'))
    const more = file('more.csv', ':ID(Person),age:int\n3,1\n4,x\n')
    expect((await skein(['import', 'csv', '--nodes', `Person=${more}`])).code).toBe(1)
    expect((await skein(names)).out).toBe('{"key":"Person:1","name":"Ann"}\n')
  })

  test('a key that is taken is a bad row like any other', async () => {
    await skein(csv('--skip-bad'))
    const again = await skein(csv('--skip-bad'))
    expect(again.err).toMatch(/^people\.csv:2: .*Person:1.*$/m)
    expect(again.out).toMatch(/^imported 0 nodes and 1 relationship/)
  })

  test('shows a progress bar on a terminal only', async () => {
    const { err } = await skein(csv('--skip-bad'), { columns: 60 })
    expect(err).toContain('\r\u001b[2K')
    expect(err).toMatch(/[█░]{24} \d+ %/)
  })

  test('reads an npm project', async () => {
    mkdirSync(join(directory, 'project'))
    const packages = { '': { name: 'app', dependencies: { a: '^1', b: '*' } }, 'node_modules/a': { version: '1.0.0' } }
    file('project/package-lock.json', JSON.stringify({ packages }))
    const ran = await skein(['import', 'npm', join(directory, 'project')])
    expect(ran.err).toBe('not in the lock file: npm:app asks for b *\n')
    expect(ran.out).toMatch(/^found 2 packages, 2 of them not installed; imported 2 nodes and 1 relationship in /)
    const asked = 'MATCH (:Project)-[r:DEPENDS_ON]->(p) RETURN r.range AS range, p._key AS key'
    expect((await skein(['query', asked, '--format', 'jsonl'])).out).toBe('{"range":"^1","key":"npm:a@1.0.0"}\n')
  })
})

describe('skein info', () => {
  test('counts nodes by label and relationships by type', async () => {
    await skein(['query', 'CREATE (:Person)-[:KNOWS]->(:Person), (:City)'])
    const { out } = await skein(['info'])
    for (const line of ['nodes │ 3', '  Person │ 2', '  City │ 1', 'relationships │ 1', '  KNOWS │ 1'])
      expect(out.replace(/ +│ +/g, ' │ ')).toContain(`\n${line}\n`)
  })

  test('makes no database where there is none', async () => {
    const path = join(directory, 'nowhere')
    const ran = await skein(['info', '--db', path])
    expect(ran).toMatchObject({ code: 1, err: `FILE_NOT_FOUND: there is no database at ${path}\n` })
  })
})

test('--version tells the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await skein(['--version'])).toEqual({ code: 0, out: `skein ${version}\n`, err: '' })
})

describe('wrong calls', () => {
  const calls: [args: string[], message: string][] = [
    [['frobnicate'], "there is no command 'frobnicate'"],
    [['query'], "query takes one statement: skein query '<cypher>', or --file"],
    [['query', 'RETURN 1', '--format', 'xml'], "--format is 'xml', not one of table, json, jsonl, csv"],
    [['query', 'RETURN 1', '--param', 'a'], "--param is 'a', not name=json"],
    [
      ['query', 'RETURN 1', '--param', 'a=Ann'],
      '--param a is Ann, which is not JSON; a string needs its quotes: \'a="..."\'',
    ],
    [['import'], 'import reads csv, jsonl or npm, not nothing'],
    [['import', 'xml'], "import reads csv, jsonl or npm, not 'xml'"],
    [['import', 'csv'], 'import csv needs --nodes or --relationships'],
    [['import', 'csv', '--nodes', 'A='], "--nodes is 'A=', which names no file at one place"],
    [['import', 'csv', '--nodes', 'a.csv', '--id-type', 'x'], "--id-type is 'x', not string or integer"],
    ...['info', 'export jsonl', 'import npm .', 'serve'].map((command): [string[], string] => [
      [...command.split(' '), '--db', 'http://127.0.0.1:7474'],
      'http://127.0.0.1:7474 is the address of a server; this command takes a directory that no server has open',
    ]),
    [['import', 'npm'], 'import npm takes the directory of one project'],
  ]
  test.each(calls)('%j exits with 2 and says why', async (args, message) => {
    const ran = await skein(args)
    expect(ran).toEqual({ code: 2, out: '', err: `skein: ${message}\nskein --help tells all commands and options.\n` })
  })

  test('an unknown option exits with 2', async () => {
    expect(await skein(['query', 'RETURN 1', '--fromat', 'csv'])).toMatchObject({ code: 2, out: '' })
  })

  test('help tells all commands and their options', async () => {
    const { code, out } = await skein(['--help'])
    expect(code).toBe(0)
    for (const word of [
      'skein query',
      'skein import csv',
      'skein import npm',
      'skein info',
      '--format',
      '--skip-bad',
      'SKEIN_DB',
    ])
      expect(out).toContain(word)
    expect((await skein(['import', '--help'])).out).toContain('--array-delimiter')
  })
})

describe('skein keys', () => {
  test('lists keys with what is known of them, those of a prefix or a kind', async () => {
    await skein(['query', "CREATE ({_key: 'ann'}) WITH 1 AS one CALL key.set('a:1', 7) CALL key.set('b', 'x')"])
    expect(timeless(await skein(['keys', '--kind', 'value']))).toBe(
      'key │ kind  │ valueType │ expiresAt\n────┼───────┼───────────┼──────────\n' +
        'a:1 │ value │ INTEGER   │ null\nb   │ value │ STRING    │ null\n2 rows · <time>\n',
    )
    expect((await skein(['keys', 'a', '--format', 'csv', '--limit', '1', '--after', 'a:1'])).out).toBe(
      'key,kind,valueType,expiresAt\r\nann,node,,\r\n',
    )
  })

  test.each([
    ['--kind', 'graph'],
    ['--limit', 'all'],
    ['a', 'b'],
  ])('refuses %s %s', async (...args) => {
    expect(await skein(['keys', ...args])).toMatchObject({ code: 2, out: '' })
  })
})

describe('skein search', () => {
  const filled = async () => {
    await skein([
      'query',
      "CREATE (:Note {title: 'Graph databases'}), (:Note {title: 'A graph of the log', body: 'graphs'})",
    ])
    await skein(['query', 'CREATE FULLTEXT INDEX notes FOR (n:Note) ON EACH [n.title, n.body]'])
  }

  test('finds words, best first, with what was found in brackets', async () => {
    await filled()
    const { code, out } = await skein(['search', 'notes', 'graph', '(-x', '--highlight', '--format', 'jsonl'])
    expect(code).toBe(0)
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ pieces, hit }) => [pieces, hit.properties.title]),
    ).toEqual([
      [['A [graph] of the log', '[graphs]'], 'A graph of the log'],
      [['[Graph] databases'], 'Graph databases'],
    ])
    const { out: table } = await skein(['search', 'notes', 'databases', '--limit', '1', '--fields', 'title'])
    expect(timeless({ code: 0, out: table, err: '' })).toContain("(:Note {title: 'Graph databases'})")
    expect(table.split('\n')[0]).toMatch(/^score +│ hit$/)
    const { out: why } = await skein(['search', 'notes', 'databases', '--explain', '--format', 'jsonl'])
    expect(JSON.parse(why)).toMatchObject({ explain: { kind: 'term', term: 'databas', field: 'title', holders: 1 } })
  })

  test('tells what is wrong with the call, and with what was asked', async () => {
    await filled()
    for (const args of [[], ['notes'], ['notes', 'a', '--limit', 'x'], ['notes', 'a', '--format', 'x']])
      expect(await skein(['search', ...args])).toMatchObject({ code: 2, out: '' })
    expect(await skein(['search', 'other', 'a'])).toEqual({
      code: 1,
      out: '',
      err: "INDEX_MISSING: there is no full-text index 'other'; there is notes, and CREATE FULLTEXT INDEX makes one\n",
    })
  })
})
