/** Trees of queries for properties, in the one form that the functions of `ast.ts` give. */
import * as fc from 'fast-check'
import {
  all,
  boolean,
  boost,
  field,
  phrase,
  type Query,
  type RangeEnd,
  term,
  type WildcardPart,
  wildcard,
} from '../../../indexes/fulltext/query/ast.js'
import { LocalDate } from '../../../src/core/temporal/date.js'
import { LocalDateTime, ZonedDateTime } from '../../../src/core/temporal/datetime.js'
import { LocalTime } from '../../../src/core/temporal/time.js'
import { Float } from '../../../src/core/value.js'

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 6 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
  fc.constantFrom(
    'graph',
    'AND',
    'OR',
    'NOT',
    'TO',
    'a b',
    '*',
    '?',
    '\\',
    'wi-fi',
    '+x',
    '&&',
    '10',
    '/x/',
    '>1',
    '<=x',
    '\\u0041',
  ),
)
const parts = fc
  .array(fc.oneof(word, fc.constantFrom('one', 'run')), { minLength: 1, maxLength: 4 })
  .map(alternating)
  .filter((found) => found[0]!.kind === 'text' && found.length > 1)
const pattern = fc.constantFrom('a', 'gra(ph|in)s?', '[a-z/]+', '\\.x', 'a/b', 'a\\\\')
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))
const rangeValue = fc.oneof(
  word,
  fc.constantFrom('2024-01-01', '1.5', '12:00', '', '*'),
  fc.maxSafeInteger().map((value) => value + 0),
  finite.map((value) => new Float(value)),
  fc.constantFrom(
    9007199254740993n,
    LocalDate.parse('2024-05-01'),
    LocalDateTime.parse('2024-05-01T12:30:01.5'),
    ZonedDateTime.parse('2024-05-01T12:30:00+02:00[Europe/Berlin]'),
    LocalTime.parse('12:30'),
  ),
)
const end: fc.Arbitrary<RangeEnd> = fc.record({ value: rangeValue, inclusive: fc.boolean() })
const range = fc
  .record({ from: fc.option(end, { nil: undefined }), to: fc.option(end, { nil: undefined }) })
  .filter(({ from, to }) => from !== undefined || to !== undefined)

const by = fc.double({ min: 0, minExcluded: true, max: 1e6, noNaN: true })

export const queries: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => {
  const some = fc.array(tie('query'), { maxLength: 3 })
  return {
    query: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      word.map(term),
      fc.tuple(word, fc.nat(9)).map(([text, slop]) => phrase(text, slop)),
      word.map((text): Query => ({ kind: 'prefix', text })),
      parts.map(wildcard),
      fc.tuple(word, fc.constantFrom(1, 2)).map(([text, distance]): Query => ({ kind: 'fuzzy', text, distance })),
      pattern.map((written): Query => ({ kind: 'regexp', pattern: written })),
      range.map(({ from, to }): Query => ({ kind: 'range', from, to })),
      fc.constant(all),
      fc.tuple(tie('query'), by).map(([query, factor]) => boost(query, factor)),
      fc.tuple(word, tie('query')).map(([name, query]) => field(name, query)),
      fc
        .record({ must: some, should: some, not: some })
        .filter(({ must, should, not }) => must.length + should.length + not.length > 0)
        .map(boolean),
    ),
  }
}).query

/** Texts next to each other are one. */
function alternating(pieces: readonly string[]): WildcardPart[] {
  const found: WildcardPart[] = []
  for (const piece of pieces) {
    const before = found.at(-1)
    if (piece === 'one' || piece === 'run') found.push({ kind: piece })
    else if (before?.kind === 'text') found[found.length - 1] = { kind: 'text', text: before.text + piece }
    else found.push({ kind: 'text', text: piece })
  }
  return found
}
