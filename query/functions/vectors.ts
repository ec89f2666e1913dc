/** How near vectors are, by the scores of vector indexes. */
import { compareVectors } from '../../indexes/vector/scores.js'
import { type Similarity, similarities } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import { numbersIn } from '../../src/core/index-parts.js'
import { Float, type Value } from '../../src/core/value.js'
import { type CypherFunction, refuseArgument, strictFunction } from './function.js'

export const vectorFunctions = similarities.map(similarityFunction)

function similarityFunction(similarity: Similarity): CypherFunction {
  const name = `vector.similarity.${similarity}`
  return strictFunction(name, [['list'], ['list']], 'float', (one, other) => {
    const [first, second] = [mustBeNumbers(name, one), mustBeNumbers(name, other)]
    if (first.length === second.length && first.length > 0) return new Float(compareVectors(similarity, first, second))
    throw new DatabaseError(
      'VECTOR_INVALID',
      `${name} compares vectors of equally many numbers, and these have ${first.length} and ${second.length}`,
      { lengths: [first.length, second.length] },
    )
  })
}

/** The numbers of a vector. Throws TYPE_MISMATCH for what is no list of numbers. */
export function mustBeNumbers(name: string, value: Value): readonly number[] {
  return numbersIn(value) ?? refuseArgument(name, 'a LIST of numbers', value)
}
