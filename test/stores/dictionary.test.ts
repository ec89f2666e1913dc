import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StringCode } from '../../src/core/ids.js'
import { Heap, pageBytes } from '../../src/pages/heap.js'
import { PageSpace } from '../../src/pages/page-space.js'
import { Dictionary } from '../../src/stores/strings/dictionary.js'
import { againstModel, smallHeap } from '../pages/against-model.js'

const newDictionary = () => new Dictionary(PageSpace.current(new Heap(smallHeap)))

const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'é', '漢字', '😀', '\0', 'a\0', '\u00ff', '\u0080', '\u007f'),
  // Each length has a decoder of its own up to 24 bytes.
  fc.integer({ min: 0, max: 30 }).map((length) => 'abcdefghijklmnopqrstuvwxyzABCD'.slice(0, length)),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('x'.repeat(pageBytes), 'x'.repeat(pageBytes + 1), '漢'.repeat(5000), 'y'.repeat(100_000)),
)

describe('the dictionary', () => {
  test('holds the strings of a map with as many holders, in every version', () => {
    type Model = Map<string, number>
    const step = fc.oneof(fc.record({ hold: text }), fc.record({ release: fc.nat(1000) }))
    type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
    againstModel<Dictionary, Model, Step>(
      {
        open: (space) => new Dictionary(space),
        model: () => new Map(),
        copy: (model) => new Map(model),
        step,
        apply(strings, model, step) {
          if ('hold' in step) {
            const code = strings.hold(step.hold)
            expect(strings.text(code)).toBe(step.hold)
            model.set(step.hold, (model.get(step.hold) ?? 0) + 1)
            return
          }
          const text = [...model.keys()][step.release % model.size]
          if (text === undefined) return
          strings.release(strings.find(text) as StringCode)
          const left = model.get(text)! - 1
          if (left > 0) model.set(text, left)
          else model.delete(text)
        },
        compare(strings, model) {
          expect(strings.size).toBe(model.size)
          const codes = new Set<number>()
          for (const [text, holders] of model) {
            const code = strings.find(text) as StringCode
            codes.add(code)
            expect(strings.text(code) === text && strings.holders(code)).toBe(holders)
          }
          expect(codes.size).toBe(model.size)
          expect(codes.has(0)).toBe(false)
          expect(strings.find('never held')).toBe(0)
        },
      },
      { runs: 60, length: 100 },
    )
  })

  test('decodes every length of short strings, of one byte a character and of several', () => {
    const strings = newDictionary()
    for (let length = 0; length <= 64; length++)
      for (const character of ['q', 'é', '漢', '😀']) {
        const text = character.repeat(length)
        expect(strings.text(strings.hold(text))).toBe(text)
      }
  })

  test('tells strings apart that have the same bytes in other encodings', () => {
    const strings = newDictionary()
    const wide = strings.hold('é')
    // The two bytes of that é in UTF-8, as characters of their own.
    const narrow = strings.hold('\u00c3\u00a9')
    expect(wide).not.toBe(narrow)
    expect([strings.text(wide), strings.text(narrow)]).toEqual(['é', '\u00c3\u00a9'])
  })

  test('gives a code again only after its last holder has gone', () => {
    const strings = newDictionary()
    const code = strings.hold('a')
    strings.holdCode(code)
    strings.release(code)
    expect(strings.find('a')).toBe(code)
    strings.release(code)
    expect(strings.find('a')).toBe(0)
    expect(strings.hold('b')).toBe(code)
  })

  test('keeps a string of several MiB', () => {
    const strings = newDictionary()
    for (const text of ['x'.repeat(5_000_001), '漢'.repeat(2_000_000)]) {
      const code = strings.hold(text)
      expect(strings.text(code) === text).toBe(true)
      expect(strings.find(text)).toBe(code)
      strings.release(code)
    }
  })

  test('finds a text again after one that it declined', () => {
    const strings = newDictionary()
    const code = strings.hold('abc')
    expect(strings.find('xyz\ud800')).toBe(0)
    expect(strings.find('abc')).toBe(code)
    expect(strings.find('xyz')).toBe(0)
  })

  test('holds no half of a surrogate pair: it is not found, and keeping it is refused', () => {
    const strings = newDictionary()
    for (const text of ['\ud800', 'a\udc00b', '漢\ud83d']) {
      expect(strings.find(text)).toBe(0)
      expect(() => strings.hold(text)).toThrow(expect.objectContaining({ code: 'PROPERTY_INVALID' }))
    }
    expect(strings.size).toBe(0)
  })
})
