/** The plain model of a database that an import writes into: objects in arrays, a batch undone by cutting them. */

import type { StoredValue } from '../../../src/core/change.js'
import { DatabaseError } from '../../../src/core/errors.js'
import type { LabelId, NodeId, PropertyId, RelationshipId, TypeId } from '../../../src/core/ids.js'
import { type PropertyValue, plainMember } from '../../../src/core/value.js'
import type { ImportTarget, ImportWriter, NewNode, NewRelationship } from '../../../src/transfer/import-target.js'

export interface MemoryNode {
  labels: string[]
  key: string | null
  properties: Record<string, PropertyValue>
}

export interface MemoryRelationship {
  type: string
  /** Keys of its nodes, or their numbers where they have none. */
  start: string
  end: string
  properties: Record<string, PropertyValue>
}

export class MemoryTarget implements ImportTarget, ImportWriter {
  nodes: MemoryNode[] = []
  relationships: MemoryRelationship[] = []
  values: { key: string; value: StoredValue; atMs: number | null }[] = []
  finished = false
  batchCount = 0
  readonly #names: string[] = []

  async batch(add: (writer: ImportWriter) => void): Promise<void> {
    const [nodeCount, relationshipCount] = [this.nodes.length, this.relationships.length]
    this.batchCount++
    try {
      add(this)
    } catch (error) {
      this.nodes.length = nodeCount
      this.relationships.length = relationshipCount
      throw error
    }
  }

  async finish(): Promise<void> {
    this.finished = true
  }

  labelId(name: string): LabelId {
    return this.#token(name) as LabelId
  }
  typeId(name: string): TypeId {
    return this.#token(name) as TypeId
  }
  propertyId(name: string): PropertyId {
    return this.#token(name) as PropertyId
  }

  addNode({ labels, key, properties }: NewNode): NodeId {
    if (key !== null && this.nodeByKey(key) !== 0) throw new DatabaseError('KEY_TAKEN', `the key '${key}' is taken`)
    this.nodes.push({ labels: labels.map((id) => this.#name(id)), key, properties: this.#record(properties) })
    return this.nodes.length as NodeId
  }

  addRelationship({ type, start, end, properties }: NewRelationship): RelationshipId {
    this.relationships.push({
      type: this.#name(type),
      start: this.#shown(start),
      end: this.#shown(end),
      properties: this.#record(properties),
    })
    return this.relationships.length as RelationshipId
  }

  addValue(key: string, value: StoredValue, atMs: number | null): void {
    this.values.push({ key, value, atMs })
  }

  nodeByKey(key: string): NodeId | 0 {
    return (this.nodes.findIndex((node) => node.key === key) + 1) as NodeId | 0
  }

  #token(name: string): number {
    const at = this.#names.indexOf(name)
    return at === -1 ? this.#names.push(name) : at + 1
  }

  #name(id: number): string {
    return this.#names[id - 1]!
  }

  #shown(node: NodeId): string {
    return this.nodes[node - 1]!.key ?? String(node)
  }

  #record(properties: NewNode['properties']): Record<string, PropertyValue> {
    return Object.fromEntries(properties.map(([id, value]) => [this.#name(id), plainMember(value)]))
  }
}
