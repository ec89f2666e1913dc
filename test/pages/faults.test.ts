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
      step: fc.record({ at: fc.nat(40), word: fc.integer() }),
      apply(words, model, { at, word }) {
        words.set(at, word)
        model.set(at, word)
      },
      compare(words, model) {
        for (const [at, word] of model) expect(words.get(at)).toBe(word)
      },
    },
    { runs: 100, length: 60 },
  )
}

/** Writes as the heap does, but keeps no undo entry for some words. */
function forgetfulWrite(this: Heap, page: number, word: number, value: number): void {
  const at = this.offset(page) + word
  if (word % 7 !== 0) write.call(this, page, word, value)
  else this.wordsOf(page)[at] = value
}
const { write } = Heap.prototype

/** Each names a method and what it does instead. */
const faults: Record<string, readonly [method: keyof Heap, wrong: (...parameters: never[]) => unknown]> = {
  'undo forgets a word': ['write', forgetfulWrite],
  'a pin does not stop writes in place': ['writable', () => true],
  'a page that was given up is never free again': ['retire', () => undefined],
  'a page that a pin still reads is free at once': ['isPinnedWithin', () => false],
  'hooks are not called': ['onUndo', () => undefined],
}

test('nothing is found without a fault', run)

test.each(Object.keys(faults))('a fault is found: %s', (name) => {
  const [method, wrong] = faults[name]!
  const spy = vi.spyOn(Heap.prototype, method as 'write').mockImplementation(wrong as Heap['write'])
  try {
    expect(run).toThrow()
  } finally {
    spy.mockRestore()
  }
})
