/**
 * The sets of a database: all nodes, the nodes of each label, the relationships of each type. Their state is native,
 * so unlike stores there is one instance for all versions; a snapshot asks each set for its own version.
 */
import { KeySet } from '../../indexes/key-set.js'
import { ByteReader, ByteWriter } from '../core/bytes.js'
import type { LabelId, TypeId } from '../core/ids.js'
import type { Heap } from '../pages/heap.js'

export class Sets {
  nodes: KeySet
  private readonly byLabel: KeySet[] = []
  private readonly byType: KeySet[] = []

  constructor(private readonly heap: Heap) {
    this.nodes = new KeySet(heap)
  }

  label(id: LabelId): KeySet {
    return (this.byLabel[id] ??= new KeySet(this.heap))
  }

  type(id: TypeId): KeySet {
    return (this.byType[id] ??= new KeySet(this.heap))
  }

  /** Frees what no pinned version reads any more. */
  prune(): void {
    for (const set of this.all()) set.prune()
  }

  /** All sets as of a pinned version: the count of labels and types, then each set's bytes. */
  save(version: number): Uint8Array {
    const writer = new ByteWriter()
    writer.varint(this.byLabel.length)
    writer.varint(this.byType.length)
    for (const set of [this.nodes, ...filled(this.byLabel, this.heap), ...filled(this.byType, this.heap)])
      writer.blob(set.save(version))
    return writer.view().slice()
  }

  static load(heap: Heap, bytes: Uint8Array): Sets {
    const reader = new ByteReader(bytes)
    const sets = new Sets(heap)
    const labels = reader.varint()
    const types = reader.varint()
    sets.nodes = KeySet.load(heap, reader.blob())
    for (let id = 0; id < labels; id++) sets.byLabel[id] = KeySet.load(heap, reader.blob())
    for (let id = 0; id < types; id++) sets.byType[id] = KeySet.load(heap, reader.blob())
    return sets
  }

  private *all(): Iterable<KeySet> {
    yield this.nodes
    for (const set of this.byLabel) if (set !== undefined) yield set
    for (const set of this.byType) if (set !== undefined) yield set
  }
}

function filled(sets: readonly KeySet[], heap: Heap): KeySet[] {
  return Array.from(sets, (set) => set ?? new KeySet(heap))
}
