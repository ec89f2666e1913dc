/** The best hits, found without reading what cannot be among them, beside a pass over everything. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { analyzerOf } from '../../../indexes/fulltext/analysis/named.js'
import { type FulltextConfig, FulltextIndex } from '../../../indexes/fulltext/fulltext-index.js'
import { idEnd, PostingLists } from '../../../indexes/fulltext/postings/posting-lists.js'
import { field } from '../../../indexes/fulltext/query/ast.js'
import { parseLucene } from '../../../indexes/fulltext/query/parse-lucene.js'
import { TopHits } from '../../../indexes/fulltext/search/top-hits.js'
import { Window } from '../../../indexes/fulltext/search/window.js'
import { bitmapOf } from '../../../indexes/key-set.js'
import { Heap } from '../../../src/pages/heap.js'
import { PageSpace } from '../../../src/pages/page-space.js'
import type { PagedRecords } from '../../../src/pages/paged-words.js'
import { check } from '../../pages/against-model.js'

const plain = analyzerOf('standard-no-stop-words')
const config: FulltextConfig = {
  fields: [
    { name: 'title', analyzer: plain, weight: 2.5 },
    { name: 'body', analyzer: plain, weight: 1 },
  ],
  k1: 1.2,
  b: 0.75,
}

const queries = [
  'a',
  'f',
  'title:a',
  'title:f',
  'body:e',
  'a f',
  'a b c',
  'f e d c b a',
  '+a +f',
  '+f +a b',
  '+a -b',
  '(+a +c) f',
  '+(a f) +(b e)',
  '"a b"',
  '"b a"~2 f',
  'a^0.2 e f^3',
  'a* f',
  '*:*',
  '+*:* e',
  'a~1 f^0.5',
].map((text) => parseLucene(text))

/** A pseudo-random number below `below`, the same for the same numbers. */
function mixed(seed: number, below: number): number {
  let value = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d)
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39)
  return ((value ^ (value >>> 15)) >>> 0) % below
}

/** `a` is in most texts and `f` in few; some texts hold one of the common words many times, some are long. */
function textOf(seed: number): string {
  const length = mixed(seed, 5) === 0 ? 60 : 1 + mixed(seed + 1, 12)
  const words = Array.from({ length }, (_, i) => 'aaaaaaaabbbbccdef'[mixed(seed * 31 + i, 17)]!)
  return words[0]! < 'd' && mixed(seed + 2, 40) === 0
    ? `${words.join(' ')} ${`${words[0]} `.repeat(9)}`
    : words.join(' ')
}

interface Corpus {
  readonly documents: number
  readonly seed: number
  /** How far the ids of neighbours lie apart. */
  readonly gap: number
  /** Documents that are written anew, or removed. */
  readonly changes: readonly { readonly at: number; readonly seed: number | undefined }[]
  /** Documents that become the best of all, after the changes; those that come later score more. */
  readonly best?: readonly number[]
}

function build({ documents, seed, gap, changes, best = [] }: Corpus): FulltextIndex {
  const index = new FulltextIndex(PageSpace.current(new Heap()), 3, config)
  const add = (id: number, seed: number) =>
    index.add(id, [mixed(seed, 3) === 0 ? [] : [textOf(seed)], [textOf(seed + 7)]])
  for (let i = 0; i < documents; i++) add(1 + i * gap, seed + i * 13)
  for (const { at, seed } of changes) {
    const id = 1 + (at % documents) * gap
    if (index.has(id)) index.remove(id)
    if (seed !== undefined) add(id, seed)
  }
  for (const at of best) {
    const id = 1 + at * gap
    if (index.has(id)) index.remove(id)
    index.add(id, [['f '.repeat(6 + at / 1000)], ['e '.repeat(6 + at / 1000)]])
  }
  return index
}

const corpus: fc.Arbitrary<Corpus> = fc.record({
  documents: fc.integer({ min: 1, max: 3000 }),
  seed: fc.nat(1e6),
  gap: fc.constantFrom(1, 3, 50),
  changes: fc.array(fc.record({ at: fc.nat(3000), seed: fc.option(fc.nat(1e6), { nil: undefined }) }), {
    maxLength: 300,
    size: 'max',
  }),
})
const options = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.nat(4000)),
  skip: fc.constantFrom(0, 0, 3),
  minScore: fc.constantFrom(Number.NEGATIVE_INFINITY, 0, 0.7, 2),
})

type Options = Parameters<FulltextIndex['search']>[1]

/** What all queries find, with a filter and without. */
function answers(index: FulltextIndex, options: Options) {
  const filter = bitmapOf(Array.from({ length: 500 }, (_, i) => 1 + i * 7))
  return queries.flatMap((query) =>
    [options, { ...options, filter }].map((each) => {
      const { ids, scores } = index.search(query, each)
      return { ids, scores }
    }),
  )
}

test('ids and scores are those of a pass over everything, to the last bit, after any changes', () => {
  check(
    fc.property(corpus, options, (corpus, options) => {
      const index = build(corpus)
      expect(answers(index, options)).toEqual(answers(index, { ...options, total: true }))
    }),
    12,
  )
})

const example: Corpus = {
  documents: 6000,
  seed: 5,
  gap: 1,
  changes: [
    ...Array.from({ length: 300 }, (_, i) => ({ at: i * 19, seed: i % 4 === 0 ? undefined : i * 31 })),
    // Last blocks go, and what was before them is appended to.
    ...Array.from({ length: 900 }, (_, i) => ({ at: 5999 - i, seed: undefined })),
  ],
  best: [800, 2100, 3333, 5200, 5300],
}
const asked = { limit: 3, skip: 0, minScore: Number.NEGATIVE_INFINITY }

test.each(['a f^4', '+a +f^4', 'a f', '*:*'])('for few hits many postings are not read: %s', (text) => {
  const index = build(example)
  const read = (total: boolean) => index.search(field('body', parseLucene(text)), { ...asked, total }).postingsRead
  expect(read(false)).toBeLessThanOrEqual(read(true) * 0.75)
})

test('a least score leaves out blocks without any limit', () => {
  const index = build(example)
  const read = (minScore: number) => index.search(parseLucene('body:a'), { minScore }).postingsRead
  expect(read(0.2)).toBeLessThan(read(0) / 2)
})

interface Bounds {
  readonly records: PagedRecords
  find(list: number, id: number): number
  boundOf(list: number, block: number): number
  bind(list: number, block: number): void
  findLast(list: number): void
}
const bounds = PostingLists.prototype as unknown as Bounds
const { boundOf, bind } = bounds
const { keepAbove } = Window.prototype
const threshold = Object.getOwnPropertyDescriptor(TopHits.prototype, 'threshold')!.get!

/** Each names a method of what prunes and what it does instead. */
const faults: Record<string, () => { mockRestore(): void }> = {
  'a bound that is too low': () =>
    vi.spyOn(bounds, 'boundOf').mockImplementation(function (this: Bounds, list, block) {
      return (boundOf.call(this, list, block) & 0xffffff) | (1 << 24)
    }),
  'a bound from before an update': () => {
    const known = new Set<number>()
    return vi.spyOn(bounds, 'bind').mockImplementation(function (this: Bounds, list, block) {
      if (!known.has(block)) bind.call(this, list, block)
      known.add(block)
    })
  },
  'a last block that keeps its bound': () =>
    vi.spyOn(bounds, 'findLast').mockImplementation(function (this: Bounds, list) {
      this.records.set(list, 3, this.find(list, idEnd))
    }),
  'a threshold before there are enough hits': () =>
    vi.spyOn(TopHits.prototype, 'threshold', 'get').mockImplementation(function (this: TopHits) {
      const { scores } = this as unknown as { scores: number[] }
      return scores.length < 2 ? threshold.call(this) : scores[0]!
    }),
  'candidates that are left out too early': () =>
    vi.spyOn(Window.prototype, 'keepAbove').mockImplementation(function (this: Window, floor) {
      keepAbove.call(this, floor + 0.1)
    }),
}

const limits = [3, 10, 40]
const expected = limits.map((limit) => answers(build(example), { ...asked, limit, total: true }))
const found = () => limits.map((limit) => answers(build(example), { ...asked, limit }))

test('nothing is missed without a fault', () => expect(found()).toEqual(expected))

test.each(Object.keys(faults))('a fault is found: %s', (name) => {
  const fault = faults[name]!()
  try {
    expect(found()).not.toEqual(expected)
  } finally {
    fault.mockRestore()
  }
})

test('the bounds of all blocks are those of their postings, after any changes', () => {
  expect([...build(example).wrongBounds()]).toEqual([])
})

test.each(['a bound from before an update', 'a last block that keeps its bound'])('verification finds %s', (name) => {
  const fault = faults[name]!()
  try {
    expect([...build(example).wrongBounds()]).not.toEqual([])
  } finally {
    fault.mockRestore()
  }
})
