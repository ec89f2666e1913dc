/**
 * Statements built from parts instead of text, over the same tree that a text is parsed to:
 *
 *   db.match(node('p', 'Person'))                       MATCH (p:Person)
 *     .where(({ p }) => p.age.gt(30))                   WHERE p.age > $p0
 *     .return(({ p }) => ({ name: p.name }))            RETURN p.name AS name
 *
 * Each method gives a new builder, so that a half-built statement can be the start of many. Each class has the methods
 * for the clauses that may follow: what a query cannot say, the builder has no method for.
 */
import type * as ast from '../../query/syntax/ast.js'
import {
  added,
  assignments,
  type CompiledStatement,
  changed,
  columnsOf,
  compile,
  createOf,
  cut,
  type Draft,
  deleteOf,
  filtered,
  labelsItem,
  madeDistinct,
  matchOf,
  mergeOf,
  ordered,
  projection,
  propertyTree,
  read,
  run,
  type Sorting,
  searched,
  unwindOf,
} from './draft.js'
import { at, type Expr, type Gives, type Operand, type Ref } from './expression.js'
import type { Bindings, Known, Part, SearchBindings, SearchSource } from './pattern.js'
import { type Limits, type QueryResult, recordOf, type Summary } from './result.js'
import type { Schema } from './schema.js'

/** The variables that a clause may read, each with what it refers to. */
type Scope = object
/** What a clause takes: a value, or a function that makes it of the variables. */
type Reading<Variables extends Scope, Given> = Given | ((variables: Variables) => Given)
type Added<Variables extends Scope, More> = Variables & Omit<More, keyof Variables>
type Name<Variables extends Scope> = keyof Variables & string

// ---- after any clause -----------------------------------------------------------------------------------------------

/** What may follow any clause but RETURN. */
export class Continued<S extends Schema, Variables extends Scope> {
  constructor(protected readonly draft: Draft) {}

  /**
   * Creates nodes and relationships. The parts may read the variables.
   * `db.create(node('p', 'Person', { name: 'Ann' }))` becomes `CREATE (p:Person {name: $p0})`.
   */
  create<const Parts extends readonly Part[]>(
    ...parts: Parts & Known<S, Parts>
  ): Written<S, Added<Variables, Bindings<S, Parts>>>
  create<const Parts extends readonly Part[]>(
    parts: (variables: Variables) => Parts & Known<S, Parts>,
  ): Written<S, Added<Variables, Bindings<S, Parts>>>
  create(...given: readonly unknown[]): Written<S, Scope> {
    return new Written(added(this.draft, createOf(given)))
  }

  /**
   * Finds the one path, or creates it whole.
   * `db.merge(node('p', 'Person', { name: 'Ann' }))` becomes `MERGE (p:Person {name: $p0})`.
   */
  merge<const Parts extends readonly Part[]>(
    ...parts: Parts & Known<S, Parts>
  ): Merged<S, Added<Variables, Bindings<S, Parts>>>
  merge<const Parts extends readonly Part[]>(
    parts: (variables: Variables) => Parts & Known<S, Parts>,
  ): Merged<S, Added<Variables, Bindings<S, Parts>>>
  merge(...given: readonly unknown[]): Merged<S, Scope> {
    return new Merged(added(this.draft, mergeOf(given)))
  }

  /**
   * Sets properties; null removes one, and those that are not named stay.
   * `.set(({ p }) => ({ p: { age: p.age.plus(1) } }))` becomes `SET p.age = p.age + $p0`.
   */
  set(items: Reading<Variables, Assignments<Variables>>): Written<S, Variables> {
    const assigned = assignments(read(items))
    return new Written(added(this.draft, (parameters) => ({ kind: 'set', at, items: assigned(parameters) })))
  }

  /** `.addLabels('p', 'Vip')` becomes `SET p:Vip`. */
  addLabels(target: Name<Variables>, ...labels: readonly string[]): Written<S, Variables> {
    return new Written(added(this.draft, () => ({ kind: 'set', at, items: [labelsItem(target, labels)] })))
  }

  /** `.remove({ p: ['age', 'city'] })` becomes `REMOVE p.age, p.city`. */
  remove(properties: { readonly [Target in Name<Variables>]?: readonly string[] }): Written<S, Variables> {
    const items = Object.entries(properties).flatMap(([target, names]) =>
      (names as readonly string[]).map(
        (name) => ({ kind: 'property', at, target: propertyTree(target, name) }) satisfies ast.RemoveItem,
      ),
    )
    return new Written(added(this.draft, () => ({ kind: 'remove', at, items })))
  }

  /** `.removeLabels('p', 'Vip')` becomes `REMOVE p:Vip`. */
  removeLabels(target: Name<Variables>, ...labels: readonly string[]): Written<S, Variables> {
    return new Written(added(this.draft, () => ({ kind: 'remove', at, items: [labelsItem(target, labels)] })))
  }

  /** Deletes; a node that has relationships is refused. `.delete('r')` becomes `DELETE r`. */
  delete(...targets: readonly Name<Variables>[]): Written<S, Variables> {
    return new Written(added(this.draft, deleteOf(targets, false)))
  }

  /** Deletes nodes with their relationships. `.detachDelete('p')` becomes `DETACH DELETE p`. */
  detachDelete(...targets: readonly Name<Variables>[]): Written<S, Variables> {
    return new Written(added(this.draft, deleteOf(targets, true)))
  }

  /**
   * Goes on with these values alone. Where one of them aggregates, the others say by what.
   * `.with(({ p, q }) => ({ p, friends: count(q) }))` becomes `WITH p, count(q) AS friends`.
   */
  with<Items extends object>(
    items: (variables: Variables) => Items,
  ): Projected<S, { readonly [Name in keyof Items]: ReferenceOf<Items[Name]> }> {
    return new Projected(added(this.draft, projection('with', read(items))))
  }

  /**
   * Ends the statement with its answer. Objects and lists of expressions become maps and lists.
   * `.return(({ p }) => ({ name: p.name }))` becomes `RETURN p.name AS name`.
   */
  return<Items extends object>(
    items: Reading<Variables, Items>,
  ): Returned<Variables & { readonly [Name in keyof Items]: ReferenceOf<Items[Name]> }, RowOf<Items>> {
    return new Returned(added(this.draft, projection('return', read(items))))
  }
}

/** Properties by variable. */
export type Assignments<Variables extends Scope> = {
  readonly [Target in keyof Variables]?: {
    readonly [Property in Exclude<
      keyof Variables[Target],
      keyof Expr<unknown>
    >]?: Variables[Target][Property] extends Gives<infer Value> ? Operand<Value> | null : never
  }
}

export type ValueOf<Item> =
  Item extends Gives<infer Value>
    ? Value
    : Item extends readonly unknown[] | PlainObject
      ? { -readonly [Name in keyof Item]: ValueOf<Item[Name]> }
      : Item
export type RowOf<Items> = { -readonly [Name in keyof Items]: ValueOf<Items[Name]> }
type PlainObject = { readonly [name: string]: unknown }
type ReferenceOf<Item> = Ref<ValueOf<Item>>

// ---- after clauses that read ----------------------------------------------------------------------------------------

/** What may follow a clause that reads, or stand at the start. */
export class Readable<S extends Schema, Variables extends Scope> extends Continued<S, Variables> {
  /**
   * Finds every occurrence of the pattern.
   * `db.match(node('p', 'Person'), rel('k', 'KNOWS').to(node('q')))` becomes `MATCH (p:Person)-[k:KNOWS]->(q)`.
   */
  match<const Parts extends readonly Part[]>(
    ...parts: Parts & Known<S, Parts>
  ): Matched<S, Added<Variables, Bindings<S, Parts>>>
  match<const Parts extends readonly Part[]>(
    parts: (variables: Variables) => Parts & Known<S, Parts>,
  ): Matched<S, Added<Variables, Bindings<S, Parts>>>
  match(...given: readonly unknown[]): Matched<S, Scope> {
    return new Matched(added(this.draft, matchOf(given, false)))
  }

  /** As `match`, but a row for which there is no occurrence stays, with null for the new variables. */
  optionalMatch<const Parts extends readonly Part[]>(
    ...parts: Parts & Known<S, Parts>
  ): Matched<S, Added<Variables, Bindings<S, Parts, null>>>
  optionalMatch<const Parts extends readonly Part[]>(
    parts: (variables: Variables) => Parts & Known<S, Parts>,
  ): Matched<S, Added<Variables, Bindings<S, Parts, null>>>
  optionalMatch(...given: readonly unknown[]): Matched<S, Scope> {
    return new Matched(added(this.draft, matchOf(given, true)))
  }

  /** A row for each item of a list. `db.unwind('row', rows)` becomes `UNWIND $p0 AS row`. */
  unwind<const Variable extends string, Item>(
    name: Variable,
    list: Reading<Variables, Operand<readonly Item[]>>,
  ): Readable<S, Variables & { readonly [Name in Variable]: Ref<Item> }> {
    return new Readable(added(this.draft, unwindOf(name, list)))
  }
}

export class Matched<S extends Schema, Variables extends Scope> extends Readable<S, Variables> {
  /**
   * Keeps the rows whose variable an index finds, of its entries those for which `where` holds; several may follow each
   * other.
   * `.search('p', fulltext('docs', 'graph', { limit: 5, score: 's' }))` becomes
   * `SEARCH p IN (FULLTEXT INDEX docs FOR $p0 LIMIT $p1) SCORE AS s`.
   */
  search<const Score extends string = never, const Explain extends string = never>(
    variable: Name<Variables>,
    source: SearchSource<Score, Explain>,
    where?: Reading<Variables, Gives<boolean | null>>,
  ): Matched<S, Added<Variables, SearchBindings<Score, Explain>>> {
    return new Matched(searched(this.draft, variable, source, where === undefined ? undefined : read(where)))
  }

  /**
   * Keeps the rows that satisfy the condition; several calls are joined by AND.
   * `.where(({ p }) => p.age.gt(30))` becomes `WHERE p.age > $p0`.
   */
  where(condition: Reading<Variables, Gives<boolean | null>>): Matched<S, Variables> {
    return new Matched(filtered(this.draft, read(condition)))
  }
}

/** After WITH. */
export class Projected<S extends Schema, Variables extends Scope> extends Readable<S, Variables> {
  /** `.with(({ p, q }) => ({ p, n: count(q) })).where(({ n }) => n.gt(3))` becomes `WITH p, count(q) AS n WHERE n > $p0`. */
  where(condition: Reading<Variables, Gives<boolean | null>>): Projected<S, Variables> {
    return new Projected(filtered(this.draft, read(condition)))
  }

  /** Each row once. */
  distinct(): Projected<S, Variables> {
    return new Projected(madeDistinct(this.draft))
  }

  /** `.orderBy(({ p }) => [p.age.desc(), p.name])` becomes `ORDER BY p.age DESC, p.name`. */
  orderBy(order: Reading<Variables, Sorting>): Projected<S, Variables> {
    return new Projected(ordered(this.draft, read(order)))
  }

  /** Leaves out the first rows. `.skip(10)` becomes `SKIP $p0`. */
  skip(count: number): Projected<S, Variables> {
    return new Projected(cut(this.draft, 'skip', count))
  }

  /** Keeps so many rows. `.limit(10)` becomes `LIMIT $p0`. */
  limit(count: number): Projected<S, Variables> {
    return new Projected(cut(this.draft, 'limit', count))
  }
}

// ---- statements that are whole --------------------------------------------------------------------------------------

/** After a clause that writes: the statement may end here. */
export class Written<S extends Schema, Variables extends Scope> extends Continued<S, Variables> {
  /** The statement as text, and the values as parameters: nothing of them is part of the text. */
  compile(): CompiledStatement {
    return compile(this.draft)
  }

  /** Runs the statement. */
  run(limits?: Limits): Promise<QueryResult<Record<string, never>>> {
    return run(this.draft, limits)
  }
}

export class Merged<S extends Schema, Variables extends Scope> extends Written<S, Variables> {
  /** What is set where the path was created. `.onCreate({ p: { visits: 1 } })` becomes `ON CREATE SET p.visits = $p0`. */
  onCreate(items: Reading<Variables, Assignments<Variables>>): Merged<S, Variables> {
    return this.on('onCreate', read(items))
  }

  /** What is set where the path was found. */
  onMatch(items: Reading<Variables, Assignments<Variables>>): Merged<S, Variables> {
    return this.on('onMatch', read(items))
  }

  private on(event: 'onCreate' | 'onMatch', items: object): Merged<S, Variables> {
    const assigned = assignments(items)
    return new Merged(
      changed<ast.MergeClause>(this.draft, (clause, parameters) => ({
        ...clause,
        [event]: [...clause[event], ...assigned(parameters)],
      })),
    )
  }
}

/** After RETURN. */
export class Returned<Variables extends Scope, Row> {
  constructor(private readonly draft: Draft) {}

  /** Each row once. `.return(({ p }) => ({ p })).distinct()` becomes `RETURN DISTINCT p`. */
  distinct(): Returned<Variables, Row> {
    return new Returned(madeDistinct(this.draft))
  }

  /** By columns of the answer, or by what they were made of. `.orderBy(({ name }) => name.desc())` becomes `ORDER BY name DESC`. */
  orderBy(order: Reading<Variables, Sorting>): Returned<Variables, Row> {
    return new Returned(ordered(this.draft, read(order)))
  }

  /** Leaves out the first rows. `.skip(10)` becomes `SKIP $p0`. */
  skip(count: number): Returned<Variables, Row> {
    return new Returned(cut(this.draft, 'skip', count))
  }

  /** Keeps so many rows. `.limit(10)` becomes `LIMIT $p0`. */
  limit(count: number): Returned<Variables, Row> {
    return new Returned(cut(this.draft, 'limit', count))
  }

  /** The statement as text, and the values as parameters: nothing of them is part of the text. */
  compile(): CompiledStatement {
    return compile(this.draft)
  }

  /** Runs the statement; `records()` of the result gives its rows as objects. */
  run(limits?: Limits): Promise<QueryResult<Row>> {
    return run(this.draft, limits)
  }

  /** The rows as objects, one by one, as they are found. */
  async *stream(limits?: Limits): AsyncGenerator<Row, Summary> {
    const { text, params } = compile(this.draft)
    const columns = columnsOf(this.draft)
    const rows = this.draft.runner.stream(text, params, limits)
    try {
      let row: IteratorResult<unknown[], Summary>
      while (!(row = await rows.next()).done) yield recordOf(columns, row.value) as Row
      return row.value
    } finally {
      await rows.return(undefined as never)
    }
  }
}
