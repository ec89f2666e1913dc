/**
 * Comparisons in filters (RFC 9535, 2.3.5.2.2): numbers by what they stand for, strings by code point, objects and arrays
 * by all that they hold. Between different types nothing is equal and nothing is less. Nothing equals Nothing.
 */
import { compareStrings } from '../compare-strings.js'
import type { Budget } from './budget.js'
import type { ComparisonOperator, JsonScalar } from './path.js'
import type { JsonTree } from './tree.js'

/** What stands for an operand: a value, or Nothing. */
export type Found<T> =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'other' }
  | { readonly kind: 'scalar'; readonly value: JsonScalar }
  | { readonly kind: 'object' | 'array'; readonly value: T }

interface Sides<T> {
  readonly left: Found<T>
  readonly right: Found<T>
  readonly tree: JsonTree<T>
  readonly budget: Budget
}

export function compareOperands<T>(operator: ComparisonOperator, sides: Sides<T>): boolean {
  sides.budget.spend(textLength(sides.left))
  switch (operator) {
    case '==':
      return equal(sides)
    case '!=':
      return !equal(sides)
    case '<':
      return less(sides.left, sides.right)
    case '>':
      return less(sides.right, sides.left)
    case '<=':
      return less(sides.left, sides.right) || equal(sides)
    case '>=':
      return less(sides.right, sides.left) || equal(sides)
  }
}

/** What a comparison with a text can cost: a long one may be compared once for each value of a document. */
function textLength<T>(found: Found<T>): number {
  return found.kind === 'scalar' && typeof found.value === 'string' ? found.value.length : 0
}

function less<T>(left: Found<T>, right: Found<T>): boolean {
  if (left.kind !== 'scalar' || right.kind !== 'scalar') return false
  const [a, b] = [left.value, right.value]
  if (typeof a === 'string') return typeof b === 'string' && compareStrings(a, b) < 0
  return isNumber(a) && isNumber(b) && a < b
}

function equal<T>({ left, right, tree, budget }: Sides<T>): boolean {
  if (left.kind === 'nothing') return right.kind === 'nothing'
  if (left.kind === 'other') return false
  if (left.kind === 'scalar') return right.kind === 'scalar' && scalarsEqual(left.value, right.value)
  if (right.kind !== 'object' && right.kind !== 'array') return false
  return treesEqual(left.value, right.value, tree, budget)
}

function scalarsEqual(a: JsonScalar, b: JsonScalar): boolean {
  // Loose, as a bigint and a number are the same where they stand for the same.
  // biome-ignore lint/suspicious/noDoubleEquals: see above
  return isNumber(a) ? isNumber(b) && a == b : a === b
}

function isNumber(value: JsonScalar): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Pairs that are still to be compared lie in a list, so that the depth of values does not count. */
function treesEqual<T>(left: T, right: T, tree: JsonTree<T>, budget: Budget): boolean {
  const pairs: [T, T][] = [[left, right]]
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    budget.spend(1)
    const [a, b] = pair
    const kind = tree.kindOf(a)
    if (kind !== tree.kindOf(b) || kind === 'other') return false
    if (kind === 'object' || kind === 'array') {
      if (tree.sizeOf(a) !== tree.sizeOf(b)) return false
      if (!addPairs(kind, pair, { pairs, tree })) return false
    } else if (!scalarsEqual(tree.scalarOf(a), tree.scalarOf(b))) return false
  }
  return true
}

/** Adds the children of two values of one size; false where a member of one is missing in the other. */
function addPairs<T>(
  kind: 'object' | 'array',
  [a, b]: readonly [T, T],
  { pairs, tree }: { pairs: [T, T][]; tree: JsonTree<T> },
): boolean {
  if (kind === 'array') {
    const size = tree.sizeOf(a)
    for (let i = 0; i < size; i++) pairs.push([tree.elementOf(a, i), tree.elementOf(b, i)])
    return true
  }
  for (const [name, member] of tree.membersOf(a)) {
    const other = tree.memberOf(b, name)
    if (other === undefined) return false
    pairs.push([member, other])
  }
  return true
}
