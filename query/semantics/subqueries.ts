/**
 * Binds queries within expressions: EXISTS, COUNT and COLLECT with a query in braces, patterns as predicates, pattern
 * comprehensions. They are one thing: clauses that begin with the row that asks, and what is made of their rows.
 */
import type {
  Clause,
  Expression,
  PathPattern,
  PatternComprehension,
  PatternExpression,
  SubqueryExpression,
} from '../syntax/ast.js'
import { type Analysis, Scope, undefinedVariable } from './analysis.js'
import { ClauseBinder } from './analyze.js'
import type { BoundClause, BoundExpression, BoundProject, Slot, StaticType } from './bound.js'
import { clauseNames } from './clause-order.js'
import { bindAccepted, bindExpression, plainSurroundings } from './expressions.js'
import { bindMatchPaths } from './patterns.js'

type Subquery = Extract<BoundExpression, { readonly kind: 'subquery' }>

const types: Readonly<Record<Subquery['result'], StaticType>> = { exists: 'boolean', count: 'integer', collect: 'list' }

export function bindSubquery(
  analysis: Analysis,
  { result, query, at }: SubqueryExpression,
  outer: Scope,
): BoundExpression {
  const [union] = query.unions
  if (union !== undefined) analysis.unsupported(union.at, 'UNION within an expression')
  const clauses = bindClauses(analysis, query.parts[0]!, outer)
  return subquery(
    analysis,
    { result, clauses, collected: result === 'collect' ? onlyColumn(analysis, clauses, at) : null },
    at,
  )
}

/** `(a)-->(:Person)` as a predicate. Its variables are those of the row: it gives none. */
export function bindPatternPredicate(
  analysis: Analysis,
  { path, at }: PatternExpression,
  outer: Scope,
): BoundExpression {
  for (const { variable } of [...path.nodes, ...path.relationships])
    if (variable !== null && outer.find(variable.name) === undefined) undefinedVariable(analysis, outer, variable)
  const clauses = [bindPath(analysis, path, null, new Scope(outer))]
  return subquery(analysis, { result: 'exists', clauses, collected: null }, at)
}

/** `[(a)-->(b) WHERE ... | b.name]` collects what it would give as a query. */
export function bindPatternComprehension(
  analysis: Analysis,
  { path, where, result, at }: PatternComprehension,
  outer: Scope,
): BoundExpression {
  const scope = new Scope(outer)
  const match = bindPath(analysis, path, where, scope)
  const value = bindExpression(analysis, result, plainSurroundings(analysis, scope, 'a pattern comprehension'))
  const collected = analysis.newSlot({ name: 'item', type: value.type, nullable: true, anonymous: true })
  const clauses = [match, itemOnly(collected, value)]
  return subquery(analysis, { result: 'collect', clauses, collected }, at)
}

function subquery(
  analysis: Analysis,
  asked: Pick<Subquery, 'result' | 'clauses' | 'collected'>,
  at: number,
): BoundExpression {
  const type = types[asked.result]
  const slot = analysis.newSlot({ name: asked.result, type, nullable: false, anonymous: true })
  return { kind: 'subquery', ...asked, slot, type, position: analysis.position(at) }
}

function bindPath(analysis: Analysis, path: PathPattern, where: Expression | null, scope: Scope): BoundClause {
  const { paths, conditions } = bindMatchPaths(analysis, [path], { scope, optional: false })
  const surroundings = plainSurroundings(analysis, scope, 'WHERE')
  const last = where === null ? [] : [bindAccepted(analysis, where, surroundings, ['boolean'], 'WHERE')]
  const operands = [...conditions, ...last]
  if (operands.length < 2) return { kind: 'match', optional: false, paths, where: operands[0] ?? null }
  const { position } = operands[0]!
  const both: BoundExpression = { kind: 'logical', operator: 'and', operands, type: 'boolean', position }
  return { kind: 'match', optional: false, paths, where: both }
}

function itemOnly(slot: Slot, value: BoundExpression): BoundProject {
  return {
    kind: 'project',
    final: true,
    distinct: false,
    groupBy: [],
    aggregates: [],
    items: [{ slot, name: 'item', value }],
    orderBy: [],
    skip: null,
    limit: null,
    where: null,
  }
}

function bindClauses(analysis: Analysis, clauses: readonly Clause[], outer: Scope): readonly BoundClause[] {
  const binder = new ClauseBinder(analysis, new Scope(outer))
  return clauses.flatMap((clause, i) => {
    const before = clauses[i - 1]
    if (before?.kind === 'return') {
      analysis.fail('CLAUSE_ORDER', clause.at, `nothing can follow RETURN, and here is ${clauseNames[clause.kind]}`)
    }
    refuseGathering(analysis, clause)
    const bound = [binder.bind(clause)].flat()
    for (const each of bound) if (each.kind === 'project') refuseGroups(analysis, each, clause.at)
    return bound
  })
}

/** What runs for each row streams: it gathers no rows of its own. */
function refuseGathering(analysis: Analysis, clause: Clause): void {
  switch (clause.kind) {
    case 'match':
    case 'unwind':
      return
    case 'with':
    case 'return':
      if (clause.distinct) analysis.unsupported(clause.at, 'DISTINCT in a query within an expression')
      if (clause.orderBy.length > 0) analysis.unsupported(clause.at, 'ORDER BY in a query within an expression')
      if (clause.skip !== null) analysis.unsupported(clause.skip.at, 'SKIP in a query within an expression')
      if (clause.limit !== null) analysis.unsupported(clause.limit.at, 'LIMIT in a query within an expression')
      return
    default:
      analysis.unsupported(clause.at, `${clauseNames[clause.kind]} in a query within an expression`)
  }
}

function refuseGroups(analysis: Analysis, { groupBy, aggregates }: BoundProject, at: number): void {
  if (groupBy.length + aggregates.length > 0) analysis.unsupported(at, 'aggregation in a query within an expression')
}

function onlyColumn(analysis: Analysis, clauses: readonly BoundClause[], at: number): Slot {
  const last = clauses.at(-1)!
  if (last.kind !== 'project' || !last.final) return analysis.fail('CLAUSE_ORDER', at, 'COLLECT { } ends with RETURN')
  const [item, ...others] = last.items
  if (item === undefined || others.length > 0) {
    return analysis.fail('COLUMNS_DIFFER', at, `COLLECT { } returns one column, and here are ${last.items.length}`)
  }
  return item.slot
}
