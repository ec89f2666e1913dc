/**
 * Which terms of a dictionary a prefix, wildcard, fuzzy word, regular expression or range stands for.
 *
 * The dictionary is sorted by code point (`compareStrings`), and a matcher tells how far one can go before the next term
 * that it might accept, so that most of the dictionary is never looked at. `grap~1` over
 *
 *   gap  grab  graph  gravel  heap  zeal
 *
 *   asked for        the dictionary has    because
 *   ''               gap                   accepted: r was left out
 *   gar              grab                  accepted: p was changed
 *   grabp            graph                 accepted: h was put in
 *   grapi            gravel                not accepted; `grav` could go on as `gravp` only
 *   gravp            heap                  not accepted; `h` could go on as `hgrap` or `hrap`
 *   hg               zeal                  not accepted; so could `z`
 *   zg               nothing more
 */
export interface TermMatcher {
  accepts(term: string): boolean

  /**
   * A bound, at or above `term`, below which and from `term` on no term is accepted; the bound itself need not be
   * accepted. Undefined where no term from `term` on is.
   */
  seek(term: string): string | undefined
}

/** The contract of a sorted dictionary: the least term that is `term` or comes after it. */
export type Ceiling = (term: string) => string | undefined

/** The terms that a matcher accepts, in order. */
export function* acceptedTerms(matcher: TermMatcher, ceiling: Ceiling): Generator<string> {
  for (let bound = matcher.seek(''); bound !== undefined; ) {
    const found = ceiling(bound)
    if (found === undefined) return
    if (matcher.accepts(found)) yield found
    bound = matcher.seek(justAfter(found))
  }
}

/** The least string that is greater. */
export function justAfter(term: string): string {
  return term + '\0'
}
