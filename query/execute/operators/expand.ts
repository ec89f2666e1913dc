/** Operators that follow relationships. */
import type { Direction } from '../../../src/transaction/transaction.js'
import { opposite } from '../../plan/match.js'
import type {
  Degree,
  Expand,
  ExpandInto,
  ExpandReach,
  ExpandTrails,
  FoundBefore,
  RelationshipEnds,
} from '../../plan/physical.js'
import type { Slot } from '../../semantics/bound.js'
import { isTrue, propertyEquals } from '../expressions.js'
import type { Pipeline } from '../pipeline.js'
import type { Emission } from './operator.js'
import { nodeId } from './scan.js'

/**
 * Two loops: over the spans of a node's list, and over the pairs of a span.
 *
 *   for (let m0 = a0.open(s1); m0; m0 = a0.next()) {
 *     for (let i0 = a0.start, e0 = a0.end, w0 = a0.words; i0 < e0; i0 += 2) {
 *       const s2 = w0[i0]
 *       const r0 = w0[i0 + 1]
 */
export function emitExpand(plan: Expand, emission: Emission): void {
  const { pipeline } = emission
  const from = nodeId(plan.from, pipeline)
  walkList({ ...plan, from }, emission, (neighbor, relationship) => {
    pipeline.bind(plan.to, 'node', neighbor)
    pipeline.bind(plan.relationship, 'relationship', relationship)
    unlessUsed(plan.differentFrom, plan.relationship, emission)
  })
}

/** Finds the relationships between two nodes that are known. */
export function emitExpandInto(plan: ExpandInto, emission: Emission) {
  const { pipeline } = emission
  const [from, to] = [loopsAround(plan.from, pipeline), loopsAround(plan.to, pipeline)]
  // Between writes an index of neighbours would be out of date as soon as it is made.
  if (from === to || !pipeline.hasViews) return walkToOther(plan, emission)
  if (from < to) return lookUp(plan, plan.from, plan.to, emission)
  lookUp({ ...plan, direction: opposite(plan.direction) }, plan.to, plan.from, emission)
}

function loopsAround(slot: Slot, pipeline: Pipeline): number {
  return pipeline.get(slot).place?.loops ?? 0
}

/** The end that an outer loop has found has its neighbours indexed once; the other end, of each round, is looked up. */
function lookUp(plan: ExpandInto, outer: Slot, inner: Slot, emission: Emission): void {
  const { pipeline } = emission
  const cursor = adjacency(plan.types, plan.direction, pipeline)
  const index = pipeline.state('near', `${pipeline.helper('takeNeighbors')}()`)
  pipeline.finally(`${pipeline.helper('giveNeighborsBack')}(${index})`)
  const place = pipeline.name('i')
  pipeline.line(`${index}.open(${cursor}, ${nodeId(outer, pipeline)})`)
  const first = `${index}.first(${nodeId(inner, pipeline)})`
  pipeline.tightLoop(`for (let ${place} = ${first}; ${place} >= 0; ${place} = ${index}.next(${place}))`, () => {
    pipeline.bind(plan.relationship, 'relationship', `${index}.relationshipAt(${place})`)
    unlessUsed(plan.differentFrom, plan.relationship, emission)
  })
}

/** Both ends are found by the same loop: walks the list of the one that has fewer relationships. */
function walkToOther(plan: ExpandInto, emission: Emission): void {
  const { pipeline } = emission
  const from = nodeId(plan.from, pipeline)
  const to = nodeId(plan.to, pipeline)
  const forth = adjacency(plan.types, plan.direction, pipeline)
  const back = adjacency(plan.types, opposite(plan.direction), pipeline)
  const isForth = pipeline.name('forth')
  const cursor = pipeline.name('a')
  const start = pipeline.name('near')
  const goal = pipeline.name('far')
  pipeline.line(`const ${isForth} = ${forth}.degree(${from}) <= ${back}.degree(${to})`)
  pipeline.line(`const ${cursor} = ${isForth} ? ${forth} : ${back}`)
  pipeline.line(`const ${start} = ${isForth} ? ${from} : ${to}, ${goal} = ${isForth} ? ${to} : ${from}`)
  walkCursor({ cursor, from: start, both: plan.direction === 'both' }, pipeline, (neighbor, relationship) => {
    pipeline.block(`if (${neighbor} === ${goal})`, () => {
      pipeline.bind(plan.relationship, 'relationship', relationship)
      unlessUsed(plan.differentFrom, plan.relationship, emission)
    })
  })
}

/** Walks trails depth first; the walk itself stands for its list until something reads the list as a value. */
export function emitExpandTrails(plan: ExpandTrails, emission: Emission): void {
  const { pipeline, consume } = emission
  const cursor = adjacency(plan.types, plan.direction, pipeline)
  const max = plan.max === null ? 'Infinity' : String(plan.max)
  const options = `{ min: ${plan.min}, max: ${max}, reversed: ${plan.reversed} }`
  const walk = pipeline.own('walk', `new ${pipeline.helper('TrailWalk')}(${cursor}, ${options})`)
  walkEnds(walk, plan, emission, () => {
    pipeline.variables.set(plan.relationship, { text: walk, as: 'trail' })
    if (plan.into) return pipeline.block(`if (${walk}.end === ${nodeId(plan.to, pipeline)})`, consume)
    pipeline.bind(plan.to, 'node', `${walk}.end`)
    consume()
  })
}

/** Walks breadth first: each end of a trail comes once. */
export function emitExpandReach(plan: ExpandReach, emission: Emission): void {
  const { pipeline, consume } = emission
  const cursor = adjacency(plan.types, plan.direction, pipeline)
  const max = plan.max === null ? 'Infinity' : String(plan.max)
  const shape = `min: ${plan.min}, max: ${max}, both: ${plan.direction === 'both'}, shared: ${plan.shared}`
  const made = `new ${pipeline.helper('ReachWalk')}(${cursor}, { ${shape} })`
  const walk = plan.shared ? pipeline.state('walk', made) : pipeline.own('walk', made)
  walkEnds(walk, plan, emission, () => {
    if (plan.into) return pipeline.block(`if (${walk}.end === ${nodeId(plan.to, pipeline)})`, consume)
    pipeline.bind(plan.to, 'node', `${walk}.end`)
    consume()
  })
}

/** One loop over what a walk finds, trails or nodes. */
function walkEnds(walk: string, plan: ExpandTrails | ExpandReach, { pipeline }: Emission, inside: () => void): void {
  const state = pipeline.name('found')
  pipeline.line(`${walk}.open(${nodeId(plan.from, pipeline)}, ${acceptsRelationship(plan, pipeline)})`)
  for (const other of plan.differentFrom) pipeline.line(`${walk}.forbid(${pipeline.get(other).text})`)
  pipeline.loop(`for (let ${state} = ${walk}.next(); ${state} !== 0; ${state} = ${walk}.next())`, () => {
    pipeline.charge('16')
    pipeline.block(`if (${state} === 2)`, () => {
      pipeline.charge('4096')
      pipeline.line('continue')
    })
    inside()
  })
}

/** A function that tests what the pattern asks of every relationship of a trail; 'null' when it asks nothing. */
function acceptsRelationship(plan: Pick<ExpandTrails, 'relationship' | 'properties'>, pipeline: Pipeline): string {
  if (plan.properties.length === 0) return 'null'
  const outer = pipeline.variables.get(plan.relationship)
  pipeline.variables.set(plan.relationship, { text: 'r', as: 'relationship' })
  const tests = plan.properties.map((entry) => isTrue(propertyEquals(plan.relationship, entry), pipeline))
  if (outer === undefined) pipeline.variables.delete(plan.relationship)
  else pipeline.variables.set(plan.relationship, outer)
  return `(r) => ${tests.join(' && ')}`
}

export function emitRelationshipEnds(plan: RelationshipEnds, emission: Emission) {
  const { pipeline } = emission
  const relationship = pipeline.get(plan.relationship)
  if (relationship.as === 'relationship') return emitEnds(plan, relationship.text, emission)
  const id = pipeline.bind(
    plan.relationship,
    'relationship',
    `${pipeline.helper('relationshipIdOf')}(${relationship.text})`,
  )
  pipeline.block(`if (${id} !== 0)`, () => emitEnds(plan, id, emission))
}

/** Tries the relationship the way it points and, where the pattern has no direction and it is no loop, the other way. */
function emitEnds(plan: RelationshipEnds, id: string, emission: Emission): void {
  const { pipeline } = emission
  const view = pipeline.once('rels', 'tx.relationships()')
  const start = pipeline.name('start')
  const end = pipeline.name('end')
  pipeline.line(`const ${start} = ${view}.startOf(${id}), ${end} = ${view}.endOf(${id})`)
  const types = pipeline.once('types', `${pipeline.helper('typeIds')}(tx, ${pipeline.constant(plan.types)})`)
  const typed = plan.types.length === 0 ? '' : ` && ${types}.includes(${view}.typeOf(${id}))`
  pipeline.block(`if (${start} !== 0${typed})`, () => {
    const turn = pipeline.name('turn')
    const lastTurn = pipeline.name('last')
    const first = plan.direction === 'incoming' ? 1 : 0
    const last =
      plan.direction === 'outgoing' ? '0' : plan.direction === 'incoming' ? '1' : `${start} === ${end} ? 0 : 1`
    pipeline.block(`for (let ${turn} = ${first}, ${lastTurn} = ${last}; ${turn} <= ${lastTurn}; ${turn}++)`, () => {
      bindEnd(plan, plan.from, `${turn} === 0 ? ${start} : ${end}`, pipeline, () =>
        bindEnd(
          { ...plan, known: [...plan.known, plan.from] },
          plan.to,
          `${turn} === 0 ? ${end} : ${start}`,
          pipeline,
          () => unlessUsed(plan.differentFrom, plan.relationship, emission),
        ),
      )
    })
  })
}

function bindEnd(plan: RelationshipEnds, slot: Slot, code: string, pipeline: Pipeline, inside: () => void) {
  if (plan.known.includes(slot)) return pipeline.block(`if (${nodeId(slot, pipeline)} === (${code}))`, inside)
  pipeline.bind(slot, 'node', code)
  inside()
}

/** The degree less the relationships found before that it would count again. */
export function emitDegree(plan: Degree, { pipeline, consume }: Emission): void {
  const from = nodeId(plan.from, pipeline)
  const cursor = adjacency(plan.types, plan.direction, pipeline)
  const counted = plan.differentFrom.map((other) => countedAgain(plan, other, from, cursor, pipeline))
  const degree = pipeline.bind(plan.multiplicity, 'value', [`${cursor}.degree(${from})`, ...counted].join(' - '))
  pipeline.block(`if (${degree} > 0)`, consume)
}

/** 1 where the relationship found before is among those that the degree counts, else 0. */
function countedAgain(plan: Degree, other: FoundBefore, node: string, cursor: string, pipeline: Pipeline): string {
  const test = leavesBy(plan.direction, other, node, pipeline)
  if (plan.types.length === 0 || isAmong(other.types, plan.types)) return `(${test} ? 1 : 0)`
  const id = pipeline.get(other.relationship).text
  const types = pipeline.once('types', `${pipeline.helper('typeIds')}(tx, ${pipeline.constant(plan.types)})`)
  return `((${test}) && ${types}.includes(${cursor}.typeOf(${id})) ? 1 : 0)`
}

/** Whether the other relationship lies in the node's list of this direction. A directed hop has told its ends. */
function leavesBy(
  direction: Direction,
  { relationship, ...hop }: FoundBefore,
  node: string,
  pipeline: Pipeline,
): string {
  const from = `${nodeId(hop.from, pipeline)} === ${node}`
  const to = `${nodeId(hop.to, pipeline)} === ${node}`
  if (direction === 'both') return `${from} || ${to}`
  if (hop.direction !== 'both') return hop.direction === direction ? from : to
  const view = pipeline.once('rels', 'tx.relationships()')
  const id = pipeline.get(relationship).text
  return `${view}.${direction === 'outgoing' ? 'startOf' : 'endOf'}(${id}) === ${node}`
}

function isAmong(types: readonly string[], all: readonly string[]): boolean {
  return types.length > 0 && types.every((type) => all.includes(type))
}

export function adjacency(types: readonly string[], direction: Direction, pipeline: Pipeline): string {
  const names = pipeline.constant(types)
  return pipeline.own('a', `${pipeline.helper('adjacency')}(tx, ${names}, ${pipeline.constant(direction)})`)
}

interface List {
  readonly from: string
  readonly types: readonly string[]
  readonly direction: Direction
}

type Pair = (neighbor: string, relationship: string) => void

function walkList({ from, types, direction }: List, { pipeline }: Emission, inside: Pair): void {
  const cursor = adjacency(types, direction, pipeline)
  walkCursor({ cursor, from, both: direction === 'both' }, pipeline, inside)
}

function walkCursor(
  { cursor, from, both }: { cursor: string; from: string; both: boolean },
  pipeline: Pipeline,
  inside: Pair,
): void {
  const more = pipeline.name('m')
  const i = pipeline.name('i')
  const end = pipeline.name('e')
  const words = pipeline.name('w')
  pipeline.block(`for (let ${more} = ${cursor}.open(${from}); ${more}; ${more} = ${cursor}.next())`, () => {
    pipeline.charge(`${cursor}.end - ${cursor}.start`)
    // A hub has thousands of spans; where the pairs do not pause, the spans do.
    const pause = pipeline.pauseLater()
    const skips = pipeline.name('skips')
    if (both) pipeline.line(`const ${skips} = ${cursor}.skipLoops`)
    const header = `let ${i} = ${cursor}.start, ${end} = ${cursor}.end, ${words} = ${cursor}.words`
    const pauses = pipeline.tightLoop(`for (${header}; ${i} < ${end}; ${i} += 2)`, () => {
      const pair = () => inside(`${words}[${i}]`, `${words}[${i} + 1]`)
      if (both) pipeline.block(`if (!(${skips} && ${words}[${i}] === ${from}))`, pair)
      else pair()
    })
    if (!pauses) pause()
  })
}

/** Goes on when the relationship is none of those bound before. */
function unlessUsed(others: readonly Slot[], relationship: Slot, { pipeline, consume }: Emission) {
  if (others.length === 0) return consume()
  const id = pipeline.get(relationship).text
  const tests = others.map((slot) => {
    const other = pipeline.get(slot)
    return other.as === 'trail' ? `!${other.text}.has(${id})` : `${other.text} !== ${id}`
  })
  pipeline.block(`if (${tests.join(' && ')})`, consume)
}
