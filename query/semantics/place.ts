/** Binds the places that SET and REMOVE name: `n.a`, `n[$name]`, `n.a.b[2].c`. */
import type { Expression, PlaceExpression } from '../syntax/ast.js'
import type { Analysis, Scope } from './analysis.js'
import type { BoundExpression, BoundSetItem, StaticType } from './bound.js'
import { bindAccepted, plainSurroundings } from './expressions.js'

type Changed<Item> = Item extends unknown ? Omit<Item, 'value' | 'position'> : never
type PlaceItem = Extract<BoundSetItem, { kind: 'property' | 'place' }>

const owners: readonly StaticType[] = ['node', 'relationship']

/** What a SET or REMOVE does, without the value. A property named by the query and set as a whole is the simple case. */
export function bindPlace(
  analysis: Analysis,
  place: PlaceExpression,
  scope: Scope,
  change: 'set' | 'add' | 'remove',
): Changed<PlaceItem> {
  const { base, steps } = unfold(place)
  const surroundings = plainSurroundings(analysis, scope, 'SET')
  // Only of a list or a map can the first step be one towards the owner, which needs a step of its own.
  const accepted: readonly StaticType[] = steps.length === 1 ? owners : [...owners, 'map', 'list']
  const target = bindAccepted(analysis, base, surroundings, accepted, 'SET')
  const [first, ...others] = steps as [Expression, ...Expression[]]
  if (owners.includes(target.type)) refuseKey(analysis, first)
  if (others.length === 0 && isName(first) && change !== 'add') return { kind: 'property', target, name: first.value }
  const bound = steps.map((step): BoundExpression => {
    if (isName(step)) return { ...step, type: 'string', position: analysis.position(step.at) }
    return bindAccepted(analysis, step, surroundings, ['string', 'integer'], 'a place')
  })
  return { kind: 'place', target, steps: bound, change }
}

/** The operand of the first step, and the steps; a name is a text. */
function unfold(place: PlaceExpression): { base: Expression; steps: readonly Expression[] } {
  const steps: Expression[] = []
  let base: Expression = place
  while (base.kind === 'property' || base.kind === 'index') {
    steps.unshift(base.kind === 'index' ? base.index : { kind: 'literal', at: base.name.at, value: base.name.name })
    base = base.target
  }
  return { base, steps }
}

function isName(step: Expression): step is Expression & { readonly kind: 'literal'; readonly value: string } {
  return step.kind === 'literal' && typeof step.value === 'string'
}

function refuseKey(analysis: Analysis, step: Expression): void {
  if (isName(step) && step.value === '_key')
    analysis.fail('KEY_INVALID', step.at, '_key is given when a node is created and is not set afterwards')
}
