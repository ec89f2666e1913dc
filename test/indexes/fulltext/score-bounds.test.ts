/** The bound of a block beside the scores of its postings, whatever these and the settings are. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lengths } from '../../../indexes/fulltext/lengths.js'
import { BlockContents } from '../../../indexes/fulltext/postings/posting-blocks.js'
import { boundOf, staysWithout, unbounded, widened } from '../../../indexes/fulltext/postings/score-bounds.js'
import { type Bm25, bm25, bm25Max } from '../../../indexes/fulltext/search/bm25.js'
import { Heap } from '../../../src/pages/heap.js'
import { PageSpace } from '../../../src/pages/page-space.js'
import { PagedWords } from '../../../src/pages/paged-words.js'
import { check } from '../../pages/against-model.js'

interface Posting {
  readonly frequency: number
  readonly length: number
}

const number = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 31 - 2 }))
const posting: fc.Arbitrary<Posting> = fc.record({
  frequency: fc.oneof(fc.integer({ min: 1, max: 6 }), number),
  length: number,
})
const settings = fc.record({
  k1: fc.double({ min: 0, max: 1000, noNaN: true }),
  b: fc.double({ min: 0, max: 1, noNaN: true }),
  averageLength: fc.double({ min: 1, max: 1e9, noNaN: true }),
  weight: fc.double({ min: 0, max: 1e6, noNaN: true }),
})

function formulaOf({
  k1,
  b,
  averageLength,
  weight,
}: {
  k1: number
  b: number
  averageLength: number
  weight: number
}): Bm25 {
  return { factor: weight * (k1 + 1), base: k1 * (1 - b), perTerm: (k1 * b) / averageLength }
}

function block(postings: readonly Posting[]): { contents: BlockContents; lengths: Lengths } {
  const contents = new BlockContents()
  const words = new PagedWords(PageSpace.current(new Heap()).table(0))
  for (const [i, { frequency, length }] of postings.entries()) {
    contents.ids[i] = i * 3
    contents.frequencies[i] = frequency
    words.set(i * 3, length + 1)
  }
  contents.count = postings.length
  return { contents, lengths: new Lengths(words, 1, 0) }
}

test('no posting of a block scores more than its bound says', () => {
  check(
    fc.property(fc.array(posting, { minLength: 1, maxLength: 128 }), settings, (postings, settings) => {
      const { contents, lengths } = block(postings)
      const bound = boundOf(contents, lengths)
      expect(bound).not.toBe(unbounded)
      const formula = formulaOf(settings)
      const most = bm25Max(formula, bound)
      expect(postings.filter(({ frequency, length }) => !(bm25(formula, frequency, length) <= most))).toEqual([])
    }),
    500,
  )
})

test('a bound of one more posting is widened, and stays only where it is the same without a posting', () => {
  check(
    fc.property(fc.array(posting, { minLength: 2, maxLength: 12 }), (postings) => {
      const [{ frequency, length }, ...others] = postings as [Posting, ...Posting[]]
      const [all, rest] = [postings, others].map((some) => {
        const { contents, lengths } = block(some)
        return boundOf(contents, lengths)
      }) as [number, number]
      expect(widened(rest, frequency, length)).toBe(all)
      if (staysWithout(all, frequency, length)) expect(rest).toBe(all)
    }),
    500,
  )
})

test('a bound is what the best posting scores where numbers are small', () => {
  const formula = formulaOf({ k1: 1.2, b: 0.75, averageLength: 8, weight: 1 })
  const postings = [
    { frequency: 1, length: 3 },
    { frequency: 2, length: 9 },
    { frequency: 5, length: 15 },
  ]
  for (let count = 1; count <= postings.length; count++) {
    const some = postings.slice(0, count)
    const { contents, lengths } = block(some)
    const best = Math.max(...some.map(({ frequency, length }) => bm25(formula, frequency, length)))
    expect(bm25Max(formula, boundOf(contents, lengths)) / best).toBeCloseTo(1, 9)
  }
})
