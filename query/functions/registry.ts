/** All functions of expressions; the aggregating ones are in semantics/aggregates.ts. */
import assert from 'node:assert'
import type { CypherFunction } from './function.js'
import { graphFunctions } from './graph.js'
import { jsonFunctions } from './json.js'
import { keyFunctions } from './keys.js'
import { listFunctions } from './lists.js'
import { mathFunctions } from './math.js'
import { scalarFunctions } from './scalars.js'
import { searchFunctions } from './search.js'
import { stringFunctions } from './strings.js'
import { temporalFunctions } from './temporal.js'
import { vectorFunctions } from './vectors.js'

/** The functions by what they are about, as SHOW FUNCTIONS tells it. */
export const functionFamilies = [
  { category: 'Scalar', functions: scalarFunctions },
  { category: 'List', functions: listFunctions },
  { category: 'String', functions: stringFunctions },
  { category: 'Mathematical', functions: mathFunctions },
  { category: 'Temporal', functions: temporalFunctions },
  { category: 'Graph', functions: graphFunctions },
  { category: 'JSON', functions: jsonFunctions },
  { category: 'Key', functions: keyFunctions },
  { category: 'Search', functions: searchFunctions },
  { category: 'Vector', functions: vectorFunctions },
] as const

const all = functionFamilies.flatMap<CypherFunction>(({ functions }) => functions)
const byLowerCase = new Map(all.map((found) => [found.name.toLowerCase(), found]))

/** Finds a function by its name in any case. */
export function findFunction(name: string): CypherFunction | undefined {
  return byLowerCase.get(name.toLowerCase())
}

export function functionNames(): readonly string[] {
  return all.map(({ name }) => name)
}

/** As `findFunction`, for a name that the analyser has found before. */
export function mustFindFunction(name: string): CypherFunction {
  const found = findFunction(name)
  assert(found, `the function ${name} was bound and is gone`)
  return found
}
