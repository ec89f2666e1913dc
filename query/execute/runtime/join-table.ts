/** The rows that a hash join has gathered, by the key under which they are looked for. */
import { Float, type Value } from '../../../src/core/value.js'
import { type GroupKey, groupKey, groupKeyOf, isList, isMap } from '../../functions/values.js'

/** Rows have the numbers in which they come; those of one key are a chain. */
export class JoinTable {
  private readonly firsts = new Map<GroupKey, number>()
  private readonly nexts: number[] = []

  add(key: GroupKey): void {
    const row = this.nexts.push(this.first(key)) - 1
    this.firsts.set(key, row)
  }

  /** A row with the key; -1 where there is none. The rows of a key come last first. */
  first(key: GroupKey | undefined): number {
    return key === undefined ? -1 : (this.firsts.get(key) ?? -1)
  }

  /** Another row with the key of `row`; -1 after the last. */
  next(row: number): number {
    return this.nexts[row]!
  }
}

/**
 * A key that two values share just when `=` is true of them; undefined for what equals nothing. Grouping puts null and
 * null together, and NaN and NaN; equality does not, nor where they lie within lists and maps.
 */
export function joinKey(value: Value): GroupKey | undefined {
  return equalsSomething(value) ? groupKey(value) : undefined
}

/** The key of several values together. */
export function joinKeyOf(values: readonly Value[]): GroupKey | undefined {
  return values.every(equalsSomething) ? groupKeyOf(values) : undefined
}

function equalsSomething(value: Value): boolean {
  if (value === null) return false
  if (typeof value !== 'object') return true
  if (value instanceof Float) return !Number.isNaN(value.value)
  if (isList(value)) return value.every(equalsSomething)
  return !isMap(value) || [...value.values()].every(equalsSomething)
}
