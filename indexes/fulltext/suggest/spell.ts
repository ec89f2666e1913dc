/**
 * Words that an index lacks, or hardly has, and those that were probably meant. `grahp databse`:
 *
 *   words         grahp (in no document), databse (in none)
 *   near terms    graph, grape; databas               by the Levenshtein automaton, over the dictionary
 *   spellings     graph, graphs; grape; database      in the texts of a few documents
 *   corrections   graph 1 edit, 7 documents; ...      edits between words as they are written, not between their stems
 *
 * As words grow longer more edits are allowed, as Elasticsearch does: none below 3 characters, 1 below 6, else 2. A word that some
 * documents do hold is doubted only where another, one edit away, is in a hundred times as many.
 */
import { compareStrings } from '../../../src/core/compare-strings.js'
import { FuzzyMatcher } from '../automata/levenshtein.js'
import { acceptedTerms } from '../automata/matcher.js'
import { phrase } from '../query/ast.js'
import type { Searches } from './complete.js'
import { beginningsOf, bySpelling, type Vocabulary, type WordsAsked } from './vocabulary.js'

export interface Correction {
  /** As it stands in the text. */
  readonly word: string
  readonly suggestion: string
  /** Edits: a character put in, left out or changed, or two neighbors exchanged. */
  readonly distance: number
  /** Documents that hold the suggestion. */
  readonly documents: number
}

export interface Spelled {
  /** By word in the order of the text, best first: the nearest, of those what most documents hold. */
  readonly corrections: readonly Correction[]
  /** The text with each of these words as its best suggestion. */
  readonly corrected: string
}

export interface SpellAsked extends WordsAsked {
  /** Edits at most of a word that no document holds; by its length when it is left out. */
  readonly distance?: 1 | 2 | undefined
}

interface Place {
  readonly start: number
  readonly end: number
}

/** Words of one text that are looked up, near terms of one, and how long a word may be. */
const wordsMax = 64
const nearMax = 24
const lengthMax = 64
/** How many times as common a suggestion must be for a word that is there. */
const commonerBy = 100

export function spell(
  text: string,
  vocabularies: readonly Vocabulary[],
  asked: SpellAsked,
  searches: Searches,
): Spelled {
  const corrections: Correction[] = []
  let corrected = ''
  let at = 0
  for (const { start, end } of placesOf(text, vocabularies)) {
    const found = correctionsOf(text.slice(start, end), vocabularies, asked, searches)
    if (found.length === 0 || start < at) continue
    corrections.push(...found)
    corrected += text.slice(at, start) + found[0]!.suggestion
    at = end
  }
  return { corrections, corrected: corrected + text.slice(at) }
}

/** The words of a text, each once for all analyzers. What holds a digit is no misspelling, and a `gra*` is no whole word. */
function placesOf(text: string, vocabularies: readonly Vocabulary[]): Place[] {
  const places = new Map<string, Place>()
  for (const { analyzer } of vocabularies)
    for (const { start, end } of analyzer.analyze(text))
      if (text[end] !== '*' && !/\p{N}/u.test(text.slice(start, end))) places.set(`${start} ${end}`, { start, end })
  return [...places.values()].sort((a, b) => a.start - b.start || b.end - a.end).slice(0, wordsMax)
}

function correctionsOf(
  word: string,
  vocabularies: readonly Vocabulary[],
  asked: SpellAsked,
  searches: Searches,
): Correction[] {
  const holders = (one: string) => searches.count(asked.within(phrase(one)))
  const held = holders(word)
  const distanceMax = held > 0 ? Math.min(1, distanceFor(word)) : (asked.distance ?? distanceFor(word))
  if (distanceMax === 0 || word.length > lengthMax) return []
  const near = vocabularies.flatMap((vocabulary) => nearWords(word, distanceMax as 1 | 2, vocabulary))
  const byWord = new Map(near.map((one) => [one.suggestion, one]))
  return Array.from(byWord.values(), (one) => ({ word, ...one, documents: holders(one.suggestion) }))
    .filter(({ documents }) => documents > 0 && documents >= held * commonerBy)
    .sort((a, b) => a.distance - b.distance || b.documents - a.documents || compareStrings(a.suggestion, b.suggestion))
    .slice(0, asked.limit)
}

function distanceFor(word: string): 0 | 1 | 2 {
  const { length } = [...word]
  return length < 3 ? 0 : length < 6 ? 1 : 2
}

interface Near {
  readonly suggestion: string
  readonly distance: number
}

/** Words of the texts within the distance, the nearest spelling of each term. */
function nearWords(word: string, distanceMax: 1 | 2, vocabulary: Vocabulary): Near[] {
  const normalized = vocabulary.analyzer.normalize(word)
  const matcher = new FuzzyMatcher(normalized, distanceMax)
  const terms = nearTerms(word, distanceMax, vocabulary)
  const spellings = vocabulary.spellingsOf(terms)
  return terms.flatMap((term) => {
    const written = spellings.get(term)!.flatMap((spelling) => {
      const distance = matcher.editsOf(spelling.normalized)
      return distance === undefined || distance === 0 ? [] : [{ ...spelling, distance }]
    })
    written.sort((a, b) => a.distance - b.distance || bySpelling(a, b))
    return written.slice(0, 1).map(({ word: suggestion, distance }) => ({ suggestion, distance }))
  })
}

/**
 * Those nearest to the word or to its stem, of equal ones the commonest; then the word's own beginnings, as a mistake in an
 * ending keeps it on: `relationl` has no stem, and is meant for `relational`, whose stem is relat.
 */
function nearTerms(word: string, distanceMax: 1 | 2, vocabulary: Vocabulary): string[] {
  const { analyzer, parts } = vocabulary
  const stems = analyzer.analyze(word).map(({ term }) => term)
  const normalized = analyzer.normalize(word)
  const edits = new Map(beginningsOf(normalized).map((term) => [term, distanceMax + 1]))
  for (const wanted of new Set([normalized, ...stems])) {
    const matcher = new FuzzyMatcher(wanted, distanceMax)
    for (const term of acceptedTerms(matcher, (bound) => parts.terms.ceiling(bound)))
      edits.set(term, Math.min(edits.get(term) ?? distanceMax, matcher.editsOf(term)!))
  }
  return Array.from(edits, ([term, distance]) => ({
    term,
    distance,
    weight: vocabulary.weight(parts.terms.find(term)),
  }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.distance - b.distance || b.weight - a.weight || compareStrings(a.term, b.term))
    .slice(0, nearMax)
    .map(({ term }) => term)
}
