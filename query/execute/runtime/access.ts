/** Ways into the store that compiled queries call: by name, so that a name that comes into being later is found. */
import type { EntityKind, IndexDefinition } from '../../../src/core/change.js'
import { DatabaseError } from '../../../src/core/errors.js'
import type { LabelId, NodeId, RelationshipId, TypeId } from '../../../src/core/ids.js'
import { NodeRef, PathValue, type PropertyValue, RelationshipRef, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import {
  type AdjacencyCursor,
  type ColumnView,
  type Direction,
  encodings,
  IdListScan,
  type IdScan,
  nullCode,
  nullInt32,
  type RelationshipView,
  type Transaction,
  type ValueRange,
} from '../../../src/transaction/transaction.js'
import { listIn } from '../../functions/operators.js'
import { equals } from '../../functions/values.js'
import { isStorable } from './storable.js'

/** Ids that a scan asks for at a time. */
export const scanBatchLength = 1024

const nothing: IdScan = { next: () => 0 }
const noIds: readonly number[] = []

/** The column of a property that no entity has. */
const emptyColumn: ColumnView = {
  encodingAt: () => encodings.none,
  wordAt: () => 0,
  wordsOf: () => new Int32Array(0),
  baseOf: () => 0,
  floatAt: () => Number.NaN,
  valueAt: () => null,
  treeAt: () => undefined,
  isUniform: () => false,
}

export function column(transaction: Transaction, entity: EntityKind, name: string): ColumnView {
  const property = transaction.catalog.findProperty(name)
  return property === undefined ? emptyColumn : transaction.column(entity, property)
}

/** One property of one entity, null where it is missing. */
export function propertyAt(
  transaction: Transaction,
  entity: EntityKind,
  id: NodeId | RelationshipId,
  name: string,
): PropertyValue {
  const property = transaction.catalog.findProperty(name)
  return property === undefined ? null : transaction.propertyOf(entity, id, property)
}

/** A cursor over relationships of the named types, of all where none is named. Types that do not exist have none. */
export function adjacency(transaction: Transaction, types: readonly string[], direction: Direction): AdjacencyCursor {
  return transaction.adjacency({ types: types.length === 0 ? 'any' : typeIds(transaction, types), direction })
}

export function typeIds(transaction: Transaction, names: readonly string[]): readonly TypeId[] {
  return names.map((name) => transaction.catalog.findType(name)).filter((id) => id !== undefined)
}

export function scanLabel(transaction: Transaction, name: string): IdScan {
  const label = transaction.catalog.findLabel(name)
  return label === undefined ? nothing : transaction.scanNodes(label)
}

export function seekKey(transaction: Transaction, key: Value): NodeId | 0 {
  return typeof key === 'string' ? transaction.nodeByKey(key) : 0
}

/** Nothing equals what does not equal itself (null, NaN, a list that holds one), nor what no property can hold. */
export function seekIndex(
  transaction: Transaction,
  index: IndexDefinition,
  values: readonly Value[],
): readonly number[] {
  for (const value of values) if (equals(value, value) !== true || !isStorable(value)) return noIds
  return transaction.indexSeek(index, values as readonly PropertyValue[])
}

/** The entities of one kind among the items of a list, each once; null has none. Throws TYPE_MISMATCH. */
export function scanMembers(transaction: Transaction, entity: EntityKind, list: Value): IdScan {
  if (list === null) return nothing
  const ids = [...idsAmong(entity, list)].filter((id) =>
    entity === 'node' ? transaction.nodeExists(id as NodeId) : transaction.relationshipExists(id as RelationshipId),
  )
  return new IdListScan(Uint32Array.from(ids).sort())
}

function idsAmong(entity: EntityKind, list: Exclude<Value, null>): Set<number> {
  const ids = new Set<number>()
  const kind = entity === 'node' ? NodeRef : RelationshipRef
  for (const item of listIn(list)) if (item instanceof kind) ids.add(item.id)
  return ids
}

/** `entity IN list` for one entity after another: a list that comes again is read once. */
export class Members {
  private list: Value | undefined
  private ids: ReadonlySet<number> = new Set()
  private holdsNull = false

  constructor(private readonly entity: EntityKind) {}

  has(list: Value, id: number): boolean | null {
    if (list === null) return null
    if (list !== this.list) {
      this.ids = idsAmong(this.entity, list)
      this.holdsNull = (list as readonly Value[]).includes(null)
      this.list = list
    }
    if (this.ids.has(id)) return true
    return this.holdsNull ? null : false
  }
}

/** `undefined` leaves an end open; null, or what no property can hold, leaves nothing between the ends. */
export function scanRange(
  transaction: Transaction,
  index: IndexDefinition,
  min: Value | undefined,
  max: Value | undefined,
  minInclusive: boolean,
  maxInclusive: boolean,
): IdScan {
  for (const end of [min, max]) if (end === null || (end !== undefined && !isStorable(end))) return nothing
  const range: ValueRange = {
    ...(min === undefined ? {} : { min: min as PropertyValue, minInclusive }),
    ...(max === undefined ? {} : { max: max as PropertyValue, maxInclusive }),
  }
  return transaction.indexRange(index, range)
}

/** A byte for each label set: 1 where it has all of the labels. */
export function labelSetsHaving(transaction: Transaction, names: readonly string[]): Uint8Array {
  const labels = labelIds(transaction, names)
  return labels === undefined ? new Uint8Array(0) : transaction.labelSetsWith(labels)
}

/** The ids of labels; undefined when one of them does not exist. */
export function labelIds(transaction: Transaction, names: readonly string[]): readonly LabelId[] | undefined {
  const ids = names.map((name) => transaction.catalog.findLabel(name))
  return ids.every((id) => id !== undefined) ? ids : undefined
}

export function countNodes({ catalog }: Transaction, names: readonly string[]): number {
  const [name] = names
  if (name === undefined) return catalog.nodeCount
  const label = catalog.findLabel(name)
  return label === undefined ? 0 : catalog.labelCount(label)
}

export function countRelationships(transaction: Transaction, names: readonly string[]): number {
  const { catalog } = transaction
  if (names.length === 0) return catalog.relationshipCount
  return typeIds(transaction, names).reduce((count, type) => count + catalog.typeCount(type), 0)
}

/** The id of a value that a pattern takes for a node; 0 of null. Throws TYPE_MISMATCH. */
export function nodeIdOf(value: Value): NodeId | 0 {
  if (value === null) return 0
  if (value instanceof NodeRef) return value.id
  throw new DatabaseError('TYPE_MISMATCH', `a pattern takes a NODE here, and this is ${valueInWords(value)}`)
}

/** The id of a value that a pattern takes for a relationship; 0 of null. Throws TYPE_MISMATCH. */
export function relationshipIdOf(value: Value): RelationshipId | 0 {
  if (value === null) return 0
  if (value instanceof RelationshipRef) return value.id
  throw new DatabaseError('TYPE_MISMATCH', `a pattern takes a RELATIONSHIP here, and this is ${valueInWords(value)}`)
}

/** The path that leaves `start` over the relationships, each of which leaves the node that the one before reached. */
export function pathOf(view: RelationshipView, start: NodeId, relationships: readonly RelationshipId[]): PathValue {
  const nodes = [start]
  let at = start
  for (const relationship of relationships) {
    const from = view.startOf(relationship) as NodeId
    at = from === at ? (view.endOf(relationship) as NodeId) : from
    nodes.push(at)
  }
  return new PathValue(nodes, relationships)
}

/** The word that stands for null in pages of an encoding. */
export function wordOfNull(encoding: number): number {
  return encoding === encodings.int32 ? nullInt32 : nullCode
}
