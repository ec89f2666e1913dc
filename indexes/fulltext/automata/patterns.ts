/** Matchers of regular expressions and wildcards (as sets of states, never backtracking), prefixes and ranges. */
import { compareStrings } from '../../../src/core/compare-strings.js'
import { DatabaseError } from '../../../src/core/errors.js'
import {
  firstStates,
  isMatch,
  leastStep,
  type Regexp,
  regexpOf,
  type States,
  statesAfter,
} from '../../../src/core/regexp.js'
import { quoted } from '../../../src/core/value-in-words.js'
import type { RangeEnd, WildcardPart } from '../query/ast.js'
import { type Automaton, AutomatonMatcher } from './automaton.js'
import type { TermMatcher } from './matcher.js'

/** Of whole terms. Throws SEARCH_QUERY_INVALID for what is no I-Regexp, LIMIT_EXCEEDED for a very large one. */
export function regexpMatcher(pattern: string): TermMatcher {
  const regexp = regexpOf(pattern)
  if (regexp === undefined)
    throw new DatabaseError(
      'SEARCH_QUERY_INVALID',
      `${quoted(pattern)} is no regular expression; those of RFC 9485 are, as gra(ph|in)s?, [a-z]{2,5}, \\p{Lu}.*`,
      { pattern },
    )
  return new AutomatonMatcher(new RegexpAutomaton(regexp))
}

export function wildcardMatcher(parts: readonly WildcardPart[]): TermMatcher {
  return regexpMatcher(parts.map(patternOf).join(''))
}

function patternOf(part: WildcardPart): string {
  // A dollar sign has no escape of its own.
  if (part.kind === 'text') return part.text.replaceAll(/[.*+?()[\]{}|\\^]/g, '\\$&').replaceAll('$', '[$]')
  return part.kind === 'one' ? anyCharacter : `${anyCharacter}*`
}

/** A dot leaves the ends of lines out. */
const anyCharacter = '(.|[\\n\\r])'

export function prefixMatcher(prefix: string): TermMatcher {
  return {
    accepts: (term) => term.startsWith(prefix),
    seek: (term) => {
      if (term.startsWith(prefix)) return term
      return compareStrings(term, prefix) < 0 ? prefix : undefined
    },
  }
}

/** Of strings, by code point. */
export function rangeMatcher(from: RangeEnd | undefined, to: RangeEnd | undefined): TermMatcher {
  const isAbove = (term: string) => from === undefined || isWithin(compareStrings(term, String(from.value)), from)
  const isBelow = (term: string) => to === undefined || isWithin(-compareStrings(term, String(to.value)), to)
  return {
    accepts: (term) => isAbove(term) && isBelow(term),
    seek: (term) => {
      if (!isBelow(term)) return undefined
      return isAbove(term) ? term : String(from!.value)
    },
  }
}

function isWithin(order: number, { inclusive }: RangeEnd): boolean {
  return order > 0 || (order === 0 && inclusive)
}

/** Beyond it, states are worked out again each time: some expressions have more of them than there are terms. */
const statesMax = 10_000

interface State {
  readonly states: States
  readonly atStart: boolean
  readonly after: Map<number, State | undefined>
}

class RegexpAutomaton implements Automaton<State> {
  readonly start: State
  private readonly known = new Map<string, State>()

  constructor(private readonly regexp: Regexp) {
    this.start = { states: firstStates(regexp), atStart: true, after: new Map() }
  }

  after(state: State, codePoint: number): State | undefined {
    if (state.after.has(codePoint)) return state.after.get(codePoint)
    const states = statesAfter(this.regexp, state.states, codePoint)
    const next = states.size === 0 ? undefined : this.stateOf(states)
    if (this.known.size < statesMax) state.after.set(codePoint, next)
    return next
  }

  isAccepting({ states, atStart }: State): boolean {
    return isMatch(this.regexp, states, { atStart })
  }

  leastStep({ states }: State, from: number): number | undefined {
    return leastStep(this.regexp, states, from)
  }

  private stateOf(states: States): State {
    const key = [...states].sort((a, b) => a - b).join()
    const state = this.known.get(key) ?? { states, atStart: false, after: new Map() }
    if (this.known.size < statesMax) this.known.set(key, state)
    return state
  }
}
