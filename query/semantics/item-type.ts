/** What is certain of the items of a list before running; 'any' where nothing is. */
import { type PropertyValue, type TypeName, typeName } from '../../src/core/value.js'
import type { Analysis } from './analysis.js'
import type { BoundExpression, StaticType } from './bound.js'
import { unite } from './types.js'

export function itemType(analysis: Analysis, list: BoundExpression): StaticType {
  switch (list.kind) {
    case 'literal':
      return Array.isArray(list.value) ? united((list.value as readonly PropertyValue[]).map(literalType)) : 'any'
    case 'list':
      return united(list.items.map(({ type }) => type))
    case 'parameter':
      return list.items
    case 'slot':
      return analysis.info(list.slot).items ?? 'any'
    case 'comprehension':
      return list.result === null ? itemType(analysis, list.list) : list.result.type
    case 'call':
      return itemTypes[list.name] ?? 'any'
    default:
      return 'any'
  }
}

/** Of functions that give lists. */
const itemTypes: Readonly<Record<string, StaticType>> = {
  range: 'integer',
  keys: 'string',
  labels: 'string',
  nodes: 'node',
  relationships: 'relationship',
  split: 'string',
}

/** Nulls can be anything; a list of nothing else tells nothing. */
function united(types: readonly StaticType[]): StaticType {
  const type = types.reduce(unite, 'null')
  return type === 'null' ? 'any' : type
}

const staticTypes: Readonly<Record<TypeName, StaticType>> = {
  NULL: 'null',
  BOOLEAN: 'boolean',
  INTEGER: 'integer',
  FLOAT: 'float',
  STRING: 'string',
  BYTES: 'any',
  LIST: 'list',
  DATE: 'date',
  'LOCAL TIME': 'localtime',
  'ZONED TIME': 'time',
  'LOCAL DATETIME': 'localdatetime',
  'ZONED DATETIME': 'datetime',
  DURATION: 'duration',
  MAP: 'map',
  NODE: 'node',
  RELATIONSHIP: 'relationship',
  PATH: 'path',
}

export function literalType(value: PropertyValue): StaticType {
  return staticTypes[typeName(value)]
}
