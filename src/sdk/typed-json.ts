/**
 * Values as Neo4j's typed JSON, `{"$type": T, "_value": V}`, at the client's end of the wire; `http/json/typed.ts` is the
 * other one. It loses nothing: an INTEGER is a string of digits, a FLOAT a string with a point.
 */
import { DatabaseError } from '../core/errors.js'
import { writeJson } from '../core/json.js'
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
  if (value instanceof Map) return typed('Map', objectOf(value, toTyped))
  return typed('List', (value as readonly PropertyValue[]).map(toTyped))
}

function typed($type: string, _value: unknown): Typed {
  return { $type, _value }
}

function floatText(float: Float): string {
  return Number.isFinite(float.value) ? writeJson(float) : String(float.value)
}

/** What a FLOAT of an answer becomes. */
export type FloatForm = (value: number) => unknown

type Reader = (value: never, float: FloatForm) => unknown

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Null', () => null],
  ['Boolean', (value: boolean) => value],
  ['Integer', (value: string) => toInteger(BigInt(value))],
  ['Float', (value: string, float) => float(Number(value))],
  ['String', (value: string) => value],
  ['Base64', (value: string) => new Uint8Array(Buffer.from(value, 'base64'))],
  ['List', (value: readonly Typed[], float) => value.map((item) => fromTyped(item, float))],
  ['Map', (value: TypedMembers, float) => membersOf(value, float)],
  ['Node', readNode],
  ['Relationship', readRelationship],
  ['Path', readPath],
])

/** The value as `db.query` of a database in the process gives it. Throws ANSWER_INVALID for what is no typed value. */
export function fromTyped(value: Typed, float: FloatForm = (number) => number): unknown {
  const read = readers.get(value?.$type)
  if (read === undefined)
    throw new DatabaseError(
      'ANSWER_INVALID',
      `the server sent a value of the type '${value?.$type}', which is not known`,
    )
  return read(value._value as never, float)
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

function readNode({ _element_id, _key, _labels, _properties }: TypedNode, float: FloatForm): Node {
  return {
    elementId: _element_id,
    ...(_key === undefined ? {} : { _key }),
    labels: _labels,
    properties: membersOf(_properties, float),
  }
}

function readRelationship(value: TypedRelationship, float: FloatForm): Relationship {
  return {
    elementId: value._element_id,
    type: value._type,
    startNodeElementId: value._start_node_element_id,
    endNodeElementId: value._end_node_element_id,
    properties: membersOf(value._properties, float),
  }
}

/** Nodes and relationships in turn. */
function readPath(steps: readonly Typed[], float: FloatForm): Path {
  const read = steps.map((step) => fromTyped(step, float))
  return {
    nodes: read.filter((_, i) => i % 2 === 0) as Node[],
    relationships: read.filter((_, i) => i % 2 === 1) as Relationship[],
  }
}

function membersOf(members: TypedMembers, float: FloatForm): { [name: string]: unknown } {
  return objectOf(Object.entries(members), (item) => fromTyped(item, float))
}

/** A member named __proto__ is data like any other, which `fromEntries` knows. */
function objectOf<Item, Result>(
  entries: Iterable<readonly [string, Item]>,
  convert: (item: Item) => Result,
): { [name: string]: Result } {
  return Object.fromEntries(Array.from(entries, ([name, item]) => [name, convert(item)]))
}
