import { describe, expect, test } from 'vitest'
import { print } from '../../src/cli/print/formats.js'
import { table } from '../../src/cli/print/table.js'
import { valueText } from '../../src/cli/print/value-text.js'
import { padded, shortened, widthOf } from '../../src/cli/print/width.js'
import { Float } from '../../src/index.js'

const ann = { elementId: '1', labels: ['Person', 'Odd label'], properties: { name: 'Ann', tags: ['a'] } }
const bob = { elementId: '2', labels: [], properties: {}, _key: 'bob' }
const knows = {
  elementId: '1',
  type: 'KNOWS',
  startNodeElementId: '1',
  endNodeElementId: '2',
  properties: { since: 2001 },
}

describe('a table', () => {
  test('has columns as wide as their widest cell, numbers to the right, null as null', () => {
    const rows = [
      ['Ann', 31, null],
      ['Bartholomew', 7, true],
    ]
    expect(table(['name', 'age', 'member'], rows)).toBe(
      'name        │ age │ member\n' +
        '────────────┼─────┼───────\n' +
        'Ann         │  31 │ null\n' +
        'Bartholomew │   7 │ true\n',
    )
  })

  test('stays aligned with characters that take two places or none', () => {
    const rows = [['日本'], ['e\u0301a'], ['🎈'], ['ｶﾅ']]
    expect(
      table(
        ['text', 'x'],
        rows.map(([text]) => [text, 1]),
      ),
    ).toBe('text │ x\n─────┼──\n日本 │ 1\ne\u0301a   │ 1\n🎈   │ 1\nｶﾅ   │ 1\n')
  })

  test('cuts its widest columns where it would not fit', () => {
    const rows = [['a'.repeat(40), 'short', 'b'.repeat(30)]]
    const lines = table(['one', 'two', 'three'], rows, { widthMax: 41 }).trimEnd().split('\n')
    expect(lines.map(widthOf)).toEqual([31, 41, 41])
    expect(lines[2]).toBe(`${'a'.repeat(14)}… │ short │ ${'b'.repeat(14)}…`)
  })

  test('keeps a cell on its line, whatever it holds', () => {
    expect(table(['t'], [['a\nb\t\u001b[2J']])).toBe('t\n───────────────\na\\nb\\t\\u001b[2J\n')
  })
})

describe('the width of a text', () => {
  test('counts places of the terminal', () => {
    expect(['Zoë', 'Ｆｕ', '한글', '👩‍👩‍👧', '\u200d', ''].map(widthOf)).toEqual([3, 4, 4, 2, 1, 0])
  })

  test('is what padding and shortening keep to', () => {
    expect([padded('日', 4, 'left'), padded('日', 4, 'right'), padded('abc', 2, 'left')]).toEqual([
      '日  ',
      '  日',
      'abc',
    ])
    expect([shortened('日本語', 5), shortened('日本語', 6), shortened('abcdef', 4)]).toEqual([
      '日本…',
      '日本語',
      'abc…',
    ])
  })
})

describe('values as Cypher writes them', () => {
  test('strings are quoted inside of lists and maps', () => {
    expect(valueText([1, "it's", null, { a: 1.5, 'b c': [true] }])).toBe("[1, 'it\\'s', null, {a: 1.5, `b c`: [true]}]")
    expect(valueText('back\\slash\n')).toBe("'back\\\\slash\\n'")
    expect(valueText(9223372036854775807n)).toBe('9223372036854775807')
  })

  test('entities look like patterns', () => {
    expect(valueText(ann)).toBe("(:Person:`Odd label` {name: 'Ann', tags: ['a']})")
    expect(valueText(bob)).toBe("({_key: 'bob'})")
    expect(valueText(knows)).toBe('[:KNOWS {since: 2001}]')
  })

  test('a path shows the direction of each relationship', () => {
    const short = { ...ann, labels: ['P'], properties: {} }
    expect(valueText({ nodes: [short, bob], relationships: [knows] })).toBe(
      "(:P)-[:KNOWS {since: 2001}]->({_key: 'bob'})",
    )
    expect(valueText({ nodes: [bob, short], relationships: [knows] })).toBe(
      "({_key: 'bob'})<-[:KNOWS {since: 2001}]-(:P)",
    )
  })
})

describe('the formats', () => {
  const answer = {
    columns: ['n', 'a,b'],
    rows: [
      [9007199254740993n, 'say "hi"'],
      [null, ''],
      [new Float(Number.NaN), [1, { x: 'y' }]],
      [new Float(1), new Float(1e300)],
    ],
  }

  test('json is a list of records, without loss for large integers and for FLOATs that are whole', () => {
    expect(print(answer, 'json', undefined)).toBe(
      '[\n' +
        '  {"n":9007199254740993,"a,b":"say \\"hi\\""},\n' +
        '  {"n":null,"a,b":""},\n' +
        '  {"n":"NaN","a,b":[1,{"x":"y"}]},\n' +
        '  {"n":1.0,"a,b":1e+300}\n' +
        ']\n',
    )
    expect(print({ columns: ['n'], rows: [] }, 'json', undefined)).toBe('[]\n')
  })

  test('jsonl is a record a line', () => {
    expect(print(answer, 'jsonl', undefined).split('\n')[1]).toBe('{"n":null,"a,b":""}')
  })

  test('csv keeps null and the empty string apart', () => {
    expect(print(answer, 'csv', undefined)).toBe(
      'n,"a,b"\r\n9007199254740993,"say ""hi"""\r\n,""\r\nNaN,"[1,{""x"":""y""}]"\r\n1.0,1e+300\r\n',
    )
  })

  test('a query without columns prints nothing', () => {
    const none = { columns: [], rows: [] }
    expect([print(none, 'table', 80), print(none, 'csv', 80), print(none, 'jsonl', 80)]).toEqual(['', '', ''])
  })
})
