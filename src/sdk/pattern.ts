/**
 * Patterns of the builder: nodes, and steps from one node to the next.
 *
 *   node('p', 'Person'), rel('k', 'KNOWS').to(node('q'))            (p:Person)-[k:KNOWS]->(q)
 *   node('p'), rel(null, 'LIVES_IN').to(node('c')), node('d')       (p)-[:LIVES_IN]->(c), (d)
 *
 * In a row of parts each step goes on from the node before it, and each node starts a new path.
 */
import type * as ast from '../../query/syntax/ast.js'
import { DatabaseError } from '../core/errors.js'
import type { Direction } from '../transaction/transaction.js'
import { at, type Build, mapOf, nameOf, type Operand, type ParameterList, type Ref, treeOf } from './expression.js'
import type { Node, Path, Relationship } from './result.js'
import type {
  Intersection,
  KeyProperty,
  LabelOf,
  NodeProperties,
  RelationshipProperties,
  Schema,
  TypeOf,
} from './schema.js'
import type { Explanation, SearchQuery } from './search.js'

type Name = string | null

declare const labels: unique symbol
declare const given: unique symbol

export class NodePattern<Variable extends Name = Name, Label extends string = string, Given = unknown> {
  declare readonly [labels]: Label
  declare readonly [given]: Given

  constructor(
    readonly variable: Variable,
    private readonly labelNames: readonly string[],
    private readonly properties: Build | null,
  ) {}

  tree(parameters: ParameterList): ast.NodePattern {
    const { labelNames, properties, variable } = this
    return {
      at,
      variable: optionalName(variable),
      labels: labelNames.map(nameOf),
      properties: properties === null ? null : properties(parameters),
      where: null,
    }
  }
}

/**
 * A node, named by a variable or by null, with a label or several or null, and with properties that are values or
 * expressions.
 * `node('p', 'Person', { name: 'Ann' })` becomes `(p:Person {name: $p0})`, `node()` becomes `()`.
 * The property `_key` is the key.
 */
export function node<
  const Variable extends Name = null,
  const Label extends string = never,
  const Given extends object = object,
>(
  variable: Variable = null as Variable,
  label: Label | readonly Label[] | null = null,
  properties?: Given,
): NodePattern<Variable, Label, Given> {
  return new NodePattern(variable, listOf(label), propertiesTree(properties))
}

export class RelationshipPattern<
  Variable extends Name = Name,
  Type extends string = string,
  Given = unknown,
  Many extends boolean = boolean,
> {
  declare readonly [labels]: Type
  declare readonly [given]: Given
  declare readonly many: Many

  constructor(
    readonly variable: Variable,
    private readonly types: readonly string[],
    private readonly properties: Build | null,
    private readonly length: ast.RelationshipPattern['length'],
  ) {}

  /**
   * A row of relationships instead of one: at least `min` (1 unless told otherwise), at most `max` (any number).
   * `rel('r', 'KNOWS').hops(1, 3)` becomes `[r:KNOWS*1..3]`, and r is a list.
   */
  hops(min?: number, max?: number): RelationshipPattern<Variable, Type, Given, true> {
    for (const bound of [min, max]) if (bound !== undefined) mustBeCount(bound)
    return new RelationshipPattern(this.variable, this.types, this.properties, { min: min ?? null, max: max ?? null })
  }

  /** `rel('r', 'KNOWS').to(node('q'))` becomes `-[r:KNOWS]->(q)`. */
  to<Next extends NodePattern>(next: Next): Step<this, Next> {
    return new Step(this, 'outgoing', next)
  }

  /** `rel('r', 'KNOWS').from(node('q'))` becomes `<-[r:KNOWS]-(q)`. */
  from<Next extends NodePattern>(next: Next): Step<this, Next> {
    return new Step(this, 'incoming', next)
  }

  /** `rel('r', 'KNOWS').toOrFrom(node('q'))` becomes `-[r:KNOWS]-(q)`. */
  toOrFrom<Next extends NodePattern>(next: Next): Step<this, Next> {
    return new Step(this, 'both', next)
  }

  tree(parameters: ParameterList, direction: Direction): ast.RelationshipPattern {
    const { variable, types, length, properties } = this
    return {
      at,
      variable: optionalName(variable),
      types: types.map(nameOf),
      direction,
      length,
      properties: properties === null ? null : properties(parameters),
      where: null,
    }
  }
}

/**
 * A relationship, named by a variable or by null, of a type or one of several or null, with properties. It is a part of a
 * pattern once `to`, `from` or `toOrFrom` says where it leads.
 * `rel('r', ['KNOWS', 'LIKES'], { since: 2020 }).to(node('q'))` becomes `-[r:KNOWS|LIKES {since: $p0}]->(q)`.
 */
export function rel<
  const Variable extends Name = null,
  const Type extends string = never,
  const Given extends object = object,
>(
  variable: Variable = null as Variable,
  type: Type | readonly Type[] | null = null,
  properties?: Given,
): RelationshipPattern<Variable, Type, Given, false> {
  return new RelationshipPattern(variable, listOf(type), propertiesTree(properties), null)
}

export class Step<Along extends RelationshipPattern = RelationshipPattern, Next extends NodePattern = NodePattern> {
  constructor(
    readonly relationship: Along,
    readonly direction: Direction,
    readonly next: Next,
  ) {}
}

export class NamedPath<
  Variable extends Name = Name,
  Parts extends readonly (NodePattern | Step)[] = readonly (NodePattern | Step)[],
> {
  constructor(
    readonly variable: Variable,
    readonly shortest: ast.PathPattern['shortest'],
    readonly parts: Parts,
  ) {}
}

type PathParts = readonly [NodePattern, ...Step[]]

/** `path('t', node('a'), rel(null, 'KNOWS').to(node('b')))` becomes `t = (a)-[:KNOWS]->(b)`. */
export function path<const Variable extends string, const Parts extends PathParts>(
  variable: Variable,
  ...parts: Parts
): NamedPath<Variable, Parts> {
  return new NamedPath(variable, null, parts)
}

/** `shortestPath('t', node('a'), rel().hops().to(node('b')))` becomes `t = shortestPath((a)-[*]->(b))`. */
export function shortestPath<const Variable extends Name, const Parts extends PathParts>(
  variable: Variable,
  ...parts: Parts
): NamedPath<Variable, Parts> {
  return new NamedPath(variable, 'one', parts)
}

/** As `shortestPath`, all of the least length. */
export function allShortestPaths<const Variable extends Name, const Parts extends PathParts>(
  variable: Variable,
  ...parts: Parts
): NamedPath<Variable, Parts> {
  return new NamedPath(variable, 'all', parts)
}

// ---- types of what a pattern names ----------------------------------------------------------------------------------

export type Part = NodePattern | Step | NamedPath

/** The variables of the parts. `Null` is null where they may find nothing. */
export type Bindings<S extends Schema, Parts extends readonly Part[], Null = never> = Intersection<
  Parts[number] extends infer Each ? (Each extends Part ? BindingsOf<S, Each, Null> : never) : never
> &
  object

type BindingsOf<S extends Schema, Each, Null> =
  Each extends NodePattern<infer Variable, infer Label>
    ? Binding<Variable, Node<NodeProperties<S, Label>> | Null>
    : Each extends Step<infer Along, infer Next>
      ? RelationshipBinding<S, Along, Null> & BindingsOf<S, Next, Null>
      : Each extends NamedPath<infer Variable, infer Parts>
        ? Binding<Variable, Path | Null> & Bindings<S, Parts, Null>
        : never

type RelationshipBinding<S extends Schema, Along, Null> =
  Along extends RelationshipPattern<infer Variable, infer Type, unknown, infer Many>
    ? Binding<Variable, Repeated<Relationship<RelationshipProperties<S, Type>>, Many> | Null>
    : never
type Repeated<Value, Many> = Many extends true ? readonly Value[] : Value

type Binding<Variable extends Name, Value> = Variable extends string
  ? { readonly [Name in Variable]: Ref<Value> }
  : unknown

/** The parts, of which each has labels, types and properties that the schema knows. */
export type Known<S extends Schema, Parts extends readonly Part[]> = {
  readonly [Place in keyof Parts]: KnownPart<S, Parts[Place]>
}

type KnownPart<S extends Schema, Each> =
  Each extends NodePattern<infer Variable, infer Label, infer Given>
    ? NodePattern<Variable, Label & LabelOf<S>, Checked<Given, NodeProperties<S, Label> & KeyProperty>>
    : Each extends Step<infer Along, infer Next>
      ? Step<KnownRelationship<S, Along>, KnownPart<S, Next> & NodePattern>
      : Each extends NamedPath<infer Variable, infer Parts>
        ? NamedPath<Variable, { readonly [Place in keyof Parts]: KnownPart<S, Parts[Place]> } & Parts>
        : never
type KnownRelationship<S extends Schema, Along> =
  Along extends RelationshipPattern<infer Variable, infer Type, infer Given, infer Many>
    ? RelationshipPattern<Variable, Type & TypeOf<S>, Checked<Given, RelationshipProperties<S, Type>>, Many>
    : never
/** Of parts that were gathered at run time nothing is known. */
type Checked<Given, Properties> = unknown extends Given ? unknown : GivenProperties<Properties>

/** Properties as a pattern takes them: values or expressions. */
export type GivenProperties<Properties> = {
  readonly [Name in keyof Properties]?: Operand<Properties[Name]> | undefined
}

// ---- searches -------------------------------------------------------------------------------------------------------

/** What an index is asked for within a pattern, and the variables that get the score and its explanation. */
export class SearchSource<Score extends string = string, Explain extends string = string> {
  constructor(
    private readonly kind: ast.SearchClause['kind'],
    private readonly index: string,
    private readonly query: unknown,
    private readonly options: SearchSourceOptions<Score, Explain>,
  ) {}

  tree(variable: string, where: Build | null, parameters: ParameterList): ast.SearchClause {
    const { limit, score, explain } = this.options
    return {
      at,
      variable: nameOf(variable),
      kind: this.kind,
      index: nameOf(this.index),
      query: treeOf(this.query)(parameters),
      where: where === null ? null : where(parameters),
      limit: limit === undefined ? null : treeOf(limit)(parameters),
      score: optionalName(score ?? null),
      explain: optionalName(explain ?? null),
    }
  }
}

export interface SearchSourceOptions<Score extends string, Explain extends string> {
  /** Only the best so many of the index. */
  readonly limit?: Operand<number>
  readonly score?: Score
  readonly explain?: Explain
}

export type SearchBindings<Score extends string, Explain extends string> = {
  readonly [Name in Score]: Ref<number | null>
} & { readonly [Name in Explain]: Ref<Explanation | null> }

/**
 * What a full-text index finds; its rows do not depend on where a plan begins.
 * `db.match(node('p')).search('p', fulltext('docs', 'graph'))` becomes `MATCH (p) SEARCH p IN (FULLTEXT INDEX docs FOR $p0)`.
 */
export function fulltext<const Score extends string = never, const Explain extends string = never>(
  index: string,
  query: Operand<string> | SearchQuery,
  options: SearchSourceOptions<Score, Explain> = {},
): SearchSource<Score, Explain> {
  return new SearchSource('fulltext', index, query, options)
}

/**
 * The entries of a vector index that are nearest to a vector; their number has to be told.
 * `db.match(node('p')).search('p', vector('emb', [1, 0], { limit: 10 }))` becomes
 * `MATCH (p) SEARCH p IN (VECTOR INDEX emb FOR $p0 LIMIT $p1)`.
 */
export function vector<const Score extends string = never, const Explain extends string = never>(
  index: string,
  query: Operand<readonly number[]>,
  options: SearchSourceOptions<Score, Explain> & { readonly limit: Operand<number> },
): SearchSource<Score, Explain> {
  return new SearchSource('vector', index, query, options)
}

// ---- trees ----------------------------------------------------------------------------------------------------------

/** The paths of a row of parts. */
export function pathsOf(parts: readonly Part[]): Build<ast.PathPattern[]> {
  const rows: PathRow[] = []
  for (const part of parts) {
    if (part instanceof NamedPath) rows.push({ ...part, parts: part.parts })
    else if (part instanceof NodePattern) rows.push({ variable: null, shortest: null, parts: [part] })
    else if (rows.length === 0) throw startless()
    else rows[rows.length - 1] = extended(rows.at(-1)!, part)
  }
  return (parameters) => rows.map((row) => pathTree(row, parameters))
}

function startless(): DatabaseError {
  return new DatabaseError('PATTERN_INVALID', 'a pattern starts with a node: match(node(...), rel(...).to(...))')
}

function mustBeCount(bound: number): void {
  if (!Number.isSafeInteger(bound) || bound < 0)
    throw new DatabaseError('OPTION_INVALID', `hops takes whole numbers from 0, not ${bound}`, { bound })
}

interface PathRow {
  readonly variable: Name
  readonly shortest: ast.PathPattern['shortest']
  readonly parts: readonly (NodePattern | Step)[]
}

function extended(row: PathRow, step: Step): PathRow {
  return { ...row, parts: [...row.parts, step] }
}

function pathTree({ variable, shortest, parts }: PathRow, parameters: ParameterList): ast.PathPattern {
  const nodes: ast.NodePattern[] = []
  const relationships: ast.RelationshipPattern[] = []
  for (const part of parts) {
    if (part instanceof Step) relationships.push(part.relationship.tree(parameters, part.direction))
    nodes.push((part instanceof Step ? part.next : part).tree(parameters))
  }
  return { at, variable: optionalName(variable), shortest, nodes, relationships }
}

function optionalName(name: Name): ast.Name | null {
  return name === null ? null : nameOf(name)
}

function listOf(names: string | readonly string[] | null): readonly string[] {
  if (names === null) return []
  return typeof names === 'string' ? [names] : names
}

function propertiesTree(properties: object | undefined): Build | null {
  return properties === undefined ? null : mapOf(properties)
}
