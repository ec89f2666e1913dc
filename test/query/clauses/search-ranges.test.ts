/** Ranges of numbers and dates in a text query find what the same comparison finds in a scan. */
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

type Queryable = Pick<Database, 'query'>

const found = async (query: unknown, tx: Queryable = db) =>
  (
    await tx.query("CALL search.query('docs', $query) YIELD node RETURN node.id ORDER BY node.id", { query })
  ).rows.flat()

// ---- against a scan -------------------------------------------------------------------------------------------------

/** How a value is written in Cypher, and in a range. */
const ends = new Map([
  ['3', '3'],
  ['-2', '-2'],
  ['2.5', '2.5'],
  ['3.0', '3.0'],
  ['9007199254740993', '9007199254740993'],
  ['9007199254740992.0', '9007199254740992.0'],
  ["date('2024-05-01')", '2024-05-01'],
  ["date('2023-12-31')", '2023-12-31'],
  ["localdatetime('2024-05-01T12:00')", '2024-05-01T12:00'],
  ["datetime('2024-05-01T12:00+02:00')", '2024-05-01T12:00+02:00'],
  ["datetime('2024-05-01T10:30Z')", '2024-05-01T10:30Z'],
  ["localtime('12:00')", '12:00'],
  ["time('12:00+01:00')", '12:00+01:00'],
])
const others = ["'3'", 'true', '0.0 / 0.0', "duration('P1D')", 'null']
const scalar = fc.constantFrom(...ends.keys(), ...others)
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(fc.constantFrom('1', '3', '4', '7.5'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
)
const end = fc.record({ value: fc.option(fc.constantFrom(...ends.keys())), inclusive: fc.boolean() })
/** Two ends of a kind, or one. */
const kindOf = (written: string) => /^[a-z]*/.exec(written)![0]
const range = fc.record({ from: end, to: end }).filter(({ from: { value: low }, to: { value: high } }) => {
  return low === null || high === null ? low !== high : kindOf(low) === kindOf(high)
})
type Range = typeof range extends fc.Arbitrary<infer One> ? One : never

function inLucene({ from, to }: Range): string {
  const written = ({ value: text }: Range['from']) => (text === null ? '*' : ends.get(text))
  return `n:${from.inclusive ? '[' : '{'}${written(from)} TO ${written(to)}${to.inclusive ? ']' : '}'}`
}

function inCypher({ from, to }: Range): string {
  const compared = ({ value: text, inclusive }: Range['from'], sign: string) =>
    text === null ? [] : [`x ${sign}${inclusive ? '=' : ''} ${text}`]
  const condition = [...compared(from, '>'), ...compared(to, '<')].join(' AND ')
  return `any(x IN d.all WHERE ${condition})`
}

/** What a document has at `n`, and beside it as a list. */
function valued(written: string): string {
  if (written === 'null') return 'n: null, all: []'
  return `n: ${written}, all: ${written.startsWith('[') ? written : `[${written}]`}`
}

/** A case in which the search finds other documents than the scan, before or after a value changed in its transaction. */
async function difference(search: (range: Range) => string): Promise<unknown> {
  await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title]')
  const property = fc.asyncProperty(
    fc.array(value, { minLength: 1, maxLength: 6 }),
    value,
    range,
    async (values, changed, asked) => {
      const rolledBack = new Error('rolled back')
      const run = async (tx: Queryable) => {
        for (const [i, written] of values.entries())
          await tx.query(`CREATE (:Doc {id: ${i}, title: 'word${i % 2}', ${valued(written)}})`)
        await compare(tx)
        await tx.query(`MATCH (d:Doc {id: 0}) SET d += {${valued(changed)}}`)
        await compare(tx)
        throw rolledBack
      }
      const compare = async (tx: Queryable) => {
        const scan = async (and: string) =>
          (await tx.query(`MATCH (d:Doc) WHERE ${inCypher(asked)}${and} RETURN d.id ORDER BY d.id`)).rows.flat()
        expect(await found(search(asked), tx)).toEqual(await scan(''))
        expect(await found(`+word1 +${search(asked)}`, tx)).toEqual(await scan(" AND d.title = 'word1'"))
      }
      await db.transaction(run, { access: 'write' }).catch((error: unknown) => {
        if (error !== rolledBack) throw error
      })
    },
  )
  const { counterexample, errorInstance } = await fc.check(property, { numRuns: 80 })
  if (errorInstance instanceof Error && errorInstance.name !== 'AssertionError') throw errorInstance
  return counterexample
}

test('a range finds what the comparison finds, also what its own transaction has changed', async () => {
  expect(await difference(inLucene)).toBeNull()
})

test.each<[string, (range: Range) => string]>([
  ['an end that is always in', (asked) => inLucene(asked).replace('{', '[').replace('}', ']')],
  ['dates that are compared as texts', (asked) => inLucene(asked).replaceAll(/\d{4}-[^\s}\]]+/g, '*')],
])('the comparison finds a fault: %s', async (_fault, search) => {
  expect(await difference(search)).not.toBeNull()
})

// ---- what may be asked about -----------------------------------------------------------------------------------------

test('any property may have the range, a place in a document too, whatever the index holds', async () => {
  await db.query(`CREATE (:Doc {id: 1, title: 'red', year: 2001, meta: {size: 5}, items: [{price: 3}, {price: 9.5}]}),
    (:Doc {id: 2, title: ['red', 'blue'], year: 2010, day: date('2024-05-01'), meta: {size: [7, 8]}}), (:Doc {year: 2005}),
    (:Doc {id: 3, title: 'green', sold: datetime('2020-02-01T10:00Z')})`)
  await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title, d.day]')
  expect(await found('year:[2000 TO 2010}')).toEqual([1])
  expect(await found('red AND year:>2001')).toEqual([2])
  expect(await found('-year:>2001 *:*')).toEqual([1, 3])
  expect(await found('day:[2020-01-01 TO *]')).toEqual([2])
  expect(await found('meta.size:[8 TO 8] OR items.price:>9')).toEqual([1, 2])
  expect(await found('sold.year:[2020 TO 2020]')).toEqual([3])
  expect(await found('year:*')).toEqual([1, 2])
  expect(await found('nobody:>5')).toEqual([])
  expect(await found({ must: ['red'], not: [{ range: { lte: 2001 }, field: 'year' }] })).toEqual([2])
  expect(await found('[2020-01-01 TO *]')).toEqual([2])
})

test('a range scores its boost for every hit, times the weight of a field', async () => {
  await db.query("CREATE (:Doc {id: 1, title: 'red', n: 1}), (:Doc {id: 2, title: 'red', n: 2})")
  await db.query(`CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title, d.n]
    OPTIONS {indexConfig: {fields: {n: {weight: 3}}}}`)
  const { rows } = await db.query(
    `CALL search.query('docs', 'n:>1^2 id:>0^4') YIELD node, score, explain
     RETURN node.id, score, [part IN coalesce(explain.parts, [explain]) | [part.kind, part.query, part.field, part.boost, part.weight]]`,
  )
  expect(rows).toEqual([
    [
      2,
      10,
      [
        ['constant', '{1 TO *]', 'n', 2, 3],
        ['constant', '{0 TO *]', 'id', 4, 1],
      ],
    ],
    [1, 4, [['constant', '{0 TO *]', 'id', 4, 1]]],
  ])
})

test('a run that goes on while others write sees the values that were there when it began', async () => {
  await db.query("UNWIND range(1, 5000) AS i CREATE (:Doc {id: i, title: 'word', n: i})")
  await db.query('CREATE FULLTEXT INDEX docs FOR (d:Doc) ON EACH [d.title]')
  const stream = await db.stream(
    "MATCH (d:Doc) WHERE coalesce(search.score(d, 'docs', 'n:>=' + toString(d.id % 2)), 0) > 0 RETURN d.id",
  )
  let count = 0
  for await (const _ of stream) if (count++ === 0) await db.query('MATCH (d:Doc) SET d.n = 0')
  expect(count).toBe(5000)
  expect(await found('n:>=1')).toEqual([])
})

test('relationships have ranges too, within MATCH and by any plan', async () => {
  await db.query(`CREATE (:A)-[:SAID {id: 1, text: 'hello', on: date('2024-01-01')}]->(:B),
    (:A)-[:SAID {id: 2, text: 'hello', on: date('2025-01-01')}]->(:B)`)
  await db.query('CREATE FULLTEXT INDEX said FOR ()-[r:SAID]-() ON EACH [r.text]')
  const { rows } = await db.query(
    `MATCH (:A)-[r:SAID]->(:B) SEARCH r IN (FULLTEXT INDEX said FOR '+hello +on:>=2024-06-01') SCORE AS s
     RETURN r.id, s = search.score(r, 'said', '+hello +on:>=2024-06-01')`,
  )
  expect(rows).toEqual([[2, true]])
})
