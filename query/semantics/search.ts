/**
 * Binds the sub-clause SEARCH of MATCH.
 *
 *   MATCH (d:Doc) SEARCH d IN (FULLTEXT INDEX docs FOR $q WHERE d.year > 2000) SCORE AS s
 *   MATCH (d:Doc) WHERE search.matches(d, 'docs', $q) AND d.year > 2000          s: search.score(d, 'docs', $q)
 *
 * Both are one plan. As the hits are those of a predicate, they are the same wherever the planner begins.
 */

import { mustFindFunction } from '../functions/registry.js'
import type { SearchClause } from '../syntax/ast.js'
import type { Analysis, Scope } from './analysis.js'
import type { BoundEntry, BoundExpression, BoundItem } from './bound.js'

export interface BoundSearch {
  readonly conditions: readonly BoundExpression[]
  /** What SCORE AS and EXPLAIN AS name. */
  readonly named: readonly BoundItem[]
}

/** What is asked of the index, bound in the scope of the pattern. */
export interface SearchParts {
  readonly entity: BoundExpression
  readonly query: BoundExpression
  readonly where: BoundExpression | null
  readonly limit: BoundExpression | null
}

/** Declares the names of the clause. Throws VARIABLE_REDEFINED, UNSUPPORTED. */
export function bindSearch(analysis: Analysis, clause: SearchClause, scope: Scope, parts: SearchParts): BoundSearch {
  const { entity, query, where, limit } = parts
  if (clause.kind === 'vector' && limit === null)
    analysis.fail(
      'SYNTAX_ERROR',
      clause.at,
      'SEARCH in a vector index needs LIMIT, as every vector is more or less near',
      'write how many of the nearest are wanted: SEARCH d IN (VECTOR INDEX name FOR $v LIMIT 10)',
    )
  if (where !== null && limit !== null)
    analysis.fail(
      'UNSUPPORTED',
      clause.at,
      'WHERE and LIMIT cannot stand in one SEARCH yet',
      'CALL search.query(index, query) YIELD node, score WHERE ... WITH node, score LIMIT ... finds the same',
    )
  const index = literal(analysis, clause.index.name, clause.index.at)
  const asked = (name: string, args: readonly BoundExpression[]): BoundExpression => {
    const called = mustFindFunction(name)
    return { kind: 'call', name, called, arguments: args, type: called.result([]), position: entity.position }
  }
  const options = limit === null ? [] : [mapOf(limit)]
  const matches = asked(predicateOf[clause.kind], [entity, index, query, ...options])
  const named: BoundItem[] = []
  for (const [variable, name] of [
    [clause.score, 'search.score'],
    [clause.explain, 'search.explain'],
  ] as const) {
    if (variable === null) continue
    if (scope.find(variable.name) !== undefined)
      analysis.fail('VARIABLE_REDEFINED', variable.at, `${variable.name} is defined already`)
    const value = asked(name, [entity, index, query])
    const slot = analysis.newSlot({ name: variable.name, type: value.type, nullable: true })
    scope.declare(variable.name, slot)
    named.push({ name: variable.name, slot, value })
  }
  return { conditions: where === null ? [matches] : [matches, where], named }
}

const predicateOf = { fulltext: 'search.matches', vector: 'search.nearest' }

function literal(analysis: Analysis, value: string, at: number): BoundExpression {
  return { kind: 'literal', value, type: 'string', position: analysis.position(at) }
}

function mapOf(limit: BoundExpression): BoundExpression {
  const entries: readonly BoundEntry[] = [{ name: 'limit', value: limit }]
  return { kind: 'map', entries, type: 'map', position: limit.position }
}
