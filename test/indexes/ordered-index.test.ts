import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entryBytesMax } from '../../indexes/ordered/byte-tree.js'
import { OrderedIndex, type Range } from '../../indexes/ordered/ordered-index.js'
import { compare } from '../../query/functions/values.js'
import { Float, type PropertyValue, typeName } from '../../src/core/value.js'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { againstModel, smallHeap } from '../pages/against-model.js'
import { indexed, scalar } from './values.js'

function open(space: PageSpace): OrderedIndex {
  return new OrderedIndex({ tree: space.table(0), treeMeta: space.table(1), counts: space.table(2) })
}

const newIndex = () => open(PageSpace.current(new Heap(smallHeap)))

type Values = readonly NonNullable<PropertyValue>[]
type Model = Map<number, Values>

function compareAll(a: Values, b: Values): number {
  for (let i = 0; i < a.length; i++) {
    const order = compare(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return 0
}

/** The ids in the order of their values, equal ones by id. */
function sorted(model: Model): number[] {
  return [...model].sort(([a, left], [b, right]) => compareAll(left, right) || a - b).map(([id]) => id)
}

function scan(index: OrderedIndex, range: Range): number[] {
  const found: number[] = []
  const batch = new Uint32Array(7)
  const ids = index.range(range)
  for (let count = ids.next(batch); count > 0; count = ids.next(batch)) found.push(...batch.subarray(0, count))
  return found
}

/** Types within which values have an order of their own: INTEGER and FLOAT share one. */
function kindOf(value: PropertyValue): string {
  const name = typeName(value)
  return name === 'FLOAT' ? 'INTEGER' : name
}

function inRange(value: PropertyValue, { min, max, minInclusive = true, maxInclusive = true }: Range): boolean {
  const bound = min ?? max
  if (bound !== undefined && kindOf(value) !== kindOf(bound)) return false
  if (min !== undefined && compare(value, min) < (minInclusive ? 0 : 1)) return false
  return max === undefined || compare(value, max) <= (maxInclusive ? 0 : -1)
}

const bounds = (value: fc.Arbitrary<NonNullable<PropertyValue>>) =>
  fc.record({
    first: fc.option(value),
    second: fc.option(value),
    minInclusive: fc.boolean(),
    maxInclusive: fc.boolean(),
    descending: fc.boolean(),
  })
type Bounds = ReturnType<typeof bounds> extends fc.Arbitrary<infer Each> ? Each : never

/** Bounds of two types leave nothing between them, which is for the filter above a scan to see. */
function rangeOf({ first, second, ...how }: Bounds): Range {
  const max = second !== null && first !== null && kindOf(first) !== kindOf(second) ? null : second
  return { ...how, ...(first === null ? {} : { min: first }), ...(max === null ? {} : { max }) }
}

function checkRange(index: OrderedIndex, model: Model, range: Range): void {
  const expected = sorted(model).filter((id) => inRange(model.get(id)![0]!, range))
  expect(scan(index, range)).toEqual(range.descending === true ? expected.reverse() : expected)
}

describe('an ordered index', () => {
  test.each([
    ['one property', 1, indexed],
    ['two properties', 2, scalar],
  ])('over %s equals a sorted array in every version: seeks, ranges both ways, distinct counts', (_, width, value) => {
    const values = fc.array(value, { minLength: width, maxLength: width })
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ id: fc.integer({ min: 1, max: 2 ** 32 - 1 }), values }) },
      // The same value again, as most real ones are.
      { weight: 3, arbitrary: fc.record({ id: fc.integer({ min: 1, max: 500 }), likeNth: fc.nat(1000) }) },
      { weight: 3, arbitrary: fc.record({ remove: fc.nat(1000) }) },
      { weight: 3, arbitrary: bounds(value) },
    )
    type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
    againstModel<OrderedIndex, Model, Step>(
      {
        open,
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply(index, model, step) {
          if ('minInclusive' in step) {
            checkRange(index, model, rangeOf(step))
            // Bounds that are there are the ones that matter.
            const [near] = model.values()
            if (near !== undefined) checkRange(index, model, rangeOf({ ...step, first: near[0]! }))
          } else if ('remove' in step) {
            const id = [...model.keys()][step.remove % model.size]
            if (id === undefined) return
            index.remove(id, model.get(id)!)
            model.delete(id)
          } else {
            const values = 'values' in step ? step.values : [...model.values()][step.likeNth % model.size]
            if (values === undefined || model.has(step.id)) return
            index.add(step.id, values)
            model.set(step.id, values)
          }
        },
        compare(index, model) {
          expect(index.size).toBe(model.size)
          expect(scan(index, {})).toEqual(sorted(model))
          expect([...index.entries()].map(({ id }) => id)).toEqual(sorted(model))
          const different = sorted(model).filter(
            (id, i, ids) => i === 0 || compareAll(model.get(id)!, model.get(ids[i - 1]!)!) !== 0,
          )
          expect(index.distinct).toBe(different.length)
          for (const values of [...model.values()].slice(0, 10)) {
            const expected = sorted(model).filter((id) => compareAll(model.get(id)!, values) === 0)
            expect([...index.equal(values)]).toEqual(expected)
            expect(index.first(values)).toBe(expected[0])
            const byFirst = sorted(model).filter((id) => compare(model.get(id)![0]!, values[0]!) === 0)
            expect([...index.equal(values.slice(0, 1))]).toEqual(byFirst)
          }
        },
      },
      { runs: 40, length: 60 },
    )
  })

  test('finds nothing where there is nothing', () => {
    const index = newIndex()
    expect([[...index.equal([1])], index.first(['a']), scan(index, {}), scan(index, { min: 1 })]).toEqual([
      [],
      0,
      [],
      [],
    ])
    index.add(1, [5])
    expect([[...index.equal([4])], [...index.equal(['5'])], scan(index, { min: 6 }), scan(index, { max: 4 })]).toEqual([
      [],
      [],
      [],
      [],
    ])
  })

  test('takes entries up to the limit of bytes, and names it beyond', () => {
    const index = newIndex()
    // A string takes a byte for its type, two for its end, and the id four.
    const longest = 'x'.repeat(entryBytesMax - 7)
    index.check([longest])
    expect(() => index.check([`${longest}x`])).toThrow(
      expect.objectContaining({
        code: 'LIMIT_EXCEEDED',
        message: expect.stringContaining(`at most ${entryBytesMax} bytes, these values ${entryBytesMax + 1}`),
      }),
    )
    const texts = Array.from({ length: 200 }, (_, i) =>
      `${String(i).padStart(3, '0')}${longest}`.slice(0, longest.length),
    )
    for (const [i, text] of texts.entries()) index.add(i + 1, [text])
    expect(scan(index, {})).toEqual(texts.map((_, i) => i + 1))
    for (const [i, text] of texts.entries()) expect([...index.equal([text])]).toEqual([i + 1])
    for (const [i, text] of texts.entries()) index.remove(i + 1, [text])
    expect([index.size, index.distinct]).toEqual([0, 0])
  })

  test('gives the same key text for equal values only', () => {
    const index = newIndex()
    expect(index.keyOf([1, 'a'])).toBe(index.keyOf([new Float(1), 'a']))
    expect(index.keyOf(['ab', 'c'])).not.toBe(index.keyOf(['a', 'bc']))
  })

  test('keeps ids apart over all 32 bits, in order', () => {
    const index = newIndex()
    const ids = [2 ** 32 - 1, 2 ** 31, 2 ** 31 - 1, 256, 255, 1]
    for (const id of ids) index.add(id, ['same'])
    expect([...index.equal(['same'])]).toEqual([...ids].reverse())
    expect(scan(index, { min: 'same', max: 'same', descending: true })).toEqual(ids)
  })
})
