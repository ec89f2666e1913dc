/**
 * Analyzers composed from named parts. A word goes through the parts in this order, whichever of them are there:
 *
 *   lower case   one kind of apostrophe too
 *   elision      of the language: l'avion becomes avion
 *   stop words   as the user writes them, so before anything shortens a word
 *   stem         of the language
 *   folding      behind the stem, as endings have accents too; for English before it, whose stemmer knows no accents
 */
import { Analyzer, type Tokenizer, type WordFilter } from './analyzer.js'
import { fold } from './folding.js'
import { elisionOf, type Language, localeOf, stemmerOf } from './languages.js'
import { type TokenizerName, tokenizers } from './tokenizers.js'

export interface AnalyzerSettings {
  readonly tokenizer: TokenizerName
  /** Of `ngram` and `edgeNgram`, in characters. */
  readonly gramMin: number
  readonly gramMax: number
  readonly lowerCase: boolean
  readonly folding: boolean
  readonly stopWords: readonly string[]
  /** Whose elisions and stems; null for text of any. */
  readonly language: Language | null
  readonly stem: boolean
  /** Words and phrases that stand for each other. Only queries are widened by them, so they may change at any time. */
  readonly synonyms: readonly (readonly string[])[]
}

export const plainSettings: AnalyzerSettings = {
  tokenizer: 'unicode',
  gramMin: 2,
  gramMax: 3,
  lowerCase: true,
  folding: false,
  stopWords: [],
  language: null,
  stem: true,
  synonyms: [],
}

export function buildAnalyzer(settings: AnalyzerSettings): Analyzer {
  const tokenizer: Tokenizer = tokenizers[settings.tokenizer](settings)
  const hasWords = settings.tokenizer !== 'ngram' && settings.tokenizer !== 'edgeNgram'
  return new Analyzer({ tokenizer, ...filtersOf(settings), hasWords, synonyms: settings.synonyms })
}

function filtersOf(settings: AnalyzerSettings): { filter: WordFilter; normalize: (text: string) => string } {
  const lower = settings.lowerCase ? lowerCase(localeOf(settings.language)) : unchanged
  const elision = elisionOf(settings.language)
  const stopWords = new Set(settings.stopWords)
  const folded = settings.folding ? fold : unchanged
  const stem = settings.stem && settings.language !== null ? stemmerOf(settings.language) : unchanged
  const shorten =
    settings.language === 'english' ? (word: string) => stem(folded(word)) : (word: string) => folded(stem(word))
  return {
    filter: (word) => {
      const lowered = lower(word)
      const plain = elision === undefined ? lowered : lowered.replace(elision, '')
      return stopWords.has(plain) || stopWords.has(lowered) ? undefined : shorten(plain)
    },
    normalize: (text) => folded(lower(text)),
  }
}

function lowerCase(locale: string | undefined): (word: string) => string {
  const lower = (word: string) => (locale === undefined ? word.toLowerCase() : word.toLocaleLowerCase(locale))
  return (word) => lower(word).replaceAll(/[\u2019\u02bc\uff07]/g, "'")
}

function unchanged(word: string): string {
  return word
}
