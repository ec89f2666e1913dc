/** Vectors as they come from outside: what one must be to be held by an index, or compared with what it holds. */
import type { VectorConfig } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'

export type Numbers = Float32Array | readonly number[]

/** What decides whether a vector fits. */
export type VectorShape = Pick<VectorConfig, 'dimensions' | 'similarity'>

/** A vector that others are compared with. */
export interface QueryVector {
  /** As 32-bit floats hold them, with zeros up to the stride. */
  readonly numbers: Float64Array
  readonly length: number
}

/** Words that a vector takes: a multiple of four, as the sums go by fours. */
export function strideOf({ dimensions }: VectorShape): number {
  return (dimensions + 3) & ~3
}

/** Whether `readVector` takes it. */
export function fits(vector: Numbers, { dimensions, similarity }: VectorShape): boolean {
  if (vector.length !== dimensions) return false
  let squares = 0
  for (let i = 0; i < dimensions; i++) squares += Math.fround(vector[i]!) ** 2
  // The graph computes in 32 bits, and so does Neo4j, which has the same rule.
  const length = Math.fround(squares)
  return Number.isFinite(length) && (similarity !== 'cosine' || length > 0)
}

/** Throws VECTOR_INVALID for what does not fit. */
export function readVector(vector: Numbers, shape: VectorShape): QueryVector {
  const { dimensions } = shape
  if (vector.length !== dimensions)
    throw new DatabaseError(
      'VECTOR_INVALID',
      `the vector has ${vector.length} numbers, the index ${dimensions} dimensions; give ${dimensions} numbers`,
      { length: vector.length, dimensions },
    )
  const numbers = new Float64Array(strideOf(shape))
  let squares = 0
  for (let i = 0; i < dimensions; i++) {
    const number = Math.fround(vector[i]!)
    if (!Number.isFinite(number)) throw notFinite(vector[i]!, i)
    numbers[i] = number
    squares += number * number
  }
  const length = Math.sqrt(squares)
  if (!fits(vector, shape)) throw Math.fround(squares) === 0 ? noDirection(length) : tooLong(length)
  return { numbers, length }
}

function notFinite(number: number, at: number): DatabaseError {
  return new DatabaseError(
    'VECTOR_INVALID',
    `the vector's number at ${at} is ${number}, which is no finite 32-bit FLOAT; mend it, or leave the vector out`,
    { number, at },
  )
}

function tooLong(length: number): DatabaseError {
  return new DatabaseError(
    'VECTOR_INVALID',
    `the vector's length is ${length}, whose square is beyond 32-bit FLOATs; scale the vectors down`,
    { length },
  )
}

function noDirection(length: number): DatabaseError {
  return new DatabaseError(
    'VECTOR_INVALID',
    `the vector's length is ${length}, too short for a cosine; leave it out, or take another similarity`,
    { length },
  )
}
