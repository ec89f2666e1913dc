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
import type { BinaryOperator, BoundExpression } from '../semantics/bound.js'
import { columnOf, valueSource } from './expressions.js'
import type { Pipeline } from './pipeline.js'

type Comparison = Extract<BoundExpression, { readonly kind: 'binary' }>
type Property = Extract<BoundExpression, { readonly kind: 'property' }>

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
    return pipeline.beforeLoop(variable, pipeline.eitherOnce(uniform, code))
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
  if (property.kind !== 'property' || (constant.kind !== 'literal' && constant.kind !== 'parameter')) return undefined
  const place = placeOf(property, pipeline)
  if (place === undefined) return undefined
  const value = valueSource(constant, pipeline)
  const test = operator === '=' || operator === '<>' ? equalityTest : orderTest
  return test({ ...place, operator, value }, pipeline)
}

function placeOf({ target, name }: Property, pipeline: Pipeline): { column: string; id: string } | undefined {
  if (target.kind !== 'slot' || name === '_key') return undefined
  const { text, as } = pipeline.get(target.slot)
  return as === 'node' || as === 'relationship' ? { column: columnOf(as, name, pipeline), id: text } : undefined
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
  const general = `${pipeline.helper(operator === '=' ? 'equals' : 'notEquals')}(${column}.valueAt(${id}), ${value})`
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

const orderHelpers = {
  '<': 'lessThan',
  '<=': 'lessOrEqual',
  '>': 'greaterThan',
  '>=': 'greaterOrEqual',
} as const

function orderTest({ column, id, operator, value }: Test, pipeline: Pipeline): string {
  const number = pipeline.once('n', `${pipeline.helper('numberOfOrder')}(${value})`)
  const encoding = pipeline.once('e', `${pipeline.helper('encodingOfOrder')}(${value})`)
  const general = `${pipeline.helper(orderHelpers[operator as keyof typeof orderHelpers])}(${column}.valueAt(${id}), ${value})`
  const fast = ordered(column, id, operator, number, pipeline)
  return inEncoding({ column, id, encoding, fast, general }, pipeline)
}

/** The null of an int32 page is below every number that is compared, so only "less than" has to look for it. */
function ordered(column: string, id: string, operator: BinaryOperator, number: string, pipeline: Pipeline): string {
  if (operator.startsWith('>')) return `${column}.wordAt(${id}) ${operator} ${number}`
  const read = pipeline.variable('t', '0')
  return `(${read} = ${column}.wordAt(${id})) ${operator} ${number} && ${read} !== ${pipeline.helper('nullInt32')}`
}
