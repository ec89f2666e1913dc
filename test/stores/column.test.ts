import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Float, integerMax, integerMin, type PropertyValue, toInteger } from '../../src/core/value.js'
import { BlockHeap, ByteStore } from '../../src/pages/block-heap.js'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { Column, ColumnReader, type Encoding, encodings, nullInt32 } from '../../src/stores/json/column.js'
import { TreeStore } from '../../src/stores/json/tree.js'
import { extentIds } from '../../src/stores/keyspace/id-space.js'
import { familySlot, slots } from '../../src/stores/slots.js'
import { Dictionary } from '../../src/stores/strings/dictionary.js'
import { againstModel, smallHeap } from '../pages/against-model.js'
import { textsIn } from '../support/values.js'

/** Ids of these tests lie in the first two extents, and some far away. */
const extents = 2

interface Real {
  readonly column: Column
  readonly strings: Dictionary
  readonly values: BlockHeap
}

function open(space: PageSpace): Real {
  const strings = new Dictionary(space)
  const values = new BlockHeap(space, slots.values)
  const table = space.table(familySlot('nodeColumn', 1))
  const bytes = new ByteStore(values)
  const trees = new TreeStore(space, slots.trees, strings, bytes)
  return { column: new Column(table, strings, bytes, trees, () => extents), strings, values }
}

const newColumn = () => open(PageSpace.current(new Heap(smallHeap)))

function pagesOf(column: Column): number {
  return column.table.entries().filter((entry) => entry > 0).length
}

const edges: readonly PropertyValue[] = [
  0,
  1,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  -(2 ** 31) + 1,
  2 ** 32,
  -(2 ** 32),
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 53n + 1n,
  integerMax,
  integerMin,
  integerMin + 1n,
  new Float(0),
  new Float(-0),
  new Float(1),
  new Float(Number.NaN),
  new Float(Number.POSITIVE_INFINITY),
  new Float(Number.NEGATIVE_INFINITY),
  new Float(Number.MIN_VALUE),
  new Float(Number.MAX_VALUE),
  '',
  'a',
  'Zürich',
  'x'.repeat(10_000),
  true,
  false,
  [],
  [1, new Float(1), 'a', null, [true]],
  new Map<string, PropertyValue>([['__proto__', 1]]),
  new Uint8Array(0),
  Uint8Array.of(0, 255),
]

/** Which kinds of value an extent sees decides its encoding, so a run stays with one kind most of the time. */
const families: Record<string, fc.Arbitrary<PropertyValue>> = {
  int32: fc.integer(),
  integer: fc.oneof(
    fc.maxSafeInteger(),
    fc.bigInt({ min: integerMin, max: integerMax }).map((value) => toInteger(value)),
  ),
  float: fc.double().map((value) => new Float(value)),
  string: fc.constantFrom('', 'a', 'b', 'é', '漢'.repeat(100), 'long'.repeat(3000)),
  boolean: fc.boolean(),
  edge: fc.constantFrom(...edges),
}

const id = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 2, arbitrary: fc.constantFrom(511, 512, 513, 1023, 1024, 1025, 1535, 1536, 2047) },
  { weight: 1, arbitrary: fc.constantFrom(500_000, 500_001) },
)

function same(kept: PropertyValue, expected: PropertyValue): boolean {
  // toEqual tells -0 from 0 and 1 from Float(1), and finds NaN equal to itself.
  expect(kept).toEqual(expected)
  return true
}

describe('columns', () => {
  test.each(Object.keys(families))('equal a map in every version, mostly of one kind: %s', (family) => {
    type Model = Map<number, PropertyValue>
    const value = fc.oneof(
      { weight: 8, arbitrary: families[family]! },
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: families.edge! },
    )
    const values = fc.array(fc.oneof(value, fc.constant(undefined)), { maxLength: 6 })
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ id, value }) },
      { weight: 1, arbitrary: fc.record({ first: fc.constantFrom(1, 2, 508, 1024, 1534), values }) },
    )
    type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
    againstModel<Real, Model, Step>(
      {
        open,
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply({ column }, model, step) {
          if ('values' in step) {
            column.fill(step.first, step.values)
            for (const [at, value] of step.values.entries()) if (value != null) model.set(step.first + at, value)
            return
          }
          const { id, value } = step
          column.set(id, value)
          if (value === null) model.delete(id)
          else model.set(id, value)
        },
        compare({ column, strings, values }, model) {
          const reader = new ColumnReader(column)
          for (const id of [1, 2, 3, 4, 5, 6, 7, 511, 512, 513, 1023, 1024, 1025, 1535, 1536, 2047, 2048, 500_000]) {
            const expected = model.get(id) ?? null
            same(column.get(id), expected)
            same(reader.valueAt(id), expected)
            sameTyped(reader, id, expected, strings)
          }
          const texts = textsIn([...model.values()])
          expect(strings.size).toBe(texts.size)
          const found = [0, 1].map((extent) => reader.encodingAt(extent * extentIds))
          const common = found[0] === found[1] ? found[0]! : encodings.none
          for (const encoding of Object.values(encodings))
            if (encoding !== encodings.none) expect(reader.isUniform(encoding)).toBe(encoding === common)
          if (model.size === 0) expect(column.table.entries().every((entry) => entry === 0)).toBe(true)
          if (![...model.values()].some(isEncoded)) expect(pagesIn(values)).toBe(0)
        },
      },
      { runs: 40, length: 100 },
    )
  })

  test.each<[Encoding, PropertyValue, pages: number]>([
    [encodings.int32, 1, 1],
    [encodings.string, 'a', 1],
    [encodings.boolean, true, 1],
    [encodings.float64, new Float(1), 2],
    [encodings.int64, 2 ** 31, 2],
    [encodings.mixed, [1], 3],
  ])('keep an extent in encoding %i for %s, in %i pages', (encoding, value, pages) => {
    const { column } = newColumn()
    column.set(5, value)
    column.set(1000, value)
    expect(new ColumnReader(column).encodingAt(5)).toBe(encoding)
    expect(pagesOf(column)).toBe(pages)
    expect(new ColumnReader(column).encodingAt(5 + extentIds)).toBe(encodings.none)
    column.set(5, null)
    expect(pagesOf(column)).toBe(pages)
    column.set(1000, null)
    expect(pagesOf(column)).toBe(0)
    expect(new ColumnReader(column).encodingAt(5)).toBe(encodings.none)
  })

  test('widen an extent by what comes, and keep every value that was there', () => {
    const kinds: [PropertyValue, PropertyValue, Encoding][] = [
      [1, 2 ** 40, encodings.int64],
      [2 ** 40, 1, encodings.int64],
      [1, nullInt32, encodings.int64],
      [1, new Float(1), encodings.mixed],
      [2 ** 40, integerMin, encodings.mixed],
      ['a', 1, encodings.mixed],
      [true, 'a', encodings.mixed],
      [new Float(Number.NaN), 1, encodings.mixed],
    ]
    for (const [first, second, encoding] of kinds) {
      const { column, strings } = newColumn()
      const ids = [1, 2, 3, 600, 1023]
      for (const id of ids) column.set(id, first)
      column.set(700, second)
      const reader = new ColumnReader(column)
      expect(reader.encodingAt(1)).toBe(encoding)
      for (const id of ids) same(reader.valueAt(id), first)
      same(reader.valueAt(700), second)
      same(reader.valueAt(4), null)
      for (const id of [...ids, 700]) column.set(id, null)
      expect([pagesOf(column), strings.size]).toEqual([0, 0])
    }
  })

  test('an extent that was emptied takes the encoding of what comes next', () => {
    const { column } = newColumn()
    column.set(1, [1])
    column.set(1, null)
    column.set(1, 7)
    expect(new ColumnReader(column).encodingAt(1)).toBe(encodings.int32)
  })

  test('any bits of a NaN are a NaN, never a null', () => {
    const words = new Int32Array(2)
    const bits = new Float64Array(words.buffer)
    for (const [low, high] of [
      [0, 0x7ff80001],
      [0, 0x7ff80000],
      [1, 0x7ff00000],
      [-1, -1],
    ]) {
      words.set([low!, high!])
      for (const other of [[], [[1]]]) {
        const { column } = newColumn()
        column.set(1, new Float(bits[0]!))
        for (const value of other) column.set(2, value as PropertyValue)
        same(column.get(1), new Float(Number.NaN))
      }
    }
  })
})

const wordEncodings: readonly Encoding[] = [encodings.int32, encodings.boolean, encodings.string]

/** What compiled loops read without making a value must say the same. */
function sameTyped(reader: ColumnReader, id: number, expected: PropertyValue, strings: Dictionary): void {
  const encoding = reader.encodingAt(id)
  if (wordEncodings.includes(encoding)) {
    // Asked of any id, the words and base are those of its whole extent.
    const other = (id & ~(extentIds - 1)) + ((id * 7) % extentIds)
    expect(reader.wordsOf(other)[reader.baseOf(other) + id]).toBe(reader.wordAt(id))
  }
  switch (encoding) {
    case encodings.int32:
      expect(reader.wordAt(id)).toBe(expected ?? nullInt32)
      return
    case encodings.boolean:
      expect(reader.wordAt(id)).toBe(expected === null ? 0 : expected === true ? 2 : 1)
      return
    case encodings.string:
      expect(reader.wordAt(id)).toBe(expected === null ? 0 : strings.find(expected as string))
      return
    case encodings.float64:
      expect(reader.floatAt(id)).toBe(expected === null ? Number.NaN : (expected as Float).value)
      return
  }
}

function isEncoded(value: PropertyValue): boolean {
  return value instanceof Uint8Array || value instanceof Map || Array.isArray(value)
}

function pagesIn(blocks: BlockHeap): number {
  return blocks.table.entries().filter((entry) => entry > 0).length
}
