/** Plain values under keys, and what is known of keys of every kind, as queries read and write them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, float, LocalDate, open, type ZonedDateTime } from '../../../src/index.js'
import { code } from '../../database/support.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

async function rows(text: string, parameters: Record<string, unknown> = {}): Promise<unknown[][]> {
  return (await db.query(text, parameters)).rows
}

const value = async (text: string, parameters = {}) => (await rows(text, parameters))[0]![0]
const fails = (text: string, name: string, parameters = {}) =>
  expect(db.query(text, parameters)).rejects.toThrow(code(name) as Error)

describe('plain values', () => {
  test('key.get gives back what key.set was given, of any type; null where there is nothing', async () => {
    const values = [
      true,
      1,
      2n ** 60n,
      0.5,
      'text',
      Uint8Array.of(1, 2),
      [1, [2, null]],
      { a: { b: null } },
      new LocalDate(1),
    ]
    for (const given of values) {
      await db.query("CALL key.set('k', $given)", { given })
      expect(await value("RETURN key.get('k')")).toEqual(given)
    }
    expect(await rows("RETURN key.get('none'), key.get(null)")).toEqual([[null, null]])
  })

  test('1.0 stays a FLOAT', async () => {
    await db.query("CALL key.set('k', $given)", { given: float(1) })
    expect((await db.query("RETURN key.get('k')", {}, { typed: true })).rows).toEqual([[1]])
    expect(await value("RETURN key.info('k').valueType")).toBe('FLOAT')
  })

  test('key.increment adds to a number, and to 0 where there is none', async () => {
    expect(await value("CALL key.increment('n')")).toBe(1)
    expect(await value("CALL key.increment('n', 10) YIELD value RETURN value")).toBe(11)
    expect(await value("CALL key.increment('n', 0.5)")).toBe(11.5)
    await db.query("CALL key.set('text', 'a')")
    await fails("CALL key.increment('text')", 'TYPE_MISMATCH')
    await db.query("CALL key.set('most', 9223372036854775807)")
    await fails("CALL key.increment('most')", 'NUMBER_OUT_OF_RANGE')
  })

  test('a statement that writes is done before the next clause reads', async () => {
    const text = "UNWIND [1, 2, 3] AS i CALL key.increment('n', i) YIELD value RETURN value, key.get('n')"
    expect(await rows(text)).toEqual([
      [1, 6],
      [3, 6],
      [6, 6],
    ])
  })

  test('what cannot be kept is refused', async () => {
    await fails("CALL key.set('k', null)", 'PROPERTY_INVALID')
    await fails("CREATE (n) WITH n CALL key.set('k', n) RETURN 1", 'PROPERTY_INVALID')
    await fails("CALL key.set('', 1)", 'KEY_INVALID')
    await fails("CALL key.set('k', 1, {tll: duration('PT1S')})", 'OPTION_INVALID')
    expect(await rows('SHOW KEYS')).toEqual([])
  })

  test('key.rename and key.copy carry value and expiry', async () => {
    await db.query("CALL key.set('a', 1, {expiresAt: datetime('2100-01-01T00:00:00Z')})")
    await db.query("CALL key.copy('a', 'b') CALL key.rename('a', 'c')")
    expect(await rows('SHOW KEYS YIELD key, expiresAt RETURN key, toString(expiresAt) ORDER BY key')).toEqual([
      ['b', '2100-01-01T00:00Z'],
      ['c', '2100-01-01T00:00Z'],
    ])
    await fails("CALL key.rename('b', 'c')", 'KEY_TAKEN')
    await fails("CALL key.copy('none', 'd')", 'KEY_MISSING')
  })

  test('key.delete tells whether there was one', async () => {
    await db.query("CALL key.set('k', 1)")
    expect(await value("CALL key.delete('k')")).toBe(true)
    expect(await value("CALL key.delete('k')")).toBe(false)
  })
})

describe('a key has one kind', () => {
  beforeEach(() => db.query("CREATE (:P {_key: 'ann', name: 'Ann'})-[:T]->(:P {_key: 'bob'}) CALL key.set('n', 1)"))

  test('nodes and plain values share the keyspace, and patterns see nodes alone', async () => {
    expect(await rows('SHOW KEYS YIELD key, kind, valueType RETURN * ORDER BY key')).toEqual([
      ['ann', 'node', null],
      ['bob', 'node', null],
      ['n', 'value', 'INTEGER'],
    ])
    expect(await rows("RETURN [k IN ['ann', 'n', 'x'] | [key.type(k), key.exists(k)]]")).toEqual([
      [
        [
          ['node', true],
          ['value', true],
          [null, false],
        ],
      ],
    ])
    expect(await rows("MATCH (n) OPTIONAL MATCH (v {_key: 'n'}) RETURN count(n), v")).toEqual([[2, null]])
    expect(db.info()).toMatchObject({ nodeCount: 2, plainValueCount: 1 })
  })

  test('an id that a plain value has is none of a node', async () => {
    await rows('UNWIND range(1, 2000) AS i CALL key.set(toString(i), i)')
    expect(await rows('UNWIND range(0, 5000) AS i MATCH (n) WHERE id(n) = i RETURN n._key ORDER BY n._key')).toEqual([
      ['ann'],
      ['bob'],
    ])
    const text = "UNWIND range(0, 5000) AS i MATCH (n) WHERE elementId(n) = 'n:' + i + ':0' RETURN count(*)"
    expect(await value(text)).toBe(2)
  })

  test('a write or read of the other kind is refused', async () => {
    await fails("CALL key.set('ann', 1)", 'KEY_KIND')
    await fails("CALL key.increment('ann')", 'KEY_KIND')
    await fails("RETURN key.get('ann')", 'KEY_KIND')
    await fails("CREATE ({_key: 'n'})", 'KEY_KIND')
    await fails("MERGE ({_key: 'n'})", 'KEY_KIND')
    await db.query("CALL key.delete('n') YIELD deleted CREATE ({_key: 'n'})")
    expect(await value("RETURN key.type('n')")).toBe('node')
  })

  test('a node is renamed and copied with labels and properties; one with relationships is not deleted', async () => {
    await db.query("CALL key.rename('ann', 'anna') CALL key.copy('anna', 'twin')")
    expect(await rows("MATCH (n:P {name: 'Ann'}) RETURN n._key, COUNT { (n)--() } AS c ORDER BY c")).toEqual([
      ['twin', 0],
      ['anna', 1],
    ])
    await fails("CALL key.delete('anna')", 'NODE_HAS_RELATIONSHIPS')
    expect(await value("CALL key.delete('twin')")).toBe(true)
  })

  test('a unique value is not copied', async () => {
    await db.query('CREATE CONSTRAINT FOR (p:P) REQUIRE p.name IS UNIQUE')
    await fails("CALL key.copy('ann', 'twin')", 'CONSTRAINT_VIOLATION')
  })

  test('a CREATE sees by a key what the one before it has made', async () => {
    await db.query("CREATE ({_key: 'one'}) CREATE (:Second {saw: key.exists('one')})")
    expect(await value('MATCH (n:Second) RETURN n.saw')).toBe(true)
  })
})

describe('expiry', () => {
  test('a ttl becomes the moment at which the key goes; key.persist lets it stay', async () => {
    const before = Date.now()
    await db.query("CALL key.set('k', 1, {ttl: duration('PT1H')})")
    const moment = (await value("RETURN key.expiresAt('k')")) as ZonedDateTime
    expect(moment.toDate().getTime() - before - 3_600_000).toBeLessThan(10_000)
    expect(moment.toDate().getTime() - before).toBeGreaterThanOrEqual(3_600_000)
    expect(await value("CALL key.persist('k')")).toBe(true)
    expect(await value("CALL key.persist('k')")).toBe(false)
    expect(await value("RETURN key.expiresAt('k')")).toBeNull()
  })

  test('a key that is set anew stays, unless it is given a ttl again; an increment changes nothing about it', async () => {
    const isGoing = () => value("RETURN key.expiresAt('k') IS NOT NULL")
    await db.query("CALL key.set('k', 1, {ttl: duration('P1D')})")
    await db.query("CALL key.increment('k')")
    expect(await isGoing()).toBe(true)
    await db.query("CALL key.set('k', 1)")
    expect(await isGoing()).toBe(false)
    await db.query("CALL key.expire('k', duration('P1D'))")
    await db.query("CALL key.set('k', 1, {ttl: null})")
    expect(await isGoing()).toBe(false)
  })

  test('a time that is none is refused', async () => {
    await fails("CALL key.set('k', 1, {ttl: duration('PT0S')})", 'NUMBER_OUT_OF_RANGE')
    await fails("CALL key.set('k', 1, {ttl: 5})", 'TYPE_MISMATCH')
    await fails("CALL key.set('k', 1, {ttl: duration('P1D'), expiresAt: datetime()})", 'OPTION_INVALID')
    await fails("CALL key.set('k', 1, {ttl: duration({years: 400000})})", 'NUMBER_OUT_OF_RANGE')
    await fails("CALL key.expire('none', duration('P1D'))", 'KEY_MISSING')
  })
})
