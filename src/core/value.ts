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
 *   NodeRef, RelationshipRef, PathValue
 *
 * Typed slots of compiled queries keep INTEGER and FLOAT unboxed; this form is the general one. At the edge a
 * FLOAT becomes a number again (`toPlain`).
 */
import type { NodeId, RelationshipId } from './ids.js'

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

export type Scalar = null | boolean | number | bigint | Float | string | Uint8Array

export type Value = Scalar | NodeRef | RelationshipRef | PathValue | readonly Value[] | ReadonlyMap<string, Value>

/** What a property can hold: no entities, no paths. */
export type PropertyValue = Scalar | readonly PropertyValue[] | ReadonlyMap<string, PropertyValue>

export const integerMin = -(2n ** 63n)
export const integerMax = 2n ** 63n - 1n

/** The one form of an INTEGER: a number where that is exact, else a bigint. The caller has checked the 64-bit range. */
export function toInteger(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

export type TypeName =
  | 'NULL'
  | 'BOOLEAN'
  | 'INTEGER'
  | 'FLOAT'
  | 'STRING'
  | 'BYTES'
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
  return Array.isArray(value) ? 'LIST' : 'MAP'
}
