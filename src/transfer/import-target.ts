/**
 * Where an import puts what it reads. There are two: an empty database takes pages (`bulk-target.ts`), one that holds
 * data takes ordinary commits (`batch-target.ts`). Importers know this file only.
 *
 *   reader -> batch(writer => add, add, add) -> batch(...) -> finish
 *
 * A batch is what an importer holds in memory at a time, about a mebibyte of input, so that memory stays bounded
 * whatever the size of the files. Ids that one batch gave hold in the batches after it.
 */
import type { PropertyEntry, StoredValue } from '../core/change.js'
import type { LabelId, NodeId, PropertyId, RelationshipId, TypeId } from '../core/ids.js'

export interface ImportTarget {
  /** Adds what `add` adds, or nothing of it when `add` throws. */
  batch(add: (writer: ImportWriter) => void): Promise<void>
  /** Makes all batches readable and safe. Without it an empty database stays empty. */
  finish(): Promise<void>
}

export interface ImportWriter {
  labelId(name: string): LabelId
  typeId(name: string): TypeId
  propertyId(name: string): PropertyId
  /** Throws KEY_TAKEN and its like before anything changed, so the importer may go on without this node. */
  addNode(node: NewNode): NodeId
  addRelationship(relationship: NewRelationship): RelationshipId
  /** A plain value, which expires at `atMs` in milliseconds since 1970; null: never. Throws as `addNode`. */
  addValue(key: string, value: StoredValue, atMs: number | null): void
  /** The node with the key, imported or there before; 0 when there is none. */
  nodeByKey(key: string): NodeId | 0
}

export interface NewNode {
  readonly labels: LabelId[]
  readonly key: string | null
  readonly properties: PropertyEntry[]
  /** As of a plain value; for nodes with a key. */
  readonly atMs?: number | null
}

export interface NewRelationship {
  readonly type: TypeId
  readonly start: NodeId
  readonly end: NodeId
  readonly properties: PropertyEntry[]
}
