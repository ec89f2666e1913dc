/**
 * Takes vectors into the graphs of vector indexes, in the background.
 *
 *   commit ── flush ──▶ some thousands behind ──▶ slice ──▶ others ──▶ slice ──▶ ... ──▶ caught up
 *
 * A search looks at each vector that the graph lacks, so nobody waits for this and nothing is ever missing; searches only
 * get faster. What a graph takes in is never taken back, so it comes from a snapshot that is safe. A snapshot makes those
 * who write copy pages: it is given up after a while, and the next one goes on.
 */
import { DatabaseError } from '../core/errors.js'
import type { OpenVectorIndex, Stores } from '../stores/stores.js'
import { nextTurn } from './deadline.js'
import type { Runner } from './runner.js'

/** What a slice aims at: whoever comes meanwhile waits no longer, but for one vector. */
const sliceMs = 4
const countFirst = 4
/** How long a snapshot is kept. */
const snapshotMs = 500

export class GraphGrowth {
  /**
   * Vectors that a graph may lack before it is worth the while: to look at so many takes as long as to ask the graph, a
   * fifth of a millisecond for vectors of 128 numbers (`npm run bench -- vectors`).
   */
  static lagMin = 1_000

  private running: Promise<void> | undefined
  private stopped = false
  /** Vectors that graphs have taken in and nobody was told of. */
  private taken = 0

  constructor(private readonly runner: Runner) {
    runner.storage.onSafe = () => this.consider()
  }

  /** Begins where it is time. */
  consider(): void {
    if (this.running !== undefined || this.stopped || !this.isBehind()) return
    this.running = this.grow().finally(() => {
      this.running = undefined
    })
  }

  /** Resolves when no graph is on its way. */
  async settled(): Promise<void> {
    await this.running
  }

  /** Ends after the slice that is on its way: what this gives resolves then. What the graphs have by then they keep. */
  stop(): Promise<void> | undefined {
    this.stopped = true
    return this.running
  }

  private isBehind(): boolean {
    return this.runner.readable.vectorIndexes().some(({ index }) => index.graphLag >= GraphGrowth.lagMin)
  }

  private async grow(): Promise<void> {
    try {
      let mayGoOn = true
      while (mayGoOn && !this.stopped && this.isBehind()) mayGoOn = await this.growFor(snapshotMs)
    } catch (error) {
      // What a disk that refused has taken back is behind no more, or is seen with the next commit.
      if (!(error instanceof DatabaseError)) this.giveUp(error)
    }
  }

  /** Gives false when the snapshot had to make room: then this is no time to grow. */
  private async growFor(ms: number): Promise<boolean> {
    await nextTurn()
    if (this.stopped) return false
    const { sequence } = this.runner.storage
    const snapshot = this.runner.snapshot()
    try {
      await this.runner.storage.settled(sequence)
      const end = performance.now() + ms
      const indexes = snapshot.void ? [] : snapshot.vectorIndexes()
      for (const open of indexes) await this.extend(snapshot, open, end)
      return !snapshot.void
    } finally {
      snapshot.release()
      this.tell()
    }
  }

  /** A restart takes in anew what no checkpoint has. */
  private tell(): void {
    this.runner.storage.graphsGrew(this.taken)
    this.taken = 0
  }

  private async extend(snapshot: Stores, { index }: OpenVectorIndex, end: number): Promise<void> {
    let count = countFirst
    while (!this.stopped && !snapshot.void && performance.now() < end) {
      const began = performance.now()
      const isWhole = index.extendGraph(count) === 0
      this.taken += count
      if (isWhole) return
      const pace = sliceMs / Math.max(performance.now() - began, 0.01)
      count = Math.max(1, Math.round(count * Math.min(pace, 2)))
      await nextTurn()
    }
  }

  /** Without the library there are no graphs, and every search is exact. */
  private giveUp(error: unknown): void {
    this.stopped = true
    const reason = error instanceof Error ? error.message : String(error)
    process.emitWarning(`vector searches look at every vector, as no graph can be built: ${reason}`, 'SkeinWarning')
  }
}
