import { describe, expect, test, vi } from 'vitest'
import { normalize } from '../../../query/syntax/lexer.js'
import { parse } from '../../../query/syntax/parse.js'
import { Tokens } from '../../../query/syntax/tokens.js'
import { DatabaseError } from '../../../src/core/errors.js'

function errorOf(run: () => unknown): DatabaseError {
  try {
    run()
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a syntax error shows the place and says what could stand there', () => {
  test.each([
    'MATCH (n) WHERE RETURN n',
    'MATCH (n RETURN n',
    'MATCH (n) RETUN n',
    'MATCH (n)\nWHERE n.x != 3\nRETURN n',
    'RETURN 1 +',
    "RETURN 'abc",
    'RETURN 12ab',
    'RETURN a foo',
    'RETURN [1, 2',
    'RETURN $',
    '/* no end',
    'RETURN 9223372036854775808',
    'RETURN 1e999',
    "RETURN 'a\\qb'",
    'RETURN a # b',
    'RETURN filter(x IN list WHERE x)',
    'RETURN $`#1`',
  ])('%s', (text) => {
    const { code, message } = errorOf(() => parse(text))
    expect(`${code}: ${message}`).toMatchSnapshot()
  })
})

describe('what Neo4j has and Skein has not is told by what there is', () => {
  test.each([
    ["LOAD CSV FROM 'a.csv' AS row RETURN row", 'skein import csv'],
    ['USE neo4j MATCH (n) RETURN n', 'one database'],
    ['CREATE (n) FINISH', 'leave it out'],
    ['CREATE TEXT INDEX names FOR (n:A) ON (n.name)', 'CREATE FULLTEXT INDEX FOR'],
    ['CREATE POINT INDEX e FOR (n:A) ON (n.e)', 'CREATE VECTOR INDEX'],
  ])('%s', (text, hint) => {
    expect(errorOf(() => parse(text))).toMatchObject({ code: 'SYNTAX_ERROR', hint: expect.stringContaining(hint) })
  })
})

describe('limits', () => {
  test('a text that is too long is refused by its length', () => {
    expect(errorOf(() => parse('RETURN 1', { lengthMax: 7 }))).toMatchObject({ code: 'QUERY_TOO_LONG' })
    expect(errorOf(() => parse(`RETURN '${'x'.repeat(1 << 20)}'`)).code).toBe('QUERY_TOO_LONG')
  })

  test.each([
    ['(', ')'],
    ['[', ']'],
    ['{a: ', '}'],
    ['CASE WHEN true THEN ', ' END'],
    ['[x IN ', ']'],
    ['toString(', ')'],
  ])('%s nests a hundred levels deep and no deeper', (open, close) => {
    const nested = (depth: number) => `RETURN ${open.repeat(depth)}1${close.repeat(depth)}`
    expect(parse(nested(100))).toMatchObject({ kind: 'query' })
    expect(errorOf(() => parse(nested(101)))).toMatchObject({ code: 'QUERY_TOO_DEEP' })
  })

  test('ten thousand brackets are refused before the rest of them is read', () => {
    const read = vi.spyOn(Tokens.prototype, 'push')
    expect(errorOf(() => parse(`RETURN ${'('.repeat(10_000)}`)).code).toBe('QUERY_TOO_DEEP')
    expect(errorOf(() => normalize(`RETURN ${'['.repeat(10_000)}`)).code).toBe('QUERY_TOO_DEEP')
    expect(read.mock.calls.length).toBeLessThan(500)
    read.mockRestore()
  })

  test('names that look like CASE do not nest', () => {
    expect(parse(`RETURN ${Array(200).fill('n.case').join(' + ')}`)).toMatchObject({ kind: 'query' })
    expect(parse(`MATCH (n${':Case'.repeat(200)}) RETURN n`)).toMatchObject({ kind: 'query' })
  })

  test.each([
    ['signs', `RETURN ${'- '.repeat(5000)}1`],
    ['NOTs', `RETURN ${'NOT '.repeat(5000)}true`],
    ['sums', `RETURN 1${' + a'.repeat(5000)}`],
    ['properties', `RETURN a${'.b'.repeat(5000)}`],
  ])('a row of thousands of %s is refused, as it would nest as deep', (_what, text) => {
    expect(errorOf(() => parse(text)).code).toBe('QUERY_TOO_DEEP')
  })

  test('thousands of comparisons joined by AND and OR nest no deeper than one', () => {
    expect(parse(`RETURN a.x = 1${' OR NOT a.x = b AND a IN c'.repeat(1500)}`)).toMatchObject({ kind: 'query' })
  })
})
