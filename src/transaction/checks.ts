/** What must hold before a change is made: each check throws a DatabaseError, and nothing has happened yet. */

import type {
  EntityKind,
  IndexDefinition,
  IndexPart,
  PropertyType,
  RuleDefinition,
  TextIndexDefinition,
  TreeChange,
  VectorIndexDefinition,
} from '../core/change.js'
import { encodeValue, valueNestingMax } from '../core/codec.js'
import { DatabaseError } from '../core/errors.js'
import type { KeyId, LabelId, NodeId, PropertyId, TypeId } from '../core/ids.js'
import { type ChangedPlace, covers, partText, sameParts, valuesBy } from '../core/index-parts.js'
import { normalizedPath } from '../core/json-path/normalized.js'
import type { Step } from '../core/json-path/tree.js'
import { Temporal } from '../core/temporal/temporal.js'
import { Float, type PropertyValue, typeName } from '../core/value.js'
import { TreeRef, type TreeValue } from '../stores/json/tree-ref.js'
import { areasMax, tokensMax } from '../stores/slots.js'
import { entriesOf, type OpenIndex, type Requirement, requirementOf, type Stores } from '../stores/stores.js'
import { stringBytesMax } from '../stores/strings/dictionary.js'
import { elementIdOf } from './element-id.js'

/** Bytes of a key, and of the name of a label, type or property. */
export const keyBytesMax = 64 * 1024
/** Bytes of one property value as it is kept. */
export const propertyBytesMax = stringBytesMax

/** A property may have any name, as the members of a document do. */
export function checkName(kind: string, name: string): void {
  if (name.length === 0 && kind !== 'property')
    throw new DatabaseError('KEY_INVALID', `a ${kind} needs a name of at least one character`, { kind })
  checkLength(kind, name)
}

export function checkKey(stores: Stores, key: string): void {
  if (key.length === 0) throw new DatabaseError('KEY_INVALID', 'a key needs at least one character', { key })
  checkLength('key', key)
  const holder = stores.keyspace.find(key)
  if (holder === 0) return
  if (stores.keyspace.kindOf(holder) !== 'node') throw otherKind(stores, holder, key)
  throw new DatabaseError(
    'KEY_TAKEN',
    `a node with the key '${key}' exists already; choose another key, or MATCH the node that is there`,
    { key },
  )
}

/** A key for what is to be there beside all that is. */
export function checkFreeKey(stores: Stores, key: string): void {
  const holder = stores.keyspace.find(key)
  if (holder === 0) {
    checkKey(stores, key)
    return
  }
  const kind = stores.keyspace.kindOf(holder)
  throw new DatabaseError(
    'KEY_TAKEN',
    `the key '${key}' is that of a ${kind} already; choose another key, or delete that one first`,
    { key, kind },
  )
}

/** A key has one kind, and this is not the one that was asked for. */
export function otherKind(stores: Stores, holder: KeyId, key: string): DatabaseError {
  const kind = stores.keyspace.kindOf(holder)
  const [what, wayOut] =
    kind === 'node'
      ? ['a node', `MATCH (n {_key: '${key}'}) finds it`]
      : ['a plain value', `CALL key.delete('${key}') takes it away`]
  return new DatabaseError(
    'KEY_KIND',
    `the key '${key}' is that of ${what}, and a key has one kind; choose another key, or: ${wayOut}`,
    { key, kind },
  )
}

function checkLength(kind: string, text: string): void {
  if (halfPair.test(text))
    throw new DatabaseError('KEY_INVALID', `a ${kind} holds half of a surrogate pair, which UTF-8 cannot keep`, {
      text,
    })
  const bytes = text.length * 3 > keyBytesMax ? Buffer.byteLength(text) : 0
  if (bytes > keyBytesMax)
    throw new DatabaseError(
      'LIMIT_EXCEEDED',
      `a ${kind} takes at most ${keyBytesMax} bytes, '${text.slice(0, 40)}...' has ${bytes}`,
      { bytes },
    )
}

/** Bounds what can be stored, in so many lists and maps; values that are not of a storable kind do not reach this, by their type. */
export function checkValue(name: string, value: PropertyValue, depth = 0): void {
  if (typeof value === 'string') {
    if (value.length * 3 > propertyBytesMax && Buffer.byteLength(value) > propertyBytesMax) throw tooLong(name)
    checkText(name, value)
  } else if (typeof value === 'object' && value !== null && !(value instanceof Float || value instanceof Temporal)) {
    if (depthOf(name, value, depth) > valueNestingMax)
      throw new DatabaseError('LIMIT_EXCEEDED', `the value of '${name}' nests deeper than ${valueNestingMax}`, { name })
    if (mayBeTooLong(value) && encodeValue(value).length > propertyBytesMax) throw tooLong(name)
  }
}

const halfPair = /\p{Surrogate}/u

function checkText(name: string, text: string): void {
  if (halfPair.test(text))
    throw new DatabaseError(
      'PROPERTY_INVALID',
      `the value of '${name}' holds half of a surrogate pair, which UTF-8 cannot keep; keep it as bytes`,
      { name },
    )
}

function tooLong(name: string): DatabaseError {
  return new DatabaseError('LIMIT_EXCEEDED', `the value of '${name}' takes more than ${propertyBytesMax} bytes`, {
    name,
  })
}

/** Whether a value could take more bytes than may be, by a bound that is quicker found than its bytes. */
function mayBeTooLong(value: PropertyValue): boolean {
  let bound = 0
  const add = (part: PropertyValue): void => {
    bound += scalarBytesMax
    if (typeof part === 'string') bound += part.length * 3
    else if (part instanceof Uint8Array) bound += part.length
    else if (Array.isArray(part)) part.forEach(add)
    else if (part instanceof Map)
      for (const [name, member] of part) {
        add(name)
        add(member)
      }
  }
  add(value)
  return bound > propertyBytesMax
}

/** Bytes of any value but the characters, bytes and parts that it has. */
const scalarBytesMax = 64

/** How deep lists and maps lie inside each other; looks at every text on the way. */
function depthOf(name: string, value: PropertyValue, depth: number): number {
  if (typeof value === 'string') checkText(name, value)
  if (depth > valueNestingMax || typeof value !== 'object' || value === null) return depth
  if (value instanceof Float || value instanceof Uint8Array || value instanceof Temporal) return depth
  if (value instanceof Map) for (const member of value.keys()) checkText(name, member)
  let deepest = depth + 1
  for (const item of value instanceof Map ? value.values() : (value as readonly PropertyValue[]))
    deepest = Math.max(deepest, depthOf(name, item, depth + 1))
  return deepest
}

/** A place that a change within a property names must be there, and what it puts there must be storable. */
export function checkTreeChange(name: string, tree: TreeValue | undefined, change: TreeChange): void {
  const { path } = change
  if (change.kind === 'set') checkValue(name, change.value, path.length)
  // The list of values stands for the one that they go into.
  if (change.kind === 'insert') checkValue(name, change.values, path.length - 1)
  let container = tree
  for (const step of path.slice(0, -1)) container = childOf(container, step)
  const last = path.at(-1)!
  if (container instanceof TreeRef && hasPlaceFor(container, last, change)) return
  throw new DatabaseError(
    'JSON_PLACE_MISSING',
    `there is no place ${normalizedPath([name, ...path])} in this document; look at what it has with json.keys and json.length`,
    { path: normalizedPath([name, ...path]) },
  )
}

function hasPlaceFor(container: TreeRef, step: Step, change: TreeChange): boolean {
  if (typeof step === 'string')
    return (
      container.kind === 'object' &&
      (change.kind === 'set' || (change.kind === 'remove' && container.member(step) !== undefined))
    )
  return container.kind === 'array' && step >= 0 && step < container.size + (change.kind === 'insert' ? 1 : 0)
}

function childOf(container: TreeValue | undefined, step: Step): TreeValue | undefined {
  if (!(container instanceof TreeRef)) return undefined
  if (typeof step === 'string') return container.kind === 'object' ? container.member(step) : undefined
  return container.kind === 'array' ? container.element(step) : undefined
}

/** For databases that keep to openCypher, whose properties hold scalars and lists of them. */
export function checkFlat(name: string, value: PropertyValue): void {
  if (
    !(value instanceof Map) &&
    !(Array.isArray(value) && value.some((item) => Array.isArray(item) || item instanceof Map))
  )
    return
  throw new DatabaseError(
    'PROPERTY_INVALID',
    `'${name}' is given a ${value instanceof Map ? 'MAP' : 'LIST of lists or maps'}, and nestedProperties is false`,
    { name, hint: 'store its parts in properties of their own, or open the database with nestedProperties: true' },
  )
}

/** What an entity is about to be: its labels or its type, its values, and its id, 0 when it is new. */
export interface Prospect {
  readonly entity: EntityKind
  readonly tokens: readonly (LabelId | TypeId)[]
  readonly id: number
  readonly read: (property: PropertyId) => PropertyValue
  /** What a part of an index will hold of it, where that is known without reading whole properties. */
  readonly valuesOf?: (part: IndexPart) => readonly PropertyValue[]
  /** The only place that changes, so that what does not cover it need not be asked. */
  readonly changed?: ChangedPlace
}

/** Whether an index or a rule covers the property, so that a change of it is to be checked. */
export function isCovered(stores: Stores, entity: EntityKind, place: ChangedPlace): boolean {
  for (const { definition } of stores.indexes()) if (covers(definition, entity, place)) return true
  for (const { definition } of stores.rules())
    if (definition.entity === entity && definition.property === place.property) return true
  return false
}

/** Values that an entity is about to have must fit each index and rule. Whether it has all it must is asked later. */
export function checkSchema(stores: Stores, prospect: Prospect): void {
  if (stores.indexes().length > 0) checkIndexes(stores, prospect)
  if (stores.rules().length > 0) checkTypes(stores, prospect)
}

function checkIndexes(
  stores: Stores,
  { entity, tokens, id, read, valuesOf = valuesBy(read), changed }: Prospect,
): void {
  for (const open of stores.indexes()) {
    const { definition, index } = open
    if (changed !== undefined && !covers(definition, entity, changed)) continue
    if (definition.entity !== entity || !tokens.includes(definition.token)) continue
    for (const values of entriesOf(open, valuesOf)) {
      index.check(values)
      if (definition.unique && stores.isWhole(open)) checkUnique(stores, open, id, values)
    }
  }
}

function checkTypes(stores: Stores, { entity, tokens, read, changed }: Prospect): void {
  for (const { definition } of stores.rules()) {
    if (changed !== undefined && definition.property !== changed.property) continue
    if (definition.entity === entity && tokens.includes(definition.token))
      checkType(stores, definition, read(definition.property))
  }
}

function checkType(stores: Stores, definition: RuleDefinition, value: PropertyValue): void {
  const { name, property, types } = definition
  if (types === null || value === null || types.some((type) => isOfType(value, type))) return
  throw new DatabaseError(
    'CONSTRAINT_VIOLATION',
    `${shownOwner(stores, definition)}.${stores.catalog.name('property', property)} is ${types.join(' or ')} by the constraint '${name}', and ${show(value)} is a ${typeName(value)}; convert it`,
    { constraint: name, value, types },
  )
}

/** Lists of numbers hold nothing but them: an INTEGER is no FLOAT. */
export function isOfType(value: PropertyValue, type: PropertyType): boolean {
  if (!Array.isArray(value)) return typeName(value) === type
  return value.every((item) => type === `LIST<${typeName(item)} NOT NULL>`)
}

/** An entity lacks what a constraint requires of it. */
export function checkRequired(stores: Stores, { entity, tokens, id, read }: Prospect): void {
  for (const requirement of stores.requirements())
    if (requirement.entity === entity && tokens.includes(requirement.token))
      for (const property of requirement.properties)
        if (read(property) === null) throw lacking(stores, requirement, { id, property })
}

function lacking(
  stores: Stores,
  definition: Requirement,
  { id, property }: { id: number; property: PropertyId },
): DatabaseError {
  const { name, entity } = definition
  const elementId = id === 0 ? null : elementIdOf(stores, entity, id)
  const shownId = elementId === null ? '' : ` with the elementId ${elementId}`
  return new DatabaseError(
    'CONSTRAINT_VIOLATION',
    `the ${entity} ${shownOwner(stores, definition)}${shownId} lacks the property '${stores.catalog.name('property', property)}', which the constraint '${name}' requires; set it before the transaction ends, or drop the constraint`,
    { constraint: name, elementId },
  )
}

/** The first property that an entity lacks, of those required. */
function checkComplete(stores: Stores, requirement: Requirement, id: number): void {
  for (const property of requirement.properties)
    if (stores.column(requirement.entity, property).get(id) === null)
      throw lacking(stores, requirement, { id, property })
}

function checkUnique(
  stores: Stores,
  { definition, index }: OpenIndex,
  id: number,
  values: readonly PropertyValue[],
): void {
  if (values.some(isNaNValue)) return
  const other = index.first(values)
  if (other === 0 || other === id) return
  throw violation(stores, { definition, values, holder: other })
}

/** NaN equals nothing, itself included. */
export function isNaNValue(value: PropertyValue): boolean {
  return value instanceof Float && Number.isNaN(value.value)
}

interface Violation {
  readonly definition: IndexDefinition
  readonly values: readonly PropertyValue[]
  /** The entity that has them already. */
  readonly holder: number
}

function violation(stores: Stores, { definition, values, holder }: Violation): DatabaseError {
  const { name, entity, parts } = definition
  const elementId = elementIdOf(stores, entity, holder)
  const shown = parts
    .map(
      ({ property, path }, i) => `${partText(stores.catalog.name('property', property), path)} = ${show(values[i]!)}`,
    )
    .join(', ')
  return new DatabaseError(
    'CONSTRAINT_VIOLATION',
    `the ${entity} ${shownOwner(stores, definition)} with the elementId ${elementId} has ${shown} already, and the constraint '${name}' forbids a second one; choose another value, or change that ${entity}`,
    { constraint: name, values, elementId },
  )
}

function shownOwner(stores: Stores, { entity, token }: Pick<IndexDefinition, 'entity' | 'token'>): string {
  return `:${stores.catalog.name(entity === 'node' ? 'label' : 'type', token)}`
}

function show(value: PropertyValue): string {
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`
  if (Array.isArray(value)) return `[${value.slice(0, 5).map(show).join(', ')}${value.length > 5 ? ', ...' : ''}]`
  return value instanceof Float ? String(value.value) : String(value)
}

/** An index that is about to be made, by its name and what it is over. */
export function checkNewIndex(stores: Stores, definition: IndexDefinition): void {
  checkNewName(stores, definition.name)
  checkNewProperties(stores, definition)
}

/** As `checkNewIndex`. Two over the same texts may differ in their analyzers. */
export function checkNewEntityIndex(stores: Stores, { name }: TextIndexDefinition | VectorIndexDefinition): void {
  checkNewName(stores, name)
  if (stores.entityIndexes().length >= areasMax)
    throw new DatabaseError(
      'LIMIT_EXCEEDED',
      `a database has room for ${areasMax} full-text and vector indexes; drop one, or give a full-text index more fields`,
      { areasMax },
    )
}

/** As `checkNewIndex`. */
export function checkNewRule(stores: Stores, definition: RuleDefinition): void {
  checkNewName(stores, definition.name)
  const { entity, token, property, types } = definition
  const equal = stores
    .rules()
    .find(
      ({ definition: other }) =>
        other.entity === entity &&
        other.token === token &&
        other.property === property &&
        String(other.types) === String(types),
    )
  if (equal !== undefined) throw alreadyThere('constraint', equal.definition.name)
}

function checkNewName(stores: Stores, name: string): void {
  checkName('index', name)
  if (stores.findAnyIndex(name) !== undefined || stores.findRule(name) !== undefined)
    throw new DatabaseError(
      'INDEX_EXISTS',
      `an index or constraint '${name}' exists already; choose another name, or add IF NOT EXISTS`,
      { name },
    )
  if (stores.indexes().length + stores.entityIndexes().length + stores.rules().length >= tokensMax)
    throw new DatabaseError('LIMIT_EXCEEDED', `a database has room for ${tokensMax} indexes; drop one`, { tokensMax })
}

/** What an index that is made in one step is to hold. */
export function checkIndexable(stores: Stores, definition: IndexDefinition): void {
  const seen = new Map<string, number>()
  const probe = { definition, index: stores.openIndex(0) }
  for (const id of stores.coveredBy(definition)) {
    if (definition.required) checkComplete(stores, requirementOf(definition), id)
    for (const values of stores.indexEntries(probe, id)) {
      probe.index.check(values)
      if (!definition.unique || values.some(isNaNValue)) continue
      const key = probe.index.keyOf(values)
      const holder = seen.get(key)
      if (holder !== undefined) throw violation(stores, { definition, values, holder })
      seen.set(key, id)
    }
  }
}

/** What a rule is made over. */
export function checkRuleData(stores: Stores, definition: RuleDefinition): void {
  const { entity, property, types } = definition
  const column = stores.column(entity, property)
  const requirement = { ...definition, properties: [property] }
  for (const id of stores.coveredBy(definition))
    if (types === null) checkComplete(stores, requirement, id)
    else checkType(stores, definition, column.get(id))
}

/** What an index is to be filled with must fit its entries. */
export function checkEntries(stores: Stores, open: OpenIndex, ids: Iterable<number>): void {
  for (const id of ids) for (const values of stores.indexEntries(open, id)) open.index.check(values)
}

/**
 * An index that holds all it covers, and is about to count. Its entries alone tell whether values are there twice, as
 * they do while it is filled and others write. Only where some are is it walked: they may be NaN.
 */
export function checkWhole(stores: Stores, open: OpenIndex): void {
  const { definition, index } = open
  const covered = stores.coveredBy(definition)
  if (definition.required && index.size < covered.size)
    for (const id of covered) checkComplete(stores, requirementOf(definition), id)
  if (!definition.unique || index.size === index.distinct) return
  for (const id of index.repeated()) {
    // What is unique has one entry an entity, as no part of it goes through lists.
    const values = stores.indexEntries(open, id)[0]!
    if (!values.some(isNaNValue)) throw violation(stores, { definition, values, holder: index.first(values) })
  }
}

/** A second index of the same kind over the same properties would be kept up to date for nothing. */
function checkNewProperties(stores: Stores, { entity, token, parts, unique, required }: IndexDefinition): void {
  const equal = stores
    .indexes()
    .find(
      ({ definition: other }) =>
        other.entity === entity &&
        other.token === token &&
        other.unique === unique &&
        other.required === required &&
        sameParts(other.parts, parts),
    )
  if (equal !== undefined) throw alreadyThere(unique ? 'constraint' : 'index', equal.definition.name)
}

function alreadyThere(what: string, name: string): DatabaseError {
  return new DatabaseError(
    'INDEX_EXISTS',
    `the ${what} '${name}' is over the same properties already; use that one, or drop it first`,
    { name },
  )
}

/** A node that still has relationships cannot go. */
export function relationshipsLeft(stores: Stores, id: NodeId, count: number): DatabaseError {
  const elementId = elementIdOf(stores, 'node', id)
  return new DatabaseError(
    'NODE_HAS_RELATIONSHIPS',
    `the node with the elementId ${elementId} still has ${count === 1 ? 'a relationship' : `${count} relationships`}; delete them first, or write DETACH DELETE`,
    { elementId, count },
  )
}
