/**
 * Work on a database, drawn from a seed: transactions that create, change and delete, commits answered at once or
 * later, rollbacks, checkpoints awaited or in the background, closing and opening again. It keeps what the database
 * held after each commit, so that whatever is found after a crash can be compared with it.
 */
import assert from 'node:assert/strict'
import { ByteWriter } from '../../src/core/bytes.js'
import type { IndexDefinition } from '../../src/core/change.js'
import { writeValue } from '../../src/core/codec.js'
import type { Random } from '../../src/core/environment.js'
import { DatabaseError } from '../../src/core/errors.js'
import type { KeyId, NodeId, RelationshipId, ValueId } from '../../src/core/ids.js'
import { wholeProperty } from '../../src/core/index-parts.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { Storage, type StorageOptions } from '../../src/database/storage.js'
import { TreeRef } from '../../src/stores/json/tree-ref.js'
import { extentIds } from '../../src/stores/keyspace/id-space.js'
import type { Stores } from '../../src/stores/stores.js'
import { StoreTransaction } from '../../src/transaction/store-transaction.js'
import { type MemoryFileSystem, memoryEnvironment, seededRandom } from '../support/memory-environment.js'

export const directory = '/data'

/** Small, so that a run meets the ends of segments and of pages' slabs. */
export const storageOptions: StorageOptions = { heap: { slabShift: 7 }, segmentBytes: 8 * 1024 }

export function openStorage(files: MemoryFileSystem, options: StorageOptions = {}, seed = 1): Storage {
  return Storage.open(memoryEnvironment(files, seed), directory, { ...storageOptions, ...options })
}

const labels = ['Person', 'City', 'Thing']
const types = ['KNOWS', 'LIKES']
const properties = ['name', 'age', 'tags']

export class Workload {
  /** What the database holds after each sequence; for those that a failed flush made void, what it held before them. */
  readonly states = new Map<number, string>()
  /** The highest sequence whose commit was answered. */
  acknowledged = 0
  /** Failed flushes that were met and survived. */
  failures = 0
  readonly #files: MemoryFileSystem
  readonly #random: Random
  readonly #options: StorageOptions
  storage: Storage
  #open = true

  constructor(files: MemoryFileSystem, seed: number, options: StorageOptions = {}) {
    this.#files = files
    this.#random = seededRandom(seed)
    this.#options = options
    this.storage = openStorage(files, options, seed)
    this.states.set(0, contentOf(this.storage.stores))
  }

  /** Runs so many transactions, then closes. Storage errors are survived while there is power. */
  async run(transactions: number): Promise<void> {
    for (let i = 0; i < transactions; i++) await this.#survive(() => this.#step())
    if (this.#open) await this.#survive(() => this.#close())
  }

  async #step(): Promise<void> {
    if (!this.#open) this.#reopen()
    this.#transaction()
    await this.#answer()
    await this.#maintain()
  }

  async #survive(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (this.#files.powerLost || !isStorageError(error)) throw error
      this.failures++
    }
  }

  #reopen(): void {
    this.storage = openStorage(this.#files, this.#options, this.#below(1_000_000))
    this.#open = true
    const { sequence, stores } = this.storage
    assert.equal(contentOf(stores), this.states.get(sequence), `opened again, it is not what it was at ${sequence}`)
  }

  async #close(): Promise<void> {
    this.#open = false
    await this.storage.close()
  }

  // ---- one transaction -------------------------------------------------------------------------------------------

  #transaction(): void {
    const { storage } = this
    const before = storage.sequence
    storage.begin()
    // Work taken up after a failure goes on behind the sequences that it made void.
    for (let sequence = before + 1; sequence <= storage.sequence; sequence++) {
      this.states.set(sequence, this.states.get(before)!)
    }
    try {
      const transaction = new StoreTransaction(storage.stores, { record: storage.record })
      for (let steps = this.#below(8); steps >= 0; steps--) this.#write(transaction)
      if (this.#random.next() < 0.1) return
      const next = storage.sequence + 1
      this.states.set(next, contentOf(storage.stores))
      if (!this.#commit()) this.states.delete(next)
    } finally {
      storage.rollback()
    }
  }

  /** Not where something lacks a property that a rule requires. */
  #commit(): boolean {
    try {
      this.storage.commit()
      return true
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'CONSTRAINT_VIOLATION') return false
      throw error
    }
  }

  #write(transaction: StoreTransaction): void {
    const choice = this.#random.next()
    try {
      if (choice < 0.35) this.#createNode(transaction)
      else if (choice < 0.55) this.#createRelationship(transaction)
      else if (choice < 0.65) this.#setProperty(transaction)
      else if (choice < 0.7) this.#changeTree(transaction)
      else if (choice < 0.8) this.#changeLabel(transaction)
      else if (choice < 0.86) this.#withNode((node) => transaction.deleteNode(node, { detach: true }))
      else if (choice < 0.92) this.#withRelationship((relationship) => transaction.deleteRelationship(relationship))
      else if (choice < 0.98) this.#changeIndexes(transaction)
      else this.#changeRules(transaction)
      if (choice < 0.3) this.#changeKeys(transaction)
    } catch (error) {
      // What breaks a constraint is refused, and the transaction goes on.
      if (!(error instanceof DatabaseError) || isStorageError(error)) throw error
    }
  }

  #createNode(transaction: StoreTransaction): void {
    const count = this.#below(3)
    transaction.createNode({
      labels: labels.slice(0, count).map((label) => transaction.labelId(label)),
      key: this.#random.next() < 0.3 ? `key:${this.#below(50)}` : null,
      properties: properties.map((property) => [transaction.propertyId(property), this.#value()]),
    })
  }

  #createRelationship(transaction: StoreTransaction): void {
    this.#withNode((start) =>
      this.#withNode((end) =>
        transaction.createRelationship({
          type: transaction.typeId(this.#pick(types)),
          start,
          end,
          properties: [[transaction.propertyId('age'), this.#value()]],
        }),
      ),
    )
  }

  #setProperty(transaction: StoreTransaction): void {
    this.#withNode((node) =>
      transaction.setProperty('node', node, transaction.propertyId(this.#pick(properties)), this.#value()),
    )
  }

  /** Puts a value into a list, or takes one from it. */
  #changeTree(transaction: StoreTransaction): void {
    this.#withNode((node) => {
      const property = transaction.propertyId(this.#pick(properties))
      const list = transaction.treeOf('node', node, property)
      if (!(list instanceof TreeRef) || list.kind !== 'array') return
      const path = [this.#below(list.size + 1)]
      transaction.changeTree(
        'node',
        node,
        property,
        path[0]! < list.size && list.size > 3
          ? { kind: 'remove', path }
          : { kind: 'insert', path, values: [this.#value()] },
      )
    })
  }

  #changeLabel(transaction: StoreTransaction): void {
    this.#withNode((node) => {
      const label = transaction.labelId(this.#pick(labels))
      if (!transaction.addLabel(node, label)) transaction.removeLabel(node, label)
    })
  }

  #changeIndexes(transaction: StoreTransaction): void {
    const name = `index${this.#below(3)}`
    const { stores } = this.storage
    const open = stores.findIndex(name)
    if (open !== undefined) {
      if (stores.isWhole(open) || this.#random.next() < 0.2) transaction.dropIndex(name)
      else transaction.fillIndex(name, 1 + this.#below(3))
      return
    }
    const index: IndexDefinition = {
      name,
      entity: 'node',
      token: transaction.labelId(this.#pick(labels)),
      parts: [wholeProperty(transaction.propertyId(this.#pick(properties)))],
      unique: this.#random.next() < 0.2,
      required: false,
    }
    if (this.#random.next() < 0.5) transaction.createIndex(index)
    else transaction.beginIndex(index)
  }

  /** Keys of plain values and those of nodes are of one keyspace; what is of the wrong kind is refused. */
  #changeKeys({ keys }: StoreTransaction): void {
    const choice = this.#random.next()
    const key = `key:${this.#below(50)}`
    if (choice < 0.5) keys.set(key, this.#value() ?? 0, this.#random.next() < 0.3 ? this.#time() : undefined)
    else if (choice < 0.6) keys.delete(key)
    else if (choice < 0.7) keys.rename(key, `key:${this.#below(50)}`)
    else if (choice < 0.8) keys.copy(key, `key:${this.#below(50)}`)
    else if (choice < 0.9) keys.setExpiry(key, this.#random.next() < 0.3 ? null : this.#time())
    else keys.expireNext(this.#time())
  }

  /** As milliseconds are now, beyond 32 bits. */
  #time(): number {
    return 1_700_000_000_000 + this.#below(1_000)
  }

  #changeRules(transaction: StoreTransaction): void {
    const name = `rule${this.#below(2)}`
    if (this.storage.stores.findRule(name) !== undefined) {
      transaction.dropRule(name)
      return
    }
    transaction.createRule({
      name,
      entity: 'node',
      token: transaction.labelId(this.#pick(labels)),
      property: transaction.propertyId(this.#pick(properties)),
      types: this.#random.next() < 0.5 ? null : ['STRING', 'INTEGER'],
    })
  }

  #value(): PropertyValue {
    const n = this.#below(40)
    const values = [null, n, `text ${n}`, new Float(n / 4), n % 2 === 0, [n, `item ${n}`], 'x'.repeat(10 * n)]
    return this.#pick(values)
  }

  #withNode(use: (node: NodeId) => unknown): void {
    const ids = [...this.storage.stores.sets.nodes.current()]
    if (ids.length > 0) use(this.#pick(ids) as NodeId)
  }

  #withRelationship(use: (relationship: RelationshipId) => unknown): void {
    const { sets, catalog } = this.storage.stores
    const ids = tokensOf(catalog.count('type')).flatMap((type) => [...sets.type(type as never).current()])
    if (ids.length > 0) use(this.#pick(ids) as RelationshipId)
  }

  // ---- between transactions --------------------------------------------------------------------------------------

  async #answer(): Promise<void> {
    const { sequence } = this.storage
    const choice = this.#random.next()
    if (choice < 0.5) {
      await this.storage.settled(sequence)
      this.#acknowledge(sequence)
    } else if (choice < 0.8) {
      this.storage.settleNow(sequence)
      this.#acknowledge(sequence)
    } else void this.storage.settled(sequence).then(() => this.#acknowledge(sequence), ignore)
  }

  #acknowledge(sequence: number): void {
    if (!this.#files.powerLost) this.acknowledged = Math.max(this.acknowledged, sequence)
  }

  async #maintain(): Promise<void> {
    const choice = this.#random.next()
    if (choice < 0.08) await this.storage.checkpoint()
    else if (choice < 0.16) void this.storage.checkpoint().catch(ignore)
    else if (choice < 0.2) {
      await this.#close()
      this.#reopen()
    }
  }

  #below(count: number): number {
    return Math.floor(this.#random.next() * count)
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)]!
  }
}

function ignore(): void {}

export function isStorageError(error: unknown): boolean {
  return error instanceof DatabaseError && ['STORAGE_FULL', 'STORAGE_FAILED'].includes(error.code)
}

function tokensOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

function keyedIds({ keyspace }: Stores): KeyId[] {
  return tokensOf(keyspace.ids.extentCount * extentIds).filter((id) => keyspace.keyOf(id as KeyId) !== null) as KeyId[]
}

/** Everything a database holds, as text that is equal for equal databases. */
export function contentOf(stores: Stores): string {
  const { catalog, graph, nodes, sets } = stores
  const writer = new ByteWriter()
  const propertiesOf = (entity: 'node' | 'relationship', id: number) => {
    writer.reset()
    writeValue(writer, stores.propertiesOf(entity, id))
    return writer.bytes.toString('latin1', 0, writer.length)
  }
  return JSON.stringify({
    nodes: [...sets.nodes.current()].map((id) => [
      id,
      nodes.labelsOf(id as NodeId).map((label) => catalog.name('label', label)),
      nodes.keyOf(id as NodeId),
      propertiesOf('node', id),
    ]),
    relationships: tokensOf(catalog.count('type')).flatMap((type) =>
      [...sets.type(type as never).current()].map((id) => [
        id,
        catalog.name('type', type),
        graph.startOf(id),
        graph.endOf(id),
        propertiesOf('relationship', id),
      ]),
    ),
    plainValues: keyedIds(stores)
      .filter((id) => stores.plainValues.exists(id))
      .map((id) => {
        writer.reset()
        writeValue(writer, stores.plainValues.get(id as ValueId))
        return [id, stores.keyspace.keyOf(id), writer.bytes.toString('latin1', 0, writer.length)]
      }),
    expiries: [...stores.expiries.entries()],
    indexes: stores.indexes().map(({ definition, number }) => [definition, catalog.filledTo(number)]),
    rules: stores.rules().map(({ definition }) => definition),
  })
}
