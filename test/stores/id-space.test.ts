import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/ids.js'
import { Heap, type HeapOptions } from '../../src/pages/heap.js'
import { extentIds } from '../../src/stores/keyspace/id-space.js'
import { Stores } from '../../src/stores/stores.js'
import { StoreTransaction } from '../../src/transaction/store-transaction.js'
import { check, smallHeap } from '../pages/against-model.js'

/** Nodes of a few labels, so that several owners share the ids. */
class Nodes {
  readonly stores: Stores
  private start = 0

  constructor(heap: HeapOptions = {}) {
    this.stores = Stores.create(new Heap({ ...smallHeap, ...heap }))
    this.begin()
  }

  create(label: string, count: number): NodeId[] {
    const tx = new StoreTransaction(this.stores, { record: () => undefined })
    const labels = [tx.labelId(label)]
    return Array.from({ length: count }, () => tx.createNode({ labels, properties: [] }))
  }

  delete(ids: readonly number[]): void {
    const tx = new StoreTransaction(this.stores, { record: () => undefined })
    for (const id of ids) tx.deleteNode(id as NodeId, { detach: false })
  }

  commit(): void {
    this.stores.heap.release(this.stores.commit())
    this.begin()
  }

  rollback(): void {
    this.stores.rollback(this.start)
    this.begin()
  }

  mark(): () => void {
    const mark = this.stores.savepoint()
    return () => this.stores.unroll(mark)
  }

  elementId(id: number): string {
    return new StoreTransaction(this.stores).elementIdOf('node', id as NodeId)
  }

  get extents(): number {
    return this.stores.nodes.ids.extentCount
  }

  private begin(): void {
    this.start = this.stores.savepoint()
  }
}

describe('ids', () => {
  test('are never given twice while in use, freed just now, or seen by a snapshot; element ids never at all', () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 200, max: 1500 }))
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ create: fc.constantFrom('A', 'B', 'C'), count }) },
      { weight: 4, arbitrary: fc.record({ delete: fc.nat(100_000), count, stride: fc.constantFrom(1, 1, 2, 3) }) },
      {
        weight: 5,
        arbitrary: fc.constantFrom('commit', 'commit', 'commit', 'rollback', 'mark', 'snapshot', 'release'),
      },
    )
    check(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const nodes = new Nodes()
        /** Element ids by id, as of the last commit and now. */
        let committed = new Map<number, string>()
        let live = new Map<number, string>()
        let freed = new Set<number>()
        let marked: { back: () => void; live: Map<number, string>; freed: Set<number> } | undefined
        const everSeen = new Set<string>()
        const snapshots: { stores: Stores; ids: ReadonlyMap<number, string> }[] = []
        const commit = () => {
          nodes.commit()
          for (const [id, elementId] of live) {
            if (committed.get(id) === elementId) continue
            expect(everSeen.has(elementId), `${elementId} names another entity`).toBe(false)
            everSeen.add(elementId)
          }
          committed = new Map(live)
          freed = new Set()
          marked = undefined
        }
        for (const step of steps) {
          if (step === 'commit') commit()
          else if (step === 'rollback') {
            nodes.rollback()
            live = new Map(committed)
            freed = new Set()
            marked = undefined
          } else if (step === 'mark') {
            if (marked === undefined) marked = { back: nodes.mark(), live: new Map(live), freed: new Set(freed) }
            else {
              marked.back()
              ;({ live, freed } = marked)
              marked = undefined
            }
          } else if (step === 'snapshot') {
            commit()
            snapshots.push({ stores: nodes.stores.snapshot(), ids: committed })
          } else if (step === 'release') snapshots.shift()?.stores.release()
          else if ('create' in step)
            for (const id of nodes.create(step.create, step.count)) {
              expect(live.has(id), `${id} is in use`).toBe(false)
              expect(freed.has(id), `${id} was freed by this transaction`).toBe(false)
              expect(
                snapshots.some(({ ids }) => ids.has(id)),
                `a snapshot sees ${id}`,
              ).toBe(false)
              live.set(id, nodes.elementId(id))
            }
          else {
            const ids = [...live.keys()].filter((_, i) => i % step.stride === 0)
            const from = step.delete % Math.max(1, ids.length)
            const gone = ids.slice(from, from + step.count)
            nodes.delete(gone)
            for (const id of gone) {
              live.delete(id)
              freed.add(id)
            }
          }
        }
        for (const [id, elementId] of live) expect(nodes.elementId(id)).toBe(elementId)
      }),
      20,
    )
  })

  test('of one label set lie together although creation interleaves', () => {
    const nodes = new Nodes()
    const byLabel = new Map(['A', 'B', 'C'].map((label) => [label, [] as number[]]))
    for (let i = 0; i < 500; i++) for (const [label, ids] of byLabel) ids.push(...nodes.create(label, 1))
    for (const ids of byLabel.values()) expect(new Set(ids.map((id) => id >>> 10)).size).toBe(1)
  })

  test('are used again after deletion: filling and emptying for ever takes no more of them', () => {
    const nodes = new Nodes()
    let most = 0
    for (let round = 0; round < 12; round++) {
      const ids = [...nodes.create('A', 3000), ...nodes.create('B', 2000)]
      nodes.commit()
      nodes.delete(ids)
      nodes.commit()
      if (round === 2) most = nodes.extents
    }
    expect(nodes.extents).toBe(most)
    expect(most).toBeLessThanOrEqual(8)
  })

  test('go from one owner to another once nobody has any of their extent', () => {
    const nodes = new Nodes()
    const ids = nodes.create('A', 5 * extentIds)
    nodes.commit()
    nodes.delete(ids)
    nodes.commit()
    const { extents } = nodes
    nodes.create('B', 3 * extentIds)
    expect(nodes.extents).toBe(extents)
  })

  test('of an extent that is half free go to its owner again, whole runs of them at a time', () => {
    const nodes = new Nodes()
    const ids = nodes.create('A', 4 * extentIds - 1)
    nodes.create('A', 1)
    nodes.commit()
    const gone = new Set(ids.filter((id) => id % 2 === 1 && id < 2 * extentIds))
    nodes.delete([...gone])
    nodes.commit()
    nodes.create('B', 10)
    const { extents } = nodes
    const again = nodes.create('A', 2 * extentIds).filter((id) => gone.has(id))
    expect(again.length).toBe(gone.size)
    expect(nodes.extents).toBe(extents + 1)
  })

  test.each([2 ** 29 - 20, 2 ** 30, 2 ** 31 - 20, 2 ** 32 + 5])(
    'wait for a snapshot that sees them, also past version %i, of which extents keep the lower bits',
    (version) => {
      const nodes = new Nodes({ version })
      const ids = nodes.create('A', 3 * extentIds)
      nodes.commit()
      const snapshot = nodes.stores.snapshot()
      for (let i = 0; i < 20; i++) nodes.commit()
      nodes.delete(ids)
      nodes.commit()
      const meanwhile = nodes.create('B', 2 * extentIds)
      expect(meanwhile.some((id) => ids.includes(id))).toBe(false)
      snapshot.release()
      nodes.commit()
      expect(nodes.create('B', 2 * extentIds).filter((id) => ids.includes(id)).length).toBeGreaterThan(extentIds)
    },
  )

  test('wait for a snapshot also where others of their extent were freed long before it', () => {
    const nodes = new Nodes()
    const ids = nodes.create('A', 2 * extentIds)
    nodes.create('A', 1)
    nodes.commit()
    const early = ids.filter((id) => id < extentIds && id % 4 !== 0)
    nodes.delete(early)
    nodes.commit()
    const snapshot = nodes.stores.snapshot()
    const late = ids.filter((id) => id < extentIds && id % 4 === 0)
    nodes.delete(late)
    nodes.commit()
    const seen = nodes.create('A', 2 * extentIds).filter((id) => snapshot.exists('node', id))
    expect(seen).toEqual([])
  })

  test('wait for a snapshot also where they were freed while their extent was being filled again', () => {
    const nodes = new Nodes()
    const ids = nodes.create('A', 2 * extentIds)
    nodes.commit()
    nodes.delete(ids.filter((id) => id < extentIds && id % 4 !== 0))
    nodes.commit()
    // What is left of the last extent, then the first one again.
    while (nodes.create('A', 1)[0]! > extentIds);
    nodes.commit()
    const snapshot = nodes.stores.snapshot()
    nodes.delete(ids.filter((id) => id < extentIds && id % 4 === 0))
    nodes.commit()
    const seen = nodes.create('A', extentIds).filter((id) => snapshot.exists('node', id))
    expect(seen).toEqual([])
  })

  test('do not wait for a snapshot from after they were freed', () => {
    const nodes = new Nodes()
    const ids = nodes.create('A', 2 * extentIds)
    nodes.commit()
    nodes.delete(ids)
    nodes.commit()
    nodes.stores.snapshot()
    expect(nodes.create('B', 10).every((id) => ids.includes(id))).toBe(true)
  })

  test('end at a limit, which names itself, and nothing happens then', () => {
    const nodes = new Nodes()
    const { ids } = nodes.stores.nodes
    Object.defineProperty(ids, 'extentCount', { get: () => 2 ** 21 - 1 })
    expect(() => nodes.create('A', 1)).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED', message: expect.stringContaining('2147482624 ids') }),
    )
    expect(nodes.stores.nodeCount).toBe(0)
  })
})
