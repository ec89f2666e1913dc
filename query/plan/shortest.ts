/**
 * What a WHERE says of shortest paths. `all(r IN relationships(p) WHERE r.open)` is asked of each relationship while
 * the search goes on: `p` is then the shortest of the paths that satisfy it. Whatever else is said of the path could
 * only be asked of whole paths, longer and longer ones, of which there is no end; so it is refused, with the way out.
 */
import { DatabaseError } from '../../src/core/errors.js'
import type { BoundExpression, BoundPath, Slot } from '../semantics/bound.js'
import { mentions } from '../semantics/mentions.js'
import type { PartPredicate } from './logical.js'

export interface SplitConditions {
  /** Of the paths, by the slot of their relationships. */
  readonly parts: ReadonlyMap<Slot, readonly PartPredicate[]>
  readonly rest: readonly BoundExpression[]
}

/** Takes what is said of shortest paths out of the conditions of their MATCH. Throws UNSUPPORTED. */
export function splitConditions(paths: readonly BoundPath[], conditions: readonly BoundExpression[]): SplitConditions {
  const parts = new Map<Slot, PartPredicate[]>()
  const rest = conditions.filter((condition) => {
    const path = paths.find((each) => isShortest(each) && readsPath(condition, each))
    if (path === undefined) return true
    const [{ slot }] = path.steps as [BoundPath['steps'][number]]
    parts.set(slot, [...(parts.get(slot) ?? []), partPredicate(condition, path) ?? refuse(condition)])
    return false
  })
  return { parts, rest }
}

function isShortest({ steps }: BoundPath): boolean {
  return steps.some(({ shortest }) => shortest !== null)
}

function readsPath(condition: BoundExpression, { pathSlot, steps }: BoundPath): boolean {
  const own = [...steps.map(({ slot }) => slot), ...(pathSlot === null ? [] : [pathSlot])]
  return mentions(condition, new Set(own))
}

function partPredicate(condition: BoundExpression, path: BoundPath): PartPredicate | undefined {
  if (condition.kind !== 'quantifier') return undefined
  const { quantifier, slot, list, where } = condition
  if (quantifier !== 'all' && quantifier !== 'none') return undefined
  const of = partsMeant(list, path)
  if (of === undefined || readsPath(where, path)) return undefined
  return { of, slot, where, negated: quantifier === 'none' }
}

/** `relationships(p)`, `nodes(p)`, or the variable of the relationships. */
function partsMeant(list: BoundExpression, { pathSlot, steps }: BoundPath): PartPredicate['of'] | undefined {
  if (list.kind === 'slot') return list.slot === steps[0]!.slot ? 'relationships' : undefined
  if (list.kind !== 'call' || (list.name !== 'relationships' && list.name !== 'nodes')) return undefined
  const [path] = list.arguments
  return path?.kind === 'slot' && path.slot === pathSlot ? list.name : undefined
}

function refuse({ position }: BoundExpression): never {
  throw new DatabaseError(
    'UNSUPPORTED',
    'a shortest path is chosen by all(... IN relationships(p) WHERE ...) and the like, not by this condition',
    { position, hint: 'write WITH p WHERE ... to choose among the shortest paths' },
  )
}
