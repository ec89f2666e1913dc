import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { ByteTree, entryBytesMax } from '../../indexes/ordered/byte-tree.js'
import { Heap } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { PagedWords } from '../../src/pages/paged-words.js'
import { againstModel, smallHeap } from '../pages/against-model.js'
import { seededRandom } from '../support/memory-environment.js'

function open(space: PageSpace): ByteTree {
  return new ByteTree(space.table(0), new PagedWords(space.table(1)))
}

const newTree = () => open(PageSpace.current(new Heap(smallHeap)))
const bytesOf = (text: string) => Buffer.from(text, 'latin1')

/** The strings from a place on, upwards or downwards, as the cursor gives them. */
function walk(tree: ByteTree, from: string, descending = false): string[] {
  const bytes = bytesOf(from)
  const found: string[] = []
  for (const cursor = tree.seek(bytes, bytes.length, descending); cursor.length >= 0; cursor.next())
    found.push(Buffer.from(cursor.source.subarray(cursor.start, cursor.start + cursor.length)).toString('latin1'))
  return found
}

function add(tree: ByteTree, text: string, prefix = 0): boolean {
  return tree.add(bytesOf(text), text.length, prefix)
}

function remove(tree: ByteTree, text: string): void {
  tree.remove(bytesOf(text), text.length)
}

/** Short and long, with much in common and with nothing, up to the longest that fit. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\u00ff'), maxLength: 5 }),
  fc.integer({ min: 0, max: 400 }).map((i) => `prefix that all share ${String(i).padStart(4, '0')}`),
  fc.tuple(fc.integer({ min: 300, max: entryBytesMax }), fc.nat(5)).map(([length, i]) => 'z'.repeat(length - 1) + i),
  fc
    .tuple(fc.integer({ min: 900, max: entryBytesMax - 4 }), fc.nat(99))
    .map(([length, i]) => `${i}${'y'.repeat(length)}`.slice(0, length)),
)

function run(): void {
  type Model = Set<string>
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ add: text, prefix: fc.nat(30) }) },
    { weight: 3, arbitrary: fc.record({ remove: fc.nat(10_000) }) },
    { weight: 1, arbitrary: fc.record({ addMany: fc.nat(5000), count: fc.integer({ min: 50, max: 400 }) }) },
    { weight: 1, arbitrary: fc.record({ removeMany: fc.nat(10_000), count: fc.integer({ min: 50, max: 400 }) }) },
  )
  type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
  againstModel<ByteTree, Model, Step>(
    {
      open,
      model: () => new Set(),
      copy: (model) => new Set(model),
      step,
      apply(tree, model, step) {
        const addNew = (text: string) => {
          if (model.has(text)) return
          add(tree, text)
          model.add(text)
        }
        if ('add' in step) {
          const prefix = step.add.slice(0, step.prefix % (step.add.length + 1))
          const expected = [...model].some((text) => text.startsWith(prefix))
          if (model.has(step.add)) return
          expect(add(tree, step.add, prefix.length)).toBe(expected)
          model.add(step.add)
        } else if ('addMany' in step)
          for (let i = 0; i < step.count; i++)
            addNew(`many ${String(step.addMany + i).padStart(6, '0')} ${'x'.repeat(i % 90)}`)
        else {
          const sorted = [...model].sort()
          const from = ('remove' in step ? step.remove : step.removeMany) % Math.max(1, sorted.length)
          for (const text of sorted.slice(from, from + ('count' in step ? step.count : 1))) {
            remove(tree, text)
            model.delete(text)
          }
        }
      },
      compare(tree, model) {
        // Characters of one byte each, so JavaScript's order is that of the bytes.
        const sorted = [...model].sort()
        expect(tree.size).toBe(sorted.length)
        expect(walk(tree, '')).toEqual(sorted)
        expect(walk(tree, '\u00ff'.repeat(12), true)).toEqual(
          sorted.filter((text) => text < '\u00ff'.repeat(12)).reverse(),
        )
        for (const at of [0.1, 0.5, 0.9]) {
          const from = sorted[Math.floor(sorted.length * at)] ?? 'm'
          for (const place of [from, `${from}\0`, from.slice(0, -1)]) {
            expect(walk(tree, place)).toEqual(sorted.filter((text) => text >= place))
            expect(walk(tree, place, true)).toEqual(sorted.filter((text) => text < place).reverse())
          }
        }
      },
    },
    { runs: 100, length: 50 },
  )
}

describe('a tree of byte strings', () => {
  test('equals a sorted array in every version, from any place in both directions', run)

  test.each(['ascending', 'descending', 'random'])(
    'grows to several levels by %s inserts and shrinks to nothing',
    (order) => {
      const heap = new Heap(smallHeap)
      const space = PageSpace.current(heap)
      const tree = open(space)
      const random = seededRandom(1)
      const texts = Array.from({ length: 3000 }, (_, i) => `${String(i).padStart(5, '0')}${'-'.repeat(i % 800)}`)
      const inOrder = {
        ascending: texts,
        descending: [...texts].reverse(),
        random: texts
          .map((text) => ({ text, at: random.next() }))
          .sort((a, b) => a.at - b.at)
          .map(({ text }) => text),
      }[order]!
      for (const text of inOrder) add(tree, text)
      expect(walk(tree, '')).toEqual(texts)
      expect(tree.heightOf(new PagedWords(space.table(1)).get(0) - 1)).toBeGreaterThanOrEqual(2)
      inOrder.forEach((text, i) => {
        remove(tree, text)
        if (i % 500 === 0) expect(walk(tree, '').length).toBe(texts.length - i - 1)
      })
      expect(tree.size).toBe(0)
      expect(
        space
          .table(0)
          .entries()
          .every((entry) => entry === 0),
      ).toBe(true)
      add(tree, 'again')
      expect(walk(tree, '')).toEqual(['again'])
    },
  )

  test('fills its pages when strings come in ascending order', () => {
    const tree = newTree()
    for (let i = 0; i < 20_000; i++) add(tree, String(i).padStart(10, '0'))
    // 10 bytes, 2 for the length and 2 for the slot.
    expect(tree.pages).toBeLessThan((20_000 * 14) / 4096 + 5)
  })

  test('takes four of the longest strings to a page, whatever comes between them', () => {
    const tree = newTree()
    const texts = Array.from({ length: 300 }, (_, i) =>
      String((i * 7919) % 300)
        .padStart(4, '0')
        .padEnd(entryBytesMax - (i % 3), 'x'),
    )
    for (const text of texts) add(tree, text)
    const short = Array.from({ length: 300 }, (_, i) => String(i).padStart(4, '0'))
    for (const text of short) add(tree, text)
    expect(walk(tree, '')).toEqual([...texts, ...short].sort())
  })

  test('does not mind the removal of a string that it does not hold', () => {
    const tree = newTree()
    remove(tree, 'a')
    add(tree, 'b')
    remove(tree, 'a')
    remove(tree, 'bb')
    expect([tree.size, walk(tree, '')]).toEqual([1, ['b']])
  })

  test.each<[string, string, (this: ByteTree) => boolean]>([
    ['a string that lies beyond the last leaf goes into it', 'isInLeaf', () => true],
    ['strings of the next leaf are not asked for a prefix', 'anyBeginsWith', () => false],
  ])('beside a plain one shows a fault: %s', (_, method, wrong) => {
    const spy = vi.spyOn(ByteTree.prototype, method as 'add').mockImplementation(wrong)
    try {
      expect(run).toThrow()
    } finally {
      spy.mockRestore()
    }
  })
})
