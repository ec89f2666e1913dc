/** `keys` of a database in the process, of a transaction, and of a client: the same calls, the same answers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HttpServer, serve } from '../../src/http/server.js'
import { type Database, type Keys, open, type ZonedDateTime } from '../../src/index.js'
import { connect } from '../../src/sdk/client.js'
import { type MemoryEnvironment, memoryEnvironment } from '../support/memory-environment.js'

let environment: MemoryEnvironment
let database: Database
let server: HttpServer

beforeEach(async () => {
  environment = memoryEnvironment()
  database = await open(':memory:', { environment })
  server = await serve(database, { port: 0 })
})

afterEach(async () => {
  await server.close()
  await database.close()
})

const doors: Record<string, () => Promise<Keys>> = {
  'of a database': async () => database.keys,
  'of a transaction': async () => database.begin().keys,
  'of a client': async () => (await connect(server.url)).keys,
}

describe.each(Object.keys(doors))('keys %s', (name) => {
  let keys: Keys
  beforeEach(async () => {
    keys = await doors[name]!()
  })

  test('reads and writes plain values, as a statement would', async () => {
    await keys.set('k', { a: [1, null] })
    expect(await keys.get('k')).toEqual({ a: [1, null] })
    expect(await keys.increment('n', 2)).toBe(2)
    expect(await keys.increment('n')).toBe(3)
    await keys.rename('n', 'm')
    await keys.copy('m', 'n')
    expect(await keys.delete('m')).toBe(true)
    expect(await keys.delete('m')).toBe(false)
    expect(await keys.info('n')).toEqual({ key: 'n', kind: 'value', valueType: 'INTEGER', expiresAt: null })
    expect([await keys.exists('n'), await keys.type('n'), await keys.type('x')]).toEqual([true, 'value', null])
  })

  test('tells when a key goes', async () => {
    await keys.set('k', 1)
    const goes: ZonedDateTime = await keys.expire('k', { ttlMs: 1_000 })
    expect(goes.toDate().getTime()).toBe(environment.clock.time + 1_000)
    expect(await keys.expiresAt('k')).toEqual(goes)
    expect(await keys.persist('k')).toBe(true)
    expect(await keys.expiresAt('k')).toBeNull()
  })

  test('lists keys in the order of their names, a part at a time', async () => {
    await database.write((tx) => tx.createNode({ labels: [], key: 'b', properties: [] }))
    for (const key of ['c', 'a', 'other']) await keys.set(key, 1)
    const names = async (options = {}) => (await keys.list(options)).map(({ key }) => key)
    expect(await names()).toEqual(['a', 'b', 'c', 'other'])
    expect(await names({ kind: 'value', limit: 2 })).toEqual(['a', 'c'])
    expect(await names({ after: 'a', limit: 2 })).toEqual(['b', 'c'])
    expect(await names({ prefix: 'o' })).toEqual(['other'])
    expect(await keys.node('b')).toMatchObject({ _key: 'b' })
    expect(await keys.node('a')).toBeNull()
  })
})

describe('keys of a database', () => {
  test('refuses what is none of a key, a value or a time', async () => {
    await expect(database.keys.get(7 as never)).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    await expect(database.keys.set('k', null)).rejects.toMatchObject({ code: 'PROPERTY_INVALID' })
    await expect(database.keys.set('k', 1, { ttlMs: 0 })).rejects.toMatchObject({ code: 'NUMBER_OUT_OF_RANGE' })
    await expect(database.keys.set('k', 1, { ttlMs: Number.NaN })).rejects.toMatchObject({
      code: 'NUMBER_OUT_OF_RANGE',
    })
    await expect(database.keys.increment('k', 'a' as never)).rejects.toMatchObject({ code: 'TYPE_MISMATCH' })
    await expect(database.transaction(() => database.keys.set('k', 1))).rejects.toMatchObject({
      code: 'TRANSACTION_NESTED',
    })
  })
})
