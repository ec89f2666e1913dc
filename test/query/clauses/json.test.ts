/** The procedures that change documents by path, through the database. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'
import { memoryEnvironment } from '../../support/memory-environment.js'

let db: Database

beforeEach(async () => {
  db = await open()
  await db.query(`CREATE (:Shop {_key: 'cart', total: 5, price: 1.5, open: true, note: 'a', none: null,
    items: [{name: 'pen', count: 1, tags: ['a', 'b']}, {name: 'ink', count: 2, tags: []}, {name: 'cap', count: 'many', tags: ['c']}]})`)
})

afterEach(() => db.close())

/** What a call answers, one value for each place. */
async function call(text: string, parameters = {}): Promise<unknown[]> {
  const { rows } = await db.query(`CALL json.${text} YIELD value RETURN value`, parameters)
  return rows.map(([value]) => value)
}

async function read(path = '$', key = 'cart'): Promise<unknown[]> {
  const { rows } = await db.query('RETURN json.get($key, $path)', { key, path })
  return rows[0]![0] as unknown[]
}

describe('json.set', () => {
  test('puts a value in every place that the path finds, and gives it for each', async () => {
    expect(await call("set('cart', '$.items[*].count', 7)")).toEqual([7, 7, 7])
    expect(await read('$.items[*].count')).toEqual([7, 7, 7])
  })

  test('takes a node and a relationship as well as a key', async () => {
    await db.query("MATCH (n {_key: 'cart'}) CREATE (n)-[:TO {since: {year: 1}}]->()")
    const { rows } = await db.query(`MATCH (n:Shop)-[r]->() CALL json.set(n, '$.total', 6) YIELD value AS total
      CALL json.set(r, '$.since.year', 2) YIELD value AS year RETURN total, year, n.total, r.since.year`)
    expect(rows).toEqual([[6, 2, 6, 2]])
  })

  test('makes the member that a path of names and indexes ends in', async () => {
    expect(await call("set('cart', '$.items[0].size', {cm: 4})")).toEqual([{ cm: 4 }])
    expect(await call("set('cart', '$.owner', 'Ann')")).toEqual(['Ann'])
    expect([await read('$.items[0].size.cm'), await read('$.owner')]).toEqual([[4], ['Ann']])
  })

  test('makes nothing where the path may find several places', async () => {
    expect(await call("set('cart', '$.items[*].size', 4)")).toEqual([])
    expect(await call("set('cart', '$..size', 4)")).toEqual([])
  })

  test('makes a document of a key that is new, and of a node another one', async () => {
    expect(await call("set('new', '$', {a: null, b: [1]})")).toEqual([{ a: null, b: [1] }])
    expect(await call("set('new', '$', {c: 1})")).toEqual([{ c: 1 }])
    expect(await read('$', 'new')).toEqual([{ c: 1 }])
    expect((await db.query("MATCH (n {_key: 'new'}) RETURN labels(n), n.c")).rows).toEqual([[[], 1]])
  })

  test('keeps null, which Cypher does not see', async () => {
    await call("set('cart', '$.total', null)")
    const { rows } = await db.query(`MATCH (n:Shop) RETURN n.total, 'total' IN keys(n), json.exists(n, '$.total'),
      json.type(n, '$.total'), json.keys(n, '$')`)
    expect(rows).toEqual([[null, false, true, 'null', expect.arrayContaining(['total'])]])
    await db.query('MATCH (n:Shop) SET n.total = null')
    expect(await read('$.total')).toEqual([])
  })

  test('puts nulls that SET of all properties takes away with the rest', async () => {
    await db.query('MATCH (n:Shop) SET n.none = 1 SET n = {total: 1}')
    await call("set('cart', '$.none', null)")
    await db.query('MATCH (n:Shop) SET n += {note: 1}')
    expect(await read()).toEqual([{ total: 1, note: 1, none: null }])
    await db.query('MATCH (n:Shop) SET n = {total: 2}')
    expect(await read()).toEqual([{ total: 2 }])
  })

  test('asks first whether there is a value', async () => {
    expect(await call("set('cart', '$.total', 1, {if: 'missing'})")).toEqual([])
    expect(await call("set('cart', '$.fresh', 1, {if: 'exists'})")).toEqual([])
    expect(await call("set('none', '$', {}, {if: 'exists'})")).toEqual([])
    expect([await read('$.total'), await read('$.fresh')]).toEqual([[5], []])
    expect(await call("set('cart', '$.fresh', 1, {if: 'missing'})")).toEqual([1])
    expect(await call("set('cart', '$.total', 2, {if: 'exists'})")).toEqual([2])
  })

  test('of a target that is null changes nothing', async () => {
    expect(await call("set(null, '$.a', 1)")).toEqual([])
  })
})

describe('numbers and booleans', () => {
  test('increment keeps INTEGER and FLOAT apart, and leaves what is no number', async () => {
    expect(await call("increment('cart', '$.items[*].count', 10)")).toEqual([11, 12, null])
    expect(await read('$.items[*].count')).toEqual([11, 12, 'many'])
    expect(await call("increment('cart', '$.total')")).toEqual([6])
    const { rows } = await db.query(
      "CALL json.increment('cart', '$.price', 1) YIELD value RETURN value",
      {},
      { typed: true },
    )
    expect(rows).toEqual([[2.5]])
  })

  test('increment is exact to 64 bits, and refuses what is beyond', async () => {
    await call("set('cart', '$.total', 9223372036854775806)")
    expect(await call("increment('cart', '$.total', 1)")).toEqual([9223372036854775807n])
    await expect(call("increment('cart', '$.total', 1)")).rejects.toMatchObject({ code: 'NUMBER_OUT_OF_RANGE' })
    expect(await read('$.total')).toEqual([9223372036854775807n])
  })

  test('a number that JSON cannot write is refused, and nothing is changed', async () => {
    await call("set('cart', '$.total', 1)")
    await expect(call("multiply('cart', '$[\\'total\\', \\'price\\']', 1.7e308 * 2)")).rejects.toMatchObject({
      code: 'NUMBER_OUT_OF_RANGE',
    })
    expect([await read('$.total'), await read('$.price')]).toEqual([[1], [1.5]])
  })

  test('multiply, toggle', async () => {
    expect(await call("multiply('cart', '$.total', 3)")).toEqual([15])
    expect(await call("toggle('cart', '$.open')")).toEqual([false])
    expect(await call("toggle('cart', '$.*')")).toHaveLength((await read('$.*')).length)
    expect(await read('$.open')).toEqual([true])
  })
})

describe('lists and strings', () => {
  test('append adds what a list holds, or one value, as + does', async () => {
    expect(await call("append('cart', '$.items[0].tags', ['x', 'y'])")).toEqual([['a', 'b', 'x', 'y']])
    expect(await call("append('cart', '$.items[1].tags', {z: 1})")).toEqual([[{ z: 1 }]])
    expect(await call("append('cart', '$.items[1].tags', [['in']])")).toEqual([[{ z: 1 }, ['in']]])
  })

  test('append adds text to strings', async () => {
    expect(await call("append('cart', '$.items[*].name', 's')")).toEqual(['pens', 'inks', 'caps'])
    expect(await call("append('cart', '$.note', 5)")).toEqual([null])
  })

  test('insert puts values before an element, and refuses an index beyond the list', async () => {
    expect(await call("insert('cart', '$.items[0].tags', 1, ['x', 'y'])")).toEqual([['a', 'x', 'y', 'b']])
    expect(await call("insert('cart', '$.items[0].tags', -1, 'z')")).toEqual([['a', 'x', 'y', 'z', 'b']])
    for (const index of [9, -9])
      await expect(call("insert('cart', '$.items[0].tags', $index, 'z')", { index })).rejects.toMatchObject({
        code: 'JSON_PLACE_MISSING',
      })
  })

  test('pop takes an element, the last unless told', async () => {
    expect(await call("pop('cart', '$.items[*].tags')")).toEqual(['b', null, 'c'])
    expect(await call("pop('cart', '$.items', 0)")).toMatchObject([{ name: 'pen' }])
    expect(await read('$.items[*].name')).toEqual(['ink', 'cap'])
  })

  test('trim keeps what a range of the list gives', async () => {
    await call("set('cart', '$.list', [0, 1, 2, 3, 4])")
    expect(await call("trim('cart', '$.list', 1, -1)")).toEqual([[1, 2, 3]])
    expect(await call("trim('cart', '$.list', -2)")).toEqual([[2, 3]])
    expect(await call("trim('cart', '$.list', 5, 9)")).toEqual([[]])
  })
})

describe('taking away', () => {
  test('delete takes several elements of one list, the ones that were meant', async () => {
    expect(await call("delete('cart', '$.items[0, 2]')")).toMatchObject([{ name: 'pen' }, { name: 'cap' }])
    expect(await read('$.items[*].name')).toEqual(['ink'])
  })

  test('delete takes places that lie in each other, the inner ones first', async () => {
    await call("set('cart', '$.tree', {a: {a: {a: 1}}})")
    expect(await call("delete('cart', '$.tree..a')")).toEqual([{}, {}, 1])
    expect(await read('$.tree')).toEqual([{}])
  })

  test('delete of the root takes the document, unless it has relationships', async () => {
    await db.query("MATCH (n {_key: 'cart'}) CREATE (n)-[:TO]->()")
    await expect(call("delete('cart')")).rejects.toMatchObject({ code: 'NODE_HAS_RELATIONSHIPS' })
    await db.query('MATCH ()-[r]->() DELETE r')
    expect(await call("delete('cart')")).toMatchObject([{ total: 5 }])
    expect(await call("delete('cart')")).toEqual([])
    expect((await db.query("RETURN json.get('cart', '$')")).rows).toEqual([[null]])
  })

  test('clear empties lists and objects, and makes numbers zero', async () => {
    expect(await call("clear('cart', '$.items[0].*')")).toEqual([null, 0, []])
    expect(await call("clear('cart')")).toEqual([{}])
    expect((await db.query("MATCH (n {_key: 'cart'}) RETURN labels(n), keys(n)")).rows).toEqual([[['Shop'], []]])
  })
})

describe('patches', () => {
  test('merge follows RFC 7396 at every place', async () => {
    expect(await call("merge('cart', '$.items[*]', {count: null, tags: ['t'], extra: {a: 1, b: null}})")).toEqual(
      ['pen', 'ink', 'cap'].map((name) => ({ name, tags: ['t'], extra: { a: 1 } })),
    )
    expect(await call("merge('new', '$', {a: {b: null, c: 1}})")).toEqual([{ a: { c: 1 } }])
    expect(await call("merge('new', '$.a.d', {e: null})")).toEqual([{}])
  })

  test('patch does all of its operations or none', async () => {
    const patch = [
      { op: 'add', path: '/items/-', value: { name: 'jar' } },
      { op: 'move', from: '/note', path: '/memo' },
      { op: 'test', path: '/total', value: 5 },
    ]
    expect(await call("patch('cart', $patch)", { patch })).toMatchObject([{ memo: 'a' }])
    const failing = [
      { op: 'remove', path: '/memo' },
      { op: 'test', path: '/total', value: 6 },
    ]
    await expect(call("patch('cart', $failing)", { failing })).rejects.toMatchObject({ code: 'JSON_TEST_FAILED' })
    expect([await read('$.memo'), await read('$.items[-1].name')]).toEqual([['a'], ['jar']])
  })

  test('a patch that fails in a transaction takes back nothing but itself', async () => {
    await db.transaction(async (tx) => {
      await tx.query("CALL json.set('cart', '$.total', 9)")
      const patch = [
        { op: 'remove', path: '/note' },
        { op: 'remove', path: '/none' },
      ]
      await expect(tx.query("CALL json.patch('cart', $patch)", { patch })).rejects.toMatchObject({
        code: 'JSON_PLACE_MISSING',
      })
    })
    expect([await read('$.total'), await read('$.note')]).toEqual([[9], ['a']])
  })
})

test.each([
  [
    "set('cart', '$', [1])",
    'PROPERTY_INVALID',
    'a document is an object, and this is a LIST of 1; put it under a name',
  ],
  ["set('none', '$.a', 1)", 'KEY_MISSING', "there is no document with the key 'none'"],
  ["increment('none', '$.a')", 'KEY_MISSING', "there is no document with the key 'none'"],
  ["set('cart', '$.a.b', 1)", 'JSON_PLACE_MISSING', "what lies above '$.a.b' is not there; set that first"],
  ["set('cart', '$.total.b', 1)", 'JSON_PLACE_MISSING', "$['total'] is no object; set that first"],
  ["set('cart', '$.items[9]', 1)", 'JSON_PLACE_MISSING', "$['items'] has no such element; json.append and json.insert"],
  ["set('cart', '$._key', 1)", 'KEY_INVALID', '_key is given when a node is created and is not a property'],
  ["set('cart', '$.a', 1, {when: 'missing'})", 'OPTION_INVALID', "json.set has no option 'when'; it takes if"],
  ["set({a: 1}, '$.a', 1)", 'TYPE_MISMATCH', 'json.set takes a NODE, RELATIONSHIP or key, and this is a MAP'],
  ["patch('cart', [{op: 'put'}])", 'JSON_PATCH_INVALID', "operation 0 of the patch has the op the STRING 'put'"],
])('%s is %s', async (text, code, message) => {
  await expect(call(text)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
})

test('each call is one commit, however many places it changes', async () => {
  const kept = await open('data', { environment: memoryEnvironment() })
  await kept.query("CALL json.set('d', '$', {items: [{n: 1}, {n: 2}]})")
  const { sequence } = kept
  await kept.query("CALL json.increment('d', '$..n', 5)")
  await kept.query("CALL json.merge('d', '$.items[*]', {a: 1, b: {c: null}})")
  expect(kept.sequence).toBe(sequence + 2)
  await kept.close()
})

test('values lie in each other as deep as a property may be, however they get there', async () => {
  const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inner) => ({ a: inner }), 1)
  await call("set('deep', '$', $value)", { value: nested(600) })
  const path = `$${'.a'.repeat(600)}`
  for (const verb of ['set', 'merge'])
    await expect(call(`${verb}('deep', $path, $value)`, { path, value: nested(402) })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
  await call("set('deep', $path, [])", { path })
  await expect(call("append('deep', $path, [$value])", { path, value: nested(401) })).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
  })
  // 599 maps below the property and the list, and what is within.
  await call("append('deep', $path, [$value])", { path, value: nested(400) })
  expect(await read(`${path}[0]${'.a'.repeat(400)}`, 'deep')).toEqual([1])
})

test('members of every name are kept', async () => {
  const names = ['', 'a.b', '$', '$.a', '__proto__', 'constructor', "it's", 'x'.repeat(5000), '\u0000', '0', '😀']
  const document = new Map(names.map((name, i) => [name, new Map([[name, i]])]))
  await call("set('names', '$', $document)", { document })
  for (const [i, name] of names.entries()) {
    const path = `$[${JSON.stringify(name)}][${JSON.stringify(name)}]`
    expect(await call("increment('names', $path)", { path })).toEqual([i + 1])
    expect(await read(path, 'names')).toEqual([i + 1])
  }
  const { rows } = await db.query("RETURN json.keys('names', '$')")
  expect((rows[0]![0] as string[]).sort()).toEqual([...names].sort())
})
