/** Keeps the best of many ids: those with the highest scores, and of equal ones the smallest ids. */
export class Nearest {
  /** A heap whose top, at 0, is the worst that is kept. */
  private readonly scores: Float64Array
  private readonly ids: Uint32Array
  count = 0

  constructor(readonly limit: number) {
    this.scores = new Float64Array(limit)
    this.ids = new Uint32Array(limit)
  }

  offer(id: number, score: number): void {
    if (this.count < this.limit) this.rise(this.count++, id, score)
    else if (this.limit > 0 && isWorse(this.scores[0]!, this.ids[0]!, score, id)) this.sink(id, score)
  }

  /** Best first. */
  sorted(): { ids: Uint32Array; scores: Float64Array } {
    const { scores, ids, count } = this
    const order = Uint32Array.from({ length: count }, (_, i) => i)
    order.sort((a, b) => scores[b]! - scores[a]! || ids[a]! - ids[b]!)
    return { ids: order.map((at) => ids[at]!), scores: Float64Array.from(order, (at) => scores[at]!) }
  }

  private rise(at: number, id: number, score: number): void {
    const { scores, ids } = this
    while (at > 0) {
      const above = (at - 1) >>> 1
      if (!isWorse(score, id, scores[above]!, ids[above]!)) break
      scores[at] = scores[above]!
      ids[at] = ids[above]!
      at = above
    }
    scores[at] = score
    ids[at] = id
  }

  /** Puts an entry in place of the worst. */
  private sink(id: number, score: number): void {
    const { scores, ids, count } = this
    let at = 0
    for (let below = 1; below < count; below = 2 * at + 1) {
      if (below + 1 < count && isWorse(scores[below + 1]!, ids[below + 1]!, scores[below]!, ids[below]!)) below++
      if (!isWorse(scores[below]!, ids[below]!, score, id)) break
      scores[at] = scores[below]!
      ids[at] = ids[below]!
      at = below
    }
    scores[at] = score
    ids[at] = id
  }
}

function isWorse(score: number, id: number, otherScore: number, otherId: number): boolean {
  return score < otherScore || (score === otherScore && id > otherId)
}
