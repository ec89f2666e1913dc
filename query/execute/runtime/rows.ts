/** Sets of rows and of ids, the order of rows, and numbers of rows. */
import { DatabaseError } from '../../../src/core/errors.js'
import type { Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import { compare } from '../../functions/values.js'
import type { RowBuffer } from './execution.js'
import type { RowOrder } from './top.js'

/** The rows of two buffers with the same columns, both as they lie. */
export function joinedBuffers(first: RowBuffer, second: RowBuffer): RowBuffer {
  const columns = first.columns.map((column, i) => [...column, ...second.columns[i]!])
  return { size: first.size + second.size, columns, order: null }
}

/** The rows, or where there are none a row of nulls. */
export function orNulls(rows: RowBuffer): RowBuffer {
  return rows.size > 0 ? rows : { size: 1, columns: rows.columns.map(() => [null]), order: null }
}

/** Rows by keys that are equal for equivalent rows. */
export class DistinctRows {
  private readonly keys = new Set<unknown>()

  /** Adds a row; false when an equivalent one was there already. */
  add(key: unknown): boolean {
    const before = this.keys.size
    return this.keys.add(key).size > before
  }
}

/** A few ids, in places where a marker for all of them would be too large: one set for each group. */
export class IdSet extends DistinctRows {
  override add(id: number): boolean {
    return super.add(id)
  }
}

/** All rows of an order. */
export class SortedRows {
  private readonly keys: (readonly Value[])[] = []

  constructor(private readonly order: RowOrder) {}

  /** Where to put the row with these keys. */
  place(keys: readonly Value[]): number {
    return this.keys.push(keys) - 1
  }

  /** The places in order; rows with equal keys as they came. */
  places(): Uint32Array {
    const { keys, order } = this
    return Uint32Array.from(keys.keys()).sort((left, right) => order(keys[left]!, keys[right]!) || left - right)
  }
}

/** The order of rows by their keys, each ascending or descending. */
export function rowOrder(descending: readonly boolean[]): RowOrder {
  return (left, right) => {
    for (let i = 0; i < descending.length; i++) {
      const order = compare(left[i]!, right[i]!)
      if (order !== 0) return descending[i] ? -order : order
    }
    return 0
  }
}

/** A number of rows for SKIP or LIMIT. Throws TYPE_MISMATCH and NUMBER_OUT_OF_RANGE. */
export function rowCount(value: Value, clause: string): number {
  if (typeof value !== 'number' && typeof value !== 'bigint')
    throw new DatabaseError('TYPE_MISMATCH', `${clause} takes an INTEGER, and here is ${valueInWords(value)}`, {
      clause,
      openCypher: { type: 'SyntaxError' },
    })
  if (value < 0)
    throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${clause} takes 0 or more, and here is ${value}`, {
      clause,
      value,
      openCypher: { type: 'SyntaxError', detail: 'NegativeIntegerArgument' },
    })
  return Number(value)
}
