/** A list or a map as it lies in the arena: walked step by step, so that only what is asked for is read. */
import type { PropertyValue, Scalar } from '../../core/value.js'
import type { TreeStore } from './tree.js'

/** What a place needs of the arena it lies in. */
export type Trees = Pick<
  TreeStore,
  'sizeOf' | 'memberOf' | 'elementOf' | 'membersOf' | 'elementsOf' | 'keyOf' | 'bytesOf' | 'read'
>

export type ContainerKind = 'object' | 'array'

/** What lies at a place of a document. */
export type TreeValue = Scalar | TreeRef

/** Holds until the next write, or until the transaction that gave it pauses. */
export class TreeRef {
  constructor(
    private readonly trees: Trees,
    readonly kind: ContainerKind,
    /** 0 for one that is empty. */
    readonly ref: number,
  ) {}

  /** Members or elements. */
  get size(): number {
    return this.trees.sizeOf(this.ref)
  }

  /** Of a map; undefined where it has no such member. */
  member(name: string): TreeValue | undefined {
    return this.trees.memberOf(this.ref, name)
  }

  /** Of a list; undefined beyond its ends. */
  element(index: number): TreeValue | undefined {
    return this.trees.elementOf(this.ref, index)
  }

  /** Of a map, in their order. */
  members(): Iterable<readonly [name: string, value: TreeValue]> {
    return this.trees.membersOf(this.ref)
  }

  /** Of a list. */
  elements(): Iterable<TreeValue> {
    return this.trees.elementsOf(this.ref)
  }

  /** What it takes in the store beside the place that it lies at, and in the strings that it holds, shared or not. */
  get bytes(): number {
    return this.trees.bytesOf(this.ref)
  }

  /** A text that those values of the same version have that DISTINCT takes for one, and no others. Nothing is read for it. */
  key(): string {
    return this.trees.keyOf(this.kind, this.ref)
  }

  /** The whole of it, as a value in memory. */
  read(): PropertyValue {
    return this.trees.read(this.kind, this.ref)
  }
}
