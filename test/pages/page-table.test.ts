import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Heap, pageWords } from '../../src/pages/heap.js'
import { PageSpace, tablesMax } from '../../src/pages/page-space.js'
import type { PageTable } from '../../src/pages/page-table.js'
import { PagedWords } from '../../src/pages/paged-words.js'
import { againstModel, reachablePages, smallHeap } from './against-model.js'

/** What stands at an index: words that are not zero by place, or a word in place of a page. */
type Entry = { readonly words: ReadonlyMap<number, number> } | { readonly inline: number }
type Model = Map<string, Entry>

const slots = [0, 1, 511, 512, tablesMax - 1]

/** Around the ends of a page, of a table page, of two levels of them. */
const index = fc.constantFrom(0, 1, 2, 1022, 1023, 1024, 1025, 5000, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1024)
const slot = fc.constantFrom(...slots)
const word = fc.constantFrom(0, 1, 511, 1023)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), slot, index, word, value: fc.integer() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('own' as const), slot, index, word, value: fc.integer() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('inline' as const), slot, index, word: fc.nat(2 ** 31 - 1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), slot, index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), slot }) },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

function apply(space: PageSpace, model: Model, step: Step): void {
  const table = space.table(step.slot)
  if (step.do === 'clear') {
    table.clear()
    for (const name of model.keys()) if (name.startsWith(`${step.slot}/`)) model.delete(name)
    return
  }
  const name = `${step.slot}/${step.index}`
  if (step.do === 'remove') {
    table.removePage(step.index)
    model.delete(name)
  } else if (step.do === 'inline') {
    // Structures give a page up before they keep a word in its place.
    table.removePage(step.index)
    table.setInline(step.index, step.word)
    model.set(name, { inline: step.word })
  } else {
    if (step.do === 'write') new PagedWords(table).set(step.index * pageWords + step.word, step.value)
    else {
      const page = table.ownPage(step.index)
      space.heap.wordsOf(page)[space.heap.offset(page) + step.word] = step.value
    }
    const before = model.get(name)
    const words = new Map(before !== undefined && 'words' in before ? before.words : [])
    model.set(name, { words: words.set(step.word, step.value) })
  }
}

function contentOf(space: PageSpace): Model {
  const model: Model = new Map()
  for (const slot of slots) {
    space
      .table(slot)
      .entries()
      .forEach((entry, index) => {
        if (entry < 0) model.set(`${slot}/${index}`, { inline: ~entry })
        else if (entry > 0) model.set(`${slot}/${index}`, { words: wordsOf(space.heap, entry) })
      })
  }
  return model
}

function wordsOf(heap: Heap, page: number): Map<number, number> {
  const start = heap.offset(page)
  const words = [...heap.wordsOf(page).subarray(start, start + pageWords)]
  return new Map(words.flatMap((word, at) => (word === 0 ? [] : [[at, word]])))
}

/** Words that are zero are left out, but not a page of nothing but them. */
function shown(model: Model): string[] {
  return [...model]
    .map(([name, entry]) => {
      if ('inline' in entry) return `${name} ~${entry.inline}`
      const words = [...entry.words].filter(([, word]) => word !== 0).sort(([a], [b]) => a - b)
      return `${name} ${words.map((pair) => pair.join('=')).join(' ')}`
    })
    .sort()
}

describe('page tables', () => {
  test('equal maps of words at any height, in every version', () => {
    againstModel<PageSpace, Model, Step>(
      {
        open: (space) => space,
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply,
        compare: (space, model) => expect(shown(contentOf(space))).toEqual(shown(model)),
      },
      { runs: 30, length: 60 },
    )
  })

  test.each([
    [1, 1023],
    [2, 1024],
    [2, 2 ** 20 - 1],
    [3, 2 ** 20],
  ])('have %i levels when the last index is %i', (height, last) => {
    const space = PageSpace.current(new Heap(smallHeap))
    space.table(0).pageForWrite(last)
    expect(space.root(0).height).toBe(height)
    space.table(0).pageForWrite(0)
    expect(heightsOf(space.table(0))).toEqual([0, height])
    expect(space.table(0).entry(last)).toBeGreaterThan(0)
    expect(space.table(0).entry(last + 1)).toBe(0)
  })

  test('read as zeros where nothing was written', () => {
    const words = new PagedWords(PageSpace.current(new Heap(smallHeap)).table(3))
    expect([words.get(0), words.get(2 ** 31 - 1)]).toEqual([0, 0])
    words.set(5000, 7)
    expect([words.get(4999), words.get(5000), words.get(5001), words.get(4000), words.get(2 ** 31 - 1)]).toEqual([
      0, 7, 0, 0, 0,
    ])
  })

  test('give all their pages back when cleared', () => {
    const heap = new Heap(smallHeap)
    const space = PageSpace.current(heap)
    space.table(0).pageForWrite(0)
    heap.release(heap.commit())
    const before = heap.pagesUsed
    heap.savepoint()
    for (const index of [3, 1024, 2 ** 20, 2 ** 20 + 9999]) space.table(1).pageForWrite(index)
    space.table(1).clear()
    heap.release(heap.commit())
    expect(heap.pagesUsed).toBe(before)
    expect(heap.pagesUsed).toBe(reachablePages(space))
  })

  test('of a snapshot are never written', () => {
    const space = PageSpace.current(new Heap(smallHeap))
    space.table(0).pageForWrite(0)
    space.heap.commit()
    space.heap.pin()
    expect(() => space.snapshot().table(0).pageForWrite(1)).toThrow('a snapshot is never written')
  })
})

/** Heights of the lowest and of the highest page. */
function heightsOf(table: PageTable): [number, number] {
  const heights: number[] = []
  table.walk((_, height) => heights.push(height))
  return [Math.min(...heights), Math.max(...heights)]
}
