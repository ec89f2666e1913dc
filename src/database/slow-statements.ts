/** Statements that took long, told to whoever runs the database. */
import { renderOperator } from '../../query/plan/explain.js'
import { withoutLiterals } from '../../query/syntax/lexer.js'
import type { Stores } from '../stores/stores.js'
import { catalogOf } from '../transaction/store-transaction.js'
import type { PreparedText } from './plan-cache.js'

export interface SlowStatement {
  /** As it was written, with `?` for each number and string, cut after 1,000 characters. Parameters are not told. */
  readonly text: string
  /** From the call to the last row; of a stream, the time in which its reader was busy included. */
  readonly timeMs: number
  readonly rowCount: number
  /** The operator at the root of the plan: `Sort p.name`. Empty for CREATE INDEX and its like. */
  readonly plan: string
}

export interface SlowStatementOptions {
  /** A statement that takes at least so long is told to `onSlowStatement`. Default: none is. */
  slowStatementMs?: number
  /** Must not throw. Default: writes one line to the standard error. */
  onSlowStatement?: (statement: SlowStatement) => void
}

const textLengthMax = 1_000

export class SlowStatements {
  private readonly thresholdMs: number
  private readonly listener: (statement: SlowStatement) => void

  constructor({ slowStatementMs, onSlowStatement }: SlowStatementOptions) {
    this.thresholdMs = slowStatementMs ?? Number.POSITIVE_INFINITY
    this.listener = onSlowStatement ?? tellStderr
  }

  tell(prepared: PreparedText, { timeMs, rowCount }: Pick<SlowStatement, 'timeMs' | 'rowCount'>, stores: Stores): void {
    if (timeMs < this.thresholdMs) return
    this.listener({ text: shortened(withoutLiterals(prepared.text)), timeMs, rowCount, plan: rootOf(prepared, stores) })
  }
}

function rootOf({ plan }: PreparedText, stores: Stores): string {
  return plan.kind === 'query' ? renderOperator(plan.query.describe(catalogOf(stores))) : ''
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= textLengthMax ? line : `${line.slice(0, textLengthMax)}…`
}

function tellStderr(statement: SlowStatement): void {
  process.stderr.write(slowStatementLine(statement))
}

/** `slow statement: 1234 ms, 10 rows, Sort p.name: MATCH (p) ...` */
export function slowStatementLine({ text, timeMs, rowCount, plan }: SlowStatement): string {
  const parts = [
    `${Math.round(timeMs)} ms`,
    `${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`,
    ...(plan === '' ? [] : [plan]),
  ]
  return `slow statement: ${parts.join(', ')}: ${text}\n`
}
