/**
 * The analyzers that have a name, and how a user's configuration becomes one. Names are Neo4j's where the terms are the
 * same; `english` is what an index takes that says nothing.
 *
 *   'german'
 *   { analyzer: 'german', stopWords: [], synonyms: [['PKW', 'Auto']] }         as `german`, but for these
 *   { tokenizer: 'edgeNgram', gramMin: 2, gramMax: 8, folding: true }          from plain parts
 */
import { DatabaseError } from '../../../src/core/errors.js'
import type { PropertyValue } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import type { Analyzer } from './analyzer.js'
import { isLanguage, type Language, languages, stopWordsOf } from './languages.js'
import { type AnalyzerSettings, buildAnalyzer, plainSettings } from './settings.js'
import { type TokenizerName, tokenizers } from './tokenizers.js'

export const defaultAnalyzer = 'english'

export interface NamedAnalyzer {
  readonly name: string
  readonly description: string
  readonly stopWords: readonly string[]
}

interface Definition {
  readonly description: string
  readonly settings: () => AnalyzerSettings
}

const withoutLanguage: Readonly<Record<string, Definition>> = {
  'standard-no-stop-words': { description: 'Unicode words in lower case', settings: () => plainSettings },
  standard: {
    description: 'Unicode words in lower case, without English stop words',
    settings: () => ({ ...plainSettings, stopWords: stopWordsOf('english') }),
  },
  'standard-folding': {
    description: 'Unicode words in lower case without accents, and without English stop words',
    settings: () => ({ ...plainSettings, folding: true, stopWords: stopWordsOf('english') }),
  },
  simple: {
    description: 'runs of letters in lower case',
    settings: () => ({ ...plainSettings, tokenizer: 'letters' }),
  },
  stop: {
    description: 'runs of letters in lower case, without English stop words',
    settings: () => ({ ...plainSettings, tokenizer: 'letters', stopWords: stopWordsOf('english') }),
  },
  whitespace: {
    description: 'what white space separates, as it is written',
    settings: () => ({ ...plainSettings, tokenizer: 'whitespace', lowerCase: false }),
  },
  unicode_whitespace: {
    description: 'what white space separates, no-break spaces too, as it is written',
    settings: () => ({ ...plainSettings, tokenizer: 'unicodeWhitespace', lowerCase: false }),
  },
  keyword: {
    description: 'the whole text as one term, as it is written',
    settings: () => ({ ...plainSettings, tokenizer: 'keyword', lowerCase: false }),
  },
}

const definitions: ReadonlyMap<string, Definition> = new Map([
  ...Object.entries(withoutLanguage),
  ...languages.map((language): [string, Definition] => [language, ofLanguage(language)]),
])

function ofLanguage(language: Language): Definition {
  const name = language[0]!.toUpperCase() + language.slice(1)
  return {
    description: `Unicode words in lower case, without ${name} stop words and accents, stemmed`,
    settings: () => ({ ...plainSettings, folding: true, language, stopWords: stopWordsOf(language) }),
  }
}

/** What `db.index.fulltext.listAvailableAnalyzers` shows, by name. */
export function listAnalyzers(): NamedAnalyzer[] {
  const listed = [...definitions].map(([name, { description, settings }]) => ({
    name,
    description,
    stopWords: settings().stopWords,
  }))
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Kept, so that all indexes that use one share what it has worked out. */
const named = new Map<string, Analyzer>()
const ofSettings = new Map<string, Analyzer>()
/** By the map itself: an index has the same one all its life, and thousands of synonyms in it would be read for each row. */
const ofMaps = new WeakMap<ReadonlyMap<string, PropertyValue>, Analyzer>()
/** Of those from settings, which are as many as users think of; the oldest goes first. */
const keptMax = 64

/** The analyzer of a name or of a map of settings. Throws OPTION_INVALID with what may stand there. */
export function analyzerOf(configuration: PropertyValue): Analyzer {
  if (typeof configuration === 'string') return analyzerNamed(configuration)
  if (configuration instanceof Map) return analyzerOfMap(configuration)
  throw invalid('analyzer', configuration, 'a name or a map of settings')
}

/** The configuration with these groups of synonyms in place of its own. Throws OPTION_INVALID for what are no groups. */
export function withSynonyms(configuration: PropertyValue, groups: PropertyValue): PropertyValue {
  const settings = new Map(configuration instanceof Map ? configuration : [['analyzer', configuration]])
  settings.delete('synonyms')
  if (synonymGroups(groups).length > 0) settings.set('synonyms', groups)
  return settings.size === 1 && settings.has('analyzer') ? settings.get('analyzer')! : settings
}

function analyzerNamed(name: string): Analyzer {
  const analyzer = named.get(name) ?? analyzerFrom(mustBeDefined(name).settings())
  named.set(name, analyzer)
  return analyzer
}

function analyzerOfMap(configuration: ReadonlyMap<string, PropertyValue>): Analyzer {
  const known = ofMaps.get(configuration) ?? analyzerFrom(readSettings(configuration))
  ofMaps.set(configuration, known)
  return known
}

function analyzerFrom(settings: AnalyzerSettings): Analyzer {
  const key = JSON.stringify(settings)
  const known = ofSettings.get(key)
  if (known !== undefined) return known
  const { synonyms } = settings
  const analyzer =
    synonyms.length === 0 ? buildAnalyzer(settings) : analyzerFrom({ ...settings, synonyms: [] }).withSynonyms(synonyms)
  ofSettings.set(key, analyzer)
  if (ofSettings.size > keptMax) ofSettings.delete(ofSettings.keys().next().value!)
  return analyzer
}

function mustBeDefined(name: PropertyValue): Definition {
  const definition = typeof name === 'string' ? definitions.get(name) : undefined
  if (definition === undefined) throw invalid('analyzer', name, `one of ${[...definitions.keys()].join(', ')}`)
  return definition
}

// ---- settings of a user ---------------------------------------------------------------------------------------------

/** Of one entry of the map, the part of the settings that it stands for. */
type Reader = (value: PropertyValue, name: string) => Partial<AnalyzerSettings>

const gramLengthMax = 32

const readers: Readonly<Record<string, Reader>> = {
  analyzer: (value) => mustBeDefined(value).settings(),
  tokenizer: (value) => ({ tokenizer: mustBeTokenizer(value) }),
  gramMin: (value, name) => ({ gramMin: mustBeGramLength(value, name) }),
  gramMax: (value, name) => ({ gramMax: mustBeGramLength(value, name) }),
  lowerCase: (value, name) => ({ lowerCase: mustBeBoolean(value, name) }),
  folding: (value, name) => ({ folding: mustBeBoolean(value, name) }),
  stopWords: (value) => ({
    stopWords: typeof value === 'string' ? stopWordsOf(mustBeLanguage(value)) : stopWordList(value),
  }),
  language: (value) => ({ language: value === null ? null : mustBeLanguage(value) }),
  stem: (value, name) => ({ stem: mustBeBoolean(value, name) }),
  synonyms: (value) => ({ synonyms: synonymGroups(value) }),
}

function readSettings(configuration: ReadonlyMap<string, PropertyValue>): AnalyzerSettings {
  // The one that the others change comes first, wherever it is written.
  const base = configuration.get('analyzer')
  let settings = { ...plainSettings, ...(base === undefined ? {} : readers.analyzer!(base, 'analyzer')) }
  for (const [name, value] of configuration) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (read === undefined)
      throw new DatabaseError(
        'OPTION_INVALID',
        `an analyzer has no setting '${name}'; there are ${Object.keys(readers).join(', ')}`,
        { option: name },
      )
    if (name !== 'analyzer') settings = { ...settings, ...read(value, name) }
  }
  if (settings.gramMin > settings.gramMax)
    throw new DatabaseError(
      'OPTION_INVALID',
      `gramMin ${settings.gramMin} is greater than gramMax ${settings.gramMax}; exchange them`,
      { option: 'gramMin', value: settings.gramMin },
    )
  return settings
}

function mustBeTokenizer(value: PropertyValue): TokenizerName {
  if (typeof value === 'string' && Object.hasOwn(tokenizers, value)) return value as TokenizerName
  throw invalid('tokenizer', value, `one of ${Object.keys(tokenizers).join(', ')}`)
}

function mustBeLanguage(value: PropertyValue): Language {
  if (typeof value === 'string' && isLanguage(value)) return value
  throw invalid('language', value, `one of ${languages.join(', ')}`)
}

function mustBeBoolean(value: PropertyValue, name: string): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(name, value, 'true or false')
}

function mustBeGramLength(value: PropertyValue, name: string): number {
  if (typeof value === 'number' && value >= 1 && value <= gramLengthMax) return value
  throw invalid(name, value, `an INTEGER from 1 to ${gramLengthMax}`)
}

function stopWordList(value: PropertyValue): readonly string[] {
  if (isListOfTexts(value)) return value
  throw invalid('stopWords', value, 'a language, or a list of words in lower case')
}

function synonymGroups(value: PropertyValue): readonly (readonly string[])[] {
  if (Array.isArray(value) && value.every(isListOfTexts)) return value
  throw invalid('synonyms', value, "a list of groups, as [['car', 'automobile'], ['USA', 'United States']]")
}

function isListOfTexts(value: PropertyValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function invalid(option: string, value: PropertyValue, expected: string): DatabaseError {
  return new DatabaseError('OPTION_INVALID', `${option} is ${valueInWords(value)}; give ${expected}`, { option, value })
}
