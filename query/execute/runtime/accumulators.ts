/** What the aggregates other than `count` keep while rows come. No value that comes is null. */
import { DatabaseError } from '../../../src/core/errors.js'
import { Duration } from '../../../src/core/temporal/duration.js'
import { fractionOf } from '../../../src/core/temporal/fraction.js'
import { Float, integerMax, integerMin, toInteger, typeName, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import { compare } from '../../functions/values.js'

export interface Accumulator {
  /** `fraction` is that of a percentile. */
  add(value: Value, fraction: Value): void
  result(): Value
}

export class Collect implements Accumulator {
  private readonly values: Value[] = []

  add(value: Value): void {
    this.values.push(value)
  }

  result(): Value {
    return this.values
  }
}

/**
 * The sum of numbers: an INTEGER while all are, a FLOAT from the first FLOAT on; or the sum of durations. Zero values give
 * the INTEGER 0.
 */
export class Sum implements Accumulator {
  /** Exact as long as it is safe; beyond that it goes on in `large`. */
  private small = 0
  private large = 0n
  private floats = 0
  private isFloat = false
  private hasNumbers = false
  /** The sum of durations; undefined while none came. */
  durations: Duration | undefined

  add(value: Value): void {
    if (value instanceof Duration) {
      this.durations = this.durations?.plus(value) ?? value
      return
    }
    this.hasNumbers = true
    if (typeof value === 'number') this.addSmall(value)
    else if (value instanceof Float) {
      this.isFloat = true
      this.floats += value.value
    } else if (typeof value === 'bigint') this.large += value
    else throw notNumeric('sum', value)
  }

  result(): Value {
    if (this.durations !== undefined) return this.onlyDurations()
    if (this.isFloat) return new Float(this.floats + Number(this.total()))
    const total = this.total()
    if (total >= integerMin && total <= integerMax) return toInteger(total)
    throw new DatabaseError('NUMBER_OUT_OF_RANGE', `the sum ${total} is beyond the INTEGERs, which have 64 bits`, {
      hint: 'sum(toFloat(x)) gives a FLOAT',
    })
  }

  /** Throws TYPE_MISMATCH where numbers came too. */
  onlyDurations(): Duration {
    if (!this.hasNumbers) return this.durations!
    throw new DatabaseError('TYPE_MISMATCH', 'sum and avg take numbers or durations, and here are both')
  }

  /** The sum as a double, whatever the numbers were. */
  get approximately(): number {
    return this.floats + Number(this.total())
  }

  private addSmall(value: number): void {
    const sum = this.small + value
    if (Number.isSafeInteger(sum)) {
      this.small = sum
      return
    }
    this.large += BigInt(this.small) + BigInt(value)
    this.small = 0
  }

  private total(): bigint {
    return this.large + BigInt(this.small)
  }
}

/** The mean: a FLOAT of numbers, a DURATION of durations; null of no values. */
export class Average implements Accumulator {
  private readonly sum = new Sum()
  private count = 0

  add(value: Value): void {
    this.sum.add(value)
    this.count++
  }

  result(): Value {
    if (this.count === 0) return null
    if (this.sum.durations !== undefined) return this.sum.onlyDurations().dividedBy(fractionOf(this.count))
    return new Float(this.sum.approximately / this.count)
  }
}

/** The least value in the order of ORDER BY; null of no values. */
export class Minimum implements Accumulator {
  private least: Value = null

  add(value: Value): void {
    if (this.least === null || compare(value, this.least) < 0) this.least = value
  }

  result(): Value {
    return this.least
  }
}

export class Maximum implements Accumulator {
  private greatest: Value = null

  add(value: Value): void {
    if (this.greatest === null || compare(value, this.greatest) > 0) this.greatest = value
  }

  result(): Value {
    return this.greatest
  }
}

/** The results of all groups. */
export function resultsOf(accumulators: readonly Accumulator[]): readonly Value[] {
  return accumulators.map((accumulator) => accumulator.result())
}

export function notNumeric(name: string, value: Value): DatabaseError {
  return new DatabaseError('TYPE_MISMATCH', `${name} takes numbers, and here is ${valueInWords(value)}`, {
    type: typeName(value),
  })
}
