/**
 * What the analyzers know of languages. Stemmers are Snowball's, and stop words mostly, by way of Orama's packages, which are
 * loaded when a language is first asked for: all of them would take 60 ms of every start. For English there are newer rules
 * (english-stemmer.ts) and Lucene's list, which is short: in `to be or not to be` or `The Who` every word of a longer one is gone.
 */
import { createRequire } from 'node:module'
import { stemEnglish } from './english-stemmer.js'

const require = createRequire(import.meta.url)

export const languages = [
  'arabic',
  'armenian',
  'bulgarian',
  'danish',
  'dutch',
  'english',
  'finnish',
  'french',
  'german',
  'greek',
  'hungarian',
  'indonesian',
  'irish',
  'italian',
  'lithuanian',
  'nepali',
  'norwegian',
  'portuguese',
  'romanian',
  'russian',
  'sanskrit',
  'serbian',
  'spanish',
  'swedish',
  'tamil',
  'turkish',
  'ukrainian',
] as const

export type Language = (typeof languages)[number]

export function isLanguage(name: string): name is Language {
  return (languages as readonly string[]).includes(name)
}

/** As `StandardAnalyzer` and `EnglishAnalyzer` of Lucene have them. */
const englishStopWords =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  )

export function stopWordsOf(language: Language): readonly string[] {
  if (language === 'english') return englishStopWords
  return (require(`@orama/stopwords/${language}`) as { stopwords: readonly string[] }).stopwords
}

/** Takes a word in lower case. */
export function stemmerOf(language: Language): (word: string) => string {
  if (language === 'english') return stemEnglish
  return (require(`@orama/stemmers/${language}`) as { stemmer: (word: string) => string }).stemmer
}

/** Turkish has an i without a dot, which is what its capital I stands for. */
export function localeOf(language: Language | null): string | undefined {
  return language === 'turkish' ? 'tr' : undefined
}

const elided: Partial<Record<Language, RegExp>> = {
  french: /^(?:[cdjlmnst]|qu|jusqu|quoiqu|lorsqu|puisqu)'(?=.)/,
  italian: /^(?:[cdlmstv]|un|all|dall|dell|nell|sull|coll|pell|gl|agl|dagl|degl|negl|sugl)'(?=.)/,
  irish: /^[bdm]'(?=.)/,
}

/** What is written at the beginning of another word: `l'avion` is found as `avion`. */
export function elisionOf(language: Language | null): RegExp | undefined {
  return language === null ? undefined : elided[language]
}
