/** Questions and rewritings over bound expressions that the planner and the compiler share. */
import type { Value } from '../../src/core/value.js'
import type { BoundExpression, Slot } from '../semantics/bound.js'

/** The expressions directly inside one, in order of evaluation. */
export function childrenOf(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'literal':
    case 'parameter':
    case 'slot':
    // A query within an expression is taken out of it before anything is asked of its parts.
    case 'subquery':
      return []
    case 'property':
    case 'hasLabels':
      return [expression.target]
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'logical':
      return expression.operands
    case 'call':
      return expression.arguments
    case 'list':
      return expression.items
    case 'map':
      return expression.entries.map((entry) => entry.value)
    case 'index':
      return [expression.target, expression.index]
    case 'slice':
      return present([expression.target, expression.from, expression.to])
    case 'case':
      return present([
        expression.operand,
        ...expression.branches.flatMap((branch) => [branch.when, branch.then]),
        expression.otherwise,
      ])
    case 'comprehension':
      return present([expression.list, expression.where, expression.result])
    case 'quantifier':
      return [expression.list, expression.where]
    case 'reduce':
      return [expression.initial, expression.list, expression.result]
    case 'mapProjection':
      return [expression.target, ...expression.items.flatMap((item) => (item === 'all' ? [] : [item.value]))]
  }
}

/** The same expression with each direct child replaced by what `change` makes of it. */
export function mapChildren(
  expression: BoundExpression,
  change: (child: BoundExpression) => BoundExpression,
): BoundExpression {
  const changeOptional = (child: BoundExpression | null) => (child === null ? null : change(child))
  switch (expression.kind) {
    case 'literal':
    case 'parameter':
    case 'slot':
    case 'subquery':
      return expression
    case 'property':
    case 'hasLabels':
      return { ...expression, target: change(expression.target) }
    case 'unary':
      return { ...expression, operand: change(expression.operand) }
    case 'binary':
      return { ...expression, left: change(expression.left), right: change(expression.right) }
    case 'logical':
      return { ...expression, operands: expression.operands.map(change) }
    case 'call':
      return { ...expression, arguments: expression.arguments.map(change) }
    case 'list':
      return { ...expression, items: expression.items.map(change) }
    case 'map':
      return {
        ...expression,
        entries: expression.entries.map((entry) => ({ name: entry.name, value: change(entry.value) })),
      }
    case 'index':
      return { ...expression, target: change(expression.target), index: change(expression.index) }
    case 'slice':
      return {
        ...expression,
        target: change(expression.target),
        from: changeOptional(expression.from),
        to: changeOptional(expression.to),
      }
    case 'case':
      return {
        ...expression,
        operand: changeOptional(expression.operand),
        // biome-ignore lint/suspicious/noThenProperty: a branch of CASE is no promise
        branches: expression.branches.map((branch) => ({ when: change(branch.when), then: change(branch.then) })),
        otherwise: changeOptional(expression.otherwise),
      }
    case 'comprehension':
      return {
        ...expression,
        list: change(expression.list),
        where: changeOptional(expression.where),
        result: changeOptional(expression.result),
      }
    case 'quantifier':
      return { ...expression, list: change(expression.list), where: change(expression.where) }
    case 'reduce': {
      const { initial, list, result } = expression
      return { ...expression, initial: change(initial), list: change(list), result: change(result) }
    }
    case 'mapProjection':
      return {
        ...expression,
        target: change(expression.target),
        items: expression.items.map((item) => (item === 'all' ? item : { ...item, value: change(item.value) })),
      }
  }
}

/** Calls `visit` for the expression and everything inside it. */
export function walk(expression: BoundExpression, visit: (expression: BoundExpression) => void): void {
  visit(expression)
  for (const child of childrenOf(expression)) walk(child, visit)
}

/** Adds to `slots` the slots that the expression reads from its row; those it binds itself are not among them. */
export function addSlotsRead(expression: BoundExpression, slots: Set<Slot>): Set<Slot> {
  const own = new Set<Slot>()
  walk(expression, (part) => {
    if (part.kind === 'comprehension' || part.kind === 'quantifier' || part.kind === 'reduce') own.add(part.slot)
    if (part.kind === 'reduce') own.add(part.accumulator)
  })
  walk(expression, (part) => {
    if (part.kind === 'slot' && !own.has(part.slot)) slots.add(part.slot)
  })
  return slots
}

export function slotsRead(...expressions: readonly (BoundExpression | null)[]): Set<Slot> {
  const slots = new Set<Slot>()
  for (const expression of expressions) if (expression !== null) addSlotsRead(expression, slots)
  return slots
}

/** Whether it is the same each time it is computed over a row: `rand()` is not. */
export function isDeterministic(expression: BoundExpression): boolean {
  if (expression.kind === 'call' && !expression.called.deterministic) return false
  return childrenOf(expression).every(isDeterministic)
}

/** Whether its value is known before any row: it is made of literals and parameters. */
export function isGiven(expression: BoundExpression): boolean {
  if (expression.kind === 'literal' || expression.kind === 'parameter') return true
  return (expression.kind === 'map' || expression.kind === 'list') && childrenOf(expression).every(isGiven)
}

/** The value of what `isGiven`; undefined where that of a parameter is missing. */
export function valueGiven(
  expression: BoundExpression,
  parameterOf: (name: string) => Value | undefined,
): Value | undefined {
  if (expression.kind === 'literal') return expression.value
  if (expression.kind === 'parameter') return parameterOf(expression.name)
  const values = childrenOf(expression).map((child) => valueGiven(child, parameterOf))
  if (!values.every((value) => value !== undefined)) return undefined
  return expression.kind === 'map' ? new Map(expression.entries.map(({ name }, i) => [name, values[i]!])) : values
}

/** Whether it asks more of the database than its slots tell: `labels(n)`, `key.get('a')`. */
export function callsGraph(expression: BoundExpression): boolean {
  if (expression.kind === 'call' && expression.called.body.kind === 'graph') return true
  return childrenOf(expression).some(callsGraph)
}

/** Replaces slots by the expressions that `replacements` has for them. */
export function substitute(
  expression: BoundExpression,
  replacements: ReadonlyMap<Slot, BoundExpression>,
): BoundExpression {
  if (expression.kind === 'slot') return replacements.get(expression.slot) ?? expression
  return mapChildren(expression, (child) => substitute(child, replacements))
}

/** The parts that must all be true for the whole to be true. */
export function conjunctsOf(expression: BoundExpression): readonly BoundExpression[] {
  return expression.kind === 'logical' && expression.operator === 'and'
    ? expression.operands.flatMap(conjunctsOf)
    : [expression]
}

function present(expressions: readonly (BoundExpression | null)[]): readonly BoundExpression[] {
  return expressions.filter((expression) => expression !== null)
}
