/** A node or a relationship as a document that is changed place by place: its properties are the members of the root. */
import type { EntityKind, TreeChange } from '../../../src/core/change.js'
import { DatabaseError } from '../../../src/core/errors.js'
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import type { JsonDocument } from '../../../src/core/json-document.js'
import { jsonNull, NodeRef, type PropertyValue, type RelationshipRef } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import type { Transaction } from '../../../src/transaction/transaction.js'
import { mustLive } from './entities.js'
import { type Found, ValueTree } from './json.js'
import { refuseKey } from './writes.js'

export class EntityDocument implements JsonDocument<Found> {
  readonly tree: ValueTree
  private readonly kind: EntityKind
  private readonly id: NodeId | RelationshipId

  /** Throws ENTITY_DELETED. */
  constructor(
    private readonly transaction: Transaction,
    private readonly entity: NodeRef | RelationshipRef,
  ) {
    this.tree = new ValueTree(transaction)
    this.kind = entity instanceof NodeRef ? 'node' : 'relationship'
    this.id = entity.id
    mustLive(transaction, this.kind, this.id)
  }

  root(): Found {
    return this.entity
  }

  /** A null that is set is kept, as JSON has it. Throws what `setProperty` and `changeTree` of the transaction do. */
  apply(change: TreeChange): void {
    const [name, ...rest] = change.path as readonly [string, ...(string | number)[]]
    if (name === undefined) this.replace(mustBeDocument(change.kind === 'set' ? change.value : null))
    else if (rest.length > 0) this.changeWithin(name, { ...change, path: rest })
    else this.setMember(name, change.kind === 'set' ? (change.value ?? jsonNull) : null)
  }

  /** Throws NODE_HAS_RELATIONSHIPS. */
  delete(): void {
    if (this.kind === 'node') this.transaction.deleteNode(this.id as NodeId, { detach: false })
    else this.transaction.deleteRelationship(this.id as RelationshipId)
  }

  private replace(members: ReadonlyMap<string, PropertyValue>): void {
    for (const name of this.transaction.documentOf(this.kind, this.id).keys())
      if (!members.has(name)) this.setMember(name, null)
    for (const [name, value] of members) this.setMember(name, value ?? jsonNull)
  }

  private setMember(name: string, value: Parameters<Transaction['setProperty']>[3]): void {
    refuseKey(this.kind, name)
    this.transaction.setProperty(this.kind, this.id, this.transaction.propertyId(name), value)
  }

  private changeWithin(name: string, change: TreeChange): void {
    this.transaction.changeTree(this.kind, this.id, this.transaction.propertyId(name), change)
  }
}

/** The members of a document. Throws PROPERTY_INVALID for another root. */
export function mustBeDocument(value: PropertyValue): ReadonlyMap<string, PropertyValue> {
  if (value instanceof Map) return value
  throw new DatabaseError(
    'PROPERTY_INVALID',
    `a document is an object, and this is ${valueInWords(value)}; put it under a name: {value: ...}`,
  )
}

/** A new node without labels. Throws KEY_TAKEN, KEY_INVALID, PROPERTY_INVALID. */
export function createDocument(transaction: Transaction, key: string, value: PropertyValue): EntityDocument {
  const properties = Array.from(mustBeDocument(value), ([name, member]) => {
    refuseKey('node', name)
    return [transaction.propertyId(name), member ?? jsonNull] as const
  })
  return new EntityDocument(transaction, new NodeRef(transaction.createNode({ labels: [], key, properties })))
}
