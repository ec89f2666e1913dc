import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WordGroups } from '../../../query/execute/runtime/word-groups.js'

test('numbers of groups agree with a Map, for any words', () => {
  const word = fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.nat(40), fc.nat(70_000), fc.integer())
  fc.assert(
    fc.property(fc.array(word, { maxLength: 300 }), (words) => {
      const groups = new WordGroups()
      const model = new Map<number, number>()
      for (const each of words) {
        expect(groups.get(each)).toBe(model.get(each | 0))
        if (model.has(each | 0)) continue
        model.set(each | 0, model.size)
        groups.set(each, groups.size)
      }
      expect(groups.size).toBe(model.size)
      for (const [each, number] of model) expect(groups.get(each)).toBe(number)
    }),
  )
})
