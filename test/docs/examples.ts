/**
 * The examples of a page of the manual, as they stand there.
 *
 * A block is Cypher with the answer in the block below it. A row is an expression with its value, in a table whose head
 * names the columns `example` and `answer`; in its section "`MATCH ...` stands before each example" gives what they need,
 * whole statements before it too.
 * Where the column is called `statement`, the row is a whole one.
 */
import { answerParts } from '../../src/cli/print/answer.js'
import { table } from '../../src/cli/print/table.js'
import { valueText } from '../../src/cli/print/value-text.js'
import { DatabaseError, open } from '../../src/index.js'
import { embedded } from '../../src/repl/database.js'
import { History } from '../../src/repl/history.js'
import { Shell } from '../../src/repl/shell.js'
import { StatementReader } from '../../src/repl/statement-reader.js'
import { memoryEnvironment } from '../support/memory-environment.js'

export interface BlockExample {
  readonly code: string
  readonly answer: string
}

export interface RowExample {
  /** The heading above the table. */
  readonly section: string
  /** The first cell: the function, operator or form that the row is about. */
  readonly subject: string
  /** A statement. */
  readonly code: string
  readonly answer: string
  /** Whose the form is: openCypher's, Neo4j's or Skein's. */
  readonly of: string | undefined
}

export function blockExamples(page: string): BlockExample[] {
  return [...page.matchAll(/^```cypher\n((?:(?!```)[\s\S])*)\n```\n\n```text\n((?:(?!```)[\s\S])*)```$/gm)].map(
    ([, code, answer]) => ({
      code: code!,
      answer: answer!,
    }),
  )
}

export function rowExamples(page: string): RowExample[] {
  return page.split(/^(?=##+ )/m).flatMap((section) => {
    const heading = /^##+ (.*)/.exec(section)?.[1] ?? ''
    const before = /`([^`]+)` stands before each example/.exec(section)?.[1] ?? ''
    const tables = section.match(/(?:^\|.*\n)+/gm) ?? []
    return tables.flatMap((rows) => rowsOf(rows, { section: heading, before }))
  })
}

function rowsOf(rows: string, { section, before }: { section: string; before: string }): RowExample[] {
  const [head, , ...lines] = rows.trimEnd().split('\n').map(cellsOf)
  const [example, statement, answer] = ['example', 'statement', 'answer'].map((name) => head!.indexOf(name))
  const codeIn = (cells: string[]) =>
    statement === -1 ? `${before} RETURN ${codeOf(cells[example!]!)} AS value`.trim() : codeOf(cells[statement!]!)
  if (answer === -1) return []
  return lines.map((cells) => ({
    section,
    subject: codeOf(cells[0]!),
    code: codeIn(cells),
    answer: codeOf(cells[answer!]!),
    of: cells[answer! + 1],
  }))
}

/** A bar within a cell is written `\|`. */
function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function codeOf(cell: string): string {
  return cell.replace(/^(`+)(.*)\1$/, '$2')
}

// ---- running --------------------------------------------------------------------------------------------------------

/** Runs what is typed into a shell over a new database that holds what `setup` creates; gives what the shell writes. */
export async function runInShell(setup: string | readonly string[], code: string): Promise<string> {
  const db = await open(':memory:', { environment: memoryEnvironment() })
  for (const statement of [setup].flat()) await db.query(statement)
  let written = ''
  const shell = new Shell({
    db: embedded(db),
    printer: {
      formats: ['table'],
      answer: (result) => {
        const { rows, plan, footer } = answerParts(result, { timeMs: 0, format: 'table', widthMax: undefined })
        return rows + plan + changesOf(footer)
      },
      table,
    },
    write: (text) => void (written += text),
    history: new History(undefined),
    format: 'table',
  })
  const reader = new StatementReader()
  try {
    for (const line of code.split('\n')) await shell.take(line, reader)
    for (const input of reader.end()) await shell.run(input)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    written += `${error.code}: ${error.message}\n`
  } finally {
    await db.close()
  }
  return steady(written)
}

/** Of the line below an answer what was changed: the rows can be seen, and the time is never the same. */
function changesOf(footer: string): string {
  const [parts] = footer.split(' · ')
  const changes = parts!.replace(/^\d+ rows?(, )?/, '')
  return changes === '' ? '' : `${changes}\n`
}

/** Times of PROFILE differ from run to run. */
function steady(text: string): string {
  return text.replaceAll(/\d+\.\d+ ms/g, '0.00 ms')
}

/** The one value of the answer of the last statement, as Cypher writes it; of a statement that fails, the code of the error. */
export async function valueAnswered(graph: string, code: string): Promise<string> {
  const db = await open(':memory:', { environment: memoryEnvironment() })
  try {
    const [statement, ...before] = [graph, ...code.split(/;\s+(?=[A-Z])/)].reverse()
    for (const each of before.reverse()) await db.query(each)
    const { rows } = await embedded(db).query(statement!)
    return valueText(rows[0]![0])
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    return error.code
  } finally {
    await db.close()
  }
}
