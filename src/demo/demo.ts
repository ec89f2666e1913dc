/** Imports a project's modules, asks what somebody who answers for it would ask, kills a writer, and asks again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { counted, grouped, seconds } from '../cli/command.js'
import { json } from '../cli/print/formats.js'
import { table } from '../cli/print/table.js'
import { type Database, open } from '../index.js'
import { importNpm } from '../transfer/npm/import-npm.js'
import { openImportTarget } from '../transfer/targets.js'
import { crash } from './crash.js'
import { type Asked, indexes, questions } from './questions.js'

const commitsBeforeKill = 200
const lineWidth = Math.max(80, Math.min(process.stdout.columns ?? 120, 120))

/** Gives whether every acknowledged commit was there after the kill, and the answers were the same. */
export async function demo(project: string): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'skein-demo-'))
  // Also when the demo is ended by Ctrl-C or an error.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  await importProject(directory, project)
  const before = await askAll(directory, printAnswer)
  const isWhole = await killAndReopen(directory)
  const after = await askAll(directory, () => {})
  const areSame = json(before) === json(after)
  say(areSame ? 'The answers are the same as before.' : 'The answers are NOT the same as before.')
  return isWhole && areSame
}

async function importProject(directory: string, project: string): Promise<void> {
  const db = await open(directory)
  try {
    const startedAt = performance.now()
    const { nodes, relationships, packages } = await importNpm(openImportTarget(db), project)
    const took = seconds(performance.now() - startedAt)
    say(`Imported ${project}: ${counted(packages, 'package')}, as ${counted(nodes, 'node')} and`)
    say(`${counted(relationships, 'relationship')}, into ${directory} in ${took}.`)
    await index(db)
  } finally {
    await db.close()
  }
}

async function index(db: Database): Promise<void> {
  const startedAt = performance.now()
  for (const statement of indexes) await db.query(statement)
  const { rows } = await db.query("SHOW INDEXES YIELD type, documents, terms WHERE type = 'FULLTEXT'")
  const [, documents, terms] = rows[0] as [string, number, number]
  const took = seconds(performance.now() - startedAt)
  say(
    `Indexed the texts of ${counted(documents, 'package')}, READMEs and all, by ${counted(terms, 'term')} in ${took}.`,
  )
}

/** The rows of every answer. */
async function askAll(directory: string, show: (number: number, english: string, asked: Asked) => void) {
  const db = await open(directory)
  try {
    const rows: unknown[] = []
    for (const [i, { english, ask }] of questions.entries()) {
      const asked = await ask(db)
      show(i + 1, english, asked)
      rows.push(asked.answer.rows)
    }
    return rows
  } finally {
    await db.close()
  }
}

function printAnswer(number: number, english: string, { cypher, answer, driver, profile }: Asked): void {
  say(`\n${number}. ${english}\n`)
  say(indented(cypher))
  say('')
  const widthMax = lineWidth - 3
  say(indented(table(answer.columns, answer.rows, { widthMax, stacksLists: answer.rows.length === 1 }).trimEnd()))
  const begins = profile === undefined ? `driven by ${driver}` : `${profile.name}: driven by ${driver}`
  say(indented(`${counted(answer.rows.length, 'row')} · ${seconds(answer.summary.timeMs!)} · ${begins}`))
  if (profile !== undefined) say(`\n${indented(profile.plan)}`)
}

async function killAndReopen(directory: string): Promise<boolean> {
  say(`\n${questions.length + 1}. What is left when a writer is killed?\n`)
  const { acknowledged, found, isWhole } = await crash(directory, commitsBeforeKill)
  say(
    indented(
      `A process committed nodes one by one until kill -9. Acknowledged: ${grouped(acknowledged)}. Found: ${grouped(found)}.`,
    ),
  )
  if (!isWhole) say(indented('Commits are LOST or there are some that nobody made.'))
  return isWhole
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '   ')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
