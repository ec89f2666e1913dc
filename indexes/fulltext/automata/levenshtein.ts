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
 * met. A row is at most 2 * `distance` + 1 places wide, wherever it lies.
 * Source: Schulz and Mihov, "Fast String Correction with Levenshtein Automata", 2002.
 */
import { DatabaseError } from '../../../src/core/errors.js'
import { quoted } from '../../../src/core/value-in-words.js'
import { type Automaton, AutomatonMatcher } from './automaton.js'
import type { TermMatcher } from './matcher.js'

interface State {
  /** Edits by the place in the word; `distance` + 1 is too many. */
  readonly edits: readonly number[]
  /** Edits by a place whose next two characters are exchanged and of which the second has been read. */
  readonly exchanged: readonly number[]
  /** States behind, by the symbol: a character of the word, or 0 for any other. */
  readonly after: Map<number, State | undefined>
}

const other = 0
/** In UTF-16 units. Each state has a row as long as the word. */
const wordLengthMax = 256

class LevenshteinAutomaton implements Automaton<State> {
  readonly start: State
  private readonly word: readonly number[]
  /** The characters of the word, ascending. */
  private readonly alphabet: readonly number[]
  private readonly tooMany: number
  private readonly states = new Map<string, State>()

  constructor(
    text: string,
    readonly distance: number,
  ) {
    this.word = Array.from(text, (character) => character.codePointAt(0)!)
    this.alphabet = [...new Set(this.word)].sort((a, b) => a - b)
    this.tooMany = distance + 1
    this.start = this.stateOf(
      [...this.word, 0].map((_, place) => Math.min(place, this.tooMany)),
      [...this.word, 0].map(() => this.tooMany),
    )!
  }

  after(state: State, codePoint: number): State | undefined {
    const symbol = this.alphabet.includes(codePoint) ? codePoint : other
    if (!state.after.has(symbol)) state.after.set(symbol, this.step(state, symbol))
    return state.after.get(symbol)
  }

  isAccepting(state: State): boolean {
    return this.editsOf(state) <= this.distance
  }

  /** Of the term that was read as a whole. */
  editsOf(state: State): number {
    return state.edits[this.word.length]!
  }

  /** Whatever is no character of the word leads on or not, all alike; one of them leads on at least where those do. */
  leastStep(state: State, from: number): number | undefined {
    if (from > 0x10ffff) return undefined
    if (this.after(state, other) !== undefined) return from
    return this.alphabet.find((codePoint) => codePoint >= from && this.after(state, codePoint) !== undefined)
  }

  private step({ edits, exchanged }: State, symbol: number): State | undefined {
    const { word, tooMany } = this
    const next = Array<number>(word.length + 1).fill(tooMany)
    const nextExchanged = Array<number>(word.length + 1).fill(tooMany)
    const reach = (place: number, count: number) => {
      next[place] = Math.min(next[place]!, count)
    }
    for (let place = 0; place <= word.length; place++) {
      const count = edits[place]!
      reach(place, count + 1)
      if (place === word.length) break
      reach(place + 1, word[place] === symbol ? count : count + 1)
      if (word[place + 1] === symbol) nextExchanged[place] = Math.min(count + 1, tooMany)
      if (word[place] === symbol) reach(place + 2, exchanged[place]!)
    }
    // A character of the word is left out.
    for (let place = 0; place < word.length; place++) reach(place + 1, next[place]! + 1)
    return this.stateOf(next, nextExchanged)
  }

  private stateOf(edits: readonly number[], exchanged: readonly number[]): State | undefined {
    if (edits.every((count) => count === this.tooMany) && exchanged.every((count) => count === this.tooMany))
      return undefined
    const key = `${edits.join('')} ${exchanged.join('')}`
    const known = this.states.get(key)
    if (known !== undefined) return known
    const made: State = { edits, exchanged, after: new Map() }
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
