import { Queryable } from '../../src/sdk/queryable.js'
import { type Parameters, QueryResult, type Summary, type TypedResult, type TypedValue } from '../../src/sdk/result.js'
import type { AnySchema, Schema } from '../../src/sdk/schema.js'
import { noCounters } from '../../src/transaction/store-transaction.js'

/** Answers every statement with the same rows, and keeps what it was asked. */
export class Recorder<S extends Schema = AnySchema> extends Queryable<S> {
  readonly asked: { readonly text: string; readonly parameters: Parameters }[] = []

  constructor(
    private readonly columns: readonly string[] = [],
    private readonly rows: TypedValue[][] = [],
  ) {
    super()
  }

  async query(text: string, parameters: Parameters = {}): Promise<TypedResult> {
    this.asked.push({ text, parameters })
    return new QueryResult(this.columns, this.rows, summary)
  }

  async *stream(text: string, parameters: Parameters = {}): AsyncGenerator<TypedValue[], Summary> {
    yield* (await this.query(text, parameters)).rows
    return summary
  }
}

const summary: Summary = {
  counters: noCounters(),
  plan: null,
  search: [],
}
