/** Plain values: each under a key, in a column of its own. No set, no count of nodes and no index knows of them. */
import type { StoredValue } from '../../core/change.js'
import type { ValueId } from '../../core/ids.js'
import type { Column } from '../json/column.js'
import type { TreeValue } from '../json/tree-ref.js'
import { type Keyspace, kindOwners, kindWords } from './keyspace.js'

export class ValueStore {
  constructor(
    private readonly keyspace: Keyspace,
    private readonly column: Column,
  ) {}

  /** The id that the next value will have. */
  nextId(): ValueId {
    return this.keyspace.ids.next(kindOwners.value) as ValueId
  }

  create(id: ValueId, key: string, value: StoredValue): void {
    this.keyspace.ids.use(id, kindOwners.value)
    this.keyspace.kinds.set(id, kindWords.value)
    this.keyspace.setKey(id, key)
    this.column.set(id, value)
  }

  set(id: ValueId, value: StoredValue): void {
    this.column.set(id, value)
  }

  delete(id: ValueId): void {
    this.column.set(id, null)
    this.keyspace.clearKey(id)
    this.keyspace.kinds.set(id, 0)
    this.keyspace.ids.free(id)
  }

  exists(id: number): boolean {
    return this.keyspace.kinds.get(id) === kindWords.value
  }

  /** A list or a map as its tree, where it is kept as one. */
  treeOf(id: ValueId): TreeValue | undefined {
    return this.column.treeOf(id)
  }

  get(id: ValueId): StoredValue {
    return this.column.get(id)!
  }
}
