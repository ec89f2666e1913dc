/**
 * Builds the tree of a statement from what the grammar matched: an action for each rule, named after it. Rules
 * without an action pass on the tree of their only child.
 */
import type { IterationNode, MatchResult, Node } from 'ohm-js'
import type {
  Expression,
  IndexColumn,
  LabelTest,
  MatchClause,
  Name,
  NodePattern,
  PathPattern,
  Query,
  RelationshipPattern,
  ShowStatement,
  Statement,
} from './ast.js'
import grammar, { type CypherActionDict } from './cypher.ohm-bundle.js'
import { readName, refuseInteger } from './literals.js'
import { foldRow, nestedOperatorsMax, type RowItem } from './row.js'
import type { Source } from './source.js'
import { fail, nestingMax } from './tokens.js'

/** Names of lifted parameters start with it; those of users cannot. */
const liftedPrefix = '#'

/** The name of the parameter that stands for a lifted literal, by its place in `NormalizedText.lifted`. */
export function liftedName(index: number): string {
  return liftedPrefix + index
}

/** Builds the tree of what `match` found in `source`. Throws SYNTAX_ERROR, NUMBER_OUT_OF_RANGE, QUERY_TOO_DEEP. */
export function build(match: MatchResult, source: Source): Statement | Query {
  current = source
  return semantics(match).tree()
}

/** The source of the tree being built. Actions of ohm take no argument of ours; building is synchronous. */
let current: Source

function at(node: Node): number {
  return current.origin(node.source.startIdx)
}

function written(node: Node): string {
  return current.written(node.source.startIdx, node.source.endIdx)
}

/** The keyword that a rule of one matched. */
function word(node: Node): string {
  return node.sourceString.trimEnd()
}

function option(node: IterationNode) {
  return node.children.length === 0 ? null : node.children[0]!.tree()
}

function all(nodes: IterationNode) {
  return nodes.children.map((node) => node.tree())
}

/** The trees of `first ("," rest)*`. */
function listed(first: Node, rest: IterationNode) {
  return [first.tree(), ...all(rest)]
}

/** The trees of `(first ("," rest)*)?`, whose parts ohm wraps in an iteration each. */
function listedOrNone(first: IterationNode, rest: IterationNode) {
  return first.children.length === 0 ? [] : listed(first.children[0]!, rest.children[0] as IterationNode)
}

const statements: CypherActionDict<unknown> = {
  Statement(mode, body, _end) {
    const tree = body.tree()
    if (tree.kind !== 'query') {
      if (mode.children.length > 0)
        fail(current.text, at(mode), 'EXPLAIN and PROFILE take a query, not a change of schema')
      return tree
    }
    return { ...tree, mode: option(mode) ?? 'run' }
  },
  Continuation: (query, _end) => query.tree(),
  Mode: (mode) => word(mode).toLowerCase(),
  Body_query: (query) => ({ kind: 'query', query: query.tree() }),
  Query(first, unions, rest) {
    return { at: at(this), parts: listed(first, rest), unions: all(unions) }
  },
  Union(_union, kind) {
    return { at: at(this), all: word(kind) === 'ALL' }
  },
  Part: (clauses) => all(clauses),
}

const clauses: CypherActionDict<unknown> = {
  Match(optional, _match, paths, searches, where): MatchClause {
    return {
      kind: 'match',
      at: at(this),
      optional: optional.children.length > 0,
      paths: paths.tree(),
      searches: all(searches),
      where: option(where),
    }
  },
  Search(_search, variable, _in, _open, kind, _index, index, _for, query, where, limit, _close, score, explain) {
    return {
      at: at(this),
      variable: variable.tree(),
      kind: kind.ctorName === 'vector' ? 'vector' : 'fulltext',
      index: index.tree(),
      query: query.tree(),
      where: option(where),
      limit: option(limit),
      score: option(score),
      explain: option(explain),
    }
  },
  Score: (_score, _as, variable) => variable.tree(),
  Explained: (_explain, _as, variable) => variable.tree(),
  Paths: (first, _commas, rest) => listed(first, rest),
  Where: (_where, condition) => condition.tree(),
  Unwind(_unwind, list, _as, variable) {
    return { kind: 'unwind', at: at(this), list: list.tree(), variable: variable.tree() }
  },
  Create(_create, paths) {
    return { kind: 'create', at: at(this), paths: paths.tree() }
  },
  Merge(_merge, path, actions) {
    const items = (event: string) => all(actions).flatMap((action) => (action.event === event ? action.set.items : []))
    return { kind: 'merge', at: at(this), path: path.tree(), onCreate: items('CREATE'), onMatch: items('MATCH') }
  },
  MergeAction: (_on, event, set) => ({ event: word(event), set: set.tree() }),
  Set(_set, first, _commas, rest) {
    return { kind: 'set', at: at(this), items: listed(first, rest) }
  },
  SetItem_property(target, _equals, value) {
    return { kind: 'property', at: at(this), target: target.tree(), value: value.tree(), add: false }
  },
  SetItem_extend(target, _plus, value) {
    return { kind: 'property', at: at(this), target: target.tree(), value: value.tree(), add: true }
  },
  SetItem_replace(target, _equals, value) {
    return { kind: 'properties', at: at(this), target: target.tree(), value: value.tree(), replace: true }
  },
  SetItem_add(target, _plus, value) {
    return { kind: 'properties', at: at(this), target: target.tree(), value: value.tree(), replace: false }
  },
  SetItem_labels(target, labels) {
    return { kind: 'labels', at: at(this), target: target.tree(), labels: labels.tree() }
  },
  Target: (atom, steps) => withPostfixes(atom.tree(), all(steps)),
  Remove(_remove, first, _commas, rest) {
    return { kind: 'remove', at: at(this), items: listed(first, rest) }
  },
  RemoveItem_property(target) {
    return { kind: 'property', at: at(this), target: target.tree() }
  },
  RemoveItem_labels(target, labels) {
    return { kind: 'labels', at: at(this), target: target.tree(), labels: labels.tree() }
  },
  Delete(detach, _delete, first, _commas, rest) {
    return { kind: 'delete', at: at(this), detach: detach.children.length > 0, targets: listed(first, rest) }
  },
  Return(_return, projection) {
    return { ...projection.tree(), kind: 'return', at: at(this), where: null }
  },
  With(_with, projection, where) {
    return { ...projection.tree(), kind: 'with', at: at(this), where: option(where) }
  },
  Projection: (distinct, items, orderBy, skip, limit) => ({
    distinct: distinct.children.length > 0,
    ...items.tree(),
    orderBy: option(orderBy) ?? [],
    skip: option(skip),
    limit: option(limit),
  }),
  Items_all: (_star, _commas, items) => ({ all: true, items: all(items) }),
  Items_listed: (first, _commas, rest) => ({ all: false, items: listed(first, rest) }),
  Item: (expression, _as, alias) => ({
    expression: expression.tree(),
    alias: option(alias),
    text: written(expression),
  }),
  OrderBy: (_order, _by, first, _commas, rest) => listed(first, rest),
  SortItem: (expression, direction) => ({
    expression: expression.tree(),
    descending: direction.sourceString.startsWith('DESC'),
  }),
  Skip: (_skip, count) => count.tree(),
  Limit: (_limit, count) => count.tree(),
  Call(optional, _call, procedure, args, yields) {
    return {
      kind: 'call',
      at: at(this),
      optional: optional.children.length > 0,
      procedure: procedure.tree(),
      arguments: option(args),
      ...(option(yields) ?? { yields: null, where: null }),
    }
  },
  Arguments: (_open, expressions, _close) => expressions.tree(),
  Yield: (_yield, items, where) => ({ yields: items.tree(), where: option(where) }),
  YieldItems_all: (_star) => 'all',
  YieldItems_listed: (first, _commas, rest) => listed(first, rest),
  YieldItem: (column, _as, alias) => ({ column: column.tree(), alias: option(alias) }),
  Subquery(optional, _call, imports, _open, query, _close, transactions) {
    return {
      kind: 'subquery',
      at: at(this),
      optional: optional.children.length > 0,
      imports: option(imports),
      query: query.tree(),
      transactions: option(transactions),
    }
  },
  Imports_all: (_open, _star, _close) => 'all',
  Imports_listed: (_open, first, _commas, rest, _close) => listedOrNone(first, rest),
  InTransactions: (_in, _transactions, size) => ({ rows: option(size) }),
  BatchSize: (_of, rows, _rows) => rows.tree(),
  Foreach(_foreach, _open, variable, _in, list, _bar, part, _close) {
    return { kind: 'foreach', at: at(this), variable: variable.tree(), list: list.tree(), clauses: part.tree() }
  },
}

interface Chain {
  readonly nodes: readonly NodePattern[]
  readonly relationships: readonly RelationshipPattern[]
}

function pathOf(at: number, chain: Chain, variable: Name | null = null): PathPattern {
  return { at, variable, shortest: null, ...chain }
}

const patterns: CypherActionDict<unknown> = {
  Path(name, body) {
    return { ...pathOf(at(this), body.tree(), option(name)) }
  },
  PathName: (variable, _equals) => variable.tree(),
  Shortest: (kind, _open, chain, _close) => ({
    ...chain.tree(),
    shortest: word(kind) === 'SHORTESTPATH' ? 'one' : 'all',
  }),
  Chain: (first, relationships, rest) => ({ nodes: listed(first, rest), relationships: all(relationships) }),
  Node(_open, variable, labels, properties, where, _close) {
    return {
      at: at(this),
      variable: option(variable),
      labels: option(labels) ?? [],
      properties: option(properties),
      where: option(where),
    }
  },
  Relationship(left, detail, right) {
    const [incoming, outgoing] = [left.sourceString === '<-', right.sourceString === '->']
    const direction = incoming === outgoing ? 'both' : incoming ? 'incoming' : 'outgoing'
    const blank = { variable: null, types: [], length: null, properties: null, where: null }
    return { at: at(this), direction, ...(option(detail) ?? blank) }
  },
  Detail: (_open, variable, types, length, properties, where, _close) => ({
    variable: option(variable),
    types: option(types) ?? [],
    length: option(length),
    properties: option(properties),
    where: option(where),
  }),
  NewLabels: (_colon, first, _separators, rest) => listed(first, rest),
  Labels: (_colon, test) => labelTests(test.tree()),
  Types: (_colon, test): readonly LabelTest[] => test.tree().map(allOf),
  LabelTest: (first, others) => listed(first, others),
  AnotherTerm: (_bar, _colon, term) => term.tree(),
  LabelTerm: (first, _separators, rest) => listed(first, rest),
  LabelFactor_not(_not, operand): LabelTest {
    return { kind: 'not', at: at(this), operand: operand.tree() }
  },
  LabelFactor_any(_any): LabelTest {
    return { kind: 'anyLabel', at: at(this) }
  },
  LabelFactor_grouped: (_open, test, _close): LabelTest => eitherOf(test.tree()),
  Length_starred: (_star, range) => option(range) ?? { min: null, max: null },
  Length_bare(_min, _dots, _max): never {
    return fail(current.text, at(this), 'the length of a path begins with a star: *1..3', 'PATTERN_INVALID')
  },
  Range_between: (min, _dots, max) => ({ min: integerOf(min), max: integerOf(max) }),
  Range_negative(_minus, _count): never {
    const message = 'a path has 0 relationships or more; there is no negative length'
    return fail(current.text, at(this), message, 'PATTERN_INVALID')
  },
  Range_exactly(count) {
    const { value } = count.tree()
    return { min: value, max: value }
  },
}

/** The tests that must all hold where one of the alternatives must. */
function labelTests(alternatives: readonly (readonly LabelTest[])[]): readonly LabelTest[] {
  return alternatives.length === 1 ? alternatives[0]! : [eitherOf(alternatives)]
}

/** One test for rows of tests joined by AND, which are joined by OR. */
function eitherOf(alternatives: readonly (readonly LabelTest[])[]): LabelTest {
  const operands = alternatives.map(allOf)
  return operands.length === 1 ? operands[0]! : { kind: 'or', at: operands[0]!.at, operands }
}

function allOf(operands: readonly LabelTest[]): LabelTest {
  return operands.length === 1 ? operands[0]! : { kind: 'and', at: operands[0]!.at, operands }
}

function integerOf(bound: IterationNode): number | null {
  return option(bound)?.value ?? null
}

/** A part that follows its operand: `.name`, `[index]`, `[from..to]`, `:Label`. It still lacks the operand. */
type Postfix =
  | { readonly kind: 'property'; readonly name: Name }
  | { readonly kind: 'index'; readonly index: Expression }
  | { readonly kind: 'slice'; readonly from: Expression | null; readonly to: Expression | null }
  | readonly LabelTest[]

function withPostfixes(operand: Expression, postfixes: readonly Postfix[]): Expression {
  refuseNesting(postfixes.length, operand.at)
  return postfixes.reduce<Expression>((target, postfix) => {
    if ('kind' in postfix) return { ...postfix, at: operand.at, target }
    return { kind: 'labels', at: operand.at, target, labels: postfix }
  }, operand)
}

function refuseNesting(count: number, at: number, countMax = nestedOperatorsMax): void {
  if (count > countMax) {
    fail(current.text, at, `more than ${countMax} operators are nested here`, 'QUERY_TOO_DEEP')
  }
}

type OperandTree = readonly RowItem[]

/** 2^63 stands only behind a minus: it is the magnitude of the least INTEGER. */
function refuseMinimum(operand: Expression): void {
  if (operand.kind === 'literal' && operand.value === 2n ** 63n) {
    refuseInteger(current.text, operand.at, String(operand.value))
  }
}

const logicalOperators = new Set(['AND', 'OR', 'XOR'])

/** The most operators between two logical ones, which do not nest. */
function longestNesting(items: readonly RowItem[]): number {
  let longest = 0
  let length = 0
  for (const item of items) {
    if (item.kind !== 'operator') continue
    length = logicalOperators.has(item.text) ? 0 : length + 1
    longest = Math.max(longest, length)
  }
  return longest
}

const expressions: CypherActionDict<unknown> = {
  Expression(first, operators, rest) {
    const operands: OperandTree[] = listed(first, rest)
    if (operands.length === 1 && operands[0]!.length === 1) return operands[0]![0]
    const signs: RowItem[] = all(operators)
    const items = operands.flatMap((operand, i) => (i === 0 ? operand : [signs[i - 1]!, ...operand]))
    refuseNesting(longestNesting(items), at(this))
    return foldRow(items)
  },
  Operand(prefixes, atom, postfixes, tests): OperandTree {
    refuseNesting(prefixes.children.length, at(this), nestingMax)
    const operand: Expression = atom.tree()
    const isNegated = prefixes.sourceString.endsWith('-') && postfixes.children.length === 0
    if (!isNegated) refuseMinimum(operand)
    return [...all(prefixes), withPostfixes(operand, all(postfixes)), ...all(tests)]
  },
  operator: operatorItem,
  nullTest: operatorItem,
  prefix: operatorItem,
  Postfix: (_sign, postfix) => postfix.tree(),
  LabelsOf: (_colon, first, others, _ends) => labelTests(listed(first, others)),
  Lookup: (_dot, name) => ({ kind: 'property', name: name.tree() }),
  Index: (_open, index, _close) => ({ kind: 'index', index: index.tree() }),
  Slice: (_open, from, _dots, to, _close) => ({ kind: 'slice', from: option(from), to: option(to) }),
  Keyword: (_letter, atom) => atom.tree(),
  Reference(variable, _open, items, _close) {
    const name = variable.tree()
    if (items.children.length === 0) return { kind: 'variable', ...name }
    return { kind: 'mapProjection', at: name.at, variable: name, items: option(items) }
  },
  ProjectionItems: (first, _commas, rest) => listedOrNone(first, rest),
  parameter(_sign) {
    const name = readName(written(this).slice(1))
    if (name.startsWith(liftedPrefix)) fail(current.text, at(this), 'the name of a parameter cannot start with #')
    return { kind: 'parameter', at: at(this), name, lifted: null, items: null }
  },
  literal: literalTree,
  integer: literalTree,
  constant(_word) {
    const value = word(this) === 'NULL' ? null : word(this) === 'TRUE'
    return { kind: 'literal', at: at(this), value }
  },
  Function(name, _open, operands, _close) {
    return operands.tree()(name.tree(), written(this))
  },
  PatternPredicate(first, relationships, rest) {
    const chain = { nodes: listed(first, rest), relationships: all(relationships) }
    return { kind: 'pattern', at: at(this), path: pathOf(at(this), chain) }
  },
  Parenthesized: (_open, expression, _close) => expression.tree(),
  Expressions: (first, _commas, rest) => listedOrNone(first, rest),
  ListComprehension(_open, variable, _in, list, where, result, _close) {
    return {
      kind: 'comprehension',
      at: at(this),
      variable: variable.tree(),
      list: list.tree(),
      where: option(where),
      result: option(result),
    }
  },
  Result: (_bar, expression) => expression.tree(),
  PatternComprehension(_open, name, pattern, where, result, _close) {
    const path = { ...pattern.tree().path, variable: option(name) }
    return { kind: 'patternComprehension', at: at(this), path, where: option(where), result: result.tree() }
  },
  List(_open, items, _close) {
    return { kind: 'list', at: at(this), items: items.tree() }
  },
  Map(_open, first, _commas, rest, _close) {
    return { kind: 'map', at: at(this), entries: listedOrNone(first, rest) }
  },
  Entry: (key, _colon, value) => ({ key: key.tree(), value: value.tree() }),
  ProjectionItem_all(_dot, _star) {
    return { kind: 'all', at: at(this) }
  },
  ProjectionItem_property: (_dot, key) => ({ kind: 'property', key: key.tree() }),
  ProjectionItem_entry: (key, _colon, value) => ({ kind: 'entry', key: key.tree(), value: value.tree() }),
  ProjectionItem_variable: (key) => ({ kind: 'variable', key: key.tree() }),
  Case(_case, operand, branches, otherwise, _end) {
    return {
      kind: 'case',
      at: at(this),
      operand: option(operand),
      branches: all(branches),
      otherwise: option(otherwise),
    }
  },
  When: (_when, when, _then, then) => ({ when: when.tree(), result: then.tree() }),
  Else: (_else, value) => value.tree(),
  SubqueryExpression(result, _open, query, _close) {
    return { kind: 'subquery', at: at(this), result: word(result).toLowerCase(), query: query.tree() }
  },
  Pattern(paths, where): Query {
    const match: MatchClause = {
      kind: 'match',
      at: at(this),
      optional: false,
      paths: paths.tree(),
      searches: [],
      where: option(where),
    }
    return { at: at(this), parts: [[match]], unions: [] }
  },
}

/** What parentheses behind a name hold; the name decides what it means, and is known to `Function` alone. */
type Application = (name: Name, text: string) => Expression

const quantifiers = new Set(['all', 'any', 'none', 'single'])
const shortestFunctions = new Map([
  ['shortestpath', 'one'],
  ['allshortestpaths', 'all'],
] as const)

function plainCall(name: Name, text: string, args: readonly Expression[], distinct = false): Expression {
  const shortest = shortestFunctions.get(name.name.toLowerCase() as 'shortestpath')
  const [pattern] = args
  if (shortest === undefined || pattern?.kind !== 'pattern') {
    return { kind: 'call', at: name.at, name, distinct, arguments: args, text }
  }
  return { kind: 'pattern', at: name.at, path: { ...pattern.path, shortest } }
}

const applications: CypherActionDict<Application> = {
  Operands_star: (_star) => (name, text) => ({
    kind: 'call',
    at: name.at,
    name,
    distinct: false,
    arguments: 'all',
    text,
  }),
  Operands_quantifier: (variable, _in, list, where) => (name) => {
    const quantifier = name.name.toLowerCase() as 'all'
    if (!quantifiers.has(quantifier)) {
      fail(current.text, name.at, `${name.name} takes no WHERE; all, any, none and single do`)
    }
    const [inList, condition] = [list.tree(), where.tree()]
    return { kind: 'quantifier', at: name.at, quantifier, variable: variable.tree(), list: inList, where: condition }
  },
  Operands_reduce: (accumulator, _equals, initial, _comma, variable, _in, list, result) => (name) => {
    if (name.name.toLowerCase() !== 'reduce') fail(current.text, name.at, `only reduce takes an accumulator`)
    return {
      kind: 'reduce',
      at: name.at,
      accumulator: accumulator.tree(),
      initial: initial.tree(),
      variable: variable.tree(),
      list: list.tree(),
      result: result.tree(),
    }
  },
  Operands_distinct: (_distinct, args) => (name, text) => plainCall(name, text, args.tree(), true),
  Operands_plain: (args) => (name, text) => plainCall(name, text, args.tree()),
}

const schema: CypherActionDict<unknown> = {
  CreateIndex_named(_create, _range, _index, name, ifNotExists, _for, subject, _on, columns) {
    return {
      kind: 'createIndex',
      at: at(this),
      constraint: null,
      name: option(name),
      ifNotExists: ifNotExists.children.length > 0,
      on: subject.tree(),
      columns: columns.tree(),
    }
  },
  /** `CREATE INDEX ON :Person(name)`, of Cypher before Neo4j 4. */
  CreateIndex_older(_create, _index, _on, _colon, token, _open, first, _commas, rest, _close) {
    const variable: Name = { name: 'n', at: token.tree().at }
    const column = (property: Name): IndexColumn => ({ at: property.at, variable, property, path: [] })
    return {
      kind: 'createIndex',
      at: at(this),
      constraint: null,
      name: null,
      ifNotExists: false,
      on: { space: 'label', variable, token: token.tree() },
      columns: listed(first, rest).map(column),
    }
  },
  CreateConstraint(_create, _constraint, name, ifNotExists, _for, subject, _require, columns, _is, rule) {
    return {
      kind: 'createIndex',
      at: at(this),
      constraint: rule.tree(),
      name: option(name),
      ifNotExists: ifNotExists.children.length > 0,
      on: subject.tree(),
      columns: columns.tree(),
    }
  },
  CreateTextIndex(
    _create,
    _text,
    _index,
    name,
    ifNotExists,
    _for,
    subject,
    _on,
    _each,
    _open,
    columns,
    _close,
    options,
  ) {
    return {
      kind: 'createTextIndex',
      at: at(this),
      name: option(name),
      ifNotExists: ifNotExists.children.length > 0,
      on: subject.tree(),
      columns: columns.tree(),
      options: option(options),
    }
  },
  CreateVectorIndex(_create, _vector, _index, name, ifNotExists, _for, subject, _on, columns, options) {
    return {
      kind: 'createVectorIndex',
      at: at(this),
      name: option(name),
      ifNotExists: ifNotExists.children.length > 0,
      on: subject.tree(),
      columns: columns.tree(),
      options: option(options),
    }
  },
  TextSubject_node: (_open, variable, _colon, tokens, _close) => ({
    space: 'label',
    variable: variable.tree(),
    tokens: tokens.tree(),
  }),
  TextSubject_relationship: (_a, _b, _left, _open, variable, _colon, tokens, _close, _right, _c, _d) => ({
    space: 'type',
    variable: variable.tree(),
    tokens: tokens.tree(),
  }),
  AnyName: (first, _bars, rest) => listed(first, rest),
  Options: (_options, map) => map.tree(),
  Subject_node: (_open, variable, _colon, token, _close) => ({
    space: 'label',
    variable: variable.tree(),
    token: token.tree(),
  }),
  Subject_relationship: (_a, _b, _left, _open, variable, _colon, token, _close, _right, _c, _d) => ({
    space: 'type',
    variable: variable.tree(),
    token: token.tree(),
  }),
  Columns_listed: (_open, columns, _close) => columns.tree(),
  ColumnList: (first, _commas, rest) => listed(first, rest),
  Columns_single: (column) => [column.tree()],
  Column(variable, property, path): IndexColumn {
    const steps: readonly ({ readonly name: Name } | null)[] = all(path)
    return {
      at: at(this),
      variable: variable.tree(),
      property: property.tree().name,
      path: steps.map((step) => (step === null ? null : step.name)),
    }
  },
  EachElement: (_open, _star, _close) => null,
  Rule_unique: (_of, _unique) => 'unique',
  Rule_key: (_of, _key) => 'key',
  Rule_exists: (_not, _null) => 'exists',
  Rule_type: (_is, types) => ({ types: types.tree() }),
  ValueTypes: (first, _bars, rest) => listed(first, rest),
  ValueType(_words, _open, _items, _close): Name {
    const text = written(this)
      .toUpperCase()
      .replace(/\s+/g, ' ')
      .replace(/ ?([<>]) ?/g, '$1')
    return { name: text, at: at(this) }
  },
  DropIndex: dropIndex,
  DropConstraint: dropIndex,
  Show(_show, what, rows) {
    const all = { yields: null, orderBy: [], skip: null, limit: null, where: null, returned: null }
    return { kind: 'show', at: at(this), what: shown.get(what.sourceString[0]!)!, ...(option(rows) ?? all) }
  },
  ShowRows_yield: (_yield, items, orderBy, skip, limit, where, returned) => ({
    yields: items.tree(),
    orderBy: option(orderBy) ?? [],
    skip: option(skip),
    limit: option(limit),
    where: option(where),
    returned: option(returned),
  }),
  ShowRows_where: (where) => ({
    yields: null,
    orderBy: [],
    skip: null,
    limit: null,
    where: where.tree(),
    returned: null,
  }),
}

/** What SHOW lists, by the first letter of its word. */
const shown: ReadonlyMap<string, ShowStatement['what']> = new Map([
  ['I', 'indexes'],
  ['C', 'constraints'],
  ['P', 'procedures'],
  ['F', 'functions'],
  ['K', 'keys'],
])

function operatorItem(this: Node, _sign: Node): RowItem {
  return { kind: 'operator', at: at(this), text: word(this) }
}

function literalTree(this: Node, _sign: Node): Expression {
  const { start, value, kind, items, liftedIndex } = current.literalAt(this.source.startIdx)
  if (liftedIndex === null) return { kind: 'literal', at: start, value }
  return { kind: 'parameter', at: start, name: liftedName(liftedIndex), lifted: kind, items }
}

function dropIndex(this: Node, _drop: Node, what: Node, name: Node, ifExists: Node): unknown {
  return {
    kind: 'dropIndex',
    at: at(this),
    constraint: word(what) === 'CONSTRAINT',
    name: name.tree(),
    ifExists: ifExists.children.length > 0,
  }
}

function nameTree(this: Node, _name: Node): Name {
  return { name: readName(written(this)), at: at(this) }
}

const names: CypherActionDict<Name> = {
  variable: nameTree,
  newName: nameTree,
  name: nameTree,
  /** Each part may be in back quotes; a dot within those stays with its part. */
  dottedName(first, _dots, rest) {
    return { name: [first, ...rest.children].map((part) => readName(written(part))).join('.'), at: at(this) }
  },
}

const semantics = grammar.createSemantics().addOperation('tree', {
  ...statements,
  ...clauses,
  ...patterns,
  ...expressions,
  ...applications,
  ...schema,
  ...names,
})
