/** Reading places within properties, step by step along the path. */
import type { EntityKind } from '../../../src/core/change.js'
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import { NodeRef, type RelationshipRef, type Value } from '../../../src/core/value.js'
import { type Transaction, TreeRef, type TreeValue } from '../../../src/transaction/transaction.js'
import { itemOf, mustLive, propertyOf } from './entities.js'

/**
 * What the chain of `steps` below a property gives. `signs` tells how each was written, `.` or `[`. Where the steps do not
 * lead through lists and maps alone, the chain goes on as any other does, with its components of dates and its errors.
 */
export function placeAt(
  transaction: Transaction,
  kind: EntityKind,
  id: NodeId | RelationshipId,
  name: string,
  steps: readonly Value[],
  signs: string,
): Value {
  const property = transaction.catalog.findProperty(name)
  let value = property === undefined ? undefined : transaction.treeOf(kind, id, property)
  let taken = 0
  while (taken < steps.length && value instanceof TreeRef && fits(value, steps[taken]!))
    value = childOf(value, steps[taken++]!)
  let read: Value = value instanceof TreeRef ? value.read() : (value ?? null)
  for (; taken < steps.length; taken++)
    read =
      signs[taken] === '.'
        ? propertyOf(transaction, read, steps[taken] as string)
        : itemOf(transaction, read, steps[taken]!)
  return read
}

/** As `placeAt`, where the entity may have been deleted. Throws ENTITY_DELETED. */
export function livePlaceAt(
  transaction: Transaction,
  owner: NodeRef | RelationshipRef,
  name: string,
  steps: readonly Value[],
  signs: string,
): Value {
  const kind = owner instanceof NodeRef ? 'node' : 'relationship'
  mustLive(transaction, kind, owner.id)
  return placeAt(transaction, kind, owner.id, name, steps, signs)
}

function fits({ kind }: TreeRef, step: Value): boolean {
  return typeof step === (kind === 'object' ? 'string' : 'number')
}

function childOf(container: TreeRef, step: Value): TreeValue | undefined {
  if (typeof step === 'string') return container.member(step)
  const index = step as number
  return container.element(index < 0 ? container.size + index : index)
}
