/**
 * The functions of query/functions/json.ts. Values are seen as a tree of JSON: a node or relationship is the object of its
 * properties, a temporal value its text; bytes and paths have no form in JSON, so they are found and equal nothing.
 */
import type { EntityKind } from '../../../src/core/change.js'
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import type { ReadableTree } from '../../../src/core/json-document.js'
import { findFirstMatch, findMatches } from '../../../src/core/json-path/evaluate.js'
import { parseJsonPath } from '../../../src/core/json-path/parse.js'
import type { JsonPath, JsonScalar } from '../../../src/core/json-path/path.js'
import type { JsonKind } from '../../../src/core/json-path/tree.js'
import { Temporal } from '../../../src/core/temporal/temporal.js'
import { Float, NodeRef, type PropertyValue, RelationshipRef, typeName, type Value } from '../../../src/core/value.js'
import { type Transaction, TreeRef } from '../../../src/transaction/transaction.js'
import { mustBeInteger, mustBeString, refuseArgument } from '../../functions/function.js'
import { groupKey, isList, isMap } from '../../functions/values.js'
import { mustLive } from './entities.js'

export const jsonFunctions = {
  get: (transaction: Transaction, target: Value, path: Value): Value => {
    const place = placeOf('json.get', transaction, target, path)
    return place && findMatches<Found>(place.path, place.tree, place.root).map((value) => place.tree.read(value))
  },
  value: (transaction: Transaction, target: Value, path: Value): Value => {
    const { tree, found } = first('json.value', transaction, target, path)
    return found === undefined ? null : tree.read(found)
  },
  exists: (transaction: Transaction, target: Value, path: Value): Value => {
    const place = placeOf('json.exists', transaction, target, path)
    return place && findFirstMatch<Found>(place.path, place.tree, place.root) !== undefined
  },
  type: (transaction: Transaction, target: Value, path: Value): Value => {
    const { tree, found } = first('json.type', transaction, target, path)
    return found === undefined ? null : typeOf(tree.kindOf(found), found)
  },
  length: (transaction: Transaction, target: Value, path: Value): Value => {
    const { tree, found } = first('json.length', transaction, target, path)
    return found === undefined ? null : lengthOf(tree, found)
  },
  keys: (transaction: Transaction, target: Value, path: Value): Value => {
    const { tree, found } = first('json.keys', transaction, target, path)
    if (found === undefined || tree.kindOf(found) !== 'object') return null
    return [...tree.membersOf(found)].map(([name]) => name)
  },
  bytes: (transaction: Transaction, target: Value, path: Value): Value => {
    const { tree, found } = first('json.bytes', transaction, target, path)
    return found === undefined ? null : bytesOf(tree, found)
  },
  /**
   * By equivalence, so that null is found and 1 is 1.0; -1 where the list does not hold it. It is sought in what
   * `list[start..end]` is.
   */
  indexOf: (
    transaction: Transaction,
    target: Value,
    path: Value,
    sought: Value,
    start: Value = 0,
    end: Value = null,
  ): Value => {
    const { tree, found } = first('json.indexOf', transaction, target, path)
    if (found === undefined || start === null || tree.kindOf(found) !== 'array') return null
    const key = groupKey(sought)
    const size = tree.sizeOf(found)
    const to = end === null ? size : within(mustBeInteger('json.indexOf', end), size)
    for (let i = within(mustBeInteger('json.indexOf', start), size); i < to; i++)
      if (groupKey(tree.read(tree.elementOf(found, i))) === key) return i
    return -1
  },
}

/** Where an index lies, which counts from the end where it is negative; beyond an end it is that end. */
export function within(index: number, size: number): number {
  return Math.min(Math.max(index < 0 ? size + index : index, 0), size)
}

/** JSON's name; an INTEGER is told from other numbers, and what JSON does not have goes by the name that Cypher has. */
function typeOf(kind: JsonKind, value: Found): string {
  if (kind === 'other') return typeName(value as Value).toLowerCase()
  return kind === 'number' && !(value instanceof Float) ? 'integer' : kind
}

/** Bytes of a place in a list or a map, whatever lies there. */
const placeBytes = 8

/** What a value takes in the store: its place, and what lies elsewhere. Strings count with their length, shared or not. */
function bytesOf(tree: ValueTree, value: Found): number {
  if (value instanceof TreeRef) return placeBytes + value.bytes
  if (typeof value === 'string') return placeBytes + Buffer.byteLength(value)
  if (value instanceof Uint8Array) return placeBytes + value.length
  const kind = tree.kindOf(value)
  if (kind === 'object') return [...tree.membersOf(value)].reduce((sum, [, member]) => sum + bytesOf(tree, member), 0)
  if (kind === 'array')
    return (value as readonly Value[]).reduce<number>((sum, item) => sum + bytesOf(tree, item), placeBytes)
  return placeBytes
}

function lengthOf(tree: ValueTree, value: Found): Value {
  switch (tree.kindOf(value)) {
    case 'object':
    case 'array':
      return tree.sizeOf(value)
    case 'string':
      return [...(tree.scalarOf(value) as string)].length
    default:
      return null
  }
}

// ---- targets and paths ----------------------------------------------------------------------------------------------

interface Place {
  readonly path: JsonPath
  readonly tree: ValueTree
  readonly root: Value
}

/** The first match; undefined where there is none, or no place to look at. */
function first(name: string, transaction: Transaction, target: Value, path: Value): { tree: ValueTree; found?: Found } {
  const place = placeOf(name, transaction, target, path)
  if (place === null) return { tree: new ValueTree(transaction) }
  const found = findFirstMatch<Found>(place.path, place.tree, place.root)
  return found === undefined ? { tree: place.tree } : { tree: place.tree, found }
}

/** null where the target or the path is. Throws TYPE_MISMATCH, JSON_PATH_INVALID, ENTITY_DELETED. */
function placeOf(name: string, transaction: Transaction, target: Value, path: Value): Place | null {
  const root = rootOf(name, transaction, target)
  if (root === null || path === null) return null
  return { path: pathOf(mustBeString(name, path)), tree: new ValueTree(transaction), root }
}

function rootOf(name: string, transaction: Transaction, target: Value): Value {
  if (target === null || isMap(target) || isList(target)) return target
  if (target instanceof NodeRef || target instanceof RelationshipRef) return target
  if (typeof target !== 'string') return refuseArgument(name, 'a NODE, RELATIONSHIP, MAP, LIST or key', target)
  const node = transaction.nodeByKey(target)
  return node === 0 ? null : new NodeRef(node)
}

const pathsKeptMax = 256
const paths = new Map<string, JsonPath>()

/** A path is mostly the same from row to row, and queries have few of them. */
export function pathOf(text: string): JsonPath {
  const kept = paths.get(text)
  if (kept !== undefined) return kept
  const path = parseJsonPath(text)
  if (paths.size === pathsKeptMax) paths.clear()
  paths.set(text, path)
  return path
}

// ---- values as a tree -----------------------------------------------------------------------------------------------

/** A value of a query, or a list or map of a property as it lies in the store. */
export type Found = Value | TreeRef

export class ValueTree implements ReadableTree<Found> {
  constructor(private readonly transaction: Transaction) {}

  /** What a query sees of a match: an entity is its document. */
  read(value: Found): PropertyValue {
    if (value instanceof TreeRef) return value.read()
    if (isEntity(value)) return new Map(Array.from(this.membersOf(value), ([name, each]) => [name, this.read(each)]))
    // Entities and paths lie in lists and maps of a query, never in a document that is changed.
    return value as PropertyValue
  }

  kindOf(value: Found): JsonKind {
    if (value === null) return 'null'
    if (value instanceof TreeRef) return value.kind
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float) return 'number'
    if (typeof value === 'string' || value instanceof Temporal) return 'string'
    if (typeof value === 'boolean') return 'boolean'
    if (isList(value)) return 'array'
    return isMap(value) || isEntity(value) ? 'object' : 'other'
  }

  scalarOf(value: Found): JsonScalar {
    if (value instanceof Float) return value.value
    return value instanceof Temporal ? String(value) : (value as JsonScalar)
  }

  memberOf(value: Found, name: string): Found | undefined {
    if (value instanceof TreeRef) return value.member(name)
    if (!isEntity(value)) return (value as ReadonlyMap<string, Value>).get(name)
    const { kind, id } = this.mustLive(value)
    const property = this.transaction.catalog.findProperty(name)
    return property === undefined ? undefined : this.transaction.treeOf(kind, id, property)
  }

  elementOf(value: Found, index: number): Found {
    return value instanceof TreeRef ? value.element(index)! : (value as readonly Value[])[index]!
  }

  sizeOf(value: Found): number {
    if (value instanceof TreeRef) return value.size
    if (isEntity(value)) return [...this.membersOf(value)].length
    return isMap(value) ? value.size : (value as readonly Value[]).length
  }

  membersOf(value: Found): Iterable<readonly [string, Found]> {
    if (value instanceof TreeRef) return value.members()
    return isEntity(value) ? this.propertiesOf(value) : (value as ReadonlyMap<string, Value>)
  }

  /** Properties in the order in which their names were first used in the database, with those that are JSON's null. */
  private *propertiesOf(entity: NodeRef | RelationshipRef): Generator<readonly [string, Found]> {
    const { kind, id } = this.mustLive(entity)
    const { catalog } = this.transaction
    for (const property of catalog.properties()) {
      const value = this.transaction.treeOf(kind, id, property)
      if (value !== undefined) yield [catalog.propertyName(property), value]
    }
  }

  private mustLive(entity: NodeRef | RelationshipRef): { kind: EntityKind; id: NodeId | RelationshipId } {
    const kind = entity instanceof NodeRef ? 'node' : 'relationship'
    mustLive(this.transaction, kind, entity.id)
    return { kind, id: entity.id }
  }
}

function isEntity(value: Found): value is NodeRef | RelationshipRef {
  return value instanceof NodeRef || value instanceof RelationshipRef
}
