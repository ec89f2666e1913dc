/** A document in memory, the plain model of those in a database; its root can be anything. */
import type { TreeChange } from '../../src/core/change.js'
import type { JsonDocument, ReadableTree } from '../../src/core/json-document.js'
import type { JsonKind } from '../../src/core/json-path/tree.js'
import { withChange } from '../../src/core/tree-change.js'
import { Float, type PropertyValue } from '../../src/core/value.js'

type Members = ReadonlyMap<string, PropertyValue>
type Elements = readonly PropertyValue[]

export const memoryTree: ReadableTree<PropertyValue> = {
  kindOf(value): JsonKind {
    if (value === null) return 'null'
    if (Array.isArray(value)) return 'array'
    if (value instanceof Map) return 'object'
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float) return 'number'
    return typeof value === 'string' || typeof value === 'boolean' ? (typeof value as JsonKind) : 'other'
  },
  scalarOf: (value) => (value instanceof Float ? value.value : (value as string)),
  memberOf: (value, name) => (value as Members).get(name),
  elementOf: (value, index) => (value as Elements)[index]!,
  sizeOf: (value) => (value instanceof Map ? value.size : (value as Elements).length),
  membersOf: (value) => value as Members,
  read: (value) => value,
}

export class MemoryDocument implements JsonDocument<PropertyValue> {
  readonly tree = memoryTree
  constructor(private value: PropertyValue) {}

  root(): PropertyValue {
    return this.value
  }

  apply(change: TreeChange): void {
    if (change.path.length > 0) this.value = withChange(this.value, change)
    else this.value = change.kind === 'set' ? change.value : null
  }
}
