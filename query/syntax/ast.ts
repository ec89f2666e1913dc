/**
 * A statement as it was written: names are still names, nothing has been looked up. The parser makes it, the analyser
 * reads it, nobody changes it.
 *
 * `at` is the UTF-16 offset of a part's first character in the text of the query; `positionAt` turns it into a line
 * and a column where a message needs them.
 */
import type { TokenSpace } from '../../src/core/change.js'
import type { PropertyValue } from '../../src/core/value.js'
import type { Direction } from '../../src/transaction/transaction.js'

export interface Name {
  readonly name: string
  readonly at: number
}

export type Statement = QueryStatement | SchemaStatement

// ---- queries --------------------------------------------------------------------------------------------------------

export interface QueryStatement {
  readonly kind: 'query'
  readonly mode: 'run' | 'explain' | 'profile'
  readonly query: Query
}

/** One row of clauses, or several joined by UNION; `unions` stands before the part of the same number, from 1. */
export interface Query {
  readonly at: number
  readonly parts: readonly (readonly Clause[])[]
  readonly unions: readonly { readonly all: boolean; readonly at: number }[]
}

export type Clause =
  | MatchClause
  | UnwindClause
  | CreateClause
  | MergeClause
  | SetClause
  | RemoveClause
  | DeleteClause
  | ProjectClause
  | CallClause
  | SubqueryClause
  | ForeachClause

export interface MatchClause {
  readonly kind: 'match'
  readonly at: number
  readonly optional: boolean
  readonly paths: readonly PathPattern[]
  readonly searches: readonly SearchClause[]
  readonly where: Expression | null
}

/** `SEARCH d IN (FULLTEXT INDEX docs FOR $q WHERE ... LIMIT n) SCORE AS s EXPLAIN AS e`. */
export interface SearchClause {
  readonly at: number
  readonly variable: Name
  readonly kind: 'fulltext' | 'vector'
  readonly index: Name
  readonly query: Expression
  readonly where: Expression | null
  readonly limit: Expression | null
  readonly score: Name | null
  readonly explain: Name | null
}

export interface UnwindClause {
  readonly kind: 'unwind'
  readonly at: number
  readonly list: Expression
  readonly variable: Name
}

export interface CreateClause {
  readonly kind: 'create'
  readonly at: number
  readonly paths: readonly PathPattern[]
}

export interface MergeClause {
  readonly kind: 'merge'
  readonly at: number
  readonly path: PathPattern
  readonly onCreate: readonly SetItem[]
  readonly onMatch: readonly SetItem[]
}

export interface SetClause {
  readonly kind: 'set'
  readonly at: number
  readonly items: readonly SetItem[]
}

export type SetItem =
  | {
      /** `n.a = value`, or `n.a += value` where `add`. */
      readonly kind: 'property'
      readonly at: number
      readonly target: PlaceExpression
      readonly value: Expression
      readonly add: boolean
    }
  | {
      /** `n = map`, or `n += map` where `replace` is false. */
      readonly kind: 'properties'
      readonly at: number
      readonly target: Name
      readonly value: Expression
      readonly replace: boolean
    }
  | { readonly kind: 'labels'; readonly at: number; readonly target: Name; readonly labels: readonly Name[] }

export interface RemoveClause {
  readonly kind: 'remove'
  readonly at: number
  readonly items: readonly RemoveItem[]
}

export type RemoveItem =
  | { readonly kind: 'property'; readonly at: number; readonly target: PlaceExpression }
  | { readonly kind: 'labels'; readonly at: number; readonly target: Name; readonly labels: readonly Name[] }

export interface DeleteClause {
  readonly kind: 'delete'
  readonly at: number
  readonly detach: boolean
  readonly targets: readonly Expression[]
}

/** WITH and RETURN; RETURN has no `where`. */
export interface ProjectClause {
  readonly kind: 'with' | 'return'
  readonly at: number
  readonly distinct: boolean
  /** `*` stands before the items. */
  readonly all: boolean
  readonly items: readonly ProjectItem[]
  readonly orderBy: readonly SortItem[]
  readonly skip: Expression | null
  readonly limit: Expression | null
  readonly where: Expression | null
}

export interface ProjectItem {
  readonly expression: Expression
  readonly alias: Name | null
  /** The expression as written: the name of its column where there is no alias. */
  readonly text: string
}

export interface SortItem {
  readonly expression: Expression
  readonly descending: boolean
}

export interface CallClause {
  readonly kind: 'call'
  readonly at: number
  readonly optional: boolean
  readonly procedure: Name
  /** null without parentheses: the arguments are parameters of the same names. */
  readonly arguments: readonly Expression[] | null
  /** null without YIELD; 'all' for `YIELD *`. */
  readonly yields: readonly YieldItem[] | 'all' | null
  readonly where: Expression | null
}

export interface YieldItem {
  readonly column: Name
  readonly alias: Name | null
}

/** `CALL { ... }`; `imports` are the variables of `CALL (a, b) { ... }`, null in the older form. */
export interface SubqueryClause {
  readonly kind: 'subquery'
  readonly at: number
  readonly optional: boolean
  readonly imports: readonly Name[] | 'all' | null
  readonly query: Query
  /** `IN TRANSACTIONS [OF n ROWS]`. */
  readonly transactions: { readonly rows: Expression | null } | null
}

export interface ForeachClause {
  readonly kind: 'foreach'
  readonly at: number
  readonly variable: Name
  readonly list: Expression
  readonly clauses: readonly Clause[]
}

// ---- patterns -------------------------------------------------------------------------------------------------------

/** `nodes` is one longer than `relationships`. */
export interface PathPattern {
  readonly at: number
  readonly variable: Name | null
  readonly shortest: 'one' | 'all' | null
  readonly nodes: readonly NodePattern[]
  readonly relationships: readonly RelationshipPattern[]
}

export interface NodePattern {
  readonly at: number
  readonly variable: Name | null
  /** All of them must hold. */
  readonly labels: readonly LabelTest[]
  /** A map or a parameter. */
  readonly properties: Expression | null
  readonly where: Expression | null
}

export interface RelationshipPattern {
  readonly at: number
  readonly variable: Name | null
  /** One of them must hold; none means any type. */
  readonly types: readonly LabelTest[]
  /** As seen from the node before it. */
  readonly direction: Direction
  /** null without `*`; a bound that is not written is null. */
  readonly length: { readonly min: number | null; readonly max: number | null } | null
  readonly properties: Expression | null
  readonly where: Expression | null
}

/** What is asked of the labels of a node, or of the type of a relationship: a name, `!A`, `%` (any), `A&B`, `A|B`. */
export type LabelTest = Name | LabelOperation

export type LabelOperation =
  | { readonly kind: 'anyLabel'; readonly at: number }
  | { readonly kind: 'not'; readonly at: number; readonly operand: LabelTest }
  | { readonly kind: 'and' | 'or'; readonly at: number; readonly operands: readonly LabelTest[] }

// ---- expressions ----------------------------------------------------------------------------------------------------

export type Expression =
  | LiteralExpression
  | ParameterExpression
  | VariableExpression
  | PropertyExpression
  | LabelsExpression
  | UnaryExpression
  | BinaryExpression
  | ComparisonExpression
  | LogicalExpression
  | CallExpression
  | ListExpression
  | MapExpression
  | MapProjection
  | IndexExpression
  | SliceExpression
  | CaseExpression
  | ListComprehension
  | PatternComprehension
  | QuantifierExpression
  | ReduceExpression
  | PatternExpression
  | SubqueryExpression

export interface LiteralExpression {
  readonly kind: 'literal'
  readonly at: number
  readonly value: PropertyValue
}

export interface ParameterExpression {
  readonly kind: 'parameter'
  readonly at: number
  readonly name: string
  /** What the parameter stands for where the lexer has lifted a literal; null for one that the user wrote. */
  readonly lifted: LiftedKind | null
  /** Of a lifted list: what each of its items is, null where they differ. */
  readonly items: ItemKind | null
}

export type LiftedKind = 'integer' | 'float' | 'string' | 'list'
export type ItemKind = Exclude<LiftedKind, 'list'> | 'boolean'

export interface VariableExpression {
  readonly kind: 'variable'
  readonly at: number
  readonly name: string
}

export interface PropertyExpression {
  readonly kind: 'property'
  readonly at: number
  readonly target: Expression
  readonly name: Name
}

/** A property or a place within it, as SET and REMOVE name it: `n.a`, `n[$name]`, `n.a.b[2].c`. */
export type PlaceExpression = PropertyExpression | IndexExpression

export interface LabelsExpression {
  readonly kind: 'labels'
  readonly at: number
  readonly target: Expression
  /** All of them must hold. */
  readonly labels: readonly LabelTest[]
}

export interface UnaryExpression {
  readonly kind: 'unary'
  readonly at: number
  readonly operator: 'not' | 'negate' | 'plus' | 'isNull' | 'isNotNull'
  readonly operand: Expression
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | '||'
export type PredicateOperator = 'in' | 'startsWith' | 'endsWith' | 'contains' | '=~'

export interface BinaryExpression {
  readonly kind: 'binary'
  readonly at: number
  readonly operator: ArithmeticOperator | PredicateOperator
  readonly left: Expression
  readonly right: Expression
}

/** `a < b <= c`: one operator fewer than operands, and every neighbouring pair must hold. */
export interface ComparisonExpression {
  readonly kind: 'comparison'
  readonly at: number
  readonly operators: readonly ComparisonOperator[]
  readonly operands: readonly Expression[]
}

/** Two or more operands. */
export interface LogicalExpression {
  readonly kind: 'logical'
  readonly at: number
  readonly operator: 'and' | 'or' | 'xor'
  readonly operands: readonly Expression[]
}

export interface CallExpression {
  readonly kind: 'call'
  readonly at: number
  readonly name: Name
  readonly distinct: boolean
  /** 'all' for `count(*)`. */
  readonly arguments: readonly Expression[] | 'all'
  /** As written. */
  readonly text: string
}

export interface ListExpression {
  readonly kind: 'list'
  readonly at: number
  readonly items: readonly Expression[]
}

export interface MapExpression {
  readonly kind: 'map'
  readonly at: number
  readonly entries: readonly MapEntry[]
}

export interface MapEntry {
  readonly key: Name
  readonly value: Expression
}

/** `n { .name, .*, other, key: value }` */
export interface MapProjection {
  readonly kind: 'mapProjection'
  readonly at: number
  readonly variable: Name
  readonly items: readonly MapProjectionItem[]
}

export type MapProjectionItem =
  | { readonly kind: 'property'; readonly key: Name }
  | { readonly kind: 'all'; readonly at: number }
  | { readonly kind: 'variable'; readonly key: Name }
  | { readonly kind: 'entry'; readonly key: Name; readonly value: Expression }

export interface IndexExpression {
  readonly kind: 'index'
  readonly at: number
  readonly target: Expression
  readonly index: Expression
}

export interface SliceExpression {
  readonly kind: 'slice'
  readonly at: number
  readonly target: Expression
  readonly from: Expression | null
  readonly to: Expression | null
}

export interface CaseExpression {
  readonly kind: 'case'
  readonly at: number
  readonly operand: Expression | null
  readonly branches: readonly { readonly when: Expression; readonly result: Expression }[]
  readonly otherwise: Expression | null
}

export interface ListComprehension {
  readonly kind: 'comprehension'
  readonly at: number
  readonly variable: Name
  readonly list: Expression
  readonly where: Expression | null
  readonly result: Expression | null
}

export interface PatternComprehension {
  readonly kind: 'patternComprehension'
  readonly at: number
  readonly path: PathPattern
  readonly where: Expression | null
  readonly result: Expression
}

export interface QuantifierExpression {
  readonly kind: 'quantifier'
  readonly at: number
  readonly quantifier: 'all' | 'any' | 'none' | 'single'
  readonly variable: Name
  readonly list: Expression
  readonly where: Expression
}

export interface ReduceExpression {
  readonly kind: 'reduce'
  readonly at: number
  readonly accumulator: Name
  readonly initial: Expression
  readonly variable: Name
  readonly list: Expression
  readonly result: Expression
}

/** A pattern as a predicate: `WHERE (a)-->(b)`; also the argument of `shortestPath(...)` as an expression. */
export interface PatternExpression {
  readonly kind: 'pattern'
  readonly at: number
  readonly path: PathPattern
}

/** `EXISTS { ... }`, `COUNT { ... }`, `COLLECT { ... }`; a bare pattern inside has become a MATCH. */
export interface SubqueryExpression {
  readonly kind: 'subquery'
  readonly at: number
  readonly result: 'exists' | 'count' | 'collect'
  readonly query: Query
}

// ---- schema ---------------------------------------------------------------------------------------------------------

export type SchemaStatement = CreateIndexStatement | CreateEntityIndexStatement | DropIndexStatement | ShowStatement

/** CREATE INDEX and CREATE CONSTRAINT. */
export interface CreateIndexStatement {
  readonly kind: 'createIndex'
  readonly at: number
  /** The names of types are in capitals, with single blanks. */
  readonly constraint: 'unique' | 'exists' | 'key' | { readonly types: readonly Name[] } | null
  readonly name: Name | null
  readonly ifNotExists: boolean
  readonly on: {
    readonly space: Exclude<TokenSpace, 'property'>
    readonly variable: Name
    readonly token: Name
  }
  readonly columns: readonly IndexColumn[]
}

/** CREATE FULLTEXT INDEX and CREATE VECTOR INDEX. */
export interface CreateEntityIndexStatement {
  readonly kind: 'createTextIndex' | 'createVectorIndex'
  readonly at: number
  readonly name: Name | null
  readonly ifNotExists: boolean
  readonly on: {
    readonly space: Exclude<TokenSpace, 'property'>
    readonly variable: Name
    /** Any of which is enough. */
    readonly tokens: readonly Name[]
  }
  readonly columns: readonly IndexColumn[]
  readonly options: Expression | null
}

/** `n.meta.tags[*]` in the parentheses of CREATE INDEX. */
export interface IndexColumn {
  readonly at: number
  readonly variable: Name
  readonly property: Name
  /** From the property down; null is `[*]`. */
  readonly path: readonly (Name | null)[]
}

export interface DropIndexStatement {
  readonly kind: 'dropIndex'
  readonly at: number
  readonly constraint: boolean
  readonly name: Name
  readonly ifExists: boolean
}

export interface ShowStatement {
  readonly kind: 'show'
  readonly at: number
  readonly what: 'indexes' | 'constraints' | 'procedures' | 'functions' | 'keys'
  /** null without YIELD: the usual columns. */
  readonly yields: readonly YieldItem[] | 'all' | null
  readonly orderBy: readonly SortItem[]
  readonly skip: Expression | null
  readonly limit: Expression | null
  readonly where: Expression | null
  /** null without RETURN: what is yielded. */
  readonly returned: ProjectClause | null
}
