/**
 * Binds queries that run for each row of another: those in the braces of EXISTS, COUNT, COLLECT and CALL.
 *
 * The parts of a UNION bind slots of their own; as what asks reads one set of slots, each part ends in a projection
 * that renames its columns to those of the whole.
 */
import type { Clause, Query } from '../syntax/ast.js'
import type { Analysis, Scope } from './analysis.js'
import { bindPart, checkUnions } from './analyze.js'
import type { BoundClause, BoundColumn, BoundInner, BoundProject, Slot } from './bound.js'
import { slotExpression } from './expressions.js'
import { unite } from './types.js'

/** What a part of the query has to do, and the scope in which it begins. */
export interface Beginning {
  readonly clauses: readonly Clause[]
  readonly scope: Scope
}

export function bindInner(analysis: Analysis, query: Query, begin: (part: readonly Clause[]) => Beginning): BoundInner {
  const parts = query.parts.map((part) => {
    const { clauses, scope } = begin(part)
    return bindPart(analysis, clauses, scope)
  })
  checkUnions(analysis, query, parts)
  const [first, ...others] = parts.map(columnsOf)
  if (others.length === 0) return { parts, distinct: false, columns: first! }
  const columns = first!.map((column, i) => unitedColumn(analysis, [column, ...others.map((part) => part[i]!)]))
  return {
    parts: parts.map((part, i) => [...part, renamed(analysis, [first!, ...others][i]!, columns, query.at)]),
    distinct: !query.unions[0]!.all,
    columns,
  }
}

function columnsOf(part: readonly BoundClause[]): readonly BoundColumn[] {
  const last = part.at(-1)
  return last?.kind === 'project' && last.final ? last.items : []
}

function unitedColumn(analysis: Analysis, columns: readonly BoundColumn[]): BoundColumn {
  const infos = columns.map(({ slot }) => analysis.info(slot))
  const type = infos.map((info) => info.type).reduce(unite)
  const nullable = infos.some((info) => info.nullable || info.type === 'null')
  const { name } = columns[0]!
  return { name, slot: analysis.newSlot({ name, type, nullable }) }
}

function renamed(
  analysis: Analysis,
  from: readonly BoundColumn[],
  to: readonly BoundColumn[],
  at: number,
): BoundProject {
  return projectOf(to.map(({ slot }, i) => ({ slot, value: slotExpression(analysis, from[i]!.slot, at) })))
}

/** A projection that does nothing but project. */
export function projectOf(
  items: readonly { readonly slot: Slot; readonly value: BoundProject['items'][number]['value'] }[],
): BoundProject {
  return {
    kind: 'project',
    final: true,
    distinct: false,
    groupBy: [],
    aggregates: [],
    items: items.map((item) => ({ ...item, name: '' })),
    orderBy: [],
    skip: null,
    limit: null,
    where: null,
  }
}
