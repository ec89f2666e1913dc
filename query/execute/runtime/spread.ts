/**
 * The aggregates that tell how numbers are spread: deviations and percentiles. No value that comes is null.
 *
 * Deviations follow Welford 1962, which keeps the mean and the sum of squared distances to it, since the difference
 * of two large sums of squares would lose all digits of numbers such as 1e9, 1e9 + 1, 1e9 + 2.
 */
import { DatabaseError } from '../../../src/core/errors.js'
import { Float, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import { isNumber, toDouble } from '../../functions/operators.js'
import { compare } from '../../functions/values.js'
import { type Accumulator, notNumeric } from './accumulators.js'

abstract class Deviation implements Accumulator {
  protected count = 0
  private mean = 0
  private squares = 0

  protected abstract readonly name: string
  /** What the sum of squares is divided by. */
  protected abstract readonly divisor: number

  add(value: Value): void {
    if (!isNumber(value)) throw notNumeric(this.name, value)
    const double = toDouble(value)
    const distance = double - this.mean
    this.count++
    this.mean += distance / this.count
    this.squares += distance * (double - this.mean)
  }

  /** 0.0 of fewer than two numbers. */
  result(): Value {
    return new Float(this.count < 2 ? 0 : Math.sqrt(this.squares / this.divisor))
  }
}

/** Of numbers that are a sample: divides by one less than their count. */
export class SampleDeviation extends Deviation {
  protected readonly name = 'stDev'

  protected get divisor(): number {
    return this.count - 1
  }
}

/** Of numbers that are all there are. */
export class PopulationDeviation extends Deviation {
  protected readonly name = 'stDevP'

  protected get divisor(): number {
    return this.count
  }
}

abstract class Percentile implements Accumulator {
  private readonly values: Value[] = []
  private fraction: number | undefined

  protected abstract readonly name: string

  /** Throws NUMBER_OUT_OF_RANGE for a fraction beyond 0 to 1. */
  add(value: Value, fraction: Value): void {
    if (!isNumber(value)) throw notNumeric(this.name, value)
    this.fraction ??= fractionFrom(this.name, fraction)
    this.values.push(value)
  }

  /** null of no numbers. */
  result(): Value {
    if (this.fraction === undefined) return null
    return this.at(this.values.sort(compare), this.fraction)
  }

  protected abstract at(ascending: readonly Value[], fraction: number): Value
}

/** Between two numbers on the straight line from one to the other. */
export class ContinuousPercentile extends Percentile {
  protected readonly name = 'percentileCont'

  protected at(ascending: readonly Value[], fraction: number): Value {
    const place = fraction * (ascending.length - 1)
    const [low, high] = [Math.floor(place), Math.ceil(place)].map((i) => toDouble(ascending[i] as number | Float))
    return new Float(low! + (high! - low!) * (place - Math.floor(place)))
  }
}

/** The first number that at least this share of them does not exceed. */
export class DiscretePercentile extends Percentile {
  protected readonly name = 'percentileDisc'

  protected at(ascending: readonly Value[], fraction: number): Value {
    return ascending[Math.max(0, Math.ceil(fraction * ascending.length) - 1)]!
  }
}

function fractionFrom(name: string, value: Value): number {
  if (!isNumber(value))
    throw new DatabaseError('TYPE_MISMATCH', `the fraction of ${name} is a number, and this is ${valueInWords(value)}`)
  const fraction = toDouble(value)
  if (fraction >= 0 && fraction <= 1) return fraction
  throw new DatabaseError(
    'NUMBER_OUT_OF_RANGE',
    `the fraction of ${name} lies between 0 and 1, and this is ${fraction}`,
  )
}
