/** Functions of Cypher for the builder: those that people use most, and `fn` for all others. */
import {
  at,
  type Build,
  type Built,
  type Gives,
  nameOf,
  type Operand,
  type Ref,
  reference,
  text,
  treeOf,
} from './expression.js'
import { type Part, pathsOf } from './pattern.js'
import type { SearchQuery } from './search.js'

/**
 * Calls a function by its name. `fn<number>('abs', p.balance)` becomes `abs(p.balance)`; values become parameters.
 */
export function fn<Value>(name: string, ...operands: readonly unknown[]): Ref<Value> {
  return reference(callOf(name, operands))
}

function callOf(name: string, operands: readonly unknown[]): Build {
  const distinct = operands[0] instanceof Distinct
  const built = operands.map((operand) => treeOf(operand instanceof Distinct ? operand.operand : operand))
  return (parameters) => ({
    kind: 'call',
    at,
    name: nameOf(name),
    distinct,
    arguments: built.map((operand) => operand(parameters)),
    text: '',
  })
}

// ---- aggregation ----------------------------------------------------------------------------------------------------

class Distinct<Value> {
  declare readonly value: Value
  constructor(readonly operand: Built) {}
}

/** Each value once, for functions that aggregate: `collect(distinct(p.city))` becomes `collect(DISTINCT p.city)`. */
export function distinct<Value>(operand: Gives<Value>): Distinct<Value> {
  return new Distinct(operand)
}

type Aggregated<Value> = Gives<Value> | Distinct<Value>

/** Rows, or those where the operand is not null: `count()` becomes `count(*)`, `count(p.age)` itself. */
export function count(operand?: Aggregated<unknown>): Ref<number> {
  if (operand !== undefined) return fn('count', operand)
  return reference(() => ({ kind: 'call', at, name: nameOf('count'), distinct: false, arguments: 'all', text: '' }))
}

/** `collect(p.name)`: the list of all that are not null. */
export function collect<Value>(operand: Aggregated<Value>): Ref<NonNullable<Value>[]> {
  return fn('collect', operand)
}

/** `sum(p.age)`; 0 without rows. */
export function sum(operand: Aggregated<number | null>): Ref<number> {
  return fn('sum', operand)
}

/** `avg(p.age)`; null without rows. */
export function avg(operand: Aggregated<number | null>): Ref<number | null> {
  return fn('avg', operand)
}

/** `min(p.age)`; null without rows. */
export function min<Value>(operand: Aggregated<Value>): Ref<Value | null> {
  return fn('min', operand)
}

/** `max(p.age)`; null without rows. */
export function max<Value>(operand: Aggregated<Value>): Ref<Value | null> {
  return fn('max', operand)
}

// ---- scalars --------------------------------------------------------------------------------------------------------

/** The first of the operands that is not null: `coalesce(p.nick, p.name)`. */
export function coalesce<Value>(...operands: readonly Operand<Value>[]): Ref<Value> {
  return fn('coalesce', ...operands)
}

/**
 * Whether a full-text index finds a node or a relationship: docs/search.md.
 * `matches(p, 'docs', 'graph')` becomes `search.matches(p, 'docs', $p0)`.
 */
export function matches(operand: Built, index: string, query: Operand<string> | SearchQuery): Ref<boolean> {
  // The name stands in the text, as a plan begins with an index that it knows.
  return fn('search.matches', operand, text(index), query)
}

/** Items of a list, or characters of a string: `size(p.tags)`. */
export function size<Value extends readonly unknown[] | string | null>(
  operand: Gives<Value>,
): Ref<number | Extract<Value, null>> {
  return fn('size', operand)
}

/** `labels(p)` */
export function labels(operand: Built): Ref<string[]> {
  return fn('labels', operand)
}

/** The type of a relationship: `type(r)`. */
export function type(operand: Built): Ref<string> {
  return fn('type', operand)
}

/** `elementId(p)` */
export function elementId(operand: Built): Ref<string> {
  return fn('elementId', operand)
}

/** Relationships of a path: `length(t)`. */
export function length(operand: Built): Ref<number> {
  return fn('length', operand)
}

/**
 * Whether the pattern is found. Variables that are known already mean what they mean outside.
 * `exists(node('p'), rel(null, 'KNOWS').to(node()))` becomes `EXISTS { MATCH (p)-[:KNOWS]->() }`.
 */
export function exists(...parts: readonly Part[]): Ref<boolean> {
  return reference(subquery('exists', parts))
}

/**
 * How often the pattern is found.
 * `countOf(node('p'), rel(null, 'KNOWS').to(node()))` becomes `COUNT { MATCH (p)-[:KNOWS]->() }`.
 */
export function countOf(...parts: readonly Part[]): Ref<number> {
  return reference(subquery('count', parts))
}

function subquery(result: 'exists' | 'count', parts: readonly Part[]): Build {
  const paths = pathsOf(parts)
  return (parameters) => {
    const match = { kind: 'match', at, optional: false, paths: paths(parameters), searches: [], where: null } as const
    return { kind: 'subquery', at, result, query: { at, parts: [[match]], unions: [] } }
  }
}
