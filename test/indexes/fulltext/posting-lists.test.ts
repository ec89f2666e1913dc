/** Lists so long that directories lead to directories, beside a plain map. */
import { expect, test } from 'vitest'
import { Lengths } from '../../../indexes/fulltext/lengths.js'
import { PositionList } from '../../../indexes/fulltext/postings/position-list.js'
import { PostingBlocks } from '../../../indexes/fulltext/postings/posting-blocks.js'
import { PostingCursor } from '../../../indexes/fulltext/postings/posting-cursor.js'
import { listWordsShift, PostingLists } from '../../../indexes/fulltext/postings/posting-lists.js'
import { PostingRun } from '../../../indexes/fulltext/postings/posting-run.js'
import { BlockHeap, ByteStore } from '../../../src/pages/block-heap.js'
import { Heap } from '../../../src/pages/heap.js'
import { PageSpace } from '../../../src/pages/page-space.js'
import { PagedRecords, PagedWords } from '../../../src/pages/paged-words.js'

/** Of each document, the positions of the term. */
type Model = Map<number, readonly number[]>

const list = 5

/** Of the one field of documents, in step with nothing. */
const lengthOf = (id: number) => (id * 7919) % 4000

function open() {
  const heap = new Heap()
  const space = PageSpace.current(heap)
  const blocks = new BlockHeap(space, 0)
  const words = new PagedWords(PageSpace.current(new Heap()).table(0))
  const lengths = new Lengths(words, 1, 0)
  for (let id = 1; id <= 160_000; id++) words.set(id, lengthOf(id) + 1)
  const lists = new PostingLists(
    new PagedRecords(space.table(3), listWordsShift),
    new PostingBlocks(blocks, new ByteStore(blocks)),
    () => lengths,
  )
  return { heap, space, lists }
}

function positionsOf(id: number): number[] {
  // Some have more places than a block keeps.
  const count = id % 997 === 0 ? 500 : 1 + (id % 3)
  return Array.from({ length: count }, (_, i) => i * (1 + (id % 200)))
}

function add(lists: PostingLists, model: Model, id: number): void {
  const run = new PostingRun()
  const positions = Int32Array.from(positionsOf(id))
  run.add(
    id,
    positions,
    positions.map((_, i) => i),
    0,
    positions.length,
  )
  lists.blocks.settle(run)
  lists.add(list, run)
  model.set(id, positionsOf(id))
}

function remove(lists: PostingLists, model: Model, id: number): void {
  lists.remove(list, id)
  model.delete(id)
}

function compare(lists: PostingLists, model: Model): void {
  const expected = [...model.keys()].sort((a, b) => a - b)
  expect(lists.documents(list)).toBe(expected.length)
  const cursor = new PostingCursor(lists, list, { postings: 0 })
  const { contents } = cursor
  const found: number[] = []
  const wrong: number[] = []
  const places = new PositionList()
  for (let from = 0; cursor.seek(from); from = contents.ids[contents.count - 1]! + 1)
    for (let i = 0; i < contents.count; i++) {
      const id = contents.ids[i]!
      found.push(id)
      const count = cursor.positions(i, places)
      if (String([...places.values.subarray(0, count)]) !== String(model.get(id))) wrong.push(id)
    }
  expect(found).toEqual(expected)
  expect(wrong).toEqual([])
  expect([...lists.wrongBounds(list)]).toEqual([])
  if (expected.length > 0) expect(lists.lastId(list)).toBe(expected.at(-1))
}

/** Skips of many sizes, which leave out blocks and whole directories. */
function compareSkips(lists: PostingLists, model: Model): void {
  const expected = [...model.keys()].sort((a, b) => a - b)
  for (const step of [3, 700, 40_000]) {
    const cursor = new PostingCursor(lists, list, { postings: 0 })
    let at = 0
    const wrong: number[] = []
    for (let from = 0; from <= 200_000; from += step) {
      while (at < expected.length && expected[at]! < from) at++
      if (cursor.idFrom(from) !== (expected[at] ?? 0x7fffffff)) wrong.push(from)
    }
    expect(wrong).toEqual([])
  }
}

test('a list of 80,000 documents is whole, whatever is added, put between and removed', () => {
  const { heap, lists } = open()
  const model: Model = new Map()
  for (let id = 2; id <= 160_000; id += 2) add(lists, model, id)
  expect(lists.height(list)).toBe(2)
  compare(lists, model)
  compareSkips(lists, model)
  // All over the list, then close together, so that blocks and directories split.
  for (let i = 0; i < 3000; i++) add(lists, model, ((i * 7919) % 80_000) * 2 + 1)
  for (let id = 50_001; id < 58_000; id += 2) if (!model.has(id)) add(lists, model, id)
  compare(lists, model)
  // Of a directory nothing is left, of others every tenth.
  for (const id of [...model.keys()]) if (id < 70_000 || id % 10 !== 0) remove(lists, model, id)
  compare(lists, model)
  compareSkips(lists, model)
  for (let id = 1; id <= 60_000; id += 5) add(lists, model, id)
  compare(lists, model)
  for (const id of [...model.keys()].reverse()) remove(lists, model, id)
  compare(lists, model)
  expect([lists.root(list), lists.height(list)]).toEqual([0, 0])
  heap.release(heap.commit())
  expect(heap.pagesUsed).toBeLessThan(12)
})

test('what was taken back is as it was, in a list of several directories', () => {
  const { heap, space, lists } = open()
  const model: Model = new Map()
  for (let id = 2; id <= 140_000; id += 2) add(lists, model, id)
  heap.release(heap.commit())
  const mark = heap.savepoint()
  const before = new Map(model)
  for (let id = 1; id < 20_000; id += 2) add(lists, model, id)
  for (let id = 60_000; id <= 140_000; id += 2) remove(lists, model, id)
  compare(lists, model)
  heap.rollback(mark)
  space.epoch++
  compare(lists, before)
})
