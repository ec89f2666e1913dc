/**
 * The memory that runs may hold: rows between pipelines, sorts, groups, joins, sets of what was seen, lists that are
 * collected, and the rows of the answer until somebody takes them.
 *
 * It is counted by estimates of what V8 takes, which cost a few nanoseconds a row. A long list is estimated by its
 * first items. What is gathered for one row of an outer plan counts while it is gathered.
 */
import { DatabaseError } from '../../../src/core/errors.js'
import type { Value } from '../../../src/core/value.js'
import { isList, isMap } from '../../functions/values.js'

/** Memory of all runs of a database together. */
export class MemoryPool {
  reservedBytes = 0

  constructor(readonly bytesMax = Number.POSITIVE_INFINITY) {}
}

/** Runs take from the pool by steps, so that a small one seldom asks. */
const stepBytes = 256 * 1024

/** What one run may hold. */
export class MemoryBudget {
  private reservedBytes = 0

  constructor(
    private readonly pool = new MemoryPool(),
    private readonly bytesMax = Number.POSITIVE_INFINITY,
  ) {}

  /** Makes room for so many bytes in all; gives how many the run may hold before it asks again. Throws MEMORY_BUDGET. */
  reserve(bytes: number): number {
    const { pool, bytesMax } = this
    if (bytes > bytesMax) throw overBudget('memoryMaxBytes', bytesMax, 'give the query more')
    const wanted = Math.min(bytesMax, Math.ceil(bytes / stepBytes) * stepBytes)
    if (pool.reservedBytes - this.reservedBytes + wanted > pool.bytesMax)
      throw overBudget('queryMemoryMaxBytes', pool.bytesMax, 'open the database with more')
    pool.reservedBytes += wanted - this.reservedBytes
    this.reservedBytes = wanted
    return wanted
  }

  /** Gives everything back. */
  end(): void {
    this.pool.reservedBytes -= this.reservedBytes
    this.reservedBytes = 0
  }
}

function overBudget(option: string, bytesMax: number, remedy: string): DatabaseError {
  const scope = option === 'memoryMaxBytes' ? 'the query gathers' : 'the queries that run now gather'
  return new DatabaseError(
    'MEMORY_BUDGET',
    `${scope} more than the ${bytesMax} bytes of ${option}; nothing of the query took effect; let it return, sort or collect less, or ${remedy}`,
    { option, bytesMax },
  )
}

/** Of a list or map, the items that are looked at. */
const itemsLookedAt = 32
const bytesPerEntry = 48

/** About how many bytes a value takes beside the place that holds it. */
export function bytesOf(value: Value): number {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return 0
  if (typeof value === 'string') return 24 + value.length
  if (typeof value === 'bigint') return 24
  if (isList(value)) return 32 + 8 * value.length + bytesOfItems(value, value.length)
  if (isMap(value)) return 64 + bytesPerEntry * value.size + bytesOfItems(value.values(), value.size)
  if (value instanceof Uint8Array) return 64 + value.length
  return 40
}

function bytesOfItems(items: Iterable<Value>, count: number): number {
  let looked = 0
  let bytes = 0
  for (const item of items) {
    if (looked === itemsLookedAt) break
    looked++
    bytes += bytesOf(item)
  }
  return looked === 0 ? 0 : (bytes / looked) * count
}

/** As `bytesOf` a list that is short. */
export function bytesOfRow(row: readonly Value[]): number {
  let bytes = 32 + 8 * row.length
  for (let i = 0; i < row.length; i++) bytes += bytesOf(row[i]!)
  return bytes
}

/** Of a key in a set or map of JavaScript, the entry included. */
export function bytesOfKey(key: unknown): number {
  return bytesPerEntry + (typeof key === 'string' ? 24 + key.length : 0)
}
