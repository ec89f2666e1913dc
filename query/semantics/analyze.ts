/**
 * Statement to bound query: names are resolved, types inferred, and every mistake that can be seen without running is
 * reported as a DatabaseError with its place in the text.
 */
import type { Library } from '../procedures/procedure.js'
import type {
  Clause,
  DeleteClause,
  Expression,
  MatchClause,
  MergeClause,
  Name,
  Query,
  QueryStatement,
  RemoveItem,
  SearchClause,
  SetItem,
  Statement,
  UnwindClause,
} from '../syntax/ast.js'
import { Analysis, Scope, undefinedVariable } from './analysis.js'
import type {
  BoundClause,
  BoundDelete,
  BoundExpression,
  BoundMatch,
  BoundMerge,
  BoundPath,
  BoundQuery,
  BoundSetItem,
  BoundStatement,
  BoundUnwind,
  StaticType,
} from './bound.js'
import { bindCall, bindLoneCall, bindShow } from './call.js'
import { bindCallQuery, bindForeach } from './call-query.js'
import { checkLast, checkOrder } from './clause-order.js'
import { bindAccepted, bindExpression, plainSurroundings, slotExpression } from './expressions.js'
import { bindCreate, bindMatchPaths, bindMergePath } from './patterns.js'
import { bindPlace } from './place.js'
import { bindProject } from './project.js'
import { bindSchema } from './schema.js'
import { type BoundSearch, bindSearch } from './search.js'
import { findQuery } from './tree.js'
import { canBe, typeInWords } from './types.js'

export interface AnalysisOptions {
  /** What the statement was parsed from; messages show it. */
  readonly text: string
  /** What can be called; what every database has, when not given. */
  readonly library?: Library | undefined
}

export function analyze(statement: Statement, { text, library }: AnalysisOptions): BoundStatement {
  const analysis = new Analysis(text, library)
  switch (statement.kind) {
    case 'query':
      return analyzeQuery(analysis, statement)
    case 'show':
      return bindShow(analysis, statement)
    case 'createIndex':
    case 'createTextIndex':
    case 'createVectorIndex':
    case 'dropIndex':
      return bindSchema(analysis, statement)
  }
}

function analyzeQuery(analysis: Analysis, { query, mode }: QueryStatement): BoundQuery {
  const [clauses, ...others] = query.parts.map((part) => {
    checkLast(analysis, part.at(-1)!)
    return bindPart(analysis, part)
  })
  checkUnions(analysis, query, [clauses!, ...others])
  const [union] = query.unions
  return {
    kind: 'query',
    clauses: clauses!,
    union: union === undefined ? null : { all: union.all, parts: others },
    slots: analysis.slots,
    columns: columnsOf(clauses!),
    parameters: [...analysis.parameters],
    writes: [clauses!, ...others].flat().some(isWrite),
    mode,
  }
}

/** Binds one part of a query, which begins with what `scope` names and sees what lies around it throughout. */
export function bindPart(analysis: Analysis, clauses: readonly Clause[], scope = new Scope()): readonly BoundClause[] {
  checkOrder(analysis, clauses)
  const [only, ...others] = clauses
  if (only?.kind === 'call' && others.length === 0) return bindLoneCall(analysis, only, scope)
  const binder = new ClauseBinder(analysis, scope)
  return clauses.flatMap((clause) => binder.bind(clause))
}

export function isWrite(clause: BoundClause): boolean {
  switch (clause.kind) {
    case 'create':
    case 'merge':
    case 'set':
    case 'delete':
      return true
    case 'call':
      return clause.procedure.mode === 'write'
    case 'callQuery':
      return clause.writes
    case 'match':
    case 'unwind':
    case 'project':
      return false
  }
}

/** Throws COLUMNS_DIFFER, and CLAUSE_ORDER where UNION and UNION ALL are mixed. */
export function checkUnions(analysis: Analysis, { unions }: Query, parts: readonly (readonly BoundClause[])[]): void {
  const columns = columnsOf(parts[0]!)
  unions.forEach(({ all, at }, i) => {
    if (all !== unions[0]!.all) analysis.fail('CLAUSE_ORDER', at, 'UNION and UNION ALL cannot stand in one query')
    const others = columnsOf(parts[i + 1]!)
    if (columns.length === others.length && columns.every((name, column) => name === others[column])) return
    const [first, second] = [columns, others].map((names) => names.join(', ') || 'none')
    analysis.fail('COLUMNS_DIFFER', at, `UNION joins equal columns, and here are ${first} and ${second}`)
  })
}

function columnsOf(clauses: readonly BoundClause[]): readonly string[] {
  const last = clauses.at(-1)!
  return last.kind === 'project' ? last.items.map(({ name }) => name) : []
}

/** Binds one clause after the other. */
export class ClauseBinder {
  constructor(
    private readonly analysis: Analysis,
    private scope: Scope,
  ) {}

  bind(clause: Clause): BoundClause | readonly BoundClause[] {
    switch (clause.kind) {
      case 'match':
        return this.match(clause)
      case 'unwind':
        return this.unwind(clause)
      case 'create':
        return bindCreate(this.analysis, clause, this.scope)
      case 'set':
        return { kind: 'set', items: clause.items.map((item) => this.setItem(item)) }
      case 'remove':
        return { kind: 'set', items: clause.items.map((item) => this.removeItem(item)) }
      case 'merge':
        return this.merge(clause)
      case 'delete':
        return this.delete(clause)
      case 'with':
      case 'return': {
        const { project, scope } = bindProject(this.analysis, clause, this.scope)
        this.scope = scope
        return project
      }
      case 'call':
        return bindCall(this.analysis, clause, this.scope)
      case 'subquery':
        return bindCallQuery(this.analysis, clause, this.scope)
      case 'foreach':
        return bindForeach(this.analysis, clause, this.scope)
    }
  }

  private match({ paths, searches, where, optional }: MatchClause): BoundMatch {
    const bound = bindMatchPaths(this.analysis, paths, { scope: this.scope, optional })
    const searched = searches.map((clause) => this.search(clause, bound.paths))
    const conditions = [...bound.conditions, ...searched.flatMap((search) => search.conditions)]
    if (where !== null) conditions.push(this.accept(where, ['boolean'], 'WHERE'))
    const named = searched.flatMap((search) => search.named)
    return { kind: 'match', optional, paths: bound.paths, where: conjunction(conditions), named }
  }

  private search(clause: SearchClause, paths: readonly BoundPath[]): BoundSearch {
    return bindSearch(this.analysis, clause, this.scope, {
      entity: this.entity(clause.variable, ['node', 'relationship'], 'SEARCH'),
      query: this.accept(clause.query, clause.kind === 'vector' ? ['list'] : ['string', 'list', 'map'], 'SEARCH'),
      limit: clause.limit && this.accept(clause.limit, ['integer'], 'LIMIT'),
      paths,
    })
  }

  private unwind({ list, variable }: UnwindClause): BoundUnwind {
    // Unlike other functions of lists, UNWIND takes one value for a list of it.
    const bound = this.expression(list, 'UNWIND')
    this.refuseKnown(variable)
    const slot = this.analysis.newSlot({ name: variable.name, type: 'any', nullable: true })
    this.scope.declare(variable.name, slot)
    return { kind: 'unwind', list: bound, slot }
  }

  private refuseKnown({ name, at }: Name): void {
    if (this.scope.find(name) !== undefined) this.analysis.fail('VARIABLE_REDEFINED', at, `${name} is defined already`)
  }

  private merge({ path, onCreate, onMatch }: MergeClause): BoundMerge {
    for (const item of [...onCreate, ...onMatch]) {
      const query = findQuery(item)
      if (query !== undefined) this.analysis.unsupported(query.at, 'a query in ON CREATE and ON MATCH')
    }
    return {
      kind: 'merge',
      ...bindMergePath(this.analysis, path, this.scope),
      onCreate: onCreate.map((item) => this.setItem(item)),
      onMatch: onMatch.map((item) => this.setItem(item)),
    }
  }

  private removeItem(item: RemoveItem): BoundSetItem {
    const position = this.analysis.position(item.at)
    if (item.kind === 'property') {
      const value: BoundExpression = { kind: 'literal', value: null, type: 'null', position }
      return { ...bindPlace(this.analysis, item.target, this.scope, 'remove'), value, position }
    }
    const labels = item.labels.map(({ name }) => name)
    return { kind: 'removeLabels', target: this.entity(item.target, ['node'], 'REMOVE'), labels, position }
  }

  private setItem(item: SetItem): BoundSetItem {
    const position = this.analysis.position(item.at)
    switch (item.kind) {
      case 'property': {
        const place = bindPlace(this.analysis, item.target, this.scope, item.add ? 'add' : 'set')
        return { ...place, value: this.expression(item.value, 'SET'), position }
      }
      case 'properties':
        return {
          kind: 'properties',
          target: this.entity(item.target, ['node', 'relationship']),
          value: this.accept(item.value, ['map', 'node', 'relationship'], 'SET'),
          replace: item.replace,
          position,
        }
      case 'labels':
        return {
          kind: 'labels',
          target: this.entity(item.target, ['node']),
          labels: item.labels.map(({ name }) => name),
          position,
        }
    }
  }

  private entity(variable: Name, accepted: readonly StaticType[], clause = 'SET'): BoundExpression {
    const slot = this.scope.find(variable.name) ?? undefinedVariable(this.analysis, this.scope, variable)
    const bound = slotExpression(this.analysis, slot, variable.at)
    if (canBe(bound.type, accepted)) return bound
    const message = `${clause} takes ${typeInWords(accepted)} here, and ${variable.name} is ${typeInWords([bound.type])}`
    return this.analysis.fail('TYPE_MISMATCH', variable.at, message)
  }

  private delete({ detach, targets }: DeleteClause): BoundDelete {
    for (const { kind, at } of targets) if (kind === 'labels') this.refuseDeleteOfLabel(at)
    const entities: readonly StaticType[] = ['node', 'relationship', 'path']
    return { kind: 'delete', detach, targets: targets.map((target) => this.accept(target, entities, 'DELETE')) }
  }

  private refuseDeleteOfLabel(at: number): never {
    const hint = 'write REMOVE n:Label; a relationship keeps its type'
    return this.analysis.fail('TYPE_MISMATCH', at, 'DELETE takes no label and no type', hint, {
      detail: 'InvalidDelete',
    })
  }

  private expression(expression: Expression, place: string): BoundExpression {
    return bindExpression(this.analysis, expression, plainSurroundings(this.analysis, this.scope, place))
  }

  private accept(expression: Expression, accepted: readonly StaticType[], place: string): BoundExpression {
    const surroundings = plainSurroundings(this.analysis, this.scope, place)
    return bindAccepted(this.analysis, expression, surroundings, accepted, place)
  }
}

function conjunction(conditions: readonly BoundExpression[]): BoundExpression | null {
  if (conditions.length < 2) return conditions[0] ?? null
  return { kind: 'logical', operator: 'and', operands: conditions, type: 'boolean', position: conditions[0]!.position }
}
