/**
 * Constraints against a look at everything: random transactions, of which those and only those are committed that
 * leave each node with what it must have, and writes refused just where a value is of no type that is allowed.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Change, PropertyEntry } from '../../src/core/change.js'
import { DatabaseError } from '../../src/core/errors.js'
import type { LabelId, NodeId, PropertyId } from '../../src/core/ids.js'
import { wholeProperty } from '../../src/core/index-parts.js'
import { Float, type PropertyValue } from '../../src/core/value.js'
import { Storage } from '../../src/database/storage.js'
import type { Requirement } from '../../src/stores/stores.js'
import { RequiredChecks } from '../../src/transaction/required-checks.js'
import { StoreTransaction } from '../../src/transaction/store-transaction.js'
import { verify } from '../../src/transaction/verify.js'
import { memoryEnvironment } from '../support/memory-environment.js'

const values: readonly PropertyValue[] = [
  null,
  1,
  2n ** 60n,
  new Float(1),
  'a',
  true,
  [1, 2],
  [1, 'a'],
  [new Float(1)],
  [],
]
const labels = [1, 2] as LabelId[]
const properties = [1, 2, 3] as PropertyId[]

/** Of label 1: property 1 must exist. Of label 2: (1, 2) is the key, and property 3 an INTEGER or a list of them. */
function open(environment = memoryEnvironment()): Storage {
  const storage = Storage.open(environment, 'data', { heap: { slabShift: 7 }, segmentBytes: 64 * 1024 })
  if (storage.sequence > 0) return storage
  storage.begin()
  const tx = transactionOf(storage)
  for (const name of ['A', 'B']) tx.labelId(name)
  for (const name of ['p', 'q', 'r']) tx.propertyId(name)
  tx.createRule({ name: 'p exists', entity: 'node', token: labels[0]!, property: properties[0]!, types: null })
  const key = { unique: true, required: true }
  tx.createIndex({
    name: 'key',
    entity: 'node',
    token: labels[1]!,
    parts: properties.slice(0, 2).map(wholeProperty),
    ...key,
  })
  const types = ['INTEGER', 'LIST<INTEGER NOT NULL>'] as const
  tx.createRule({ name: 'r is', entity: 'node', token: labels[1]!, property: properties[2]!, types })
  storage.commit()
  return storage
}

function transactionOf(storage: Storage): StoreTransaction {
  return new StoreTransaction(storage.stores, { record: storage.record })
}

function nodesOf({ stores }: Storage): NodeId[] {
  return [...stores.sets.nodes.current()] as NodeId[]
}

/** Whether some node lacks what it must have, found by looking at all. */
function isIncomplete(storage: Storage): boolean {
  const { stores } = storage
  return nodesOf(storage).some((id) => {
    const [p, q] = properties.map((property) => stores.column('node', property).get(id))
    const own = stores.nodes.labelsOf(id)
    return (own.includes(labels[0]!) && p === null) || (own.includes(labels[1]!) && (p === null || q === null))
  })
}

function isAllowed(value: PropertyValue): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number')
  return value === null || typeof value === 'number' || typeof value === 'bigint'
}

const write = fc.record({
  kind: fc.constantFrom(
    'create',
    'create',
    'set',
    'set',
    'set',
    'addLabel',
    'removeLabel',
    'delete',
    'back',
    'end',
    'reopen',
  ),
  node: fc.nat(50),
  labels: fc.subarray(labels),
  property: fc.constantFrom(...properties),
  given: fc.array(fc.tuple(fc.constantFrom(...properties), fc.constantFrom(...values)), { maxLength: 3 }),
  value: fc.constantFrom(...values),
})
type Write = typeof write extends fc.Arbitrary<infer W> ? W : never

async function play(writes: readonly Write[]): Promise<void> {
  const environment = memoryEnvironment()
  let storage = open(environment)
  storage.begin()
  for (const each of writes) {
    if (each.kind === 'end' || each.kind === 'reopen') end(storage)
    else if (each.kind === 'back') storage.savepoint()
    else attempt(storage, each)
    if (each.kind === 'reopen') {
      await storage.close()
      storage = open(environment)
    }
    if (!storage.writing) storage.begin()
  }
  end(storage)
  await storage.close()
}

/** Commits, or finds that it cannot be. */
function end(storage: Storage): void {
  const expected = isIncomplete(storage)
  let refused = false
  try {
    storage.commit()
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    expect(error.code).toBe('CONSTRAINT_VIOLATION')
    refused = true
    storage.rollback()
  }
  expect(refused).toBe(expected)
  expect(verify(storage.stores)).toEqual([])
}

/** Writes as a statement does, and takes a write alone back that is refused. */
function attempt(storage: Storage, each: Write): void {
  const back = storage.savepoint()
  try {
    perform(storage, each)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    expect(error.code).toBe('CONSTRAINT_VIOLATION')
    expect(back()).toBe(true)
  }
  for (const id of nodesOf(storage))
    if (storage.stores.nodes.labelsOf(id).includes(labels[1]!))
      expect(isAllowed(storage.stores.column('node', properties[2]!).get(id))).toBe(true)
}

function perform(storage: Storage, each: Write): void {
  const tx = transactionOf(storage)
  const nodes = nodesOf(storage)
  const node = nodes[each.node % Math.max(1, nodes.length)]
  if (each.kind === 'create')
    tx.createNode({ labels: each.labels, properties: [...new Map(each.given)] as PropertyEntry[] })
  else if (node === undefined) return
  else if (each.kind === 'set') {
    const refusable = storage.stores.nodes.labelsOf(node).includes(labels[1]!)
    tx.setProperty('node', node, each.property, each.value)
    if (refusable && each.property === properties[2]) expect(isAllowed(each.value)).toBe(true)
  } else if (each.kind === 'addLabel') for (const label of each.labels) tx.addLabel(node, label)
  else if (each.kind === 'removeLabel') for (const label of each.labels) tx.removeLabel(node, label)
  else if (each.kind === 'delete') tx.deleteNode(node, { detach: true })
}

const writes = fc.array(write, { minLength: 20, maxLength: 60 })
const campaign = (given = writes) => fc.assert(fc.asyncProperty(given, play), { numRuns: 200 })

test('a transaction is committed just when all that is required is there at its end', () => campaign(), 120_000)

test.each(['createNode', 'addLabel', 'setProperty'] as const)(
  'the comparison finds that %s is not looked at',
  async (kind) => {
    const { note } = RequiredChecks.prototype
    RequiredChecks.prototype.note = function (this: RequiredChecks, required: readonly Requirement[], change: Change) {
      if (change.kind !== kind) note.call(this, required, change)
    }
    try {
      await expect(campaign(fc.noShrink(writes))).rejects.toThrow()
    } finally {
      RequiredChecks.prototype.note = note
    }
  },
  120_000,
)
