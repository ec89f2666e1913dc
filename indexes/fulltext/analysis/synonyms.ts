/**
 * Words and phrases that stand for each other, as an analyzer sees them: `USA` and `United States of America` are `usa` and
 * `unit state _ america`. Looked up in the terms of a query, longest first.
 */
import type { Token } from './analyzer.js'

/** A term and how far it lies behind the first one of its phrase. */
export interface PlacedTerm {
  readonly term: string
  readonly position: number
}

export interface Synonym {
  /** How many tokens of the query it takes the place of. */
  readonly length: number
  /** All phrases of the group, the one that was found among them. */
  readonly phrases: readonly (readonly PlacedTerm[])[]
}

export class Synonyms {
  private readonly byFirst = new Map<string, { terms: readonly string[]; synonym: Synonym }[]>()

  constructor(groups: readonly (readonly string[])[], analyze: (text: string) => readonly Token[]) {
    for (const group of groups) this.add(group.map((text) => placed(analyze(text))).filter((terms) => terms.length > 0))
    for (const entries of this.byFirst.values()) entries.sort((a, b) => b.terms.length - a.terms.length)
  }

  findAt(tokens: readonly PlacedTerm[], at: number): Synonym | undefined {
    const entries = this.byFirst.get(tokens[at]!.term)
    return entries?.find(({ terms }) => terms.every((term, i) => tokens[at + i]?.term === term))?.synonym
  }

  private add(phrases: readonly (readonly PlacedTerm[])[]): void {
    for (const phrase of phrases) {
      const terms = phrase.map(({ term }) => term)
      const entries = this.byFirst.get(terms[0]!) ?? []
      entries.push({ terms, synonym: { length: terms.length, phrases } })
      this.byFirst.set(terms[0]!, entries)
    }
  }
}

function placed(tokens: readonly Token[]): PlacedTerm[] {
  return tokens.map(({ term, position }) => ({ term, position: position - tokens[0]!.position }))
}
