/**
 * What a vector index is told when it is made: `OPTIONS { indexConfig: {...} }`.
 *
 *   { dimensions: 384, similarity: 'cosine', m: 16, efConstruction: 100 }
 *   { `vector.dimensions`: 384, `vector.similarity_function`: 'cosine', `vector.hnsw.m`: 16 }      as Neo4j has it
 *
 * What comes out names every setting, so that later versions with other defaults read it as it was.
 */
import { type Similarity, similarities, type VectorConfig } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import type { PropertyValue } from '../../src/core/value.js'
import { configPlace, invalidSetting, mustBeMap, oneOf, type Settings } from '../settings.js'

export const dimensionsMax = 4_096
export const mUsual = 16
const mMax = 512
export const efConstructionUsual = 100
const efConstructionMax = 3_200

/** The names of each setting: ours, and that of Neo4j. */
const namesOf = {
  dimensions: ['dimensions', 'vector.dimensions'],
  similarity: ['similarity', 'vector.similarity_function'],
  m: ['m', 'vector.hnsw.m'],
  efConstruction: ['efConstruction', 'vector.hnsw.ef_construction'],
  quantization: ['vector.quantization.enabled'],
}
const names = Object.values(namesOf).flat()

/** Throws OPTION_INVALID with the place, the value there, and what may stand there. */
export function readVectorSettings(config: PropertyValue): VectorConfig {
  const settings = mustBeMap(config, configPlace, names)
  checkQuantization(settings)
  return {
    dimensions: integerAt(settings, namesOf.dimensions, { max: dimensionsMax }),
    similarity: similarityAt(settings),
    m: integerAt(settings, namesOf.m, { max: mMax, usual: mUsual }),
    efConstruction: integerAt(settings, namesOf.efConstruction, { max: efConstructionMax, usual: efConstructionUsual }),
  }
}

function integerAt(
  settings: Settings,
  named: readonly string[],
  { max, usual }: { max: number; usual?: number },
): number {
  const given = oneOf(settings, named)
  const expected = `an INTEGER from 1 to ${max}`
  if (given === undefined) {
    if (usual !== undefined) return usual
    throw new DatabaseError(
      'OPTION_INVALID',
      `${configPlace} lacks ${named[0]}, how many numbers each vector has; give ${expected}`,
      { option: named[0] },
    )
  }
  const { name, value } = given
  if (typeof value === 'number' && value >= 1 && value <= max) return value
  const otherwise = usual === undefined ? '' : `, or leave it out, which means ${usual}`
  throw invalidSetting(`${configPlace}.${name}`, value, expected + otherwise)
}

/** In any case, as Neo4j has it. */
function similarityAt(settings: Settings): Similarity {
  const { name, value } = oneOf(settings, namesOf.similarity) ?? { name: 'similarity', value: 'cosine' }
  const similarity = similarities.find((each) => typeof value === 'string' && each === value.toLowerCase())
  if (similarity !== undefined) return similarity
  const expected = `one of ${similarities.map((each) => `'${each}'`).join(', ')}, or leave it out, which means 'cosine'`
  throw invalidSetting(`${configPlace}.${name}`, value, expected)
}

/** Scores come from 32-bit floats, so nothing is quantized that anybody could see. */
function checkQuantization(settings: Settings): void {
  const { name, value } = oneOf(settings, namesOf.quantization) ?? { name: '', value: false }
  if (value === false) return
  const place = `${configPlace}.\`${name}\``
  if (value !== true) throw invalidSetting(place, value, 'false, or leave it out')
  throw new DatabaseError(
    'OPTION_INVALID',
    `${place} is true, but vectors are kept as 32-bit FLOATs and compared as such; leave it out`,
    { option: name, value },
  )
}
