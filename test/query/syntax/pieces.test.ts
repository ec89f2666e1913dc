import { expect, test } from 'vitest'
import type { Clause, QueryStatement } from '../../../query/syntax/ast.js'
import { normalize } from '../../../query/syntax/lexer.js'
import { parse } from '../../../query/syntax/parse.js'
import { condense } from '../../../query/syntax/source.js'
import { DatabaseError } from '../../../src/core/errors.js'

function clauses(text: string): readonly Clause[] {
  return (parse(text, { lifted: normalize(text).literals }) as QueryStatement).query.parts.flat()
}

const clauseTexts = [
  "OPTIONAL MATCH (a)-[:T {x: 1}]->(b) WHERE a.x STARTS WITH 'a' AND b.y IN [1, 2]",
  'CREATE (a:A {x: 1}), (a)-[:T]->(:B {y: {z: [1, n]}}), (c)',
  'MERGE (a) ON CREATE SET a.x = 1, a.y = 2 ON MATCH SET a += {z: 3}',
  'UNWIND [x IN list WHERE x > 1 | x + 1] AS y',
  'WITH DISTINCT a.match AS c, (a)-->() AS b ORDER BY a.with LIMIT 3 WHERE b',
  'FOREACH (x IN [1] | CREATE (:L {x: x}) SET x.y = 1)',
  'CALL { MATCH (n) RETURN n UNION ALL MATCH (m) RETURN m }',
  'DETACH DELETE a, b',
  'RETURN 1 AS x UNION ALL MATCH (n) RETURN n AS x UNION OPTIONAL MATCH (m)',
]

// Pieces end where 2,048 characters are full, so each start of the row puts their ends at other clauses.
test.each(clauseTexts.map((_, start) => start))(
  'a long query from clause %i on gives the clauses of its parts',
  (start) => {
    const texts = Array.from({ length: 300 }, (_, i) => clauseTexts[(start + i * i) % clauseTexts.length]!)
    const text = texts.join('\n')
    expect(condense(text).length).toBeGreaterThan(1)
    const kinds = texts.flatMap((part) => clauses(part).map(({ kind }) => kind))
    expect(clauses(text).map(({ kind }) => kind)).toEqual(kinds)
  },
)

test('a long CREATE stays one clause, with every path at its place', () => {
  const text = `CREATE ${Array.from({ length: 3000 }, (_, i) => `(n${i} {number: ${i}, list: [${i}]})`).join(',\n  ')} RETURN 1`
  const [create, result] = clauses(text)
  if (create?.kind !== 'create') throw new Error('CREATE expected')
  expect(result?.kind).toBe('return')
  expect(create.paths.map(({ nodes }) => nodes[0]?.variable?.name)).toEqual(
    Array.from({ length: 3000 }, (_, i) => `n${i}`),
  )
  for (const { at, nodes } of create.paths) {
    expect(text.startsWith(`(${nodes[0]!.variable!.name} `, at)).toBe(true)
  }
})

test('a mistake far in is shown at its place', () => {
  const text = `${'CREATE (:L {x: 1})\n'.repeat(2000)}CREATE (:L {x 1})`
  expect(() => parse(text)).toThrow(/^1 cannot stand here: expected ":" \(line 2001, column 15\)\n {2}CREATE/)
})

test('a semicolon ends a statement wherever it stands', () => {
  const text = `${'CREATE (:L) '.repeat(2000)}; ${'CREATE (:L) '.repeat(2000)}`
  expect(() => parse(text)).toThrow('CREATE cannot stand here: expected end of input')
})

test('one clause that is far too long is refused', () => {
  const text = `RETURN ${'a OR '.repeat(20_000)} a`
  expect(() => parse(text)).toThrow(DatabaseError)
  expect(() => parse(text)).toThrow('one clause has')
})
