/**
 * Where the terms of a phrase stand together.
 *
 *   "commit log"~2     commit is wanted at 0, log at 1
 *   text               log 3, commit 5
 *   moved back         log 3 - 1 = 2, commit 5 - 0 = 5: they lie 3 apart, so a slop of 3 would find them
 *
 * Each place is moved back by where the phrase wants its term; what stands as in the phrase is then at one place, and the
 * distance from the least to the greatest is what the terms were moved by in all. From the first place of every term, the one
 * that lies least goes on to its next, so every place is looked at once. A word of the text counts for one word of the
 * phrase only. Source: SloppyPhraseMatcher of Lucene, whose measure this is.
 */
export interface PhraseTerm {
  /** Positions of the term in the text, ascending. */
  readonly positions: ArrayLike<number>
  /** Where the phrase wants it. */
  readonly offset: number
}

/**
 * Calls back with the index of each term's position for every place where they lie at most `slop` apart; `visit` gives
 * true to see no more. Terms of one phrase that are the same word share one list of positions.
 */
export function forEachPhrase(
  terms: readonly PhraseTerm[],
  slop: number,
  visit: (places: readonly number[]) => boolean | void,
): void {
  const places = terms.map(() => 0)
  if (terms.some(({ positions }) => positions.length === 0)) return
  for (;;) {
    const { least, spread } = measured(terms, places)
    const collision = collisionOf(terms, places)
    if (collision === undefined && spread <= slop && visit(places) === true) return
    const next = collision ?? least
    if (++places[next]! === terms[next]!.positions.length) return
  }
}

function measured(terms: readonly PhraseTerm[], places: readonly number[]): { least: number; spread: number } {
  let [least, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < terms.length; i++) {
    const { positions, offset } = terms[i]!
    const moved = positions[places[i]!]! - offset
    if (moved < min) [least, min] = [i, moved]
    if (moved > max) max = moved
  }
  return { least, spread: max - min }
}

/** A term that stands on the word of an equal one; of the two the one that the phrase wants later goes on. */
function collisionOf(terms: readonly PhraseTerm[], places: readonly number[]): number | undefined {
  for (let i = 1; i < terms.length; i++)
    for (let j = 0; j < i; j++)
      if (terms[i]!.positions === terms[j]!.positions && places[i] === places[j])
        return terms[i]!.offset >= terms[j]!.offset ? i : j
  return undefined
}
