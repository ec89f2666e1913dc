import { describe, expect, test } from 'vitest'
import { complete } from '../../src/repl/completion.js'

const context = {
  names: {
    labels: ['Person', 'Place', 'two words'],
    types: ['KNOWS', 'LIVES_IN'],
    properties: ['name', 'nick', 'a b'],
  },
  parameters: ['age', 'ages'],
  commands: [':format', ':from'],
  argumentsOf: (command: string) => (command === ':format' ? ['csv', 'json'] : []),
}

const candidates = (before: string) => complete(before, context)[0]

describe('completes', () => {
  test.each<[string, string[]]>([
    ['MATCH (p:P', ['Person', 'Place']],
    ['MATCH (p:Person:Pl', ['Place']],
    ['MATCH (p:', ['Person', 'Place', '`two words`']],
    ['MATCH (p:`', ['`two words`']],
    ['MATCH ()-[r:K', ['KNOWS']],
    ['MATCH ()-[r:KNOWS|L', ['LIVES_IN']],
    ['MATCH (p) WHERE p:Pl', ['Place']],
    ['MATCH (p) RETURN p.n', ['name', 'nick']],
    ['MATCH (p {ni', ['nick']],
    ['MATCH (p {name: 1, n', ['name', 'nick']],
    ['RETURN $ag', ['age', 'ages']],
    ['MAT', ['MATCH']],
    ['MATCH (p) retu', ['return']],
    ['RETURN toLow', ['toLower(']],
    ['MATCH (person)-[road:KNOWS]->() WITH 1 AS roof RETURN ro', ['road', 'roof', 'round(', 'rows']],
    [':f', [':format', ':from']],
    [':format ', ['csv', 'json']],
    [':format c', ['csv']],
  ])('%s', (before, expected) => {
    expect(candidates(before)).toEqual(expected)
  })
})

describe('completes nothing', () => {
  test.each(['', 'RETURN ', 'MATCH (p {name: ', 'RETURN 1.', 'RETURN $x', ':from '])('behind %j', (before) => {
    expect(candidates(before)).toEqual([])
  })
})

test('gives the word that candidates take the place of', () => {
  expect(complete('MATCH (p:Per', context)[1]).toBe('Per')
  expect(complete('MATCH (p:', context)[1]).toBe('')
  expect(complete(':for', context)[1]).toBe(':for')
})
