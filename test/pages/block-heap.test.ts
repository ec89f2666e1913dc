import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BlockHeap, ByteStore, classUnits, unitsPerPage, unitWords } from '../../src/pages/block-heap.js'
import { Heap, pageBytes, pageWords } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { againstModel, check, reachablePages, smallHeap } from './against-model.js'

function newBlocks(): BlockHeap {
  return new BlockHeap(PageSpace.current(new Heap(smallHeap)), 0)
}

/** Data pages of the blocks themselves, without those that keep account of them. */
function pagesOf(blocks: BlockHeap): number {
  let count = 0
  blocks.table.walk((_, height) => {
    if (height === 0) count++
  })
  return count
}

/** A block that was written to: before that its page may not exist. */
function written(blocks: BlockHeap, words: number): number {
  const ref = blocks.allocate(words)
  blocks.write(ref, 0, 1)
  return ref
}

// Every class from both sides.
const words = fc.oneof(
  fc.constantFrom(1, 4, 5, 16, 17, 64, 65, 204, 205, 256, 257, 340, 341, 512, 513, 1023, 1024),
  fc.integer({ min: 1, max: pageWords }),
)

describe('blocks', () => {
  test('keep their words apart whatever comes and goes, in every version', () => {
    type Model = Map<number, { words: number; mark: number }>
    const step = fc.oneof(
      fc.record({ words, mark: fc.integer() }),
      fc.record({ free: fc.nat(1000) }),
      fc.record({ rewrite: fc.nat(1000), mark: fc.integer() }),
    )
    type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
    const fill = (blocks: BlockHeap, ref: number, { words, mark }: { words: number; mark: number }) => {
      for (let word = 0; word < words; word++) blocks.write(ref, word, mark + word)
    }
    againstModel<BlockHeap, Model, Step>(
      {
        open: (space) => new BlockHeap(space, 0),
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply(blocks, model, step) {
          if ('words' in step) {
            const ref = blocks.allocate(step.words)
            expect(ref).not.toBe(0)
            expect(model.has(ref)).toBe(false)
            fill(blocks, ref, step)
            model.set(ref, step)
            return
          }
          const at = 'free' in step ? step.free : step.rewrite
          const picked = [...model][at % model.size]
          if (picked === undefined) return
          const [ref, block] = picked
          if ('free' in step) {
            blocks.free(ref, block.words)
            model.delete(ref)
          } else {
            fill(blocks, ref, { words: block.words, mark: step.mark })
            model.set(ref, { words: block.words, mark: step.mark })
          }
        },
        compare(blocks, model) {
          for (const [ref, { words, mark }] of model) {
            const page = blocks.pageOf(ref)
            const start = blocks.offset(page, ref)
            const kept = [...blocks.heap.wordsOf(page).subarray(start, start + words)]
            expect(kept).toEqual(Array.from({ length: words }, (_, word) => (mark + word) | 0))
          }
        },
      },
      { runs: 60, length: 100 },
    )
  })

  test('share pages by size, with little of a page left over', () => {
    for (let words = 1; words <= pageWords; words++) {
      const units = classUnits(words)
      expect(units * unitWords).toBeGreaterThanOrEqual(words)
      expect(units).toBeLessThanOrEqual((2 * words) / unitWords + 1)
      expect(unitsPerPage % units).toBeLessThanOrEqual(unitsPerPage * 0.1)
    }
    const blocks = newBlocks()
    for (let i = 0; i < 256; i++) written(blocks, 4)
    expect(pagesOf(blocks)).toBe(1)
    written(blocks, 4)
    expect(pagesOf(blocks)).toBe(2)
  })

  test('give every page back when the last of them goes, in any order', () => {
    check(
      fc.property(fc.array(words, { minLength: 1, maxLength: 200 }), fc.infiniteStream(fc.nat()), (sizes, coins) => {
        const blocks = newBlocks()
        const live = sizes.map((size) => ({ size, ref: written(blocks, size) }))
        while (live.length > 0) {
          const [block] = live.splice(coins.next().value! % live.length, 1)
          blocks.free(block!.ref, block!.size)
        }
        expect(pagesOf(blocks)).toBe(0)
        const before = blocks.allocate(1)
        expect(before >>> 8).toBeLessThanOrEqual(sizes.length)
      }),
      100,
    )
  })

  test('of one size use the place of freed ones first', () => {
    const blocks = newBlocks()
    const refs = Array.from({ length: 600 }, () => written(blocks, 16))
    const pages = pagesOf(blocks)
    for (const ref of refs.filter((_, i) => i % 2 === 0)) blocks.free(ref, 16)
    for (let i = 0; i < 300; i++) written(blocks, 16)
    expect(pagesOf(blocks)).toBe(pages)
  })
})

describe('runs of bytes', () => {
  const patternOf = (length: number, seed: number) =>
    Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 0x9e3779b1) >>> 24) & 255)

  /** Around whole pages, and around the whole pages that a page of refs leads to. */
  const lengths = [
    1,
    2,
    3,
    4,
    5,
    255,
    256,
    257,
    pageBytes - 1,
    pageBytes,
    pageBytes + 1,
    2 * pageBytes,
    2 * pageBytes + 1,
    63 * pageBytes + 5,
    pageBytes * pageWords - 1,
    pageBytes * pageWords,
    pageBytes * pageWords + 1,
    pageBytes * pageWords + pageBytes,
    pageBytes * pageWords + pageBytes + 1,
    2 * pageBytes * pageWords + 77,
  ]

  test.each(lengths)('of %i bytes come back as they were, and leave no page behind', (length) => {
    const blocks = newBlocks()
    const store = new ByteStore(blocks)
    const bytes = patternOf(length, 1)
    const ref = store.put(bytes)
    expect(Buffer.compare(store.get(ref, length), bytes)).toBe(0)
    expect(store.equals(ref, bytes, length)).toBe(true)
    bytes[length - 1]! ^= 1
    expect(store.equals(ref, bytes, length)).toBe(false)
    store.free(ref, length)
    expect(pagesOf(blocks)).toBe(0)
  })

  test('equal a map of arrays in every version', () => {
    type Model = Map<number, Uint8Array>
    const length = fc.oneof(
      fc.constantFrom(1, 4, 255, 256, 257, 4095, 4096, 4097, 8192, 8193),
      fc.integer({ min: 1, max: 40_000 }),
    )
    const step = fc.oneof(fc.record({ length, seed: fc.nat(1000) }), fc.record({ free: fc.nat(1000) }))
    type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
    againstModel<ByteStore, Model, Step>(
      {
        open: (space) => new ByteStore(new BlockHeap(space, 0)),
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply(store, model, step) {
          if ('length' in step) {
            const bytes = patternOf(step.length, step.seed)
            model.set(store.put(bytes), bytes)
          } else {
            const picked = [...model][step.free % model.size]
            if (picked === undefined) return
            store.free(picked[0], picked[1].length)
            model.delete(picked[0])
          }
        },
        compare(store, model) {
          for (const [ref, bytes] of model) expect(store.equals(ref, bytes, bytes.length)).toBe(true)
          for (const [ref, bytes] of model) expect(Buffer.compare(store.get(ref, bytes.length), bytes)).toBe(0)
        },
      },
      { runs: 60, length: 60 },
    )
  })

  test('of several MiB are taken back with the transaction, with all their pages', () => {
    const heap = new Heap(smallHeap)
    const space = PageSpace.current(heap)
    const store = new ByteStore(new BlockHeap(space, 0))
    const kept = patternOf(5_000_000, 1)
    const ref = store.put(kept)
    heap.release(heap.commit())
    const pages = heap.pagesUsed
    const mark = heap.savepoint()
    store.free(ref, kept.length)
    store.put(patternOf(6_000_000, 2))
    heap.rollback(mark)
    space.epoch++
    expect(heap.pagesUsed).toBe(pages)
    expect(heap.pagesUsed).toBe(reachablePages(space))
    expect(Buffer.compare(store.get(ref, kept.length), kept)).toBe(0)
  })

  test("leave the same words in a block that was used before, whether its page is the transaction's own or older", () => {
    const wordsOf = (isOlder: boolean) => {
      const heap = new Heap(smallHeap)
      const store = new ByteStore(new BlockHeap(PageSpace.current(heap), 0))
      store.put(patternOf(16, 1))
      const before = store.put(patternOf(16, 2))
      store.free(before, 16)
      if (isOlder) heap.release(heap.commit())
      const ref = store.put(patternOf(5, 3))
      expect(ref).toBe(before)
      const page = store.blocks.pageOf(ref)
      const start = store.blocks.offset(page, ref)
      return [...heap.wordsOf(page).subarray(start, start + 2)]
    }
    expect(wordsOf(false)).toEqual(wordsOf(true))
  })
})
