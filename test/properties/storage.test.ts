/**
 * The storage against the plain model: random transactions with commits, rollbacks and savepoints, snapshots that
 * stay open, writes in place and by copying, checkpoints and reopening. After each run everything is compared with the
 * model, everything kept twice with a recomputation, and the two ways of writing byte for byte.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FulltextIndex } from '../../indexes/fulltext/fulltext-index.js'
import { Terms } from '../../indexes/fulltext/terms.js'
import { KeySet } from '../../indexes/key-set.js'
import { OrderedIndex } from '../../indexes/ordered/ordered-index.js'
import type {
  IndexDefinition,
  IndexPart,
  TextIndexDefinition,
  TreeChange,
  VectorIndexDefinition,
} from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import { idMax } from '../../src/core/ids.js'
import { wholeProperty } from '../../src/core/index-parts.js'
import { withChange } from '../../src/core/tree-change.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { Storage } from '../../src/database/storage.js'
import { Heap, pageWords } from '../../src/pages/heap.js'
import { CatalogStore } from '../../src/stores/catalog/catalog-store.js'
import { Stores } from '../../src/stores/stores.js'
import { idsToFill } from '../../src/transaction/apply.js'
import { StoreTransaction } from '../../src/transaction/store-transaction.js'
import { verify } from '../../src/transaction/verify.js'
import { type MemoryEnvironment, memoryEnvironment } from '../support/memory-environment.js'
import { Model, textOfModel, textOfStores } from './model.js'

const runs = Number(process.env.SKEIN_RUNS ?? 500)
const operationCount = 200

const values: readonly PropertyValue[] = [
  0,
  1,
  -7,
  2 ** 31,
  2 ** 53 - 1,
  9_007_199_254_740_993n,
  -(2n ** 63n),
  -0x80000000,
  new Float(1),
  new Float(0.5),
  'a',
  'Zürich',
  '',
  true,
  false,
  [1, 'two', null],
  [1, -2],
  [new Float(0.5), 3],
  [],
  new Map<string, PropertyValue>([
    ['a', 'a'],
    ['b', [new Float(0.1), new Float(2)]],
  ]),
]

/** Longer than an index entry may be, so only for the property that no index covers. */
const longText = 'x'.repeat(5000)

interface Variant {
  readonly environment: MemoryEnvironment
  readonly copying: boolean
  storage: Storage
}

type Operation = readonly [kind: number, a: number, b: number, c: number]

/** One run: the same operations on two databases and the model. */
class Run {
  private readonly variants: Variant[]
  private committed = new Model()
  private model = new Model()
  private snapshots: { model: Model; stores: Stores[] }[] = []
  private savepoint: { model: Model; back: (() => boolean)[] } | null = null

  constructor() {
    this.variants = [false, true].map((copying) => {
      const environment = memoryEnvironment()
      return { environment, copying, storage: open(environment) }
    })
    this.begin()
    this.each((tx) => {
      const ids = (names: string[]) => names.map((name) => tx.propertyId(name))
      const index = (name: string, label: string, names: string[], unique: boolean) =>
        tx.createIndex({
          name,
          entity: 'node',
          token: tx.labelId(label),
          parts: ids(names).map(wholeProperty),
          unique,
          required: false,
        })
      index('one', 'L0', ['p0'], false)
      index('two', 'L1', ['p0', 'p1'], false)
      index('only', 'L2', ['p2'], true)
      const within = (name: string, label: string, parts: readonly IndexPart[]) =>
        tx.createIndex({ name, entity: 'node', token: tx.labelId(label), parts, unique: false, required: false })
      within('elements', 'L0', [{ property: tx.propertyId('p1'), path: [null] }])
      within('member', 'L1', [{ property: tx.propertyId('p0'), path: ['m1'] }, wholeProperty(tx.propertyId('p1'))])
      tx.createTextIndex(textIndex(tx, 'words'))
      tx.createVectorIndex(vectorIndex(tx, { name: 'near', path: [] }))
      const token = tx.typeId('T0')
      tx.createIndex({
        name: 'edge',
        entity: 'relationship',
        token,
        parts: ids(['p0']).map(wholeProperty),
        unique: false,
        required: false,
      })
    })
    this.commit()
  }

  async play(operations: readonly Operation[]): Promise<void> {
    this.begin()
    for (const [kind, a, b, c] of operations) await this.step(kind, a, b, c)
    this.commit()
    this.check()
    for (const snapshot of this.snapshots) this.checkSnapshot(snapshot)
  }

  private async step(kind: number, a: number, b: number, c: number): Promise<void> {
    if (kind < 22) this.createNode(a, b, c)
    else if (kind < 46) this.createRelationship(a, b, c)
    else if (kind < 64) this.setProperty(a, b, c)
    else if (kind < 70) this.changeLabel(a, b, c)
    else if (kind < 76) this.deleteRelationship(a)
    else if (kind < 80) this.deleteNode(a)
    else if (kind < 88) this.endTransaction(a)
    else if (kind < 91) this.markOrReturn()
    else if (kind < 95) this.openOrCloseSnapshot(a)
    else if (kind < 97) await this.checkpoint()
    else if (kind < 98) await this.reopen()
    else if (kind < 112) this.buildIndex(a, b)
    else if (kind < 120) this.buildUniqueIndex(a)
    else if (kind < 140) this.changeKey(a, b, c)
    else this.changeWithin(a, b, c)
  }

  private begin(): void {
    for (const { storage, copying } of this.variants) {
      storage.begin()
      if (copying) storage.stores.heap.copyCommitted()
    }
    this.model = this.committed.copy()
    this.savepoint = null
  }

  private commit(): void {
    for (const { storage } of this.variants) storage.settleNow(storage.commit())
    this.committed = this.model
  }

  private endTransaction(a: number): void {
    if (a % 3 === 0) for (const { storage } of this.variants) storage.rollback()
    else this.commit()
    this.begin()
  }

  private markOrReturn(): void {
    if (this.savepoint === null) {
      this.savepoint = { model: this.model.copy(), back: this.variants.map(({ storage }) => storage.savepoint()) }
    } else {
      for (const back of this.savepoint.back) expect(back()).toBe(true)
      this.model = this.savepoint.model
      this.savepoint = null
    }
  }

  private openOrCloseSnapshot(a: number): void {
    this.commit()
    if (this.snapshots.length > 2 || (a % 3 === 0 && this.snapshots.length > 0)) {
      const [snapshot] = this.snapshots.splice(a % this.snapshots.length, 1)
      this.checkSnapshot(snapshot!)
      for (const stores of snapshot!.stores) stores.release()
    } else {
      const stores = this.variants.map(({ storage }) => storage.stores.snapshot())
      this.snapshots.push({ model: this.committed.copy(), stores })
    }
    this.begin()
  }

  private async checkpoint(): Promise<void> {
    this.commit()
    for (const { storage } of this.variants) await storage.checkpoint()
    this.begin()
  }

  private async reopen(): Promise<void> {
    this.commit()
    for (const snapshot of this.snapshots) {
      this.checkSnapshot(snapshot)
      for (const stores of snapshot.stores) stores.release()
    }
    this.snapshots = []
    for (const variant of this.variants) {
      await variant.storage.close()
      variant.storage = open(variant.environment)
    }
    this.check()
    this.begin()
  }

  // ---- writes -------------------------------------------------------------------------------------------------------

  private createNode(a: number, b: number, c: number): void {
    const labels = [0, 1, 2].filter((label) => (a >> label) & 1).map((label) => `L${label}`)
    const key = a % 4 === 0 ? `key:${b % 20}` : null
    const own = new Map<string, PropertyValue>([[`p${b % 3}`, valueAt(c)]])
    const fails =
      (key !== null && this.model.hasKey(key)) ||
      (labels.includes('L2') && b % 3 === 2 && this.model.clashes('L2', 'p2', valueAt(c), 0))
    const id = this.write(fails, (tx) =>
      tx.createNode({
        labels: labels.map((label) => tx.labelId(label)),
        key,
        properties: [...own].map(([name, value]) => [tx.propertyId(name), value]),
      }),
    )
    if (!fails) this.model.nodes.set(id!, { labels: new Set(labels), key, properties: own })
  }

  private createRelationship(a: number, b: number, c: number): void {
    // Half of them start at one node, which becomes a hub.
    const start = c % 2 === 0 ? this.pick(this.model.nodes, 0) : this.pick(this.model.nodes, a)
    const end = this.pick(this.model.nodes, b)
    if (start === undefined || end === undefined) return
    const own = new Map<string, PropertyValue>(c % 3 === 0 ? [['p0', valueAt(c)]] : [])
    const id = this.write(false, (tx) =>
      tx.createRelationship({
        type: tx.typeId(`T${a % 3}`),
        start: start as never,
        end: end as never,
        properties: [...own].map(([name, value]) => [tx.propertyId(name), value]),
      }),
    )
    this.model.relationships.set(id!, { type: `T${a % 3}`, start, end, properties: own })
  }

  private setProperty(a: number, b: number, c: number): void {
    const entity = a % 3 === 0 ? 'relationship' : 'node'
    const entities = entity === 'node' ? this.model.nodes : this.model.relationships
    const id = this.pick(entities, b)
    if (id === undefined) return
    const name = `p${c % 4}`
    const value = b % 4 === 0 ? null : name === 'p3' && b % 4 === 1 ? longText : valueAt(a)
    const fails =
      entity === 'node' &&
      name === 'p2' &&
      value !== null &&
      this.model.nodes.get(id)!.labels.has('L2') &&
      this.model.clashes('L2', 'p2', value, id)
    this.write(fails, (tx) => tx.setProperty(entity, id as never, tx.propertyId(name), value))
    if (fails) return
    if (value === null) entities.get(id)!.properties.delete(name)
    else entities.get(id)!.properties.set(name, value)
  }

  /** Adds to a list or a map at one of its places, or takes from it. */
  private changeWithin(a: number, b: number, c: number): void {
    const id = this.pick(this.model.nodes, b)
    const node = id === undefined ? undefined : this.model.nodes.get(id)!
    const name = `p${c % 3}`
    const before = node?.properties.get(name)
    if (before === undefined || !(Array.isArray(before) || before instanceof Map)) return
    const change = changeOf(before, a, valueAt(b))
    const value = withChange(before, change)
    const fails = name === 'p2' && node!.labels.has('L2') && this.model.clashes('L2', 'p2', value, id!)
    this.write(fails, (tx) => tx.changeTree('node', id as never, tx.propertyId(name), change))
    if (!fails) node!.properties.set(name, value)
  }

  private changeLabel(a: number, b: number, c: number): void {
    const id = this.pick(this.model.nodes, b)
    if (id === undefined) return
    const label = `L${c % 3}`
    const node = this.model.nodes.get(id)!
    if (a % 2 === 0) {
      this.write(false, (tx) => tx.removeLabel(id as never, tx.labelId(label)))
      node.labels.delete(label)
      return
    }
    const value = node.properties.get('p2')
    const fails =
      label === 'L2' && !node.labels.has('L2') && value !== undefined && this.model.clashes('L2', 'p2', value, id)
    this.write(fails, (tx) => tx.addLabel(id as never, tx.labelId(label)))
    if (!fails) node.labels.add(label)
  }

  private deleteRelationship(a: number): void {
    const id = this.pick(this.model.relationships, a)
    if (id === undefined) return
    this.write(false, (tx) => tx.deleteRelationship(id as never))
    this.model.relationships.delete(id)
  }

  private deleteNode(a: number): void {
    const id = this.pick(this.model.nodes, a)
    if (id === undefined) return
    const own = this.model.relationshipsOf(id)
    const detach = a % 2 === 0
    this.write(own.length > 0 && !detach, (tx) => tx.deleteNode(id as never, { detach }))
    if (own.length > 0 && !detach) return
    for (const relationship of own) this.model.relationships.delete(relationship)
    this.model.nodes.delete(id)
    this.model.expiries.delete(id)
  }

  private changeKey(a: number, b: number, c: number): void {
    const key = `key:${b % 20}`
    const other = `key:${c % 20}`
    const holder = this.model.holderOf(key)
    const isNode = holder !== undefined && this.model.nodes.has(holder)
    const isFree = !this.model.hasKey(other)
    switch (a % 5) {
      case 0: {
        const id = this.write(isNode, (tx) => {
          tx.keys.set(key, valueAt(c)!)
          return tx.stores.keyspace.find(key)
        })
        if (!isNode) this.model.values.set(id!, { key, value: valueAt(c) })
        return
      }
      case 1:
        if (isNode) return
        this.write(false, (tx) => tx.keys.delete(key))
        this.model.values.delete(holder!)
        this.model.expiries.delete(holder!)
        return
      case 2:
        this.write(holder === undefined || (!isFree && key !== other), (tx) => tx.keys.rename(key, other))
        if (isNode && isFree) this.model.nodes.get(holder)!.key = other
        else if (holder !== undefined && isFree) this.model.values.get(holder)!.key = other
        return
      case 3: {
        const atMs = c % 4 === 0 ? null : 2 ** 40 + c
        this.write(holder === undefined, (tx) => tx.keys.setExpiry(key, atMs))
        if (holder === undefined) return
        if (atMs === null) this.model.expiries.delete(holder)
        else this.model.expiries.set(holder, atMs)
        return
      }
      case 4:
        this.expireFirst(2 ** 40 + c / 2)
    }
  }

  private expireFirst(nowMs: number): void {
    const due = [...this.model.expiries].filter(([, atMs]) => atMs <= nowMs)
    const [id] = due.sort(([one, oneMs], [other, otherMs]) => oneMs - otherMs || one - other)[0] ?? []
    expect(this.write(false, (tx) => tx.keys.expireNext(nowMs)) !== null).toBe(id !== undefined)
    if (id === undefined) return
    this.model.expiries.delete(id)
    this.model.values.delete(id)
    for (const relationship of this.model.relationshipsOf(id)) this.model.relationships.delete(relationship)
    this.model.nodes.delete(id)
  }

  /** An index that is filled bit by bit, while all else goes on, then dropped and begun again. */
  private buildIndex(a: number, b: number): void {
    const open = this.stores.findIndex('late')
    if (open === undefined) this.write(false, (tx) => tx.beginIndex(lateIndex(tx, { name: 'late', unique: false })))
    else if (!this.stores.isWhole(open)) this.write(false, (tx) => tx.fillIndex('late', 1 + (a % 6)))
    else if (b % 3 === 0) this.write(false, (tx) => tx.dropIndex('late'))
    this.buildTextIndex(a, b)
    this.buildVectorIndex(a, b)
  }

  private buildTextIndex(a: number, b: number): void {
    const open = this.stores.findTextIndex('lateWords')
    if (open === undefined) this.write(false, (tx) => tx.beginTextIndex(textIndex(tx, 'lateWords')))
    else if (!this.stores.isWhole(open)) this.write(false, (tx) => tx.fillIndex('lateWords', 1 + (b % 6)))
    else if (a % 3 === 0) this.write(false, (tx) => tx.dropIndex('lateWords'))
  }

  private buildVectorIndex(a: number, b: number): void {
    const open = this.stores.findVectorIndex('lateNear')
    if (open === undefined)
      this.write(false, (tx) => tx.beginVectorIndex(vectorIndex(tx, { name: 'lateNear', path: ['b'] })))
    else if (!this.stores.isWhole(open)) this.write(false, (tx) => tx.fillIndex('lateNear', 1 + (b % 6)))
    else if ((a + b) % 3 === 0) this.write(false, (tx) => tx.dropIndex('lateNear'))
  }

  /** The end of its filling finds whether the values are unique, as they are then. */
  private buildUniqueIndex(a: number): void {
    const open = this.stores.findIndex('lateOnly')
    if (open === undefined) {
      this.write(false, (tx) => tx.beginIndex(lateIndex(tx, { name: 'lateOnly', unique: true })))
      return
    }
    const idsMax = 2 + (a % 6)
    const isEnd = idsToFill(this.stores, open, {}).length < idsMax
    this.write(isEnd && this.model.repeats('L0', 'p1'), (tx) => tx.fillIndex('lateOnly', idsMax))
    if (isEnd) this.write(false, (tx) => tx.dropIndex('lateOnly'))
  }

  private get stores(): Stores {
    return this.variants[0]!.storage.stores
  }

  private pick(entities: ReadonlyMap<number, unknown>, at: number): number | undefined {
    return entities.size === 0 ? undefined : [...entities.keys()][at % entities.size]
  }

  /** Does the same to each database; they must agree on the outcome. */
  private write<Result>(fails: boolean, action: (tx: StoreTransaction) => Result): Result | undefined {
    const outcomes = this.variants.map(({ storage }) => {
      try {
        return action(new StoreTransaction(storage.stores, { record: storage.record }))
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error
        return error
      }
    })
    expect(outcomes[0] instanceof DatabaseError, String(outcomes[0])).toBe(fails)
    if (fails) return undefined
    expect(outcomes[1]).toEqual(outcomes[0])
    return outcomes[0] as Result
  }

  private each(action: (tx: StoreTransaction) => void): void {
    for (const { storage } of this.variants) action(new StoreTransaction(storage.stores, { record: storage.record }))
  }

  // ---- checks -------------------------------------------------------------------------------------------------------

  private check(): void {
    const expected = textOfModel(this.committed)
    for (const { storage } of this.variants) {
      expect(textOfStores(storage.stores)).toBe(expected)
      expect(verify(storage.stores)).toEqual([])
    }
    expect(pageBytesOf(this.variants[0]!.storage.stores)).toBe(pageBytesOf(this.variants[1]!.storage.stores))
  }

  private checkSnapshot({ model, stores }: { model: Model; stores: Stores[] }): void {
    const expected = textOfModel(model)
    for (const each of stores) {
      expect(textOfStores(each)).toBe(expected)
      expect(verify(each)).toEqual([])
    }
  }
}

function open(environment: MemoryEnvironment): Storage {
  return Storage.open(environment, 'data', { heap: { slabShift: 7, undoEntriesMax: 400 }, segmentBytes: 64 * 1024 })
}

/** Over two labels, a property and places within another. */
function textIndex(tx: StoreTransaction, name: string): TextIndexDefinition {
  const field = { analyzer: 'standard-no-stop-words', weight: 1 }
  const [p0, p1] = [tx.propertyId('p0'), tx.propertyId('p1')]
  const parts = [wholeProperty(p0), { property: p1, path: [null] }, { property: p1, path: ['a'] }]
  return {
    name,
    entity: 'node',
    tokens: [tx.labelId('L0'), tx.labelId('L1')],
    parts: parts.map((part) => ({ ...part, ...field })),
    k1: 1.2,
    b: 0.75,
  }
}

/** Over two labels, one of which the full-text index covers, too. */
function vectorIndex(
  tx: StoreTransaction,
  { name, path }: { name: string; path: readonly string[] },
): VectorIndexDefinition {
  const tokens = [tx.labelId('L0'), tx.labelId('L2')]
  const config = { dimensions: 2, similarity: 'euclidean', m: 4, efConstruction: 8 } as const
  return { name, entity: 'node', tokens, parts: [{ property: tx.propertyId('p1'), path }], ...config }
}

function lateIndex(tx: StoreTransaction, { name, unique }: { name: string; unique: boolean }): IndexDefinition {
  return {
    name,
    entity: 'node',
    token: tx.labelId('L0'),
    parts: [wholeProperty(tx.propertyId('p1'))],
    unique,
    required: false,
  }
}

/** A change that fits the list or the map; there are never so many values that an index has no room for them. */
function changeOf(container: PropertyValue, a: number, value: PropertyValue): TreeChange {
  if (container instanceof Map) {
    const name = `m${a % 5}`
    return container.has(name) ? { kind: 'remove', path: [name] } : { kind: 'set', path: [name], value }
  }
  const { length } = container as PropertyValue[]
  if (length > 5 || (length > 0 && a % 3 === 0)) return { kind: 'remove', path: [a % length] }
  if (length > 0 && a % 3 === 1) return { kind: 'set', path: [a % length], value }
  return { kind: 'insert', path: [a % (length + 1)], values: [value] }
}

function valueAt(at: number): PropertyValue {
  return values[at % values.length]!
}

/** A digest of every page by table and index; numbers of pages, which the ways of writing choose apart, left out. */
function pageBytesOf(stores: Stores): string {
  const digests: string[] = []
  const { heap } = stores
  stores.space.forEachTable((table, slot) => {
    table.entries().forEach((entry, index) => {
      if (entry === 0) return
      if (entry < 0) digests.push(`${slot}/${index}=${entry}`)
      else {
        let hash = 0
        const words = heap.wordsOf(entry)
        const start = heap.offset(entry)
        for (let i = 0; i < pageWords; i++) hash = (Math.imul(hash, 31) + words[start + i]!) | 0
        digests.push(`${slot}/${index}:${hash}`)
      }
    })
  })
  return digests.join(' ')
}

const kindMax = 151
const operation = fc.tuple(fc.nat(kindMax), fc.nat(1000), fc.nat(1000), fc.nat(1000))
const operations = fc.array(operation, { minLength: operationCount, maxLength: operationCount })

async function campaign(numRuns: number, given = operations): Promise<void> {
  await fc.assert(
    fc.asyncProperty(given, (steps) => new Run().play(steps)),
    { numRuns, ...(process.env.SKEIN_SEED === undefined ? {} : { seed: Number(process.env.SKEIN_SEED) }) },
  )
}

test(
  `after any transactions the storage equals the model, however it wrote (${runs} runs)`,
  () => campaign(runs),
  300_000,
)

/** Faults put in on purpose: the campaign must find each. */
const faults: Record<string, () => () => void> = {
  'undo forgets a word': () => {
    const { unroll } = Heap.prototype
    Heap.prototype.unroll = function (this: Heap, mark) {
      unroll.call(this, mark + 3 <= (this as unknown as { undoLength: number }).undoLength ? mark + 3 : mark)
    }
    return () => {
      Heap.prototype.unroll = unroll
    }
  },
  'a bitmap loses a removal': () => {
    const { remove } = KeySet.prototype
    let count = 0
    KeySet.prototype.remove = function (this: KeySet, id) {
      if (++count % 5 !== 0) remove.call(this, id)
    }
    return () => {
      KeySet.prototype.remove = remove
    }
  },
  'an index that is being filled misses the writes meanwhile': () => {
    const { holds } = Stores.prototype
    Stores.prototype.holds = function (this: Stores, open, id) {
      return this.isWhole(open) && holds.call(this, open, id)
    }
    return () => {
      Stores.prototype.holds = holds
    }
  },
  'an index takes the last entity of a slice in once more': () => {
    const { setFilledTo } = CatalogStore.prototype
    CatalogStore.prototype.setFilledTo = function (this: CatalogStore, number, id) {
      setFilledTo.call(this, number, id === idMax ? id : id - 1)
    }
    return () => {
      CatalogStore.prototype.setFilledTo = setFilledTo
    }
  },
  'an index keeps an entry of a write that was rolled back': () => {
    const { add } = OrderedIndex.prototype
    const { rollback } = Stores.prototype
    let last: (() => void) | undefined
    OrderedIndex.prototype.add = function (this: OrderedIndex, id, values) {
      last = () => add.call(this, id, values)
      add.call(this, id, values)
    }
    Stores.prototype.rollback = function (this: Stores, mark) {
      rollback.call(this, mark)
      last?.()
    }
    return () => {
      OrderedIndex.prototype.add = add
      Stores.prototype.rollback = rollback
    }
  },
  'a full-text index keeps what was deleted': () => {
    const { remove } = FulltextIndex.prototype
    let count = 0
    FulltextIndex.prototype.remove = function (this: FulltextIndex, id) {
      if (++count % 5 !== 0) remove.call(this, id)
    }
    return () => {
      FulltextIndex.prototype.remove = remove
    }
  },
  'a full-text index counts a term that nobody holds any more': () => {
    const { remove } = Terms.prototype
    let count = 0
    Terms.prototype.remove = function (this: Terms, term) {
      if (++count % 5 !== 0) remove.call(this, term)
    }
    return () => {
      Terms.prototype.remove = remove
    }
  },
  'a full-text index keeps a document of a write that was rolled back': () => {
    const { addLater } = FulltextIndex.prototype
    const { rollback } = Stores.prototype
    let last: (() => void) | undefined
    FulltextIndex.prototype.addLater = function (this: FulltextIndex, id, texts) {
      last = () => addLater.call(this, id, texts)
      addLater.call(this, id, texts)
    }
    Stores.prototype.rollback = function (this: Stores, mark) {
      rollback.call(this, mark)
      last?.()
    }
    return () => {
      FulltextIndex.prototype.addLater = addLater
      Stores.prototype.rollback = rollback
    }
  },
  'a pin does not stop writes in place': () => {
    const { writable } = Heap.prototype
    Heap.prototype.writable = () => true
    return () => {
      Heap.prototype.writable = writable
    }
  },
}

test.each(Object.keys(faults))(
  'the comparison finds a fault: %s',
  async (name) => {
    const mend = faults[name]!()
    try {
      await expect(campaign(60, fc.noShrink(operations))).rejects.toThrow()
    } finally {
      mend()
    }
  },
  120_000,
)
