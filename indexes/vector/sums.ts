/**
 * The two sums that all similarities come from, over a run of numbers whose length is a multiple of four. Four sums at a
 * time do not wait for one another, and a query in 64-bit floats need not be converted again for each vector: about a
 * nanosecond a number, a third of the plain loop's time (`npm run bench -- vectors`).
 */

export type Sum = (vectors: Float32Array, at: number, query: Float64Array, from: number, count: number) => number

export function dotProduct(
  vectors: Float32Array,
  at: number,
  query: Float64Array,
  from: number,
  count: number,
): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (const end = from + count; from < end; from += 4, at += 4) {
    a += vectors[at]! * query[from]!
    b += vectors[at + 1]! * query[from + 1]!
    c += vectors[at + 2]! * query[from + 2]!
    d += vectors[at + 3]! * query[from + 3]!
  }
  return a + b + (c + d)
}

export function squaredDistance(
  vectors: Float32Array,
  at: number,
  query: Float64Array,
  from: number,
  count: number,
): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (const end = from + count; from < end; from += 4, at += 4) {
    const p = vectors[at]! - query[from]!
    const q = vectors[at + 1]! - query[from + 1]!
    const r = vectors[at + 2]! - query[from + 2]!
    const s = vectors[at + 3]! - query[from + 3]!
    a += p * p
    b += q * q
    c += r * r
    d += s * s
  }
  return a + b + (c + d)
}
