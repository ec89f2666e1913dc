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
 *
 * Who wants the ten best knows ten after a while, and of the others only those matter that score more: above the *floor*.
 * Parts may leave out the rest, and with them the blocks whose bound tells that they hold nothing else (MaxScore: Turtle
 * and Flood 1995; blocks: Ding and Suel 2011). For graph, in three of ten documents, and commit, in one of a hundred:
 *
 *   floor 5.1    commit scores 6.0 at most, graph 1.4
 *   commit       essential, as graph alone stays below 5.1: its documents are collected where a block may score above 3.7
 *   graph        is looked up in those of them which have more than 3.7, in blocks that may lift them above 5.1
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
  /** No hit of the window scores more. */
  mostIn(window: Window): number
  /**
   * Adds the hits of the window with their scores, only those that are `among` others where these are given. A hit whose
   * score here and among the others together is not above `floor` may be left out, or come with less than it scores.
   */
  collect(target: Window, among?: Window, floor?: number): void
  /** Why the document is a hit; undefined when it is none. For a part that has not searched. */
  explain(id: number): Explanation | undefined
}

/** The floor of a search that wants all hits. */
export const noFloor = Number.NEGATIVE_INFINITY

/** To know bounds costs a part as much as so many postings: among fewer all are read. Measured by `npm run bench -- search`. */
export const prunedMin = 2048

/** A sum of scores differs by its order in the last bits: floors that sums are taken from are lower by so much of them. */
const roundingShare = 2 ** -40

/** A floor that a sum of parts is compared with part by part: `most` is what they score at most together. */
export function floorOfSum(floor: number, most: number): number {
  return floor - (Math.abs(floor) + most) * roundingShare
}

/** What parts, from each on, score at most together in the window: at the end comes 0. */
export function mostFromEach(parts: readonly Part[], window: Window): Float64Array {
  const most = new Float64Array(parts.length + 1)
  for (let i = parts.length - 1; i >= 0; i--) most[i] = most[i + 1]! + parts[i]!.mostIn(window)
  return most
}

/**
 * Adds what parts, from `from` on, score in documents of the target, whether they find these or not. Documents that
 * they cannot lift above the floor are left out. `mostFrom` as above.
 */
export function lift(
  target: Window,
  parts: readonly Part[],
  { from, mostFrom, floor }: { from: number; mostFrom: Float64Array; floor: number },
): void {
  for (let i = from; i < parts.length; i++) {
    target.keepAbove(floor - mostFrom[i]!)
    if (target.isEmpty) return
    parts[i]!.collect(target, target, floor - mostFrom[i + 1]!)
  }
}
