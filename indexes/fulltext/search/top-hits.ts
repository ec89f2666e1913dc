/** The best hits so far, in a heap whose first is the worst of them. Hits come by ascending id, and the first of equals stays. */
export class TopHits {
  private readonly ids: number[] = []
  private readonly scores: number[] = []

  constructor(private readonly countMax: number) {}

  /** What a hit must score more than to be kept. */
  get threshold(): number {
    return this.ids.length < this.countMax ? Number.NEGATIVE_INFINITY : (this.scores[0] ?? Number.POSITIVE_INFINITY)
  }

  /** Keeps a hit that scores more than the threshold. */
  add(id: number, score: number): void {
    const { ids, scores } = this
    if (ids.length < this.countMax) {
      ids.push(id)
      scores.push(score)
      this.rise(ids.length - 1)
    } else {
      ids[0] = id
      scores[0] = score
      this.sink()
    }
  }

  /** Best first, equal ones by ascending id. */
  sorted(): { ids: Uint32Array; scores: Float64Array } {
    const { ids, scores } = this
    const order = ids.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || ids[a]! - ids[b]!)
    return { ids: Uint32Array.from(order, (i) => ids[i]!), scores: Float64Array.from(order, (i) => scores[i]!) }
  }

  private isWorse(a: number, b: number): boolean {
    const { ids, scores } = this
    return scores[a]! < scores[b]! || (scores[a]! === scores[b]! && ids[a]! > ids[b]!)
  }

  private rise(at: number): void {
    for (let above = (at - 1) >> 1; at > 0 && this.isWorse(at, above); above = (at - 1) >> 1) {
      this.exchange(at, above)
      at = above
    }
  }

  private sink(): void {
    const { length } = this.ids
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      if (left >= length) return
      const worst = left + 1 < length && this.isWorse(left + 1, left) ? left + 1 : left
      if (!this.isWorse(worst, at)) return
      this.exchange(at, worst)
      at = worst
    }
  }

  private exchange(a: number, b: number): void {
    const { ids, scores } = this
    ;[ids[a], ids[b]] = [ids[b]!, ids[a]!]
    ;[scores[a], scores[b]] = [scores[b]!, scores[a]!]
  }
}
