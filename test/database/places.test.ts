/** An error of a running query names the place in its text, as errors of the text itself do. */
import { afterEach, describe, expect, test } from 'vitest'
import { type Database, DatabaseError, open } from '../../src/index.js'

/** The text with ‹ where the caret is to be. */
const failing: readonly (readonly [what: string, marked: string])[] = [
  ['an operator', "UNWIND ['a'] AS a RETURN 1 AS one, ‹a * 2 AS two"],
  ['the inner one of two', 'UNWIND [0] AS z RETURN 1 + (‹2 / z) AS n'],
  ['a function', 'UNWIND [1] AS i RETURN size([1]), ‹toUpper(i)'],
  ['a predicate', 'UNWIND [{x: 1}] AS m WITH m WHERE ‹m.x RETURN m'],
  ['within a comprehension', "UNWIND ['a'] AS a RETURN [x IN [1, 2] | ‹a - x] AS list"],
  ['within a quantifier', 'UNWIND [0] AS z RETURN any(x IN [1] WHERE ‹x / z = 1) AS any'],
  ['a property of what has none', 'UNWIND [1] AS i RETURN ‹i.name'],
  ['on another line', "UNWIND ['a'] AS a\nRETURN\n  ‹a * 2 AS two"],
  ['behind an aggregate', "UNWIND ['a'] AS a WITH a, count(*) AS n RETURN a, ‹n / (n - 1) AS m"],
  ['in ORDER BY', "UNWIND ['a'] AS a RETURN a ORDER BY ‹a * 2"],
  ['in a clause that writes', 'UNWIND [0] AS z CREATE (n:N {x: ‹1 / z})'],
  ['what is set', 'CREATE (n:N) SET n.self = ‹n'],
  ['a member of what has none', 'CREATE (n:N {a: {b: 1}}) WITH n MATCH (m:N) RETURN 1 AS one, ‹m.a.b.c AS c'],
  ['a place that is missing', 'CREATE (n:N {a: [1]}) SET n.b = 1, ‹n.a[5].b = 1'],
  ['what an aggregate takes', "UNWIND ['a', 'b'] AS a WITH a RETURN sum(‹a) AS s"],
  ['what a grouped aggregate takes', "UNWIND ['a', 'b'] AS a RETURN a, avg(‹a) AS s"],
  ['what MERGE looks for', 'UNWIND [1, null] AS n MERGE (:N {x: ‹n})'],
  ['in a query within an expression', 'UNWIND [0] AS z RETURN COUNT { WITH ‹1 / z AS y WHERE y > 0 RETURN y } AS c'],
  ['in a query for each item', 'UNWIND [0] AS z RETURN [x IN [1] WHERE EXISTS { MATCH () } OR ‹x / z = 1 | x] AS l'],
  ['in CALL { }', 'UNWIND [0] AS z CALL (z) { CREATE (:N {x: ‹1 / z}) }'],
  ['in FOREACH', 'UNWIND [0] AS z FOREACH (x IN [1] | CREATE (:N {x: ‹x / z}))'],
  ['what is deleted', 'UNWIND [1] AS i DELETE ‹i'],
]

async function errorOf(run: () => unknown): Promise<DatabaseError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const ways: Readonly<Record<string, (db: Database, text: string) => unknown>> = {
  'db.query': (db, text) => db.query(text),
  'a prepared statement': (db, text) => db.prepare(text).all(),
  'db.stream': async (db, text) => {
    for await (const _row of db.stream(text));
  },
  'a transaction': (db, text) => db.transaction((tx) => tx.query(text), { access: 'write' }),
}

describe.each(Object.entries(ways))('by %s', (_, way) => {
  test.each(failing)('%s', async (_what, marked) => {
    const db = await open()
    const text = marked.replace('‹', '')
    const error = await errorOf(() => way(db, text))
    expect(error.position?.offset).toBe(marked.indexOf('‹'))
    expect(error.message).toContain(`(line ${error.position!.line}, column ${error.position!.column})\n`)
    await db.close()
  })
})

test('texts that share a plan have each their own place', async () => {
  const db = await open()
  const text = (name: string, list: string) => `UNWIND ${list} AS i WITH i, '${name}' AS name RETURN name, 10 / i AS n`
  for (const [name, list] of [
    ['a', '[0]'],
    ['a longer name', '[1, 2, 0]'],
    ['', '[0, 0, 0, 0, 0, 0, 0, 0]'],
  ] as const) {
    const error = await errorOf(() => db.query(text(name, list)))
    expect(text(name, list).slice(error.position!.offset)).toBe('10 / i AS n')
  }
  await db.close()
})

test('a query within a procedure has a place in its own text, not in the one that called it', async () => {
  const db = await open()
  db.procedure('my.inner() :: (n :: INTEGER)', async function* () {
    yield* (await db.query('UNWIND [0] AS z RETURN 1 / z AS n')).records() as { n: number }[]
  })
  const error = await errorOf(() => db.query('MATCH (n) RETURN n UNION CALL my.inner() YIELD n RETURN n'))
  expect(error.details.query).toBe('UNWIND [0] AS z RETURN 1 / z AS n')
  await db.close()
})

describe('without a stack', () => {
  const { stackTraceLimit } = Error
  afterEach(() => void (Error.stackTraceLimit = stackTraceLimit))

  test('the error is the same, and has no place', async () => {
    const db = await open()
    const text = 'UNWIND [0] AS z RETURN 1 / z AS n'
    const whole = await errorOf(() => db.query(text))
    Error.stackTraceLimit = 0
    const { code, message, position } = await errorOf(() => db.query(text))
    expect({ code, position }).toEqual({ code: whole.code, position: undefined })
    expect(whole.message.startsWith(message)).toBe(true)
    await db.close()
  })
})
