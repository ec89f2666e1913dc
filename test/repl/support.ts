import { type Database, DatabaseError, open } from '../../src/index.js'
import { embedded } from '../../src/repl/database.js'
import { History } from '../../src/repl/history.js'
import { type Printer, Shell } from '../../src/repl/shell.js'

/** Rows as JSON, one a line; the other format shouts. */
const printer: Printer = {
  formats: ['json', 'loud'],
  answer: ({ rows }, _timeMs, format) =>
    rows.map((row) => `${format === 'loud' ? json(row).toUpperCase() : json(row)}\n`).join(''),
  table: (columns, rows) => [columns, ...rows].map((row) => `${json(row)}\n`).join(''),
}

function json(row: readonly unknown[]): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
}

export interface TestShell {
  readonly db: Database
  readonly shell: Shell
  /** What was written since it was asked last. */
  readonly written: () => string
}

export async function testShell(historyPath?: string): Promise<TestShell> {
  const db = await open()
  let text = ''
  const shell = new Shell({
    db: embedded(db),
    printer,
    write: (part) => void (text += part),
    history: new History(historyPath),
    format: 'json',
  })
  const written = () => {
    const all = text
    text = ''
    return all
  }
  return { db, shell, written }
}

export function failureText(error: unknown): string {
  return error instanceof DatabaseError ? `${error.code}: ${error.message}\n` : String(error)
}
