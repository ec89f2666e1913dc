/** What is judged: a database, or the oracle that stands for one. */

import type { Table } from './scenario.js'
import type { TckEntries, TckValue } from './value.js'

export interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly TckValue[])[]
}

/** An orderly refusal in openCypher's words. */
export interface Refusal {
  readonly type: string
  readonly phase: string
  readonly detail: string
  readonly message: string
}

export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  /** Anything else that was thrown: never right. */
  | { readonly kind: 'crash'; readonly message: string }

/** What a later query sees of the graph; an element of a set is the text of what the kit counts. */
export interface State {
  readonly nodes: ReadonlySet<string>
  readonly relationships: ReadonlySet<string>
  readonly labels: ReadonlySet<string>
  readonly properties: ReadonlySet<string>
}

/** A fresh, empty database for one scenario. */
export interface Subject {
  run(query: string, parameters: TckEntries): Promise<Outcome>
  /** Throws when it cannot be told. */
  state(): Promise<State>
  addProcedure(signature: string, table: Table): void
  close(): Promise<void>
}
