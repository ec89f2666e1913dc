/**
 * A matcher out of an automaton that reads a term character by character.
 *
 * To skip, a term is read as far as it leads anywhere, and the last character that can be raised is: for `grap~1` and
 * `heap`, `he` leads nowhere, and behind `h` the next character that does is g, as in `hgrap`. So `hg` is the bound.
 * Source: after Schulz and Mihov 2002, and AutomatonTermsEnum of Lucene.
 */
import type { TermMatcher } from './matcher.js'

/** Deterministic, over code points. A state is whatever stands for it. */
export interface Automaton<State> {
  readonly start: State
  /** Undefined where no accepted term goes on so. */
  after(state: State, codePoint: number): State | undefined
  isAccepting(state: State): boolean
  /** A code point, from `from` on, before which none leads on; undefined where none does. */
  leastStep(state: State, from: number): number | undefined
}

const surrogateMin = 0xd800
const surrogateMax = 0xdfff

export class AutomatonMatcher<State> implements TermMatcher {
  constructor(private readonly automaton: Automaton<State>) {}

  accepts(term: string): boolean {
    const state = this.stateAfter(term)
    return state !== undefined && this.automaton.isAccepting(state)
  }

  seek(term: string): string | undefined {
    const { automaton } = this
    // The state before each character that was read.
    const states: State[] = []
    const characters = [...term]
    let state: State | undefined = automaton.start
    for (let i = 0; i < characters.length && state !== undefined; i++) {
      states.push(state)
      state = automaton.after(state, characters[i]!.codePointAt(0)!)
    }
    if (state !== undefined) return term
    for (let i = states.length - 1; i >= 0; i--) {
      const raised = automaton.leastStep(states[i]!, nextCodePoint(characters[i]!))
      if (raised !== undefined) return characters.slice(0, i).join('') + String.fromCodePoint(raised)
    }
    return undefined
  }

  stateAfter(term: string): State | undefined {
    let state: State | undefined = this.automaton.start
    for (let at = 0; at < term.length && state !== undefined; ) {
      const codePoint = term.codePointAt(at)!
      state = this.automaton.after(state, codePoint)
      at += codePoint > 0xffff ? 2 : 1
    }
    return state
  }
}

/** Surrogates stand for no character. */
function nextCodePoint(character: string): number {
  const next = character.codePointAt(0)! + 1
  return next >= surrogateMin && next <= surrogateMax ? surrogateMax + 1 : next
}
