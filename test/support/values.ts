/** Generators of values and changes, for tests that check what is true of all of them. */
import fc from 'fast-check'
import {
  type Change,
  type EntityKind,
  type PropertyEntry,
  propertyTypes,
  type StoredValue,
  similarities,
  type TokenSpace,
  type TreeChange,
} from '../../src/core/change.js'
import type { LabelId, NodeId, PropertyId, RelationshipId, TypeId, ValueId } from '../../src/core/ids.js'
import {
  Float,
  integerMax,
  integerMin,
  jsonNull,
  type MemberValue,
  type PropertyValue,
  toInteger,
} from '../../src/core/value.js'
import { temporal } from './temporals.js'

export const id = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 0xffffffff }))

/** A string without lone surrogates, which have no UTF-8. */
export const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 30, maxLength: 60 }),
)

const scalar: fc.Arbitrary<PropertyValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.integer({ min: -200, max: 200 }),
  fc.bigInt({ min: integerMin, max: integerMax }).map(toInteger),
  fc.double().map((value) => new Float(value)),
  text,
  fc.uint8Array({ maxLength: 100 }),
  temporal,
)

/** Any property value, lists and maps in each other included. */
export const value: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
})).value

/** What an entity keeps under a property. */
export const member: fc.Arbitrary<MemberValue> = fc.oneof({ weight: 9, arbitrary: value }, fc.constant(jsonNull))

const node = id as fc.Arbitrary<NodeId>
const plain = id as fc.Arbitrary<ValueId>
const stored = value.filter((each): each is StoredValue => each !== null)
const relationship = id as fc.Arbitrary<RelationshipId>
const label = id as fc.Arbitrary<LabelId>
const type = id as fc.Arbitrary<TypeId>
const property = id as fc.Arbitrary<PropertyId>
const properties: fc.Arbitrary<PropertyEntry[]> = fc.array(fc.tuple(property, member), { maxLength: 4 })
const entity = fc.constantFrom<EntityKind>('node', 'relationship')

/** Plain objects, as the reader makes them. */
const record: typeof fc.record = (model: object) => fc.record(model as never, { noNullPrototype: true })

const kind = <Kind extends Change['kind']>(name: Kind) => fc.constant(name)

const path = fc.array(fc.oneof(text, fc.nat()), { minLength: 1, maxLength: 4 })
const treeChange: fc.Arbitrary<TreeChange> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), path, value }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('remove' as const), path }, { noNullPrototype: true }),
  fc.record(
    { kind: fc.constant('insert' as const), path, values: fc.array(value, { maxLength: 3 }) },
    { noNullPrototype: true },
  ),
)

const index = fc
  .tuple(
    record({
      name: text,
      entity,
      token: label,
      parts: fc.array(record({ property, path: fc.array(fc.option(fc.string()), { maxLength: 3 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    fc.constantFrom([false, false], [true, false], [true, true]),
  )
  .map(([index, [unique, required]]) => ({ ...index, unique: unique!, required: required! }))

const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const textIndex = record({
  name: text,
  entity,
  tokens: fc.array(label, { maxLength: 3 }),
  parts: fc.array(
    record({ property, path: fc.array(fc.option(fc.string()), { maxLength: 3 }), analyzer: value, weight: number }),
    { maxLength: 3 },
  ),
  k1: number,
  b: number,
})

const vectorIndex = record({
  name: text,
  entity,
  tokens: fc.array(label, { maxLength: 3 }),
  parts: fc.tuple(record({ property, path: fc.array(fc.string(), { maxLength: 3 }) })),
  similarity: fc.constantFrom(...similarities),
  dimensions: fc.integer({ min: 1, max: 4096 }),
  m: fc.integer({ min: 1, max: 512 }),
  efConstruction: fc.integer({ min: 1, max: 3200 }),
})

const rule = record({
  name: text,
  entity,
  token: label,
  property,
  types: fc.option(fc.array(fc.constantFrom(...propertyTypes), { minLength: 1, maxLength: 3 })),
})

/** Any change of any kind, its ids not related to those of others. */
export const change: fc.Arbitrary<Change> = fc.oneof(
  record({
    kind: kind('defineToken'),
    space: fc.constantFrom<TokenSpace>('label', 'type', 'property'),
    id,
    name: text,
  }),
  record({
    kind: kind('createNode'),
    id: node,
    labels: fc.array(label, { maxLength: 3 }),
    key: fc.option(text),
    properties,
  }),
  record({ kind: kind('deleteNode'), id: node }),
  record({ kind: kind('addLabel'), id: node, label }),
  record({ kind: kind('removeLabel'), id: node, label }),
  record({ kind: kind('createRelationship'), id: relationship, type, start: node, end: node, properties }),
  record({ kind: kind('deleteRelationship'), id: relationship }),
  record({ kind: kind('setProperty'), entity, id: node, property, value: member }),
  record({ kind: kind('changeTree'), entity, id: node, property, change: treeChange }),
  record({ kind: kind('createIndex'), index }),
  record({ kind: kind('dropIndex'), name: text }),
  record({ kind: kind('beginIndex'), index }),
  record({ kind: kind('createTextIndex'), index: textIndex }),
  record({ kind: kind('beginTextIndex'), index: textIndex }),
  record({ kind: kind('changeTextIndex'), index: textIndex }),
  record({ kind: kind('createVectorIndex'), index: vectorIndex }),
  record({ kind: kind('beginVectorIndex'), index: vectorIndex }),
  record({ kind: kind('createRule'), rule }),
  record({ kind: kind('dropRule'), name: text }),
  record({ kind: kind('createValue'), id: plain, key: text, value: stored }),
  record({ kind: kind('setValue'), id: plain, value: stored }),
  record({ kind: kind('deleteValue'), id: plain }),
  record({ kind: kind('renameKey'), id: node, key: text }),
  record({ kind: kind('setExpiry'), id: node, atMs: fc.option(fc.integer({ min: 1, max: 2 ** 53 - 1 })) }),
  record({ kind: kind('fillIndex'), name: text, upTo: node }),
)

/** The distinct strings of a value, names of members included. */
export function textsIn(value: PropertyValue, texts = new Set<string>()): Set<string> {
  if (typeof value === 'string') texts.add(value)
  else if (value instanceof Map) for (const [name, member] of value) textsIn(member, texts.add(name))
  else if (Array.isArray(value)) for (const item of value) textsIn(item, texts)
  return texts
}
