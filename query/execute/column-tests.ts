/**
 * Comparisons of a property with a constant, on the words of its column.
 *
 * A column tells for each extent how its values are kept. Where that is the way in which the constant would be kept,
 * the words are compared and no value is made:
 *
 *   b.age > 30        col.encodingAt(s2) === e0 ? col.wordAt(s2) > n0 : <general comparison>
 *   b.city = 'Oslo'   col.encodingAt(s2) === e1 ? col.wordAt(s2) === w1 : <general comparison>
 *
 * The constant is looked at once a run: e0 is the encoding in which it can be compared, or -1, which no extent has, so
 * that every value takes the general way. A string is compared by its code in the dictionary.
 *
 * Where all values of the column are kept in that encoding, which the run asks before its loops, the loops compare words
 * and nothing else: without a call in them V8 keeps what they read in registers (twice the steps a second in a walk of
 * two hops).
 */

import { encodings } from '../../src/transaction/transaction.js'
import type { BinaryOperator, BoundExpression } from '../semantics/bound.js'
import { columnOf, valueSource } from './expressions.js'
import type { Pipeline, Variable } from './pipeline.js'

type Comparison = Extract<BoundExpression, { readonly kind: 'binary' }>

const mirrored: Partial<Record<BinaryOperator, BinaryOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** Source of a boolean that says whether the comparison is true; undefined where no side is a property of an entity. */
export function columnTest({ operator, left, right }: Comparison, pipeline: Pipeline): string | undefined {
  const turned = mirrored[operator]
  if (turned === undefined || !pipeline.hasViews) return undefined
  return (
    sideTest(left, operator, right, pipeline) ??
    sideTest(right, turned, left, pipeline) ??
    propertiesTest({ operator, left, right }, pipeline)
  )
}

/**
 * Two properties are compared by words where both columns hold integers only, else as values. That of an entity which
 * an outer loop has found is read there.
 */
function propertiesTest(
  { operator, left, right }: Pick<Comparison, 'operator' | 'left' | 'right'>,
  pipeline: Pipeline,
): string | undefined {
  const places = [placeOf(left, pipeline), placeOf(right, pipeline)]
  if (!places.every((place) => place !== undefined)) return undefined
  const read = ({ column, id, variable }: PropertyPlace) => {
    const code = { holds: `${column}.wordAt(${id})`, otherwise: `${column}.valueAt(${id})` }
    return pipeline.beforeLoop(variable, pipeline.either(uniform, code))
  }
  const integers = String(encodings.int32)
  const uniform = [...new Set(places.map(({ column }) => `${column}.isUniform(${integers})`))].join(' && ')
  const [one, other] = places.map(read)
  const name = helperNames[operator as keyof typeof helperNames]
  return pipeline.either(uniform, {
    holds: `(${comparedWords(one!, operator, other!, pipeline)})`,
    otherwise: `${pipeline.helper(name)}(${one}, ${other}) === true`,
  })
}

function sideTest(
  property: BoundExpression,
  operator: BinaryOperator,
  constant: BoundExpression,
  pipeline: Pipeline,
): string | undefined {
  if (constant.kind !== 'literal' && constant.kind !== 'parameter') return undefined
  const place = placeOf(property, pipeline)
  if (place === undefined) return undefined
  const value = valueSource(constant, pipeline)
  const test = operator === '=' || operator === '<>' ? equalityTest : orderTest
  return test({ ...place, operator, value }, pipeline)
}

interface PropertyPlace {
  readonly column: string
  readonly id: string
  readonly variable: Variable
}

/** Where the property of a node or relationship is kept; undefined for any other expression. */
export function placeOf(expression: BoundExpression, pipeline: Pipeline): PropertyPlace | undefined {
  if (expression.kind !== 'property' || expression.target.kind !== 'slot' || expression.name === '_key')
    return undefined
  const variable = pipeline.get(expression.target.slot)
  const { text, as } = variable
  if (as !== 'node' && as !== 'relationship') return undefined
  return { column: columnOf(as, expression.name, pipeline), id: text, variable }
}

/**
 * Source of the word of a property, for loops that run only where `uniform` holds: that all of its column is kept as
 * words. Those of a batch lie in one page, which is looked for once: people per city take 6 ns a node where it was 13.
 */
export function wordOf(
  { column, id, variable: { batch } }: PropertyPlace,
  uniform: string,
  pipeline: Pipeline,
): string {
  if (batch === undefined) return `${column}.wordAt(${id})`
  const ofBatch = (method: 'wordsOf' | 'baseOf') =>
    pipeline.beforeLoop(
      batch,
      pipeline.either(uniform, { holds: `${column}.${method}(${batch.first})`, otherwise: 'null' }),
    )
  return `${ofBatch('wordsOf')}[${ofBatch('baseOf')} + ${id}]`
}

interface Test {
  readonly column: string
  readonly id: string
  readonly operator: BinaryOperator
  readonly value: string
}

function equalityTest({ column, id, operator, value }: Test, pipeline: Pipeline): string {
  const encoding = pipeline.once('e', `${pipeline.helper('encodingOfEqual')}(${value})`)
  const word = pipeline.once('w', `${pipeline.helper('wordOfEqual')}(tx, ${value})`)
  const general = `${pipeline.helper(helperNames[operator as keyof typeof helperNames])}(${column}.valueAt(${id}), ${value})`
  const fast =
    operator === '=' ? `${column}.wordAt(${id}) === ${word}` : differs({ column, id, encoding, word }, pipeline)
  return inEncoding({ column, id, encoding, fast, general }, pipeline)
}

function inEncoding(
  { column, id, encoding, fast, general }: Record<'column' | 'id' | 'encoding' | 'fast' | 'general', string>,
  pipeline: Pipeline,
): string {
  const anyEncoding = `(${column}.encodingAt(${id}) === ${encoding} ? ${fast} : ${general} === true)`
  return pipeline.either(`${column}.isUniform(${encoding})`, { holds: `(${fast})`, otherwise: anyEncoding })
}

/** A missing value differs from nothing: the comparison is null then. */
function differs(
  { column, id, encoding, word }: { column: string; id: string; encoding: string; word: string },
  pipeline: Pipeline,
): string {
  const read = pipeline.variable('t', '0')
  const absent = pipeline.once('none', `${pipeline.helper('wordOfNull')}(${encoding})`)
  return `(${read} = ${column}.wordAt(${id})) !== ${word} && ${read} !== ${absent}`
}

/**
 * What can be foretold comes first: the last comparison may then be added as a number instead of being branched on.
 * The null of an int32 page is below every other word, so the side that is to be the greater one need not be looked at.
 */
function comparedWords(left: string, operator: BinaryOperator, right: string, pipeline: Pipeline): string {
  const present = (word: string) => `${word} !== ${pipeline.helper('nullInt32')}`
  switch (operator) {
    case '=':
      return `${present(left)} && ${left} === ${right}`
    case '<>':
      return `${present(left)} && ${present(right)} && ${left} !== ${right}`
    default:
      return `${present(operator.startsWith('<') ? left : right)} && ${left} ${operator} ${right}`
  }
}

const helperNames = {
  '=': 'equals',
  '<>': 'notEquals',
  '<': 'lessThan',
  '<=': 'lessOrEqual',
  '>': 'greaterThan',
  '>=': 'greaterOrEqual',
} as const

function orderTest({ column, id, operator, value }: Test, pipeline: Pipeline): string {
  const number = pipeline.once('n', `${pipeline.helper('numberOfOrder')}(${value})`)
  const encoding = pipeline.once('e', `${pipeline.helper('encodingOfOrder')}(${value})`)
  const general = `${pipeline.helper(helperNames[operator as keyof typeof helperNames])}(${column}.valueAt(${id}), ${value})`
  const fast = ordered(column, id, operator, number, pipeline)
  return inEncoding({ column, id, encoding, fast, general }, pipeline)
}

/** The null of an int32 page is below every number that is compared, so only "less than" has to look for it. */
function ordered(column: string, id: string, operator: BinaryOperator, number: string, pipeline: Pipeline): string {
  if (operator.startsWith('>')) return `${column}.wordAt(${id}) ${operator} ${number}`
  const read = pipeline.variable('t', '0')
  return `(${read} = ${column}.wordAt(${id})) !== ${pipeline.helper('nullInt32')} && ${read} ${operator} ${number}`
}
