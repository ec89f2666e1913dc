/** The aggregating functions, which only a WITH or RETURN item may call. */
import type { CallExpression, Expression } from '../syntax/ast.js'
import type { Analysis } from './analysis.js'
import type { BoundAggregate, BoundExpression, StaticType } from './bound.js'
import { canBe, numeric, typeInWords } from './types.js'

interface AggregateRule {
  readonly accepted: readonly StaticType[]
  readonly result: (argument: StaticType) => StaticType
  readonly hasFraction?: true
}

const anything: readonly StaticType[] = ['any']

const summable: readonly StaticType[] = [...numeric, 'duration']

/** Durations have a duration for their sum; what may be either is not known. */
function sumType(argument: StaticType): StaticType {
  if (canBe(argument, ['duration'])) return argument === 'duration' ? 'duration' : 'any'
  return argument === 'integer' ? 'integer' : 'number'
}

const rules: Readonly<Record<BoundAggregate['function'], AggregateRule>> = {
  count: { accepted: anything, result: () => 'integer' },
  collect: { accepted: anything, result: () => 'list' },
  // Zero rows sum to the INTEGER 0, whatever they would have held.
  sum: { accepted: summable, result: sumType },
  avg: {
    accepted: summable,
    result: (argument) => (argument === 'duration' || argument === 'any' ? argument : 'float'),
  },
  min: { accepted: anything, result: (argument) => argument },
  max: { accepted: anything, result: (argument) => argument },
  stDev: { accepted: numeric, result: () => 'float' },
  stDevP: { accepted: numeric, result: () => 'float' },
  percentileCont: { accepted: numeric, result: () => 'float', hasFraction: true },
  percentileDisc: { accepted: numeric, result: (argument) => argument, hasFraction: true },
}

export const aggregateNames: readonly string[] = Object.keys(rules)
const byLowerCase = new Map(aggregateNames.map((name) => [name.toLowerCase(), name]))

export function isAggregate(call: CallExpression): boolean {
  return byLowerCase.has(call.name.name.toLowerCase())
}

export interface AggregateCall {
  readonly function: BoundAggregate['function']
  /** null for `count(*)`. */
  readonly argument: Expression | null
  /** null but for percentiles. */
  readonly fraction: Expression | null
}

/** Looks a call of an aggregate up and checks the number of its arguments. */
export function resolveAggregate(analysis: Analysis, call: CallExpression): AggregateCall {
  const found = byLowerCase.get(call.name.name.toLowerCase())! as BoundAggregate['function']
  if (call.arguments === 'all') {
    if (found !== 'count') analysis.fail('SYNTAX_ERROR', call.at, `${found}(*) has no meaning; only count(*) has`)
    return { function: found, argument: null, fraction: null }
  }
  const [argument, fraction = null] = call.arguments
  const count = rules[found].hasFraction ? 2 : 1
  if (argument === undefined || call.arguments.length !== count) {
    const wanted = count === 1 ? '1 argument' : `${count} arguments`
    analysis.fail('ARGUMENT_COUNT', call.at, `${found} takes ${wanted}, and here are ${call.arguments.length}`)
  }
  return { function: found, argument, fraction }
}

/** The type of an aggregate over `argument`. Throws TYPE_MISMATCH. */
export function aggregateType(
  analysis: Analysis,
  name: BoundAggregate['function'],
  argument: BoundExpression,
): StaticType {
  const { accepted, result } = rules[name]
  if (canBe(argument.type, accepted)) return result(argument.type)
  const message = `${name} takes ${typeInWords(accepted)}, and this is ${typeInWords([argument.type])}`
  return analysis.fail('TYPE_MISMATCH', argument.position.offset, message)
}
