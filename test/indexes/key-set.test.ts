import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { BitmapScan, KeySet } from '../../indexes/key-set.js'
import { Heap } from '../../src/pages/heap.js'
import { againstModel } from '../pages/against-model.js'

/** A set as of a version, or as it is now. */
interface Seen {
  readonly set: KeySet
  readonly version?: number
}

const idsOf = ({ set, version }: Seen) => [...(version === undefined ? set.current() : set.at(version))]

const id = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(65_535, 65_536, 2 ** 31 - 1025))
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ id }) },
  { weight: 1, arbitrary: fc.record({ from: fc.nat(5000), count: fc.integer({ min: 100, max: 700 }) }) },
  { weight: 1, arbitrary: fc.constant('read' as const) },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

function run(): void {
  againstModel<Seen, Set<number>, Step>(
    {
      open: (space) => ({ set: new KeySet(space.heap) }),
      openSnapshot: ({ set }, _, version) => ({ set, version }),
      afterUnpin: ({ set }) => set.prune(),
      model: () => new Set(),
      copy: (model) => new Set(model),
      step,
      apply(seen, model, step) {
        if (step === 'read') {
          expect(seen.set.current().size).toBe(model.size)
          return
        }
        const ids = 'id' in step ? [step.id] : Array.from({ length: step.count }, (_, i) => step.from + i + 100)
        if ('from' in step && ids.every((id) => !model.has(id))) {
          seen.set.addRange(ids[0]!, ids.at(-1)! + 1)
          for (const id of ids) model.add(id)
          return
        }
        for (const id of ids)
          if (model.delete(id)) seen.set.remove(id)
          else {
            seen.set.add(id)
            model.add(id)
          }
      },
      compare(seen, model) {
        const sorted = [...model].sort((a, b) => a - b)
        expect(idsOf(seen)).toEqual(sorted)
        if (seen.version === undefined) return
        const saved = KeySet.load(new Heap({ slabShift: 4 }), seen.set.save(seen.version))
        expect([...saved.current()]).toEqual(sorted)
      },
    },
    { runs: 150, length: 80 },
  )
}

describe('a set of ids', () => {
  test('equals a plain set in every version, undone and taken back like pages, saved and loaded', run)

  test('keeps bitmaps for pins only as long as those are held', () => {
    const heap = new Heap({ slabShift: 4 })
    const set = new KeySet(heap)
    const commitOne = (id: number) => {
      heap.savepoint()
      set.add(id)
      heap.release(heap.commit())
    }
    commitOne(1)
    const first = heap.pin()
    const disposed = vi.spyOn(set.at(first), 'dispose')
    commitOne(2)
    const second = heap.pin()
    commitOne(3)
    expect([[...set.at(first)], [...set.at(second)], [...set.current()]]).toEqual([[1], [1, 2], [1, 2, 3]])
    heap.unpin(first)
    set.prune()
    expect(disposed).toHaveBeenCalledOnce()
    expect([...set.at(second)]).toEqual([1, 2])
  })

  test('does not copy anything for changes that nobody has pinned', () => {
    const heap = new Heap({ slabShift: 4 })
    const set = new KeySet(heap)
    const bitmap = set.current()
    for (let id = 1; id < 5000; id++) {
      heap.savepoint()
      set.add(id)
      heap.release(heap.commit())
    }
    expect(set.current()).toBe(bitmap)
    expect(bitmap.size).toBe(4999)
  })

  test('is walked in batches, in ascending order', () => {
    const set = new KeySet(new Heap({ slabShift: 4 }))
    const ids = Array.from({ length: 150_000 }, (_, i) => 1 + i * 3)
    set.fill(ids)
    const scan = new BitmapScan(set.current())
    const batch = new Uint32Array(1000)
    const found: number[] = []
    for (let count = scan.next(batch); count > 0; count = scan.next(batch)) found.push(...batch.subarray(0, count))
    expect(found).toEqual(ids)
    expect(scan.next(batch)).toBe(0)
  })

  test('is walked in batches that hold ids between the same multiples of 1,024, as many as there are', () => {
    const far = fc.constantFrom(0, 1023, 1024, 2047, 65_535, 65_536, 2 ** 31 - 1025)
    const ids = fc.uniqueArray(fc.oneof(fc.nat(5000), far, fc.nat(2 ** 31 - 1025)), { maxLength: 400 })
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 9000 }), (some, length, count) => {
        const all = [...new Set([...some, ...Array.from({ length: count }, (_, i) => 20_000 + i)])].sort(
          (a, b) => a - b,
        )
        const set = new KeySet(new Heap({ slabShift: 4 }))
        set.fill(all)
        const scan = new BitmapScan(set.current())
        const batch = new Uint32Array(length)
        const found: number[] = []
        for (let count = scan.next(batch); count > 0; count = scan.next(batch)) {
          const extents = new Set(Array.from(batch.subarray(0, count), (id) => id >>> 10))
          expect(extents.size).toBe(1)
          found.push(...batch.subarray(0, count))
        }
        expect(found).toEqual(all)
      }),
      { numRuns: 60 },
    )
  })

  test.each<[string, keyof KeySet, (...parameters: never[]) => unknown]>([
    [
      'undo takes back one change too few',
      'takeBack' as never,
      function (this: KeySet, before: number) {
        takeBack.call(this, before + 1)
      },
    ],
    ['a pin does not keep its bitmap', 'keepForPins' as never, () => undefined],
    ['a read leaves out what waits in the journal', 'apply' as never, () => undefined],
  ])('beside a plain one shows a fault: %s', (_, method, wrong) => {
    const spy = vi.spyOn(KeySet.prototype, method as 'add').mockImplementation(wrong as KeySet['add'])
    try {
      expect(run).toThrow()
    } finally {
      spy.mockRestore()
    }
  })
})

const { takeBack } = KeySet.prototype as unknown as { takeBack: (this: KeySet, before: number) => void }
