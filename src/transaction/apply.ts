/**
 * The one way in which anything changes: a query's write, an import's row, a record of the log.
 *
 * `applyChange` reads no clock and no random source and makes no decision; checks come before it (`checks.ts`), so
 * that a change which reaches it fits every store and every index. Stores first, then the indexes that cover it.
 */
import type { Change, EntityKind } from '../core/change.js'
import { idMax, type LabelId, type NodeId, type PropertyId, type RelationshipId, type TypeId } from '../core/ids.js'
import { type ChangedPlace, covers } from '../core/index-parts.js'
import type { PropertyValue } from '../core/value.js'
import type { Column } from '../stores/json/column.js'
import {
  isEntityIndex,
  type OpenAnyIndex,
  type OpenEntityIndex,
  type OpenIndex,
  type Stores,
} from '../stores/stores.js'

export function applyChange(stores: Stores, change: Change): void {
  switch (change.kind) {
    case 'defineToken':
      stores.catalog.define(change.space, change.id, change.name)
      return
    case 'createNode':
      createNode(stores, change)
      return
    case 'deleteNode':
      deleteNode(stores, change.id)
      return
    case 'addLabel':
      changeLabels(stores, change.id, [...stores.nodes.labelsOf(change.id), change.label])
      return
    case 'removeLabel':
      changeLabels(
        stores,
        change.id,
        stores.nodes.labelsOf(change.id).filter((label) => label !== change.label),
      )
      return
    case 'createRelationship':
      createRelationship(stores, change)
      return
    case 'deleteRelationship':
      deleteRelationship(stores, change.id)
      return
    case 'setProperty':
      setProperty(stores, change)
      return
    case 'changeTree':
      changeTree(stores, change)
      return
    case 'createIndex':
      stores.catalog.addIndex(change.index)
      fillIndex(stores, change.index.name, idMax)
      return
    case 'beginIndex':
      stores.catalog.addIndex(change.index)
      return
    case 'createTextIndex':
      stores.catalog.addTextIndex(change.index)
      fillIndex(stores, change.index.name, idMax)
      return
    case 'beginTextIndex':
      stores.catalog.addTextIndex(change.index)
      return
    case 'changeTextIndex':
      stores.catalog.changeTextIndex(stores.findTextIndex(change.index.name)!.number, change.index)
      return
    case 'createVectorIndex':
      stores.addVectorIndex(change.index)
      fillIndex(stores, change.index.name, idMax)
      return
    case 'beginVectorIndex':
      stores.addVectorIndex(change.index)
      return
    case 'fillIndex':
      fillIndex(stores, change.name, change.upTo)
      return
    case 'dropIndex':
      dropIndex(stores, change.name)
      return
    case 'createRule':
      stores.catalog.addRule(change.rule)
      return
    case 'dropRule':
      stores.catalog.removeDefinition(stores.findRule(change.name)!.number)
      return
    case 'createValue':
      stores.plainValues.create(change.id, change.key, change.value)
      stores.countPlainValue(1)
      return
    case 'setValue':
      stores.plainValues.set(change.id, change.value)
      return
    case 'deleteValue':
      stores.expiries.set(change.id, null)
      stores.plainValues.delete(change.id)
      stores.countPlainValue(-1)
      return
    case 'renameKey':
      stores.keyspace.setKey(change.id, change.key)
      return
    case 'setExpiry':
      stores.expiries.set(change.id, change.atMs)
      return
  }
}

function createNode(stores: Stores, { id, labels, key, properties }: Change & { kind: 'createNode' }): void {
  stores.nodes.create(id, labels, key)
  stores.sets.nodes.add(id)
  stores.countNode(1)
  const own = stores.nodes.labelsOf(id)
  for (const label of own) {
    stores.sets.label(label).add(id)
    stores.countLabel(label, 1)
  }
  for (const [property, value] of properties) stores.column('node', property).set(id, value)
  addToIndexes(stores, 'node', id)
}

function deleteNode(stores: Stores, id: NodeId): void {
  removeFromIndexes(stores, 'node', id)
  clearProperties(stores, 'node', id)
  for (const label of stores.nodes.labelsOf(id)) {
    stores.sets.label(label).remove(id)
    stores.countLabel(label, -1)
  }
  stores.sets.nodes.remove(id)
  stores.countNode(-1)
  stores.expiries.set(id, null)
  stores.nodes.delete(id)
}

function changeLabels(stores: Stores, id: NodeId, labels: readonly LabelId[]): void {
  removeFromOrdered(stores, 'node', id)
  const before = stores.nodes.labelsOf(id)
  for (const label of before)
    if (!labels.includes(label)) {
      stores.sets.label(label).remove(id)
      stores.countLabel(label, -1)
    }
  for (const label of labels)
    if (!before.includes(label)) {
      stores.sets.label(label).add(id)
      stores.countLabel(label, 1)
    }
  countEndsAgain(stores, id, { before, after: labels })
  stores.nodes.setLabels(id, labels)
  addToOrdered(stores, 'node', id)
  for (const open of stores.entityIndexes()) if (isAffectedByLabels(stores, open, id)) stores.renewEntry(open, id)
}

/** The properties are the same, so that only coming and going counts. */
function isAffectedByLabels(stores: Stores, open: OpenEntityIndex, id: NodeId): boolean {
  return open.definition.entity === 'node' && open.index.has(id) !== stores.holds(open, id)
}

/** The relationships of a node whose labels change count for its new labels. */
function countEndsAgain(
  stores: Stores,
  id: NodeId,
  { before, after }: { before: readonly LabelId[]; after: readonly LabelId[] },
): void {
  for (let number = 1; number <= stores.catalog.count('type'); number++) {
    const type = number as TypeId
    for (const end of ['start', 'end'] as const) {
      const degree = stores.graph.headers(type, end === 'end').countOf(id)
      if (degree === 0) continue
      stores.countEndLabels(type, before, end, -degree)
      stores.countEndLabels(type, after, end, degree)
    }
  }
}

function createRelationship(
  stores: Stores,
  { id, type, start, end, properties }: Change & { kind: 'createRelationship' },
): void {
  stores.graph.create(id, type, start, end)
  stores.sets.type(type).add(id)
  stores.countRelationship(type, 1)
  stores.countEndLabels(type, stores.nodes.labelsOf(start), 'start', 1)
  stores.countEndLabels(type, stores.nodes.labelsOf(end), 'end', 1)
  for (const [property, value] of properties) stores.column('relationship', property).set(id, value)
  addToIndexes(stores, 'relationship', id)
}

function deleteRelationship(stores: Stores, id: RelationshipId): void {
  removeFromIndexes(stores, 'relationship', id)
  clearProperties(stores, 'relationship', id)
  const type = stores.graph.typeOf(id)
  stores.sets.type(type).remove(id)
  stores.countRelationship(type, -1)
  stores.countEndLabels(type, stores.nodes.labelsOf(stores.graph.startOf(id) as NodeId), 'start', -1)
  stores.countEndLabels(type, stores.nodes.labelsOf(stores.graph.endOf(id) as NodeId), 'end', -1)
  stores.graph.delete(id)
}

function setProperty(stores: Stores, { entity, id, property, value }: Change & { kind: 'setProperty' }): void {
  changeCovered(stores, { entity, id, property, path: [] }, (column) => column.set(id, value))
}

/** Changes a property, and the indexes over it. */
function changeCovered(
  stores: Stores,
  { entity, id, ...place }: { entity: EntityKind; id: NodeId | RelationshipId } & ChangedPlace,
  write: (column: Column) => void,
): void {
  const column = stores.column(entity, place.property)
  if (!stores.hasIndexes) {
    write(column)
    return
  }
  const isAffected = (open: OpenAnyIndex) => covers(open.definition, entity, place) && stores.holds(open, id)
  const affected = stores.indexes().filter(isAffected)
  const before = affected.map((open) => stores.indexEntries(open, id))
  write(column)
  affected.forEach((open, i) => {
    replaceEntries(open, id, { before: before[i]!, after: stores.indexEntries(open, id) })
  })
  for (const open of stores.entityIndexes()) if (isAffected(open)) stores.renewEntry(open, id)
}

type Entries = readonly (readonly PropertyValue[])[]

/** Of the many entries that a long list has, most stay as they are. */
function replaceEntries(
  { index }: OpenIndex,
  id: number,
  { before, after }: { readonly before: Entries; readonly after: Entries },
): void {
  const areFew = before.length < 2 && after.length < 2
  const gone = areFew ? before : without(index, before, after)
  const fresh = areFew ? after : without(index, after, before)
  for (const values of gone) index.remove(id, values)
  for (const values of fresh) index.add(id, values)
}

function without(index: OpenIndex['index'], entries: Entries, others: Entries): Entries {
  const keys = new Set(others.map((values) => index.keyOf(values)))
  return entries.filter((values) => !keys.has(index.keyOf(values)))
}

function changeTree(stores: Stores, { entity, id, property, change }: Change & { kind: 'changeTree' }): void {
  const { path } = change
  changeCovered(stores, { entity, id, property, path }, (column) => column.changeTree(id, change))
}

function clearProperties(stores: Stores, entity: EntityKind, id: NodeId | RelationshipId): void {
  for (let property = 1; property <= stores.propertyCount(); property++)
    stores.column(entity, property as PropertyId).set(id, null)
}

/** What has come into being. */
function addToIndexes(stores: Stores, entity: EntityKind, id: NodeId | RelationshipId): void {
  addToOrdered(stores, entity, id)
  for (const open of stores.entityIndexes()) if (open.definition.entity === entity) stores.renewEntry(open, id)
}

/** What is about to go. */
function removeFromIndexes(stores: Stores, entity: EntityKind, id: NodeId | RelationshipId): void {
  removeFromOrdered(stores, entity, id)
  for (const { definition, index } of stores.entityIndexes())
    if (definition.entity === entity && index.has(id)) index.remove(id)
}

function addToOrdered(stores: Stores, entity: EntityKind, id: NodeId | RelationshipId): void {
  for (const { index, values } of entriesOf(stores, entity, id)) index.add(id, values)
}

function removeFromOrdered(stores: Stores, entity: EntityKind, id: NodeId | RelationshipId): void {
  for (const { index, values } of entriesOf(stores, entity, id)) index.remove(id, values)
}

const noEntries: readonly Entry[] = []

function entriesOf(stores: Stores, entity: EntityKind, id: NodeId | RelationshipId): readonly Entry[] {
  if (stores.indexes().length === 0) return noEntries
  const entries: Entry[] = []
  for (const open of stores.indexes()) {
    if (open.definition.entity !== entity || !stores.holds(open, id)) continue
    for (const values of stores.indexEntries(open, id)) entries.push({ index: open.index, values })
  }
  return entries
}

interface Entry {
  readonly index: { add: Put; remove: Put }
  readonly values: PropertyValue[]
}

type Put = (id: number, values: readonly PropertyValue[]) => void

function fillIndex(stores: Stores, name: string, upTo: number): void {
  const open = stores.findAnyIndex(name)!
  const ids = idsToFill(stores, open, { upTo })
  if (isEntityIndex(open)) stores.addEntries(open, ids)
  else for (const id of ids) for (const values of stores.indexEntries(open, id)) open.index.add(id, values)
  stores.catalog.setFilledTo(open.number, upTo)
}

function dropIndex(stores: Stores, name: string): void {
  const open = stores.findAnyIndex(name)!
  stores.catalog.removeDefinition(open.number)
  if (isEntityIndex(open)) open.index.clear()
  else stores.clearIndex(open.number)
}

/** The next entities that an index is to hold, in the order of their ids: so many at most, and none beyond `upTo`. */
export function idsToFill(
  stores: Stores,
  { definition, number }: OpenAnyIndex,
  { upTo = idMax, idsMax = idMax }: { upTo?: number; idsMax?: number },
): Uint32Array {
  const covered = stores.coveredBy(definition)
  const from = covered.rank(stores.catalog.filledTo(number))
  return covered.rangeUint32Array(from, Math.min(idsMax, covered.rank(upTo) - from))
}
