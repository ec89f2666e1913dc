/** What docs/sdk.md shows, run. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as skein from '../../src/index.js'
import { Expr } from '../../src/sdk/expression.js'
import * as functions from '../../src/sdk/functions.js'
import { Recorder } from './support.js'

const page = readFileSync(new URL('../../docs/sdk.md', import.meta.url), 'utf8')
const db = new Recorder()
const names = { ...skein, db, rows: [] }

function evaluate(code: string): unknown {
  return new Function(...Object.keys(names), `return ${code}`)(...Object.values(names))
}

interface Stage {
  compile?: () => { readonly text: string }
  return?: (items: object) => { compile(): { readonly text: string } }
}

/** Of a statement that cannot end here, what stands before a RETURN. */
function textOf(made: unknown): string {
  const stage = made as Stage
  return stage.compile?.().text ?? stage.return!({ z: 1 }).compile().text
}

const rows = [...page.matchAll(/^\| `(db\..*)` \| `([A-Z].*)` \|$/gm)].map(([, call, cypher]) => ({
  call: call!,
  cypher: cypher!.replaceAll('\\|', '|'),
}))

test('the table has rows', () => {
  expect(rows.length).toBeGreaterThan(10)
})

test.each(rows)('$call becomes $cypher', ({ call, cypher }) => {
  expect(textOf(evaluate(call))).toContain(cypher)
})

test('the first statement becomes the Cypher below it', () => {
  const [, code] = /const friends = (db[\s\S]*?)\n\nfriends/.exec(page)!
  const [, cypher] = /```cypher\n(.*)\n```/.exec(page)!
  expect(textOf(evaluate(code!))).toBe(cypher)
})

test('every operator and function is listed', () => {
  const [, operators] = /^Operators: ([\s\S]*?)\. Functions/m.exec(page)!
  const [, listed] = /name of their own: ([\s\S]*?);/.exec(page)!
  const words = (text: string) => text.split(/[^\w]+/).filter((word) => word !== '')
  const methods = Object.getOwnPropertyNames(Expr.prototype).filter((name) => name !== 'constructor')
  expect(words(operators!).sort()).toEqual(methods.sort())
  expect([...words(listed!), 'fn'].sort()).toEqual(Object.keys(functions).sort())
})
