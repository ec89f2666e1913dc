/**
 * What a transaction has left without a property that a constraint requires.
 *
 * Whether all is there is asked at the end: between CREATE and the SET behind it nodes may lack anything. So that the
 * end need not look at everything that was written, the changes that can take away or leave out a required value are
 * noted as they come. What is noted is asked again as it is then; a change that was taken back does no harm.
 */
import type { Change, EntityKind, PropertyEntry } from '../core/change.js'
import type { LabelId, NodeId, PropertyId, RelationshipId, TypeId } from '../core/ids.js'
import { JsonNull, plainMember } from '../core/value.js'
import type { Requirement, Stores } from '../stores/stores.js'
import { checkRequired } from './checks.js'

export class RequiredChecks {
  private readonly noted = { node: new Set<number>(), relationship: new Set<number>() }

  /** To be called with each change of a transaction, in order. */
  note(requirements: readonly Requirement[], change: Change): void {
    if (requirements.length === 0) return
    switch (change.kind) {
      case 'createNode':
        if (
          requirements.some((each) => change.labels.includes(each.token as LabelId) && leavesOut(each, 'node', change))
        )
          this.noted.node.add(change.id)
        return
      case 'createRelationship':
        if (requirements.some((each) => change.type === each.token && leavesOut(each, 'relationship', change)))
          this.noted.relationship.add(change.id)
        return
      case 'addLabel':
        if (requirements.some(({ entity, token }) => entity === 'node' && token === change.label))
          this.noted.node.add(change.id)
        return
      case 'setProperty':
        if (
          plainMember(change.value) === null &&
          requirements.some(
            ({ entity, properties }) => entity === change.entity && properties.includes(change.property),
          )
        )
          this.noted[change.entity].add(change.id)
        return
    }
  }

  /** Throws CONSTRAINT_VIOLATION for what lacks something now. */
  check(stores: Stores): void {
    if (this.isEmpty) return
    for (const id of this.noted.node)
      if (stores.exists('node', id)) this.checkOne(stores, 'node', stores.nodes.labelsOf(id as NodeId), id)
    for (const id of this.noted.relationship)
      if (stores.exists('relationship', id))
        this.checkOne(stores, 'relationship', [stores.graph.typeOf(id as RelationshipId)], id)
  }

  /** Forgets all, for the next transaction. */
  clear(): void {
    // Clearing makes a set anew: 0.2 µs a commit.
    if (this.isEmpty) return
    this.noted.node.clear()
    this.noted.relationship.clear()
  }

  private get isEmpty(): boolean {
    return this.noted.node.size + this.noted.relationship.size === 0
  }

  private checkOne(stores: Stores, entity: EntityKind, tokens: readonly (LabelId | TypeId)[], id: number): void {
    const read = (property: PropertyId) => stores.column(entity, property).get(id)
    checkRequired(stores, { entity, tokens, id, read })
  }
}

function leavesOut(
  { entity, properties }: Requirement,
  created: EntityKind,
  { properties: given }: { readonly properties: readonly PropertyEntry[] },
): boolean {
  return (
    entity === created &&
    properties.some((property) => !given.some(([each, value]) => each === property && !(value instanceof JsonNull)))
  )
}
