/** Reading nested values by path, through the database. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'

let db: Database

beforeAll(async () => {
  db = await open()
  await db.query(`CREATE (:Person {_key: 'ann', name: 'Ann', born: date('1990-05-01'), address: {city: 'Rome', none: null},
    tags: ['a', 'b'], pets: [{name: 'Rex', age: 3}, {name: 'Tom', age: 9.5}]})-[:KNOWS {since: {year: 2001}}]->(:Person)`)
})

afterAll(() => db.close())

async function value(expression: string, parameters = {}): Promise<unknown> {
  const { rows } = await db.query(`MATCH (n {_key: 'ann'})-[r]->(other) RETURN ${expression} AS v`, parameters)
  return rows[0]![0]
}

test.each([
  ["json.get(n, '$.pets[*].name')", ['Rex', 'Tom']],
  ["json.get(n, '$.nothing')", []],
  ["json.get('ann', '$.address.city')", ['Rome']],
  ["json.get(r, '$.since.year')", [2001]],
  ["json.get({a: [1, 2]}, '$.a[-1]')", [2]],
  ["json.get([1, 2, 3], '$[?@ > 1]')", [2, 3]],
  ["json.get([9007199254740993, 2], '$[?@ == 9007199254740993]')", [9007199254740993n]],
  ["json.value(n, '$.pets[?@.age == 9.50].name')", 'Tom'],
  ["json.value(n, '$.address.none')", null],
  // A date is its text, and comes as the date it is.
  ['json.value(n, \'$[?@ == "1990-05-01"]\') = n.born', true],
  ["json.exists(n, '$.address.none')", true],
  ["json.exists(n, '$.address.street')", false],
  // The key is no property.
  ["json.exists(n, '$._key')", false],
  ["json.type(n, '$')", 'object'],
  ["json.type(n, '$.pets')", 'array'],
  ["json.type(n, '$.name')", 'string'],
  ["json.type(n, '$.born')", 'string'],
  ["json.type(n, '$.pets[0].age')", 'integer'],
  ["json.type(n, '$.pets[1].age')", 'number'],
  ["json.type([true], '$[0]')", 'boolean'],
  ["json.type(n, '$.address.none')", 'null'],
  ["json.type(n, '$.nothing')", null],
  ["json.length(n, '$.tags')", 2],
  ["json.length(n, '$')", 5],
  ["json.length(['a😀'], '$[0]')", 2],
  ["json.length([1], '$[0]')", null],
  ["json.keys(n, '$.address')", ['city', 'none']],
  ["json.keys(n, '$.tags')", null],
  ["json.indexOf(n, '$.tags', 'b')", 1],
  ["json.indexOf(n, '$.tags', 'c')", -1],
  ["json.indexOf([1, 2, 1, 2], '$', 1, 1)", 2],
  ["json.indexOf([1, 2, 1, 2], '$', 2, 2, -1)", -1],
  ["json.indexOf([1, 2, 1, 2], '$', 2, -3, 9)", 1],
  ["json.indexOf([1, 2], '$', 1, null)", null],
  ["json.indexOf(n, '$.pets', {name: 'Rex', age: 3.0})", 0],
  ["json.indexOf([1, null], '$', null)", 1],
  ["json.indexOf(n, '$.name', 'A')", null],
  ['json.get(n, null)', null],
  ["json.get(null, '$')", null],
  ["json.exists('nobody', '$')", null],
  ["json.get([n], '$[0].tags[0]')", ['a']],
  ["json.value(r, '$') = properties(r)", true],
])('%s', async (expression, expected) => expect(await value(expression)).toEqual(expected))

test('a path may be a parameter, and another for each row', async () => {
  expect(await value('json.get(n, $path)', { path: '$.tags[1]' })).toEqual(['b'])
  expect(await value("[p IN ['$.name', '$.address.city'] | json.value(n, p)]")).toEqual(['Ann', 'Rome'])
})

test('what is written is read by the same statement', async () => {
  const { rows } = await db.query(
    "CREATE (n {_key: 'new', a: {b: 1}}) SET n.a = {b: 2} RETURN json.value('new', '$.a.b')",
  )
  expect(rows).toEqual([[2]])
})

test('WHERE keeps the rows that a path finds something in', async () => {
  const { rows } = await db.query("MATCH (n:Person) WHERE json.exists(n, '$.pets[?@.age > 5]') RETURN n.name")
  expect(rows).toEqual([['Ann']])
})

test.each([
  ["json.get(n, '$.pets[')", 'JSON_PATH_INVALID', "the path '$.pets[' cannot be read at character 8: "],
  ['json.get(n, $path)', 'TYPE_MISMATCH', 'json.get takes STRING, and this is the INTEGER 1'],
  ["json.keys($path, '$')", 'TYPE_MISMATCH', 'json.keys takes a NODE, RELATIONSHIP, MAP, LIST or key'],
])('%s is refused with %s and its place in the query', async (expression, code, message) => {
  await expect(value(expression, { path: 1 })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
    position: { line: 1, column: 45 },
  })
})

test('a node that this transaction has deleted has no properties', async () => {
  await expect(db.query("CREATE (n:Gone {a: 1}) DELETE n RETURN json.get(n, '$.a')")).rejects.toMatchObject({
    code: 'ENTITY_DELETED',
  })
})
