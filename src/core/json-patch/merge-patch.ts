/**
 * Merge Patch (RFC 7396): a patch looks like the document, and says of each member what becomes of it.
 *
 *   {"a": 1}              a is 1 from then on
 *   {"a": null}           a is gone
 *   {"a": {"b": 2}}       the same of a's members, if it is an object; else it becomes {"b": 2}
 *   [1], "text", 5        takes the place of what was there: lists are replaced, never merged
 */
import { type JsonDocument, valueAt } from '../json-document.js'
import type { Step } from '../json-path/tree.js'
import type { PropertyValue } from '../value.js'

/** Merges a patch into what lies at a place, which has to be there. Changes nothing but the members that the patch names. */
export function applyMergePatch<T>(document: JsonDocument<T>, patch: PropertyValue, path: readonly Step[] = []): void {
  const { tree } = document
  const target = valueAt(document, path)
  if (!isObject(patch) || target === undefined || tree.kindOf(target) !== 'object') {
    document.apply({ kind: 'set', path, value: withoutNulls(patch) })
    return
  }
  for (const [name, part] of patch) mergeMember(document, [...path, name], part)
}

function mergeMember<T>(document: JsonDocument<T>, path: readonly Step[], part: PropertyValue): void {
  if (part !== null) applyMergePatch(document, part, path)
  else if (valueAt(document, path) !== undefined) document.apply({ kind: 'remove', path })
}

/** What a patch makes of nothing: a null says that a member is not there. */
export function withoutNulls(patch: PropertyValue): PropertyValue {
  if (!isObject(patch)) return patch
  const members = new Map<string, PropertyValue>()
  for (const [name, part] of patch) if (part !== null) members.set(name, withoutNulls(part))
  return members
}

function isObject(value: PropertyValue): value is ReadonlyMap<string, PropertyValue> {
  return value instanceof Map
}
