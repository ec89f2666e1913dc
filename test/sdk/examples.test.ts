/** Every "`call` becomes `Cypher`" in the comments of src/sdk is run, and its Cypher is found in what it compiles to. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Expr, variable } from '../../src/sdk/expression.js'
import * as functions from '../../src/sdk/functions.js'
import * as pattern from '../../src/sdk/pattern.js'
import { Recorder } from './support.js'

const directory = new URL('../../src/sdk/', import.meta.url)

const examples = readdirSync(directory).flatMap((file) => {
  const code = readFileSync(new URL(file, directory), 'utf8').replace(/\n\s*\* ?/g, ' ')
  return [...code.matchAll(/`([^`]+)` becomes `([^`]+)`/g)].map(([, call, cypher]) => ({
    call: call!,
    cypher: cypher!,
  }))
})

const db = new Recorder()
const variables = Object.fromEntries([...'pqrabct'].map((name) => [name, variable(name)]))
const names = { db, rows: [{ a: 1 }], ...variables, ...pattern, ...functions }

function evaluate(call: string): unknown {
  return new Function(...Object.keys(names), `return ${call.replace(/<\w+>/g, '')}`)(...Object.values(names))
}

/** What the clauses of an example that starts with a dot may follow. */
function startFor(call: string): string {
  if (/^\.on/.test(call)) return "db.merge(node('p'))"
  const match = "db.match(node('p'), rel('r').to(node('q')))"
  return /^\.(orderBy|skip|limit)/.test(call) ? `${match}.return(({ p }) => ({ p, name: p.name }))` : match
}

/** A statement around what was made. */
function around(made: unknown): unknown {
  if (made instanceof Expr) return db.match(pattern.node('z')).return({ z: made })
  if (made instanceof pattern.Step) return db.match(pattern.node('z'), made)
  if (made instanceof pattern.RelationshipPattern) return db.match(pattern.node('z'), made.to(pattern.node()))
  if (made instanceof pattern.NodePattern || made instanceof pattern.NamedPath) return db.match(made)
  if (isOrder(made))
    return db
      .match(pattern.node('p'))
      .return({ p: variable('p') })
      .orderBy(made)
  return made
}

function isOrder(made: unknown): made is ReturnType<Expr<unknown>['asc']> {
  return typeof made === 'object' && made !== null && 'descending' in made
}

interface Whole {
  compile(): { readonly text: string }
}

function textOf(call: string): string {
  const made = evaluate(call.startsWith('.') ? startFor(call) + call : call)
  if (made instanceof Promise) return textSent(made)
  const statement = around(made) as object
  const whole = 'compile' in statement ? statement : (statement as ReturnType<typeof db.match>).return({ z: 1 })
  return (whole as Whole).compile().text
}

/** Of a call that runs its statement at once. Nobody answers it, which is its own matter. */
function textSent(made: Promise<unknown>): string {
  made.catch(() => {})
  return db.asked.at(-1)!.text
}

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(50)
})

test.each(examples)('$call becomes $cypher', ({ call, cypher }) => {
  expect(textOf(call)).toContain(cypher)
})
