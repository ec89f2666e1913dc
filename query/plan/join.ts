/**
 * What a join is made of: a part of a pattern that can be found by itself, and how its rows meet those of the rest.
 *
 *   (a {name: 'x'})-->(b)-->(m)<--(c)<--(d {name: 'y'})
 *
 * With a, b and m known, the rest is c, d and two relationships, and m is where they meet. Found by itself, from d, it
 * costs the rows between d and m; walked from the rows known, it costs all that leads to any m.
 */
import type { BoundExpression, Slot } from '../semantics/bound.js'
import { slotsRead } from './expressions.js'
import type { Pattern, PatternNode, PatternRelationship } from './logical.js'
import type { JoinedValues } from './physical.js'

/** What of a pattern is known already. */
export interface Known {
  readonly known: ReadonlySet<Slot>
  /** Those that are still to be walked. */
  readonly relationships: readonly PatternRelationship[]
  readonly predicates: readonly BoundExpression[]
}

/** A part of a pattern that hangs together without what is known. */
export interface Rest {
  readonly nodes: readonly PatternNode[]
  readonly relationships: readonly PatternRelationship[]
  /** Known nodes that its relationships lead to. */
  readonly meeting: readonly Slot[]
  /** Of its own, which nothing else binds. */
  readonly slots: ReadonlySet<Slot>
}

/** How the rows of a rest are found and meet those that are known. */
export interface Meeting {
  /** Predicates of the rest alone. */
  readonly within: readonly BoundExpression[]
  readonly values: readonly JoinedValues[]
  /** The equalities that `values` stand for. */
  readonly equalities: readonly BoundExpression[]
}

/**
 * The rests of a pattern. One with trails, whose walks cannot be gathered, is not among them, nor one that is the whole
 * pattern again, as then nothing but a node that they meet in is known.
 */
export function restsOf(pattern: Pattern, { known, relationships }: Known): readonly Rest[] {
  const nodes = new Map(pattern.nodes.map((node) => [node.slot, node]))
  const seen = new Set<Slot>()
  return pattern.nodes.flatMap(({ slot }) => {
    if (known.has(slot) || seen.has(slot)) return []
    const own = reach(slot, relationships, known)
    for (const each of own) seen.add(each)
    const hops = relationships.filter(({ from, to }) => own.has(from) || own.has(to))
    const meeting = [...new Set(hops.flatMap(({ from, to }) => [from, to]))].filter((end) => !own.has(end))
    const slots = new Set([...own, ...hops.map((hop) => hop.slot)])
    const isWhole = own.size + meeting.length === nodes.size && hops.length === pattern.relationships.length
    if ((isWhole && meeting.length > 0) || !hops.every(isHop)) return []
    const parts = [...own, ...meeting].map((each) => ({ ...nodes.get(each)!, bound: false }))
    return [{ nodes: parts, relationships: hops, meeting, slots }]
  })
}

/** The unknown nodes that hang together with one. */
function reach(start: Slot, relationships: readonly PatternRelationship[], known: ReadonlySet<Slot>): Set<Slot> {
  const reached = new Set([start])
  // A set gives what is added to it while it is walked.
  for (const slot of reached)
    for (const { from, to } of relationships)
      if (from === slot || to === slot) for (const end of [from, to]) if (!known.has(end)) reached.add(end)
  return reached
}

function isHop({ bound, length, shortest }: PatternRelationship): boolean {
  return !bound && length === null && shortest === null
}

export function meetingOf(rest: Rest, { known, predicates }: Known): Meeting {
  const inside = new Set([...rest.slots, ...rest.meeting])
  const within = predicates.filter((predicate) => readsOnly(predicate, inside))
  const pairs = predicates.flatMap((predicate) => {
    const values = joinedValues(predicate, inside, rest.slots, known)
    return values === undefined ? [] : [{ predicate, values }]
  })
  return {
    within,
    values: pairs.map(({ values }) => values),
    equalities: pairs.map(({ predicate }) => predicate),
  }
}

/** `a.x = b.y` where one side reads what is known and the other the rest. */
function joinedValues(
  predicate: BoundExpression,
  inside: ReadonlySet<Slot>,
  own: ReadonlySet<Slot>,
  known: ReadonlySet<Slot>,
): JoinedValues | undefined {
  if (predicate.kind !== 'binary' || predicate.operator !== '=') return undefined
  const { left, right } = predicate
  const isBuild = (side: BoundExpression) => readsOnly(side, inside) && readsSome(side, own)
  const isProbe = (side: BoundExpression) => readsOnly(side, known) && slotsRead(side).size > 0
  if (isBuild(left) && isProbe(right)) return { build: left, probe: right }
  return isBuild(right) && isProbe(left) ? { build: right, probe: left } : undefined
}

function readsOnly(expression: BoundExpression, slots: ReadonlySet<Slot>): boolean {
  return [...slotsRead(expression)].every((slot) => slots.has(slot))
}

function readsSome(expression: BoundExpression, slots: ReadonlySet<Slot>): boolean {
  return [...slotsRead(expression)].some((slot) => slots.has(slot))
}

/**
 * That each relationship of the rest differs from those of the same clause that are known; undefined where one of those
 * is a trail, which no predicate can look into.
 */
export function differences(
  pairs: readonly (readonly [PatternRelationship, PatternRelationship])[],
): readonly BoundExpression[] | undefined {
  if (!pairs.every(([, other]) => isHop({ ...other, bound: false }))) return undefined
  return pairs.map(([one, other]) => {
    const [left, right] = [one.slot, other.slot].map(relationshipIn)
    return { kind: 'binary', operator: '<>', left: left!, right: right!, type: 'boolean', position: nowhere }
  })
}

/** Of a predicate that no text has. */
const nowhere = { offset: 0, line: 1, column: 1 }

function relationshipIn(slot: Slot): BoundExpression {
  return { kind: 'slot', slot, type: 'relationship', position: nowhere }
}
