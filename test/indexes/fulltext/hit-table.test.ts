import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HitTable } from '../../../indexes/fulltext/fulltext-index.js'

/** Ids that lie in runs, at the edges of words and windows, and far apart. */
const id = fc.oneof(fc.nat(200), fc.integer({ min: 8_100, max: 8_300 }), fc.integer({ min: 0, max: 3_000_000 }))
const hits = fc.uniqueArray(id, { maxLength: 300 }).map((ids) => ids.sort((a, b) => a - b))

test('a table of hits knows the score of each, and of nothing else', () => {
  fc.assert(
    fc.property(hits, fc.array(id, { maxLength: 50 }), (ids, others) => {
      const table = new HitTable()
      const scores = new Map(ids.map((id, i) => [id, i / 7]))
      for (const [id, score] of scores) table.add(id, score)
      expect([...table.ids]).toEqual(ids)
      expect(table.size).toBe(ids.length)
      for (const id of [...ids, ...others, ...ids.map((id) => id + 1), 4_000_000]) {
        expect(table.has(id)).toBe(scores.has(id))
        expect(table.scoreOf(id)).toBe(scores.get(id))
      }
    }),
  )
})
