/** Procedures and functions that a program gives to its database: values are plain on their side, checked on ours. */
import { inspect } from 'node:util'
import type { Accepted } from '../../query/functions/function.js'
import { type Procedure, staticTypeOf, type UserFunction } from '../../query/procedures/procedure.js'
import {
  checked,
  type Declared,
  type DeclaredType,
  parseFunctionSignature,
  parseProcedureSignature,
} from '../../query/procedures/signature.js'
import type { EntityKind } from '../core/change.js'
import { DatabaseError } from '../core/errors.js'
import type { NodeId, RelationshipId } from '../core/ids.js'
import { NodeRef, PathValue, RelationshipRef, type Value } from '../core/value.js'
import type { Stores } from '../stores/stores.js'
import { findByElementId } from '../transaction/element-id.js'
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
  const valuesOf = (row: ProcedureRow) => {
    const stores = readable()
    return columns.map((column) => resultFrom(stores, column, row[column.name], name))
  }
  const isAsync = isAsyncFunction(body)
  return {
    name,
    parameters,
    columns,
    mode,
    description,
    isAsync,
    actsOutside: mode === 'write',
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
    return resultFrom(readable(), result, body(...all.map((value) => toPlain(readable(), value))), name)
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

function resultFrom(stores: Stores, declared: Declared, value: unknown, name: string): Value {
  const place = declared.name === '' ? `the result of ${name}` : `${declared.name} of ${name}`
  return checked(declared, fromProgram(stores, declared.type, value, place), place)
}

/** What a program gives for a declared type: entities are the objects that it has got, known by their `elementId`. */
function fromProgram(stores: Stores, type: DeclaredType, value: unknown, place: string): Value {
  if (value === null || value === undefined) return null
  switch (type.static) {
    case 'node':
    case 'relationship':
      return entityFrom(stores, type.static, value, place)
    case 'path':
      return pathFrom(stores, value, place)
    case 'list':
      if (type.item === undefined || !Array.isArray(value)) break
      return value.map((item, i) => fromProgram(stores, type.item!, item, `${place}[${i}]`))
  }
  return fromPlain(place, value)
}

function entityFrom<Kind extends EntityKind>(stores: Stores, kind: Kind, value: unknown, place: string): RefOf<Kind> {
  const { elementId } = value as { elementId?: unknown }
  const id = typeof elementId === 'string' ? findByElementId(stores, kind, elementId) : undefined
  if (id === undefined) {
    throw new DatabaseError(
      'TYPE_MISMATCH',
      `${place} is a ${kind.toUpperCase()}, and this is none that there is: ${inspect(value, { depth: 0 })}`,
      { hint: `give back a ${kind} that the query has handed in, or one with its elementId` },
    )
  }
  return (kind === 'node' ? new NodeRef(id as NodeId) : new RelationshipRef(id as RelationshipId)) as RefOf<Kind>
}

type RefOf<Kind extends EntityKind> = Kind extends 'node' ? NodeRef : RelationshipRef

function pathFrom(stores: Stores, value: unknown, place: string): Value {
  const { nodes, relationships } = value as { nodes?: unknown; relationships?: unknown }
  if (!Array.isArray(nodes) || !Array.isArray(relationships) || nodes.length !== relationships.length + 1) {
    throw new DatabaseError('TYPE_MISMATCH', `${place} is a PATH: { nodes, relationships }, one node more than those`)
  }
  const path = new PathValue(
    nodes.map((node, i) => entityFrom(stores, 'node', node, `${place}.nodes[${i}]`).id),
    relationships.map((each, i) => entityFrom(stores, 'relationship', each, `${place}.relationships[${i}]`).id),
  )
  const broken = path.relationships.findIndex((id, i) => {
    const [start, end] = [stores.graph.startOf(id), stores.graph.endOf(id)]
    const [from, to] = [path.nodes[i]!, path.nodes[i + 1]!]
    return !((start === from && end === to) || (start === to && end === from))
  })
  if (broken === -1) return path
  throw new DatabaseError('TYPE_MISMATCH', `${place}: relationship ${broken} does not join the nodes beside it`)
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
