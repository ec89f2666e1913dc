/**
 * The bytes of a change: a tag, then its fields in the order of `Change` (forms of `bytes.ts`, values of `codec.ts`).
 *
 *   1 defineToken          space (0 label, 1 type, 2 property), id, name
 *   2 createNode           id, count and labels, key (0, or 1 and text), count and properties
 *   3 deleteNode           id
 *   4 addLabel             id, label
 *   5 removeLabel          id, label
 *   6 createRelationship   id, type, start, end, count and properties
 *   7 deleteRelationship   id
 *   8 setProperty          entity (0 node, 1 relationship), id, property, value
 *   9 createIndex          name, entity, token, count and properties, unique (0 no, 1 yes, 2 and required)
 *  10 dropIndex            name
 *  11 beginIndex           as 9
 *  12 fillIndex            name, upTo
 *  13 createRule           name, entity, token, property, count and types (numbers of `propertyTypes`; none: must exist)
 *  14 dropRule             name
 *  15 changeTree           entity, id, property, count and steps (0 and text, 1 and index), then 0 and the value to set,
 *                          1 for a removal, or 2, count and the values to insert
 *  16 createValue          id, key, value
 *  17 setValue             id, value
 *  18 deleteValue          id
 *  19 renameKey            id, key
 *  20 setExpiry            id, milliseconds since 1970 (0: never)
 *  21 createTextIndex      name, entity, count and tokens, count and fields (property, count and steps as those of 9, analyzer as
 *                          value, weight as a FLOAT's value), k1 and b as FLOATs
 *  22 beginTextIndex       as 21
 *  23 createVectorIndex    name, entity, count and tokens, property, count and steps as those of 9, similarity (number of
 *                          `similarities`), dimensions, m, efConstruction
 *  24 beginVectorIndex     as 23
 *  25 changeTextIndex      as 21
 *
 * Ids, tokens and counts are varints. The relationship 7 of type 2 from 5 to 300, without properties:
 *
 *   06  07  02  05  AC 02  00
 *
 * A tag is never given another meaning: a new kind of change takes the next number.
 */
import type { ByteReader, ByteWriter } from '../core/bytes.js'
import {
  type Change,
  type EntityKind,
  type IndexDefinition,
  type IndexPart,
  type IndexStep,
  type PropertyEntry,
  propertyTypes,
  type RuleDefinition,
  type StoredValue,
  similarities,
  type TextField,
  type TextIndexDefinition,
  type TokenSpace,
  type TreeChange,
  type VectorIndexDefinition,
} from '../core/change.js'
import { readMember, readValue, writeMember, writeValue } from '../core/codec.js'
import {
  idMax,
  type KeyId,
  type LabelId,
  type NodeId,
  type PropertyId,
  type RelationshipId,
  type TypeId,
  type ValueId,
} from '../core/ids.js'
import { Float } from '../core/value.js'

const tags = {
  defineToken: 1,
  createNode: 2,
  deleteNode: 3,
  addLabel: 4,
  removeLabel: 5,
  createRelationship: 6,
  deleteRelationship: 7,
  setProperty: 8,
  createIndex: 9,
  dropIndex: 10,
  beginIndex: 11,
  fillIndex: 12,
  createRule: 13,
  dropRule: 14,
  changeTree: 15,
  createValue: 16,
  setValue: 17,
  deleteValue: 18,
  renameKey: 19,
  setExpiry: 20,
  createTextIndex: 21,
  beginTextIndex: 22,
  createVectorIndex: 23,
  beginVectorIndex: 24,
  changeTextIndex: 25,
} as const satisfies Record<Change['kind'], number>

const spaces: readonly TokenSpace[] = ['label', 'type', 'property']
const entities: readonly EntityKind[] = ['node', 'relationship']

export function writeChange(writer: ByteWriter, change: Change): void {
  writer.byte(tags[change.kind])
  switch (change.kind) {
    case 'defineToken':
      writer.byte(spaces.indexOf(change.space))
      writer.varint(change.id)
      writer.text(change.name)
      break
    case 'createNode':
      writer.varint(change.id)
      writeIds(writer, change.labels)
      writeKey(writer, change.key)
      writeProperties(writer, change.properties)
      break
    case 'deleteNode':
    case 'deleteRelationship':
    case 'deleteValue':
      writer.varint(change.id)
      break
    case 'addLabel':
    case 'removeLabel':
      writer.varint(change.id)
      writer.varint(change.label)
      break
    case 'createRelationship':
      writer.varint(change.id)
      writer.varint(change.type)
      writer.varint(change.start)
      writer.varint(change.end)
      writeProperties(writer, change.properties)
      break
    case 'setProperty':
      writer.byte(entities.indexOf(change.entity))
      writer.varint(change.id)
      writer.varint(change.property)
      writeMember(writer, change.value)
      break
    case 'changeTree':
      writer.byte(entities.indexOf(change.entity))
      writer.varint(change.id)
      writer.varint(change.property)
      writeTreeChange(writer, change.change)
      break
    case 'createIndex':
    case 'beginIndex':
      writeIndex(writer, change.index)
      break
    case 'createTextIndex':
    case 'beginTextIndex':
    case 'changeTextIndex':
      writeTextIndex(writer, change.index)
      break
    case 'createVectorIndex':
    case 'beginVectorIndex':
      writeVectorIndex(writer, change.index)
      break
    case 'dropIndex':
    case 'dropRule':
      writer.text(change.name)
      break
    case 'createRule':
      writeRule(writer, change.rule)
      break
    case 'fillIndex':
      writer.text(change.name)
      writer.varint(change.upTo)
      break
    case 'createValue':
      writer.varint(change.id)
      writer.text(change.key)
      writeValue(writer, change.value)
      break
    case 'setValue':
      writer.varint(change.id)
      writeValue(writer, change.value)
      break
    case 'renameKey':
      writer.varint(change.id)
      writer.text(change.key)
      break
    case 'setExpiry':
      writer.varint(change.id)
      writer.varint(change.atMs ?? 0)
      break
  }
}

function writeIds(writer: ByteWriter, ids: readonly number[]): void {
  writer.varint(ids.length)
  for (let i = 0; i < ids.length; i++) writer.varint(ids[i]!)
}

function writeKey(writer: ByteWriter, key: string | null): void {
  writer.byte(key === null ? 0 : 1)
  if (key !== null) writer.text(key)
}

function writeProperties(writer: ByteWriter, properties: readonly PropertyEntry[]): void {
  writer.varint(properties.length)
  for (let i = 0; i < properties.length; i++) {
    writer.varint(properties[i]![0])
    writeMember(writer, properties[i]![1])
  }
}

function writeTreeChange(writer: ByteWriter, change: TreeChange): void {
  writer.varint(change.path.length)
  for (const step of change.path) {
    writer.byte(typeof step === 'string' ? 0 : 1)
    if (typeof step === 'string') writer.text(step)
    else writer.varint(step)
  }
  writer.byte(treeChanges.indexOf(change.kind))
  if (change.kind === 'set') writeValue(writer, change.value)
  if (change.kind !== 'insert') return
  writer.varint(change.values.length)
  for (const value of change.values) writeValue(writer, value)
}

const treeChanges: readonly TreeChange['kind'][] = ['set', 'remove', 'insert']

function writeIndex(writer: ByteWriter, index: IndexDefinition): void {
  writer.text(index.name)
  writer.byte(entities.indexOf(index.entity))
  writer.varint(index.token)
  writeIds(
    writer,
    index.parts.map(({ property }) => property),
  )
  const hasPaths = index.parts.some(({ path }) => path.length > 0)
  const kind = uniqueness.findIndex(({ unique, required }) => unique === index.unique && required === index.required)
  writer.byte(kind + (hasPaths ? withPaths : 0))
  if (hasPaths) for (const { path } of index.parts) writeIndexPath(writer, path)
}

function writeIndexPath(writer: ByteWriter, path: readonly IndexStep[]): void {
  writer.varint(path.length)
  for (const step of path) {
    writer.byte(step === null ? 1 : 0)
    if (step !== null) writer.text(step)
  }
}

/** What an index can ask of its values, by number. */
const uniqueness = [
  { unique: false, required: false },
  { unique: true, required: false },
  { unique: true, required: true },
]
/** Added to the number where the steps of each part follow. */
const withPaths = uniqueness.length

function writeTextIndex(writer: ByteWriter, { name, entity, tokens, parts, k1, b }: TextIndexDefinition): void {
  writer.text(name)
  writer.byte(entities.indexOf(entity))
  writeIds(writer, tokens)
  writer.varint(parts.length)
  for (const { property, path, analyzer, weight } of parts) {
    writer.varint(property)
    writeIndexPath(writer, path)
    writeValue(writer, analyzer)
    writeValue(writer, new Float(weight))
  }
  writeValue(writer, new Float(k1))
  writeValue(writer, new Float(b))
}

function writeVectorIndex(writer: ByteWriter, index: VectorIndexDefinition): void {
  writer.text(index.name)
  writer.byte(entities.indexOf(index.entity))
  writeIds(writer, index.tokens)
  writer.varint(index.parts[0].property)
  writeIndexPath(writer, index.parts[0].path)
  writer.byte(similarities.indexOf(index.similarity))
  writer.varint(index.dimensions)
  writer.varint(index.m)
  writer.varint(index.efConstruction)
}

function writeRule(writer: ByteWriter, { name, entity, token, property, types }: RuleDefinition): void {
  writer.text(name)
  writer.byte(entities.indexOf(entity))
  writer.varint(token)
  writer.varint(property)
  writer.varint(types?.length ?? 0)
  for (const type of types ?? []) writer.byte(propertyTypes.indexOf(type))
}

/** Throws DATABASE_CORRUPT where the bytes cannot be those of a change. */
export function readChange(reader: ByteReader): Change {
  const tag = reader.byte()
  switch (tag) {
    case tags.defineToken:
      return { kind: 'defineToken', space: pick(reader, spaces), id: readId(reader), name: reader.text() }
    case tags.createNode:
      return {
        kind: 'createNode',
        id: readId<NodeId>(reader),
        labels: readIds<LabelId>(reader),
        key: pick(reader, [false, true]) ? reader.text() : null,
        properties: readProperties(reader),
      }
    case tags.deleteNode:
      return { kind: 'deleteNode', id: readId<NodeId>(reader) }
    case tags.addLabel:
      return { kind: 'addLabel', id: readId<NodeId>(reader), label: readId<LabelId>(reader) }
    case tags.removeLabel:
      return { kind: 'removeLabel', id: readId<NodeId>(reader), label: readId<LabelId>(reader) }
    case tags.createRelationship:
      return {
        kind: 'createRelationship',
        id: readId<RelationshipId>(reader),
        type: readId<TypeId>(reader),
        start: readId<NodeId>(reader),
        end: readId<NodeId>(reader),
        properties: readProperties(reader),
      }
    case tags.deleteRelationship:
      return { kind: 'deleteRelationship', id: readId<RelationshipId>(reader) }
    case tags.setProperty:
      return {
        kind: 'setProperty',
        entity: pick(reader, entities),
        id: readId<NodeId | RelationshipId>(reader),
        property: readId<PropertyId>(reader),
        value: readMember(reader),
      }
    case tags.changeTree:
      return {
        kind: 'changeTree',
        entity: pick(reader, entities),
        id: readId<NodeId | RelationshipId>(reader),
        property: readId<PropertyId>(reader),
        change: readTreeChange(reader),
      }
    case tags.createIndex:
      return { kind: 'createIndex', index: readIndex(reader) }
    case tags.dropIndex:
      return { kind: 'dropIndex', name: reader.text() }
    case tags.beginIndex:
      return { kind: 'beginIndex', index: readIndex(reader) }
    case tags.createTextIndex:
      return { kind: 'createTextIndex', index: readTextIndex(reader) }
    case tags.beginTextIndex:
      return { kind: 'beginTextIndex', index: readTextIndex(reader) }
    case tags.changeTextIndex:
      return { kind: 'changeTextIndex', index: readTextIndex(reader) }
    case tags.createVectorIndex:
      return { kind: 'createVectorIndex', index: readVectorIndex(reader) }
    case tags.beginVectorIndex:
      return { kind: 'beginVectorIndex', index: readVectorIndex(reader) }
    case tags.createRule:
      return { kind: 'createRule', rule: readRule(reader) }
    case tags.dropRule:
      return { kind: 'dropRule', name: reader.text() }
    case tags.fillIndex:
      return { kind: 'fillIndex', name: reader.text(), upTo: readId(reader) }
    case tags.createValue:
      return { kind: 'createValue', id: readId<ValueId>(reader), key: reader.text(), value: readStored(reader) }
    case tags.setValue:
      return { kind: 'setValue', id: readId<ValueId>(reader), value: readStored(reader) }
    case tags.deleteValue:
      return { kind: 'deleteValue', id: readId<ValueId>(reader) }
    case tags.renameKey:
      return { kind: 'renameKey', id: readId<KeyId>(reader), key: reader.text() }
    case tags.setExpiry:
      return { kind: 'setExpiry', id: readId<KeyId>(reader), atMs: reader.varint() || null }
    default:
      throw reader.damaged(`no kind of change has the tag ${tag}`)
  }
}

function readId<Id extends number>(reader: ByteReader): Id {
  const id = reader.varint()
  if (id === 0 || id > idMax) throw reader.damaged(`${id} is no id`)
  return id as Id
}

function readIds<Id extends number>(reader: ByteReader): Id[] {
  const count = reader.count()
  const ids: Id[] = []
  for (let i = 0; i < count; i++) ids.push(readId<Id>(reader))
  return ids
}

function readProperties(reader: ByteReader): PropertyEntry[] {
  const count = reader.count()
  const properties: PropertyEntry[] = []
  for (let i = 0; i < count; i++) properties.push([readId<PropertyId>(reader), readMember(reader)])
  return properties
}

function readTreeChange(reader: ByteReader): TreeChange {
  const path = Array.from({ length: reader.count() }, () =>
    pick(reader, [false, true]) ? reader.varint() : reader.text(),
  )
  if (path.length === 0) throw reader.damaged('a path has no steps')
  switch (pick(reader, treeChanges)) {
    case 'set':
      return { kind: 'set', path, value: readValue(reader) }
    case 'remove':
      return { kind: 'remove', path }
    case 'insert':
      return { kind: 'insert', path, values: Array.from({ length: reader.count() }, () => readValue(reader)) }
  }
}

function readStored(reader: ByteReader): StoredValue {
  const value = readValue(reader)
  if (value === null) throw reader.damaged('a key has no value')
  return value
}

function readIndex(reader: ByteReader): IndexDefinition {
  const name = reader.text()
  const entity = pick(reader, entities)
  const token = readId<LabelId | TypeId>(reader)
  const properties = readIds<PropertyId>(reader)
  const { hasPaths, ...asked } = pick(reader, indexForms)
  const parts = properties.map((property) => ({ property, path: hasPaths ? readIndexPath(reader) : [] }))
  return { name, entity, token, parts, ...asked }
}

/** By the number that is written. */
const indexForms = [false, true].flatMap((hasPaths) => uniqueness.map((asked) => ({ hasPaths, ...asked })))

function readIndexPath(reader: ByteReader): IndexStep[] {
  return Array.from({ length: reader.count() }, () => (pick(reader, [true, false]) ? reader.text() : null))
}

function readTextIndex(reader: ByteReader): TextIndexDefinition {
  const name = reader.text()
  const entity = pick(reader, entities)
  const tokens = readIds<LabelId | TypeId>(reader)
  const parts = Array.from({ length: reader.count() }, () => readTextField(reader))
  return { name, entity, tokens, parts, k1: readFloat(reader), b: readFloat(reader) }
}

function readTextField(reader: ByteReader): TextField {
  const property = readId<PropertyId>(reader)
  return { property, path: readIndexPath(reader), analyzer: readValue(reader), weight: readFloat(reader) }
}

function readVectorIndex(reader: ByteReader): VectorIndexDefinition {
  const name = reader.text()
  const entity = pick(reader, entities)
  const tokens = readIds<LabelId | TypeId>(reader)
  const part: IndexPart = { property: readId<PropertyId>(reader), path: readIndexPath(reader) }
  const similarity = pick(reader, similarities)
  const [dimensions, m, efConstruction] = [reader.varint(), reader.varint(), reader.varint()]
  return { name, entity, tokens, parts: [part], similarity, dimensions, m, efConstruction }
}

function readFloat(reader: ByteReader): number {
  const value = readValue(reader)
  if (value instanceof Float) return value.value
  throw reader.damaged('a FLOAT is missing')
}

function readRule(reader: ByteReader): RuleDefinition {
  const name = reader.text()
  const entity = pick(reader, entities)
  const token = readId<LabelId | TypeId>(reader)
  const property = readId<PropertyId>(reader)
  const types = Array.from({ length: reader.count() }, () => pick(reader, propertyTypes))
  return { name, entity, token, property, types: types.length === 0 ? null : types }
}

function pick<Choice>(reader: ByteReader, choices: readonly Choice[]): Choice {
  const index = reader.byte()
  if (index >= choices.length) throw reader.damaged(`${index} is none of ${choices.length} choices`)
  return choices[index]!
}
