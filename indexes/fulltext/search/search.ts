/** Runs the parts of a query over the windows of ids that may hold hits. */
import { idEnd } from '../postings/posting-lists.js'
import { noFloor, type Part } from './part.js'
import { TopHits } from './top-hits.js'
import { giveBack, takeWindow, type Window, windowIds } from './window.js'

export interface Hits {
  /** Best first, equal scores by ascending id. */
  readonly ids: Uint32Array
  readonly scores: Float64Array
  /** Documents whose score was worked out. */
  readonly candidates: number
}

export interface CountedHits extends Hits {
  /** How many there are, those beyond the limit too. */
  readonly total: number
}

interface Wanted {
  readonly limit: number
  readonly skip: number
  readonly minScore: number
}

/** The first windows are small, so that the floor rises before much has been read. */
const firstIds = 512

/** The best hits alone: what cannot be among them is not read. */
export function bestHits(part: Part, { limit, skip, minScore }: Wanted): Hits {
  const best = new TopHits(limit + skip)
  const least = floorBelow(minScore)
  const window = takeWindow({ base: 0, end: 0 })
  let ids = firstIds
  let candidates = 0
  for (let from = part.next(0); from < idEnd; from = part.next(window.end)) {
    window.base = from & -32
    window.end = window.base + ids
    ids = Math.min(ids * 2, windowIds)
    let { threshold } = best
    const floor = Math.max(threshold, least)
    if (part.scoreMax <= floor) break
    part.collect(window, undefined, floor)
    takeHits(window, (id, score) => {
      candidates++
      if (score <= threshold || score < minScore) return
      best.add(id, score)
      threshold = best.threshold
    })
  }
  giveBack(window)
  return { ...pageOf(best, skip), candidates }
}

/** The same hits and how many there are: everything is read. */
export function countedHits(part: Part, { limit, skip, minScore }: Wanted): CountedHits {
  const best = new TopHits(limit + skip)
  let total = 0
  let candidates = 0
  let { threshold } = best
  forEachHit(part, (id, score) => {
    candidates++
    if (score < minScore) return
    total++
    if (score <= threshold) return
    best.add(id, score)
    threshold = best.threshold
  })
  return { ...pageOf(best, skip), total, candidates }
}

function pageOf(best: TopHits, skip: number) {
  const { ids, scores } = best.sorted()
  return { ids: ids.subarray(skip), scores: scores.subarray(skip) }
}

/** The greatest floor above which a least score is. */
function floorBelow(minScore: number): number {
  return Number.isFinite(minScore)
    ? minScore - Math.max(Math.abs(minScore) * Number.EPSILON, Number.MIN_VALUE)
    : noFloor
}

/** By ascending id. */
export function forEachHit(part: Part, visit: (id: number, score: number) => void): void {
  const window = takeWindow({ base: 0, end: 0 })
  for (let from = part.next(0); from < idEnd; from = part.next(window.end)) {
    window.base = from & -32
    window.end = window.base + windowIds
    part.collect(window)
    takeHits(window, visit)
  }
  giveBack(window)
}

/** Takes the hits of a window away, by ascending id. */
function takeHits({ base, bits, scores }: Window, visit: (id: number, score: number) => void): void {
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i]!
    if (word === 0) continue
    bits[i] = 0
    for (; word !== 0; word &= word - 1) {
      const place = (i << 5) + 31 - Math.clz32(word & -word)
      visit(base + place, scores[place]!)
      scores[place] = 0
    }
  }
}
