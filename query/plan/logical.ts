/**
 * The logical plan: what a query asks, in an order that gives the right rows, with nothing said yet about how patterns
 * are found. A plan is a chain; each part reads the rows of its `input` and adds slots to them.
 *
 * `match` holds a whole pattern graph. Labels, inline properties, keys and WHERE have one form in it, so equivalent
 * spellings are one plan.
 */
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

export type LogicalPlan =
  | { readonly kind: 'unit' }
  | LogicalMatch
  | LogicalOptional
  | LogicalApply
  | LogicalSemiJoin
  | LogicalFilter
  | LogicalProject
  | LogicalAggregate
  | { readonly kind: 'distinct'; readonly input: LogicalPlan; readonly slots: readonly Slot[] }
  | LogicalSort
  | { readonly kind: 'skip'; readonly input: LogicalPlan; readonly count: BoundExpression }
  | { readonly kind: 'limit'; readonly input: LogicalPlan; readonly count: BoundExpression }
  | LogicalTop
  | { readonly kind: 'unwind'; readonly input: LogicalPlan; readonly list: BoundExpression; readonly slot: Slot }
  | { readonly kind: 'create'; readonly input: LogicalPlan; readonly paths: readonly BoundPath[] }
  | LogicalMerge
  | LogicalCall
  | LogicalCallQuery
  /** The rows of both, within a query that runs for each row: each begins in that row. */
  | { readonly kind: 'union'; readonly input: LogicalPlan; readonly other: LogicalPlan }
  | { readonly kind: 'set'; readonly input: LogicalPlan; readonly items: readonly BoundSetItem[] }
  | {
      readonly kind: 'delete'
      readonly input: LogicalPlan
      readonly targets: readonly BoundExpression[]
      readonly detach: boolean
    }
  /** Gives the columns of the answer; a query that ends in a write gives none. */
  | {
      readonly kind: 'produce'
      readonly input: LogicalPlan
      readonly slots: readonly Slot[]
      /** A row that the query has given before, in whichever of its parts, is not given again. */
      readonly distinct: boolean
    }

/** The plans right below one; one that runs for each row comes first. */
export function logicalInputs(plan: LogicalPlan): readonly LogicalPlan[] {
  if (plan.kind === 'unit') return []
  if (plan.kind === 'union') return [plan.input, plan.other]
  return 'inner' in plan ? [plan.inner, plan.input] : [plan.input]
}

export interface LogicalMatch {
  readonly kind: 'match'
  readonly input: LogicalPlan
  readonly pattern: Pattern
  /** All must be true. They read slots of the pattern and of the input. */
  readonly predicates: readonly BoundExpression[]
}

/**
 * The rows of `inner` for each row of the input, or the row itself with nulls where there are none. `inner` is a chain
 * of its own that begins in 'unit': the one row of the input. Its predicates decide what matches, so none that stands
 * above may be moved into it.
 */
export interface LogicalOptional {
  readonly kind: 'optional'
  readonly input: LogicalPlan
  readonly inner: LogicalPlan
}

export interface LogicalMerge extends Omit<BoundMerge, 'kind'> {
  readonly kind: 'merge'
  readonly input: LogicalPlan
  /** The path as a pattern to find, for one row of the input. */
  readonly inner: LogicalPlan
}

/** Answers a query within an expression for each row: `inner` is a chain that begins in 'unit', as with optional. */
export interface LogicalApply {
  readonly kind: 'apply'
  readonly input: LogicalPlan
  readonly inner: LogicalPlan
  readonly result: SubqueryResult
  readonly collected: Slot | null
  readonly initial: BoundExpression | null
  /** Gets the answer. */
  readonly slot: Slot
  /** Asked only when the slot is read: what an expression may not come to ask must not fail for it. */
  readonly lazy: boolean
  /** Whether it gives the same again where it reads the same: it calls no `rand()` and no procedure. */
  readonly repeatable: boolean
}

/** Keeps the rows for which `inner` has a row (semiJoin) or has none (antiJoin). */
export interface LogicalSemiJoin {
  readonly kind: 'semiJoin' | 'antiJoin'
  readonly input: LogicalPlan
  readonly inner: LogicalPlan
}

export interface LogicalCall extends Omit<BoundCall, 'where' | 'optional'> {
  readonly input: LogicalPlan
}

/** The rows of `inner`, a chain that begins in 'unit', for each row; without `slots` the row itself, once. */
export interface LogicalCallQuery {
  readonly kind: 'callQuery'
  readonly input: LogicalPlan
  readonly inner: LogicalPlan
  readonly slots: readonly Slot[]
  readonly optional: boolean
  readonly writes: boolean
}

export interface LogicalFilter {
  readonly kind: 'filter'
  readonly input: LogicalPlan
  readonly predicates: readonly BoundExpression[]
}

export interface LogicalProject {
  readonly kind: 'project'
  readonly input: LogicalPlan
  readonly items: readonly ProjectItem[]
}

export interface ProjectItem {
  readonly slot: Slot
  readonly value: BoundExpression
}

export interface LogicalAggregate {
  readonly kind: 'aggregate'
  readonly input: LogicalPlan
  readonly groupBy: readonly ProjectItem[]
  readonly aggregates: readonly BoundAggregate[]
}

export interface SortKey {
  readonly value: BoundExpression
  readonly descending: boolean
}

export interface LogicalSort {
  readonly kind: 'sort'
  readonly input: LogicalPlan
  readonly keys: readonly SortKey[]
}

/** The first rows of a sort, after `skip` of them. */
export interface LogicalTop {
  readonly kind: 'top'
  readonly input: LogicalPlan
  readonly keys: readonly SortKey[]
  readonly skip: BoundExpression | null
  readonly limit: BoundExpression
}

/** A pattern graph. Nodes and relationships are named by their slots; `paths` are the named ones. */
export interface Pattern {
  readonly nodes: readonly PatternNode[]
  readonly relationships: readonly PatternRelationship[]
  readonly paths: readonly PatternPath[]
}

export interface PatternNode {
  readonly slot: Slot
  /** The input binds it. */
  readonly bound: boolean
  /** Sorted, none twice; a node has all of them. */
  readonly labels: readonly string[]
}

export interface PatternRelationship {
  readonly slot: Slot
  readonly bound: boolean
  readonly from: Slot
  readonly to: Slot
  /** As seen from `from`. */
  readonly direction: Direction
  /** Sorted; none means every type. */
  readonly types: readonly string[]
  /** null: one hop. Else the slot holds the list of a trail, and each of its relationships has `properties`. */
  readonly length: { readonly min: number; readonly max: number | null } | null
  readonly properties: readonly BoundEntry[]
  readonly shortest: ShortestRule | null
  /** Relationships of one MATCH clause differ from each other; the number tells the clause. */
  readonly group: number
}

/** That only shortest paths are wanted, and what must hold of all of their parts. */
export interface ShortestRule {
  readonly all: boolean
  readonly parts: readonly PartPredicate[]
}

/** `where` (or, negated, its opposite) holds of each relationship or node of a path, when `slot` has it. */
export interface PartPredicate {
  readonly of: 'relationships' | 'nodes'
  readonly slot: Slot
  readonly where: BoundExpression
  readonly negated: boolean
}

export interface PatternPath {
  readonly slot: Slot
  readonly start: Slot
  readonly relationships: readonly Slot[]
}
