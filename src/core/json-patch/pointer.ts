/**
 * JSON Pointer (RFC 6901): `/a/0/b~1c` is the member `b/c` of the first element of a. Nothing at all is the whole document,
 * `/` the member whose name is empty; in names `~1` stands for `/` and `~0` for `~`.
 */
import { childOf } from '../json-document.js'
import type { JsonTree, Step } from '../json-path/tree.js'

/** The names of a pointer, from the root down; undefined where the text is none. */
export function parsePointer(text: string): readonly string[] | undefined {
  if (text === '') return []
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined
  return text
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** What a name of a pointer is in a value: a member, an index of an element. undefined where it can be neither. */
export function stepIn<T>(tree: JsonTree<T>, value: T, name: string): Step | undefined {
  switch (tree.kindOf(value)) {
    case 'object':
      return name
    case 'array':
      return indexIn(name)
    default:
      return undefined
  }
}

/** An index has no sign, and no zero before it; one that is too long to be exact is beyond every list. */
function indexIn(name: string): number | undefined {
  return /^(0|[1-9]\d*)$/.test(name) ? Number(name) : undefined
}

/** Where names lead to. */
export interface Place<T> {
  readonly path: readonly Step[]
  readonly value: T
}

/** undefined where they lead nowhere. */
export function follow<T>(tree: JsonTree<T>, root: T, names: readonly string[]): Place<T> | undefined {
  const path: Step[] = []
  let value = root
  for (const name of names) {
    const step = stepIn(tree, value, name)
    const child = step === undefined ? undefined : childOf(tree, value, step)
    if (child === undefined) return undefined
    path.push(step!)
    value = child
  }
  return { path, value }
}
