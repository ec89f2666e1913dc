/** Rows of procedures, as generated code asks for them. */
import assert from 'node:assert'
import type { Value } from '../../../src/core/value.js'
import type { Procedure, ProcedureRows } from '../../procedures/procedure.js'
import { checked } from '../../procedures/signature.js'
import type { Execution } from './execution.js'

type Row = readonly Value[]

/** The rows of a call; one without a value when the procedure has no columns. Throws TYPE_MISMATCH for its arguments. */
export function rowsOfCall(execution: Execution, procedure: Procedure, values: Row): Iterable<Row> {
  const rows = begin(execution, procedure, values)
  assert(Symbol.iterator in rows, `${procedure.name} is not marked as asynchronous`)
  if (procedure.columns.length > 0) return rows
  for (const _row of rows);
  return [[]]
}

/**
 * Rows that have to be awaited: `ask` for the next one, give the event loop back while `isWaiting`, `take` it. The
 * execution knows what is awaited, so that whoever runs it need not look again and again.
 */
export class AwaitedRows {
  isWaiting = false
  private readonly rows: AsyncIterator<Row>
  private next: IteratorResult<Row> | undefined
  private failure: { readonly error: unknown } | undefined

  constructor(
    private readonly execution: Execution,
    procedure: Procedure,
    values: Row,
  ) {
    const rows = asyncIterator(begin(execution, procedure, values))
    this.rows = procedure.columns.length === 0 ? onceDone(rows) : rows
  }

  ask(): void {
    this.isWaiting = true
    this.execution.awaited = this.rows.next().then(
      (next) => this.settle(() => (this.next = next)),
      (error: unknown) => this.settle(() => (this.failure = { error })),
    )
  }

  /** The row that was asked for; undefined after the last. Throws what the procedure has thrown. */
  take(): Row | undefined {
    if (this.failure !== undefined) throw this.failure.error
    return this.next!.done === true ? undefined : this.next!.value
  }

  /** No more rows are wanted. */
  end(): void {
    if (this.next?.done !== true && this.failure === undefined) this.rows.return?.()?.catch(() => undefined)
  }

  private settle(keep: () => void): void {
    keep()
    this.isWaiting = false
    this.execution.awaited = undefined
  }
}

/** One row, of no columns, when all is done. */
async function* onceDone(rows: AsyncIterator<Row>): AsyncGenerator<Row> {
  while ((await rows.next()).done !== true);
  yield []
}

function begin(execution: Execution, procedure: Procedure, values: Row): ProcedureRows {
  const { name, parameters, run } = procedure
  const all = parameters.map((parameter, i) =>
    checked(parameter, i < values.length ? values[i]! : parameter.default!, `${parameter.name} of ${name}`),
  )
  return run(execution, all)
}

function asyncIterator(rows: ProcedureRows): AsyncIterator<Row> {
  if (Symbol.asyncIterator in rows) return rows[Symbol.asyncIterator]()
  return (async function* () {
    yield* rows
  })()
}
