/**
 * The physical plan: how the rows are found, operator by operator. It is what EXPLAIN shows and what the compiler
 * turns into source. Every operator takes rows from its `input`, adds slots, and says how many rows the planner expects.
 *
 * Operators that stream fuse into the loops of one pipeline; `isBreaker` tells those that end one, because they need
 * all their input before they can give a row.
 */
import type { EntityKind, IndexDefinition } from '../../src/core/change.js'
import type { Direction } from '../../src/transaction/transaction.js'
import type {
  BoundAggregate,
  BoundCall,
  BoundEntry,
  BoundExpression,
  BoundMerge,
  BoundPath,
  BoundSetItem,
  Slot,
  SubqueryResult,
} from '../semantics/bound.js'
import { addSlotsRead, slotsRead } from './expressions.js'
import type { PatternPath, ProjectItem, ShortestRule, SortKey } from './logical.js'

export type PhysicalPlan =
  | Unit
  | AllNodesScan
  | LabelScan
  | KeySeek
  | IndexSeek
  | IndexRange
  | TextScan
  | TextScanByScore
  | MemberScan
  | Intersection
  | AsNode
  | Expand
  | ExpandInto
  | ExpandTrails
  | ShortestPath
  | ExpandReach
  | RelationshipEnds
  | Degree
  | StoreCount
  | Optional
  | Apply
  | SemiJoin
  | HashJoin
  | CartesianProduct
  | FilterLabels
  | Filter
  | BuildPath
  | Unwind
  | PropertyKeys
  | Project
  | Distinct
  | Skip
  | Limit
  | Aggregate
  | Sort
  | Top
  | KeepHits
  | Eager
  | Create
  | Merge
  | Call
  | WritingCall
  | CallQuery
  | WritingQuery
  | SetItems
  | Delete
  | Produce
  | Union

interface Operator {
  /** Rows that the planner expects it to give. */
  readonly rows: number
}

interface Streaming extends Operator {
  readonly input: PhysicalPlan
}

/** One row without slots: where every plan starts. */
export interface Unit extends Operator {
  readonly kind: 'unit'
}

export interface AllNodesScan extends Streaming {
  readonly kind: 'allNodesScan'
  readonly slot: Slot
}

export interface LabelScan extends Streaming {
  readonly kind: 'labelScan'
  readonly slot: Slot
  readonly label: string
}

/** The node whose `_key` is the value, if there is one. */
export interface KeySeek extends Streaming {
  readonly kind: 'keySeek'
  readonly slot: Slot
  readonly key: BoundExpression
  /** The value is a list, each item of which is looked for once. */
  readonly each: boolean
}

/** Nodes or relationships whose indexed properties equal the values, one for each property of the index. */
export interface IndexSeek extends Streaming {
  readonly kind: 'indexSeek'
  readonly slot: Slot
  readonly index: IndexDefinition
  readonly values: readonly BoundExpression[]
  /** The only value is a list, each item of which is looked for once. */
  readonly each: boolean
}

/** Nodes or relationships that a full-text or vector index finds, by ascending id. `options` is a map; null is none. */
export interface TextScan extends Streaming {
  readonly kind: 'textScan' | 'vectorScan'
  readonly entity: EntityKind
  readonly slot: Slot
  readonly index: BoundExpression
  readonly query: BoundExpression
  readonly options: BoundExpression | null
}

/** As TextScan, best hits first, until a Top above has rows that those to come cannot be better than. */
export interface TextScanByScore extends Omit<TextScan, 'kind'> {
  readonly kind: 'textScanByScore'
  /** The Top has as many rows as these are together. */
  readonly wanted: readonly BoundExpression[]
  /** How many hits a row of the Top takes, about. */
  readonly hitsPerRow: number
  /** Whether a hit that scores the same as the last row of the Top may come before it. */
  readonly equalsCount: boolean
}

/** The nodes, or the relationships, that are items of a list, each once. */
export interface MemberScan extends Streaming {
  readonly kind: 'memberScan'
  readonly entity: EntityKind
  readonly slot: Slot
  readonly list: BoundExpression
}

/** Nodes that are in all of the sets, by ascending id. */
export interface Intersection extends Streaming {
  readonly kind: 'intersection'
  readonly slot: Slot
  /** Two at least, each of the same slot, over no input of its own. */
  readonly sets: readonly IntersectedSet[]
}

export type IntersectedSet = LabelScan | IndexSeek | IndexRange | TextScan

/** Nodes whose first indexed property may satisfy the comparisons; those stand above it as a filter too. */
export interface IndexRange extends Streaming {
  readonly kind: 'indexRange'
  readonly slot: Slot
  readonly index: IndexDefinition
  readonly min: RangeEnd | null
  readonly max: RangeEnd | null
}

export interface RangeEnd {
  readonly value: BoundExpression
  readonly inclusive: boolean
}

/** Takes a general value as a node from here on: null drops the row, anything but a node is TYPE_MISMATCH. */
export interface AsNode extends Streaming {
  readonly kind: 'asNode'
  readonly slot: Slot
}

/** One relationship that the walk binds. `direction` is as seen from `from`. */
interface Hop extends Streaming {
  readonly from: Slot
  readonly to: Slot
  readonly relationship: Slot
  readonly direction: Direction
  readonly types: readonly string[]
  /** Relationships bound before that this one must differ from; lists where the slot holds a trail. */
  readonly differentFrom: readonly Slot[]
}

export interface Expand extends Hop {
  readonly kind: 'expand'
}

/** Both ends are known: finds the relationships between them, from the end that has fewer. */
export interface ExpandInto extends Hop {
  readonly kind: 'expandInto'
}

/** Every trail of `min` to `max` relationships (null: any number), each with `properties`. */
export interface ExpandTrails extends Hop {
  readonly kind: 'expandTrails'
  readonly min: number
  readonly max: number | null
  readonly properties: readonly BoundEntry[]
  /** `to` is known already: only trails that end there count. */
  readonly into: boolean
  /** The walk goes against the pattern as written, so the list is turned round. */
  readonly reversed: boolean
}

/** Every node that ends such a trail, once, whatever the trails are; `relationship` gets no value. */
export interface ExpandReach extends Omit<ExpandTrails, 'kind' | 'reversed'> {
  readonly kind: 'expandReach'
  /** Once for all rows, rather than once for each. */
  readonly shared: boolean
}

/** One path, or all, of the fewest relationships between two known nodes; its relationships are in the slot. */
export interface ShortestPath extends Hop, ShortestRule {
  readonly kind: 'shortestPath'
  /** 0 or 1. */
  readonly min: number
  readonly max: number | null
  readonly properties: readonly BoundEntry[]
}

/** The relationship is known: binds those of its ends that are not, checks the others, its type and direction. */
export interface RelationshipEnds extends Hop {
  readonly kind: 'relationshipEnds'
  readonly known: readonly Slot[]
}

/** Counts the relationships of `from` in place of walking them; rows without any are dropped. */
export interface Degree extends Streaming {
  readonly kind: 'degree'
  readonly from: Slot
  readonly direction: Direction
  readonly types: readonly string[]
  /** Relationships bound before that do not count. */
  readonly differentFrom: readonly FoundBefore[]
  /** Gets the count: how many rows this one stands for. */
  readonly multiplicity: Slot
}

/** A relationship that an earlier hop has found: from which node, to which, how. */
export interface FoundBefore {
  readonly relationship: Slot
  readonly from: Slot
  readonly to: Slot
  readonly direction: Direction
  readonly types: readonly string[]
}

/** One row with a count that the store keeps: nodes (of a label), or relationships of types. */
export interface StoreCount extends Streaming {
  readonly kind: 'storeCount'
  readonly counted: 'nodes' | 'relationships'
  /** At most one label; none counts everything. Any number of types. */
  readonly names: readonly string[]
  readonly multiplicity: Slot
}

/** The rows of `inner` for each row, or the row itself with null in `slots` where there are none. */
export interface Optional extends Streaming {
  readonly kind: 'optional'
  /** A plan of streaming operators alone; its 'unit' is the present row. */
  readonly inner: PhysicalPlan
  /** What `inner` binds. */
  readonly slots: readonly Slot[]
}

/** Answers a query within an expression for each row: whether `inner` has a row, how many, a slot's list or last. */
export interface Apply extends Streaming {
  readonly kind: 'apply'
  readonly inner: PhysicalPlan
  readonly result: SubqueryResult
  readonly collected: Slot | null
  readonly initial: BoundExpression | null
  readonly slot: Slot
  /** Asked only when the slot is read. */
  readonly lazy: boolean
  /** Gives the same again where it reads the same. */
  readonly repeatable: boolean
}

/** Keeps the rows for which `inner` has a row (semiJoin) or has none (antiJoin); it stops at the first. */
export interface SemiJoin extends Streaming {
  readonly kind: 'semiJoin' | 'antiJoin'
  readonly inner: PhysicalPlan
}

/** Each row with the rows of another plan, which begins by itself and is run once: its rows are gathered first. */
interface Joining extends Streaming {
  readonly build: PhysicalPlan
}

/** With those that have the same nodes in the slots, and whose values equal the row's. */
export interface HashJoin extends Joining {
  readonly kind: 'hashJoin'
  readonly nodes: readonly Slot[]
  readonly values: readonly JoinedValues[]
}

export interface JoinedValues {
  /** Reads the row. */
  readonly probe: BoundExpression
  /** Reads a gathered one. */
  readonly build: BoundExpression
}

/** With all of them. */
export interface CartesianProduct extends Joining {
  readonly kind: 'cartesianProduct'
}

export type Join = HashJoin | CartesianProduct

export interface FilterLabels extends Streaming {
  readonly kind: 'filterLabels'
  readonly slot: Slot
  readonly labels: readonly string[]
}

export interface Filter extends Streaming {
  readonly kind: 'filter'
  readonly predicates: readonly BoundExpression[]
}

export interface BuildPath extends Streaming {
  readonly kind: 'buildPath'
  readonly path: PatternPath
}

/** A row for each item of a list; none for null. */
export interface Unwind extends Streaming {
  readonly kind: 'unwind'
  readonly list: BoundExpression
  readonly slot: Slot
}

/** A row for each property that the entity has, with its name: `list` is `keys(owner)`. */
export interface PropertyKeys extends Streaming {
  readonly kind: 'propertyKeys'
  readonly owner: Slot
  readonly list: BoundExpression
  readonly slot: Slot
}

export interface Project extends Streaming {
  readonly kind: 'project'
  readonly items: readonly ProjectItem[]
}

/** Drops rows that are equivalent in `slots` to an earlier one. */
export interface Distinct extends Streaming {
  readonly kind: 'distinct'
  readonly slots: readonly Slot[]
}

export interface Skip extends Streaming {
  readonly kind: 'skip'
  readonly count: BoundExpression
}

export interface Limit extends Streaming {
  readonly kind: 'limit'
  readonly count: BoundExpression
}

export interface Aggregate extends Streaming {
  readonly kind: 'aggregate'
  readonly groupBy: readonly ProjectItem[]
  readonly aggregates: readonly BoundAggregate[]
  /** How many rows each input row stands for: the product of these slots. */
  readonly multiplicities: readonly Slot[]
}

export interface Sort extends Streaming {
  readonly kind: 'sort'
  readonly keys: readonly SortKey[]
}

/** The first rows of a sort, kept in a heap of `skip` + `limit`. */
export interface Top extends Streaming {
  readonly kind: 'top'
  readonly keys: readonly SortKey[]
  readonly skip: BoundExpression | null
  readonly limit: BoundExpression
}

/** Of all rows those whose node is a hit: rows are gathered, and the index is searched among their nodes at once. */
export interface KeepHits extends Omit<TextScan, 'kind'> {
  readonly kind: 'keepHits'
  /** As many as these are together, the best, and all that score as the last of them; null: every hit. */
  readonly wanted: readonly BoundExpression[] | null
  /** Whether those stay, too, that the index holds nothing of. */
  readonly others: boolean
}

/** All rows before the first one goes on: what is above writes what is below reads. */
export interface Eager extends Streaming {
  readonly kind: 'eager'
}

export interface Create extends Streaming {
  readonly kind: 'create'
  readonly paths: readonly BoundPath[]
}

/** For each row the paths that `inner` finds from it, those that the rows before have created included; else a new one. */
export interface Merge extends Streaming, Omit<BoundMerge, 'kind'> {
  readonly kind: 'merge'
  /** A plan of streaming operators alone; its 'unit' is the present row. */
  readonly inner: PhysicalPlan
}

/**
 * The rows of a procedure for each row, without those of its columns that nothing binds. One that writes ends a
 * pipeline, as every write does.
 */
interface AnyCall extends Streaming, Omit<BoundCall, 'kind' | 'where' | 'optional'> {}

export interface Call extends AnyCall {
  readonly kind: 'call'
}

export interface WritingCall extends AnyCall {
  readonly kind: 'writingCall'
}

/**
 * The rows of `inner` for each row, or the row itself where there are none to read; with `optional` a row without any
 * goes on with nulls. One that writes ends a pipeline, and each of its runs sees what those before it have written.
 */
interface AnyCallQuery extends Streaming {
  readonly inner: PhysicalPlan
  /** What is read of the rows; empty for a query that is run for what it writes. */
  readonly slots: readonly Slot[]
  readonly optional: boolean
}

export interface CallQuery extends AnyCallQuery {
  readonly kind: 'callQuery'
}

export interface WritingQuery extends AnyCallQuery {
  readonly kind: 'writingQuery'
}

export interface SetItems extends Streaming {
  readonly kind: 'set'
  readonly items: readonly BoundSetItem[]
}

export interface Delete extends Streaming {
  readonly kind: 'delete'
  readonly targets: readonly BoundExpression[]
  readonly detach: boolean
}

export interface Produce extends Streaming {
  readonly kind: 'produce'
  readonly slots: readonly Slot[]
  /** A row that the query has given before, in whichever of its parts, is not given again. */
  readonly distinct: boolean
}

/** The rows of `input`, then those of `other`: at the root over operators that produce, or as an inner plan. */
export interface Union extends Streaming {
  readonly kind: 'union'
  readonly other: PhysicalPlan
}

/** Operators that need all their input before their first row, so that a pipeline ends in them. */
export type Breaker =
  | Union
  | Aggregate
  | Sort
  | Top
  | KeepHits
  | Eager
  | Create
  | Merge
  | WritingCall
  | WritingQuery
  | SetItems
  | Delete

export function isBreaker(plan: PhysicalPlan): plan is Breaker {
  return breakers.has(plan.kind)
}

const breakers: ReadonlySet<PhysicalPlan['kind']> = new Set([
  'union',
  'aggregate',
  'sort',
  'top',
  'keepHits',
  'eager',
  'create',
  'merge',
  'writingCall',
  'writingQuery',
  'set',
  'delete',
])

/** The plans right below an operator; one that runs for each of its rows comes first, one that runs apart last. */
export function inputsOf(plan: PhysicalPlan): readonly PhysicalPlan[] {
  if (plan.kind === 'unit') return []
  if ('build' in plan) return [plan.input, plan.build]
  if (plan.kind === 'union') return [plan.input, plan.other]
  return 'inner' in plan ? [plan.inner, plan.input] : [plan.input]
}

/**
 * The operators from the root down, those of an inner plan behind the operator that runs it; the place in this list is
 * an operator's number in a profile.
 */
export function operatorsOf(plan: PhysicalPlan): readonly PhysicalPlan[] {
  const operators: PhysicalPlan[] = []
  const waiting = [plan]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    operators.push(next)
    if (next.kind !== 'unit') waiting.push(...inputsOf(next).toReversed())
  }
  return operators
}

/** The operators that give each row on as it comes, so that a plan of them alone can run within the loops of another. */
export function isRowwise(plan: PhysicalPlan): boolean {
  if (plan.kind === 'unit') return true
  const gathers = isBreaker(plan) || plan.kind === 'distinct' || plan.kind === 'skip' || plan.kind === 'limit'
  return !gathers && isRowwise(plan.input)
}

/** The operators of a plan without those that its own inner plans have. */
function chainOf(plan: PhysicalPlan): readonly PhysicalPlan[] {
  if (plan.kind === 'unit') return [plan]
  return [plan, ...chainOf(plan.input), ...(plan.kind === 'union' ? chainOf(plan.other) : [])]
}

/** All slots that the operators of a plan bind. */
export function slotsBoundWithin(plan: PhysicalPlan): readonly Slot[] {
  return chainOf(plan).flatMap(slotsBound)
}

/** The slots that an inner plan, of whose rows those in `needed` are read, reads from the row for which it runs. */
export function slotsFromOutside(inner: PhysicalPlan, needed: ReadonlySet<Slot>): ReadonlySet<Slot> {
  const slots = new Set([...needed, ...chainOf(inner).flatMap((operator) => [...slotsUsed(operator)])])
  for (const slot of slotsBoundWithin(inner)) slots.delete(slot)
  return slots
}

/** The slots that an operator itself binds. */
export function slotsBound(plan: PhysicalPlan): readonly Slot[] {
  switch (plan.kind) {
    case 'unit':
    case 'asNode':
    case 'filterLabels':
    case 'filter':
    case 'distinct':
    case 'skip':
    case 'limit':
    case 'sort':
    case 'top':
    case 'keepHits':
    case 'eager':
    case 'set':
    case 'delete':
    case 'produce':
    case 'union':
    case 'semiJoin':
    case 'antiJoin':
      return []
    case 'apply':
    case 'allNodesScan':
    case 'labelScan':
    case 'keySeek':
    case 'indexSeek':
    case 'textScan':
    case 'textScanByScore':
    case 'intersection':
    case 'vectorScan':
    case 'memberScan':
    case 'indexRange':
    case 'unwind':
    case 'propertyKeys':
      return [plan.slot]
    case 'expand':
      return [plan.relationship, plan.to]
    case 'relationshipEnds':
      return [...new Set([plan.from, plan.to])].filter((slot) => !plan.known.includes(slot))
    case 'expandInto':
    case 'shortestPath':
      return [plan.relationship]
    case 'expandTrails':
      return plan.into ? [plan.relationship] : [plan.relationship, plan.to]
    case 'expandReach':
      return plan.into ? [] : [plan.to]
    case 'degree':
    case 'storeCount':
      return [plan.multiplicity]
    case 'optional':
    case 'callQuery':
    case 'writingQuery':
      return plan.slots
    case 'hashJoin':
      return slotsBoundWithin(plan.build).filter((slot) => !plan.nodes.includes(slot))
    case 'cartesianProduct':
      return slotsBoundWithin(plan.build)
    case 'buildPath':
      return [plan.path.slot]
    case 'project':
      return plan.items.map((item) => item.slot)
    case 'aggregate':
      return [...plan.groupBy, ...plan.aggregates].map((part) => part.slot)
    case 'create':
      return plan.paths.flatMap(slotsCreated)
    case 'call':
    case 'writingCall':
      return plan.columns.map((column) => column.slot)
    case 'merge':
      return [...plan.values.map((value) => value.slot), ...slotsCreated(plan.path)]
  }
}

/** The slots that an operator itself reads, whatever stands above it. */
export function slotsUsed(plan: PhysicalPlan): ReadonlySet<Slot> {
  switch (plan.kind) {
    case 'unit':
    case 'eager':
    case 'allNodesScan':
    case 'labelScan':
    case 'storeCount':
    case 'cartesianProduct':
    case 'union':
      return new Set()
    case 'hashJoin':
      return new Set([...plan.nodes, ...slotsRead(...plan.values.map(({ probe }) => probe))])
    case 'keySeek':
      return slotsRead(plan.key)
    case 'indexSeek':
      return slotsRead(...plan.values)
    case 'textScan':
    case 'vectorScan':
      return slotsRead(plan.index, plan.query, plan.options)
    case 'intersection':
      return new Set(plan.sets.flatMap((set) => [...slotsUsed(set)]))
    case 'textScanByScore':
      return slotsRead(plan.index, plan.query, plan.options, ...plan.wanted)
    case 'keepHits':
      return slotsRead(plan.index, plan.query, plan.options, ...(plan.wanted ?? [])).add(plan.slot)
    case 'indexRange':
      return slotsRead(plan.min?.value ?? null, plan.max?.value ?? null)
    case 'asNode':
    case 'filterLabels':
      return new Set([plan.slot])
    case 'expand':
      return new Set([plan.from, ...plan.differentFrom])
    case 'expandInto':
      return new Set([plan.from, plan.to, ...plan.differentFrom])
    case 'expandTrails':
    case 'expandReach': {
      const slots = new Set([plan.from, ...plan.differentFrom])
      if (plan.into) slots.add(plan.to)
      for (const entry of plan.properties) addSlotsRead(entry.value, slots)
      return slots
    }
    case 'shortestPath': {
      const slots = slotsRead(...plan.properties.map(({ value }) => value), ...plan.parts.map(({ where }) => where))
      for (const part of plan.parts) slots.delete(part.slot)
      return slots.add(plan.from).add(plan.to)
    }
    case 'relationshipEnds':
      return new Set([plan.relationship, ...plan.known, ...plan.differentFrom])
    case 'degree':
      return new Set([plan.from, ...plan.differentFrom.flatMap((other) => [other.relationship, other.from, other.to])])
    case 'optional':
    case 'semiJoin':
    case 'antiJoin':
      return slotsFromOutside(plan.inner, new Set())
    case 'callQuery':
    case 'writingQuery':
      return slotsFromOutside(plan.inner, new Set(plan.slots))
    case 'apply': {
      const slots = slotsFromOutside(plan.inner, new Set(plan.collected === null ? [] : [plan.collected]))
      const used = new Set([...slots, ...slotsRead(plan.initial)])
      used.delete(plan.slot)
      return used
    }
    case 'filter':
      return slotsRead(...plan.predicates)
    case 'buildPath':
      return new Set([plan.path.start, ...plan.path.relationships])
    case 'project':
      return slotsRead(...plan.items.map((item) => item.value))
    case 'distinct':
    case 'produce':
      return new Set(plan.slots)
    case 'memberScan':
    case 'unwind':
    case 'propertyKeys':
      return slotsRead(plan.list)
    case 'skip':
    case 'limit':
      return slotsRead(plan.count)
    case 'aggregate': {
      const values = [
        ...plan.groupBy.map((item) => item.value),
        ...plan.aggregates.flatMap((part) => [part.argument, part.fraction]),
      ]
      return new Set([...slotsRead(...values), ...plan.multiplicities])
    }
    case 'sort':
      return slotsRead(...plan.keys.map((key) => key.value))
    case 'top':
      return slotsRead(...plan.keys.map((key) => key.value), plan.skip, plan.limit)
    case 'create':
      return slotsReadByCreate(plan.paths)
    case 'call':
    case 'writingCall':
      return slotsRead(...plan.arguments)
    case 'merge':
      return slotsReadByMerge(plan)
    case 'set':
      return slotsRead(...plan.items.flatMap(setItemExpressions))
    case 'delete':
      return slotsRead(...plan.targets)
  }
}

/** The slots that must come from below `plan` when those in `needed` are read above it. */
export function slotsNeededBelow(plan: PhysicalPlan, needed: ReadonlySet<Slot>): Set<Slot> {
  // An aggregate gives nothing but its groups; any other operator passes on what it does not bind.
  const below = plan.kind === 'aggregate' ? new Set<Slot>() : new Set(needed)
  const used = slotsUsed(plan)
  for (const slot of slotsBound(plan)) below.delete(slot)
  for (const slot of used) below.add(slot)
  return below
}

/** The slots that must come from the gathered side of a join when those in `needed` are read above it. */
export function slotsNeededFromBuild(plan: Join, needed: ReadonlySet<Slot>): Set<Slot> {
  if (plan.kind === 'cartesianProduct') return new Set(needed)
  return new Set([...needed, ...plan.nodes, ...slotsRead(...plan.values.map(({ build }) => build))])
}

function slotsCreated(path: BoundPath): Slot[] {
  const slots = [...path.nodes.filter((node) => !node.bound), ...path.steps].map((part) => part.slot)
  return path.pathSlot === null ? slots : [...slots, path.pathSlot]
}

function slotsReadByCreate(paths: readonly BoundPath[]): Set<Slot> {
  const created = new Set(paths.flatMap(slotsCreated))
  const slots = new Set<Slot>()
  for (const path of paths)
    for (const part of [...path.nodes, ...path.steps]) {
      slots.add(part.slot)
      for (const entry of part.properties) addSlotsRead(entry.value, slots)
      if ('key' in part && part.key !== null) addSlotsRead(part.key, slots)
    }
  for (const slot of created) slots.delete(slot)
  return slots
}

function slotsReadByMerge(plan: Merge): Set<Slot> {
  const { path, values, onCreate, onMatch } = plan
  const assigned = [...onCreate, ...onMatch].flatMap(setItemExpressions)
  const slots = slotsRead(...values.map(({ value }) => value), ...assigned)
  for (const node of path.nodes) slots.add(node.slot)
  for (const slot of slotsBound(plan)) slots.delete(slot)
  return slots
}

export function setItemExpressions(item: BoundSetItem): readonly BoundExpression[] {
  if ('labels' in item) return [item.target]
  return 'steps' in item ? [item.target, ...item.steps, item.value] : [item.target, item.value]
}
