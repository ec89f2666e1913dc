/**
 * SET and REMOVE of places within properties. Each is one change of the tree at that place, whatever lies around it.
 *
 * A path is followed as far as the document goes. What then is missing may be missing maps, which SET makes on the way,
 * as it makes a property that is not there; an index has to be there.
 */
import type { EntityKind } from '../../../src/core/change.js'
import { DatabaseError } from '../../../src/core/errors.js'
import type { NodeId, RelationshipId } from '../../../src/core/ids.js'
import { normalizedPath } from '../../../src/core/json-path/normalized.js'
import type { Step } from '../../../src/core/json-path/tree.js'
import { NodeRef, type PropertyValue, RelationshipRef, type Value } from '../../../src/core/value.js'
import { valueInWords } from '../../../src/core/value-in-words.js'
import { type Transaction, TreeRef, type TreeValue } from '../../../src/transaction/transaction.js'
import { isList, isMap } from '../../functions/values.js'
import { itemOf } from './entities.js'
import { mustBeStorable } from './storable.js'
import { mustBeWritable, setOne } from './writes.js'

/**
 * `SET target.steps = value`, `+= value` and REMOVE; nothing happens to a place in null. Null takes a member away; in a
 * list it takes the place of an element. Throws JSON_PLACE_MISSING, TYPE_MISMATCH, KEY_INVALID, PROPERTY_INVALID.
 */
export function changePlace(
  transaction: Transaction,
  target: Value,
  steps: readonly Value[],
  change: 'set' | 'add' | 'remove',
  value: Value,
): void {
  const place = placeOf(transaction, target, steps)
  if (place === null) return
  const storable = mustBeStorable(value, place.name)
  if (change === 'add') add(transaction, place, storable)
  else if (change === 'remove' || (value === null && typeof lastStep(place) === 'string')) remove(transaction, place)
  else set(transaction, place, storable)
}

interface Place {
  readonly kind: EntityKind
  readonly id: NodeId | RelationshipId
  readonly name: string
  /** Below the property; a negative index counts from the end. */
  readonly path: readonly Step[]
}

/** null where nothing owns the place. The owner is the first entity on the way, which a list or a map may hold. */
function placeOf(transaction: Transaction, target: Value, steps: readonly Value[]): Place | null {
  let owner = target
  let next = 0
  while (owner !== null && !isEntity(owner) && next < steps.length - 1)
    owner = itemOf(transaction, owner, steps[next++]!)
  if (owner === null) return null
  const name = stepFrom(steps[next]!)
  if (typeof name !== 'string')
    throw new DatabaseError('TYPE_MISMATCH', `a property is named by a STRING, and this is the INTEGER ${name}`)
  const { kind, id } = mustBeWritable(owner)
  const path: Step[] = []
  for (let i = next + 1; i < steps.length; i++) path.push(stepFrom(steps[i]!))
  return { kind, id, name, path }
}

function isEntity(value: Value): boolean {
  return value instanceof NodeRef || value instanceof RelationshipRef
}

function stepFrom(value: Value): Step {
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new DatabaseError(
    'TYPE_MISMATCH',
    `a place is named by a STRING or INTEGER, and this is ${valueInWords(value)}`,
  )
}

function lastStep({ name, path }: Place): Step {
  return path.at(-1) ?? name
}

function set(transaction: Transaction, place: Place, value: PropertyValue): void {
  const { path, found, missing } = follow(transaction, place)
  if (missing.length === 0) put(transaction, place, path, value)
  else if ((found !== null && !isObject(found)) || missing.some((step) => typeof step === 'number'))
    throw placeMissing(place, path, found)
  else if (isObject(found)) put(transaction, place, [...path, missing[0]!], withinMaps(missing.slice(1), value))
  else put(transaction, place, path, withinMaps(missing, value))
}

function withinMaps(names: readonly Step[], value: PropertyValue): PropertyValue {
  return names.reduceRight<PropertyValue>((inner, name) => new Map([[String(name), inner]]), value)
}

/** A list at the end of a list, the members of a map into a map; where there is nothing, what is added. */
function add(transaction: Transaction, place: Place, value: PropertyValue): void {
  if (value === null) return
  const { path, found, missing } = follow(transaction, place)
  const old = missing.length === 0 ? found : null
  if (isList(value) && isArray(old)) append(transaction, place, [...path, old.size], value)
  else if (isMap(value) && isObject(old))
    for (const [name, each] of value) putMember(transaction, place, path, name, each)
  else if (old === null && isList(value)) set(transaction, place, value)
  else if (old === null && isMap(value))
    set(transaction, place, new Map([...value].filter(([, each]) => each !== null)))
  else throw notAddable(old, value)
}

function putMember(
  transaction: Transaction,
  place: Place,
  map: readonly Step[],
  name: string,
  value: PropertyValue,
): void {
  const member = { ...place, path: [...map, name] }
  if (value === null) remove(transaction, member)
  else set(transaction, member, value)
}

function append(
  transaction: Transaction,
  { kind, id, name }: Place,
  path: readonly Step[],
  values: readonly PropertyValue[],
): void {
  if (values.length > 0)
    transaction.changeTree(kind, id, transaction.propertyId(name), { kind: 'insert', path, values })
}

function put(transaction: Transaction, { kind, id, name }: Place, path: readonly Step[], value: PropertyValue): void {
  if (path.length === 0) setOne(transaction, kind, id, name, value)
  else transaction.changeTree(kind, id, transaction.propertyId(name), { kind: 'set', path, value })
}

/** What is not there need not be removed. */
function remove(transaction: Transaction, place: Place): void {
  const { kind, id, name } = place
  const { path, missing } = follow(transaction, place)
  if (missing.length > 0) return
  if (path.length === 0) setOne(transaction, kind, id, name, null)
  else transaction.changeTree(kind, id, transaction.propertyId(name), { kind: 'remove', path })
}

interface Followed {
  /** As far as the document goes, with indexes from the start. */
  readonly path: readonly Step[]
  /** What lies there. */
  readonly found: TreeValue
  readonly missing: readonly Step[]
}

function follow(transaction: Transaction, { kind, id, name, path }: Place): Followed {
  const property = transaction.catalog.findProperty(name)
  let found = (property === undefined ? null : transaction.treeOf(kind, id, property)) ?? null
  const followed: Step[] = []
  for (const step of path) {
    const taken = stepWithin(found, step)
    const value = childAt(found, taken)
    if (value === undefined) break
    followed.push(taken)
    found = value
  }
  return { path: followed, found, missing: followed.length === path.length ? noSteps : path.slice(followed.length) }
}

const noSteps: readonly Step[] = []

/** The step with an index from the start. */
function stepWithin(container: TreeValue, step: Step): Step {
  return typeof step === 'number' && step < 0 && isArray(container) ? container.size + step : step
}

function childAt(container: TreeValue, step: Step): TreeValue | undefined {
  if (typeof step === 'string') return isObject(container) ? container.member(step) : undefined
  return isArray(container) ? container.element(step) : undefined
}

function isObject(value: TreeValue): value is TreeRef {
  return value instanceof TreeRef && value.kind === 'object'
}

function isArray(value: TreeValue): value is TreeRef {
  return value instanceof TreeRef && value.kind === 'array'
}

function inWords(value: TreeValue): string {
  return valueInWords(value instanceof TreeRef ? value.read() : value)
}

function placeMissing({ name, path }: Place, followed: readonly Step[], found: TreeValue): DatabaseError {
  const shown = normalizedPath([name, ...path])
  const reached = normalizedPath([name, ...followed])
  return new DatabaseError(
    'JSON_PLACE_MISSING',
    `there is no place ${shown}, as ${reached} is ${inWords(found)}; SET makes maps that are missing, but no elements and nothing within other values`,
    { path: shown, hint: 'SET the value before it, or add elements to a list by +=' },
  )
}

function notAddable(old: TreeValue, value: PropertyValue): DatabaseError {
  return new DatabaseError(
    'TYPE_MISMATCH',
    `+= adds a LIST to a list or a MAP to a map, and this is ${valueInWords(value)} for ${inWords(old)}; write SET n.x = n.x + value for a sum, and += [value] for an element`,
  )
}
