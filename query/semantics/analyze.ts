/**
 * Statement to bound query: names are resolved, types inferred, and every mistake that can be seen without running is
 * reported as a DatabaseError with its place in the text.
 */
import type {
  Clause,
  DeleteClause,
  Expression,
  MatchClause,
  Name,
  PropertyExpression,
  QueryStatement,
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
  BoundQuery,
  BoundSetItem,
  BoundStatement,
  BoundUnwind,
  StaticType,
} from './bound.js'
import { checkOrder, clauseNames } from './clause-order.js'
import { bindAccepted, bindExpression, plainSurroundings, slotExpression } from './expressions.js'
import { bindCreate, bindMatchPaths } from './patterns.js'
import { bindProject } from './project.js'
import { bindSchema } from './schema.js'
import { canBe, typeInWords } from './types.js'

/** `text` is what `statement` was parsed from; messages show it. */
export function analyze(statement: Statement, { text }: { text: string }): BoundStatement {
  const analysis = new Analysis(text)
  return statement.kind === 'query' ? analyzeQuery(analysis, statement) : bindSchema(analysis, statement)
}

function analyzeQuery(analysis: Analysis, { query, mode }: QueryStatement): BoundQuery {
  const [union] = query.unions
  if (union !== undefined) analysis.unsupported(union.at, 'UNION')
  const [clauses] = query.parts
  checkOrder(analysis, clauses!)
  const binder = new ClauseBinder(analysis)
  const bound = clauses!.flatMap((clause) => binder.bind(clause))
  const last = bound.at(-1)!
  return {
    kind: 'query',
    clauses: bound,
    slots: analysis.slots,
    columns: last.kind === 'project' ? last.items.map(({ name }) => name) : [],
    parameters: [...analysis.parameters],
    writes: bound.some(({ kind }) => kind === 'create' || kind === 'set' || kind === 'delete'),
    mode,
  }
}

class ClauseBinder {
  private scope = new Scope()

  constructor(private readonly analysis: Analysis) {}

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
      case 'delete':
        return this.delete(clause)
      case 'with':
      case 'return': {
        const { project, scope } = bindProject(this.analysis, clause, this.scope)
        this.scope = scope
        return project
      }
      case 'merge':
      case 'remove':
      case 'call':
      case 'subquery':
      case 'foreach':
        return this.analysis.unsupported(clause.at, clauseNames[clause.kind])
    }
  }

  private match({ paths, where, optional, at }: MatchClause): BoundMatch {
    if (optional) this.analysis.unsupported(at, 'OPTIONAL MATCH')
    const bound = bindMatchPaths(this.analysis, paths, this.scope)
    const conditions = [...bound.conditions]
    if (where !== null) conditions.push(this.accept(where, ['boolean'], 'WHERE'))
    return { kind: 'match', paths: bound.paths, where: conjunction(conditions) }
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

  private setItem(item: SetItem): BoundSetItem {
    const position = this.analysis.position(item.at)
    switch (item.kind) {
      case 'property':
        return {
          kind: 'property',
          target: this.entityWithProperty(item.target),
          name: item.target.name.name,
          value: this.expression(item.value, 'SET'),
          position,
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

  private entityWithProperty({ target, name }: PropertyExpression): BoundExpression {
    if (target.kind === 'property') this.analysis.unsupported(name.at, 'SET of a part of a property')
    if (name.name === '_key') {
      this.analysis.fail('KEY_INVALID', name.at, '_key is given when a node is created and is not set afterwards')
    }
    return this.accept(target, ['node', 'relationship'], 'SET')
  }

  private entity(variable: Name, accepted: readonly StaticType[]): BoundExpression {
    const slot = this.scope.find(variable.name) ?? undefinedVariable(this.analysis, this.scope, variable)
    const bound = slotExpression(this.analysis, slot, variable.at)
    if (canBe(bound.type, accepted)) return bound
    const message = `SET takes ${typeInWords(accepted)} here, and ${variable.name} is ${typeInWords([bound.type])}`
    return this.analysis.fail('TYPE_MISMATCH', variable.at, message)
  }

  private delete({ detach, targets }: DeleteClause): BoundDelete {
    const entities: readonly StaticType[] = ['node', 'relationship', 'path']
    return { kind: 'delete', detach, targets: targets.map((target) => this.accept(target, entities, 'DELETE')) }
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
