/**
 * Expressions of the builder. An expression is a function from the list of parameters to its tree: a value that a
 * program passes in becomes the next parameter at the moment the statement is compiled, so it is never part of the
 * text, and the parameters are numbered in the order in which they stand there.
 *
 *   p.age.gt(30)   ->   (parameters) => p.age > $p0          parameters: { p0: 30 }
 *
 * `p.age` is a property because `Expr` has no member of that name: see `referenceTo`.
 */
import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  LogicalExpression,
  ParameterExpression,
  PredicateOperator,
  UnaryExpression,
} from '../../query/syntax/ast.js'
import type { Float } from '../core/value.js'
import type { Node, Path, Relationship } from './result.js'
import type { AnyProperties, KeyProperty } from './schema.js'

/** Trees that the builder makes stand in no text. */
export const at = 0

/** The parameters of one statement. */
export class ParameterList {
  readonly values: Record<string, unknown> = {}
  private count = 0

  add(value: unknown): ParameterExpression {
    const name = `p${this.count++}`
    this.values[name] = value
    return { kind: 'parameter', at, name, lifted: null, items: null }
  }
}

export type Build<Tree = Expression> = (parameters: ParameterList) => Tree

/** Where an expression keeps its tree; a symbol, as every name may be that of a property. */
export const build: unique symbol = Symbol('build')
declare const type: unique symbol

/** Anything that has a tree. */
export interface Built {
  readonly [build]: Build
}

/** Anything that has a tree and gives a value of the type. */
export interface Gives<Value> extends Built {
  readonly [type]: Value
}

/** What can stand beside an expression of the type: another one, or a value, which becomes a parameter. */
export type Operand<Value> = Gives<Value | null> | PlainValue<NonNullable<Value>>
/** Of a number a program may also pass a bigint, or `float(1)`. */
type PlainValue<Value> = Value extends number ? Value | bigint | Float : Value

type Nulls<Value> = Extract<Value, null>
type Item<Value> = Value extends readonly (infer Each)[] ? Each : never

/** An expression that gives a value of the type. What is null in Cypher is null here. */
export class Expr<Value> implements Gives<Value> {
  declare readonly [type]: Value
  readonly [build]: Build

  constructor(tree: Build) {
    this[build] = tree
  }

  // ---- comparisons

  /** `p.age.eq(30)` becomes `p.age = $p0`. */
  eq(other: Operand<Value>): Ref<boolean | Nulls<Value>> {
    return comparison('=', this, other)
  }

  /** `p.age.ne(30)` becomes `p.age <> $p0`. */
  ne(other: Operand<Value>): Ref<boolean | Nulls<Value>> {
    return comparison('<>', this, other)
  }

  /** `p.age.gt(30)` becomes `p.age > $p0`. */
  gt(other: Operand<Value>): Ref<boolean | Nulls<Value>> {
    return comparison('>', this, other)
  }

  /** `p.age.gte(30)` becomes `p.age >= $p0`. */
  gte(other: Operand<Value>): Ref<boolean | Nulls<Value>> {
    return comparison('>=', this, other)
  }

  /** `p.age.lt(30)` becomes `p.age < $p0`. */
  lt(other: Operand<Value>): Ref<boolean | Nulls<Value>> {
    return comparison('<', this, other)
  }

  /** `p.age.lte(30)` becomes `p.age <= $p0`. */
  lte(other: Operand<Value>): Ref<boolean | Nulls<Value>> {
    return comparison('<=', this, other)
  }

  /** `p.city.in(['Berlin', 'Rome'])` becomes `p.city IN $p0`. */
  in(list: Operand<readonly NonNullable<Value>[]>): Ref<boolean | Nulls<Value>> {
    return binary('in', this, list)
  }

  /** `p.age.isNull()` becomes `p.age IS NULL`. */
  isNull(): Ref<boolean> {
    return unary('isNull', this)
  }

  /** `p.age.isNotNull()` becomes `p.age IS NOT NULL`. */
  isNotNull(): Ref<boolean> {
    return unary('isNotNull', this)
  }

  // ---- strings

  /** `p.name.startsWith('A')` becomes `p.name STARTS WITH $p0`. */
  startsWith(text: Operand<string>): Ref<boolean | Nulls<Value>> {
    return binary('startsWith', this, text)
  }

  /** `p.name.endsWith('n')` becomes `p.name ENDS WITH $p0`. */
  endsWith(text: Operand<string>): Ref<boolean | Nulls<Value>> {
    return binary('endsWith', this, text)
  }

  /** `p.name.contains('nn')` becomes `p.name CONTAINS $p0`. */
  contains(text: Operand<string>): Ref<boolean | Nulls<Value>> {
    return binary('contains', this, text)
  }

  /** `p.name.matches('A.*')` becomes `p.name =~ $p0`: the regular expression must match the whole text. */
  matches(pattern: Operand<string>): Ref<boolean | Nulls<Value>> {
    return binary('=~', this, pattern)
  }

  // ---- logic

  /** `a.and(b, c)` becomes `a AND b AND c`. */
  and(...others: readonly Operand<boolean>[]): Ref<boolean | Nulls<Value>> {
    return reference(logical('and', [this, ...others].map(treeOf)))
  }

  /** `a.or(b, c)` becomes `a OR b OR c`. */
  or(...others: readonly Operand<boolean>[]): Ref<boolean | Nulls<Value>> {
    return reference(logical('or', [this, ...others].map(treeOf)))
  }

  /** `a.xor(b)` becomes `a XOR b`. */
  xor(...others: readonly Operand<boolean>[]): Ref<boolean | Nulls<Value>> {
    return reference(logical('xor', [this, ...others].map(treeOf)))
  }

  /** `p.age.gt(30).not()` becomes `NOT p.age > $p0`. */
  not(): Ref<boolean | Nulls<Value>> {
    return unary('not', this)
  }

  // ---- arithmetic

  /** `p.age.plus(1)` becomes `p.age + $p0`; it joins strings and lists too. */
  plus(other: Operand<Value>): Ref<Value> {
    return binary('+', this, other)
  }

  /** `p.age.minus(1)` becomes `p.age - $p0`. */
  minus(other: Operand<Value>): Ref<Value> {
    return binary('-', this, other)
  }

  /** `p.age.times(2)` becomes `p.age * $p0`. */
  times(other: Operand<Value>): Ref<Value> {
    return binary('*', this, other)
  }

  /** `p.age.dividedBy(2)` becomes `p.age / $p0`. Of two INTEGERs it is whole; `float(2)` makes the quotient exact. */
  dividedBy(other: Operand<Value>): Ref<Value> {
    return binary('/', this, other)
  }

  /** `p.age.modulo(2)` becomes `p.age % $p0`. */
  modulo(other: Operand<Value>): Ref<Value> {
    return binary('%', this, other)
  }

  /** `p.age.power(2)` becomes `p.age ^ $p0`, a FLOAT. */
  power(exponent: Operand<number>): Ref<number | Nulls<Value>> {
    return binary('^', this, exponent)
  }

  // ---- parts

  /**
   * The property of the name: for names that a method of `Expr` has.
   * `p.get('contains')` becomes `p.contains`.
   */
  get<Name extends keyof MembersOf<Value> & string>(name: Name): Ref<MembersOf<Value>[Name]> {
    return property(this, name)
  }

  /** The element of a list at a place, from 0, or from -1 backwards. `p.tags.at(0)` becomes `p.tags[$p0]`. */
  at(index: Operand<number>): Ref<Item<NonNullable<Value>> | null> {
    return reference((parameters) => ({
      kind: 'index',
      at,
      target: this[build](parameters),
      index: treeOf(index)(parameters),
    }))
  }

  /** `p.hasLabels('Vip')` becomes `p:Vip`. */
  hasLabels(...labels: readonly string[]): Ref<boolean | Nulls<Value>> {
    return reference((parameters) => ({
      kind: 'labels',
      at,
      target: this[build](parameters),
      labels: labels.map(nameOf),
    }))
  }

  // ---- order

  /** For `orderBy`: `p.age.asc()` becomes `p.age`. */
  asc(): Order {
    return { by: this, descending: false }
  }

  /** For `orderBy`: `p.age.desc()` becomes `p.age DESC`. */
  desc(): Order {
    return { by: this, descending: true }
  }
}

/** An expression to sort by, with its direction. */
export interface Order {
  readonly by: Built
  readonly descending: boolean
}

// ---- references -----------------------------------------------------------------------------------------------------

/** What can be read of a value by name: properties of an entity, entries of a map. */
type MembersOf<Value> = 0 extends 1 & Value
  ? AnyProperties
  : NonNullable<Value> extends Node<infer Properties>
    ? Nullable<Properties & KeyProperty, Nulls<Value>>
    : NonNullable<Value> extends Relationship<infer Properties>
      ? Nullable<Properties, Nulls<Value>>
      : NonNullable<Value> extends NotMap
        ? object
        : Nullable<NonNullable<Value>, Nulls<Value>>

type NotMap = string | number | bigint | boolean | Float | Uint8Array | Path | readonly unknown[]

/** A property that may be missing is null then; so is every property of null. */
type Nullable<Properties, Null> = {
  readonly [Name in keyof Properties]-?: PropertyOf<Properties, Name> | Null
}
type PropertyOf<Properties, Name extends keyof Properties> =
  | Exclude<Properties[Name], undefined>
  | (undefined extends Properties[Name] ? null : never)

/** An expression whose parts are read as `p.address.city`. */
export type Ref<Value> = Expr<Value> & {
  readonly [Name in Exclude<keyof MembersOf<Value>, keyof Expr<unknown>>]: Ref<MembersOf<Value>[Name]>
}

/** Every name that an `Expr` does not have itself is the name of a property. */
const asProperties: ProxyHandler<Expr<unknown>> = {
  get: (target, name) =>
    typeof name === 'symbol' || name in target ? Reflect.get(target, name) : property(target, name),
}

export function reference<Value>(tree: Build): Ref<Value> {
  return new Proxy(new Expr<unknown>(tree), asProperties) as Ref<Value>
}

export function variable<Value>(name: string): Ref<Value> {
  return reference(() => ({ kind: 'variable', at, name }))
}

function property<Value>(target: Built, name: string): Ref<Value> {
  return reference((parameters) => ({ kind: 'property', at, target: target[build](parameters), name: nameOf(name) }))
}

// ---- trees ----------------------------------------------------------------------------------------------------------

/** A text of the program's that stands in the statement as a literal, as the name of an index does. */
export function text(value: string): Expr<string> {
  return new Expr(() => ({ kind: 'literal', at, value }))
}

export function nameOf(name: string): { readonly name: string; readonly at: number } {
  return { name, at }
}

/**
 * The tree of anything a program passes: expressions are themselves, arrays and objects that hold expressions become
 * lists and maps of them, and every other value becomes a parameter, whole.
 */
export function treeOf(value: unknown): Build {
  if (value instanceof Expr) return value[build]
  if (!holdsExpression(value)) return (parameters) => parameters.add(value)
  if (Array.isArray(value)) {
    const items = value.map(treeOf)
    return (parameters) => ({ kind: 'list', at, items: items.map((item) => item(parameters)) })
  }
  return mapOf(value as object)
}

export function mapOf(entries: object): Build {
  const built = Object.entries(entries).map(([name, value]) => [name, treeOf(value)] as const)
  return (parameters) => ({
    kind: 'map',
    at,
    entries: built.map(([name, value]) => ({ key: nameOf(name), value: value(parameters) })),
  })
}

function holdsExpression(value: unknown): boolean {
  if (value instanceof Expr) return true
  if (Array.isArray(value)) return value.some(holdsExpression)
  return isPlainObject(value) && Object.values(value).some(holdsExpression)
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function unary<Value>(operator: UnaryExpression['operator'], operand: Built): Ref<Value> {
  return reference((parameters) => ({ kind: 'unary', at, operator, operand: operand[build](parameters) }))
}

function binary<Value>(operator: ArithmeticOperator | PredicateOperator, left: Built, right: unknown): Ref<Value> {
  const other = treeOf(right)
  return reference((parameters) => ({
    kind: 'binary',
    at,
    operator,
    left: left[build](parameters),
    right: other(parameters),
  }))
}

function comparison<Value>(operator: ComparisonOperator, left: Built, right: unknown): Ref<Value> {
  const other = treeOf(right)
  return reference((parameters) => ({
    kind: 'comparison',
    at,
    operators: [operator],
    operands: [left[build](parameters), other(parameters)],
  }))
}

/** One node for a row of one operator: `a.and(b).and(c)` needs no brackets. */
export function logical(operator: LogicalExpression['operator'], operands: readonly Build[]): Build {
  return (parameters) => {
    const trees = operands.map((operand) => operand(parameters))
    const [only] = trees
    const isRow = (tree: Expression): tree is LogicalExpression => tree.kind === 'logical' && tree.operator === operator
    const flat = trees.flatMap((tree) => (isRow(tree) ? tree.operands : [tree]))
    return flat.length === 1 ? only! : { kind: 'logical', at, operator, operands: flat }
  }
}
