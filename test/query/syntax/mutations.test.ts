import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { Tokens } from '../../../query/syntax/tokens.js'
import { DatabaseError } from '../../../src/core/errors.js'
import { describeWithShared } from '../../support/shared.js'
import { faultOf, lengthMax, msMax, mutated, ownQueries, prepare, processorMs, sharedQueries } from './mutations.js'

function expectNoFault(queries: readonly string[], numRuns: number): void {
  fc.assert(
    fc.property(mutated(queries), (text) => {
      expect(faultOf(text)).toBeUndefined()
    }),
    { numRuns },
  )
}

test('a mutated example of the pages has a plan or is refused at a place within it', () => {
  const queries = ownQueries()
  expect(queries.length).toBeGreaterThan(50)
  expectNoFault(queries, 700)
})

describeWithShared('queries that people wrote', 'data', () => {
  test('have a plan or are refused at a place within them when they are mutated', () => {
    expectNoFault(sharedQueries(), 700)
  })
})

test('a crash, a slow text, a place beyond the text and literals that change the answer are faults', () => {
  const failing = (error: Error) => () => {
    throw error
  }
  expect(faultOf('RETURN 1', failing(new RangeError('Maximum call stack size exceeded')))).toContain('call stack')
  expect(faultOf('RETURN 1', failing(new DatabaseError('SYNTAX_ERROR', 'wrong')))).toBeUndefined()
  const position = { offset: 9, line: 1, column: 10 }
  const beyond = new DatabaseError('SYNTAX_ERROR', 'wrong', { query: 'RETURN 1', position })
  expect(faultOf('RETURN 1', failing(beyond))).toContain('beyond the text')
  const slow = () => {
    for (const began = processorMs(); processorMs() - began <= msMax; );
  }
  expect(faultOf('RETURN 1', slow)).toMatch(/takes \d+ ms/)
})

/** Repeats a part until the whole has 256 KB. */
function long(before: string, part: string, after = ''): string {
  return before + part.repeat(Math.floor((lengthMax - before.length - after.length) / part.length)) + after
}

test.each([
  ['a list of numbers', long('RETURN [', '1,', '1]')],
  ['a list of maps', long('UNWIND [', "{a: 1, b: 'x'},", '{}] AS x CREATE (n) SET n = x')],
  ['a string', long("RETURN '", 'x', "'")],
  ['a string without an end', long("RETURN '", 'x')],
  ['a comment', long('RETURN 1 /*', '* ', '*/')],
  ['blanks', long('RETURN', ' ', '1')],
  ['a name', long('MATCH (', 'n', ') RETURN 1')],
  ['CREATE after CREATE', long('', 'CREATE (:L {a: 1})\n')],
  ['MATCH after MATCH', long('', 'MATCH (a)-[:T]->(b) ', 'RETURN 1')],
  ['WITH after WITH', long('MATCH (n) ', 'WITH n ', 'RETURN n')],
  ['AND after AND', long('MATCH (n) WHERE ', 'n.a = 1 AND ', 'n.b RETURN n')],
  ['plus after plus', long('RETURN ', 'x + ', '1')],
  ['columns', long('MATCH (n) RETURN ', 'n.a,', 'n.b')],
  ['a path', long('MATCH (a)', '-->()', ' RETURN a')],
  ['wrong commas', long('RETURN ', ',')],
  ['opened brackets', long('RETURN ', '(')],
  ['closed brackets', long('RETURN ', ')')],
  ['CASE in CASE', long('RETURN ', 'CASE ')],
  ['NOT after NOT', long('RETURN ', 'NOT ', 'true')],
  ['minus after minus', long('RETURN ', '- ', '1')],
  ['quotes', long('RETURN ', "''")],
  ['backticks', long('RETURN ', '`')],
  ['backslashes', long("RETURN '", '\\')],
])('256 KB of %s are answered within two seconds', (_, text) => {
  expect(faultOf(text)).toBeUndefined()
})

test('a text beyond maxQueryLength is refused before anything of it is read', () => {
  const read = vi.spyOn(Tokens.prototype, 'push')
  expect(() => prepare('x '.repeat(8 * 1024 * 1024))).toThrow(/maxQueryLength/)
  expect(read).not.toHaveBeenCalled()
  read.mockRestore()
})

test('nesting of 10,000 is refused with its place', () => {
  for (const open of ['(', '[', '{a: ', 'CASE WHEN ', 'f(', 'NOT (', 'EXISTS { MATCH (n) WHERE '])
    expect(() => prepare(`RETURN ${open.repeat(10_000)}`)).toThrow(/nests deeper than 100 levels here \(line 1, column/)
})
