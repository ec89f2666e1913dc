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
import type { BoundClause, BoundExpression, BoundInner, BoundMatch, Slot, StaticType, SubqueryResult } from './bound.js'
import { checkLast, clauseNames, isWritingClause } from './clause-order.js'
import { bindAccepted, bindExpression, plainSurroundings } from './expressions.js'
import { bindInner, projectOf } from './inner.js'
import { bindMatchPaths } from './patterns.js'

type Subquery = Extract<BoundExpression, { readonly kind: 'subquery' }>

const types: Readonly<Record<SubqueryResult, StaticType>> = {
  exists: 'boolean',
  count: 'integer',
  collect: 'list',
  last: 'any',
}

export function bindSubquery(analysis: Analysis, asked: SubqueryExpression, outer: Scope): BoundExpression {
  const { result, at } = asked
  const query = bindReading(analysis, asked, outer)
  return subquery(
    analysis,
    { result, query, collected: result === 'collect' ? onlyColumn(analysis, query, at) : null },
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
  const query = single([bindPath(analysis, path, null, new Scope(outer))])
  return subquery(analysis, { result: 'exists', query, collected: null }, at)
}

/** `shortestPath((a)-[*]-(b))` of two nodes of the row: the path, or null; with `allShortestPaths` the list of them. */
export function bindShortestPath(analysis: Analysis, { path, at }: PatternExpression, outer: Scope): BoundExpression {
  for (const { variable, at } of path.nodes) {
    if (variable === null)
      analysis.fail('PATTERN_INVALID', at, 'outside of MATCH both ends of a shortest path are known nodes')
    if (outer.find(variable.name) === undefined) undefinedVariable(analysis, outer, variable)
  }
  const match = bindPath(analysis, path, null, new Scope(outer))
  const result = path.shortest === 'all' ? 'collect' : 'last'
  const collected = analysis.newSlot({ name: 'path', type: 'path', nullable: false, anonymous: true })
  return subquery(analysis, { result, query: single([withPath(match, collected)]), collected }, at)
}

function withPath(match: BoundMatch, pathSlot: Slot): BoundMatch {
  return { ...match, paths: match.paths.map((path) => ({ ...path, pathSlot })) }
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
  const query = single([match, projectOf([{ slot: collected, value }])])
  return subquery(analysis, { result: 'collect', query, collected }, at)
}

export function subquery(
  analysis: Analysis,
  asked: Pick<Subquery, 'result' | 'query' | 'collected'>,
  at: number,
): BoundExpression {
  const type = types[asked.result]
  const nullable = asked.result === 'last'
  const slot = analysis.newSlot({ name: asked.result, type, nullable, anonymous: true })
  return { kind: 'subquery', ...asked, initial: null, slot, type, position: analysis.position(at) }
}

function bindPath(analysis: Analysis, path: PathPattern, where: Expression | null, scope: Scope): BoundMatch {
  const { paths, conditions } = bindMatchPaths(analysis, [path], { scope, optional: false })
  const surroundings = plainSurroundings(analysis, scope, 'WHERE')
  const last = where === null ? [] : [bindAccepted(analysis, where, surroundings, ['boolean'], 'WHERE')]
  const operands = [...conditions, ...last]
  if (operands.length < 2) return { kind: 'match', optional: false, paths, where: operands[0] ?? null, named: [] }
  const { position } = operands[0]!
  const both: BoundExpression = { kind: 'logical', operator: 'and', operands, type: 'boolean', position }
  return { kind: 'match', optional: false, paths, where: both, named: [] }
}

/** A query of one part whose columns nobody names. */
export function single(clauses: readonly BoundClause[]): BoundInner {
  return { parts: [clauses], distinct: false, columns: [] }
}

/** A query whose rows are asked for, and nothing else: it does not write, and may leave out RETURN. */
function bindReading(analysis: Analysis, { result, query, at }: SubqueryExpression, outer: Scope): BoundInner {
  for (const part of query.parts) {
    for (const clause of part) refuseWrite(analysis, clause)
    const last = part.at(-1)!
    if (last.kind === 'with') checkLast(analysis, last)
    if (result === 'collect' && last.kind !== 'return')
      analysis.fail('CLAUSE_ORDER', at, 'COLLECT { } ends with RETURN')
  }
  return bindInner(analysis, query, (clauses) => ({ clauses, scope: new Scope(outer) }))
}

function refuseWrite(analysis: Analysis, clause: Clause): void {
  if (clause.kind === 'subquery') for (const inner of clause.query.parts.flat()) refuseWrite(analysis, inner)
  if (!writes(analysis, clause)) return
  const name = clause.kind === 'call' ? clause.procedure.name : clauseNames[clause.kind]
  analysis.fail('CLAUSE_ORDER', clause.at, `${name} writes, and a query within an expression only reads`)
}

function writes(analysis: Analysis, clause: Clause): boolean {
  if (clause.kind === 'call') return analysis.library.findProcedure(clause.procedure.name)?.mode === 'write'
  return isWritingClause(clause)
}

function onlyColumn(analysis: Analysis, { columns }: BoundInner, at: number): Slot {
  const [column, ...others] = columns
  if (column === undefined || others.length > 0) {
    return analysis.fail('COLUMNS_DIFFER', at, `COLLECT { } returns one column, and here are ${columns.length}`)
  }
  return column.slot
}
