/**
 * What the last word of a text may become, as it is typed. `commit lo` over an index of notes:
 *
 *   beginning     lo, behind `commit `
 *   terms         lock 3, log 7, login 2, logo 5      that words with the beginning may have, from the dictionary
 *   in context    log 4, login 1                      of them those that what `commit` finds holds; they come first
 *   spellings     log: log 6, logs 9                  in the texts of a few documents
 *   suggestions   commit logs 4, commit login 1, commit logo 0, ...        each searched for as a whole, and counted
 *
 * The work is bounded: of a beginning that very many terms share, those are taken that a sample of the documents holds, and of
 * a context that finds very much, a sample as well. What is counted is counted exactly.
 */
import { compareStrings } from '../../../src/core/compare-strings.js'
import type { Analyzer } from '../analysis/analyzer.js'
import { all, boolean, phrase, type Query } from '../query/ast.js'
import { parseSimple } from '../query/parse-simple.js'
import { beginningsOf, bySpelling, type Spelling, type Vocabulary, type WordsAsked } from './vocabulary.js'

export interface Suggestion {
  /** The text with its last word completed. */
  readonly suggestion: string
  /** Documents that hold all of its words. */
  readonly documents: number
}

export interface Searches {
  readonly count: (query: Query) => number
  /** By ascending id. */
  readonly hits: (query: Query) => { readonly ids: ArrayLike<number> }
}

/** Terms of the dictionary that are walked, and documents of a sample. */
const walkedMax = 20_000
const sampleMax = 128
/** Suggestions at most, and for each so many terms are looked at, as some are found to be written in other ways. */
const suggestionsMax = 100
const candidatesPerSuggestion = 3

/** Best first: those that most documents hold, equal ones by the alphabet. */
export function complete(
  text: string,
  vocabularies: readonly Vocabulary[],
  asked: WordsAsked,
  searches: Searches,
): Suggestion[] {
  const limit = Math.min(asked.limit, suggestionsMax)
  const found = vocabularies.flatMap((vocabulary) => completions(text, vocabulary, { ...asked, limit }, searches))
  const distinct = new Map(found.map((one) => [one.before + one.word, one]))
  const bounded = Array.from(distinct, ([suggestion, one]) => ({
    ...one,
    suggestion,
    // Told by the dictionary; what was typed before the word leaves no more than that.
    documentsMax: searches.count(asked.within(phrase(one.word))),
  })).sort((a, b) => b.documentsMax - a.documentsMax)
  let best: Suggestion[] = []
  for (const { suggestion, before, word, documentsMax } of bounded) {
    if (best.length === limit && documentsMax < (best.at(-1)?.documents ?? 0)) break
    const documents = searches.count(asked.within(queryOf(before, word)))
    best = [...best, { suggestion, documents }].sort(byDocuments).slice(0, limit)
  }
  return best
}

function byDocuments(a: Suggestion, b: Suggestion): number {
  return b.documents - a.documents || compareStrings(a.suggestion, b.suggestion)
}

/** The words of a search box, every one of which must be there, and those that must not. */
interface Context {
  readonly must: readonly Query[]
  readonly not: readonly Query[]
}

function contextOf(before: string): Context {
  const query = parseSimple(before)
  return query.kind === 'boolean'
    ? { must: [...query.must, ...query.should], not: query.not }
    : { must: [query], not: [] }
}

/** Within quotes that are still open the word ends a phrase. */
function queryOf(before: string, word: string): Query {
  const isQuoted = before.split('"').length % 2 === 0
  if (isQuoted) return boolean(contextOf(before + word))
  const { must, not } = contextOf(before)
  return boolean({ must: [...must, phrase(word)], not })
}

interface Completion {
  readonly before: string
  readonly word: string
}

/** More of them than are asked for, as they are not counted yet. */
function completions(text: string, vocabulary: Vocabulary, asked: WordsAsked, searches: Searches): Completion[] {
  const at = vocabulary.analyzer.lastWordAt(text)
  if (at === undefined) return []
  const before = text.slice(0, at)
  const beginning = new Beginning(text.slice(at), vocabulary.analyzer)
  const candidates = candidatesOf(contextOf(before), beginning, vocabulary, { asked, searches })
  const spellings = vocabulary.spellingsOf(candidates)
  return candidates.flatMap((term) => {
    const word = beginning.bestOf(spellings.get(term)!)
    return word === undefined ? [] : [{ before, word }]
  })
}

// ---- which terms ----------------------------------------------------------------------------------------------------

/** What has been typed of a word, and the terms that words with this beginning may have. */
class Beginning {
  private readonly normalized: string
  /** Terms that begin so are walked. */
  readonly walks: readonly string[]
  /** Terms that are shorter than what was typed, as `databas` for `databases`. */
  readonly stems: readonly string[]

  constructor(typed: string, analyzer: Analyzer) {
    this.normalized = analyzer.normalize(typed)
    const { normalized } = this
    // As of a whole word: happi of `happy`, avion of `l'avion`.
    const terms = analyzer.analyze(typed).map(({ term }) => term)
    const others = terms.filter((term) => !normalized.startsWith(term) && !term.startsWith(normalized))
    this.walks = normalized === '' ? [] : [normalized, ...others]
    this.stems = beginningsOf(normalized)
  }

  mayBe(term: string): boolean {
    return this.walks.some((walk) => term.startsWith(walk)) || this.stems.includes(term)
  }

  /** The commonest spelling that begins as what was typed; of equal ones the shorter. */
  bestOf(spellings: readonly Spelling[]): string | undefined {
    const counts = new Map<string, number>()
    const fitting = spellings.filter(({ normalized }) => normalized.startsWith(this.normalized))
    for (const { normalized, count } of fitting) counts.set(normalized, (counts.get(normalized) ?? 0) + count)
    return fitting.sort(
      (a, b) =>
        counts.get(b.normalized)! - counts.get(a.normalized)! ||
        a.normalized.length - b.normalized.length ||
        compareStrings(a.normalized, b.normalized) ||
        bySpelling(a, b),
    )[0]?.word
  }
}

/** Those in the context first, then those of the dictionary, the commonest of each. */
function candidatesOf(
  context: Context,
  beginning: Beginning,
  vocabulary: Vocabulary,
  { asked: { limit, within }, searches }: { asked: WordsAsked; searches: Searches },
): string[] {
  const most = limit * candidatesPerSuggestion
  const held = (query: Query) => sampled(searches.hits(within(query)), vocabulary, beginning)
  const inContext = context.must.length === 0 ? [] : held(boolean(context)).slice(0, most)
  if (inContext.length === most) return inContext
  const known = walked(vocabulary, beginning, most) ?? held(all)
  return [...new Set([...inContext, ...known])].slice(0, most)
}

interface Weighed {
  readonly term: string
  readonly weight: number
}

/** The commonest terms of the dictionary; undefined where there are too many to look at. */
function walked(vocabulary: Vocabulary, beginning: Beginning, most: number): string[] | undefined {
  const { terms } = vocabulary.parts
  let found: Weighed[] = []
  let left = walkedMax
  for (const walk of beginning.walks)
    for (const { text, term } of terms.from(walk)) {
      if (!text.startsWith(walk)) break
      if (left-- === 0) return undefined
      found.push({ term: text, weight: vocabulary.weight(term) })
      if (found.length >= most * 16) found = commonest(found).slice(0, most)
    }
  for (const stem of beginning.stems) {
    const term = terms.find(stem)
    if (term !== 0) found.push({ term: stem, weight: vocabulary.weight(term) })
  }
  return namesOf(commonest(found))
}

/** The terms that some of the documents hold, spread over all of them; all, where they are few. */
function sampled({ ids }: { readonly ids: ArrayLike<number> }, vocabulary: Vocabulary, beginning: Beginning): string[] {
  const { terms } = vocabulary.parts
  const step = Math.max(1, ids.length / sampleMax)
  const sample = Array.from({ length: Math.min(ids.length, sampleMax) }, (_, i) => ids[Math.floor(i * step)]!)
  const found = Array.from(vocabulary.countIn(sample), ([term, weight]) => ({ term: terms.text(term), weight }))
  return namesOf(commonest(found.filter(({ term }) => beginning.mayBe(term))))
}

function commonest(found: readonly Weighed[]): Weighed[] {
  return [...found].sort((a, b) => b.weight - a.weight || compareStrings(a.term, b.term))
}

function namesOf(found: readonly Weighed[]): string[] {
  return found.filter(({ weight }) => weight > 0).map(({ term }) => term)
}
