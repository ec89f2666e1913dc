/**
 * Values at the edge. Out: INTEGER is a number, a bigint beyond 2^53 (always one in the typed form); FLOAT a number; a
 * map a plain object; entities are plain objects too; temporal values are what they are. In: `core/plain.ts`.
 */
import type { NodeId, RelationshipId } from '../core/ids.js'
import { Temporal } from '../core/temporal/temporal.js'
import { Float, NodeRef, PathValue, type PropertyValue, RelationshipRef, type Value } from '../core/value.js'
import type { Node, Path, Relationship } from '../sdk/result.js'
import type { Stores } from '../stores/stores.js'
import { elementIdOf } from '../transaction/element-id.js'

export { fromPlain } from '../core/plain.js'
export { float, type Node, type Path, type Relationship } from '../sdk/result.js'

export function toPlain(stores: Stores, value: Value): unknown {
  if (typeof value !== 'object' || value === null) return value
  return value instanceof Float ? value.value : structure(stores, value, toPlain)
}

/** As `toPlain`, but every INTEGER is a bigint: then a number is a FLOAT. */
export function toTyped(stores: Stores, value: Value): unknown {
  if (typeof value === 'number') return BigInt(value)
  if (typeof value !== 'object' || value === null) return value
  return value instanceof Float ? value.value : structure(stores, value, toTyped)
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
  if (value instanceof Uint8Array || value instanceof Temporal) return value
  if (value instanceof Map) return plainObject(stores, value, form)
  return (value as readonly Value[]).map((item) => form(stores, item))
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
