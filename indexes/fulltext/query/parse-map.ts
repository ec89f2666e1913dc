/**
 * A query as a map, for programs: nothing in its texts needs an escape, as no sign means anything there but * and ? in
 * `wildcard`.
 *
 *   'graph database'                                       any of the words
 *   { must: ['graph', { phrase: 'commit log', slop: 2 }], should: [...], not: [...] }
 *   { prefix: 'gra' }  { wildcard: 'g?a*' }  { fuzzy: 'graph', distance: 1 }  { regexp: 'gra(ph|in)' }
 *   { range: { gte: 10, lt: 20 }, field: 'year' }          gt, gte, lt, lte; numbers, dates and strings
 *   { all: true }
 *   { term: 'graph', field: 'title', boost: 2.5 }          `field` and `boost` go with each form
 *
 * A list stands for any of its items, and one item for a list of it.
 */
import { DatabaseError } from '../../../src/core/errors.js'
import { Duration } from '../../../src/core/temporal/duration.js'
import { Temporal } from '../../../src/core/temporal/temporal.js'
import { Float, type PropertyValue } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import {
  all,
  boolean,
  boost,
  field,
  phrase,
  type Query,
  type RangeEnd,
  type RangeValue,
  term,
  wildcard,
} from './ast.js'
import { type LuceneOptions, leadingWildcard, queryNestingMax, readWildcard, startsWild } from './parse-lucene.js'

type Entries = ReadonlyMap<string, PropertyValue>

/** Throws SEARCH_QUERY_INVALID with the place in the map and what may stand there. */
export function parseMap(value: PropertyValue, options: LuceneOptions = {}): Query {
  return new Reader(options.allowLeadingWildcard ?? false).query(value, 'the search')
}

/** The entries that say what to find, each with the options that it takes. */
const forms: Readonly<Record<string, readonly string[]>> = {
  must: ['should', 'not'],
  should: ['must', 'not'],
  not: ['must', 'should'],
  term: [],
  phrase: ['slop'],
  prefix: [],
  wildcard: [],
  fuzzy: ['distance'],
  regexp: [],
  range: [],
  all: [],
}
const general = ['field', 'boost']
const rangeKeys = ['gt', 'gte', 'lt', 'lte']

class Reader {
  private depth = 0

  constructor(private readonly allowLeadingWildcard: boolean) {}

  query(value: PropertyValue, place: string): Query {
    if (typeof value === 'string') return term(value)
    if (++this.depth > queryNestingMax)
      throw new DatabaseError('LIMIT_EXCEEDED', `maps of a search nest at most ${queryNestingMax} deep`, {
        limit: queryNestingMax,
      })
    const query = Array.isArray(value) ? boolean({ should: this.queries(value, place) }) : this.ofMap(value, place)
    this.depth--
    return query
  }

  private ofMap(value: PropertyValue, place: string): Query {
    if (!(value instanceof Map)) throw invalid(place, value, 'a text, a list or a map')
    const form = formOf(value, place)
    const query = this.ofForm(form, value, place)
    const named = value.has('field') ? field(mustBeText(value, 'field', place), query) : query
    return value.has('boost') ? boost(named, mustBeBoost(value, place)) : named
  }

  private ofForm(form: string, entries: Entries, place: string): Query {
    switch (form) {
      case 'term':
        return term(mustBeText(entries, 'term', place))
      case 'phrase':
        return phrase(mustBeText(entries, 'phrase', place), slopOf(entries, place))
      case 'prefix':
        return { kind: 'prefix', text: mustBeText(entries, 'prefix', place) }
      case 'wildcard':
        return this.wildcard(entries, place)
      case 'fuzzy':
        return { kind: 'fuzzy', text: mustBeText(entries, 'fuzzy', place), distance: distanceOf(entries, place) }
      case 'regexp':
        return { kind: 'regexp', pattern: mustBeText(entries, 'regexp', place) }
      case 'range':
        return rangeOf(entries.get('range')!, `${place}.range`)
      case 'all':
        if (entries.get('all') !== true) throw invalid(`${place}.all`, entries.get('all')!, 'true')
        return all
      default:
        return boolean({
          must: this.part('must', entries, place),
          should: this.part('should', entries, place),
          not: this.part('not', entries, place),
        })
    }
  }

  private part(name: string, entries: Entries, place: string): Query[] {
    const value = entries.get(name)
    if (value === undefined) return []
    return Array.isArray(value) ? this.queries(value, `${place}.${name}`) : [this.query(value, `${place}.${name}`)]
  }

  private queries(values: readonly PropertyValue[], place: string): Query[] {
    return values.map((value, i) => this.query(value, `${place}[${i}]`))
  }

  private wildcard(entries: Entries, place: string): Query {
    const text = mustBeText(entries, 'wildcard', place)
    const parts = readWildcard(text)
    if (startsWild(parts) && !this.allowLeadingWildcard)
      throw new DatabaseError('SEARCH_QUERY_INVALID', `${place}.wildcard is '${text}': ${leadingWildcard}`, {
        value: text,
      })
    return wildcard(parts)
  }
}

function formOf(entries: Entries, place: string): string {
  const form = [...entries.keys()].find((name) => Object.hasOwn(forms, name))
  if (form === undefined) throw invalid(place, entries as PropertyValue, `one of ${Object.keys(forms).join(', ')}`)
  const allowed = [form, ...forms[form]!, ...general]
  const other = [...entries.keys()].find((name) => !allowed.includes(name))
  if (other === undefined) return form
  throw new DatabaseError(
    'SEARCH_QUERY_INVALID',
    `${place} has '${other}', which does not go with '${form}'; that goes with ${allowed.slice(1).join(', ')}`,
    { place, entry: other },
  )
}

function mustBeText(entries: Entries, name: string, place: string): string {
  const value = entries.get(name)!
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`${place}.${name}`, value, 'a text that is not empty')
}

function mustBeBoost(entries: Entries, place: string): number {
  const value = entries.get('boost')!
  const by = value instanceof Float ? value.value : Number(value)
  const isNumber = value instanceof Float || typeof value === 'number'
  if (isNumber && by > 0 && by < Number.POSITIVE_INFINITY) return by
  throw invalid(`${place}.boost`, value, 'a number greater than 0')
}

function slopOf(entries: Entries, place: string): number {
  const value = entries.get('slop') ?? 0
  if (typeof value === 'number' && value >= 0) return value
  throw invalid(`${place}.slop`, value, 'an INTEGER from 0')
}

function distanceOf(entries: Entries, place: string): 1 | 2 {
  const value = entries.get('distance') ?? 2
  if (value === 1 || value === 2) return value
  throw invalid(`${place}.distance`, value, '1 or 2')
}

function rangeOf(value: PropertyValue, place: string): Query {
  if (!(value instanceof Map)) throw invalid(place, value, 'a map of gt, gte, lt, lte')
  for (const name of value.keys())
    if (!rangeKeys.includes(name))
      throw new DatabaseError('SEARCH_QUERY_INVALID', `${place} has '${name}'; give gt or gte, and lt or lte`, {
        place,
        entry: name,
      })
  const from = endOf(value, { inclusive: 'gte', exclusive: 'gt' }, place)
  const to = endOf(value, { inclusive: 'lte', exclusive: 'lt' }, place)
  return from === undefined && to === undefined ? all : { kind: 'range', from, to }
}

function endOf(entries: Entries, names: { inclusive: string; exclusive: string }, place: string): RangeEnd | undefined {
  const { inclusive, exclusive } = names
  if (entries.has(inclusive) && entries.has(exclusive))
    throw new DatabaseError('SEARCH_QUERY_INVALID', `${place} has both ${inclusive} and ${exclusive}; leave one out`, {
      place,
    })
  const name = entries.has(inclusive) ? inclusive : exclusive
  const value = entries.get(name)
  return value === undefined
    ? undefined
    : { value: mustBeOrdered(value, `${place}.${name}`), inclusive: name === inclusive }
}

function mustBeOrdered(value: PropertyValue, place: string): RangeValue {
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  if (isNumber || typeof value === 'string') return value
  if (value instanceof Float && !Number.isNaN(value.value)) return value
  if (value instanceof Temporal && !(value instanceof Duration)) return value
  throw invalid(place, value, 'a number, a text, a date or a time')
}

function invalid(place: string, value: PropertyValue, expected: string): DatabaseError {
  return new DatabaseError('SEARCH_QUERY_INVALID', `${place} is ${valueInWords(value)}; give ${expected}`, {
    place,
    value,
  })
}
