/** Full text, as queries use it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, open } from '../../../src/index.js'
import { code } from '../../database/support.js'

let db: Database

beforeEach(async () => {
  db = await open()
})

afterEach(() => db.close())

async function rows(text: string, parameters: Record<string, unknown> = {}): Promise<unknown[][]> {
  return (await db.query(text, parameters)).rows
}

const fails = (text: string, name: string, parameters = {}) =>
  expect(db.query(text, parameters)).rejects.toThrow(code(name) as Error)

describe('analyzers', () => {
  test('search.analyze gives terms with their places, by a name or by settings', async () => {
    expect(await rows("CALL search.analyze('english', 'The Cafés of Paris')")).toEqual([
      ['cafe', 4, 9, 1],
      ['pari', 13, 18, 3],
    ])
    const settings = { tokenizer: 'edgeNgram', gramMin: 2, gramMax: 3 }
    expect(await rows('CALL search.analyze($settings, $text) YIELD token', { settings, text: 'Skein' })).toEqual([
      ['sk'],
      ['ske'],
    ])
  })

  test('one that is not there is refused with the names of those that are', async () => {
    await fails("CALL search.analyze('klingon', 'text')", 'OPTION_INVALID')
    await fails("CALL search.analyze({stemmer: true}, 'text')", 'OPTION_INVALID')
    await fails("CREATE (n) WITH n CALL search.analyze(n, 'text') YIELD token RETURN token", 'PROPERTY_INVALID')
  })

  test('every analyzer in the list can be used', async () => {
    const listed = await rows('CALL db.index.fulltext.listAvailableAnalyzers()')
    expect(listed.length).toBeGreaterThan(30)
    for (const [name] of listed) await rows("CALL search.analyze($name, 'word') YIELD token", { name })
  })
})
