/** docs/cypher.md: its examples answer what it says, and it names all that there is and nothing else. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findFunction, functionNames } from '../../query/functions/registry.js'
import { aggregateNames } from '../../query/semantics/aggregates.js'
import grammar from '../../query/syntax/cypher.ohm-bundle.js'
import { condense } from '../../query/syntax/source.js'
import { keywords } from '../../query/syntax/words.js'
import { open } from '../../src/index.js'
import { StatementReader } from '../../src/repl/statement-reader.js'
import { blockExamples, rowExamples, runInShell, valueAnswered } from './examples.js'

const page = readFileSync(new URL('../../docs/cypher.md', import.meta.url), 'utf8')
const [, graph] = /```cypher\n([\s\S]*?)\n```/.exec(page)!
const blocks = blockExamples(page)
const rows = rowExamples(page)

test('the page has examples', () => {
  expect(blocks.length).toBeGreaterThan(40)
  expect(rows.length).toBeGreaterThan(180)
  expect(page.match(/^```cypher$/gm)).toHaveLength(blocks.length + 1)
})

test.each(blocks)('$code', async ({ code, answer }) => {
  expect(await runInShell(graph!, code)).toBe(answer)
})

test.each(rows)('$section: $code is $answer', async ({ code, answer }) => {
  expect(await valueAnswered(graph!, code)).toBe(answer)
})

test('every form is marked as openCypher, as of Neo4j or as our own', () => {
  const marks = rows.filter(({ section }) => section !== 'Not there yet').map(({ of }) => of)
  expect([...new Set(marks)].sort()).toEqual(['Neo4j', 'Skein', 'openCypher'])
})

// ---- clauses and operators ------------------------------------------------------------------------------------------

/** Rules that are there for messages: what they read is refused. */
const refused = ['Length_bare', 'Range_negative']

test('every form of the grammar stands in an example', () => {
  expect(unseenForms(page)).toEqual([])
})

test('a form that no example shows is found', () => {
  expect(unseenForms(page.replace(/^FOREACH.*$/m, 'RETURN 1'))).toEqual(['Foreach'])
  expect(unseenForms(page.replaceAll(/^\| `XOR`.*\n/gm, ''))).toEqual(['operator XOR'])
})

/** Rules, cases of rules and operators that none of the page's statements is read by. */
function unseenForms(text: string): string[] {
  const seen = new Set(statementsOf(text).flatMap(formsOf))
  const forms = [...formsOfGrammar(), ...signsOf('operator'), ...signsOf('prefix'), ...signsOf('nullTest')]
  return forms.filter((form) => !seen.has(form) && !refused.includes(form))
}

test('every keyword stands in an example', () => {
  const words = new Set(page.toUpperCase().match(/[A-Z]+/g))
  expect(keywords.filter((word) => word !== '' && !words.has(word))).toEqual([])
})

function statementsOf(text: string): string[] {
  const typed = blockExamples(text).flatMap(({ code }) => {
    const reader = new StatementReader()
    return [...code.split('\n').flatMap((line) => reader.push(line)), ...reader.end()]
  })
  const statements = typed.filter(({ kind }) => kind === 'statement').map((input) => input.text)
  return [...statements, ...rowExamples(text).map(({ code }) => code)].filter(isRead)
}

function isRead(statement: string): boolean {
  try {
    return condense(statement).every(({ source }) => grammar.match(source, 'Statement').succeeded())
  } catch {
    return false
  }
}

interface Tree {
  readonly ctorName: string
  readonly children: readonly Tree[]
  readonly sourceString: string
}

/** The rules and cases that read a statement, and the signs of its operators. */
const semantics = grammar.createSemantics().addOperation<string[]>('forms', {
  _nonterminal(...children) {
    const { ctorName, sourceString } = this as unknown as Tree
    const own = ['operator', 'prefix', 'nullTest'].includes(ctorName) ? `${ctorName} ${sourceString.trim()}` : ctorName
    return [own, ...children.flatMap((child) => child.forms())]
  },
  _iter: (...children) => children.flatMap((child) => child.forms()),
  _terminal: () => [],
})

function formsOf(statement: string): string[] {
  return condense(statement).flatMap(({ source }) => semantics(grammar.match(source, 'Statement')).forms() as string[])
}

/** Rules of syntax have names in upper case. */
function formsOfGrammar(): string[] {
  return Object.keys(grammar.rules).filter((name) => /^[A-Z]/.test(name) && name !== 'Continuation')
}

/** The signs that a rule lists: `operator =~`. */
function signsOf(rule: string): string[] {
  const text = readFileSync(new URL('../../query/syntax/cypher.ohm', import.meta.url), 'utf8')
  const [, body] = new RegExp(`^  ${rule} \\([^)]*\\)\\s*=(.*?)\\n  (?=\\w|\\n)`, 'ms').exec(text)!
  return [...body!.matchAll(/"([^"]+)"/g)].map(([, sign]) => `${rule} ${sign!.trim()}`)
}

// ---- functions and procedures ---------------------------------------------------------------------------------------

const functions = rows.filter(({ subject }) => /^[\w.]+\(.*\)$/.test(subject))
const nameOf = (subject: string) => subject.slice(0, subject.indexOf('('))

test('every function is listed, and nothing else is', () => {
  const listed = functions.map(({ subject }) => nameOf(subject))
  expect(listed.sort()).toEqual([...functionNames(), ...aggregateNames].sort())
})

test.each(functions.filter(({ subject }) => findFunction(nameOf(subject))))(
  '$subject has the arguments that the function takes, and is called in its example',
  ({ subject, code }) => {
    const name = nameOf(subject)
    const { parameters, optionalCount, variadic } = findFunction(name)!
    const listed = subject
      .slice(name.length + 1, -1)
      .split(', ')
      .filter(Boolean)
    expect([listed.length, listed.filter((each) => each.endsWith('?')).length]).toEqual([
      parameters.length,
      optionalCount,
    ])
    expect(subject.includes('...')).toBe(variadic)
    expect(code).toContain(`${name}(`)
  },
)

test('every procedure is listed and called, and nothing else is', async () => {
  const [, section] = /^## Procedures\n([\s\S]*?)^## /m.exec(page)!
  const listed = [...section!.matchAll(/^### (.*)$/gm)].flatMap(([, names]) => names!.split(', '))
  const db = await open()
  const { rows: shown } = await db.query('SHOW PROCEDURES YIELD name')
  await db.close()
  expect(listed.sort()).toEqual(shown.map(([name]) => name))
  for (const name of listed) expect(section).toContain(`CALL ${name}`)
})
