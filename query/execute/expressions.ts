/**
 * Expressions as JavaScript source.
 *
 * A predicate is asked one of two questions, "is it true?" or "is it false?", and each is a plain JavaScript boolean:
 * AND is true when all its parts are, false when one of them is, and NOT turns the one question into the other. So the
 * third truth value costs nothing in a filter; it comes into being where a predicate is asked for its value.
 *
 * Every operand is evaluated at most once, in order, and AND and OR stop as soon as the answer is known, so that
 * `n.x <> 0 AND 10 / n.x > 1` never divides by zero.
 */

import { isGiven } from '../plan/expressions.js'
import type { BinaryOperator, BoundEntry, BoundExpression, Slot } from '../semantics/bound.js'
import { columnTest } from './column-tests.js'
import { keyedColumn } from './operators/property-keys.js'
import type { Pipeline, Variable } from './pipeline.js'
import { placeValue } from './place-reads.js'
import type { HelperName } from './runtime/helpers.js'

type Of<Kind extends BoundExpression['kind']> = Extract<BoundExpression, { readonly kind: Kind }>

/** Source of the value, in the general form. */
export function valueSource(expression: BoundExpression, pipeline: Pipeline): string {
  const value = (part: BoundExpression) => valueSource(part, pipeline)
  const call = (name: HelperName, ...parts: readonly string[]) =>
    `${checkedHelper(name, expression, pipeline)}(${parts.join(', ')})`
  switch (expression.kind) {
    case 'literal':
      return literal(expression, pipeline)
    case 'parameter':
      return pipeline.once('p', `x.parameters[${pipeline.query.parameterIndex(expression.name)}]`)
    case 'slot':
      return generalValue(pipeline.get(expression.slot), pipeline)
    case 'subquery':
      throw new Error('the planner takes queries out of expressions')
    case 'property':
      return placeValue(expression, pipeline) ?? propertyValue(expression, pipeline)
    case 'hasLabels':
      return call('hasLabels', 'tx', value(expression.target), pipeline.constant(expression.labels))
    case 'unary':
      return unaryValue(expression, pipeline)
    case 'binary':
      return (
        memberTest(expression, pipeline) ??
        call(binaryHelpers[expression.operator], value(expression.left), value(expression.right))
      )
    case 'logical':
      return logicalValue(expression, pipeline)
    case 'call':
      return callValue(expression, pipeline)
    case 'list':
      return `[${expression.items.map(value).join(', ')}]`
    case 'map':
      return mapValue(expression, pipeline)
    case 'index':
      return (
        keyedValue(expression, pipeline) ??
        placeValue(expression, pipeline) ??
        call('itemOf', 'tx', value(expression.target), value(expression.index))
      )
    case 'slice': {
      const bounds = [expression.from, expression.to].map((bound) => (bound === null ? 'undefined' : value(bound)))
      return call('slice', value(expression.target), ...bounds)
    }
    case 'case':
      return caseValue(expression, pipeline)
    case 'comprehension':
      return comprehensionValue(expression, pipeline)
    case 'reduce':
      return reduceValue(expression, pipeline)
    case 'mapProjection':
      return mapProjectionValue(expression, pipeline)
    case 'quantifier': {
      const test = withItem(expression.slot, pipeline, () => truthOf(expression.where, pipeline))
      return call(quantifierHelpers[expression.quantifier], value(expression.list), `(v${expression.slot}) => ${test}`)
    }
  }
}

/** The name of a helper that may refuse a value, which is then told to be at the place of the expression. */
export function checkedHelper(name: HelperName, { position }: BoundExpression, pipeline: Pipeline): string {
  return pipeline.helper(name) + pipeline.query.places.mark(position)
}

const binaryHelpers: Readonly<Record<BinaryOperator, HelperName>> = {
  '=': 'equals',
  '<>': 'notEquals',
  '<': 'lessThan',
  '<=': 'lessOrEqual',
  '>': 'greaterThan',
  '>=': 'greaterOrEqual',
  '+': 'add',
  '-': 'subtract',
  '||': 'concatenate',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
  '^': 'power',
  in: 'isIn',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  contains: 'contains',
  '=~': 'matches',
}

const quantifierHelpers: Readonly<Record<Of<'quantifier'>['quantifier'], HelperName>> = {
  all: 'allOf',
  any: 'anyOf',
  none: 'noneOf',
  single: 'singleOf',
}

/** Source of a JavaScript boolean: whether the predicate is true, and neither false nor null. */
export function isTrue(predicate: BoundExpression, pipeline: Pipeline): string {
  switch (predicate.kind) {
    case 'logical': {
      const { operator, operands } = predicate
      if (operator === 'xor') break
      return joined(operands, operator === 'and' ? '&&' : '||', (operand) => isTrue(operand, pipeline))
    }
    case 'unary':
      if (predicate.operator === 'not') return isFalse(predicate.operand, pipeline)
      if (predicate.operator === 'isNull') return isNull(predicate.operand, pipeline)
      if (predicate.operator === 'isNotNull') return `!${isNull(predicate.operand, pipeline)}`
      break
    case 'binary': {
      const test = sameEntity(predicate, pipeline) ?? columnTest(predicate, pipeline)
      if (test !== undefined) return test
      break
    }
  }
  return `${truthOf(predicate, pipeline)} === true`
}

/** Source of a JavaScript boolean: whether the predicate is false, and neither true nor null. */
export function isFalse(predicate: BoundExpression, pipeline: Pipeline): string {
  if (predicate.kind === 'logical' && predicate.operator !== 'xor') {
    const { operator, operands } = predicate
    return joined(operands, operator === 'and' ? '||' : '&&', (operand) => isFalse(operand, pipeline))
  }
  if (predicate.kind === 'unary') {
    if (predicate.operator === 'not') return isTrue(predicate.operand, pipeline)
    if (predicate.operator === 'isNull') return `!${isNull(predicate.operand, pipeline)}`
    if (predicate.operator === 'isNotNull') return isNull(predicate.operand, pipeline)
  }
  return `${truthOf(predicate, pipeline)} === false`
}

/** `owner.name = value`, as the pattern writes it inside a relationship. */
export function propertyEquals(owner: Slot, { name, value }: BoundEntry): BoundExpression {
  const { position } = value
  const target: BoundExpression = { kind: 'slot', slot: owner, type: 'relationship', position }
  const left: BoundExpression = { kind: 'property', target, name, type: 'any', position }
  return { kind: 'binary', operator: '=', left, right: value, type: 'boolean', position }
}

/** The value in a variable in the general form: an id becomes a reference, a trail its list. */
export function generalValue({ text, as }: Variable, pipeline: Pipeline): string {
  switch (as) {
    case 'value':
      return text
    case 'node':
      return `new ${pipeline.helper('NodeRef')}(${text})`
    case 'relationship':
      return `new ${pipeline.helper('RelationshipRef')}(${text})`
    case 'trail':
      return `${text}.refs()`
  }
}

/** Source of true, false or null; TYPE_MISMATCH when run on anything else. */
function truthOf(predicate: BoundExpression, pipeline: Pipeline): string {
  const value = valueSource(predicate, pipeline)
  return predicate.type === 'boolean' ? value : `${checkedHelper('truth', predicate, pipeline)}(${value})`
}

function isNull(expression: BoundExpression, pipeline: Pipeline): string {
  return `(${valueSource(expression, pipeline)} === null)`
}

function joined(
  parts: readonly BoundExpression[],
  operator: string,
  source: (part: BoundExpression) => string,
): string {
  return `(${parts.map(source).join(` ${operator} `)})`
}

function literal({ value }: Of<'literal'>, pipeline: Pipeline): string {
  return value === null || typeof value === 'boolean' ? String(value) : pipeline.once('c', pipeline.constant(value))
}

/** `a = b` and `a <> b` of two nodes or two relationships compare their ids. */
function sameEntity({ operator, left, right }: Of<'binary'>, pipeline: Pipeline): string | undefined {
  if (operator !== '=' && operator !== '<>') return undefined
  if (left.kind !== 'slot' || right.kind !== 'slot') return undefined
  const one = pipeline.get(left.slot)
  const other = pipeline.get(right.slot)
  if (one.as !== other.as || (one.as !== 'node' && one.as !== 'relationship')) return undefined
  return `${one.text} ${operator === '=' ? '===' : '!=='} ${other.text}`
}

/** `n IN list` of a node or a relationship, where the list is a value that many rows may share. */
function memberTest({ operator, left, right }: Of<'binary'>, pipeline: Pipeline): string | undefined {
  if (operator !== 'in' || left.kind !== 'slot' || right.kind !== 'slot') return undefined
  const { text, as } = pipeline.get(left.slot)
  if (as !== 'node' && as !== 'relationship') return undefined
  const list = valueSource(right, pipeline)
  const members = pipeline.own('members', `new ${pipeline.helper('Members')}('${as}')`)
  return `${members}.has${pipeline.query.places.mark(right.position)}(${list}, ${text})`
}

/** A property of a known node or relationship is read from its column, any other by what the target turns out to be. */
function propertyValue({ target, name }: Of<'property'>, pipeline: Pipeline): string {
  const variable = target.kind === 'slot' ? pipeline.get(target.slot) : undefined
  const isEntity = variable?.as === 'node' || variable?.as === 'relationship'
  if (!isEntity || !pipeline.hasViews)
    return `${checkedHelper('propertyOf', target, pipeline)}(tx, ${valueSource(target, pipeline)}, ${pipeline.constant(name)})`
  if (name === '_key' && variable.as === 'node') return `tx.keyOf(${variable.text})`
  // A view pays from the second row on.
  if (!pipeline.isInLoop)
    return `${pipeline.helper('propertyAt')}(tx, '${variable.as}', ${variable.text}, ${pipeline.constant(name)})`
  return `${columnOf(variable.as, name, pipeline)}.valueAt(${variable.text})`
}

/** `n[k]` where `k` is one of the keys of `n`. */
function keyedValue(expression: Of<'index'>, pipeline: Pipeline): string | undefined {
  const keyed = keyedColumn(expression, pipeline)
  return keyed && `${keyed.column}.valueAt(${keyed.id})`
}

/** The view of a property's column, fetched once. */
export function columnOf(entity: 'node' | 'relationship', name: string, pipeline: Pipeline): string {
  return pipeline.once('col', `${pipeline.helper('column')}(tx, '${entity}', ${pipeline.constant(name)})`)
}

function unaryValue({ operator, operand }: Of<'unary'>, pipeline: Pipeline): string {
  switch (operator) {
    case 'not':
      return `${pipeline.helper('not')}(${truthOf(operand, pipeline)})`
    case 'negate':
      return `${checkedHelper('negate', operand, pipeline)}(${valueSource(operand, pipeline)})`
    case 'plus':
      return `${checkedHelper('plus', operand, pipeline)}(${valueSource(operand, pipeline)})`
    case 'isNull':
      return isNull(operand, pipeline)
    case 'isNotNull':
      return `!${isNull(operand, pipeline)}`
  }
}

/** Stops at the first operand that decides; otherwise the whole is null when one of the operands is. */
function logicalValue({ operator, operands }: Of<'logical'>, pipeline: Pipeline): string {
  if (operator === 'xor') {
    const xor = pipeline.helper('xor')
    return operands.map((operand) => truthOf(operand, pipeline)).reduce((left, right) => `${xor}(${left}, ${right})`)
  }
  const kept = operands.map((operand) => ({ name: pipeline.variable('t', 'null'), code: truthOf(operand, pipeline) }))
  const decisive = operator === 'or'
  const decides = kept.map(({ name, code }) => `(${name} = ${code}) === ${decisive}`).join(' || ')
  const unknown = kept.map(({ name }) => `${name} === null`).join(' || ')
  return `(${decides} ? ${decisive} : ${unknown} ? null : ${!decisive})`
}

function callValue(expression: Of<'call'>, pipeline: Pipeline): string {
  const asked = searchQuestion(expression, pipeline)
  if (asked !== undefined) return asked
  const values = expression.arguments.map((argument) => valueSource(argument, pipeline))
  const { name, body } = expression.called
  const mark = pipeline.query.places.mark(expression.position)
  // The name is that of the registry, not as the query spells it.
  if (body.kind === 'graph') return `${pipeline.helper('graphFunctions')}.${name}${mark}(tx, ${values.join(', ')})`
  return `${pipeline.constant(body.evaluate)}${mark}(${['x.environment', ...values].join(', ')})`
}

/** A search that is the same for all rows is read once for all of them. */
function searchQuestion(expression: Of<'call'>, pipeline: Pipeline): string | undefined {
  const { called, arguments: given, position } = expression
  const method = searchQuestions.get(called.name)
  const [entity, ...rest] = given
  // Where the rows of the pipeline write, each is to be asked about the index as it is by then.
  if (method === undefined || entity?.kind !== 'slot' || !pipeline.hasViews || !rest.every(isGiven)) return undefined
  const { text, as } = pipeline.get(entity.slot)
  if (as !== 'node' && as !== 'relationship') return undefined
  const values = rest.map((part) => valueSource(part, pipeline)).join(', ')
  const asked = pipeline.once('asked', `new ${pipeline.helper('SearchQuestion')}(tx, '${as}', ${values})`)
  return `${asked}.${method}${pipeline.query.places.mark(position)}(${text})`
}

const searchQuestions: ReadonlyMap<string, 'matches' | 'nearest' | 'score'> = new Map([
  ['search.matches', 'matches'],
  ['search.nearest', 'nearest'],
  ['search.score', 'score'],
])

function mapValue({ entries }: Of<'map'>, pipeline: Pipeline): string {
  const pairs = entries.map(({ name, value }) => `[${pipeline.constant(name)}, ${valueSource(value, pipeline)}]`)
  return `new Map([${pairs.join(', ')}])`
}

function caseValue({ operand, branches, otherwise }: Of<'case'>, pipeline: Pipeline): string {
  const last = otherwise === null ? 'null' : valueSource(otherwise, pipeline)
  if (operand === null)
    return `(${branches.map(({ when, then }) => `${isTrue(when, pipeline)} ? ${valueSource(then, pipeline)} : `).join('')}${last})`
  const subject = pipeline.variable('t', 'null')
  const equals = pipeline.helper('equals')
  const tests = branches.map(
    ({ when, then }) =>
      `${equals}(${subject}, ${valueSource(when, pipeline)}) === true ? ${valueSource(then, pipeline)} : `,
  )
  return `(${subject} = ${valueSource(operand, pipeline)}, ${tests.join('')}${last})`
}

function comprehensionValue({ slot, list, where, result }: Of<'comprehension'>, pipeline: Pipeline): string {
  const [test, item] = withItem(slot, pipeline, () => [
    where === null ? 'true' : isTrue(where, pipeline),
    result === null ? `v${slot}` : valueSource(result, pipeline),
  ])
  const functions = `(v${slot}) => ${test}, (v${slot}) => ${item}`
  return `${checkedHelper('comprehend', list, pipeline)}(x, ${valueSource(list, pipeline)}, ${functions})`
}

function reduceValue({ accumulator, initial, slot, list, result }: Of<'reduce'>, pipeline: Pipeline): string {
  const step = withItem(accumulator, pipeline, () => withItem(slot, pipeline, () => valueSource(result, pipeline)))
  const start = `${valueSource(list, pipeline)}, ${valueSource(initial, pipeline)}`
  return `${checkedHelper('reduce', list, pipeline)}(x, ${start}, (v${accumulator}, v${slot}) => ${step})`
}

function mapProjectionValue({ target, items }: Of<'mapProjection'>, pipeline: Pipeline): string {
  const subject = pipeline.variable('t', 'null')
  const properties = `...${pipeline.helper('graphFunctions')}.properties(tx, ${subject})`
  const entries = items.map((item) =>
    item === 'all' ? properties : `[${pipeline.constant(item.name)}, ${valueSource(item.value, pipeline)}]`,
  )
  return `((${subject} = ${valueSource(target, pipeline)}) === null ? null : new Map([${entries.join(', ')}]))`
}

/** Compiles what is inside a comprehension or quantifier, where its item is the argument of a function. */
function withItem<T>(slot: Slot, pipeline: Pipeline, compile: () => T): T {
  pipeline.variables.set(slot, { text: `v${slot}`, as: 'value' })
  const compiled = pipeline.withinFunction(compile)
  pipeline.variables.delete(slot)
  return compiled
}
