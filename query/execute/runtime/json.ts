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
import type { Transaction } from '../../../src/transaction/transaction.js'
import { mustBeString, refuseArgument } from '../../functions/function.js'
import { groupKey, isList, isMap } from '../../functions/values.js'
import { mustLive } from './entities.js'

export const jsonFunctions = {
  get: (transaction: Transaction, target: Value, path: Value): Value => {
    const place = placeOf('json.get', transaction, target, path)
    return place && findMatches(place.path, place.tree, place.root).map((value) => place.tree.read(value))
  },
  value: (transaction: Transaction, target: Value, path: Value): Value => {
    const { tree, found } = first('json.value', transaction, target, path)
    return found === undefined ? null : tree.read(found)
  },
  exists: (transaction: Transaction, target: Value, path: Value): Value => {
    const place = placeOf('json.exists', transaction, target, path)
    return place && findFirstMatch(place.path, place.tree, place.root) !== undefined
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
  /** By equivalence, so that null is found and 1 is 1.0; -1 where the list does not hold it. */
  indexOf: (transaction: Transaction, target: Value, path: Value, sought: Value): Value => {
    const { found } = first('json.indexOf', transaction, target, path)
    if (found === undefined || !isList(found)) return null
    const key = groupKey(sought)
    return found.findIndex((item) => groupKey(item) === key)
  },
}

/** JSON's name; an INTEGER is told from other numbers, and what JSON does not have goes by the name that Cypher has. */
function typeOf(kind: JsonKind, value: Value): string {
  if (kind === 'other') return typeName(value).toLowerCase()
  return kind === 'number' && !(value instanceof Float) ? 'integer' : kind
}

function lengthOf(tree: ValueTree, value: Value): Value {
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
function first(name: string, transaction: Transaction, target: Value, path: Value): { tree: ValueTree; found?: Value } {
  const place = placeOf(name, transaction, target, path)
  if (place === null) return { tree: new ValueTree(transaction) }
  const found = findFirstMatch(place.path, place.tree, place.root)
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

export class ValueTree implements ReadableTree<Value> {
  constructor(private readonly transaction: Transaction) {}

  /** What a query sees of a match: an entity is its document. */
  read(value: Value): PropertyValue {
    if (value instanceof NodeRef || value instanceof RelationshipRef) return this.documentOf(value)
    // Entities and paths lie in lists and maps of a query, never in a document that is changed.
    return value as PropertyValue
  }

  kindOf(value: Value): JsonKind {
    if (value === null) return 'null'
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float) return 'number'
    if (typeof value === 'string' || value instanceof Temporal) return 'string'
    if (typeof value === 'boolean') return 'boolean'
    if (isList(value)) return 'array'
    return isMap(value) || value instanceof NodeRef || value instanceof RelationshipRef ? 'object' : 'other'
  }

  scalarOf(value: Value): JsonScalar {
    if (value instanceof Float) return value.value
    return value instanceof Temporal ? String(value) : (value as JsonScalar)
  }

  /** One property of an entity is read by itself. */
  memberOf(value: Value, name: string): Value | undefined {
    if (isMap(value)) return value.get(name)
    const { kind, id } = this.mustLive(value as NodeRef | RelationshipRef)
    const property = this.transaction.catalog.findProperty(name)
    if (property === undefined) return undefined
    const found = this.transaction.propertyOf(kind, id, property)
    return found !== null || this.transaction.documentOf(kind, id).has(name) ? found : undefined
  }

  elementOf(value: Value, index: number): Value {
    return (value as readonly Value[])[index]!
  }

  sizeOf(value: Value): number {
    return isList(value) ? value.length : this.mapOf(value).size
  }

  membersOf(value: Value): Iterable<readonly [string, Value]> {
    return this.mapOf(value)
  }

  private mapOf(value: Value): ReadonlyMap<string, Value> {
    return isMap(value) ? value : this.documentOf(value as NodeRef | RelationshipRef)
  }

  private documentOf(entity: NodeRef | RelationshipRef): ReadonlyMap<string, PropertyValue> {
    const { kind, id } = this.mustLive(entity)
    return this.transaction.documentOf(kind, id)
  }

  private mustLive(entity: NodeRef | RelationshipRef): { kind: EntityKind; id: NodeId | RelationshipId } {
    const kind = entity instanceof NodeRef ? 'node' : 'relationship'
    mustLive(this.transaction, kind, entity.id)
    return { kind, id: entity.id }
  }
}
