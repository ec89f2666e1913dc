/**
 * Property values in lines of JSON. A number without point and exponent is an INTEGER of all its digits, any other one
 * a FLOAT, so nearly every value is plain JSON. What JSON has no form for is an object of two members, named as in
 * Neo4j's typed JSON:
 *
 *   BYTES                     {"$type": "Base64", "_value": "AQI="}
 *   DATE and so on            {"$type": "Date", "_value": "2015-07-21"}; the names are those of core/temporal/typed.ts
 *   NaN and the infinities    {"$type": "Float", "_value": "NaN"}
 *   a MAP with a key $type    {"$type": "Map", "_value": {...}}
 */
import { DatabaseError } from '../../core/errors.js'
import { Temporal } from '../../core/temporal/temporal.js'
import { temporalReaders, typedName } from '../../core/temporal/typed.js'
import { Float, type PropertyValue } from '../../core/value.js'

type Json = PropertyValue
type JsonObject = ReadonlyMap<string, Json>

/** The value as `writeJson` takes it. */
export function toJson(value: PropertyValue): Json {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Float) return Number.isFinite(value.value) ? value : typed('Float', String(value.value))
  if (value instanceof Uint8Array) return typed('Base64', Buffer.from(value).toString('base64'))
  if (value instanceof Temporal) return typed(typedName(value), String(value))
  if (!(value instanceof Map)) return (value as readonly PropertyValue[]).map(toJson)
  const members = membersToJson(value)
  return members.has('$type') ? typed('Map', members) : members
}

/** The members of an object whose place says that it is a map, as `properties` does. */
export function membersToJson(map: ReadonlyMap<string, PropertyValue>): Map<string, Json> {
  return new Map(Array.from(map, ([name, value]) => [name, toJson(value)]))
}

function typed(type: string, value: Json): Map<string, Json> {
  return new Map<string, Json>([
    ['$type', type],
    ['_value', value],
  ])
}

/** The value that `toJson` gave. Throws IMPORT_ROW for a `$type` that it never gives, TEMPORAL_INVALID for 30 February. */
export function fromJson(json: Json): PropertyValue {
  if (Array.isArray(json)) return json.map(fromJson)
  if (!(json instanceof Map)) return json
  return json.has('$type') ? fromTyped(json) : membersFromJson(json)
}

export function membersFromJson(members: JsonObject): Map<string, PropertyValue> {
  return new Map(Array.from(members, ([name, json]) => [name, fromJson(json)]))
}

function fromTyped(json: JsonObject): PropertyValue {
  const [type, value] = [json.get('$type'), json.get('_value')]
  if (type === 'Map' && value instanceof Map) return membersFromJson(value)
  if (type === 'Base64' && typeof value === 'string' && isBase64(value))
    return Uint8Array.from(Buffer.from(value, 'base64'))
  if (type === 'Float' && typeof value === 'string' && notFinite.has(value)) return new Float(Number(value))
  const readTemporal = temporalReaders.get(String(type))
  if (readTemporal !== undefined && typeof value === 'string') return readTemporal(value)
  throw new DatabaseError(
    'IMPORT_ROW',
    'an object with a member $type is not one of {"$type": "Base64" | "Date" | "Duration" | "Float" | "Map" | ..., "_value": ...} with a fitting _value',
    { type },
  )
}

const notFinite: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity'])

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}
