import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { Headers, SparseHeaders } from '../../src/stores/graph/headers.js'
import { familySlot } from '../../src/stores/slots.js'
import { againstModel, smallHeap } from '../pages/against-model.js'

const types = [1, 2, 900]

function open(space: PageSpace, type: number, sparse = new SparseHeaders(space)): Headers {
  return new Headers(space.table(familySlot('outgoing', type)), sparse)
}

function pagesOf(headers: Headers): number {
  return headers.table.entries().filter((entry) => entry > 0).length
}

/** So many in a row that a page pays, and some far apart. */
const node = fc.oneof({ weight: 4, arbitrary: fc.nat(150) }, fc.integer({ min: 500, max: 530 }), fc.nat(100_000))

describe('headers of lists', () => {
  test('equal a map in every version, few or many to a page', () => {
    type Model = Map<string, { ref: number; count: number }>
    const step = fc.record({
      type: fc.constantFrom(...types),
      node,
      ref: fc.integer(),
      count: fc.oneof(fc.constant(0), fc.nat(2 ** 31 - 1)),
      /** A run of nodes at once. */
      run: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 100 })),
    })
    type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
    type Real = Map<number, Headers>
    againstModel<Real, Model, Step>(
      {
        open(space) {
          const sparse = new SparseHeaders(space)
          return new Map(types.map((type) => [type, open(space, type, sparse)]))
        },
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply(real, model, { type, node, ref, count, run }) {
          for (let each = node; each < node + run; each++) {
            if (count === 0 && !model.has(`${type}/${each}`)) continue
            real.get(type)!.set(each, { ref, count })
            if (count === 0) model.delete(`${type}/${each}`)
            else model.set(`${type}/${each}`, { ref, count })
          }
        },
        compare(real, model) {
          for (const type of types) {
            const headers = real.get(type)!
            for (const node of [...Array(250).keys(), ...Array.from({ length: 130 }, (_, i) => 490 + i)]) {
              const expected = model.get(`${type}/${node}`)
              expect(headers.countOf(node)).toBe(expected?.count ?? 0)
              if (expected !== undefined) expect(headers.get(node)).toEqual(expected)
            }
          }
          for (const [name, list] of model) {
            const [type, node] = name.split('/').map(Number)
            expect(real.get(type!)!.get(node!)).toEqual(list)
          }
        },
      },
      { runs: 25, length: 60 },
    )
  })

  test('share a page from the 64th on, and give it back with the last', () => {
    const headers = open(PageSpace.current(new Heap(smallHeap)), 1)
    for (let node = 0; node < 63; node++) headers.set(node * 8, { ref: node, count: 1 })
    expect(pagesOf(headers)).toBe(0)
    headers.set(504, { ref: 63, count: 1 })
    expect(pagesOf(headers)).toBe(1)
    for (let node = 0; node < 64; node++) expect(headers.get(node * 8)).toEqual({ ref: node, count: 1 })
    for (let node = 0; node < 63; node++) headers.set(node * 8, { ref: 0, count: 0 })
    expect(pagesOf(headers)).toBe(1)
    headers.set(504, { ref: 0, count: 0 })
    expect([...headers.table.entries()].every((entry) => entry === 0)).toBe(true)
  })

  test('of 1,000 types that each touch a few nodes take room by lists, and no more when they come anew', () => {
    const heap = new Heap(smallHeap)
    const space = PageSpace.current(heap)
    const sparse = new SparseHeaders(space)
    const all = Array.from({ length: 1000 }, (_, type) => open(space, type + 1, sparse))
    const fill = () => {
      heap.savepoint()
      all.forEach((headers, type) => {
        for (let i = 0; i < 20; i++) headers.set((type * 7 + i * 5000) % 100_000, { ref: i, count: i + 1 })
      })
      heap.release(heap.commit())
    }
    const empty = () => {
      heap.savepoint()
      all.forEach((headers, type) => {
        for (let i = 0; i < 20; i++) headers.set((type * 7 + i * 5000) % 100_000, { ref: 0, count: 0 })
      })
      heap.release(heap.commit())
    }
    fill()
    // 20,000 lists; a page table for each type, and directories.
    expect(heap.pagesUsed - 1000).toBeLessThan(250)
    const used = heap.pagesUsed
    empty()
    fill()
    expect(heap.pagesUsed).toBe(used)
  })
})
