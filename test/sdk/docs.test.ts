/** What docs/sdk.md shows, run. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseFunctionSignature } from '../../query/procedures/signature.js'
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

test('options of open that are listed are those that there are', () => {
  const listed = [...page.matchAll(/^\| `(\w+)` \| .* \| .* \|$/gm)].map(([, name]) => name!)
  const known = ['open', 'slow-statements', 'sweeper'].flatMap((file) => {
    const text = readFileSync(new URL(`../../src/database/${file}.ts`, import.meta.url), 'utf8')
    const [, members] = /^export interface \w*Options .*\{\n([\s\S]*?)^\}/m.exec(text)!
    return [...members!.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name!)
  })
  expect(listed.sort()).toEqual(known.sort())
})

test('procedures and functions of a program answer as shown', async () => {
  const [, code, answer] = /^(db\.function[\s\S]*?)\n```\n\n```js\n(.*)\n```$/m.exec(page)!
  const opened = await skein.open()
  const body = `return (async () => { ${code}\nreturn rows })()`
  expect(await new Function('db', body)(opened)).toEqual(evaluate(answer!))
  await opened.close()
})

test('searches answer as shown', async () => {
  const [, hits, others] = /## Full text[\s\S]*?```js\n([\s\S]*?)```[\s\S]*?```js\n([\s\S]*?)```/.exec(page)!
  const opened = await skein.open()
  await opened.query("CREATE (:Note {_key: 'note:1', title: 'Graph databases', year: 2019})")
  await opened.query('CREATE FULLTEXT INDEX notes FOR (n:Note) ON EACH [n.title]')
  const [, statement, shown] = /^(const [\s\S]*?\n\}\)\n)([\s\S]*)$/.exec(hits!)!
  const lines = [...shown!.split('\n'), ...others!.split('\n')].flatMap((line) =>
    [...line.matchAll(/^(.*?)\s+\/\/ ([[{\d].*)$/g)].map(([, call, answer]) => ({ call: call!, answer: answer! })),
  )
  expect(lines.length).toBe(6)
  for (const { call, answer } of lines) {
    const run = new Function('db', `return (async () => { ${statement}\nreturn ${call} })()`)
    expect([call, await run(opened)]).toEqual([call, evaluate(answer)])
  }
  await opened.close()
})

test('types of signatures are listed', () => {
  const [, listed] = /goes out: ([\s\S]*?), `LIST/.exec(page)!
  const known = messageOf(() => parseFunctionSignature('f() :: NONE')).match(/LIST<type>, (.*)$/m)![1]!
  expect(listed!.split(/,\s+/).sort()).toEqual(known.split(', ').sort())
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
