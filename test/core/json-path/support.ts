import { findMatches, visitMatches } from '../../../src/core/json-path/evaluate.js'
import { normalizedPath } from '../../../src/core/json-path/normalized.js'
import { parseJsonPath } from '../../../src/core/json-path/parse.js'
import type { JsonScalar } from '../../../src/core/json-path/path.js'
import type { JsonKind, JsonTree } from '../../../src/core/json-path/tree.js'

/** Values of JSON.parse as a tree. */
export const plainTree: JsonTree<unknown> = {
  kindOf(value) {
    if (value === null) return 'null'
    return Array.isArray(value) ? 'array' : ((typeof value === 'bigint' ? 'number' : typeof value) as JsonKind)
  },
  scalarOf: (value) => value as JsonScalar,
  memberOf: (value, name) =>
    Object.hasOwn(value as object, name) ? (value as Record<string, unknown>)[name] : undefined,
  elementOf: (value, index) => (value as unknown[])[index],
  sizeOf: (value) => Object.keys(value as object).length,
  membersOf: (value) => Object.entries(value as object),
}

export function find(path: string, document: unknown): unknown[] {
  return findMatches(parseJsonPath(path), plainTree, document)
}

/** Normalised paths of what is found. */
export function places(path: string, document: unknown): string[] {
  const found: string[] = []
  visitMatches(parseJsonPath(path), { tree: plainTree, root: document }, (_value, steps) => {
    found.push(normalizedPath(steps))
    return false
  })
  return found
}
