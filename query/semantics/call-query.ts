/**
 * Binds CALL { } and FOREACH: queries that run for each row, as clauses of their own.
 *
 * `CALL (a, b) { ... }` sees a and b throughout. The older `CALL { WITH a, b ... }` imports them by a first WITH of plain
 * names, in each part of a UNION for itself. Nothing else of the row is seen inside, and nothing but the columns of its
 * RETURN outside.
 */
import type { Clause, ForeachClause, Name, ProjectClause, SubqueryClause } from '../syntax/ast.js'
import { type Analysis, Scope, undefinedVariable } from './analysis.js'
import { bindPart, isWrite } from './analyze.js'
import type { BoundCallQuery, BoundClause, BoundInner } from './bound.js'
import { checkLast, clauseNames, isWritingClause } from './clause-order.js'
import { bindAccepted, plainSurroundings } from './expressions.js'
import { type Beginning, bindInner } from './inner.js'
import { checkedList } from './items.js'

/** Binds the query and adds its columns to `scope`. */
export function bindCallQuery(analysis: Analysis, clause: SubqueryClause, scope: Scope): BoundCallQuery {
  const { query, imports, optional, transactions, at } = clause
  if (transactions !== null) analysis.unsupported(at, 'CALL { } IN TRANSACTIONS')
  for (const part of query.parts) checkEnd(analysis, part.at(-1)!)
  const given =
    imports === null ? undefined : imported(analysis, imports === 'all' ? namesOf(scope, at) : imports, scope)
  const inner = bindInner(analysis, query, (part) =>
    given === undefined ? beginningOf(analysis, part, scope) : { clauses: part, scope: new Scope(given) },
  )
  for (const { name, slot } of inner.columns) {
    if (scope.find(name) !== undefined) analysis.fail('VARIABLE_REDEFINED', at, `${name} is defined already`)
    scope.declare(name, slot)
    if (optional) analysis.makeNullable(slot)
  }
  return called(inner, optional)
}

function called(query: BoundInner, optional: boolean): BoundCallQuery {
  return { kind: 'callQuery', query, optional, writes: query.parts.flat().some(isWrite) }
}

/** Throws CLAUSE_ORDER where nothing would come of the query, and COLUMN_UNNAMED for a column that is no name. */
function checkEnd(analysis: Analysis, last: Clause): void {
  checkLast(analysis, last)
  if (last.kind !== 'return') return
  for (const { expression, alias, text } of last.items) {
    if (alias !== null || expression.kind === 'variable') continue
    analysis.fail('COLUMN_UNNAMED', expression.at, `CALL { } needs a name for ${text}`, `write ${text} AS name`)
  }
}

function namesOf(scope: Scope, at: number): readonly Name[] {
  return scope.visible().map((name) => ({ name, at }))
}

function imported(analysis: Analysis, names: readonly Name[], scope: Scope): Scope {
  const given = new Scope()
  for (const name of names) given.declare(name.name, scope.find(name.name) ?? undefinedVariable(analysis, scope, name))
  return given
}

/** A part of the older form: what its first WITH names is there at the beginning. */
function beginningOf(analysis: Analysis, part: readonly Clause[], scope: Scope): Beginning {
  const [first, ...clauses] = part
  const names = first?.kind === 'with' ? namesImported(first, scope) : undefined
  if (names === undefined || clauses.length === 0) return { clauses: part, scope: new Scope() }
  return { clauses, scope: imported(analysis, names, scope) }
}

/** The names in a WITH of nothing else; undefined of any other. */
function namesImported({ all, items, where, ...rest }: ProjectClause, scope: Scope): readonly Name[] | undefined {
  const names = items.flatMap(({ expression, alias }) =>
    expression.kind === 'variable' && alias === null ? [expression] : [],
  )
  const isPlain = names.length === items.length && where === null && !rest.distinct && rest.orderBy.length === 0
  if (!isPlain || rest.skip !== null || rest.limit !== null) return undefined
  return all ? [...namesOf(scope, rest.at), ...names] : names
}

/** What FOREACH names is gone behind it. */
export function bindForeach(analysis: Analysis, clause: ForeachClause, scope: Scope): BoundCallQuery {
  const { variable, list, clauses } = clause
  for (const each of clauses) {
    if (isWritingClause(each)) continue
    analysis.fail('CLAUSE_ORDER', each.at, `FOREACH writes, and ${clauseNames[each.kind]} does not`)
  }
  const items = bindAccepted(analysis, list, plainSurroundings(analysis, scope, 'FOREACH'), ['list'], 'FOREACH')
  const slot = analysis.newSlot({ name: variable.name, type: 'any', nullable: true })
  const inner = new Scope(scope)
  inner.declare(variable.name, slot)
  const unwind: BoundClause = { kind: 'unwind', list: checkedList(analysis, items), slot }
  const updates = unit(bindPart(analysis, clauses, new Scope(inner)))
  return unit([unwind, updates])
}

function unit(clauses: readonly BoundClause[]): BoundCallQuery {
  return called({ parts: [clauses], distinct: false, columns: [] }, false)
}
