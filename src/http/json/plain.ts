/**
 * Values as plain JSON, the form of `application/json`:
 *
 *   INTEGER        all its digits                        9007199254740993
 *   FLOAT          with a point or an exponent           1.0; NaN and infinities, which JSON lacks, as strings
 *   BYTES          base64
 *   DATE and so on as ISO 8601 writes them               "2015-07-21", "PT1H30M"
 *   NODE           {"elementId", "_key"?, "labels", "properties"}
 *   RELATIONSHIP   {"elementId", "startNodeElementId", "endNodeElementId", "type", "properties"}
 *   PATH           [node, relationship, node, ...]
 */
import type { NodeId, RelationshipId } from '../../core/ids.js'
import { Temporal } from '../../core/temporal/temporal.js'
import { Float, NodeRef, PathValue, RelationshipRef, type Value } from '../../core/value.js'
import { nodeParts, relationshipParts } from '../../database/values.js'
import type { Stores } from '../../stores/stores.js'
import { base64, floatText, listText, mapText } from './text.js'

export function plainText(stores: Stores, value: Value): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : objectText(stores, value)
    default:
      return String(value)
  }
}

function objectText(stores: Stores, value: Extract<Value, object>): string {
  if (value instanceof Float) return Number.isFinite(value.value) ? floatText(value) : JSON.stringify(floatText(value))
  if (value instanceof NodeRef) return nodeText(stores, value.id)
  if (value instanceof RelationshipRef) return relationshipText(stores, value.id)
  if (value instanceof PathValue) return pathText(stores, value)
  if (value instanceof Uint8Array) return JSON.stringify(base64(value))
  if (value instanceof Temporal) return JSON.stringify(String(value))
  if (value instanceof Map) return propertiesText(stores, value)
  return listText(value as readonly Value[], (item) => plainText(stores, item))
}

function propertiesText(stores: Stores, values: ReadonlyMap<string, Value>): string {
  return mapText(values, (value) => plainText(stores, value))
}

function nodeText(stores: Stores, id: NodeId): string {
  const { elementId, key, labels, properties } = nodeParts(stores, id)
  const keyText = key === null ? '' : `"_key":${JSON.stringify(key)},`
  return `{"elementId":"${elementId}",${keyText}"labels":${JSON.stringify(labels)},"properties":${propertiesText(stores, properties)}}`
}

function relationshipText(stores: Stores, id: RelationshipId): string {
  const { elementId, type, startNodeElementId, endNodeElementId, properties } = relationshipParts(stores, id)
  const ends = `"startNodeElementId":"${startNodeElementId}","endNodeElementId":"${endNodeElementId}"`
  return `{"elementId":"${elementId}",${ends},"type":${JSON.stringify(type)},"properties":${propertiesText(stores, properties)}}`
}

function pathText(stores: Stores, { nodes, relationships }: PathValue): string {
  const steps = relationships.map((id, i) => `,${relationshipText(stores, id)},${nodeText(stores, nodes[i + 1]!)}`)
  return `[${nodeText(stores, nodes[0]!)}${steps.join('')}]`
}
