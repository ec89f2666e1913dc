/**
 * When two values are the same, and which comes first. openCypher 9 has four answers:
 *
 *   equality        a = b       three-valued: null where a null keeps it unknown; NaN equals nothing
 *   equivalence     DISTINCT, grouping: two-valued; null and null are the same, NaN and NaN too; else as equality
 *   comparability   a < b       three-valued: null between types that have no common order
 *   orderability    ORDER BY    total, across all types: MAP, NODE, RELATIONSHIP, LIST, PATH, BYTES,
 *                               ZONED DATETIME, LOCAL DATETIME, DATE, ZONED TIME, LOCAL TIME, DURATION, STRING,
 *                               BOOLEAN, numbers, NaN, null
 *
 * INTEGER and FLOAT are compared as the numbers they are, exactly: 2^53 + 1 is not equal to the FLOAT 2^53. Strings are
 * ordered by code point, as the bytes of an ordered index are (UTF-8). Temporal values compare with those of their own
 * type; durations have an order and no comparison, as a month is neither shorter nor longer than 30 days.
 */
import { compareNumbers, compareTemporals, type Numeric, numberOf } from '../../src/core/compare-scalars.js'
import { compareStrings } from '../../src/core/compare-strings.js'
import { floatKey } from '../../src/core/float-key.js'
import { Temporal, type TemporalType } from '../../src/core/temporal/temporal.js'
import { Float, NodeRef, PathValue, RelationshipRef, type Value } from '../../src/core/value.js'

export type Truth = boolean | null

type Composite = Exclude<Value, string | boolean | Numeric | null | Float>

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map
}

// ---- equality -------------------------------------------------------------------------------------------------------

export function equals(a: Value, b: Value): Truth {
  if (a === null || b === null) return null
  if (typeof a === 'string' || typeof a === 'boolean') return a === b
  const number = numberOf(a)
  if (number !== undefined) {
    const other = numberOf(b)
    // Loose, as INTEGERs beyond 2^53 are bigints and FLOATs are numbers: it compares what they stand for.
    // biome-ignore lint/suspicious/noDoubleEquals: see above
    return other !== undefined && number == other
  }
  return compositeEquals(a as Composite, b, equals)
}

export function notEquals(a: Value, b: Value): Truth {
  return not(equals(a, b))
}

/** Whether DISTINCT keeps only one of them, and grouping puts them together. */
export function equivalent(a: Value, b: Value): boolean {
  return groupKey(a) === groupKey(b)
}

function compositeEquals(a: Composite, b: Value, same: (a: Value, b: Value) => Truth): Truth {
  if (isList(a)) return isList(b) ? listEquals(a, b, same) : false
  if (isMap(a)) return isMap(b) ? mapEquals(a, b, same) : false
  if (a instanceof NodeRef) return b instanceof NodeRef && a.id === b.id
  if (a instanceof RelationshipRef) return b instanceof RelationshipRef && a.id === b.id
  if (a instanceof PathValue) return b instanceof PathValue && pathKey(a) === pathKey(b)
  if (a instanceof Temporal) return b instanceof Temporal && a.type === b.type && a.equals(b)
  return b instanceof Uint8Array && compareBytes(a as Uint8Array, b) === 0
}

function listEquals(a: readonly Value[], b: readonly Value[], same: (a: Value, b: Value) => Truth): Truth {
  if (a.length !== b.length) return false
  return all(a, (item, i) => same(item, b[i]!))
}

function mapEquals(
  a: ReadonlyMap<string, Value>,
  b: ReadonlyMap<string, Value>,
  same: (a: Value, b: Value) => Truth,
): Truth {
  if (a.size !== b.size) return false
  for (const key of a.keys()) if (!b.has(key)) return false
  return all([...a], ([key, value]) => same(value, b.get(key)!))
}

/** AND over the items: false wins over null. */
function all<T>(items: readonly T[], test: (item: T, index: number) => Truth): Truth {
  let result: Truth = true
  for (let i = 0; i < items.length; i++) {
    const truth = test(items[i]!, i)
    if (truth === false) return false
    if (truth === null) result = null
  }
  return result
}

// ---- comparability --------------------------------------------------------------------------------------------------

export function lessThan(a: Value, b: Value): Truth {
  const order = comparison(a, b)
  return order === null ? null : order < 0
}

export function lessOrEqual(a: Value, b: Value): Truth {
  const order = comparison(a, b)
  return order === null ? null : order <= 0
}

export function greaterThan(a: Value, b: Value): Truth {
  const order = comparison(a, b)
  return order === null ? null : order > 0
}

export function greaterOrEqual(a: Value, b: Value): Truth {
  const order = comparison(a, b)
  return order === null ? null : order >= 0
}

/** Negative, 0 or positive; NaN, which no test of order finds true, beside a FLOAT that is NaN; null: not comparable. */
function comparison(a: Value, b: Value): number | null {
  if (a === null || b === null) return null
  if (typeof a === 'string') return typeof b === 'string' ? compareStrings(a, b) : null
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : null
  const number = numberOf(a)
  if (number !== undefined) {
    const other = numberOf(b)
    return other === undefined ? null : compareNumbers(number, other)
  }
  if (a instanceof Temporal) return b instanceof Temporal ? compareTemporals(a, b) : null
  return isList(a) && isList(b) ? listComparison(a, b) : null
}

function listComparison(a: readonly Value[], b: readonly Value[]): number | null {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = comparison(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

// ---- orderability ---------------------------------------------------------------------------------------------------

const ranks = {
  map: 0,
  node: 1,
  relationship: 2,
  list: 3,
  path: 4,
  bytes: 5,
  temporal: 6,
  string: 12,
  boolean: 13,
  number: 14,
  null: 15,
}

const temporalRanks: Readonly<Record<TemporalType, number>> = {
  'ZONED DATETIME': ranks.temporal,
  'LOCAL DATETIME': ranks.temporal + 1,
  DATE: ranks.temporal + 2,
  'ZONED TIME': ranks.temporal + 3,
  'LOCAL TIME': ranks.temporal + 4,
  DURATION: ranks.temporal + 5,
}

function rankOf(value: Value): number {
  switch (typeof value) {
    case 'string':
      return ranks.string
    case 'boolean':
      return ranks.boolean
    case 'number':
    case 'bigint':
      return ranks.number
  }
  if (value === null) return ranks.null
  if (value instanceof Float) return ranks.number
  if (value instanceof NodeRef) return ranks.node
  if (value instanceof RelationshipRef) return ranks.relationship
  if (value instanceof PathValue) return ranks.path
  if (value instanceof Uint8Array) return ranks.bytes
  if (value instanceof Temporal) return temporalRanks[value.type]
  return isList(value) ? ranks.list : ranks.map
}

/** The order of ORDER BY, ascending: negative where `a` comes first, 0 where they are equivalent. */
export function compare(a: Value, b: Value): number {
  const rankA = rankOf(a)
  const difference = rankA - rankOf(b)
  if (difference !== 0) return difference
  switch (rankA) {
    case ranks.string:
      return compareStrings(a as string, b as string)
    case ranks.boolean:
      return Number(a) - Number(b)
    case ranks.number:
      return compareAllNumbers(numberOf(a)!, numberOf(b)!)
    case ranks.null:
      return 0
    default:
      return compareComposites(a as Composite, b as Composite)
  }
}

/** NaN comes after all other numbers. */
function compareAllNumbers(a: Numeric, b: Numeric): number {
  const order = compareNumbers(a, b)
  return Number.isNaN(order) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : order
}

function compareComposites(a: Composite, b: Composite): number {
  if (isList(a)) return compareLists(a, b as readonly Value[])
  if (a instanceof NodeRef || a instanceof RelationshipRef) return a.id - (b as NodeRef).id
  if (a instanceof PathValue) return compareLists(pathIds(a), pathIds(b as PathValue))
  if (a instanceof Uint8Array) return compareBytes(a, b as Uint8Array)
  if (a instanceof Temporal) return a.compareTo(b as Temporal)
  return compareMaps(a as ReadonlyMap<string, Value>, b as ReadonlyMap<string, Value>)
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = compare(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** By size, then by the keys in their order, then by the values in the order of the keys. */
function compareMaps(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): number {
  const [keysA, keysB] = [sortedKeys(a), sortedKeys(b)]
  const order = a.size - b.size || compareLists(keysA, keysB)
  return order !== 0
    ? order
    : compareLists(
        keysA.map((key) => a.get(key)!),
        keysB.map((key) => b.get(key)!),
      )
}

function sortedKeys(map: ReadonlyMap<string, Value>): string[] {
  return [...map.keys()].sort(compareStrings)
}

/** The ids along a path: node, relationship, node ... */
function pathIds({ nodes, relationships }: PathValue): number[] {
  return [nodes[0]!, ...relationships.flatMap((relationship, i) => [relationship, nodes[i + 1]!])]
}

// ---- grouping -------------------------------------------------------------------------------------------------------

/** Equal keys (in a Map or by `===`, but for NaN) stand for equivalent values. */
export type GroupKey = string | number | bigint | boolean | null

/** What a key that stands for more than a string starts with; a string that starts so itself is marked too. */
const mark = '\u0000'

export function groupKey(value: Value): GroupKey {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return value
  if (typeof value === 'string') return value.startsWith(mark) ? mark + encoded(value) : value
  if (!(value instanceof Float)) return mark + encoded(value)
  // A string, so that `===` finds it too.
  return Number.isNaN(value.value) ? `${mark}NaN` : floatKey(value.value)
}

/** One key for several values together. */
export function groupKeyOf(values: readonly Value[]): string {
  let key = ''
  for (const value of values) key += encoded(value)
  return key
}

/** A text that no other value has and that is no prefix of another's, so that several may stand in a row. */
function encoded(value: Value): string {
  if (value === null) return 'n'
  if (typeof value === 'string') return `s${value.length}:${value}`
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (value instanceof Float) return `i${String(floatKey(value.value))};`
  if (typeof value === 'number' || typeof value === 'bigint') return `i${value};`
  return encodedComposite(value)
}

function encodedComposite(value: Composite): string {
  if (isList(value)) return `[${value.map(encoded).join('')}]`
  if (value instanceof NodeRef) return `N${value.id};`
  if (value instanceof RelationshipRef) return `R${value.id};`
  if (value instanceof PathValue) return `P${pathKey(value)};`
  if (value instanceof Uint8Array) return `b${value.join(',')};`
  if (value instanceof Temporal) return `${value.type}${value};`
  const map = value as ReadonlyMap<string, Value>
  return `{${sortedKeys(map)
    .map((key) => encoded(key) + encoded(map.get(key)!))
    .join('')}}`
}

function pathKey(path: PathValue): string {
  return pathIds(path).join(',')
}

// ---- logic ----------------------------------------------------------------------------------------------------------

export function not(truth: Truth): Truth {
  return truth === null ? null : !truth
}

export function xor(a: Truth, b: Truth): Truth {
  return a === null || b === null ? null : a !== b
}
