import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyzerOf } from '../../../indexes/fulltext/analysis/named.js'
import { fragmentsOf, type HighlightOptions, highlight } from '../../../indexes/fulltext/highlight.js'
import { forEachPhrase } from '../../../indexes/fulltext/phrase.js'
import { parseLucene } from '../../../indexes/fulltext/query/parse-lucene.js'
import { resolve, type SearchField } from '../../../indexes/fulltext/query/resolve.js'
import type { PropertyValue } from '../../../src/core/value.js'

function marked(
  text: string,
  query: string,
  options: HighlightOptions = {},
  analyzer: PropertyValue = 'english',
): string[] {
  const field: SearchField = { name: 'body', analyzer: analyzerOf(analyzer) }
  const fields = [field, { name: 'title', analyzer: field.analyzer }]
  return highlight(text, field, resolve(parseLucene(query), fields), { pre: '[', post: ']', ...options })
}

describe('marks', () => {
  test.each([
    ['graph', 'A graph of graphs', 'A [graph] of [graphs]'],
    ['cafe', 'Le CAFÉ, ﬁnes cafés.', 'Le [CAFÉ], ﬁnes [cafés].'],
    ['fin lodz', 'ﬁn in Łódź 😀 ﬁn', '[ﬁn] in [Łódź] 😀 [ﬁn]'],
    ['"commit log"', 'the log of a commit, the commit log', 'the log of a commit, the [commit] [log]'],
    ['"commit log"~3', 'log the commit; commit', '[log] the [commit]; commit'],
    ['"state of the art"', 'state-of-the-art, or state of an art?', '[state]-of-the-[art], or [state] of an [art]?'],
    ['gra* -log', 'gravel log', '[gravel] log'],
    ['grap~1', 'graph grasp gravel', '[graph] [grasp] gravel'],
    ['title:graph tree', 'graph tree', 'graph [tree]'],
    ['(+graph (tree^2))^3 *:* [1 TO 2]', 'graph tree 1', '[graph] [tree] 1'],
  ])('%s', (query, text, expected) => {
    expect(marked(text, query)).toEqual([expected])
  })

  test('grams are marked within words, and where they overlap as one', () => {
    const settings = new Map<string, PropertyValue>([
      ['tokenizer', 'ngram'],
      ['gramMin', 2],
      ['gramMax', 2],
    ])
    expect(marked('a banana', 'nan', {}, settings)).toEqual(['a b[anana]'])
  })
})

describe('pieces', () => {
  const text =
    `${'padding '.repeat(20)}the commit log. ${'filling '.repeat(40)}A log here. ${'ending '.repeat(10)}`.trim()

  test('are whole words around what is found, in the order of the text', () => {
    expect(marked(text, 'commit log', { size: 40 })).toEqual([
      '…padding the [commit] [log]. filling filling…',
      '…filling filling A [log] here. ending…',
    ])
  })

  test('are the best ones: those with the most different words', () => {
    expect(marked(text, 'log commit', { size: 30, fragments: 1 })).toEqual(['…the [commit] [log]. filling…'])
    expect(
      marked('log log log, and far from it a commit with a log', 'log commit', { size: 20, fragments: 1 }),
    ).toEqual(['…a [commit] with a [log]'])
  })

  test('begin and end with the text where that is near', () => {
    expect(marked('A commit log is kept', 'commit', { size: 100 })).toEqual(['A [commit] log is kept'])
    expect(marked(`${'x '.repeat(50)}commit`, 'commit', { size: 12 })).toEqual(['…x x x [commit]'])
  })

  test('are none where nothing is found, and the whole text where no pieces are wanted', () => {
    expect(marked(text, 'sql')).toEqual([])
    expect(marked('the commit log', 'log', { fragments: 0 })).toEqual(['the commit [log]'])
    expect(marked('the commit log', 'sql', { fragments: 0 })).toEqual(['the commit log'])
  })

  test('are as long as a word that is longer than they may be', () => {
    expect(marked('an incomprehensibility here', 'incomprehensibility', { size: 5 })).toEqual([
      '…[incomprehensibility]…',
    ])
  })

  test('keep within their size, do not overlap, and mark nothing that was not asked for', () => {
    const words = fc.array(fc.constantFrom('commit', 'logs', 'filler', 'Łódź', '😀', 'the', '\n'), { maxLength: 60 })
    const analyzer = analyzerOf('english')
    const field = { name: 'body', analyzer }
    const lookup = resolve(parseLucene('log commit lodz'), [field])
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 60 }), fc.integer({ min: 1, max: 4 }), (some, size, fragments) => {
        const text = some.join(' ')
        const found = fragmentsOf(text, field, lookup, { fragments, size })
        const hits = analyzer.analyze(text).filter(({ term }) => ['log', 'commit', 'lodz'].includes(term))
        expect(found.length > 0).toBe(hits.length > 0)
        expect(found.length).toBeLessThanOrEqual(fragments)
        found.forEach(({ start, end, marks }, i) => {
          expect(end - start).toBeLessThanOrEqual(size)
          expect(start).toBeGreaterThanOrEqual(found[i - 1]?.end ?? 0)
          const within = hits.filter((hit) => hit.start >= start && hit.end <= end)
          expect(marks).toEqual(within.map((hit) => ({ start: hit.start, end: hit.end })))
          expect(marks.length).toBeGreaterThan(0)
        })
      }),
    )
  })

  test('of a text that is all marks are found in time', () => {
    const started = performance.now()
    expect(marked('log '.repeat(20_000), 'log', { fragments: 5 })).toHaveLength(5)
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})

// ---- phrases --------------------------------------------------------------------------------------------------------

interface Measure {
  /** Whether two words of the phrase may stand on one word of the text. */
  readonly shared: boolean
  readonly more: number
}

/** A phrase and a text on which trying every choice of words says something else. */
function phraseDisagreement({ shared, more }: Measure): unknown {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 })
  const wanted = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 1, 2)), {
    minLength: 1,
    maxLength: 4,
  })
  const agrees = fc.property(words, wanted, fc.nat(4), (text, steps, slop) => {
    const positions = new Map(
      ['a', 'b', 'c'].map((word) => [word, text.flatMap((each, i) => (each === word ? [i] : []))]),
    )
    let offset = 0
    const terms = steps.map(([word, step]) => ({ positions: positions.get(word)!, offset: (offset += step) }))
    let found = false
    forEachPhrase(terms, slop, (places) => {
      const moved = terms.map((term, i) => term.positions[places[i]!]! - term.offset)
      expect(Math.max(...moved) - Math.min(...moved)).toBeLessThanOrEqual(slop)
      found = true
      return true
    })
    return found === chosen(terms, [], { slop: slop + more, shared })
  })
  return fc.check(agrees, { numRuns: 5_000 }).counterexample
}

interface ModelTerm {
  readonly positions: readonly number[]
  readonly offset: number
}

function chosen(
  terms: readonly ModelTerm[],
  taken: readonly number[],
  rules: { slop: number; shared: boolean },
): boolean {
  if (taken.length === terms.length) {
    const moved = terms.map(({ offset }, i) => taken[i]! - offset)
    return Math.max(...moved) - Math.min(...moved) <= rules.slop
  }
  const free = terms[taken.length]!.positions.filter((position) => rules.shared || !taken.includes(position))
  return free.some((position) => chosen(terms, [...taken, position], rules))
}

test('a phrase is found where trying every choice of words finds it', () => {
  expect(phraseDisagreement({ shared: false, more: 0 })).toBeNull()
})

test.each<[string, Measure]>([
  ['one word of the text counts twice', { shared: true, more: 0 }],
  ['one place more than the slop', { shared: false, more: 1 }],
])('the comparison finds a fault: %s', (_fault, measure) => {
  expect(phraseDisagreement(measure)).not.toBeNull()
})
