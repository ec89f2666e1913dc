/** Property values for tests of indexes: every type, values that lie close together, and equal ones of two types. */
import fc from 'fast-check'
import { Float, integerMax, integerMin, type PropertyValue, toInteger } from '../../src/core/value.js'
import { temporal } from '../support/temporals.js'

const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -3, max: 3 }).map((value) => new Float(value)),
  fc.constantFrom(new Float(-0), new Float(0), new Float(Number.NaN), new Float(0.5), new Float(Number.MIN_VALUE)),
  fc.constantFrom(new Float(Number.POSITIVE_INFINITY), new Float(Number.NEGATIVE_INFINITY), new Float(2 ** 63)),
  // Around 2^53 and the ends of 64 bits, where a double no longer tells integers apart.
  fc
    .tuple(fc.constantFrom(2n ** 53n, 2n ** 62n, integerMax), fc.bigInt({ min: -1100n, max: 1100n }), fc.boolean())
    .map(([near, by, negative]) => toInteger(BigInt.asIntN(64, negative ? -near + by : near + by))),
  fc.constantFrom(2 ** 53, 2 ** 62, 2 ** 63, -(2 ** 53), -(2 ** 63)).map((value) => new Float(value)),
  fc.bigInt({ min: integerMin, max: integerMax }).map(toInteger),
  fc.double().map((value) => new Float(value)),
)

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\u0001', '\u00ff', '\uffff', '😀'), maxLength: 4 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)

export const scalar: fc.Arbitrary<NonNullable<PropertyValue>> = fc.oneof(
  { weight: 4, arbitrary: numbers as fc.Arbitrary<NonNullable<PropertyValue>> },
  { weight: 3, arbitrary: texts },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.uint8Array({ max: 3, maxLength: 3 }) },
  { weight: 3, arbitrary: temporal },
)

/** Any value that a property may have. */
export const indexed: fc.Arbitrary<NonNullable<PropertyValue>> = fc.letrec<{ value: NonNullable<PropertyValue> }>(
  (tie) => {
    const item = fc.oneof({ weight: 4, arbitrary: tie('value') }, { weight: 1, arbitrary: fc.constant(null) })
    return {
      value: fc.oneof(
        { depthSize: 'small', maxDepth: 2 },
        { weight: 4, arbitrary: scalar },
        { weight: 1, arbitrary: fc.array(item, { maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(fc.tuple(texts, item), { maxLength: 3 }).map((entries) => new Map(entries)) },
      ),
    }
  },
).value
