/**
 * What tells a FLOAT from other numbers in keys of groups: one that an INTEGER could be has that one's key, as 1.0 is 1
 * to DISTINCT (openCypher's equivalence), and NaN is itself.
 */
export function floatKey(value: number): number | bigint {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) <= 2 ** 63
    ? BigInt(value)
    : value + 0
}
