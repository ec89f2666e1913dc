/**
 * A document that is read and changed place by place, as JSON Patch, Merge Patch and the procedures of `json.` do it. `T` is
 * what stands for a value in it; it says nothing any more after the next change.
 */
import type { TreeChange } from './change.js'
import type { JsonTree, Step } from './json-path/tree.js'
import type { PropertyValue } from './value.js'

export interface JsonDocument<T> {
  readonly tree: ReadableTree<T>
  /** The whole document as it is now. */
  root(): T
  /**
   * Makes a change of which the place is there. Its path leads from the root down, and no step at all is the root. Throws
   * what the store of the document has against it.
   */
  apply(change: TreeChange): void
}

export interface ReadableTree<T> extends JsonTree<T> {
  /** The value by itself, with all that it holds. */
  read(value: T): PropertyValue
}

/** The value at a place; undefined where there is none. */
export function valueAt<T>(document: JsonDocument<T>, path: readonly Step[]): T | undefined {
  let value: T | undefined = document.root()
  for (const step of path) {
    if (value === undefined) return undefined
    value = childOf(document.tree, value, step)
  }
  return value
}

/** A member by its name, an element by its index. */
export function childOf<T>(tree: JsonTree<T>, value: T, step: Step): T | undefined {
  if (typeof step === 'string') return tree.kindOf(value) === 'object' ? tree.memberOf(value, step) : undefined
  return tree.kindOf(value) === 'array' && step < tree.sizeOf(value) ? tree.elementOf(value, step) : undefined
}
