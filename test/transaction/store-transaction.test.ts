import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import type { LabelId, NodeId, RelationshipId, TypeId } from '../../src/core/ids.js'
import { wholeProperty } from '../../src/core/index-parts.js'
import type { PropertyValue } from '../../src/core/value.js'
import { Heap } from '../../src/pages/heap.js'
import { Stores } from '../../src/stores/stores.js'
import { applyChange } from '../../src/transaction/apply.js'
import { StoreTransaction } from '../../src/transaction/store-transaction.js'
import { verify } from '../../src/transaction/verify.js'
import { textOfStores } from '../properties/model.js'

const newStores = () => Stores.create(new Heap({ slabShift: 7 }))

/** A transaction with the changes it made, in order. */
function writing(stores = newStores()): { tx: StoreTransaction; stores: Stores; changes: Change[] } {
  const changes: Change[] = []
  return { tx: new StoreTransaction(stores, { record: (change) => changes.push(change) }), stores, changes }
}

function node(tx: StoreTransaction, labels: string[] = [], properties: Record<string, PropertyValue> = {}): NodeId {
  return tx.createNode({
    labels: labels.map((name) => tx.labelId(name)),
    properties: Object.entries(properties).map(([name, value]) => [tx.propertyId(name), value]),
  })
}

const code = (name: string) => expect.objectContaining({ code: name })

describe('a transaction over stores', () => {
  test('turns each write into one change that says everything: ids, names, values', () => {
    const { tx, changes } = writing()
    const ann = node(tx, ['Person'], { name: 'Ann' })
    const knows = tx.createRelationship({ type: tx.typeId('KNOWS'), start: ann, end: ann, properties: [] })
    tx.setProperty('node', ann, tx.propertyId('name'), null)
    tx.removeLabel(ann, tx.labelId('Person'))
    tx.deleteNode(ann, { detach: true })
    expect(changes).toEqual([
      { kind: 'defineToken', space: 'label', id: 1, name: 'Person' },
      { kind: 'defineToken', space: 'property', id: 1, name: 'name' },
      { kind: 'createNode', id: ann, labels: [1], key: null, properties: [[1, 'Ann']] },
      { kind: 'defineToken', space: 'type', id: 1, name: 'KNOWS' },
      { kind: 'createRelationship', id: knows, type: 1, start: ann, end: ann, properties: [] },
      { kind: 'setProperty', entity: 'node', id: ann, property: 1, value: null },
      { kind: 'removeLabel', id: ann, label: 1 },
      { kind: 'deleteRelationship', id: knows },
      { kind: 'deleteNode', id: ann },
    ])
  })

  test('makes changes that give the same stores when they are applied to others', () => {
    const { tx, stores, changes } = writing()
    tx.createIndex({
      name: 'i',
      entity: 'node',
      token: tx.labelId('A'),
      parts: [wholeProperty(tx.propertyId('p'))],
      unique: false,
      required: false,
    })
    const nodes = Array.from({ length: 50 }, (_, i) => node(tx, i % 2 === 0 ? ['A'] : ['A', 'B'], { p: i % 7 }))
    for (const [i, start] of nodes.entries())
      tx.createRelationship({ type: tx.typeId('R'), start, end: nodes[(i * 3) % 50]!, properties: [] })
    for (const id of nodes.slice(10, 20)) tx.deleteNode(id, { detach: true })
    for (const id of nodes.slice(20, 30)) tx.addLabel(id, tx.labelId('C'))
    const others = newStores()
    for (const change of changes) applyChange(others, change)
    expect(textOfStores(others)).toBe(textOfStores(stores))
    expect(verify(others)).toEqual([])
  })

  test('makes no change where nothing would change, and says so', () => {
    const { tx, changes } = writing()
    const ann = node(tx, ['Person'])
    const made = changes.length
    expect(tx.addLabel(ann, tx.labelId('Person'))).toBe(false)
    expect(tx.removeLabel(ann, 2 as LabelId)).toBe(false)
    tx.propertyId('name')
    expect(tx.setProperty('node', ann, tx.propertyId('name'), null)).toBe(false)
    expect(changes.slice(made)).toEqual([{ kind: 'defineToken', space: 'property', id: 1, name: 'name' }])
    expect(tx.counters).toMatchObject({ nodesCreated: 1, labelsAdded: 1, labelsRemoved: 0, propertiesSet: 0 })
  })

  test('refuses before anything has changed, and goes on', () => {
    const { tx, stores, changes } = writing()
    const ann = tx.createNode({
      labels: [tx.labelId('Person')],
      key: 'ann',
      properties: [[tx.propertyId('name'), 'Ann']],
    })
    const bob = node(tx, [], { name: 'Ann' })
    tx.createRelationship({ type: tx.typeId('KNOWS'), start: ann, end: bob, properties: [] })
    const index = {
      name: 'one',
      entity: 'node',
      token: 1 as LabelId,
      parts: [wholeProperty(tx.propertyId('name'))],
      unique: true,
      required: false,
    } as const
    tx.createIndex(index)
    const [before, made] = [textOfStores(stores), changes.length]
    const [type, gone] = [1 as TypeId, 999 as NodeId]
    const refused: [string, () => unknown][] = [
      ['KEY_TAKEN', () => tx.createNode({ labels: [], key: 'ann', properties: [] })],
      ['KEY_INVALID', () => tx.createNode({ labels: [], key: '', properties: [] })],
      ['KEY_INVALID', () => tx.labelId('')],
      ['KEY_INVALID', () => tx.propertyId('\udc00')],
      ['LIMIT_EXCEEDED', () => tx.typeId('x'.repeat(70_000))],
      ['CONSTRAINT_VIOLATION', () => node(tx, ['Person'], { name: 'Ann' })],
      ['CONSTRAINT_VIOLATION', () => tx.addLabel(bob, 1 as LabelId)],
      ['PROPERTY_INVALID', () => tx.setProperty('node', bob, tx.propertyId('name'), ['\ud800'])],
      ['LIMIT_EXCEEDED', () => tx.setProperty('node', ann, tx.propertyId('name'), 'x'.repeat(1000))],
      ['ENTITY_DELETED', () => tx.setProperty('node', gone, tx.propertyId('name'), 1)],
      ['ENTITY_DELETED', () => tx.createRelationship({ type, start: ann, end: gone, properties: [] })],
      ['ENTITY_DELETED', () => tx.createRelationship({ type, start: gone, end: ann, properties: [] })],
      ['ENTITY_DELETED', () => tx.deleteRelationship(999 as RelationshipId)],
      ['ENTITY_DELETED', () => tx.deleteNode(gone, { detach: true })],
      ['NODE_HAS_RELATIONSHIPS', () => tx.deleteNode(ann, { detach: false })],
      ['INDEX_EXISTS', () => tx.createIndex(index)],
      ['INDEX_MISSING', () => tx.dropIndex('other')],
      ['INDEX_MISSING', () => tx.indexSeek({ ...index, name: 'other' }, ['Ann'])],
    ]
    for (const [expected, call] of refused) expect(call, expected).toThrow(code(expected) as Error)
    expect(textOfStores(stores)).toBe(before)
    expect(changes.length).toBe(made)
    expect(verify(stores)).toEqual([])
    node(tx, ['Person'], { name: 'Bob' })
    expect(verify(stores)).toEqual([])
  })

  test('that only reads refuses every write', () => {
    const { tx, stores } = writing()
    const ann = node(tx, ['Person'], { name: 'Ann' })
    const reading = new StoreTransaction(stores)
    expect(reading.propertiesOf('node', ann)).toEqual(new Map([['name', 'Ann']]))
    const refusal = code('DATABASE_READ_ONLY') as Error
    expect(() => reading.deleteNode(ann, { detach: true })).toThrow(refusal)
    expect(() => reading.labelId('New')).toThrow(refusal)
    expect(() => reading.setProperty('node', ann, reading.propertyId('name'), 'Bob')).toThrow(refusal)
    expect(reading.labelId('Person')).toBe(1)
  })

  test('tells what stopped a change halfway, so that nothing of it can be kept', () => {
    const { tx, stores } = writing()
    const ann = node(tx, ['Person'])
    tx.mustBeWhole()
    const full = new DatabaseError('LIMIT_EXCEEDED', 'no memory')
    stores.nodes.labelsOf = () => {
      throw full
    }
    expect(() => tx.deleteNode(ann, { detach: true })).toThrow(full)
    expect(() => tx.mustBeWhole()).toThrow(full)
  })

  test('reads through views that follow its own writes when they are refreshed', () => {
    const { tx } = writing()
    const ann = node(tx, ['Person'], { age: 1 })
    const age = tx.propertyId('age')
    const views = {
      column: tx.column('node', age),
      cursor: tx.adjacency({ types: 'any', direction: 'both' }),
      ends: tx.relationships(),
    }
    const bob = node(tx, ['Person'], { age: 2 })
    tx.setProperty('node', ann, age, 'old')
    const knows = tx.createRelationship({ type: tx.typeId('KNOWS'), start: ann, end: bob, properties: [] })
    const loop = tx.createRelationship({ type: tx.typeId('LIKES'), start: ann, end: ann, properties: [] })
    tx.refresh()
    expect([views.column.valueAt(ann), views.column.valueAt(bob)]).toEqual(['old', 2])
    expect([views.ends.startOf(knows), views.ends.endOf(knows), views.ends.typeOf(loop)]).toEqual([ann, bob, 2])
    expect([views.cursor.degree(ann), views.cursor.degree(bob)]).toEqual([2, 1])
    const found: number[] = []
    for (let more = views.cursor.open(ann); more; more = views.cursor.next())
      for (let i = views.cursor.start; i < views.cursor.end; i += 2)
        if (!(views.cursor.skipLoops && views.cursor.words[i] === ann)) found.push(views.cursor.words[i + 1]!)
    expect(found.sort()).toEqual([knows, loop].sort())
  })

  test('scans sets in order, label by label and type by type', () => {
    const { tx } = writing()
    const all = Array.from({ length: 3000 }, (_, i) => node(tx, i % 3 === 0 ? ['A'] : ['B']))
    const links = all
      .slice(1, 500)
      .map((start, i) =>
        tx.createRelationship({ type: tx.typeId(i % 2 === 0 ? 'R' : 'S'), start, end: all[0]!, properties: [] }),
      )
    const idsOf = (scan: { next(batch: Uint32Array): number }) => {
      const [ids, batch] = [[] as number[], new Uint32Array(64)]
      for (let count = scan.next(batch); count > 0; count = scan.next(batch)) ids.push(...batch.subarray(0, count))
      return ids
    }
    const ascending = (a: number, b: number) => a - b
    expect(idsOf(tx.scanNodes(undefined))).toEqual([...all].sort(ascending))
    expect(idsOf(tx.scanNodes(tx.labelId('A')))).toEqual(all.filter((_, i) => i % 3 === 0).sort(ascending))
    expect(idsOf(tx.scanRelationships(undefined)).sort(ascending)).toEqual([...links].sort(ascending))
    expect(idsOf(tx.scanRelationships(tx.typeId('S')))).toEqual(links.filter((_, i) => i % 2 === 1).sort(ascending))
  })
})
