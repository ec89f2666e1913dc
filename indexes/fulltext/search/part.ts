/**
 * What a query becomes once it is known which lists it stands for: a tree of parts, each of which adds its hits to windows.
 *
 *   +graph title:"commit log"^2 -sql
 *
 *   boolean
 *   ├─ musts    sum of terms: graph in title, graph in body
 *   ├─ shoulds  phrase commit log in title
 *   └─ nots     sum of terms: sql in title, sql in body
 *
 * A part is used for one search, and is asked about ids in ascending order. Scores are added in the order of the parts,
 * whatever way a search takes, so that all ways and the explanation agree to the last bit.
 */
import type { Explanation } from './explanation.js'
import type { Window } from './window.js'

export interface Part {
  /** How many documents it finds at most. */
  readonly documentsMax: number
  /** No score is higher. */
  readonly scoreMax: number
  /** The first id, from `from` on, that may be a hit: none before it is. `idEnd` when there is none. */
  next(from: number): number
  /** Adds the hits of the window with their scores, only those that are `among` others where these are given. */
  collect(target: Window, among?: Window): void
  /** Why the document is a hit; undefined when it is none. For a part that has not searched. */
  explain(id: number): Explanation | undefined
}
