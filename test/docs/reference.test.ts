/** docs/reference.md names what there is, and all of it. */
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { expect, test, vi } from 'vitest'
import { run } from '../../src/cli/run.js'
import { ExplicitTransaction } from '../../src/database/explicit-transaction.js'
import { serve } from '../../src/http/server.js'
import * as skein from '../../src/index.js'
import { commands } from '../../src/repl/commands.js'
import * as builder from '../../src/sdk/builder.js'
import * as client from '../../src/sdk/client.js'

const page = readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8')
const cellsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\| (?!capability|---)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
/** What stands in back quotes in a column. */
const codeOf = (text: string, column: number) =>
  cellsOf(text).flatMap((cells) => cells[column]!.match(/(?<=`)[^`]+(?=`)/g) ?? [])
const sdk = codeOf(page, 3)

const { noted } = vi.hoisted(() => ({ noted: [] as { url: string; methods: string[] }[] }))
/** What the server has is known to nobody but the library that serves it, so its routes are noted as they are made. */
vi.mock(import('../../src/http/route.js'), async (original) => {
  const module = await original()
  return {
    ...module,
    addRoute(server: FastifyInstance, url: string, handlers: object) {
      noted.push({ url, methods: Object.keys(handlers) })
      module.addRoute(server, url, handlers)
    },
  }
})

test('rows have a cell for each way in', () => {
  expect(cellsOf(page).length).toBeGreaterThan(30)
  expect(cellsOf(page).filter((cells) => cells.length !== 7)).toEqual([])
})

test('SDK: what `skein` and `skein/client` give is named', () => {
  const words = new Set(sdk.flatMap((text) => text.match(/\w+/g) ?? []))
  const given = [...Object.keys(skein), ...Object.keys(client)].filter((name) => name !== 'ClientTransaction')
  expect(given.filter((name) => !words.has(name))).toEqual([])
})

test('SDK: what is called by itself is given', () => {
  const called = sdk.flatMap((text) => text.match(/^[a-z]\w*(?=\()/) ?? []).filter((name) => name !== 'records')
  expect(called.filter((name) => !(name in skein) && !(name in client))).toEqual([])
  expect(called.length).toBeGreaterThan(20)
})

interface Names {
  readonly what: string
  /** The names that a page claims. */
  readonly claimed: (text: string) => readonly string[]
  readonly known: () => readonly string[] | Promise<readonly string[]>
}

const names: readonly Names[] = [
  { what: 'members of a database', ...membersBehind('db.', [skein.Database, client.Client]) },
  { what: 'members of a transaction', ...membersBehind('tx.', [ExplicitTransaction, client.ClientTransaction]) },
  { what: 'members of statements from parts', ...membersBehind('.', Object.values(builder)) },
  {
    what: 'routes',
    claimed: (text) => codeOf(text, 4).filter((code) => /^(GET|POST|PUT|PATCH|DELETE) /.test(code)),
    known: routes,
  },
  {
    what: 'commands of skein',
    claimed: (text) => codeOf(text, 5).flatMap(commandIn),
    known: async () => (await help()).split('\n').flatMap(commandIn),
  },
  {
    what: 'commands of the shell',
    claimed: (text) => codeOf(text, 5).filter((code) => code.startsWith(':')),
    known: () => [...commands.keys()],
  },
]

test.each(names)('$what: those that are named are those that there are', async ({ claimed, known }) => {
  expect(new Set(claimed(page))).toEqual(new Set(await known()))
})

test.each(names)('$what: one that is not named is missed', async ({ claimed, known }) => {
  for (const name of await known()) expect(claimed(page.replaceAll(name, 'gone'))).not.toContain(name)
})

test('SDK: what only a database in the process has is said to be so', () => {
  const only = (one: Class, other: Class) => publicMembers(one).filter((name) => !publicMembers(other).includes(name))
  for (const [of, names] of [
    ['db', only(skein.Database, client.Client)],
    ['tx', only(ExplicitTransaction, client.ClientTransaction)],
  ] as const)
    for (const name of names) expect(page).toMatch(new RegExp(`in the process[^|;]*\`${of}\\.${name}\\b`))
  expect(only(client.Client, skein.Database)).toEqual([])
})

function membersBehind(of: string, classes: readonly unknown[]): Pick<Names, 'claimed' | 'known'> {
  return {
    claimed: (text) =>
      codeOf(text, 3)
        .filter((code) => code.startsWith(of))
        .map((code) => /^\w*\.(\w+)/.exec(code)![1]!),
    known: () => classes.flatMap((one) => publicMembers(one as Class)),
  }
}

async function routes(): Promise<string[]> {
  const db = await skein.open()
  const server = await serve(db, { port: 0 })
  await server.close()
  await db.close()
  return noted.flatMap(({ url, methods }) => methods.map((method) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`))
}

async function help(): Promise<string> {
  let text = ''
  const output = { write: (part: string) => void (text += part), drain: async () => {}, columns: undefined }
  await run(['--help'], { stdout: output, stderr: output, environment: {}, stdin: process.stdin, screen: undefined })
  return text
}

function commandIn(text: string): string[] {
  return [...(/^skein (?:(?:import|export) )?\w+/.exec(text) ?? [])]
}

type Class = abstract new (...parameters: never[]) => object

/** Members of a class and of those that it extends; those that TypeScript calls private are known from the source only. */
function publicMembers(one: Class): string[] {
  const names: string[] = []
  for (let { prototype } = one; prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
    const hidden = privateNames.get(prototype.constructor.name)!
    names.push(...Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor' && !hidden.has(name)))
  }
  return names
}

/** By class. */
const privateNames = new Map(
  ['database/database', 'database/explicit-transaction', 'sdk/client', 'sdk/queryable', 'sdk/builder'].flatMap(
    (file) => {
      const text = readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), 'utf8')
      return text.split(/^export (?:abstract )?class /m).map((part): [string, Set<string>] => {
        const names = part.matchAll(/^ {2}private (?:async |get )?(\w+)/gm)
        return [/^\w+/.exec(part)?.[0] ?? '', new Set(Array.from(names, ([, name]) => name!))]
      })
    },
  ),
)
