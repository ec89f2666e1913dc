/**
 * Answers as text. Rows come as JSON texts of their values, since the value's form has made them so.
 *
 *   plain, typed   {"data":{"fields":["a"],"values":[[1],[2]]},"counters":{...},"search":[...],"bookmarks":["FB:7"]}
 *   lines          {"fields":["a"]}
 *                  [1]
 *                  [2]
 *                  {"summary":{"counters":{...},"bookmarks":["FB:7"]}}      or {"errors":[...]}
 */
import { DatabaseError } from '../core/errors.js'
import type { Summary, ValueForm } from '../database/result.js'
import type { Counters } from '../transaction/transaction.js'
import { planMember } from './plan.js'

export interface Answer {
  readonly fields: readonly string[]
  readonly rows: readonly unknown[][]
  readonly about: object
}

/** An answer in one piece may have so many characters; a stream may be of any length. */
const answerLengthMax = 256 * 1024 * 1024

export function answerText({ fields, rows, about }: Answer): string {
  const data = `"data":{"fields":${JSON.stringify(fields)},"values":[${rows.map(rowText).join(',')}]}`
  const rest = JSON.stringify(about).slice(1)
  return `{${data}${rest === '}' ? '' : ','}${rest}`
}

export function fieldsLine(fields: readonly string[]): string {
  return `${JSON.stringify({ fields })}\n`
}

export function rowLines(rows: readonly unknown[][]): string {
  return rows.length === 0 ? '' : `${rows.map(rowText).join('\n')}\n`
}

export function summaryLine(about: object): string {
  return `${JSON.stringify({ summary: about })}\n`
}

function rowText(row: readonly unknown[]): string {
  return `[${row.join(',')}]`
}

/** The form, counting what it gives. Throws MEMORY_BUDGET when that gets too long to be kept. */
export function measured(form: ValueForm): ValueForm {
  let length = 0
  return (stores, value) => {
    const text = form(stores, value) as string
    length += text.length + 1
    if (length > answerLengthMax) throw tooLong()
    return text
  }
}

function tooLong(): DatabaseError {
  return new DatabaseError(
    'MEMORY_BUDGET',
    `the answer is longer than ${answerLengthMax} characters; ask for fewer rows, or for a stream with Accept: application/x-ndjson`,
    {},
  )
}

/** What is said of a statement beside its rows. */
export function aboutRun({ counters, plan, search }: Summary, options: { includeCounters?: boolean }): object {
  return {
    ...(options.includeCounters === true ? { counters: countersOf(counters) } : {}),
    ...planMember(plan),
    ...(search.length === 0 ? {} : { search }),
  }
}

function countersOf(counters: Readonly<Counters>): object {
  return {
    containsUpdates: Object.values<number>({ ...counters }).some((count) => count > 0),
    ...counters,
    containsSystemUpdates: false,
    systemUpdates: 0,
  }
}
