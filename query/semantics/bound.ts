/**
 * A query after analysis: names have become slots, every expression knows its static type, every mistake that can be
 * seen without running has been reported. The planner reads this and nothing of the syntax tree.
 *
 * A slot is one variable of one scope; slots are numbered from 0 through the whole query and never used twice, so
 * `WITH a AS b` gives `b` a slot of its own. Later stages know slots only; `SlotInfo.name` is for EXPLAIN.
 */
import type { FulltextSettings } from '../../indexes/fulltext/config.js'
import type { EntityKind, IndexStep, PropertyType, VectorConfig } from '../../src/core/change.js'
import type { Position } from '../../src/core/errors.js'
import type { PropertyValue } from '../../src/core/value.js'
import type { Direction } from '../../src/transaction/transaction.js'
import type { CypherFunction } from '../functions/function.js'
import type { Procedure } from '../procedures/procedure.js'

declare const slotBrand: unique symbol
export type Slot = number & { readonly [slotBrand]: true }

/** What is known of a value before running. 'any' may be null as well; the others say "this, or null if nullable". */
export type StaticType =
  | 'any'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'number'
  | 'string'
  | 'list'
  | 'map'
  | TemporalStaticType
  | 'node'
  | 'relationship'
  | 'path'
  | 'null'

/** Named as the functions that make them. */
export type TemporalStaticType = 'date' | 'localtime' | 'time' | 'localdatetime' | 'datetime' | 'duration'

export interface SlotInfo {
  readonly name: string
  readonly type: StaticType
  readonly nullable: boolean
  /** Of a list: what its items are, where that is certain. */
  readonly items?: StaticType | undefined
  /** Made by the analyser (an unnamed node or relationship), so no column and not in `*`. */
  readonly anonymous: boolean
}

export type BoundStatement = BoundQuery | BoundSchemaCommand

export interface BoundQuery {
  readonly kind: 'query'
  readonly clauses: readonly BoundClause[]
  readonly slots: readonly SlotInfo[]
  /** The parts after UNION, which give the same columns in the same order. `clauses` is the first part. */
  readonly union: { readonly all: boolean; readonly parts: readonly (readonly BoundClause[])[] } | null
  /** Names of the columns of the answer; empty when the query ends in a write. */
  readonly columns: readonly string[]
  /** Names of all parameters, those of lifted literals included (`#0`, `#1` ...), which no user can name. */
  readonly parameters: readonly string[]
  readonly writes: boolean
  /** 'explain' plans only; 'profile' runs and counts. */
  readonly mode: 'run' | 'explain' | 'profile'
}

/** A query that runs for each row and sees its slots: its parts are those of a UNION, or the only one. */
export interface BoundInner {
  readonly parts: readonly (readonly BoundClause[])[]
  /** UNION without ALL: no row comes twice. */
  readonly distinct: boolean
  /** What a row of the answer holds; several parts bind the same slots. Empty without RETURN. */
  readonly columns: readonly BoundColumn[]
}

export interface BoundColumn {
  readonly name: string
  readonly slot: Slot
}

export type BoundClause =
  | BoundMatch
  | BoundUnwind
  | BoundCreate
  | BoundMerge
  | BoundCall
  | BoundCallQuery
  | BoundSet
  | BoundDelete
  | BoundProject

export interface BoundMatch {
  readonly kind: 'match'
  /** OPTIONAL MATCH: a row that nothing matches goes on once, with null in the slots that the paths bind. */
  readonly optional: boolean
  /** All paths of one MATCH share relationship uniqueness. */
  readonly paths: readonly BoundPath[]
  /** It may read what SEARCH names. */
  readonly where: BoundExpression | null
  /** Scores and explanations that SEARCH names. */
  readonly named: readonly BoundItem[]
}

/** One row for each item; null gives none. */
export interface BoundUnwind {
  readonly kind: 'unwind'
  readonly list: BoundExpression
  readonly slot: Slot
}

/** `nodes` is one longer than `steps`; `pathSlot` is set for a named path. */
export interface BoundPath {
  readonly nodes: readonly BoundNode[]
  readonly steps: readonly BoundStep[]
  readonly pathSlot: Slot | null
}

export interface BoundNode {
  readonly slot: Slot
  /** The variable was bound by an earlier clause (not by an earlier part of the same MATCH or CREATE). */
  readonly bound: boolean
  /** All must hold (MATCH) or are given (CREATE). */
  readonly labels: readonly string[]
  /** `{_key: ...}` comes as `key`, not among `properties`. In MATCH these are equalities. */
  readonly key: BoundExpression | null
  readonly properties: readonly BoundEntry[]
  readonly position: Position
}

export interface BoundStep {
  readonly slot: Slot
  readonly bound: boolean
  /** As seen from the node before it in the path. CREATE has 'outgoing' or 'incoming'. */
  readonly direction: Direction
  /** Any of them; none means every type. CREATE has exactly one. */
  readonly types: readonly string[]
  readonly properties: readonly BoundEntry[]
  /** null: one hop, and the slot holds a relationship. Else the slot holds a list; `max` null is unbounded. */
  readonly length: { readonly min: number; readonly max: number | null } | null
  /** `shortestPath` and `allShortestPaths`: only the paths of the fewest relationships. Their `length` is not null. */
  readonly shortest: 'one' | 'all' | null
  readonly position: Position
}

export interface BoundEntry {
  readonly name: string
  readonly value: BoundExpression
}

export interface BoundCreate {
  readonly kind: 'create'
  readonly paths: readonly BoundPath[]
}

/**
 * Finds the path or, where there is none, creates it. `values` are the values of its properties, each evaluated once a
 * row: the properties of `path` read their slots, for finding as for creating.
 */
export interface BoundMerge {
  readonly kind: 'merge'
  readonly path: BoundPath
  readonly values: readonly BoundMergeValue[]
  readonly onCreate: readonly BoundSetItem[]
  readonly onMatch: readonly BoundSetItem[]
}

export interface BoundMergeValue extends BoundEntry {
  readonly slot: Slot
}

/** The rows of a procedure for each row. `columns` tells which of its columns are bound; there may be none. */
export interface BoundCall {
  readonly kind: 'call'
  readonly procedure: Procedure
  readonly arguments: readonly BoundExpression[]
  readonly columns: readonly { readonly index: number; readonly slot: Slot }[]
  readonly where: BoundExpression | null
  /** A row for which it gives none goes on with null in the columns. */
  readonly optional: boolean
  readonly position: Position
}

/**
 * CALL { }: the rows of a query for each row. One without columns is run for what it writes, and each row goes on once;
 * so is FOREACH, a query with a row for each item, for each of which it runs another.
 */
export interface BoundCallQuery {
  readonly kind: 'callQuery'
  readonly query: BoundInner
  /** A row for which there are none goes on with null in their columns. */
  readonly optional: boolean
  readonly writes: boolean
}

export interface BoundSet {
  readonly kind: 'set'
  readonly items: readonly BoundSetItem[]
}

export type BoundSetItem =
  | {
      readonly kind: 'property'
      readonly target: BoundExpression
      readonly name: string
      readonly value: BoundExpression
      readonly position: Position
    }
  | {
      /**
       * `SET n.a.b[2] = value`, `+= value` ('add'), and REMOVE of such a place, whose `value` is null. The steps lead from
       * the target on; the first node or relationship on the way owns the place.
       */
      readonly kind: 'place'
      readonly target: BoundExpression
      readonly steps: readonly BoundExpression[]
      readonly change: 'set' | 'add' | 'remove'
      readonly value: BoundExpression
      readonly position: Position
    }
  | {
      /** `SET n = map` (replace) and `SET n += map`. */
      readonly kind: 'properties'
      readonly target: BoundExpression
      readonly value: BoundExpression
      readonly replace: boolean
      readonly position: Position
    }
  | {
      /** `SET n:Label` and `REMOVE n:Label`; REMOVE of a property is SET to null. */
      readonly kind: 'labels' | 'removeLabels'
      readonly target: BoundExpression
      readonly labels: readonly string[]
      readonly position: Position
    }

export interface BoundDelete {
  readonly kind: 'delete'
  readonly detach: boolean
  readonly targets: readonly BoundExpression[]
}

/**
 * WITH and RETURN. Without aggregation: items are evaluated a row. With it (`aggregates` is not empty): rows are
 * grouped by `groupBy`, and the items, ORDER BY and WHERE read the slots of both.
 */
export interface BoundProject {
  readonly kind: 'project'
  /** RETURN ends the query, WITH starts a new scope. */
  readonly final: boolean
  readonly distinct: boolean
  readonly groupBy: readonly { readonly slot: Slot; readonly value: BoundExpression }[]
  readonly aggregates: readonly BoundAggregate[]
  readonly items: readonly BoundItem[]
  /** Read the slots of the items, and where neither DISTINCT nor aggregation forbids it the slots before. */
  readonly orderBy: readonly { readonly value: BoundExpression; readonly descending: boolean }[]
  readonly skip: BoundExpression | null
  readonly limit: BoundExpression | null
  /** WITH ... WHERE: reads the same slots as `orderBy`. */
  readonly where: BoundExpression | null
}

/** A value that gets a name. */
export interface BoundItem {
  readonly slot: Slot
  readonly name: string
  readonly value: BoundExpression
}

export interface BoundAggregate {
  readonly slot: Slot
  readonly function:
    | 'count'
    | 'collect'
    | 'sum'
    | 'avg'
    | 'min'
    | 'max'
    | 'stDev'
    | 'stDevP'
    | 'percentileCont'
    | 'percentileDisc'
  /** null for count(*). */
  readonly argument: BoundExpression | null
  /** Of a percentile: which one, from 0 to 1; that of a group's first row counts. null of other aggregates. */
  readonly fraction: BoundExpression | null
  readonly distinct: boolean
  /** As written, for EXPLAIN. */
  readonly text: string
}

/** What changes the schema; names are still names, as tokens come into being with the change. */
export type BoundSchemaCommand =
  | {
      readonly kind: 'createIndex'
      readonly name: string
      readonly ifNotExists: boolean
      readonly entity: EntityKind
      /** The label or the type. */
      readonly token: string
      readonly parts: readonly BoundIndexPart[]
      /** CREATE CONSTRAINT ... IS UNIQUE, and IS KEY. */
      readonly unique: boolean
      /** IS KEY. */
      readonly required: boolean
      readonly position: Position
    }
  | {
      readonly kind: 'createTextIndex'
      readonly name: string
      readonly ifNotExists: boolean
      readonly entity: EntityKind
      /** Labels or types. */
      readonly tokens: readonly string[]
      readonly parts: readonly BoundIndexPart[]
      readonly settings: FulltextSettings
      readonly position: Position
    }
  | {
      readonly kind: 'createVectorIndex'
      readonly name: string
      readonly ifNotExists: boolean
      readonly entity: EntityKind
      /** Labels or types. */
      readonly tokens: readonly string[]
      readonly part: BoundIndexPart
      readonly settings: VectorConfig
      readonly position: Position
    }
  | {
      /** CREATE CONSTRAINT ... IS NOT NULL, and IS :: a type. */
      readonly kind: 'createRule'
      readonly name: string
      readonly ifNotExists: boolean
      readonly entity: EntityKind
      readonly token: string
      readonly property: string
      readonly types: readonly PropertyType[] | null
      readonly position: Position
    }
  | {
      readonly kind: 'dropIndex'
      readonly name: string
      readonly ifExists: boolean
      /** DROP CONSTRAINT, which drops rules and unique indexes; DROP INDEX drops the others. */
      readonly constraint: boolean
      readonly position: Position
    }

/** A property, or the place within it to which the path leads. */
export interface BoundIndexPart {
  readonly name: string
  readonly path: readonly IndexStep[]
}

export type CreateRule = Extract<BoundSchemaCommand, { kind: 'createRule' }>
export type CreateIndex = Extract<BoundSchemaCommand, { kind: 'createIndex' }>
export type CreateTextIndex = Extract<BoundSchemaCommand, { kind: 'createTextIndex' }>
export type CreateVectorIndex = Extract<BoundSchemaCommand, { kind: 'createVectorIndex' }>
/** What is filled in slices. */
export type CreateAnyIndex = CreateIndex | CreateTextIndex | CreateVectorIndex

export function createsIndex(command: BoundSchemaCommand): command is CreateAnyIndex {
  return ['createIndex', 'createTextIndex', 'createVectorIndex'].includes(command.kind)
}

interface Typed {
  readonly type: StaticType
  readonly position: Position
}

export type BoundExpression = Typed &
  (
    | { readonly kind: 'literal'; readonly value: PropertyValue }
    /** The type of a lifted literal is known; that of a user's parameter is 'any'. */
    | { readonly kind: 'parameter'; readonly name: string; readonly items: StaticType }
    | { readonly kind: 'slot'; readonly slot: Slot }
    /** `name` `_key` of a node is its key. */
    | { readonly kind: 'property'; readonly target: BoundExpression; readonly name: string }
    | { readonly kind: 'hasLabels'; readonly target: BoundExpression; readonly labels: readonly string[] }
    | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: BoundExpression }
    | {
        readonly kind: 'binary'
        readonly operator: BinaryOperator
        readonly left: BoundExpression
        readonly right: BoundExpression
      }
    /** AND, OR and XOR of two or more, flattened. */
    | {
        readonly kind: 'logical'
        readonly operator: 'and' | 'or' | 'xor'
        readonly operands: readonly BoundExpression[]
      }
    | {
        readonly kind: 'call'
        readonly name: string
        readonly called: CypherFunction
        readonly arguments: readonly BoundExpression[]
      }
    | { readonly kind: 'list'; readonly items: readonly BoundExpression[] }
    | { readonly kind: 'map'; readonly entries: readonly BoundEntry[] }
    | { readonly kind: 'index'; readonly target: BoundExpression; readonly index: BoundExpression }
    | {
        readonly kind: 'slice'
        readonly target: BoundExpression
        readonly from: BoundExpression | null
        readonly to: BoundExpression | null
      }
    | {
        readonly kind: 'case'
        /** `CASE operand WHEN value`: equality; null for the searched form. */
        readonly operand: BoundExpression | null
        readonly branches: readonly { readonly when: BoundExpression; readonly then: BoundExpression }[]
        readonly otherwise: BoundExpression | null
      }
    | {
        readonly kind: 'comprehension'
        readonly slot: Slot
        readonly list: BoundExpression
        readonly where: BoundExpression | null
        readonly result: BoundExpression | null
      }
    | {
        /** EXISTS, COUNT and COLLECT of a query, patterns as predicates, pattern comprehensions: asked for each row. */
        readonly kind: 'subquery'
        readonly result: SubqueryResult
        /** Reads only. */
        readonly query: BoundInner
        /** The slot whose values 'collect' lists, and of which 'last' takes the last. */
        readonly collected: Slot | null
        /** The answer of 'last' where there is no row. */
        readonly initial: BoundExpression | null
        /** Gets the answer where the query runs beside the row. Within 'last' it holds the value of the row before. */
        readonly slot: Slot
      }
    | {
        readonly kind: 'quantifier'
        readonly quantifier: 'all' | 'any' | 'none' | 'single'
        readonly slot: Slot
        readonly list: BoundExpression
        readonly where: BoundExpression
      }
    | {
        /** `reduce(accumulator = initial, slot IN list | result)`. */
        readonly kind: 'reduce'
        readonly accumulator: Slot
        readonly initial: BoundExpression
        readonly slot: Slot
        readonly list: BoundExpression
        readonly result: BoundExpression
      }
    /** `target { .*, name: value }`; of two entries with one name the later counts. null of null. */
    | {
        readonly kind: 'mapProjection'
        readonly target: BoundExpression
        readonly items: readonly ('all' | BoundEntry)[]
      }
  )

/** What is made of the rows of a query within an expression. */
export type SubqueryResult = 'exists' | 'count' | 'collect' | 'last'

export type UnaryOperator = 'not' | 'negate' | 'plus' | 'isNull' | 'isNotNull'
export type BinaryOperator =
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | '||'
  | 'in'
  | 'startsWith'
  | 'endsWith'
  | 'contains'
  | '=~'
