/**
 * The values at the place of an index, in a document as it lies in the arena: read along the path, so that an index on one
 * member of a large document costs a change of it no more than the path.
 */
import type { IndexStep, TreeChange } from '../core/change.js'
import { valuesAt } from '../core/index-parts.js'
import { withChange } from '../core/tree-change.js'
import type { PropertyValue } from '../core/value.js'
import { TreeRef, type TreeValue } from './json/tree-ref.js'

type Path = readonly IndexStep[]

/** As `valuesAt`, below the step of the number `depth`. */
export function valuesInTree(value: TreeValue | undefined, path: Path, depth = 0): readonly PropertyValue[] {
  if (value === undefined) return []
  if (!(value instanceof TreeRef)) return valuesAt(value, path, depth)
  if (depth === path.length) return [value.read()]
  const step = path[depth]!
  if (step !== null) return value.kind === 'object' ? valuesInTree(value.member(step), path, depth + 1) : []
  return value.kind === 'array' ? [...value.elements()].flatMap((item) => valuesInTree(item, path, depth + 1)) : []
}

/** As `valuesInTree`, of what the list or map will be after a change that fits it. */
export function valuesAfter(container: TreeRef, path: Path, change: TreeChange, depth = 0): readonly PropertyValue[] {
  if (depth === path.length) return [withChange(container.read(), change, depth)]
  const step = path[depth]!
  const changed = change.path[depth]!
  if ((step === null) !== (typeof changed === 'number')) return []
  if (step !== null && step !== changed) return valuesInTree(container, path, depth)
  if (depth < change.path.length - 1)
    return childrenAt(container, step).flatMap((child, i) =>
      step !== null || i === changed
        ? valuesAfter(child as TreeRef, path, change, depth + 1)
        : valuesInTree(child, path, depth + 1),
    )
  const kept = childrenAt(container, step).filter(
    (_, i) => change.kind === 'insert' || (step === null && i !== changed),
  )
  return [
    ...kept.flatMap((child) => valuesInTree(child, path, depth + 1)),
    ...valuesGiven(change).flatMap((value) => valuesAt(value, path, depth + 1)),
  ]
}

/** The member, or all elements. */
function childrenAt(container: TreeRef, step: IndexStep): readonly TreeValue[] {
  if (step === null) return [...container.elements()]
  const member = container.member(step)
  return member === undefined ? [] : [member]
}

/** What a change puts into a document. */
export function valuesGiven(change: TreeChange): readonly PropertyValue[] {
  if (change.kind === 'remove') return []
  return change.kind === 'set' ? [change.value] : change.values
}
