/** INTEGER, 64 bits: a number where that is exact, else a bigint. */
export type Integer = number | bigint

export const integerMin = -(2n ** 63n)
export const integerMax = 2n ** 63n - 1n

/** The one form of an INTEGER: a number where that is exact, else a bigint. The caller has checked the 64-bit range. */
export function toInteger(value: bigint): Integer {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
