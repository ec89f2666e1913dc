/**
 * The terms that are at most one or two edits off a word: a character put in, left out or changed, or two neighbors
 * exchanged, each part of the term edited once (optimal string alignment, as Lucene's fuzzy queries).
 *
 * A state says, for each place in the word, by how many edits one can be there after what was read of the term; `.` is too
 * many. For `cat` and one edit:
 *
 *   read         c a t
 *   nothing     0 1 . .      at the beginning; or behind the c, which was left out
 *   a           1 1 1 .      an a put in; c changed into a; c left out. Or c and a are exchanged: then a c must come
 *   ac          . 1 1 .      the a was put in, and here is the c; c and a were exchanged
 *
 * Only whether a character is one of those of the word matters, and which, so there are few states; they are made when they are
 * met. Behind n characters, no place but the 2 * `distance` + 1 around the n-th can be reached, so a row is that wide.
 * Source: Schulz and Mihov, "Fast String Correction with Levenshtein Automata", 2002.
 */
import { DatabaseError } from '../../../src/core/errors.js'
import { quoted } from '../../../src/core/value-in-words.js'
import { type Automaton, AutomatonMatcher } from './automaton.js'
import type { TermMatcher } from './matcher.js'

interface State {
  /** Characters of the term that were read. */
  readonly read: number
  /** Two bits for each place from `read - distance` on: the edits there; `distance` + 1 is too many. */
  readonly edits: number
  /** The same for places whose next two characters are exchanged and of which the second has been read. */
  readonly exchanged: number
  /** States behind, by the place of the symbol in the alphabet, last any other; null where none is. */
  readonly after: (State | null | undefined)[]
}

/** In UTF-16 units: hardly a word is longer, and its states are kept while it is looked for. */
const wordLengthMax = 256
/** A character that is in no word. */
const other = -1

/** A state is one number for a map: both rows take up to ten bits, and so many characters may be read. */
const rowBits = 10

class LevenshteinAutomaton implements Automaton<State> {
  readonly start: State
  private readonly word: readonly number[]
  /** The characters of the word, ascending. */
  private readonly alphabet: readonly number[]
  private readonly tooMany: number
  /** A row of nothing but too many edits. */
  private readonly nowhere: number
  private readonly states = new Map<number, State>()

  constructor(
    text: string,
    readonly distance: number,
  ) {
    this.word = Array.from(text, (character) => character.codePointAt(0)!)
    this.alphabet = [...new Set(this.word)].sort((a, b) => a - b)
    this.tooMany = distance + 1
    this.nowhere = this.rowOf(() => this.tooMany)
    const edits = this.rowOf((at) => (at < distance ? this.tooMany : at - distance))
    this.start = this.stateOf(0, edits, this.nowhere)!
  }

  after(state: State, codePoint: number): State | undefined {
    const found = this.alphabet.indexOf(codePoint)
    const symbol = found < 0 ? this.alphabet.length : found
    const known = state.after[symbol]
    if (known !== undefined) return known ?? undefined
    const next = this.step(state, codePoint)
    state.after[symbol] = next ?? null
    return next
  }

  isAccepting(state: State): boolean {
    return this.editsOf(state) <= this.distance
  }

  /** Of the term that was read as a whole. */
  editsOf({ read, edits }: State): number {
    return this.at(edits, this.word.length - read + this.distance)
  }

  /** Whatever is no character of the word leads on or not, all alike; one of them leads on at least where those do. */
  leastStep(state: State, from: number): number | undefined {
    if (from > 0x10ffff) return undefined
    if (this.after(state, other) !== undefined) return from
    return this.alphabet.find((codePoint) => codePoint >= from && this.after(state, codePoint) !== undefined)
  }

  private step({ read, edits, exchanged }: State, symbol: number): State | undefined {
    const { word, tooMany, distance } = this
    let before = tooMany
    // Rows begin a place further on than those before: what is at `at` there lies at `at` - 1 here.
    const next = this.rowOf((at) => {
      const place = read + 1 - distance + at
      if (place < 0 || place > word.length) return (before = tooMany)
      const putIn = this.at(edits, at + 1) + 1
      const matched = place > 0 ? this.at(edits, at) + (word[place - 1] === symbol ? 0 : 1) : tooMany
      const crossed = place > 1 && word[place - 2] === symbol ? this.at(exchanged, at - 1) : tooMany
      return (before = Math.min(putIn, matched, crossed, before + 1, tooMany))
    })
    const nextExchanged = this.rowOf((at) => {
      const place = read + 1 - distance + at
      return place >= 0 && word[place + 1] === symbol ? Math.min(this.at(edits, at + 1) + 1, tooMany) : tooMany
    })
    return this.stateOf(read + 1, next, nextExchanged)
  }

  private rowOf(editsAt: (at: number) => number): number {
    let row = 0
    for (let at = 0; at <= 2 * this.distance; at++) row |= editsAt(at) << (2 * at)
    return row
  }

  private at(row: number, at: number): number {
    return at < 0 || at > 2 * this.distance ? this.tooMany : (row >>> (2 * at)) & 3
  }

  private stateOf(read: number, edits: number, exchanged: number): State | undefined {
    if (edits === this.nowhere && exchanged === this.nowhere) return undefined
    const key = (read * (1 << rowBits) + edits) * (1 << rowBits) + exchanged
    const known = this.states.get(key)
    if (known !== undefined) return known
    const made: State = { read, edits, exchanged, after: [] }
    this.states.set(key, made)
    return made
  }
}

/** Also tells how far off a term is, which its score may depend on. */
export class FuzzyMatcher implements TermMatcher {
  private readonly automaton: LevenshteinAutomaton
  private readonly matcher: AutomatonMatcher<State>

  /** Throws LIMIT_EXCEEDED for a word that is none. */
  constructor(text: string, distance: 1 | 2) {
    if (text.length > wordLengthMax)
      throw new DatabaseError(
        'LIMIT_EXCEEDED',
        `a fuzzy word has at most ${wordLengthMax} characters, and ${quoted(text)} has ${text.length}`,
        { limit: wordLengthMax },
      )
    this.automaton = new LevenshteinAutomaton(text, distance)
    this.matcher = new AutomatonMatcher(this.automaton)
  }

  accepts(term: string): boolean {
    return this.matcher.accepts(term)
  }

  seek(term: string): string | undefined {
    return this.matcher.seek(term)
  }

  /** The edits that make the term of the word; undefined beyond the distance. */
  editsOf(term: string): number | undefined {
    const state = this.matcher.stateAfter(term)
    return state === undefined || !this.automaton.isAccepting(state) ? undefined : this.automaton.editsOf(state)
  }
}
