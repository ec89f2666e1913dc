/** What is written of an answer: its rows, its plan, and a line that says how many rows, which changes and how long. */
import { renderPlan } from '../../../query/plan/explain.js'
import type { QueryResult, SearchRecord } from '../../index.js'
import { counted, seconds } from '../command.js'
import { type Format, print } from './formats.js'

export interface AnswerParts {
  readonly rows: string
  /** Empty without EXPLAIN or PROFILE. */
  readonly plan: string
  readonly footer: string
}

/** Each part with its line breaks. */
export function answerParts(
  answer: QueryResult,
  { timeMs, format, widthMax }: { timeMs: number; format: Format; widthMax: number | undefined },
): AnswerParts {
  const { plan } = answer.summary
  // The head of a table without rows says less than the plan that follows.
  const isPlanOnly = plan !== null && answer.rows.length === 0
  return {
    rows: isPlanOnly && format === 'table' ? '' : print(answer, format, widthMax),
    plan: plan === null ? '' : `${renderPlan(plan)}\n`,
    footer: `${[footer(answer, timeMs), ...answer.summary.search.map(searchLine)].join('\n')}\n`,
  }
}

/** `docs: complete, 1,234 postings read`, `emb: approximate (hnsw), 300 candidates`. */
function searchLine({ index, kind, complete, operator, postingsRead, candidates }: SearchRecord): string {
  const found = complete ? 'complete' : `approximate (${operator})`
  const looked = kind === 'fulltext' ? `${counted(postingsRead, 'posting')} read` : counted(candidates, 'candidate')
  return `search ${index}: ${found}, ${looked}`
}

function footer({ rows, columns, summary }: QueryResult, timeMs: number): string {
  const changes = Object.entries<number>({ ...summary.counters })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${count}`)
  const parts = columns.length === 0 ? changes : [counted(rows.length, 'row'), ...changes]
  return `${parts.length === 0 ? 'no changes' : parts.join(', ')} · ${seconds(timeMs)}`
}
