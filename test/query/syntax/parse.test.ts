import { describe, expect, test } from 'vitest'
import type { Expression, QueryStatement } from '../../../query/syntax/ast.js'
import { parse } from '../../../query/syntax/parse.js'
import { Float } from '../../../src/core/value.js'

function clauses(text: string) {
  return (parse(text) as QueryStatement).query.parts[0]!
}

function expression(text: string): Expression {
  const [clause] = clauses(`RETURN ${text}`)
  if (clause?.kind !== 'return') throw new Error('RETURN expected')
  return clause.items[0]!.expression
}

/** An expression with all its brackets, so that a test can read how it was grouped. */
function grouped(text: string): string {
  return written(expression(text))
}

function written(tree: Expression): string {
  switch (tree.kind) {
    case 'literal':
      return tree.value instanceof Float ? `${tree.value.value}f` : String(tree.value)
    case 'variable':
      return tree.name
    case 'property':
      return `${written(tree.target)}.${tree.name.name}`
    case 'labels':
      return `${written(tree.target)}:${tree.labels.map((label) => ('kind' in label ? label.kind : label.name)).join(':')}`
    case 'unary':
      return `(${tree.operator} ${written(tree.operand)})`
    case 'binary':
      return `(${written(tree.left)} ${tree.operator} ${written(tree.right)})`
    case 'comparison':
      return `(${tree.operands.map((operand, i) => written(operand) + (tree.operators[i] ?? '')).join('')})`
    case 'logical':
      return `(${tree.operands.map(written).join(` ${tree.operator} `)})`
    case 'index':
      return `${written(tree.target)}[${written(tree.index)}]`
    default:
      return tree.kind
  }
}

describe('operators', () => {
  test('products bind tighter than sums, and both group from the left', () => {
    expect(grouped('a + b * c - d')).toBe('((a + (b * c)) - d)')
  })
  test('^ groups from the left, and a sign binds tighter than it', () => {
    expect(grouped('a ^ b ^ c')).toBe('((a ^ b) ^ c)')
    expect(grouped('-a ^ b')).toBe('((negate a) ^ b)')
  })
  test('NOT takes a whole comparison, AND binds tighter than XOR, XOR than OR', () => {
    expect(grouped('NOT a = b AND c XOR d OR e')).toBe('((((not (a=b)) and c) xor d) or e)')
  })
  test('tests of strings, lists and null bind tighter than comparisons', () => {
    expect(grouped('a = b IS NULL')).toBe('(a=(isNull b))')
    expect(grouped('a <> b STARTS WITH c + d')).toBe('(a<>(b startsWith (c + d)))')
    expect(grouped('a IN b IS NOT NULL')).toBe('(isNotNull (a in b))')
  })
  test('neighbouring comparisons are one chain', () => {
    expect(grouped('1 < a <= b')).toBe('(1<a<=b)')
  })
  test('a row of one logical operator is one flat node', () => {
    expect(grouped('a OR b OR c OR d')).toBe('(a or b or c or d)')
  })
  test('brackets group, and properties and indexes bind tightest', () => {
    expect(grouped('-(a + b).c[d].e')).toBe('(negate (a + b).c[d].e)')
  })
  test('a minus and a number are one literal', () => {
    expect(grouped('- 5 + -9223372036854775808')).toBe('(-5 + -9223372036854775808)')
    expect(grouped('a - 5')).toBe('(a - 5)')
  })
})

describe('literals', () => {
  const values: readonly (readonly [string, unknown])[] = [
    ['0x1F', 31],
    ['0o17', 15],
    ['.5', new Float(0.5)],
    ['1e3', new Float(1000)],
    ['9223372036854775807', 2n ** 63n - 1n],
    ["'it\\'s \\u0041\\n'", "it's A\n"],
    ['"it\'s"', "it's"],
    ['[1, -2.5, [true, null], {a: "x"}]', [1, new Float(-2.5), [true, null], new Map([['a', 'x']])]],
  ]
  test.each(values)('%s', (text, value) => {
    expect(expression(text)).toMatchObject({ kind: 'literal', value })
  })
  test('a list with anything else in it is a list of expressions', () => {
    expect(expression('[1, a]')).toMatchObject({ kind: 'list', items: [{ value: 1 }, { name: 'a' }] })
  })
})

describe('names', () => {
  test('keywords are names of labels, types, properties, keys and, where nothing else can stand, variables', () => {
    const [match, result] = clauses('MATCH (end:Match {set: 1})-[:IN]->() RETURN end.where AS order, {case: 1} AS by')
    expect(match).toMatchObject({
      paths: [{ nodes: [{ variable: { name: 'end' }, labels: [{ name: 'Match' }] }, {}] }],
    })
    expect(result).toMatchObject({ items: [{ alias: { name: 'order' } }, { alias: { name: 'by' } }] })
  })
  test('back quotes allow any character, and a back quote is written twice', () => {
    expect(expression('`a ``b` . `c d`')).toMatchObject({ target: { name: 'a `b' }, name: { name: 'c d' } })
  })
  test('letters of any alphabet make names', () => {
    expect(expression('größe.名前')).toMatchObject({ target: { name: 'größe' }, name: { name: '名前' } })
  })
})

describe('white space and comments', () => {
  test('may stand between any two tokens', () => {
    const text = 'MATCH/* a */( n : L )- - ( ) //b\n\tRETURN n . x<-1'
    expect(clauses(text)).toMatchObject([
      { kind: 'match', paths: [{ nodes: [{ labels: [{ name: 'L' }] }, {}] }] },
      { items: [{ expression: { kind: 'comparison' } }] },
    ])
  })
  test('do not join two signs to an operator', () => {
    expect(() => parse('RETURN 1 < > 2')).toThrow(/> cannot stand here|< cannot stand here/)
  })
  test('the two signs of an arrow are signs of their own', () => {
    const comparison = { kind: 'comparison', operators: ['<'], operands: [{ name: 'a' }, { value: -1 }] }
    expect(expression('a < -1')).toMatchObject(comparison)
    expect(clauses('MATCH (a) < - - (b) - - > (c) RETURN a')[0]).toMatchObject({
      paths: [{ relationships: [{ direction: 'incoming' }, { direction: 'outgoing' }] }],
    })
  })
  test('a column is named by its text as written', () => {
    const [clause] = clauses("RETURN n.x+ 1 /* why */,\n  count( * ), 'a'  + 2")
    expect(clause).toMatchObject({ items: [{ text: 'n.x+ 1' }, { text: 'count( * )' }, { text: "'a'  + 2" }] })
  })
})

describe('patterns', () => {
  test('arrows give the direction as seen from the left, and two arrows or none either one', () => {
    const [match] = clauses('MATCH (a)-->(b)<-[r]-(c)--(d)<-->(e) RETURN a')
    expect(match).toMatchObject({
      paths: [{ relationships: ['outgoing', 'incoming', 'both', 'both'].map((direction) => ({ direction })) }],
    })
  })
  test.each([
    ['*', { min: null, max: null }],
    ['*3', { min: 3, max: 3 }],
    ['*2..', { min: 2, max: null }],
    ['*..4', { min: null, max: 4 }],
    ['*0..4', { min: 0, max: 4 }],
  ])('a length of %s', (text, length) => {
    expect(clauses(`MATCH ()-[r:A|:B${text} {x: 1}]->() RETURN r`)[0]).toMatchObject({
      paths: [{ relationships: [{ types: [{ name: 'A' }, { name: 'B' }], length, properties: { kind: 'map' } }] }],
    })
  })
  test('a pattern in brackets is an expression too, told from a bracketed operand', () => {
    expect(expression('(a)-[:T]->(b)')).toMatchObject({ kind: 'pattern' })
    expect(expression('(a)-(b)')).toMatchObject({ kind: 'binary' })
    expect(expression('(a)-[0]')).toMatchObject({ kind: 'binary', operator: '-' })
  })
})

describe('expressions of more than one part', () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['[x IN list WHERE x > 1 | x * 2]', 'comprehension'],
    ['[(a)-->(b) WHERE b.x | b.y]', 'patternComprehension'],
    ['[x IN list]', 'comprehension'],
    ['all(x IN list WHERE x)', 'quantifier'],
    ['reduce(sum = 0, x IN list | sum + x)', 'reduce'],
    ['EXISTS { (a)-->() WHERE a.x }', 'subquery'],
    ['COUNT { MATCH (a) RETURN a }', 'subquery'],
    ['CASE x WHEN 1 THEN 2 END', 'case'],
    ['CASE WHEN x THEN 1 ELSE 2 END', 'case'],
    ['n { .a, .*, b, c: 1 }', 'mapProjection'],
    ['list[1..]', 'slice'],
    ['list[-1]', 'index'],
    ['n:A:B', 'labels'],
    ['my.own.function(1, 2)', 'call'],
    ['count(DISTINCT x)', 'call'],
    ['shortestPath((a)-[*]->(b))', 'pattern'],
  ]
  test.each(kinds)('%s', (text, kind) => {
    expect(expression(text).kind).toBe(kind)
  })
})

describe('clauses', () => {
  const texts: readonly (readonly [string, readonly string[]])[] = [
    [
      'OPTIONAL MATCH (a) UNWIND [1] AS x WITH *, 1 AS y WHERE x = y RETURN DISTINCT *, x ORDER BY x DESC SKIP 1 LIMIT 2',
      ['match', 'unwind', 'with', 'return'],
    ],
    [
      'CREATE (a)-[:T {x: 1}]->(b), (c) SET a.x = 1, a += {y: 2}, b = $map, c:L:M REMOVE a.x, c:L DETACH DELETE a, b',
      ['create', 'set', 'remove', 'delete'],
    ],
    ['MERGE (a {x: 1}) ON CREATE SET a.y = 1 ON MATCH SET a.z = 2', ['merge']],
    ['CALL my.procedure(1) YIELD a, b AS c WHERE a > 1 RETURN a', ['call', 'return']],
    [
      'CALL { MATCH (n) RETURN n } CALL (n) { CREATE (m) } IN TRANSACTIONS OF 5 ROWS FOREACH (x IN [1] | CREATE ({x: x}))',
      ['subquery', 'subquery', 'foreach'],
    ],
  ]
  test.each(texts)('%s', (text, kinds) => {
    expect(clauses(text).map(({ kind }) => kind)).toEqual(kinds)
  })
  test('UNION joins parts', () => {
    const statement = parse('RETURN 1 AS x UNION ALL RETURN 2 AS x UNION RETURN 3 AS x;') as QueryStatement
    expect(statement.query.unions.map(({ all }) => all)).toEqual([true, false])
  })
  test('EXPLAIN and PROFILE stand before a query', () => {
    expect(parse('explain RETURN 1')).toMatchObject({ mode: 'explain' })
    expect(parse('PROFILE RETURN 1')).toMatchObject({ mode: 'profile' })
    expect(() => parse('EXPLAIN DROP INDEX x')).toThrow('take a query')
  })
})

describe('schema', () => {
  test('an index over properties of a label', () => {
    expect(parse('CREATE INDEX by_name IF NOT EXISTS FOR (n:Person) ON (n.first, n.last)')).toMatchObject({
      kind: 'createIndex',
      constraint: null,
      name: { name: 'by_name' },
      ifNotExists: true,
      on: { space: 'label', token: { name: 'Person' } },
      columns: [
        { property: { name: 'first' }, path: [] },
        { property: { name: 'last' }, path: [] },
      ],
    })
  })
  test('an index over places within properties', () => {
    expect(parse('CREATE INDEX FOR (n:Person) ON (n.meta.tags[*], n.x)')).toMatchObject({
      columns: [
        { property: { name: 'meta' }, path: [{ name: 'tags' }, null] },
        { property: { name: 'x' }, path: [] },
      ],
    })
  })
  test('a constraint on relationships of a type, with brackets or without', () => {
    const head = 'CREATE CONSTRAINT FOR ()-[r:KNOWS]-() REQUIRE'
    for (const text of [`${head} r.id IS UNIQUE`, `${head} (r.id) IS RELATIONSHIP UNIQUE`]) {
      expect(parse(text)).toMatchObject({
        constraint: 'unique',
        name: null,
        on: { space: 'type', token: { name: 'KNOWS' } },
      })
    }
  })
  test('DROP names an index or a constraint', () => {
    expect(parse('DROP INDEX x IF EXISTS')).toMatchObject({ kind: 'dropIndex', constraint: false, ifExists: true })
    expect(parse('DROP CONSTRAINT x')).toMatchObject({ kind: 'dropIndex', constraint: true, ifExists: false })
  })
})
