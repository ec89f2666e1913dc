import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Float } from '../../../src/core/value.js'
import { type CsvImport, importCsv } from '../../../src/transfer/csv/import-csv.js'
import { MemoryTarget } from '../support/memory-target.js'

let directory: string
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'skein-csv-'))))
afterAll(() => rmSync(directory, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

function nodes(labels: string, ...files: string[]) {
  return { labels: labels.split(':').filter((label) => label !== ''), files }
}

async function load(options: Partial<CsvImport>, target = new MemoryTarget()) {
  const badRows: string[] = []
  const counts = await importCsv(target, { nodes: [], relationships: [], ...options })
  return { target, counts, badRows }
}

const people = () => file('people.csv', 'id:ID(Person),name,age:int\n1,Ann,31\n2,Bob,\n')
const knows = () => file('knows.csv', ':START_ID(Person),:END_ID(Person),since:int\n1,2,2001\n')

describe('import of nodes', () => {
  test('an id column with a name is a property and the key, prefixed by its group', async () => {
    const { target, counts } = await load({ nodes: [nodes('Person', people())] })
    expect(target.nodes).toEqual([
      { labels: ['Person'], key: 'Person:1', properties: { id: '1', name: 'Ann', age: 31 } },
      { labels: ['Person'], key: 'Person:2', properties: { id: '2', name: 'Bob' } },
    ])
    expect(counts).toEqual({ nodes: 2, relationships: 0, badRows: 0 })
    expect(target.finished).toBe(true)
  })

  test('an id column without a name is the key only, and without a group the key is the id alone', async () => {
    const { target } = await load({ nodes: [nodes('City', file('city.csv', ':ID,name\nA,Aachen\n'))] })
    expect(target.nodes).toEqual([{ labels: ['City'], key: 'A', properties: { name: 'Aachen' } }])
  })

  test('without keys, relationships still find their nodes', async () => {
    const relationships = [{ type: 'KNOWS', files: [knows()] }]
    const { target } = await load({ nodes: [nodes('Person', people())], relationships, keys: false })
    expect(target.nodes.map(({ key }) => key)).toEqual([null, null])
    expect(target.relationships).toEqual([{ type: 'KNOWS', start: '1', end: '2', properties: { since: 2001 } }])
  })

  test('with integer ids a named id column is an INTEGER', async () => {
    const { target } = await load({ nodes: [nodes('Person', people())], idType: 'integer' })
    expect(target.nodes[0]!.properties.id).toBe(1)
  })

  test('labels come from the command, from the :LABEL column, or from both', async () => {
    const path = file('labels.csv', ':ID,:LABEL\n1,A;B\n2,\n3,Base\n')
    const { target } = await load({ nodes: [nodes('Base:Thing', path)] })
    expect(target.nodes.map(({ labels }) => labels)).toEqual([
      ['Base', 'Thing', 'A', 'B'],
      ['Base', 'Thing'],
      ['Base', 'Thing'],
    ])
  })

  test('columns are typed, arrays split, ignored columns left out, types read in any case', async () => {
    const path = file('types.csv', 'a:INT,b:double,c:boolean,d:string[],e:int[],f:IGNORE\n1,2,true,x;y,3;4,z\n')
    const { target } = await load({ nodes: [nodes('T', path)] })
    expect(target.nodes[0]!.properties).toEqual({ a: 1, b: new Float(2), c: true, d: ['x', 'y'], e: [3, 4] })
  })

  test('a header may stand in a file of its own, and data in several, packed or not', async () => {
    const header = file('header.csv', ':ID|name')
    const first = file('first.csv', '1|Ann\n')
    const second = file('second.csv.gz', gzipSync('2|Bob\n3|Eve'))
    const { target } = await load({ nodes: [nodes('P', header, first, second)], delimiter: '|' })
    expect(target.nodes.map(({ properties }) => properties.name)).toEqual(['Ann', 'Bob', 'Eve'])
  })

  test('other delimiters may be chosen, the tabulator by name', async () => {
    const path = file('tabs.tsv', "name\ttags:string[]\n'a\tb'\tx,y\n")
    const options = { delimiter: 'TAB', arrayDelimiter: ',', quote: "'" }
    const { target } = await load({ nodes: [nodes('P', path)], ...options })
    expect(target.nodes[0]!.properties).toEqual({ name: 'a\tb', tags: ['x', 'y'] })
  })
})

describe('import of relationships', () => {
  test('ids are looked up in their own groups', async () => {
    const cities = file('cities.csv', ':ID(City),name\n1,Rome\n')
    const lives = file('lives.csv', ':START_ID(Person),:END_ID(City)\n1,1\n')
    const { target } = await load({
      nodes: [nodes('Person', people()), nodes('City', cities)],
      relationships: [{ type: 'LIVES_IN', files: [lives] }],
    })
    expect(target.relationships).toEqual([{ type: 'LIVES_IN', start: 'Person:1', end: 'City:1', properties: {} }])
  })

  test('the :TYPE column decides, and the type of the command stands where it is empty', async () => {
    const path = file('typed.csv', ':START_ID(Person),:TYPE,:END_ID(Person)\n1,LIKES,2\n2,,1\n')
    const { target } = await load({
      nodes: [nodes('Person', people())],
      relationships: [{ type: 'KNOWS', files: [path] }],
    })
    expect(target.relationships.map(({ type }) => type)).toEqual(['LIKES', 'KNOWS'])
  })

  test('nodes that were in the database before are found by their key', async () => {
    const { target } = await load({ nodes: [nodes('Person', people())] })
    await load({ relationships: [{ type: 'KNOWS', files: [knows()] }] }, target)
    expect(target.relationships).toHaveLength(1)
  })
})

describe('bad rows', () => {
  test('the first bad row ends the import with its file, line, value and the way out', async () => {
    const path = file('persons.csv', ':ID,age:int\n1,31\n"2\n",x1\n')
    const target = new MemoryTarget()
    await expect(load({ nodes: [nodes('Person', path)] }, target)).rejects.toMatchObject({
      code: 'IMPORT_ROW',
      message:
        "persons.csv:3: age is 'x1', not a whole number from -2147483648 to 2147483647\n" +
        'Mend the row, or leave out all such rows with --skip-bad.',
    })
    expect(target.finished).toBe(false)
    expect(target.nodes).toEqual([])
  })

  const goldens: [why: string, nodeRow: string, relationshipRow: string, message: string][] = [
    ['a missing node', '', '1,9,', "r.csv:2: no node has the id '9' in group P; its file must be among --nodes"],
    ['an empty end', '', '1,,', 'r.csv:2: the id is empty'],
    ['too few fields', '5', '', 'n.csv:3: the row has 1 fields where the header has 3'],
    ['too many fields', '5,a,1,x', '', 'n.csv:3: the row has 4 fields where the header has 3'],
    ['an empty id', ',a,1', '', 'n.csv:3: the id is empty'],
    ['an id twice', '1,b,2', '', "n.csv:3: the id '1' was given to a node before; ids of a group are unique"],
    ['a bad float', '5,a,1.x', '', "n.csv:3: score is '1.x', not a number"],
    [
      'a bad quote',
      '"5"x,a,1',
      '',
      'n.csv:3: text follows a closing quote; quotes inside a quoted field are written twice',
    ],
    ['no type', '', '1,1,', 'r.csv:2: the relationship has no type; fill :TYPE, or give --relationships TYPE=file'],
  ]
  test.each(goldens)('%s is told in one line and left out', async (_, nodeRow, relationshipRow, message) => {
    const nodePath = file('n.csv', `:ID(P),name,score:double\n1,a,1\n${nodeRow}\n`)
    const relationshipPath = file('r.csv', `:START_ID(P),:END_ID(P),:TYPE\n${relationshipRow}\n1,1,T\n`)
    const badRows: string[] = []
    const { counts } = await load({
      nodes: [nodes('P', nodePath)],
      relationships: [{ type: null, files: [relationshipPath] }],
      onBadRow: (row) => badRows.push(row),
    })
    expect(badRows).toEqual([message])
    expect(counts).toEqual({ nodes: 1, relationships: 1, badRows: 1 })
  })

  test('text that is not UTF-8 is refused, not mangled', async () => {
    const path = file('latin1.csv', Buffer.from('name\nZo\xeb\n', 'latin1'))
    await expect(load({ nodes: [nodes('P', path)] })).rejects.toThrow(
      "latin1.csv:2: name is 'Zo\ufffd', not text in UTF-8",
    )
  })

  test('a key that the database holds already is a bad row', async () => {
    const { target } = await load({ nodes: [nodes('Person', people())] })
    await expect(load({ nodes: [nodes('Person', people())] }, target)).rejects.toThrow(
      "people.csv:2: the key 'Person:1' is taken",
    )
  })
})

describe('bad files', () => {
  const headers: [header: string, message: string][] = [
    ['id:ID,id:ID(B)', 'n.csv:1: the header has 2 columns :ID, not one'],
    ['a,a:int', "n.csv:1: two columns are named 'a'"],
    ['a,:int', 'n.csv:1: column 2 has no name; :IGNORE leaves it out'],
    [
      'a:point',
      "n.csv:1: column 'a' has type 'point'; known types are int, long, short, byte, float, double, boolean, char, string, date, localtime, time, localdatetime, datetime, duration",
    ],
    ['a:int{x}', "n.csv:1: column 1, 'a:int{x}', is not of the form name:type"],
    [':START_ID', 'n.csv:1: a node file has no column :START_ID'],
  ]
  test.each(headers)('the header %s is refused', async (header, message) => {
    const path = file('n.csv', `${header}\n`)
    await expect(load({ nodes: [nodes('P', path)] })).rejects.toMatchObject({ code: 'IMPORT_HEADER', message })
  })

  test('a relationship file needs both of its ends', async () => {
    const path = file('r.csv', ':START_ID,x\n')
    await expect(load({ relationships: [{ type: 'T', files: [path] }] })).rejects.toThrow(
      'r.csv:1: a relationship file needs the columns :START_ID and :END_ID',
    )
  })

  test('a file that is not there is told before any other is read', async () => {
    const target = new MemoryTarget()
    const missing = join(directory, 'missing.csv')
    const options = { nodes: [nodes('Person', people())], relationships: [{ type: 'T', files: [missing] }] }
    await expect(load(options, target)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    expect(target.batchCount).toBe(0)
  })

  test('a broken .gz and an empty file are told by name', async () => {
    const broken = file('broken.csv.gz', 'no gzip')
    await expect(load({ nodes: [nodes('P', broken)] })).rejects.toMatchObject({ code: 'FILE_INVALID' })
    await expect(load({ nodes: [nodes('P', file('empty.csv', ''))] })).rejects.toThrow('empty.csv is empty')
  })
})

test('a file of many chunks is imported in batches, and progress ends at its last byte', async () => {
  const rowCount = 300_000
  const path = file('many.csv', `:ID,name\n${Array.from({ length: rowCount }, (_, i) => `${i},n${i}\n`).join('')}`)
  const target = new MemoryTarget()
  target.nodeByKey = () => 0
  const progress: number[] = []
  const { counts } = await load(
    { nodes: [nodes('N', path)], onProgress: ({ bytesDone, bytesTotal }) => progress.push(bytesDone / bytesTotal) },
    target,
  )
  expect(counts.nodes).toBe(rowCount)
  expect(target.batchCount).toBeGreaterThan(3)
  expect(target.nodes[rowCount - 1]).toMatchObject({
    key: String(rowCount - 1),
    properties: { name: `n${rowCount - 1}` },
  })
  expect(progress.at(-1)).toBe(1)
})
