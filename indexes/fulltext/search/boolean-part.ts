/** Documents that all of `musts` find and none of `nots`; whatever of `shoulds` finds them adds to the score. */
import { idEnd } from '../postings/posting-lists.js'
import { type Explanation, sumOf } from './explanation.js'
import type { Part } from './part.js'
import { explanations, flatParts } from './sum-part.js'
import { giveBack, takeWindow, type Window } from './window.js'

export class BooleanPart implements Part {
  readonly documentsMax: number
  readonly scoreMax: number
  /** What finds least comes first, as the others look only among that. */
  private readonly musts: readonly Part[]
  private readonly shoulds: readonly Part[]
  private readonly nots: readonly Part[]

  /** `musts` has one part at least. */
  constructor({ musts, shoulds = [], nots = [] }: BooleanParts) {
    this.musts = musts.toSorted((a, b) => a.documentsMax - b.documentsMax)
    this.shoulds = flatParts(shoulds)
    this.nots = nots
    this.documentsMax = this.musts[0]!.documentsMax
    this.scoreMax = [...this.musts, ...this.shoulds].reduce((sum, part) => sum + part.scoreMax, 0)
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

  collect(target: Window, among?: Window): void {
    const hits = takeWindow(target.base)
    const others = takeWindow(target.base)
    this.collectMusts(hits, others, among)
    if (!hits.isEmpty) {
      for (const not of this.nots) {
        not.collect(others, hits)
        hits.without(others)
        others.clear()
      }
      for (const should of this.shoulds) should.collect(hits, hits)
      target.merge(hits)
      hits.clear()
    }
    giveBack(others)
    giveBack(hits)
  }

  private collectMusts(hits: Window, others: Window, among: Window | undefined): void {
    const [first, ...rest] = this.musts
    first!.collect(hits, among)
    for (const must of rest) {
      if (hits.isEmpty) return
      must.collect(others, hits)
      hits.meet(others)
      others.clear()
    }
  }

  explain(id: number): Explanation | undefined {
    const musts = explanations(this.musts, id)
    if (musts.length < this.musts.length || explanations(this.nots, id).length > 0) return undefined
    return sumOf([...musts, ...explanations(this.shoulds, id)])
  }
}

export interface BooleanParts {
  readonly musts: readonly Part[]
  readonly shoulds?: readonly Part[]
  readonly nots?: readonly Part[]
}
