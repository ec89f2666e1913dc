import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Statement } from '../../../query/syntax/ast.js'
import { parse } from '../../../query/syntax/parse.js'
import { print } from '../../../query/syntax/print.js'
import { keywords } from '../../../query/syntax/words.js'
import { statement, withoutSpelling } from '../../support/trees.js'

test('what is printed is read as the same tree', () => {
  fc.assert(
    fc.property(statement, (tree: Statement) => {
      expect(withoutSpelling(parse(print(tree)))).toEqual(withoutSpelling(tree))
    }),
    { numRuns: 500 },
  )
})

test('every keyword can be the name of a variable, a function, a label, a property and an index', () => {
  for (const word of keywords.slice(1)) {
    const quoted = `\`${word}\``
    const texts = [
      `MATCH (${quoted}:${quoted})-[${quoted}:${quoted}]->() RETURN ${quoted}.${quoted}, ${quoted}(1) AS ${quoted}`,
      `CREATE INDEX ${quoted} FOR (${quoted}:${quoted}) ON (${quoted}.${quoted})`,
    ]
    for (const text of texts) {
      expect(withoutSpelling(parse(print(parse(text))))).toEqual(withoutSpelling(parse(text)))
    }
  }
})

describe('a text that is read and printed', () => {
  const printed = (text: string) => print(parse(text))

  test.each([
    'MATCH (p:Person {name: $name})-[k:KNOWS*1..3]->(q) WHERE q.age > 30 RETURN q.name AS name ORDER BY name DESC LIMIT 3',
    'OPTIONAL MATCH p = shortestPath((a)<-[:A|B*]-(b)) WITH *, length(p) AS n WHERE n > 1 RETURN DISTINCT n',
    "MERGE (a:A {x: 1}) ON CREATE SET a.y = 'it\\'s', a:B ON MATCH SET a += $map",
    'RETURN (1 + 2) * 3 - (4 - 5) AS x UNION ALL RETURN -(a.b) ^ 2 AS x',
    'RETURN NOT (a OR b) AND c = d <> e IS NULL AS x',
    'RETURN (a:A):B AS x, [(x IN y)] AS y, [x IN y] AS z, (-1).a AS n',
    'CREATE CONSTRAINT unique_name IF NOT EXISTS FOR (p:Person) REQUIRE (p.name) IS UNIQUE',
  ])('is the same where it has no needless brackets: %s', (text) => {
    expect(printed(text)).toBe(text.replace('-(a.b)', '-a.b'))
  })

  test('loses needless brackets, line breaks and comments', () => {
    expect(printed('match (a) // all\n return ((a.x)+(1*2)) as n')).toBe('MATCH (a) RETURN a.x + 1 * 2 AS n')
  })

  test('keeps INTEGER and FLOAT apart', () => {
    expect(printed('RETURN 1.0 AS a, 1e3 AS b, 1 AS c, 1e300 AS d, -0.0 AS e')).toBe(
      'RETURN 1.0 AS a, 1000.0 AS b, 1 AS c, 1e+300 AS d, -0.0 AS e',
    )
  })
})
