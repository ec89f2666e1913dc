/**
 * A statement as far as it has been built: its clauses, each a function from the list of parameters to its tree, and
 * the steps that add a clause or change the last one. Nothing here changes in place.
 */
import type * as ast from '../../query/syntax/ast.js'
import { print } from '../../query/syntax/print.js'
import { DatabaseError } from '../core/errors.js'
import {
  at,
  type Build,
  type Built,
  build,
  logical,
  nameOf,
  type Order,
  ParameterList,
  treeOf,
  variable,
} from './expression.js'
import { type Part, pathsOf, type SearchSource } from './pattern.js'
import type { Limits, Parameters, QueryResult, Summary } from './result.js'

/** What runs a statement: a database, a transaction, a client. */
export interface QueryRunner {
  query(text: string, parameters?: Parameters, limits?: Limits): Promise<QueryResult>
  stream(text: string, parameters?: Parameters, limits?: Limits): AsyncGenerator<unknown[], Summary>
}

export interface CompiledStatement {
  readonly text: string
  readonly params: Parameters
}

/** What has been built so far. */
export interface Draft {
  readonly runner: QueryRunner
  readonly clauses: readonly Build<ast.Clause>[]
}

export function added(draft: Draft, clause: Build<ast.Clause>): Draft {
  return { ...draft, clauses: [...draft.clauses, clause] }
}

/** Changes the last clause, which must be one that `change` takes. */
export function changed<Clause extends ast.Clause>(
  draft: Draft,
  change: (clause: Clause, parameters: ParameterList) => ast.Clause,
): Draft {
  const last = draft.clauses.at(-1)!
  return added({ ...draft, clauses: draft.clauses.slice(0, -1) }, (parameters) =>
    change(last(parameters) as Clause, parameters),
  )
}

/** Whatever name a function asks for is a variable of the statement; analysis tells of those that are not defined. */
const everyVariable = new Proxy({}, { get: (_target, name) => variable(String(name)) })

/** A value, or what a function makes of the variables. */
export function read<Variables, Given>(given: Given | ((variables: Variables) => Given)): Given {
  return typeof given === 'function' ? (given as (variables: Variables) => Given)(everyVariable as Variables) : given
}

// ---- statements that can be run -------------------------------------------------------------------------------------

export function compile({ clauses }: Draft): CompiledStatement {
  const parameters = new ParameterList()
  const part = clauses.map((clause) => clause(parameters))
  const text = print({ kind: 'query', mode: 'run', query: { at, parts: [part], unions: [] } })
  return { text, params: parameters.values }
}

export function run<Row>(draft: Draft, limits?: Limits): Promise<QueryResult<Row>> {
  const { text, params } = compile(draft)
  return draft.runner.query(text, params, limits) as Promise<QueryResult<Row>>
}

export function columnsOf({ clauses }: Draft): string[] {
  const { items } = clauses.at(-1)!(new ParameterList()) as ast.ProjectClause
  return items.map(({ alias, expression }) => alias?.name ?? (expression as ast.VariableExpression).name)
}

// ---- clauses --------------------------------------------------------------------------------------------------------

/** Expressions are sorted by in ascending order, unless `desc()` says otherwise. */
export type Sorting = Built | Order | readonly (Built | Order)[]

function readPaths(given: readonly unknown[]): Build<ast.PathPattern[]> {
  const [first] = given
  return pathsOf(typeof first === 'function' ? read(first as () => readonly Part[]) : (given as readonly Part[]))
}

export function matchOf(given: readonly unknown[], optional: boolean): Build<ast.MatchClause> {
  const paths = readPaths(given)
  return (parameters) => ({ kind: 'match', at, optional, paths: paths(parameters), searches: [], where: null })
}

export function createOf(given: readonly unknown[]): Build<ast.CreateClause> {
  const paths = readPaths(given)
  return (parameters) => ({ kind: 'create', at, paths: paths(parameters) })
}

/** Throws PATTERN_INVALID for more than one path. */
export function mergeOf(given: readonly unknown[]): Build<ast.MergeClause> {
  const paths = readPaths(given)
  return (parameters) => {
    const [path, ...others] = paths(parameters)
    if (others.length > 0)
      throw new DatabaseError('PATTERN_INVALID', 'merge takes one path; a step leads from each node to the next')
    return { kind: 'merge', at, path: path!, onCreate: [], onMatch: [] }
  }
}

export function unwindOf(name: string, list: unknown): Build<ast.UnwindClause> {
  const tree = treeOf(read(list))
  return (parameters) => ({ kind: 'unwind', at, list: tree(parameters), variable: nameOf(name) })
}

export function filtered(draft: Draft, condition: Built): Draft {
  return changed<ast.MatchClause | ast.ProjectClause>(draft, (clause, parameters) => {
    const before = clause.where
    const operands = before === null ? [condition[build]] : [() => before, condition[build]]
    return { ...clause, where: logical('and', operands)(parameters) }
  })
}

export function searched(draft: Draft, variable: string, source: SearchSource, where: Built | undefined): Draft {
  return changed<ast.MatchClause>(draft, (clause, parameters) => {
    const search = source.tree(variable, where?.[build] ?? null, parameters)
    return { ...clause, searches: [...clause.searches, search] }
  })
}

export function projection(kind: 'with' | 'return', items: object): Build<ast.ProjectClause> {
  const built = Object.entries(items).map(([name, value]) => [name, treeOf(value)] as const)
  return (parameters) => ({
    kind,
    at,
    distinct: false,
    all: false,
    items: built.map(([name, value]) => projectItem(name, value(parameters))),
    orderBy: [],
    skip: null,
    limit: null,
    where: null,
  })
}

/** A variable under its own name needs no alias. */
function projectItem(name: string, expression: ast.Expression): ast.ProjectItem {
  const isItself = expression.kind === 'variable' && expression.name === name
  return { expression, alias: isItself ? null : nameOf(name), text: name }
}

export function madeDistinct(draft: Draft): Draft {
  return changed<ast.ProjectClause>(draft, (clause) => ({ ...clause, distinct: true }))
}

export function ordered(draft: Draft, given: Sorting): Draft {
  const sorting = Array.isArray(given) ? (given as readonly (Built | Order)[]) : [given as Built | Order]
  const keys = sorting.map((key) => {
    const { by, descending } = 'descending' in key ? (key as Order) : { by: key as Built, descending: false }
    return { tree: treeOf(by), descending }
  })
  return changed<ast.ProjectClause>(draft, (clause, parameters) => {
    const items = keys.map(({ tree, descending }) => ({ expression: tree(parameters), descending }))
    return { ...clause, orderBy: [...clause.orderBy, ...items] }
  })
}

export function cut(draft: Draft, part: 'skip' | 'limit', count: number): Draft {
  return changed<ast.ProjectClause>(draft, (clause, parameters) => ({ ...clause, [part]: parameters.add(count) }))
}

export function assignments(items: object): Build<ast.SetItem[]> {
  const built = Object.entries(items).flatMap(([target, values]) =>
    Object.entries(values as object).map(([name, value]) => ({
      target: propertyTree(target, name),
      value: treeOf(value),
    })),
  )
  return (parameters) =>
    built.map(({ target, value }) => ({ kind: 'property', at, target, value: value(parameters), add: false }))
}

export function propertyTree(target: string, name: string): ast.PropertyExpression {
  return { kind: 'property', at, target: { kind: 'variable', at, name: target }, name: nameOf(name) }
}

export function labelsItem(target: string, labels: readonly string[]) {
  return { kind: 'labels', at, target: nameOf(target), labels: labels.map(nameOf) } as const
}

export function deleteOf(targets: readonly string[], detach: boolean): Build<ast.DeleteClause> {
  const trees = targets.map((name) => ({ kind: 'variable', at, name }) as const)
  return () => ({ kind: 'delete', at, detach, targets: trees })
}
