/** Documents that any of the parts finds; scores add up. Without parts it finds nothing. */
import { idEnd } from '../postings/posting-lists.js'
import { type Explanation, sumOf } from './explanation.js'
import { floorOfSum, lift, mostFromEach, noFloor, type Part, prunedMin } from './part.js'
import type { Window } from './window.js'

export class SumPart implements Part {
  readonly documentsMax: number
  readonly scoreMax: number

  constructor(readonly parts: readonly Part[]) {
    this.documentsMax = parts.reduce((sum, part) => sum + part.documentsMax, 0)
    this.scoreMax = parts.reduce((sum, part) => sum + part.scoreMax, 0)
  }

  next(from: number): number {
    let least = idEnd
    for (const part of this.parts) least = Math.min(least, part.next(from))
    return least
  }

  mostIn(window: Window): number {
    return mostFromEach(this.parts, window)[0]!
  }

  collect(target: Window, among?: Window, floor = noFloor): void {
    if (floor > noFloor && this.documentsMax >= prunedMin * this.parts.length) this.collectAbove(target, among, floor)
    else for (const part of this.parts) part.collect(target, among)
  }

  private collectAbove(target: Window, among: Window | undefined, givenFloor: number): void {
    const { parts } = this
    const mostFrom = mostFromEach(parts, target)
    const [most] = mostFrom
    const floor = floorOfSum(givenFloor, most!)
    /** What a hit has to score here at least. */
    const left = among === undefined ? floor : floor - among.most
    let from = 0
    // As long as documents that only this part and those behind it find may be hits.
    for (; from < parts.length && mostFrom[from]! > left; from++) {
      const others = most! - (mostFrom[from]! - mostFrom[from + 1]!)
      parts[from]!.collect(target, among, floor - others)
    }
    lift(target, parts, { from, mostFrom, floor: left })
  }

  explain(id: number): Explanation | undefined {
    return sumOf(explanations(this.parts, id))
  }
}

/** A sum of sums is one sum, as scores are added one by one. What may score most comes first. */
export function sumPart(parts: readonly Part[]): Part {
  const flat = flatParts(parts)
  return flat.length === 1 ? flat[0]! : new SumPart(flat)
}

export function flatParts(parts: readonly Part[]): Part[] {
  const flat = parts.flatMap((part) => (part instanceof SumPart ? part.parts : [part]))
  return flat.sort((a, b) => b.scoreMax - a.scoreMax)
}

export function explanations(parts: readonly Part[], id: number): Explanation[] {
  return parts.flatMap((part) => part.explain(id) ?? [])
}
