/** Lists and maps in memory under the contract of the arena: a ref is the number of a value. */
import { groupKey } from '../../query/functions/values.js'
import type { PropertyValue } from '../../src/core/value.js'
import { type ContainerKind, TreeRef, type Trees, type TreeValue } from '../../src/stores/json/tree-ref.js'

export class MemoryTrees implements Trees {
  private readonly containers: PropertyValue[] = []

  place(value: PropertyValue): TreeValue {
    if (!Array.isArray(value) && !(value instanceof Map)) return value as TreeValue
    return new TreeRef(this, value instanceof Map ? 'object' : 'array', this.containers.push(value) - 1)
  }

  sizeOf(ref: number): number {
    const value = this.containers[ref]
    return value instanceof Map ? value.size : this.list(ref).length
  }

  memberOf(ref: number, name: string): TreeValue | undefined {
    const value = this.map(ref).get(name)
    return value === undefined ? undefined : this.place(value)
  }

  elementOf(ref: number, index: number): TreeValue | undefined {
    const value = this.list(ref)[index]
    return value === undefined ? undefined : this.place(value)
  }

  membersOf(ref: number): Iterable<readonly [string, TreeValue]> {
    return Array.from(this.map(ref), ([name, value]) => [name, this.place(value)] as const)
  }

  elementsOf(ref: number): Iterable<TreeValue> {
    return this.list(ref).map((value) => this.place(value))
  }

  keyOf(_kind: ContainerKind, ref: number): string {
    return String(groupKey(this.containers[ref]!))
  }

  bytesOf(): number {
    throw new Error('values in memory take no bytes of a store')
  }

  read(_kind: ContainerKind, ref: number): PropertyValue {
    return this.containers[ref]!
  }

  private map(ref: number): ReadonlyMap<string, PropertyValue> {
    return this.containers[ref] as ReadonlyMap<string, PropertyValue>
  }

  private list(ref: number): readonly PropertyValue[] {
    return this.containers[ref] as readonly PropertyValue[]
  }
}
