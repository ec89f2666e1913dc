/**
 * Finds what a path means in a tree.
 *
 * The values of each segment come in the order of those before it, so walking the path depth first, every selector of a
 * value before the next value, gives the order of RFC 9535 without a list for each segment: a caller that wants the first
 * match stops there. A descendant segment is applied to the value itself and then to each child, before the child's own
 * children.
 */
import { matchesWhole, regexpOf, searches } from '../regexp.js'
import { Budget } from './budget.js'
import { compareOperands, type Found } from './compare.js'
import type { Call, Condition, JsonPath, Operand, Query, Segment, Selector, Slice } from './path.js'
import type { JsonTree, Step } from './tree.js'

/** Gives true to see no more. `steps` is where the value lies; it changes while the walk goes on. */
export type Visit<T> = (value: T, steps: readonly Step[]) => boolean

/**
 * Visits every value that the path finds, in order. Throws LIMIT_EXCEEDED where it takes more than `stepsMax` steps.
 */
export function visitMatches<T>(
  path: JsonPath,
  { tree, root, stepsMax }: { tree: JsonTree<T>; root: T; stepsMax?: number },
  visit: Visit<T>,
): void {
  new Evaluation(tree, root, new Budget(stepsMax)).walk(path.segments, root, visit)
}

export function findMatches<T>(path: JsonPath, tree: JsonTree<T>, root: T): T[] {
  const found: T[] = []
  visitMatches(path, { tree, root }, (value) => {
    found.push(value)
    return false
  })
  return found
}

/** The first match; undefined where there is none. */
export function findFirstMatch<T>(path: JsonPath, tree: JsonTree<T>, root: T): T | undefined {
  let found: T | undefined
  visitMatches(path, { tree, root }, (value) => {
    found = value
    return true
  })
  return found
}

interface Child<T> {
  readonly step: Step
  readonly value: T
}

class Evaluation<T> {
  private readonly steps: Step[] = []

  constructor(
    private readonly tree: JsonTree<T>,
    private readonly root: T,
    private readonly budget: Budget,
  ) {}

  // ---- walking --------------------------------------------------------------------------------------------------------

  /** Gives whether the visitor wanted no more. */
  walk(segments: readonly Segment[], start: T, visit: Visit<T>): boolean {
    const base = this.steps.length
    const stopped = this.walkOpen(segments, start, visit)
    this.steps.length = base
    return stopped
  }

  /** Values whose children are still to come lie in a list, not on the stack: a tree may be deeper than that is. */
  private walkOpen(segments: readonly Segment[], start: T, visit: Visit<T>): boolean {
    const { steps } = this
    const way = this.goStraight(segments, start)
    if (way === undefined) return false
    if (way.at === segments.length) return visit(way.value, steps)
    const open = [this.arrivals(segments, way)]
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { done, value: arrival } = top.next()
      if (done) {
        open.pop()
        if (open.length > 0) steps.pop()
        continue
      }
      this.budget.spend(1)
      steps.push(arrival.step)
      if (arrival.at < segments.length) open.push(this.arrivals(segments, arrival))
      else {
        if (visit(arrival.value, steps)) return true
        steps.pop()
      }
    }
    return false
  }

  /** Goes along the names and indexes that a path begins with, which is all of most paths. */
  private goStraight(segments: readonly Segment[], start: T): { value: T; at: number } | undefined {
    let value = start
    for (let at = 0; at < segments.length; at++) {
      const { kind, selectors } = segments[at]!
      const selector = selectors[0]!
      if (kind === 'descendant' || selectors.length > 1) return { value, at }
      if (selector.kind !== 'name' && selector.kind !== 'index') return { value, at }
      this.budget.spend(1)
      const child = selector.kind === 'name' ? this.member(value, selector.name) : this.element(value, selector.index)
      if (child === undefined) return undefined
      this.steps.push(child.step)
      value = child.value
    }
    return { value, at: segments.length }
  }

  /** Where a value leads to by the segment at `at`. */
  private *arrivals(
    segments: readonly Segment[],
    { value, at }: { value: T; at: number },
  ): Generator<Child<T> & { readonly at: number }, undefined> {
    const { kind, selectors } = segments[at]!
    for (const selector of selectors) {
      this.budget.spend(1)
      for (const { step, value: child } of this.selected(selector, value)) yield { step, value: child, at: at + 1 }
    }
    if (kind === 'child') return
    for (const { step, value: child } of this.children(value)) yield { step, value: child, at }
  }

  private selected(selector: Selector, value: T): Iterable<Child<T>> {
    switch (selector.kind) {
      case 'name':
        return orNone(this.member(value, selector.name))
      case 'wildcard':
        return this.children(value)
      case 'index':
        return orNone(this.element(value, selector.index))
      case 'slice':
        return this.slice(value, selector)
      case 'filter':
        return this.filtered(value, selector.condition)
    }
  }

  private member(value: T, name: string): Child<T> | undefined {
    if (this.tree.kindOf(value) !== 'object') return undefined
    const member = this.tree.memberOf(value, name)
    return member === undefined ? undefined : { step: name, value: member }
  }

  private element(value: T, index: number): Child<T> | undefined {
    if (this.tree.kindOf(value) !== 'array') return undefined
    const size = this.tree.sizeOf(value)
    const at = index < 0 ? size + index : index
    return at >= 0 && at < size ? { step: at, value: this.tree.elementOf(value, at) } : undefined
  }

  private *slice(value: T, slice: Slice): Generator<Child<T>, undefined> {
    if (this.tree.kindOf(value) !== 'array' || slice.step === 0) return
    const { step } = slice
    const { from, to } = boundsOf(slice, this.tree.sizeOf(value))
    for (let i = from; step > 0 ? i < to : i > to; i += step) yield { step: i, value: this.tree.elementOf(value, i) }
  }

  private *filtered(value: T, condition: Condition): Generator<Child<T>, undefined> {
    for (const child of this.children(value)) if (this.holds(condition, child.value)) yield child
  }

  private *children(value: T): Generator<Child<T>, undefined> {
    const { tree } = this
    const kind = tree.kindOf(value)
    if (kind === 'object') {
      for (const [step, member] of tree.membersOf(value)) yield { step, value: member }
    } else if (kind === 'array') {
      const size = tree.sizeOf(value)
      for (let i = 0; i < size; i++) yield { step: i, value: tree.elementOf(value, i) }
    }
  }

  // ---- conditions -----------------------------------------------------------------------------------------------------

  private holds(condition: Condition, current: T): boolean {
    this.budget.spend(1)
    switch (condition.kind) {
      case 'or':
        return condition.conditions.some((part) => this.holds(part, current))
      case 'and':
        return condition.conditions.every((part) => this.holds(part, current))
      case 'not':
        return !this.holds(condition.condition, current)
      case 'query':
        return this.seek(condition, current, () => true)
      case 'comparison': {
        const [left, right] = [this.valueOf(condition.left, current), this.valueOf(condition.right, current)]
        return compareOperands(condition.operator, { left, right, tree: this.tree, budget: this.budget })
      }
      case 'call':
        return this.isMatch(condition, current)
    }
  }

  /** Walks a query of a condition. Paths bound how deep filters nest, and so the stack that this takes. */
  private seek({ from, segments }: Query, current: T, visit: Visit<T>): boolean {
    return this.walk(segments, from === 'root' ? this.root : current, visit)
  }

  private valueOf(operand: Operand, current: T): Found<T> {
    switch (operand.kind) {
      case 'literal':
        return { kind: 'scalar', value: operand.value }
      case 'query':
        return this.foundIn(this.first(operand, current))
      case 'call':
        return this.result(operand, current)
    }
  }

  private first(query: Query, current: T): T | undefined {
    let first: T | undefined
    this.seek(query, current, (value) => {
      first = value
      return true
    })
    return first
  }

  private foundIn(value: T | undefined): Found<T> {
    if (value === undefined) return { kind: 'nothing' }
    const kind = this.tree.kindOf(value)
    if (kind === 'other') return { kind: 'other' }
    if (kind === 'object' || kind === 'array') return { kind, value }
    return { kind: 'scalar', value: this.tree.scalarOf(value) }
  }

  // ---- functions ------------------------------------------------------------------------------------------------------

  /** Of a function that gives a value; the parser lets no other come here. */
  private result({ called, arguments: [argument] }: Call, current: T): Found<T> {
    if (called.name === 'length') return this.lengthOf(this.valueOf(argument!, current))
    const query = argument as Query
    return called.name === 'count' ? this.count(query, current) : this.onlyValue(query, current)
  }

  private lengthOf(found: Found<T>): Found<T> {
    if (found.kind === 'object' || found.kind === 'array')
      return { kind: 'scalar', value: this.tree.sizeOf(found.value) }
    if (found.kind === 'scalar' && typeof found.value === 'string') {
      this.budget.spend(found.value.length)
      return { kind: 'scalar', value: codePointCount(found.value) }
    }
    return { kind: 'nothing' }
  }

  private count(query: Query, current: T): Found<T> {
    let value = 0
    this.seek(query, current, () => {
      value++
      return false
    })
    return { kind: 'scalar', value }
  }

  private onlyValue(query: Query, current: T): Found<T> {
    const found: T[] = []
    this.seek(query, current, (value) => found.push(value) > 1)
    return this.foundIn(found.length === 1 ? found[0] : undefined)
  }

  /** What is no string matches nothing, and neither does a pattern that is no I-Regexp: so RFC 9535 has it. */
  private isMatch({ called, arguments: [text, pattern] }: Call, current: T): boolean {
    const found = this.valueOf(text!, current)
    const sought = this.valueOf(pattern!, current)
    if (found.kind !== 'scalar' || typeof found.value !== 'string') return false
    if (sought.kind !== 'scalar' || typeof sought.value !== 'string') return false
    const regexp = regexpOf(sought.value)
    if (regexp === undefined) return false
    return (called.name === 'match' ? matchesWhole : searches)(regexp, found.value, this.budget)
  }
}

/** The bounds of RFC 9535, 2.3.4.2.2: from `from` on, `to` not included, in the direction of the step. */
function boundsOf({ start, end, step }: Slice, size: number): { from: number; to: number } {
  const at = (index: number) => (index >= 0 ? index : size + index)
  if (step > 0) return { from: clamp(at(start ?? 0), 0, size), to: clamp(at(end ?? size), 0, size) }
  return {
    from: clamp(at(start ?? size - 1), -1, size - 1),
    to: end === undefined ? -1 : clamp(at(end), -1, size - 1),
  }
}

function orNone<T>(child: T | undefined): readonly T[] {
  return child === undefined ? [] : [child]
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}

function codePointCount(text: string): number {
  let count = 0
  for (const _sign of text) count++
  return count
}
