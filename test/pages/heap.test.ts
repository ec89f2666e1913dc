import { describe, expect, test } from 'vitest'
import { Heap, pageBytes, pageWords } from '../../src/pages/heap.js'
import { smallHeap } from './against-model.js'

/** Makes a page in a commit of its own that is safe. */
function safePage(heap: Heap, word = 0): number {
  heap.savepoint()
  const page = heap.allocate()
  heap.write(page, 0, word)
  heap.release(heap.commit())
  return page
}

describe('pages', () => {
  test('come filled with zeros, also when they were used before', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap, 7)
    heap.savepoint()
    heap.retire(page)
    heap.release(heap.commit())
    expect(heap.allocate()).toBe(page)
    expect(heap.read(page, 0)).toBe(0)
  })

  test('lie in slabs that come as they are needed', () => {
    const heap = new Heap({ slabShift: 2 })
    const pages = Array.from({ length: 20 }, (_, i) => safePage(heap, i))
    expect(heap.words.length).toBe(6)
    expect(pages.map((page) => heap.read(page, 0))).toEqual(pages.map((_, i) => i))
    expect(heap.bytesUsed).toBe(21 * pageBytes)
  })

  test('page 0 reads as zeros and is never given out', () => {
    const heap = new Heap(smallHeap)
    expect(safePage(heap)).toBe(1)
    for (let word = 0; word < pageWords; word++) expect(heap.read(0, word)).toBe(0)
    expect(heap.writable(0)).toBe(false)
  })

  test('copies go across slabs', () => {
    const heap = new Heap({ slabShift: 1 })
    const page = safePage(heap, 5)
    heap.write(page, pageWords - 1, 6)
    const copies = [heap.copy(page), heap.copy(page), heap.copy(page)]
    for (const copy of copies) expect([heap.read(copy, 0), heap.read(copy, pageWords - 1)]).toEqual([5, 6])
  })
})

describe('a pin', () => {
  test('keeps pages of its version as they are: their first write is to a copy', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap, 1)
    expect(heap.writable(page)).toBe(true)
    const version = heap.pin()
    expect(heap.writable(page)).toBe(false)
    const copy = heap.copy(page)
    heap.write(copy, 0, 2)
    expect([heap.read(page, 0), heap.read(copy, 0)]).toEqual([1, 2])
    heap.unpin(version)
    expect(heap.writable(page)).toBe(true)
  })

  test('does not stand in the way of pages that are newer', () => {
    const heap = new Heap(smallHeap)
    safePage(heap)
    heap.pin()
    expect(heap.writable(safePage(heap))).toBe(true)
  })

  test('keeps a replaced page until the last of those who read it goes', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap, 1)
    const [first, second] = [heap.pin(), heap.pin()]
    heap.savepoint()
    heap.copy(page)
    heap.release(heap.commit())
    expect(heap.pagesUsed).toBe(3)
    const later = heap.pin()
    heap.unpin(first)
    expect(heap.pagesUsed).toBe(3)
    heap.unpin(second)
    expect(heap.pagesUsed).toBe(2)
    heap.unpin(later)
    expect(heap.pagesUsed).toBe(2)
  })

  test('from before a page was made, or after it was replaced, does not keep it', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap)
    heap.pin()
    const born = safePage(heap)
    heap.savepoint()
    heap.retire(born)
    heap.release(heap.commit())
    expect(heap.pagesUsed).toBe(2)
    heap.pin()
    heap.savepoint()
    heap.retire(heap.copy(page))
    heap.release(heap.commit())
    expect(heap.pagesUsed).toBe(2)
  })

  test('that is not held cannot be given up', () => {
    const heap = new Heap(smallHeap)
    const version = heap.pin()
    heap.unpin(version)
    expect(() => heap.unpin(version)).toThrow('is not pinned')
  })

  test('is told from others past 2^31 versions, of which undo keeps the lower bits', () => {
    const heap = new Heap({ ...smallHeap, version: 2 ** 31 - 4 })
    const page = safePage(heap, 1)
    const before = heap.pin()
    for (let i = 0; i < 8; i++) safePage(heap)
    const used = heap.pagesUsed
    heap.savepoint()
    const copy = heap.copy(page)
    heap.release(heap.commit())
    expect(heap.pagesUsed).toBe(used + 1)
    heap.pin()
    heap.unpin(before)
    expect(heap.pagesUsed).toBe(used)
    expect(heap.read(copy, 0)).toBe(1)
  })
})

describe('undo', () => {
  test('puts words back, newest first, and frees pages that were made', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap, 1)
    const mark = heap.savepoint()
    heap.write(page, 0, 2)
    heap.write(page, 0, 3)
    heap.allocate()
    heap.rollback(mark)
    expect([heap.read(page, 0), heap.pagesUsed]).toEqual([1, 2])
  })

  test('goes back to a savepoint and keeps what came before it in the transaction', () => {
    const heap = new Heap(smallHeap)
    heap.savepoint()
    const page = heap.allocate()
    heap.write(page, 0, 1)
    const mark = heap.savepoint()
    heap.write(page, 0, 2)
    heap.unroll(mark)
    expect(heap.read(page, 0)).toBe(1)
  })

  test('takes back what was written after an unroll to the same place', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap, 1)
    const mark = heap.savepoint()
    const own = heap.copy(page)
    heap.write(own, 0, 2)
    heap.unroll(mark)
    heap.write(page, 0, 3)
    heap.unroll(mark)
    expect(heap.read(page, 0)).toBe(1)
  })

  test('takes back commits that are not safe, newest first', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap, 1)
    const start = heap.savepoint()
    heap.write(page, 0, 2)
    heap.commit()
    heap.savepoint()
    heap.write(page, 0, 3)
    heap.commit()
    heap.rollback(start)
    expect(heap.read(page, 0)).toBe(1)
  })

  test('ends where a commit was made safe', () => {
    const heap = new Heap(smallHeap)
    const start = heap.savepoint()
    heap.allocate()
    heap.release(heap.commit())
    expect(() => heap.unroll(start)).toThrow('what was released cannot be taken back')
  })

  test('calls hooks in the reverse order, and not those of commits that are safe', () => {
    const heap = new Heap(smallHeap)
    const called: string[] = []
    heap.savepoint()
    heap.onUndo(() => called.push('safe'))
    heap.release(heap.commit())
    const start = heap.savepoint()
    heap.onUndo(() => called.push('first'))
    heap.commit()
    const middle = heap.savepoint()
    heap.onUndo(() => called.push('second'))
    heap.onUndo(() => called.push('third'))
    heap.unroll(middle)
    expect(called).toEqual(['third', 'second'])
    heap.unroll(start)
    expect(called).toEqual(['third', 'second', 'first'])
  })

  test('keeps a retired page until the commit is safe', () => {
    const heap = new Heap(smallHeap)
    const page = safePage(heap, 1)
    heap.savepoint()
    heap.retire(page)
    const retired = heap.commit()
    heap.savepoint()
    const later = heap.commit()
    expect(heap.pagesUsed).toBe(2)
    heap.release(retired)
    expect(heap.pagesUsed).toBe(1)
    heap.release(later)
    expect(heap.pagesUsed).toBe(1)
  })

  test('of a large transaction is kept as copies of pages', () => {
    const heap = new Heap({ ...smallHeap, undoEntriesMax: 4096 })
    const pages = Array.from({ length: 5 }, () => safePage(heap))
    const mark = heap.savepoint()
    for (const page of pages) for (let word = 0; word < 900; word++) heap.write(page, word, word)
    expect(pages.map((page) => heap.writable(page))).toEqual([false, false, false, false, false])
    heap.rollback(mark)
    expect(pages.map((page) => heap.writable(page))).toEqual([true, true, true, true, true])
    for (const page of pages) for (let word = 0; word < 900; word++) expect(heap.read(page, word)).toBe(0)
  })
})

describe('a heap that is full', () => {
  const full = () => {
    const heap = new Heap({ ...smallHeap, pagesMax: 3 })
    return { heap, pages: [safePage(heap), safePage(heap), safePage(heap)] }
  }

  test('says so, and goes on when the transaction is taken back', () => {
    const { heap } = full()
    const mark = heap.savepoint()
    expect(() => heap.allocate()).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
    heap.rollback(mark)
    expect(heap.pagesUsed).toBe(4)
  })

  test('asks for room for as long as somebody can give way', () => {
    const { heap, pages } = full()
    const pins = [heap.pin(), heap.pin()]
    heap.savepoint()
    heap.retire(pages[0]!)
    heap.release(heap.commit())
    let asked = 0
    heap.makeRoom = () => {
      asked++
      const pin = pins.pop()
      if (pin !== undefined) heap.unpin(pin)
      return pin !== undefined
    }
    expect(heap.allocate()).toBe(pages[0])
    expect(asked).toBe(2)
    expect(() => heap.allocate()).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
  })
})

test('an empty heap is filled from a checkpoint: its pages count as old', () => {
  const heap = new Heap({ ...smallHeap, version: 9 })
  heap.reserve(300)
  expect([heap.pagesUsed, heap.words.length, heap.pin()]).toEqual([301, 3, 9])
  expect(heap.writable(300)).toBe(false)
  expect(() => heap.reserve(1)).toThrow('only an empty heap')
})
