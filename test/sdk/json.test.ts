/** `db.json(key)`, of a database in the process and of a client. */
import { describe, expect, test } from 'vitest'
import { connect } from '../../src/sdk/client.js'
import { KeyDocument } from '../../src/sdk/json.js'
import type { Queryable } from '../../src/sdk/queryable.js'
import { served } from '../http/support/served.js'

const ways: Readonly<Record<string, () => Promise<Queryable>>> = {
  'a database in the process': async () => (await served()).database,
  'a client': async () => connect((await served()).server.url),
}

describe.each(Object.keys(ways))('the document of a key of %s', (way) => {
  test('is made, read, changed and deleted', async () => {
    const cart = (await ways[way]!()).json('cart')
    expect(await cart.get()).toBeNull()
    expect(await cart.get('$.items')).toEqual([])
    expect(await cart.exists()).toBe(false)
    await cart.set('$', { items: [], total: 0, note: null })
    expect(await cart.append('$.items', { sku: 'pen', count: 1 })).toEqual([[{ sku: 'pen', count: 1 }]])
    expect(await cart.increment('$.items[*].count', 2)).toEqual([3])
    expect(await cart.get()).toEqual({ items: [{ sku: 'pen', count: 3 }], total: 0, note: null })
    expect(await cart.delete()).toEqual([{ items: [{ sku: 'pen', count: 3 }], total: 0, note: null }])
    expect(await cart.get()).toBeNull()
  })

  test('tells of its places', async () => {
    const document = (await ways[way]!()).json('d')
    await document.set('$', { list: ['a', 'b'], none: null, n: 1, f: 1.5, text: 'größe' })
    expect(await document.get('$.list[*]')).toEqual(['a', 'b'])
    expect(await document.value('$.list[1]')).toBe('b')
    expect(await document.keys()).toEqual(['list', 'none', 'n', 'f', 'text'])
    expect([await document.length('$.list'), await document.length('$.text')]).toEqual([2, 5])
    expect([await document.type('$.none'), await document.type('$.n'), await document.type('$.x')]).toEqual([
      'null',
      'integer',
      null,
    ])
    expect([await document.indexOf('$.list', 'b'), await document.indexOf('$.list', 'c')]).toEqual([1, -1])
    expect([await document.exists('$.none'), await document.exists('$.x')]).toEqual([true, false])
  })

  test('changes by every verb', async () => {
    const document = (await ways[way]!()).json('d')
    await document.set('$', { list: [1, 2, 3], n: 9007199254740993n, on: true, o: { a: 1 } })
    expect(await document.set('$.n', 1, { if: 'missing' })).toEqual([])
    expect(await document.increment('$.n')).toEqual([9007199254740994n])
    expect(await document.multiply('$.list[*]', 10)).toEqual([10, 20, 30])
    expect(await document.insert('$.list', 0, ['x', 'y'])).toEqual([['x', 'y', 10, 20, 30]])
    expect(await document.pop('$.list')).toEqual([30])
    expect(await document.pop('$.list', 0)).toEqual(['x'])
    expect(await document.trim('$.list', 1)).toEqual([[10, 20]])
    expect(await document.trim('$.list', 0, 1)).toEqual([[10]])
    expect(await document.toggle('$.on')).toEqual([false])
    expect(await document.merge('$.o', { a: null, b: 2 })).toEqual([{ b: 2 }])
    expect(await document.patch([{ op: 'move', from: '/o/b', path: '/b' }])).toMatchObject({ b: 2, o: {} })
    expect(await document.clear('$.list')).toEqual([[]])
    await expect(document.patch([{ op: 'test', path: '/b', value: 3 }])).rejects.toMatchObject({
      code: 'JSON_TEST_FAILED',
    })
  })

  test('takes part in a transaction', async () => {
    const db = (await ways[way]!()) as Awaited<ReturnType<typeof connect>>
    await db.json('a').set('$', { n: 1 })
    const failed = db.transaction(async (tx) => {
      await tx.json('a').increment('$.n')
      expect(await tx.json('a').value('$.n')).toBe(2)
      throw new Error('enough')
    })
    await expect(failed).rejects.toThrow('enough')
    expect(await db.json('a').value('$.n')).toBe(1)
  })
})

test('every function and procedure of json. has its method', async () => {
  const { database } = await served()
  const { rows } = await database.query("SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'json.'")
  const { rows: functions } = await database.query("SHOW FUNCTIONS YIELD name WHERE name STARTS WITH 'json.'")
  const verbs = [...rows, ...functions].map(([name]) => String(name).slice('json.'.length))
  const hidden = ['constructor', 'ask', 'call']
  const methods = Object.getOwnPropertyNames(KeyDocument.prototype).filter((name) => !hidden.includes(name))
  expect(methods.sort()).toEqual(verbs.sort())
})
