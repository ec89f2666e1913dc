/** Hostile paths answer or are refused. */
import { expect, test } from 'vitest'
import { visitMatches } from '../../../src/core/json-path/evaluate.js'
import { parseJsonPath } from '../../../src/core/json-path/parse.js'
import { find, plainTree } from './support.js'

const refused = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

test('values as deep as a property can nest are walked, by whatever path', () => {
  const document = nested(1000)
  expect(find('$..*', document)).toHaveLength(1000)
  expect(find(`$${'[0]'.repeat(1000)}`, document)).toEqual([1])
  expect(find(`$${'[*]'.repeat(1000)}`, document)).toEqual([1])
  expect(find('$..[?@ == 1]', document)).toEqual([1])
  expect(find('$[?@ == $[0]]', document)).toHaveLength(1)
})

test('values deeper than that, which only a query can make, are walked too', () => {
  const document = nested(20_000)
  expect(find('$..*', document)).toHaveLength(20_000)
  expect(find('$..[?@ == 1]', document)).toEqual([1])
  expect(find('$[?@ == $[0]]', document)).toHaveLength(1)
})

test('filters as deep as they may nest find their way through a deep value', () => {
  const path = `$${'[?@..*'.repeat(99)}[?@ == 2]${']'.repeat(99)}`
  expect(() =>
    visitMatches(parseJsonPath(path), { tree: plainTree, root: nested(1000), stepsMax: 1e6 }, () => false),
  ).toThrow(refused('LIMIT_EXCEEDED', 'steps'))
})

test('a path that is too long or too deep is refused', () => {
  expect(() => parseJsonPath(`$${'.a'.repeat(40_000)}`)).toThrow(refused('LIMIT_EXCEEDED', '65536'))
  expect(() => parseJsonPath('$[?'.repeat(200))).toThrow(refused('LIMIT_EXCEEDED', '100'))
  expect(() => parseJsonPath(`$[?${'('.repeat(30_000)}`)).toThrow(refused('LIMIT_EXCEEDED', '100'))
  expect(() => parseJsonPath(`$[?${'length('.repeat(9_000)}`)).toThrow(refused('LIMIT_EXCEEDED', '100'))
  expect(parseJsonPath(`$${'.a'.repeat(32_000)}`).segments).toHaveLength(32_000)
})

const wide = Array.from({ length: 300 }, (_, i) => i)

test.each([
  '$..[?count($..[?count($..*) > 0]) > 0]',
  `$[?${Array.from({ length: 1000 }, () => 'count($..*) < 0').join(' || ')}]`,
  `$..[${Array.from({ length: 5000 }, () => '-1').join(',')}]`,
  `$..[?length($[1].text) < 0]`,
])('%s ends when its steps are used up', (path) => {
  const document = [wide, { text: 'a'.repeat(10_000) }]
  const walk = () =>
    visitMatches(parseJsonPath(path), { tree: plainTree, root: document, stepsMax: 100_000 }, () => false)
  expect(walk).toThrow(refused('LIMIT_EXCEEDED', 'more than 100000 steps'))
})

test('expressions that take JavaScript exponential time are answered', () => {
  const text = `${'a'.repeat(2_000)}!`
  expect(find(`$[?match(@, '(a*)*b')]`, [text])).toEqual([])
  expect(find(`$[?search(@, '(a|a)*(a|aa)+$')]`, [text])).toEqual([])
  expect(find(`$[?match(@, 'a*a*a*a*a*!')]`, [text])).toEqual([text])
  expect(find(`$[?match(@, '((a{0,99}){0,9}){1,3}!')]`, [text.slice(1_000)])).toEqual([text.slice(1_000)])
})

test('expressions that are too large are refused', () => {
  const search = (pattern: string) => () => find('$[?search(@.a, @.b)]', [{ a: 'a', b: pattern }])
  expect(search('(a{1000}){1000}')).toThrow(refused('LIMIT_EXCEEDED', '10000'))
  expect(search(`a{${'9'.repeat(400)}}`)).toThrow(refused('LIMIT_EXCEEDED', '10000'))
  expect(search('('.repeat(500))).toThrow(refused('LIMIT_EXCEEDED', '100'))
  expect(search('a'.repeat(70_000))).toThrow(refused('LIMIT_EXCEEDED', '65536'))
  expect(search('((((){9999}){9999}){9999}){9999}')()).toHaveLength(1)
})
