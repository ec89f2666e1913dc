/** Procedures and functions that a program gives to its database: values are plain on their side, checked on ours. */
import type { Accepted } from '../../query/functions/function.js'
import { type Procedure, staticTypeOf, type UserFunction } from '../../query/procedures/procedure.js'
import {
  checked,
  type Declared,
  parseFunctionSignature,
  parseProcedureSignature,
} from '../../query/procedures/signature.js'
import { DatabaseError } from '../core/errors.js'
import type { Value } from '../core/value.js'
import type { Stores } from '../stores/stores.js'
import { fromPlain, toPlain } from './values.js'

export interface ProcedureOptions {
  /** A procedure that writes runs in the writer's place. Default 'read'. */
  mode?: 'read' | 'write'
  description?: string
}

export interface FunctionOptions {
  description?: string
  /** Whether equal arguments always give an equal value. Default true. */
  deterministic?: boolean
}

/** A row of a procedure: its columns by name; one that is missing is null. */
export type ProcedureRow = { readonly [column: string]: unknown }

/** Gets plain values; an `async` one is awaited. One without columns may give nothing. */
export type ProcedureBody = (
  // biome-ignore lint/suspicious/noExplicitAny: the signature, a text, says what the arguments are
  ...values: any[]
) => Iterable<ProcedureRow> | AsyncIterable<ProcedureRow> | Promise<Iterable<ProcedureRow> | void> | void

// biome-ignore lint/suspicious/noExplicitAny: the signature, a text, says what the arguments are
export type FunctionBody = (...values: any[]) => unknown

/** Throws SIGNATURE_INVALID. `readable` gives the state by which nodes among the arguments are shown. */
export function procedureFrom(
  signature: string,
  body: ProcedureBody,
  { mode = 'read', description = '' }: ProcedureOptions,
  readable: () => Stores,
): Procedure {
  const { name, parameters, results: columns } = parseProcedureSignature(signature)
  const valuesOf = (row: ProcedureRow) => columns.map((column) => resultFrom(column, row[column.name], name))
  const isAsync = isAsyncFunction(body)
  return {
    name,
    parameters,
    columns,
    mode,
    description,
    isAsync,
    run(_context, values) {
      const rows = body(...values.map((value) => toPlain(readable(), value)))
      return isAsync ? rowsLater(rows, valuesOf) : rowsNow(name, rows, valuesOf)
    },
  }
}

/** Throws SIGNATURE_INVALID, and TYPE_MISMATCH for an `async` function, whose value would come too late. */
export function functionFrom(
  signature: string,
  body: FunctionBody,
  { description = '', deterministic = true }: FunctionOptions,
  readable: () => Stores,
): UserFunction {
  const { name, parameters, results } = parseFunctionSignature(signature)
  const result = results[0]!
  if (isAsyncFunction(body))
    throw new DatabaseError(
      'TYPE_MISMATCH',
      `the function ${name} is async, and an expression cannot wait for it; make it a procedure`,
      { name },
    )
  const evaluate = (values: readonly Value[]) => {
    const all = argumentsFor(name, parameters, values)
    return resultFrom(result, body(...all.map((value) => toPlain(readable(), value))), name)
  }
  return {
    name,
    signature,
    description,
    parameters: parameters.map(acceptedBy),
    optionalCount: parameters.filter((parameter) => parameter.default !== undefined).length,
    variadic: false,
    result: () => result.type.static,
    deterministic,
    body: { kind: 'value', evaluate: (_environment, ...values) => evaluate(values) },
  }
}

function argumentsFor(name: string, parameters: readonly Declared[], values: readonly Value[]): Value[] {
  return parameters.map((parameter, i) =>
    checked(parameter, i < values.length ? values[i]! : parameter.default!, `${parameter.name} of ${name}`),
  )
}

function acceptedBy(parameter: Declared): Accepted {
  const { type } = staticTypeOf(parameter)
  return type === 'float' || type === 'number' ? ['integer', 'float'] : [type]
}

function resultFrom(declared: Declared, value: unknown, name: string): Value {
  const place = declared.name === '' ? `the result of ${name}` : `${declared.name} of ${name}`
  return checked(declared, fromPlain(place, value), place)
}

function isAsyncFunction(body: (...values: never[]) => unknown): boolean {
  return ['AsyncFunction', 'AsyncGeneratorFunction'].includes(body.constructor.name)
}

type RowFrom = (row: ProcedureRow) => readonly Value[]

function* rowsNow(name: string, rows: ReturnType<ProcedureBody>, valuesOf: RowFrom): Generator<readonly Value[]> {
  if (rows === undefined) return
  if (!isIterable(rows))
    throw new DatabaseError('TYPE_MISMATCH', `${name} gives its rows later, so it must be an async function`, { name })
  for (const row of rows) yield valuesOf(row)
}

async function* rowsLater(given: ReturnType<ProcedureBody>, valuesOf: RowFrom): AsyncGenerator<readonly Value[]> {
  const rows = await given
  if (rows === undefined) return
  for await (const row of rows) yield valuesOf(row)
}

function isIterable(rows: object): rows is Iterable<ProcedureRow> {
  return Symbol.iterator in rows
}
