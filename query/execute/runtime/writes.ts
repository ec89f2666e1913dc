/** What compiled queries do to the store, through the transaction. */
import type { EntityKind, PropertyEntry } from '../../../src/core/change.js'
import { DatabaseError } from '../../../src/core/errors.js'
import type { LabelId, NodeId, PropertyId, RelationshipId, TypeId } from '../../../src/core/ids.js'
import { NodeRef, PathValue, RelationshipRef, typeName, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import type { Transaction } from '../../../src/transaction/transaction.js'
import { isMap } from '../../functions/values.js'
import { mustBeNode } from './entities.js'
import { mustBeStorable } from './storable.js'

/** The ids of names in one pipeline. A name is made when the first row needs it, so that none is made for no row. */
export class Tokens {
  private readonly labelLists = new Map<readonly string[], readonly LabelId[]>()
  private readonly types = new Map<string, TypeId>()
  private readonly properties = new Map<string, PropertyId>()

  constructor(private readonly transaction: Transaction) {}

  labels(names: readonly string[]): readonly LabelId[] {
    return remember(this.labelLists, names, () => names.map((name) => this.transaction.labelId(name)))
  }

  type(name: string): TypeId {
    return remember(this.types, name, () => this.transaction.typeId(name))
  }

  /** The entries of properties, given as name and value in turn; null ones are left out. */
  entries(...pairs: readonly (string | Value)[]): PropertyEntry[] {
    const entries: PropertyEntry[] = []
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i] as string
      const value = mustBeStorable(pairs[i + 1] as Value, name)
      if (value !== null) entries.push([this.property(name), value])
    }
    return entries
  }

  private property(name: string): PropertyId {
    return remember(this.properties, name, () => this.transaction.propertyId(name))
  }
}

function remember<Key, Found>(known: Map<Key, Found>, key: Key, find: () => Found): Found {
  let found = known.get(key)
  if (found === undefined) known.set(key, (found = find()))
  return found
}

/** The value of `_key` at creation. Throws KEY_INVALID. */
export function keyFrom(value: Value): string | null {
  if (value === null || typeof value === 'string') return value
  throw new DatabaseError('KEY_INVALID', `a key is a STRING, and this is ${valueInWords(value)}`, {
    type: typeName(value),
  })
}

/** The node at an end of a relationship that is created. Throws TYPE_MISMATCH. */
export function endFrom(value: Value): NodeId {
  return mustBeNode(value, 'the end of a relationship')
}

/** `SET target.name = value`; nothing happens to null. */
export function setProperty(transaction: Transaction, target: Value, name: string, value: Value): void {
  if (target === null) return
  const { kind, id } = mustBeWritable(target)
  setOne(transaction, kind, id, name, value)
}

/** `SET target = map`, which removes what the map lacks, or `SET target += map`. An entity stands for its properties. */
export function setProperties(transaction: Transaction, target: Value, value: Value, replace: boolean): void {
  if (target === null) return
  const { kind, id } = mustBeWritable(target)
  const properties = mapFrom(transaction, value)
  if (replace)
    for (const name of transaction.documentOf(kind, id).keys())
      if (!properties.has(name)) setOne(transaction, kind, id, name, null)
  for (const [name, each] of properties) setOne(transaction, kind, id, name, each)
}

export function addLabels(transaction: Transaction, target: Value, names: readonly string[]): void {
  if (target === null) return
  const id = mustBeNode(target, 'SET of a label')
  for (const name of names) transaction.addLabel(id, transaction.labelId(name))
}

export function removeLabels(transaction: Transaction, target: Value, names: readonly string[]): void {
  if (target === null) return
  const id = mustBeNode(target, 'REMOVE of a label')
  for (const name of names) {
    const label = transaction.catalog.findLabel(name)
    if (label !== undefined) transaction.removeLabel(id, label)
  }
}

/** What a MERGE goes through for a row: all that was found, or once nothing, for what is to be created. */
export function foundOrNew<Match>(found: readonly Match[]): readonly (Match | undefined)[] {
  return found.length === 0 ? [undefined] : found
}

/**
 * A search that runs for many rows while they write. It keeps its views of the store, and makes them anew when names
 * have come since: a type or label that was unknown would be so for ever.
 */
export class Renewed<Search> {
  private version = -1
  private search: Search | undefined

  constructor(
    private readonly transaction: Transaction,
    private readonly make: () => Search,
  ) {}

  get(): Search {
    const { version } = this.transaction.catalog
    if (this.search === undefined || this.version !== version) {
      this.search = this.make()
      this.version = version
    }
    return this.search
  }
}

/** The value of a property in a MERGE. Throws PROPERTY_INVALID for null, which nothing equals. */
export function mergeValue(value: Value, name: string): Value {
  if (value !== null) return value
  throw new DatabaseError('PROPERTY_INVALID', `MERGE cannot look for a ${name} that is null`, {
    property: name,
    openCypher: { type: 'SemanticError', detail: 'MergeReadOwnWrites' },
  })
}

export function setOne(
  transaction: Transaction,
  kind: EntityKind,
  id: NodeId | RelationshipId,
  name: string,
  value: Value,
): void {
  refuseKey(kind, name)
  if (value === null && transaction.catalog.findProperty(name) === undefined) return
  transaction.setProperty(kind, id, transaction.propertyId(name), mustBeStorable(value, name))
}

/** Throws KEY_INVALID for what names the key of a node. */
export function refuseKey(kind: EntityKind, name: string): void {
  if (name === '_key' && kind === 'node')
    throw new DatabaseError('KEY_INVALID', '_key is given when a node is created and is not a property', { name })
}

function mapFrom(transaction: Transaction, value: Value): ReadonlyMap<string, Value> {
  if (value === null) return new Map()
  if (isMap(value)) return value
  if (value instanceof NodeRef) return transaction.propertiesOf('node', value.id)
  if (value instanceof RelationshipRef) return transaction.propertiesOf('relationship', value.id)
  throw new DatabaseError('TYPE_MISMATCH', `properties are given as a MAP, and this is ${valueInWords(value)}`)
}

export function mustBeWritable(value: Value): { kind: EntityKind; id: NodeId | RelationshipId } {
  if (value instanceof NodeRef) return { kind: 'node', id: value.id }
  if (value instanceof RelationshipRef) return { kind: 'relationship', id: value.id }
  throw new DatabaseError('TYPE_MISMATCH', `SET takes a NODE or a RELATIONSHIP, and this is ${valueInWords(value)}`, {
    type: typeName(value),
  })
}

/**
 * What a DELETE is about to delete. All rows are looked at first, then relationships go before nodes, so that it does
 * not matter in which order a query names the two.
 */
export class Doomed {
  private readonly nodes = new Set<NodeId>()
  private readonly relationships = new Set<RelationshipId>()

  /** Throws TYPE_MISMATCH for what cannot be deleted; null is nothing to delete. */
  add(value: Value): void {
    if (value === null) return
    if (value instanceof NodeRef) this.nodes.add(value.id)
    else if (value instanceof RelationshipRef) this.relationships.add(value.id)
    else if (value instanceof PathValue) {
      for (const id of value.relationships) this.relationships.add(id)
      for (const id of value.nodes) this.nodes.add(id)
    } else
      throw new DatabaseError('TYPE_MISMATCH', `DELETE takes entities and paths, and this is ${valueInWords(value)}`, {
        type: typeName(value),
      })
  }

  /** Throws NODE_HAS_RELATIONSHIPS unless `detach`. What an earlier clause has deleted is gone already. */
  delete(transaction: Transaction, detach: boolean): void {
    for (const id of this.relationships) if (transaction.relationshipExists(id)) transaction.deleteRelationship(id)
    for (const id of this.nodes) if (transaction.nodeExists(id)) transaction.deleteNode(id, { detach })
  }
}
