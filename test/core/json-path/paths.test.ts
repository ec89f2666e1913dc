/** What paths find, where it lies, and which texts are no paths. */
import { describe, expect, test } from 'vitest'
import { parseJsonPath } from '../../../src/core/json-path/parse.js'
import { find, places } from './support.js'

const shop = {
  name: 'Corner',
  open: true,
  books: [
    { title: 'Emma', price: 8.5, tags: ['old', 'novel'] },
    { title: 'Ulysses', price: 12, isbn: '0-553', tags: [] },
    { title: 'Poems', price: 8.5 },
  ],
  owner: { name: 'Ann', age: null },
}

describe('selectors', () => {
  test.each<[string, unknown[]]>([
    ['$', [shop]],
    ['$.name', ['Corner']],
    [`$['owner']["name"]`, ['Ann']],
    ['$.owner.age', [null]],
    ['$.owner.phone', []],
    ['$.name.first', []],
    ['$.books[0].title', ['Emma']],
    ['$.books[-1].title', ['Poems']],
    ['$.books[3]', []],
    ['$.books[-4]', []],
    ['$.owner[0]', []],
    ['$.books["0"]', []],
    ['$.owner.*', ['Ann', null]],
    ['$.books[*].price', [8.5, 12, 8.5]],
    ['$.name[*]', []],
    ['$.books[1:].title', ['Ulysses', 'Poems']],
    ['$.books[:-1].title', ['Emma', 'Ulysses']],
    ['$.books[::2].title', ['Emma', 'Poems']],
    ['$.books[::-1].title', ['Poems', 'Ulysses', 'Emma']],
    ['$.books[5:0:-2].title', ['Poems']],
    ['$.books[::0]', []],
    ['$.books[0, 0, -1].title', ['Emma', 'Emma', 'Poems']],
    ['$..name', ['Corner', 'Ann']],
    ['$..[0]', [shop.books[0], 'old']],
    ['$.books..tags[*]', ['old', 'novel']],
    ['$ .books [ 0 ] .title', ['Emma']],
    ['$.books[ 0 : 1 : 1 ].title', ['Emma']],
  ])('%s', (path, found) => expect(find(path, shop)).toEqual(found))

  test('names are taken as they are, those of every object too', () => {
    const names = ['', ' ', '.', '$', '__proto__', 'constructor', 'ä😀', '\n', "'", '"', '\\', '\u0007']
    const document = JSON.parse(`{${names.map((name, i) => `${JSON.stringify(name)}:${i}`).join()}}`)
    expect(names.map((name) => find(`$[${JSON.stringify(name)}]`, document))).toEqual(names.map((_, i) => [i]))
    expect(find('$.toString', document)).toEqual([])
    expect(places('$.*', document).map((path) => find(path, document))).toEqual(names.map((_, i) => [i]))
  })

  test('escapes are read in both kinds of quotes', () => {
    const document = { 'a"\'/\\\b\f\n\r\té😀': 1 }
    expect(find(`$["a\\"'\\/\\\\\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00"]`, document)).toEqual([1])
    expect(find(`$['a"\\'\\/\\\\\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude00']`, document)).toEqual([1])
  })
})

describe('filters', () => {
  test.each<[string, unknown[]]>([
    ['$.books[?@.isbn].title', ['Ulysses']],
    ['$.books[?!@.isbn].title', ['Emma', 'Poems']],
    ['$.owner[?@ == null]', [null]],
    ['$.books[?@.price == $.books[0].price].title', ['Emma', 'Poems']],
    ['$.books[?@.price > 8.5 && @.isbn || @.title == "Poems"].title', ['Ulysses', 'Poems']],
    ['$.books[?@.price > 8.5 && (@.isbn || @.title == "Poems")].title', ['Ulysses']],
    ['$.books[?!(@.price < 10)].title', ['Ulysses']],
    ['$.books[?@.tags[?@ == "old"]].title', ['Emma']],
    ['$.books[?length(@.title) > 4].title', ['Ulysses', 'Poems']],
    ['$.books[?length(@.tags) == 0].title', ['Ulysses']],
    ['$.books[?length(@) == 2].title', ['Poems']],
    ['$.books[?count(@.tags[*]) == 2].title', ['Emma']],
    ['$.books[?value(@.tags[?@ == "old"]) == "old"].title', ['Emma']],
    ['$.books[?value(@.tags[*]) == "old"].title', []],
    ['$.books[?match(@.title, "[A-Z].{4}")].title', ['Poems']],
    ['$.books[?search(@.title, "s{2}")].title', ['Ulysses']],
    ['$.books[?match(@.price, "8.*")].title', []],
    ['$.books[?search(@.title, "(")].title', []],
  ])('%s', (path, found) => expect(find(path, shop)).toEqual(found))

  test.each<[string, boolean]>([
    ['1 == 1.0', true],
    ['-0 == 0', true],
    ['9007199254740993 == 9007199254740992', false],
    ['9007199254740993 > 9007199254740992', true],
    ['"1" == 1', false],
    ['"1" < 2', false],
    ['true == 1', false],
    ['true <= true', true],
    ['true < true', false],
    ['null == null', true],
    ['null <= null', true],
    ['@.none == $.none', true],
    ['@.none == null', false],
    ['@.none != null', true],
    ['@.none <= @.none', true],
    ['@.none < 1', false],
    ['@ == $[0]', true],
    ['@ <= $[0]', true],
    ['@ < $[0]', false],
    ['@.list == @.same', true],
    ['@.list == @.other', false],
    ['@.map == @.turned', true],
    ['@.map == @.list', false],
    ['length(@.none) == 0', false],
    ['length("a😀") == 2', true],
    // By code point: the surrogates of an emoji are less than U+FF5E as units.
    ['"～" < "😀"', true],
    ['"a" < "ab"', true],
  ])('%s is %s', (condition, holds) => {
    const document = [
      {
        list: [1, { a: [2] }],
        same: [1, { a: [2] }],
        other: [1, { a: [3] }],
        map: { a: 1, b: 2 },
        turned: { b: 2, a: 1 },
      },
    ]
    expect(find(`$[?${condition}]`, document)).toHaveLength(holds ? 1 : 0)
  })
})

test('places are written as normalised paths', () => {
  expect(places('$.books[-1, 0].title', shop)).toEqual([`$['books'][2]['title']`, `$['books'][0]['title']`])
  expect(places('$', shop)).toEqual(['$'])
  expect(places('$.*', { "it's": 1, 'a\\b': 2, '\u0001\n"': 3 })).toEqual([
    `$['it\\'s']`,
    `$['a\\\\b']`,
    `$['\\u0001\\n"']`,
  ])
  expect(places('$..[?@.title == $.books[2].title]', shop)).toEqual([`$['books'][2]`])
})

test.each([
  ['', 1, `'$', the root, is expected, and the path ends`],
  ['name', 1, `'$', the root, is expected, and there is 'name'`],
  ['$.', 3, `a name or '*' is expected`],
  ['$name', 2, `'.', '..', '[' or the end of the path is expected`],
  ['$.a ', 4, 'the end of the path is expected'],
  ['$.1', 3, 'a name'],
  ['$. a', 3, 'a name'],
  ['$[', 3, `a name in quotes, an index, a slice, '*' or '?'`],
  ['$[a]', 3, 'a name in quotes'],
  ['$[0', 4, `',' or ']' is expected`],
  ['$[01]', 3, 'without zeros before it'],
  ['$[-0]', 3, 'without zeros before it'],
  ['$[9007199254740992]', 3, 'an integer within 9007199254740991'],
  ['$["a]', 6, 'at its end'],
  ['$["\\x"]', 4, 'an escape'],
  ['$["\\uD800"]', 4, 'an escape'],
  ['$["\ud800"]', 4, 'a character of a string'],
  ['$[?]', 4, `'@', '$', a literal or a function`],
  ['$[?1]', 4, 'a literal is no condition'],
  ['$[?@.a == ]', 11, `'@', '$', a literal or a function`],
  ['$[?@.a = 1]', 8, `',' or ']' is expected`],
  ['$[?(@.a]', 8, `'&&', '||' or ')' is expected`],
  ['$[?@.a == 1e999]', 11, '64 bits'],
  ['$[?@.* == 1]', 4, 'can find several values'],
  ['$[?1 == @..a]', 9, 'can find several values'],
  ['$[?@.a == []]', 11, 'a literal or a function'],
  ['$[?@.a == True]', 11, 'a literal or a function'],
  ['$[?@.a == maybe]', 11, 'true, false, null or a function'],
  ['$[?size(@) == 1]', 4, `there is no function 'size', only length, count, value, match, search`],
  ['$[?length (@) == 1]', 4, `a function with '('`],
  ['$[?length(@)]', 4, 'length() gives a value; compare it'],
  ['$[?match(@, "a") == true]', 4, 'match() gives no value'],
  ['$[?length(match(@, "a")) == 1]', 11, 'match() gives no value'],
  ['$[?length(@.*) == 1]', 11, 'can find several values'],
  ['$[?count(1) == 1]', 10, 'a query, which begins with @ or $, is expected'],
  ['$[?length() == 1]', 4, 'length() takes 1 and is given 0'],
  ['$[?match(@) ]', 4, 'match() takes 2 and is given 1'],
  ['$[?count(@, @) == 1]', 4, 'count() takes 1 and is given 2'],
  ['$[?length(@ == 1]', 13, `',' or ')' is expected`],
])('%s is refused at character %i', (text, character, message) => {
  expect(() => parseJsonPath(text)).toThrow(
    expect.objectContaining({
      code: 'JSON_PATH_INVALID',
      message: expect.stringContaining(message),
      position: { offset: character - 1, line: 1, column: character },
      details: expect.objectContaining({ path: text }),
    }),
  )
})

test('the message shows the path with a caret below the place', () => {
  expect(() => parseJsonPath('$.a[01]')).toThrow(/\n {2}\$\.a\[01\]\n {6}\^$/)
})
