/** The index beside the plain one of `reference.ts`: versions, undo and snapshots, and all kinds of queries. */
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { analyzerOf } from '../../../indexes/fulltext/analysis/named.js'
import { Documents } from '../../../indexes/fulltext/documents.js'
import { type Explanation, type FulltextConfig, FulltextIndex } from '../../../indexes/fulltext/fulltext-index.js'
import { PostingBlocks } from '../../../indexes/fulltext/postings/posting-blocks.js'
import { PostingLists } from '../../../indexes/fulltext/postings/posting-lists.js'
import { PostingRun } from '../../../indexes/fulltext/postings/posting-run.js'
import type { Query } from '../../../indexes/fulltext/query/ast.js'
import { parseLucene } from '../../../indexes/fulltext/query/parse-lucene.js'
import { Terms } from '../../../indexes/fulltext/terms.js'
import { bitmapOf } from '../../../indexes/key-set.js'
import { Heap } from '../../../src/pages/heap.js'
import { PageSpace } from '../../../src/pages/page-space.js'
import { againstModel, check, smallHeap } from '../../pages/against-model.js'
import { ReferenceIndex, type Texts } from './reference.js'

const plain = analyzerOf('standard-no-stop-words')
const config: FulltextConfig = {
  fields: [
    { name: 'title', analyzer: plain, weight: 2.5 },
    { name: 'body', analyzer: analyzerOf('english'), weight: 1 },
  ],
  k1: 1.2,
  b: 0.75,
}
const oneField: FulltextConfig = { fields: [config.fields[0]!], k1: 1.2, b: 0.75 }

const newIndex = (settings = config) => new FulltextIndex(PageSpace.current(new Heap(smallHeap)), 3, settings)

/** Few words, so that they meet; some share beginnings, some are an edit or two apart. */
const words = ['graph', 'graphs', 'grape', 'log', 'logs', 'lot', 'commit', 'the', 'a', 'b', 'c', 'd']
const word = fc.constantFrom(...words)
const text = fc.array(word, { maxLength: 12 }).map((each) => each.join(' '))
const texts = fc.oneof({ weight: 4, arbitrary: text.map((each) => [each]) }, fc.array(text, { maxLength: 3 }))
const document: fc.Arbitrary<Texts> = fc.tuple(texts, texts)

const leaf: fc.Arbitrary<Query> = fc.oneof(
  { weight: 3, arbitrary: word.map((each): Query => ({ kind: 'term', text: each })) },
  fc.record({
    kind: fc.constant('phrase' as const),
    text: fc.array(word, { minLength: 1, maxLength: 4 }).map((each) => each.join(' ')),
    slop: fc.nat(4),
  }),
  fc.record({ kind: fc.constant('prefix' as const), text: fc.constantFrom('g', 'gra', 'lo', 'x') }),
  fc.record({ kind: fc.constant('fuzzy' as const), text: word, distance: fc.constantFrom(1 as const, 2 as const) }),
  fc.constant({ kind: 'all' } as const),
)
const { query } = fc.letrec<{ query: Query; parts: Query[] }>((tie) => ({
  parts: fc.array(tie('query'), { maxLength: 2 }),
  query: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    leaf,
    fc.record({ kind: fc.constant('boolean' as const), must: tie('parts'), should: tie('parts'), not: tie('parts') }),
    fc.record({ kind: fc.constant('boost' as const), query: tie('query'), by: fc.constantFrom(0.5, 3) }),
    fc.record({
      kind: fc.constant('field' as const),
      field: fc.constantFrom('title', 'body'),
      query: tie('query'),
    }),
  ),
}))

const asked = ['graph', 'log commit', '+graph +log', '"commit log"', 'title:a -body:b', 'gra*', 'lot~1', '"a b"~3'].map(
  (each) => parseLucene(each),
)

function expectSameHits(index: FulltextIndex, model: ReferenceIndex, query: Query): void {
  const expected = model.search(query)
  const { ids, scores } = index.search(query)
  expect(ids).toHaveLength(expected.length)
  const table = index.hits(query)
  expect([...table.ids]).toEqual(expected.map(({ id }) => id).sort((a, b) => a - b))
  expect(index.hitsMax(query)).toBeGreaterThanOrEqual(expected.length)
  expect(Array.from(ids, (id) => table.scoreOf(id))).toEqual([...scores])
  const scoreOf = new Map(expected.map(({ id, score }) => [id, score]))
  expect([...ids].filter((id, i) => !(Math.abs(scores[i]! - scoreOf.get(id)!) < 1e-6))).toEqual([])
  const isAfter = (i: number) => scores[i - 1]! > scores[i]! || (scores[i - 1] === scores[i] && ids[i - 1]! < ids[i]!)
  expect([...ids.keys()].slice(1).every(isAfter)).toBe(true)
}

function compare(index: FulltextIndex, model: ReferenceIndex): void {
  expect(index.documents).toBe(model.ids.length)
  expect([...index.termsFrom('')].map(({ term, documents }) => [term, documents])).toEqual(model.terms)
  expect(index.terms).toBe(model.terms.length)
  for (const query of asked) expectSameHits(index, model, query)
}

const step = fc.record({ id: fc.integer({ min: 1, max: 30 }), texts: fc.option(document) })

function apply(index: FulltextIndex, model: ReferenceIndex, { id, texts }: Step): void {
  if (index.has(id) && texts !== null && id % 3 !== 0) index.replace(id, texts)
  else putAnew(index, id, texts)
  putAnew(model, id, texts)
}

function putAnew(index: FulltextIndex | ReferenceIndex, id: number, texts: Texts | null): void {
  if (index.has(id)) index.remove(id)
  if (texts !== null) index.add(id, texts)
}

type Step = { readonly id: number; readonly texts: Texts | null }

function runAgainstModel(runs: number): void {
  againstModel<FulltextIndex, ReferenceIndex, Step>(
    {
      open: (space) => new FulltextIndex(space, 3, config),
      model: () => new ReferenceIndex(config),
      copy: (model) => model.copy(),
      step,
      apply,
      compare,
    },
    { runs, length: 30 },
  )
}

describe('beside the plain index', () => {
  test('documents, terms and scores agree after any writes, rollbacks and in snapshots', () => runAgainstModel(60))

  test('any query finds the same with the same scores', () => {
    check(
      fc.property(fc.array(document, { maxLength: 12 }), query, (documents, query) => {
        const [index, model] = [newIndex(), new ReferenceIndex(config)]
        documents.forEach((texts, i) => {
          index.add(i * 3000 + 1, texts)
          model.add(i * 3000 + 1, texts)
        })
        expectSameHits(index, model, query)
      }),
      300,
    )
  })

  test('a limit, a skip, a least score and a filter take a part of what is found without them', () => {
    const options = fc.record({ limit: fc.nat(8), skip: fc.nat(4), allowed: fc.array(fc.nat(12)), least: fc.double() })
    check(
      fc.property(fc.array(document, { maxLength: 12 }), query, options, (documents, query, options) => {
        const index = newIndex()
        for (const [i, texts] of documents.entries()) index.add(i * 5000 + 1, texts)
        const { limit, skip, least } = options
        const filter = bitmapOf(options.allowed.map((i) => i * 5000 + 1))
        const all = index.search(query)
        const expected = [...all.ids.keys()].filter((i) => filter.has(all.ids[i]!) && !(all.scores[i]! < least))
        const asked = { limit, skip, minScore: least, filter }
        const { ids, scores } = index.search(query, asked)
        expect(index.search(query, { ...asked, total: true })).toMatchObject({ ids, scores, total: expected.length })
        expect([...ids]).toEqual(expected.slice(skip, skip + limit).map((i) => all.ids[i]!))
        expect([...scores]).toEqual(expected.slice(skip, skip + limit).map((i) => all.scores[i]!))
      }),
      300,
    )
  })

  test('lists of many blocks agree, with documents in any order, changed and removed', () => {
    check(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.nat(6)), {
          minLength: 600,
          maxLength: 1500,
          size: 'max',
        }),
        (steps) => {
          const [index, model] = [newIndex(oneField), new ReferenceIndex(oneField)]
          for (const [id, kind] of steps)
            apply(index, model, {
              id,
              texts: kind === 0 ? null : [[`a ${'b '.repeat(kind)} ${kind > 3 ? 'c'.repeat(id % 3) : 'd'}`]],
            })
          expect([...index.wrongBounds()]).toEqual([])
          for (const each of ['a', 'a b', '+b +c', '"b c"', '"b b b b"', 'c* -d'].map((text) => parseLucene(text)))
            expectSameHits(index, model, each)
        },
      ),
      3,
    )
  })
})

/** Groups of documents, each added at once, with ids in any order; before the next, those of its ids go that are there. */
const groups = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.nat(6)), { maxLength: 400, size: 'max' }),
  {
    minLength: 2,
    maxLength: 8,
    size: 'max',
  },
)

function togetherDisagreement(): unknown {
  const agree = fc.property(groups, (groups) => {
    const heap = new Heap(smallHeap)
    const space = PageSpace.current(heap)
    const [index, model] = [new FulltextIndex(space, 3, config), new ReferenceIndex(config)]
    for (const [number, group] of groups.entries()) {
      const documents = [...new Map(group)].map(([id, kind]): [number, Texts] => [id, textsOfKind(kind)])
      const addAll = () => index.addAll(documents)
      for (const [id] of documents) if (model.has(id)) for (const each of [index, model]) each.remove(id)
      const mark = heap.savepoint()
      addAll()
      if (number % 2 === 0) {
        heap.rollback(mark)
        space.epoch++
        addAll()
      }
      for (const [id, texts] of documents) model.add(id, texts)
      heap.release(heap.commit())
      compare(index, model)
    }
  })
  const { failed, counterexample } = fc.check(agree, { numRuns: 6, endOnFailure: true })
  return failed ? counterexample : null
}

function textsOfKind(kind: number): Texts {
  return [[`a ${'b '.repeat(kind)}`], kind === 0 ? [] : [`graph ${'log '.repeat(kind % 3)}${kind > 3 ? 'commit' : ''}`]]
}

describe('documents that are added together', () => {
  test('are found like those that come one by one, and can be taken back', () => {
    expect(togetherDisagreement()).toBeNull()
  })

  test.each<[string, () => { mockRestore(): void }]>([
    ['words that change directly are not taken back', () => vi.spyOn(Heap.prototype, 'keep').mockReturnValue()],
    [
      'a document forgets one of its lists',
      () =>
        vi.spyOn(Documents.prototype, 'add').mockImplementation(function (this: Documents, id, lists, lengths) {
          addDocument.call(this, id, id % 7 === 0 ? lists.subarray(1) : lists, lengths)
        }),
    ],
    [
      'a posting takes a position of the next one',
      () =>
        vi.spyOn(PostingRun.prototype, 'add').mockImplementation(function (
          this: PostingRun,
          id,
          positions,
          order,
          from,
          to,
        ) {
          addPosting.call(this, id, positions, order, from, id % 7 === 0 ? to + 1 : to)
        }),
    ],
  ])('the comparison finds a fault: %s', (_fault, plant) => {
    const planted = plant()
    try {
      expect(togetherDisagreement()).not.toBeNull()
    } finally {
      planted.mockRestore()
    }
  })
})

/** Documents of which some get other texts, the first words of which are often the same; the last time in vain first. */
function replaceDisagreement(): unknown {
  const change = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.nat(60), fc.nat(5))
  const changes = fc.array(fc.array(change, { maxLength: 60, size: 'max' }), {
    minLength: 2,
    maxLength: 6,
    size: 'max',
  })
  const agree = fc.property(changes, (changes) => {
    const heap = new Heap(smallHeap)
    const space = PageSpace.current(heap)
    const [index, model] = [new FulltextIndex(space, 3, config), new ReferenceIndex(config)]
    const first = Array.from({ length: 400 }, (_, i): [number, Texts] => [i + 1, textOf(i % 61, i % 6)])
    index.addAll(first)
    for (const [id, texts] of first) model.add(id, texts)
    for (const [number, group] of changes.entries()) {
      for (const isKept of number === changes.length - 1 ? [false, true] : [true]) {
        heap.release(heap.commit())
        const mark = heap.savepoint()
        for (const [id, length, kind] of group) index.replace(id, textOf(length, kind))
        if (isKept) break
        heap.rollback(mark)
        space.epoch++
      }
      for (const [id, length, kind] of group) putAnew(model, id, textOf(length, kind))
      compare(index, model)
      for (const each of ['b', '"b c3"', 'c2 -b', '"d9 a"~9', 'u1* u2*'].map((text) => parseLucene(text)))
        expectSameHits(index, model, each)
      expect([...index.wrongBounds()]).toEqual([])
    }
  })
  const { failed, counterexample } = fc.check(agree, { numRuns: 5, endOnFailure: true })
  return failed ? counterexample : null
}

function textOf(length: number, kind: number): Texts {
  const text = `a ${'b '.repeat(kind)}c${kind} ${Array.from({ length }, (_, i) => `d${i}`).join(' ')} a u${length}${kind}`
  return [[text], kind > 3 ? [`log d${length} b`] : []]
}

describe('a document that gets other texts', () => {
  test('is found by these, and its bounds, positions and terms are theirs', () => {
    expect(replaceDisagreement()).toBeNull()
  })

  test.each<[string, () => { mockRestore(): void }]>([
    ['words that change directly are not taken back', () => vi.spyOn(Heap.prototype, 'keep').mockReturnValue()],
    [
      'a posting keeps its positions',
      () =>
        vi.spyOn(PostingBlocks.prototype, 'splice').mockImplementation(function (
          this: PostingBlocks,
          ref,
          id,
          run,
          of,
        ) {
          return run !== undefined && id % 7 === 0
            ? { kind: 'same', frequency: 1 }
            : splice.call(this, ref, id, run, of)
        }),
    ],
    ['every length counts as the one before', () => vi.spyOn(Documents.prototype, 'lengthOf').mockReturnValue(3)],
    [
      'the number of a term that is gone is remembered',
      () => vi.spyOn(Terms.prototype, 'numbersGone', 'get').mockReturnValue([]),
    ],
  ])('the comparison finds a fault: %s', (_fault, plant) => {
    const planted = plant()
    try {
      expect(replaceDisagreement()).not.toBeNull()
    } finally {
      planted.mockRestore()
    }
  })
})

test('an index that is opened anew forgets numbers of terms from before, when these are taken back', () => {
  const heap = new Heap(smallHeap)
  const space = PageSpace.current(heap)
  const mark = heap.savepoint()
  new FulltextIndex(space, 3, oneField).add(1, [['one two']])
  heap.commit()
  const anew = new FulltextIndex(space, 3, oneField)
  anew.add(2, [['two']])
  heap.rollback(mark)
  space.epoch++
  anew.add(3, [['two']])
  expect([...anew.termsFrom('')]).toEqual([{ term: 'two', documents: 1 }])
})

const { splice } = PostingBlocks.prototype
const { add: addDocument } = Documents.prototype
const { add: addPosting } = PostingRun.prototype

/** Each names a method of the index's parts and what it does instead. */
const faults: Record<string, () => { mockRestore(): void }> = {
  'a missed delete': () =>
    vi.spyOn(PostingLists.prototype, 'remove').mockImplementation(function (this: PostingLists, list, id) {
      if (id % 5 !== 0) removePosting.call(this, list, id)
    }),
  'a stale count of holders': () =>
    vi.spyOn(Terms.prototype, 'countRepeats').mockImplementation(function (this: Terms, term, by) {
      if (by > 0) countRepeats.call(this, term, by)
    }),
  'a term that stays when nobody holds it': () =>
    vi.spyOn(Terms.prototype, 'remove').mockImplementation(() => undefined),
  'a stale sum of lengths': () =>
    vi.spyOn(Documents.prototype, 'averageLength').mockImplementation(function (this: Documents, field) {
      return this.documentsOf(field) > 7 ? 5 : average.call(this, field)
    }),
  'an entry of a write that was rolled back': () =>
    vi.spyOn(Heap.prototype, 'write').mockImplementation(function (this: Heap, page, word, value) {
      if (word % 16 !== 3) write.call(this, page, word, value)
      else this.wordsOf(page)[this.offset(page) + word] = value
    }),
  'a term that is remembered from before a rollback': () =>
    vi.spyOn(Terms.prototype, 'forgetUndone').mockImplementation(() => undefined),
}
const { remove: removePosting } = PostingLists.prototype
const { countRepeats } = Terms.prototype
const { averageLength: average } = Documents.prototype
const { write } = Heap.prototype

/** Some writes, of which every other handful is rolled back, and a comparison after each handful. */
function replay(): void {
  const heap = new Heap(smallHeap)
  const space = PageSpace.current(heap)
  const index = new FulltextIndex(space, 3, config)
  let model = new ReferenceIndex(config)
  const steps = fc.sample(step, { numRuns: 120, seed: 1 })
  for (let from = 0; from < steps.length; from += 6) {
    const mark = heap.savepoint()
    const before = model.copy()
    for (const each of steps.slice(from, from + 6)) apply(index, model, each)
    compare(index, model)
    if (from % 12 === 0) heap.release(heap.commit())
    else {
      heap.rollback(mark)
      space.epoch++
      model = before
      compare(index, model)
    }
  }
}

test('nothing is found without a fault', replay)

test.each(Object.keys(faults))('a fault is found: %s', (name) => {
  const fault = faults[name]!()
  try {
    expect(replay).toThrow()
  } finally {
    fault.mockRestore()
  }
})

describe('a search', () => {
  const documents = ['commit log', 'log of commits', 'the commit log of a graph', 'graph graph graph', 'log log']
  const index = newIndex(oneField)
  for (const [i, text] of documents.entries()) index.add(i + 1, [[text]])
  const found = (text: string, options = {}) => [...index.search(parseLucene(text), options).ids]

  test('gives the best first and tells how many there are', () => {
    expect(index.search(parseLucene('graph'), { limit: 1, total: true })).toMatchObject({
      ids: Uint32Array.of(4),
      total: 2,
    })
  })

  test('skips the best', () => expect(found('log', { skip: 1, limit: 2 })).toEqual(found('log').slice(1, 3)))

  test('leaves out what a filter does not allow', () =>
    expect(found('log', { filter: bitmapOf([2, 3, 4]) }).sort()).toEqual([2, 3]))

  test('leaves out what scores less than is asked for', () => {
    const { scores } = index.search(parseLucene('log'))
    expect(index.search(parseLucene('log'), { minScore: scores[1]!, total: true })).toMatchObject({ total: 2 })
  })

  test('orders equal scores by id', () => expect(found('*:*')).toEqual([1, 2, 3, 4, 5]))

  test('of a phrase may move words by its slop: two that change places cost 2', () => {
    expect(found('"log commit"')).toEqual([])
    expect(found('"log commit"~1')).toEqual([])
    expect(found('"log commit"~2').sort()).toEqual([1, 3])
  })

  test('reads every posting of its terms, and tells so', () =>
    expect(index.search(parseLucene('graph log')).postingsRead).toBe(6))

  test('for a field that the index lacks is refused', () =>
    expect(() => index.search(parseLucene('tilte:log'))).toThrow("the index has no field 'tilte'; it has title"))
})

describe('an explanation', () => {
  test('has parts that give the score to the last bit', () => {
    check(
      fc.property(fc.array(document, { minLength: 1, maxLength: 8 }), query, (documents, query) => {
        const index = newIndex()
        for (const [i, texts] of documents.entries()) index.add(i + 1, texts)
        const { ids, scores } = index.search(query)
        const explanations = [...ids].map((id) => index.explain(query, id)!)
        expect(explanations.map(recomputed)).toEqual([...scores])
        expect([...ids].map((id) => index.score(query, id))).toEqual([...scores])
        const others = documents.map((_, i) => i + 1).filter((id) => !ids.includes(id))
        expect(others.filter((id) => index.explain(query, id) !== undefined)).toEqual([])
      }),
      300,
    )
  })

  /** Worked out of what the explanation holds, but for the values in it. */
  function recomputed(explanation: Explanation): number {
    const { kind } = explanation
    if (kind === 'sum') return explanation.parts.reduce((sum, part) => sum + recomputed(part), 0)
    const { boost, weight } = explanation
    if (kind === 'constant') return boost * weight
    const { k1, b, idf, frequency, length, averageLength } = explanation
    if (kind === 'term') {
      const { documents, holders } = explanation
      expect(Math.log(1 + (documents - holders + 0.5) / (holders + 0.5))).toBe(idf)
    }
    return (
      (boost * weight * idf * (k1 + 1) * frequency) / (frequency + (k1 * (1 - b) + ((k1 * b) / averageLength) * length))
    )
  }
})

describe('documents', () => {
  test('are all gone, with what is known of their words, when the pages are given up', () => {
    const index = newIndex()
    index.add(1, [['commit log'], ['graph']])
    index.clear()
    expect([index.documents, index.terms, index.bytes]).toEqual([0, 0, 0])
    index.add(7, [['log'], []])
    expect([...index.search(parseLucene('commit log graph')).ids]).toEqual([7])
    expect([...index.termsFrom('')]).toEqual([{ term: 'log', documents: 1 }])
  })

  test('may have fields of many texts, between which no phrase reaches', () => {
    const index = newIndex(oneField)
    index.add(1, [['commit', 'log']])
    expect(index.search(parseLucene('"commit log"')).ids).toHaveLength(0)
    expect(index.search(parseLucene('+commit +log')).ids).toHaveLength(1)
  })

  test('without a word in them count as documents', () => {
    const index = newIndex()
    index.add(1, [[''], []])
    expect(index.documents).toBe(1)
    expect([...index.search(parseLucene('*:*')).ids]).toEqual([1])
    expect([...index.search(parseLucene('title:*')).ids]).toEqual([1])
    expect([...index.search(parseLucene('body:*')).ids]).toEqual([])
  })

  test('may hold a word so often that its places fill pages', () => {
    const index = newIndex(oneField)
    for (let id = 1; id <= 200; id++) index.add(id, [['a b '.repeat(id % 7 === 0 ? 3000 : 100) + 'c']])
    expect(index.search(parseLucene('"b c"')).ids).toHaveLength(200)
    for (let id = 1; id <= 200; id++) if (id % 2 === 0) index.remove(id)
    expect(index.search(parseLucene('"b a b c"')).ids).toHaveLength(100)
    const { bytes } = newIndex(oneField)
    for (let id = 1; id <= 200; id += 2) index.remove(id)
    expect([index.documents, index.terms]).toEqual([0, 0])
    expect(index.bytes - bytes).toBeLessThan(30 * 4096)
  })

  test('may hold words of any length and any characters', () => {
    const index = newIndex({ ...oneField, fields: [{ ...oneField.fields[0]!, analyzer: analyzerOf('keyword') }] })
    const long = 'ü'.repeat(5000)
    const words = [long, `${long}x`, 'a\0b', 'a', 'a\0', '\0', '😀', 'aÿ']
    for (const [i, word] of words.entries()) index.add(i + 1, [[word]])
    for (const [i, word] of words.entries())
      expect([...index.search({ kind: 'term', text: word }).ids]).toEqual([i + 1])
    expect(index.search({ kind: 'prefix', text: 'a' }).ids).toHaveLength(4)
    for (let i = 0; i < words.length; i++) index.remove(i + 1)
    expect(index.terms).toBe(0)
  })
})
