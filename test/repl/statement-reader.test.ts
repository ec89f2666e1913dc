import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Input, StatementReader } from '../../src/repl/statement-reader.js'

function read(text: string): { inputs: Input[]; reader: StatementReader } {
  const reader = new StatementReader()
  return { inputs: text.split('\n').flatMap((line) => reader.push(line)), reader }
}

const texts = (text: string) => read(text).inputs.map((input) => input.text)

describe('statements', () => {
  test('end with a semicolon, and may span lines or share one', () => {
    expect(texts('MATCH (n)\nRETURN n;')).toEqual(['MATCH (n)\nRETURN n'])
    expect(texts('RETURN 1; RETURN 2 ;')).toEqual(['RETURN 1', 'RETURN 2'])
  })

  test('go on behind a semicolon within quotes or a comment', () => {
    for (const text of ["RETURN ';'", 'RETURN ";\\";"', 'RETURN `;``;`', 'RETURN 1 // ;\n', 'RETURN /* ;\n; */ 1'])
      expect(texts(`${text};`)).toEqual([text.trim()])
  })

  test('that are empty are none', () => {
    expect(texts(';; ;\n\n// a comment\n;')).toEqual([])
  })

  test('are open until they end', () => {
    const { inputs, reader } = read('MATCH (n)')
    expect([inputs, reader.isOpen, reader.openText]).toEqual([[], true, 'MATCH (n)\n'])
    expect(reader.end().map(({ text }) => text)).toEqual(['MATCH (n)'])
    expect([reader.isOpen, reader.end()]).toEqual([false, []])
    expect(texts("RETURN 'a;")).toEqual([])
    expect(read("RETURN 'a;").reader.end()).toMatchObject([{ text: "RETURN 'a;" }])
  })

  test('that are cleared are gone, open quotes and all', () => {
    const { reader } = read("RETURN 'a")
    reader.clear()
    expect(reader.push('RETURN 1;')).toMatchObject([{ text: 'RETURN 1' }])
  })
})

describe('commands', () => {
  test('are one line that starts with a colon; a semicolon at their end is left out', () => {
    expect(read('  :param x => 1;\nRETURN 1;').inputs).toMatchObject([
      { kind: 'command', text: ':param x => 1' },
      { kind: 'statement', text: 'RETURN 1' },
    ])
  })

  test('are none within a statement', () => {
    expect(texts('MATCH (n\n:Person) RETURN n;')).toEqual(['MATCH (n\n:Person) RETURN n'])
  })
})

describe('the flat form', () => {
  const flat = (text: string) => read(text).inputs.map((input) => input.flat)

  test('is one line, without comments and doubled blanks', () => {
    expect(flat('MATCH (n) // all\n\t WHERE n.x /* why\n not */ = 1\n  RETURN n;')).toEqual([
      'MATCH (n) WHERE n.x = 1 RETURN n;',
    ])
  })

  test('keeps what stands in quotes', () => {
    expect(flat("RETURN 'a  // b\n c' AS x;")).toEqual(["RETURN 'a  // b\\n c' AS x;"])
  })
})

test('statements are cut in the same places wherever the lines end', () => {
  const part = fc.constantFrom('RETURN', ' ', ';', "'a;b'", '"\\";"', '`;`', '/*;*/', 'x', '1')
  fc.assert(
    fc.property(fc.array(part), fc.infiniteStream(fc.boolean()), (parts, breaks) => {
      const broken = parts.map((text) => (breaks.next().value ? `${text}\n` : text)).join('')
      const squeezed = (text: string) => texts(text).map((each) => each.replace(/\s/g, ''))
      expect(squeezed(broken)).toEqual(squeezed(parts.join('')))
    }),
  )
})
