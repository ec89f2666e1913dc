/**
 * Values as Neo4j's typed JSON, `{"$type": T, "_value": V}`, at the client's end of the wire; `http/json/typed.ts` is the
 * other one. It loses nothing: an INTEGER is a string of digits, a FLOAT a string with a point.
 */
import { DatabaseError } from '../core/errors.js'
import { writeJson } from '../core/json.js'
import { Temporal } from '../core/temporal/temporal.js'
import { temporalReaders, typedName } from '../core/temporal/typed.js'
import { Float, type PropertyValue, toInteger } from '../core/value.js'
import type { Node, Path, Relationship } from './result.js'

/** As `JSON.stringify` takes it. */
export interface Typed {
  readonly $type: string
  readonly _value: unknown
}

export function toTyped(value: PropertyValue): Typed {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return typed('Integer', String(value))
    case 'string':
      return typed('String', value)
    case 'boolean':
      return typed('Boolean', value)
  }
  if (value === null) return typed('Null', null)
  if (value instanceof Float) return typed('Float', floatText(value))
  if (value instanceof Uint8Array) return typed('Base64', Buffer.from(value).toString('base64'))
  if (value instanceof Temporal) return typed(typedName(value), String(value))
  if (value instanceof Map) return typed('Map', objectOf(value, toTyped))
  return typed('List', (value as readonly PropertyValue[]).map(toTyped))
}

function typed($type: string, _value: unknown): Typed {
  return { $type, _value }
}

function floatText(float: Float): string {
  return Number.isFinite(float.value) ? writeJson(float) : String(float.value)
}

/** What numbers of an answer become. */
export interface NumberForm {
  integer(value: bigint): unknown
  float(value: number): unknown
}

/** As `db.query` of a database in the process gives them. */
export const plainNumbers: NumberForm = { integer: toInteger, float: (value) => value }
/** As it gives them to `{ typed: true }`. */
export const typedNumbers: NumberForm = { integer: (value) => value, float: (value) => value }
/** Every number as the parameter that would be the same value. */
export const exactNumbers: NumberForm = { integer: toInteger, float: (value) => new Float(value) }

type Reader = (value: never, form: NumberForm) => unknown

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Null', () => null],
  ['Boolean', (value: boolean) => value],
  ['Integer', (value: string, { integer }) => integer(BigInt(value))],
  ['Float', (value: string, { float }) => float(Number(value))],
  ['String', (value: string) => value],
  ['Base64', (value: string) => new Uint8Array(Buffer.from(value, 'base64'))],
  ...temporalReaders,
  ['List', (value: readonly Typed[], form) => value.map((item) => fromTyped(item, form))],
  ['Map', (value: TypedMembers, form) => membersOf(value, form)],
  ['Node', readNode],
  ['Relationship', readRelationship],
  ['Path', readPath],
])

/** The value, its numbers by `form`. Throws ANSWER_INVALID for what is no typed value. */
export function fromTyped(value: Typed, form: NumberForm): unknown {
  const read = readers.get(value?.$type)
  if (read === undefined)
    throw new DatabaseError(
      'ANSWER_INVALID',
      `the server sent a value of the type '${value?.$type}', which is not known`,
    )
  return read(value._value as never, form)
}

type TypedMembers = { readonly [name: string]: Typed }

interface TypedNode {
  readonly _element_id: string
  readonly _key?: string
  readonly _labels: readonly string[]
  readonly _properties: TypedMembers
}

interface TypedRelationship {
  readonly _element_id: string
  readonly _start_node_element_id: string
  readonly _end_node_element_id: string
  readonly _type: string
  readonly _properties: TypedMembers
}

function readNode({ _element_id, _key, _labels, _properties }: TypedNode, form: NumberForm): Node {
  return {
    elementId: _element_id,
    ...(_key === undefined ? {} : { _key }),
    labels: _labels,
    properties: membersOf(_properties, form),
  }
}

function readRelationship(value: TypedRelationship, form: NumberForm): Relationship {
  return {
    elementId: value._element_id,
    type: value._type,
    startNodeElementId: value._start_node_element_id,
    endNodeElementId: value._end_node_element_id,
    properties: membersOf(value._properties, form),
  }
}

/** Nodes and relationships in turn. */
function readPath(steps: readonly Typed[], form: NumberForm): Path {
  const read = steps.map((step) => fromTyped(step, form))
  return {
    nodes: read.filter((_, i) => i % 2 === 0) as Node[],
    relationships: read.filter((_, i) => i % 2 === 1) as Relationship[],
  }
}

function membersOf(members: TypedMembers, form: NumberForm): { [name: string]: unknown } {
  return objectOf(Object.entries(members), (item) => fromTyped(item, form))
}

/** A member named __proto__ is data like any other, which `fromEntries` knows. */
function objectOf<Item, Result>(
  entries: Iterable<readonly [string, Item]>,
  convert: (item: Item) => Result,
): { [name: string]: Result } {
  return Object.fromEntries(Array.from(entries, ([name, item]) => [name, convert(item)]))
}
