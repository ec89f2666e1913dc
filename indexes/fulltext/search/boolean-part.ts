/** Documents that all of `musts` find and none of `nots`; whatever of `shoulds` finds them adds to the score. */
import { idEnd } from '../postings/posting-lists.js'
import { type Explanation, sumOf } from './explanation.js'
import { floorOfSum, lift, mostFromEach, noFloor, type Part, prunedMin } from './part.js'
import { explanations, flatParts } from './sum-part.js'
import { giveBack, takeWindow, type Window } from './window.js'

export class BooleanPart implements Part {
  readonly documentsMax: number
  readonly scoreMax: number
  /** What finds least comes first, as the others look only among that. */
  private readonly musts: readonly Part[]
  private readonly shoulds: readonly Part[]
  private readonly nots: readonly Part[]
  private readonly scored: readonly Part[]

  /** `musts` has one part at least. */
  constructor({ musts, shoulds = [], nots = [] }: BooleanParts) {
    this.musts = musts.toSorted((a, b) => a.documentsMax - b.documentsMax)
    this.shoulds = flatParts(shoulds)
    this.nots = nots
    this.documentsMax = this.musts[0]!.documentsMax
    this.scored = [...this.musts, ...this.shoulds]
    this.scoreMax = this.scored.reduce((sum, part) => sum + part.scoreMax, 0)
  }

  next(from: number): number {
    const { musts } = this
    for (let agreed = 0; agreed < musts.length && from < idEnd; ) {
      const next = musts[agreed]!.next(from)
      agreed = next === from ? agreed + 1 : 0
      from = next
    }
    return from
  }

  mostIn(window: Window): number {
    return mostFromEach(this.scored, window)[0]!
  }

  collect(target: Window, among?: Window, floor = noFloor): void {
    const bounds = this.boundsIn(target, among, floor)
    if (bounds.mostFrom[0]! <= bounds.floor) return
    const hits = takeWindow(target)
    const others = takeWindow(target)
    if (this.collectMusts(hits, others, among, bounds) && this.dropNots(hits, others)) {
      lift(hits, this.scored, { from: this.musts.length, ...bounds })
      target.merge(hits)
    }
    giveBack(others)
    giveBack(hits)
  }

  /** What a hit has to score here to be wanted, and what musts and shoulds can give, from each on. */
  private boundsIn(target: Window, among: Window | undefined, floor: number): Bounds {
    if (floor === noFloor || this.documentsMax < prunedMin)
      return { floor: noFloor, mostFrom: new Float64Array(this.scored.length + 1) }
    const mostFrom = mostFromEach(this.scored, target)
    const here = floorOfSum(floor, mostFrom[0]!)
    return { floor: among === undefined ? here : here - among.most, mostFrom }
  }

  private collectMusts(hits: Window, others: Window, among: Window | undefined, { floor, mostFrom }: Bounds): boolean {
    const [first, ...rest] = this.musts
    first!.collect(hits, among, floor - mostFrom[1]!)
    for (const [i, must] of rest.entries()) {
      hits.keepAbove(floor - mostFrom[i + 1]!)
      if (hits.isEmpty) return false
      must.collect(others, hits, floor - mostFrom[i + 2]!)
      if (!hits.meet(others)) return false
    }
    return true
  }

  /** Gives whether any hits are left. */
  private dropNots(hits: Window, others: Window): boolean {
    for (const not of this.nots) {
      not.collect(others, hits)
      if (!hits.without(others)) return false
    }
    return true
  }

  explain(id: number): Explanation | undefined {
    const musts = explanations(this.musts, id)
    if (musts.length < this.musts.length || explanations(this.nots, id).length > 0) return undefined
    return sumOf([...musts, ...explanations(this.shoulds, id)])
  }
}

interface Bounds {
  readonly floor: number
  readonly mostFrom: Float64Array
}

export interface BooleanParts {
  readonly musts: readonly Part[]
  readonly shoulds?: readonly Part[]
  readonly nots?: readonly Part[]
}
