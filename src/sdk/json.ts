/**
 * The document that a key names, read and changed by path; what `db.json(key)` gives. Every call is one statement.
 *
 *   const cart = db.json('cart')
 *   await cart.set('$', { items: [], total: 0 })
 *   await cart.append('$.items', { sku: 'pen', count: 1 })      // [[{ sku: 'pen', count: 1 }]]: one value a place
 *   await cart.increment('$.items[*].count', 2)                 // [3]
 *   await cart.get('$.items[?@.count > 2].sku')                 // ['pen']
 *
 * Paths are JSONPath (RFC 9535). A method that changes gives what its procedure yields, one value for each place that the
 * path finds: docs/cypher.md has the rules.
 */
import type { QueryRunner } from './draft.js'
import { ownStatement } from './own-statement.js'

/** What must be so for a value to be set: that there is none before, or that there is one. */
export interface SetOptions {
  readonly if?: 'missing' | 'exists'
}

export class KeyDocument {
  /** `db.json` makes them. */
  constructor(
    private readonly runner: Pick<QueryRunner, 'query'>,
    readonly key: string,
  ) {}

  // ---- reading ------------------------------------------------------------------------------------------------------

  /** The document, null where there is none; with a path every match, in order. */
  get(): Promise<unknown>
  get(path: string): Promise<unknown[]>
  async get(path?: string): Promise<unknown> {
    if (path === undefined) return this.value('$')
    return (await this.ask('json.get($key, $path)', { path })) ?? []
  }

  /** The first match; null where there is none. */
  value(path: string): Promise<unknown> {
    return this.ask('json.value($key, $path)', { path })
  }

  async exists(path = '$'): Promise<boolean> {
    return (await this.ask('json.exists($key, $path)', { path })) === true
  }

  /** 'object', 'array', 'string', 'integer', 'number', 'boolean' or 'null', of the first match; null where there is none. */
  type(path = '$'): Promise<string | null> {
    return this.ask('json.type($key, $path)', { path }) as Promise<string | null>
  }

  /** Members, elements or characters of the first match. */
  length(path = '$'): Promise<number | null> {
    return this.ask('json.length($key, $path)', { path }) as Promise<number | null>
  }

  /** The names of the members of the first match. */
  keys(path = '$'): Promise<string[] | null> {
    return this.ask('json.keys($key, $path)', { path }) as Promise<string[] | null>
  }

  /** Bytes that the first match takes in the store. */
  bytes(path = '$'): Promise<number | null> {
    return this.ask('json.bytes($key, $path)', { path }) as Promise<number | null>
  }

  /** Where the list that the path finds first has the value, sought between `start` and `end`; -1 where it has it not. */
  indexOf(path: string, value: unknown, start = 0, end: number | null = null): Promise<number | null> {
    const parameters = { path, value, start, end }
    return this.ask('json.indexOf($key, $path, $value, $start, $end)', parameters) as Promise<number | null>
  }

  // ---- changing -----------------------------------------------------------------------------------------------------

  /** Puts a value in every place; `$` makes the document. */
  set(path: string, value: unknown, options: SetOptions = {}): Promise<unknown[]> {
    return this.call('json.set($key, $path, $value, $options)', { path, value, options })
  }

  /** Merges as RFC 7396 has it: null takes a member away; `$` makes the document. */
  merge(path: string, value: unknown): Promise<unknown[]> {
    return this.call('json.merge($key, $path, $value)', { path, value })
  }

  /** Does a JSON Patch (RFC 6902), all of it or nothing, and gives the document. */
  async patch(operations: readonly object[]): Promise<unknown> {
    const [document] = await this.call('json.patch($key, $operations)', { operations })
    return document
  }

  /** Takes every place away and gives what was there; `$` is the document. */
  delete(path = '$'): Promise<unknown[]> {
    return this.call('json.delete($key, $path)', { path })
  }

  /** Empties objects and lists, makes numbers 0. */
  clear(path = '$'): Promise<unknown[]> {
    return this.call('json.clear($key, $path)', { path })
  }

  increment(path: string, by: number | bigint = 1): Promise<unknown[]> {
    return this.call('json.increment($key, $path, $by)', { path, by })
  }

  multiply(path: string, by: number | bigint): Promise<unknown[]> {
    return this.call('json.multiply($key, $path, $by)', { path, by })
  }

  toggle(path: string): Promise<unknown[]> {
    return this.call('json.toggle($key, $path)', { path })
  }

  /** Adds the elements of a list, or one value, to lists, and a string to strings. */
  append(path: string, value: unknown): Promise<unknown[]> {
    return this.call('json.append($key, $path, $value)', { path, value })
  }

  /** Puts the elements of a list, or one value, before an element. */
  insert(path: string, index: number, value: unknown): Promise<unknown[]> {
    return this.call('json.insert($key, $path, $index, $value)', { path, index, value })
  }

  /** Takes an element out of lists and gives it. */
  pop(path: string, index = -1): Promise<unknown[]> {
    return this.call('json.pop($key, $path, $index)', { path, index })
  }

  /** Keeps what `list.slice(start, end)` gives. */
  trim(path: string, start: number, end: number | null = null): Promise<unknown[]> {
    return this.call('json.trim($key, $path, $start, $end)', { path, start, end })
  }

  private async ask(expression: string, parameters: object): Promise<unknown> {
    const { rows } = await ownStatement(this.runner, `RETURN ${expression} AS value`, { key: this.key, ...parameters })
    return rows[0]![0]
  }

  private async call(procedure: string, parameters: object): Promise<unknown[]> {
    const { rows } = await ownStatement(this.runner, `CALL ${procedure}`, { key: this.key, ...parameters })
    return rows.map(([value]) => value)
  }
}
