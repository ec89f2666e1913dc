/**
 * Values as they travel inside Skein: in slots, parameters, changes and rows before they reach the edge.
 *
 *   null                     null
 *   boolean                  BOOLEAN
 *   number (an integer)      INTEGER within ±(2^53-1)
 *   bigint                   INTEGER beyond that, within 64 bits; never a bigint that a number could hold
 *   Float                    FLOAT, always wrapped, so that 1 and 1.0 stay apart
 *   string                   STRING
 *   Uint8Array               BYTES
 *   array                    LIST
 *   Map<string, Value>       MAP, in order of insertion
 *   Temporal                 DATE, LOCAL TIME, ZONED TIME, LOCAL DATETIME, ZONED DATETIME, DURATION: temporal/
 *   NodeRef, RelationshipRef, PathValue
 *
 * Typed slots of compiled queries keep INTEGER and FLOAT unboxed; this form is the general one. At the edge a
 * FLOAT becomes a number again (`toPlain`).
 */
import type { NodeId, RelationshipId } from './ids.js'
import { Temporal, type TemporalType } from './temporal/temporal.js'

export { integerMax, integerMin, toInteger } from './integer.js'

export class Float {
  constructor(readonly value: number) {}
}

export class NodeRef {
  constructor(readonly id: NodeId) {}
}

export class RelationshipRef {
  constructor(readonly id: RelationshipId) {}
}

/** `nodes` is one longer than `relationships`. */
export class PathValue {
  constructor(
    readonly nodes: readonly NodeId[],
    readonly relationships: readonly RelationshipId[],
  ) {}
}

export type Scalar = null | boolean | number | bigint | Float | string | Uint8Array | Temporal

export type Value = Scalar | NodeRef | RelationshipRef | PathValue | readonly Value[] | ReadonlyMap<string, Value>

/** What a property can hold: no entities, no paths. */
export type PropertyValue = Scalar | readonly PropertyValue[] | ReadonlyMap<string, PropertyValue>

/**
 * JSON's null as a member of a document. An entity keeps it under a property, where null itself would mean that there is
 * no such property; whoever reads the property sees null. Inside lists and maps null stands for itself.
 */
export class JsonNull {
  declare readonly isJsonNull: true
}

export const jsonNull = new JsonNull()

/** What an entity keeps under a property. */
export type MemberValue = PropertyValue | JsonNull

/** A member as it is read. */
export function plainMember(member: MemberValue): PropertyValue {
  return member instanceof JsonNull ? null : member
}

export type TypeName =
  | 'NULL'
  | 'BOOLEAN'
  | 'INTEGER'
  | 'FLOAT'
  | 'STRING'
  | 'BYTES'
  | TemporalType
  | 'LIST'
  | 'MAP'
  | 'NODE'
  | 'RELATIONSHIP'
  | 'PATH'

export function typeName(value: Value): TypeName {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 'INTEGER'
    case 'string':
      return 'STRING'
    case 'boolean':
      return 'BOOLEAN'
  }
  if (value === null) return 'NULL'
  if (value instanceof Float) return 'FLOAT'
  if (value instanceof NodeRef) return 'NODE'
  if (value instanceof RelationshipRef) return 'RELATIONSHIP'
  if (value instanceof PathValue) return 'PATH'
  if (value instanceof Uint8Array) return 'BYTES'
  if (value instanceof Temporal) return value.type
  return Array.isArray(value) ? 'LIST' : 'MAP'
}
