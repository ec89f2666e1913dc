/**
 * A tree as Cypher: `parse(print(tree))` is the tree again, but for places and for the spelling of columns that have
 * no alias.
 *
 * Brackets stand only where the tree would otherwise be another one. Every operator has the level of row.ts, and what
 * is looser than its surroundings takes brackets: `(a + b) * c`. All operators group from the left, so an equal one on
 * the right takes them too: `a - (b - c)`.
 */
import assert from 'node:assert'
import { Float, type PropertyValue } from '../../src/core/value.js'
import type {
  BinaryExpression,
  CallClause,
  CaseExpression,
  Clause,
  CreateEntityIndexStatement,
  CreateIndexStatement,
  DropIndexStatement,
  Expression,
  IndexColumn,
  LabelTest,
  LiteralExpression,
  LogicalExpression,
  MapExpression,
  MapProjectionItem,
  MergeClause,
  Name,
  NodePattern,
  ParameterExpression,
  PathPattern,
  ProjectClause,
  ProjectItem,
  Query,
  RelationshipPattern,
  RemoveItem,
  SearchClause,
  SetItem,
  ShowStatement,
  SortItem,
  Statement,
  SubqueryClause,
  UnaryExpression,
  YieldItem,
} from './ast.js'

/** The statement on one line, without a semicolon. It must have no lifted literals. */
export function print(statement: Statement): string {
  switch (statement.kind) {
    case 'query': {
      const mode = statement.mode === 'run' ? '' : `${statement.mode.toUpperCase()} `
      return mode + query(statement.query)
    }
    case 'createIndex':
      return createIndex(statement)
    case 'createTextIndex':
    case 'createVectorIndex':
      return createEntityIndex(statement)
    case 'dropIndex':
      return dropIndex(statement)
    case 'show':
      return show(statement)
  }
}

// ---- schema ---------------------------------------------------------------------------------------------------------

const rules = { unique: 'UNIQUE', exists: 'NOT NULL', key: 'KEY' } as const

function show({ what, yields, orderBy, skip, limit, where: condition, returned }: ShowStatement): string {
  return words(
    `SHOW ${what.toUpperCase()}`,
    yields && `YIELD ${yieldItems(yields)}`,
    orderBy.length > 0 && `ORDER BY ${listed(orderBy, sortItem)}`,
    skip && `SKIP ${expression(skip)}`,
    limit && `LIMIT ${expression(limit)}`,
    where(condition),
    returned && project(returned),
  )
}

function createIndex({ constraint, name: given, ifNotExists, on, columns }: CreateIndexStatement): string {
  const what = constraint === null ? 'INDEX' : 'CONSTRAINT'
  const subject = `${variable(on.variable)}:${name(on.token)}`
  const listedColumns = `(${listed(columns, indexColumn)})`
  return words(
    `CREATE ${what}`,
    given && indexName(given),
    ifNotExists && 'IF NOT EXISTS',
    on.space === 'label' ? `FOR (${subject})` : `FOR ()-[${subject}]-()`,
    constraint === null ? `ON ${listedColumns}` : `REQUIRE ${listedColumns} IS ${ruleText(constraint)}`,
  )
}

function createEntityIndex({
  kind,
  name: given,
  ifNotExists,
  on,
  columns,
  options,
}: CreateEntityIndexStatement): string {
  const isText = kind === 'createTextIndex'
  const subject = `${variable(on.variable)}:${on.tokens.map(name).join('|')}`
  return words(
    `CREATE ${isText ? 'FULLTEXT' : 'VECTOR'} INDEX`,
    given && indexName(given),
    ifNotExists && 'IF NOT EXISTS',
    on.space === 'label' ? `FOR (${subject})` : `FOR ()-[${subject}]-()`,
    isText ? `ON EACH [${listed(columns, indexColumn)}]` : `ON (${listed(columns, indexColumn)})`,
    options && `OPTIONS ${expression(options)}`,
  )
}

function indexColumn({ variable: owner, property, path: steps }: IndexColumn): string {
  return `${variable(owner)}.${name(property)}${steps.map((step) => (step === null ? '[*]' : `.${name(step)}`)).join('')}`
}

function ruleText(constraint: NonNullable<CreateIndexStatement['constraint']>): string {
  if (typeof constraint === 'string') return rules[constraint]
  return `:: ${constraint.types.map(({ name }) => name).join(' | ')}`
}

function dropIndex({ constraint, name: given, ifExists }: DropIndexStatement): string {
  return words(`DROP ${constraint ? 'CONSTRAINT' : 'INDEX'}`, name(given), ifExists && 'IF EXISTS')
}

// ---- clauses --------------------------------------------------------------------------------------------------------

function query({ parts, unions }: Query): string {
  const [first, ...others] = parts.map(clauses)
  return others.reduce((text, part, i) => `${text} UNION ${unions[i]!.all ? 'ALL ' : ''}${part}`, first!)
}

function clauses(part: readonly Clause[]): string {
  return part.map(clause).join(' ')
}

function clause(tree: Clause): string {
  switch (tree.kind) {
    case 'match':
      return words(
        tree.optional && 'OPTIONAL',
        `MATCH ${listed(tree.paths, path)}`,
        ...tree.searches.map(search),
        where(tree.where),
      )
    case 'unwind':
      return `UNWIND ${expression(tree.list)} AS ${variable(tree.variable)}`
    case 'create':
      return `CREATE ${listed(tree.paths, path)}`
    case 'merge':
      return merge(tree)
    case 'set':
      return setItems(tree.items)
    case 'remove':
      return `REMOVE ${listed(tree.items, removeItem)}`
    case 'delete':
      return words(tree.detach && 'DETACH', `DELETE ${listed(tree.targets, expression)}`)
    case 'with':
    case 'return':
      return project(tree)
    case 'call':
      return call(tree)
    case 'subquery':
      return subquery(tree)
    case 'foreach':
      return `FOREACH (${variable(tree.variable)} IN ${beforeBar(tree.list)} | ${clauses(tree.clauses)})`
  }
}

function where(condition: Expression | null): string | null {
  return condition && `WHERE ${expression(condition)}`
}

/** A test of labels at the end would take the bar, and the word behind it, for another label. */
function beforeBar(list: Expression): string {
  const isPlain = list.kind === 'variable' || list.kind === 'parameter' || list.kind === 'list' || list.kind === 'call'
  return isPlain ? expression(list) : `(${expression(list)})`
}

function search({
  variable: found,
  kind,
  index,
  query,
  where: condition,
  limit,
  score,
  explain,
}: SearchClause): string {
  return words(
    `SEARCH ${variable(found)} IN (${words(
      `${kind.toUpperCase()} INDEX ${name(index)} FOR ${expression(query)}`,
      where(condition),
      limit && `LIMIT ${expression(limit)}`,
    )})`,
    score && `SCORE AS ${variable(score)}`,
    explain && `EXPLAIN AS ${variable(explain)}`,
  )
}

function merge({ path: pattern, onCreate, onMatch }: MergeClause): string {
  return words(
    `MERGE ${path(pattern)}`,
    onCreate.length > 0 && `ON CREATE ${setItems(onCreate)}`,
    onMatch.length > 0 && `ON MATCH ${setItems(onMatch)}`,
  )
}

function setItems(items: readonly SetItem[]): string {
  return `SET ${listed(items, setItem)}`
}

function setItem(item: SetItem): string {
  switch (item.kind) {
    case 'property':
      return `${expression(item.target)} ${item.add ? '+=' : '='} ${expression(item.value)}`
    case 'properties':
      return `${variable(item.target)} ${item.replace ? '=' : '+='} ${expression(item.value)}`
    case 'labels':
      return variable(item.target) + labels(item.labels)
  }
}

function removeItem(item: RemoveItem): string {
  return item.kind === 'property' ? expression(item.target) : variable(item.target) + labels(item.labels)
}

function project(tree: ProjectClause): string {
  const items = tree.items.map(projectItem)
  return words(
    tree.kind.toUpperCase(),
    tree.distinct && 'DISTINCT',
    (tree.all ? ['*', ...items] : items).join(', '),
    tree.orderBy.length > 0 && `ORDER BY ${listed(tree.orderBy, sortItem)}`,
    tree.skip && `SKIP ${expression(tree.skip)}`,
    tree.limit && `LIMIT ${expression(tree.limit)}`,
    where(tree.where),
  )
}

function projectItem({ expression: value, alias }: ProjectItem): string {
  return words(expression(value), alias && `AS ${variable(alias)}`)
}

function sortItem({ expression: value, descending }: SortItem): string {
  return words(expression(value), descending && 'DESC')
}

function call(tree: CallClause): string {
  return words(
    tree.optional && 'OPTIONAL',
    `CALL ${dottedName(tree.procedure)}${tree.arguments === null ? '' : `(${listed(tree.arguments, expression)})`}`,
    tree.yields && `YIELD ${yieldItems(tree.yields)}`,
    where(tree.where),
  )
}

function yieldItems(items: readonly YieldItem[] | 'all'): string {
  return items === 'all' ? '*' : listed(items, ({ column, alias }) => words(variable(column), as(alias)))
}

function as(alias: Name | null): string | null {
  return alias && `AS ${variable(alias)}`
}

function subquery({ optional, imports, query: inner, transactions }: SubqueryClause): string {
  const rows = transactions?.rows
  return words(
    optional && 'OPTIONAL',
    'CALL',
    imports && `(${imports === 'all' ? '*' : listed(imports, variable)})`,
    `{ ${query(inner)} }`,
    transactions && words('IN TRANSACTIONS', rows && `OF ${expression(rows)} ROWS`),
  )
}

// ---- patterns -------------------------------------------------------------------------------------------------------

function path({ variable: named, shortest, nodes, relationships }: PathPattern): string {
  const chain = nodes.map((each, i) => (i === 0 ? '' : relationship(relationships[i - 1]!)) + node(each)).join('')
  const assigned = named === null ? '' : `${variable(named)} = `
  if (shortest === null) return assigned + chain
  return `${assigned}${shortest === 'one' ? 'shortestPath' : 'allShortestPaths'}(${chain})`
}

function node(pattern: NodePattern): string {
  const head = optionalVariable(pattern.variable) + labels(pattern.labels)
  return `(${words(head, pattern.properties && expression(pattern.properties), where(pattern.where))})`
}

function relationship(pattern: RelationshipPattern): string {
  const { types, length, direction } = pattern
  const type = types.length === 0 ? '' : `:${types.map(labelTest).join('|')}`
  const head = optionalVariable(pattern.variable) + type + (length === null ? '' : hops(length))
  const detail = words(head, pattern.properties && expression(pattern.properties), where(pattern.where))
  const left = direction === 'incoming' ? '<-' : '-'
  const right = direction === 'outgoing' ? '->' : '-'
  return left + (detail === '' ? '' : `[${detail}]`) + right
}

function hops({ min, max }: NonNullable<RelationshipPattern['length']>): string {
  if (min === null && max === null) return '*'
  return min === max ? `*${min}` : `*${min ?? ''}..${max ?? ''}`
}

function labels(tests: readonly LabelTest[]): string {
  return tests.map((test) => `:${labelTest(test)}`).join('')
}

function labelTest(test: LabelTest): string {
  if (!('kind' in test)) return name(test)
  if (test.kind === 'anyLabel') return '%'
  if (test.kind === 'not') return `!${labelTest(test.operand)}`
  return `(${test.operands.map(labelTest).join(test.kind === 'and' ? '&' : '|')})`
}

// ---- expressions ----------------------------------------------------------------------------------------------------

const levels = {
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  comparison: 5,
  predicate: 6,
  sum: 7,
  product: 8,
  power: 9,
  sign: 10,
  operand: 11,
} as const

const binaryOperators: Readonly<
  Record<BinaryExpression['operator'], { readonly text: string; readonly level: number }>
> = {
  in: { text: 'IN', level: levels.predicate },
  startsWith: { text: 'STARTS WITH', level: levels.predicate },
  endsWith: { text: 'ENDS WITH', level: levels.predicate },
  contains: { text: 'CONTAINS', level: levels.predicate },
  '=~': { text: '=~', level: levels.predicate },
  '+': { text: '+', level: levels.sum },
  '-': { text: '-', level: levels.sum },
  '||': { text: '||', level: levels.sum },
  '*': { text: '*', level: levels.product },
  '/': { text: '/', level: levels.product },
  '%': { text: '%', level: levels.product },
  '^': { text: '^', level: levels.power },
}

const unaryLevels: Readonly<Record<UnaryExpression['operator'], number>> = {
  not: levels.not,
  isNull: levels.predicate,
  isNotNull: levels.predicate,
  negate: levels.sign,
  plus: levels.sign,
}

function levelOf(tree: Expression): number {
  switch (tree.kind) {
    case 'logical':
      return levels[tree.operator]
    case 'comparison':
      return levels.comparison
    case 'binary':
      return binaryOperators[tree.operator].level
    case 'unary':
      return unaryLevels[tree.operator]
    case 'literal':
      return isNegative(tree.value) ? levels.sign : levels.operand
    default:
      return levels.operand
  }
}

/** The text of an expression that stands alone. */
function expression(tree: Expression): string {
  return within(tree, 0)
}

/** The text of an expression where something looser than `level` takes brackets. */
function within(tree: Expression, level: number): string {
  return levelOf(tree) < level ? `(${bare(tree)})` : bare(tree)
}

function bare(tree: Expression): string {
  switch (tree.kind) {
    case 'literal':
      return literal(tree.value)
    case 'parameter':
      return parameter(tree)
    case 'variable':
      return variable(tree)
    case 'property':
      return `${target(tree.target)}.${name(tree.name)}`
    case 'labels':
      return target(tree.target) + labels(tree.labels)
    case 'unary':
      return unary(tree)
    case 'binary':
      return binary(tree)
    case 'comparison':
      return tree.operands.reduce((text, operand, i) => {
        const part = within(operand, levels.comparison + 1)
        return i === 0 ? part : `${text} ${tree.operators[i - 1]} ${part}`
      }, '')
    case 'logical':
      return logical(tree)
    case 'call': {
      const operands = tree.arguments === 'all' ? '*' : listed(tree.arguments, expression)
      return `${dottedName(tree.name)}(${tree.distinct ? 'DISTINCT ' : ''}${operands})`
    }
    case 'list':
      return list(tree.items)
    case 'map':
      return map(tree)
    case 'mapProjection':
      return `${variable(tree.variable)} {${listed(tree.items, projectionItem)}}`
    case 'index':
      return `${target(tree.target)}[${expression(tree.index)}]`
    case 'slice':
      return `${target(tree.target)}[${optional(tree.from)}..${optional(tree.to)}]`
    case 'case':
      return caseText(tree)
    case 'comprehension': {
      const result = tree.result && `| ${expression(tree.result)}`
      return `[${words(`${variable(tree.variable)} IN ${expression(tree.list)}`, where(tree.where), result)}]`
    }
    case 'patternComprehension':
      return `[${words(path(tree.path), where(tree.where), `| ${expression(tree.result)}`)}]`
    case 'quantifier': {
      const condition = `WHERE ${expression(tree.where)}`
      return `${tree.quantifier}(${variable(tree.variable)} IN ${expression(tree.list)} ${condition})`
    }
    case 'reduce': {
      const start = `${variable(tree.accumulator)} = ${expression(tree.initial)}`
      const each = `${variable(tree.variable)} IN ${expression(tree.list)}`
      return `reduce(${start}, ${each} | ${expression(tree.result)})`
    }
    case 'pattern':
      return path(tree.path)
    case 'subquery':
      return `${tree.result.toUpperCase()} { ${query(tree.query)} }`
  }
}

/** What a property, an index, a slice or labels are of. Labels behind labels would be one row of labels. */
function target(tree: Expression): string {
  return tree.kind === 'labels' ? `(${bare(tree)})` : within(tree, levels.operand)
}

function unary({ operator, operand }: UnaryExpression): string {
  switch (operator) {
    case 'not':
      return `NOT ${within(operand, levels.not)}`
    case 'isNull':
      return `${within(operand, levels.predicate)} IS NULL`
    case 'isNotNull':
      return `${within(operand, levels.predicate)} IS NOT NULL`
    case 'negate':
      return `-${within(operand, levels.sign)}`
    case 'plus':
      return `+${within(operand, levels.sign)}`
  }
}

function binary({ operator, left, right }: BinaryExpression): string {
  const { text, level } = binaryOperators[operator]
  return `${within(left, level)} ${text} ${within(right, level + 1)}`
}

function logical({ operator, operands }: LogicalExpression): string {
  return operands.map((operand) => within(operand, levels[operator] + 1)).join(` ${operator.toUpperCase()} `)
}

/** `[x IN y]` is a comprehension, so the test whether x is in y takes brackets of its own when it is all of a list. */
function list(items: readonly Expression[]): string {
  const [only] = items
  return items.length === 1 ? `[${within(only!, levels.sign)}]` : `[${listed(items, expression)}]`
}

function map({ entries }: MapExpression): string {
  return `{${listed(entries, ({ key, value }) => `${name(key)}: ${expression(value)}`)}}`
}

function projectionItem(item: MapProjectionItem): string {
  switch (item.kind) {
    case 'property':
      return `.${name(item.key)}`
    case 'all':
      return '.*'
    case 'variable':
      return variable(item.key)
    case 'entry':
      return `${name(item.key)}: ${expression(item.value)}`
  }
}

function caseText({ operand, branches, otherwise }: CaseExpression): string {
  return words(
    'CASE',
    operand && expression(operand),
    ...branches.map(({ when, result }) => `WHEN ${expression(when)} THEN ${expression(result)}`),
    otherwise && `ELSE ${expression(otherwise)}`,
    'END',
  )
}

function optional(tree: Expression | null): string {
  return tree === null ? '' : expression(tree)
}

// ---- names and literals ---------------------------------------------------------------------------------------------

/** Words that are no variable without back quotes, as `reserved` in the grammar. */
const reserved: ReadonlySet<string> = new Set(
  [
    'AND AS CALL CASE CONTAINS CREATE DELETE DETACH DISTINCT ELSE ENDS FALSE FOREACH IN IS MATCH MERGE NOT NULL',
    'OPTIONAL OR REMOVE RETURN SET STARTS THEN TRUE UNION UNWIND WHEN WHERE WITH XOR YIELD',
  ]
    .join(' ')
    .split(' '),
)
/** Words that start something else where the name of an index may stand. */
const reservedForIndexes: ReadonlySet<string> = new Set(['IF', 'FOR'])
const plainName = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u

function quoted(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``
}

function unlessIn(words: ReadonlySet<string>, text: string): string {
  return words.has(text.toUpperCase()) ? quoted(text) : nameText(text)
}

/** A label, type, property or key: any word will do. */
function nameText(text: string): string {
  return plainName.test(text) ? text : quoted(text)
}

function name({ name: text }: { readonly name: string }): string {
  return nameText(text)
}

function variable({ name: text }: { readonly name: string }): string {
  return unlessIn(reserved, text)
}

function optionalVariable(named: Name | null): string {
  return named === null ? '' : variable(named)
}

function indexName({ name: text }: Name): string {
  return unlessIn(reservedForIndexes, text)
}

function dottedName({ name: text }: Name): string {
  const [first, ...others] = text.split('.')
  return [unlessIn(reserved, first!), ...others.map(nameText)].join('.')
}

function parameter({ name: text, lifted }: ParameterExpression): string {
  assert(lifted === null, 'a lifted literal has no text')
  return `$${nameText(text)}`
}

function isNegative(value: PropertyValue): boolean {
  if (value instanceof Float) return value.value < 0 || Object.is(value.value, -0)
  return (typeof value === 'number' || typeof value === 'bigint') && value < 0
}

function literal(value: LiteralExpression['value']): string {
  if (typeof value === 'string') return stringText(value)
  if (value instanceof Float) return floatText(value.value)
  if (Array.isArray(value)) return `[${listed(value as readonly PropertyValue[], literal)}]`
  if (value instanceof Map) return `{${listed([...value], ([key, item]) => `${nameText(key)}: ${literal(item)}`)}}`
  assert(!(value instanceof Uint8Array), 'bytes have no literal')
  return String(value)
}

/** Always with a point or an exponent, which tell a FLOAT from an INTEGER. */
function floatText(value: number): string {
  assert(Number.isFinite(value), `${value} has no literal`)
  const text = Object.is(value, -0) ? '-0' : String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', "'": "\\'", '\\': '\\\\' }

function stringText(text: string): string {
  return `'${text.replace(/[\n\r\t'\\]/g, (sign) => escapes[sign]!)}'`
}

// ---- rows of texts --------------------------------------------------------------------------------------------------

function listed<Item>(items: readonly Item[], text: (item: Item) => string): string {
  return items.map(text).join(', ')
}

/** Joins the parts that are there. */
function words(...parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(' ')
}
