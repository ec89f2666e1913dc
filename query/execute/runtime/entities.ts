/** What expressions ask of nodes, relationships and paths, when only running shows which of them a value is. */
import type { EntityKind } from '../../../src/core/change.js'
import { DatabaseError } from '../../../src/core/errors.js'
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import { componentOf } from '../../../src/core/temporal/components.js'
import { Temporal } from '../../../src/core/temporal/temporal.js'
import { NodeRef, PathValue, RelationshipRef, typeName, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import type { Direction, Transaction } from '../../../src/transaction/transaction.js'
import { elementAt } from '../../functions/operators.js'
import { isMap, type Truth } from '../../functions/values.js'

/**
 * `target.name` of a map, node, relationship or temporal value; null of null. Throws TYPE_MISMATCH, ENTITY_DELETED and
 * TEMPORAL_INVALID.
 */
export function propertyOf(transaction: Transaction, target: Value, name: string): Value {
  if (target === null) return null
  if (isMap(target)) return target.get(name) ?? null
  if (target instanceof Temporal) return componentOf(target, name)
  const { kind, id } = mustBeEntity(target, `.${name}`)
  mustLive(transaction, kind, id)
  if (name === '_key' && kind === 'node') return transaction.keyOf(id as NodeId)
  const property = transaction.catalog.findProperty(name)
  return property === undefined ? null : transaction.propertyOf(kind, id, property)
}

/** `target[index]`: a property of an entity or a component of a temporal value by its name, else an item of a list or map. */
export function itemOf(transaction: Transaction, target: Value, index: Value): Value {
  const hasMembers = target instanceof NodeRef || target instanceof RelationshipRef || target instanceof Temporal
  if (!hasMembers || index === null) return elementAt(target, index)
  if (typeof index === 'string') return propertyOf(transaction, target, index)
  throw new DatabaseError('TYPE_MISMATCH', `a property is named by a STRING, and this is ${valueInWords(index)}`)
}

export function hasLabels(transaction: Transaction, target: Value, names: readonly string[]): Truth {
  if (target === null) return null
  const { kind, id } = mustBeEntity(target, `:${names[0]}`)
  mustLive(transaction, kind, id)
  if (kind === 'node') return nodeHasLabels(transaction, id as NodeId, names)
  const type = typeNameOf(transaction, id as RelationshipId)
  return names.every((name) => name === type)
}

/** Of a node that is deleted: false. */
export function nodeHasLabels(transaction: Transaction, id: NodeId, names: readonly string[]): boolean {
  const own = transaction.labelsOf(id).map((label) => transaction.catalog.labelName(label))
  return names.every((name) => own.includes(name))
}

/** The functions of query/functions/graph.ts; each takes one value, and gives null for null. */
export const graphFunctions = {
  labels: (transaction: Transaction, value: Value): Value => {
    if (value === null) return null
    const id = mustBeNode(value, 'labels')
    mustLive(transaction, 'node', id)
    return transaction.labelsOf(id).map((label) => transaction.catalog.labelName(label))
  },
  type: (transaction: Transaction, value: Value): Value =>
    value === null ? null : typeNameOf(transaction, mustBeRelationship(value, 'type')),
  id: (_transaction: Transaction, value: Value): Value => (value === null ? null : mustBeEntity(value, 'id').id),
  elementId: (transaction: Transaction, value: Value): Value => {
    if (value === null) return null
    const { kind, id } = mustBeEntity(value, 'elementId')
    return transaction.elementIdOf(kind, id)
  },
  properties: (transaction: Transaction, value: Value): Value =>
    value === null || isMap(value) ? value : propertiesOf(transaction, value, 'properties'),
  keys: (transaction: Transaction, value: Value): Value => {
    if (value === null) return null
    return [...(isMap(value) ? value : propertiesOf(transaction, value, 'keys')).keys()]
  },
  startNode: (transaction: Transaction, value: Value): Value =>
    value === null ? null : endOf(transaction, mustBeRelationship(value, 'startNode'), 'startOf'),
  endNode: (transaction: Transaction, value: Value): Value =>
    value === null ? null : endOf(transaction, mustBeRelationship(value, 'endNode'), 'endOf'),
  nodes: (_transaction: Transaction, value: Value): Value =>
    value === null ? null : mustBePath(value, 'nodes').nodes.map((id) => new NodeRef(id)),
  relationships: (_transaction: Transaction, value: Value): Value =>
    value === null ? null : mustBePath(value, 'relationships').relationships.map((id) => new RelationshipRef(id)),
  length: (_transaction: Transaction, value: Value): Value =>
    value === null ? null : mustBePath(value, 'length').relationships.length,
  degree: (transaction: Transaction, value: Value): Value => degree(transaction, value, 'both'),
  inDegree: (transaction: Transaction, value: Value): Value => degree(transaction, value, 'incoming'),
  outDegree: (transaction: Transaction, value: Value): Value => degree(transaction, value, 'outgoing'),
}

function propertiesOf(transaction: Transaction, value: Value, name: string): ReadonlyMap<string, Value> {
  const { kind, id } = mustBeEntity(value, name)
  mustLive(transaction, kind, id)
  return transaction.propertiesOf(kind, id)
}

function degree(transaction: Transaction, value: Value, direction: Direction): Value {
  if (value === null) return null
  const id = mustBeNode(value, 'degree')
  return transaction.adjacency({ types: 'any', direction }).degree(id)
}

function endOf(transaction: Transaction, id: RelationshipId, end: 'startOf' | 'endOf'): NodeRef {
  mustLive(transaction, 'relationship', id)
  return new NodeRef(transaction.relationships()[end](id) as NodeId)
}

/** Of a relationship that is deleted too: its id keeps the type. */
function typeNameOf(transaction: Transaction, id: RelationshipId): string {
  return transaction.catalog.typeName(transaction.relationships().typeOf(id))
}

export function mustLive(transaction: Transaction, kind: EntityKind, id: NodeId | RelationshipId): void {
  const lives =
    kind === 'node' ? transaction.nodeExists(id as NodeId) : transaction.relationshipExists(id as RelationshipId)
  if (!lives) throw new DatabaseError('ENTITY_DELETED', `this ${kind} has been deleted`, { kind, id })
}

function mustBeEntity(value: Value, use: string): { kind: EntityKind; id: NodeId | RelationshipId } {
  if (value instanceof NodeRef) return { kind: 'node', id: value.id }
  if (value instanceof RelationshipRef) return { kind: 'relationship', id: value.id }
  throw mismatch(use, 'a NODE or a RELATIONSHIP', value)
}

export function mustBeNode(value: Value, use: string): NodeId {
  if (value instanceof NodeRef) return value.id
  throw mismatch(use, 'a NODE', value)
}

function mustBeRelationship(value: Value, use: string): RelationshipId {
  if (value instanceof RelationshipRef) return value.id
  throw mismatch(use, 'a RELATIONSHIP', value)
}

function mustBePath(value: Value, use: string): PathValue {
  if (value instanceof PathValue) return value
  throw mismatch(use, 'a PATH', value)
}

function mismatch(use: string, wanted: string, value: Value): DatabaseError {
  return new DatabaseError('TYPE_MISMATCH', `${use} takes ${wanted}, and this is ${valueInWords(value)}`, {
    type: typeName(value),
    ...(use in graphFunctions && { openCypher: { detail: 'InvalidArgumentValue' } }),
  })
}
