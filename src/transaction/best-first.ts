/**
 * The hits of a query best first, a batch at a time, for whoever stops before the last.
 *
 * The first batch is a search for so many. Where they are not enough, or most hits are wanted at once, all hits are found,
 * and each further batch is the best of what is left, eight times as many as the one before: who stops after n hits has
 * paid for 8 n at most. Within a batch hits that score the same come by ascending id; others in any order, as whoever takes
 * a batch keeps the best of it.
 */
import type { HitTable } from '../../indexes/fulltext/fulltext-index.js'
import type { BestHits } from './transaction.js'

const growth = 8

/** What the batches are taken from. */
export interface HitSource {
  /** The best so many, best first, equal ones by ascending id. */
  best(count: number): Batch
  /** All of them. */
  readonly hits: HitTable
  /** How many there are at most. */
  readonly hitsMax: number
}

interface Batch {
  readonly ids: Uint32Array
  readonly scores: Float64Array
}

const none: Batch = { ids: new Uint32Array(0), scores: new Float64Array(0) }

export class BestFirst implements BestHits {
  ids = none.ids
  scores = none.scores
  /** None of the hits to come scores more. */
  least = Number.POSITIVE_INFINITY
  /** By ascending id, once all hits have been found. */
  private left: Batch | undefined

  /** `count`: how many hits the first batch has. */
  constructor(
    private readonly source: HitSource,
    private count: number,
  ) {}

  next(): number {
    const { source, count } = this
    if (this.least === Number.NEGATIVE_INFINITY) this.give(none, this.least)
    else if (this.left !== undefined) this.giveOf(this.left)
    else if (this.least < Number.POSITIVE_INFINITY)
      this.giveOf(behind(source.hits, this.ids.at(-1)!, this.scores.at(-1)!))
    else if (count * growth > source.hitsMax) this.giveOf(source.hits)
    else this.giveFound(source.best(count))
    this.count *= growth
    return this.ids.length
  }

  private giveFound(best: Batch): void {
    this.give(best, best.ids.length < this.count ? Number.NEGATIVE_INFINITY : (best.scores.at(-1) ?? 0))
  }

  private giveOf(left: Batch): void {
    const { scores } = left
    // With all that score as the last of them, so that what is left scores less.
    const least =
      scores.length <= this.count ? Number.NEGATIVE_INFINITY : scores.slice().sort()[scores.length - this.count]!
    this.left = those(left, (score) => score < least)
    this.give(
      those(left, (score) => score >= least),
      least,
    )
  }

  private give({ ids, scores }: Batch, least: number): void {
    this.ids = ids
    this.scores = scores
    this.least = least
  }
}

/** The hits that come after one of them. */
function behind(hits: HitTable, lastId: number, lastScore: number): Batch {
  return those(hits, (score, id) => score < lastScore || (score === lastScore && id > lastId))
}

function those({ ids, scores }: Batch, isWanted: (score: number, id: number) => boolean): Batch {
  const wanted = { ids: new Uint32Array(ids.length), scores: new Float64Array(ids.length) }
  let count = 0
  for (let i = 0; i < ids.length; i++) {
    if (!isWanted(scores[i]!, ids[i]!)) continue
    wanted.ids[count] = ids[i]!
    wanted.scores[count++] = scores[i]!
  }
  return { ids: wanted.ids.subarray(0, count), scores: wanted.scores.subarray(0, count) }
}
