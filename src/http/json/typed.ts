/**
 * Values as Neo4j's typed JSON, the form of `application/vnd.neo4j.query`: `{"$type": T, "_value": V}` for each.
 *
 *   Null null · Boolean true · Integer "9007199254740993" · Float "1.0", "NaN", "-Infinity" · String "a" · Base64 "AQI="
 *   Date "2015-07-21" · Time · LocalTime · OffsetDateTime · ZonedDateTime "...+02:00[Europe/Stockholm]" · LocalDateTime
 *   Duration "P1DT2H" · List [typed, ...] · Map {name: typed, ...}
 *   Node {"_element_id", "_key"?, "_labels", "_properties": {name: typed}}
 *   Relationship {"_element_id", "_start_node_element_id", "_end_node_element_id", "_type", "_properties"}
 *   Path [node, relationship, node, ...], each typed
 *
 * Parameters are read from the same form; they cannot be entities.
 */
import { DatabaseError } from '../../core/errors.js'
import type { NodeId, RelationshipId } from '../../core/ids.js'
import { Temporal } from '../../core/temporal/temporal.js'
import { temporalReaders, typedName } from '../../core/temporal/typed.js'
import { Float, NodeRef, PathValue, type PropertyValue, RelationshipRef, type Value } from '../../core/value.js'
import { nodeParts, relationshipParts } from '../../database/values.js'
import type { Stores } from '../../stores/stores.js'
import { base64, floatText, listText, mapText } from './text.js'

export function typedText(stores: Stores, value: Value): string {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return typed('Integer', `"${value}"`)
    case 'string':
      return typed('String', JSON.stringify(value))
    case 'boolean':
      return typed('Boolean', String(value))
  }
  if (value === null) return typed('Null', 'null')
  if (value instanceof Float) return typed('Float', `"${floatText(value)}"`)
  if (value instanceof NodeRef) return nodeText(stores, value.id)
  if (value instanceof RelationshipRef) return relationshipText(stores, value.id)
  if (value instanceof PathValue) return pathText(stores, value)
  if (value instanceof Uint8Array) return typed('Base64', `"${base64(value)}"`)
  if (value instanceof Temporal) return typed(typedName(value), JSON.stringify(String(value)))
  if (value instanceof Map) return typed('Map', propertiesText(stores, value))
  return typed(
    'List',
    listText(value as readonly Value[], (item) => typedText(stores, item)),
  )
}

function typed(type: string, text: string): string {
  return `{"$type":"${type}","_value":${text}}`
}

function propertiesText(stores: Stores, values: ReadonlyMap<string, Value>): string {
  return mapText(values, (value) => typedText(stores, value))
}

function nodeText(stores: Stores, id: NodeId): string {
  const { elementId, key, labels, properties } = nodeParts(stores, id)
  const keyText = key === null ? '' : `"_key":${JSON.stringify(key)},`
  return typed(
    'Node',
    `{"_element_id":"${elementId}",${keyText}"_labels":${JSON.stringify(labels)},"_properties":${propertiesText(stores, properties)}}`,
  )
}

function relationshipText(stores: Stores, id: RelationshipId): string {
  const { elementId, type, startNodeElementId, endNodeElementId, properties } = relationshipParts(stores, id)
  const ends = `"_start_node_element_id":"${startNodeElementId}","_end_node_element_id":"${endNodeElementId}"`
  return typed(
    'Relationship',
    `{"_element_id":"${elementId}",${ends},"_type":${JSON.stringify(type)},"_properties":${propertiesText(stores, properties)}}`,
  )
}

function pathText(stores: Stores, { nodes, relationships }: PathValue): string {
  const steps = relationships.map((id, i) => `,${relationshipText(stores, id)},${nodeText(stores, nodes[i + 1]!)}`)
  return typed('Path', `[${nodeText(stores, nodes[0]!)}${steps.join('')}]`)
}

/** Reads a value of a type; `path` names its place for messages. */
type Reader = (path: string, value: PropertyValue | undefined) => PropertyValue

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Null', (path, value) => (value === null ? null : refuse(path, 'Null', 'null'))],
  ['Boolean', (path, value) => (typeof value === 'boolean' ? value : refuse(path, 'Boolean', 'true or false'))],
  ['Integer', readInteger],
  ['Float', readFloat],
  ['String', (path, value) => (typeof value === 'string' ? value : refuse(path, 'String', 'a string'))],
  ['Base64', readBase64],
  ...Array.from(temporalReaders, ([type, parse]) => [type, temporalReader(type, parse)] as const),
  [
    'List',
    (path, value) =>
      Array.isArray(value)
        ? value.map((item, i) => readTyped(`${path}[${i}]`, item))
        : refuse(path, 'List', 'a list of typed values'),
  ],
  [
    'Map',
    (path, value) =>
      value instanceof Map
        ? new Map(Array.from(value, ([name, item]) => [name, readTyped(`${path}.${name}`, item)]))
        : refuse(path, 'Map', 'an object of typed values'),
  ],
])

/** Reads `{"$type", "_value"}`. Throws REQUEST_INVALID, and NUMBER_OUT_OF_RANGE where binding would. */
export function readTyped(path: string, value: PropertyValue): PropertyValue {
  const type = value instanceof Map ? value.get('$type') : undefined
  if (typeof type !== 'string')
    throw new DatabaseError(
      'REQUEST_INVALID',
      `${path} is not a typed value like {"$type": "Integer", "_value": "1"}; plain ones take Content-Type: application/json`,
      { path },
    )
  const read = readers.get(type)
  if (read === undefined)
    throw new DatabaseError(
      'REQUEST_INVALID',
      `${path} is of the type '${type}'; a parameter is one of ${[...readers.keys()].join(', ')}`,
      { path, type },
    )
  return read(path, (value as ReadonlyMap<string, PropertyValue>).get('_value'))
}

function readInteger(path: string, value: PropertyValue | undefined): bigint {
  // Twenty digits are more than 64 bits hold; the limit keeps a megabyte of digits from being computed with.
  if (typeof value !== 'string' || !/^[+-]?\d{1,20}$/.test(value))
    return refuse(path, 'Integer', 'a string of at most 20 digits')
  return BigInt(value.replace('+', ''))
}

function readFloat(path: string, value: PropertyValue | undefined): Float {
  const isFloat =
    typeof value === 'string' && /^(?:NaN|[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))$/.test(value)
  return isFloat ? new Float(Number(value)) : refuse(path, 'Float', 'a string that spells a number')
}

function temporalReader(type: string, parse: (text: string) => Temporal): Reader {
  return (path, value) =>
    typeof value === 'string' ? parse(value) : refuse(path, type, 'a string as ISO 8601 writes it')
}

function readBase64(path: string, value: PropertyValue | undefined): Uint8Array {
  const isBase64 = typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)
  return isBase64 ? new Uint8Array(Buffer.from(value, 'base64')) : refuse(path, 'Base64', 'a string of base64')
}

function refuse(path: string, type: string, wanted: string): never {
  throw new DatabaseError('REQUEST_INVALID', `${path} is of the type '${type}', whose _value must be ${wanted}`, {
    path,
    type,
  })
}
