import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CsvRows } from '../../../src/transfer/csv/rows.js'

type Field = string | null

interface Row {
  line: number
  fields: Field[] | string
}

/** Rows with their lines; absent fields are null, and for a bad row its problem stands in place of the fields. */
function readRows(text: string | Uint8Array, chunkBytes = 7): Row[] {
  const bytes = Buffer.from(text as string)
  const rows = new CsvRows({ delimiter: 0x2c, quote: 0x22 })
  const read: Row[] = []
  const take = () => {
    while (rows.next()) read.push({ line: rows.line, fields: rows.problem ?? fieldsOf(rows) })
  }
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    rows.push(bytes.subarray(at, at + chunkBytes))
    take()
  }
  rows.end()
  take()
  return read
}

function fieldsOf(rows: CsvRows): Field[] {
  return Array.from({ length: rows.fieldCount }, (_, i) => {
    const text = rows.bytes.toString('utf8', rows.starts[i], rows.ends[i])
    return text === '' && rows.quoted[i] === 0 ? null : text
  })
}

describe('rows of a CSV file', () => {
  test('fields stand between commas, rows between line breaks of any kind', () => {
    expect(readRows('a,b\nc,d\r\ne,f\rg,h')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['c', 'd'] },
      { line: 3, fields: ['e', 'f'] },
      { line: 4, fields: ['g', 'h'] },
    ])
  })

  test('a quoted field holds commas, line breaks and doubled quotes', () => {
    expect(readRows('"a,b","c\nd","say ""hi"""\nx,y,z')).toEqual([
      { line: 1, fields: ['a,b', 'c\nd', 'say "hi"'] },
      { line: 3, fields: ['x', 'y', 'z'] },
    ])
  })

  test('an empty field is absent, a quoted empty one is the empty text', () => {
    expect(readRows(',"",\n')).toEqual([{ line: 1, fields: [null, '', null] }])
  })

  test('a quote within a field that does not begin with one is an ordinary character', () => {
    expect(readRows('5" pipe,a"b\n')).toEqual([{ line: 1, fields: ['5" pipe', 'a"b'] }])
  })

  test('empty lines are no rows, but count as lines', () => {
    expect(readRows('\n\r\na\n\n\r\r\nb\n\n')).toEqual([
      { line: 3, fields: ['a'] },
      { line: 7, fields: ['b'] },
    ])
  })

  test('a byte order mark is skipped at the start of a file and kept elsewhere', () => {
    expect(readRows('\ufeffa,\ufeffb')).toEqual([{ line: 1, fields: ['a', '\ufeffb'] }])
    expect(readRows('\ufeff')).toEqual([])
    expect(readRows('')).toEqual([])
  })

  test('text after a closing quote makes its row bad, and the next line is a row again', () => {
    const problem = 'text follows a closing quote; quotes inside a quoted field are written twice'
    expect(readRows('"a"b,c\nd,e\n')).toEqual([
      { line: 1, fields: problem },
      { line: 2, fields: ['d', 'e'] },
    ])
  })

  test('a quote that never closes costs the line it opens in, not the rest of the file', () => {
    expect(readRows('a,b\nc,"d\ne,f\r\ng,h\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: 'a quote that opens in this row is never closed' },
      { line: 3, fields: ['e', 'f'] },
      { line: 4, fields: ['g', 'h'] },
    ])
  })

  test('a row longer than the buffer is read whole', () => {
    const long = 'x'.repeat(5_000_000)
    expect(readRows(`a,${long}\nb,c\n`, 1_000_000)).toEqual([
      { line: 1, fields: ['a', long] },
      { line: 2, fields: ['b', 'c'] },
    ])
  })

  test('a row may have any number of fields', () => {
    const fields = Array.from({ length: 1000 }, (_, i) => `c${i}`)
    expect(readRows(fields.join(','))).toEqual([{ line: 1, fields }])
  })

  test('what a plain writer wrote is read back, however the bytes are cut into chunks', () => {
    const field = fc.oneof(fc.constant(null), fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ') }))
    const row = fc.array(field, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.nat(12),
        (rows, lineBreak, cut) => {
          const text = rows.map((fields) => fields.map(written).join(',')).join(lineBreak)
          // A single absent field writes an empty line, which is no row.
          const expected = rows.filter((fields) => fields.length > 1 || fields[0] !== null)
          expect(readRows(text, cut + 1).map(({ fields }) => fields)).toEqual(expected)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('any bytes at all give rows that begin on ascending lines', () => {
    const bytes = fc.array(fc.constantFrom(0x22, 0x2c, 0x0a, 0x0d, 0x61), { maxLength: 40 })
    fc.assert(
      fc.property(bytes, fc.nat(6), (bytes, cut) => {
        const text = Uint8Array.from(bytes)
        const whole = readRows(text, 100)
        expect(readRows(text, cut + 1)).toEqual(whole)
        const lines = whole.map(({ line }) => line)
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b))
        expect(lines.every((line) => line >= 1 && line <= bytes.length)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

function written(field: Field): string {
  if (field === null) return ''
  return /[",\r\n]/.test(field) || field === '' ? `"${field.replaceAll('"', '""')}"` : field
}
