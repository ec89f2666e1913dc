/** What a function of Cypher is: what the analyser checks of a call, and what runs. */
import type { Clock, Random } from '../../src/core/environment.js'
import { DatabaseError } from '../../src/core/errors.js'
import type { Float, Value } from '../../src/core/value.js'
import { valueInWords } from '../../src/core/value-in-words.js'
import type { StaticType } from '../semantics/bound.js'
import { type Integer, isInteger, isNumber } from './operators.js'
import { isList } from './values.js'

/** What an argument may be; null is always welcome. */
export type Accepted = readonly StaticType[]

export interface CypherFunction {
  /** As the manual writes it; calls find it in any case. */
  readonly name: string
  /** For each argument the static types it accepts; an argument that can only be of another is a mistake. */
  readonly parameters: readonly Accepted[]
  /** How many of the last parameters a call may leave out. */
  readonly optionalCount: number
  /** Whether the last parameter may come any number of times (at least once). */
  readonly variadic: boolean
  /** The static type of the result, given those of the arguments. */
  readonly result: (types: readonly StaticType[]) => StaticType
  /** Whether two calls with the same arguments give the same value. */
  readonly deterministic: boolean
  /**
   * Where it runs. 'value' has `evaluate`; 'graph' needs the transaction, so the back end compiles it itself.
   */
  readonly body: { readonly kind: 'value'; readonly evaluate: Evaluate } | { readonly kind: 'graph' }
}

export interface FunctionEnvironment {
  readonly random: Random
  readonly clock: Clock
  /** When the statement began, and the transaction that it is part of, in milliseconds since 1970. */
  readonly statementMs: number
  readonly transactionMs: number
}

/** What a run is given; it reads the clock for its functions when it begins. */
export interface RunEnvironment extends Pick<FunctionEnvironment, 'random' | 'clock'> {
  /** Of an explicit transaction; else the statement is a transaction of its own. */
  readonly transactionMs?: number
}

/**
 * Gives the value of a call, as many arguments as were written. A function that is not `coalesce` or its like gives
 * null where an argument is null. Throws TYPE_MISMATCH for a value it does not accept, NUMBER_OUT_OF_RANGE, ARITHMETIC.
 */
export type Evaluate = (environment: FunctionEnvironment, ...values: readonly Value[]) => Value

type Options = Partial<Pick<CypherFunction, 'optionalCount' | 'variadic' | 'deterministic'>>

/** A function of values that sees nulls too. */
export function valueFunction(
  name: string,
  parameters: readonly Accepted[],
  result: StaticType | CypherFunction['result'],
  evaluate: Evaluate,
  options: Options = {},
): CypherFunction {
  return {
    name,
    parameters,
    optionalCount: 0,
    variadic: false,
    deterministic: true,
    ...options,
    result: typeof result === 'string' ? () => result : result,
    body: { kind: 'value', evaluate },
  }
}

/** A function of values that gives null where one of them is null. */
export function strictFunction(
  name: string,
  parameters: readonly Accepted[],
  result: StaticType | CypherFunction['result'],
  compute: (...values: readonly Exclude<Value, null>[]) => Value,
  options: Options = {},
): CypherFunction {
  return valueFunction(name, parameters, result, strict(compute, parameters.length), options)
}

/** One argument is the common case, and a call without a rest parameter costs half. */
function strict(compute: (...values: readonly Exclude<Value, null>[]) => Value, count: number): Evaluate {
  if (count === 1) return (_environment, value) => (value === null || value === undefined ? null : compute(value))
  return (_environment, ...values) => (values.includes(null) ? null : compute(...(values as Exclude<Value, null>[])))
}

/** A function that reads the graph. */
export function graphFunction(
  name: string,
  parameters: readonly Accepted[],
  result: StaticType,
  optionalCount = 0,
): CypherFunction {
  return {
    name,
    parameters,
    optionalCount,
    variadic: false,
    deterministic: true,
    result: () => result,
    body: { kind: 'graph' },
  }
}

/** Reports a value that a function does not take. */
export function refuseArgument(name: string, accepted: string, value: Value): never {
  throw new DatabaseError('TYPE_MISMATCH', `${name} takes ${accepted}, and this is ${valueInWords(value)}`, {
    openCypher: { detail: 'InvalidArgumentValue' },
  })
}

export function mustBeString(name: string, value: Value): string {
  return typeof value === 'string' ? value : refuseArgument(name, 'STRING', value)
}

/** An INTEGER as a number; one beyond 2^53, which no count or offset is, is rounded. */
export function mustBeInteger(name: string, value: Value): number {
  return isInteger(value) ? Number(value) : refuseArgument(name, 'INTEGER', value)
}

export function mustBeNumber(name: string, value: Value): Integer | Float {
  return isNumber(value) ? value : refuseArgument(name, 'INTEGER or FLOAT', value)
}

export function mustBeList(name: string, value: Value): readonly Value[] {
  return isList(value) ? value : refuseArgument(name, 'LIST', value)
}
