import { describe, expect, test } from 'vitest'
import { analyze } from '../../../query/semantics/analyze.js'
import { parse } from '../../../query/syntax/parse.js'
import { DatabaseError } from '../../../src/core/errors.js'

/** The code and the message that the analysis of a text gives. */
function mistake(text: string): string {
  try {
    analyze(parse(text), { text })
  } catch (error) {
    if (error instanceof DatabaseError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no mistake was found'
}

const mistakes: Readonly<Record<string, readonly string[]>> = {
  'variables that are not defined': [
    'MATCH (person) RETURN persn.name',
    'MATCH (a) WITH a.x AS x RETURN a',
    'MATCH (a) WITH a.x AS x ORDER BY b.y RETURN x',
    'MATCH (a) RETURN DISTINCT a.x ORDER BY a.y',
    'MATCH (a) RETURN count(a.x) AS n ORDER BY a.x + count(a.x)',
    'CREATE (a {x: a.y})',
    'RETURN [x IN [1] | x] AS list, x',
    'RETURN *',
    'MATCH (n) SET m.x = 1',
    'CREATE INDEX FOR (n:L) ON (m.x)',
  ],
  'places that cannot be set': [
    'MATCH (n) SET n._key.x = 5',
    "MATCH (n) REMOVE n['_key']",
    'MATCH (n) SET n.a[1.5] = 1',
    'WITH {b: 1} AS m SET m.b = 1',
    'WITH 1 AS x SET x.a.b = 1',
  ],
  'places that cannot be indexed': [
    'CREATE INDEX FOR (n:L) ON (n.a[*], n.b[*].c)',
    'CREATE INDEX FOR (n:L) ON (n.a.b, n.a.b)',
    'CREATE CONSTRAINT FOR (n:L) REQUIRE n.a[*] IS UNIQUE',
    'CREATE CONSTRAINT FOR (n:L) REQUIRE (n.a.b, n.c) IS KEY',
    'CREATE CONSTRAINT FOR (n:L) REQUIRE n.a.b IS NOT NULL',
    'CREATE CONSTRAINT FOR (n:L) REQUIRE n.a.b IS :: STRING',
  ],
  'labels and types that are more than names': [
    'CREATE (n:A|B)',
    'MERGE (n:!A)',
    'MATCH ()-[:!R*]->() RETURN 1',
    'CREATE ()-[:A|B]->()',
    'RETURN 1:A|B',
  ],
  'variables that are defined already': [
    'MATCH (a) CREATE (a)',
    'MATCH (a) CREATE (a:Label)-[:T]->()',
    'MATCH ()-[r]->() CREATE ()-[r:T]->()',
    'MATCH (a)-[a]->() RETURN a',
    'MATCH ()-[r]-() MATCH (r) RETURN r',
    'MATCH ()-[r]-()-[r]-() RETURN r',
    'MATCH (p) MATCH p = ()-->() RETURN p',
    'WITH 1 AS n MATCH (n) RETURN n',
    'MATCH (x) UNWIND [1] AS x RETURN x',
  ],
  'functions and their arguments': [
    'RETURN toUper("a")',
    'RETURN frobnicate(1)',
    'RETURN any(x IN [1, 2])',
    'RETURN size()',
    'RETURN substring("a")',
    'RETURN coalesce()',
    'RETURN pi(1)',
    'RETURN abs(DISTINCT 1)',
    'RETURN sum(*)',
    'RETURN count(1, 2)',
  ],
  'aggregates in the wrong place': [
    'MATCH (n) WHERE count(n) > 1 RETURN n',
    'RETURN count(count(*))',
    'RETURN [x IN [1] | count(*)]',
    'MATCH (a)-->(b) RETURN a.x + count(b)',
    'MATCH (a)-->(b) RETURN a.x + b.x, a.x + b.x + count(*)',
    'MATCH (n) WITH n.x AS x ORDER BY count(*) RETURN x',
    'RETURN count(rand())',
    'MATCH (n) SET n.x = max(n.y)',
  ],
  'types that can never fit': [
    'RETURN 1 AND true',
    'RETURN NOT "a"',
    'RETURN 1 - "a"',
    'RETURN true + 1',
    'RETURN 1 IN 2',
    'RETURN -"a"',
    'WITH 1 AS x RETURN x.y',
    'RETURN [1]["a"]',
    'RETURN 1[0]',
    'RETURN {a: 1}[1.5]',
    'RETURN [1][true..]',
    'MATCH (n) RETURN type(n)',
    'MATCH (n) RETURN size(n)',
    'RETURN properties(1)',
    'RETURN abs("a")',
    'RETURN sum("a")',
    'MATCH (n) WHERE n.x + 1.5 = "a" AND 1 RETURN n',
    'RETURN CASE WHEN 1 THEN 2 END',
    'RETURN all(x IN 1 WHERE x)',
    'MATCH p = ()-->() SET p.x = 1',
    'MATCH (n) SET n = 1',
    'MATCH ()-[r]->() SET r:Label',
    'MATCH (n) DELETE n.x + 1',
    'MATCH (n) DELETE 1',
  ],
  'SKIP and LIMIT': [
    'MATCH (n) RETURN n LIMIT n.x',
    'RETURN 1 LIMIT -1',
    'RETURN 1 SKIP 1.5',
    'RETURN 1 LIMIT "a"',
    'RETURN 1 SKIP null',
  ],
  columns: [
    'RETURN 1 AS a, 2 AS a',
    'MATCH (n) RETURN n.x, n.x',
    'MATCH (n) WITH n.x RETURN 1',
    'MATCH (n) WITH *, 1 AS n RETURN n',
  ],
  'clauses out of order': [
    'MATCH (n)',
    'UNWIND [1] AS x',
    'MATCH (n) WITH n',
    'RETURN 1 MATCH (n) RETURN n',
    'CREATE (n) MATCH (m) RETURN m',
  ],
  'patterns that cannot be created': [
    'CREATE ()--()',
    'CREATE ()-[:A|B]->()',
    'CREATE ()-[]->()',
    'CREATE ()-[:T*2]->()',
    'CREATE shortestPath(()-[:T]->())',
    'MERGE ()-[:A|B]->()',
    'MERGE ()-[:T*2]->()',
    'MATCH p = shortestPath((a)-->(b)) RETURN p',
    'MATCH p = shortestPath((a)-[*2..3]->(b)) RETURN p',
    'MATCH (n) MERGE (n)',
    'MERGE (n $map)',
    'MERGE (a {x: 1})-[:T]->({x: a.x})',
  ],
  keys: ['MATCH (n) SET n._key = 1', 'CREATE INDEX FOR (n:L) ON (n._key)', 'CREATE INDEX FOR (n:L) ON (n.a, n.a)'],
  'queries for each row': [
    'CALL { RETURN 1 AS x }',
    'CALL { MATCH (n) } RETURN 1',
    'CALL { RETURN 1 } RETURN 1',
    'WITH 1 AS x CALL { RETURN 2 AS x } RETURN x',
    'WITH 1 AS x CALL (y) { RETURN 2 AS z } RETURN z',
    'WITH 1 AS x CALL { RETURN x AS y } RETURN y',
    'WITH 1 AS x CALL { WITH x WITH 2 AS z RETURN x AS y } RETURN y',
    'CALL { RETURN 1 AS x UNION RETURN 2 AS y } RETURN x',
    'FOREACH (x IN 1 | CREATE ())',
    'FOREACH (x IN [1] | MATCH (n) DELETE n)',
    'FOREACH (x IN [1] | CREATE ({x: y}))',
    'FOREACH (x IN [1] | CREATE (n)) RETURN n',
    'FOREACH (x IN [1] | CREATE (n)) MATCH (m) RETURN m',
  ],
  'what cannot be run yet': [
    'MATCH (a)-[*1..2 {x: COUNT { () }}]->(b) RETURN b',
    'MERGE (n {x: 1}) ON CREATE SET n.y = COUNT { () }',
    'CALL { CREATE () } IN TRANSACTIONS',
  ],
}

describe.each(Object.entries(mistakes))('%s', (_kind, texts) => {
  test.each(texts)('%s', (text) => {
    expect(mistake(text)).toMatchSnapshot()
  })
})

describe('what looks like a mistake and is none', () => {
  test.each([
    'MATCH (a)-[:T]->(a) RETURN a',
    'MATCH ()-[r]->() MATCH (a)-[r]->(b) RETURN a, b',
    'WITH null AS x RETURN x.y, x[0], x + 1, NOT x',
    'WITH $p AS n MATCH (n) RETURN n',
    'UNWIND $rows AS n MATCH (n)-->() RETURN n',
    'MATCH (n) RETURN n.x, count(*), n.x + count(*)',
    'MATCH (n) WITH n, count(*) AS c RETURN n.x + sum(c), n',
    'MATCH (n) RETURN [x IN collect(n.x) WHERE x > 1]',
    'RETURN 1 LIMIT toInteger(1 + $n)',
    'CREATE (a) WITH a MATCH (b) RETURN a, b',
    'CREATE (a) CREATE (a)-[:T]->(b) SET b.x = 1 DELETE a',
    'MATCH (a) WITH a ORDER BY a.x LIMIT 1 RETURN a',
    "RETURN 'a' + 1, 1 + 'a', [1] + 2, 1 + [2]",
  ])('%s', (text) => {
    expect(mistake(text)).toBe('no mistake was found')
  })
})
