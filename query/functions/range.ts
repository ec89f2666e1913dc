import { DatabaseError } from '../../src/core/errors.js'
import { toInteger } from '../../src/core/integer.js'
import type { Value } from '../../src/core/value.js'
import { refuseArgument } from './function.js'
import { type Integer, isInteger } from './operators.js'

/** INTEGERs from `first` to `last`, both included, by `step`: exact over all 64 bits, and made when they are asked for. */
export class IntegerRange {
  readonly length: number
  /** Whether numbers of JavaScript count without rounding. */
  private readonly isSafe: boolean

  /** Empty where `step` leads away from `last`. Throws ARITHMETIC for a step of 0. */
  constructor(
    private readonly first: Integer,
    last: Integer,
    private readonly step: Integer,
  ) {
    if (Number(step) === 0)
      throw new DatabaseError('ARITHMETIC', 'the step of range cannot be 0', {
        openCypher: { type: 'ArgumentError', detail: 'NumberOutOfRange' },
      })
    const distance = BigInt(last) - BigInt(first)
    this.isSafe = typeof first === 'number' && typeof last === 'number' && typeof toInteger(distance) === 'number'
    const isAway = distance < 0n !== BigInt(step) < 0n && distance !== 0n
    this.length = isAway ? 0 : Number(distance / BigInt(step)) + 1
  }

  at(i: number): Integer {
    if (this.isSafe) return (this.first as number) + i * Number(this.step)
    return toInteger(BigInt(this.first) + BigInt(i) * BigInt(this.step))
  }
}

/** What `range(start, end, step)` gives; nothing where one of them is null. Throws TYPE_MISMATCH, ARITHMETIC. */
export function rangeOf(start: Value, end: Value, step: Value = 1): IntegerRange {
  if (start === null || end === null || step === null) return empty
  return new IntegerRange(mustBeWhole(start), mustBeWhole(end), mustBeWhole(step))
}

const empty = new IntegerRange(1, 0, 1)

function mustBeWhole(value: Value): Integer {
  return isInteger(value) ? value : refuseArgument('range', 'INTEGER', value)
}
