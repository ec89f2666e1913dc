/** Runs the parts of a query over the windows of ids that may hold hits. */
import { idEnd } from '../postings/posting-lists.js'
import type { Part } from './part.js'
import { TopHits } from './top-hits.js'
import { giveBack, takeWindow, windowIds } from './window.js'

export interface Hits {
  /** Best first, equal scores by ascending id. */
  readonly ids: Uint32Array
  readonly scores: Float64Array
  /** How many there are, those beyond the limit too. */
  readonly total: number
}

interface Wanted {
  readonly limit: number
  readonly skip: number
  readonly minScore: number
}

export function bestHits(part: Part, { limit, skip, minScore }: Wanted): Hits {
  const best = new TopHits(limit + skip)
  let total = 0
  let { threshold } = best
  forEachHit(part, (id, score) => {
    if (score < minScore) return
    total++
    if (score <= threshold) return
    best.add(id, score)
    threshold = best.threshold
  })
  const { ids, scores } = best.sorted()
  return { ids: ids.subarray(skip), scores: scores.subarray(skip), total }
}

/** By ascending id. */
export function forEachHit(part: Part, visit: (id: number, score: number) => void): void {
  const window = takeWindow(0)
  const { bits, scores } = window
  for (let from = part.next(0); from < idEnd; from = part.next(window.base + windowIds)) {
    window.base = from - (from % windowIds)
    part.collect(window)
    for (let i = 0; i < bits.length; i++) {
      for (let word = bits[i]!; word !== 0; word &= word - 1) {
        const place = (i << 5) + 31 - Math.clz32(word & -word)
        visit(window.base + place, scores[place]!)
        scores[place] = 0
      }
      bits[i] = 0
    }
  }
  giveBack(window)
}
