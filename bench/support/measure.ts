/**
 * Times contestants side by side: they take turns, so that a neighbour who keeps the machine busy for a while, or a
 * clock that changes its speed, meets all of them alike.
 *
 * A call of microseconds is shorter than reading the clock is exact. Calls are timed in batches of about `batchUs`;
 * the percentiles are then those of the mean of a batch, which is said nowhere else, so: p99 of a point lookup is the
 * time a call takes in the worst hundredth of batches.
 */
export interface Timing {
  readonly calls: number
  readonly opsPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
}

/** Called with 0, 1, 2, ... so that it can vary its input; may be asynchronous, and is awaited then. */
export type Call = (round: number) => unknown

export interface MeasureOptions {
  /** How long each contestant is measured in all. Of one that takes longer for a single call, that call is all. */
  readonly ms?: number
  readonly turns?: number
  /** Calls of each contestant before anything counts, for the compiler. */
  readonly warmUp?: number
}

const batchUs = 50

export async function measureInTurn(
  contestants: Readonly<Record<string, Call>>,
  { ms = 1500, turns = 5, warmUp = 2000 }: MeasureOptions = {},
): Promise<Record<string, Timing>> {
  const stopwatches = Object.entries(contestants).map(([who, call]) => ({ who, stopwatch: new Stopwatch(call) }))
  for (const { stopwatch } of stopwatches) await stopwatch.warmUp({ calls: warmUp, ms: ms / 2, countsFrom: ms })
  for (let turn = 0; turn < turns; turn++) {
    for (const { stopwatch } of stopwatches) if (stopwatch.totalMs < ms) await stopwatch.run(ms / turns)
  }
  return Object.fromEntries(stopwatches.map(({ who, stopwatch }) => [who, stopwatch.timing()]))
}

/** Times one run of something too long to repeat, as a load; a call is one of its `operations`. */
export async function measureOnce<T>(operations: number, action: () => T | Promise<T>) {
  const start = performance.now()
  const result = await action()
  const ms = performance.now() - start
  return { result, ms, timing: { calls: operations, opsPerSecond: (operations / ms) * 1000 } }
}

/** Milliseconds of processor time that this process takes for something: a neighbour who keeps the machine busy adds little. */
export async function processorMs(action: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await action()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

class Stopwatch {
  readonly #call: Call
  readonly #samplesUs: number[] = []
  #round = 0
  #batch = 1
  #calls = 0
  totalMs = 0

  constructor(call: Call) {
    this.#call = call
  }

  /**
   * Ends after `calls` or `ms`, but not before one call; then knows how many calls fill a batch. A first call of
   * `countsFrom` milliseconds or more is not repeated: it counts.
   */
  async warmUp(limit: { calls: number; ms: number; countsFrom: number }): Promise<void> {
    const start = performance.now()
    const deadline = start + limit.ms
    let calls = 0
    let batchMs = 0
    for (let size = 1; calls < limit.calls && performance.now() < deadline; size = Math.min(size * 2, 64)) {
      batchMs = (await this.#time(size)) / size
      calls += size
    }
    this.#batch = Math.max(1, Math.round(batchUs / (batchMs * 1000)))
    if (calls === 1 && batchMs >= limit.countsFrom) this.#count(batchMs)
  }

  /** At least one batch, however long that takes. */
  async run(ms: number): Promise<void> {
    const deadline = performance.now() + ms
    do {
      this.#count(await this.#time(this.#batch))
    } while (performance.now() < deadline)
  }

  #count(batchMs: number): void {
    this.#samplesUs.push((batchMs * 1000) / this.#batch)
    this.#calls += this.#batch
    this.totalMs += batchMs
  }

  async #time(calls: number): Promise<number> {
    const start = performance.now()
    for (let i = 0; i < calls; i++) {
      const answer = this.#call(this.#round++)
      if (answer instanceof Promise) await answer
    }
    return performance.now() - start
  }

  timing(): Timing {
    const sorted = Float64Array.from(this.#samplesUs).sort()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
    const opsPerSecond = (this.#calls / this.totalMs) * 1000
    return { calls: this.#calls, opsPerSecond, p50Us: at(0.5), p99Us: at(0.99) }
  }
}
