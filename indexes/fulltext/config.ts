/**
 * What an index is told when it is made: `OPTIONS { indexConfig: {...} }`.
 *
 *   { analyzer: 'german', k1: 1.2, b: 0.75, fields: { title: { weight: 2, analyzer: { analyzer: 'german', stem: false } } } }
 *
 * All of it may be left out. `language: 'german'` says the same as the analyzer of that name, and Neo4j's `fulltext.analyzer`
 * the same as `analyzer`. What comes out names every setting, so that later versions with other defaults read it as it was.
 */
import { DatabaseError } from '../../src/core/errors.js'
import type { PropertyValue } from '../../src/core/value.js'
import { invalidSetting, mustBeMap, numberAt, oneOf, configPlace as place, type Settings } from '../settings.js'
import { isLanguage, languages } from './analysis/languages.js'
import { analyzerOf, defaultAnalyzer } from './analysis/named.js'

export interface FulltextSettings {
  /** In the order of the fields. */
  readonly fields: readonly FieldSettings[]
  readonly k1: number
  readonly b: number
}

export interface FieldSettings {
  readonly analyzer: PropertyValue
  readonly weight: number
}

const names = ['analyzer', 'language', 'fields', 'k1', 'b', 'fulltext.analyzer', 'fulltext.eventually_consistent']
const analyzerNames = ['analyzer', 'fulltext.analyzer', 'language']

/** Throws OPTION_INVALID with the place, the value there, and what may stand there. */
export function readFulltextSettings(config: PropertyValue, fields: readonly string[]): FulltextSettings {
  const settings = mustBeMap(config, place, names)
  checkConsistency(settings.get('fulltext.eventually_consistent'))
  const analyzer = readAnalyzer(settings)
  const ofFields = readFields(settings.get('fields'), fields)
  return {
    fields: fields.map((field) => ({ analyzer, weight: 1, ...ofFields.get(field) })),
    k1: numberAt(settings.get('k1'), { name: `${place}.k1`, usual: 1.2, max: 1_000 }),
    b: numberAt(settings.get('b'), { name: `${place}.b`, usual: 0.75, max: 1 }),
  }
}

function checkConsistency(value: PropertyValue = false): void {
  const name = `${place}.\`fulltext.eventually_consistent\``
  if (value === true)
    throw new DatabaseError('OPTION_INVALID', `${name} is true, but an index is never behind its data; leave it out`, {
      option: name,
      value,
    })
  if (value !== false) throw invalidSetting(name, value, 'false, or leave it out')
}

function readAnalyzer(settings: Settings): PropertyValue {
  const given = oneOf(settings, analyzerNames)
  if (given === undefined) return defaultAnalyzer
  const { name, value } = given
  if (name === 'language' && !(typeof value === 'string' && isLanguage(value)))
    throw invalidSetting(`${place}.language`, value, `one of ${languages.join(', ')}`)
  return checkedAnalyzer(value)
}

function checkedAnalyzer(value: PropertyValue): PropertyValue {
  analyzerOf(value)
  return value
}

function readFields(value: PropertyValue = new Map(), fields: readonly string[]): Map<string, Partial<FieldSettings>> {
  const read = new Map<string, Partial<FieldSettings>>()
  for (const [field, settings] of mustBeMap(value, `${place}.fields`, fields))
    read.set(field, readField(settings, `${place}.fields.${field}`))
  return read
}

function readField(value: PropertyValue, at: string): Partial<FieldSettings> {
  const settings = mustBeMap(value, at, ['analyzer', 'weight'])
  const analyzer = settings.get('analyzer')
  return {
    weight: numberAt(settings.get('weight'), { name: `${at}.weight`, usual: 1, max: 1_000_000, min: 1e-6 }),
    ...(analyzer === undefined ? {} : { analyzer: checkedAnalyzer(analyzer) }),
  }
}
