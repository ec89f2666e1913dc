/** Functions that ask full-text and vector indexes. null where the entity, the index or the query is null. */
import type { StaticType } from '../semantics/bound.js'
import { graphFunction } from './function.js'

const entity: readonly StaticType[] = ['node', 'relationship']
const text: readonly StaticType[] = ['string']
const query: readonly StaticType[] = ['string', 'list', 'map']
const vector: readonly StaticType[] = ['list']
const options: readonly StaticType[] = ['map']

export const searchFunctions = [
  graphFunction('search.matches', [entity, text, query, options], 'boolean', 1),
  graphFunction('search.nearest', [entity, text, vector, options], 'boolean', 1),
  graphFunction('search.score', [entity, text, query, options], 'float', 1),
  graphFunction('search.explain', [entity, text, query, options], 'map', 1),
  graphFunction('search.highlight', [entity, text, query, options], 'list', 1),
  graphFunction('search.count', [text, query, options], 'integer', 1),
]
