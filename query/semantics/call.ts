/** Binds CALL of procedures, and the SHOW commands, which are calls too. */

import { type Procedure, staticTypeOf } from '../procedures/procedure.js'
import { showProcedure } from '../procedures/show.js'
import { signatureText } from '../procedures/signature.js'
import type { CallClause, Expression, ProjectClause, ShowStatement, YieldItem } from '../syntax/ast.js'
import { nearest } from '../syntax/spelling.js'
import { type Analysis, Scope } from './analysis.js'
import type { BoundCall, BoundExpression, BoundProject, BoundQuery } from './bound.js'
import { bindAccepted, plainSurroundings, slotExpression } from './expressions.js'
import { bindProject } from './project.js'

/** Binds a call within a query and adds what it yields to `scope`. */
export function bindCall(analysis: Analysis, clause: CallClause, scope: Scope): BoundCall {
  const procedure = resolve(analysis, clause)
  if (clause.yields === 'all')
    analysis.fail('SYNTAX_ERROR', clause.at, 'YIELD * is for a CALL that is the whole query', 'name the columns')
  if (clause.arguments === null && procedure.parameters.length > 0) {
    const hint = `write CALL ${signatureText(procedure.name, procedure.parameters, procedure.columns)}`
    const detail = 'InvalidArgumentPassingMode'
    analysis.fail('ARGUMENT_COUNT', clause.at, 'within a query CALL gets its arguments in parentheses', hint, {
      detail,
    })
  }
  return bindAnyCall(analysis, clause, procedure, scope)
}

function bindAnyCall(analysis: Analysis, clause: CallClause, procedure: Procedure, scope: Scope): BoundCall {
  if (clause.optional && procedure.mode === 'write')
    analysis.unsupported(clause.at, 'OPTIONAL CALL of a procedure that writes')
  const args = bindArguments(analysis, clause, procedure, scope)
  const columns = yielded(analysis, clause, procedure).map(({ column, alias }) => ({
    index: columnIndex(analysis, procedure, column),
    slot: declare(analysis, scope, procedure, { column, alias }),
  }))
  const surroundings = plainSurroundings(analysis, scope, 'WHERE')
  const where = clause.where && bindAccepted(analysis, clause.where, surroundings, ['boolean'], 'WHERE')
  if (clause.optional) for (const { slot } of columns) analysis.makeNullable(slot)
  const position = analysis.position(clause.procedure.at)
  return { kind: 'call', procedure, arguments: args, columns, where, optional: clause.optional, position }
}

/** A CALL that is the whole query answers with what it yields, or with all columns. */
export function bindLoneCall(
  analysis: Analysis,
  clause: CallClause,
  scope: Scope,
): readonly (BoundCall | BoundProject)[] {
  const yields = clause.yields ?? 'all'
  const call = bindAnyCall(analysis, { ...clause, yields }, resolve(analysis, clause), scope)
  return call.procedure.columns.length === 0 ? [call] : [call, answer(analysis, call, clause.at)]
}

/** A SHOW command as a query: a call, and what YIELD, WHERE and RETURN make of its rows. */
export function bindShow(analysis: Analysis, statement: ShowStatement): BoundQuery {
  const { what, at } = statement
  const { procedure, usualCount } = showProcedure(analysis.library, what)
  const usual = procedure.columns.slice(0, usualCount).map(({ name }) => ({ column: { name, at }, alias: null }))
  const name = { name: procedure.name, at }
  const yields = statement.yields ?? usual
  const clause: CallClause = { kind: 'call', at, optional: false, procedure: name, arguments: [], yields, where: null }
  const scope = new Scope()
  const call = bindAnyCall(analysis, clause, procedure, scope)
  const names = call.columns.map(({ slot }) => analysis.info(slot).name)
  const { project: kept, scope: after } = bindProject(analysis, rowsKept(statement), scope)
  const { project } = bindProject(analysis, statement.returned ?? returning(names, at), after)
  return {
    kind: 'query',
    clauses: [call, kept, project],
    union: null,
    slots: analysis.slots,
    columns: project.items.map((item) => item.name),
    parameters: [...analysis.parameters],
    writes: false,
    mode: 'run',
  }
}

/** What stands behind YIELD, as the clause that it is short for. */
function rowsKept({ at, orderBy, skip, limit, where }: ShowStatement): ProjectClause {
  return { kind: 'with', at, distinct: false, all: true, items: [], orderBy, skip, limit, where }
}

function returning(names: readonly string[], at: number): ProjectClause {
  const items = names.map((name) => ({ expression: { kind: 'variable', name, at } as const, alias: null, text: name }))
  const nothing = { orderBy: [], skip: null, limit: null, where: null }
  return { kind: 'return', at, distinct: false, all: false, items, ...nothing }
}

function answer(analysis: Analysis, { columns }: BoundCall, at: number): BoundProject {
  const items = columns.map(({ slot }) => {
    const info = analysis.info(slot)
    return { slot: analysis.newSlot(info), name: info.name, value: slotExpression(analysis, slot, at) }
  })
  const nothing = { groupBy: [], aggregates: [], orderBy: [], skip: null, limit: null, where: null }
  return { kind: 'project', final: true, distinct: false, items, ...nothing }
}

function resolve(analysis: Analysis, { procedure: { name, at } }: CallClause): Procedure {
  const found = analysis.library.findProcedure(name)
  if (found !== undefined) return found
  const similar = nearest(name, analysis.library.procedureNames())
  const hint = similar === undefined ? 'CALL dbms.procedures() lists them' : `did you mean ${similar}?`
  return analysis.fail('PROCEDURE_UNKNOWN', at, `there is no procedure ${name}`, hint)
}

function bindArguments(
  analysis: Analysis,
  clause: CallClause,
  { name, parameters }: Procedure,
  scope: Scope,
): BoundExpression[] {
  const given = clause.arguments ?? parametersNamed(parameters, clause.at)
  const countMin = parameters.filter((parameter) => parameter.default === undefined).length
  if (given.length < countMin || given.length > parameters.length) {
    const counts = countMin === parameters.length ? `${countMin}` : `${countMin} to ${parameters.length}`
    const message = `${name} takes ${counts} ${counts === '1' ? 'argument' : 'arguments'}, and here are ${given.length}`
    analysis.fail('ARGUMENT_COUNT', clause.procedure.at, message)
  }
  const surroundings = plainSurroundings(analysis, scope, 'an argument')
  return given.map((argument, i) => {
    const { type } = staticTypeOf(parameters[i]!)
    const accepted = type === 'float' || type === 'number' ? (['integer', 'float'] as const) : [type]
    return bindAccepted(analysis, argument, surroundings, accepted, `${name}, for ${parameters[i]!.name},`)
  })
}

/** `CALL name` without parentheses takes the parameters of the query that have the names of the procedure's own. */
function parametersNamed(parameters: Procedure['parameters'], at: number): Expression[] {
  return parameters.map(({ name }) => ({ kind: 'parameter', at, name, lifted: null, items: null }))
}

function yielded(analysis: Analysis, clause: CallClause, procedure: Procedure): readonly YieldItem[] {
  const { yields, at } = clause
  const all = () => procedure.columns.map(({ name }) => ({ column: { name, at }, alias: null }))
  if (yields === 'all') return all()
  if (yields === null && procedure.columns.length > 0) {
    const names = procedure.columns.map(({ name }) => name).join(', ')
    const detail = 'UndefinedVariable'
    const message = `within a query CALL says what it takes: YIELD ${names}`
    analysis.fail('CLAUSE_ORDER', at, message, undefined, { detail })
  }
  return yields ?? []
}

function columnIndex(analysis: Analysis, { name, columns }: Procedure, column: YieldItem['column']): number {
  const index = columns.findIndex((each) => each.name === column.name)
  if (index !== -1) return index
  const names = columns.map((each) => each.name)
  const similar = nearest(column.name, names)
  const hint = similar === undefined ? `it yields ${names.join(', ') || 'nothing'}` : `did you mean ${similar}?`
  return analysis.fail('VARIABLE_UNDEFINED', column.at, `${name} does not yield ${column.name}`, hint)
}

function declare(analysis: Analysis, scope: Scope, procedure: Procedure, { column, alias }: YieldItem) {
  const { name, at } = alias ?? column
  if (scope.find(name) !== undefined) analysis.fail('VARIABLE_REDEFINED', at, `${name} is defined already`)
  const declared = procedure.columns[columnIndex(analysis, procedure, column)]!
  const { type, nullable } = staticTypeOf(declared)
  // A pattern that goes on from it has to look first: it comes as a value, not as an id.
  const slot = analysis.newSlot({ name, type, nullable: nullable || type === 'node' || type === 'relationship' })
  scope.declare(name, slot)
  return slot
}
