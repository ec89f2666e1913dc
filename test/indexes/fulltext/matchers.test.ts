/**
 * Matchers of terms against plain ones that look at every term: a table of edit distances, JavaScript's own expressions.
 * The same comparison finds the faults planted below.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FuzzyMatcher } from '../../../indexes/fulltext/automata/levenshtein.js'
import { acceptedTerms, justAfter, type TermMatcher } from '../../../indexes/fulltext/automata/matcher.js'
import {
  prefixMatcher,
  rangeMatcher,
  regexpMatcher,
  wildcardMatcher,
} from '../../../indexes/fulltext/automata/patterns.js'
import type { RangeEnd } from '../../../indexes/fulltext/query/ast.js'
import { readWildcard } from '../../../indexes/fulltext/query/parse-lucene.js'
import { compareStrings } from '../../../src/core/compare-strings.js'

type Accepts = (term: string) => boolean

function dictionaryOf(terms: readonly string[]) {
  const sorted = [...new Set(terms)].sort(compareStrings)
  const asked: string[] = []
  const ceiling = (term: string) => {
    asked.push(term)
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareStrings(sorted[middle]!, term) < 0) low = middle + 1
      else high = middle
    }
    return sorted[low]
  }
  return { sorted, ceiling, asked }
}

function found(matcher: TermMatcher, terms: readonly string[]): string[] {
  return [...acceptedTerms(matcher, dictionaryOf(terms).ceiling)]
}

// ---- against plain ones ---------------------------------------------------------------------------------------------

interface Subject {
  readonly shown: string
  readonly matcher: TermMatcher
  readonly accepts: Accepts
}

const letters = fc.constantFrom('a', 'b', 'c', 'd', '\n', '$', '.', '\ue000', '😀')
const word = fc.array(letters, { maxLength: 6 }).map((found) => found.join(''))
const terms = fc.array(word, { maxLength: 40 })

const fuzzy = fc.tuple(word, fc.constantFrom<1 | 2>(1, 2)).map(
  ([text, distance]): Subject => ({
    shown: `${JSON.stringify(text)}~${distance}`,
    matcher: new FuzzyMatcher(text, distance),
    accepts: (term) => editsBetween(text, term) <= distance,
  }),
)

const wildcard = fc
  .array(fc.oneof(letters, fc.constantFrom('*', '?', '\\*')), { minLength: 1, maxLength: 6 })
  .map((pieces): Subject => {
    const parts = readWildcard(pieces.join(''))
    const escaped = (text: string) => text.replaceAll(/[.$*]/g, '\\$&')
    const model = parts.map((part) => (part.kind === 'text' ? escaped(part.text) : part.kind === 'one' ? '.' : '.*'))
    const expression = new RegExp(`^${model.join('')}$`, 'su')
    return { shown: pieces.join(''), matcher: wildcardMatcher(parts), accepts: (term) => expression.test(term) }
  })

const regexp = fc
  .letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('a', 'b', '[b-d]', '[^a]', '\\.', '\\p{L}', '😀', '^', '$', 'c'),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
      fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}')).map(([a, times]) => `(${a})${times}`),
    ),
  }))
  .pattern.map((pattern): Subject => {
    const expression = new RegExp(`^(?:${pattern})$`, 'u')
    return { shown: `/${pattern}/`, matcher: regexpMatcher(pattern), accepts: (term) => expression.test(term) }
  })

const prefix = word.map(
  (text): Subject => ({
    shown: `${text}*`,
    matcher: prefixMatcher(text),
    accepts: (term) => term.startsWith(text),
  }),
)

const end = fc.option(fc.record({ value: word, inclusive: fc.boolean() }), { nil: undefined })
const range = fc.tuple(end, end).map(
  ([from, to]): Subject => ({
    shown: JSON.stringify([from, to]),
    matcher: rangeMatcher(from, to),
    accepts: (term) => isWithin(compare(term, from), from) && isWithin(compare(to?.value ?? '', to, term), to),
  }),
)

function compare(a: string, bound: RangeEnd | undefined, b: string = String(bound?.value)): number {
  return compareStrings(a, b)
}

function isWithin(order: number, bound: RangeEnd | undefined): boolean {
  return bound === undefined || order > 0 || (order === 0 && bound.inclusive)
}

const kinds = { fuzzy, wildcard, regexp, prefix, range }

/** A matcher and terms for which looking at every term finds others. */
function disagreement(subjects: fc.Arbitrary<Subject>): unknown {
  const agrees = fc.property(subjects, terms, ({ matcher, accepts }, some) => {
    const { sorted, ceiling } = dictionaryOf(some)
    const expected = sorted.filter(accepts)
    expect(sorted.filter((term) => matcher.accepts(term))).toEqual(expected)
    expect([...acceptedTerms(matcher, ceiling)]).toEqual(expected)
  })
  return fc.check(agrees, { numRuns: 1_500 }).counterexample
}

test.each(Object.entries(kinds))('%s: what is found is what looking at every term finds', (_kind, subjects) => {
  expect(disagreement(subjects)).toBeNull()
})

const farther: Record<string, (subject: Subject) => Subject> = {
  'a bound that skips a letter': ({ matcher, ...rest }) => ({
    ...rest,
    matcher: {
      accepts: (term) => matcher.accepts(term),
      seek: (term) => {
        const bound = matcher.seek(term)
        return bound === undefined || bound === term ? bound : `${bound}b`
      },
    },
  }),
  'an end that comes too early': ({ matcher, ...rest }) => ({
    ...rest,
    matcher: {
      accepts: (term) => matcher.accepts(term),
      seek: (term) => (term > 'c' ? undefined : matcher.seek(term)),
    },
  }),
  'the empty term is never accepted': ({ matcher, ...rest }) => ({
    ...rest,
    matcher: { accepts: (term) => term !== '' && matcher.accepts(term), seek: (term) => matcher.seek(term) },
  }),
}

test.each(Object.entries(farther))('the comparison finds a fault: %s', (_fault, plant) => {
  expect(disagreement(fc.oneof(...Object.values(kinds)).map(plant))).not.toBeNull()
})

test('the comparison finds a fault: two neighbors exchanged are two edits', () => {
  const plant = fc.tuple(word, fc.constantFrom<1 | 2>(1, 2)).map(
    ([text, distance]): Subject => ({
      shown: text,
      matcher: new FuzzyMatcher(text, distance),
      accepts: (term) => editsBetween(text, term, { exchange: false }) <= distance,
    }),
  )
  expect(disagreement(plant)).not.toBeNull()
})

test('a fuzzy matcher tells the number of edits', () => {
  fc.assert(
    fc.property(word, word, fc.constantFrom<1 | 2>(1, 2), (text, term, distance) => {
      const edits = editsBetween(text, term)
      expect(new FuzzyMatcher(text, distance).editsOf(term)).toBe(edits <= distance ? edits : undefined)
    }),
    { numRuns: 2_000 },
  )
})

/** Optimal string alignment, by the table. */
function editsBetween(from: string, to: string, { exchange } = { exchange: true }): number {
  const [a, b] = [[...from], [...to]]
  const table = a.map(() => Array<number>(b.length + 1).fill(0))
  table.push(Array<number>(b.length + 1).fill(0))
  for (let i = 0; i <= a.length; i++)
    for (let j = 0; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const ways = [
        i === 0 && j === 0 ? 0 : undefined,
        i === 0 ? undefined : table[i - 1]![j]! + 1,
        j === 0 ? undefined : table[i]![j - 1]! + 1,
        i === 0 || j === 0 ? undefined : table[i - 1]![j - 1]! + (same ? 0 : 1),
        exchange && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? table[i - 2]![j - 2]! + 1
          : undefined,
      ]
      table[i]![j] = Math.min(...ways.filter((way) => way !== undefined))
    }
  return table[a.length]![b.length]!
}

// ---- examples -------------------------------------------------------------------------------------------------------

describe('terms', () => {
  const dictionary = ['gap', 'grab', 'graph', 'gravel', 'heap', 'zeal']

  test('a fuzzy word finds what is one edit off', () => {
    expect(found(new FuzzyMatcher('grap', 1), dictionary)).toEqual(['gap', 'grab', 'graph'])
  })

  test('the way through a dictionary is the one in the head of matcher.ts', () => {
    const { ceiling, asked } = dictionaryOf(dictionary)
    expect([...acceptedTerms(new FuzzyMatcher('grap', 1), ceiling)]).toEqual(['gap', 'grab', 'graph'])
    expect(asked).toEqual(['', 'gar', 'grabp', 'grapi', 'gravp', 'hg', 'zg'])
  })

  test('wildcards stand for whole characters, and what is escaped for itself', () => {
    expect(found(wildcardMatcher(readWildcard('g?a*')), dictionary)).toEqual(['grab', 'graph', 'gravel'])
    expect(found(wildcardMatcher(readWildcard('a?\\*')), ['a😀*', 'ab', 'abc', 'ab*'])).toEqual(['ab*', 'a😀*'])
  })

  test('an expression is about whole terms', () => {
    expect(found(regexpMatcher('gra(b|.e)'), dictionary)).toEqual(['grab'])
    expect(found(regexpMatcher('gra.*'), dictionary)).toEqual(['grab', 'graph', 'gravel'])
  })

  test('what is no expression is refused with what is one', () => {
    expect(() => regexpMatcher('gra(ph')).toThrow(
      expect.objectContaining({
        code: 'SEARCH_QUERY_INVALID',
        message: "'gra(ph' is no regular expression; those of RFC 9485 are, as gra(ph|in)s?, [a-z]{2,5}, \\p{Lu}.*",
      }),
    )
  })
})

test('a fuzzy word of more than 256 characters is refused', () => {
  expect(new FuzzyMatcher('a'.repeat(256), 2).accepts('a'.repeat(254))).toBe(true)
  expect(() => new FuzzyMatcher('a'.repeat(257), 1)).toThrow(
    expect.objectContaining({
      code: 'LIMIT_EXCEEDED',
      message: `a fuzzy word has at most 256 characters, and '${'a'.repeat(40)}...' has 257`,
    }),
  )
})

describe('cost', () => {
  const signs = 'abcdefghijklmnopqrstuvwxyz'
  const many = Array.from({ length: 50_000 }, (_, i) => {
    let text = ''
    for (let left = i * 7919 + 17; left > 0; left = Math.floor(left / 26)) text += signs[left % 26]
    return text
  })

  test.each<[string, TermMatcher, number]>([
    ['a fuzzy word, one edit', new FuzzyMatcher('abcd', 1), 1_500],
    ['a wildcard', wildcardMatcher(readWildcard('ab?d*')), 300],
    ['an expression', regexpMatcher('(ab|zz)[m-o].*'), 1_500],
    ['a prefix', prefixMatcher('abc'), 300],
  ])('%s asks the dictionary for a small part of 50,000 terms', (_what, matcher, askedMax) => {
    const { ceiling, asked, sorted } = dictionaryOf(many)
    const matched = [...acceptedTerms(matcher, ceiling)]
    expect(matched).toEqual(sorted.filter((term) => matcher.accepts(term)))
    expect(asked.length).toBeLessThan(askedMax)
  })

  test('an expression that takes exponential time elsewhere takes little', () => {
    const matcher = regexpMatcher('(a*)*(a|aa)*b')
    expect(matcher.accepts('a'.repeat(20_000))).toBe(false)
  })

  test('an expression with more states than can be kept still answers', () => {
    const matcher = regexpMatcher('(a|b)*a(a|b){14}')
    const text = Array.from({ length: 20_000 }, (_, i) => ((i * i * 7) % 11 < 5 ? 'a' : 'b')).join('')
    expect(matcher.accepts(text)).toBe(text.at(-15) === 'a')
    expect(matcher.accepts(`${text}a${'b'.repeat(14)}`)).toBe(true)
  })

  test('a bound never lies below the term that was asked for', () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values(kinds)), word, ({ matcher }, term) => {
        const bound = matcher.seek(justAfter(term))
        if (bound !== undefined) expect(compareStrings(bound, term)).toBeGreaterThan(0)
      }),
    )
  })
})
