/** Faults put into the heap on purpose: running beside a model must find each. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { Heap } from '../../src/pages/heap.js'
import { PagedWords } from '../../src/pages/paged-words.js'
import { againstModel } from './against-model.js'

function run(): void {
  againstModel<PagedWords, Map<number, number>, { at: number; word: number }>(
    {
      open: (space) => new PagedWords(space.table(0)),
      model: () => new Map(),
      copy: (model) => new Map(model),
      step: fc.record({ at: fc.nat(5000), word: fc.integer() }),
      apply(words, model, { at, word }) {
        words.set(at, word)
        model.set(at, word)
      },
      compare(words, model) {
        for (const [at, word] of model) expect(words.get(at)).toBe(word)
      },
    },
    { runs: 50, length: 60 },
  )
}

interface Insides {
  undoLength: number
  born: Float64Array
  putFree(page: number): void
  record(kind: number, where: number, what: number): void
}

/** Each gives the methods that are wrong. */
const faults: Record<string, Partial<Heap & Insides>> = {
  'undo forgets a word': {
    write(this: Heap & Insides, page, word, value) {
      if (word % 7 !== 0 && this.born[page] !== this.undoSpan) this.record(page, word, this.read(page, word))
      this.wordsOf(page)[this.offset(page) + word] = value
    },
  },
  'a pin does not stop writes in place': { writable: () => true },
  'a page that was given up is never free again': { retire: () => undefined },
  'a page that a pin still reads is free at once': { isPinnedWithin: () => false },
  'hooks are not called': { onUndo: () => undefined },
}

test('nothing is found without a fault', run)

test.each(Object.keys(faults))('a fault is found: %s', (name) => {
  const spies = Object.entries(faults[name]!).map(([method, wrong]) =>
    vi.spyOn(Heap.prototype, method as 'write').mockImplementation(wrong as Heap['write']),
  )
  try {
    expect(run).toThrow()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
})
