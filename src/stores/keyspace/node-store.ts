/**
 * Nodes: that they exist, their labels, their keys.
 *
 *   label set   one word a node: the set of its labels, 0 where no node lives
 *   keys        node -> code of its key, code -> node: with the dictionary's hash this is the keyspace's index
 */
import type { LabelId, LabelSetId, NodeId, StringCode } from '../../core/ids.js'
import type { PageSpace } from '../../pages/page-space.js'
import { PagedWords } from '../../pages/paged-words.js'
import type { CatalogStore } from '../catalog/catalog-store.js'
import { slots } from '../slots.js'
import type { Dictionary } from '../strings/dictionary.js'
import { IdSpace } from './id-space.js'

export class NodeStore {
  readonly ids: IdSpace
  readonly labelSets: PagedWords
  private readonly keyOfNode: PagedWords
  private readonly nodeOfKey: PagedWords

  constructor(
    space: PageSpace,
    private readonly strings: Dictionary,
    private readonly catalog: CatalogStore,
    heldBySnapshot: (extent: number, freed: number) => boolean,
  ) {
    this.labelSets = new PagedWords(space.table(slots.labelSetOfNode))
    this.keyOfNode = new PagedWords(space.table(slots.keyOfNode))
    this.nodeOfKey = new PagedWords(space.table(slots.nodeOfKey))
    this.ids = new IdSpace(space, slots.nodeExtents, { inUse: (id) => this.labelSets.get(id) !== 0, heldBySnapshot })
  }

  create(id: NodeId, labels: readonly LabelId[], key: string | null): void {
    const set = this.catalog.labelSet(labels)
    this.ids.use(id, set)
    this.labelSets.set(id, set)
    if (key !== null) this.setKey(id, key)
  }

  /** Gives a node its key. Import does so before it calls `fill`; elsewhere this is a part of `create`. */
  setKey(id: NodeId, key: string): void {
    const code = this.strings.hold(key)
    this.keyOfNode.set(id, code)
    this.nodeOfKey.set(code, id)
  }

  /** Import: the nodes from `from` to before `to`, which are all of one label set, exist from now on. */
  fill(from: number, to: number, set: LabelSetId): void {
    this.labelSets.fill(from, to, set)
  }

  delete(id: NodeId): void {
    const code = this.keyOfNode.get(id) as StringCode
    if (code !== 0) {
      this.keyOfNode.set(id, 0)
      this.nodeOfKey.set(code, 0)
      this.strings.release(code)
    }
    this.labelSets.set(id, 0)
    this.ids.free(id)
  }

  labelSetOf(id: NodeId): LabelSetId | 0 {
    return this.labelSets.get(id) as LabelSetId
  }

  labelsOf(id: NodeId): readonly LabelId[] {
    return this.catalog.labelsOf(this.labelSets.get(id) as LabelSetId)
  }

  setLabels(id: NodeId, labels: readonly LabelId[]): void {
    this.labelSets.set(id, this.catalog.labelSet(labels))
  }

  findByKey(key: string): NodeId | 0 {
    const code = this.strings.find(key)
    return code === 0 ? 0 : (this.nodeOfKey.get(code) as NodeId)
  }

  keyOf(id: NodeId): string | null {
    const code = this.keyOfNode.get(id) as StringCode
    return code === 0 ? null : this.strings.text(code)
  }
}
