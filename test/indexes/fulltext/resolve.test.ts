import { describe, expect, test } from 'vitest'
import { analyzerOf } from '../../../indexes/fulltext/analysis/named.js'
import { FuzzyMatcher } from '../../../indexes/fulltext/automata/levenshtein.js'
import { parseLucene } from '../../../indexes/fulltext/query/parse-lucene.js'
import { type Lookup, resolve, type SearchField } from '../../../indexes/fulltext/query/resolve.js'
import { fromPlain } from '../../../src/core/plain.js'

const english = analyzerOf('english')
const fields: readonly SearchField[] = [
  { name: 'title', analyzer: english },
  { name: 'body', analyzer: english },
]
const both = ['title', 'body']

function lookup(text: string, within = fields): Lookup {
  return resolve(parseLucene(text, { allowLeadingWildcard: true }), within)
}

function word(term: string, within: readonly string[] = both): Lookup {
  return { kind: 'term', fields: within, term }
}

function any(...should: Lookup[]): Lookup {
  return { kind: 'boolean', must: [], should, not: [] }
}

function fieldOf(settings: object): SearchField {
  return { name: 'body', analyzer: analyzerOf(fromPlain('analyzer', settings)) }
}

const body = ['body']

describe('words', () => {
  test('are what the analyzer makes of them, in every field that shares it', () => {
    expect(lookup('Graphs')).toEqual(word('graph'))
    expect(lookup('title:Graphs')).toEqual(word('graph', ['title']))
    expect(lookup('title:(Graphs body:Trees)')).toEqual(any(word('graph', ['title']), word('tree', ['body'])))
  })

  test('are alternatives where the analyzers of fields differ', () => {
    const mixed = [fields[0]!, { name: 'code', analyzer: analyzerOf('keyword') }]
    expect(lookup('Graphs', mixed)).toEqual(any(word('graph', ['title']), word('Graphs', ['code'])))
  })

  test('that are several terms ask for any of them, and in quotes for all in order', () => {
    expect(lookup('wi-fi')).toEqual(any(word('wi'), word('fi')))
    const terms = [
      { term: 'wi', position: 0 },
      { term: 'fi', position: 1 },
    ]
    expect(lookup('"wi-fi"~3')).toEqual({ kind: 'phrase', fields: both, terms, slop: 3 })
  })

  test('that nothing separates are looked for as they were written', () => {
    const terms = [...'東京都'].map((term, position) => ({ term, position }))
    expect(lookup('東京都 fi')).toEqual(any({ kind: 'phrase', fields: both, terms, slop: 0 }, word('fi')))
  })

  test('that the analyzer leaves out leave gaps in a phrase', () => {
    const terms = [
      { term: 'state', position: 0 },
      { term: 'art', position: 3 },
    ]
    expect(lookup('"the state of the art"')).toEqual({ kind: 'phrase', fields: both, terms, slop: 0 })
    expect(lookup('"the graphs"')).toEqual(word('graph'))
  })

  test('that the analyzer leaves out are no condition', () => {
    expect(lookup('+the graph')).toEqual(any(word('graph')))
    expect(lookup('+graph +(of the)^2 -the')).toEqual({ kind: 'boolean', must: [word('graph')], should: [], not: [] })
    expect(lookup('the')).toEqual(any())
  })

  test('of which there are grams ask for all of them in one word', () => {
    const grams = fieldOf({ tokenizer: 'ngram', gramMin: 2, gramMax: 2 })
    const terms = ['an', 'na'].map((term) => ({ term, position: 0 }))
    expect(lookup('Anana', [grams])).toEqual({ kind: 'phrase', fields: body, terms, slop: 0 })
  })
})

describe('patterns', () => {
  const accepts = (text: string, term: string) => {
    const found = lookup(text)
    return found.kind === 'match' && found.matcher.accepts(term)
  }

  test('are in lower case and folded, and not stemmed', () => {
    expect(accepts('CAFÉS*', 'cafes')).toBe(true)
    expect(accepts('CA*É', 'cafe')).toBe(true)
    expect(accepts('/CAF[É-Z]\\P{Lu}?/', 'cafe')).toBe(true)
    expect(accepts('[Á TO Ç]', 'b')).toBe(true)
    expect(accepts('[a TO c}', 'c')).toBe(false)
  })

  test('a fuzzy word is compared by its stem, as terms are stems', () => {
    const found = lookup('Databses~1')
    expect(found).toMatchObject({ kind: 'match', fields: both, matcher: expect.any(FuzzyMatcher) })
    expect(accepts('Databses~1', english.analyze('databases')[0]!.term)).toBe(true)
    expect(accepts('Databses~1', 'databs')).toBe(true)
  })

  test('ranges of numbers and dates are about values', () => {
    expect(lookup('title:[10 TO *]')).toEqual({
      kind: 'values',
      fields: ['title'],
      query: { kind: 'range', from: { value: 10, inclusive: true }, to: undefined },
    })
  })

  test('ranges of values may be about a property that is no field, and so may the question whether it is there', () => {
    const values = { kind: 'values', fields: ['year'] }
    const below = { kind: 'range', to: { value: 20, inclusive: false } }
    expect(lookup('year:<20')).toEqual({ ...values, query: below })
    expect(lookup('year:*')).toEqual({ ...values, query: { kind: 'range' } })
    for (const words of ['a', '"a b"', 'a*', 'a?b', 'a~', '/a/', '[a TO b]', '(10 OR [10 TO 20])'])
      expect(() => lookup(`year:${words}`)).toThrow(/no field 'year'/)
  })

  test('everything, or what has a field', () => {
    expect(lookup('*:*')).toEqual({ kind: 'all', fields: both })
    expect(lookup('title:*')).toEqual({ kind: 'all', fields: ['title'] })
  })

  test.each([
    [
      'titel:graph',
      "the index has no field 'titel'; it has title, body; write \\ before a colon that is meant as text",
    ],
    ['year:2020', 'it has title, body; a range finds numbers and dates of any property, as year:[2020 TO 2020]'],
    [
      '[10 TO z]',
      "the ends of a range are the INTEGER 10 and the STRING 'z', which have no order; give two of a kind, in quotes for text",
    ],
    ['year:[2020-01-01 TO 30]', 'which have no order'],
    ['[2020-01-01 TO 2020-01-02T10:00]', 'which have no order'],
    ['/a(/', "'a(' is no regular expression"],
  ])('%s is refused', (text, message) => {
    expect(() => lookup(text)).toThrow(
      expect.objectContaining({ code: 'SEARCH_QUERY_INVALID', message: expect.stringContaining(message) }),
    )
  })
})

describe('synonyms', () => {
  const groups = [
    ['car', 'automobile'],
    ['USA', 'United States of America', 'United States'],
  ]
  const field = fieldOf({ analyzer: 'english', synonyms: groups })
  const placed = (terms: string) =>
    terms.split(' ').flatMap((term, position) => (term === '_' ? [] : [{ term, position }]))
  const inOrder = (terms: string): Lookup => ({ kind: 'phrase', fields: body, terms: placed(terms), slop: 0 })

  test('stand for each other in a query', () => {
    expect(lookup('Cars', [field])).toEqual(any(word('car', body), word('automobil', body)))
  })

  test('of several words are phrases, the longest first', () => {
    const all = [word('usa', body), inOrder('unit state _ america'), inOrder('unit state')]
    expect(lookup('usa', [field])).toEqual(any(...all))
    expect(lookup('united\\ states\\ of\\ america', [field])).toEqual(any(...all))
    expect(lookup('united\\ kingdom', [field])).toEqual(any(word('unit', body), word('kingdom', body)))
  })

  test('in a phrase move what stands behind them', () => {
    expect(lookup('"the USA today"', [field])).toEqual(
      any(inOrder('usa today'), inOrder('unit state _ america today'), inOrder('unit state today')),
    )
    expect(lookup('"in the United States of America today"', [field])).toEqual(
      any(inOrder('usa today'), inOrder('unit state _ america today'), inOrder('unit state today')),
    )
  })

  test('that would make hundreds of phrases are refused', () => {
    expect(() => lookup('"usa usa usa usa"', [field])).toThrow(
      'the synonyms of a phrase make 81 phrases of it, and 64 are the most; search for its words without quotes',
    )
  })

  test('do not change what is indexed', () => {
    expect(field.analyzer.analyze('cars').map(({ term }) => term)).toEqual(['car'])
  })
})
