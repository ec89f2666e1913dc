import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/ids.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import { Duration } from '../../../src/core/temporal/duration.js'
import { Float } from '../../../src/core/value.js'
import { NodeIds } from '../../../src/transfer/csv/node-ids.js'
import { arrayOf, columnTypes } from '../../../src/transfer/csv/values.js'

function read(type: string, text: string | Uint8Array) {
  // Bytes around the field, so that a reader that looks outside of it is found.
  const bytes = Buffer.concat([Buffer.from('9'), Buffer.from(text as string), Buffer.from('9')])
  const element = columnTypes.get(type.replace('[]', ''))!
  const column = type.endsWith('[]') ? arrayOf(element, 0x3b) : element
  return column.read(bytes, 1, bytes.length - 1)
}

describe('values of typed columns', () => {
  test('integers are numbers, and bigints where a number would not be exact', () => {
    expect(read('int', '42')).toBe(42)
    expect(read('int', ' -42 ')).toBe(-42)
    expect(read('int', '+7')).toBe(7)
    expect(read('int', '007')).toBe(7)
    expect(read('int', '-0')).toBe(0)
    expect(read('long', '9007199254740991')).toBe(9007199254740991)
    expect(read('long', '9223372036854775807')).toBe(9223372036854775807n)
    expect(read('long', '-9223372036854775808')).toBe(-9223372036854775808n)
  })

  test('integers stay within the range of their type', () => {
    expect(read('byte', '127')).toBe(127)
    expect(read('byte', '128')).toBeUndefined()
    expect(read('short', '-32769')).toBeUndefined()
    expect(read('int', '2147483648')).toBeUndefined()
    expect(read('long', '9223372036854775808')).toBeUndefined()
  })

  test('what is no whole number is none', () => {
    for (const text of ['', 'x', '1.0', '1e3', '0x10', '-', '1 2', '--1']) expect(read('int', text)).toBeUndefined()
  })

  test('floats are wrapped, so that 1 and 1.0 stay apart', () => {
    expect(read('double', '1')).toEqual(new Float(1))
    expect(read('float', ' -.5e3 ')).toEqual(new Float(-500))
    expect(read('double', 'Infinity')).toEqual(new Float(Infinity))
    expect(read('double', 'NaN')).toEqual(new Float(NaN))
    for (const text of ['', 'x', '0x10', '1_0', '1,5']) expect(read('double', text)).toBeUndefined()
  })

  test('booleans are true or false in any case', () => {
    expect([read('boolean', 'true'), read('boolean', 'FALSE'), read('boolean', 'yes')]).toEqual([
      true,
      false,
      undefined,
    ])
  })

  test('dates, times and durations are read as Cypher reads them', () => {
    expect(read('date', ' 2015-W30-2 ')).toStrictEqual(LocalDate.of(2015, 7, 21))
    expect(String(read('datetime', '2015-07-21T21:40[Europe/Stockholm]'))).toBe(
      '2015-07-21T21:40+02:00[Europe/Stockholm]',
    )
    expect(read('duration', 'P1M-1D')).toStrictEqual(Duration.of({ months: 1, days: -1 }))
    for (const type of ['date', 'localtime', 'time', 'localdatetime', 'datetime', 'duration'])
      for (const text of ['', '2015-02-30', 'x']) expect(read(type, text)).toBeUndefined()
  })

  test('a char is one character, also beyond 16 bits', () => {
    expect([read('char', 'é'), read('char', '🎈'), read('char', 'ab')]).toEqual(['é', '🎈', undefined])
  })

  test('text is UTF-8, and bytes that are not are refused', () => {
    expect(read('string', 'Zoë')).toBe('Zoë')
    expect(read('string', '\ufffd')).toBe('\ufffd')
    expect(read('string', Uint8Array.of(0x5a, 0xff))).toBeUndefined()
  })

  test('elements of an array stand between its delimiters', () => {
    expect(read('int[]', '1;2;3')).toEqual([1, 2, 3])
    expect(read('string[]', 'a;;b;')).toEqual(['a', '', 'b', ''])
    expect(read('int[]', '1;x')).toBeUndefined()
  })

  test('integers of any size agree with BigInt', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (value) => {
        const fits = value >= -(2n ** 63n) && value < 2n ** 63n
        expect(read('long', String(value))).toEqual(
          !fits ? undefined : Number.isSafeInteger(Number(value)) ? Number(value) : value,
        )
      }),
    )
  })
})

describe('ids of nodes', () => {
  test('ids that look alike as numbers are different texts', () => {
    const ids = new NodeIds()
    const texts = ['7', '007', '7.0', '+7', ' 7', '', '123456789012345', '1234567890123456', '0', '00', 'x']
    texts.forEach((text, i) => void ids.add(Buffer.from(text), 0, text.length, (i + 1) as NodeId))
    expect(texts.map((text) => ids.find(Buffer.from(text), 0, text.length))).toEqual(texts.map((_, i) => i + 1))
    expect(ids.find(Buffer.from('8'), 0, 1)).toBe(0)
  })

  test('the table agrees with a Map for any ids, dense or scattered', () => {
    const id = fc.oneof(
      fc.nat(50).map(String),
      fc.nat(100_000).map((n) => String(n * 1024)),
      fc.nat().map(String),
      fc.bigInt({ min: 0n, max: 10n ** 16n }).map(String),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(id, { minLength: 3000, maxLength: 3000, size: 'max' }), (texts) => {
        const ids = new NodeIds()
        const model = new Map<string, number>()
        const find = (text: string) => {
          const bytes = Buffer.from(`[${text}]`)
          return ids.find(bytes, 1, bytes.length - 1)
        }
        for (const text of texts) {
          expect(find(text)).toBe(model.get(text) ?? 0)
          if (model.has(text)) continue
          model.set(text, model.size + 1)
          const bytes = Buffer.from(`[${text}]`)
          ids.add(bytes, 1, bytes.length - 1, model.size as NodeId)
        }
        for (const [text, node] of model) if (find(text) !== node) expect.fail(`${text} is not ${node}`)
      }),
      // Three thousand ids shrink for minutes, and the seed tells as much.
      { numRuns: 10, endOnFailure: true },
    )
  })
})
