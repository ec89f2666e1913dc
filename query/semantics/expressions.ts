/** Binds expressions: names become slots, every part gets its static type. */
import type { OpenCypherName } from '../../src/core/opencypher-errors.js'
import type { CypherFunction } from '../functions/function.js'
import type {
  BinaryExpression,
  CallExpression,
  CaseExpression,
  ComparisonExpression,
  Expression,
  LabelOperation,
  LabelsExpression,
  LabelTest,
  ListComprehension,
  MapProjection,
  MapProjectionItem,
  Name,
  ParameterExpression,
  PatternExpression,
  PropertyExpression,
  QuantifierExpression,
  ReduceExpression,
  SliceExpression,
  UnaryExpression,
  VariableExpression,
} from '../syntax/ast.js'
import { nearest } from '../syntax/spelling.js'
import { aggregateNames, isAggregate } from './aggregates.js'
import { type Analysis, Scope, undefinedVariable } from './analysis.js'
import type { BinaryOperator, BoundEntry, BoundExpression, Slot, StaticType } from './bound.js'
import { itemType, literalType } from './item-type.js'
import { collectItems, reduceItems } from './items.js'
import { bindPatternComprehension, bindPatternPredicate, bindShortestPath, bindSubquery } from './subqueries.js'
import { findQuery } from './tree.js'
import { binaryType, canBe, numeric, temporalTypes, typeInWords, unite } from './types.js'

/** Where an expression stands: what it can see, and what an aggregate means there. */
export interface Surroundings {
  readonly scope: Scope
  /** What a call of an aggregating function becomes. Throws AGGREGATION_MISPLACED where none may stand. */
  aggregate(call: CallExpression): BoundExpression
  /** What stands for a part of the expression; undefined leaves it to be bound as usual. */
  replace?(part: Expression): BoundExpression | undefined
}

/** Surroundings without aggregates; `place` says where, in words. */
export function plainSurroundings(analysis: Analysis, scope: Scope, place: string): Surroundings {
  return {
    scope,
    aggregate: ({ name, at }) =>
      analysis.fail(
        'AGGREGATION_MISPLACED',
        at,
        `${name.name} aggregates rows, which ${place} cannot do`,
        aggregateHint,
      ),
  }
}

const aggregateHint = 'aggregate in a WITH before it, and use the result'

export function bindExpression(
  analysis: Analysis,
  expression: Expression,
  surroundings: Surroundings,
): BoundExpression {
  return new ExpressionBinder(analysis, surroundings).bind(expression)
}

/** As `bindExpression`, for what must be able to be one of `accepted`. Throws TYPE_MISMATCH; `by` names what asks. */
export function bindAccepted(
  analysis: Analysis,
  expression: Expression,
  surroundings: Surroundings,
  accepted: readonly StaticType[],
  by: string,
): BoundExpression {
  return new ExpressionBinder(analysis, surroundings).accept(expression, accepted, by)
}

const entityTypes: readonly StaticType[] = ['node', 'relationship']
const withMembers: readonly StaticType[] = [...entityTypes, 'map', ...temporalTypes]

/** Whether all the tests hold of the node or relationship `target`; null of null. */
export function bindLabelTests(
  analysis: Analysis,
  tests: readonly LabelTest[],
  target: BoundExpression,
): BoundExpression {
  const { position } = target
  const names = tests.flatMap((test) => ('kind' in test ? [] : [test.name]))
  const bound = tests.flatMap((test) => ('kind' in test ? [bindLabelOperation(analysis, test, target)] : []))
  if (names.length > 0) bound.unshift({ kind: 'hasLabels', target, labels: names, type: 'boolean', position })
  if (bound.length === 1) return bound[0]!
  return { kind: 'logical', operator: 'and', operands: bound, type: 'boolean', position }
}

function bindLabelOperation(analysis: Analysis, test: LabelOperation, target: BoundExpression): BoundExpression {
  const { position } = target
  switch (test.kind) {
    case 'and':
      return bindLabelTests(analysis, test.operands, target)
    case 'or': {
      const operands = test.operands.map((operand) => bindLabelTests(analysis, [operand], target))
      return { kind: 'logical', operator: 'or', operands, type: 'boolean', position }
    }
    case 'not': {
      const operand = bindLabelTests(analysis, [test.operand], target)
      return { kind: 'unary', operator: 'not', operand, type: 'boolean', position }
    }
    case 'anyLabel':
      return hasAnyLabel(analysis, target)
  }
}

/** `labels(n) <> []`; a relationship always has its type. */
function hasAnyLabel({ library }: Analysis, target: BoundExpression): BoundExpression {
  const { position } = target
  if (target.type === 'relationship') {
    return { kind: 'unary', operator: 'isNotNull', operand: target, type: 'boolean', position }
  }
  const called = library.findFunction('labels')!
  const left: BoundExpression = { kind: 'call', name: called.name, called, arguments: [target], type: 'list', position }
  const right: BoundExpression = { kind: 'list', items: [], type: 'list', position }
  return { kind: 'binary', operator: '<>', left, right, type: 'boolean', position }
}

class ExpressionBinder {
  constructor(
    private readonly analysis: Analysis,
    private readonly surroundings: Surroundings,
  ) {}

  bind(expression: Expression): BoundExpression {
    const replaced = isPredicate(expression) ? undefined : this.surroundings.replace?.(expression)
    return replaced ?? this.bindWhole(expression)
  }

  private bindWhole(expression: Expression): BoundExpression {
    const position = this.analysis.position(expression.at)
    switch (expression.kind) {
      case 'literal':
        return { kind: 'literal', value: expression.value, type: literalType(expression.value), position }
      case 'parameter':
        return this.parameter(expression)
      case 'variable':
        return this.variable(expression)
      case 'property':
        return this.property(expression)
      case 'labels':
        return this.hasLabels(expression)
      case 'unary':
        return this.unary(expression)
      case 'binary':
        return this.binary(expression)
      case 'comparison':
        return this.comparison(expression)
      case 'logical':
        return {
          kind: 'logical',
          operator: expression.operator,
          operands: expression.operands.map((operand) =>
            this.accept(operand, ['boolean'], expression.operator.toUpperCase()),
          ),
          type: 'boolean',
          position,
        }
      case 'call':
        return this.call(expression)
      case 'list':
        return { kind: 'list', items: this.bindAll(expression.items), type: 'list', position }
      case 'map':
        return { kind: 'map', entries: this.entries(expression.entries), type: 'map', position }
      case 'index':
        return this.index(expression.target, expression.index, expression.at)
      case 'slice':
        return this.slice(expression)
      case 'case':
        return this.case(expression)
      case 'comprehension':
        return this.comprehension(expression)
      case 'quantifier':
        return this.quantifier(expression)
      case 'mapProjection':
        return this.mapProjection(expression)
      case 'patternComprehension':
        return bindPatternComprehension(this.analysis, expression, this.surroundings.scope)
      case 'reduce':
        return this.reduce(expression)
      case 'pattern':
        if (expression.path.shortest !== null)
          return bindShortestPath(this.analysis, expression, this.surroundings.scope)
        return this.analysis.fail(
          'SYNTAX_ERROR',
          expression.at,
          'a pattern stands for a predicate only, and here is none',
          'write EXISTS { (a)-->(b) }, or [(a)-->(b) | b] for what it finds',
        )
      case 'subquery':
        return bindSubquery(this.analysis, expression, this.surroundings.scope)
    }
  }

  private bindAll(expressions: readonly Expression[]): BoundExpression[] {
    return expressions.map((expression) => this.bind(expression))
  }

  private entries(entries: readonly { readonly key: Name; readonly value: Expression }[]): BoundEntry[] {
    return entries.map(({ key, value }) => ({ name: key.name, value: this.bind(value) }))
  }

  /** Binds what must be able to be one of `accepted`; `by` is what asks for it. */
  accept(
    expression: Expression,
    accepted: readonly StaticType[],
    by: string,
    openCypher?: OpenCypherName,
  ): BoundExpression {
    if (isPredicate(expression) && accepted.every((type) => type === 'boolean')) return this.predicate(expression)
    const bound = this.bind(expression)
    if (!canBe(bound.type, accepted)) this.refuseType(bound, accepted, by, openCypher)
    return bound
  }

  private refuseType(
    bound: BoundExpression,
    accepted: readonly StaticType[],
    by: string,
    name?: OpenCypherName,
  ): never {
    const message = `${by} takes ${typeInWords(accepted)}, and this is ${typeInWords([bound.type])}`
    return this.analysis.fail('TYPE_MISMATCH', bound.position.offset, message, undefined, name)
  }

  private predicate(pattern: PatternExpression): BoundExpression {
    return this.surroundings.replace?.(pattern) ?? bindPatternPredicate(this.analysis, pattern, this.surroundings.scope)
  }

  private parameter({ name, lifted, items, at }: ParameterExpression): BoundExpression {
    this.analysis.parameters.add(name)
    const position = this.analysis.position(at)
    return { kind: 'parameter', name, items: items ?? 'any', type: lifted ?? 'any', position }
  }

  private variable(expression: VariableExpression): BoundExpression {
    const slot = this.surroundings.scope.find(expression.name)
    if (slot === undefined) undefinedVariable(this.analysis, this.surroundings.scope, expression)
    return slotExpression(this.analysis, slot, expression.at)
  }

  private property(expression: PropertyExpression): BoundExpression {
    const target = this.bind(expression.target)
    const name = target.type === 'path' ? {} : { type: 'TypeError' }
    if (!canBe(target.type, withMembers)) this.refuseType(target, withMembers, `.${expression.name.name}`, name)
    const position = this.analysis.position(expression.at)
    return { kind: 'property', target, name: expression.name.name, type: 'any', position }
  }

  private hasLabels({ target, labels }: LabelsExpression): BoundExpression {
    return bindLabelTests(this.analysis, labels, this.accept(target, entityTypes, 'a test of labels'))
  }

  private unary({ operator, operand, at }: UnaryExpression): BoundExpression {
    const position = this.analysis.position(at)
    switch (operator) {
      case 'not':
        return { kind: 'unary', operator, operand: this.accept(operand, ['boolean'], 'NOT'), type: 'boolean', position }
      case 'isNull':
      case 'isNotNull':
        return { kind: 'unary', operator, operand: this.bind(operand), type: 'boolean', position }
      case 'negate':
      case 'plus': {
        const bound = this.accept(operand, numeric, operator === 'plus' ? '+' : '-')
        return { kind: 'unary', operator, operand: bound, type: bound.type, position }
      }
    }
  }

  private binary({ operator, left, right, at }: BinaryExpression): BoundExpression {
    return this.combine(operator, this.bind(left), this.bind(right), at)
  }

  private combine(
    operator: BinaryOperator,
    left: BoundExpression,
    right: BoundExpression,
    at: number,
  ): BoundExpression {
    const type = binaryType(operator, left.type, right.type)
    if (type === undefined) {
      const types = `${typeInWords([left.type])} and ${typeInWords([right.type])}`
      this.analysis.fail('TYPE_MISMATCH', at, `${operator.toUpperCase()} cannot take ${types}`)
    }
    return { kind: 'binary', operator, left, right, type, position: this.analysis.position(at) }
  }

  /** A chain is the AND of its links; the operand between two links is evaluated for each of them. */
  private comparison({ operators, operands, at }: ComparisonExpression): BoundExpression {
    const bound = this.bindAll(operands)
    const links = operators.map((operator, i) => this.combine(operator, bound[i]!, bound[i + 1]!, operands[i]!.at))
    const position = this.analysis.position(at)
    return links.length === 1
      ? links[0]!
      : { kind: 'logical', operator: 'and', operands: links, type: 'boolean', position }
  }

  private index(target: Expression, index: Expression, at: number): BoundExpression {
    const container = this.accept(target, ['list', ...withMembers], 'an index', { type: 'TypeError' })
    const key = this.indexOf(container, index)
    return { kind: 'index', target: container, index: key, type: 'any', position: this.analysis.position(at) }
  }

  private indexOf(container: BoundExpression, index: Expression): BoundExpression {
    if (container.type === 'list') return this.accept(index, ['integer'], 'an index of a LIST', { type: 'TypeError' })
    if (canBe(container.type, ['list']))
      return this.accept(index, ['integer', 'string'], 'an index', { type: 'TypeError' })
    return this.accept(index, ['string'], 'an index of a MAP', { type: 'TypeError' })
  }

  private slice({ target, from, to, at }: SliceExpression): BoundExpression {
    const bound = (end: Expression | null) => (end === null ? null : this.accept(end, ['integer'], 'a slice'))
    const list = this.accept(target, ['list'], 'a slice')
    return {
      kind: 'slice',
      target: list,
      from: bound(from),
      to: bound(to),
      type: 'list',
      position: this.analysis.position(at),
    }
  }

  private case({ operand, branches, otherwise, at }: CaseExpression): BoundExpression {
    const bound = branches.map(({ when, result }) => ({
      when: operand === null ? this.accept(when, ['boolean'], 'WHEN') : this.bind(when),
      // biome-ignore lint/suspicious/noThenProperty: named as Cypher names it; nobody awaits a branch
      then: this.bind(result),
    }))
    const last = otherwise === null ? null : this.bind(otherwise)
    return {
      kind: 'case',
      operand: operand === null ? null : this.bind(operand),
      branches: bound,
      otherwise: last,
      type: bound.reduce<StaticType>((type, { then }) => unite(type, then.type), last?.type ?? 'null'),
      position: this.analysis.position(at),
    }
  }

  private comprehension({ variable, list, where, result, at }: ListComprehension): BoundExpression {
    const bound = this.accept(list, ['list'], 'IN')
    const { slot, binder } = this.within(variable, itemType(this.analysis, bound))
    const condition = where === null ? null : binder.accept(where, ['boolean'], 'WHERE')
    const value = result === null ? null : binder.bind(result)
    if (asks(where, result)) {
      const items = { slot, where: condition, value: value ?? slotExpression(this.analysis, slot, at) }
      return collectItems(this.analysis, bound, items)
    }
    const position = this.analysis.position(at)
    return { kind: 'comprehension', slot, list: bound, where: condition, result: value, type: 'list', position }
  }

  private quantifier({ quantifier, variable, list, where, at }: QuantifierExpression): BoundExpression {
    const bound = this.accept(list, ['list'], quantifier)
    const { slot, binder } = this.within(variable, itemType(this.analysis, bound))
    const test = binder.accept(where, ['boolean'], 'WHERE')
    const position = this.analysis.position(at)
    if (!asks(where))
      return { kind: 'quantifier', quantifier, slot, list: bound, where: test, type: 'boolean', position }
    // The tests are asked by a query; the quantifier judges their answers.
    const answers = collectItems(this.analysis, bound, { slot, where: null, value: test })
    const answer = this.analysis.newSlot({ name: 'answer', type: 'boolean', nullable: true, anonymous: true })
    const isTrue = slotExpression(this.analysis, answer, where.at)
    return { kind: 'quantifier', quantifier, slot: answer, list: answers, where: isTrue, type: 'boolean', position }
  }

  private reduce(expression: ReduceExpression): BoundExpression {
    const initial = this.bind(expression.initial)
    const list = this.accept(expression.list, ['list'], 'reduce')
    const outer = this.within(expression.accumulator, 'any')
    const inner = outer.binder.within(expression.variable, itemType(this.analysis, list))
    const [accumulator, slot] = [outer.slot, inner.slot]
    const result = inner.binder.bind(expression.result)
    if (asks(expression.result)) {
      return reduceItems(this.analysis, list, { accumulator, initial, slot, where: null, value: result })
    }
    const position = this.analysis.position(expression.at)
    return { kind: 'reduce', accumulator, initial, slot, list, result, type: 'any', position }
  }

  private mapProjection({ variable, items, at }: MapProjection): BoundExpression {
    const owner: VariableExpression = { kind: 'variable', ...variable }
    return {
      kind: 'mapProjection',
      target: this.accept(owner, withMembers, 'a map projection'),
      items: items.map((item) => (item.kind === 'all' ? 'all' : this.projectedEntry(owner, item))),
      type: 'map',
      position: this.analysis.position(at),
    }
  }

  private projectedEntry(owner: VariableExpression, item: Exclude<MapProjectionItem, { kind: 'all' }>): BoundEntry {
    const { name, at } = item.key
    switch (item.kind) {
      case 'property':
        return { name, value: this.bind({ kind: 'property', at, target: owner, name: item.key }) }
      case 'variable':
        return { name, value: this.bind({ kind: 'variable', at, name }) }
      case 'entry':
        return { name, value: this.bind(item.value) }
    }
  }

  /** A binder that also sees `variable`, which hides an outer one of its name and belongs to no group. */
  private within(variable: Name, type: StaticType): { readonly slot: Slot; readonly binder: ExpressionBinder } {
    const slot = this.analysis.newSlot({ name: variable.name, type, nullable: true })
    const { scope: outer, replace } = this.surroundings
    const scope = new Scope(outer)
    scope.declare(variable.name, slot)
    const surroundings: Surroundings = {
      ...plainSurroundings(this.analysis, scope, 'an expression for each item of a list'),
      ...(replace && { replace: (part) => (isOutside(part, variable.name) ? replace(part) : undefined) }),
    }
    return { slot, binder: new ExpressionBinder(this.analysis, surroundings) }
  }

  private call(call: CallExpression): BoundExpression {
    const { name, at } = call
    if (isAggregate(call)) return this.surroundings.aggregate(call)
    const pattern = patternAskedFor(call)
    if (pattern !== undefined) return this.predicate(pattern)
    const found = this.analysis.library.findFunction(name.name) ?? this.unknownFunction(name)
    if (call.distinct)
      this.analysis.fail('SYNTAX_ERROR', at, `DISTINCT is for aggregating functions; ${found.name} is none`)
    if (call.arguments === 'all')
      this.analysis.fail('SYNTAX_ERROR', at, `${found.name}(*) has no meaning; only count(*) has`)
    const args = this.arguments(found, call.arguments, at)
    const type = found.result(args.map((argument) => argument.type))
    return {
      kind: 'call',
      name: found.name,
      called: found,
      arguments: args,
      type,
      position: this.analysis.position(at),
    }
  }

  private unknownFunction({ name, at }: Name): never {
    if (/^(all|any|none|single)$/i.test(name))
      this.analysis.fail('SYNTAX_ERROR', at, `${name} asks something of each item: ${name}(x IN list WHERE x > 0)`)
    const similar = nearest(name, [...this.analysis.library.functionNames(), ...aggregateNames])
    const hint = similar === undefined ? undefined : `did you mean ${similar}?`
    return this.analysis.fail('FUNCTION_UNKNOWN', at, `there is no function ${name}`, hint)
  }

  private arguments(found: CypherFunction, args: readonly Expression[], at: number): BoundExpression[] {
    const { parameters, optionalCount, variadic, name } = found
    const countMin = parameters.length - optionalCount
    if (args.length < countMin || (args.length > parameters.length && !variadic)) {
      const message = `${name} takes ${countInWords(found)}, and here are ${args.length}`
      this.analysis.fail('ARGUMENT_COUNT', at, message)
    }
    return args.map((argument, i) => this.accept(argument, parameters[Math.min(i, parameters.length - 1)]!, name))
  }
}

function asks(...expressions: readonly (Expression | null)[]): boolean {
  return expressions.some((expression) => expression !== null && findQuery(expression) !== undefined)
}

/** A pattern that finds no shortest path can only be asked whether it is there. */
export function isPredicate(expression: Expression): expression is PatternExpression {
  return expression.kind === 'pattern' && expression.path.shortest === null
}

/** `exists((a)-->(b))`, the older spelling of the pattern as a predicate. */
function patternAskedFor({ name, arguments: args }: CallExpression): PatternExpression | undefined {
  if (name.name.toLowerCase() !== 'exists' || args === 'all') return undefined
  const [asked, ...others] = args
  return asked !== undefined && others.length === 0 && isPredicate(asked) ? asked : undefined
}

function countInWords({ parameters, optionalCount, variadic }: CypherFunction): string {
  const countMin = parameters.length - optionalCount
  if (variadic) return `${countMin} or more arguments`
  const counts = optionalCount === 0 ? `${countMin}` : `${countMin} to ${parameters.length}`
  return `${counts} ${counts === '1' ? 'argument' : 'arguments'}`
}

export function slotExpression(analysis: Analysis, slot: Slot, at: number): BoundExpression {
  return { kind: 'slot', slot, type: analysis.info(slot).type, position: analysis.position(at) }
}

/** Whether a part is an outer variable, or a property of one, and not the variable `inner` that hides it. */
function isOutside(part: Expression, inner: string): boolean {
  if (part.kind === 'property') return isOutside(part.target, inner)
  return part.kind === 'variable' && part.name !== inner
}
