import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  all,
  boolean,
  boost,
  field,
  nothing,
  phrase,
  type Query,
  type RangeValue,
  term,
} from '../../../indexes/fulltext/query/ast.js'
import { parseQuery } from '../../../indexes/fulltext/query/parse.js'
import { parseLucene } from '../../../indexes/fulltext/query/parse-lucene.js'
import { parseMap } from '../../../indexes/fulltext/query/parse-map.js'
import { parseSimple } from '../../../indexes/fulltext/query/parse-simple.js'
import { printLucene } from '../../../indexes/fulltext/query/print-lucene.js'
import { fromPlain } from '../../../src/core/plain.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import { LocalTime } from '../../../src/core/temporal/time.js'
import { Float } from '../../../src/core/value.js'
import { queries } from './queries.js'

const [a, b, c] = [term('a'), term('b'), term('c')]

function prefix(text: string): Query {
  return { kind: 'prefix', text }
}

function fuzzy(text: string, distance: 1 | 2): Query {
  return { kind: 'fuzzy', text, distance }
}

function regexp(pattern: string): Query {
  return { kind: 'regexp', pattern }
}

function between(from: RangeValue, to: RangeValue, inclusive = true): Query {
  return { kind: 'range', from: { value: from, inclusive }, to: { value: to, inclusive } }
}

function from(value: RangeValue): Query {
  return { kind: 'range', from: { value, inclusive: true } }
}

function below(value: RangeValue): Query {
  return { kind: 'range', to: { value, inclusive: false } }
}

describe("Lucene's syntax", () => {
  test.each<[string, Query]>([
    ['a', a],
    ['a b', boolean({ should: [a, b] })],
    ['a OR b || c', boolean({ should: [a, b, c] })],
    ['+a -b c', boolean({ must: [a], should: [c], not: [b] })],
    ['a AND b', boolean({ must: [a, b] })],
    ['a && !b', boolean({ must: [a], not: [b] })],
    ['a NOT b', boolean({ should: [a], not: [b] })],
    ['NOT a', boolean({ not: [a] })],
    // Neither AND nor OR binds closer.
    ['a OR b AND c', boolean({ must: [b, c], should: [a] })],
    ['a AND b OR c', boolean({ must: [a, b], should: [c] })],
    ['(a OR b) AND c', boolean({ must: [boolean({ should: [a, b] }), c] })],
    ['a - b', boolean({ should: [a], not: [b] })],
    ['and or not', boolean({ should: [term('and'), term('or'), term('not')] })],
    ['ANDROID NOTE', boolean({ should: [term('ANDROID'), term('NOTE')] })],
    ['title:a b', boolean({ should: [field('title', a), b] })],
    ['title:(a b)^2', boost(field('title', boolean({ should: [a, b] })), 2)],
    ['meta.tags: "a b"', field('meta.tags', phrase('a b'))],
    ['my\\:field:a', field('my:field', a)],
    ['"a \\"b\\""~5^1.5', boost(phrase('a "b"', 5), 1.5)],
    ['a"b c"', boolean({ should: [a, phrase('b c')] })],
    ['gra*', prefix('gra')],
    ['gra\\*', term('gra*')],
    [
      'g?a*h',
      {
        kind: 'wildcard',
        parts: [
          { kind: 'text', text: 'g' },
          { kind: 'one' },
          { kind: 'text', text: 'a' },
          { kind: 'run' },
          { kind: 'text', text: 'h' },
        ],
      },
    ],
    ['graph~', fuzzy('graph', 2)],
    ['graph~1', fuzzy('graph', 1)],
    ['graph~0', term('graph')],
    ['graph~0.8', fuzzy('graph', 1)],
    ['/gra(ph|in)\\/s?/', regexp('gra(ph|in)/s?')],
    ['a /b/', boolean({ should: [a, regexp('b')] })],
    ['and/or wi-fi C++ AT&T R&D x=1', boolean({ should: ['and/or', 'wi-fi', 'C++', 'AT&T', 'R&D', 'x=1'].map(term) })],
    ['[10 TO 20]', between(10, 20)],
    ['{1.5 TO 2.5}', between(new Float(1.5), new Float(2.5), false)],
    ['[a TO z}', { kind: 'range', from: { value: 'a', inclusive: true }, to: { value: 'z', inclusive: false } }],
    ['["10" TO "a b"]', between('10', 'a b')],
    ['[* TO -5]', { kind: 'range', from: undefined, to: { value: -5, inclusive: true } }],
    [
      'day:{2024-05-01 TO *}',
      field('day', { kind: 'range', from: { value: LocalDate.of(2024, 5, 1), inclusive: false }, to: undefined }),
    ],
    [
      'year:>=10 -year:< 2.5',
      boolean({ should: [field('year', from(10))], not: [field('year', below(new Float(2.5)))] }),
    ],
    ['(day:>=2024-05-01)^2', boost(field('day', from(LocalDate.of(2024, 5, 1))), 2)],
    [
      'at:>=12:30^2 name:>="a b"',
      boolean({ should: [boost(field('at', from(LocalTime.parse('12:30'))), 2), field('name', from('a b'))] }),
    ],
    ['title:\\>x', field('title', term('>x'))],
    ['[* TO *]', all],
    ['*:*', all],
    ['*', all],
    ['title:*', field('title', all)],
    ['\\(1\\+1\\)\\:2 \\u0041\\AND', boolean({ should: [term('(1+1):2'), term('AAND')] })],
    ['𝒜\u3000b', boolean({ should: [term('𝒜'), b] })],
  ])('%s', (text, expected) => {
    expect(parseLucene(text)).toEqual(expected)
  })

  test('a leading wildcard is read where it is allowed', () => {
    const parts = [{ kind: 'run' }, { kind: 'text', text: 'graph' }]
    expect(parseLucene('*graph', { allowLeadingWildcard: true })).toEqual({ kind: 'wildcard', parts })
  })

  test.each([
    ['', 1, 'a word is expected here; *:* finds everything'],
    ['a ()', 4, 'a word is expected here'],
    ['(a', 1, 'the bracket is not closed; write \\ before a sign that is meant as text'],
    ['a)', 2, "nothing is open that this ')' could close"],
    ['a "b', 3, 'the quotes are not closed; write \\" for a quote that is meant as text'],
    ['AND a', 1, 'AND stands between two parts of a search'],
    ['a OR', 3, 'OR stands between two parts of a search'],
    ['a AND OR b', 7, 'OR cannot begin a part of a search'],
    ['+-a', 2, '- cannot begin a part of a search'],
    ['a -', 3, '- stands before what it is about'],
    ['a:', 3, 'what to look for in a is expected behind the colon'],
    ['a:b:c', 4, "':' cannot begin a part of a search"],
    ['a*:b', 1, 'the name of a field holds no wildcards'],
    ['*:a', 3, '* is expected behind *: as *:* finds everything'],
    [
      '*graph',
      1,
      'a wildcard at the beginning of a word has every term looked at; write letters before it, or set allowLeadingWildcard',
    ],
    ['a ?b', 3, 'a wildcard at the beginning of a word'],
    ['graph~3', 6, 'a word may be at most 2 edits off; write ~1 or ~2'],
    ['gra*~1', 5, 'a word with wildcards cannot be fuzzy too'],
    ['"a b"~', 6, 'a whole number of places is expected behind ~'],
    ['"a b"~1.5', 6, 'a whole number of places is expected behind ~'],
    ['a^', 3, 'a number greater than 0 is expected behind ^'],
    ['a^0', 3, 'a number greater than 0 is expected behind ^'],
    ['[1 TO 2', 1, 'the range is not closed by ] or }'],
    ['[1 2]', 5, 'TO is expected between the ends of a range, as in [10 TO 20]'],
    ['[TO 2]', 2, 'an end of the range is expected, as in [10 TO 20]; * is an open end'],
    ['[2024-02-30 TO *]', 2, 'in quotes it is text'],
    ['http://x', 6, 'a regular expression stands between two slashes; write \\/ for a slash'],
    ['year:>=', 8, 'an end of the range is expected'],
    ['year:<*', 7, 'a value is expected behind <, as in year:<2020'],
    ['a\\', 2, 'a sign is expected behind \\; write \\\\ for a backslash'],
    ['a ^2', 3, "'^' cannot begin a part of a search"],
  ])('%s is refused at character %i', (text, character, problem) => {
    expect(() => parseLucene(text)).toThrow(
      expect.objectContaining({
        code: 'SEARCH_QUERY_INVALID',
        position: { offset: character - 1, line: 1, column: character },
        message: expect.stringContaining(problem),
      }),
    )
  })

  test('a message shows the place', () => {
    expect(() => parseLucene('graph AND (tree')).toThrow(
      "the search 'graph AND (tree' cannot be read at character 11: the bracket is not closed; " +
        'write \\ before a sign that is meant as text (line 1, column 11)\n  graph AND (tree\n            ^',
    )
  })

  test('brackets nest 100 deep and no deeper', () => {
    expect(parseLucene('('.repeat(99) + 'a' + ')'.repeat(99))).toEqual(a)
    expect(() => parseLucene('('.repeat(100) + 'a')).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
  })

  test('any text is read or refused as a mistake of the user', () => {
    const signs = fc.constantFrom(
      ...'ab01 +-!(){}[]^"~*?:\\/&|.TO'.split(''),
      'AND ',
      ' OR ',
      'NOT',
      '-01-01',
      '\n',
      '😀',
    )
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 20 }), (pieces) => {
        try {
          parseLucene(pieces.join(''))
        } catch (error) {
          expect(error).toMatchObject({ code: 'SEARCH_QUERY_INVALID' })
        }
      }),
      { numRuns: 2_000 },
    )
  })

  /** A query that is another one after it was printed and read. */
  function changedQuery(print: (query: Query) => string): unknown {
    const isKept = fc.property(queries, (query) => {
      expect(parseLucene(print(query))).toEqual(query)
    })
    return fc.check(isKept, { numRuns: 1_000 }).counterexample
  }

  test('what is printed is read as the same query', () => {
    expect(changedQuery(printLucene)).toBeNull()
  })

  test.each<[string, (query: Query) => string]>([
    ['signs without a backslash', (query) => printLucene(query).replaceAll('\\', '')],
    ['a range that leaves its end out', (query) => printLucene(query).replaceAll(']', '}')],
    ['a part that need not be there', (query) => printLucene(query).replaceAll(' +', ' ')],
  ])('the comparison finds a fault: %s', (_fault, print) => {
    expect(changedQuery(print)).not.toBeNull()
  })

  test('a query is printed as one would write it', () => {
    const text = '+title:(graph* tree) +"commit log"~2^2.5 [10 TO *] g?a~ -wal'.replace('g?a~', 'gra~2')
    expect(printLucene(parseLucene(text))).toBe(text)
    expect(printLucene(nothing)).toBe('-*:*')
  })
})

describe('the simple form', () => {
  test.each<[string, Query]>([
    ['graph database', boolean({ should: [term('graph'), term('database')] })],
    ['graph', term('graph')],
    [
      '"commit log" +graph -sql',
      boolean({ must: [term('graph')], should: [phrase('commit log')], not: [term('sql')] }),
    ],
    ['-"commit log" a', boolean({ should: [a], not: [phrase('commit log')] })],
    ['gra* *', prefix('gra')],
    ['"not closed', phrase('not closed')],
    ['wi-fi a:b (c) AND [1', boolean({ should: ['wi-fi', 'a:b', '(c)', 'AND', '[1'].map(term) })],
    ['a"b c"d', boolean({ should: [a, phrase('b c'), term('d')] })],
    ['', nothing],
    ['" "', nothing],
    ['- + --', nothing],
  ])('%s', (text, expected) => {
    expect(parseSimple(text)).toEqual(expected)
  })

  test('every text is a query, which can be printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof printLucene(parseSimple(text))).toBe('string')
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '+', '-', '"', '*', ' ', '\\', ':')), (signs) => {
        const query = parseSimple(signs.join(''))
        if (query !== nothing && printLucene(query) !== '-*:*') expect(parseLucene(printLucene(query))).toEqual(query)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the forms together', () => {
  test('a text is read as the parser says, and a map as a map', () => {
    expect(parseQuery('a -b')).toEqual(boolean({ should: [a], not: [b] }))
    expect(parseQuery('a:b', { parser: 'simple' })).toEqual(term('a:b'))
    expect(parseQuery(new Map([['must', 'a']]), { parser: 'simple' })).toEqual(a)
    expect(() => parseQuery(7)).toThrow('the search is the INTEGER 7; give a text, a list or a map')
  })

  test('a parser that there is not is refused', () => {
    expect(() => parseQuery('a', { parser: 'sql' })).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: "parser is the STRING 'sql'; give 'lucene' or 'simple', or the search as a map",
      }),
    )
  })
})

describe('the form of a map', () => {
  test.each<[unknown, Query]>([
    ['graph database', term('graph database')],
    [['a', 'b'], boolean({ should: [a, b] })],
    [{ must: 'a', not: ['b', 'c'] }, boolean({ must: [a], not: [b, c] })],
    [{ must: ['a', { phrase: '(commit) "log"', slop: 2 }] }, boolean({ must: [a, phrase('(commit) "log"', 2)] })],
    [{ term: 'a', field: 'title', boost: 2 }, boost(field('title', a), 2)],
    [{ should: ['a', 'b'], boost: 1.5, field: 't' }, boost(field('t', boolean({ should: [a, b] })), 1.5)],
    [{ prefix: 'gra*' }, prefix('gra*')],
    [{ wildcard: 'gra*' }, prefix('gra')],
    [{ fuzzy: 'graph' }, fuzzy('graph', 2)],
    [{ fuzzy: 'graph', distance: 1 }, fuzzy('graph', 1)],
    [{ regexp: 'a/b' }, regexp('a/b')],
    [{ range: { gte: 10, lte: 20 }, field: 'year' }, field('year', between(10, 20))],
    [{ range: { gt: 'a' } }, { kind: 'range', from: { value: 'a', inclusive: false }, to: undefined }],
    [{ range: {} }, all],
    [{ all: true }, all],
  ])('%j', (value, expected) => {
    expect(parseMap(fromPlain('query', value))).toEqual(expected)
  })

  test.each([
    [7, 'the search is the INTEGER 7; give a text, a list or a map'],
    [{}, 'the search is a MAP; give one of must, should, not, term, '],
    [{ terms: 'a' }, 'the search is a MAP; give one of must, '],
    [{ must: ['a', { phrase: 7 }] }, 'the search.must[1].phrase is the INTEGER 7; give a text that is not empty'],
    [{ term: '' }, "the search.term is the STRING ''; give a text that is not empty"],
    [{ term: 'a', slop: 1 }, "the search has 'slop', which does not go with 'term'; that goes with field, boost"],
    [
      { must: 'a', phrase: 'b' },
      "the search has 'phrase', which does not go with 'must'; that goes with should, not, field, boost",
    ],
    [{ phrase: 'a b', slop: -1 }, 'the search.slop is the INTEGER -1; give an INTEGER from 0'],
    [{ fuzzy: 'a', distance: 3 }, 'the search.distance is the INTEGER 3; give 1 or 2'],
    [{ term: 'a', boost: 0 }, 'the search.boost is the INTEGER 0; give a number greater than 0'],
    [{ wildcard: '*a' }, "the search.wildcard is '*a': a wildcard at the beginning of a word"],
    [{ range: 5 }, 'the search.range is the INTEGER 5; give a map of gt, gte, lt, lte'],
    [{ range: { from: 5 } }, "the search.range has 'from'; give gt or gte, and lt or lte"],
    [{ range: { gt: 1, gte: 1 } }, 'the search.range has both gte and gt; leave one out'],
    [{ range: { gt: true } }, 'the search.range.gt is the BOOLEAN true; give a number, a text, a date or a time'],
    [{ all: false }, 'the search.all is the BOOLEAN false; give true'],
    [{ not: { should: 7 } }, 'the search.not.should is the INTEGER 7; give a text, a list or a map'],
  ])('%j is refused', (value, message) => {
    expect(() => parseMap(fromPlain('query', value))).toThrow(
      expect.objectContaining({ code: 'SEARCH_QUERY_INVALID', message: expect.stringContaining(message) }),
    )
  })
})
