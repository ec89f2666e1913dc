/** What can be a property: everything but nodes, relationships and paths, at any depth. */
import { DatabaseError } from '../../../src/core/errors.js'
import {
  NodeRef,
  PathValue,
  type PropertyValue,
  RelationshipRef,
  typeName,
  type Value,
} from '../../../src/core/value.js'

export function isStorable(value: Value): value is PropertyValue {
  if (typeof value !== 'object' || value === null) return true
  if (value instanceof NodeRef || value instanceof RelationshipRef || value instanceof PathValue) return false
  if (Array.isArray(value)) return value.every(isStorable)
  return value instanceof Map ? [...value.values()].every(isStorable) : true
}

/** The value as a property. Throws PROPERTY_INVALID. */
export function mustBeStorable(value: Value, name: string): PropertyValue {
  if (isStorable(value)) return value
  throw new DatabaseError(
    'PROPERTY_INVALID',
    `the property '${name}' cannot hold ${holding(value)}; make a relationship, or store its key or properties`,
    { property: name },
  )
}

function holding(value: Value): string {
  const isEntity = !Array.isArray(value) && !(value instanceof Map)
  return isEntity ? `a ${typeName(value)}` : `a ${typeName(value)} in which there is a node, relationship or path`
}
