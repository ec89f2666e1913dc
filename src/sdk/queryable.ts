/** What a database, a transaction and a client have in common: statements as text, and the starts of the builder. */
import { Matched, Merged, Readable, Written } from './builder.js'
import { added, createOf, type Draft, matchOf, mergeOf, type QueryRunner, unwindOf } from './draft.js'
import type { Operand, Ref } from './expression.js'
import { KeyDocument } from './json.js'
import { Keys } from './keys.js'
import type { Bindings, Known, Part } from './pattern.js'
import type { Parameters, QueryOptions, QueryResult, Summary, TypedOptions, TypedResult, TypedValue } from './result.js'
import type { AnySchema, Schema } from './schema.js'
import { type Search, searchOf } from './search.js'

export abstract class Queryable<S extends Schema = AnySchema> implements QueryRunner {
  /** Runs one statement. */
  abstract query(text: string, parameters: Parameters | undefined, options: TypedOptions): Promise<TypedResult>
  abstract query(text: string, parameters?: Parameters, options?: QueryOptions): Promise<QueryResult>

  /** Runs one statement and gives its rows one by one, as they are found. */
  abstract stream(
    text: string,
    parameters: Parameters | undefined,
    options: TypedOptions,
  ): AsyncGenerator<TypedValue[], Summary>
  abstract stream(text: string, parameters?: Parameters, options?: QueryOptions): AsyncGenerator<unknown[], Summary>

  /** `db.match(node('p', 'Person'), rel('k', 'KNOWS').to(node('q')))` becomes `MATCH (p:Person)-[k:KNOWS]->(q)`. */
  match<const Parts extends readonly Part[]>(...parts: Parts & Known<S, Parts>): Matched<S, Bindings<S, Parts>> {
    return new Matched(added(this.empty, matchOf(parts, false)))
  }

  /** `db.create(node('p', 'Person', { name: 'Ann' }))` becomes `CREATE (p:Person {name: $p0})`. */
  create<const Parts extends readonly Part[]>(...parts: Parts & Known<S, Parts>): Written<S, Bindings<S, Parts>> {
    return new Written(added(this.empty, createOf(parts)))
  }

  /** `db.merge(node('p', 'Person', { name: 'Ann' }))` becomes `MERGE (p:Person {name: $p0})`. */
  merge<const Parts extends readonly Part[]>(...parts: Parts & Known<S, Parts>): Merged<S, Bindings<S, Parts>> {
    return new Merged(added(this.empty, mergeOf(parts)))
  }

  /** `db.unwind('row', rows)` becomes `UNWIND $p0 AS row`. */
  unwind<const Variable extends string, Item>(
    name: Variable,
    list: Operand<readonly Item[]>,
  ): Readable<S, { readonly [Name in Variable]: Ref<Item> }> {
    return new Readable(added(this.empty, unwindOf(name, list)))
  }

  /** Plain values under keys, and keys of every kind: `db.keys.get('k')` becomes `RETURN key.get($key)`. */
  get keys(): Keys {
    return new Keys(this)
  }

  /** The document that a key names: `db.json('cart').increment('$.total', 5)` becomes `CALL json.increment($key, $path, $by)`. */
  json(key: string): KeyDocument {
    return new KeyDocument(this, key)
  }

  /** Full text: `db.search('docs', 'graph')` becomes `CALL search.query($index, $query, $page)`; `db.search.suggest` and others. */
  get search(): Search {
    return searchOf(this)
  }

  private get empty(): Draft {
    return { runner: this, clauses: [] }
  }
}
