/**
 * Values at the edge. Out: INTEGER is a number, a bigint beyond 2^53; FLOAT a number; a map a plain object; entities
 * are plain objects too. In: a number that is a safe integer is an INTEGER, any other number a FLOAT; `float(1)` makes
 * a FLOAT of a whole number.
 */
import { valueNestingMax } from '../core/codec.js'
import { DatabaseError } from '../core/errors.js'
import type { NodeId, RelationshipId } from '../core/ids.js'
import {
  Float,
  integerMax,
  integerMin,
  NodeRef,
  PathValue,
  type PropertyValue,
  RelationshipRef,
  toInteger,
  type Value,
} from '../core/value.js'
import type { Node, Path, Relationship } from '../sdk/result.js'
import type { Stores } from '../stores/stores.js'
import { elementIdOf } from '../transaction/element-id.js'

export { float, type Node, type Path, type Relationship } from '../sdk/result.js'

export function toPlain(stores: Stores, value: Value): unknown {
  if (typeof value !== 'object' || value === null) return value
  return value instanceof Float ? value.value : structure(stores, value, toPlain)
}

/** As `toPlain`, but a FLOAT stays a `Float`: for doors that show 1.0 and 1, or hand values back as parameters. */
export function toExact(stores: Stores, value: Value): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Float) return value
  return structure(stores, value, toExact)
}

type Form = (stores: Stores, value: Value) => unknown

/** Entities, maps and lists, the values in them by `form`. */
function structure(stores: Stores, value: Exclude<Value & object, Float>, form: Form): unknown {
  if (value instanceof NodeRef) return plainNode(stores, value.id, form)
  if (value instanceof RelationshipRef) return plainRelationship(stores, value.id, form)
  if (value instanceof PathValue)
    return {
      nodes: value.nodes.map((id) => plainNode(stores, id, form)),
      relationships: value.relationships.map((id) => plainRelationship(stores, id, form)),
    } satisfies Path
  if (value instanceof Uint8Array) return value
  if (value instanceof Map) return plainObject(stores, value, form)
  return (value as readonly Value[]).map((item) => form(stores, item))
}

/**
 * A parameter or property given from outside. Throws PROPERTY_INVALID for what Cypher has no type for, naming the
 * place by `path`.
 */
export function fromPlain(path: string, value: unknown, depth = 0): PropertyValue {
  switch (typeof value) {
    case 'number':
      // An INTEGER has one zero.
      return Number.isSafeInteger(value) ? value + 0 : new Float(value)
    case 'bigint':
      if (value < integerMin || value > integerMax)
        throw new DatabaseError('NUMBER_OUT_OF_RANGE', `${path} is ${value}, which does not fit in 64 bits`, { value })
      return toInteger(value)
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return null
    case 'object':
      return fromObject(path, value, depth)
    default:
      throw unsupported(path, `a ${typeof value}`)
  }
}

function fromObject(path: string, value: object | null, depth: number): PropertyValue {
  if (value === null || value instanceof Float) return value
  if (value instanceof Uint8Array) return value
  if (depth === valueNestingMax) throw tooDeep(path)
  // Not `map`, which leaves the holes of an array as they are.
  if (Array.isArray(value)) return Array.from(value, (item, i) => fromPlain(`${path}[${i}]`, item, depth + 1))
  if (value instanceof Map || isPlain(value)) {
    const entries = value instanceof Map ? [...value] : Object.entries(value)
    return new Map(entries.map(([name, item]) => [String(name), fromPlain(`${path}.${name}`, item, depth + 1)]))
  }
  throw unsupported(path, `an object of class ${value.constructor?.name ?? 'unknown'}`)
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function tooDeep(path: string): DatabaseError {
  return new DatabaseError(
    'LIMIT_EXCEEDED',
    `lists and maps nest at most ${valueNestingMax} deep, and ${path.slice(0, 40)}... goes on, or holds itself`,
    { limit: valueNestingMax },
  )
}

function unsupported(path: string, what: string): DatabaseError {
  return new DatabaseError(
    'PROPERTY_INVALID',
    `${path} is ${what}; give null, a boolean, number, bigint, string, Uint8Array, array, Map or plain object`,
    { path },
  )
}

/** A node with its properties still values; of one that this transaction deleted, the id alone. */
export interface NodeParts {
  readonly elementId: string
  readonly key: string | null
  readonly labels: readonly string[]
  readonly properties: ReadonlyMap<string, PropertyValue>
}

export interface RelationshipParts {
  readonly elementId: string
  readonly type: string
  readonly startNodeElementId: string
  readonly endNodeElementId: string
  readonly properties: ReadonlyMap<string, PropertyValue>
}

export function nodeParts(stores: Stores, id: NodeId): NodeParts {
  const elementId = elementIdOf(stores, 'node', id)
  if (!stores.exists('node', id)) return { elementId, key: null, labels: [], properties: new Map() }
  return {
    elementId,
    key: stores.nodes.keyOf(id),
    labels: stores.nodes.labelsOf(id).map((label) => stores.catalog.name('label', label)),
    properties: stores.propertiesOf('node', id),
  }
}

export function relationshipParts(stores: Stores, id: RelationshipId): RelationshipParts {
  const exists = stores.exists('relationship', id)
  return {
    elementId: elementIdOf(stores, 'relationship', id),
    type: stores.catalog.name('type', stores.graph.typeOf(id)),
    startNodeElementId: exists ? elementIdOf(stores, 'node', stores.graph.startOf(id)) : '',
    endNodeElementId: exists ? elementIdOf(stores, 'node', stores.graph.endOf(id)) : '',
    properties: exists ? stores.propertiesOf('relationship', id) : new Map(),
  }
}

function plainNode(stores: Stores, id: NodeId, form: Form): Node {
  const { elementId, key, labels, properties } = nodeParts(stores, id)
  return {
    elementId,
    ...(key === null ? {} : { _key: key }),
    labels,
    properties: plainObject(stores, properties, form),
  }
}

function plainRelationship(stores: Stores, id: RelationshipId, form: Form): Relationship {
  const { properties, ...rest } = relationshipParts(stores, id)
  return { ...rest, properties: plainObject(stores, properties, form) }
}

function plainObject(stores: Stores, map: ReadonlyMap<string, Value>, form: Form): { [name: string]: unknown } {
  const object: { [name: string]: unknown } = {}
  // A member named __proto__ is data like any other.
  for (const [name, value] of map)
    if (name === '__proto__')
      Object.defineProperty(object, name, {
        value: form(stores, value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    else object[name] = form(stores, value)
  return object
}
