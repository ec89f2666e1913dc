/** Keys of all kinds over stores, and the plain values among them: the keys' part of a transaction. */
import type { Change, KeyKind, PropertyEntry, StoredValue } from '../core/change.js'
import { DatabaseError } from '../core/errors.js'
import type { KeyId, NodeId, PropertyId, ValueId } from '../core/ids.js'
import { type PropertyValue, typeName } from '../core/value.js'
import { extentIds, extentShift } from '../stores/keyspace/id-space.js'
import type { Stores } from '../stores/stores.js'
import { checkFreeKey, checkKey, checkValue, otherKind } from './checks.js'
import type { Counters, KeyAccess, KeyEntry, Transaction } from './transaction.js'

/** What the keys need of the transaction that they are part of. */
export interface KeysHost extends Pick<Transaction, 'createNode' | 'deleteNode'> {
  /** The version that the transaction reads, which moves on when it pauses. */
  readonly stores: Stores
  readonly counters: Counters
  change(change: Change): void
}

export class StoreKeys implements KeyAccess {
  constructor(private readonly host: KeysHost) {}

  kindOf(key: string): KeyKind | null {
    const { keyspace } = this.host.stores
    const id = keyspace.find(key)
    return id === 0 ? null : keyspace.kindOf(id)
  }

  get(key: string): PropertyValue {
    return valueOfKey(this.host.stores, key)
  }

  expiryOf(key: string): number | null {
    const { keyspace, expiries } = this.host.stores
    const id = keyspace.find(key)
    return id === 0 ? null : expiries.of(id)
  }

  *entries(): Generator<KeyEntry> {
    // The stores are asked for anew each time: between two keys the transaction may have pinned what it reads.
    for (let id = 1; id < this.host.stores.keyspace.ids.extentCount * extentIds; id++) {
      const { stores } = this.host
      if (!stores.keyspace.mayHaveKeysIn(id >>> extentShift)) id |= extentIds - 1
      else {
        const key = stores.keyspace.keyOf(id as KeyId)
        if (key !== null) yield entryOf(stores, id as KeyId, key)
      }
    }
  }

  set(key: string, value: StoredValue, atMs?: number | null): void {
    const { stores } = this.host
    const found = stores.keyspace.find(key)
    if (found !== 0 && stores.keyspace.kindOf(found) !== 'value') throw otherKind(stores, found, key)
    checkValue(key, value)
    const id = found === 0 ? this.create(key, value) : (found as ValueId)
    if (found !== 0) this.host.change({ kind: 'setValue', id, value })
    if (atMs !== undefined) this.changeExpiry(id, atMs)
    this.host.counters.keysChanged++
  }

  add(key: string, value: StoredValue, atMs: number | null): void {
    checkFreeKey(this.host.stores, key)
    this.set(key, value, atMs)
  }

  delete(key: string): boolean {
    const { stores } = this.host
    const id = stores.keyspace.find(key)
    if (id === 0) return false
    if (stores.keyspace.kindOf(id) === 'node') this.host.deleteNode(id as NodeId, { detach: false })
    else this.deleteValue(id as ValueId)
    return true
  }

  rename(from: string, to: string): void {
    const id = this.mustFind(from)
    if (from === to) return
    checkFreeKey(this.host.stores, to)
    this.host.change({ kind: 'renameKey', id, key: to })
    this.host.counters.keysChanged++
  }

  copy(from: string, to: string): void {
    const { stores } = this.host
    const id = this.mustFind(from)
    checkFreeKey(this.host.stores, to)
    const copied =
      stores.keyspace.kindOf(id) === 'node'
        ? this.copyNode(id as NodeId, to)
        : this.create(to, stores.plainValues.get(id as ValueId))
    this.changeExpiry(copied, stores.expiries.of(id))
    this.host.counters.keysChanged++
  }

  setExpiry(key: string, atMs: number | null): boolean {
    const changed = this.changeExpiry(this.mustFind(key), atMs)
    if (changed) this.host.counters.keysChanged++
    return changed
  }

  /** Takes away the key that is due first, with what it is the key of. Gives how late that is; null where none is due. */
  expireNext(nowMs: number): number | null {
    const { stores } = this.host
    const first = stores.expiries.first()
    if (first === undefined || first.atMs > nowMs) return null
    const { id } = first
    if (stores.keyspace.kindOf(id) === 'node') this.host.deleteNode(id as NodeId, { detach: true })
    else this.deleteValue(id as ValueId)
    return nowMs - first.atMs
  }

  private create(key: string, value: StoredValue): ValueId {
    const { stores } = this.host
    checkKey(stores, key)
    const id = stores.plainValues.nextId()
    this.host.change({ kind: 'createValue', id, key, value })
    return id
  }

  private deleteValue(id: ValueId): void {
    this.host.change({ kind: 'deleteValue', id })
    this.host.counters.keysChanged++
  }

  private copyNode(id: NodeId, key: string): NodeId {
    const { stores } = this.host
    const properties: PropertyEntry[] = []
    for (let number = 1; number <= stores.propertyCount(); number++) {
      const property = number as PropertyId
      const value = stores.column('node', property).memberOf(id)
      if (value !== null) properties.push([property, value])
    }
    return this.host.createNode({ labels: stores.nodes.labelsOf(id), key, properties })
  }

  private changeExpiry(id: KeyId, atMs: number | null): boolean {
    if (this.host.stores.expiries.of(id) === atMs) return false
    this.host.change({ kind: 'setExpiry', id, atMs })
    return true
  }

  private mustFind(key: string): KeyId {
    const id = this.host.stores.keyspace.find(key)
    if (id === 0) throw new DatabaseError('KEY_MISSING', `there is no key '${key}'; SHOW KEYS lists them`, { key })
    return id
  }
}

/** The plain value under a key, null where there is none. Throws KEY_KIND for a key of another kind. */
export function valueOfKey(stores: Stores, key: string): PropertyValue {
  const id = stores.keyspace.find(key)
  if (id === 0) return null
  if (!stores.plainValues.exists(id)) throw otherKind(stores, id, key)
  return stores.plainValues.get(id as number as ValueId)
}

function entryOf(stores: Stores, id: KeyId, key: string): KeyEntry {
  const kind = stores.keyspace.kindOf(id)
  const valueType = kind === 'value' ? typeName(stores.plainValues.get(id as ValueId)) : null
  return { key, kind, valueType, expiresAtMs: stores.expiries.of(id) }
}
