/** What a function of Cypher is: what the analyser checks of a call, and what runs. */
import type { Clock, Random } from '../../src/core/environment.js'
import type { Value } from '../../src/core/value.js'
import type { StaticType } from '../semantics/bound.js'

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
}

/**
 * Gives the value of a call, as many arguments as were written. A function that is not `coalesce` or its like gives
 * null where an argument is null. Throws TYPE_MISMATCH for a value it does not accept, NUMBER_OUT_OF_RANGE, ARITHMETIC.
 */
export type Evaluate = (environment: FunctionEnvironment, ...values: readonly Value[]) => Value

/** A function of values, described in short: parameters are required and one result type stands for all calls. */
export function valueFunction(
  name: string,
  parameters: readonly Accepted[],
  result: StaticType | CypherFunction['result'],
  evaluate: Evaluate,
  options: Partial<Pick<CypherFunction, 'optionalCount' | 'variadic' | 'deterministic'>> = {},
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

/** A function that reads the graph; it takes one argument. */
export function graphFunction(name: string, accepted: Accepted, result: StaticType): CypherFunction {
  return {
    name,
    parameters: [accepted],
    optionalCount: 0,
    variadic: false,
    deterministic: true,
    result: () => result,
    body: { kind: 'graph' },
  }
}
