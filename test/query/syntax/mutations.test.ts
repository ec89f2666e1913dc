import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyze } from '../../../query/semantics/analyze.js'
import { normalize } from '../../../query/syntax/lexer.js'
import { parse } from '../../../query/syntax/parse.js'
import { DatabaseError } from '../../../src/core/errors.js'

const queries = [
  "MATCH (p:Person {id: $id})-[r:KNOWS*1..3 {since: 2010}]->(f) WHERE f.age > 30 AND NOT f.name =~ 'A.*' RETURN f",
  "UNWIND [{id: 1, tags: ['a']}, {id: 2}] AS row CREATE (n:Item {_key: row.id}) SET n += row, n.at = 1.5e3 // done",
  'MATCH p = (a)<--(b)--(c) WITH a, count(DISTINCT b) AS n, collect(c.x)[0..2] AS list ORDER BY n DESC LIMIT 5 RETURN *',
  "RETURN CASE x WHEN 1 THEN 'a' ELSE 'b' END AS y, [i IN range(0, 9) WHERE i % 2 = 0 | -i] AS z, {a: {b: null}}.a.b",
  'OPTIONAL MATCH (a) WHERE EXISTS { (a)-->() } MERGE (a)-[:T]->(b) ON CREATE SET b:L REMOVE a.x DETACH DELETE b',
  'CREATE CONSTRAINT c IF NOT EXISTS FOR ()-[r:T]-() REQUIRE (r.a, r.b) IS UNIQUE',
  'CALL my.proc(1, "x") YIELD a AS b WHERE b RETURN reduce(s = 0, x IN b | s + x) UNION ALL RETURN 1 AS `b c`',
]
const pieces = [...'()[]{},.:;|\'"`$-<>=+*/ \n\\#\u0091\u0095\u00a0é\u{1f600}0x1']
pieces.push(
  'MATCH ',
  ' CASE ',
  ' END ',
  ' IN ',
  '-->',
  '..',
  "'x'",
  '[1, 2]',
  '/*',
  '//',
  ' AS ',
  ' IS NULL ',
  'STARTS WITH ',
)

/** A query of the list with a few cuts, additions and repeats. */
const mutated = fc
  .tuple(
    fc.constantFrom(...queries),
    fc.array(fc.tuple(fc.nat(), fc.nat(8), fc.constantFrom('', ...pieces)), { maxLength: 5 }),
  )
  .map(([query, edits]) =>
    edits.reduce((text, [place, cut, added]) => {
      const at = place % (text.length + 1)
      return text.slice(0, at) + added + text.slice(at + (cut > 5 ? 0 : cut))
    }, query),
  )

test('any text is understood or refused at a place within it, whether its literals are lifted or not', () => {
  const attempt = (text: string, run: () => unknown) => {
    try {
      run()
      return 'understood'
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      expect(error.position?.offset).toBeLessThanOrEqual(text.length)
      return error.code
    }
  }
  fc.assert(
    fc.property(mutated, (text) => {
      const plain = attempt(text, () => parse(text))
      expect(attempt(text, () => parse(text, { lifted: normalize(text).literals }))).toBe(plain)
      if (plain === 'understood') attempt(text, () => analyze(parse(text), { text }))
    }),
    { numRuns: 1500 },
  )
})
