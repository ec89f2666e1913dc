import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId, TypeId } from '../../src/core/ids.js'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { Cursor } from '../../src/stores/graph/cursor.js'
import { GraphStore } from '../../src/stores/graph/graph-store.js'
import { leafPairs } from '../../src/stores/graph/lists.js'
import { againstModel, check, reachablePages, smallHeap } from '../pages/against-model.js'
import { seededRandom } from '../support/memory-environment.js'

const type = 1 as TypeId

function open(space: PageSpace): GraphStore {
  return new GraphStore(space, () => false)
}

function insert(graph: GraphStore, node: number, neighbor: number, relationship: number): void {
  const headers = graph.headers(type, false)
  const list = headers.get(node)
  graph.lists.insert(list, neighbor, relationship)
  headers.set(node, list)
}

function remove(graph: GraphStore, node: number, relationship: number): boolean {
  const headers = graph.headers(type, false)
  const list = headers.get(node)
  const removed = graph.lists.remove(list, relationship)
  headers.set(node, list)
  return removed
}

/** Pairs of a node's list as a cursor walks them. */
function walk(graph: GraphStore, node: number): number[] {
  const cursor = new Cursor(graph, [{ type, incoming: false }], 1)
  const words: number[] = []
  for (let more = cursor.open(node as NodeId); more; more = cursor.next()) {
    expect(cursor.end - cursor.start).toBeLessThanOrEqual(leafPairs * 2)
    for (let i = cursor.start; i < cursor.end; i++) words.push(cursor.words[i]!)
  }
  expect(cursor.degree(node as NodeId)).toBe(words.length / 2)
  return words
}

/** As `toEqual`, for the hundred thousands of pairs of large lists. */
function expectSame(words: readonly number[], expected: Iterable<number>): void {
  const bytes = (numbers: Iterable<number>) => new Uint8Array(Int32Array.from(numbers).buffer)
  expect(Buffer.compare(bytes(words), bytes(expected))).toBe(0)
}

/** Neighbor by relationship. */
type List = ReadonlyMap<number, number>

function pairsOf(list: List): number[] {
  return [...list].sort(([a], [b]) => a - b).flatMap(([relationship, neighbor]) => [neighbor, relationship])
}

type Order = 'ascending' | 'descending' | 'random'

function inOrder(ids: number[], order: Order, seed: number): number[] {
  if (order === 'random') return shuffled(ids, seed)
  return ids.sort((a, b) => (order === 'ascending' ? a - b : b - a))
}

function shuffled(ids: number[], seed: number): number[] {
  const random = seededRandom(seed)
  for (let i = ids.length - 1; i > 0; i--) {
    const other = Math.floor(random.next() * (i + 1))
    ;[ids[i], ids[other]] = [ids[other]!, ids[i]!]
  }
  return ids
}

const order = fc.constantFrom<Order>('ascending', 'descending', 'random')
const node = fc.constantFrom(1, 2, 700)
const count = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 700 }))
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('insert'), node, from: fc.nat(3000), count, order, seed: fc.nat() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('remove'), node, from: fc.nat(3000), count, order, seed: fc.nat() }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

describe('adjacency lists', () => {
  test('equal sorted maps of pairs in every version, inserted and removed in any order', () => {
    type Model = Map<number, List>
    againstModel<GraphStore, Model, Step>(
      {
        open,
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply(graph, model, { do: what, node, from, count, order, seed }) {
          const list = new Map(model.get(node))
          if (what === 'insert') {
            const fresh = Array.from({ length: count }, (_, i) => 1 + from + i * 2).filter((id) => !list.has(id))
            for (const id of inOrder(fresh, order, seed)) {
              insert(graph, node, id * 3, id)
              list.set(id, id * 3)
            }
          } else {
            const kept = [...list.keys()].filter((id) => id > from).slice(0, count)
            for (const id of inOrder(kept, order, seed)) {
              expect(remove(graph, node, id)).toBe(true)
              list.delete(id)
            }
          }
          model.set(node, list)
        },
        compare(graph, model) {
          for (const node of [1, 2, 700]) expect(walk(graph, node)).toEqual(pairsOf(model.get(node) ?? new Map()))
        },
      },
      { runs: 40, length: 40 },
    )
  })

  test('grow from a block to a tree and shrink back to nothing, every page given back', () => {
    for (const order of ['ascending', 'descending', 'random'] as const) {
      const heap = new Heap(smallHeap)
      const space = PageSpace.current(heap)
      const graph = open(space)
      const ids = Array.from({ length: 5000 }, (_, i) => i + 1)
      for (const id of inOrder([...ids], order, 1)) insert(graph, 1, id, id)
      expect(walk(graph, 1)).toEqual(ids.flatMap((id) => [id, id]))
      const removed = inOrder([...ids], order, 2)
      removed.forEach((id, i) => {
        expect(remove(graph, 1, id)).toBe(true)
        if (i % 499 !== 0) return
        const gone = new Set(removed.slice(0, i + 1))
        expect(walk(graph, 1)).toEqual(ids.filter((id) => !gone.has(id)).flatMap((id) => [id, id]))
      })
      let pages = 0
      graph.lists.blocks.table.walk((_, height) => (pages += height === 0 ? 1 : 0))
      expect(pages).toBe(0)
    }
  })

  test('of ascending ids are full pages, those of any order at least half full', () => {
    const pagesFor = (order: Order) => {
      const graph = open(PageSpace.current(new Heap(smallHeap)))
      const ids = Array.from({ length: 20 * leafPairs }, (_, i) => i + 1)
      for (const id of inOrder(ids, order, 3)) insert(graph, 1, id, id)
      let pages = 0
      graph.lists.blocks.table.walk((_, height) => (pages += height === 0 ? 1 : 0))
      return pages
    }
    expect(pagesFor('ascending')).toBe(21)
    expect(pagesFor('random')).toBeLessThanOrEqual(41)
  })

  test('do not find a relationship that is not there, in a block or in a tree', () => {
    const graph = open(PageSpace.current(new Heap(smallHeap)))
    expect(remove(graph, 1, 5)).toBe(false)
    for (let id = 10; id < 3000; id += 10) {
      insert(graph, 1, 1, id)
      if (id % 500 === 10)
        expect([5, id - 5, id + 5].map((absent) => remove(graph, 1, absent))).toEqual([false, false, false])
    }
  })

  test('hold ids up to the largest there are', () => {
    const graph = open(PageSpace.current(new Heap(smallHeap)))
    const largest = 2 ** 31 - 1025
    for (let i = 0; i < 1200; i++) insert(graph, 1, largest - i, largest - i)
    expect(walk(graph, 1).slice(-2)).toEqual([largest, largest])
    expect(remove(graph, 1, largest)).toBe(true)
    expect(walk(graph, 1).length).toBe(2398)
  })

  test('built at once equal those built by inserts', () => {
    const around = [1, 2, leafPairs - 1, leafPairs, leafPairs + 1, 2 * leafPairs, 2 * leafPairs + 1, 5000]
    for (const count of around) {
      const graph = open(PageSpace.current(new Heap(smallHeap)))
      const ids = Array.from({ length: count }, (_, i) => 7 + i * 3)
      const pairs = Int32Array.from([-1, -1, ...ids.flatMap((id) => [id + 1, id])])
      graph.headers(type, false).set(1, { ref: graph.lists.build(pairs, 2, count), count })
      for (const id of ids) insert(graph, 2, id + 1, id)
      expect(walk(graph, 1)).toEqual(walk(graph, 2))
      for (const id of shuffled(ids, count).slice(0, count / 2)) expect(remove(graph, 1, id)).toBe(remove(graph, 2, id))
      expect(walk(graph, 1)).toEqual(walk(graph, 2))
    }
  })

  test('of more leaves than one page names are trees of two levels, changed and taken back like any', () => {
    const heap = new Heap(smallHeap)
    const space = PageSpace.current(heap)
    const graph = open(space)
    // One page names 511 leaves: this fills two and begins a third. Odd ids stay free for inserts.
    const count = 511 * leafPairs * 2 + 100
    const pairs = new Int32Array(count * 2)
    for (let i = 0; i < count; i++) pairs.set([i, 2 + i * 2], i * 2)
    graph.headers(type, false).set(1, { ref: graph.lists.build(pairs, 0, count), count })
    heap.release(heap.commit())
    const before = heap.pagesUsed

    const start = heap.savepoint()
    const model = new Map(Array.from({ length: count }, (_, i) => [2 + i * 2, i]))
    const random = seededRandom(5)
    const anyPlace = () => Math.floor(random.next() * count)
    const change = (times: number) => {
      for (let i = 0; i < times; i++) {
        const added = 1 + anyPlace() * 2
        if (!model.has(added)) {
          insert(graph, 1, i, added)
          model.set(added, i)
        }
        const gone = 2 + anyPlace() * 2
        expect(remove(graph, 1, gone)).toBe(model.delete(gone))
      }
    }
    change(1500)
    expectSame(walk(graph, 1), pairsOf(model))
    const middle = heap.savepoint()
    const kept = new Map(model)
    // Whole leaves go, and whole pages of them.
    for (let id = 400_000; id < 1_000_000; id++) if (model.delete(id)) remove(graph, 1, id)
    change(300)
    expectSame(walk(graph, 1), pairsOf(model))
    heap.unroll(middle)
    space.epoch++
    expectSame(walk(graph, 1), pairsOf(kept))
    heap.rollback(start)
    space.epoch++
    expectSame(walk(graph, 1), pairs)
    expect(heap.pagesUsed).toBe(before)
    expect(heap.pagesUsed).toBe(reachablePages(space))
  })

  test('split where the inner page is full, wherever the new leaf comes', () => {
    check(
      fc.property(fc.nat(510), fc.nat(leafPairs - 1), (leaf, place) => {
        const graph = open(PageSpace.current(new Heap({ slabShift: 10 })))
        const count = 511 * leafPairs
        const pairs = new Int32Array(count * 2)
        for (let i = 0; i < count; i++) pairs.set([i, 2 + i * 2], i * 2)
        graph.headers(type, false).set(1, { ref: graph.lists.build(pairs, 0, count), count })
        const at = leaf * leafPairs + place
        insert(graph, 1, 77, 3 + at * 2)
        const expected = [...pairs.subarray(0, at * 2 + 2), 77, 3 + at * 2, ...pairs.subarray(at * 2 + 2)]
        expectSame(walk(graph, 1), expected)
      }),
      8,
    )
  })
})
