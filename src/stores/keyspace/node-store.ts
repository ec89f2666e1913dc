/** Nodes: that they exist, and their labels. A node's word among the kinds of the keyspace is the set of its labels. */
import type { LabelId, LabelSetId, NodeId } from '../../core/ids.js'
import type { PagedWords } from '../../pages/paged-words.js'
import type { CatalogStore } from '../catalog/catalog-store.js'
import type { IdSpace } from './id-space.js'
import type { Keyspace } from './keyspace.js'

export class NodeStore {
  readonly ids: IdSpace
  /** Of a node its label set. Ids of other kinds have words below 0, which no set of labels is. */
  readonly labelSets: PagedWords

  constructor(
    private readonly keyspace: Keyspace,
    private readonly catalog: CatalogStore,
  ) {
    this.ids = keyspace.ids
    this.labelSets = keyspace.kinds
  }

  create(id: NodeId, labels: readonly LabelId[], key: string | null): void {
    const set = this.catalog.labelSet(labels)
    this.ids.use(id, set)
    this.labelSets.set(id, set)
    if (key !== null) this.setKey(id, key)
  }

  /** Gives a node its key. Import does so before it calls `fill`; elsewhere this is a part of `create`. */
  setKey(id: NodeId, key: string): void {
    this.keyspace.setKey(id, key)
  }

  /** Import: the nodes from `from` to before `to`, which are all of one label set, exist from now on. */
  fill(from: number, to: number, set: LabelSetId): void {
    this.labelSets.fill(from, to, set)
  }

  delete(id: NodeId): void {
    this.keyspace.clearKey(id)
    this.labelSets.set(id, 0)
    this.ids.free(id)
  }

  /** 0 where no node lives. */
  labelSetOf(id: NodeId): LabelSetId | 0 {
    return Math.max(this.labelSets.get(id), 0) as LabelSetId
  }

  labelsOf(id: NodeId): readonly LabelId[] {
    return this.catalog.labelsOf(this.labelSetOf(id) as LabelSetId)
  }

  setLabels(id: NodeId, labels: readonly LabelId[]): void {
    this.labelSets.set(id, this.catalog.labelSet(labels))
  }

  /** The node with the key; 0 where there is none, or what has the key is no node. */
  findByKey(key: string): NodeId | 0 {
    const id = this.keyspace.find(key)
    return id !== 0 && this.keyspace.kindOf(id) === 'node' ? (id as NodeId) : 0
  }

  keyOf(id: NodeId): string | null {
    return this.keyspace.keyOf(id)
  }
}
