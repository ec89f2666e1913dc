/**
 * Binds the sub-clause SEARCH of MATCH.
 *
 *   MATCH (d:Doc) SEARCH d IN (FULLTEXT INDEX docs FOR $q WHERE d.year > 2000) SCORE AS s
 *   MATCH (d:Doc) WHERE search.matches(d, 'docs', $q) AND d.year > 2000          s: search.score(d, 'docs', $q)
 *
 * Both are one plan. As the hits are those of a predicate, they are the same wherever the planner begins.
 *
 * With WHERE and LIMIT the hits are the best n entries of the index that satisfy a condition, whatever the pattern. They
 * are a query of their own, over a variable of its own, and the predicate is to be among its rows:
 *
 *   MATCH (d:Doc) SEARCH d IN (FULLTEXT INDEX docs FOR $q WHERE d.year > 2000 LIMIT 3)
 *   MATCH (d:Doc) WHERE d IN COLLECT { MATCH (x) WHERE search.matches(x, 'docs', $q) AND x.year > 2000
 *                                      RETURN x ORDER BY search.score(x, 'docs', $q) DESC, x LIMIT 3 }
 */

import { mustFindFunction } from '../functions/registry.js'
import type { SearchClause } from '../syntax/ast.js'
import { type Analysis, Scope } from './analysis.js'
import type { BoundEntry, BoundExpression, BoundItem, BoundMatch, BoundPath, Slot } from './bound.js'
import { bindAccepted, plainSurroundings, slotExpression } from './expressions.js'
import { projectOf } from './inner.js'
import { single, subquery } from './subqueries.js'

export interface BoundSearch {
  readonly conditions: readonly BoundExpression[]
  /** What SCORE AS and EXPLAIN AS name. */
  readonly named: readonly BoundItem[]
}

/** What is asked of the index, bound in the scope of the pattern. */
export interface SearchParts {
  readonly entity: BoundExpression
  readonly query: BoundExpression
  readonly limit: BoundExpression | null
  /** Those of the MATCH. */
  readonly paths: readonly BoundPath[]
}

/** Declares the names of the clause. Throws VARIABLE_REDEFINED, and what its condition throws. */
export function bindSearch(analysis: Analysis, clause: SearchClause, scope: Scope, parts: SearchParts): BoundSearch {
  if (clause.kind === 'vector' && parts.limit === null)
    analysis.fail(
      'SYNTAX_ERROR',
      clause.at,
      'SEARCH in a vector index needs LIMIT, as every vector is more or less near',
      'write how many of the nearest are wanted: SEARCH d IN (VECTOR INDEX name FOR $v LIMIT 10)',
    )
  return new SearchBinder(analysis, clause, scope, parts).bind()
}

class SearchBinder {
  constructor(
    private readonly analysis: Analysis,
    private readonly clause: SearchClause,
    private readonly scope: Scope,
    private readonly parts: SearchParts,
  ) {}

  bind(): BoundSearch {
    return { conditions: this.conditions(), named: this.named() }
  }

  private conditions(): readonly BoundExpression[] {
    const { clause, parts } = this
    const { entity, limit } = parts
    if (clause.where === null) return [this.asked(predicateOf[clause.kind], entity, limit)]
    if (limit !== null) return [this.amongBest(clause.where, limit)]
    return [this.asked('search.matches', entity, null), this.condition(clause.where, this.scope)]
  }

  private named(): readonly BoundItem[] {
    const { analysis, clause, scope, parts } = this
    const named: BoundItem[] = []
    for (const [variable, name] of [
      [clause.score, 'search.score'],
      [clause.explain, 'search.explain'],
    ] as const) {
      if (variable === null) continue
      if (scope.find(variable.name) !== undefined)
        analysis.fail('VARIABLE_REDEFINED', variable.at, `${variable.name} is defined already`)
      const value = this.asked(name, parts.entity, null)
      const slot = analysis.newSlot({ name: variable.name, type: value.type, nullable: true })
      scope.declare(variable.name, slot)
      named.push({ name: variable.name, slot, value })
    }
    return named
  }

  /** A call of a function about an entity and what is searched for. */
  private asked(name: string, entity: BoundExpression, limit: BoundExpression | null): BoundExpression {
    const { analysis, clause, parts } = this
    const { at } = clause.index
    const index: BoundExpression = {
      kind: 'literal',
      value: clause.index.name,
      type: 'string',
      position: analysis.position(at),
    }
    const called = mustFindFunction(name)
    const args = [entity, index, parts.query, ...(limit === null ? [] : [mapOf(limit)])]
    return { kind: 'call', name, called, arguments: args, type: called.result([]), position: entity.position }
  }

  private condition(where: Where, scope: Scope): BoundExpression {
    const surroundings = plainSurroundings(this.analysis, scope, 'WHERE')
    return bindAccepted(this.analysis, where, surroundings, ['boolean'], 'WHERE')
  }

  /** Within its WHERE the variable is that of a query of its own, which knows nothing of the pattern. */
  private amongBest(where: Where, limit: BoundExpression): BoundExpression {
    const { analysis, clause, parts } = this
    const { name, at } = clause.variable
    const entity = this.entityOf(parts.entity)
    const candidate = analysis.newSlot({ name, type: entity, nullable: false })
    const scope = new Scope(this.scope)
    scope.declare(name, candidate)
    const [found, chosen] = [slotExpression(analysis, candidate, at), parts.entity]
    const operands = [this.asked(predicateOf[clause.kind], found, null), this.condition(where, scope)]
    const { position } = chosen
    const match: BoundMatch = {
      kind: 'match',
      optional: false,
      paths: [this.pathOf(entity, candidate)],
      where: { kind: 'logical', operator: 'and', operands, type: 'boolean', position },
      named: [],
    }
    const collected = analysis.newSlot({ name, type: entity, nullable: false, anonymous: true })
    const best = {
      ...projectOf([{ slot: collected, value: found }]),
      // As the index orders its hits.
      orderBy: [
        { value: this.asked('search.score', found, null), descending: true },
        { value: found, descending: false },
      ],
      limit,
    }
    const list = subquery(analysis, { result: 'collect', query: single([match, best]), collected }, at)
    return { kind: 'binary', operator: 'in', left: chosen, right: list, type: 'boolean', position }
  }

  /** A variable that may be anything is what the pattern takes it for. */
  private entityOf(entity: BoundExpression): 'node' | 'relationship' {
    const { type } = entity
    if (type === 'node' || type === 'relationship') return type
    const isIn = (parts: readonly { readonly slot: Slot }[]) =>
      entity.kind === 'slot' && parts.some(({ slot }) => slot === entity.slot)
    if (this.parts.paths.some(({ nodes }) => isIn(nodes))) return 'node'
    if (this.parts.paths.some(({ steps }) => isIn(steps))) return 'relationship'
    const { name, at } = this.clause.variable
    return this.analysis.fail(
      'TYPE_MISMATCH',
      at,
      `a SEARCH with WHERE and LIMIT has to know whether ${name} is a NODE or a RELATIONSHIP, and it may be either`,
      `a pattern that has it tells: MATCH (${name}) SEARCH ${name} ...`,
    )
  }

  /** The shortest pattern that has it. */
  private pathOf(entity: 'node' | 'relationship', candidate: Slot): BoundPath {
    const position = this.analysis.position(this.clause.variable.at)
    const node = (slot: Slot) => ({ slot, bound: false, labels: [], key: null, properties: [], position })
    if (entity === 'node') return { nodes: [node(candidate)], steps: [], pathSlot: null }
    const [start, end] = [this.end(), this.end()]
    const step = { slot: candidate, bound: false, direction: 'outgoing', types: [], properties: [], position } as const
    return { nodes: [node(start), node(end)], steps: [{ ...step, length: null, shortest: null }], pathSlot: null }
  }

  private end(): Slot {
    return this.analysis.newSlot({ name: '', type: 'node', nullable: false, anonymous: true })
  }
}

const predicateOf = { fulltext: 'search.matches', vector: 'search.nearest' }

type Where = NonNullable<SearchClause['where']>

function mapOf(limit: BoundExpression): BoundExpression {
  const entries: readonly BoundEntry[] = [{ name: 'limit', value: limit }]
  return { kind: 'map', entries, type: 'map', position: limit.position }
}
